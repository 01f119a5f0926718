//! Chinese characters in the readings of persons' names beside the plain one: Wade-Giles, Korean, Cantonese, Japanese.
//!
//! One name is written `Zeng Qinghong`, `Tseng Ching-hung`, `Jeung Gyeong-hong` or `Tsang Hing-hung`, by where its bearer lives,
//! and the characters do not tell. Each reading is taken only if the tables read the whole name in it.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::hangul::hangul;
use crate::units::fold;
use crate::{NameKind, Script};

/// How many such readings there are.
pub(crate) const READINGS: usize = 6;

/// The first of them, which read any name character by character.
pub(crate) const GUESSES: usize = 4;

/// What the tables tell of one character.
struct Sounds {
    /// Its Korean syllable, in Hangul.
    korean: Option<char>,
    /// Its Cantonese spellings.
    cantonese: Vec<&'static str>,
}

static SOUNDS: LazyLock<HashMap<char, Sounds>> = LazyLock::new(|| {
    let mut words = include_str!("../data/han_readings.txt")
        .lines()
        .filter(|l| !l.starts_with('#'))
        .flat_map(str::split_whitespace);
    let mut out = HashMap::new();
    while let (Some(written), Some(korean), Some(cantonese)) = (words.next(), words.next(), words.next()) {
        if let Some(c) = fold(written, Script::Han).chars().next() {
            let korean = korean.chars().next().filter(|k| *k != '-');
            let cantonese = cantonese.split('|').filter(|w| *w != "-").collect();
            out.entry(c).or_insert(Sounds { korean, cantonese });
        }
    }
    out
});

/// Japanese surnames and given names by their characters.
struct Japanese {
    surnames: HashMap<String, Vec<&'static str>>,
    given: HashMap<String, Vec<&'static str>>,
}

static JAPANESE: LazyLock<Japanese> = LazyLock::new(|| {
    let mut out = Japanese { surnames: HashMap::new(), given: HashMap::new() };
    for line in include_str!("../data/han_japanese.csv").lines().skip(1) {
        let mut fields = line.splitn(3, ',');
        if let (Some(kind), Some(written), Some(readings)) = (fields.next(), fields.next(), fields.next()) {
            let map = if kind == "surname" { &mut out.surnames } else { &mut out.given };
            map.entry(fold(written, Script::Han)).or_default().extend(readings.split('|'));
        }
    }
    out
});

/// The `reading`-th of [`READINGS`] of a run of characters, folded; `first` says that it opens the name. `None` if the tables
/// do not read all of it so.
pub(crate) fn read(text: &str, reading: usize, first: bool) -> Option<Vec<String>> {
    match reading {
        0 => text.chars().map(|c| wade_giles(&pinyin(c))).collect(),
        1 | 2 => {
            let korean: Option<String> = text.chars().map(|c| SOUNDS.get(&c)?.korean).collect();
            Some(hangul(&korean?, reading - 1, first, NameKind::Person))
        }
        3 => text.chars().map(|c| Some((*SOUNDS.get(&c)?.cantonese.first()?).to_owned())).collect(),
        4 => japanese(text, first, |readings| readings.first().copied()),
        _ => japanese(text, first, |readings| readings.last().copied()),
    }
}

fn pinyin(c: char) -> String {
    any_ascii::any_ascii_char(c)
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// The syllable of the official romanisation of Chinese in the older one of Wade and Giles, without its signs. `None` if the
/// word is no such syllable.
pub(crate) fn wade_giles(syllable: &str) -> Option<String> {
    const INITIALS: [(&str, &str); 22] = [
        ("zh", "ch"),
        ("ch", "ch"),
        ("sh", "sh"),
        ("b", "p"),
        ("p", "p"),
        ("m", "m"),
        ("f", "f"),
        ("d", "t"),
        ("t", "t"),
        ("n", "n"),
        ("l", "l"),
        ("g", "k"),
        ("k", "k"),
        ("h", "h"),
        ("j", "ch"),
        ("q", "ch"),
        ("x", "hs"),
        ("r", "j"),
        ("z", "ts"),
        ("c", "ts"),
        ("s", "s"),
        ("", ""),
    ];
    match syllable {
        "" => return None,
        "zhi" | "chi" => return Some("chih".to_owned()),
        "shi" => return Some("shih".to_owned()),
        "ri" => return Some("jih".to_owned()),
        "zi" | "ci" => return Some("tzu".to_owned()),
        "si" => return Some("szu".to_owned()),
        "ye" => return Some("yeh".to_owned()),
        "yan" => return Some("yen".to_owned()),
        "you" => return Some("yu".to_owned()),
        "yong" => return Some("yung".to_owned()),
        "er" => return Some("erh".to_owned()),
        "ge" => return Some("ko".to_owned()),
        "ke" => return Some("ko".to_owned()),
        "he" => return Some("ho".to_owned()),
        "e" => return Some("o".to_owned()),
        "gui" | "kui" => return Some("kuei".to_owned()),
        _ => {}
    }
    let (initial, rest) = INITIALS.iter().find_map(|(from, to)| Some((*to, syllable.strip_prefix(from)?)))?;
    let last = match rest {
        "ian" => "ien",
        "ie" => "ieh",
        "ue" => "ueh",
        "ong" => "ung",
        "iong" => "iung",
        "uo" if !matches!(initial, "k" | "h" | "sh") => "o",
        other => other,
    };
    Some(format!("{initial}{last}"))
}

/// A surname, a given name, or both, by their characters.
fn japanese(
    text: &str,
    first: bool,
    pick: impl Fn(&[&'static str]) -> Option<&'static str>,
) -> Option<Vec<String>> {
    let find = |map: &HashMap<String, Vec<&'static str>>, key: &str| Some(pick(map.get(key)?)?.to_owned());
    let tables = &*JAPANESE;
    for (at, _) in text.char_indices().skip(1) {
        let Some((surname, given)) = text.split_at_checked(at) else { continue };
        if let (Some(surname), Some(given)) = (find(&tables.surnames, surname), find(&tables.given, given)) {
            return Some(vec![surname, given]);
        }
    }
    let (one, other) =
        if first { (&tables.surnames, &tables.given) } else { (&tables.given, &tables.surnames) };
    find(one, text).or_else(|| find(other, text)).map(|word| vec![word])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str, reading: usize) -> Option<String> {
        read(&fold(text, Script::Han), reading, true).map(|words| words.join(" "))
    }

    #[test]
    fn one_name_has_a_reading_for_each_usage() {
        assert_eq!(joined("蔡英文", 0).as_deref(), Some("tsai ying wen"));
        assert_eq!(joined("毛泽东", 0).as_deref(), Some("mao tse tung"));
        assert_eq!(joined("蔣經國", 0).as_deref(), Some("chiang ching kuo"));
        assert_eq!(joined("朴正熙", 2).as_deref(), Some("park jong hui"));
        assert_eq!(joined("李家超", 3).as_deref(), Some("lee ka chiu"));
        assert_eq!(joined("梁振英", 3).as_deref(), Some("leung chun ying"));
        assert_eq!(joined("安倍晋三", 4).as_deref(), Some("abe shinzo"));
        assert_eq!(joined("習近平", 4), None);
    }

    #[test]
    fn every_row_of_the_tables_is_read() {
        assert!(SOUNDS.len() > 350, "{}", SOUNDS.len());
        let (surnames, given) = (JAPANESE.surnames.len(), JAPANESE.given.len());
        assert!(surnames > 150 && given > 90, "{surnames} {given}");
        for sounds in SOUNDS.values() {
            assert!(sounds.cantonese.iter().all(|w| w.bytes().all(|b| b.is_ascii_lowercase())));
        }
    }
}
