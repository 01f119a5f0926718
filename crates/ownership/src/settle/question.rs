//! What is asked of the search, and of which open fact.

use crate::rule::Line;

/// What is asked.
pub(crate) enum Question {
    /// Whether the attributed share meets a line.
    Line(Line),
    /// How large the attributed share is.
    Share,
}

/// Where the two states differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Whether a party is listed.
    Listing(usize),
    /// Who holds what is left open in a party.
    Rest(usize),
    /// Where in its interval a stake in a party lies.
    Interval(usize, usize),
    /// Whether the root of a module inside counts, for a reason inside that module.
    Module(usize),
}
