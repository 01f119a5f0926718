//! Chinese names of persons in Latin letters that are not those of pinyin word by word: in the older spelling of Wade and Giles,
//! which Taiwan and old documents use (`Chang Hsueh-liang` is Zhang Xueliang), and written as one word (`Liyongxin`).
//!
//! Each such name has further readings, in pinyin, as lists mostly have it. Whether a name is spelled so is told by its marks:
//! every word of it must be syllables of the system, and one of them must be none of pinyin or bear the
//! apostrophe of a breath.

use std::sync::LazyLock;

use crate::Script;
use crate::han::wade_giles;
use crate::map::{Map, Set};
use crate::role::Role;
use crate::sound_key::letters;
use crate::syllable::is_syllable;
use crate::tables::TABLES;
use crate::token::Place;

/// The syllables of pinyin without tones, by what they begin with.
const PINYIN: [(&str, &str); 24] = [
    ("", "a ai an ang ao e ei en er o ou"),
    ("b", "a ai an ang ao ei en eng i ian iao ie in ing o u"),
    ("p", "a ai an ang ao ei en eng i ian iao ie in ing o ou u"),
    ("m", "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u"),
    ("f", "a an ang ei en eng o ou u"),
    ("d", "a ai an ang ao e ei en eng i ian iao ie ing iu ong ou u uan ui un uo"),
    ("t", "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo"),
    ("n", "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong u uan ue uo"),
    ("l", "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu ong ou u uan ue un uo"),
    ("g", "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo"),
    ("k", "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo"),
    ("h", "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo"),
    ("j", "i ia ian iang iao ie in ing iong iu u uan ue un"),
    ("q", "i ia ian iang iao ie in ing iong iu u uan ue un"),
    ("x", "i ia ian iang iao ie in ing iong iu u uan ue un"),
    ("zh", "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo"),
    ("ch", "a ai an ang ao e en eng i ong ou u uai uan uang ui un uo"),
    ("sh", "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo"),
    ("r", "an ang ao e en eng i ong ou u uan ui un uo"),
    ("z", "a ai an ang ao e ei en eng i ong ou u uan ui un uo"),
    ("c", "a ai an ang ao e en eng i ong ou u uan ui un uo"),
    ("s", "a ai an ang ao e en eng i ong ou u uan ui un uo"),
    ("y", "a an ang ao e i in ing ong ou u uan ue un"),
    ("w", "a ai an ang ei en eng o u"),
];

/// The surnames that nine in ten Chinese bear, in pinyin. With them a name in one word begins.
const SURNAMES: &str = "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song \
    tang xu han feng deng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye cheng wei su lu ding ren yao shen zhong jiang cui \
    tan fan lu wang shi liao jia xia fu fang zou xiong bai meng qin qiu hou jiang yin xue yan duan lei long li shi tao he hao gu mao \
    gong shao wan qian qin dai yan kong xiang tang kang yi wen wu geng lan niu pang xi hong ni huo chu zhan ge guan qi hua mo ning shu nie you";

/// Syllables of Wade and Giles that are none of pinyin, but of Korean or other names: no marks.
const NO_MARKS: [&str; 16] = [
    "cho", "chung", "ho", "hung", "i", "jan", "jen", "jo", "jung", "ko", "lo", "no", "so", "sung", "to",
    "yung",
];

/// More readings of one name are not made.
const MOST: usize = 16;

/// Fewer letters of a name in one word of two syllables may be any name.
const FEWEST: usize = 7;

static SYLLABLES: LazyLock<Set<String>> = LazyLock::new(|| {
    let of = |(head, ends): &(&str, &str)| -> Vec<String> {
        ends.split(' ').map(|end| format!("{head}{end}")).collect()
    };
    PINYIN.iter().flat_map(of).collect()
});

static SURNAME_SET: LazyLock<Set<&'static str>> = LazyLock::new(|| SURNAMES.split_whitespace().collect());

/// One syllable of pinyin, and whether Wade and Giles mark its breath with an apostrophe.
#[derive(Debug, Clone)]
struct Source {
    pinyin: String,
    breathed: bool,
}

/// The syllables of Wade and Giles, without marks, with those of pinyin that each may be.
static WADE_GILES: LazyLock<Map<String, Vec<Source>>> = LazyLock::new(|| {
    let mut out: Map<String, Vec<Source>> = Map::default();
    let mut sorted: Vec<&String> = SYLLABLES.iter().collect();
    sorted.sort_unstable();
    for pinyin in sorted {
        let Some(spelled) = wade_giles(pinyin) else { continue };
        let breathed = ["ch", "p", "t", "k", "q", "c"].iter().any(|head| pinyin.starts_with(head));
        let others: &[&str] = match pinyin.as_str() {
            "yi" => &["i"],
            "si" => &["ssu"],
            "e" => &["e"],
            _ => &[],
        };
        for spelled in others.iter().map(|s| (*s).to_owned()).chain([spelled]) {
            out.entry(spelled).or_default().push(Source { pinyin: pinyin.clone(), breathed });
        }
    }
    out
});

/// Whether a lower-case word is a syllable of pinyin.
pub(crate) fn is_pinyin(word: &str) -> bool {
    SYLLABLES.contains(word)
}

/// Marks the one Western given name in a Chinese name of three words or more: `Jason Zhenyu Li`.
pub(crate) fn mark_western(roles: &mut [Role]) {
    let western = |role: &Role| {
        role.unit.script == Script::Latin
            && role.concept.is_none()
            && {
                let known = TABLES.known(&role.unit.text);
                known.given || known.common.is_some()
            }
            && !is_syllable(&role.unit.text)
    };
    let chinese = |role: &Role| {
        role.unit.script == Script::Latin && role.concept.is_none() && one_or_two_syllables(&role.unit.text)
    };
    if roles.len() < 3 {
        return;
    }
    let mut the_one = None;
    for (at, role) in roles.iter().enumerate() {
        if western(role) {
            if the_one.replace(at).is_some() {
                return;
            }
        } else if !chinese(role) {
            return;
        }
    }
    if let Some(role) = the_one.and_then(|at| roles.get_mut(at)) {
        role.place = Place::Western;
    }
}

/// Whether a lower-case word is one syllable of pinyin or two.
fn one_or_two_syllables(word: &str) -> bool {
    // most words end otherwise, or are longer
    if word.len() > 2 * LONGEST_PINYIN || !word.ends_with(PINYIN_ENDS) {
        return false;
    }
    let cut = |at: usize| word.split_at_checked(at);
    let known = |part: &str| SYLLABLES.contains(part);
    known(word) || (1..word.len()).filter_map(cut).any(|(head, tail)| known(head) && known(tail))
}

/// No syllable of pinyin ends with another letter, or has more of them.
const PINYIN_ENDS: [char; 8] = ['a', 'e', 'g', 'i', 'n', 'o', 'r', 'u'];
const LONGEST_PINYIN: usize = 6;

/// The readings in pinyin of a person's name in Latin letters that is spelled by Wade and Giles, or as one word.
pub(crate) fn in_pinyin(name: &str) -> Vec<String> {
    if !name.is_ascii()
        && !name.chars().all(|c| c.is_ascii() || APOSTROPHES.contains(&c) || MARKED.contains(&c))
    {
        return Vec::new();
    }
    // what is not of ASCII parts no words
    let split = |c: char| matches!(c, '\t'..='\r' | ' ' | '-' | ',' | '.');
    // most names of several words are told by the first one
    let mut words = name.as_bytes().split(|b| split(char::from(*b))).filter(|word| !word.is_empty());
    let first_is_none = words.next().is_some_and(is_no_syllable);
    if words.next().is_some_and(|second| first_is_none || is_no_syllable(second)) || words.any(is_no_syllable)
    {
        return Vec::new();
    }
    let lower = if name.is_ascii() {
        name.to_ascii_lowercase()
    } else {
        name.to_lowercase().replace('ü', "u").replace('ê', "e")
    };
    let words: Vec<&str> = lower.split(split).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [one] => cut_up(one).into_iter().collect(),
        [_, _, ..] if words.len() <= 4 => from_wade_giles(&words),
        _ => Vec::new(),
    }
}

const APOSTROPHES: [char; 5] = ['\'', '’', '‘', 'ʻ', '`'];
const MARKED: [char; 4] = ['ü', 'Ü', 'ê', 'Ê'];

fn from_wade_giles(words: &[&str]) -> Vec<String> {
    // who writes one breath writes all
    let breaths = words.iter().any(|word| word.contains(APOSTROPHES));
    let mut marked = breaths;
    let mut choices: Vec<Vec<String>> = Vec::with_capacity(words.len());
    for word in words {
        let Some(syllables) = syllables(word) else { return Vec::new() };
        let mut read: Vec<String> = vec![String::new()];
        for (syllable, breathed) in &syllables {
            let Some(sources) = WADE_GILES.get(syllable) else { return Vec::new() };
            marked |= !SYLLABLES.contains(syllable) && !NO_MARKS.contains(&syllable.as_str());
            let fits = |source: &&Source| !breaths || source.breathed == *breathed || !has_two(syllable);
            let mut longer = Vec::new();
            for head in &read {
                longer.extend(sources.iter().filter(fits).map(|source| format!("{head} {}", source.pinyin)));
            }
            read = longer;
        }
        choices.push(read);
    }
    if !marked {
        return Vec::new();
    }
    let mut out: Vec<String> = vec![String::new()];
    for choice in choices {
        out = out
            .iter()
            .flat_map(|head| choice.iter().map(move |word| format!("{head}{word}")))
            .take(MOST)
            .collect();
    }
    out.into_iter().map(|name| name.trim().to_owned()).collect()
}

/// Whether a syllable is two of pinyin, one with a breath and one without.
fn has_two(syllable: &str) -> bool {
    WADE_GILES
        .get(syllable)
        .is_some_and(|all| all.iter().any(|s| s.breathed) && all.iter().any(|s| !s.breathed))
}

/// No syllable of Wade and Giles begins with these letters, or ends with those.
const NO_HEADS: u32 = letters(b"bdgqrvxz");
const NO_ENDS: u32 = letters(b"bcdfjklmpqstvwxz");

/// Whether the first or the last letter of a word, in any case, tells that it is no syllable of Wade and Giles, nor two.
fn is_no_syllable(word: &[u8]) -> bool {
    let is = |letter: Option<&u8>, of: u32| {
        letter.is_some_and(|b| b.is_ascii_alphabetic() && of & (1 << (b & 31)) != 0)
    };
    is(word.first(), NO_HEADS) || is(word.last(), NO_ENDS)
}

/// No syllable of Wade and Giles has more letters.
const LONGEST: usize = 6;

/// A word as one or two syllables of Wade and Giles, each with whether its breath is marked; `None` where it is none.
fn syllables(word: &str) -> Option<Vec<(String, bool)>> {
    let known = |bare: &str| bare.len() <= LONGEST && WADE_GILES.contains_key(bare);
    let read = |part: &str| {
        if part.bytes().all(|b| b.is_ascii_lowercase()) {
            return known(part).then(|| (part.to_owned(), false));
        }
        let bare: String = part.chars().filter(|c| !APOSTROPHES.contains(c)).collect();
        known(&bare).then(|| (bare.clone(), bare.len() < part.len()))
    };
    if let Some(one) = read(word) {
        return Some(vec![one]);
    }
    let mut cuts = word.char_indices().skip(1).filter_map(|(at, _)| word.split_at_checked(at));
    cuts.find_map(|(head, tail)| Some(vec![read(head)?, read(tail)?]))
}

/// `Liyongxin` → `li yongxin`: a surname and one or two syllables, and no other name.
fn cut_up(word: &str) -> Option<String> {
    let long = word.len() >= FEWEST && word.bytes().all(|b| b.is_ascii_lowercase());
    if !long || TABLES.known(word).is_name() {
        return None;
    }
    (1..=5).rev().find_map(|at| {
        let (surname, given) = word.split_at_checked(at)?;
        (SURNAME_SET.contains(surname) && one_or_two_syllables(given)).then(|| format!("{surname} {given}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wade_giles_is_read_as_pinyin() {
        for (written, read) in [
            ("Chang Hsueh-liang", "zhang xue liang"),
            ("Chiang Ching-kuo", "jiang jing guo"),
            ("Teng Hsiao-p'ing", "deng xiao ping"),
            ("Mao Tse-tung", "mao ze dong"),
            ("Tseng Kuo-fan", "zeng guo fan"),
            ("Hsueh, Ching", "xue jing"),
            ("Wang Hsuehching", "wang xue qing"),
            ("Lü Hsiu-lien", "lu xiu lian"),
        ] {
            let all = in_pinyin(written);
            assert!(all.iter().any(|name| name == read), "{written}: {all:?}");
            assert!(all.len() <= MOST);
        }
        // who marks a breath writes the others without
        assert_eq!(in_pinyin("Teng Hsiao-p'ing"), ["deng xiao ping"]);
        for other in [
            "Zhang Xueliang",
            "Kim Jong Il",
            "Kim Il Sung",
            "Chung Ju Yung",
            "Wang Wei",
            "Li Na",
            "Nguyen Thanh Tung",
            "Ho Chi Minh",
            "Jan Pan",
            "John Smith",
            "Yen Wilson",
            "Park Chung Hee",
            "Hsu",
        ] {
            assert_eq!(in_pinyin(other), Vec::<String>::new(), "{other}");
        }
    }

    #[test]
    fn a_name_in_one_word_is_cut_behind_the_surname() {
        for (written, read) in [
            ("Maozedong", "mao zedong"),
            ("XIJINPING", "xi jinping"),
            ("Dengxiaoping", "deng xiaoping"),
            ("Zhouenlai", "zhou enlai"),
        ] {
            assert_eq!(in_pinyin(written), [read], "{written}");
        }
        for other in ["Linda", "Mahan", "Candiru", "Hamidou", "Suleiman", "Madonna", "Wangchuk", "Lula"] {
            assert_eq!(in_pinyin(other), Vec::<String>::new(), "{other}");
        }
    }

    #[test]
    fn the_table_of_syllables_is_that_of_pinyin() {
        assert!((395..=410).contains(&SYLLABLES.len()), "{}", SYLLABLES.len());
        for syllable in WADE_GILES.keys() {
            assert!(!is_no_syllable(syllable.as_bytes()), "{syllable}");
            assert!(!is_no_syllable(syllable.to_uppercase().as_bytes()), "{syllable}");
        }
        for word in ["Roe", "john-b", "MAX", "Quill", "ü-b"] {
            assert!(is_no_syllable(word.as_bytes()), "{word}");
        }
        for word in ["'a", "ü", "1", "o'"] {
            assert!(!is_no_syllable(word.as_bytes()), "{word}");
        }
        assert!(WADE_GILES.keys().all(|syllable| syllable.len() <= LONGEST));
        assert!(SYLLABLES.iter().all(|s| s.len() <= LONGEST_PINYIN && s.ends_with(PINYIN_ENDS)));
        assert!(SURNAME_SET.iter().all(|surname| SYLLABLES.contains(*surname)));
    }
}
