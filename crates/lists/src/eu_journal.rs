//! EU designations as the Official Journal prints them, one CSV file an act: `consolidated` files (the annexes of an act
//! as they stand) and `amendments` (what an amending act adds or changes). The files of one day are one set.
//!
//! A row is a party in one annex under one measure. Only `Asset freeze` puts it on the list of freezes (EU-FSF); the
//! sectoral measures are EU-RM, which no regime reads as a freeze. An amending act tells additions only; it is not
//! known here whether a later act took one back.

use std::collections::BTreeSet;

use countersign_model::{Digest, Entity, EntitySchema, ListCode, Listing, SourceId};

use crate::countries::Countries;
use crate::dates;
use crate::draft::{Draft, Import};
use crate::guards::source_def;
use crate::input::{Encoding, text, unpack};
use crate::listing_scope::scope_of;
use crate::name_labels::{Labelled, NameLabels};
use crate::table::{self, Row, Shape};
use crate::white_space::squeeze;
use crate::{ImportError, InputFile};

const SHAPE: Shape = Shape {
    expected: "a file of EU designations by act (CSV with `celex` or `amendmentCelex`, `programKey`, `measure`)",
    hint: "give the CSV files of the transcription, consolidated and amendments together",
    columns: &[
        "celex",
        "amendedCelex",
        "amendmentCelex",
        "recordId",
        "programKey",
        "annex",
        "measure",
        "startDate",
        "reason",
        "schema",
        "name",
        "alias",
        "weakAlias",
        "previousName",
        "country",
        "nationality",
        "jurisdiction",
        "birthDate",
        "birthPlace",
        "position",
        "passportNumber",
        "gender",
        "appearance",
        "ethnicity",
        "fatherName",
        "motherName",
        "incorporationDate",
        "legalForm",
        "sector",
        "registrationNumber",
        "taxNumber",
        "idNumber",
        "innCode",
        "ogrnCode",
        "kppCode",
        "okpoCode",
        "leiCode",
        "swiftBic",
        "ticker",
        "imoNumber",
        "mmsi",
        "flag",
        "address",
        "phone",
        "email",
        "website",
        "notes",
    ],
    required: &[
        "programKey",
        "annex",
        "measure",
        "startDate",
        "schema",
        "name",
        "alias",
        "weakAlias",
        "country",
        "nationality",
        "birthDate",
        "passportNumber",
        "registrationNumber",
        "idNumber",
    ],
    delimiter: b',',
    preamble: None,
};

/// Columns that are properties as they stand, each with several values parted by `;`.
const PLAIN: [&str; 23] = [
    "birthPlace",
    "position",
    "passportNumber",
    "gender",
    "appearance",
    "ethnicity",
    "fatherName",
    "motherName",
    "legalForm",
    "sector",
    "registrationNumber",
    "taxNumber",
    "innCode",
    "ogrnCode",
    "kppCode",
    "okpoCode",
    "leiCode",
    "swiftBic",
    "ticker",
    "mmsi",
    "phone",
    "email",
    "website",
];

pub(crate) fn import(source: &SourceId, files: &[InputFile]) -> Result<Import, ImportError> {
    let mut draft = Draft::new(source).with_names_inside();
    let countries = Countries::get()?;
    let def = source_def(source)?;
    let mut seen = BTreeSet::new();
    for file in files {
        if !seen.insert(&file.name) {
            return Err(ImportError::FileSet {
                origin: source.clone(),
                reason: format!("`{}` was given twice", file.name),
                hint: "give each act once".into(),
            });
        }
        let bytes = unpack(file)?;
        let text = text(&file.name, &bytes, Encoding::Utf8)?;
        let table = table::read(&file.name, &text, &SHAPE, &mut draft.report)?;
        for row in &table.rows {
            if let Err(reason) = party(row, &file.name, &def.names, countries, &mut draft) {
                draft.report.refuse(&file.name, row.line, reason);
            }
        }
    }
    draft.finish("EU acts, CSV", files, Vec::new(), Vec::new(), None)
}

/// The values of a cell: parted by `;`, a value that holds `;` or quotes being quoted within the cell.
fn values(cell: &str) -> Vec<String> {
    if !cell.contains([';', '"']) {
        return Some(cell.trim().to_owned()).filter(|v| !v.is_empty()).into_iter().collect();
    }
    let mut out = vec![String::new()];
    let mut quoted = false;
    let mut rest = cell.chars().peekable();
    while let Some(c) = rest.next() {
        let Some(value) = out.last_mut() else { break };
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                value.push('"');
                rest.next();
            }
            '"' if quoted => quoted = false,
            // a quote opens only at the beginning of a value
            '"' if value.trim().is_empty() => quoted = true,
            ';' if !quoted => out.push(String::new()),
            c => value.push(c),
        }
    }
    out.into_iter().map(|v| v.trim().to_owned()).filter(|v| !v.is_empty()).collect()
}

/// The names of a row, each with its property; the first is the one to list it under.
struct Names {
    all: Vec<(&'static str, String)>,
    /// The cells that held more or other than a name.
    whole: Vec<String>,
}

/// Reads the cells of names. What is printed in them besides names is cut off, with a warning.
fn names(row: &Row, file: &str, labels: &NameLabels, draft: &mut Draft) -> Names {
    let mut out = Names { all: Vec::new(), whole: Vec::new() };
    for column in ["name", "alias", "weakAlias", "previousName"] {
        // a name is one value, whatever stands in it
        let cells = if column == "name" { vec![row.one(column).to_owned()] } else { values(row.one(column)) };
        for cell in cells.iter().map(|cell| squeeze(cell).into_owned()).filter(|cell| !cell.is_empty()) {
            let found = labels.names_in(&cell);
            if found.iter().map(|n| n.name.as_str()).ne([cell.as_str()]) {
                let told: Vec<String> = found.iter().map(|n| format!("`{}`", n.name)).collect();
                let told = if told.is_empty() {
                    "holds no name; it is left out".to_owned()
                } else {
                    format!("holds more than a name; it is read as {}", told.join(" and "))
                };
                draft.report.warn(file, row.line, format!("{column} `{cell}` {told}"));
                out.whole.push(cell);
            }
            for (n, Labelled { name, former }) in found.into_iter().enumerate() {
                let property = match column {
                    _ if former => "previousName",
                    "name" if n > 0 => "alias",
                    column => column,
                };
                out.all.push((property, name));
            }
        }
    }
    // where the cell of the name held none, the first other one is it
    if !out.all.iter().any(|(property, _)| *property == "name")
        && let Some(at) = out.all.iter().position(|(property, _)| *property == "alias")
        && let Some((property, _)) = out.all.get_mut(at)
    {
        *property = "name";
    }
    out
}

fn party(
    row: &Row,
    file: &str,
    labels: &NameLabels,
    countries: &Countries,
    draft: &mut Draft,
) -> Result<(), String> {
    let name = squeeze(row.one("name")).into_owned();
    if name.is_empty() {
        return Err("the row has no name".into());
    }
    let (act, by) = match (row.one("celex"), row.one("amendedCelex"), row.one("amendmentCelex")) {
        (act, "", "") if !act.is_empty() => (act, None),
        ("", act, by) if !act.is_empty() && !by.is_empty() => (act, Some(by)),
        _ => return Err("the row names neither an act, nor an act and the one that amends it".into()),
    };
    let measure = row.one("measure");
    let list = if measure == "Asset freeze" { ListCode::EuFsf } else { ListCode::EuRm };
    if measure.is_empty() {
        return Err("the row names no measure".into());
    }
    let schema: EntitySchema = row.one("schema").parse()?;
    let start = dates::european_day(row.one("startDate")).or_else(|reason| {
        // a bare year or month is the earliest day that it allows
        let partial = [row.one("startDate").to_owned()];
        crate::ftm_edges::first_day(&partial).map(Some).ok_or(reason)
    })?;
    let annex = row.one("annex");
    let names = names(row, file, labels, draft);
    let first = names.all.iter().find(|(property, _)| *property == "name").map(|(_, name)| name);
    // a party that is listed is never left out
    let first = first.unwrap_or(&name).clone();
    let mut entity = draft.entity(&key(row, act, &name, &first, draft), schema);
    entity.add("name", &first);
    for (property, text) in names.all.iter().filter(|(_, text)| *text != first) {
        entity.add(property, text);
    }
    for cell in &names.whole {
        entity.add("nameAsListed", cell);
    }
    facts(row, &mut entity, countries, draft);
    let record = Some(row.one("recordId")).filter(|r| !r.is_empty());
    let programme = row.one("programKey");
    entity.add("program", programme);
    entity.add("measure", measure);
    entity.add(
        "sourceUrl",
        format!("https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:{}", by.unwrap_or(act)),
    );
    entity.listings.push(Listing {
        from: start,
        listed: start,
        id: record.map(|r| format!("{annex}/{r}")),
        name: Some(name),
        programmes: vec![programme.to_owned()],
        instrument: Some(format!("CELEX {act} annex {annex}: {measure}")),
        notice: by.map(|by| format!("added or changed by CELEX {by}")),
        ..Listing::bare(list, scope_of(list))
    });
    draft.report.count(format!("list {list}"));
    if draft.entities.contains_key(&entity.id) {
        draft.report.count("rows that add a measure or an act to an entry");
    }
    draft.join(entity);
    Ok(())
}

/// Act, annex and the number that the annex prints; the name where it prints none, or where the number stands for
/// another party in the same annex. `name` is the cell, `read` the name in it: the id stays when a label is learnt.
fn key(row: &Row, act: &str, name: &str, read: &str, draft: &Draft) -> String {
    let of_name = || format!("h{}", Digest::of(name.to_lowercase().as_bytes()).short());
    let record: String =
        row.one("recordId").chars().map(|c| if c.is_whitespace() { '_' } else { c }).collect();
    let (annex, kind) = (row.one("annex"), row.one("schema"));
    if record.is_empty() {
        return format!("{act}-{annex}-{}", of_name());
    }
    let key = format!("{act}-{annex}-{kind}-{record}");
    let other = draft.entities.get(&format!("{}:{key}", draft.source));
    match other {
        Some(other) if !other.values("name").iter().any(|n| n.eq_ignore_ascii_case(read)) => {
            format!("{key}-{}", of_name())
        }
        _ => key,
    }
}

fn facts(row: &Row, entity: &mut Entity, countries: &Countries, draft: &mut Draft) {
    for column in PLAIN {
        for value in values(row.one(column)) {
            entity.add(column, squeeze(&value));
        }
    }
    entity.add("reason", squeeze(row.one("reason")));
    for value in values(row.one("notes")) {
        entity.add("notes", squeeze(&value));
    }
    for value in values(row.one("address")) {
        entity.add("address", squeeze(&value));
    }
    for value in values(row.one("imoNumber")) {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        entity.add("imoNumber", if digits.len() == 7 { &digits } else { &value });
    }
    for value in values(row.one("idNumber")) {
        entity.add("idNumber", &value);
    }
    for column in ["country", "nationality", "jurisdiction", "flag"] {
        for value in values(row.one(column)) {
            let codes = countries.named_in(&value);
            if codes.is_empty() {
                draft.report.count(format!("{column} that names no known country, kept as text"));
                entity.add(column, &value);
            }
            for code in codes {
                entity.add(column, code);
            }
        }
    }
    for value in values(row.one("birthDate")) {
        if let Some(date) = dates::european(&value) {
            entity.add("birthDate", date);
        } else if let Some(birth) = dates::birth(&value) {
            for date in birth.dates {
                entity.add("birthDate", date);
            }
            entity.add("birthDateText", birth.words.unwrap_or_default());
        } else {
            entity.add("birthDateText", &value);
            draft.report.count("dates of birth in words, kept as text");
        }
    }
    for value in values(row.one("incorporationDate")) {
        entity.add("incorporationDate", dates::european(&value).unwrap_or(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_several_values_some_of_them_quoted() {
        assert_eq!(values("Foo; Bar"), ["Foo", "Bar"]);
        assert_eq!(values("\"Foo; Bar\"; Baz"), ["Foo; Bar", "Baz"]);
        assert_eq!(values("Foo; \"Bar \"\"x\"\" ; y\""), ["Foo", "Bar \"x\" ; y"]);
        assert_eq!(values("one"), ["one"]);
        assert!(values(" ").is_empty());
    }
}
