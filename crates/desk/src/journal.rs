//! The journal: reading the steps back, and adding one.

use std::collections::BTreeMap;

use countersign_model::Digest;
use countersign_store::{DocumentName, Envelope, Kind, NewRecord, Receipt, Store, StoreFault, UtcTime};
use countersign_verify::Statement;

use crate::desk::Desk;
use crate::refused::Refused;
use crate::step::{Entry, STEP_SCHEMA, Step};

/// Why the desk cannot be read, or a step not be kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskFault {
    /// The step is not allowed.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The journal cannot be used.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// An entry is not a step, or not one that was allowed.
    #[error("entry {index} of the journal is no step that the desk can follow: {why}")]
    Entry {
        /// The index of the entry.
        index: u64,
        /// What is wrong.
        why: String,
    },
    /// The step cannot be written.
    #[error("the step cannot be written: {0}")]
    Unwritable(String),
}

/// The desk as far as the journal was read.
#[derive(Debug, Default)]
pub struct DeskReader {
    /// The state.
    pub desk: Desk,
    next: u64,
}

/// What was kept.
#[derive(Debug)]
pub struct Written {
    /// The receipt of each entry.
    pub receipts: Vec<Receipt>,
}

impl DeskReader {
    /// Reads what was added since the last look, each entry checked against its signature. A journal that ends before what
    /// was read is another journal.
    pub fn catch_up(&mut self, store: &Store) -> Result<(), DeskFault> {
        let size = store.log().size();
        if size < self.next {
            let why = "the journal has become shorter; start the server again".to_owned();
            return Err(DeskFault::Entry { index: size, why });
        }
        if size == self.next {
            return Ok(());
        }
        for entry in store.entries_from(self.next) {
            let (index, leaf) = entry?;
            if matches!(leaf.kind, Kind::DeskStep | Kind::Countersignature) {
                let step = read(store, index, &leaf.sha256)?;
                self.desk
                    .apply(index, &step)
                    .map_err(|refused| DeskFault::Entry { index, why: refused.to_string() })?;
            }
            self.next = index + 1;
        }
        Ok(())
    }
}

/// Reads a step of the journal, checked against its signature.
pub(crate) fn read(store: &Store, index: u64, sha256: &Digest) -> Result<Entry, DeskFault> {
    let fault = |why: String| DeskFault::Entry { index, why };
    let bytes = store.blob(sha256).map_err(|e| fault(e.to_string()))?;
    let envelope = Envelope::parse(&bytes).map_err(|e| fault(e.to_string()))?;
    let signers = store.trusted_keys().signers;
    let signer = signers.first().ok_or_else(|| fault("the home has no key".to_owned()))?;
    let payload = envelope.verify(signer).map_err(|e| fault(e.to_string()))?;
    let (statement, kind) = Statement::parse(&payload).map_err(|e| fault(e.to_string()))?;
    let entry: Entry = serde_json::from_value(statement.predicate).map_err(|e| fault(e.to_string()))?;
    if kind != kind_of(&entry.step) {
        return Err(fault(format!("a step `{}` is not kept as a `{kind}`", entry.step.word())));
    }
    if entry.schema != STEP_SCHEMA {
        return Err(fault(format!("its schema is `{}`, not `{STEP_SCHEMA}`", entry.schema)));
    }
    Ok(entry)
}

fn kind_of(step: &Step) -> Kind {
    match step {
        Step::Sign { .. } => Kind::Countersignature,
        _ => Kind::DeskStep,
    }
}

/// Tries a step on the newest state, and keeps it; durable on return. `documents` belong to the entry and come with its
/// bundle.
///
/// # Errors
/// The step is not allowed, and then nothing was written; or the journal failed.
pub fn append(
    store: &mut Store,
    seen: &mut DeskReader,
    entry: &Entry,
    documents: &[(&str, &[u8])],
) -> Result<Written, DeskFault> {
    append_with(store, seen, &[(entry, documents)], &[])
}

/// A step with the documents that belong to its entry.
pub type Kept<'a> = (&'a Entry, &'a [(&'a str, &'a [u8])]);

/// The same for several steps, and for records of other kinds that belong to them: all or none.
pub fn append_with(
    store: &mut Store,
    seen: &mut DeskReader,
    steps: &[Kept<'_>],
    others: &[NewRecord<'_>],
) -> Result<Written, DeskFault> {
    seen.catch_up(store)?;
    let mut trial = seen.desk.clone();
    let mut prepared = Vec::new();
    for (n, (entry, documents)) in (seen.next..).zip(steps) {
        trial.apply(n, entry)?;
        let mut named = BTreeMap::new();
        let mut subjects = Vec::new();
        for (name, bytes) in *documents {
            let digest = store.put_blob(bytes)?;
            subjects.push((*name, digest));
            let name: DocumentName = name
                .parse()
                .map_err(|e: countersign_store::LeafError| DeskFault::Unwritable(e.to_string()))?;
            named.insert(name, digest);
        }
        let kind = kind_of(&entry.step);
        let predicate = serde_json::to_value(entry).map_err(|e| DeskFault::Unwritable(e.to_string()))?;
        let envelope = store.sign_statement(kind, subjects, predicate)?;
        let document = envelope.to_bytes().map_err(|e| DeskFault::Unwritable(e.to_string()))?;
        let time: UtcTime = entry
            .time
            .parse()
            .map_err(|e: countersign_store::LeafError| DeskFault::Unwritable(e.to_string()))?;
        prepared.push((kind, time, entry, document, named));
    }
    let records: Vec<NewRecord<'_>> = prepared
        .iter()
        .map(|(kind, time, entry, document, named)| NewRecord {
            kind: *kind,
            time: time.clone(),
            subject: entry.case.as_deref().unwrap_or(&entry.by.user),
            document,
            documents: named.clone(),
            extra: BTreeMap::from([("do".to_owned(), entry.step.word().to_owned())]),
        })
        .chain(others.iter().cloned())
        .collect();
    let receipts = store.append_all(&records)?;
    seen.catch_up(store)?;
    Ok(Written { receipts })
}
