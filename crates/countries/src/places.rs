//! Countries by the codes and names that publishers use.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

/// A country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// ISO 3166-1 alpha-2 (`XK` for Kosovo).
    pub alpha2: String,
    /// ISO 3166-1 alpha-3 (`XKX` for Kosovo).
    pub alpha3: String,
    /// Its English name.
    pub name: String,
}

struct Places {
    places: Vec<Place>,
    by_code: HashMap<String, usize>,
    /// In their order: names that begin alike lie side by side.
    by_name: BTreeMap<String, usize>,
}

/// The country that a code (two or three letters, also those that only some publishers use) or an English name means.
/// A territory without a code of its own is no country here: its values must not be taken for those of a state.
pub fn place(text: &str) -> Option<&'static Place> {
    let places = read_once();
    let text = text.trim();
    let at = places.by_code.get(&text.to_uppercase()).or_else(|| places.by_name.get(&fold(text)))?;
    places.places.get(*at)
}

/// The other countries of which a name begins with the words of `text`: whoever writes `Congo` may mean either. None where
/// `text` is a code.
pub fn alike_begun(text: &str, meant: &Place) -> Vec<&'static Place> {
    let places = read_once();
    let begin = format!("{} ", fold(text));
    if places.by_code.contains_key(&text.trim().to_uppercase()) {
        return Vec::new();
    }
    let beginning = places.by_name.range(begin.clone()..).take_while(|(name, _)| name.starts_with(&begin));
    let alike: BTreeSet<usize> = beginning.map(|(_, at)| *at).collect();
    alike.into_iter().filter_map(|at| places.places.get(at)).filter(|place| *place != meant).collect()
}

fn read_once() -> &'static Places {
    static PLACES: OnceLock<Places> = OnceLock::new();
    PLACES.get_or_init(read)
}

fn read() -> Places {
    let mut places = Places { places: Vec::new(), by_code: HashMap::new(), by_name: BTreeMap::new() };
    let mut reader = csv::Reader::from_reader(include_bytes!("../data/countries.csv").as_slice());
    for row in reader.records().filter_map(Result::ok) {
        let field = |n: usize| row.get(n).unwrap_or_default();
        let at = places.places.len();
        for code in [field(0), field(1)].into_iter().chain(field(2).split('|').filter(|c| !c.is_empty())) {
            places.by_code.insert(code.to_owned(), at);
        }
        for name in field(3).split('|') {
            places.by_name.insert(fold(name), at);
        }
        places.places.push(Place {
            alpha2: field(0).to_owned(),
            alpha3: field(1).to_owned(),
            name: field(3).split('|').next().unwrap_or_default().to_owned(),
        });
    }
    places
}

/// Letters and digits without marks, lower case, without `the` and `of`.
fn fold(text: &str) -> String {
    let plain: String = text
        .replace('&', " and ")
        .chars()
        .map(|c| match c {
            'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' | 'Å' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            c if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
            _ => ' ',
        })
        .collect();
    let words = plain.split_whitespace().filter(|word| !["the", "of"].contains(word));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_as_publishers_write_them() {
        for (text, code) in [
            ("SA", "SAU"),
            ("sau", "SAU"),
            ("ZAR", "COD"),
            ("KSV", "XKX"),
            ("Côte d'Ivoire", "CIV"),
            ("Congo, Dem. Rep.", "COD"),
            ("Congo, Rep.", "COG"),
            ("Türkiye", "TUR"),
            ("Turkey", "TUR"),
            ("The Gambia", "GMB"),
            ("United States of America", "USA"),
            ("South Korea", "KOR"),
        ] {
            assert_eq!(place(text).map(|p| p.alpha3.as_str()), Some(code), "{text}");
        }
        let others = |text: &str| -> Vec<&str> {
            alike_begun(text, place(text).unwrap()).iter().map(|p| p.alpha2.as_str()).collect()
        };
        assert_eq!(others("Congo"), ["CD"]);
        for text in ["CG", "COG", "Mexico", "Saudi Arabia", "Niger", "Dominica"] {
            assert!(others(text).is_empty(), "{text}");
        }
        for text in ["", "Crimea", "Gaza Strip", "Abkhazia", "Zanzibar", "DDR"] {
            assert_eq!(place(text), None, "{text}");
        }
    }
}
