//! The small tables that are part of the program, read once.

use crate::ImportError;

/// The rows of a built-in CSV with a header, as records. Lines that begin with `#` are comments.
pub(crate) fn rows(table: &'static str, text: &str) -> Result<Vec<csv::StringRecord>, ImportError> {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes())
        .into_records()
        .collect::<Result<_, _>>()
        .map_err(|e| ImportError::BuiltIn { table, reason: e.to_string() })
}

/// The error for a row of a built-in table that has a value nobody knows.
pub(crate) fn bad(table: &'static str, reason: impl Into<String>) -> ImportError {
    ImportError::BuiltIn { table, reason: reason.into() }
}
