//! Labelled identifiers and features (`Passport A123 (Iran)`, `IR, 1690, Registration Number`) → properties.

use std::collections::HashMap;
use std::sync::OnceLock;

use countersign_model::Entity;

use crate::ImportError;
use crate::countries::Countries;
use crate::embedded::{bad, rows};

const TABLE: &str = "id_labels.csv";

/// Properties whose values are numbers of a document, register or account.
const IDENTIFIERS: [&str; 23] = [
    "passportNumber",
    "idNumber",
    "taxNumber",
    "vatCode",
    "registrationNumber",
    "leiCode",
    "uscCode",
    "dunsCode",
    "bikCode",
    "swiftBic",
    "isinCode",
    "imoNumber",
    "mmsi",
    "callSign",
    "serialNumber",
    "icaoCode",
    "publicKey",
    "innCode",
    "ogrnCode",
    "kppCode",
    "okpoCode",
    "ticker",
    "licenseNumber",
];

/// Number of identifiers of an entity.
pub(crate) fn count(entity: &Entity) -> u64 {
    IDENTIFIERS.iter().map(|property| entity.values(property).len() as u64).sum()
}

/// The label table, longest label first.
pub(crate) struct Labels {
    property: HashMap<String, &'static str>,
    longest_first: Vec<String>,
}

/// One item, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item<'a> {
    /// The label as the table writes it.
    pub(crate) label: &'a str,
    /// The FollowTheMoney property, `-` for none.
    pub(crate) property: &'static str,
    /// The value, without label, country and dates.
    pub(crate) value: String,
}

impl Labels {
    pub(crate) fn get() -> Result<&'static Self, ImportError> {
        static READ: OnceLock<Result<Labels, ImportError>> = OnceLock::new();
        READ.get_or_init(Self::read).as_ref().map_err(Clone::clone)
    }

    fn read() -> Result<Self, ImportError> {
        let mut property = HashMap::new();
        for row in rows(TABLE, include_str!("../data/id_labels.csv"))? {
            let (Some(label), Some(name)) = (row.get(0), row.get(1)) else {
                return Err(bad(TABLE, "a row without two columns"));
            };
            let name = IDENTIFIERS
                .iter()
                .chain(&OTHERS)
                .find(|p| **p == name)
                .ok_or_else(|| bad(TABLE, format!("`{name}` is not a property")))?;
            if property.insert(label.to_owned(), *name).is_some() {
                return Err(bad(TABLE, format!("`{label}` stands twice")));
            }
        }
        let mut longest_first: Vec<String> = property.keys().cloned().collect();
        longest_first.sort_by_key(|label| std::cmp::Reverse(label.len()));
        Ok(Self { property, longest_first })
    }

    fn entry(&self, label: &str) -> Option<(&str, &'static str)> {
        if let Some((label, property)) = self.property.get_key_value(label) {
            return Some((label, property));
        }
        // one label for each currency; the currency stays in the raw item
        label.starts_with("Digital Currency Address").then_some(("Digital Currency Address", "publicKey"))
    }

    /// An item of the screening list's `ids` column. Two dialects: the label last (`IR, 1690, Registration
    /// Number`, 2022) or first (`Passport, 836238033, KP`, 2025). `None` where no label is known.
    pub(crate) fn csl_item(&self, text: &str, countries: &Countries) -> Option<Item<'_>> {
        let (label, property, rest) = if let Some((rest, label)) = text.rsplit_once(", ")
            && let Some((label, property)) = self.entry(label.trim())
        {
            (label, property, rest)
        } else {
            let (label, rest) = text.split_once(", ")?;
            let (label, property) = self.entry(label.trim())?;
            (label, property, rest)
        };
        let value = if property == "notes" || property == "-" {
            rest.trim().to_owned()
        } else {
            let country_or_date = |part: &&str| {
                countries.by_code(part).is_some()
                    || (part.len() == 10 && countersign_model::parse_date(part).is_ok())
            };
            let value: Vec<&str> = rest.split(", ").map(str::trim).filter(|p| !country_or_date(p)).collect();
            value.join(", ")
        };
        Some(Item { label, property, value })
    }

    /// An item whose label stands in a field of its own (OFAC's XML). `None` where no label is known.
    pub(crate) fn labelled(&self, label: &str, value: &str) -> Option<Item<'_>> {
        let (label, property) = self.entry(label.trim())?;
        Some(Item { label, property, value: value.trim().to_owned() })
    }

    /// An item of OFAC's remarks: `Passport A123 (Iran) issued 12 Jul 1986`, `Gender Male`. `None` where the
    /// text begins with no known label.
    pub(crate) fn remark_item(&self, text: &str) -> Option<Item<'_>> {
        if let Some(rest) = text.strip_prefix("Digital Currency Address - ") {
            let (_, address) = rest.split_once(' ')?;
            return Some(Item {
                label: "Digital Currency Address",
                property: "publicKey",
                value: address.trim().to_owned(),
            });
        }
        let label = self.longest_first.iter().find(|label| {
            text.strip_prefix(label.as_str()).is_some_and(|rest| rest.starts_with([' ', '(']))
        })?;
        let property = self.property.get(label)?;
        let rest = text.strip_prefix(label.as_str())?.trim();
        let value = if *property == "notes" || *property == "-" {
            rest
        } else {
            // the country and the dates of issue and expiry stay in the raw item
            let end = [" (", " issued ", " expires "].iter().filter_map(|mark| rest.find(mark)).min();
            rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)
        };
        Some(Item { label, property, value: value.trim().to_owned() })
    }
}

/// The day of listing that an NS-CMIC entry gives among its features (Treasury's files have no date column).
pub(crate) fn cmic_listing_day(entity: &Entity) -> Option<countersign_model::Date> {
    entity.values("listingDate").iter().filter_map(|day| countersign_model::parse_date(day).ok()).min()
}

/// Puts a read item where it belongs. The raw item is kept beside it, so that nothing of it is lost.
pub(crate) fn place(entity: &mut Entity, item: &Item<'_>, raw: &str) {
    match item.property {
        "-" => entity.add("identification", raw),
        "notes" => entity.add("notes", raw),
        "gender" => entity.add("gender", item.value.to_lowercase()),
        "imoNumber" => {
            entity.add("identification", raw);
            match item.value.trim().strip_prefix("IMO") {
                Some(number) => entity.add("imoNumber", number),
                None => entity.add("registrationNumber", &item.value),
            }
        }
        "incorporationDate" | "buildDate" | "listingDate" => {
            entity.add("identification", raw);
            let date = crate::dates::partial(&item.value);
            entity.add(item.property, date.as_deref().unwrap_or(&item.value));
        }
        property => {
            entity.add("identification", raw);
            entity.add(property, &item.value);
        }
    }
}

/// What else a label of the table may be; `-`: the item stays as it is written.
const OTHERS: [&str; 14] = [
    "model",
    "buildDate",
    "operator",
    "website",
    "email",
    "phone",
    "gender",
    "sector",
    "incorporationDate",
    "pastFlags",
    "type",
    "notes",
    "listingDate",
    "-",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_dialects_of_the_screening_list_give_the_same() {
        let (labels, countries) = (Labels::get().unwrap(), Countries::get().unwrap());
        let item = |text| labels.csl_item(text, countries).map(|i| (i.property, i.value));
        let passport = Some(("passportNumber", "836238033".to_owned()));
        assert_eq!(item("KP, 836238033, Passport"), passport);
        assert_eq!(item("Passport, 836238033, KP"), passport);
        assert_eq!(
            item("SA, 2006-03-11, 2001-05-05, C536660, Passport"),
            Some(("passportNumber", "C536660".into()))
        );
        assert_eq!(item("Male, Gender"), item("Gender, Male"));
        assert_eq!(item("Something, 12, else"), None);
    }

    #[test]
    fn remarks_are_read_by_their_label() {
        let labels = Labels::get().unwrap();
        let item = |text| labels.remark_item(text).map(|i| (i.property, i.value));
        assert_eq!(item("Passport AL720622 (Colombia)"), Some(("passportNumber", "AL720622".into())));
        assert_eq!(item("Passport 123 (Iran) issued 01 Jan 2001"), Some(("passportNumber", "123".into())));
        assert_eq!(item("Digital Currency Address - XBT 18Ke1Q"), Some(("publicKey", "18Ke1Q".into())));
        assert_eq!(
            item("Matricula Mercantil No 181301-1 Cali (Colombia)"),
            Some(("registrationNumber", "181301-1 Cali".into()))
        );
        assert_eq!(item("Passportless"), None);
    }
}
