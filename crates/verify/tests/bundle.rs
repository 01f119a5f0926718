//! A bundle is whole or it is refused, and the fault is named for what was tampered with.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::collections::BTreeMap;

use countersign_model::Digest;
use countersign_verify::{
    BUNDLE_SCHEMA, Bundle, BundleFault, Checkpoint, Content, Envelope, Identity, Leaf, NoteKeyAlgorithm,
    NoteSigner, RecordKind, Seed, Statement, TlogProof, TrustedKeys, VKey, Verified, cosign, leaf_hash,
    node_hash, verify_bundle,
};
use serde_json::{Value, json};

const CASE: &str = "case: 1\nparty: Exempel Handel AB\n";
const SCAN: &[u8] = &[0xff, 0xd8, 0x00, 0x01];
const NEIGHBOUR: &[u8] = b"the other entry of the log";

struct Makings {
    log: NoteSigner,
    signer: Seed,
    statement: Statement,
    kind: RecordKind,
}

impl Makings {
    fn new() -> Self {
        let predicate = json!({
            "answer": "HOLD",
            "attachments": [format!("sha256:{}", Digest::of(SCAN))],
        });
        Self {
            log: NoteSigner::new("example.org/journal", Seed::from_bytes(&[1; 32])).unwrap(),
            signer: Seed::from_bytes(&[2; 32]),
            statement: Statement::new(
                RecordKind::Decision,
                [("case.yaml", Digest::of(CASE.as_bytes()))],
                predicate,
            ),
            kind: RecordKind::Decision,
        }
    }

    fn documents() -> BTreeMap<countersign_verify::DocumentName, Digest> {
        [("case.yaml", CASE.as_bytes()), ("scan.jpg", SCAN)]
            .map(|(name, bytes)| (name.parse().unwrap(), Digest::of(bytes)))
            .into()
    }

    /// A bundle around this payload, whose entry is the second of two in its log.
    fn bundle_of(&self, payload: &[u8]) -> Bundle {
        let record = Envelope::sign(payload, &self.signer);
        let leaf = Leaf {
            kind: self.kind,
            time: "2026-11-22T21:00:00Z".parse().unwrap(),
            sha256: record.digest().unwrap(),
            subject: "case 1".to_owned(),
            documents: Self::documents(),
            extra: BTreeMap::new(),
        };
        self.logged(record, String::from_utf8(leaf.to_bytes().unwrap()).unwrap())
    }

    fn logged(&self, record: Envelope, leaf: String) -> Bundle {
        let root = node_hash(&leaf_hash(NEIGHBOUR), &leaf_hash(leaf.as_bytes()));
        let checkpoint =
            Checkpoint { origin: "example.org/journal".to_owned(), size: 2, root, extensions: vec![] };
        let receipt = TlogProof {
            extra: None,
            index: 1,
            hashes: vec![leaf_hash(NEIGHBOUR)],
            checkpoint: checkpoint.sign(&self.log).unwrap().note().format(),
        };
        Bundle {
            schema: BUNDLE_SCHEMA.to_owned(),
            record,
            documents: [("case.yaml", CASE.as_bytes()), ("scan.jpg", SCAN)]
                .map(|(name, bytes)| (name.parse().unwrap(), Content::of(bytes)))
                .into(),
            leaf,
            receipt: receipt.format(),
            log: self.log.vkey().to_string(),
            signer: self.signer.public().to_string(),
            authority: None,
        }
    }

    fn bundle(&self) -> Bundle {
        self.bundle_of(&self.statement.to_payload().unwrap())
    }

    fn trusted(&self) -> TrustedKeys {
        TrustedKeys {
            logs: vec![self.log.vkey().clone()],
            signers: vec![self.signer.public()],
            witnesses: vec![],
            policy: None,
        }
    }
}

fn check(bundle: &Bundle) -> Result<Verified, BundleFault> {
    verify_bundle(&bundle.to_bytes().unwrap(), None)
}

#[test]
fn a_whole_bundle_is_verified() {
    let makings = Makings::new();
    let bytes = makings.bundle().to_bytes().unwrap();
    let verified = verify_bundle(&bytes, None).unwrap();
    assert_eq!(verified.identity, Identity::FromBundle);
    assert_eq!(verified.kind, RecordKind::Decision);
    assert_eq!(verified.statement, makings.statement);
    assert_eq!((verified.index, verified.tree_size), (1, 2));
    assert_eq!(verified.origin, "example.org/journal");
    assert_eq!(verified.documents[&"scan.jpg".parse().unwrap()], SCAN);
    assert_eq!(verified.signer.fingerprint(), makings.signer.public().fingerprint());
    assert!(verified.withheld.is_empty());
    let verified = verify_bundle(&bytes, Some(&makings.trusted())).unwrap();
    assert_eq!(verified.identity, Identity::Trusted);
}

#[test]
fn keys_that_are_not_trusted_are_refused() {
    let makings = Makings::new();
    let bytes = makings.bundle().to_bytes().unwrap();
    let other = NoteSigner::new("example.org/journal", Seed::from_bytes(&[9; 32])).unwrap();
    let mut trusted = makings.trusted();
    trusted.logs = vec![other.vkey().clone()];
    assert!(matches!(verify_bundle(&bytes, Some(&trusted)), Err(BundleFault::UntrustedLog(_))));
    let mut trusted = makings.trusted();
    trusted.signers = vec![Seed::from_bytes(&[9; 32]).public()];
    assert!(matches!(verify_bundle(&bytes, Some(&trusted)), Err(BundleFault::UntrustedSigner(_))));
    // no keys are no trust
    assert!(verify_bundle(&bytes, Some(&TrustedKeys::default())).is_err());
}

#[test]
fn each_fault_has_its_name() {
    let makings = Makings::new();
    let good = makings.bundle();
    let fault = |change: &dyn Fn(&mut Bundle)| {
        let mut bundle = good.clone();
        change(&mut bundle);
        check(&bundle).unwrap_err()
    };

    let schema = fault(&|b| b.schema = "countersign-bundle/3".to_owned());
    assert_eq!(schema, BundleFault::UnknownSchema("countersign-bundle/3".to_owned()));

    let other = Makings::new().statement;
    let payload = String::from_utf8(other.to_payload().unwrap()).unwrap().replace("HOLD", "STOP");
    let forged = Envelope::sign(payload.as_bytes(), &Seed::from_bytes(&[9; 32]));
    assert!(matches!(fault(&|b| b.record.payload = forged.payload.clone()), BundleFault::RecordSignature(_)));
    assert!(matches!(fault(&|b| b.record = forged.clone()), BundleFault::RecordSignature(_)));
    assert!(matches!(fault(&|b| b.record.signatures.clear()), BundleFault::RecordSignature(_)));
    assert!(matches!(fault(&|b| b.record.payload_type.push('x')), BundleFault::RecordSignature(_)));
    assert!(matches!(
        fault(&|b| b.signer = Seed::from_bytes(&[9; 32]).public().to_string()),
        BundleFault::RecordSignature(_)
    ));

    // signed by the right key, but another record than the one that was logged
    let resigned = Envelope::sign(payload.as_bytes(), &makings.signer);
    assert!(matches!(fault(&|b| b.record = resigned.clone()), BundleFault::LeafOfAnotherRecord { .. }));

    assert!(matches!(fault(&|b| b.leaf.push(' ')), BundleFault::LeafMalformed(_)));
    assert!(matches!(
        fault(&|b| b.leaf = b.leaf.replace("2026-11-22", "2025-11-22")),
        BundleFault::Inclusion(_)
    ));
    assert!(matches!(
        fault(&|b| b.receipt = b.receipt.replace("index 1", "index 0")),
        BundleFault::Inclusion(_)
    ));
    let hash = |bytes: &[u8]| TlogProof {
        hashes: vec![leaf_hash(bytes)],
        ..TlogProof::parse(&good.receipt).unwrap()
    };
    assert!(matches!(fault(&|b| b.receipt = hash(b"x").format()), BundleFault::Inclusion(_)));
    assert!(matches!(
        fault(&|b| b.receipt = b.receipt.replace("\n2\n", "\n3\n")),
        BundleFault::CheckpointSignature(_)
    ));
    let other_log = NoteSigner::new("example.org/journal", Seed::from_bytes(&[9; 32])).unwrap();
    assert!(matches!(fault(&|b| b.log = other_log.vkey().to_string()), BundleFault::CheckpointSignature(_)));
    assert!(matches!(
        fault(&|b| b.receipt = b.receipt.replace("index", "extra AAAA\nindex")),
        BundleFault::Malformed(_)
    ));

    let case: countersign_verify::DocumentName = "case.yaml".parse().unwrap();
    let changed = fault(&|b| {
        b.documents.insert(case.clone(), Content::Text(CASE.replace("1", "2")));
    });
    assert!(changed.to_string().starts_with("document `case.yaml`"), "{changed}");
    assert!(matches!(changed, BundleFault::DocumentDigest { name, .. } if name == case));
    let swapped = fault(&|b| {
        b.documents.insert(case.clone(), Content::of(SCAN));
    });
    assert!(matches!(swapped, BundleFault::DocumentDigest { .. }), "each is whole, but not under its name");
    let added = fault(&|b| {
        b.documents.insert("more.txt".parse().unwrap(), Content::Text(CASE.to_owned()));
    });
    assert_eq!(added, BundleFault::DocumentAdded("more.txt".parse().unwrap()));
}

#[test]
fn a_document_may_be_withheld_and_is_named() {
    let mut bundle = Makings::new().bundle();
    bundle.documents.remove(&"scan.jpg".parse().unwrap());
    let verified = check(&bundle).unwrap();
    assert_eq!(verified.withheld.keys().map(|name| name.as_str()).collect::<Vec<_>>(), ["scan.jpg"]);
}

#[test]
fn what_was_signed_wrongly_is_refused_too() {
    let mut makings = Makings::new();
    let payload = makings.statement.to_payload().unwrap();
    let spaced = [&payload[..], b" "].concat();
    assert_eq!(check(&makings.bundle_of(&spaced)).unwrap_err(), BundleFault::PayloadNotCanonical);
    let text = String::from_utf8(payload.clone()).unwrap();
    let other = text.replace("Statement/v1", "Statement/v2");
    assert!(matches!(check(&makings.bundle_of(other.as_bytes())), Err(BundleFault::NotAStatement(_))));
    assert!(matches!(check(&makings.bundle_of(b"[]")), Err(BundleFault::NotAStatement(_))));

    let unknown = text.replace("/decision/v1", "/decision/v9");
    assert_eq!(
        check(&makings.bundle_of(unknown.as_bytes())).unwrap_err(),
        BundleFault::UnknownKind("https://countersign.dev/decision/v9".to_owned())
    );
    let record = Envelope::sign(&payload, &makings.signer);
    let leaf = makings.bundle().leaf.replace("\"decision\"", "\"verdict\"");
    assert_eq!(
        check(&makings.logged(record.clone(), leaf)).unwrap_err(),
        BundleFault::UnknownKind("verdict".to_owned())
    );
    let leaf = makings.bundle().leaf.replace("\"v\":1", "\"v\":2");
    assert!(matches!(check(&makings.logged(record.clone(), leaf)), Err(BundleFault::LeafMalformed(_))));
    let leaf = makings.bundle().leaf.replace("\"v\":1", "\"v\":1,\"w\":1");
    assert!(matches!(check(&makings.logged(record, leaf)), Err(BundleFault::LeafMalformed(_))));

    makings.kind = RecordKind::Disposition;
    assert!(matches!(check(&makings.bundle()), Err(BundleFault::KindMismatch { .. })));

    // a document that the log names and the record does not
    let mut makings = Makings::new();
    makings.statement.predicate = json!({"answer": "HOLD"});
    assert_eq!(
        check(&makings.bundle()).unwrap_err(),
        BundleFault::DocumentAdded("scan.jpg".parse().unwrap())
    );
}

#[test]
fn form_is_strict() {
    let bytes = Makings::new().bundle().to_bytes().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert!(
        verify_bundle(serde_json::to_string(&value).unwrap().as_bytes(), None).is_ok(),
        "spaces are free"
    );
    for member in ["schema", "record", "documents", "leaf", "receipt", "log", "signer"] {
        let mut less = value.clone();
        less.as_object_mut().unwrap().remove(member);
        let bytes = serde_json::to_vec(&less).unwrap();
        assert!(matches!(verify_bundle(&bytes, None), Err(BundleFault::Malformed(_))), "{member}");
    }
    for (find, replace) in [
        ("\"schema\":", "\"unknown\": 1, \"schema\":"),
        ("\"schema\":", "\"leaf\": \"\", \"schema\":"),
        ("\"payloadType\":", "\"unknown\": 1, \"payloadType\":"),
        ("\"keyid\":", "\"unknown\": 1, \"keyid\":"),
        ("\"case.yaml\":", "\"case.yaml\": {\"text\": \"planted\"}, \"case.yaml\":"),
        ("\"case.yaml\":", "\"../case.yaml\":"),
        ("\"text\":", "\"base64\": \"\", \"text\":"),
    ] {
        let changed = text.replacen(find, replace, 1);
        assert_ne!(changed, text);
        assert!(
            matches!(verify_bundle(changed.as_bytes(), None), Err(BundleFault::Malformed(_))),
            "{replace}"
        );
    }
    for bad in [&b""[..], b"{}", b"null", b"\xff", &text.as_bytes()[..text.len() / 2]] {
        assert!(matches!(verify_bundle(bad, None), Err(BundleFault::Malformed(_))));
    }
}

/// Every byte of a bundle, every bit of it: refused, unless the change is one of white space only.
#[test]
fn no_flipped_bit_is_accepted() {
    let good = Makings::new().bundle();
    let bytes = good.to_bytes().unwrap();
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << bit;
            if verify_bundle(&changed, None).is_ok() {
                let read: Bundle = serde_json::from_slice(&changed).unwrap();
                assert_eq!(read, good, "byte {place}, bit {bit}");
            }
        }
    }
}

#[test]
fn the_fault_of_a_flipped_byte_names_the_part() {
    let good = Makings::new().bundle();
    let flip = |text: &str, place: usize| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        String::from_utf8_lossy(&bytes).into_owned()
    };
    for place in 0..good.record.payload.len() {
        let mut bundle = good.clone();
        bundle.record.payload = flip(&good.record.payload, place);
        if bundle != good {
            assert!(matches!(check(&bundle), Err(BundleFault::RecordSignature(_))), "payload {place}");
        }
    }
    for place in 0..good.leaf.len() {
        let mut bundle = good.clone();
        bundle.leaf = flip(&good.leaf, place);
        let Err(fault) = check(&bundle) else { panic!("leaf {place} was accepted") };
        let named = matches!(
            fault,
            BundleFault::LeafMalformed(_)
                | BundleFault::LeafOfAnotherRecord { .. }
                | BundleFault::UnknownKind(_)
                | BundleFault::Inclusion(_)
        );
        assert!(named, "leaf {place}: {fault}");
    }
    let start = good.receipt.find("\n\n").unwrap() + 2;
    for place in start..good.receipt.len() {
        let mut bundle = good.clone();
        bundle.receipt = flip(&good.receipt, place);
        if bundle != good {
            assert!(matches!(check(&bundle), Err(BundleFault::CheckpointSignature(_))), "checkpoint {place}");
        }
    }
    for place in 0..CASE.len() {
        let mut bundle = good.clone();
        bundle.documents.insert("case.yaml".parse().unwrap(), Content::Text(flip(CASE, place)));
        if bundle != good {
            assert!(matches!(check(&bundle), Err(BundleFault::DocumentDigest { .. })), "case {place}");
        }
    }
}

#[test]
fn trusted_witnesses_are_reported_and_their_faults_too() {
    let makings = Makings::new();
    let mut bundle = makings.bundle();
    let mut receipt = TlogProof::parse(&bundle.receipt).unwrap();
    let seed = Seed::from_bytes(&[3; 32]);
    let witness = VKey::new("witness.example.org", NoteKeyAlgorithm::CosignatureV1, seed.public()).unwrap();
    let mut note = countersign_verify::Note::parse(receipt.checkpoint.as_bytes()).unwrap();
    let line = cosign(&note, &witness, &seed.into(), 1_800_000_000).unwrap();
    note.signatures.push(line);
    receipt.checkpoint = note.format();
    bundle.receipt = receipt.format();
    let mut trusted = makings.trusted();
    trusted.witnesses.push(witness);
    let bytes = bundle.to_bytes().unwrap();
    let verified = verify_bundle(&bytes, Some(&trusted)).unwrap();
    assert_eq!(verified.cosignatures[0].time, 1_800_000_000);
    assert!(verify_bundle(&bytes, Some(&makings.trusted())).unwrap().cosignatures.is_empty());

    note.signatures[1].bytes[20] ^= 1;
    receipt.checkpoint = note.format();
    bundle.receipt = receipt.format();
    assert!(matches!(
        verify_bundle(&bundle.to_bytes().unwrap(), Some(&trusted)),
        Err(BundleFault::WitnessSignature(_))
    ));
}

#[test]
fn times_and_names_are_strict() {
    use countersign_verify::{DocumentName, UtcTime};
    for good in ["2026-11-22T21:00:00Z", "2024-02-29T23:59:59.123456789Z"] {
        assert_eq!(good.parse::<UtcTime>().unwrap().as_str(), good);
    }
    for bad in [
        "2026-11-22",
        "2026-11-22T21:00:00",
        "2026-11-22T21:00:00+01:00",
        "2026-11-22 21:00:00Z",
        "2026-02-29T21:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T21:60:00Z",
        "2026-11-22T21:00:60Z",
        "2026-11-22T21:00Z",
        "2026-11-22T21:00:00.Z",
        "2026-11-22T21:00:00:00Z",
        "2026-11-22T+1:00:00Z",
    ] {
        assert!(bad.parse::<UtcTime>().is_err(), "{bad}");
    }
    for bad in ["", ".", "..", ".hidden", "a/b", "a\\b", "C:x", "a\nb", &"x".repeat(201)] {
        assert!(bad.parse::<DocumentName>().is_err(), "{bad}");
    }
}
