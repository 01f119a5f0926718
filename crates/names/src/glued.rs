//! Names of bodies that are written without blanks: `WHITEHORSEHOTELMANAGEMENTGROUP`.
//!
//! Some programs drop the blanks. The general words and the forms of organisation at both ends of such a word are known, so it has
//! a second reading in which they stand apart; what is left is compared as several words written as one.

use std::sync::LazyLock;

use crate::NameKind;
use crate::map::Set;
use crate::tables::{Nature, TABLES};

/// Fewer letters are a word, and no name without its blanks.
const FEWEST: usize = 14;
/// Shorter general words end and begin other words.
const SHORTEST_WORD: usize = 4;
/// Shorter forms likewise.
const SHORTEST_FORM: usize = 7;
/// Fewer letters are no name that is left.
const LEAST_LEFT: usize = 3;

/// Words between two others.
const BETWEEN: [&str; 4] = ["and", "of", "for", "the"];

/// The words that are cut off, with blanks where they have them.
struct Known {
    words: Set<String>,
    /// The same without blanks, of forms.
    forms: Vec<(String, String)>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let latin = |key: &str| key.bytes().all(|b| b.is_ascii_lowercase() || b == b' ');
    let words = TABLES.all_concepts(NameKind::Organization);
    let words = words.filter(|(key, nature)| {
        *nature == Nature::Generic && latin(key) && !key.contains(' ') && key.len() >= SHORTEST_WORD
    });
    let words = words.map(|(key, _)| key.to_owned()).collect();
    let forms = TABLES.all_forms().filter(|(key, _)| latin(key));
    let mut forms: Vec<(String, String)> = forms
        .map(|(key, _)| (key.replace(' ', ""), key.to_owned()))
        .filter(|(bare, _)| bare.len() >= SHORTEST_FORM)
        .collect();
    forms.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    Known { words, forms }
});

/// The name of a body with blanks, where it is one long word of Latin letters that begins or ends with known ones.
pub(crate) fn with_blanks(name: &str) -> Option<String> {
    let name = name.trim();
    if name.len() < FEWEST || !name.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let lower = name.to_lowercase();
    let mut rest = lower.as_str();
    let (mut head, mut tail): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    while let Some((word, after)) = first(rest) {
        head.push(word);
        rest = after;
        // `bank of industry`
        if let Some((between, (word, after))) =
            BETWEEN.iter().find_map(|b| Some((*b, first(rest.strip_prefix(b)?)?)))
        {
            head.extend([between, word]);
            rest = after;
        }
    }
    while let Some((before, word)) = last(rest) {
        tail.push(word);
        rest = before;
        if let Some((between, (before, word))) =
            BETWEEN.iter().find_map(|b| Some((*b, last(rest.strip_suffix(b)?)?)))
        {
            tail.extend([between, word]);
            rest = before;
        }
    }
    if head.is_empty() && tail.is_empty() {
        return None;
    }
    let left = (!rest.is_empty()).then_some(rest);
    let words: Vec<&str> = head.into_iter().chain(left).chain(tail.into_iter().rev()).collect();
    Some(words.join(" "))
}

/// What may be left of a name.
fn may_be_left(rest: &str) -> bool {
    rest.is_empty() || rest.len() >= LEAST_LEFT
}

fn first(text: &str) -> Option<(&str, &str)> {
    let form =
        KNOWN.forms.iter().find_map(|(bare, key)| Some((key.as_str(), text.strip_prefix(bare.as_str())?)));
    let word = || {
        (SHORTEST_WORD..=text.len().min(LONGEST))
            .rev()
            .find_map(|at| text.split_at_checked(at).filter(|(word, _)| KNOWN.words.contains(*word)))
    };
    form.or_else(word).filter(|(_, after)| may_be_left(after))
}

fn last(text: &str) -> Option<(&str, &str)> {
    let form =
        KNOWN.forms.iter().find_map(|(bare, key)| Some((text.strip_suffix(bare.as_str())?, key.as_str())));
    let word = || {
        (SHORTEST_WORD..=text.len().min(LONGEST)).rev().find_map(|len| {
            text.split_at_checked(text.len() - len).filter(|(_, word)| KNOWN.words.contains(*word))
        })
    };
    form.or_else(word).filter(|(before, _)| may_be_left(before))
}

/// The longest general word.
const LONGEST: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_at_both_ends_are_cut_off() {
        for (written, read) in [
            ("BLUEQUILLHOTELMANAGEMENTGROUP", "bluequillhotel management group"),
            ("BankOfIndustryAndQuills", "bank of industry andquills"),
            ("LIMITEDLIABILITYCOMPANYFEATHERQUILL", "limited liability company featherquill"),
            ("FEATHERQUILLIMPORTANDEXPORT", "featherquill import and export"),
            ("QUILLTICARETLIMITEDSIRKETI", "quill ticaret limited sirketi"),
        ] {
            assert_eq!(with_blanks(written).as_deref(), Some(read), "{written}");
        }
        for other in
            ["Candiru", "Schneidermeister", "Quill Management Group", "quillmanagement1", "Featherquillers"]
        {
            assert_eq!(with_blanks(other), None, "{other}");
        }
    }
}
