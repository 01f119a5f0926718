//! Why a publisher's file is not taken.

/// Why a file cannot be used; nothing is taken from it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// No such source.
    #[error("`{asked}` is no source of indicators; use one of {known}")]
    Source {
        /// What was asked for.
        asked: String,
        /// The sources there are.
        known: String,
    },
    /// Another file.
    #[error(
        "`{file}` is not what the source publishes: expected a table with the columns {expected}, found {found}"
    )]
    Format {
        /// The file.
        file: String,
        /// The columns.
        expected: String,
        /// What it has.
        found: String,
    },
    /// A row that is wrong.
    #[error("`{file}`, row {row}: {why}; nothing was taken from the file")]
    Row {
        /// The file.
        file: String,
        /// As a spreadsheet counts.
        row: usize,
        /// What is wrong.
        why: String,
    },
    /// Nothing in it.
    #[error("`{0}` has no value of any country; nothing was taken from it")]
    Empty(String),
}
