//! A record back to its inputs, the decision made again, and both compared byte for byte.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use countersign_law::Law;
use countersign_model::Digest;
use countersign_store::Store;
use countersign_verify::{RecordKind, Verified, canonical_json};
use serde::Deserialize;
use serde_json::Value;

use crate::check::{Options, Pins, VERSION, check, read_case};
use crate::dispositions::{Disposition, Dispositions};
use crate::failure::Failure;
use crate::knowledge::{Knowledge, QUESTIONS, law_of_document};
use crate::lists::Lists;
use crate::record::{CASE, DISPOSITIONS, LAW, QUESTION_SET, list_document, past_document};
use crate::snapshot::{Pin, Snapshot};

/// The parts of the recorded statement that a replay needs.
#[derive(Debug, Deserialize)]
struct Recorded {
    schema: String,
    decision: Value,
    screening: Value,
    pins: Pins,
    options: Options,
}

/// What a replay found.
#[derive(Debug)]
pub struct Replay {
    /// The answer that was recorded.
    pub answer: String,
    /// The version that recorded it, where it is not this one.
    pub other_version: Option<String>,
    /// Whether the law came from the record, because this program holds another.
    pub law_from_record: bool,
    /// Documents that the bundle withholds and the home gave; their digests are those of the record.
    pub from_home: Vec<String>,
    /// The size and the digest of the canonical bytes of the decision made again.
    pub bytes: usize,
    /// The SHA-256 of the document.
    pub sha256: Digest,
    /// Every field that differs: its place, what was recorded, what comes out now. Empty: the same bytes.
    pub differences: Vec<Difference>,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// JSON pointer (RFC 6901).
    pub at: String,
    /// `None`: not there.
    pub recorded: Option<String>,
    /// `None`: not there.
    pub now: Option<String>,
}

/// Makes the decision of a verified record again. Documents that the bundle does not hold are taken from the home
/// or from the program where their digest is the same.
pub fn replay(verified: &Verified, store: Option<&Store>) -> Result<Replay, Failure> {
    replay_under(verified, store, None, None)
}

/// The same under other packs, or with other lists: what the decision would be today.
pub fn replay_under(
    verified: &Verified,
    store: Option<&Store>,
    law: Option<Law>,
    lists: Option<&Lists>,
) -> Result<Replay, Failure> {
    if verified.kind != RecordKind::Decision {
        return Err(Failure::Input(format!(
            "the record is a `{}`; only a decision can be made again",
            verified.kind
        )));
    }
    let recorded: Recorded = serde_json::from_value(verified.statement.predicate.clone())
        .map_err(|e| wrong(format!("its statement is no check/1: {e}")))?;
    if recorded.schema != "check/1" {
        return Err(wrong(format!("its statement is a `{}`; this version reads check/1", recorded.schema)));
    }
    let documents = Documents { verified, store, from_home: RefCell::default() };
    let case_text = documents.text(CASE, recorded.pins.case)?;
    let questions = if recorded.pins.questions == Digest::of(QUESTIONS.as_bytes()) {
        QUESTIONS.to_owned()
    } else {
        documents.text(QUESTION_SET, recorded.pins.questions)?
    };
    let (law, law_from_record) = law_for(law, recorded.pins.law, &documents)?;
    let knowledge = Knowledge::of(law, &questions)?;
    let snapshots =
        if lists.is_none() { snapshots_of(&recorded.pins.lists, &documents)? } else { Vec::new() };
    let dispositions: Vec<Disposition> = serde_json::from_slice(&documents.named(DISPOSITIONS)?)
        .map_err(|e| wrong(format!("the document `{DISPOSITIONS}`: {e}")))?;
    let case =
        read_case(&case_text, CASE, &recorded.options, &knowledge).map_err(|e| wrong(e.to_string()))?;
    let theirs = Lists::of(snapshots);
    let again = check(
        &case,
        recorded.pins.case,
        &recorded.options,
        &knowledge,
        Some(lists.unwrap_or(&theirs)),
        &Dispositions::of(dispositions),
    )?
    .to_value()?;

    let mut differences = Vec::new();
    let warned = verified.statement.predicate.get("warnings").cloned().unwrap_or(Value::Null);
    let mut told = vec![("decision", &recorded.decision), ("screening", &recorded.screening)];
    // other lists lie elsewhere
    if lists.is_none() {
        told.push(("warnings", &warned));
    }
    for (key, before) in told {
        let now = again.get(key).cloned().unwrap_or(Value::Null);
        if canonical(before)? != canonical(&now)? {
            compare(&format!("/{key}"), Some(before), Some(&now), &mut differences);
        }
    }
    let bytes = canonical(again.get("decision").unwrap_or(&Value::Null))?;
    Ok(Replay {
        answer: recorded.decision.get("answer").and_then(Value::as_str).unwrap_or_default().to_owned(),
        other_version: (recorded.pins.program != VERSION).then_some(recorded.pins.program),
        law_from_record,
        from_home: documents.from_home.into_inner().into_iter().collect(),
        bytes: bytes.len(),
        sha256: Digest::of(&bytes),
        differences,
    })
}

fn wrong(why: String) -> Failure {
    Failure::Input(format!("the record cannot be replayed: {why}"))
}

/// The packs to decide by: those given, else those of the record, which the program may have. `true`: they came from the
/// record's documents.
fn law_for(given: Option<Law>, pinned: Digest, documents: &Documents<'_>) -> Result<(Law, bool), Failure> {
    if let Some(law) = given {
        return Ok((law, false));
    }
    let embedded = Law::embedded().map_err(|e| Failure::Program(e.to_string()))?;
    if embedded.digest() == pinned {
        return Ok((embedded, false));
    }
    let law = law_of_document(&documents.named(LAW)?)?;
    if law.digest() != pinned {
        return Err(wrong(format!(
            "the document `{LAW}` holds packs with the digest `{}`, the record names `{pinned}`",
            law.digest()
        )));
    }
    Ok((law, true))
}

/// The copies of lists that a record pins.
fn snapshots_of(pins: &[Pin], documents: &Documents<'_>) -> Result<Vec<Snapshot>, Failure> {
    let mut snapshots = Vec::new();
    for pin in pins {
        let bytes = match documents.by_digest(&list_document(&pin.source), pin.snapshot) {
            Some(bytes) => bytes,
            None => embedded_list(pin.snapshot)?
                .ok_or_else(|| missing(&list_document(&pin.source), pin.snapshot))?,
        };
        let past = match pin.past {
            Some(digest) => {
                let name = past_document(&pin.source);
                documents.by_digest(&name, digest).ok_or_else(|| missing(&name, digest))?
            }
            None => Vec::new(),
        };
        snapshots.push(Snapshot::read(pin.clone(), bytes, past)?);
    }
    Ok(snapshots)
}

fn canonical(value: &Value) -> Result<Vec<u8>, Failure> {
    canonical_json(value).map_err(|e| Failure::Program(e.to_string()))
}

fn missing(name: &str, digest: Digest) -> Failure {
    Failure::Input(format!(
        "the bundle withholds `{name}` (SHA-256 {digest}), and neither this program nor your home holds it; ask for a \
         bundle with it"
    ))
}

/// The starter list of this program, if it has that digest.
fn embedded_list(digest: Digest) -> Result<Option<Vec<u8>>, Failure> {
    let starter = Snapshot::starter()?;
    Ok((starter.pin.snapshot == digest).then_some(starter.bytes))
}

/// The documents of a record: those in the bundle, else those in the home.
struct Documents<'a> {
    verified: &'a Verified,
    store: Option<&'a Store>,
    /// Which the home gave, since the bundle withholds them.
    from_home: RefCell<BTreeSet<String>>,
}

impl Documents<'_> {
    fn by_digest(&self, name: &str, digest: Digest) -> Option<Vec<u8>> {
        let held = self.verified.documents.iter().find(|(n, _)| n.as_str() == name).map(|(_, bytes)| bytes);
        match held {
            Some(bytes) if Digest::of(bytes) == digest => Some(bytes.clone()),
            _ => {
                let found = self.store.and_then(|s| s.blob(&digest).ok())?;
                self.from_home.borrow_mut().insert(name.to_owned());
                Some(found)
            }
        }
    }

    /// A document that the log entry names.
    fn named(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let all: BTreeMap<&str, Digest> =
            self.verified.leaf.documents.iter().map(|(n, d)| (n.as_str(), *d)).collect();
        let digest = all.get(name).ok_or_else(|| {
            Failure::Input(format!("the record names no document `{name}`; it cannot be replayed"))
        })?;
        self.by_digest(name, *digest).ok_or_else(|| missing(name, *digest))
    }

    fn text(&self, name: &str, digest: Digest) -> Result<String, Failure> {
        let bytes = self.by_digest(name, digest).ok_or_else(|| missing(name, digest))?;
        String::from_utf8(bytes).map_err(|_| Failure::Input(format!("the document `{name}` is not UTF-8")))
    }
}

/// Every leaf of two JSON trees that differs.
fn compare(at: &str, before: Option<&Value>, now: Option<&Value>, out: &mut Vec<Difference>) {
    match (before, now) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let escaped = key.replace('~', "~0").replace('/', "~1");
                compare(&format!("{at}/{escaped}"), a.get(key), b.get(key), out);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            for n in 0..a.len().max(b.len()) {
                compare(&format!("{at}/{n}"), a.get(n), b.get(n), out);
            }
        }
        (before, now) if before == now => {}
        (before, now) => out.push(Difference {
            at: at.to_owned(),
            recorded: before.map(Value::to_string),
            now: now.map(Value::to_string),
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use countersign_law::embedded_files;
    use countersign_store::{Kind, NewRecord};
    use countersign_verify::verify_bundle;
    use serde_json::json;

    use super::*;

    const EXAMPLE: &str = include_str!("../../../examples/licensing/forensic-kits-cl.yaml");

    /// A record made under other packs than those of this program, after `edit`.
    fn recorded_under_other_law(edit: impl Fn(&mut Value)) -> Replay {
        let mut files = embedded_files();
        let inventory = files.get_mut("us-itar/boundary.cedar").unwrap();
        inventory.push_str("// a remark that changes nothing but the digest\n");
        let law = Law::load(&files).unwrap();
        let packs = canonical(&serde_json::to_value(law.files()).unwrap()).unwrap();
        let knowledge = Knowledge::of(law, QUESTIONS).unwrap();
        let options = Options::default();
        let case = read_case(EXAMPLE, CASE, &options, &knowledge).unwrap();
        let digest = Digest::of(EXAMPLE.as_bytes());
        let made = check(&case, digest, &options, &knowledge, None, &Dispositions::default()).unwrap();
        let mut statement = made.to_value().unwrap();
        edit(&mut statement);

        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::init(directory.path()).unwrap();
        let mut documents = BTreeMap::new();
        for (name, bytes) in [(CASE, EXAMPLE.as_bytes()), (LAW, &packs), (DISPOSITIONS, b"[]")] {
            documents.insert(name.parse().unwrap(), store.put_blob(bytes).unwrap());
        }
        let about: Vec<_> = documents.values().map(|d| ("document", *d)).collect();
        let document = store.sign_statement(Kind::Decision, about, statement).unwrap().to_bytes().unwrap();
        let record = NewRecord {
            kind: Kind::Decision,
            time: "2026-11-22T21:00:00Z".parse().unwrap(),
            subject: "test",
            document: &document,
            documents,
            extra: BTreeMap::new(),
        };
        let index = store.append(&record).unwrap().index;
        let verified = verify_bundle(&store.bundle(index).unwrap(), None).unwrap();
        replay(&verified, None).unwrap()
    }

    #[test]
    fn a_record_under_other_packs_is_made_again_under_them() {
        let replay = recorded_under_other_law(|_| {});
        assert!(replay.law_from_record);
        assert_eq!(replay.other_version, None);
        assert_eq!(replay.differences, Vec::new());
        assert_eq!(replay.answer, "CONDITIONS");
    }

    #[test]
    fn a_record_that_does_not_follow_from_its_inputs_is_found_out() {
        let replay = recorded_under_other_law(|statement| {
            *statement.pointer_mut("/decision/answer").unwrap() = json!("PROCEED");
            *statement.pointer_mut("/pins/program").unwrap() = json!("0.0.1");
        });
        let difference = Difference {
            at: "/decision/answer".to_owned(),
            recorded: Some("\"PROCEED\"".to_owned()),
            now: Some("\"CONDITIONS\"".to_owned()),
        };
        assert_eq!(replay.differences, vec![difference]);
        assert_eq!(replay.other_version.as_deref(), Some("0.0.1"));
    }

    #[test]
    fn every_field_that_differs_is_named_by_its_place() {
        let before = json!({"a": {"b/c": [1, 2]}, "gone": "x", "same": [true]});
        let now = json!({"a": {"b/c": [1, 3, 4]}, "same": [true], "new": null});
        let mut out = Vec::new();
        compare("", Some(&before), Some(&now), &mut out);
        let difference = |at: &str, recorded: Option<&str>, now: Option<&str>| Difference {
            at: at.to_owned(),
            recorded: recorded.map(str::to_owned),
            now: now.map(str::to_owned),
        };
        assert_eq!(
            out,
            vec![
                difference("/a/b~1c/1", Some("2"), Some("3")),
                difference("/a/b~1c/2", None, Some("4")),
                difference("/gone", Some("\"x\""), None),
                difference("/new", None, Some("null")),
            ]
        );
    }
}
