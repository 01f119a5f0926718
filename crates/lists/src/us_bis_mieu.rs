//! The military-intelligence end users that 15 CFR 744.22 names, as a table. BIS publishes none; this is the shape
//! of the transcription by OpenSanctions.

use countersign_model::{Digest, EntitySchema, ListCode, Listing, SourceId};

use crate::countries::Countries;
use crate::dates;
use crate::draft::{Draft, Import};
use crate::input::{Encoding, text, unpack};
use crate::listing_scope::scope_of;
use crate::table::{self, Row, Shape};
use crate::white_space::squeeze;
use crate::{ImportError, InputFile};

const SHAPE: Shape = Shape {
    expected: "the table of 15 CFR 744.22 (CSV with Type, Name, Alias, Country, Program, Date)",
    hint: "give the CSV of the data set us_bis_mieu",
    columns: &["Type", "Name", "Alias", "Country", "Topics", "Program", "Date", "End date", "Source URL"],
    required: &["Type", "Name", "Alias", "Country", "Program", "Date"],
    delimiter: b',',
    preamble: None,
};

pub(crate) fn import(source: &SourceId, file: &InputFile) -> Result<Import, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8)?;
    let mut draft = Draft::new(source).with_names_inside();
    let table = table::read(&file.name, &text, &SHAPE, &mut draft.report)?;
    let countries = Countries::get()?;
    for row in &table.rows {
        if let Err(reason) = unit(row, &file.name, countries, &mut draft) {
            draft.report.refuse(&file.name, row.line, reason);
        }
    }
    draft.finish("CSV of 15 CFR 744.22", std::slice::from_ref(file), Vec::new(), Vec::new(), None)
}

fn unit(row: &Row, file: &str, countries: &Countries, draft: &mut Draft) -> Result<(), String> {
    let name = squeeze(row.one("Name")).into_owned();
    if name.is_empty() {
        return Err("the row has no name".into());
    }
    if !row.one("Program").contains("MIEU") {
        return Err(format!("the programme `{}` is not that of 744.22", row.one("Program")));
    }
    let schema: EntitySchema = row.one("Type").parse()?;
    let country = row.one("Country");
    let key = Digest::of(format!("{name}\n{country}").as_bytes()).short();
    let mut entity = draft.entity(&format!("h{key}"), schema);
    entity.add("name", &name);
    for alias in row.one("Alias").split(';') {
        entity.add("alias", alias);
    }
    match countries.any(country) {
        Some(code) => entity.add("country", code),
        None => draft.report.warn(file, row.line, format!("country `{country}` is not known; kept as text")),
    }
    entity.add("program", row.one("Program"));
    entity.add("topics", row.one("Topics"));
    entity.add("sourceUrl", row.one("Source URL"));
    let day = |column: &str| dates::listing_day(row.one(column)).map_err(|e| format!("{column}: {e}"));
    entity.listings.push(Listing {
        from: day("Date")?,
        to: day("End date")?,
        name: Some(name),
        programmes: vec![row.one("Program").to_owned()],
        instrument: Some("15 CFR 744.22".to_owned()),
        ..Listing::bare(ListCode::Mieu, scope_of(ListCode::Mieu))
    });
    draft.report.count(format!("list {}", ListCode::Mieu));
    draft.add(entity, file, row.line);
    Ok(())
}
