//! Why something could not be done with a register.

use std::io;

use countersign_log::{AppendFault, KeyFault, LockFault, OpenFault, ReadFault};
use countersign_model::Digest;
use countersign_store::BlobFault;
use countersign_verify::records::RecordError;
use countersign_verify::{
    BundleFault, CanonicalError, DocumentName, EnvelopeError, KeyRingFault, LeafError, RecordKind,
    StatementError,
};

/// Why something could not be done with a register.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterFault {
    /// There is no register.
    #[error("`{0}` is not a register: it has no file `format`; begin one with `countersign register init`")]
    NoRegister(String),
    /// A register of another format.
    #[error("`{dir}` has the format `{found}`; this version of countersign reads `countersign-register/1`")]
    UnknownFormat {
        /// The directory.
        dir: String,
        /// The content of `format`.
        found: String,
    },
    /// The directory is in use.
    #[error("`{0}` holds something already; name a directory that is empty or not there")]
    Exists(String),
    /// The register is a copy, or was opened for reading.
    #[error("this register was opened for reading only, or is a copy without the secret key of its log")]
    ReadOnly,
    /// A bucket cannot be used.
    #[error(transparent)]
    Bucket(#[from] countersign_bucket::BucketFault),
    /// A bucket has no place for what is not public.
    #[error("`{0}` is a bucket: name the directory of its keeper, where what is not public lies")]
    NoDirectory(String),
    /// The file system or the object store failed.
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
    /// The public key of the log has not its form.
    #[error("`{path}` holds no key of a log: {why}")]
    LogKey {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// Another process is writing.
    #[error(transparent)]
    Lock(#[from] LockFault),
    /// The log could not be opened.
    #[error("log: {0}")]
    Open(#[from] OpenFault),
    /// The log could not be read.
    #[error("log: {0}")]
    Read(#[from] ReadFault),
    /// The record was not appended.
    #[error("log: {0}")]
    Append(AppendFault),
    /// A document was not put or not had.
    #[error(transparent)]
    Blob(#[from] BlobFault),
    /// An entry is no leaf.
    #[error("{source}")]
    Leaf {
        /// Why.
        #[from]
        source: LeafError,
    },
    /// A file that is no signed record.
    #[error("this is no signed record: {0}")]
    NotSigned(String),
    /// The envelope or its signature does not hold.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The payload is no statement.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The statement cannot be written.
    #[error("the record cannot be signed: {0}")]
    Unwritable(#[from] CanonicalError),
    /// The record is not what its kind asks for.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The signer may not sign it.
    #[error("signer: {0}")]
    Signer(#[from] KeyRingFault),
    /// A document that the record names was not given.
    #[error(
        "the record names the document `{name}` (SHA-256 {digest}), which was not given; attach it, or withhold it"
    )]
    DocumentMissing {
        /// Its name.
        name: DocumentName,
        /// Its digest.
        digest: Digest,
    },
    /// A document is not the one that the record names.
    #[error(
        "the document `{name}` is not the one that was signed: its SHA-256 is {found}, the record names {expected}"
    )]
    DocumentDiffers {
        /// Its name.
        name: DocumentName,
        /// The digest in the record.
        expected: Digest,
        /// The digest of the bytes.
        found: Digest,
    },
    /// A document that the record does not name.
    #[error("the record does not name a document `{0}`; a document is attached when the record is signed")]
    DocumentUnknown(DocumentName),
    /// A document is not what the record says.
    #[error("the document `{name}` is not what the record says: {why}")]
    DocumentUnsound {
        /// Its name.
        name: DocumentName,
        /// Why.
        why: String,
    },
    /// The record is in the register already.
    #[error("this very record is in the register already, as entry {0}")]
    Doubled(u64),
    /// A record that is referred to is not there.
    #[error("the record refers to `{0}`, which is not in this register; name the `register` that has it")]
    NoSuchRecord(Digest),
    /// A record that is referred to is of another kind.
    #[error("a {kind} must refer to a {wanted}; entry {entry} is a {found}", kind = .kind.words())]
    WrongReference {
        /// The kind of the record.
        kind: RecordKind,
        /// What it refers to.
        entry: u64,
        /// The kind of that.
        found: String,
        /// The kinds that would fit.
        wanted: String,
    },
    /// It would be in the register and never count.
    #[error("{0}")]
    NeverCounts(String),
    /// The clock is before the last entry.
    #[error("the time {now} lies before the last entry of the register ({last}); set the clock")]
    ClockBehind {
        /// The time given.
        now: String,
        /// The time of the last entry.
        last: String,
    },
    /// There is no such entry.
    #[error("there is no entry {index}: the register has {size}, counted from 0")]
    NoEntry {
        /// The index.
        index: u64,
        /// The size.
        size: u64,
    },
    /// An entry does not hold.
    #[error("entry {index}: {source}")]
    Entry {
        /// The index.
        index: u64,
        /// Why.
        source: Box<RegisterFault>,
    },
    /// The parts of an entry do not fit together.
    #[error("{0}")]
    Mismatch(#[from] BundleFault),
}

impl RegisterFault {
    pub(crate) fn at(self, index: u64) -> Self {
        match self {
            Self::Entry { .. } => self,
            other => Self::Entry { index, source: Box::new(other) },
        }
    }
}

impl From<AppendFault> for RegisterFault {
    fn from(fault: AppendFault) -> Self {
        match fault {
            AppendFault::Lock(fault) => Self::Lock(fault),
            AppendFault::Open(fault) => Self::Open(fault),
            AppendFault::Read(fault) => Self::Read(fault),
            other => Self::Append(other),
        }
    }
}
