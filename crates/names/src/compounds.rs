//! One word that another language writes as several general ones: `Минобороны` is the ministry of defence, `Ölgesellschaft` an oil
//! company. A name with such a word has a second reading in which the words stand apart.

use std::sync::LazyLock;

use crate::latin::{is_latin, is_of_word};
use crate::map::Map;
use crate::sound_key::letters;

static COMPOUNDS: LazyLock<Map<String, &'static str>> = LazyLock::new(|| {
    let mut out = Map::default();
    for line in include_str!("../data/compounds.csv").lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let mut fields = line.splitn(3, ',');
        if let (Some(written), Some(meaning)) = (fields.next(), fields.next()) {
            out.extend(written.split('|').map(|word| (word.to_owned(), meaning)));
        }
    }
    out
});

/// No compound has fewer bytes.
const SHORTEST: usize = 8;

/// The letters with which those begin that begin with one of ASCII, as bits.
const HEADS: u32 = letters(b"ehmorv");

/// Whether a name in Latin letters may have a compound: most have no word that is long and begins as one.
fn may_have(name: &str) -> bool {
    // made small, the one letter is two characters, at which a word ends
    let may_be = |word: &[u8]| match word {
        [head, ..] if word.len() >= SHORTEST => !head.is_ascii() || HEADS & (1 << (head & 31)) != 0,
        _ => false,
    };
    let otherwise = || !is_latin(name) || name.contains('İ');
    (!name.is_ascii() && otherwise()) || name.as_bytes().split(|b| !is_of_word(*b)).any(may_be)
}

/// The name of a body with its compounds written apart, in lower case; `None` where it has none.
pub(crate) fn apart(name: &str) -> Option<String> {
    if !may_have(name) {
        return None;
    }
    let lower = name.to_lowercase();
    let words = || lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words().any(|word| word.len() >= SHORTEST && COMPOUNDS.contains_key(word)).then(|| {
        let apart: Vec<&str> = words().map(|word| COMPOUNDS.get(word).copied().unwrap_or(word)).collect();
        apart.join(" ")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compounds_are_written_apart() {
        assert_eq!(apart("Минобороны России").as_deref(), Some("министерство обороны россии"));
        assert_eq!(
            apart("Nationale Quillische Ölgesellschaft").as_deref(),
            Some("nationale quillische oil company")
        );
        assert_eq!(apart("Quill Handel"), None);
        assert!(COMPOUNDS.len() > 10 && COMPOUNDS.keys().all(|word| word.len() >= SHORTEST));
        for word in COMPOUNDS.keys() {
            for written in [word.clone(), word.to_uppercase()] {
                assert!(may_have(&written) && may_have(&format!("Quill-{written}")), "{written}");
            }
        }
    }
}
