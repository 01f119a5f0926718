//! What every way of writing a file of parties gives: rows, and what is told of the columns.

use countersign_columns::{Column, name_columns, of_another_party};
use countersign_model::EntitySchema;
use serde::{Deserialize, Serialize};

use crate::fault::ReadError;
use crate::party::Party;
use crate::text::Encoding;

/// What one row gives: a party, or its number and why it cannot be screened.
pub type Row = Result<Party, (u64, String)>;

/// Rows, until the file ends or breaks.
pub type Rows = Box<dyn Iterator<Item = Result<Row, ReadError>>>;

/// How a file is to be read, beside what its name tells.
#[derive(Debug, Clone, Copy, Default)]
pub struct How<'a> {
    /// What kind of party a row is that does not say so; absent compares with all kinds.
    pub schema: Option<EntitySchema>,
    /// The sheet of a spreadsheet; the first if absent.
    pub sheet: Option<&'a str>,
    /// How a CSV file is encoded; by its first bytes UTF-16 or UTF-8 if absent.
    pub encoding: Option<Encoding>,
}

/// A file that is open.
pub struct Opened {
    /// Its rows.
    pub rows: Rows,
    /// Columns that are not known, and were not read.
    pub unknown_columns: Vec<String>,
    /// Which sheet of a spreadsheet is read.
    pub sheet: Option<Sheet>,
}

impl Opened {
    /// A file without sheets.
    pub(crate) fn of(rows: Rows, unknown_columns: Vec<String>) -> Self {
        Self { rows, unknown_columns, sheet: None }
    }
}

/// What was read of a spreadsheet, and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The sheet that was read.
    pub read: String,
    /// The row of it that holds the header, from 1; those above it were not read.
    pub header_row: u64,
    /// The other sheets that hold anything: nothing of them was read.
    pub not_read: Vec<String>,
}

/// The columns that are read, with their places in a row.
pub(crate) type Columns = Vec<(usize, Column)>;

/// The columns that are read; and the headers that are not known.
///
/// # Errors
/// Where no column tells the name: why, and what to do.
pub(crate) fn columns(headers: &[String]) -> Result<(Columns, Vec<String>), String> {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for ((at, header), column) in headers.iter().enumerate().zip(name_columns(headers)?) {
        match column {
            Some(column) => known.push((at, column)),
            None => unknown.push(header.clone()),
        }
        // beside a person's name it says for whom somebody works
        if column == Some(Column::Instead) && of_another_party(header) {
            unknown.push(header.clone());
        }
    }
    Ok((known, unknown))
}
