//! Reading back: log entries, records and documents by the index of their entry, opened and checked.

use std::collections::BTreeMap;

use countersign_store::BlobFault;
use countersign_verify::{DocumentName, Leaf};

use crate::dir::Register;
use crate::entry::{Entry, open_entry};
use crate::fault::RegisterFault;

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
