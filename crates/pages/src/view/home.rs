//! Home, search, and what the register holds.

use serde::Serialize;

use super::{PartyRow, RecordRow};

/// What a visitor asked, as they wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SearchForm {
    /// The name.
    pub q: String,
    /// A kind of subject, of party or of record.
    pub kind: String,
    /// A country.
    pub country: String,
    /// First day of the log time.
    pub from: String,
    /// Last day of the log time.
    pub until: String,
}

impl SearchForm {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        [&self.q, &self.kind, &self.country, &self.from, &self.until].iter().all(|t| t.trim().is_empty())
    }
}

/// A subject of the register in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubjectLine {
    /// `vendor:example`.
    pub id: String,
    /// How many entries are filed under it.
    pub count: u64,
}

/// The first page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HomeView {
    /// `page-home/1`.
    pub schema: &'static str,
    /// How many entries of lists names are compared with.
    pub entries: usize,
    /// From how many sources.
    pub sources: usize,
    /// The newest entries.
    pub latest: Vec<RecordRow>,
    /// How many entries the register has on the day.
    pub records: u64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SearchView {
    /// `page-search/1`.
    pub schema: &'static str,
    /// What was asked.
    pub form: SearchForm,
    /// What of it could not be read, as sentences.
    pub faults: Vec<String>,
    /// Possible matches on lists, best first.
    pub parties: Vec<PartyRow>,
    /// Those just below the threshold.
    pub near: Vec<PartyRow>,
    /// How many more there are below it.
    pub more_near: usize,
    /// With how many entries of lists the name was compared; absent where no name was asked.
    pub compared: Option<usize>,
    /// The sources of these.
    pub lists: Vec<String>,
    /// Subjects of the register.
    pub subjects: Vec<SubjectLine>,
    /// Entries of the register, newest first.
    pub records: Vec<RecordRow>,
    /// Whether more entries fit than are shown.
    pub truncated: bool,
    /// Copies of lists that are old, in the language of the page.
    pub aged: Vec<String>,
    /// What the reader has to know, in English.
    pub notes: Vec<String>,
}

/// The entries of the register.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegisterListView {
    /// `page-register/1`.
    pub schema: &'static str,
    /// Only of this kind; empty for all.
    pub kind: String,
    /// Kinds that there are, with how many.
    pub kinds: Vec<(String, u64)>,
    /// The entries, newest first.
    pub records: Vec<RecordRow>,
    /// The index below which the next page begins.
    pub older: Option<u64>,
    /// Whether this is not the first page.
    pub paged: bool,
    /// How many there are.
    pub all: u64,
}

/// The subjects of the register.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SubjectsView {
    /// `page-subjects/1`.
    pub schema: &'static str,
    /// All of them, by kind and name.
    pub subjects: Vec<SubjectLine>,
}
