//! Korean syllables in Latin letters: the Revised Romanization of 2000, and the usage of the North and of older sources.

use crate::NameKind;

/// The ASCII letters and digits of a text, in lower case.
pub(crate) fn ascii(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

pub(crate) const KOREAN_INITIALS: [(&str, &str); 19] = [
    ("g", "k"),
    ("kk", "kk"),
    ("n", "n"),
    ("d", "t"),
    ("tt", "tt"),
    ("r", "r"),
    ("m", "m"),
    ("b", "p"),
    ("pp", "pp"),
    ("s", "s"),
    ("ss", "ss"),
    ("", ""),
    ("j", "j"),
    ("jj", "jj"),
    ("ch", "ch"),
    ("k", "k"),
    ("t", "t"),
    ("p", "p"),
    ("h", "h"),
];

pub(crate) const KOREAN_VOWELS: [(&str, &str); 21] = [
    ("a", "a"),
    ("ae", "ae"),
    ("ya", "ya"),
    ("yae", "yae"),
    ("eo", "o"),
    ("e", "e"),
    ("yeo", "yo"),
    ("ye", "ye"),
    ("o", "o"),
    ("wa", "wa"),
    ("wae", "wae"),
    ("oe", "oe"),
    ("yo", "yo"),
    ("u", "u"),
    ("wo", "wo"),
    ("we", "we"),
    ("wi", "wi"),
    ("yu", "yu"),
    ("eu", "u"),
    ("ui", "ui"),
    ("i", "i"),
];

pub(crate) const KOREAN_FINALS: [&str; 28] = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t",
    "ng", "t", "t", "k", "t", "p", "t",
];

/// Reading 0 is the Revised Romanization of 2000 (without sound changes between syllables), reading 1 the usage of
/// the North and of older sources (`kim jong un`). Persons: one word a syllable, and the surname as it is usually
/// written; bodies: one word.
pub(crate) fn hangul(text: &str, reading: usize, first: bool, kind: NameKind) -> Vec<String> {
    let syllables = text.chars().enumerate().map(|(n, c)| {
        if kind == NameKind::Person
            && first
            && n == 0
            && let Some(surname) = korean_surname(c)
        {
            return surname.to_owned();
        }
        hangul_syllable(c, reading).unwrap_or_else(|| ascii(any_ascii::any_ascii_char(c)))
    });
    if kind == NameKind::Person { syllables.collect() } else { vec![syllables.collect()] }
}

/// A precomposed syllable by the arithmetic of the Unicode standard, section 3.12.
pub(crate) fn hangul_syllable(c: char, reading: usize) -> Option<String> {
    let index = usize::try_from(u32::from(c).checked_sub(0xAC00)?).ok()?;
    let pick = |pair: &(&'static str, &'static str)| if reading == 0 { pair.0 } else { pair.1 };
    let initial = KOREAN_INITIALS.get(index / 588).map(pick)?;
    let vowel = KOREAN_VOWELS.get((index % 588) / 28).map(pick)?;
    let last = KOREAN_FINALS.get(index % 28)?;
    Some(format!("{initial}{vowel}{last}"))
}

/// Whether a syllable is a frequent surname.
pub(crate) fn is_korean_surname(c: char) -> bool {
    korean_surname(c).is_some()
}

/// The usual Latin spelling of the frequent surnames; their variants are families in `data/given_names.csv`.
fn korean_surname(c: char) -> Option<&'static str> {
    Some(match c {
        '김' => "kim",
        '이' => "lee",
        '리' => "ri",
        '박' => "park",
        '최' => "choi",
        '정' => "jung",
        '강' => "kang",
        '조' => "cho",
        '윤' => "yoon",
        '장' => "jang",
        '임' => "lim",
        '림' => "rim",
        '오' => "oh",
        '서' => "seo",
        '신' => "shin",
        '권' => "kwon",
        '황' => "hwang",
        '안' => "ahn",
        '류' => "ryu",
        '유' => "yoo",
        '전' => "jeon",
        '고' => "ko",
        '문' => "moon",
        '배' => "bae",
        '백' => "baek",
        '허' => "heo",
        '노' => "noh",
        '심' => "shim",
        '주' => "joo",
        '구' => "koo",
        '우' => "woo",
        _ => return None,
    })
}
