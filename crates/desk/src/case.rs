//! The state of a case.

use std::collections::BTreeSet;

use countersign_identity::Role;
use countersign_model::{Answer, Date, Digest};
use serde::Serialize;

use crate::policy::{Outcome, Policy};
use crate::step::{Actor, CaseKind, MatchOf, MatchVerdict, Origin, Step};

/// Something with who and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Timed {
    /// Its entry of the journal.
    pub index: u64,
    /// Who.
    pub by: Actor,
    /// When.
    pub time: String,
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Worked on.
    Open,
    /// Proposed, to be countersigned.
    Signing,
    /// Decided.
    Decided,
    /// Withdrawn by the applicant.
    Withdrawn,
}

impl CaseState {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Signing => "to be countersigned",
            Self::Decided => "decided",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Its name.
    pub name: String,
    /// Its digest.
    pub sha256: Digest,
    /// Its size.
    pub bytes: u64,
    /// From whom it came.
    pub from: Origin,
    /// What it is.
    pub about: String,
    /// Who added it.
    pub added: Timed,
}

/// A question to the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// By what it is named.
    pub id: String,
    /// The question.
    pub text: String,
    /// By when.
    pub due: Date,
    /// Who asked.
    pub asked: Timed,
    /// The answer, and who wrote it down.
    pub answer: Option<(String, Timed)>,
    /// Why it is asked no more.
    pub dropped: Option<(String, Timed)>,
}

impl Question {
    /// Whether an answer is awaited.
    pub fn is_open(&self) -> bool {
        self.answer.is_none() && self.dropped.is_none()
    }
}

/// What someone says a possible match is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchVerdictGiven {
    /// What.
    pub verdict: MatchVerdict,
    /// Why.
    pub reason: String,
    /// What shows it.
    pub evidence: Vec<Digest>,
    /// Until when it holds.
    pub until: Option<Date>,
    /// On what it depends.
    pub condition: Option<String>,
    /// Who.
    pub by: Timed,
}

/// Where a possible match stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchState {
    /// Nobody has said anything.
    Undecided,
    /// One person said something; another one must look.
    Proposed,
    /// Decided.
    Decided,
}

/// A possible match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// By what it is named.
    pub id: String,
    /// What was reported.
    pub of: MatchOf,
    /// Where it stands.
    pub state: MatchState,
    /// What was said last.
    pub said: Option<MatchVerdictGiven>,
    /// Who agreed.
    pub confirmed: Option<Timed>,
    /// When to look at it again, and why.
    pub later: Option<(Date, String)>,
    /// Why it came back.
    pub returned: Option<(String, Timed)>,
}

/// A check of the case file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The case file.
    pub facts: Digest,
    /// The record.
    pub decision: Digest,
    /// Its entry.
    pub index: u64,
    /// The answer.
    pub answer: Answer,
    /// As of which day.
    pub as_of: String,
    /// What is missing.
    pub missing: Vec<String>,
    /// Who.
    pub by: Timed,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Its text.
    pub text: String,
    /// Who.
    pub by: Timed,
}

/// How someone proposes that it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The outcome.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
    /// On which conditions.
    pub conditions: Vec<String>,
    /// What shows it.
    pub evidence: Vec<Digest>,
    /// What is signed.
    pub paper: Digest,
    /// Who.
    pub by: Timed,
}

/// A countersignature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Its place, from 1.
    pub place: usize,
    /// As what.
    pub role: Role,
    /// The key.
    pub key: String,
    /// Who.
    pub by: Timed,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// As it was proposed.
    pub proposal: Proposal,
    /// Who countersigned.
    pub signatures: Vec<Signature>,
    /// Who closed it.
    pub by: Timed,
}

/// An appeal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Appeal {
    /// Who appeals.
    pub appellant: String,
    /// On what grounds.
    pub grounds: String,
    /// When it came.
    pub received: Date,
    /// Who wrote it down.
    pub by: Timed,
}

/// A case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// By what it is named: `C-2026-0001`.
    pub id: String,
    /// What it is.
    pub kind: CaseKind,
    /// Its title.
    pub title: String,
    /// Who wants to act, or the party.
    pub applicant: String,
    /// By when it should be decided.
    pub due: Date,
    /// The policy.
    pub policy: Policy,
    /// Where it stands.
    pub state: CaseState,
    /// Who opened it.
    pub opened: Timed,
    /// To whom it is given: id and name.
    pub assigned: Option<(String, String)>,
    /// The case file.
    pub facts: Option<Digest>,
    /// The last check.
    pub check: Option<Check>,
    /// Whether something changed after the last check.
    pub check_is_stale: bool,
    /// The possible matches.
    pub matches: Vec<Match>,
    /// The documents.
    pub documents: Vec<Document>,
    /// The questions.
    pub questions: Vec<Question>,
    /// The notes.
    pub notes: Vec<Note>,
    /// How someone proposes that it ends.
    pub proposal: Option<Proposal>,
    /// The countersignatures under the proposal.
    pub signatures: Vec<Signature>,
    /// Why it was escalated.
    pub escalated: Option<(String, Timed)>,
    /// Why the last proposal came back, or was voided.
    pub returned: Option<(String, Timed)>,
    /// The decisions, the last one last.
    pub decisions: Vec<Decided>,
    /// The appeals.
    pub appeals: Vec<Appeal>,
    /// Who worked on it and may not countersign it.
    pub workers: BTreeSet<String>,
    /// The entry of the last edit: the revision.
    pub revision: u64,
    /// Every step, for the timeline.
    #[serde(skip)]
    pub steps: Vec<(Timed, Step)>,
}

impl Case {
    /// The roles that must sign, in their order, for an outcome.
    pub fn needed(&self, outcome: &Outcome) -> Vec<Role> {
        let mut roles = outcome.signatures.clone();
        if self.escalated.is_some() {
            roles.push(self.policy.escalation.role);
        }
        roles
    }

    /// The role that must sign next, with its place; `None` where nothing is to be signed.
    pub fn next_signature(&self) -> Option<(usize, Role)> {
        let proposal = self.proposal.as_ref().filter(|_| self.state == CaseState::Signing)?;
        let place = self.signatures.len();
        self.needed(&proposal.outcome).get(place).map(|role| (place + 1, *role))
    }

    /// Whether all signatures are there.
    pub fn is_signed(&self) -> bool {
        self.state == CaseState::Signing && self.next_signature().is_none()
    }

    /// The match of that id.
    pub fn possible_match(&self, id: &str) -> Option<&Match> {
        self.matches.iter().find(|m| m.id == id)
    }

    /// The matches that are not decided.
    pub fn undecided(&self) -> impl Iterator<Item = &Match> {
        self.matches.iter().filter(|m| m.state != MatchState::Decided)
    }

    /// The questions that are open.
    pub fn open_questions(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|q| q.is_open())
    }

    /// The last decision, if it stands.
    pub fn decision(&self) -> Option<&Decided> {
        self.decisions.last().filter(|_| self.state == CaseState::Decided)
    }

    /// Whether a person countersigned an earlier decision.
    pub fn signed_before(&self, user: &str) -> bool {
        self.decisions.iter().flat_map(|d| &d.signatures).any(|s| s.by.by.user == user)
    }
}
