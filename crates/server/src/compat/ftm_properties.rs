//! Which properties FollowTheMoney has for which schema: what else an entry holds is shown apart, or a strict client would
//! refuse the whole of it.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use countersign_model::EntitySchema;

/// Schema, what it is built on, its own properties.
const TABLE: &str = include_str!("ftm_properties.tsv");

/// Properties whose values are codes of countries.
const COUNTRIES: [&str; 8] = [
    "country",
    "nationality",
    "citizenship",
    "jurisdiction",
    "mainCountry",
    "birthCountry",
    "flag",
    "pastFlags",
];

/// Whether a schema has a property.
pub(crate) fn has(schema: EntitySchema, property: &str) -> bool {
    table().get(schema.as_str()).is_some_and(|properties| properties.contains(property))
}

/// Whether any schema has a property.
pub(crate) fn is_known_to_ftm(property: &str) -> bool {
    table().values().any(|properties| properties.contains(property))
}

/// The properties of each schema.
fn table() -> &'static HashMap<&'static str, HashSet<&'static str>> {
    static READ: OnceLock<HashMap<&'static str, HashSet<&'static str>>> = OnceLock::new();
    READ.get_or_init(|| {
        let mut table: HashMap<&str, HashSet<&str>> = HashMap::new();
        // a schema stands below those it is built on
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split('\t');
            let (name, below, own) = (cells.next(), cells.next(), cells.next());
            let mut all: HashSet<&str> = own.unwrap_or_default().split_whitespace().collect();
            for parent in below.unwrap_or_default().split(',') {
                all.extend(table.get(parent).into_iter().flatten());
            }
            table.insert(name.unwrap_or_default(), all);
        }
        table
    })
}

/// The value as FollowTheMoney writes it; `None` where it has no such value.
pub(super) fn value(property: &str, text: &str) -> Option<String> {
    if COUNTRIES.contains(&property) {
        return countersign_lists::country_code(text).ok().flatten();
    }
    if property == "gender" {
        let word = text.to_lowercase();
        return match word.as_str() {
            "male" | "m" => Some("male".to_owned()),
            "female" | "f" => Some("female".to_owned()),
            "other" => Some(word),
            _ => None,
        };
    }
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_has_what_it_is_built_on_has() {
        assert!(has(EntitySchema::Person, "name") && has(EntitySchema::Person, "birthDate"));
        assert!(has(EntitySchema::Company, "isinCode") && !has(EntitySchema::Organization, "isinCode"));
        assert!(has(EntitySchema::Company, "amountUsd") && !has(EntitySchema::Person, "amountUsd"));
        assert!(has(EntitySchema::Vessel, "imoNumber") && has(EntitySchema::Vessel, "buildDate"));
        assert!(!has(EntitySchema::Person, "listOf") && !has(EntitySchema::Vessel, "birthDate"));
    }

    #[test]
    fn a_value_that_is_no_code_is_none() {
        assert_eq!(value("nationality", "Israel").as_deref(), Some("il"));
        assert_eq!(value("country", "ru").as_deref(), Some("ru"));
        assert_eq!(value("flag", "None Identified"), None);
        assert_eq!(value("gender", "Female").as_deref(), Some("female"));
        assert_eq!(value("notes", "Female").as_deref(), Some("Female"));
    }
}
