//! OFAC's remarks: one line of text that holds births, nationalities, documents, weak aliases and links, parted
//! by semicolons. What is not recognised stays as a note.

use countersign_model::Entity;

use crate::countries::Countries;
use crate::dates;
use crate::identifiers::{Labels, place};

/// The parts of a remark, parted by semicolons.
pub(crate) fn parts(remarks: &str) -> impl Iterator<Item = &str> {
    remarks.split(';').map(str::trim).filter(|part| !part.is_empty())
}

/// Reads the remarks of one entity into its properties. Returns the items that could not be read as what their
/// label says (the text is kept in any case).
pub(crate) fn read(
    entity: &mut Entity,
    remarks: &str,
    labels: &Labels,
    countries: &Countries,
) -> Vec<String> {
    let mut unread = Vec::new();
    // the full stop that closes the whole text is not part of the last item
    let remarks = remarks.trim();
    let remarks = remarks.strip_suffix('.').unwrap_or(remarks);
    for item in parts(remarks) {
        let plain = item.strip_prefix("alt. ").unwrap_or(item);
        if !one(entity, item, plain, labels, countries) {
            unread.push(item.to_owned());
        }
    }
    unread
}

fn one(entity: &mut Entity, item: &str, plain: &str, labels: &Labels, countries: &Countries) -> bool {
    let country = |text: &str| countries.any(text).unwrap_or_else(|| text.trim().to_owned());
    if let Some(text) = plain.strip_prefix("DOB ") {
        let Some(birth) = dates::birth(text) else {
            entity.add("birthDateText", text);
            return false;
        };
        for date in birth.dates {
            entity.add("birthDate", date);
        }
        entity.add("birthDateText", birth.words.unwrap_or_default());
    } else if let Some(text) = plain.strip_prefix("POB ") {
        entity.add("birthPlace", text);
    } else if let Some(text) = plain.strip_prefix("nationality ") {
        entity.add("nationality", country(text));
    } else if let Some(text) = plain.strip_prefix("citizen ") {
        entity.add("citizenship", country(text));
    } else if let Some((name, former)) = quoted_alias(plain) {
        // quotation marks in the remarks are OFAC's sign for a weak alias
        entity.add("weakAlias", name);
        if former {
            entity.add("notes", item);
        }
    } else if let Some(text) = plain.strip_prefix("Linked To: ") {
        entity.add("linkedTo", text);
    } else if let Some(read) = labels.remark_item(plain) {
        place(entity, &read, item);
    } else {
        entity.add("notes", item);
    }
    true
}

/// `a.k.a. 'BNC'`, `f.k.a. 'X'`; the flag tells a former name.
fn quoted_alias(text: &str) -> Option<(&str, bool)> {
    let (rest, former) = match (text.strip_prefix("a.k.a. "), text.strip_prefix("f.k.a. ")) {
        (Some(rest), _) => (rest, false),
        (_, Some(rest)) => (rest, true),
        _ => return text.strip_prefix("n.k.a. ").map(|rest| (rest.trim_matches('\''), false)),
    };
    let name = rest.trim().trim_matches(['\'', '"']);
    (!name.is_empty()).then_some((name, former))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use countersign_model::{EntitySchema, SourceId};

    use super::*;

    #[test]
    fn remarks_become_properties() {
        let mut entity = Entity {
            id: "x".into(),
            schema: EntitySchema::Person,
            source: SourceId::new("us_ofac_sdn").unwrap(),
            properties: BTreeMap::new(),
            listings: vec![],
        };
        let text = "DOB 13 May 1965; alt. DOB circa 1968; POB Medellin, Colombia; nationality Iran; citizen Mexico; \
                    Gender Male; Passport AL720622 (Colombia); a.k.a. 'blackjack1987'; Linked To: LAZARUS GROUP; Linked To: MILENYUM ENERGY S.A.; \
                    Vessel Registration Identification IMO 8898831; ICTY indictee.";
        let unread = read(&mut entity, text, Labels::get().unwrap(), Countries::get().unwrap());
        assert!(unread.is_empty());
        assert_eq!(entity.values("birthDate"), ["1965-05-13", "1968"]);
        assert_eq!(entity.values("birthDateText"), ["circa 1968"]);
        assert_eq!(entity.values("nationality"), ["ir"]);
        assert_eq!(entity.values("citizenship"), ["mx"]);
        assert_eq!(entity.values("gender"), ["male"]);
        assert_eq!(entity.values("passportNumber"), ["AL720622"]);
        assert_eq!(entity.values("weakAlias"), ["blackjack1987"]);
        assert_eq!(entity.values("linkedTo"), ["LAZARUS GROUP", "MILENYUM ENERGY S.A."]);
        assert_eq!(entity.values("imoNumber"), ["8898831"]);
        assert_eq!(entity.values("notes"), ["ICTY indictee"]);
    }
}
