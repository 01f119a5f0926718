//! CSV or XLSX → a header and lines of text cells, with bounds: a workbook is a zip archive, and a single cell far
//! from the others must not be paid for with all the empty ones between.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader as _, Xlsx};

use crate::csl_row::check_csv_is_whole;
use crate::input::{Encoding, MAX_CSV_LINE_BYTES, check_lines, html_page, looks_like_html, text, unpack};
use crate::own_mapping::Mapping;
use crate::report::Report;
use crate::{ImportError, InputFile};

/// Most that all parts of a workbook may unpack to, in bytes.
pub const MAX_WORKBOOK_BYTES: u64 = 256 << 20;

/// Most cells of a sheet that are read.
pub const MAX_SHEET_CELLS: u64 = 5_000_000;

/// Most columns of a sheet.
const MAX_COLUMNS: u32 = 1_024;

/// Numbers from this on are not exact in a workbook.
const EXACT: f64 = 1e15;

const EXPECTED: &str = "a list as CSV or XLSX";

/// A list as text.
pub(crate) struct Sheet {
    pub(crate) header: Vec<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) format: String,
}

/// A row below the header.
pub(crate) struct Line {
    /// Row of the sheet or line of the file, counted from 1.
    pub(crate) number: u64,
    pub(crate) cells: Vec<String>,
}

pub(crate) fn read(file: &InputFile, mapping: &Mapping, report: &mut Report) -> Result<Sheet, ImportError> {
    if file.bytes.starts_with(b"PK\x03\x04") {
        check_workbook(file, MAX_WORKBOOK_BYTES)?;
        return workbook(file, mapping, report);
    }
    if file.bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(wrong(file, "it is a workbook of the old format XLS".into(), "save it as XLSX or CSV"));
    }
    delimited(file, mapping, report)
}

fn wrong(file: &InputFile, found: String, hint: &str) -> ImportError {
    ImportError::WrongFormat { file: file.name.clone(), expected: EXPECTED.into(), found, hint: hint.into() }
}

fn delimited(file: &InputFile, mapping: &Mapping, report: &mut Report) -> Result<Sheet, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8OrWindows1252)?;
    if looks_like_html(&text) {
        return Err(html_page(&file.name, EXPECTED));
    }
    if text.trim_start().starts_with(['<', '{', '[']) {
        return Err(wrong(file, "it is XML or JSON".into(), "save the list as CSV"));
    }
    check_lines(&file.name, &text, MAX_CSV_LINE_BYTES)?;
    check_csv_is_whole(&file.name, &text)?;
    let delimiter = mapping.file.delimiter.as_deref().and_then(|d| d.bytes().next()).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let above = mapping.file.header_row.unwrap_or(1).saturating_sub(1);
    let mut header: Option<Vec<String>> = None;
    let mut lines = Vec::new();
    let mut short = None;
    for (n, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                report.row(&file.name);
                let line = e.position().map_or(0, csv::Position::line);
                report.refuse(&file.name, line, format!("the row is not CSV: {e}"));
                continue;
            }
        };
        if n < above as usize {
            continue;
        }
        let cells: Vec<String> = record.iter().map(|c| c.trim().to_owned()).collect();
        let Some(columns) = &header else {
            header = Some(cells);
            continue;
        };
        if cells.iter().all(String::is_empty) {
            continue;
        }
        report.row(&file.name);
        let number = record.position().map_or(0, csv::Position::line);
        if cells.len() != columns.len() {
            let reason = format!("{} cells where the header has {}", cells.len(), columns.len());
            report.refuse(&file.name, number, reason);
            short = (cells.len() < columns.len()).then_some(number);
            continue;
        }
        short = None;
        lines.push(Line { number, cells });
    }
    if let Some(line) = short {
        return Err(ImportError::Truncated {
            file: file.name.clone(),
            line,
            reason: "the last row has too few cells".into(),
        });
    }
    let header =
        header.ok_or_else(|| wrong(file, "it has no header".into(), "see `header_row` in the mapping"))?;
    check_header(file, &header)?;
    Ok(Sheet { header, lines, format: "own list, CSV".into() })
}

/// Two columns of one name cannot be told apart.
fn check_header(file: &InputFile, header: &[String]) -> Result<(), ImportError> {
    let twice =
        header.iter().enumerate().find(|(n, h)| !h.is_empty() && header.iter().take(*n).any(|o| o == *h));
    match twice {
        Some((_, column)) => {
            Err(wrong(file, format!("its header has `{column}` twice"), "give each column a name of its own"))
        }
        None => Ok(()),
    }
}

/// Unpacks every part of the archive once, against the bound: what the archive says of its sizes may be untrue.
fn check_workbook(file: &InputFile, limit: u64) -> Result<(), ImportError> {
    let bad = |e: String| ImportError::Compression { file: file.name.clone(), reason: e };
    let mut archive =
        zip::ZipArchive::new(Cursor::new(file.bytes.as_slice())).map_err(|e| bad(e.to_string()))?;
    let mut left = limit;
    for n in 0..archive.len() {
        let part = archive.by_index(n).map_err(|e| bad(e.to_string()))?;
        let read =
            std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|e| bad(e.to_string()))?;
        if read > left {
            return Err(ImportError::TooLarge { file: file.name.clone(), limit });
        }
        left -= read;
    }
    Ok(())
}

fn workbook(file: &InputFile, mapping: &Mapping, report: &mut Report) -> Result<Sheet, ImportError> {
    let broken = |e: String| {
        wrong(file, format!("it cannot be read as a workbook ({e})"), "save it again as XLSX or as CSV")
    };
    let mut book: Xlsx<_> =
        Xlsx::new(Cursor::new(file.bytes.as_slice())).map_err(|e| broken(format!("{e}")))?;
    let sheets = book.sheet_names();
    let name = match &mapping.file.sheet {
        Some(name) if sheets.contains(name) => name.clone(),
        Some(name) => {
            let found = format!("it has no sheet `{name}`");
            return Err(wrong(file, found, &format!("its sheets are `{}`", sheets.join("`, `"))));
        }
        None => sheets.first().cloned().ok_or_else(|| broken("it has no sheet".into()))?,
    };
    let header_row = mapping.file.header_row.unwrap_or(1).saturating_sub(1);
    let mut header: Vec<String> = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    let mut cells = book.worksheet_cells_reader(&name).map_err(|e| broken(format!("{e}")))?;
    let mut seen = 0u64;
    while let Some(cell) = cells.next_cell().map_err(|e| broken(format!("{e}")))? {
        seen += 1;
        let (row, column) = cell.get_position();
        if seen > MAX_SHEET_CELLS || column >= MAX_COLUMNS {
            let found =
                format!("the sheet `{name}` has more than {MAX_SHEET_CELLS} cells or {MAX_COLUMNS} columns");
            return Err(wrong(file, found, "no deny list is that large: check the sheet"));
        }
        let number = u64::from(row) + 1;
        let text = match value(cell.get_value()) {
            Ok(text) => text,
            Err(reason) => {
                report.warn(&file.name, number, format!("column {}: {reason}", column + 1));
                continue;
            }
        };
        if text.is_empty() || row < header_row {
            continue;
        }
        let at = column as usize;
        if row == header_row {
            header.resize(header.len().max(at + 1), String::new());
            if let Some(target) = header.get_mut(at) {
                *target = text;
            }
            continue;
        }
        // cells come row by row; one that does not is a broken sheet
        match lines.last_mut() {
            Some(line) if line.number == number => {}
            Some(line) if line.number > number => {
                return Err(broken(format!("row {number} stands behind a later row")));
            }
            _ => lines.push(Line { number, cells: Vec::new() }),
        }
        if let Some(line) = lines.last_mut() {
            line.cells.resize(line.cells.len().max(at + 1), String::new());
            if let Some(target) = line.cells.get_mut(at) {
                *target = text;
            }
        }
    }
    if header.is_empty() {
        return Err(wrong(
            file,
            format!("row {} of the sheet `{name}` is empty", header_row + 1),
            "see `header_row` in the mapping",
        ));
    }
    check_header(file, &header)?;
    for _ in &lines {
        report.row(&file.name);
    }
    Ok(Sheet { header, lines, format: format!("own list, XLSX, sheet `{name}`") })
}

/// A cell as text. A date is written as ISO; a number without its decimals where it has none.
fn value(cell: &DataRef<'_>) -> Result<String, String> {
    Ok(match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() >= EXACT => {
            return Err(format!(
                "`{number}` has more digits than a workbook keeps; format the column as text"
            ));
        }
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(duration) => duration.as_f64().to_string(),
        DataRef::DateTimeIso(text) => text.split('T').next().unwrap_or(text).to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => {
            return Err(format!("the cell holds the error `{error}`; it is taken as empty"));
        }
    })
}
