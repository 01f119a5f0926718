//! Whether two addresses share what tells places apart.
//!
//! Lists write addresses as one line, customers as another, in any order and depth, so that no field is compared with its
//! like. What counts is what both lines hold: a postal code (or another number of at least four characters), and the words
//! that are no general ones. An address that differs says nothing: parties move, and have several.

use std::collections::BTreeSet;

use countersign_names::country_named;

/// An address as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Address {
    /// As written.
    pub(crate) written: String,
    /// Postal codes and other telling numbers.
    codes: BTreeSet<String>,
    /// Cities, streets, districts.
    words: BTreeSet<String>,
}

/// How far two addresses agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Agreement {
    /// A city or a district.
    Place,
    /// A postal code with a place, or three words or more: a street in a city.
    Whole,
}

/// What stands in addresses everywhere, in the languages of the lists.
const GENERAL: [&str; 76] = [
    "main",
    "head",
    "street",
    "road",
    "avenue",
    "lane",
    "drive",
    "boulevard",
    "square",
    "building",
    "bldg",
    "floor",
    "suite",
    "room",
    "flat",
    "apartment",
    "unit",
    "block",
    "house",
    "office",
    "tower",
    "plaza",
    "center",
    "centre",
    "north",
    "south",
    "east",
    "west",
    "northern",
    "southern",
    "eastern",
    "western",
    "upper",
    "lower",
    "district",
    "city",
    "town",
    "village",
    "province",
    "region",
    "county",
    "state",
    "area",
    "zone",
    "industrial",
    "park",
    "near",
    "next",
    "post",
    "postal",
    "code",
    "mail",
    "number",
    "prison",
    "airport",
    "republic",
    "islamic",
    "federation",
    "peoples",
    "democratic",
    "united",
    "kingdom",
    "states",
    "emirates",
    "strasse",
    "calle",
    "avenida",
    "carrera",
    "ulitsa",
    "oblast",
    "rayon",
    "raion",
    "prospekt",
    "dist",
    "prov",
    "cedex",
];

/// Shorter words are mostly abbreviations.
const WORD: usize = 4;
/// Shorter numbers are those of houses and floors.
const CODE: usize = 4;

impl Address {
    /// Reads a line.
    pub(crate) fn of(written: &str) -> Self {
        let mut address = Self { written: written.to_owned(), ..Self::default() };
        let folded = any_ascii::any_ascii(written).to_lowercase();
        let mut half: Option<&str> = None;
        for word in folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
            let before = half.take();
            if word.bytes().any(|b| b.is_ascii_digit()) {
                // `EC3N 1DY`, `M5V 2T6`: codes with letters are written in two halves
                let lettered = word.bytes().any(|b| b.is_ascii_alphabetic());
                if let Some(first) = before.filter(|_| lettered) {
                    address.codes.insert(format!("{first}{word}"));
                } else if word.len() >= CODE {
                    address.codes.insert(word.to_owned());
                }
                half = lettered.then_some(word);
            } else if word.len() >= WORD && !GENERAL.contains(&word) && country_named(word).is_none() {
                address.words.insert(word.to_owned());
            }
        }
        address
    }

    /// What both have; `None` where nothing that tells.
    pub(crate) fn agreement(&self, other: &Self) -> Option<Agreement> {
        let code = self.codes.intersection(&other.codes).next().is_some();
        let words = self.words.intersection(&other.words).count();
        match (code, words) {
            (true, 1..) | (_, 3..) => Some(Agreement::Whole),
            (_, 1..) => Some(Agreement::Place),
            // two countries have the same code
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_agree_by_what_tells_places_apart() {
        let agree = |a: &str, b: &str| Address::of(a).agreement(&Address::of(b));
        assert_eq!(
            agree(
                "Ibex House, The Minories, London EC3N 1DY",
                "Minories 12, EC3N 1DY London, United Kingdom"
            ),
            Some(Agreement::Whole)
        );
        assert_eq!(agree("ul. Lenina 5, 630005 Novosibirsk", "Новосибирск, 630005"), Some(Agreement::Whole));
        assert_eq!(agree("12 Galgalei Haplada St, Herzliya", "Herzliya, Israel"), Some(Agreement::Place));
        for (a, b) in [
            ("5th Floor, Main Building, Tehran", "5th Floor, Main Building, Shiraz"),
            ("75159 Seagoville", "75159 Paris"),
            ("Tehran, Iran", "Shiraz, Iran"),
            ("", "London"),
        ] {
            assert_eq!(agree(a, b), None, "{a} / {b}");
        }
    }

    #[test]
    fn a_street_and_a_city_without_a_code_are_an_address() {
        let (a, b) = (
            Address::of("Galgalei Haplada 12, Herzliya"),
            Address::of("12 Galgalei Haplada St, Herzliya 4672211"),
        );
        assert_eq!(a.agreement(&b), Some(Agreement::Whole));
    }
}
