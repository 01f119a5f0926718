//! The decision document `decision/1`: what was decided, by which rules, on which facts, and what would change it.
//!
//! The field names are a public contract (`docs/reference/decision.md`); a snapshot test holds them.

use std::collections::BTreeMap;

use countersign_model::{Answer, CommitmentVerdict, GateVerdict, LawVerdict, ReviewPolicy};
use indexmap::IndexMap;
use serde::Serialize;

use crate::pack::NormKind;

/// A decision on one case.
#[derive(Debug, Clone, Serialize)]
pub struct Decision {
    /// `decision/1`.
    pub schema: &'static str,
    /// What was decided on.
    pub case: CaseHead,
    /// The one answer.
    pub answer: Answer,
    /// Exit code of `countersign check`.
    pub exit_code: u8,
    /// One verdict per LAW regime asked, the most severe first.
    pub regimes: Vec<RegimeVerdict>,
    /// LAW regimes that the packs hold and the case did not ask.
    pub not_asked: Vec<String>,
    /// One verdict per family of commitments.
    pub commitments: Vec<CommitmentFinding>,
    /// The gates.
    pub gate: GateFinding,
    /// Red flags, recorded and raised.
    pub red_flags: Vec<RedFlag>,
    /// What else is to be known: guidance, calls and proposals that bear on the act. They change no verdict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advisories: Vec<Cited>,
    /// Facts that are absent and would change a verdict.
    pub missing_facts: Vec<MissingFact>,
    /// What the case records for people and no rule weighs: the end use in words, the sources of facts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recorded: Vec<Recorded>,
    /// The smallest changes found that change the answer.
    pub counterfactuals: Vec<Counterfactual>,
    /// Facts that nobody decided and that were taken in the protective way.
    pub assumed: Vec<Assumed>,
    /// What the reader must know about the law or the tables behind this decision.
    pub warnings: Vec<String>,
}

/// The head of the case.
#[derive(Debug, Clone, Serialize)]
pub struct CaseHead {
    /// The case's id, if it has one.
    pub id: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// The act.
    pub action: String,
    /// `act` or `evaluate`.
    pub intent: String,
    /// Party id of who asks.
    pub actor: String,
    /// The day of the act.
    pub as_of: String,
    /// The day up to which log entries were read.
    pub known_at: String,
}

/// The verdict of one LAW regime.
#[derive(Debug, Clone, Serialize)]
pub struct RegimeVerdict {
    /// Its id.
    pub regime: String,
    /// Its name for people.
    pub title: String,
    /// The verdict.
    pub verdict: LawVerdict,
    /// Who grants an authorisation.
    pub authority: String,
    /// How applications are reviewed, with `AUTHORISATION_REQUIRED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_policy: Option<ReviewPolicy>,
    /// The rules that fixed the verdict.
    pub determining: Vec<Cited>,
    /// Licences held that cover the act.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<String>,
    /// Rules examined that failed on a single condition.
    pub near_misses: Vec<NearMiss>,
    /// Rules to read beside these.
    pub mentions: Vec<Mention>,
    /// Paths of the facts that would settle or change the verdict.
    pub missing: Vec<String>,
    /// Shares attributed to listed persons by the regime's ownership rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributed: Vec<Attributed>,
    /// What is known of the state of this law.
    pub status: String,
}

/// A rule that determined.
#[derive(Debug, Clone, Serialize)]
pub struct Cited {
    /// Its id.
    pub rule: String,
    /// Citation for people.
    pub citation: String,
    /// LAW, GUIDANCE, COMMITMENT or GATE.
    pub kind: NormKind,
    /// How well its text is confirmed.
    pub verification: String,
    /// What follows from it, in a sentence.
    pub why: String,
    /// What it looked at.
    pub on: String,
    /// The notice of the listing that decided (Federal Register, Official Journal).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The exceptions by which it was lifted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lifted_by: Vec<String>,
    /// The facts that it read, by path; those of its last conditions, which decide, first.
    pub facts: IndexMap<String, String>,
}

/// A rule examined that failed.
#[derive(Debug, Clone, Serialize)]
pub struct NearMiss {
    /// Its id.
    pub rule: String,
    /// Citation for people.
    pub citation: String,
    /// How well its text is confirmed.
    pub verification: String,
    /// What it looked at.
    pub on: String,
    /// The condition that failed.
    pub failing: String,
    /// The facts that it read, in the same order.
    pub facts: IndexMap<String, String>,
}

/// A rule to read beside the determining ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Mention {
    /// Its id.
    pub rule: String,
    /// Citation for people.
    pub citation: String,
    /// The rule in a sentence.
    pub meaning: String,
    /// How well its text is confirmed.
    pub verification: String,
}

/// A share attributed to listed persons.
#[derive(Debug, Clone, Serialize)]
pub struct Attributed {
    /// The party.
    pub party: String,
    /// Whether it is dealt with, and does not only stand behind one that is.
    pub dealt_with: bool,
    /// Percent, exact or `least to most`.
    pub percent: String,
    /// Where the arithmetic is written down.
    pub by: String,
    /// The edges that count, shortest paths first.
    pub through: Vec<String>,
    /// Of a party dealt with: how those are listed at whom the stakes begin, with the notices of their listings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<String>,
}

/// The verdict of one family of commitments.
#[derive(Debug, Clone, Serialize)]
pub struct CommitmentFinding {
    /// `JSS`, `PMC`, `ECHRI`, `PLEDGE`.
    pub family: String,
    /// The actor's state.
    pub state: String,
    /// The verdict.
    pub verdict: CommitmentVerdict,
    /// The rules that fixed it.
    pub determining: Vec<Cited>,
    /// Rules of the family of which it is not known whether they are met, with `COMMITMENT_AT_RISK`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<Mention>,
    /// Paths of the facts that would settle them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Whether it counts for the answer: only for a body of that state.
    pub binds_actor: bool,
    /// A doubt about the membership, if the sources leave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<String>,
}

/// The verdict of the gates opted in.
#[derive(Debug, Clone, Serialize)]
pub struct GateFinding {
    /// `assessment`, `red_flags`.
    pub opted_in: Vec<String>,
    /// The verdict, the most severe of the gates.
    pub verdict: GateVerdict,
    /// The rules that failed, in the fixed order of the method.
    pub determining: Vec<Cited>,
    /// Findings that are shown and change nothing (one year of fees above the line).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<Cited>,
    /// Paths of the facts that would settle it.
    pub missing: Vec<String>,
    /// Open conditions.
    pub conditions: Vec<String>,
}

/// A red flag.
#[derive(Debug, Clone, Serialize)]
pub struct RedFlag {
    /// The rule that names or raises it.
    pub rule: String,
    /// Citation for people.
    pub citation: String,
    /// The party that it concerns, if one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// `open`, `resolved`, `suspicion`, `confirmed`; `unsettled` where an absent fact leaves open whether it is raised.
    pub state: String,
    /// `rule` (raised from the facts) or `record` (written in the case).
    pub raised_by: &'static str,
    /// What it says.
    pub text: String,
    /// How well the rule's text is confirmed.
    pub verification: String,
    /// Rules to read with it: the considerations of the guidance that raises it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<Mention>,
    /// Paths of the facts that would settle an unsettled flag.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// An absent fact that would change a verdict.
#[derive(Debug, Clone, Serialize)]
pub struct MissingFact {
    /// Its path in the case.
    pub path: String,
    /// The regimes (or `GATE`) whose verdict it would change.
    pub needed_by: Vec<String>,
    /// What each value would lead to, where the values are few.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Answer>,
}

/// What the case says in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// Where it stands in the case.
    pub path: String,
    /// What it says.
    pub text: String,
}

/// A change of fact that changes the answer.
#[derive(Debug, Clone, Serialize)]
pub struct Counterfactual {
    /// The change in words.
    pub change: String,
    /// The paths changed.
    pub paths: Vec<String>,
    /// The answer then.
    pub answer: Answer,
}

/// A fact that was assumed.
#[derive(Debug, Clone, Serialize)]
pub struct Assumed {
    /// Its path.
    pub path: String,
    /// Why, with the score and the explanation of the possible match.
    pub text: String,
}
