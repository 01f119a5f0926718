//! What is changed is refused, with the reason.

use super::*;
use countersign_verify::{Bundle, BundleFault, TlogProof, TrustedKeys, verify_bundle};

fn office() -> (Office, Vec<u8>, TrustedKeys) {
    let mut office = Office::new();
    office.add(RecordKind::Finding, finding(), 2, 2).unwrap();
    let incident = predicate(&["vendor:v", "product:p"], json!({"claim": claim()}));
    office.add(RecordKind::Incident, incident, 7, 3).unwrap();
    let bundle = office.register.bundle(1, &[], None).unwrap();
    let trusted = TrustedKeys { logs: vec![office.register.vkey().clone()], ..TrustedKeys::default() };
    (office, bundle, trusted)
}

/// Every byte of a bundle: refused, unless the change is one of white space only.
#[test]
fn no_flipped_byte_is_accepted() {
    let (_office, bytes, trusted) = office();
    let good: Bundle = serde_json::from_slice(&bytes).unwrap();
    verify_bundle(&bytes, Some(&trusted)).unwrap();
    let step = if std::env::var_os("COUNTERSIGN_TEST_SCALE").is_some() { 1 } else { 3 };
    for place in (0..bytes.len()).step_by(step) {
        for flip in [0x01, 0x20, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= flip;
            if verify_bundle(&changed, Some(&trusted)).is_ok() {
                let read: Bundle = serde_json::from_slice(&changed).unwrap();
                assert_eq!(read, good, "byte {place}");
            }
        }
    }
}

/// The members of the bundle's JSON object with the bytes that each takes, its name included.
fn members(bundle: &str) -> Vec<(String, std::ops::Range<usize>)> {
    let (mut depth, mut within, mut escaped, mut begun) = (0, false, false, None);
    let mut found: Vec<(String, std::ops::Range<usize>)> = Vec::new();
    for (place, byte) in bundle.bytes().enumerate() {
        if within {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => within = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => {
                within = true;
                if depth == 1 && begun.is_none() {
                    begun = Some(place);
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        if depth < 2
            && (byte == b',' || (byte == b'}' && depth == 0))
            && let Some(start) = begun.take()
        {
            let name = bundle.get(start + 1..).unwrap().split('"').next().unwrap().to_owned();
            found.push((name, start..place));
        }
    }
    found
}

/// Byte by byte: what is wrong is looked for where it is. A byte whose change leaves a bundle that can be read is refused
/// for a reason of the part that it stands in; one that does not is refused as no bundle.
#[test]
fn every_byte_is_refused_for_a_reason_of_its_part() {
    let (_office, bytes, trusted) = office();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let good: Bundle = serde_json::from_slice(&bytes).unwrap();
    let reasons: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("schema", ["the bundle has the schema `"].as_slice()),
        ("record", &["record: ", "leaf: the log entry commits to the record `"]),
        ("documents", &["document `"]),
        ("leaf", &["leaf: ", "inclusion proof: ", "unknown kind `"]),
        ("receipt", &["malformed bundle: `receipt`: ", "checkpoint: ", "inclusion proof: "]),
        ("log", &["the log's key `", "malformed bundle: `log`: "]),
        ("signer", &["record: ", "malformed bundle: `signer`: ", "leaf: the log entry says that `"]),
        ("authority", &["authority: entry ", "signer: "]),
    ]);
    let members = members(&text);
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    for name in reasons.keys() {
        assert!(names.contains(name), "`{name}` is not among {names:?}");
    }
    assert_eq!(names.len(), reasons.len(), "a part without reasons: {names:?}");
    let step = if std::env::var_os("COUNTERSIGN_TEST_SCALE").is_some() { 1 } else { 3 };
    let mut told: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (name, range) in members {
        for place in range.step_by(step) {
            let mut changed = bytes.clone();
            changed[place] ^= 0x01;
            let read = serde_json::from_slice::<Bundle>(&changed).ok();
            if read.as_ref() == Some(&good) {
                continue;
            }
            let said = verify_bundle(&changed, Some(&trusted)).unwrap_err().to_string();
            let fits = match read {
                None => said.starts_with("malformed bundle: "),
                Some(_) => reasons[name.as_str()].iter().any(|reason| said.starts_with(reason)),
            };
            let context =
                String::from_utf8_lossy(&bytes[place.saturating_sub(30)..(place + 20).min(bytes.len())]);
            if !fits {
                let short: String = said.chars().take(90).collect();
                *told.entry((name.clone(), format!("{short} … near …{context}…"))).or_default() += 1;
            }
        }
    }
    let wrong: Vec<String> =
        told.into_iter().map(|((name, said), n)| format!("{name}, {n} bytes: {said}")).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_fault_has_its_name() {
    let (office, bytes, trusted) = office();
    let good: Bundle = serde_json::from_slice(&bytes).unwrap();
    let check = |bundle: &Bundle| verify_bundle(&bundle.to_bytes().unwrap(), Some(&trusted));
    let fault = |change: &dyn Fn(&mut Bundle)| {
        let mut bundle = good.clone();
        change(&mut bundle);
        assert_ne!(bundle, good);
        check(&bundle).unwrap_err()
    };
    let other = good_bundle_of(&office, 2);

    // each hash of each proof
    let receipt = TlogProof::parse(&good.receipt).unwrap();
    for n in 0..receipt.hashes.len() {
        let mut changed = receipt.clone();
        changed.hashes[n] = countersign_model::Digest::of(b"x");
        assert!(matches!(fault(&|b| b.receipt = changed.format()), BundleFault::Inclusion(_)), "hash {n}");
    }
    let authority = good.authority.as_ref().unwrap();
    for (n, entry) in authority.iter().enumerate() {
        for m in 0..entry.hashes.len() {
            let refused = fault(&|b| b.authority.as_mut().unwrap()[n].hashes[m] = other_hash());
            assert!(matches!(refused, BundleFault::Authority { .. }), "{refused}");
        }
    }
    // the rosters are left out, changed, in another order, of another log
    assert!(matches!(fault(&|b| b.authority = Some(Vec::new())), BundleFault::Signer(_)));
    assert!(matches!(fault(&|b| b.authority = None), BundleFault::Malformed(_)));
    let refused = fault(&|b| {
        let entry = &mut b.authority.as_mut().unwrap()[0];
        entry.leaf = entry.leaf.replace("2026-11-01", "2026-11-02");
    });
    assert!(matches!(refused, BundleFault::Authority { index: 0, .. }), "{refused}");
    let refused = fault(&|b| b.authority.as_mut().unwrap()[0].record = other.record.clone());
    assert!(matches!(refused, BundleFault::Authority { .. }), "{refused}");
    let refused = fault(&|b| {
        let doubled = b.authority.as_ref().unwrap()[0].clone();
        b.authority.as_mut().unwrap().push(doubled);
    });
    assert!(matches!(refused, BundleFault::Authority { .. }), "{refused}");

    // each signature, and the key of another
    assert!(matches!(
        fault(&|b| b.record.signatures = other.record.signatures.clone()),
        BundleFault::RecordSignature(_)
    ));
    assert!(matches!(fault(&|b| b.signer = seed(7).public().to_string()), BundleFault::RecordSignature(_)));
    assert!(matches!(fault(&|b| b.record = other.record.clone()), BundleFault::RecordSignature(_)));
    let another = Office::new();
    assert!(matches!(fault(&|b| b.log = another.register.vkey().to_string()), BundleFault::UntrustedLog(_)));

    // filed elsewhere, or of an unknown kind
    let leaf = |from: &str, to: &str| fault(&|b| b.leaf = b.leaf.replace(from, to));
    assert!(
        matches!(leaf("\"finding\"", "\"verdict\""), BundleFault::UnknownKind(kind) if kind == "verdict")
    );
    assert!(matches!(leaf("\"finding\"", "\"incident\""), BundleFault::KindMismatch { .. }));
    assert!(matches!(leaf("vendor:v product:p", "vendor:w product:p"), BundleFault::Inclusion(_)));
    let document: DocumentName = "report.txt".parse().unwrap();
    let refused = fault(&|b| {
        b.documents.insert(document.clone(), countersign_verify::Content::Text("another report".to_owned()));
    });
    assert!(matches!(refused, BundleFault::DocumentDigest { .. }), "{refused}");
    let refused = fault(&|b| b.schema = "countersign-bundle/1".to_owned());
    assert!(matches!(refused, BundleFault::Malformed(_)), "{refused}");
    let too_large = vec![b' '; countersign_verify::MAX_BUNDLE + 1];
    assert!(matches!(verify_bundle(&too_large, None), Err(BundleFault::TooLarge(_))));
}

/// What the keeper logs without right is found by whoever replays.
#[test]
fn a_keeper_who_breaks_the_rules_is_found_out() {
    use countersign_log::{FsStorage, Writer, load_secret};
    use countersign_verify::{ABOUT, Leaf, NoteSigner, SIGNED_BY};
    let (office, _, _) = office();
    let signed = sign(RecordKind::Finding, finding_named("by nobody"), 8);
    let bytes = signed.record.to_bytes().unwrap();
    office.register.documents().put(&bytes).unwrap();
    let leaf = |about: &str, day: u32| Leaf {
        kind: RecordKind::Finding,
        time: time(day),
        sha256: signed.digest().unwrap(),
        subject: about.split(' ').next().unwrap().to_owned(),
        documents: BTreeMap::from([("report.txt".parse().unwrap(), countersign_model::Digest::of(REPORT))]),
        extra: BTreeMap::from([
            (ABOUT.to_owned(), about.to_owned()),
            (SIGNED_BY.to_owned(), signed.signer.to_string()),
        ]),
    };
    let dir = office.register.dir().to_owned();
    drop(office.register);
    let key = NoteSigner::from_secret_text(&load_secret(&dir.join("keys/register.key")).unwrap()).unwrap();
    let storage = std::sync::Arc::new(FsStorage::open(dir.join("log")).unwrap());
    let mut writer = Writer::open(storage, key, std::time::Duration::ZERO).unwrap();
    writer
        .append(&[
            leaf("vendor:v product:p", 4).to_bytes().unwrap(),
            // where a search for the vendor would not find it, and back in time
            leaf("vendor:other", 2).to_bytes().unwrap(),
        ])
        .unwrap();
    drop(writer);
    let replay = Register::open(&dir).unwrap().replay().unwrap();
    let said: Vec<String> = replay.faults.iter().map(ToString::to_string).collect();
    for (entry, why) in [
        ("entry 3", "nobody there answers for"),
        ("entry 4", "filed where it would not be found"),
        ("entry 4", "logged at 2026-11-02"),
        ("entry 4", "already, as entry 3"),
    ] {
        assert!(said.iter().any(|fault| fault.starts_with(entry) && fault.contains(why)), "{why}: {said:?}");
    }
    // and no more can be appended to it without a word
    assert!(replay.sound().all(|(entry, _)| entry.index < 3));
}

fn finding_named(name: &str) -> Value {
    let mut finding = finding();
    finding["summary"] = name.into();
    finding
}

fn good_bundle_of(office: &Office, index: u64) -> Bundle {
    serde_json::from_slice(&office.register.bundle(index, &[], None).unwrap()).unwrap()
}

fn other_hash() -> String {
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()
}
