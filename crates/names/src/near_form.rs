//! Organisation forms with a slip in them: `LIMITED LIABlLITY COMPANY`, `Open Joint 5tock Company`, `Limtied`.
//!
//! A form that is not recognised stays in the name as words that nothing answers to, and hides a body whose own name agrees letter
//! for letter. A long form is still known with one letter wrong in one of its words; of short ones (`SAL`, `OOO`) another letter
//! makes another form or a word.

use std::sync::LazyLock;

use crate::distance::text_edits;
use crate::map::{Map, Set};
use crate::tables::{OrgFormRow, TABLES, join};

/// A form of one word is looked for with a slip if it has so many letters.
const LONG_WORD: usize = 7;
/// A word of a longer form likewise.
const LEAST_WORD: usize = 4;
/// A form of several words likewise, all together.
const LONG_FORM: usize = 12;
/// Longer forms are told from the rest by fewer words.
const MOST_WORDS: usize = 5;

/// A word that may be misspelled, and the form that it makes.
type Missing = (String, &'static OrgFormRow);

struct Near {
    /// Of forms of several words: the form without one word (`limited * company`), and what that word may be.
    gaps: Map<String, Vec<Missing>>,
    /// The words of these forms.
    words: Set<&'static str>,
    /// Forms of one word.
    single: Vec<(&'static str, &'static OrgFormRow)>,
}

static NEAR: LazyLock<Near> = LazyLock::new(|| {
    let mut out = Near { gaps: Map::default(), words: Set::default(), single: Vec::new() };
    for (key, row) in TABLES.all_forms() {
        let words: Vec<&'static str> = key.split(' ').collect();
        if words.len() == 1 && key.chars().count() >= LONG_WORD {
            out.single.push((key, row));
        }
        if (2..=MOST_WORDS).contains(&words.len()) && key.chars().count() >= LONG_FORM {
            out.words.extend(words.iter().copied());
            for (at, word) in words.iter().enumerate() {
                if word.chars().count() >= LEAST_WORD {
                    out.gaps.entry(with_gap(&words, at)).or_default().push(((*word).to_owned(), row));
                }
            }
        }
    }
    out
});

fn with_gap<S: AsRef<str>>(words: &[S], at: usize) -> String {
    let kept: Vec<&str> =
        words.iter().enumerate().map(|(n, w)| if n == at { "*" } else { w.as_ref() }).collect();
    join(&kept)
}

/// The form that these words are with one letter wrong in one of them.
pub(crate) fn near_form(words: &[String]) -> Option<&'static OrgFormRow> {
    let one_slip = |a: &str, b: &str| a != b && text_edits(a, b, 1).is_some();
    if let [word] = words {
        let long = word.chars().count() + 1 >= LONG_WORD;
        return if long {
            NEAR.single.iter().find(|(form, _)| one_slip(form, word)).map(|(_, row)| *row)
        } else {
            None
        };
    }
    let known = words.iter().filter(|word| NEAR.words.contains(word.as_str())).count();
    if words.len() > MOST_WORDS || known + 1 < words.len() {
        return None;
    }
    (0..words.len()).find_map(|at| {
        let word = words.get(at)?;
        let missing = NEAR.gaps.get(&with_gap(words, at))?;
        missing.iter().find(|(form, _)| one_slip(form, word)).map(|(_, row)| *row)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_form_is_known_with_one_slip() {
        let class = |text: &str| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            near_form(&words).map(|row| row.generic)
        };
        for (written, class_of) in [
            ("limited liabllity company", "limited"),
            ("open joint 5tock company", "stock"),
            ("sociedad anonlma", "stock"),
            ("limtied", "limited"),
            ("общество с ограниченой ответственностью", "limited"),
        ] {
            assert_eq!(class(written), Some(class_of), "{written}");
        }
        for other in [
            "united",
            "oop",
            "5al",
            "gmbx",
            "company star",
            "quill company",
            "limited",
            "joint venture company",
        ] {
            assert_eq!(class(other), None, "{other}");
        }
    }
}
