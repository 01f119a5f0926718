//! A subject of the register: a vendor, a product, an operator, a state.

use countersign_model::Date;
use serde::Serialize;

use super::{Ground, OwnershipView, PartyRow, RecordRow};
use crate::svg::Span;
use crate::text::Tone;

/// Everything about a subject.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SubjectView {
    /// `page-subject/1`.
    pub schema: &'static str,
    /// `vendor:example`.
    pub id: String,
    /// The part before the colon.
    pub kind: String,
    /// The part after it.
    pub name: String,
    /// The name that an assessment gives it, where one does.
    pub caption: String,
    /// A country whose dossier belongs here, two letters.
    pub country: Option<String>,
    /// Possible matches on lists.
    pub parties: Vec<PartyRow>,
    /// With how many entries of lists its name was compared.
    pub compared: usize,
    /// The bars of the timeline of these.
    #[serde(skip)]
    pub spans: Vec<Span>,
    /// Who owns it.
    pub ownership: Vec<OwnershipView>,
    /// Owners as assessments state them, with the entry.
    pub declared_owners: Vec<(String, u64)>,
    /// Assessments about it.
    pub assessments: Vec<AssessmentLine>,
    /// Findings and incidents.
    pub grounds: Vec<Ground>,
    /// Published decisions.
    pub decisions: Vec<DecisionLine>,
    /// Pledges.
    pub pledges: Vec<PledgeLine>,
    /// All entries that are filed under it, newest first.
    pub records: Vec<RecordRow>,
    /// Challenges, disputes and what was decided on them.
    pub challenges: Vec<RecordRow>,
    /// All other entries.
    pub others: Vec<RecordRow>,
    /// What the search proves.
    pub completeness: Completeness,
}

/// An assessment in a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AssessmentLine {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// `D` or `S`.
    pub stage: String,
    /// Product and version.
    pub product: String,
    /// The end user.
    pub end_user: Option<String>,
    /// The country of use.
    pub country: Option<String>,
    /// The state on the day, as a code.
    pub state: String,
    /// How it is marked.
    pub tone: Tone,
    /// The gravest that stands between a text in force and the gate, as a code: `stops`, `open`, `conditions`.
    pub level: Option<String>,
    /// The rules and questions of that level.
    pub rules: Vec<String>,
    /// When it was logged.
    pub logged: Date,
    /// The last day on which it may be relied upon; a draft has none.
    pub valid_to: Option<Date>,
    /// The entry.
    pub index: u64,
}

/// A published decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionLine {
    /// The entry.
    pub index: u64,
    /// When it was logged.
    pub time: String,
    /// The act.
    pub action: String,
    /// `PROCEED`, `CONDITIONS`, `HOLD` or `STOP`.
    pub answer: String,
    /// As of which day it was decided.
    pub as_of: Date,
    /// Its one line.
    pub summary: String,
    /// Who published it.
    pub by: String,
}

/// A pledge of a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PledgeLine {
    /// The entry.
    pub index: u64,
    /// The state, two letters.
    pub state: String,
    /// The rules.
    pub rules: Vec<String>,
    /// When it was signed.
    pub signed_on: Date,
    /// From when it counts: the day it was logged.
    pub logged: Date,
    /// Its own end.
    pub until: Option<Date>,
    /// The first day on which it does not bind any more, after a withdrawal.
    pub withdrawn: Option<Date>,
    /// Whether it binds on the day of the page.
    pub stands: bool,
    /// Who signed for the state.
    pub signatory: String,
}

/// What a search of a whole register proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Completeness {
    /// How many entries were read.
    pub size: u64,
    /// How many are filed under the subject, at any time.
    pub found: u64,
    /// The signed root.
    pub root: String,
}
