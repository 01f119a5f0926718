//! Foreign names that Chinese or Korean spells by their sounds: `巴沙尔·阿萨德`, `바샤르 알아사드`.
//!
//! Such a name is no row of syllables of a Chinese or Korean name: its words are the foreign ones, with vowels put between
//! consonants that these languages cannot say together. So each word is compared by its consonants.

use crate::Script;
use crate::hangul::{hangul_syllable, is_korean_surname};
use crate::units::Unit;

/// The dots that part the words of a foreign name in Chinese and Japanese.
const DOTS: [char; 6] = ['·', '‧', '•', '・', '･', '∙'];

/// More syllables than a Korean name has: one or two of the surname, one or two given, rarely three.
const FOREIGN_SYLLABLES: usize = 5;

/// A word of a Korean name has fewer, unless it is the whole name.
const FOREIGN_WORD: usize = 3;

/// Marks the units of a person's name that only spell sounds: Chinese characters in words parted by a dot, and Korean
/// syllables that are too many for a Korean name, in a word that is too long for a part of one.
pub(crate) fn mark(units: &mut [Unit], original: &str) {
    let all = |units: &[Unit], script: Script| units.iter().all(|u| u.script == script);
    let syllables = |u: &Unit| u.text.chars().count();
    let whole_name =
        |u: &Unit| syllables(u) == FOREIGN_WORD && u.text.chars().next().is_some_and(is_korean_surname);
    let foreign = (all(units, Script::Han) && units.len() > 1 && original.contains(DOTS))
        || (all(units, Script::Hangul)
            && units.iter().map(syllables).sum::<usize>() >= FOREIGN_SYLLABLES
            && units.iter().any(|u| syllables(u) >= FOREIGN_WORD)
            // a whole name, and what its bearer is
            && !units.first().is_some_and(whole_name));
    if foreign {
        for unit in units {
            unit.script = Script::Transcribed;
        }
    }
}

/// The article or the word of descent that a unit is, as the tables of particles spell it.
pub(crate) fn particle(text: &str) -> Option<&'static str> {
    match text {
        "阿尔" | "艾尔" | "埃尔" | "厄尔" | "알" | "엘" => Some("al"),
        "本" | "宾" | "伊本" | "빈" | "이븐" => Some("bin"),
        _ => None,
    }
}

/// The rest of a unit that begins with the Arabic article: `알아사드` is `al Asad`.
pub(crate) fn after_article(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('알').or_else(|| text.strip_prefix('엘'))?;
    (rest.chars().count() >= 3).then_some(rest)
}

/// The sounds of a word in Latin letters whose consonants are those of Latin spelling.
pub(crate) fn sounds(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        match hangul_syllable(c, 0) {
            Some(syllable) => out.push_str(&syllable),
            None => out.push_str(&chinese(c)),
        }
    }
    out
}

/// The official romanisation has letters of its own for some sounds, and ends on `ng` where the foreign name has `n`.
fn chinese(c: char) -> String {
    let spelled: String = any_ascii::any_ascii_char(c)
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let spelled = spelled.strip_suffix('g').filter(|s| s.ends_with('n')).unwrap_or(&spelled);
    let zh = spelled.starts_with("zh") || spelled.starts_with("ch") || spelled.starts_with("sh");
    match spelled.chars().next() {
        Some('q') => spelled.replacen('q', "ch", 1),
        Some('x') => spelled.replacen('x', "sh", 1),
        Some('c') if !zh => spelled.replacen('c', "ts", 1),
        // there is no v: 瓦 is va and wa
        Some('w') => spelled.replacen('w', "v", 1),
        _ => spelled.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::units;

    fn is_foreign(name: &str) -> bool {
        let mut cut = units(name, false);
        mark(&mut cut, name);
        cut.iter().all(|u| u.script == Script::Transcribed)
    }

    #[test]
    fn foreign_names_are_told_from_those_of_the_country() {
        for name in ["아웅산 수치", "도널드 트럼프", "이오시프스탈린", "弗拉基米尔·普京", "昂山·素季"]
        {
            assert!(is_foreign(name), "{name}");
        }
        for name in ["문재인", "남궁 민수", "영수 병철 김", "문재인 대통령", "昂山素季", "毛泽东"]
        {
            assert!(!is_foreign(name), "{name}");
        }
    }

    #[test]
    fn sounds_have_the_consonants_of_the_name() {
        let skeleton = |text: &str| crate::skeleton(&sounds(text));
        for (written, latin) in
            [("트럼프", "trump"), ("사담", "saddam"), ("侯赛因", "husain"), ("萨达姆", "saddam")]
        {
            let similarity = crate::skeleton_similarity(&skeleton(written), &crate::skeleton(latin), true);
            assert!(similarity.is_some(), "{written} {} {latin}", sounds(written));
        }
    }
}
