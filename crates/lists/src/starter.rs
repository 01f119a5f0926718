//! Our own small list (`starter/parties.csv`), part of the program: the first run works offline. Its columns are
//! described in `starter/README.md`.

use countersign_model::{EntitySchema, ListCode, Listing, Scope, SourceId, parse_date};

use crate::countries::Countries;
use crate::csl_row::check_csv_is_whole;
use crate::draft::{Draft, Import};
use crate::input::{Encoding, html_page, looks_like_html, text, unpack};
use crate::licence_text::selectors;
use crate::{ImportError, InputFile};

const EXPECTED: &str = "the starter list (CSV with the columns of starter/README.md)";

const COLUMNS: [&str; 18] = [
    "id",
    "schema",
    "name",
    "aliases",
    "countries",
    "addresses",
    "list",
    "publisher_id",
    "programmes",
    "scope",
    "review_policy",
    "footnotes",
    "from",
    "to",
    "notice",
    "instrument",
    "same_as",
    "verification",
];

/// The starter list as it is built into the program.
///
/// # Errors
/// [`ImportError`] only if the built-in file is damaged.
pub fn starter() -> Result<Import, ImportError> {
    let source = SourceId::new("starter")
        .map_err(|e| ImportError::BuiltIn { table: "starter/parties.csv", reason: e.to_string() })?;
    let file = InputFile {
        name: "parties.csv".into(),
        bytes: include_bytes!("../../../starter/parties.csv").to_vec(),
    };
    import(&source, &file)
}

pub(crate) fn import(source: &SourceId, file: &InputFile) -> Result<Import, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8)?;
    if looks_like_html(&text) {
        return Err(html_page(&file.name, EXPECTED));
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().cloned().unwrap_or_default();
    if header.iter().ne(COLUMNS) {
        return Err(ImportError::WrongFormat {
            file: file.name.clone(),
            expected: EXPECTED.into(),
            found: "its first line has other columns".into(),
            hint: "see starter/README.md for the columns".into(),
        });
    }
    check_csv_is_whole(&file.name, &text)?;
    let countries = Countries::get()?;
    let mut draft = Draft::new(source);
    for record in reader.records() {
        draft.report.row(&file.name);
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                draft.report.refuse(
                    &file.name,
                    e.position().map_or(0, csv::Position::line),
                    format!("not CSV: {e}"),
                );
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if let Err(reason) = row(&record, line, &file.name, countries, &mut draft) {
            draft.report.refuse(&file.name, line, reason);
        }
    }
    draft.finish("starter CSV", std::slice::from_ref(file), Vec::new(), Vec::new(), None)
}

fn row(
    record: &csv::StringRecord,
    line: u64,
    file: &str,
    countries: &Countries,
    draft: &mut Draft,
) -> Result<(), String> {
    if record.len() != COLUMNS.len() {
        return Err(format!("{} fields where the header has {}", record.len(), COLUMNS.len()));
    }
    let one = |column: &str| {
        COLUMNS.iter().position(|c| *c == column).and_then(|n| record.get(n)).unwrap_or_default().trim()
    };
    let many = |column: &str| -> Vec<String> {
        one(column).split("; ").map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect()
    };
    let day = |column: &str| match one(column) {
        "" => Ok(None),
        text => parse_date(text).map(Some).map_err(|e| format!("{column}: {e}")),
    };
    if one("id").is_empty() || one("name").is_empty() || one("verification").is_empty() {
        return Err("the row lacks `id`, `name` or `verification`".into());
    }
    let schema: EntitySchema = one("schema").parse()?;
    let list =
        ListCode::from_code(one("list")).ok_or_else(|| format!("`{}` is no list code", one("list")))?;
    let scope = match one("scope") {
        "all_items" => Scope::AllItems,
        "supplement_2_items" => Scope::Supplement2Items,
        "blocking" => Scope::Blocking,
        "securities" => Scope::Securities,
        "see_entry" => Scope::SeeEntry,
        other => return Err(format!("`{other}` is no scope")),
    };
    let text = |column: &str| Some(one(column)).filter(|v| !v.is_empty()).map(str::to_owned);
    let listing = Listing {
        list,
        from: day("from")?,
        listed: None,
        to: day("to")?,
        id: text("publisher_id"),
        name: text("name"),
        programmes: many("programmes"),
        instrument: text("instrument"),
        scope,
        review_policy: selectors(one("review_policy")).map_err(|e| e.to_string())?,
        footnotes: many("footnotes"),
        notice: text("notice"),
    };
    let mut entity = draft.entity(one("id"), schema);
    entity.add("name", one("name"));
    for (column, property) in [("aliases", "alias"), ("addresses", "address"), ("programmes", "program")] {
        for value in many(column) {
            entity.add(property, value);
        }
    }
    for code in many("countries") {
        let code = countries.by_code(&code).ok_or_else(|| format!("`{code}` is not a country code"))?;
        entity.add("country", code);
    }
    for id in many("same_as") {
        entity.add("sameAs", format!("{}:{id}", draft.source));
    }
    entity.add("verification", one("verification"));
    entity.listings.push(listing);
    draft.report.count(format!("list {list}"));
    draft.add(entity, file, line);
    Ok(())
}
