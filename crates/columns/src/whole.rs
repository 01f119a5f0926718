//! One name of its parts.

use crate::cell::is_missing;

/// The most whole names that are made of several given and several family names.
const MOST: usize = 16;

/// The parts of a person's name as columns hold them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameParts {
    given: Vec<String>,
    middle: Vec<String>,
    family: Vec<String>,
}

impl NameParts {
    /// Adds a given name. What stands for none (`FNU`, `-`) is none.
    pub fn add_given(&mut self, text: &str) {
        add(&mut self.given, text);
    }

    /// Adds a middle name or a patronymic.
    pub fn add_middle(&mut self, text: &str) {
        add(&mut self.middle, text);
    }

    /// Adds a family name.
    pub fn add_family(&mut self, text: &str) {
        add(&mut self.family, text);
    }

    /// Whether there is a given name, and whether there is a family name.
    pub fn has(&self) -> (bool, bool) {
        (!self.given.is_empty(), !self.family.is_empty())
    }

    /// The family name becomes the one that a column called plainly `name` holds, unless that is the whole name.
    pub fn with_family_in(mut self, name: &str) -> Self {
        let words =
            |text: &str| text.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let whole = words(name);
        let is_whole = self.given.iter().any(|given| words(given).iter().all(|word| whole.contains(word)));
        if is_whole {
            self = Self::default();
        }
        self.add_family(name);
        self
    }

    /// The whole names: given, middle, family; of several given or family names each with each. `together` says that the values
    /// of a part are one (two columns of family names), not spellings of one.
    pub fn whole(&self, together: bool) -> Vec<String> {
        let one = |parts: &[String]| {
            let parts = if together && !parts.is_empty() { vec![parts.join(" ")] } else { parts.to_vec() };
            if parts.is_empty() { vec![String::new()] } else { parts }
        };
        let middle = self.middle.join(" ");
        let mut names = Vec::new();
        for family in one(&self.family) {
            for given in one(&self.given) {
                let parts = [given.as_str(), middle.as_str(), family.as_str()];
                let name = if parts.iter().all(|part| is_of_signs(part)) {
                    // 金正恩: the family name first, and nothing between
                    format!("{family}{middle}{given}")
                } else {
                    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
                };
                if !name.is_empty() && !names.contains(&name) && names.len() < MOST {
                    names.push(name);
                }
            }
        }
        names
    }
}

fn add(parts: &mut Vec<String>, text: &str) {
    let text = text.trim();
    // "first name unknown", "last name unknown", "no first name"
    let stands_for_none = ["fnu", "lnu", "nfn", "nln", "nmn", "xxx"].contains(&text.to_lowercase().as_str());
    if !is_missing(text) && !stands_for_none && !parts.iter().any(|part| part == text) {
        parts.push(text.to_owned());
    }
}

/// Whether a text has Chinese characters or Korean syllables alone.
fn is_of_signs(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(given: &[&str], middle: &[&str], family: &[&str]) -> NameParts {
        let mut parts = NameParts::default();
        given.iter().for_each(|text| parts.add_given(text));
        middle.iter().for_each(|text| parts.add_middle(text));
        family.iter().for_each(|text| parts.add_family(text));
        parts
    }

    #[test]
    fn parts_become_whole_names() {
        let whole =
            |given: &[&str], middle: &[&str], family: &[&str]| parts(given, middle, family).whole(true);
        assert_eq!(whole(&["Quentin"], &[], &["Quillfeather"]), ["Quentin Quillfeather"]);
        assert_eq!(whole(&["Quentin"], &["Quirinus"], &["Quillfeather"]), ["Quentin Quirinus Quillfeather"]);
        assert_eq!(whole(&["Ana"], &["N/A"], &["Pérez", "Zorblax"]), ["Ana Pérez Zorblax"]);
        assert_eq!(whole(&["FNU"], &[], &["Quillfeather"]), ["Quillfeather"]);
        assert_eq!(whole(&["小明"], &[], &["王"]), ["王小明"]);
        assert!(whole(&["-"], &[], &["LNU"]).is_empty());
        let spellings = parts(&["Sergei", "Sergey"], &[], &["Quill"]).whole(false);
        assert_eq!(spellings, ["Sergei Quill", "Sergey Quill"]);
    }

    #[test]
    fn a_plain_name_beside_a_given_name_is_the_family_name_unless_it_is_whole() {
        assert_eq!(parts(&["Sergej"], &[], &[]).with_family_in("Quill").whole(true), ["Sergej Quill"]);
        assert_eq!(
            parts(&["Sergej"], &[], &[]).with_family_in("Quill, SERGEJ").whole(true),
            ["Quill, SERGEJ"]
        );
        assert_eq!(parts(&[], &[], &[]).with_family_in("Quill Ltd").whole(true), ["Quill Ltd"]);
    }
}
