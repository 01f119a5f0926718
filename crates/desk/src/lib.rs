//! Work on cases and possible matches: who does what next, and what two people must agree on.
//!
//! Comes in: steps that people take ([`Step`]), each one signed entry of the journal. Goes out: the state of every case as a
//! replay of them ([`Desk`]), queues ([`queue`]), the paper that is signed ([`paper`]), and a refusal where a step is not
//! allowed. Next is `server`, which shows it and takes the steps.
//!
//! What holds of every case, whatever is tried ([`Case::apply`]; tests/invariants.rs tries it):
//! - nothing is decided without the countersignatures that its policy asks for, in their order, each by another person,
//!   none by a person who worked on the case, each over exactly the bytes of the paper that was shown;
//! - an edit after a signature voids all signatures, and the proposal with them;
//! - a possible match is undecided until people decided it; the program decides none;
//! - the same journal gives the same state.

mod apply;
mod case;
mod desk;
mod journal;
pub mod paper;
mod policy;
pub mod queue;
mod refused;
mod signature;
mod step;

pub use case::{
    Appeal, Case, CaseState, Check, Decided, Document, Match, MatchState, MatchVerdictGiven, Note, Proposal,
    Question, Signature, Timed,
};
pub use desk::Desk;
pub use journal::{DeskFault, DeskReader, Kept, Written, append, append_with};
pub use policy::{EMBEDDED_POLICY, Outcome, Policy, PolicyFault};
pub use refused::{NotYet, Refused};
pub use signature::{Countersigning, sign};
pub use step::{Actor, CaseKind, Entry, MatchOf, MatchVerdict, Origin, Step};
