//! A decision into the journal, with everything that a replay needs beside it.

use std::collections::BTreeMap;

use countersign_model::Digest;
use countersign_store::{DocumentName, Kind, NewRecord, Receipt, Store, UtcTime};
use countersign_verify::canonical_json;
use serde_json::{Value, json};

use crate::check::Check;
use crate::failure::Failure;
use crate::knowledge::{QUESTIONS, embedded_law_document};
use crate::lists::Lists;

/// The documents of a decision by name. Lists are `list-<source>.jsonl`, and the entities that are no
/// longer or not yet on them `past-<source>.jsonl`.
pub const CASE: &str = "case.yaml";
/// The document that pins the law packs.
pub const LAW: &str = "law.json";
/// The document that holds the question set.
pub const QUESTION_SET: &str = "question-set.yaml";
/// The document of what people had decided.
pub const DISPOSITIONS: &str = "dispositions.json";

/// The name of the document that holds the snapshot of a source.
pub fn list_document(source: &countersign_model::SourceId) -> String {
    format!("list-{}.jsonl", source.file_stem())
}

/// The name of the document that holds the entities around the snapshot of a source.
pub fn past_document(source: &countersign_model::SourceId) -> String {
    format!("past-{}.jsonl", source.file_stem())
}

/// Records a check made with the embedded law: the statement is `check/1` without its record.
pub fn record(
    store: &mut Store,
    check: &Check,
    case_text: &str,
    lists: Option<&Lists>,
    time: UtcTime,
) -> Result<Receipt, Failure> {
    let program =
        |e: &dyn std::fmt::Display| Failure::Program(format!("the decision cannot be recorded: {e}"));
    let law = embedded_law_document()?;
    let dispositions = serde_json::to_value(&check.dispositions).map_err(|e| program(&e))?;
    let dispositions = canonical_json(&dispositions).map_err(|e| program(&e))?;
    let mut contents: Vec<(String, &[u8])> = vec![
        (CASE.to_owned(), case_text.as_bytes()),
        (LAW.to_owned(), &law),
        (QUESTION_SET.to_owned(), QUESTIONS.as_bytes()),
        (DISPOSITIONS.to_owned(), &dispositions),
    ];
    for snapshot in lists.map(Lists::snapshots).transpose()?.unwrap_or_default() {
        if check.pins.lists.contains(&snapshot.pin) {
            contents.push((list_document(&snapshot.pin.source), &snapshot.bytes));
            if snapshot.pin.past.is_some() {
                contents.push((past_document(&snapshot.pin.source), &snapshot.past_bytes));
            }
        }
    }
    let mut documents = BTreeMap::new();
    let mut subjects = Vec::new();
    for (name, bytes) in &contents {
        let digest = put_once(store, bytes)?;
        subjects.push((name.as_str(), digest));
        documents.insert(name.parse::<DocumentName>().map_err(|e| program(&e))?, digest);
    }
    let envelope = store.sign_statement(Kind::Decision, subjects, check.to_value()?)?;
    let document = envelope.to_bytes().map_err(|e| program(&e))?;
    let subject = check.decision.case.id.clone().unwrap_or_else(|| "a case without id".to_owned());
    let extra = BTreeMap::from([
        ("answer".to_owned(), check.decision.answer.to_string()),
        ("as_of".to_owned(), check.decision.case.as_of.clone()),
    ]);
    Ok(store.append(&NewRecord {
        kind: Kind::Decision,
        time,
        subject: &subject,
        document: &document,
        documents,
        extra,
    })?)
}

/// Puts a document unless it is there whole.
fn put_once(store: &Store, bytes: &[u8]) -> Result<Digest, Failure> {
    let digest = Digest::of(bytes);
    if store.blob(&digest).is_ok() {
        return Ok(digest);
    }
    Ok(store.put_blob(bytes)?)
}

/// What `check/1` says of the record.
pub fn to_json(receipt: &Receipt) -> Value {
    json!({
        "index": receipt.index,
        "time": receipt.leaf.time.as_str(),
        "sha256": receipt.leaf.sha256,
        "tree_size": receipt.tree_size,
        "root": receipt.root,
    })
}
