//! The EU consolidated list of financial sanctions (FSF): XML 1.1 of the European Commission.
//!
//! Three days are kept apart. `designationDate` is the day of the decision to list; `publicationDate` and
//! `entryIntoForceDate` belong to the act that last touched the entry, which is the listing act only where its type is
//! `regulation`. Where only a later act is told, the first day of effect is not known, and the listing counts as in
//! effect since ever.

use countersign_model::{Entity, EntitySchema, ListCode, Listing, SourceId};

use crate::countries::Countries;
use crate::dates;
use crate::draft::{Draft, Import};
use crate::input::{Encoding, text, unpack};
use crate::listing_scope::scope_of;
use crate::white_space::squeeze;
use crate::xml_tree::{self, Layout, Node};
use crate::{ImportError, InputFile};

const LAYOUT: Layout<'_> = Layout {
    expected: "the EU consolidated list of financial sanctions (XML 1.1 with the root `export`)",
    hint: "download the file xmlFullSanctionsList_1_1 from the European Commission; version 1.0 and the CSV are not read",
    root: "export",
    records: &[("export", "sanctionEntity")],
    decides: &["birthdate", "identification", "citizenship"],
};

const KNOWN: [&str; 8] = [
    "remark",
    "regulation",
    "subjectType",
    "nameAlias",
    "citizenship",
    "birthdate",
    "identification",
    "address",
];

/// Kinds of documents by the publisher's code. Others are numbers of some document.
const DOCUMENTS: [(&str, &str); 9] = [
    ("passport", "passportNumber"),
    ("diplpassport", "passportNumber"),
    ("fiscalcode", "taxNumber"),
    ("taxid", "taxNumber"),
    ("regnumber", "registrationNumber"),
    ("traderegnumber", "registrationNumber"),
    ("swiftbic", "swiftBic"),
    ("imo", "imoNumber"),
    ("id", "idNumber"),
];

pub(crate) fn import(source: &SourceId, file: &InputFile) -> Result<Import, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8)?;
    let mut draft = Draft::new(source).with_names_inside();
    let document = xml_tree::read(&file.name, &text, &LAYOUT, &mut draft.report)?;
    let reader = Reader { file: &file.name, countries: Countries::get()? };
    for node in &document.records {
        draft.report.row(&file.name);
        reader.entry(node, &mut draft);
    }
    let as_of = dates::listing_day(document.root.attribute("generationDate")).ok().flatten();
    draft.finish("EU financial sanctions, XML 1.1", std::slice::from_ref(file), Vec::new(), Vec::new(), as_of)
}

struct Reader<'a> {
    file: &'a str,
    countries: &'static Countries,
}

impl Reader<'_> {
    fn entry(&self, node: &Node, draft: &mut Draft) {
        let reference = node.attribute("euReferenceNumber");
        let key = if reference.is_empty() { node.attribute("logicalId") } else { reference };
        if key.is_empty() {
            let reason = "the entry has neither euReferenceNumber nor logicalId";
            return draft.report.refuse(self.file, node.line, reason);
        }
        for child in node.children.iter().filter(|c| !KNOWN.contains(&c.name.as_str())) {
            draft.report.unknown_columns.insert(child.name.clone());
        }
        let kind = node.child("subjectType");
        let schema = match kind.map_or("", |k| k.attribute("classificationCode")) {
            "P" => EntitySchema::Person,
            "E" => EntitySchema::Organization,
            other => {
                let text = format!("`{other}` is not a known kind of subject; read as any kind of party");
                draft.report.warn(self.file, node.line, text);
                EntitySchema::LegalEntity
            }
        };
        let mut entity = draft.entity(key, schema);
        self.names(node, &mut entity);
        if entity.values("name").is_empty() {
            return draft.report.refuse(self.file, node.line, format!("the entry `{key}` has no name"));
        }
        for remark in node.all("remark") {
            entity.add("notes", squeeze(&remark.text));
        }
        entity.add("notes", node.attribute("designationDetails"));
        entity.add("unReference", node.attribute("unitedNationId"));
        self.citizenships(node, &mut entity);
        self.births(node, &mut entity, draft);
        self.documents(node, &mut entity);
        self.addresses(node, &mut entity);
        self.listing(node, key, &mut entity, draft);
        draft.add(entity, self.file, node.line);
    }

    /// The first strong name is the name; a name that the publisher marks as not strong is weak.
    fn names(&self, node: &Node, entity: &mut Entity) {
        for alias in node.all("nameAlias") {
            let whole = squeeze(alias.attribute("wholeName")).into_owned();
            let parts = ["firstName", "middleName", "lastName"].map(|part| alias.attribute(part));
            let parted = squeeze(&parts.join(" ")).into_owned();
            let name = if whole.is_empty() { parted } else { whole };
            let weak = alias.attribute("strong") == "false";
            let property = if weak {
                "weakAlias"
            } else if entity.values("name").is_empty() {
                "name"
            } else {
                "alias"
            };
            if property != "alias" || !entity.values("name").contains(&name) {
                entity.add(property, &name);
            }
            let language = alias.attribute("nameLanguage");
            if !language.is_empty() {
                entity.add("nameLanguage", format!("{language}: {name}"));
            }
            entity.add("position", alias.attribute("function"));
            entity.add("title", alias.attribute("title"));
            entity.add(
                "gender",
                match alias.attribute("gender") {
                    "M" => "male",
                    "F" => "female",
                    other => other,
                },
            );
            for remark in alias.all("remark") {
                entity.add("notes", squeeze(&remark.text));
            }
        }
        // an entry of weak names only is listed all the same
        if entity.values("name").is_empty()
            && let Some(first) = entity.values("weakAlias").first().cloned()
        {
            entity.add("name", first);
        }
    }

    /// The publisher's country: its code, or its words where the code is `00` (unknown) or none.
    fn country(&self, node: &Node) -> Option<String> {
        self.countries.by_code(node.attribute("countryIso2Code")).or_else(|| {
            let text = node.attribute("countryDescription");
            let told = !text.is_empty() && !text.eq_ignore_ascii_case("unknown");
            told.then(|| self.countries.by_name(text).map_or_else(|| text.to_owned(), str::to_owned))
        })
    }

    fn citizenships(&self, node: &Node, entity: &mut Entity) {
        for citizenship in node.all("citizenship") {
            entity.add("nationality", self.country(citizenship).unwrap_or_default());
            for remark in citizenship.all("remark") {
                entity.add("notes", squeeze(&remark.text));
            }
        }
    }

    fn births(&self, node: &Node, entity: &mut Entity, draft: &mut Draft) {
        for birth in node.all("birthdate") {
            let one = |name: &str| birth.attribute(name);
            let place = join(birth, &["place", "city", "region"]);
            let country = self.country(birth);
            if !place.is_empty() && place != "-" {
                entity.add("birthPlace", place);
            }
            entity.add("birthCountry", country.unwrap_or_default());
            for remark in birth.all("remark") {
                entity.add("notes", squeeze(&remark.text));
            }
            let month: u8 = one("monthOfYear").parse().unwrap_or_default();
            let text = if !one("birthdate").is_empty() {
                one("birthdate").to_owned()
            } else if !one("yearRangeFrom").is_empty() {
                format!("{} to {}", one("yearRangeFrom"), one("yearRangeTo"))
            } else if month > 0 && !one("year").is_empty() {
                format!("{}-{month:02}", one("year"))
            } else {
                one("year").to_owned()
            };
            if text.is_empty() {
                continue; // a place of birth without a date
            }
            let text = if one("circa") == "true" { format!("circa {text}") } else { text };
            let calendar = one("calendarType");
            let read = if matches!(calendar, "" | "GREGORIAN") { dates::birth(&text) } else { None };
            match read {
                Some(read) => {
                    for date in read.dates {
                        entity.add("birthDate", date);
                    }
                    entity.add("birthDateText", read.words.unwrap_or_default());
                }
                None => {
                    let text = format!("{text} ({calendar})");
                    let warning = format!("date of birth `{text}` cannot be read; kept as text");
                    draft.report.warn(self.file, birth.line, warning);
                    entity.add("birthDateText", text);
                }
            }
        }
    }

    fn documents(&self, node: &Node, entity: &mut Entity) {
        for document in node.all("identification") {
            let one = |name: &str| document.attribute(name);
            let number = if one("number").is_empty() { one("latinNumber") } else { one("number") };
            let mut raw = format!("{} {number}", one("identificationTypeDescription"));
            if let Some(country) = self.country(document) {
                raw.push_str(&format!(" ({country})"));
            }
            for (before, name) in [
                ("issued by", "issuedBy"),
                ("issued", "issuedDate"),
                ("valid from", "validFrom"),
                ("valid to", "validTo"),
                ("in the name of", "nameOnDocument"),
                ("region", "region"),
            ] {
                if !one(name).is_empty() {
                    raw.push_str(&format!(" {before} {}", one(name)));
                }
            }
            for flag in ["diplomatic", "knownExpired", "knownFalse", "reportedLost", "revokedByIssuer"] {
                if one(flag) == "true" {
                    raw.push_str(&format!(" ({flag})"));
                }
            }
            for remark in document.all("remark") {
                raw.push_str(&format!("; {}", squeeze(&remark.text)));
            }
            entity.add("identification", squeeze(&raw));
            let code = one("identificationTypeCode");
            let property = DOCUMENTS.iter().find(|(c, _)| *c == code).map_or("idNumber", |(_, p)| *p);
            entity.add(property, number);
        }
    }

    fn addresses(&self, node: &Node, entity: &mut Entity) {
        for address in node.all("address") {
            let country = self.country(address);
            let words = address.attribute("countryDescription");
            let place = join(address, &["street", "poBox", "zipCode", "city", "place", "region"]);
            if !place.is_empty() {
                let told = !words.is_empty() && !words.eq_ignore_ascii_case("unknown");
                entity.add("address", if told { format!("{place}, {words}") } else { place });
            }
            entity.add("country", country.unwrap_or_default());
            for remark in address.all("remark") {
                entity.add("notes", squeeze(&remark.text));
            }
            for contact in address.all("contactInfo") {
                let value = contact.attribute("value");
                let property = match contact.attribute("key").to_ascii_uppercase() {
                    key if key.contains("MAIL") => "email",
                    key if key.contains("WEB") => "website",
                    key if key.contains("PHONE") || key.contains("FAX") => "phone",
                    _ => "notes",
                };
                entity.add(property, value);
            }
        }
    }

    fn listing(&self, node: &Node, key: &str, entity: &mut Entity, draft: &mut Draft) {
        let mut day = |node: &Node, name: &str| {
            dates::listing_day(node.attribute(name)).unwrap_or_else(|reason| {
                draft.report.warn(self.file, node.line, format!("{name}: {reason}; taken as not told"));
                None
            })
        };
        let designated = day(node, "designationDate");
        let name = entity.values("name").first().cloned();
        let mut listings = Vec::new();
        for act in node.all("regulation") {
            let programme = act.attribute("programme");
            entity.add("program", programme);
            entity.add("sourceUrl", act.text_of("publicationUrl"));
            let (published, in_force) = (day(act, "publicationDate"), day(act, "entryIntoForceDate"));
            // a later act that amends or replaces tells nothing of the first day
            let first_act = act.attribute("regulationType") == "regulation";
            let number = act.attribute("numberTitle");
            let told = |what: &str, day: Option<countersign_model::Date>| {
                day.map(|d| format!(", {what} {d}")).unwrap_or_default()
            };
            listings.push(Listing {
                from: designated.or(in_force.filter(|_| first_act)),
                listed: designated.or(published.filter(|_| first_act)),
                id: Some(key.to_owned()),
                name: name.clone(),
                programmes: Some(programme.to_owned()).filter(|p| !p.is_empty()).into_iter().collect(),
                instrument: Some(number.to_owned()).filter(|n| !n.is_empty()),
                notice: Some(format!(
                    "{number}{}{}",
                    told("published", published),
                    told("in force", in_force)
                ))
                .filter(|_| !number.is_empty()),
                ..Listing::bare(ListCode::EuFsf, scope_of(ListCode::EuFsf))
            });
        }
        if listings.is_empty() {
            draft.report.warn(self.file, node.line, format!("the entry `{key}` names no act"));
            listings.push(Listing {
                from: designated,
                listed: designated,
                id: Some(key.to_owned()),
                name,
                ..Listing::bare(ListCode::EuFsf, scope_of(ListCode::EuFsf))
            });
        }
        entity.listings.extend(listings);
        draft.report.count(format!("list {}", ListCode::EuFsf));
    }
}

fn join(node: &Node, names: &[&str]) -> String {
    let parts: Vec<&str> = names.iter().map(|n| node.attribute(n)).filter(|t| !t.is_empty()).collect();
    squeeze(&parts.join(", ")).into_owned()
}
