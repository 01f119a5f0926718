//! Everything in a home is checked again: the journal, each entry, each document, each record's signature.

use std::collections::BTreeMap;
use std::path::Path;

use countersign_log::{FsckFault, FsckNote, FsckReport};
use countersign_model::Digest;
use countersign_verify::Leaf;

use crate::blobs::BlobFault;
use crate::fault::StoreFault;
use crate::format::check_format;
use crate::home::{Access, Store, public_keys};
use crate::places::Places;

/// How many entries are read in one go; a damaged bundle of the log costs no more than one such go.
const STEP: u64 = countersign_log::TILE_WIDTH;

/// Something that is wrong with a home.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HomeFault {
    /// The log itself.
    #[error("journal: {0}")]
    Log(#[source] FsckFault),
    /// An entry cannot be read, although the log is whole.
    #[error("{0}")]
    Entry(#[source] StoreFault),
    /// A document is missing or damaged.
    #[error("entry {index}: {source}")]
    Blob {
        /// The first entry that names it.
        index: u64,
        /// What is wrong.
        source: BlobFault,
    },
    /// A record does not hold.
    #[error("entry {index}: {source}")]
    Record {
        /// The entry.
        index: u64,
        /// What is wrong.
        source: StoreFault,
    },
}

/// A file that does no harm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HomeNote {
    /// In the journal.
    #[error("journal: {0}")]
    Log(FsckNote),
    /// A document that no entry names: what an interrupted recording leaves.
    #[error("the document `{0}` is named by no entry")]
    Orphan(Digest),
    /// A file that is no document.
    #[error("`blobs/{0}` does not belong here")]
    Stray(String),
}

/// What was found.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct HomeReport {
    /// How many entries the journal has; `None` when its checkpoint does not hold.
    pub entries: Option<u64>,
    /// How many documents are named by entries.
    pub documents: u64,
    /// What is wrong. Empty: the home is whole.
    pub faults: Vec<HomeFault>,
    /// What lies about without harm.
    pub notes: Vec<HomeNote>,
}

impl Store {
    /// [`fsck`] of this home, as it lies on the disk now.
    pub fn fsck(&self) -> Result<HomeReport, StoreFault> {
        fsck(self.home())
    }
}

/// Checks the home in the directory `home`, also one that cannot be opened because its journal is damaged.
///
/// # Errors
/// When there is no home, or a file cannot be read at all. Faults of the content are in the report.
pub fn fsck(home: &Path) -> Result<HomeReport, StoreFault> {
    check_format(home)?;
    let (vkey, _) = public_keys(home)?;
    let places = Places::of(home)?;
    let FsckReport { checkpoint, faults, notes, .. } = countersign_log::fsck(places.journal.as_ref(), &vkey)
        .map_err(|fault| StoreFault::Read(fault.into()))?;
    let mut report = HomeReport {
        entries: checkpoint.map(|checkpoint| checkpoint.size),
        documents: 0,
        faults: faults.into_iter().map(HomeFault::Log).collect(),
        notes: notes.into_iter().map(HomeNote::Log).collect(),
    };
    let store = match Store::open(home, Access::Read) {
        Ok(store) => store,
        // the log's own faults say why
        Err(_) if !report.faults.is_empty() => return Ok(report),
        Err(fault) => return Err(fault),
    };
    let named = check_entries(&store, &mut report);
    report.documents = named.len() as u64;
    check_blobs(&store, &named, &mut report)?;
    Ok(report)
}

/// Checks each entry and its record. Gives the digests that entries name, each with its first entry.
fn check_entries(store: &Store, report: &mut HomeReport) -> BTreeMap<Digest, u64> {
    let log_is_whole = report.faults.is_empty();
    let mut named = BTreeMap::new();
    for start in (0..store.log().size()).step_by(STEP as usize) {
        for entry in store.log().entries(start).take(STEP as usize) {
            let (index, bytes) = match entry {
                Ok(entry) => entry,
                Err(fault) => {
                    if log_is_whole {
                        report.faults.push(HomeFault::Entry(fault.into()));
                    }
                    break;
                }
            };
            let leaf = match Leaf::parse(&bytes) {
                Ok(leaf) => leaf,
                Err(source) => {
                    report.faults.push(HomeFault::Entry(StoreFault::Leaf { index: Some(index), source }));
                    continue;
                }
            };
            for digest in leaf.documents.values().chain([&leaf.sha256]) {
                named.entry(*digest).or_insert(index);
            }
            // one that cannot be read is named with the other documents
            if let Ok(document) = store.blob(&leaf.sha256)
                && let Err(source) = store.check_record(&leaf, &document)
            {
                report.faults.push(HomeFault::Record { index, source });
            }
        }
    }
    named
}

fn check_blobs(
    store: &Store,
    named: &BTreeMap<Digest, u64>,
    report: &mut HomeReport,
) -> Result<(), StoreFault> {
    for (digest, index) in named {
        if let Err(source) = store.blob(digest) {
            report.faults.push(HomeFault::Blob { index: *index, source });
        }
    }
    let files = store.blobs.list().map_err(|source| StoreFault::Io {
        path: store.home().join("blobs").display().to_string(),
        source,
    })?;
    for (file, digest) in files {
        match digest {
            Some(digest) if named.contains_key(&digest) => {}
            Some(digest) => report.notes.push(HomeNote::Orphan(digest)),
            None => report.notes.push(HomeNote::Stray(file)),
        }
    }
    Ok(())
}
