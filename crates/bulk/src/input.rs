//! Files of parties, row by row.

use std::path::Path;

use crate::fault::ReadError;
use crate::row::{How, Opened};
use crate::{csv_in, json_in, parquet_in, sheet_in};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputFormat {
    /// Parted by commas, semicolons, tabs or bars, with a header.
    Csv,
    /// One JSON object a line: flat, or a FollowTheMoney entity.
    JsonLines,
    /// A sheet of a spreadsheet, with a header.
    Xlsx,
    /// A table in columns.
    Parquet,
}

impl InputFormat {
    /// By the ending of the file's name.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        Some(match ending.as_str() {
            "csv" | "tsv" | "tab" | "txt" => Self::Csv,
            // `.ftm.json` is how FollowTheMoney calls its lines
            "jsonl" | "ndjson" | "json" => Self::JsonLines,
            "xlsx" | "xlsm" | "xls" | "ods" => Self::Xlsx,
            "parquet" | "pq" => Self::Parquet,
            _ => return None,
        })
    }

    /// By the ending of the file's name.
    ///
    /// # Errors
    /// Where the ending tells nothing.
    pub fn named(path: &Path) -> Result<Self, ReadError> {
        Self::of(path).ok_or_else(|| {
            ReadError::of(
                path,
                "its name does not tell what it is; let it end in .csv, .jsonl, .parquet or .xlsx",
            )
        })
    }
}

/// Opens a file whose name tells how it is written.
///
/// # Errors
/// [`ReadError`] where the file cannot be read at all.
pub fn read(path: &Path, how: &How<'_>) -> Result<Opened, ReadError> {
    open(path, InputFormat::named(path)?, how)
}

/// Opens a file.
///
/// # Errors
/// [`ReadError`] where the file cannot be read at all.
pub fn open(path: &Path, format: InputFormat, how: &How<'_>) -> Result<Opened, ReadError> {
    if how.sheet.is_some() && format != InputFormat::Xlsx {
        return Err(ReadError::of(path, "it is no spreadsheet and has no sheets; leave out --sheet"));
    }
    if how.encoding.is_some() && format != InputFormat::Csv {
        return Err(ReadError::of(path, "only CSV has an encoding of its own; leave out --encoding"));
    }
    match format {
        InputFormat::Csv => csv_in::open(path, how),
        InputFormat::JsonLines => json_in::open(path, how),
        InputFormat::Xlsx => sheet_in::open(path, how),
        InputFormat::Parquet => parquet_in::open(path, how),
    }
}
