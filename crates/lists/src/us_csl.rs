//! The US Consolidated Screening List (trade.gov): twelve or thirteen lists of Commerce, State and Treasury in
//! one file, CSV or JSON.
//!
//! Keys: Treasury's rows have an entity number, which one party keeps on all of Treasury's lists, and BIS's rows
//! a hash. Neither is unique over the file, so the id is `us_csl:<list>-<key>`. A row without key (CSV of 2019,
//! JSON that lost its ids) gets a hash of source, name, countries and notice.

use countersign_model::{Date, Digest, Entity, EntitySchema, ListCode, Listing, Scope, SourceId};

use crate::countries::Countries;
use crate::csl_row::{self, CslRow};
use crate::dates;
use crate::draft::{Draft, Import};
use crate::identifiers::{Labels, cmic_listing_day, place};
use crate::input::{Encoding, text, unpack};
use crate::licence_text::{Known, LicenceTexts};
use crate::listing_scope::scope_of;
use crate::name_text::{alias_cell, name_cell};
use crate::{ImportError, InputFile};

/// Names of lists as the `source` column writes them, by their beginning.
const SOURCES: [(&str, ListCode); 13] = [
    ("Entity List (EL)", ListCode::El),
    ("Denied Persons List (DPL)", ListCode::Dpl),
    ("Unverified List (UVL)", ListCode::Uvl),
    ("Military End User (MEU) List", ListCode::Meu),
    ("Specially Designated Nationals (SDN)", ListCode::Sdn),
    ("Sectoral Sanctions Identifications List (SSI)", ListCode::Ssi),
    ("Non-SDN Chinese Military-Industrial Complex Companies List (CMIC)", ListCode::NsCmic),
    ("Non-SDN Menu-Based Sanctions List (NS-MBS", ListCode::NsMbs),
    ("Capta List (CAP)", ListCode::Cap),
    ("Palestinian Legislative Council List (PLC)", ListCode::Plc),
    ("Foreign Sanctions Evaders (FSE)", ListCode::Fse),
    ("Nonproliferation Sanctions (ISN)", ListCode::Isn),
    ("ITAR Debarred (DTC)", ListCode::Dtc),
];

pub(crate) fn import(source: &SourceId, file: &InputFile) -> Result<Import, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8)?;
    let mut draft = Draft::new(source).with_names_inside();
    let read = csl_row::read(&file.name, &text, &mut draft.report)?;
    let tables = Tables { texts: LicenceTexts::get()?, labels: Labels::get()?, countries: Countries::get()? };
    for row in &read.rows {
        tables.entity(row, &file.name, &mut draft);
    }
    let as_of = read.performed_at.as_deref().and_then(|t| dates::listing_day(t).ok().flatten());
    draft.finish(read.format, std::slice::from_ref(file), Vec::new(), Vec::new(), as_of)
}

/// The list that a `source` text names.
pub(crate) fn list_of(source: &str) -> Option<ListCode> {
    SOURCES.into_iter().find(|(start, _)| source.starts_with(start)).map(|(_, list)| list)
}

struct Tables {
    texts: &'static LicenceTexts,
    labels: &'static Labels,
    countries: &'static Countries,
}

impl Tables {
    fn entity(&self, row: &CslRow, file: &str, draft: &mut Draft) {
        let Some(list) = list_of(row.one("source")) else {
            let reason = match row.one("source") {
                "" => "the row names no source list".to_owned(),
                text => format!("`{text}` is not a list that this program knows"),
            };
            return draft.report.refuse(file, row.line, reason);
        };
        if row.one("name").is_empty() {
            return draft.report.refuse(file, row.line, "the row has no name");
        }
        let schema = match row.one("type") {
            "Individual" => EntitySchema::Person,
            "Entity" => EntitySchema::Organization,
            "Vessel" => EntitySchema::Vessel,
            "Aircraft" => EntitySchema::Airplane,
            "" => EntitySchema::LegalEntity,
            other => {
                draft.report.warn(
                    file,
                    row.line,
                    format!("`{other}` is not a known type; read as any kind of party"),
                );
                EntitySchema::LegalEntity
            }
        };
        let mut entity = draft.entity(&key(row, list), schema);
        self.names(row, file, &mut entity, draft);
        self.places(row, &mut entity, draft);
        self.identity(row, file, &mut entity, draft);
        let listing = self.listing(row, file, list, &mut entity, draft);
        entity.listings.push(listing);
        draft.report.count(format!("list {list}"));
        draft.add(entity, file, row.line);
    }

    fn names(&self, row: &CslRow, file: &str, entity: &mut Entity, draft: &mut Draft) {
        let raw = row.one("name");
        let cell = name_cell(raw);
        entity.add("name", &cell.name);
        if let Some(found) = cell.found {
            draft.report.warn(file, row.line, format!("`{raw}`: {found}"));
        }
        if cell.name != raw {
            entity.add("nameAsListed", raw);
        }
        for note in &cell.notes {
            entity.add("notes", note);
        }
        for alias in &cell.aliases {
            entity.add("alias", alias);
        }
        for name in &cell.weak {
            entity.add("weakAlias", name);
        }
        for raw in row.many("alt_names") {
            if raw.starts_with("(all of") {
                entity.add("notes", raw);
                draft.report.warn(file, row.line, format!("alias `{raw}` is no name; kept as a note"));
                continue;
            }
            let (aliases, several) = alias_cell(raw);
            if several {
                draft.report.warn(file, row.line, format!("alias `{raw}` holds several names; it is parted"));
            }
            for alias in aliases {
                entity.add("alias", alias);
            }
        }
    }

    fn places(&self, row: &CslRow, entity: &mut Entity, draft: &mut Draft) {
        for address in row.many("addresses") {
            let address = address.strip_prefix("and ").unwrap_or(address);
            let last = address.rsplit(", ").next().unwrap_or(address).trim();
            match self.countries.any(last) {
                Some(code) => entity.add("country", code),
                None => draft.report.count("addresses that end in no country"),
            }
            // a bare code is no address
            if address.len() > 2 {
                entity.add("address", address);
            }
        }
        if let Some(code) = self.countries.any(row.one("country")) {
            entity.add("country", code);
        }
        for (column, property) in [("nationalities", "nationality"), ("citizenships", "citizenship")] {
            for text in row.many(column) {
                entity.add(property, self.countries.any(text).as_deref().unwrap_or(text));
            }
        }
        let flag = row.one("vessel_flag");
        entity.add("flag", self.countries.any(flag).as_deref().unwrap_or(flag));
    }

    fn identity(&self, row: &CslRow, file: &str, entity: &mut Entity, draft: &mut Draft) {
        for text in row.many("dates_of_birth") {
            draft.birth(entity, text, file, row.line);
        }
        for text in row.many("places_of_birth") {
            entity.add("birthPlace", text);
        }
        for text in row.many("ids") {
            match self.labels.csl_item(text, self.countries) {
                Some(item) => place(entity, &item, text),
                None => {
                    // an item without a known label may still be the number that settles a match
                    entity.add("identification", text);
                    draft.report.count("identifiers without a known label, kept as text");
                }
            }
        }
        // "(Linked To: A; Linked To: B)", the only hint of ownership in these files
        for part in row.one("remarks").split("; ") {
            if let Some(linked) = part.trim_start_matches('(').strip_prefix("Linked To: ") {
                let whole = linked.matches('(').count() == linked.matches(')').count();
                entity
                    .add("linkedTo", if whole { linked } else { linked.strip_suffix(')').unwrap_or(linked) });
            }
        }
        let properties = [
            ("title", "position"),
            ("call_sign", "callSign"),
            ("vessel_type", "type"),
            ("gross_tonnage", "tonnage"),
            ("gross_registered_tonnage", "grossRegisteredTonnage"),
            ("vessel_owner", "owner"),
            ("remarks", "notes"),
            ("source_list_url", "sourceUrl"),
            ("source_information_url", "sourceUrl"),
        ];
        for (column, property) in properties {
            entity.add(property, row.one(column));
        }
    }

    fn listing(
        &self,
        row: &CslRow,
        file: &str,
        list: ListCode,
        entity: &mut Entity,
        draft: &mut Draft,
    ) -> Listing {
        let mut day = |column: &str, what: &str| -> Option<Date> {
            dates::listing_day(row.one(column)).unwrap_or_else(|reason| {
                draft.report.warn(file, row.line, format!("{what}: {reason}; taken as not told"));
                None
            })
        };
        let (from, to) = (day("start_date", "first day"), day("end_date", "last day"));
        let mut listing = Listing {
            list,
            from: from.or_else(|| if list == ListCode::NsCmic { cmic_listing_day(entity) } else { None }),
            listed: None,
            to,
            id: Some(row.one("entity_number")).filter(|id| !id.is_empty()).map(str::to_owned),
            name: Some(row.one("name").to_owned()),
            programmes: row.many("programs").to_vec(),
            instrument: None,
            scope: scope_of(list),
            review_policy: Vec::new(),
            footnotes: Vec::new(),
            notice: Some(row.one("federal_register_notice")).filter(|n| !n.is_empty()).map(str::to_owned),
        };
        for programme in row.many("programs") {
            entity.add("program", programme);
        }
        self.licence(row, file, &mut listing, entity, draft);
        // a non-standard order says itself what it bars (15 CFR part 764, Supp. No. 1)
        if row.one("standard_order") == "N" {
            listing.scope = Scope::SeeEntry;
            entity.add("notes", "non-standard denial order: the order says what it bars");
        }
        listing
    }

    fn licence(
        &self,
        row: &CslRow,
        file: &str,
        listing: &mut Listing,
        entity: &mut Entity,
        draft: &mut Draft,
    ) {
        let requirement = row.one("license_requirement");
        if !requirement.is_empty() {
            entity.add("licenseRequirement", requirement);
            let read = self.texts.requirement(requirement);
            listing.scope = read.scope;
            listing.footnotes = read.footnotes;
            match read.known {
                Known::No => draft.report.warn(
                    file,
                    row.line,
                    format!("licence requirement `{requirement}` is not known; the entry has to be read"),
                ),
                Known::Part => draft.report.count("licence requirements that a person has to read"),
                Known::Yes | Known::Strictest | Known::Elsewhere => {}
            }
            if read.footnote_inferred {
                draft.report.warn(
                    file,
                    row.line,
                    format!("`{requirement}` cites a footnote's paragraph without its mark; the footnote is assumed"),
                );
            }
        } else if listing.list == ListCode::El {
            listing.scope = Scope::SeeEntry;
            draft.report.warn(
                file,
                row.line,
                "an Entity List row without licence requirement; the entry has to be read",
            );
        }
        let policy = row.one("license_policy");
        if policy.is_empty() {
            return;
        }
        entity.add("licensePolicy", policy);
        let read = self.texts.policy(policy);
        listing.review_policy = read.selectors;
        match read.known {
            Known::No => draft.report.warn(
                file,
                row.line,
                format!(
                    "review policy `{policy}` is not known; the entry has no policy until a person reads it"
                ),
            ),
            Known::Elsewhere => draft.report.count("review policies that stand in another section"),
            Known::Strictest => draft.report.count("review policies taken at their strictest"),
            Known::Yes | Known::Part => {}
        }
    }
}

/// The key of a row (see the head of this file).
fn key(row: &CslRow, list: ListCode) -> String {
    let given = [row.one("entity_number"), row.one("_id")].into_iter().find(|k| !k.is_empty());
    let key = match given {
        Some(key) => key.to_owned(),
        None => {
            let mut countries: Vec<&str> =
                row.many("addresses").iter().map(|a| a.rsplit(", ").next().unwrap_or(a)).collect();
            countries.push(row.one("country"));
            countries.sort_unstable();
            countries.dedup();
            let facts = [
                row.one("source"),
                row.one("name"),
                &countries.join(","),
                row.one("federal_register_notice"),
            ];
            format!("h{}", Digest::of(facts.join("\n").as_bytes()).short())
        }
    };
    format!("{list}-{key}")
}
