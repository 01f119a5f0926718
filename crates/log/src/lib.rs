//! An append-only log: entries in, signed checkpoints and proofs out.
//!
//! Flow: the `store` gives entries to a [`Writer`], which answers with their indices and a new signed
//! checkpoint only when both are on the disk. Anyone with the log's public key opens the same files as a
//! [`Log`] and gets entries, inclusion and consistency proofs; `verify` checks those elsewhere. [`fsck`] goes
//! through everything and names each fault.
//!
//! The layout is C2SP `tlog-tiles`: plain files, which any web server can hand out.
//!
//! ```text
//! checkpoint                     the signed size and root (C2SP tlog-checkpoint)
//! tile/<L>/<N>[.p/<W>]           256 (or W) hashes of level L of the tree
//! tile/entries/<N>[.p/<W>]       the 256 (or W) entries under tile/0/<N>, each with its length in two bytes
//! ```
//!
//! # What can be relied upon
//! - **The checkpoint is the commit point.** Entries and tiles are durable before it is replaced. What a
//!   crash leaves beyond it is not part of the log and is overwritten by the next append; nothing has to be
//!   repaired by hand.
//! - **Nothing is believed because it lies in the directory.** Opening recomputes the signed root from the
//!   right edge of the tree. Every other tile is compared with its hash in the tile above before a hash of
//!   it is used, up to that edge; every entry with its hash in its tile. (Readers that check only the tiles
//!   of a proof against each other let a changed tile pass: CVE-2026-56865.)
//! - **There is one writer.** It holds an advisory lock for as long as it lives. On a storage that cannot lock (an
//!   object store) there may be several: each append is decided by one compare-and-swap (`shared`), and of two writers
//!   one is told that it was overtaken. A log never forks by that.
//!
//! # Who can do what
//! Whoever can write the directory can make the log stop, or put back an older state of all of it, which
//! only a witness or a receipt given out earlier shows. Whoever has the signing key can sign another history;
//! receipts and cosignatures of the true one then contradict it.

mod compare;
mod coordinates;
mod copy;
mod format;
mod fs;
mod fsck;
mod keys;
#[cfg(feature = "network")]
pub mod network;
mod parted;
mod read;
mod shared;
mod storage;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tree;
mod under;
mod write;

pub use compare::{Relation, compare};
pub use coordinates::TILE_WIDTH;
pub use copy::{CopyFault, Superseded, copy_tiles, hand_over, put_signed, retire};
pub use format::MAX_ENTRY;
pub use fs::FsStorage;
pub use fsck::{FsckFault, FsckNote, FsckReport, fsck};
pub use keys::{KeyFault, create_secret, load_secret, new_random, new_seed};
pub use parted::Parted;
pub use read::{Entries, Log, OpenFault, ReadFault};
pub use storage::{LockFault, SequencerLock, Storage, StorageFault};
pub use under::Under;
pub use write::{AppendFault, Appended, Writer};
