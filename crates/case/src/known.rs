//! What a case may refer to beyond itself: the rules and the questions that exist.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::Date;

/// The part of a row of the rule inventory (case format, section 11) that a case is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRule {
    /// The regime, family or gate that the rule belongs to: `US-EAR`, `PMC`, `GATE`.
    pub regime: String,
    /// `LAW`, `GUIDANCE`, `COMMITMENT` or `GATE`.
    pub kind: String,
    /// First day in force; `None` is earlier than any date of a case.
    pub in_force: Option<Date>,
    /// Last day in force; `None` is "still in force".
    pub until: Option<Date>,
}

/// The inventories that the ids in a case must be found in. Made by the caller, who holds the law and the question
/// set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Rule id → its row. Ids match exactly.
    pub rules: BTreeMap<String, KnownRule>,
    /// The ids of the question set of the human-rights assessment.
    pub questions: BTreeSet<String>,
}
