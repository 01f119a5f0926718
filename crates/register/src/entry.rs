//! An entry of a register: as it is brought, and as it stands in the log with the record beside it.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Date, parse_date};
use countersign_store::Blobs;
use countersign_verify::records::{Record, SubjectId};
use countersign_verify::{
    ABOUT, DocumentName, Envelope, Leaf, PublicKey, Statement, UtcTime, register_record, signer_of,
};

use crate::fault::RegisterFault;
use crate::signed::SignedRecord;

/// What is to be appended.
#[derive(Debug, Clone)]
pub struct NewEntry<'a> {
    /// The signed record.
    pub signed: &'a SignedRecord,
    /// The bytes of the documents that it names.
    pub documents: BTreeMap<DocumentName, Vec<u8>>,
    /// Documents that it names and that are not published: only their digests are.
    pub withheld: BTreeSet<DocumentName>,
}

/// The day of a log time.
pub(crate) fn day_of(time: &UtcTime) -> Date {
    let date = time.as_str().split_once('T').and_then(|(date, _)| parse_date(date).ok());
    // a `UtcTime` begins with a date
    date.unwrap_or(Date::MAX)
}

/// Whether a log entry is filed under a subject.
pub(crate) fn is_about(leaf: &Leaf, subject: &SubjectId) -> bool {
    let about = leaf.extra.get(ABOUT).map(String::as_str).unwrap_or_default();
    about.split(' ').any(|filed| filed == subject.as_str())
}

/// An entry of a register: what the log holds and the record beside it, which fit together and whose signature
/// holds. Whether the signer may sign it is what [`crate::Replay`] says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// The index, from 0.
    pub index: u64,
    /// The log entry.
    pub leaf: Leaf,
    /// The signed record.
    pub envelope: Envelope,
    /// The statement in it.
    pub statement: Statement,
    /// What it says.
    pub record: Record,
    /// The key that signed it.
    pub signer: PublicKey,
}

impl Entry {
    /// The day of the log.
    pub fn day(&self) -> Date {
        day_of(&self.leaf.time)
    }
}

/// Opens the record of a log entry.
pub(crate) fn open_entry(index: u64, leaf: Leaf, documents: &Blobs) -> Result<Entry, RegisterFault> {
    let envelope = Envelope::parse(&documents.get(&leaf.sha256)?)?;
    let signer = signer_of(&leaf)?;
    let payload = envelope.verify(&signer)?;
    let (statement, kind) = Statement::parse(&payload)?;
    if kind != leaf.kind {
        return Err(countersign_verify::BundleFault::KindMismatch { leaf: leaf.kind, record: kind }.into());
    }
    let record = register_record(&leaf, &statement, kind)?;
    Ok(Entry { index, leaf, envelope, statement, record, signer })
}
