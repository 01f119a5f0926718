//! Syllables of Chinese and Korean names in Latin letters.
//!
//! A language has a few hundred of them, so one tells little, and one letter makes another: `song` and `yong` are no
//! two spellings of one name, as `Petrov` and `Petrow` are. Which spellings of one syllable exist is a matter of the
//! families in `data/given_names.csv`.

use std::sync::LazyLock;

use crate::hangul::{KOREAN_FINALS, KOREAN_INITIALS, KOREAN_VOWELS};
use crate::map::Set;

const PINYIN_INITIALS: [&str; 24] = [
    "", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh", "r", "z",
    "c", "s", "y", "w",
];

const PINYIN_FINALS: [&str; 35] = [
    "a", "o", "e", "ai", "ei", "ao", "ou", "an", "en", "ang", "eng", "ong", "er", "i", "ia", "ie", "iao",
    "iu", "ian", "in", "iang", "ing", "iong", "u", "ua", "uo", "uai", "ui", "uan", "un", "uang", "ue", "ui",
    "v", "ve",
];

const WADE_GILES_INITIALS: [&str; 16] =
    ["", "ch", "f", "h", "hs", "j", "k", "l", "m", "n", "p", "s", "sh", "t", "ts", "y"];

const WADE_GILES_FINALS: [&str; 12] =
    ["ung", "ien", "ieh", "ueh", "uei", "ih", "iung", "o", "u", "zu", "en", "iao"];

/// Spellings of older systems and of the south that the tables do not form.
const OTHERS: [&str; 44] = [
    "hsi", "hsia", "hsiao", "hsieh", "hsien", "hsin", "hsing", "hsiu", "hsu", "hsuan", "hsueh", "hsun",
    "chien", "chiang", "chieh", "chih", "chiu", "chou", "chow", "chu", "tse", "tsai", "tsang", "tsao",
    "tseng", "tso", "tsui", "tung", "tzu", "kuo", "kwok", "cheung", "leung", "yeung", "wong", "ng", "yip",
    "tsang", "lau", "chan", "hoi", "yoon", "soo", "joon",
];

static SYLLABLES: LazyLock<Set<String>> = LazyLock::new(|| {
    let mut out: Set<String> = OTHERS.iter().map(|s| (*s).to_owned()).collect();
    for initial in PINYIN_INITIALS {
        for last in PINYIN_FINALS {
            out.insert(format!("{initial}{last}"));
        }
    }
    for initial in WADE_GILES_INITIALS {
        for last in WADE_GILES_FINALS {
            out.insert(format!("{initial}{last}"));
        }
    }
    for initial in KOREAN_INITIALS.iter().flat_map(|(new, old)| [new, old]) {
        for vowel in KOREAN_VOWELS.iter().flat_map(|(new, old)| [new, old]) {
            for last in KOREAN_FINALS {
                out.insert(format!("{initial}{vowel}{last}"));
            }
        }
    }
    out
});

/// Whether a lower-case Latin word can be one syllable of a Chinese or Korean name.
pub(crate) fn is_syllable(word: &str) -> bool {
    word.len() <= MAX_SYLLABLE && SYLLABLES.contains(word)
}

/// The longest spelling, in letters.
const MAX_SYLLABLE: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_told_from_words() {
        for word in ["jong", "un", "jeong", "myong", "xi", "zhuang", "hsiao", "wong", "hyuk", "chae"] {
            assert!(is_syllable(word), "{word}");
        }
        for word in ["petrov", "maria", "smith", "ahmed", "john", "tran", "kurt", "jinping"] {
            assert!(!is_syllable(word), "{word}");
        }
    }
}
