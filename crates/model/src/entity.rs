//! What a list says about one party, in the shape of FollowTheMoney.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Listing, SourceId};

/// One party (or vessel, or aircraft) as one publisher describes it.
///
/// The shape is FollowTheMoney's (`id`, `schema`, `properties` with many values each), so that its exports
/// come in and go out unchanged. `listings` is ours: what the list legally is and since when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Stable within its source: made from the publisher's own key (`us_csl:EL-…`), never from the row number.
    pub id: String,
    /// What kind of thing it is.
    pub schema: EntitySchema,
    /// The source it came from.
    pub source: SourceId,
    /// FollowTheMoney properties: `name`, `alias`, `weakAlias`, `previousName`, `birthDate`, `nationality`,
    /// `country` (ISO alpha-2, lower case, as FollowTheMoney writes it), `address`, `idNumber`,
    /// `registrationNumber`, `imoNumber`, `notes`, `program`, `sourceUrl`… Values keep the publisher's order.
    pub properties: BTreeMap<String, Vec<String>>,
    /// The listings that this entity carries, dated. Never empty for a sanctions or export-control list; may
    /// be empty for a FollowTheMoney entity that is only linked to a listed one.
    pub listings: Vec<Listing>,
}

/// How good a name is as evidence of identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameQuality {
    /// The name under which the party is listed.
    Primary,
    /// A strong ("good quality") alias.
    Alias,
    /// A former name.
    Former,
    /// A weak alias in the publisher's own words: screened, but marked in every hit.
    Weak,
}

/// A name with its quality.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name<'a> {
    /// The name as the publisher writes it.
    pub text: &'a str,
    /// What kind of name it is.
    pub quality: NameQuality,
}

impl Entity {
    /// All values of a property, in the publisher's order; empty when there is none.
    pub fn values(&self, property: &str) -> &[String] {
        self.properties.get(property).map_or(&[], Vec::as_slice)
    }

    /// Adds a value unless it is blank or already there.
    pub fn add(&mut self, property: &str, value: impl AsRef<str>) {
        let value = value.as_ref().trim();
        if value.is_empty() {
            return;
        }
        let values = self.properties.entry(property.to_owned()).or_default();
        if !values.iter().any(|v| v == value) {
            values.push(value.to_owned());
        }
    }

    /// Every name, strongest quality first.
    pub fn names(&self) -> impl Iterator<Item = Name<'_>> {
        const KINDS: [(&str, NameQuality); 5] = [
            ("name", NameQuality::Primary),
            ("alias", NameQuality::Alias),
            // what an importer took out of a cell that holds several names
            ("nameInside", NameQuality::Alias),
            ("previousName", NameQuality::Former),
            ("weakAlias", NameQuality::Weak),
        ];
        KINDS.into_iter().flat_map(|(property, quality)| {
            self.values(property).iter().map(move |text| Name { text, quality })
        })
    }

    /// The name to show: the one that its file shows, else the first `name`, else the id.
    pub fn caption(&self) -> &str {
        let shown = self.values("caption").first().or_else(|| self.values("name").first());
        shown.map_or(self.id.as_str(), String::as_str)
    }
}

/// The kinds of thing that lists name: the FollowTheMoney schemata that can be a party to a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EntitySchema {
    /// A natural person.
    Person,
    /// A body whose legal form is not known.
    Organization,
    /// A company.
    Company,
    /// A public body.
    PublicBody,
    /// A person or a body: the list does not say which.
    LegalEntity,
    /// A ship.
    Vessel,
    /// An aircraft.
    Airplane,
    /// A ship or an aircraft, or another vehicle: the list does not say which.
    Vehicle,
    /// A security, a wallet, real estate; what is owned and of which no more is said.
    Asset,
}

impl EntitySchema {
    /// The FollowTheMoney name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Organization => "Organization",
            Self::Company => "Company",
            Self::PublicBody => "PublicBody",
            Self::LegalEntity => "LegalEntity",
            Self::Vessel => "Vessel",
            Self::Airplane => "Airplane",
            Self::Vehicle => "Vehicle",
            Self::Asset => "Asset",
        }
    }

    /// Reads a FollowTheMoney schema name. `None` for schemata that are no party (addresses, ownership
    /// edges, sanctions): the importer treats these by themselves.
    pub fn from_ftm(name: &str) -> Option<Self> {
        Some(match name {
            "Person" => Self::Person,
            "Organization" => Self::Organization,
            "Company" => Self::Company,
            "PublicBody" => Self::PublicBody,
            "LegalEntity" => Self::LegalEntity,
            "Vessel" => Self::Vessel,
            "Airplane" => Self::Airplane,
            "Vehicle" => Self::Vehicle,
            "Asset" | "Security" | "CryptoWallet" | "RealEstate" => Self::Asset,
            _ => return None,
        })
    }

    /// Whether a query for `self` may match an entity of kind `other`: equal kinds, or one of them leaves it open
    /// (`LegalEntity`, `Vehicle`, `Asset`), or both are bodies of some legal form. The same both ways.
    pub fn may_be(self, other: Self) -> bool {
        self == other
            || self.leaves_open(other)
            || other.leaves_open(self)
            || (self.is_body() && other.is_body())
    }

    /// Whether `other` stands below `self` in FollowTheMoney, so that whoever says `self` may mean it. A company is an asset there
    /// too; here it is not, since lists say `Asset` of securities and wallets.
    fn leaves_open(self, other: Self) -> bool {
        match self {
            Self::LegalEntity => other == Self::Person || other.is_body(),
            Self::Vehicle => matches!(other, Self::Vessel | Self::Airplane),
            Self::Asset => matches!(other, Self::Vehicle | Self::Vessel | Self::Airplane),
            Self::Person
            | Self::Organization
            | Self::Company
            | Self::PublicBody
            | Self::Vessel
            | Self::Airplane => false,
        }
    }

    /// Whether it is a body of some legal form. Which one, customer files and lists seldom agree about.
    fn is_body(self) -> bool {
        matches!(self, Self::Organization | Self::Company | Self::PublicBody | Self::LegalEntity)
    }
}

impl std::str::FromStr for EntitySchema {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::from_ftm(text).ok_or_else(|| {
            format!(
                "`{text}` is not a kind of party; use Person, Organization, Company, PublicBody, LegalEntity, \
                 Vessel, Airplane, Vehicle or Asset"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::EntitySchema::{
        Airplane, Asset, Company, LegalEntity, Organization, Person, PublicBody, Vehicle, Vessel,
    };
    use super::*;

    const ALL: [EntitySchema; 9] =
        [Person, Organization, Company, PublicBody, LegalEntity, Vessel, Airplane, Vehicle, Asset];

    /// FollowTheMoney: Person, Organization are LegalEntity; Company, PublicBody are Organization; Vessel, Airplane are Vehicle, which is an Asset.
    #[test]
    fn whoever_asks_for_a_kind_means_those_below_it() {
        for (asked, answer) in [
            (Vehicle, vec![Vessel, Airplane, Vehicle, Asset]),
            (Asset, vec![Vessel, Airplane, Vehicle, Asset]),
            (Vessel, vec![Vessel, Vehicle, Asset]),
            (Airplane, vec![Airplane, Vehicle, Asset]),
            (LegalEntity, vec![Person, Organization, Company, PublicBody, LegalEntity]),
            (Person, vec![Person, LegalEntity]),
            (Organization, vec![Organization, Company, PublicBody, LegalEntity]),
            (PublicBody, vec![Organization, Company, PublicBody, LegalEntity]),
        ] {
            let found: Vec<EntitySchema> = ALL.into_iter().filter(|other| asked.may_be(*other)).collect();
            assert_eq!(found, answer, "{asked:?}");
        }
        for (a, b) in ALL.into_iter().flat_map(|a| ALL.map(|b| (a, b))) {
            assert_eq!(a.may_be(b), b.may_be(a), "{a:?} {b:?}");
        }
    }

    #[test]
    fn each_kind_is_read_by_its_own_name() {
        for kind in ALL {
            assert_eq!(kind.as_str().parse::<EntitySchema>(), Ok(kind));
        }
        for kind in ALL {
            assert!("Vehikel".parse::<EntitySchema>().unwrap_err().contains(kind.as_str()), "{kind:?}");
        }
    }
}
