//! Query by example: the properties of a FollowTheMoney entity → what is asked. Nothing is dropped in silence: each value
//! that is not compared with anything draws a warning.

use countersign_lists::country_code;
use countersign_model::{CountryCode, EntitySchema};
use countersign_screening::{BirthDate, Gender, Identifier, Query};
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

/// The most names of one party: each is compared with the whole list.
const MAX_NAMES: usize = 50;
/// The longest value that is looked at, in bytes. No name on any list comes near.
const MAX_VALUE: usize = 4_000;

const NAMES: [&str; 4] = ["name", "alias", "previousName", "weakAlias"];
const NAME_PARTS: [&str; 7] =
    ["firstName", "secondName", "middleName", "fatherName", "motherName", "lastName", "nameSuffix"];
const COUNTRIES: [&str; 6] = ["country", "nationality", "citizenship", "jurisdiction", "mainCountry", "flag"];
const NUMBERS: [&str; 19] = [
    "idNumber",
    "registrationNumber",
    "passportNumber",
    "socialSecurityNumber",
    "taxNumber",
    "vatCode",
    "imoNumber",
    "mmsi",
    "callSign",
    "leiCode",
    "innCode",
    "ogrnCode",
    "swiftBic",
    "dunsCode",
    "uscCode",
    "npiCode",
    "okpoCode",
    "uniqueEntityId",
    "serialNumber",
];
/// Properties of FollowTheMoney that nothing is compared with.
const ASIDE: [&str; 40] = [
    "abbreviation",
    "address",
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
    "email",
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
    "weight",
    "website",
    "wikidataId",
];

/// The schema that a word of FollowTheMoney means for a query.
///
/// # Errors
/// The word, where it is no schema that a party can have.
pub(crate) fn schema(word: &str) -> Result<Option<EntitySchema>, ()> {
    match word {
        "Thing" => Ok(None),
        other => EntitySchema::from_ftm(other).map(Some).ok_or(()),
    }
}

impl Example {
    /// Reads properties. Values may be texts, numbers, or lists of them.
    ///
    /// # Errors
    /// Why it cannot be compared, in a sentence.
    pub(crate) fn read<'a>(
        schema: Option<EntitySchema>,
        properties: impl IntoIterator<Item = (&'a str, &'a Value)>,
    ) -> Result<Self, String> {
        let mut example = Self { query: Query { schema, ..Query::default() }, ..Self::default() };
        let mut names = Vec::new();
        for (property, value) in properties {
            let values = texts(property, value)?;
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
                names.push(composed);
            }
        }
        if names.len() > MAX_NAMES {
            return Err(format!(
                "{} names are too many for one party; give at most {MAX_NAMES}",
                names.len()
            ));
        }
        let mut names = names.into_iter();
        example.query.name = names.next().ok_or_else(|| {
            "it has no name; parties are found by name, so give `name` (or `firstName` and `lastName`)"
                .to_owned()
        })?;
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
        } else if NUMBERS.contains(&property) {
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
            let known = NAMES.iter().chain(&NAME_PARTS).chain(&COUNTRIES).chain(&NUMBERS);
            let meant = known.chain(&["birthDate", "gender"]).find(|k| k.eq_ignore_ascii_case(property));
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

    fn read(value: &Value) -> Result<Example, String> {
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
        for word in ["unknown property `birthdate`", "`birthDate`?", "`address`", "`Atlantis`"] {
            assert!(said.contains(word), "{word} in {said}");
        }
        assert_eq!(example.warnings.len(), 3);
    }

    #[test]
    fn names_are_composed_of_their_parts_where_there_is_none() {
        let example = read(&json!({"lastName": "Dilian", "firstName": "Tal"})).unwrap();
        assert_eq!(example.query.name, "Tal Dilian");
        assert!(read(&json!({"registrationNumber": "1"})).unwrap_err().contains("no name"));
        assert!(read(&json!({"name": {"a": 1}})).unwrap_err().contains("neither"));
    }
}
