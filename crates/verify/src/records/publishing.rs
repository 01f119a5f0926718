//! Hashes of what is kept elsewhere: lists, law, decisions, receipts.

use countersign_model::Digest;
use serde::{Deserialize, Serialize};

use super::fields::{Day, Text};
use super::{Part, Predicate};

/// A publisher's list as it was on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSnapshot {
    /// The id of the list source.
    pub source: Text,
    /// The publisher.
    pub publisher: Text,
    /// Where it was had.
    pub url: Text,
    /// When.
    pub retrieved_on: Day,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
    /// How many entries it had.
    pub entries: u64,
}

impl Part for ListSnapshot {
    fn check(&self, head: &Predicate) -> Result<(), String> {
        if self.retrieved_on > head.date {
            return Err(format!(
                "it was had on {}, after the day of the record {}",
                self.retrieved_on, head.date
            ));
        }
        Ok(())
    }
}

/// The law packs of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawSnapshot {
    /// The release.
    pub release: Text,
    /// The digest of the packs, as every decision names it.
    pub sha256: Digest,
    /// What changed since the last.
    pub changes: Text,
}

impl Part for LawSnapshot {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        Ok(())
    }
}

/// A decision that its maker made public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedDecision {
    /// The SHA-256 of the envelope of the decision in its maker's journal.
    pub decision: Digest,
    /// The act: `export`, `procure`…
    pub action: Text,
    /// The answer: `PROCEED`, `CONDITIONS`, `HOLD` or `STOP`.
    pub answer: String,
    /// As of which day.
    pub as_of: Day,
    /// The digest of the law packs.
    pub law: Digest,
}

impl Part for PublishedDecision {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        if ["PROCEED", "CONDITIONS", "HOLD", "STOP"].contains(&self.answer.as_str()) {
            return Ok(());
        }
        Err(format!("`{}` is no answer; there are PROCEED, CONDITIONS, HOLD and STOP", self.answer))
    }
}

/// A commitment to a receipt of a private journal: shown later, the receipt proves that the journal was not
/// rewritten since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptCommitment {
    /// The origin of the journal.
    pub journal: Text,
    /// SHA-256 of 32 random bytes, kept secret with the receipt, and the bytes of the receipt. Without the random
    /// bytes a receipt of few possible forms could be guessed.
    pub commitment: Digest,
}

impl Part for ReceiptCommitment {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        Ok(())
    }
}
