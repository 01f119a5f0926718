//! The names that a name with lost letters may be: `Iv?n HERN?NDEZ` is asked with every word of the lists in the place of
//! each damaged one.
//!
//! What a lost letter was only the lists can tell. The words that fit are looked for among all words of a part, and where
//! several words of the name are damaged, those that stand together in one listed name are asked first. Both ways of screening
//! ask the same names, so that the index stays as complete as it is for any other name.

use std::collections::{BTreeMap, BTreeSet};

use countersign_names::ParsedName;

use crate::damage::{Lost, fits, repaired};
use crate::part::Part;
use crate::plain::is_plain;
use crate::query::Query;
use crate::word_row::letters;

/// More names are not asked in the place of one.
const MOST: usize = 64;

/// The names with lost letters in a query, as they are written or read.
pub(crate) fn lost(query: &Query) -> Vec<Lost> {
    let mut out = Vec::new();
    for name in query.names().filter(|name| !is_plain(name)) {
        out.extend(Lost::of(name));
        out.extend(repaired(name).iter().filter_map(|read| Lost::of(read)));
    }
    out
}

/// The names of a part that these may be.
pub(crate) fn names(lost: &[Lost], part: &Part<'_>) -> Vec<ParsedName> {
    let mut out: Vec<ParsedName> = Vec::new();
    for name in lost {
        for written in filled(name, part) {
            let parsed = ParsedName::parse(&written, part.kind);
            if !parsed.forms.is_empty() {
                out.push(parsed);
            }
        }
    }
    out
}

/// A word of a part, with its number.
type Fitting = (u32, String);

fn filled(lost: &Lost, part: &Part<'_>) -> Vec<String> {
    // a lost letter stays as it is
    let folded = |pattern: &str| {
        let letters: Vec<String> =
            pattern.split('?').map(|run| any_ascii::any_ascii(run).to_lowercase()).collect();
        letters.join("?")
    };
    let patterns: Vec<String> = lost.patterns().map(folded).collect();
    let mut fitting: Vec<Vec<Fitting>> = vec![Vec::new(); patterns.len()];
    // whatever fits has the letters that are left, so that most words need not be read
    let left: Vec<u32> = patterns.iter().map(|pattern| letters(&pattern.replace('?', ""))).collect();
    for (number, row) in (0u32..).zip(part.words).take(part.word_count()) {
        for ((pattern, left), fitting) in patterns.iter().zip(&left).zip(&mut fitting) {
            if left & !row.letters == 0
                && let Some(word) = part.word(number).filter(|word| fits(pattern, word.text()))
            {
                fitting.push((number, word.text().to_owned()));
            }
        }
    }
    let texts = |words: &[Fitting]| -> Vec<String> {
        let texts: BTreeSet<&String> = words.iter().map(|(_, text)| text).collect();
        texts.into_iter().cloned().collect()
    };
    let mut out: Vec<String> = Vec::new();
    if patterns.len() > 1 {
        for together in together(&fitting, part) {
            let one: Vec<Vec<String>> = together.into_iter().map(|word| vec![word]).collect();
            out.extend(lost.filled(&one, 1));
            if out.len() >= MOST {
                return out;
            }
        }
    }
    let all: Vec<Vec<String>> = fitting.iter().map(|words| texts(words)).collect();
    for name in lost.filled(&all, MOST) {
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}

/// For each pattern one word, so that a listed name has all of them.
fn together(fitting: &[Vec<Fitting>], part: &Part<'_>) -> BTreeSet<Vec<String>> {
    let mut by_name: BTreeMap<usize, Vec<Option<String>>> = BTreeMap::new();
    for (at, words) in fitting.iter().enumerate() {
        for (number, text) in words {
            for name in part.readings_of(*number).flat_map(|reading| part.names_of(reading)) {
                let found = by_name.entry(name).or_insert_with(|| vec![None; fitting.len()]);
                if let Some(place) = found.get_mut(at).filter(|place| place.is_none()) {
                    *place = Some(text.clone());
                }
            }
        }
    }
    by_name.into_values().filter_map(|words| words.into_iter().collect()).collect()
}
