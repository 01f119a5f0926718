//! What each member of a team declares before the work begins: interests, work, gifts (IND-01, 05, 06, 13, 15).

use countersign_model::{Date, parse_date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::words::{Checked, Day};

/// A competence that a team must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Competence {
    /// Human-rights law.
    HumanRightsLaw,
    /// Reverse engineering.
    ReverseEngineering,
    /// Knowledge of the country.
    CountryExpertise,
}

/// Whose interest it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The signer.
    Person,
    /// Close family.
    CloseFamily,
    /// The firm.
    Firm,
}

/// A financial interest: shares, debt, options, rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// In which party.
    #[serde(rename = "in")]
    pub party: String,
    /// Whose.
    pub of: Holder,
    /// What it is.
    pub text: String,
}

/// Work for a party: employment, or consultancy, design, lobbying, public relations, litigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// For which party.
    #[serde(rename = "for")]
    pub party: String,
    /// What was done.
    pub text: String,
    /// The last day; `none` = it goes on.
    pub to: OpenDay,
}

/// A day, or `none` for what goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenDay {
    /// It goes on.
    None,
    /// The last day.
    Until(Date),
}

impl Serialize for OpenDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_str("none"),
            Self::Until(day) => serializer.collect_str(day),
        }
    }
}

impl<'de> Deserialize<'de> for OpenDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "none" {
            return Ok(Self::None);
        }
        parse_date(&text).map(Self::Until).map_err(de::Error::custom)
    }
}

/// Gifts and hospitality from one party in one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gift {
    /// From which party.
    pub from: String,
    /// The year.
    pub year: i16,
    /// Its worth in whole euros, rounded up.
    pub eur: u32,
}

/// The declaration of one member of the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// The name; it is public.
    pub person: String,
    /// Id of the organisation for which the person signs.
    #[serde(rename = "for")]
    pub organisation: String,
    /// Leads the assessment.
    #[serde(default)]
    pub lead: bool,
    /// What the person brings.
    #[serde(default)]
    pub competences: Vec<Competence>,
    /// When it was signed.
    pub signed_on: Day,
    /// Financial interests.
    pub holdings: Checked<Holding>,
    /// Consultancy, design, lobbying, public relations, litigation.
    pub services: Checked<Work>,
    /// Employment.
    pub employment: Checked<Work>,
    /// Gifts and hospitality.
    pub gifts: Checked<Gift>,
}
