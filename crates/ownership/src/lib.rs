//! Ownership: who is reached by an ownership rule, through whom, or what would settle it.
//!
//! In come the parties and direct stakes of a case ([`Node`], [`Edge`], intervals and dates included), who of
//! them is listed ([`Standing`]: yes, no, unknown) and a rule that a law file states ([`Rule`]). [`Graph::new`]
//! checks the stakes, [`Reach`] finds the two least fixed points (certain, possible), and [`Attribution`] says
//! for one party how much is attributed to listed persons, whether that reaches the line, over which stakes, and
//! which open facts decide. The law room reads it as facts; it never decides law here.
//!
//! Shares are exact; a verdict is yes, no, or "cannot be known: this would settle it". Absent is unknown, never
//! false. Pure: no clock, network or environment.

mod amount;
mod attribution;
mod graph;
mod reach;
mod rule;
mod settle;
mod texts;

pub use amount::Span;
pub use attribution::{Attribution, Holder, SHOWN_STAKES, Step, attribute};
pub use graph::{Disclosure, Edge, Graph, GraphError, Interest, Node};
pub use reach::{EXAMINED_STAKES, Reach, Reached, Standing, Standings};
pub use rule::{Comparison, InterestKind, Rule, RuleError};
