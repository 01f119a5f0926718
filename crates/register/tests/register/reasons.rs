//! Every attack by its name, with the one reason for which it is refused. The words are those that a reader sees.

use std::sync::Arc;

use super::*;
use countersign_assessments::{
    Opening, PublicField, PublicVersion, check_redaction, commit, disclose, publish,
};
use countersign_log::{FsStorage, Log, Storage};
use countersign_model::{Digest, parse_date};
use countersign_register::mirror;
use countersign_verify::{
    Bundle, Content, Envelope, MlDsaSeed, Note, NoteKeyAlgorithm, Policy, SignedCheckpoint, Statement,
    TlogProof, TrustedKeys, VKey, WitnessSecret, cosign, verify_bundle,
};

/// A bundle of a finding under a checkpoint that two witnesses cosigned, and what its reader trusts.
struct Scene {
    office: Office,
    good: Bundle,
    trusted: TrustedKeys,
    /// The checkpoint of the log when it had two entries.
    old: String,
    witness: VKey,
}

/// Witness 32 signs with ML-DSA-44, the others with Ed25519.
fn secret(n: u8) -> WitnessSecret {
    if n == 32 { MlDsaSeed::from_bytes(&[n; 32]).into() } else { seed(n).into() }
}

fn witness(n: u8) -> VKey {
    secret(n).vkey(&format!("w{n}.example.net")).unwrap()
}

fn cosigned(note: &Note, by: &[u8]) -> Note {
    let mut note = note.clone();
    for n in by {
        note.signatures.push(cosign(&note, &witness(*n), &secret(*n), 1_800_000_000).unwrap());
    }
    note
}

impl Scene {
    fn new() -> Self {
        let mut office = Office::new();
        office.add(RecordKind::Finding, finding(), 2, 2).unwrap();
        let old = cosigned(office.register.log().signed().note(), &[31, 32]).format();
        let on = office.register.leaf(0).unwrap().sha256;
        for n in 0..3 {
            let content = json!({"of": {"record": on}, "text": format!("comment {n}")});
            office.add(RecordKind::Comment, predicate(&["register:example"], content), 7, 3).unwrap();
        }
        let vkey = office.register.vkey().clone();
        let note = cosigned(office.register.log().signed().note(), &[31, 32]);
        let signed = SignedCheckpoint::verify(note.format().as_bytes(), &vkey).unwrap();
        let good = serde_json::from_slice(&office.register.bundle(1, &[], Some(&signed)).unwrap()).unwrap();
        let policy = format!(
            "log {vkey}\nwitness w1 {}\nwitness w2 {}\ngroup both 2 w1 w2\nquorum both\n",
            witness(31),
            witness(32)
        );
        let trusted = TrustedKeys::from(Policy::parse(&policy).unwrap());
        Self { office, good, trusted, old, witness: witness(31) }
    }

    fn refused(&self, bundle: &Bundle) -> String {
        verify_bundle(&bundle.to_bytes().unwrap(), Some(&self.trusted)).unwrap_err().to_string()
    }

    /// The receipt with its checkpoint changed.
    fn receipt(&self, change: impl FnOnce(&mut TlogProof)) -> String {
        let mut proof = TlogProof::parse(&self.good.receipt).unwrap();
        change(&mut proof);
        proof.format()
    }

    /// The record signed again by its own signer, with another statement.
    fn signed_again(&self, change: impl FnOnce(&mut Value)) -> Envelope {
        let payload = self.good.record.verify(&seed(2).public()).unwrap();
        let mut value: Value = serde_json::from_slice(&payload).unwrap();
        change(&mut value);
        let statement: Statement = serde_json::from_value(value).unwrap();
        Envelope::sign(&statement.to_payload().unwrap(), &seed(2))
    }
}

/// Damages a signature line so that it is still one.
fn damaged(note: &str, line: usize) -> String {
    let mut note = Note::parse(note.as_bytes()).unwrap();
    note.signatures[line].bytes[20] ^= 1;
    note.format()
}

#[test]
fn a_bundle_is_refused_for_the_right_reason() {
    let scene = Scene::new();
    verify_bundle(&scene.good.to_bytes().unwrap(), Some(&scene.trusted)).unwrap();
    let other_office = Office::new();
    let other_signer = NoteKeyAlgorithm::Ed25519;
    let same_name = VKey::new("register.example.org", other_signer, seed(40).public()).unwrap();
    type Change<'a> = Box<dyn Fn(&mut Bundle) + 'a>;
    let table: Vec<(&str, Change<'_>, &str)> = vec![
        (
            "key of another log",
            Box::new(|b| b.log = other_office.register.vkey().to_string()),
            "is not among the keys that you trust",
        ),
        (
            "key of another log under the same name",
            Box::new(|b| b.log = same_name.to_string()),
            "is not among the keys that you trust",
        ),
        (
            "signature of the record",
            Box::new(|b| {
                let sig = &mut b.record.signatures[0].sig;
                let other = if sig.starts_with('A') { "B" } else { "A" };
                sig.replace_range(..1, other);
            }),
            "record: the signature of the record is not by the key",
        ),
        (
            "a second signature on the record",
            Box::new(|b| b.record.signatures.push(b.record.signatures[0].clone())),
            "exactly one signature",
        ),
        (
            "signature of the log",
            Box::new(|b| b.receipt = scene.receipt(|p| p.checkpoint = damaged(&p.checkpoint, 0))),
            "checkpoint: the signature by `register.example.org` does not fit",
        ),
        (
            "cosignature of the first witness",
            Box::new(|b| b.receipt = scene.receipt(|p| p.checkpoint = damaged(&p.checkpoint, 1))),
            "checkpoint: witness: the signature by `w31.example.net` does not fit",
        ),
        (
            "cosignature of the second witness",
            Box::new(|b| b.receipt = scene.receipt(|p| p.checkpoint = damaged(&p.checkpoint, 2))),
            "checkpoint: witness: the signature by `w32.example.net` does not fit",
        ),
        (
            "a cosignature left out",
            Box::new(|b| {
                b.receipt = scene.receipt(|p| {
                    let mut note = Note::parse(p.checkpoint.as_bytes()).unwrap();
                    note.signatures.pop();
                    p.checkpoint = note.format();
                });
            }),
            "1 of 2 cosigned it, and the quorum `both` is not reached",
        ),
        (
            "an old checkpoint with the proof of a new one",
            Box::new(|b| b.receipt = scene.receipt(|p| p.checkpoint.clone_from(&scene.old))),
            "inclusion proof: the log entry is not at its place",
        ),
        (
            "the size in the checkpoint",
            Box::new(|b| {
                b.receipt = scene.receipt(|p| p.checkpoint = p.checkpoint.replacen("\n5\n", "\n6\n", 1));
            }),
            "checkpoint: the signature by `register.example.org` does not fit",
        ),
        (
            "another index",
            Box::new(|b| b.receipt = scene.receipt(|p| p.index = 2)),
            "inclusion proof: the log entry is not at its place",
        ),
        (
            "a node too few",
            Box::new(|b| b.receipt = scene.receipt(|p| p.hashes.truncate(p.hashes.len() - 1))),
            "inclusion proof: ",
        ),
        (
            "a node too many",
            Box::new(|b| b.receipt = scene.receipt(|p| p.hashes.push(Digest::of(b"x")))),
            "inclusion proof: ",
        ),
        (
            "extra data in the receipt",
            Box::new(|b| b.receipt = scene.receipt(|p| p.extra = Some(b"x".to_vec()))),
            "extra data that nothing proves",
        ),
        (
            "another record, signed by the same key",
            Box::new(|b| {
                b.record = scene.signed_again(|s| s["predicate"]["summary"] = "another summary".into());
            }),
            "leaf: the log entry commits to the record",
        ),
        (
            "an unknown kind of record",
            Box::new(|b| {
                b.record =
                    scene.signed_again(|s| s["predicateType"] = "https://example.org/verdict/v1".into());
            }),
            "unknown kind `https://example.org/verdict/v1`",
        ),
        (
            "an unknown kind of log entry",
            Box::new(|b| b.leaf = b.leaf.replace("\"finding\"", "\"verdict\"")),
            "unknown kind `verdict`",
        ),
        (
            "a log entry of another version",
            Box::new(|b| b.leaf = b.leaf.replace("\"v\":1", "\"v\":2")),
            "version `2`",
        ),
        (
            "a log entry that names another signer",
            Box::new(|b| {
                let (two, three) = (seed(2).public().to_string(), seed(3).public().to_string());
                b.leaf = b.leaf.replace(&two, &three);
            }),
            "inclusion proof: ",
        ),
        (
            "a changed document",
            Box::new(|b| {
                b.documents.insert("report.txt".parse().unwrap(), Content::Text("another".to_owned()));
            }),
            "document `report.txt`: its SHA-256 is",
        ),
        (
            "a document slipped in",
            Box::new(|b| {
                b.documents.insert("more.txt".parse().unwrap(), Content::Text("more".to_owned()));
            }),
            "document `more.txt`: neither the record nor its log entry names such a document",
        ),
        ("no roster", Box::new(|b| b.authority = Some(Vec::new())), "signer: "),
        (
            "the roster under another index",
            Box::new(|b| b.authority.as_mut().unwrap()[0].index = 3),
            "authority: entry 3: it is not at its place in the log",
        ),
        (
            "another roster, signed by a stranger",
            Box::new(|b| {
                let signed = sign(RecordKind::Roster, roster(vec![member(9, &["registrar"])]), 9);
                b.authority.as_mut().unwrap()[0].record = signed.record;
            }),
            "authority: entry 0: the signature of the record is not by the key",
        ),
        (
            "another schema",
            Box::new(|b| b.schema = "countersign-bundle/3".to_owned()),
            "the bundle has the schema `countersign-bundle/3`",
        ),
    ];
    for (attack, change, reason) in &table {
        let mut bundle = scene.good.clone();
        change(&mut bundle);
        assert_ne!(bundle, scene.good, "{attack} changes nothing");
        let said = scene.refused(&bundle);
        assert!(said.contains(reason), "{attack}: `{said}`, and not `{reason}`");
    }
    // the reader's own clock or policy is not asked by the bundle: one witness is too few for this policy
    let one = TrustedKeys::from(
        Policy::parse(&format!(
            "log {}\nwitness w1 {}\nwitness w9 {}\ngroup both 2 w1 w9\nquorum both\n",
            scene.office.register.vkey(),
            scene.witness,
            witness(39)
        ))
        .unwrap(),
    );
    let said = verify_bundle(&scene.good.to_bytes().unwrap(), Some(&one)).unwrap_err().to_string();
    assert!(said.contains("1 of 2 cosigned it, and the quorum `both` is not reached"), "{said}");
}

/// Each node of each proof, and each byte of each signature.
#[test]
fn every_node_and_every_byte_of_a_signature() {
    let scene = Scene::new();
    let proof = TlogProof::parse(&scene.good.receipt).unwrap();
    assert!(proof.hashes.len() >= 2);
    for n in 0..proof.hashes.len() {
        let mut bundle = scene.good.clone();
        bundle.receipt = scene.receipt(|p| p.hashes[n] = Digest::of(p.hashes[n].as_bytes()));
        let said = scene.refused(&bundle);
        assert!(said.starts_with("inclusion proof: the log entry is not at its place"), "node {n}: {said}");
    }
    let authority = scene.good.authority.as_ref().unwrap();
    for (n, entry) in authority.iter().enumerate() {
        for m in 0..entry.hashes.len() {
            let mut bundle = scene.good.clone();
            bundle.authority.as_mut().unwrap()[n].hashes[m] =
                scene.good.authority.as_ref().unwrap()[n].hashes[(m + 1) % entry.hashes.len()].clone();
            let said = scene.refused(&bundle);
            assert!(said.contains("it is not at its place in the log"), "authority {n}, node {m}: {said}");
        }
    }
    for (line, who) in [(0, "register.example.org"), (1, "w31.example.net"), (2, "w32.example.net")] {
        let length = Note::parse(proof.checkpoint.as_bytes()).unwrap().signatures[line].bytes.len();
        // a signature with ML-DSA-44 has 2,420 bytes: in steps, and all of it when scaled up
        let long = length > 100 && std::env::var_os("COUNTERSIGN_TEST_SCALE").is_none();
        for place in (0..length).step_by(if long { 11 } else { 1 }) {
            let mut bundle = scene.good.clone();
            bundle.receipt = scene.receipt(|p| {
                let mut note = Note::parse(p.checkpoint.as_bytes()).unwrap();
                note.signatures[line].bytes[place] ^= 1;
                p.checkpoint = note.format();
            });
            let said = scene.refused(&bundle);
            let reason = format!("the signature by `{who}` does not fit the text of the note");
            assert!(said.contains(&reason), "byte {place} of {who}: {said}");
        }
    }
}

/// What a log or a mirror refuses.
#[test]
fn a_log_is_refused_for_the_right_reason() {
    let scene = Scene::new();
    let own = scene.office.register.dir().to_owned();
    let vkey = scene.office.register.vkey().clone();
    let storage = |path: &std::path::Path| -> Arc<dyn Storage> { Arc::new(FsStorage::open(path).unwrap()) };
    let copy = scene.office.path("copy");
    mirror(&storage(&own), &vkey, &copy, None).unwrap();

    // a tile cut short, at the right edge
    let log = storage(&own.join("log"));
    let tile = log.get("tile/0/000.p/5").unwrap().unwrap();
    log.put("tile/0/000.p/5", &tile[..tile.len() - 1]).unwrap();
    let said = Log::open(log.clone(), &vkey).unwrap_err().to_string();
    assert!(said.contains("the tile `tile/0/000.p/5` is missing or has not its form"), "{said}");
    // of the right length, with one hash another
    let mut changed = tile.clone();
    changed[33] ^= 1;
    log.put("tile/0/000.p/5", &changed).unwrap();
    let said = Log::open(log.clone(), &vkey).unwrap_err().to_string();
    assert!(said.contains("do not give the root that the checkpoint signs"), "{said}");
    log.put("tile/0/000.p/5", &tile).unwrap();
    // an entry changed in its bundle
    let entries = log.get("tile/entries/000.p/5").unwrap().unwrap();
    let mut changed = entries.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    log.put("tile/entries/000.p/5", &changed).unwrap();
    let said = Log::open(log.clone(), &vkey).unwrap().entry(4).unwrap_err().to_string();
    assert!(said.contains("its entry 4 does not have the hash that the tree has"), "{said}");
    log.put("tile/entries/000.p/5", &entries).unwrap();
    // the checkpoint by another key of the same name
    let other = VKey::new("register.example.org", NoteKeyAlgorithm::Ed25519, seed(40).public()).unwrap();
    let said = Log::open(log.clone(), &other).unwrap_err().to_string();
    assert!(said.contains("the checkpoint is not by the key"), "{said}");
    // an old checkpoint put in place of the new one, for a reader who has the new one
    let plain = Note::parse(scene.old.as_bytes()).unwrap();
    let plain = Note { signatures: plain.lines_of(&vkey).cloned().collect(), text: plain.text.clone() };
    let new = log.get("checkpoint").unwrap().unwrap();
    log.put("checkpoint", plain.format().as_bytes()).unwrap();
    let said = mirror(&storage(&own), &vkey, &copy, None).unwrap_err().to_string();
    // the old edge is gone with the tiles that the new one replaced, or the state is older than the copy
    assert!(said.contains("`tile/0/000.p/2` is missing") || said.contains("shows 2 entries"), "{said}");
    log.put("checkpoint", &new).unwrap();
    mirror(&storage(&own), &vkey, &copy, None).unwrap();
}

/// What the public version of an assessment is refused for.
#[test]
fn a_redacted_text_is_refused_for_the_right_reason() {
    let document = json!({"a": {"price": "24000"}, "b": "open", "c": [1, 2], "d": "x", "e": "y", "f": "z"});
    let mut n = 0u8;
    let commitment = commit(&document, || {
        n += 1;
        [n; 32]
    })
    .unwrap();
    let day = |text: &str| parse_date(text).unwrap();
    let redaction = serde_json::from_value(json!({
        "path": "a/price", "class": "C", "reason": "price", "decided_by": "assessor", "review_date": "2027-03-30",
    }))
    .unwrap();
    let good = publish(&commitment, &[redaction]).unwrap();
    let root = commitment.root;
    let check = |public: &PublicVersion| {
        check_redaction(public, &root, Some(&root), day("2026-03-30"), day("2026-05-01"))
            .map_err(|fault| fault.to_string())
    };
    assert!(check(&good).unwrap().failed.is_empty());
    let opening = commitment.openings.iter().find(|o| o.path == "a/price").unwrap();
    disclose(&good, opening).unwrap();
    let withheld = good.fields.iter().position(|f| f.path() == "a/price").unwrap();
    let opened = |value: &str, salt: &str| Opening {
        path: "a/price".to_owned(),
        salt: salt.to_owned(),
        value: value.to_owned(),
    };
    type Change<'a> = Box<dyn Fn(&mut PublicVersion) + 'a>;
    let table: Vec<(&str, Change<'_>, &str)> = vec![
        (
            "a withheld field reopened with another value",
            Box::new(|p| p.fields[withheld] = PublicField::Open(opened("\"1\"", &opening.salt))),
            "RED-01: the fields lead to the root",
        ),
        (
            "a withheld field reopened with another salt",
            Box::new(|p| p.fields[withheld] = PublicField::Open(opened(&opening.value, &"77".repeat(32)))),
            "RED-01: the fields lead to the root",
        ),
        (
            "a salt used twice",
            Box::new(|p| {
                let PublicField::Open(first) = &p.fields[1] else { panic!("open") };
                let salt = first.salt.clone();
                let PublicField::Open(second) = &mut p.fields[2] else { panic!("open") };
                second.salt = salt;
            }),
            "was used before; fresh salts keep small values from being guessed",
        ),
        (
            "a short salt",
            Box::new(|p| {
                let PublicField::Open(first) = &mut p.fields[1] else { panic!("open") };
                first.salt.truncate(30);
            }),
            "with fewer than 16 the value can be guessed",
        ),
        (
            "a decoy",
            Box::new(|p| {
                p.fields
                    .push(PublicField::Open(Opening { path: "zz".into(), ..opened("1", &"88".repeat(32)) }))
            }),
            "RED-01: the fields lead to the root",
        ),
        (
            "a field twice",
            Box::new(|p| p.fields.insert(1, p.fields[1].clone())),
            "is out of order, or stands twice",
        ),
        (
            "a withheld field left out",
            Box::new(|p| p.fields.retain(|field| field.path() != "a/price")),
            "RED-01: ",
        ),
        (
            "another path for the withheld field",
            Box::new(|p| {
                let PublicField::Open(b) = p.fields[1].clone() else { panic!("open") };
                p.fields[1] = PublicField::Open(Opening { path: "bb".into(), ..b });
            }),
            "RED-01: ",
        ),
        ("another format", Box::new(|p| p.schema = "assessment-public/2".into()), "its `schema` is"),
    ];
    for (attack, change, reason) in &table {
        let mut public = good.clone();
        change(&mut public);
        assert_ne!(public, good, "{attack} changes nothing");
        let said = check(&public).unwrap_err();
        assert!(said.contains(reason), "{attack}: `{said}`, and not `{reason}`");
    }
    let said = disclose(&good, &opened("\"1\"", &opening.salt)).unwrap_err().to_string();
    assert!(said.contains("what is disclosed for `a/price` is not what was withheld"), "{said}");
}
