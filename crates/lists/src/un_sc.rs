//! The UN Security Council consolidated list: XML (`sc-sanctions.xsd`), individuals and entities.

use countersign_model::{Entity, EntitySchema, ListCode, Listing, Scope, SourceId};

use crate::countries::Countries;
use crate::dates;
use crate::draft::{Draft, Import};
use crate::input::{Encoding, text, unpack};
use crate::white_space::squeeze;
use crate::xml_tree::{self, Layout, Node};
use crate::{ImportError, InputFile};

/// Elements of an entry that are read. Others are reported as unknown columns.
const KNOWN: [&str; 27] = [
    "DATAID",
    "VERSIONNUM",
    "FIRST_NAME",
    "SECOND_NAME",
    "THIRD_NAME",
    "FOURTH_NAME",
    "UN_LIST_TYPE",
    "REFERENCE_NUMBER",
    "LISTED_ON",
    "GENDER",
    "COMMENTS1",
    "NATIONALITY",
    "NATIONALITY2",
    "LIST_TYPE",
    "LAST_DAY_UPDATED",
    "INDIVIDUAL_ALIAS",
    "INDIVIDUAL_ADDRESS",
    "INDIVIDUAL_DATE_OF_BIRTH",
    "INDIVIDUAL_PLACE_OF_BIRTH",
    "INDIVIDUAL_DOCUMENT",
    "SORT_KEY",
    "SORT_KEY_LAST_MOD",
    "NAME_ORIGINAL_SCRIPT",
    "TITLE",
    "DESIGNATION",
    "ENTITY_ALIAS",
    "ENTITY_ADDRESS",
];

/// Further elements that carry nothing for screening (submission data of the older layout).
const IGNORED: [&str; 3] = ["SUBMITTED_BY", "SUBMITTED_ON", "DELISTED_ON"];

const LAYOUT: Layout<'_> = Layout {
    expected: "the UN Security Council consolidated list (XML with the root `CONSOLIDATED_LIST`)",
    hint: "download consolidated.xml from scsanctions.un.org",
    root: "CONSOLIDATED_LIST",
    records: &[("INDIVIDUALS", "INDIVIDUAL"), ("ENTITIES", "ENTITY")],
    decides: &["INDIVIDUAL_DATE_OF_BIRTH", "INDIVIDUAL_DOCUMENT", "NATIONALITY"],
};

pub(crate) fn import(source: &SourceId, file: &InputFile) -> Result<Import, ImportError> {
    let bytes = unpack(file)?;
    let text = text(&file.name, &bytes, Encoding::Utf8)?;
    let mut draft = Draft::new(source).with_names_inside();
    let list = xml_tree::read(&file.name, &text, &LAYOUT, &mut draft.report)?;
    // its two parts hold records and nothing else
    for part in &list.root.children {
        let parts = matches!(part.name.as_str(), "INDIVIDUALS" | "ENTITIES");
        let unknown = if parts { part.children.as_slice() } else { std::slice::from_ref(part) };
        draft.report.unknown_columns.extend(unknown.iter().map(|node| node.name.clone()));
    }
    let countries = Countries::get()?;
    for node in &list.records {
        draft.report.row(&file.name);
        Reader { file: &file.name, countries }.entry(node, &mut draft);
    }
    let as_of = dates::listing_day(list.root.attribute("dateGenerated")).ok().flatten();
    draft.finish("UN consolidated list, XML", std::slice::from_ref(file), Vec::new(), Vec::new(), as_of)
}

struct Reader<'a> {
    file: &'a str,
    countries: &'static Countries,
}

impl Reader<'_> {
    fn entry(&self, node: &Node, draft: &mut Draft) {
        let person = node.name == "INDIVIDUAL";
        let reference = node.text_of("REFERENCE_NUMBER");
        let key = if reference.is_empty() { node.text_of("DATAID") } else { reference };
        if key.is_empty() {
            let reason = "the entry has neither REFERENCE_NUMBER nor DATAID";
            return draft.report.refuse(self.file, node.line, reason);
        }
        for child in &node.children {
            if !KNOWN.contains(&child.name.as_str()) && !IGNORED.contains(&child.name.as_str()) {
                draft.report.unknown_columns.insert(child.name.clone());
            }
        }
        let schema = if person { EntitySchema::Person } else { EntitySchema::Organization };
        let mut entity = draft.entity(key, schema);
        let parts = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"].map(|part| node.text_of(part));
        let name = parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return draft.report.refuse(self.file, node.line, format!("the entry `{key}` has no name"));
        }
        entity.add("name", &name);
        // the same name in its own script is as good as the first
        for original in node.all("NAME_ORIGINAL_SCRIPT") {
            entity.add("alias", &original.text);
        }
        self.aliases(node, &mut entity, draft);
        self.places(node, &mut entity, draft);
        self.births(node, &mut entity, draft);
        self.documents(node, &mut entity);
        self.facts(node, &mut entity, draft);
        let listing = self.listing(node, key, &name, draft);
        entity.listings.push(listing);
        draft.report.count(if person { "individuals" } else { "entities" });
        draft.add(entity, self.file, node.line);
    }

    fn aliases(&self, node: &Node, entity: &mut Entity, draft: &mut Draft) {
        for alias in node.all("INDIVIDUAL_ALIAS").chain(node.all("ENTITY_ALIAS")) {
            let (name, quality) = (alias.text_of("ALIAS_NAME"), alias.text_of("QUALITY"));
            if name.is_empty() {
                continue; // the publisher writes an empty element where there is no alias
            }
            let property = match quality {
                "Low" => "weakAlias",
                "f.k.a." => "previousName",
                "Good" | "a.k.a." => "alias",
                other => {
                    let text = format!("alias `{name}` has the quality `{other}`; read as a good alias");
                    draft.report.warn(self.file, alias.line, text);
                    "alias"
                }
            };
            entity.add(property, name);
            for (element, property) in [("DATE_OF_BIRTH", "birthDate"), ("CITY_OF_BIRTH", "birthPlace")] {
                let text = alias.text_of(element);
                match (property, dates::birth(text)) {
                    ("birthDate", Some(birth)) => {
                        for date in birth.dates {
                            entity.add("birthDate", date);
                        }
                    }
                    ("birthDate", None) => entity.add("birthDateText", text),
                    _ => entity.add(property, text),
                }
            }
            entity.add("notes", alias.text_of("NOTE"));
        }
    }

    fn places(&self, node: &Node, entity: &mut Entity, draft: &mut Draft) {
        for address in node.all("INDIVIDUAL_ADDRESS").chain(node.all("ENTITY_ADDRESS")) {
            let parts =
                ["STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY"].map(|p| address.text_of(p));
            entity.add(
                "address",
                parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(", "),
            );
            let country = address.text_of("COUNTRY");
            self.country(entity, "country", country, address.line, draft);
            entity.add("notes", address.text_of("NOTE"));
        }
        for nationality in node.all("NATIONALITY").chain(node.all("NATIONALITY2")) {
            for value in nationality.values() {
                self.country(entity, "nationality", value, nationality.line, draft);
            }
        }
        for place in node.all("INDIVIDUAL_PLACE_OF_BIRTH") {
            let parts = ["STREET", "CITY", "STATE_PROVINCE", "COUNTRY"].map(|p| place.text_of(p));
            entity.add(
                "birthPlace",
                parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(", "),
            );
            if let Some(code) = self.countries.by_name(place.text_of("COUNTRY")) {
                entity.add("birthCountry", code);
            }
        }
    }

    fn country(&self, entity: &mut Entity, property: &str, text: &str, line: u64, draft: &mut Draft) {
        // "na" is the publisher's "not applicable"
        if text.is_empty() || text.eq_ignore_ascii_case("na") {
            return;
        }
        match self.countries.by_name(text) {
            Some(code) => entity.add(property, code),
            None => {
                draft.report.warn(self.file, line, format!("country `{text}` is not known; kept as text"));
                entity.add(property, text);
            }
        }
    }

    fn births(&self, node: &Node, entity: &mut Entity, draft: &mut Draft) {
        for birth in node.all("INDIVIDUAL_DATE_OF_BIRTH") {
            let kind = birth.text_of("TYPE_OF_DATE");
            let one = |element| birth.text_of(element);
            let text = match kind {
                "BETWEEN" => format!("{} to {}", one("FROM_YEAR"), one("TO_YEAR")),
                _ if !one("DATE").is_empty() => one("DATE").to_owned(),
                _ => one("YEAR").to_owned(),
            };
            if text.is_empty() {
                continue; // an empty element: the date is not known
            }
            let text = if kind == "APPROXIMATELY" { format!("approximately {text}") } else { text };
            match dates::birth(&text) {
                Some(read) => {
                    for date in read.dates {
                        entity.add("birthDate", date);
                    }
                    entity.add("birthDateText", read.words.unwrap_or_default());
                }
                None => {
                    draft.report.warn(
                        self.file,
                        birth.line,
                        format!("date of birth `{text}` cannot be read; kept as text"),
                    );
                    entity.add("birthDateText", &text);
                }
            }
            entity.add("notes", one("NOTE"));
        }
    }

    fn documents(&self, node: &Node, entity: &mut Entity) {
        for document in node.all("INDIVIDUAL_DOCUMENT") {
            let one = |element| document.text_of(element);
            let kind = squeeze(one("TYPE_OF_DOCUMENT"));
            let parts = [
                kind.as_ref(),
                one("TYPE_OF_DOCUMENT2"),
                one("NUMBER"),
                one("ISSUING_COUNTRY"),
                one("CITY_OF_ISSUE"),
                one("COUNTRY_OF_ISSUE"),
                one("DATE_OF_ISSUE"),
                one("NOTE"),
            ];
            entity.add(
                "identification",
                parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(", "),
            );
            let passport =
                ["passport", "passeport", "pasaporte"].iter().any(|w| kind.to_lowercase().contains(w));
            entity.add(if passport { "passportNumber" } else { "idNumber" }, one("NUMBER"));
        }
    }

    fn facts(&self, node: &Node, entity: &mut Entity, draft: &mut Draft) {
        entity.add("gender", node.text_of("GENDER").to_lowercase());
        entity.add("notes", node.text_of("COMMENTS1"));
        entity.add("program", node.text_of("UN_LIST_TYPE"));
        for (element, property) in [("TITLE", "title"), ("DESIGNATION", "position")] {
            for value in node.all(element).flat_map(Node::values) {
                entity.add(property, value);
            }
        }
        for value in node.all("LAST_DAY_UPDATED").flat_map(Node::values) {
            match dates::listing_day(value) {
                Ok(Some(day)) => entity.add("modifiedAt", day.to_string()),
                Ok(None) => {}
                Err(reason) => draft.report.warn(self.file, node.line, format!("last update: {reason}")),
            }
        }
    }

    fn listing(&self, node: &Node, key: &str, name: &str, draft: &mut Draft) -> Listing {
        let mut day = |element: &str| {
            dates::listing_day(node.text_of(element)).unwrap_or_else(|reason| {
                draft.report.warn(self.file, node.line, format!("{element}: {reason}; taken as not told"));
                None
            })
        };
        Listing {
            list: ListCode::UnSc,
            from: day("LISTED_ON"),
            listed: None,
            to: day("DELISTED_ON"),
            id: Some(key.to_owned()),
            name: Some(name.to_owned()),
            programmes: Some(node.text_of("UN_LIST_TYPE"))
                .filter(|p| !p.is_empty())
                .map(str::to_owned)
                .into_iter()
                .collect(),
            instrument: None,
            scope: Scope::Blocking,
            review_policy: Vec::new(),
            footnotes: Vec::new(),
            notice: None,
        }
    }
}
