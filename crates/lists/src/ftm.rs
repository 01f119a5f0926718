//! FollowTheMoney exports (OpenSanctions `entities.ftm.json`): JSON lines of parties and of edges between them; and
//! the deltas that follow an export, applied to its records before anything else is made of them.
//!
//! Parties become entities under the export's own ids; `Sanction` records become listings where the official
//! list can be told (`data/ftm_lists.csv`); `Ownership` becomes an [`Edge`], other links a [`Link`]; addresses
//! and identifications go to their party. What is none of these is counted by schema in the report.

use std::collections::HashMap;

use countersign_model::{EntitySchema, ListCode, Listing, Scope, SourceId};

use crate::draft::{Draft, Import};
use crate::embedded::{bad, rows};
use crate::ftm_delta::{Records, is_delta};
use crate::ftm_edges::{Edge, LINKS, Link, first_day, last_day, percentage};
use crate::ftm_record::{FtmRecord, Record};
use crate::input::{Encoding, MAX_JSON_LINE_BYTES, check_lines, html_page, looks_like_html, text, unpack};
use crate::licence_text::{Known, LicenceTexts};
use crate::listing_scope::scope_of;
use crate::{ImportError, InputFile};

const LISTS: &str = "ftm_lists.csv";
/// What a line says beside the properties of a party, and its entity keeps: the name to show, and the days on which the maker of
/// the export first saw it and last saw a change.
const SAID: [&str; 3] = ["caption", "first_seen", "last_change"];
const EXPECTED: &str = "a FollowTheMoney export (JSON lines of entities, `entities.ftm.json`)";

struct ListRow {
    dataset: String,
    program: String,
    list: ListCode,
}

pub(crate) fn import(source: &SourceId, files: &[InputFile]) -> Result<Import, ImportError> {
    let Some((export, deltas)) = files.split_first() else {
        return Err(ImportError::FileSet {
            origin: source.clone(),
            reason: "no file was given".into(),
            hint: "give the export entities.ftm.json, and the deltas after it in their order".into(),
        });
    };
    let mut draft = Draft::new(source).word_for_word();
    let mut records = Records::default();
    {
        let bytes = unpack(export)?;
        let text = text(&export.name, &bytes, Encoding::Utf8)?;
        read(&export.name, &text, &mut records, &mut draft)?;
    }
    for (n, delta) in deltas.iter().enumerate() {
        // a version without any change has an empty delta
        if delta.bytes.is_empty() {
            draft.report.count("deltas without a change");
            continue;
        }
        let bytes = unpack(delta)?;
        let text = text(&delta.name, &bytes, Encoding::Utf8)?;
        if !is_delta(&text) {
            return Err(ImportError::WrongFormat {
                file: delta.name.clone(),
                expected: "a delta (JSON lines with `op` and `entity`)".into(),
                found: "its first line is no change".into(),
                hint: "give the full export first, and after it only deltas, in their order".into(),
            });
        }
        check_lines(&delta.name, &text, MAX_JSON_LINE_BYTES)?;
        records.apply(&delta.name, &text, n + 1, &mut draft.report)?;
    }
    let records = records.finish();
    let lists: Vec<ListRow> = rows(LISTS, include_str!("../data/ftm_lists.csv"))?
        .iter()
        .map(|row| {
            let field = |n| row.get(n).unwrap_or_default();
            let list = ListCode::from_code(field(2)).ok_or_else(|| bad(LISTS, format!("`{}`", field(2))))?;
            Ok(ListRow { dataset: field(0).to_owned(), program: field(1).to_owned(), list })
        })
        .collect::<Result<_, ImportError>>()?;
    let texts = LicenceTexts::get()?;
    let mut export = Export { files, lists: &lists, texts, draft, edges: Vec::new(), links: Vec::new() };
    let addresses: HashMap<&str, &[String]> =
        records.iter().filter(|r| r.schema == "Address").map(|r| (r.id.as_str(), r.values("full"))).collect();
    for record in &records {
        if let Some(schema) = EntitySchema::from_ftm(&record.schema) {
            export.party(record, schema, &addresses);
        }
    }
    for record in &records {
        export.edge(record);
    }
    for record in &records {
        export.listed_without_record(record);
    }
    let Export { draft, edges, links, .. } = export;
    let left: Vec<FtmRecord> = records
        .into_iter()
        .map(|record| {
            let entity = draft.entities.get(&format!("{source}:{}", record.id));
            FtmRecord::of(record, entity)
        })
        .collect();
    let format = match deltas.len() {
        0 => "FollowTheMoney JSON lines".to_owned(),
        1 => "FollowTheMoney JSON lines, with 1 delta".to_owned(),
        n => format!("FollowTheMoney JSON lines, with {n} deltas"),
    };
    let done = draft.finish(format, files, edges, links, None)?;
    Ok(Import { ftm: left, ..done })
}

fn read(file: &str, text: &str, records: &mut Records, draft: &mut Draft) -> Result<(), ImportError> {
    if looks_like_html(text) {
        return Err(html_page(file, EXPECTED));
    }
    let wrong = |found: String, hint: &str| ImportError::WrongFormat {
        file: file.to_owned(),
        expected: EXPECTED.into(),
        found,
        hint: hint.into(),
    };
    check_lines(file, text, MAX_JSON_LINE_BYTES)?;
    let last = text.lines().filter(|l| !l.trim().is_empty()).count();
    let filled = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    for (seen, (n, content)) in filled.enumerate() {
        let line = n as u64 + 1;
        draft.report.row(file);
        match serde_json::from_str::<Record>(content) {
            Ok(mut record) => {
                record.line = line;
                let id = record.id.clone();
                if records.put(record) {
                    draft.report.warn(
                        file,
                        line,
                        format!("`{id}` stands in an earlier line too; this one counts"),
                    );
                }
            }
            Err(e) if seen + 1 == last && e.is_eof() && seen > 0 => {
                return Err(ImportError::Truncated {
                    file: file.to_owned(),
                    line,
                    reason: "the last line is incomplete JSON".into(),
                });
            }
            Err(_) if seen == 0 && is_delta(content) => {
                return Err(wrong(
                    "it is a delta (lines with `op`), which holds changes only".into(),
                    "give the full export, entities.ftm.json, before it",
                ));
            }
            Err(e) if seen == 0 => {
                return Err(wrong(
                    format!("its first line is not an entity with `id`, `schema` and `properties` ({e})"),
                    "give the export entities.ftm.json of the data set",
                ));
            }
            Err(e) => draft.report.refuse(file, line, format!("the line is not an entity: {e}")),
        }
    }
    Ok(())
}

struct Export<'a> {
    files: &'a [InputFile],
    lists: &'a [ListRow],
    texts: &'static LicenceTexts,
    draft: Draft,
    edges: Vec<Edge>,
    links: Vec<Link>,
}

impl Export<'_> {
    fn file(&self, record: &Record) -> String {
        self.files.get(record.file).map_or_else(String::new, |f| f.name.clone())
    }

    fn id(&self, id: &str) -> String {
        format!("{}:{id}", self.draft.source)
    }

    fn party(&mut self, record: &Record, schema: EntitySchema, addresses: &HashMap<&str, &[String]>) {
        let file = self.file(record);
        let mut entity = self.draft.entity(&record.id, schema);
        for (property, values) in &record.properties {
            for value in values {
                entity.add(property, value);
            }
        }
        for address in record.values("addressEntity") {
            match addresses.get(address.as_str()) {
                Some(full) => full.iter().for_each(|text| entity.add("address", text)),
                None => self.draft.report.count("addresses that the export names and does not hold"),
            }
        }
        for dataset in record.datasets() {
            entity.add("datasets", dataset);
        }
        for referent in record.referents() {
            entity.add("referents", referent);
        }
        // `last_seen` is the day of the export, the same for all
        for key in SAID {
            if let Some(text) = record.said(key) {
                entity.add(key, text);
            }
        }
        if entity.values("name").is_empty() {
            self.draft.report.warn(&file, record.line, format!("`{}` has no name", record.id));
        }
        self.draft.report.count(format!("schema {}", record.schema));
        self.draft.add(entity, &file, record.line);
    }

    fn edge(&mut self, record: &Record) {
        if EntitySchema::from_ftm(&record.schema).is_some() {
            return;
        }
        self.draft.report.count(format!("schema {}", record.schema));
        match record.schema.as_str() {
            "Sanction" => self.sanction(record),
            "Ownership" => self.ownership(record),
            "Address" => {}
            "Identification" | "Passport" => self.identification(record),
            other => match LINKS.into_iter().find(|(schema, _, _)| *schema == other) {
                Some((_, from, to)) => self.link(record, from, to),
                None => self.draft.report.count(format!("schema {other} (counted only)")),
            },
        }
    }

    /// Every pair of ends that a record names.
    fn ends(&mut self, record: &Record, from: &str, to: &str) -> Vec<(String, String)> {
        let file = self.file(record);
        let (starts, ends) = (record.values(from), record.values(to));
        if starts.is_empty() || ends.is_empty() {
            let reason = format!("{} `{}` lacks `{from}` or `{to}`", record.schema, record.id);
            self.draft.report.refuse(&file, record.line, reason);
        }
        starts.iter().flat_map(|s| ends.iter().map(|e| (self.id(s), self.id(e)))).collect()
    }

    fn ownership(&mut self, record: &Record) {
        let file = self.file(record);
        let share = match record.values("percentage") {
            [] => None,
            [one] => {
                let read = percentage(one);
                if read.is_none() {
                    let text = format!(
                        "percentage `{one}` of `{}` cannot be read; the share is not known",
                        record.id
                    );
                    self.draft.report.warn(&file, record.line, text);
                }
                read
            }
            several => {
                let text =
                    format!("`{}` gives {} percentages; the share is not known", record.id, several.len());
                self.draft.report.warn(&file, record.line, text);
                None
            }
        };
        for (owner, asset) in self.ends(record, "owner", "asset") {
            self.edges.push(Edge {
                id: record.id.clone(),
                owner,
                asset,
                percentage: share.clone(),
                from: first_day(record.values("startDate")),
                to: last_day(record.values("endDate")),
                words: record.words(&["role", "ownershipType", "percentage", "sharesCount", "summary"]),
            });
        }
    }

    fn link(&mut self, record: &Record, from: &str, to: &str) {
        for (from_entity, to_entity) in self.ends(record, from, to) {
            self.links.push(Link {
                id: record.id.clone(),
                schema: record.schema.clone(),
                from_entity,
                to_entity,
                from: first_day(record.values("startDate")),
                to: last_day(record.values("endDate")),
                words: record.words(&["role", "relationship", "status", "summary"]),
            });
        }
    }

    fn identification(&mut self, record: &Record) {
        let file = self.file(record);
        let property = if record.schema == "Passport" { "passportNumber" } else { "idNumber" };
        let numbers = record.words(&["number", "passportNumber"]);
        if numbers.is_empty() {
            let text = format!("{} `{}` has no number", record.schema, record.id);
            self.draft.report.warn(&file, record.line, text);
        }
        for holder in record.values("holder") {
            match self.draft.entities.get_mut(&format!("{}:{holder}", self.draft.source)) {
                Some(entity) => numbers.iter().for_each(|number| entity.add(property, number)),
                None => self.draft.report.refuse(
                    &file,
                    record.line,
                    format!(
                        "{} `{}` belongs to `{holder}`, which is not in the file",
                        record.schema, record.id
                    ),
                ),
            }
        }
    }

    fn list_of(&self, dataset: &str, record: &Record) -> Option<ListCode> {
        let programs = record.words(&["programId", "program"]);
        let fits = |row: &&ListRow| {
            row.dataset == dataset
                && (row.program.is_empty() || programs.iter().any(|p| p.starts_with(&row.program)))
        };
        self.lists.iter().find(fits).map(|row| row.list)
    }

    fn sanction(&mut self, record: &Record) {
        let file = self.file(record);
        let list = record.datasets().iter().find_map(|d| self.list_of(d, record));
        let Some(list) = list else {
            let datasets = record.datasets().join(", ");
            return self.draft.report.count(format!("Sanction of {datasets} (no official list of ours)"));
        };
        // what a UK or EU measure does stands in its provisions; without an asset freeze a person has to read it
        let provisions = record.values("provisions");
        let scope =
            if list == ListCode::UkSl && provisions.iter().any(|p| p.eq_ignore_ascii_case("asset freeze")) {
                Scope::Blocking
            } else if list == ListCode::El {
                Scope::SeeEntry
            } else {
                scope_of(list)
            };
        let mut started = record.words(&["startDate"]);
        if started.is_empty() {
            started = record.words(&["listingDate"]);
        }
        let listing = Listing {
            list,
            from: first_day(&started),
            listed: None,
            to: last_day(record.values("endDate")),
            id: record.values("authorityId").first().cloned(),
            name: None,
            programmes: record.words(&["program"]),
            instrument: record.values("reason").first().filter(|_| list == ListCode::EuFsf).cloned(),
            scope,
            review_policy: Vec::new(),
            footnotes: Vec::new(),
            notice: record
                .values("authorityId")
                .first()
                .filter(|id| list == ListCode::El && id.contains(" FR "))
                .cloned(),
        };
        let listing = if list == ListCode::El { self.licence(record, listing) } else { listing };
        let holders = record.values("entity");
        if holders.is_empty() {
            self.draft.report.refuse(&file, record.line, format!("Sanction `{}` names no entity", record.id));
        }
        for holder in holders {
            let id = self.id(holder);
            let Some(entity) = self.draft.entities.get_mut(&id) else {
                let reason = format!("Sanction `{}` is on `{holder}`, which is not in the file", record.id);
                self.draft.report.refuse(&file, record.line, reason);
                continue;
            };
            let listing = Listing { name: Some(entity.caption().to_owned()), ..listing.clone() };
            for text in provisions.iter().filter(|_| list == ListCode::El) {
                entity.add("licensePolicy", text);
            }
            if !entity.listings.contains(&listing) {
                entity.listings.push(listing);
            }
        }
        self.draft.report.count(format!("list {list}"));
    }

    /// The licence columns of an Entity List row, which the export carries among the provisions.
    fn licence(&self, record: &Record, mut listing: Listing) -> Listing {
        for text in record.values("provisions") {
            let requirement = self.texts.requirement(text);
            if requirement.known == Known::Yes {
                listing.scope = requirement.scope;
                listing.footnotes = requirement.footnotes;
            }
            let policy = self.texts.policy(text);
            if matches!(policy.known, Known::Yes | Known::Strictest) && listing.review_policy.is_empty() {
                listing.review_policy = policy.selectors;
            }
        }
        listing
    }

    /// A party marked `sanction` in a data set that is a list, of which no Sanction record came along, is listed
    /// all the same: to drop it would be a missed match.
    fn listed_without_record(&mut self, record: &Record) {
        let file = self.file(record);
        let topics = record.values("topics");
        // `sanction.linked` is a party near a listed one, not a listed one
        if !topics.iter().any(|t| t == "sanction" || t == "export.control") {
            return;
        }
        let mut lists: Vec<ListCode> = record
            .datasets()
            .iter()
            .filter_map(|d| self.lists.iter().find(|row| row.dataset == *d && row.program.is_empty()))
            .map(|row| row.list)
            .collect();
        lists.sort_unstable();
        lists.dedup();
        let id = self.id(&record.id);
        for list in lists {
            let Some(entity) = self.draft.entities.get_mut(&id) else { continue };
            if entity.listings.iter().any(|l| l.list == list) {
                continue;
            }
            let name = entity.caption().to_owned();
            entity.listings.push(bare_listing(list, name));
            let text =
                format!("`{}` is on {list} without a Sanction record; its dates are not known", record.id);
            self.draft.report.warn(&file, record.line, text);
        }
    }
}

fn bare_listing(list: ListCode, name: String) -> Listing {
    Listing {
        list,
        from: None,
        listed: None,
        to: None,
        id: None,
        name: Some(name),
        programmes: Vec::new(),
        instrument: None,
        scope: scope_of(list),
        review_policy: Vec::new(),
        footnotes: Vec::new(),
        notice: None,
    }
}
