//! The BIS Denied Persons List in its own format: tab-separated text, every field quoted, mapped by header.
//!
//! BIS gives no key. A person may stand under several orders, and an order may give several addresses: rows that
//! agree in name and day of the order are one entry, whose id is a hash of both. An order that has run out stays in
//! the file for a while; its last day is in the listing.

use std::collections::BTreeMap;

use countersign_model::{Digest, EntitySchema, ListCode, Listing, Scope, SourceId};

use crate::countries::Countries;
use crate::dates;
use crate::draft::{Draft, Import};
use crate::input::{Encoding, text, unpack};
use crate::name_text::name_cell;
use crate::table::{self, Row, Shape};
use crate::white_space::squeeze;
use crate::{ImportError, InputFile};

const SHAPE: Shape = Shape {
    expected: "the Denied Persons List of BIS (tab-separated, `dpl.txt`)",
    hint: "download dpl.txt from bis.gov",
    columns: &[
        "Name",
        "Street_Address",
        "City",
        "State",
        "Country",
        "Postal_Code",
        "Effective_Date",
        "Expiration_Date",
        "Standard_Order",
        "Last_Update",
        "Action",
        "FR_Citation",
    ],
    required: &["Name", "Country", "Effective_Date", "Expiration_Date", "Standard_Order", "FR_Citation"],
    delimiter: b'\t',
    preamble: None,
};

pub(crate) fn import(source: &SourceId, file: &InputFile) -> Result<Import, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8OrWindows1252)?;
    let mut draft = Draft::new(source);
    let table = table::read(&file.name, &text, &SHAPE, &mut draft.report)?;
    let countries = Countries::get()?;
    let mut orders: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in &table.rows {
        let name = squeeze(row.one("Name"));
        if name.is_empty() {
            draft.report.refuse(&file.name, row.line, "the row has no name");
            continue;
        }
        let key = Digest::of(format!("{name}\n{}", row.one("Effective_Date")).as_bytes()).short();
        orders.entry(format!("h{key}")).or_default().push(row);
    }
    for (key, rows) in &orders {
        order(key, rows, &file.name, countries, &mut draft);
    }
    draft.finish("BIS tab-separated text", std::slice::from_ref(file), Vec::new(), Vec::new(), None)
}

fn order(key: &str, rows: &[&Row], file: &str, countries: &Countries, draft: &mut Draft) {
    // the list says neither whether a name is a person's or a company's
    let mut entity = draft.entity(key, EntitySchema::LegalEntity);
    for row in rows {
        let name = squeeze(row.one("Name")).into_owned();
        let cell = name_cell(&name);
        entity.add("name", &cell.name);
        if let Some(found) = cell.found {
            draft.report.warn(file, row.line, format!("`{name}`: {found}"));
        }
        if cell.name != name {
            entity.add("nameAsListed", &name);
        }
        for alias in &cell.aliases {
            entity.add("alias", alias);
        }
        for weak in &cell.weak {
            entity.add("weakAlias", weak);
        }
        let code = row.one("Country");
        match countries.any(code) {
            Some(code) => entity.add("country", code),
            None if code.is_empty() => draft.report.count("addresses without country"),
            None => draft.report.warn(
                file,
                row.line,
                format!("country `{code}` is not known; kept in the address only"),
            ),
        }
        let address = row.joined(&["Street_Address", "City", "State", "Postal_Code", "Country"], ", ");
        entity.add("address", squeeze(&address));
        let mut day = |column: &str| {
            dates::listing_day(row.one(column)).unwrap_or_else(|reason| {
                draft.report.warn(file, row.line, format!("{column}: {reason}; taken as not told"));
                None
            })
        };
        let (from, to) = (day("Effective_Date"), day("Expiration_Date"));
        // one row says 3033: a slip of the pen that decides nothing
        if let Some(updated) = day("Last_Update") {
            entity.add("modifiedAt", updated.to_string());
        }
        let action = row.one("Action");
        if !action.is_empty() {
            entity.add("notes", format!("last action: {action}"));
        }
        let scope = match row.one("Standard_Order") {
            "Y" | "y" => Scope::AllItems,
            "N" | "n" => {
                entity.add("notes", "non-standard denial order: the order says what it bars");
                Scope::SeeEntry
            }
            other => {
                let text = format!(
                    "`{other}` does not say whether the order is the standard one; the entry has to be read"
                );
                draft.report.warn(file, row.line, text);
                Scope::SeeEntry
            }
        };
        let notice = squeeze(row.one("FR_Citation")).into_owned();
        let listing = Listing {
            from,
            to,
            name: Some(name),
            notice: Some(notice).filter(|n| !n.is_empty()),
            ..Listing::bare(ListCode::Dpl, scope)
        };
        if !entity.listings.contains(&listing) {
            entity.listings.push(listing);
        }
    }
    draft.report.count(format!("list {}", ListCode::Dpl));
    let line = rows.first().map_or(0, |row| row.line);
    draft.add(entity, file, line);
}
