//! Query by example: the properties of a FollowTheMoney entity → what is asked. Nothing is dropped in silence: each value
//! that is not compared with anything draws a warning.

use countersign_lists::country_code;
use countersign_model::{CountryCode, EntitySchema};
use countersign_screening::{BirthDate, Gender, IDENTIFIERS, Identifier, Query};
use indexmap::IndexMap;
use serde_json::Value;

/// A party as an example describes it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Example {
    /// What is asked.
    pub(crate) query: Query,
    /// The properties as they were understood, in the order of the example.
    pub(crate) properties: IndexMap<String, Vec<String>>,
    /// What the caller has to know.
    pub(crate) warnings: Vec<String>,
}

/// The most names of one party: each is compared with the whole list. Parties of OpenSanctions have up to some 250, and its
/// clients send all of them.
const MAX_NAMES: usize = 300;
/// The longest value that is looked at, in bytes. No name on any list comes near.
const MAX_VALUE: usize = 4_000;

const NAMES: [&str; 4] = ["name", "alias", "previousName", "weakAlias"];
const NAME_PARTS: [&str; 7] =
    ["firstName", "secondName", "middleName", "fatherName", "motherName", "lastName", "nameSuffix"];
const COUNTRIES: [&str; 6] = ["country", "nationality", "citizenship", "jurisdiction", "mainCountry", "flag"];
/// Properties of FollowTheMoney that nothing is compared with.
const ASIDE: [&str; 39] = [
    "abbreviation",
    "addressEntity",
    "appearance",
    "birthCountry",
    "birthPlace",
    "classification",
    "companyType",
    "cryptoWallets",
    "deathDate",
    "description",
    "dissolutionDate",
    "education",
    "ethnicity",
    "eyeColor",
    "hairColor",
    "height",
    "incorporationDate",
    "keywords",
    "legalForm",
    "modifiedAt",
    "notes",
    "opencorporatesUrl",
    "phone",
    "political",
    "position",
    "program",
    "publisher",
    "religion",
    "sector",
    "sourceUrl",
    "spokenLanguage",
    "status",
    "summary",
    "title",
    "topics",
    "uniqueEntityId",
    "weight",
    "website",
    "wikidataId",
];

/// Schemata of FollowTheMoney that can be asked about and that no list has entries of.
const NOT_LISTED: [&str; 5] = ["Address", "BankAccount", "Position", "Territory", "UserAccount"];
/// Schemata of FollowTheMoney that are no party: links, documents, and what others are built on.
const NO_PARTY: [&str; 53] = [
    "Analyzable",
    "Article",
    "Associate",
    "Audio",
    "Call",
    "CallForTenders",
    "Contract",
    "ContractAward",
    "Control",
    "CourtCase",
    "CourtCaseParty",
    "Debt",
    "Directorship",
    "Document",
    "Documentation",
    "EconomicActivity",
    "Email",
    "Employment",
    "Event",
    "Family",
    "Folder",
    "HyperText",
    "Identification",
    "Image",
    "Interest",
    "Interval",
    "License",
    "Membership",
    "Mention",
    "Message",
    "Note",
    "Occupancy",
    "Ownership",
    "Package",
    "Page",
    "Pages",
    "Passport",
    "Payment",
    "PlainText",
    "Project",
    "ProjectParticipant",
    "Representation",
    "Risk",
    "Sanction",
    "Similar",
    "Succession",
    "Table",
    "TaxRoll",
    "Trip",
    "UnknownLink",
    "Value",
    "Video",
    "Workbook",
];

/// Why a word is no schema of a listed party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoSchema {
    /// FollowTheMoney has no such schema.
    Unknown,
    /// It is no party, so that nothing is compared with it.
    NoParty,
    /// It could be asked about; no list has entries of the kind.
    NotListed,
}

/// The schema that a word of FollowTheMoney means for a query; `None` leaves it open.
///
/// # Errors
/// Why the word is no schema that a listed party can have.
pub(crate) fn schema(word: &str) -> Result<Option<EntitySchema>, NoSchema> {
    match (word, EntitySchema::from_ftm(word)) {
        ("Thing", _) => Ok(None),
        (_, Some(schema)) => Ok(Some(schema)),
        (word, None) if NOT_LISTED.contains(&word) => Err(NoSchema::NotListed),
        (word, None) if NO_PARTY.contains(&word) => Err(NoSchema::NoParty),
        (_, None) => Err(NoSchema::Unknown),
    }
}

/// Why an example cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// It has neither a name nor a number.
    #[error(
        "it has no name and no official number; parties are found by name, so give `name` (or `firstName` and \
         `lastName`), or a number such as `registrationNumber`"
    )]
    Nameless,
    /// What it holds is wrong.
    #[error("{0}")]
    Wrong(String),
}

impl Example {
    /// Reads properties. Values may be texts, numbers, or lists of them.
    ///
    /// # Errors
    /// Why it cannot be compared, in a sentence.
    pub(crate) fn read<'a>(
        schema: Option<EntitySchema>,
        properties: impl IntoIterator<Item = (&'a str, &'a Value)>,
    ) -> Result<Self, Unreadable> {
        let mut example = Self { query: Query { schema, ..Query::default() }, ..Self::default() };
        let mut names = Vec::new();
        for (property, value) in properties {
            let values = texts(property, value).map_err(Unreadable::Wrong)?;
            if values.is_empty() {
                continue;
            }
            let kept = example.property(property, values, &mut names);
            if !kept.is_empty() {
                example.properties.insert(property.to_owned(), kept);
            }
        }
        if names.is_empty() {
            let parts = NAME_PARTS.iter().filter_map(|part| example.properties.get(*part)).flatten();
            let composed = parts.map(String::as_str).collect::<Vec<_>>().join(" ");
            if !composed.is_empty() {
                example.properties.insert("alias".to_owned(), vec![composed.clone()]);
                names.push(composed);
            }
        }
        // one name in several spellings of capitals and blanks is one name
        let mut seen = std::collections::HashSet::new();
        names
            .retain(|name| seen.insert(name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")));
        if names.len() > MAX_NAMES {
            return Err(Unreadable::Wrong(format!(
                "{} names are too many for one party; give at most {MAX_NAMES}",
                names.len()
            )));
        }
        let mut names = names.into_iter();
        example.query.name = match (names.next(), example.query.identifiers.first()) {
            (Some(name), _) => name,
            (None, Some(number)) => {
                example.warnings.push(
                    "no name was given: only entries that hold one of the numbers can be found".to_owned(),
                );
                number.value.clone()
            }
            (None, None) => return Err(Unreadable::Nameless),
        };
        example.query.other_names = names.collect();
        Ok(example)
    }

    /// Takes one property in; the values as they were understood.
    fn property(&mut self, property: &str, values: Vec<String>, names: &mut Vec<String>) -> Vec<String> {
        if NAMES.contains(&property) {
            names.extend(values.iter().cloned());
            values
        } else if NAME_PARTS.contains(&property) {
            values
        } else if COUNTRIES.contains(&property) {
            values.into_iter().filter_map(|text| self.country(property, &text)).collect()
        } else if property == "birthDate" {
            values.into_iter().filter_map(|text| self.birth_date(&text)).collect()
        } else if property == "gender" {
            for text in &values {
                match Gender::from_word(text) {
                    Some(gender) => self.query.gender = self.query.gender.or(Some(gender)),
                    None => self.warnings.push(format!("the gender `{text}` is not compared with anything")),
                }
            }
            values
        } else if property == "address" {
            self.query.addresses.extend(values.iter().cloned());
            values
        } else if IDENTIFIERS.contains(&property) {
            for text in &values {
                if text.chars().any(char::is_alphanumeric) {
                    let property = Some(property.to_owned());
                    self.query.identifiers.push(Identifier { property, value: text.clone() });
                } else {
                    self.warnings.push(format!("`{property}` holds `{text}`, which is no number"));
                }
            }
            values
        } else if ASIDE.contains(&property) {
            self.warnings.push(format!("the property `{property}` is not compared with anything"));
            values
        } else {
            let known = NAMES.iter().chain(&NAME_PARTS).chain(&COUNTRIES).chain(&IDENTIFIERS);
            let meant =
                known.chain(&["address", "birthDate", "gender"]).find(|k| k.eq_ignore_ascii_case(property));
            let hint = meant.map(|k| format!("; did you mean `{k}`?")).unwrap_or_default();
            self.warnings.push(format!("unknown property `{property}`: nothing was compared with it{hint}"));
            Vec::new()
        }
    }

    fn country(&mut self, property: &str, text: &str) -> Option<String> {
        let code = country_code(text).ok().flatten();
        let known =
            code.and_then(|code| CountryCode::new(&code.to_ascii_uppercase()).ok().map(|c| (code, c)));
        let Some((code, country)) = known else {
            self.warnings.push(format!("`{property}` holds `{text}`, which is no country that is known"));
            return None;
        };
        if !self.query.countries.contains(&country) {
            self.query.countries.push(country);
        }
        Some(code)
    }

    fn birth_date(&mut self, text: &str) -> Option<String> {
        let day = text.split(['T', ' ']).next().unwrap_or(text);
        match day.parse::<BirthDate>() {
            Ok(date) => {
                if self.query.birth_date.is_some_and(|known| known != date) {
                    self.warnings.push(format!("only the first birth date is compared, not `{text}`"));
                }
                self.query.birth_date = self.query.birth_date.or(Some(date));
                Some(date.to_string())
            }
            Err(why) => {
                self.warnings.push(why.to_string());
                None
            }
        }
    }
}

/// The texts of a value.
fn texts(property: &str, value: &Value) -> Result<Vec<String>, String> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut out = Vec::new();
    for item in items {
        let text = match item {
            Value::Null => continue,
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                return Err(format!(
                    "the property `{property}` holds `{item}`, which is neither a text nor a number"
                ));
            }
        };
        if text.len() > MAX_VALUE {
            return Err(format!("a value of `{property}` is longer than {MAX_VALUE} bytes"));
        }
        if !text.is_empty() && !out.contains(&text) {
            out.push(text);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Result<Example, Unreadable> {
        Example::read(None, value.as_object().unwrap().iter().map(|(k, v)| (k.as_str(), v)))
    }

    #[test]
    fn what_is_not_compared_is_said() {
        let example = read(&json!({
            "name": ["Example Trading OOO", "ООО «Пример Трейдинг»"], "jurisdiction": "Russia",
            "registrationNumber": 1_027_700_000_000_u64, "birthdate": "1970", "address": ["Moscow"], "country": "Atlantis",
        }))
        .unwrap();
        assert_eq!(example.query.name, "Example Trading OOO");
        assert_eq!(example.query.other_names.len(), 1);
        assert_eq!(example.properties["jurisdiction"], ["ru"]);
        assert_eq!(example.query.identifiers[0].value, "1027700000000");
        let said = example.warnings.join("\n");
        for word in ["unknown property `birthdate`", "`birthDate`?", "`Atlantis`"] {
            assert!(said.contains(word), "{word} in {said}");
        }
        assert_eq!(example.warnings.len(), 2);
        assert_eq!(example.query.addresses, ["Moscow"]);
    }

    #[test]
    fn names_are_composed_of_their_parts_where_there_is_none() {
        let example = read(&json!({"lastName": "Dilian", "firstName": "Tal"})).unwrap();
        assert_eq!(example.query.name, "Tal Dilian");
        assert_eq!(example.properties["alias"], ["Tal Dilian"]);
        assert_eq!(read(&json!({"country": "il"})).unwrap_err(), Unreadable::Nameless);
        assert!(read(&json!({"name": {"a": 1}})).unwrap_err().to_string().contains("neither"));
    }

    #[test]
    fn a_number_alone_is_asked_about_and_said_to_be_alone() {
        let example = read(&json!({"registrationNumber": "1041803502498", "name": [""]})).unwrap();
        assert_eq!(example.query.name, "1041803502498");
        assert_eq!(example.query.identifiers.len(), 1);
        assert!(example.warnings[0].contains("no name was given"));
    }

    #[test]
    fn one_name_in_several_capitals_is_one_name() {
        let names: Vec<String> =
            (0..290).map(|n| format!("Name {n}")).chain(["NAME  1".to_owned()]).collect();
        assert_eq!(read(&json!({ "name": names })).unwrap().query.names().count(), 290);
        let many: Vec<String> = (0..301).map(|n| format!("Name {n}")).collect();
        assert!(read(&json!({ "name": many })).unwrap_err().to_string().contains("too many"));
    }

    #[test]
    fn schemata_are_told_apart() {
        assert_eq!(schema("Thing"), Ok(None));
        assert_eq!(schema("Company"), Ok(Some(EntitySchema::Company)));
        assert_eq!(schema("Address"), Err(NoSchema::NotListed));
        assert_eq!(schema("Sanction"), Err(NoSchema::NoParty));
        assert_eq!(schema("company"), Err(NoSchema::Unknown));
    }
}
