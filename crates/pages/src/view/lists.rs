//! Which lists are loaded.

use serde::Serialize;

use super::RecordRow;

/// The lists of the site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListsView {
    /// `page-lists/1`.
    pub schema: &'static str,
    /// One for each source.
    pub lists: Vec<ListLine>,
    /// Official lists of which no whole copy is loaded.
    pub missing: Vec<MissingList>,
    /// Copies that were taken in, newest first.
    pub copies: Vec<CopyLine>,
    /// Records of the register about lists.
    pub snapshots: Vec<RecordRow>,
    /// What the reader has to know, in English.
    pub notes: Vec<String>,
}

/// One source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListLine {
    /// Its id.
    pub source: String,
    /// The official lists that it holds whole.
    pub holds: Vec<String>,
    /// How many entries.
    pub entries: usize,
    /// The day for which the copy speaks; absent where not told.
    pub day: Option<String>,
    /// When it was taken in; absent for the starter list.
    pub imported: Option<String>,
    /// Its age in days.
    pub age_days: Option<i64>,
    /// Whether its publisher would have issued another by now.
    pub old: bool,
    /// Whether its count is not believed.
    pub guard: bool,
    /// What went wrong the last time it was asked for.
    pub error: Option<String>,
    /// How many copies were taken in.
    pub copies: usize,
    /// SHA-256 of the copy.
    pub snapshot: String,
}

/// An official list that names are not compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingList {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: String,
}

/// A copy that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyLine {
    /// Whose list.
    pub source: String,
    /// The day for which it speaks.
    pub day: String,
    /// When it was taken in.
    pub recorded: String,
    /// How many entries.
    pub entries: usize,
    /// Its SHA-256.
    pub snapshot: String,
    /// The entry of the private journal.
    pub entry: u64,
}
