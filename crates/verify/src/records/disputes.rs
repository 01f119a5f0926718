//! What answers an incident or a finding: replies of those it accuses, disputes, and how a dispute ended.

use serde::{Deserialize, Serialize};

use super::fields::{RecordRef, SubjectId, Text};
use super::{Part, Predicate};
use crate::leaf::DocumentName;

/// The answer of someone whom a record accuses. Anyone may sign one, with any key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The record.
    pub to: RecordRef,
    /// Who answers.
    pub from: SubjectId,
    /// The answer.
    pub text: Text,
    /// Documents with it.
    #[serde(default)]
    pub documents: Vec<DocumentName>,
}

/// An incident or a finding is disputed. Anyone may sign one, with any key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dispute {
    /// The record.
    pub of: RecordRef,
    /// What is disputed, and why.
    pub text: Text,
    /// Documents with it.
    #[serde(default)]
    pub documents: Vec<DocumentName>,
}

/// What remains of the disputed record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It stands.
    Stands,
    /// It stands as the reasons correct it.
    Corrected,
    /// It does not stand.
    Withdrawn,
}

/// How a dispute ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisputeOutcome {
    /// The dispute.
    pub of: RecordRef,
    /// The disputed record.
    pub record: RecordRef,
    /// What remains of it.
    pub outcome: Outcome,
    /// The reasons.
    pub reasons: Text,
}

impl Part for Reply {
    fn check(&self, head: &Predicate) -> Result<(), String> {
        if head.about.contains(&self.from) {
            return Ok(());
        }
        Err(format!("`about` does not name `{}`, so that a search would not find the answer", self.from))
    }

    fn documents(&self) -> Vec<&DocumentName> {
        self.documents.iter().collect()
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        vec![&self.to]
    }
}

impl Part for Dispute {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        Ok(())
    }

    fn documents(&self) -> Vec<&DocumentName> {
        self.documents.iter().collect()
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        vec![&self.of]
    }
}

impl Part for DisputeOutcome {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        Ok(())
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        vec![&self.of, &self.record]
    }
}
