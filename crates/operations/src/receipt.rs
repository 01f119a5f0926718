//! A receipt of a screening: what was compared with what, when, by which rules, and what was found, signed and in the
//! journal, so that "nothing was found" can be shown later and elsewhere.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use countersign_model::Digest;
use countersign_store::{Kind, NewRecord, Receipt, Store, UtcTime};
use serde::Serialize;
use serde_json::json;

use crate::check::{VERSION, round};
use crate::failure::Failure;
use crate::snapshot::Pin;

/// Records the outcome of a screening.
pub fn record(
    store: &mut Store,
    subject: &str,
    algorithm: &str,
    lists: &[Pin],
    outcome: &impl Serialize,
    time: UtcTime,
) -> Result<Receipt, Failure> {
    let program = |e: &dyn std::fmt::Display| Failure::Program(format!("the receipt cannot be made: {e}"));
    let mut predicate = json!({
        "schema": "screening/1",
        "program": VERSION,
        "algorithm": algorithm,
        "outcome": serde_json::to_value(outcome).map_err(|e| program(&e))?,
    });
    round(&mut predicate);
    let snapshots: Vec<(String, Digest)> = lists.iter().map(|p| (p.source.to_string(), p.snapshot)).collect();
    let subjects = snapshots.iter().map(|(source, digest)| (source.as_str(), *digest));
    let envelope = store.sign_statement(Kind::Screening, subjects, predicate)?;
    let document = envelope.to_bytes().map_err(|e| program(&e))?;
    // the log holds a digest of what was asked: the name itself is in the document, which can be erased
    let subject = Digest::of(subject.as_bytes()).short();
    Ok(store.append(&NewRecord {
        kind: Kind::Screening,
        time,
        subject: &subject,
        document: &document,
        documents: BTreeMap::new(),
        extra: BTreeMap::new(),
    })?)
}

/// Writes the bundle of a receipt to a file that is not there yet.
pub fn hand_out(store: &Store, receipt: &Receipt, path: &Path) -> Result<(), Failure> {
    let bytes = store.bundle_without(receipt.index, &[])?;
    let shown = path.display();
    // what was given out is evidence: it is never overwritten
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(|e| {
        Failure::Input(format!("`{shown}` cannot be written: {e}; name a file that is not there yet"))
    })?;
    file.write_all(&bytes)
        .and_then(|()| file.sync_all())
        .map_err(|e| Failure::Program(format!("`{shown}` could not be written whole: {e}")))
}
