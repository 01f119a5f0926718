//! An answer as the assessor gives it.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use countersign_model::Digest;

use crate::question_set::Tier;

/// A row of a table: column → text. Numbers are written as text, so that they are hashed as they were written.
pub type Row = IndexMap<String, String>;

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A whole number.
    Number(i64),
    /// A word or a text.
    Word(String),
    /// A list of words.
    Words(Vec<String>),
    /// Rows of a table.
    Rows(Vec<Row>),
    /// Two days, both included: `from`, `to`.
    Days(Row),
}

impl Value {
    /// The word, where it is one.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// One piece of evidence: what it is, and the bytes where they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it is, so that a reader can look for it.
    pub text: String,
    /// The SHA-256 of the file, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
}

/// A recorded fact: `yes`, `no` or `unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fact {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// Nobody recorded it.
    #[default]
    Unknown,
}

/// An answer with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// What was answered.
    pub answer: Value,
    /// The best evidence for it.
    pub tier: Tier,
    /// The evidence itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Coded findings in a text (`misuse`, `minimisation` …). An empty list says that none of them is there; where nothing is
    /// given, nobody said whether one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<String>>,
    /// Why, in the assessor's words; required for `not_applicable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the fact holds that lifts the stop (`unless` in the question set).
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub unless: Fact,
    /// Whether the fact holds without which the stop does not apply (`when` in the question set).
    #[serde(default, skip_serializing_if = "is_unknown")]
    pub when: Fact,
}

fn is_unknown(fact: &Fact) -> bool {
    *fact == Fact::Unknown
}

impl Answer {
    /// An answer with nothing but its value and its tier, as a case gives it.
    pub fn new(answer: Value, tier: Tier) -> Self {
        Self {
            answer,
            tier,
            evidence: Vec::new(),
            findings: None,
            reason: None,
            unless: Fact::Unknown,
            when: Fact::Unknown,
        }
    }
}
