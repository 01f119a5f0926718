//! OFAC's lists as one XML file, in two layouts: the classic `sdnList` (`SDN.XML`, `CONSOLIDATED.XML`) and the
//! enhanced one (`SDN_ENHANCED.XML`, `CONS_ENHANCED.XML`, in `ofac_enhanced.rs`). Ids are those of the CSV set: OFAC keeps
//! one number for a party in every format.

use countersign_model::{Entity, EntitySchema, ListCode, Listing, SourceId};

use crate::countries::Countries;
use crate::dates;
use crate::draft::{Draft, Import};
use crate::identifiers::{Labels, cmic_listing_day, place};
use crate::listing_scope::scope_of;
use crate::ofac_programmes::Programmes;
use crate::white_space::squeeze;
use crate::xml_tree::{self, Layout, Node};
use crate::{ImportError, InputFile, ofac_remarks};

const LAYOUT: Layout<'_> = Layout {
    expected: "OFAC's classic XML list (root `sdnList`)",
    hint: "give SDN.XML or CONSOLIDATED.XML, the enhanced XML, or the CSV files",
    root: "sdnList",
    records: &[("sdnList", "sdnEntry")],
    decides: &["dateOfBirthList", "idList", "programList"],
};

/// The root element of the classic layout.
pub(crate) const ROOT: &str = "sdnList";

const KNOWN: [&str; 18] = [
    "uid",
    "firstName",
    "lastName",
    "title",
    "sdnType",
    "remarks",
    "programList",
    "idList",
    "akaList",
    "addressList",
    "nationalityList",
    "citizenshipList",
    "dateOfBirthList",
    "placeOfBirthList",
    "vesselInfo",
    "aircraftInfo",
    "gender",
    "callSign",
];

/// What both layouts read with.
pub(crate) struct Tables {
    pub(crate) labels: &'static Labels,
    pub(crate) countries: &'static Countries,
    pub(crate) programmes: Programmes,
}

impl Tables {
    pub(crate) fn of(source: &SourceId) -> Result<Self, ImportError> {
        Ok(Self { labels: Labels::get()?, countries: Countries::get()?, programmes: Programmes::of(source)? })
    }

    /// A document or feature under its label. What has no known label is kept as text.
    pub(crate) fn item(&self, entity: &mut Entity, label: &str, value: &str, raw: &str, draft: &mut Draft) {
        match self.labels.labelled(label, value) {
            Some(item) => place(entity, &item, raw),
            None => {
                entity.add("identification", raw);
                draft.report.count(format!("label `{label}` is not known; kept as text"));
            }
        }
    }

    /// A country's code, or its name where it is not known.
    pub(crate) fn country(&self, text: &str) -> String {
        self.countries.any(text).unwrap_or_else(|| text.trim().to_owned())
    }
}

/// Reads the classic layout.
pub(crate) fn import(source: &SourceId, file: &InputFile, text: &str) -> Result<Import, ImportError> {
    let mut draft = Draft::new(source).with_names_inside();
    let document = xml_tree::read(&file.name, text, &LAYOUT, &mut draft.report)?;
    let tables = Tables::of(source)?;
    for node in &document.records {
        draft.report.row(&file.name);
        entry(node, &file.name, &tables, &mut draft);
    }
    let information = document.root.child("publshInformation");
    let about = |name: &str| information.map_or("", |i| i.text_of(name));
    let as_of = dates::listing_day(about("Publish_Date")).ok().flatten();
    // the publisher tells how many records there are; an extract has fewer
    if let Ok(count) = about("Record_Count").parse::<u64>()
        && count != draft.report.rows
    {
        let text = format!("the file says that it has {count} records, and has {}", draft.report.rows);
        draft.report.warn(&file.name, 0, text);
    }
    draft.finish("OFAC classic XML", std::slice::from_ref(file), Vec::new(), Vec::new(), as_of)
}

/// `LAST, First`, as OFAC's CSV has it.
fn full_name(node: &Node) -> String {
    let parts = [node.text_of("lastName"), node.text_of("firstName")];
    squeeze(&parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(", ")).into_owned()
}

fn entry(node: &Node, file: &str, tables: &Tables, draft: &mut Draft) {
    let number = node.text_of("uid");
    let name = full_name(node);
    if number.is_empty() || name.is_empty() {
        return draft.report.refuse(file, node.line, "the entry has no `uid` or no name");
    }
    for child in node.children.iter().filter(|c| !KNOWN.contains(&c.name.as_str())) {
        draft.report.unknown_columns.insert(child.name.clone());
    }
    let schema = schema(node, file, draft);
    let mut entity = draft.entity(number, schema);
    entity.add("name", &name);
    entity.add("position", node.text_of("title"));
    entity.add("gender", node.text_of("gender").to_lowercase());
    for alias in node.each("akaList", "aka") {
        let property = match (alias.text_of("category"), alias.text_of("type")) {
            ("weak", _) => "weakAlias",
            (_, "f.k.a.") => "previousName",
            _ => "alias",
        };
        entity.add(property, full_name(alias));
    }
    addresses(node, tables, &mut entity);
    for (list, item, property) in
        [("nationalityList", "nationality", "nationality"), ("citizenshipList", "citizenship", "citizenship")]
    {
        for node in node.each(list, item) {
            entity.add(property, tables.country(node.text_of("country")));
        }
    }
    for birth in node.each("dateOfBirthList", "dateOfBirthItem") {
        draft.birth(&mut entity, birth.text_of("dateOfBirth"), file, birth.line);
    }
    for birth in node.each("placeOfBirthList", "placeOfBirthItem") {
        entity.add("birthPlace", birth.text_of("placeOfBirth"));
    }
    // the list of an entry is told by its programmes and by words that stand among the documents here
    let mut told = node.text_of("remarks").to_owned();
    for id in node.each("idList", "id") {
        let (label, number) = (id.text_of("idType"), id.text_of("idNumber"));
        let raw = raw_document(label, number, id);
        told.push_str("; ");
        told.push_str(&raw);
        tables.item(&mut entity, label, number, &raw, draft);
    }
    remarks(node.text_of("remarks"), &mut entity);
    vessel(node, tables, &mut entity);
    let programmes: Vec<String> = node
        .each("programList", "program")
        .map(|p| p.text.trim().to_owned())
        .filter(|p| !p.is_empty())
        .collect();
    for programme in &programmes {
        entity.add("program", programme);
    }
    let lists = tables.programmes.lists(&programmes, &told, |text| draft.report.warn(file, node.line, text));
    for list in lists {
        draft.report.count(format!("list {list}"));
        entity.listings.push(Listing {
            from: if list == ListCode::NsCmic { cmic_listing_day(&entity) } else { None },
            id: Some(number.to_owned()),
            name: Some(name.clone()),
            programmes: programmes.clone(),
            ..Listing::bare(list, scope_of(list))
        });
    }
    draft.add(entity, file, node.line);
}

fn schema(node: &Node, file: &str, draft: &mut Draft) -> EntitySchema {
    match node.text_of("sdnType") {
        "Individual" => EntitySchema::Person,
        "Entity" => EntitySchema::Organization,
        "Vessel" => EntitySchema::Vessel,
        "Aircraft" => EntitySchema::Airplane,
        other => {
            draft.report.warn(
                file,
                node.line,
                format!("`{other}` is not a known type; read as any kind of party"),
            );
            EntitySchema::LegalEntity
        }
    }
}

/// Remarks as notes, and to whom the entry is linked: "(Linked To: A)", sometimes behind other words.
fn remarks(text: &str, entity: &mut Entity) {
    let text = text.replace("(Linked To:", "; Linked To:");
    for part in ofac_remarks::parts(&text) {
        let inside = part.strip_suffix(')').filter(|p| !p.contains('(')).unwrap_or(part);
        if let Some(linked) = inside.strip_prefix("Linked To:") {
            entity.add("linkedTo", linked);
        } else {
            entity.add("notes", part);
        }
    }
}

/// `Passport A123 (Iran) issued 01 Jan 2001 expires 01 Jan 2011`, as OFAC's remarks write a document.
fn raw_document(label: &str, number: &str, id: &Node) -> String {
    let mut raw = format!("{label} {number}");
    for (before, element, after) in
        [(" (", "idCountry", ")"), (" issued ", "issueDate", ""), (" expires ", "expirationDate", "")]
    {
        let text = id.text_of(element);
        if !text.is_empty() {
            raw.push_str(before);
            raw.push_str(text);
            raw.push_str(after);
        }
    }
    raw
}

fn addresses(node: &Node, tables: &Tables, entity: &mut Entity) {
    for address in node.each("addressList", "address") {
        let parts = ["address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country"]
            .map(|part| address.text_of(part));
        let text = parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(", ");
        let country = address.text_of("country");
        match tables.countries.any(country) {
            Some(code) => entity.add("country", code),
            None if country.is_empty() => {}
            None => entity.add("country", country),
        }
        // a bare country is no address
        if text != country {
            entity.add("address", squeeze(&text));
        }
    }
}

fn vessel(node: &Node, tables: &Tables, entity: &mut Entity) {
    let Some(vessel) = node.child("vesselInfo") else { return };
    for (element, property) in [
        ("callSign", "callSign"),
        ("vesselType", "type"),
        ("vesselOwner", "owner"),
        ("tonnage", "tonnage"),
        ("grossRegisteredTonnage", "grossRegisteredTonnage"),
    ] {
        entity.add(property, vessel.text_of(element));
    }
    entity.add("flag", tables.country(vessel.text_of("vesselFlag")));
}
