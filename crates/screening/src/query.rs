//! What is asked about a party.

use std::fmt;
use std::str::FromStr;

use countersign_model::{CountryCode, EntitySchema};
use serde::{Deserialize, Serialize};

/// A party to be compared with the lists. Only the name is needed; what is absent is unknown and never counts
/// against a match.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Query {
    /// Its name as written.
    pub name: String,
    /// Other names; the best of all counts.
    #[serde(default)]
    pub other_names: Vec<String>,
    /// What kind of thing it is; `None` compares with every kind.
    #[serde(default)]
    pub schema: Option<EntitySchema>,
    /// Countries it is connected with: nationality, seat, registration.
    #[serde(default)]
    pub countries: Vec<CountryCode>,
    /// Addresses, each as one line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// When a person was born.
    #[serde(default)]
    pub birth_date: Option<BirthDate>,
    /// A person's gender as recorded.
    #[serde(default)]
    pub gender: Option<Gender>,
    /// Official numbers.
    #[serde(default)]
    pub identifiers: Vec<Identifier>,
}

impl Query {
    /// A query for a bare name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Whether nothing but names is known, so that no fact of a listed party can change a score.
    pub(crate) fn has_name_alone(&self) -> bool {
        // every field is named, so that a new one cannot be forgotten here
        let Self {
            name: _,
            other_names: _,
            schema: _,
            countries,
            addresses,
            birth_date,
            gender,
            identifiers,
        } = self;
        countries.is_empty()
            && addresses.is_empty()
            && birth_date.is_none()
            && gender.is_none()
            && identifiers.is_empty()
    }

    /// All names, the first one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.other_names.iter().map(String::as_str))
    }
}

/// Gender as lists record it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl Gender {
    /// Reads the words that lists use; `None` for others.
    pub fn from_word(word: &str) -> Option<Self> {
        match word.trim().to_lowercase().as_str() {
            "female" | "f" | "woman" => Some(Self::Female),
            "male" | "m" | "man" => Some(Self::Male),
            _ => None,
        }
    }
}

/// An official number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// The FollowTheMoney property (`passportNumber`, `imoNumber`, `leiCode`…), if known.
    #[serde(default)]
    pub property: Option<String>,
    /// The number as written.
    pub value: String,
}

/// A birth date as far as it is known: a year, a month or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BirthDate {
    /// The year.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: Option<i8>,
    /// The day; only with a month.
    pub day: Option<i8>,
}

/// A text that is no birth date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a birth date; write YYYY, YYYY-MM or YYYY-MM-DD, for example `1965-03-12`")]
pub struct BirthDateError(pub String);

impl FromStr for BirthDate {
    type Err = BirthDateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || BirthDateError(text.to_owned());
        let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
        let mut parts = text.trim().split('-');
        let year = parts.next().filter(|p| digits(p, 4)).ok_or_else(fail)?;
        let year: i16 = year.parse().map_err(|_| fail())?;
        let mut next = || -> Result<Option<i8>, BirthDateError> {
            let Some(part) = parts.next() else { return Ok(None) };
            if !digits(part, 2) {
                return Err(fail());
            }
            part.parse().map(Some).map_err(|_| fail())
        };
        let (month, day) = (next()?, next()?);
        if parts.next().is_some() || year == 0 || month.is_some_and(|m| !(1..=12).contains(&m)) {
            return Err(fail());
        }
        if let (Some(month), Some(day)) = (month, day) {
            countersign_model::parse_date(&format!("{year:04}-{month:02}-{day:02}")).map_err(|_| fail())?;
        }
        Ok(Self { year, month, day })
    }
}

impl fmt::Display for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl TryFrom<String> for BirthDate {
    type Error = BirthDateError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<BirthDate> for String {
    fn from(date: BirthDate) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_three_grains_are_read() {
        for text in ["1965", "1965-03", "1965-03-12"] {
            assert_eq!(text.parse::<BirthDate>().unwrap().to_string(), text);
        }
        for bad in ["", "65", "1965-13", "1965-02-30", "circa 1965", "1965-3-1", "1965-03-12-01", "0000"] {
            assert!(bad.parse::<BirthDate>().is_err(), "{bad}");
        }
    }
}
