//! Country names as publishers write them → FollowTheMoney codes (ISO 3166-1 alpha-2, lower case).

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use crate::ImportError;
use crate::embedded::{bad, rows};

const TABLE: &str = "countries.csv";
const NATIONALS: &str = "demonyms.csv";

/// Words of the longest name of a country in the tables.
const LONGEST_NAME: usize = 7;

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
    by_national: HashMap<String, String>,
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
        let mut by_national = HashMap::new();
        for row in rows(NATIONALS, include_str!("../data/demonyms.csv"))? {
            let (Some(code), Some(words)) = (row.get(0), row.get(1)) else {
                return Err(bad(NATIONALS, "a row without two columns"));
            };
            for word in words.split('|') {
                if by_national.insert(fold(word), code.to_owned()).is_some() {
                    return Err(bad(NATIONALS, format!("`{word}` stands twice")));
                }
            }
        }
        Ok(Self { by_name, by_national, codes })
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

    /// Every country or nationality that a cell names, in its order: `(1) Central African Republic (2) Sudan`,
    /// `Pakistan (previous address)`, `Ukrainian and/or Russian`, `In Syria as at June 2013`. What stands in brackets
    /// is a remark. Only for cells that hold countries or nationalities: a street may bear the name of a country.
    pub(crate) fn named_in(&self, text: &str) -> Vec<String> {
        let mut plain = String::new();
        let mut depth = 0_usize;
        for c in text.chars() {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ if depth > 0 => {}
                ',' | ';' | '/' | '"' => plain.push_str(" | "),
                '.' => plain.push(' '),
                c => plain.push(c),
            }
        }
        let words: Vec<&str> = plain.split_whitespace().collect();
        let mut found: Vec<String> = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let longest = (1..=LONGEST_NAME).rev().find_map(|n| {
                let name = fold(&words.get(at..at + n)?.join(" "));
                let code = self.by_name.get(&name).or_else(|| self.by_national.get(&name))?;
                Some((n, code.clone()))
            });
            match longest {
                Some((n, code)) => {
                    if !found.contains(&code) {
                        found.push(code);
                    }
                    at += n;
                }
                None => at += 1,
            }
        }
        // "Democratic People's Republic of Korea (DPRK)" is found above; "(b) Georgia" alone is not
        if found.is_empty() && text.contains('(') {
            return self.named_in(&text.replace(['(', ')'], " "));
        }
        found
    }

    /// The country at the start of a text, and what stands behind it.
    pub(crate) fn at_the_start<'a>(&self, text: &'a str) -> Option<(&str, &'a str)> {
        let ends: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).take(LONGEST_NAME).collect();
        ends.into_iter().rev().find_map(|end| {
            let code = self.by_name(text.get(..end)?)?;
            Some((code, text.get(end..)?.trim()))
        })
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
        let named = |text| countries.named_in(text).join(" ");
        assert_eq!(named("(1) Central African Republic (2)  Sudan"), "cf sd");
        assert_eq!(named("Pakistan (previous address)"), "pk");
        assert_eq!(named("In Syria as at June 2013"), "sy");
        assert_eq!(named("Ukrainian and/or Russian"), "ua ru");
        assert_eq!(named("a) Syrian Arab Republic b) State of Palestine"), "sy ps");
        assert_eq!(named("South Sudan"), "ss", "the longest name counts");
        assert_eq!(named("Africa"), "");
    }
}
