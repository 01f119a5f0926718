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
    /// One value twice: which of both is meant is not for a program to choose.
    #[error(
        "`{file}`, rows {first} and {second}: `{index}` of {country} in {year} stands twice; keep one of the rows, nothing was taken from the file"
    )]
    Twice {
        /// The file.
        file: String,
        /// The first row, as a spreadsheet counts.
        first: usize,
        /// The other.
        second: usize,
        /// The index.
        index: String,
        /// ISO 3166-1 alpha-3.
        country: String,
        /// The year measured.
        year: i16,
    },
    /// Nothing in it.
    #[error("`{0}` has no value of any country; nothing was taken from it")]
    Empty(String),
}
