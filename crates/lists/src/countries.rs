//! Country names as publishers write them → FollowTheMoney codes (ISO 3166-1 alpha-2, lower case).

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::ImportError;
use crate::embedded::{bad, rows};

const TABLE: &str = "countries.csv";

/// The ISO 3166-1 alpha-2 code, in lower case, of a country's name or code as lists write them. `None` for a text that is
/// neither.
pub fn country_code(text: &str) -> Result<Option<String>, ImportError> {
    let countries = Countries::get()?;
    Ok(countries.any(text).or_else(|| countries.by_code(&text.trim().to_ascii_uppercase())))
}

/// Names and codes. The table holds the names that the lists use, beside the ordinary English ones; a region
/// (`Region: Crimea`) has the code of the state it belongs to under international law.
pub(crate) struct Countries {
    by_name: HashMap<String, String>,
    codes: HashSet<String>,
}

impl Countries {
    /// The built-in table, read once.
    pub(crate) fn get() -> Result<&'static Self, ImportError> {
        static READ: OnceLock<Result<Countries, ImportError>> = OnceLock::new();
        READ.get_or_init(Self::read).as_ref().map_err(Clone::clone)
    }

    fn read() -> Result<Self, ImportError> {
        let mut by_name = HashMap::new();
        let mut codes = HashSet::new();
        for row in rows(TABLE, include_str!("../data/countries.csv"))? {
            let (Some(code), Some(names)) = (row.get(0), row.get(1)) else {
                return Err(bad(TABLE, "a row without two columns"));
            };
            codes.insert(code.to_owned());
            for name in names.split('|') {
                if by_name.insert(fold(name), code.to_owned()).is_some() {
                    return Err(bad(TABLE, format!("`{name}` stands twice")));
                }
            }
        }
        Ok(Self { by_name, codes })
    }

    /// The code of a country's name.
    pub(crate) fn by_name(&self, name: &str) -> Option<&str> {
        self.by_name.get(&fold(name)).map(String::as_str)
    }

    /// A code written as two capitals, if it is assigned.
    pub(crate) fn by_code(&self, code: &str) -> Option<String> {
        let capitals = code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase());
        let code = code.to_ascii_lowercase();
        (capitals && self.codes.contains(&code)).then_some(code)
    }

    /// A code or a name, whichever it is.
    pub(crate) fn any(&self, text: &str) -> Option<String> {
        let text = text.trim();
        self.by_code(text).or_else(|| self.by_name(text).map(str::to_owned))
    }
}

fn fold(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").replace('’', "'").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishers_names_and_codes_are_read() {
        let countries = Countries::get().unwrap();
        assert_eq!(countries.by_name("Korea, North"), Some("kp"));
        assert_eq!(countries.by_name("Democratic People’s Republic of  Korea"), Some("kp"));
        assert_eq!(countries.any("IL").as_deref(), Some("il"));
        assert_eq!(countries.any("ZZ"), None);
        assert_eq!(countries.any("il"), None, "a code is two capitals");
    }
}
