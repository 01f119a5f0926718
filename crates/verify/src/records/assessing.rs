//! Assessments and what happens to them: comment, answer, challenge, suspension, revocation.

use countersign_model::Digest;
use serde::{Deserialize, Serialize};

use super::fields::{Day, RecordRef, StateCode, SubjectId, Text, YesNo};
use super::{Part, Predicate};
use crate::key::PublicKey;
use crate::leaf::DocumentName;

/// Whether an assessment is out for comment or final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssessmentStatus {
    /// Out for comment.
    Draft,
    /// Final.
    Final,
}

/// Which of the two assessments it is (assessment method, section 1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Of the tool, before it is built or invested in.
    Develop,
    /// Of one sale: this version, this end user, this country, these intermediaries.
    Sale,
}

/// What exactly was assessed. A gate compares it field by field with the act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessmentScope {
    /// The vendor.
    pub vendor: SubjectId,
    /// The product.
    pub product: SubjectId,
    /// Its version.
    pub version: Text,
    /// The agency that will use it. Required for a sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_user: Option<SubjectId>,
    /// The country of use. Required for a sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<StateCode>,
    /// Resellers and brokers; none is the empty list.
    #[serde(default)]
    pub intermediaries: Vec<SubjectId>,
}

/// The questions that were asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionSet {
    /// Name and version.
    pub id: Text,
    /// The SHA-256 of the file.
    pub sha256: Digest,
}

/// A person with a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonName {
    /// The name.
    pub name: Text,
    /// For whom.
    pub organisation: Text,
    /// The key by which the register knows them.
    pub key: PublicKey,
}

/// An assessment. The whole text is the document; here is what others must find without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// The assessment, the same through all versions: `assessment:…`.
    pub id: SubjectId,
    /// The version, from 1; each record has a higher one than the last.
    pub version: u32,
    /// Draft or final.
    pub status: AssessmentStatus,
    /// Develop or sale.
    pub stage: Stage,
    /// What was assessed.
    pub scope: AssessmentScope,
    /// The questions.
    pub question_set: QuestionSet,
    /// Who assessed, the lead first.
    pub assessors: Vec<PersonName>,
    /// The assessment itself.
    pub document: DocumentName,
    /// Declarations of interests, fee, list of redactions: what independence is checked on.
    #[serde(default)]
    pub declarations: Vec<DocumentName>,
    /// A draft: the last day for comments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment_until: Option<Day>,
    /// A final: the draft that was commented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<RecordRef>,
    /// A final: the last day on which it may be relied upon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Day>,
}

impl Part for Assessment {
    fn check(&self, head: &Predicate) -> Result<(), String> {
        if self.id.kind() != "assessment" {
            return Err(format!("its id is `{}`; it must begin with `assessment:`", self.id));
        }
        for subject in [&self.id, &self.scope.vendor, &self.scope.product] {
            if !head.about.contains(subject) {
                return Err(format!("`about` does not name `{subject}`, so that a search would not find it"));
            }
        }
        if self.version == 0 {
            return Err("versions are counted from 1".to_owned());
        }
        if self.assessors.is_empty() {
            return Err("`assessors` is empty".to_owned());
        }
        if self.stage == Stage::Sale && (self.scope.end_user.is_none() || self.scope.country.is_none()) {
            return Err(
                "a sale has an `end_user` and a `country`, and the scope does not say both".to_owned()
            );
        }
        match (self.status, self.comment_until, self.valid_until) {
            (AssessmentStatus::Draft, None, _) => {
                Err("a draft says `comment_until` which day it may be commented".to_owned())
            }
            (AssessmentStatus::Draft, Some(until), _) if until < head.date => {
                Err(format!("comments would end on {until}, before the draft of {}", head.date))
            }
            (AssessmentStatus::Final, _, None) => {
                Err("a final says until when it is valid: `valid_until`".to_owned())
            }
            (AssessmentStatus::Final, _, Some(until)) if until < head.date => {
                Err(format!("it would end on {until}, before it was signed on {}", head.date))
            }
            _ => Ok(()),
        }
    }

    fn documents(&self) -> Vec<&DocumentName> {
        std::iter::once(&self.document).chain(&self.declarations).collect()
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        self.draft.iter().collect()
    }
}

/// A comment on a record. Anyone may sign one, with any key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    /// What is commented.
    pub of: RecordRef,
    /// The comment.
    pub text: Text,
    /// The language of the text (BCP 47).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Text>,
}

/// What the assessor did with a comment (assessment method, PUB-04).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// The text was changed as asked.
    Accepted,
    /// In part.
    Partly,
    /// Not.
    Rejected,
}

/// The answer to a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The comment.
    pub to: RecordRef,
    /// What was done.
    pub disposition: Disposition,
    /// Why.
    pub reason: Text,
}

/// A challenge of an assessment or a decision. Anyone may sign one, with any key. One of a decision on a challenge is the
/// appeal (CHG-05).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// What is challenged.
    pub of: RecordRef,
    /// On what grounds: rule ids (`REV-01`, `IND-03`…) or short phrases.
    pub grounds: Vec<Text>,
    /// The challenge.
    pub text: Text,
}

/// How a panel decided, or that it will.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PanelOutcome {
    /// The challenge is right.
    Upheld,
    /// In part.
    PartlyUpheld,
    /// It is not.
    Rejected,
    /// It was not examined.
    Inadmissible,
    /// It is admissible and will be decided: what CHG-01 asks for within ten working days.
    Admitted,
}

/// The decision on a challenge. What follows from it (suspension, revocation) is a record of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChallengeDecision {
    /// The challenge.
    pub of: RecordRef,
    /// How it was decided.
    pub outcome: PanelOutcome,
    /// The reasons, which are public (CHG-04).
    pub reasons: Text,
    /// Who decided.
    pub panel: Vec<PersonName>,
}

/// An assessment is not to be relied upon for now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// The assessment's record.
    pub of: RecordRef,
    /// From which day.
    pub since: Day,
    /// What happened: a trigger of the method, section 7.
    pub trigger: Text,
    /// The reasons.
    pub reason: Text,
    /// The records that show it: findings, incidents, challenges.
    #[serde(default)]
    pub because_of: Vec<RecordRef>,
}

/// A suspension ends, and the assessment counts again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reinstatement {
    /// The suspension.
    pub of: RecordRef,
    /// From which day.
    pub since: Day,
    /// The reasons.
    pub reason: Text,
}

/// An assessment does not count any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revocation {
    /// The assessment's record.
    pub of: RecordRef,
    /// `REV-01` … `REV-07`.
    pub ground: String,
    /// From which day. A void one never counted.
    pub since: Day,
    /// It never counted (REV-02: a false declaration).
    pub void: YesNo,
    /// The reasons.
    pub reason: Text,
    /// The records that show it.
    #[serde(default)]
    pub because_of: Vec<RecordRef>,
}

fn some(what: &str, count: usize) -> Result<(), String> {
    if count == 0 { Err(format!("`{what}` is empty")) } else { Ok(()) }
}

impl Part for Comment {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        Ok(())
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        vec![&self.of]
    }
}

impl Part for Response {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        Ok(())
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        vec![&self.to]
    }
}

impl Part for Challenge {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        some("grounds", self.grounds.len())
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        vec![&self.of]
    }
}

impl Part for ChallengeDecision {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        some("panel", self.panel.len())
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        vec![&self.of]
    }
}

impl Part for Suspension {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        Ok(())
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        std::iter::once(&self.of).chain(&self.because_of).collect()
    }
}

impl Part for Reinstatement {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        Ok(())
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        vec![&self.of]
    }
}

impl Part for Revocation {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        let number = self.ground.strip_prefix("REV-0").and_then(|digit| digit.parse::<u8>().ok());
        if !number.is_some_and(|number| (1..=7).contains(&number)) {
            return Err(format!("`{}` is no ground; there are `REV-01` to `REV-07`", self.ground));
        }
        if (self.void == YesNo::Yes) != (self.ground == "REV-02") {
            return Err(
                "an assessment is void from the start by `REV-02`, a false declaration, and by nothing else"
                    .to_owned(),
            );
        }
        Ok(())
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        std::iter::once(&self.of).chain(&self.because_of).collect()
    }
}
