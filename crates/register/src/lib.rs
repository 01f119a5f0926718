//! The public register: signed records in, and out what anyone can mirror, search and check.
//!
//! Flow: someone signs a record with their own key ([`SignedRecord`]). The keeper of a [`Register`] appends it: its
//! kind must be known, its form whole, its signer on the register's own rosters where the kind asks for that, its
//! documents there or named as withheld, and it must be one that a reader would count (`door`). Out comes a receipt;
//! later a bundle, which `verify` checks without any of this. A reader has the same files and needs no keeper:
//! [`Replay`] goes through all entries and admits each anew, so that a search of it ([`Replay::about`]) is complete for
//! the log that was read. Next are `operations`, `cli` and whatever builds upon records.
//!
//! ```text
//! format                        the line `countersign-register/1`
//! register.vkey                 the verifier key of the log; its name is the origin
//! log/                          the tile log (crate `log`): the read path of C2SP `tlog-tiles`
//! documents/<2>/<62>            records and documents, each under the hexadecimal digits of its SHA-256
//! published                     the checkpoint that was published last, with its cosignatures
//! alarms/                       proofs that a log showed two histories
//! keys/register.key             secret, mode 0600, with the keeper only: signs the checkpoints
//! private/                      the keeper's own: recognised registers with their mirrors, a cache
//! ```
//!
//! Everything but `keys/` and `private/` is public: plain files that any web server hands out. `publish` copies only the
//! public ones.
//!
//! # Who can do what
//! Whoever has `register.key` can sign another history, which contradicts every checkpoint that was given out; they
//! cannot make a record by somebody else's key. Whoever has a signer's key can sign records until the key is
//! reported; every such record stays visible, and counts or not by its place in the log. Whoever can write the
//! directory can remove a document (it is then missing, and named as such) or everything.

mod append;
mod assessed;
mod dir;
mod door;
mod drafts;
mod entry;
mod fault;
mod filed;
mod ground;
mod hand_out;
mod interested;
mod judgement;
mod keeping;
mod life;
mod listing;
mod mirror;
mod paper;
mod pledges;
mod read;
mod replay;
mod review;
mod sequencer;
mod signed;
mod source;
mod stix;
mod text;
mod triggers;
mod which;

pub use append::Receipt;
pub use assessed::{Assessed, LoggedAssessment, Unreadable, assessed};
pub use dir::{REGISTER_FORMAT, Register, kept_key};
pub use entry::{Entry, NewEntry};
pub use fault::RegisterFault;
pub use filed::{Filed, slug, subject, subject_of};
pub use ground::Ground;
pub use judgement::{Judgement, Rosters};
pub use keeping::{PRIVATE, private_dir};
pub use mirror::{Copied, MirrorFault, key_of, mirror};
pub use pledges::StandingPledge;
pub use replay::{Completeness, Replay, ReplayFault};
pub use review::{REVIEW_DOCUMENT, REVIEW_SCHEMA, Review, ReviewFault};
pub use signed::{SIGNED_SCHEMA, SignedRecord};
pub use source::{open_source, open_target};
pub use stix::check_stix;
pub use text::{as_public, check_root, read_public};
pub use triggers::{Touched, TriggerReport};
pub use which::{Place, WhichFault};
