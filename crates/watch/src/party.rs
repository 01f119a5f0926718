//! The party base.

use std::collections::BTreeMap;

use countersign_model::{CountryCode, EntitySchema};
use countersign_screening::{BirthDate, Gender, Identifier, Query};
use serde::{Deserialize, Serialize};

/// A party that is watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The id that its owner gave it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// What it is; absent compares with every kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<EntitySchema>,
    /// Countries that it is connected with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<CountryCode>,
    /// When a person was born.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<BirthDate>,
    /// A person's gender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Addresses, each as one line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Official numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
}

impl Party {
    /// A party by its owner's id.
    pub fn new(id: String, query: Query) -> Self {
        // every field is named, so that none that is asked about can be forgotten
        let Query { name, other_names, schema, countries, addresses, birth_date, gender, identifiers } =
            query;
        Self { id, name, aliases: other_names, schema, countries, birth_date, gender, addresses, identifiers }
    }

    /// The query that finds it on a list.
    pub fn query(&self) -> Query {
        Query {
            name: self.name.clone(),
            other_names: self.aliases.clone(),
            schema: self.schema,
            countries: self.countries.clone(),
            addresses: self.addresses.clone(),
            birth_date: self.birth_date,
            gender: self.gender,
            identifiers: self.identifiers.clone(),
        }
    }
}

/// Why a party base that was kept cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: not a party as JSON: {why}")]
pub struct BaseFault {
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub why: String,
}

/// Reads a base as [`write_base`] wrote it.
///
/// # Errors
/// [`BaseFault`] with the line; unknown keys are errors too.
pub fn read_base(text: &str) -> Result<BTreeMap<String, Party>, BaseFault> {
    let mut base = BTreeMap::new();
    for (n, content) in text.lines().enumerate().filter(|(_, content)| !content.trim().is_empty()) {
        let party: Party = serde_json::from_str(content)
            .map_err(|e| BaseFault { line: n as u64 + 1, why: e.to_string() })?;
        base.insert(party.id.clone(), party);
    }
    Ok(base)
}

/// A base as it is kept: JSON lines, ascending by id.
pub fn write_base(parties: &BTreeMap<String, Party>) -> Vec<u8> {
    let mut out = Vec::new();
    for party in parties.values() {
        // a party is text and dates: writing it to memory cannot fail
        if serde_json::to_writer(&mut out, party).is_ok() {
            out.push(b'\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_read_as_it_was_written() {
        let query = Query {
            name: "Tal Dilian".to_owned(),
            other_names: vec!["T. Dilian".to_owned()],
            schema: Some(EntitySchema::Person),
            countries: vec![CountryCode::new("IL").unwrap()],
            addresses: vec!["1 Quill Street, Springfield".to_owned()],
            birth_date: Some("1961-05".parse().unwrap()),
            gender: Gender::from_word("male"),
            identifiers: vec![Identifier {
                property: Some("passportNumber".to_owned()),
                value: "Q1".to_owned(),
            }],
        };
        let party = Party::new("C-1".to_owned(), query.clone());
        assert_eq!(party.query(), query);
        let base = BTreeMap::from([("C-1".to_owned(), party)]);
        let text = String::from_utf8(write_base(&base)).unwrap();
        assert_eq!(read_base(&text).unwrap(), base);
        // as it was kept before addresses, genders and numbers were
        let before =
            r#"{"id":"C-1","name":"NSO Group","aliases":["Q Cyber"],"schema":"Company","countries":["IL"]}"#;
        assert_eq!(read_base(before).unwrap()["C-1"].query().identifiers, []);
        let fault = read_base("\n{\"id\":\"1\",\"name\":\"a\",\"colour\":\"red\"}").unwrap_err();
        assert!(fault.line == 2 && fault.to_string().contains("colour"), "{fault}");
    }
}
