//! What one rule of independence says of an assessment.

use serde::Serialize;

/// What a rule says. All but `Pass` and `Flag` keep the gate from passing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Pass,
    /// Shown, and nothing follows.
    Flag,
    /// Something is missing.
    Incomplete,
    /// The person leaves the team, and the rest sign again.
    PersonRemoved,
    /// The assessor is not independent.
    NotIndependent,
    /// The roster is not to be trusted.
    RosterUntrusted,
    /// The assessment does not count.
    Invalid,
}

/// One rule with its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `IND-01` …
    pub rule: String,
    /// What it says.
    pub verdict: Verdict,
    /// Why, for the reader; empty where it passes.
    pub why: String,
}
