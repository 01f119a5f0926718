//! What people do: one step is one signed entry of the journal (`desk-step/1`).

use std::collections::BTreeSet;

use countersign_identity::Role;
use countersign_model::{Answer, CountryCode, Date, Digest};
use countersign_verify::Envelope;
use serde::{Deserialize, Serialize};

use crate::policy::Policy;

/// The name and version of the form.
pub(crate) const STEP_SCHEMA: &str = "desk-step/1";

/// Who took a step, as the installation knew them then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Names them for good.
    pub user: String,
    /// Their name for people.
    pub name: String,
    /// What they did here then.
    pub roles: BTreeSet<Role>,
}

/// A step as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// `desk-step/1`.
    pub schema: String,
    /// The case; absent where a step is about a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Who.
    pub by: Actor,
    /// When, UTC.
    pub time: String,
    /// What.
    pub step: Step,
}

impl Entry {
    /// A step of a case.
    pub fn of_case(case: &str, by: &Actor, time: &str, step: Step) -> Self {
        let (schema, case) = (STEP_SCHEMA.to_owned(), Some(case.to_owned()));
        Self { schema, case, by: by.clone(), time: time.to_owned(), step }
    }

    /// A step about a person.
    pub fn of_person(by: &Actor, time: &str, step: Step) -> Self {
        Self { schema: STEP_SCHEMA.to_owned(), case: None, by: by.clone(), time: time.to_owned(), step }
    }
}

/// What a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// Someone wants to act: an application, an order, a purchase.
    Application,
    /// A party is looked at by itself: a customer, a supplier.
    Party,
}

/// What people say about a possible match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchVerdict {
    /// The party is the listed one.
    Same,
    /// It is another.
    NotSame,
}

/// From whom a document came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// From the applicant.
    Applicant,
    /// From an authority.
    Authority,
    /// Published somewhere.
    Public,
    /// Written here.
    Own,
}

/// A possible match as the screening reported it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatchOf {
    /// The name as it was asked.
    pub name: String,
    /// The kind of party that was asked.
    pub kind: String,
    /// The countries that were told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<CountryCode>,
    /// The birth date that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// The other names that were told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_names: Vec<String>,
    /// The id of the entry.
    pub entity: String,
    /// The name of the entry.
    pub caption: String,
    /// The list.
    pub source: String,
    /// SHA-256 of the entry as it was.
    pub entity_sha256: Digest,
    /// SHA-256 of the entry without its id.
    pub facts_sha256: Digest,
    /// The score, as the screening wrote it.
    pub score: String,
    /// The document with query, entry and explanation (`possible-match/1`).
    pub document: Digest,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// A case was opened. Its policy is the one that was in force.
    Open {
        /// What it is.
        kind: CaseKind,
        /// Its title.
        title: String,
        /// Who wants to act, or the party.
        applicant: String,
        /// The case file, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        facts: Option<Digest>,
        /// By when it should be decided.
        due: Date,
        /// The policy.
        policy: Policy,
    },
    /// The case file was replaced.
    Facts {
        /// The new one.
        facts: Digest,
        /// Why.
        reason: String,
    },
    /// The case file was checked against the law, and the decision recorded.
    Check {
        /// The case file that was checked.
        facts: Digest,
        /// The record of the decision.
        decision: Digest,
        /// Its entry of the journal.
        index: u64,
        /// Its answer.
        answer: Answer,
        /// As of which day.
        as_of: String,
        /// What is missing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        missing: Vec<String>,
    },
    /// The screening reported a possible match.
    Match {
        /// By what the case names it: `m1`, `m2`…
        id: String,
        /// What was reported.
        of: MatchOf,
    },
    /// Someone says what a possible match is.
    ProposeMatch {
        /// Which.
        id: String,
        /// What it is.
        verdict: MatchVerdict,
        /// Why.
        reason: String,
        /// Documents of the case that show it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Digest>,
        /// The last day on which it holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
        /// On what it depends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        condition: Option<String>,
    },
    /// A second person agrees.
    ConfirmMatch {
        /// Which.
        id: String,
    },
    /// A second person does not agree: it is undecided again.
    ReturnMatch {
        /// Which.
        id: String,
        /// Why.
        reason: String,
    },
    /// A possible match is looked at later; it stays undecided.
    LaterMatch {
        /// Which.
        id: String,
        /// When.
        until: Date,
        /// Why.
        reason: String,
    },
    /// The case was given to someone, or to nobody.
    Assign {
        /// To whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// Their name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// A note for colleagues. It is not part of the paper.
    Note {
        /// Its text.
        text: String,
    },
    /// A document was added.
    Document {
        /// Its name.
        name: String,
        /// Its digest.
        sha256: Digest,
        /// How many bytes it has.
        bytes: u64,
        /// From whom it came.
        from: Origin,
        /// What it is.
        about: String,
    },
    /// The applicant was asked something.
    Ask {
        /// By what the case names it: `q1`, `q2`…
        id: String,
        /// The question.
        text: String,
        /// By when.
        due: Date,
    },
    /// The applicant answered.
    Answer {
        /// Which question.
        id: String,
        /// What.
        text: String,
    },
    /// A question is asked no more.
    DropQuestion {
        /// Which.
        id: String,
        /// Why.
        reason: String,
    },
    /// Someone proposes how the case ends.
    Propose {
        /// The outcome, by its id in the policy.
        outcome: String,
        /// Why.
        reason: String,
        /// On which conditions.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<String>,
        /// Documents of the case that show it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        evidence: Vec<Digest>,
        /// The paper that is to be signed: a document of this entry.
        paper: Digest,
    },
    /// A proposal goes back to those who work on it.
    Return {
        /// Why.
        reason: String,
    },
    /// A countersignature.
    Sign {
        /// Its place, from 1.
        place: usize,
        /// What was shown and signed.
        paper: Digest,
        /// The signer's key.
        key: String,
        /// The signature: a signed statement about the paper.
        signature: Envelope,
    },
    /// One more signature is asked for.
    Escalate {
        /// Why.
        reason: String,
    },
    /// The case is decided as proposed.
    Decide {
        /// The paper.
        paper: Digest,
    },
    /// The applicant appeals: the case is open again.
    Appeal {
        /// Who appeals.
        by: String,
        /// On what grounds.
        grounds: String,
        /// When it came.
        received: Date,
    },
    /// The applicant wants it no more.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// A person's key is known from here on.
    Enrol {
        /// The key.
        key: String,
    },
}

impl Step {
    /// The word for it, for lists.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Facts { .. } => "facts",
            Self::Check { .. } => "check",
            Self::Match { .. } => "match",
            Self::ProposeMatch { .. } => "propose_match",
            Self::ConfirmMatch { .. } => "confirm_match",
            Self::ReturnMatch { .. } => "return_match",
            Self::LaterMatch { .. } => "later_match",
            Self::Assign { .. } => "assign",
            Self::Note { .. } => "note",
            Self::Document { .. } => "document",
            Self::Ask { .. } => "ask",
            Self::Answer { .. } => "answer",
            Self::DropQuestion { .. } => "drop_question",
            Self::Propose { .. } => "propose",
            Self::Return { .. } => "return",
            Self::Sign { .. } => "sign",
            Self::Escalate { .. } => "escalate",
            Self::Decide { .. } => "decide",
            Self::Appeal { .. } => "appeal",
            Self::Withdraw { .. } => "withdraw",
            Self::Enrol { .. } => "enrol",
        }
    }

    /// Whether it changes what a signer would see, or the question that is decided: it voids signatures.
    pub fn is_edit(&self) -> bool {
        !matches!(
            self,
            Self::LaterMatch { .. }
                | Self::Assign { .. }
                | Self::Note { .. }
                | Self::Sign { .. }
                | Self::Escalate { .. }
                | Self::Decide { .. }
                | Self::Enrol { .. }
        )
    }

    /// Whether who does it has worked on the case, and may not countersign it. To look at the work of others is no work
    /// of one's own.
    pub fn is_work(&self) -> bool {
        self.is_edit()
            && !matches!(
                self,
                Self::ConfirmMatch { .. }
                    | Self::ReturnMatch { .. }
                    | Self::Return { .. }
                    | Self::Appeal { .. }
            )
    }
}
