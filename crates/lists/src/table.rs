//! A table with a header (CSV, tab-separated) → rows whose cells are found by the name of their column, never by
//! position. Shared by the lists that are such tables.

use crate::ImportError;
use crate::csl_row::check_csv_is_whole;
use crate::input::{MAX_CSV_LINE_BYTES, check_lines, html_page, looks_like_html};
use crate::report::Report;

/// What a table looks like.
pub(crate) struct Shape {
    /// What the source publishes, for messages.
    pub(crate) expected: &'static str,
    /// What to do about another file.
    pub(crate) hint: &'static str,
    /// The columns that are read. Others are reported.
    pub(crate) columns: &'static [&'static str],
    /// Of these, the columns without which a file is not this list.
    pub(crate) required: &'static [&'static str],
    /// What stands between two cells.
    pub(crate) delimiter: u8,
    /// The beginning of the first line, where a line stands above the header (`Last Updated`).
    pub(crate) preamble: Option<&'static str>,
}

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The line on which it begins.
    pub(crate) line: u64,
    columns: &'static [&'static str],
    cells: Vec<String>,
}

impl Row {
    /// A cell, trimmed; empty where the row has none.
    pub(crate) fn one(&self, column: &str) -> &str {
        let position = self.columns.iter().position(|c| *c == column);
        position.and_then(|n| self.cells.get(n)).map_or("", |cell| cell.trim())
    }

    /// The cells of several columns that are not empty, joined.
    pub(crate) fn joined(&self, columns: &[&str], by: &str) -> String {
        columns.iter().map(|c| self.one(c)).filter(|c| !c.is_empty()).collect::<Vec<_>>().join(by)
    }
}

/// All rows of a file.
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    /// The line above the header, where the shape has one.
    pub(crate) preamble: String,
    /// How many columns the header has.
    pub(crate) width: usize,
}

/// Reads a table. A row with another number of cells than the header is refused and reported.
pub(crate) fn read(file: &str, text: &str, shape: &Shape, report: &mut Report) -> Result<Table, ImportError> {
    let wrong = |found: String| ImportError::WrongFormat {
        file: file.to_owned(),
        expected: shape.expected.to_owned(),
        found,
        hint: shape.hint.to_owned(),
    };
    if looks_like_html(text) {
        return Err(html_page(file, shape.expected));
    }
    if text.trim_start().starts_with(['<', '{', '[']) {
        return Err(wrong("it is XML or JSON".into()));
    }
    check_lines(file, text, MAX_CSV_LINE_BYTES)?;
    let (preamble, body, above) = match shape.preamble {
        None => ("", text, 0),
        Some(start) => match text.split_once('\n') {
            Some((first, body)) if first.trim_start_matches('"').starts_with(start) => {
                (first.trim(), body, 1)
            }
            _ => return Err(wrong(format!("its first line does not begin with `{start}`"))),
        },
    };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(shape.delimiter).flexible(true).from_reader(body.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(e) => return Err(wrong(format!("its header cannot be read ({e})"))),
    };
    let place: Vec<Option<usize>> =
        header.iter().map(|name| shape.columns.iter().position(|c| *c == name.trim())).collect();
    let missing: Vec<&str> =
        shape.required.iter().filter(|c| !header.iter().any(|name| name.trim() == **c)).copied().collect();
    if !missing.is_empty() {
        return Err(wrong(format!("its header has no column `{}`", missing.join("`, `"))));
    }
    check_csv_is_whole(file, body)?;
    for (name, known) in header.iter().zip(&place) {
        if known.is_none() {
            report.unknown_columns.insert(name.trim().to_owned());
        }
    }
    let mut rows = Vec::new();
    let mut short = None;
    for record in reader.into_records() {
        report.row(file);
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line) + above;
                report.refuse(file, line, format!("the row is not CSV: {e}"));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line) + above;
        if record.len() != header.len() {
            let reason = format!("{} cells where the header has {}", record.len(), header.len());
            report.refuse(file, line, reason);
            short = (record.len() < header.len()).then_some(line);
            continue;
        }
        short = None;
        let mut cells = vec![String::new(); shape.columns.len()];
        for (cell, place) in record.iter().zip(&place) {
            if let Some(target) = place.and_then(|n| cells.get_mut(n)) {
                cell.clone_into(target);
            }
        }
        rows.push(Row { line, columns: shape.columns, cells });
    }
    if let Some(line) = short {
        return Err(ImportError::Truncated {
            file: file.to_owned(),
            line,
            reason: "the last row has too few cells".into(),
        });
    }
    Ok(Table { rows, preamble: preamble.to_owned(), width: header.len() })
}
