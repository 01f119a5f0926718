//! A sheet of a spreadsheet: a header, then a party a row.

use std::path::Path;

use calamine::{Data, Range, Reader as _, Sheets};
use countersign_columns::Column;

use crate::fault::ReadError;
use crate::party::party;
use crate::row::{Columns, How, Opened, Row, Sheet, columns};

/// How far down the header is looked for: a title and a few lines of who made it stand above.
const HEADER_WITHIN: usize = 20;

/// Opens a file. Its sheet is in memory: it has at most a million rows.
pub(crate) fn open(path: &Path, how: &How<'_>) -> Result<Opened, ReadError> {
    let failed = |why: String| ReadError::of(path, why);
    let mut book = calamine::open_workbook_auto(path).map_err(|e| failed(e.to_string()))?;
    let names = book.sheet_names();
    let all = format!("`{}`", names.join("`, `"));
    let read = match how.sheet {
        Some(wanted) => names
            .iter()
            .find(|name| name.trim().to_lowercase() == wanted.trim().to_lowercase())
            .ok_or_else(|| failed(format!("it has no sheet `{wanted}`; its sheets are {all}")))?,
        None => names.first().ok_or_else(|| failed("it has no sheet".to_owned()))?,
    };
    let range = book.worksheet_range(read).map_err(|e| failed(e.to_string()))?;
    let other = if names.len() > 1 {
        format!(" (only the sheet `{read}` is read; its sheets are {all}: choose one with --sheet)")
    } else {
        String::new()
    };
    let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(text).collect()).collect();
    if rows.is_empty() {
        return Err(failed(format!("its sheet `{read}` is empty{other}")));
    }
    let (at, columns, unknown) = header(&rows).map_err(|why| failed(format!("{why}{other}")))?;
    let sheet = Sheet {
        read: read.clone(),
        // blank rows above the first cell are none of the range
        header_row: u64::from(range.start().map_or(0, |(row, _)| row)) + at as u64 + 1,
        not_read: not_read(&mut book, &names, read),
    };
    let schema = how.schema;
    let rows = rows.into_iter().skip(at + 1).zip(1u64..).filter(|(row, _)| is_filled(row)).map(
        move |(record, row)| {
            let cells = columns.iter().filter_map(|(at, c)| Some((*c, record.get(*at)?.clone())));
            Ok::<Row, ReadError>(party(row, cells, schema, true).map_err(|why| (row, why)))
        },
    );
    Ok(Opened { rows: Box::new(rows), unknown_columns: unknown, sheet: Some(sheet) })
}

/// The row that is the header: the first one that names two columns, else the first one that names the party. A title of one word
/// (`Customer`) must not make names of all that stands below it.
fn header(rows: &[Vec<String>]) -> Result<(usize, Columns, Vec<String>), String> {
    let mut only_the_name = None;
    let mut why = None;
    for (at, row) in rows.iter().enumerate().take(HEADER_WITHIN).filter(|(_, row)| is_filled(row)) {
        match columns(row) {
            Ok((known, unknown)) if known.iter().filter(|(_, c)| *c != Column::Aside).count() > 1 => {
                return Ok((at, known, without_blanks(unknown)));
            }
            Ok((known, unknown)) => {
                only_the_name.get_or_insert((at, known, without_blanks(unknown)));
            }
            Err(fault) => {
                why.get_or_insert(fault);
            }
        }
    }
    only_the_name.ok_or_else(|| why.unwrap_or_else(|| "it holds nothing".to_owned()))
}

/// A column without a header is told only where it has one.
fn without_blanks(headers: Vec<String>) -> Vec<String> {
    headers.into_iter().filter(|header| !header.is_empty()).collect()
}

fn is_filled(row: &[String]) -> bool {
    row.iter().any(|cell| !cell.is_empty())
}

/// The other sheets that hold anything.
fn not_read(
    book: &mut Sheets<std::io::BufReader<std::fs::File>>,
    names: &[String],
    read: &str,
) -> Vec<String> {
    let others = names.iter().filter(|name| *name != read);
    others
        .filter(|name| book.worksheet_range(name).is_ok_and(|range: Range<Data>| !range.is_empty()))
        .cloned()
        .collect()
}

fn text(data: &Data) -> String {
    match data {
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string().trim().to_owned(),
    }
}
