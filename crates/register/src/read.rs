//! Reading back: one entry with its record, opened and checked.

use std::collections::BTreeMap;

use countersign_model::{Date, parse_date};
use countersign_store::{BlobFault, Blobs};
use countersign_verify::records::{Record, SubjectId};
use countersign_verify::{
    ABOUT, DocumentName, Envelope, Leaf, PublicKey, Statement, UtcTime, register_record, signer_of,
};

use crate::dir::Register;
use crate::fault::RegisterFault;

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

impl Register {
    /// The log entry `index`.
    pub fn leaf(&self, index: u64) -> Result<Leaf, RegisterFault> {
        let size = self.size();
        if index >= size {
            return Err(RegisterFault::NoEntry { index, size });
        }
        let bytes = self.log().entry(index)?;
        Leaf::parse(&bytes).map_err(|fault| RegisterFault::from(fault).at(index))
    }

    /// The entry `index` with its record.
    pub fn entry(&self, index: u64) -> Result<Entry, RegisterFault> {
        open_entry(index, self.leaf(index)?, &self.documents).map_err(|fault| fault.at(index))
    }

    /// The log entries from `index` on, oldest first, each authenticated. Ends after the first fault.
    pub fn leaves(&self, index: u64) -> impl Iterator<Item = Result<(u64, Leaf), RegisterFault>> + '_ {
        self.log().entries(index).map(|entry| {
            let (index, bytes) = entry?;
            let leaf = Leaf::parse(&bytes).map_err(|fault| RegisterFault::from(fault).at(index))?;
            Ok((index, leaf))
        })
    }

    /// The documents of an entry that are published, each checked.
    pub fn documents_of(&self, leaf: &Leaf) -> Result<BTreeMap<DocumentName, Vec<u8>>, RegisterFault> {
        let mut found = BTreeMap::new();
        for (name, digest) in &leaf.documents {
            match self.documents.get(digest) {
                Ok(bytes) => {
                    found.insert(name.clone(), bytes);
                }
                // withheld, or erased: its digest stays
                Err(BlobFault::Missing(_)) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(found)
    }
}

impl Register {
    /// Checks the log itself again: checkpoint, every tile, every entry, every file. The records are checked by
    /// [`Register::replay`].
    pub fn fsck(&self) -> Result<countersign_log::FsckReport, RegisterFault> {
        let storage = crate::dir::log_storage(self.dir())?;
        countersign_log::fsck(storage.as_ref(), self.vkey())
            .map_err(|fault| RegisterFault::Read(fault.into()))
    }
}
