//! The parts of an assessment about the public: where it comments, what was done with each comment, what is withheld from it.

use countersign_model::Digest;
use serde::{Deserialize, Serialize};

use crate::answer::Fact;
use crate::words::Day;

/// Where people can comment.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentChannel {
    /// The address.
    #[serde(default)]
    pub address: String,
    /// Comments may be anonymous.
    #[serde(default)]
    pub anonymous: Fact,
    /// No account is needed.
    #[serde(default)]
    pub without_account: Fact,
    /// It can be reached over Tor.
    #[serde(default)]
    pub over_tor: Fact,
}

/// What became of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The text was changed as asked.
    Accepted,
    /// In part.
    Partly,
    /// It was not; the reason is given.
    Rejected,
}

/// The answer to a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    /// SHA-256 of the comment, as logged.
    pub comment: Digest,
    /// What became of it.
    pub outcome: Outcome,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// Why something may be withheld (assessment method, section 6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WithheldClass {
    /// Source protection.
    A,
    /// Exploit detail.
    B,
    /// Trade secret.
    C,
    /// An ongoing lawful operation.
    D,
}

/// One field that is withheld.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redaction {
    /// Its path: keys and positions, joined by `/`. All that lies below it is withheld.
    pub path: String,
    /// Why it may be.
    pub class: WithheldClass,
    /// Why it is.
    pub reason: String,
    /// Who decided.
    pub decided_by: String,
    /// When it is looked at again.
    pub review_date: Day,
}
