//! Files as tables of text: CSV in the dialects of the publishers, and XLSX.

use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx};

use crate::fault::ImportError;

/// Most that a file may unpack to: 1 GiB.
const MAX_UNPACKED: u64 = 1 << 30;

/// A table with its header.
pub(crate) struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    /// The number of the first row below the header, as a spreadsheet counts.
    first: usize,
    file: String,
}

/// One row with the columns of its table.
pub(crate) struct Row<'a> {
    table: &'a Table,
    fields: &'a [String],
    /// As a spreadsheet counts.
    pub(crate) line: usize,
}

impl<'a> Row<'a> {
    /// The text in a column; empty where the row has none.
    pub(crate) fn get(&self, column: &str) -> &'a str {
        let at = self.table.header.iter().position(|name| name == column);
        at.and_then(|at| self.fields.get(at)).map_or("", |text| text.trim())
    }
}

impl Table {
    /// Reads a file, plain or gzip. `has` are columns of the header row, which may stand below titles.
    pub(crate) fn read(
        file: &str,
        bytes: &[u8],
        sheet: Option<&str>,
        has: &[&str],
    ) -> Result<Self, ImportError> {
        let wrong = |found: String| ImportError::Format {
            file: file.to_owned(),
            expected: has.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(", "),
            found,
        };
        let mut unpacked = Vec::new();
        let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
            let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(MAX_UNPACKED + 1);
            reader
                .read_to_end(&mut unpacked)
                .map_err(|e| wrong(format!("gzip data that is damaged ({e})")))?;
            if unpacked.len() as u64 > MAX_UNPACKED {
                return Err(wrong("gzip data of more than 1 GiB".to_owned()));
            }
            unpacked.as_slice()
        } else {
            bytes
        };
        let rows = if bytes.starts_with(b"PK\x03\x04") { xlsx(bytes, sheet, has) } else { delimited(bytes) }
            .map_err(&wrong)?;
        let is_header = |row: &Vec<String>| has.iter().all(|c| row.iter().any(|name| name == c));
        let Some(at) = rows.iter().take(10).position(is_header) else {
            let first = rows.first().map(|row| row.iter().take(6).cloned().collect::<Vec<_>>().join(", "));
            return Err(wrong(match first {
                Some(first) => format!("a first row of `{first}`"),
                None => "nothing".to_owned(),
            }));
        };
        let mut rows = rows;
        let below = rows.split_off(at + 1);
        let header = rows.pop().unwrap_or_default();
        Ok(Self { header, rows: below, first: at + 2, file: file.to_owned() })
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    pub(crate) fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows that hold anything.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let filled = |(_, fields): &(usize, &Vec<String>)| fields.iter().any(|text| !text.trim().is_empty());
        self.rows.iter().enumerate().filter(filled).map(|(n, fields)| Row {
            table: self,
            fields,
            line: self.first + n,
        })
    }

    /// An error in a row.
    pub(crate) fn bad(&self, row: &Row<'_>, why: String) -> ImportError {
        ImportError::Row { file: self.file.clone(), row: row.line, why }
    }
}

/// UTF-8, else Latin-1, in which some publishers still write.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

fn delimited(bytes: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let text = text(bytes);
    let first = text.lines().next().unwrap_or_default();
    let delimiter = if first.matches(';').count() > first.matches(',').count() { b';' } else { b',' };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.map(|r| r.iter().map(str::to_owned).collect()));
    rows.collect::<Result<_, _>>().map_err(|e| format!("text that is no table ({e})"))
}

/// The named sheet, or the first that has the columns.
fn xlsx(bytes: &[u8], wanted: Option<&str>, has: &[&str]) -> Result<Vec<Vec<String>>, String> {
    let damaged = |e: &dyn std::fmt::Display| format!("a spreadsheet that cannot be read ({e})");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let names = book.sheet_names();
    let mut last = Vec::new();
    for name in names.iter().filter(|name| wanted.is_none_or(|wanted| name.trim() == wanted)) {
        let range = book.worksheet_range(name).map_err(|e| damaged(&e))?;
        let rows: Vec<Vec<String>> = range.rows().map(|row| row.iter().map(cell).collect()).collect();
        if rows.iter().take(10).any(|row| has.iter().all(|c| row.iter().any(|name| name == c))) {
            return Ok(rows);
        }
        last = rows;
    }
    if last.is_empty() {
        Err(format!("a spreadsheet with the sheets {}", names.join(", ")))
    } else {
        Ok(last)
    }
}

/// A cell as text. A whole number is written without a point, as people see it.
fn cell(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::Float(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        other => other.to_string().trim().to_owned(),
    }
}
