//! What pages show, as plain values. Whoever fills them (the server) reads registers and lists; here nothing is read.
//! The same values are the JSON of a page.

mod assessment;
mod country;
mod ground;
mod home;
mod lists;
mod party;
mod record;
mod subject;

pub use assessment::{
    AssessmentView, ChallengeView, CommentView, DeclarationView, ImpactView, IndependenceView, LifeView,
    NoteView, PersonView, QuestionView, ResponseView, Summary, TextView, WithheldView,
};
pub use country::{BandWord, CountryLine, CountryView, Edition, IndexView, PointView, VariationView};
pub use ground::{Answer, DisputeView, EvidenceFileView, FindingView, Ground, SourceView};
pub use home::{HomeView, RegisterListView, SearchForm, SearchView, SubjectLine, SubjectsView};
pub use lists::{CopyLine, ListLine, ListsView, MissingList};
pub use party::{
    ChangeLine, Detail, EventLine, LinkLine, ListingView, NameLine, OwnershipView, PartyView, Stake,
};
pub use record::{DocumentView, Field, FieldValue, ProofView, RecordView, SignerView};
pub use subject::{AssessmentLine, Completeness, DecisionLine, PledgeLine, SubjectView};

use countersign_model::Date;
use serde::Serialize;

/// One entry of the register in a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecordRow {
    /// The index.
    pub index: u64,
    /// When it was logged (UTC).
    pub time: String,
    /// The kind, as a code.
    pub kind: String,
    /// Its subjects.
    pub about: Vec<String>,
    /// Its one line for people; absent where the record is not here.
    pub summary: Option<String>,
    /// Who signed: the name on the roster, else the own words.
    pub by: Option<String>,
    /// Why it does not hold.
    pub fault: Option<String>,
}

/// A listing in a word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListingTag {
    /// The code of the list.
    pub list: String,
    /// Its name.
    pub title: String,
    /// Whether it is in effect on the day.
    pub in_effect: bool,
    /// First day of effect, where told.
    pub from: Option<Date>,
    /// Last day, where it ended.
    pub to: Option<Date>,
}

/// Why an entry of a list was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matched {
    /// The listed name that agrees best.
    pub listed: String,
    /// Which kind of name it is, as a code.
    pub quality: String,
    /// The likeness, 0 to 1, with two decimals.
    pub score: String,
    /// In words, in English.
    pub why: String,
}

/// One entry of a list in a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartyRow {
    /// Its id.
    pub id: String,
    /// The name to show.
    pub caption: String,
    /// What it is, as a code.
    pub schema: String,
    /// Countries, two capital letters.
    pub countries: Vec<String>,
    /// The list source.
    pub source: String,
    /// Its listings.
    pub listings: Vec<ListingTag>,
    /// Why it was found, where it was by its name.
    pub matched: Option<Matched>,
}
