//! Why something cannot be done with a home.

use std::io;

use countersign_bucket::BucketFault;
use countersign_database::DatabaseFault;
use countersign_log::{AppendFault, KeyFault, LockFault, OpenFault, ReadFault};
use countersign_verify::{BundleFault, CanonicalError, EnvelopeError, LeafError};

use crate::blobs::BlobFault;

/// Why something could not be done with a home.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreFault {
    /// There is no home.
    #[error("`{0}` is not a countersign home: it has no file `format`; begin one with `init`")]
    NoHome(String),
    /// A home of another format.
    #[error(
        "`{home}` has the format `{found}`; this version of countersign reads `countersign-home/1` and `/2`"
    )]
    UnknownFormat {
        /// The directory.
        home: String,
        /// The content of `format`.
        found: String,
    },
    /// The directory is in use.
    #[error("`{0}` is a countersign home already; use it, or name another directory")]
    Exists(String),
    /// There are entries, but no `format`.
    #[error("`{0}` holds a journal with entries, but no file `format`; put it back from your backup")]
    Damaged(String),
    /// The file that names the place of the journal cannot be used.
    #[error("`{path}` does not tell where the journal is: {why}")]
    Place {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// The database cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseFault),
    /// The bucket cannot be used.
    #[error(transparent)]
    Bucket(#[from] BucketFault),
    /// It is to be moved to where it is.
    #[error("the journal is there already; nothing was moved")]
    InPlace,
    /// Something else is where the journal is to be moved to.
    #[error("there is another journal in the new place: {0}; name another place")]
    Occupied(String),
    /// What arrived is not what was sent.
    #[error("the copy does not hold: {0}; the journal stays where it was")]
    Copy(String),
    /// The store is open for reading only.
    #[error("the store was opened for reading; open it for writing to record something")]
    ReadOnly,
    /// The file system failed.
    #[error("`{path}` could not be used: {source}")]
    Io {
        /// The file or directory.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A key could not be made or read.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// A public key file has not its form.
    #[error("`{path}` is damaged: {why}; put it back from your backup")]
    PublicKey {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// Another process is writing, or the lock failed.
    #[error(transparent)]
    Lock(#[from] LockFault),
    /// The journal could not be opened.
    #[error("journal: {0}")]
    Open(#[from] OpenFault),
    /// The record was not appended.
    #[error("journal: {0}")]
    Append(AppendFault),
    /// The journal could not be read.
    #[error("journal: {0}")]
    Read(#[from] ReadFault),
    /// A document was not put or not had.
    #[error(transparent)]
    Blob(#[from] BlobFault),
    /// A leaf cannot be read or written.
    #[error("journal entry{}: {source}", .index.map(|n| format!(" {n}")).unwrap_or_default())]
    Leaf {
        /// The index of the entry, when it has one.
        index: Option<u64>,
        /// Why.
        source: LeafError,
    },
    /// The statement has no canonical form.
    #[error("the record cannot be signed: {0}")]
    Statement(#[from] CanonicalError),
    /// The document is not a signed record of this home.
    #[error("the document is not a record signed here: {0}")]
    Record(#[from] EnvelopeError),
    /// The document is a signed record that does not fit the entry.
    #[error("the record does not fit its journal entry: {0}")]
    RecordMismatch(String),
    /// The bundle that was put together does not hold, so that it is not handed out.
    #[error("the bundle of entry {index} does not hold and is not handed out: {source}; run fsck")]
    Bundle {
        /// The index of the entry.
        index: u64,
        /// Why.
        source: BundleFault,
    },
    /// The bundle could not be written.
    #[error("the bundle could not be written: {0}")]
    BundleUnwritable(String),
}

impl From<AppendFault> for StoreFault {
    fn from(fault: AppendFault) -> Self {
        match fault {
            AppendFault::Lock(fault) => Self::Lock(fault),
            AppendFault::Open(fault) => Self::Open(fault),
            AppendFault::Read(fault) => Self::Read(fault),
            other => Self::Append(other),
        }
    }
}
