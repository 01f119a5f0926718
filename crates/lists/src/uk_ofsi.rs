//! The consolidated list of OFSI (HM Treasury, `ConList.csv`), in its layouts of 2020 (29 columns) and 2022 (36): a line
//! `Last Updated`, then a header; one row for each alias, birth and address; `Group ID` groups the rows of a target.
//!
//! The list is closed; it is read for decisions about the past.

use countersign_model::{Entity, ListCode, Listing, Scope, SourceId};

use crate::countries::Countries;
use crate::dates;
use crate::draft::{Draft, Import};
use crate::input::{Encoding, text, unpack};
use crate::table::{self, Row, Shape};
use crate::uk_text::{Cells, numbered};
use crate::white_space::squeeze;
use crate::{ImportError, InputFile};

const SHAPE: Shape = Shape {
    expected: "the consolidated list of OFSI (ConList.csv with `Last Updated` above its header)",
    hint: "give ConList.csv of HM Treasury; the UK Sanctions List is the source uk_sl",
    columns: &[
        "Name 6",
        "Name 1",
        "Name 2",
        "Name 3",
        "Name 4",
        "Name 5",
        "Title",
        "Name Non-Latin Script",
        "Non-Latin Script Type",
        "Non-Latin Script Language",
        "DOB",
        "Town of Birth",
        "Country of Birth",
        "Nationality",
        "Passport Number",
        "Passport Details",
        "National Identification Number",
        "NI Number",
        "NI Details",
        "Position",
        "Address 1",
        "Address 2",
        "Address 3",
        "Address 4",
        "Address 5",
        "Address 6",
        "Post/Zip Code",
        "Country",
        "Other Information",
        "Group Type",
        "Alias Type",
        "Alias Quality",
        "Regime",
        "Listed On",
        "UK Sanctions List Date Designated",
        "Last Updated",
        "Group ID",
    ],
    required: &[
        "Name 6",
        "DOB",
        "Nationality",
        "Group Type",
        "Alias Type",
        "Regime",
        "Listed On",
        "Group ID",
    ],
    delimiter: b',',
    preamble: Some("Last Updated"),
};

pub(crate) fn import(source: &SourceId, file: &InputFile) -> Result<Import, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8OrWindows1252)?;
    let mut draft = Draft::new(source).with_names_inside();
    let table = table::read(&file.name, &text, &SHAPE, &mut draft.report)?;
    let cells = Cells { file: &file.name, countries: Countries::get()? };
    for (key, rows) in &cells.grouped(&table.rows, "Group ID", &mut draft) {
        target(key, rows, &cells, &mut draft);
    }
    let day = table.preamble.split(',').nth(1).unwrap_or_default();
    let as_of = dates::european_day(day.trim_matches('"')).ok().flatten();
    let format = format!("OFSI consolidated list, CSV, {} columns", table.width);
    draft.finish(format, std::slice::from_ref(file), Vec::new(), Vec::new(), as_of)
}

fn target(key: &str, rows: &[&Row], cells: &Cells<'_>, draft: &mut Draft) {
    let Some(first) = rows.first() else { return };
    let schema = cells.schema(first, "Group Type", "target", draft);
    let mut entity = draft.entity(key, schema);
    let prime = |row: &&&Row| row.one("Alias Type").eq_ignore_ascii_case("Prime Alias");
    // the prime alias may stand in any row; without one, the first row names the target
    let head = rows.iter().find(prime).unwrap_or(first);
    entity.add("name", cells.name(head));
    for row in rows {
        name(row, &mut entity, cells, draft);
    }
    if entity.values("name").is_empty() {
        for row in rows {
            draft.report.refuse(cells.file, row.line, format!("the target `{key}` has no name"));
        }
        return;
    }
    for row in rows {
        facts(row, &mut entity, cells, draft);
        listing(row, key, &mut entity, cells, draft);
    }
    draft.add(entity, cells.file, first.line);
}

fn name(row: &Row, entity: &mut Entity, cells: &Cells<'_>, draft: &mut Draft) {
    let name = cells.name(row);
    let weak = row.one("Alias Quality").to_ascii_lowercase().contains("low");
    let property = match row.one("Alias Type").to_ascii_lowercase().as_str() {
        _ if weak => "weakAlias",
        "fka" => "previousName",
        "prime alias" | "aka" | "prime name variation" | "primary name variation" => "alias",
        other => {
            draft.report.warn(
                cells.file,
                row.line,
                format!("`{other}` is not a known type of alias; read as an alias"),
            );
            "alias"
        }
    };
    if !entity.values("name").contains(&name) {
        entity.add(property, &name);
    }
    cells.script(row, "Name Non-Latin Script", "Non-Latin Script Type", "Non-Latin Script Language", entity);
    entity.add("title", row.one("Title"));
}

fn facts(row: &Row, entity: &mut Entity, cells: &Cells<'_>, draft: &mut Draft) {
    const LINES: [&str; 6] = ["Address 1", "Address 2", "Address 3", "Address 4", "Address 5", "Address 6"];
    cells.address(row, &LINES, "Post/Zip Code", "Country", entity, draft);
    cells.births(row, "DOB", entity, draft);
    cells.birth_places(row, "Town of Birth", "Country of Birth", entity);
    cells.countries(row, "Nationality", "nationality", entity, draft);
    // in 2020 the details hold the number too
    cells.documents(row, "Passport Number", "Passport Details", "passportNumber", entity);
    cells.documents(row, "National Identification Number", "NI Details", "idNumber", entity);
    cells.documents(row, "NI Number", "", "idNumber", entity);
    for item in numbered(row.one("Position")) {
        entity.add("position", item);
    }
    entity.add("notes", squeeze(row.one("Other Information")));
    if let Ok(Some(day)) = dates::european_day(row.one("Last Updated")) {
        entity.add("modifiedAt", day.to_string());
    }
}

fn listing(row: &Row, key: &str, entity: &mut Entity, cells: &Cells<'_>, draft: &mut Draft) {
    let listed = cells.day(row, "Listed On", draft);
    let designated = cells.day(row, "UK Sanctions List Date Designated", draft);
    let regime = row.one("Regime");
    entity.add("program", regime);
    let listing = Listing {
        from: listed,
        listed: designated.or(listed),
        id: Some(key.to_owned()),
        name: entity.values("name").first().cloned(),
        programmes: Some(regime.to_owned()).filter(|r| !r.is_empty()).into_iter().collect(),
        ..Listing::bare(ListCode::UkSl, Scope::Blocking)
    };
    if !entity.listings.contains(&listing) {
        draft.report.count(format!("list {}", ListCode::UkSl));
        entity.listings.push(listing);
    }
}
