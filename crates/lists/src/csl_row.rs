//! The Consolidated Screening List's two formats → one row type. Columns are found by name, never by position:
//! the CSV had 28 columns in 2019, 29 since, and has been quoted in two ways.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::ImportError;
use crate::input::{MAX_CSV_LINE_BYTES, check_lines, html_page, looks_like_html};
use crate::report::Report;
use crate::white_space::squeeze;

/// What the source publishes, for messages.
pub(crate) const EXPECTED: &str = "the Consolidated Screening List of trade.gov (CSV or JSON)";

/// The columns that both formats share, by the publisher's names.
const COLUMNS: [&str; 30] = [
    "_id",
    "source",
    "entity_number",
    "type",
    "programs",
    "name",
    "title",
    "addresses",
    "federal_register_notice",
    "start_date",
    "end_date",
    "standard_order",
    "license_requirement",
    "license_policy",
    "call_sign",
    "vessel_type",
    "gross_tonnage",
    "gross_registered_tonnage",
    "vessel_flag",
    "vessel_owner",
    "remarks",
    "source_list_url",
    "alt_names",
    "citizenships",
    "dates_of_birth",
    "nationalities",
    "places_of_birth",
    "source_information_url",
    "ids",
    "country",
];

/// Columns without which a file is not this list, or is one whose publisher renamed what parties are compared by: every edition
/// since 2019 has them, and without them numbers and birth dates would be gone without a word.
const REQUIRED: [&str; 13] = [
    "source",
    "name",
    "type",
    "programs",
    "addresses",
    "federal_register_notice",
    "license_requirement",
    "alt_names",
    "end_date",
    "citizenships",
    "dates_of_birth",
    "nationalities",
    "ids",
];

/// Columns that hold several values, joined by `; ` in the CSV.
const MANY: [&str; 8] = [
    "programs",
    "addresses",
    "alt_names",
    "citizenships",
    "dates_of_birth",
    "nationalities",
    "places_of_birth",
    "ids",
];

/// One entry, by column. A column has several values only if it is one of `MANY`.
#[derive(Debug, Clone, Default)]
pub(crate) struct CslRow {
    /// Line (CSV) or number of the entry (JSON).
    pub(crate) line: u64,
    values: Vec<(&'static str, Vec<String>)>,
}

impl CslRow {
    /// All values of a column.
    pub(crate) fn many(&self, column: &str) -> &[String] {
        self.values.iter().find(|(name, _)| *name == column).map_or(&[], |(_, values)| values.as_slice())
    }

    /// The value of a column, empty if it has none.
    pub(crate) fn one(&self, column: &str) -> &str {
        self.many(column).first().map_or("", String::as_str)
    }

    fn push(&mut self, column: &'static str, values: Vec<String>) {
        if !values.is_empty() {
            self.values.push((column, values));
        }
    }
}

/// All rows of a file, with its dialect and the time that it tells.
pub(crate) struct CslRows {
    pub(crate) rows: Vec<CslRow>,
    pub(crate) format: String,
    pub(crate) performed_at: Option<String>,
}

/// Reads either format.
pub(crate) fn read(file: &str, text: &str, report: &mut Report) -> Result<CslRows, ImportError> {
    if looks_like_html(text) {
        return Err(html_page(file, EXPECTED));
    }
    match text.trim_start().chars().next() {
        Some('{' | '[') => read_json(file, text, report),
        _ => {
            check_lines(file, text, MAX_CSV_LINE_BYTES)?;
            read_csv(file, text, report)
        }
    }
}

fn wrong(file: &str, found: impl Into<String>) -> ImportError {
    ImportError::WrongFormat {
        file: file.to_owned(),
        expected: EXPECTED.to_owned(),
        found: found.into(),
        hint: "give the file `consolidated.csv` or `consolidated.json` of the screening list".into(),
    }
}

/// A CSV text must end where a row ends. Even quotes and either a line end or a closing quote show that.
pub(crate) fn check_csv_is_whole(file: &str, text: &str) -> Result<(), ImportError> {
    let cut = |reason: &str| {
        let line = text.lines().count() as u64;
        Err(ImportError::Truncated { file: file.to_owned(), line, reason: reason.to_owned() })
    };
    if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
        return cut("a quoted field is not closed");
    }
    let end_mark = text.lines().next_back().is_some_and(|line| line.starts_with('\u{1a}'));
    if !end_mark && !text.ends_with(['\n', '"']) {
        return cut("the last line has no end");
    }
    Ok(())
}

fn read_csv(file: &str, text: &str, report: &mut Report) -> Result<CslRows, ImportError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(e) => return Err(wrong(file, format!("its first line cannot be read ({e})"))),
    };
    let columns: Vec<Option<&'static str>> =
        header.iter().map(|name| COLUMNS.into_iter().find(|c| *c == name.trim())).collect();
    let missing: Vec<&str> = REQUIRED.into_iter().filter(|c| !columns.contains(&Some(c))).collect();
    if !missing.is_empty() {
        return Err(wrong(file, format!("its first line has no column `{}`", missing.join("`, `"))));
    }
    check_csv_is_whole(file, text)?;
    for (name, known) in header.iter().zip(&columns) {
        if known.is_none() {
            report.unknown_columns.insert(name.to_owned());
        }
    }
    let mut rows = Vec::new();
    let mut short = None;
    for record in reader.records() {
        report.row(file);
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                report.refuse(file, line, format!("the row is not CSV: {e}"));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            report.refuse(
                file,
                line,
                format!("{} fields where the header has {}", record.len(), header.len()),
            );
            short = (record.len() < header.len()).then_some(line);
            continue;
        }
        short = None;
        let mut row = CslRow { line, ..CslRow::default() };
        for (column, value) in columns.iter().zip(&record) {
            let Some(column) = column else { continue };
            row.push(column, values(column, value));
        }
        rows.push(row);
    }
    if let Some(line) = short {
        return Err(ImportError::Truncated {
            file: file.to_owned(),
            line,
            reason: "the last row has too few fields".into(),
        });
    }
    let all_quoted = text.lines().nth(1).is_some_and(|line| line.starts_with('"'));
    let quoted = if all_quoted { "all fields quoted" } else { "quoted where needed" };
    let format = format!("CSV, {} columns, {quoted}", header.len());
    Ok(CslRows { rows, format, performed_at: None })
}

fn values(column: &str, value: &str) -> Vec<String> {
    let parts: Vec<&str> = if MANY.contains(&column) { value.split("; ").collect() } else { vec![value] };
    parts.into_iter().map(|p| squeeze(p).into_owned()).filter(|p| !p.is_empty()).collect()
}

fn read_json(file: &str, text: &str, report: &mut Report) -> Result<CslRows, ImportError> {
    let document: Value = serde_json::from_str(text).map_err(|e| {
        if e.is_eof() {
            return ImportError::Truncated {
                file: file.to_owned(),
                line: e.line() as u64,
                reason: "the JSON ends before it is complete".into(),
            };
        }
        wrong(file, format!("it is not JSON ({e})"))
    })?;
    let Some(Value::Array(results)) = document.get("results") else {
        return Err(wrong(file, "it is JSON without a list `results`"));
    };
    let known = |key: &str| key == "id" || COLUMNS.contains(&key);
    let mut rows = Vec::new();
    for (n, entry) in results.iter().enumerate() {
        report.row(file);
        let line = n as u64 + 1;
        let Value::Object(entry) = entry else {
            report.refuse(file, line, "the entry is not an object");
            continue;
        };
        let mut row = CslRow { line, ..CslRow::default() };
        for (key, value) in entry {
            if !known(key) {
                report.unknown_columns.insert(key.clone());
                continue;
            }
            let column = if key == "id" { "_id" } else { key.as_str() };
            let Some(column) = COLUMNS.into_iter().find(|c| *c == column) else { continue };
            row.push(column, json_values(column, value));
        }
        rows.push(row);
    }
    let present: BTreeSet<&str> = rows.iter().flat_map(|r| r.values.iter().map(|(c, _)| *c)).collect();
    let named = present.contains("source") && present.contains("name");
    if !named && !rows.is_empty() {
        return Err(wrong(file, "its entries have no `source` and `name`"));
    }
    let performed_at = document.get("search_performed_at").and_then(Value::as_str).map(str::to_owned);
    Ok(CslRows { rows, format: "JSON".into(), performed_at })
}

fn json_values(column: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(|item| json_values(column, item)).collect(),
        Value::Object(_) => {
            let part =
                |key: &str| value.get(key).and_then(Value::as_str).map(str::trim).filter(|v| !v.is_empty());
            let keys: &[&str] = match column {
                "addresses" => &["address", "city", "state", "postal_code", "country"],
                // the order of the CSV of 2025: label first
                "ids" => &["type", "number", "country", "issue_date", "expiration_date"],
                _ => &[],
            };
            let text = keys.iter().filter_map(|key| part(key)).collect::<Vec<_>>().join(", ");
            if text.is_empty() { Vec::new() } else { vec![squeeze(&text).into_owned()] }
        }
        Value::String(text) if MANY.contains(&column) => vec![squeeze(text).into_owned()],
        Value::String(text) => values(column, text),
        Value::Bool(flag) => vec![if *flag { "Y" } else { "N" }.to_owned()],
        Value::Number(number) => vec![number.to_string()],
    }
    .into_iter()
    .filter(|v| !v.is_empty())
    .collect()
}
