//! CSV: a header, then a party a line.

use std::path::Path;

use countersign_columns::Column;

use crate::fault::ReadError;
use crate::party::party;
use crate::row::{Columns, How, Opened, Row, columns};
use crate::text::{Dialect, not_text};

/// Opens a file.
pub(crate) fn open(path: &Path, how: &How<'_>) -> Result<Opened, ReadError> {
    let failed = |why: String| ReadError::of(path, why);
    let dialect = Dialect::of(path, how.encoding)?;
    dialect.check_quotes(path)?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .delimiter(dialect.separator)
        .from_reader(dialect.open(path)?);
    let headers: Vec<String> =
        reader.headers().map_err(|e| failed(fault(&e)))?.iter().map(str::to_owned).collect();
    let (columns, unknown) = columns(&headers).map_err(failed)?;
    let table = Table::of(columns, headers.len(), dialect.separator);
    let (path, schema) = (path.to_owned(), how.schema);
    let rows = reader.into_records().zip(1u64..).map(move |(record, row)| {
        let record = match record {
            Ok(record) => record,
            Err(error) if error.is_io_error() => return Err(ReadError::of(&path, fault(&error))),
            Err(error) => return Ok(Err((row, fault(&error)))),
        };
        let cells = match table.check(&record) {
            Ok(()) => table.cells(&record),
            Err(why) => return Ok(Err((row, why))),
        };
        Ok::<Row, ReadError>(party(row, cells, schema, true).map_err(|why| (row, why)))
    });
    Ok(Opened::of(Box::new(rows), unknown))
}

/// What the header says of the records.
struct Table {
    columns: Columns,
    width: usize,
    separator: char,
    /// Of each column, whether a cell of it has one line.
    of_one_line: Vec<bool>,
}

impl Table {
    fn of(columns: Columns, width: usize, separator: u8) -> Self {
        let of_one_line =
            (0..width).map(|at| columns.iter().any(|(n, c)| *n == at && !is_free_text(*c))).collect();
        Self { columns, width, separator: char::from(separator), of_one_line }
    }

    /// # Errors
    /// Why a record is none of this table.
    fn check(&self, record: &csv::StringRecord) -> Result<(), String> {
        if record.len() != self.width {
            return Err(format!("it has {} cells, the header {}", record.len(), self.width));
        }
        // marks that are missing in two rows pair, and the rows between them are gone; an address may have lines
        let swallows = |(at, cell): (usize, &str)| {
            cell.contains('\n')
                && (self.of_one_line.get(at) == Some(&true)
                    || cell.lines().any(|line| line.matches(self.separator).count() + 1 >= self.width))
        };
        if record.iter().enumerate().any(swallows) {
            return Err(
                "a cell goes over several lines that look like rows: a quotation mark is missing here; mend it, and screen \
                 this row and those in it again"
                    .to_owned(),
            );
        }
        Ok(())
    }

    fn cells(&self, record: &csv::StringRecord) -> impl Iterator<Item = (Column, String)> {
        self.columns.iter().filter_map(|(at, c)| Some((*c, record.get(*at)?.to_owned())))
    }
}

/// Whether what a column holds may have several lines.
fn is_free_text(column: Column) -> bool {
    matches!(column, Column::Address | Column::AddressPart | Column::Aside)
}

/// What is wrong with a text, in a sentence.
fn fault(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => {
            "it is not UTF-8 (older programs write other encodings); say which one with --encoding (`windows-1252`, `windows-1251`…), \
             or save the file as CSV UTF-8"
                .to_owned()
        }
        csv::ErrorKind::Io(error) => not_text(error),
        _ => error.to_string(),
    }
}
