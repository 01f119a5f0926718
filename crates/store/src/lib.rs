//! The private journal of a data directory: what was recorded, in which order, and with which documents.
//!
//! Flow: the command line signs a statement ([`Store::sign_statement`]), puts the documents that it names
//! beside the log ([`Store::put_blob`]) and appends the record ([`Store::append`]), which returns when all of it
//! is on the disk. Later anyone with the directory reads the entries ([`Store::entries`]), takes out a
//! [bundle](Store::bundle) for a stranger to give to `verify`, or checks everything ([`fsck`]).
//!
//! The journal and the documents lie in the directory, or where several machines reach them ([`Place`]); [`migrate`] moves them.
//!
//! To this room a document is bytes: it knows nothing of law or lists.
//!
//! ```text
//! format                 the line `countersign-home/1`; written last, so that a home is whole or none. `countersign-home/2`
//!                        where journal and documents are elsewhere
//! storage                where they are then
//! keys/journal.key       secret, mode 0600: signs the checkpoints of the log
//! keys/journal.vkey      its public half, for readers
//! keys/record.key        secret, mode 0600: signs records
//! keys/record.pub        its public half, for readers
//! journal/               the tile log (crate `log`); one entry is one leaf (crate `verify`)
//! blobs/<2>/<62>         documents, each under the hexadecimal digits of its SHA-256
//! cache/                 what can be rebuilt; nothing in it is evidence, all of it may be deleted
//! ```
//!
//! # Who can do what
//! A thief of `journal.key` can sign another history of this log, a thief of `record.key` can sign records
//! that were never made here; to pass a check against bundles given out earlier they need both, and the old
//! bundles then contradict the new history. Whoever can write the directory can make it fail its checks, or
//! put back an older copy of all of it; what was given out since then shows it. Whoever can read `blobs/` can
//! read the cases: the directory is for the same eyes as the cases themselves.

mod blobs;
mod common;
mod fault;
mod format;
mod fsck;
mod home;
mod migrate;
mod places;
mod record;

pub use countersign_log::{AppendFault, FsckFault, FsckNote, KeyFault, LockFault, OpenFault, ReadFault};
pub use countersign_verify::{DocumentName, Envelope, Leaf, LeafError, RecordKind as Kind, UtcTime};

pub use blobs::{BlobFault, Blobs, blob_path};
pub use common::Common;
pub use fault::StoreFault;
pub use format::{HOME_FORMAT, HOME_FORMAT_ELSEWHERE};
pub use fsck::{HomeFault, HomeNote, HomeReport, fsck};
pub use home::{Access, Store};
pub use migrate::{Moved, migrate};
pub use places::{Place, mark};
pub use record::{Entries, NewRecord, Receipt};
