//! The records of a register: what each kind must hold, and what is refused.
//!
//! A record is the predicate of a signed statement:
//!
//! ```text
//! {
//!   "about":   ["vendor:nso-group", …]   whom and what it is about: the index of the register
//!   "by":      {"name": "…"}             who signs, in their own words; the key says who it really is
//!   "date":    "2026-11-25"              when it was signed, by the signer's calendar
//!   "summary": "…"                       one line for people
//!   "content": {…}                       what the kind asks for
//! }
//! ```
//!
//! An unknown or missing member is an error; so is a text that is empty, a date that is none, a document that the
//! statement does not name by its SHA-256. Whether the *signer* may sign it is the key ring's question
//! ([`crate::KeyRing`]).

mod assessing;
mod disputes;
mod evidence;
mod fields;
mod keys;
mod pledges;
mod publishing;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use assessing::{
    Assessment, AssessmentScope, AssessmentStatus, Challenge, ChallengeDecision, Comment, Disposition,
    PanelOutcome, PersonName, QuestionSet, Reinstatement, Response, Revocation, Stage, Suspension,
};
pub use disputes::{Dispute, DisputeOutcome, Outcome, Reply};
pub use evidence::{
    Claim, Conclusion, Custody, EvidenceFile, EvidenceTier, FileRole, Finding, Holder, HolderKind, Incident,
    Source, TargetGroup, Targets, Trigger,
};
pub use fields::{Author, Day, Period, RecordRef, StateCode, SubjectId, SubjectIdError, Text, YesNo};
pub use keys::{Accreditation, Change, KeyChange, Member, Recognition, Role, Roster};
pub use pledges::{Pledge, PledgeWithdrawal, Signatory};
pub use publishing::{LawSnapshot, ListSnapshot, PublishedDecision, ReceiptCommitment};

use crate::kind::{Keeper, RecordKind};
use crate::leaf::DocumentName;
use crate::statement::Statement;

/// Why a statement is not a record of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The kind is one of the private journal.
    #[error("a `{0}` is kept in the private journal and has no place in a register")]
    NotPublic(RecordKind),
    /// A member is missing, unknown or has not its form.
    #[error("the {kind} has not its form: {why}", kind = .kind.words())]
    Form {
        /// What it calls itself.
        kind: RecordKind,
        /// What is wrong, with the member's name.
        why: String,
    },
    /// Every member has its form, but they do not fit together.
    #[error("the {kind} is not sound: {why}", kind = .kind.words())]
    Unsound {
        /// What it calls itself.
        kind: RecordKind,
        /// What is wrong.
        why: String,
    },
}

/// What every record says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Predicate {
    /// Whom and what it is about: at least one, none twice.
    pub about: Vec<SubjectId>,
    /// Who signs.
    pub by: Author,
    /// When it was signed, as the signer says. The log's time is another thing.
    pub date: fields::Day,
    /// One line for people.
    pub summary: Text,
    /// What the kind asks for.
    pub content: Value,
}

macro_rules! contents {
    ($($kind:ident),* $(,)?) => {
        /// What a record holds, by its kind.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Content {
            $(
                #[doc = concat!("See [`", stringify!($kind), "`].")]
                $kind($kind),
            )*
        }

        impl Content {
            fn read(kind: RecordKind, value: &Value) -> Result<Self, RecordError> {
                match kind {
                    $(RecordKind::$kind => read::<$kind>(kind, value).map(Self::$kind),)*
                    other => Err(RecordError::NotPublic(other)),
                }
            }

            fn check(&self, head: &Predicate) -> Result<(), String> {
                match self { $(Self::$kind(content) => content.check(head),)* }
            }

            /// The documents that it names, which the statement must name by their digests.
            pub fn documents(&self) -> Vec<&DocumentName> {
                match self { $(Self::$kind(content) => content.documents(),)* }
            }

            /// The records that it refers to.
            pub fn refers_to(&self) -> Vec<&RecordRef> {
                match self { $(Self::$kind(content) => content.refers_to(),)* }
            }
        }
    };
}

contents!(
    Roster,
    Accreditation,
    KeyChange,
    Recognition,
    Assessment,
    Comment,
    Response,
    Challenge,
    ChallengeDecision,
    Suspension,
    Reinstatement,
    Revocation,
    Pledge,
    PledgeWithdrawal,
    ListSnapshot,
    LawSnapshot,
    PublishedDecision,
    ReceiptCommitment,
    Incident,
    Finding,
    Reply,
    Dispute,
    DisputeOutcome,
);

/// What a kind's content answers about itself.
trait Part {
    /// What the form cannot say. An error is a sentence without subject: "`until` lies before `from`".
    fn check(&self, head: &Predicate) -> Result<(), String>;

    fn documents(&self) -> Vec<&DocumentName> {
        Vec::new()
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        Vec::new()
    }
}

/// A record of a register that has its form and is sound.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Record {
    /// What it is.
    pub kind: RecordKind,
    /// What every record says.
    pub head: Predicate,
    /// What its kind says.
    pub content: Content,
}

impl Record {
    /// Reads the record of a statement.
    pub fn read(statement: &Statement, kind: RecordKind) -> Result<Self, RecordError> {
        let record = Self::draft(kind, &statement.predicate)?;
        let unsound = |why: String| RecordError::Unsound { kind, why };
        for (n, subject) in statement.subject.iter().enumerate() {
            if subject.name.parse::<DocumentName>().is_err() {
                return Err(unsound(format!("`{}` cannot name a document", subject.name)));
            }
            if statement.subject.iter().take(n).any(|earlier| earlier.name == subject.name) {
                return Err(unsound(format!("the document `{}` is named twice", subject.name)));
            }
        }
        for name in record.content.documents() {
            if !statement.subject.iter().any(|subject| subject.name == name.as_str()) {
                return Err(unsound(format!(
                    "it speaks of the document `{name}`, but does not name it with its SHA-256; attach it"
                )));
            }
        }
        Ok(record)
    }

    /// How the subjects of a record stand in its log entry: in their order, with a space between them.
    pub fn filed_under(about: &[SubjectId]) -> String {
        about.iter().map(SubjectId::as_str).collect::<Vec<_>>().join(" ")
    }

    /// Reads a predicate before there is a statement around it: what someone has written and not yet signed.
    pub fn draft(kind: RecordKind, predicate: &Value) -> Result<Self, RecordError> {
        if kind.keeper() != Keeper::Register {
            return Err(RecordError::NotPublic(kind));
        }
        let head: Predicate = read(kind, predicate)?;
        let unsound = |why: String| RecordError::Unsound { kind, why };
        if head.about.is_empty() {
            return Err(unsound(
                "`about` is empty; name at least one subject, such as `vendor:example`".to_owned(),
            ));
        }
        for (n, subject) in head.about.iter().enumerate() {
            if head.about.iter().take(n).any(|earlier| earlier == subject) {
                return Err(unsound(format!("`about` names `{subject}` twice")));
            }
        }
        let content = Content::read(kind, &head.content)?;
        content.check(&head).map_err(unsound)?;
        Ok(Self { kind, head, content })
    }
}

fn read<T: DeserializeOwned>(kind: RecordKind, value: &Value) -> Result<T, RecordError> {
    T::deserialize(value).map_err(|error| RecordError::Form { kind, why: error.to_string() })
}
