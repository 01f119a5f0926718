//! OFAC's SDN list (`us_ofac_sdn`) and its consolidated non-SDN list (`us_ofac_cons`): the legacy CSV set, or one XML file
//! in either of two layouts (`ofac_xml.rs`, `ofac_enhanced.rs`), told by its root element.
//!
//! The CSV tells no day of listing (but for NS-CMIC, in the remarks), so `from` is empty: the listing counts as in
//! effect since ever.

use countersign_model::{Entity, EntitySchema, ListCode, Listing, SourceId};

use crate::countries::Countries;
use crate::draft::{Draft, Import};
use crate::identifiers::{Labels, cmic_listing_day};
use crate::input::{Encoding, text, unpack};
use crate::listing_scope::scope_of;
use crate::ofac_programmes::Programmes;
use crate::ofac_set::{self, Row, Set};
use crate::white_space::squeeze;
use crate::xml_tree::has_root;
use crate::{ImportError, InputFile, ofac_enhanced, ofac_remarks, ofac_xml};

// columns of the primary file
const NAME: usize = 1;
const KIND: usize = 2;
const PROGRAMMES: usize = 3;
const TITLE: usize = 4;

pub(crate) fn import(source: &SourceId, files: &[InputFile]) -> Result<Import, ImportError> {
    if let [file] = files {
        let bytes = unpack(file)?;
        if bytes.trim_ascii_start().starts_with(b"<") || bytes.starts_with(&[0xef, 0xbb, 0xbf, b'<']) {
            let text = text(&file.name, &bytes, Encoding::Utf8)?;
            if has_root(&text, ofac_enhanced::ROOT) {
                return ofac_enhanced::import(source, file, &text);
            }
            if has_root(&text, ofac_xml::ROOT) {
                return ofac_xml::import(source, file, &text);
            }
        }
    }
    let mut draft = Draft::new(source).with_names_inside();
    let set = ofac_set::read(source, files, &mut draft.report)?;
    let reader =
        Reader { labels: Labels::get()?, countries: Countries::get()?, programmes: Programmes::of(source)? };
    for row in &set.primary {
        reader.entity(row, &set, &mut draft);
    }
    draft.finish("OFAC legacy CSV set", files, Vec::new(), Vec::new(), None)
}

struct Reader {
    labels: &'static Labels,
    countries: &'static Countries,
    programmes: Programmes,
}

impl Reader {
    fn entity(&self, row: &Row, set: &Set, draft: &mut Draft) {
        let number = row.get(0).trim();
        let name = squeeze(row.get(NAME));
        if name.is_empty() {
            return draft.report.refuse(
                &set.primary_file,
                row.line,
                format!("entity `{number}` has no name"),
            );
        }
        let schema = match row.get(KIND).trim() {
            "individual" => EntitySchema::Person,
            "vessel" => EntitySchema::Vessel,
            "aircraft" => EntitySchema::Airplane,
            "" => EntitySchema::Organization,
            other => {
                let text = format!("`{other}` is not a known type; read as any kind of party");
                draft.report.warn(&set.primary_file, row.line, text);
                EntitySchema::LegalEntity
            }
        };
        let mut entity = draft.entity(number, schema);
        entity.add("name", &name);
        entity.add("position", row.get(TITLE));
        for (column, property) in
            [(5, "callSign"), (6, "type"), (7, "tonnage"), (8, "grossRegisteredTonnage"), (10, "owner")]
        {
            entity.add(property, row.get(column));
        }
        entity.add("flag", self.countries.any(row.get(9)).as_deref().unwrap_or(row.get(9)));
        let remarks = self.remarks(row, set, &mut entity, draft);
        self.aliases(number, set, &mut entity, draft);
        self.addresses(number, set, &mut entity, draft);
        let programmes = programmes(row.get(PROGRAMMES));
        for programme in &programmes {
            entity.add("program", programme);
        }
        if programmes.is_empty() {
            draft.report.warn(&set.primary_file, row.line, format!("`{name}` has no programme"));
        }
        let warn = |text| draft.report.warn(&set.primary_file, row.line, text);
        for list in self.programmes.lists(&programmes, &remarks, warn) {
            draft.report.count(format!("list {list}"));
            entity.listings.push(Listing {
                list,
                from: if list == ListCode::NsCmic { cmic_listing_day(&entity) } else { None },
                listed: None,
                to: None,
                id: Some(number.to_owned()),
                name: Some(name.clone().into_owned()),
                programmes: programmes.clone(),
                instrument: None,
                scope: scope_of(list),
                review_policy: Vec::new(),
                footnotes: Vec::new(),
                notice: None,
            });
        }
        draft.add(entity, &set.primary_file, row.line);
    }

    /// Remarks are cut at 1,000 characters and go on in the comments file, in the middle of a word.
    fn remarks(&self, row: &Row, set: &Set, entity: &mut Entity, draft: &mut Draft) -> String {
        let mut remarks = row.get(11).to_owned();
        for more in set.comments.get(row.get(0)).into_iter().flatten() {
            remarks.push_str(more.get(1));
        }
        for item in ofac_remarks::read(entity, &remarks, self.labels, self.countries) {
            let text = format!("remark `{item}` cannot be read; kept as text");
            draft.report.warn(&set.primary_file, row.line, text);
        }
        remarks
    }

    fn aliases(&self, number: &str, set: &Set, entity: &mut Entity, draft: &mut Draft) {
        for row in set.aliases.get(number).into_iter().flatten() {
            let kind = row.get(2).trim().to_ascii_lowercase();
            let name = squeeze(row.get(3));
            if name.is_empty() {
                draft.report.refuse(&set.alias_file, row.line, format!("an alias of `{number}` has no name"));
                continue;
            }
            let property = match kind.as_str() {
                weak if weak.contains("weak") => "weakAlias",
                "fka" => "previousName",
                "aka" | "nka" => "alias",
                other => {
                    let text = format!("`{other}` is not a known kind of alias; read as an alias");
                    draft.report.warn(&set.alias_file, row.line, text);
                    "alias"
                }
            };
            entity.add(property, &name);
            entity.add("notes", row.get(4));
        }
    }

    fn addresses(&self, number: &str, set: &Set, entity: &mut Entity, draft: &mut Draft) {
        for row in set.addresses.get(number).into_iter().flatten() {
            let country = row.get(4).trim();
            match self.countries.any(country) {
                Some(code) => entity.add("country", code),
                None if country.is_empty() || country == "undetermined" => {}
                None => {
                    let text = format!("country `{country}` is not known; kept in the address only");
                    draft.report.warn(&set.address_file, row.line, text);
                }
            }
            let parts = [2, 3, 4].map(|n| squeeze(row.get(n)));
            let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).filter(|p| !p.is_empty()).collect();
            entity.add("address", parts.join(", "));
            entity.add("notes", row.get(5));
        }
    }
}

/// `UKRAINE-EO13661] [CYBER2` → both.
fn programmes(text: &str) -> Vec<String> {
    text.split("] [")
        .map(|p| p.trim().trim_matches(['[', ']']).to_owned())
        .filter(|p| !p.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programmes_are_parted() {
        assert_eq!(
            programmes("UKRAINE-EO13661] [CYBER2] [ELECTION-EO13848"),
            ["UKRAINE-EO13661", "CYBER2", "ELECTION-EO13848"]
        );
        assert_eq!(programmes("CUBA"), ["CUBA"]);
        assert!(programmes("").is_empty());
    }
}
