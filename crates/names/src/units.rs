//! A written name cut into units: runs of letters and digits of one script, folded.
//!
//! Folding: NFKC, lower case, Latin diacritics dropped, Arabic letter variants unified, Hebrew and Arabic vowel
//! marks dropped, Chinese characters folded to one variant. Apostrophes vanish inside a word (`Int'l` = `intl`),
//! dotted abbreviations close up (`N.S.O.` = `N. S. O.` = `NSO`), all other punctuation separates.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::Script;

/// A run of letters and digits of one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The folded text in its own script.
    pub(crate) text: String,
    /// Its script.
    pub(crate) script: Script,
}

static HAN_VARIANTS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    include_str!("../data/han_variants.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .filter_map(|pair| {
            let mut chars = pair.chars();
            Some((chars.next()?, chars.next()?))
        })
        .collect()
});

/// Cuts `text` into folded units. With `close_up`, runs of single Latin letters become one unit, as in names of
/// bodies; persons keep their initials apart.
pub(crate) fn units(text: &str, close_up: bool) -> Vec<Unit> {
    let text: String = text.nfkc().collect();
    let mut out: Vec<Unit> = Vec::new();
    let mirrored = is_mirrored(&text);
    let text = if mirrored { text.chars().rev().collect() } else { text };
    for chunk in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '(' | ')' | '"')) {
        if close_up && is_dotted_abbreviation(chunk) {
            let letters: String = chunk.chars().filter(|c| *c != '.').collect();
            push_runs(&letters, &mut out);
        } else if close_up && chunk.contains('%') {
            // `3%ers` are `3 percenters`
            for (n, part) in chunk.split('%').enumerate() {
                push_runs(&if n > 0 { format!("percent{part}") } else { part.to_owned() }, &mut out);
            }
        } else if chunk.contains('&') {
            for (n, part) in chunk.split('&').enumerate() {
                if n > 0 {
                    out.push(Unit { text: "and".to_owned(), script: Script::Latin });
                }
                push_runs(part, &mut out);
            }
        } else {
            push_runs(chunk, &mut out);
        }
    }
    if close_up { close_up_single_letters(out) } else { out }
}

/// Whether a text is written backwards, as a disguise: every word, of at least two and of three letters or more, ends with
/// its only capital.
fn is_mirrored(text: &str) -> bool {
    let word = |word: &str| {
        let mut letters = word.chars().rev();
        letters.next().is_some_and(char::is_uppercase)
            && letters.all(|c| c.is_lowercase())
            && word.chars().count() >= 3
    };
    text.split_whitespace().count() >= 2 && text.split_whitespace().all(word)
}

/// `n.s.o.`, `S.p.A`: single letters, each but perhaps the last followed by a full stop, with at least one stop.
fn is_dotted_abbreviation(chunk: &str) -> bool {
    let mut parts = chunk.trim_end_matches('.').split('.').peekable();
    chunk.contains('.')
        && parts.peek().is_some()
        && parts.all(|part| {
            let mut chars = part.chars();
            chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
        })
}

/// Joins neighbouring units of one Latin letter: `N S O` is `NSO`.
fn close_up_single_letters(units: Vec<Unit>) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::with_capacity(units.len());
    let mut open = false;
    for unit in units {
        let single =
            unit.script != Script::Han && unit.script != Script::Hangul && unit.text.chars().count() == 1;
        match out.last_mut() {
            Some(last) if single && open && last.script == unit.script => last.text.push_str(&unit.text),
            _ => out.push(unit),
        }
        open = single;
    }
    out
}

/// Splits a chunk where the script changes and at punctuation, and folds the runs.
fn push_runs(chunk: &str, out: &mut Vec<Unit>) {
    let chunk = without_lookalikes(chunk);
    let mut run = String::new();
    let mut script: Option<Script> = None;
    let mut flush = |run: &mut String, script: Option<Script>| {
        if let Some(script) = script {
            let text = fold(run, script);
            if !text.is_empty() {
                out.push(Unit { text, script });
            }
        }
        run.clear();
    };
    for c in chunk.chars() {
        if is_silent(c) {
            continue;
        }
        let this = if is_combining_mark(c) { script } else { Script::of(c) };
        if this != script {
            flush(&mut run, script);
            script = this;
        }
        if this.is_some() {
            run.push(c);
        }
    }
    flush(&mut run, script);
}

/// Marks that vanish without separating: apostrophes, ayn and hamza signs, joiners, tatweel.
fn is_silent(c: char) -> bool {
    matches!(
        c,
        '\'' | '’' | '‘' | '`' | '´' | 'ʻ' | 'ʼ' | 'ʾ' | 'ʿ' | 'ˈ' | '′' | '\u{200b}'
            ..='\u{200f}' | '\u{2060}' | '\u{feff}' | 'ـ' | '׳' | '״' | '\u{ad}'
    )
}

/// Cyrillic and Greek letters that look Latin, in a word that also has Latin letters, are read as Latin: a
/// disguise, or a slip of the keyboard.
fn without_lookalikes(chunk: &str) -> String {
    let latin = chunk.chars().any(|c| c.is_ascii_alphabetic());
    let other = chunk.chars().any(|c| matches!(c, '\u{370}'..='\u{52f}'));
    if !latin || !other {
        return chunk.to_owned();
    }
    chunk
        .chars()
        .map(|c| match c {
            'а' | 'А' | 'α' | 'Α' => 'a',
            'в' | 'В' | 'Β' => 'b',
            'с' | 'С' => 'c',
            'е' | 'Е' | 'ё' | 'Ё' | 'Ε' | 'ε' => 'e',
            'н' | 'Н' | 'Η' => 'h',
            'і' | 'І' | 'ι' | 'Ι' => 'i',
            'ј' | 'Ј' => 'j',
            'к' | 'К' | 'κ' | 'Κ' => 'k',
            'м' | 'М' | 'Μ' => 'm',
            'ο' | 'Ο' | 'о' | 'О' => 'o',
            'р' | 'Р' | 'ρ' | 'Ρ' => 'p',
            'ѕ' | 'Ѕ' => 's',
            'т' | 'Т' | 'τ' | 'Τ' => 't',
            'у' | 'У' | 'Υ' | 'υ' => 'y',
            'х' | 'Х' | 'χ' | 'Χ' => 'x',
            'Ν' => 'n',
            'Ζ' => 'z',
            other => other,
        })
        .collect()
}

/// Folds a run of one script.
pub(crate) fn fold(run: &str, script: Script) -> String {
    let lower = run.to_lowercase();
    match script {
        Script::Latin => lower
            .nfd()
            .filter(|c| !is_combining_mark(*c))
            .flat_map(|c| {
                if c.is_ascii() { c.to_string() } else { any_ascii::any_ascii_char(c).to_ascii_lowercase() }
                    .chars()
                    .collect::<Vec<_>>()
            })
            .filter(char::is_ascii_alphanumeric)
            .collect(),
        Script::Arabic | Script::Hebrew => lower
            .chars()
            .filter(|c| !is_combining_mark(*c))
            .filter_map(|c| match c {
                'أ' | 'إ' | 'آ' | 'ٱ' => Some('ا'),
                'ى' | 'ي' | 'ئ' | 'ې' | 'ے' => Some('ی'),
                'ك' => Some('ک'),
                'ة' | 'ۀ' => Some('ه'),
                'ؤ' => Some('و'),
                'ء' => None,
                other => Some(other),
            })
            .collect(),
        Script::Han => lower.chars().map(|c| HAN_VARIANTS.get(&c).copied().unwrap_or(c)).collect(),
        Script::Cyrillic | Script::Hangul | Script::Kana => lower.nfc().collect(),
        Script::Alphabet => lower.nfd().filter(|c| !is_combining_mark(*c)).collect(),
        Script::Abugida => without_silent_letters(&lower),
    }
}

/// Thai letters that carry the mark of silence are not spoken.
fn without_silent_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\u{e4c}' {
            // a vowel sign may stand between the letter and the mark
            while out.pop().is_some_and(is_combining_mark) {}
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, close_up: bool) -> Vec<String> {
        units(text, close_up).into_iter().map(|u| u.text).collect()
    }

    #[test]
    fn dotted_and_spaced_abbreviations_close_up() {
        for written in ["N.S.O. Group", "N. S. O. Group", "NSO Group", "N S O Group", "n.s.o group"] {
            assert_eq!(texts(written, true), ["nso", "group"], "{written}");
        }
        assert_eq!(texts("L.X.C. S.A.", true), ["lxc", "sa"]);
        assert_eq!(texts("FABERLIC Sp. z o.o.", true), ["faberlic", "sp", "z", "oo"]);
        assert_eq!(texts("J. R. Smith", false), ["j", "r", "smith"]);
        assert_eq!(texts("Amazon.com, Inc.", true), ["amazon", "com", "inc"]);
    }

    #[test]
    fn writing_backwards_is_a_disguise() {
        assert_eq!(texts("nhoJ htimS", false), ["smith", "john"]);
        for plain in ["John Smith", "JOHN SMITH", "john smith", "eBay", "iPhone eBay", "vitaminC"] {
            assert_eq!(texts(plain, false), plain.split(' ').map(str::to_lowercase).collect::<Vec<_>>());
        }
        assert_eq!(texts("3%ers", true), ["3", "percenters"]);
    }

    #[test]
    fn marks_and_case_fold() {
        assert_eq!(
            texts("Müller-Lüdenscheidt ŁÓDŹ Ørsted", true),
            ["muller", "ludenscheidt", "lodz", "orsted"]
        );
        assert_eq!(texts("'Abd al-Raḥmān", false), ["abd", "al", "rahman"]);
        assert_eq!(texts("Procter & Gamble, AT&T", true), ["procter", "and", "gamble", "at", "and", "t"]);
        assert_eq!(texts("華為技術", true), ["华为技术"]);
        assert_eq!(texts("ＮＳＯ", true), ["nso"]);
        assert_eq!(texts("\u{feff}NSO\u{200b}", true), ["nso"]);
    }

    #[test]
    fn a_cyrillic_letter_in_a_latin_word_is_a_disguise() {
        assert_eq!(texts("Cаndiru", true), ["candiru"]);
        assert_eq!(texts("Кандиру", true), ["кандиру"]);
    }
}
