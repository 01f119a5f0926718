//! OFAC's enhanced XML: the one format that tells the day of each listing, the legal authority, the script of each name
//! and how parties are related.

use countersign_model::{Entity, EntitySchema, ListCode, Listing, SourceId};

use crate::dates;
use crate::draft::{Draft, Import};
use crate::ftm_edges::Link;
use crate::identifiers::cmic_listing_day;
use crate::listing_scope::scope_of;
use crate::ofac_xml::Tables;
use crate::white_space::squeeze;
use crate::xml_tree::{self, Layout, Node};
use crate::{ImportError, InputFile};

const LAYOUT: Layout<'_> = Layout {
    expected: "OFAC's enhanced XML list (root `sanctionsData`)",
    hint: "give SDN_ENHANCED.XML or CONS_ENHANCED.XML, plain or zipped as it was downloaded",
    root: "sanctionsData",
    records: &[("entities", "entity")],
    decides: &["identityDocuments", "features", "sanctionsPrograms"],
};

/// The root element of the enhanced layout.
pub(crate) const ROOT: &str = "sanctionsData";

const KNOWN: [&str; 11] = [
    "generalInfo",
    "sanctionsLists",
    "sanctionsPrograms",
    "sanctionsTypes",
    "legalAuthorities",
    "names",
    "addresses",
    "features",
    "identityDocuments",
    "relationships",
    "comments",
];

/// OFAC's names of its lists. `Consolidated List` is the file, not a list.
const LISTS: [(&str, Option<ListCode>); 9] = [
    ("SDN List", Some(ListCode::Sdn)),
    ("Sectoral Sanctions Identifications List", Some(ListCode::Ssi)),
    ("Non-SDN CMIC List", Some(ListCode::NsCmic)),
    ("Non-SDN Chinese Military-Industrial Complex Companies List", Some(ListCode::NsCmic)),
    ("Non-SDN Menu-Based Sanctions List", Some(ListCode::NsMbs)),
    ("CAPTA List", Some(ListCode::Cap)),
    ("Non-SDN Palestinian Legislative Council List", Some(ListCode::Plc)),
    ("FSE List", Some(ListCode::Fse)),
    ("Consolidated List", None),
];

/// Reads the enhanced layout.
pub(crate) fn import(source: &SourceId, file: &InputFile, text: &str) -> Result<Import, ImportError> {
    let mut draft = Draft::new(source).with_names_inside();
    let document = xml_tree::read(&file.name, text, &LAYOUT, &mut draft.report)?;
    let reader = Reader { file: &file.name, tables: Tables::of(source)? };
    let mut links = Vec::new();
    for node in &document.records {
        draft.report.row(&file.name);
        reader.entry(node, &mut draft, &mut links);
    }
    let as_of = document.root.child("publicationInfo").map_or("", |i| i.text_of("dataAsOf"));
    let as_of = dates::listing_day(as_of).ok().flatten();
    draft.finish("OFAC enhanced XML", std::slice::from_ref(file), Vec::new(), links, as_of)
}

struct Reader<'a> {
    file: &'a str,
    tables: Tables,
}

impl Reader<'_> {
    fn entry(&self, node: &Node, draft: &mut Draft, links: &mut Vec<Link>) {
        let number = node.attribute("id");
        if number.is_empty() {
            return draft.report.refuse(self.file, node.line, "the entry has no `id`");
        }
        for child in node.children.iter().filter(|c| !KNOWN.contains(&c.name.as_str())) {
            draft.report.unknown_columns.insert(child.name.clone());
        }
        let general = |name: &str| node.child("generalInfo").map_or("", |g| g.text_of(name));
        let schema = match general("entityType") {
            "Individual" => EntitySchema::Person,
            "Entity" => EntitySchema::Organization,
            "Vessel" => EntitySchema::Vessel,
            "Aircraft" => EntitySchema::Airplane,
            other => {
                let text = format!("`{other}` is not a known type; read as any kind of party");
                draft.report.warn(self.file, node.line, text);
                EntitySchema::LegalEntity
            }
        };
        let mut entity = draft.entity(number, schema);
        names(node, &mut entity);
        if entity.values("name").is_empty() {
            return draft.report.refuse(self.file, node.line, format!("the entry `{number}` has no name"));
        }
        entity.add("notes", general("remarks"));
        entity.add("position", general("title"));
        self.addresses(node, &mut entity);
        self.features(node, &mut entity, draft);
        self.documents(node, &mut entity, draft);
        self.relationships(node, number, &mut entity, links, draft);
        self.listings(node, number, &mut entity, draft);
        draft.add(entity, self.file, node.line);
    }

    fn addresses(&self, node: &Node, entity: &mut Entity) {
        for address in node.each("addresses", "address") {
            let country = address.text_of("country");
            if !country.is_empty() {
                entity.add("country", self.tables.country(country));
            }
            for translation in address.each("translations", "translation") {
                let mut parts: Vec<&str> = translation
                    .each("addressParts", "addressPart")
                    .map(|part| part.text_of("value"))
                    .filter(|p| !p.is_empty())
                    .collect();
                if parts.is_empty() {
                    continue;
                }
                parts.extend(Some(country).filter(|c| !c.is_empty()));
                entity.add("address", squeeze(&parts.join(", ")));
            }
        }
    }

    fn features(&self, node: &Node, entity: &mut Entity, draft: &mut Draft) {
        for feature in node.each("features", "feature") {
            let (label, value) = (feature.text_of("type"), feature.text_of("value"));
            let comments = feature.text_of("comments");
            let doubt = feature.text_of("reliability");
            let mut raw = format!("{label} {value}");
            for words in [comments, doubt] {
                if !words.is_empty() && words != "Confirmed" {
                    raw.push_str(&format!(" ({words})"));
                }
            }
            match label {
                "Birthdate" => draft.birth(entity, value, self.file, feature.line),
                "Place of Birth" => entity.add("birthPlace", value),
                "Nationality Country" => entity.add("nationality", self.tables.country(value)),
                "Citizenship Country" => entity.add("citizenship", self.tables.country(value)),
                "Vessel Flag" | "Flag" => entity.add("flag", self.tables.country(value)),
                _ => self.tables.item(entity, label, value, &raw, draft),
            }
        }
    }

    fn documents(&self, node: &Node, entity: &mut Entity, draft: &mut Draft) {
        for document in node.each("identityDocuments", "identityDocument") {
            let (label, number) = (document.text_of("type"), document.text_of("documentNumber"));
            let mut raw = format!("{label} {number}");
            for (before, element) in [
                ("", "issuingCountry"),
                ("issued by ", "issuingAuthority"),
                ("issued in ", "issuingLocation"),
                ("issued ", "issueDate"),
                ("expires ", "expirationDate"),
                ("in the name of ", "name"),
                ("", "comments"),
            ] {
                let text = document.text_of(element);
                let own_name = element == "name" && entity.values("name").iter().any(|n| n == text);
                if !text.is_empty() && !own_name {
                    raw.push_str(&format!(" ({before}{text})"));
                }
            }
            if document.text_of("isValid") == "false" {
                raw.push_str(" (not valid)");
            }
            self.tables.item(entity, label, number, &raw, draft);
        }
    }

    fn relationships(
        &self,
        node: &Node,
        number: &str,
        entity: &mut Entity,
        links: &mut Vec<Link>,
        draft: &mut Draft,
    ) {
        for relation in node.each("relationships", "relationship") {
            let Some(other) = relation.child("relatedEntity") else {
                draft.report.warn(self.file, relation.line, "a relationship names no other party; left out");
                continue;
            };
            let kind = relation.text_of("type");
            entity.add("linkedTo", other.text.trim());
            entity.add("notes", format!("{kind}: {}", other.text.trim()));
            let mut words = vec![kind.to_owned()];
            words.extend(
                Some(relation.text_of("quality")).filter(|q| !q.is_empty()).map(|q| format!("quality: {q}")),
            );
            links.push(Link {
                id: relation.attribute("id").to_owned(),
                schema: "UnknownLink".to_owned(),
                from_entity: format!("{}:{number}", draft.source),
                to_entity: format!("{}:{}", draft.source, other.attribute("entityId")),
                from: None,
                to: None,
                words,
            });
        }
    }

    fn listings(&self, node: &Node, number: &str, entity: &mut Entity, draft: &mut Draft) {
        let texts = |outer: &'static str, inner: &'static str| -> Vec<String> {
            node.each(outer, inner).map(|n| n.text.trim().to_owned()).filter(|t| !t.is_empty()).collect()
        };
        let programmes = texts("sanctionsPrograms", "sanctionsProgram");
        for programme in &programmes {
            entity.add("program", programme);
        }
        let authorities = texts("legalAuthorities", "legalAuthority");
        for kind in texts("sanctionsTypes", "sanctionsType") {
            entity.add("notes", format!("sanctions type: {kind}"));
        }
        for item in node.each("sanctionsLists", "sanctionsList") {
            let title = item.text.trim();
            let list = match LISTS.iter().find(|(name, _)| *name == title) {
                Some((_, Some(list))) => *list,
                Some((_, None)) => continue,
                None => {
                    let text = format!("`{title}` is not a list that this program knows; taken as NS-MBS");
                    draft.report.warn(self.file, item.line, text);
                    ListCode::NsMbs
                }
            };
            let published = dates::listing_day(item.attribute("datePublished")).unwrap_or_else(|reason| {
                draft.report.warn(
                    self.file,
                    item.line,
                    format!("datePublished: {reason}; taken as not told"),
                );
                None
            });
            let cmic = if list == ListCode::NsCmic { cmic_listing_day(entity) } else { None };
            draft.report.count(format!("list {list}"));
            entity.listings.push(Listing {
                from: cmic.or(published),
                listed: published,
                id: Some(number.to_owned()),
                name: entity.values("name").first().cloned(),
                programmes: programmes.clone(),
                instrument: Some(authorities.join("; ")).filter(|a| !a.is_empty()),
                ..Listing::bare(list, scope_of(list))
            });
        }
        if entity.listings.is_empty() {
            let list = self.tables.programmes.otherwise();
            draft.report.warn(
                self.file,
                node.line,
                format!("the entry `{number}` names no list; taken as {list}"),
            );
            entity.listings.push(Listing {
                id: Some(number.to_owned()),
                programmes,
                ..Listing::bare(list, scope_of(list))
            });
        }
    }
}

/// Every name in every script. The primary name in its primary form is the name; its other scripts are as good.
fn names(node: &Node, entity: &mut Entity) {
    for name in node.each("names", "name") {
        let primary = name.text_of("isPrimary") == "true";
        let property = match (primary, name.text_of("isLowQuality"), name.text_of("aliasType")) {
            (true, ..) => "name",
            (_, "true", _) => "weakAlias",
            (_, _, "F.K.A.") => "previousName",
            _ => "alias",
        };
        for translation in name.each("translations", "translation") {
            let text = squeeze(translation.text_of("formattedFullName"));
            let own = translation.text_of("isPrimary") == "true";
            let script = translation.text_of("script");
            if script != "Latin" && !script.is_empty() {
                entity.add("nameScripts", format!("{script}: {text}"));
            }
            entity.add(if own || property == "weakAlias" { property } else { "alias" }, text);
        }
    }
}
