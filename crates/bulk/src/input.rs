//! Files of parties, row by row.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use calamine::{Data, Reader as _};
use countersign_columns::{Column, Doubt, beside, name_columns, of_another_party};
use countersign_model::EntitySchema;
use serde_json::Value;

use crate::parquet_in;
use crate::party::{Party, party};
use crate::text::{Dialect, not_text};
use crate::unique::Unique;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputFormat {
    /// Parted by commas, semicolons, tabs or bars, with a header.
    Csv,
    /// One JSON object a line: flat, or a FollowTheMoney entity.
    JsonLines,
    /// The first sheet of a spreadsheet, with a header.
    Xlsx,
    /// A table in columns.
    Parquet,
}

impl InputFormat {
    /// By the ending of the file's name.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        Some(match ending.as_str() {
            "csv" => Self::Csv,
            "jsonl" | "ndjson" => Self::JsonLines,
            "xlsx" | "xlsm" | "xls" | "ods" => Self::Xlsx,
            "parquet" | "pq" => Self::Parquet,
            _ => return None,
        })
    }
}

/// Why a file cannot be read at all, or no further.
#[derive(Debug, thiserror::Error)]
#[error("`{path}`: {why}")]
pub struct ReadError {
    /// The file.
    pub path: String,
    /// Why, and what to do.
    pub why: String,
}

/// What one row gives: a party, or its number and why it cannot be screened.
pub type Row = Result<Party, (u64, String)>;

/// Rows, until the file ends or breaks.
pub type Rows = Box<dyn Iterator<Item = Result<Row, ReadError>>>;

/// The rows of a file: each a party, or its number and why it cannot be screened; and the columns that are not known.
///
/// # Errors
/// [`ReadError`] where the file cannot be read at all.
pub fn read(path: &Path) -> Result<(Rows, Vec<String>), ReadError> {
    let format = InputFormat::of(path).ok_or_else(|| ReadError {
        path: path.display().to_string(),
        why: "its name does not tell what it is; let it end in .csv, .jsonl, .parquet or .xlsx".to_owned(),
    })?;
    open(path, format, None)
}

/// Opens a file: its rows, and columns that are not known. `schema` is what a row is that does not say so.
///
/// # Errors
/// [`ReadError`] where the file cannot be read at all.
pub fn open(
    path: &Path,
    format: InputFormat,
    schema: Option<EntitySchema>,
) -> Result<(Rows, Vec<String>), ReadError> {
    let shown = path.display().to_string();
    let failed = |why: String| ReadError { path: shown.clone(), why };
    match format {
        InputFormat::Csv => {
            let dialect = Dialect::of(path)?;
            dialect.check_quotes(path)?;
            let mut reader = csv::ReaderBuilder::new()
                .flexible(true)
                .delimiter(dialect.separator)
                .from_reader(dialect.open(path)?);
            let headers: Vec<String> =
                reader.headers().map_err(|e| failed(csv_fault(&e)))?.iter().map(str::to_owned).collect();
            let (columns, unknown) = columns(&headers, &shown)?;
            let width = headers.len();
            let known: Vec<bool> =
                (0..width).map(|at| columns.iter().any(|(n, c)| *n == at && !is_free_text(*c))).collect();
            let rows = reader.into_records().zip(1u64..).map(move |(record, row)| {
                let record = match record {
                    Ok(record) => record,
                    Err(error) if error.is_io_error() => {
                        return Err(ReadError { path: shown.clone(), why: csv_fault(&error) });
                    }
                    Err(error) => return Ok(Err((row, csv_fault(&error)))),
                };
                if record.len() != width {
                    let why = format!("it has {} cells, the header {width}", record.len());
                    return Ok(Err((row, why)));
                }
                // marks that are missing in two rows pair, and the rows between them are gone; an address may have lines
                let separator = char::from(dialect.separator);
                let swallows = |(at, cell): (usize, &str)| {
                    cell.contains('\n')
                        && (known.get(at) == Some(&true)
                            || cell.lines().any(|line| line.matches(separator).count() + 1 >= width))
                };
                if record.iter().enumerate().any(swallows) {
                    let why = "a cell goes over several lines that look like rows: a quotation mark is missing here; mend it, \
                               and screen this row and those in it again";
                    return Ok(Err((row, why.to_owned())));
                }
                let cells = columns.iter().filter_map(|(at, c)| Some((*c, record.get(*at)?.to_owned())));
                Ok(party(row, cells, schema, true).map_err(|why| (row, why)))
            });
            Ok((Box::new(rows), unknown))
        }
        InputFormat::Parquet => parquet_in::open(path, schema),
        InputFormat::JsonLines => {
            let file = File::open(path).map_err(|e| failed(e.to_string()))?;
            let rows =
                BufReader::new(file).split(b'\n').zip(1u64..).filter_map(move |(line, row)| match line {
                    Err(error) => Some(Err(ReadError { path: shown.clone(), why: error.to_string() })),
                    Ok(line) if line.iter().all(u8::is_ascii_whitespace) => None,
                    Ok(line) => Some(Ok(json_row(row, &line, schema).map_err(|why| (row, why)))),
                });
            Ok((Box::new(rows), Vec::new()))
        }
        InputFormat::Xlsx => {
            let mut book = calamine::open_workbook_auto(path).map_err(|e| failed(e.to_string()))?;
            let range = book
                .worksheet_range_at(0)
                .ok_or_else(|| failed("it has no sheet".to_owned()))?
                .map_err(|e| failed(e.to_string()))?;
            let mut rows = range.rows().map(|row| row.iter().map(sheet_cell).collect::<Vec<String>>());
            let headers = rows.next().ok_or_else(|| failed("its first sheet is empty".to_owned()))?;
            let (columns, unknown) = columns(&headers, &shown).map_err(|error| {
                let sheets = book.sheet_names().join("`, `");
                ReadError {
                    why: format!(
                        "{} (the first of its sheets `{sheets}` is read, and its first row is the header)",
                        error.why
                    ),
                    ..error
                }
            })?;
            // a sheet has at most a million rows, and is in memory as it is
            let all: Vec<Vec<String>> = rows.collect();
            let rows = all.into_iter().zip(1u64..).filter(|(row, _)| row.iter().any(|c| !c.is_empty())).map(
                move |(record, row)| {
                    let cells = columns.iter().filter_map(|(at, c)| Some((*c, record.get(*at)?.clone())));
                    Ok(party(row, cells, schema, true).map_err(|why| (row, why)))
                },
            );
            Ok((Box::new(rows), unknown))
        }
    }
}

/// Whether what a column holds may have several lines.
fn is_free_text(column: Column) -> bool {
    matches!(column, Column::Address | Column::AddressPart | Column::Aside)
}

/// What is wrong with a text, in a sentence.
fn csv_fault(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => {
            "it is not UTF-8 (older programs write other encodings); save the file as CSV UTF-8".to_owned()
        }
        csv::ErrorKind::Io(error) => not_text(error),
        _ => error.to_string(),
    }
}

/// The columns that are read, with their places in a row.
pub(crate) type Columns = Vec<(usize, Column)>;

/// The columns that are read; and the headers that are not known.
pub(crate) fn columns(headers: &[String], path: &str) -> Result<(Columns, Vec<String>), ReadError> {
    let failed = |why: String| ReadError { path: path.to_owned(), why };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for ((at, header), column) in headers.iter().enumerate().zip(name_columns(headers).map_err(failed)?) {
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

/// The sheets of a spreadsheet behind the first one that hold anything: nothing of them is read.
pub(crate) fn sheets_not_read(path: &Path) -> Vec<String> {
    let Ok(mut book) = calamine::open_workbook_auto(path) else { return Vec::new() };
    let names: Vec<String> = book.sheet_names().into_iter().skip(1).collect();
    names.into_iter().filter(|name| book.worksheet_range(name).is_ok_and(|range| !range.is_empty())).collect()
}

fn sheet_cell(data: &Data) -> String {
    match data {
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string().trim().to_owned(),
    }
}

/// One party from a JSON object, flat or a FollowTheMoney entity, and the properties of it that are not compared.
///
/// # Errors
/// Why it cannot be screened, in a sentence.
pub fn by_example(bytes: &[u8]) -> Result<(Party, Vec<String>), String> {
    let Unique(value) = serde_json::from_slice(bytes).map_err(|e| format!("it is no JSON object: {e}"))?;
    let properties = value.get("properties").and_then(Value::as_object);
    let compared = |key: &str| !matches!(Column::of(key), None | Some(Column::Aside));
    let unknown = properties.into_iter().flatten().map(|(key, _)| key).filter(|key| !compared(key)).cloned();
    let unknown = unknown.collect();
    let party = json_party(1, value, None)?;
    // one party is asked about by somebody who can mend it at once
    let unread = [Doubt::Country, Doubt::BirthDate, Doubt::Kind, Doubt::Gender];
    if let Some(remark) = party.remarks.iter().find(|remark| unread.contains(&remark.kind)) {
        return Err(format!("`{}`: {}", remark.cell, remark.kind.words()));
    }
    Ok((party, unknown))
}

/// A flat object, or a FollowTheMoney entity with `properties`.
fn json_row(row: u64, line: &[u8], schema: Option<EntitySchema>) -> Result<Party, String> {
    let Unique(value) = serde_json::from_slice(line).map_err(|e| format!("it is no JSON object: {e}"))?;
    json_party(row, value, schema)
}

fn json_party(row: u64, value: Value, schema: Option<EntitySchema>) -> Result<Party, String> {
    let Value::Object(object) = value else { return Err("it is no JSON object".to_owned()) };
    let mut cells: Vec<(Column, String)> = Vec::new();
    // several values of a property are spellings of one
    let mut together = true;
    let mut read =
        |key: &str, column: Option<Column>, value: &Value, is_entity: bool| -> Result<(), String> {
            let Some(column) = column else {
                return Err(format!("its field `{key}` is not known; leave it out, or rename it"));
            };
            let values = match value {
                Value::Array(items) => items.iter().collect(),
                other => vec![other],
            };
            together &= values.len() < 2 || !column.names();
            for value in values {
                match value {
                    Value::Null => {}
                    // FollowTheMoney's code of Namibia; elsewhere it may mean that none is known
                    Value::String(text) if is_entity && column == Column::Country && text == "na" => {
                        cells.push((column, "NAM".to_owned()));
                    }
                    Value::String(text) => cells.push((column, text.clone())),
                    Value::Number(number) => cells.push((column, number.to_string())),
                    other => {
                        return Err(format!(
                            "its field `{key}` holds `{other}`, which is neither a text nor a number"
                        ));
                    }
                }
            }
            Ok(())
        };
    let keys: Vec<String> = object.keys().cloned().collect();
    for ((key, value), column) in object.iter().zip(beside(&keys)) {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (key, value) in properties {
                    // an entity has many properties that do not tell who it is
                    let column = Column::of(key);
                    if column.is_some() {
                        read(key, column, value, true)?;
                    }
                }
            }
            (
                "datasets" | "referents" | "first_seen" | "last_seen" | "last_change" | "target" | "caption",
                _,
            ) if object.contains_key("properties") => {}
            (key, value) => read(key, column, value, false)?,
        }
    }
    party(row, cells.into_iter(), schema, together)
}
