//! One row to a query.

use countersign_model::{CountryCode, EntitySchema};
use countersign_screening::{BirthDate, Gender, IDENTIFIERS, Identifier, Query};
use serde::{Deserialize, Serialize};

/// A party of the input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Party {
    /// The number of its row, counted from 1, without a header.
    pub row: u64,
    /// What the file calls it, if it does.
    pub id: Option<String>,
    /// What is asked.
    pub query: Query,
}

/// Columns that are read, each with the spellings that it may have. Case, blanks, `-` and `_` do not count.
pub const KNOWN_COLUMNS: [(&str, &[&str]); 10] = [
    ("id", &["id", "customerid", "partyid", "reference", "ref", "key"]),
    ("name", &["name", "fullname", "caption", "legalname", "entitylegalname", "partyname", "customername"]),
    ("alias", &["alias", "aliases", "othernames", "previousname", "weakalias"]),
    ("schema", &["schema", "kind", "type", "partytype"]),
    (
        "country",
        &[
            "country",
            "countries",
            "nationality",
            "nationalities",
            "citizenship",
            "jurisdiction",
            "countrycode",
        ],
    ),
    ("birthDate", &["birthdate", "dateofbirth", "dob", "born"]),
    ("gender", &["gender", "sex"]),
    ("address", &["address", "addresses"]),
    ("city", &["city", "town", "street", "postalcode", "postcode", "zip", "zipcode"]),
    ("notes", &["notes"]),
];

/// Headers that name a party only where no other column does: beside `name` they say for whom a person works.
const NAMES_ELSE: [&str; 12] = [
    "company",
    "companyname",
    "customer",
    "supplier",
    "suppliername",
    "vendor",
    "vendorname",
    "accountname",
    "organisation",
    "organization",
    "firma",
    "firmenname",
];

/// Whether a header names the party where no other column does.
pub(crate) fn names_else(header: &str) -> bool {
    NAMES_ELSE.contains(&folded(header).as_str())
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Id,
    Name,
    Alias,
    Schema,
    Country,
    BirthDate,
    Gender,
    /// One address.
    Address,
    /// A part of one; those of a row are one address.
    AddressPart,
    Number(&'static str),
    /// Known, but not compared.
    Aside,
}

fn folded(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Column {
    /// The column with a header; `None` for one that is not known.
    pub(crate) fn of(header: &str) -> Option<Self> {
        let folded = folded(header);
        if let Some(number) = IDENTIFIERS.iter().find(|n| n.to_lowercase() == folded) {
            return Some(Self::Number(number));
        }
        let (name, _) = KNOWN_COLUMNS.iter().find(|(_, spellings)| spellings.contains(&folded.as_str()))?;
        Some(match *name {
            "id" => Self::Id,
            "name" => Self::Name,
            "alias" => Self::Alias,
            "schema" => Self::Schema,
            "country" => Self::Country,
            "birthDate" => Self::BirthDate,
            "gender" => Self::Gender,
            "address" => Self::Address,
            "city" => Self::AddressPart,
            _ => Self::Aside,
        })
    }
}

/// Reads a row: pairs of column and value. Several values of one cell are parted by `;` or `|`.
///
/// # Errors
/// Why the row cannot be screened, in a sentence.
pub(crate) fn party(
    row: u64,
    cells: impl Iterator<Item = (Column, String)>,
    schema: Option<EntitySchema>,
) -> Result<Party, String> {
    let mut query = Query { schema, ..Query::default() };
    let mut id = None;
    let mut parts: Vec<String> = Vec::new();
    for (column, value) in cells {
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        let several = || value.split([';', '|']).map(str::trim).filter(|v| !v.is_empty());
        match column {
            Column::Id => id = Some(value.to_owned()),
            Column::Name if query.name.is_empty() => query.name = value.to_owned(),
            Column::Name => query.other_names.push(value.to_owned()),
            Column::Alias => query.other_names.extend(several().map(str::to_owned)),
            Column::Schema => {
                let kind = match folded(value).as_str() {
                    "person" | "individual" | "p" => Ok(EntitySchema::Person),
                    "organisation" | "organization" | "entity" | "o" => Ok(EntitySchema::Organization),
                    _ => value.parse(),
                };
                query.schema = Some(kind?);
            }
            Column::Country => {
                for code in several() {
                    let code = CountryCode::written(code).map_err(|e| e.to_string())?;
                    if !query.countries.contains(&code) {
                        query.countries.push(code);
                    }
                }
            }
            Column::BirthDate => {
                let day = value.split(['T', ' ']).next().unwrap_or(value);
                query.birth_date = Some(day.parse::<BirthDate>().map_err(|e| e.to_string())?);
            }
            Column::Gender => {
                query.gender = Some(
                    Gender::from_word(value)
                        .ok_or_else(|| format!("`{value}` is not a gender that lists record; write `female` or `male`, or leave it out"))?,
                );
            }
            Column::Number(property) => query.identifiers.extend(
                several().map(|v| Identifier { property: Some(property.to_owned()), value: v.to_owned() }),
            ),
            Column::Address => query.addresses.push(value.to_owned()),
            Column::AddressPart => parts.push(value.to_owned()),
            Column::Aside => {}
        }
    }
    if !parts.is_empty() {
        query.addresses.push(parts.join(", "));
    }
    // a party may be known by a number alone
    if query.name.is_empty()
        && let Some(number) = query.identifiers.first()
    {
        query.name.clone_from(&number.value);
    }
    if query.name.is_empty() {
        return Err("it has no name and no number".to_owned());
    }
    Ok(Party { row, id, query })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[(&str, &str)]) -> Result<Party, String> {
        party(7, cells.iter().map(|(c, v)| (Column::of(c).unwrap(), (*v).to_owned())), None)
    }

    #[test]
    fn headers_are_known_by_many_spellings_and_values_are_checked() {
        let party = read(&[
            ("Full_Name", "Tal Dilian"),
            ("Date of Birth", "1961-01-02T00:00:00"),
            ("NATIONALITY", "il; mt"),
            ("type", "individual"),
            ("passport_number", "A 123"),
            ("City", "Valletta"),
            ("postcode", "VLT 1455"),
        ])
        .unwrap();
        assert_eq!(party.query.schema, Some(EntitySchema::Person));
        assert_eq!(party.query.countries.len(), 2);
        assert_eq!(party.query.birth_date.unwrap().to_string(), "1961-01-02");
        assert_eq!(party.query.identifiers[0].property.as_deref(), Some("passportNumber"));
        assert_eq!(party.query.addresses, ["Valletta, VLT 1455"]);
        assert!(read(&[("name", "X"), ("country", "Germany")]).unwrap_err().contains("`Germany`"));
        assert!(read(&[("id", "1")]).unwrap_err().contains("no name"));
        assert_eq!(Column::of("shoe size"), None);
    }
}
