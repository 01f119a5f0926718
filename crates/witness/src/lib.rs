//! Witnesses: who confirm that a log shows everyone the same.
//!
//! Flow: a log's keeper sends each new checkpoint to witnesses, with the proof that it continues the last one that
//! the witness saw ([`Asking`], over HTTP). A witness ([`Witness`], served by [`serve`]) checks the log's signature and
//! the proof, puts the checkpoint on its disk, and only then signs. Since it never signs two checkpoints of which
//! one does not continue the other, a log that shows two histories gets witnesses for one of them at most. Next is
//! the publisher, who counts the cosignatures by a policy (`verify`), and whoever reads the log.
//!
//! The exchange is C2SP `tlog-witness` (`POST …/add-checkpoint`), the signature `tlog-cosignature` with Ed25519
//! or ML-DSA-44.
//!
//! # Who can do what
//! Whoever has a witness's key can cosign a second history; a quorum of several witnesses stands against that.
//! Whoever can write a witness's directory can make it forget what it saw, to the same end. Whoever can reach its
//! port can make it work, and learns nothing that is not public.

mod asking;
mod request;
mod server;
mod witness;

pub use asking::{AskFault, Asked, Asking};
pub use request::{AddCheckpoint, RequestError};
pub use server::{ServeFault, serve};
pub use witness::{Refusal, Witness, WitnessFault};
