//! The UK Sanctions List (FCDO) as CSV: a line `Report Date: …`, then a header. One row for each name and address;
//! `Unique ID` groups the rows of a party.
//!
//! Built from the published header: no whole file was to be had. A designation without an asset freeze (travel ban,
//! transport, directors) is on the list `UK-RM`, which freezes nothing.

use countersign_model::{Entity, ListCode, Listing, Scope, SourceId};

use crate::countries::Countries;
use crate::draft::{Draft, Import};
use crate::input::{Encoding, text, unpack};
use crate::table::{self, Row, Shape};
use crate::uk_text::{Cells, numbered};
use crate::white_space::squeeze;
use crate::{ImportError, InputFile, dates};

const SHAPE: Shape = Shape {
    expected: "the UK Sanctions List (CSV with `Report Date` above its header)",
    hint: "download UK-Sanctions-List.csv from gov.uk; the older list of OFSI is the source uk_ofsi",
    columns: &[
        "Last Updated",
        "Unique ID",
        "OFSI Group ID",
        "UN Reference Number",
        "Name 6",
        "Name 1",
        "Name 2",
        "Name 3",
        "Name 4",
        "Name 5",
        "Name type",
        "Alias strength",
        "Title",
        "Name non-latin script",
        "Non-latin script type",
        "Non-latin script language",
        "Regime Name",
        "Designation Type",
        "Designation source",
        "Sanctions Imposed",
        "Other Information",
        "UK Statement of Reasons",
        "Address Line 1",
        "Address Line 2",
        "Address Line 3",
        "Address Line 4",
        "Address Line 5",
        "Address Line 6",
        "Address Postal Code",
        "Address Country",
        "Phone number",
        "Website",
        "Email address",
        "Date Designated",
        "D.O.B",
        "Nationality(/ies)",
        "National Identifier number",
        "National Identifier additional information",
        "Passport number",
        "Passport additional information",
        "Position",
        "Gender",
        "Town of birth",
        "Country of birth",
        "Type of entity",
        "Subsidiaries",
        "Parent company",
        "Business registration number (s)",
        "IMO number",
        "Current owner/operator (s)",
        "Previous owner/operator (s)",
        "Current believed flag of ship",
        "Previous flags",
        "Type of ship",
        "Tonnage of ship",
        "Length of ship",
        "Year Built",
        "Hull identification number (HIN)",
    ],
    required: &[
        "Unique ID",
        "Name 6",
        "Name type",
        "Regime Name",
        "Designation Type",
        "Sanctions Imposed",
        "Date Designated",
        "D.O.B",
        "Nationality(/ies)",
        "Passport number",
        "National Identifier number",
    ],
    delimiter: b',',
    preamble: Some("Report Date"),
};

pub(crate) fn import(source: &SourceId, file: &InputFile) -> Result<Import, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8OrWindows1252)?;
    let mut draft = Draft::new(source).with_names_inside();
    let table = table::read(&file.name, &text, &SHAPE, &mut draft.report)?;
    let cells = Cells { file: &file.name, countries: Countries::get()? };
    for (key, rows) in &cells.grouped(&table.rows, "Unique ID", &mut draft) {
        party(key, rows, &cells, &mut draft);
    }
    let as_of = table.preamble.split_once(':').and_then(|(_, day)| {
        let day = day.trim_matches([',', '"', ' ']).replace('-', " ");
        dates::european_day(&day).ok().flatten()
    });
    draft.finish("UK Sanctions List, CSV", std::slice::from_ref(file), Vec::new(), Vec::new(), as_of)
}

fn party(key: &str, rows: &[&Row], cells: &Cells<'_>, draft: &mut Draft) {
    let Some(first) = rows.first() else { return };
    let schema = cells.schema(first, "Designation Type", "designation", draft);
    let mut entity = draft.entity(key, schema);
    for row in rows {
        names(row, &mut entity, cells, draft);
    }
    if entity.values("name").is_empty() {
        // without a primary name the first alias stands in
        let stand_in = entity.names().next().map(|n| n.text.to_owned());
        match stand_in {
            Some(name) => {
                draft.report.warn(
                    cells.file,
                    first.line,
                    format!("`{key}` has no primary name; `{name}` stands in"),
                );
                entity.add("name", name);
            }
            None => {
                for row in rows {
                    draft.report.refuse(cells.file, row.line, format!("`{key}` has no name in any row"));
                }
                return;
            }
        }
    }
    for row in rows {
        facts(row, &mut entity, cells, draft);
        listing(row, key, &mut entity, cells, draft);
    }
    draft.add(entity, cells.file, first.line);
}

fn names(row: &Row, entity: &mut Entity, cells: &Cells<'_>, draft: &mut Draft) {
    let name = cells.name(row);
    let kind = row.one("Name type").to_ascii_lowercase();
    let strength = row.one("Alias strength").to_ascii_lowercase();
    let weak = ["low", "weak", "poor"].iter().any(|w| strength.contains(w));
    let property = match kind.as_str() {
        _ if weak => "weakAlias",
        "primary name" | "primary" => "name",
        kind if kind.contains("formerly") || kind.contains("fka") || kind.contains("f.k.a") => "previousName",
        "alias" | "primary name variation" | "aka" | "" => "alias",
        other => {
            draft.report.warn(
                cells.file,
                row.line,
                format!("`{other}` is not a known type of name; read as an alias"),
            );
            "alias"
        }
    };
    // a party has one primary name; a second is a spelling of it
    let property = if property == "name"
        && !entity.values("name").is_empty()
        && !entity.values("name").contains(&name)
    {
        "alias"
    } else {
        property
    };
    entity.add(property, &name);
    cells.script(row, "Name non-latin script", "Non-latin script type", "Non-latin script language", entity);
    entity.add("title", row.one("Title"));
}

fn facts(row: &Row, entity: &mut Entity, cells: &Cells<'_>, draft: &mut Draft) {
    const LINES: [&str; 6] = [
        "Address Line 1",
        "Address Line 2",
        "Address Line 3",
        "Address Line 4",
        "Address Line 5",
        "Address Line 6",
    ];
    cells.address(row, &LINES, "Address Postal Code", "Address Country", entity, draft);
    cells.births(row, "D.O.B", entity, draft);
    cells.birth_places(row, "Town of birth", "Country of birth", entity);
    cells.countries(row, "Nationality(/ies)", "nationality", entity, draft);
    for (column, more, property) in [
        ("Passport number", "Passport additional information", "passportNumber"),
        ("National Identifier number", "National Identifier additional information", "idNumber"),
        ("Business registration number (s)", "", "registrationNumber"),
        ("IMO number", "", "imoNumber"),
        ("Hull identification number (HIN)", "", "serialNumber"),
    ] {
        cells.documents(row, column, more, property, entity);
    }
    for (column, property) in [
        ("Position", "position"),
        ("Type of entity", "legalForm"),
        ("Subsidiaries", "subsidiaries"),
        ("Parent company", "parent"),
        ("Current owner/operator (s)", "owner"),
        ("Previous owner/operator (s)", "pastOwner"),
        ("Type of ship", "type"),
        ("Tonnage of ship", "tonnage"),
        ("Length of ship", "length"),
        ("Year Built", "buildDate"),
        ("Phone number", "phone"),
        ("Website", "website"),
        ("Email address", "email"),
    ] {
        for item in numbered(row.one(column)) {
            entity.add(property, item);
        }
    }
    cells.countries(row, "Current believed flag of ship", "flag", entity, draft);
    cells.countries(row, "Previous flags", "pastFlags", entity, draft);
    entity.add("gender", row.one("Gender").to_lowercase());
    entity.add("unReference", row.one("UN Reference Number"));
    entity.add("ofsiGroup", row.one("OFSI Group ID"));
    entity.add("notes", squeeze(row.one("Other Information")));
    entity.add("reason", squeeze(row.one("UK Statement of Reasons")));
    if let Ok(Some(day)) = dates::european_day(row.one("Last Updated")) {
        entity.add("modifiedAt", day.to_string());
    }
}

fn listing(row: &Row, key: &str, entity: &mut Entity, cells: &Cells<'_>, draft: &mut Draft) {
    let measures: Vec<&str> =
        row.one("Sanctions Imposed").split('|').map(str::trim).filter(|m| !m.is_empty()).collect();
    for measure in &measures {
        entity.add("measure", measure);
    }
    let freeze = measures.iter().any(|m| m.to_ascii_lowercase().contains("asset freeze"));
    // a row that tells no measure is taken at its strictest
    let (list, scope) = if freeze || measures.is_empty() {
        (ListCode::UkSl, Scope::Blocking)
    } else {
        (ListCode::UkRm, Scope::SeeEntry)
    };
    if measures.is_empty() {
        draft.report.warn(
            cells.file,
            row.line,
            format!("`{key}` tells no measure; taken as an asset freeze"),
        );
    }
    let designated = cells.day(row, "Date Designated", draft);
    let regime = row.one("Regime Name");
    entity.add("program", regime);
    let listing = Listing {
        from: designated,
        listed: designated,
        id: Some(key.to_owned()),
        name: entity.values("name").first().cloned(),
        programmes: Some(regime.to_owned()).filter(|r| !r.is_empty()).into_iter().collect(),
        instrument: Some(regime.to_owned()).filter(|r| !r.is_empty()),
        notice: Some(row.one("Designation source"))
            .filter(|s| !s.is_empty())
            .map(|s| format!("designated by: {s}")),
        ..Listing::bare(list, scope)
    };
    if !entity.listings.contains(&listing) {
        draft.report.count(format!("list {list}"));
        entity.listings.push(listing);
    }
}
