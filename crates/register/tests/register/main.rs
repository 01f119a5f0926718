//! The register, tested as its keeper, its readers and its enemies use it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may say what it expects, and that it was skipped"
)]

mod adversary;
mod challenges;
mod comments;
mod documents;
mod doors;
mod go;
mod keys;
mod lives;
mod mirrors;
mod reasons;
mod stories;
mod town;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use countersign_register::{NewEntry, Receipt, Register, RegisterFault, SignedRecord};
use countersign_verify::{DocumentName, RecordKind, Seed, UtcTime};
use serde_json::{Value, json};

pub(crate) fn seed(n: u8) -> Seed {
    Seed::from_bytes(&[n; 32])
}

pub(crate) fn time(day: u32) -> UtcTime {
    format!("2026-11-{day:02}T12:00:00Z").parse().unwrap()
}

/// The registrar has key 1.
pub(crate) struct Office {
    pub(crate) directory: tempfile::TempDir,
    pub(crate) register: Register,
}

pub(crate) fn member(n: u8, roles: &[&str]) -> Value {
    json!({"name": format!("member {n}"), "key": seed(n).public(), "roles": roles, "from": "2026-01-01"})
}

pub(crate) fn predicate(about: &[&str], content: Value) -> Value {
    json!({"about": about, "by": {"name": "x"}, "date": "2026-11-01", "summary": "a record", "content": content})
}

pub(crate) fn roster(members: Vec<Value>) -> Value {
    predicate(&["register:example"], json!({"body": "Example", "members": members, "funders": []}))
}

pub(crate) fn claim() -> Value {
    json!({
        "claim": "the tool was used against journalists", "vendor": "vendor:v", "product": "product:p",
        "period": {"from": "2026-01-01"}, "targets": {"groups": ["journalists"]}, "tier": "E2", "sources": [],
        "files": [{"file": "report.txt", "role": "document", "description": "the report", "custody": [{
            "day": "2026-10-01", "from": {"kind": "protected_person"},
            "to": {"kind": "investigator", "name": "Lab"}, "how": "in person",
        }]}],
        "protects_people": "yes",
    })
}

pub(crate) fn finding() -> Value {
    predicate(
        &["vendor:v", "product:p"],
        json!({"claim": claim(), "conclusion": "confirmed", "method": "read", "accused_asked_on": "2026-10-02"}),
    )
}

pub(crate) const REPORT: &[u8] = b"what the laboratory saw";

pub(crate) fn sign(kind: RecordKind, predicate: Value, n: u8) -> SignedRecord {
    let documents = match kind {
        RecordKind::Finding | RecordKind::Incident => {
            BTreeMap::from([("report.txt".parse().unwrap(), countersign_model::Digest::of(REPORT))])
        }
        RecordKind::Pledge => {
            BTreeMap::from([("pledge.pdf".parse().unwrap(), countersign_model::Digest::of(REPORT))])
        }
        _ => BTreeMap::new(),
    };
    SignedRecord::sign(kind, predicate, &documents, &seed(n)).unwrap()
}

impl Office {
    /// 1 registrar, 2 assessor and investigator, 3 adjudicator, 4 of the state XA.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut register =
            Register::init(&directory.path().join("register"), "register.example.org").unwrap();
        let mut state = member(4, &["state"]);
        state.as_object_mut().unwrap().insert("state".to_owned(), "XA".into());
        let members = vec![
            member(1, &["registrar"]),
            member(2, &["assessor", "investigator"]),
            member(3, &["adjudicator"]),
            state,
        ];
        append(&mut register, RecordKind::Roster, roster(members), 1, 1).unwrap();
        Self { directory, register }
    }

    pub(crate) fn add(
        &mut self,
        kind: RecordKind,
        predicate: Value,
        n: u8,
        day: u32,
    ) -> Result<Receipt, RegisterFault> {
        append(&mut self.register, kind, predicate, n, day)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

pub(crate) fn append(
    register: &mut Register,
    kind: RecordKind,
    predicate: Value,
    n: u8,
    day: u32,
) -> Result<Receipt, RegisterFault> {
    let signed = sign(kind, predicate, n);
    let (statement, _) = signed.open().unwrap();
    let documents: BTreeMap<DocumentName, Vec<u8>> =
        statement.subject.iter().map(|s| (s.name.parse().unwrap(), REPORT.to_vec())).collect();
    register.append(&NewEntry { signed: &signed, documents, withheld: BTreeSet::new() }, &time(day))
}
