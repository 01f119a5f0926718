//! One rule: one policy, one citation.

use std::sync::Arc;

use countersign_model::{CommitmentVerdict, Date, GateVerdict, LawVerdict, ReviewPolicy};
use serde::{Deserialize, Serialize};

use super::inventory::NormKind;
use crate::eval::Expr;

/// What a policy looks at: the type of its resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Resource {
    Case,
    Party,
    Listing,
    Entry,
    Assessment,
}

impl Resource {
    pub(crate) const ALL: [Self; 5] = [Self::Case, Self::Party, Self::Listing, Self::Entry, Self::Assessment];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Case => "Case",
            Self::Party => "Party",
            Self::Listing => "Listing",
            Self::Entry => "Entry",
            Self::Assessment => "Assessment",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == name)
    }
}

/// The acts by name, as the schema has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Action;

impl Action {
    pub(crate) const ALL: [&'static str; 9] = [
        "develop",
        "export",
        "reexport",
        "transfer",
        "broker",
        "supply",
        "technical_assistance",
        "procure",
        "invest",
    ];
    /// The acts that move an item (`Action::"movement"`).
    pub(crate) const MOVEMENT: [&'static str; 4] = ["export", "reexport", "transfer", "supply"];
}

/// What follows when a rule holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Role {
    /// A LAW verdict that stands in the way (or, by `permit`, a mark of how it was lifted).
    Requirement(LawVerdict),
    /// A licence exception or general authorisation that lifts the rules named.
    Exception { lifts: Vec<String> },
    /// Closes the exceptions named (`*` = every exception of the regime).
    Bar { bars: Vec<String> },
    /// Gives the review policy of the rules named, in place of their own.
    Review { reviews: Vec<String> },
    /// Cited beside the rule that it interprets.
    Support { supports: Vec<String> },
    /// Settles a fact for other rules: of its own resource (`@defines`), of the party of a listing (`@of_party`)
    /// or of the case (`@any`).
    Definition { defines: Option<Arc<str>>, of_party: Option<Arc<str>>, any: Option<Arc<str>> },
    /// Raises a red flag.
    RedFlag,
    /// Something to know beside the verdicts; it changes none of them.
    Advisory,
    /// A verdict on a commitment.
    Commitment(CommitmentVerdict),
    /// A verdict of the assessment gate, cited under a GATE- rule.
    Gate { verdict: GateVerdict, under: Option<String> },
}

/// One `when` or `unless` of a policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Clause {
    pub(crate) expr: Expr,
    pub(crate) unless: bool,
    /// The condition as a sentence: the `@when1`, `@when2`… annotation, else the expression itself.
    pub(crate) sentence: String,
}

/// One policy of a law pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// The policy's own id: `@id`, and `@part` after `#` where one rule is written in several policies.
    pub(crate) key: String,
    /// The rule's id in the inventory, or `def:…` for a definition that is not cited.
    pub(crate) id: String,
    pub(crate) regime: String,
    pub(crate) kind: NormKind,
    pub(crate) role: Role,
    pub(crate) resource: Resource,
    /// Acts to which the policy applies, by name.
    pub(crate) actions: Vec<String>,
    /// The first clause says when the rule is looked at at all; the others are its conditions.
    pub(crate) clauses: Vec<Clause>,
    /// `forbid` stands in the way, `permit` opens.
    pub(crate) permit: bool,
    pub(crate) in_force: Option<Date>,
    pub(crate) until: Option<Date>,
    /// While stayed the rule is examined and shown as stayed; it does not determine.
    pub(crate) stayed: Option<Stay>,
    pub(crate) review: Option<ReviewPolicy>,
    /// The review policy is the one of the listing, or of the listings of the owners.
    pub(crate) review_from: Option<String>,
    pub(crate) why: String,
    /// Rules named with this one as determining.
    pub(crate) cites: Vec<String>,
    /// Rules named beside this one.
    pub(crate) mentions: Vec<String>,
    /// An attribute of the resource whose words are rule ids to cite (failed PUB-, IND- rules).
    pub(crate) cites_from: Option<String>,
    /// A scope rule decides by failing as well as by holding (case format, section 10).
    pub(crate) scope: bool,
    /// A warning shown whenever the rule determines.
    pub(crate) warn: Option<String>,
}

/// A stay of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stay {
    pub(crate) from: Date,
    pub(crate) until: Date,
    pub(crate) by: String,
}

impl Rule {
    /// Whether the policy's scope names the act.
    pub(crate) fn is_for(&self, action: &str) -> bool {
        self.actions.iter().any(|a| a == action)
    }

    /// Whether it decides as another one does: the same but for the words.
    pub(crate) fn decides_as(&self, other: &Self) -> bool {
        let bare = |rule: &Self| {
            let mut rule = rule.clone();
            rule.why.clear();
            rule.warn = None;
            rule.mentions.clear();
            rule.clauses.iter_mut().for_each(|c| c.sentence.clear());
            rule
        };
        bare(self) == bare(other)
    }

    /// Whether the rule stands in an inventory and can be cited.
    pub(crate) fn citable(&self) -> bool {
        !self.id.starts_with("def:")
    }

    /// Whether the rule is examined on a day: in force, or stayed.
    pub(crate) fn examined_on(&self, date: Date) -> bool {
        let in_force = self.in_force.is_none_or(|d| d <= date) && self.until.is_none_or(|d| date <= d);
        in_force || self.stay_on(date).is_some()
    }

    /// The stay that holds on a day.
    pub(crate) fn stay_on(&self, date: Date) -> Option<&Stay> {
        self.stayed.as_ref().filter(|s| s.from <= date && date <= s.until)
    }
}
