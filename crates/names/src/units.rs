//! A written name cut into units: runs of letters and digits of one script, folded.
//!
//! Folding: NFKC, lower case, Latin diacritics dropped, Arabic letter variants unified, Hebrew and Arabic vowel
//! marks dropped, Chinese characters folded to one variant. Apostrophes vanish inside a word (`Int'l` = `intl`),
//! dotted abbreviations close up (`N.S.O.` = `N. S. O.` = `NSO`), all other punctuation separates.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

use crate::Script;
use crate::latin::{Runs, is_accented};
use crate::lookalike::without_lookalikes;
use crate::map::Map;
use crate::room::room_for;
use crate::tables::join;

/// A run of letters and digits of one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The folded text in its own script.
    pub(crate) text: String,
    /// Its script.
    pub(crate) script: Script,
}

static HAN_VARIANTS: LazyLock<Map<char, char>> = LazyLock::new(|| {
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
    match Runs::of(text, close_up) {
        Some(runs) => latin_units(runs, close_up),
        None => units_of_any(text, close_up),
    }
}

/// Most names have fewer words.
pub(crate) const SOME_WORDS: usize = 8;

/// The units of a text in Latin letters.
fn latin_units(runs: Runs<'_>, close_up: bool) -> Vec<Unit> {
    let mut out: Vec<Unit> = room_for(SOME_WORDS);
    // whether the last one is a letter by itself, which the next one joins
    let mut open = false;
    for text in runs.map(|run| run.folded()).filter(|text| !text.is_empty()) {
        let single = close_up && text.len() == 1;
        match out.last_mut() {
            Some(last) if single && open => last.text.push_str(&text),
            _ => out.push(Unit { text, script: Script::Latin }),
        }
        open = single;
    }
    out
}

/// Writes the units of a text with blanks between them; single letters close up.
pub(crate) fn write_units(text: &str, out: &mut String) {
    let start = out.len();
    let Some(runs) = Runs::of(text, true) else {
        out.push_str(&join(&units_of_any(text, true).into_iter().map(|u| u.text).collect::<Vec<_>>()));
        return;
    };
    let mut open = false;
    for run in runs {
        let at = out.len();
        run.write(out);
        if out.len() == at {
            continue;
        }
        let single = out.len() == at + 1;
        if at > start && !(single && open) {
            out.insert(at, ' ');
        }
        open = single;
    }
}

/// The units of any text.
fn units_of_any(text: &str, close_up: bool) -> Vec<Unit> {
    let composed = composed(text);
    let text = without_lookalikes(&composed);
    let mut out: Vec<Unit> = Vec::new();
    let mirrored = is_mirrored(&text);
    // each word where it stands: another order costs less than letters
    let turned = |word: &str| word.chars().rev().collect::<String>();
    let text = if mirrored {
        Cow::Owned(text.split_whitespace().map(turned).collect::<Vec<_>>().join(" "))
    } else {
        text
    };
    let dots = text.contains('.');
    let signs = text.contains('%') || text.contains('&');
    for chunk in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '(' | ')' | '"')) {
        if close_up && dots && is_dotted_abbreviation(chunk) {
            let letters: String = chunk.chars().filter(|c| *c != '.').collect();
            push_runs(&letters, &mut out);
        } else if close_up && signs && chunk.contains('%') {
            // `3%ers` are `3 percenters`
            for (n, part) in chunk.split('%').enumerate() {
                push_runs(&if n > 0 { format!("percent{part}") } else { part.to_owned() }, &mut out);
            }
        } else if signs && chunk.contains('&') {
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
    if close_up { close_up_single_letters(out) } else { join_persian_endings(out) }
}

/// A text in NFKC; mostly it is so already.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || text.chars().all(is_composed) || is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfkc().collect())
    }
}

/// Whether a character is one of the blocks that are in NFKC whatever stands beside them.
fn is_composed(c: char) -> bool {
    is_accented(c)
        || matches!(c, '\0'..='\u{7f}' | '×' | '÷' | 'Ѐ'..='џ' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// `خامنه ای` is one word, and the h before the ending is silent.
fn join_persian_endings(units: Vec<Unit>) -> Vec<Unit> {
    if !units.iter().any(|u| u.text == "ای") {
        return units;
    }
    let mut out: Vec<Unit> = Vec::with_capacity(units.len());
    for unit in units {
        match out.last_mut() {
            Some(last)
                if unit.script == Script::Arabic && unit.text == "ای" && last.script == Script::Arabic =>
            {
                if last.text.ends_with('ه') {
                    last.text.pop();
                }
                last.text.push_str(&unit.text);
            }
            _ => out.push(unit),
        }
    }
    out
}

/// Whether a text is written backwards, as a disguise: every word, of at least two and of three letters or more, ends with
/// its only capital.
pub(crate) fn is_mirrored(text: &str) -> bool {
    let word = |word: &str| {
        let mut letters = word.chars().rev();
        letters.next().is_some_and(char::is_uppercase)
            && letters.all(|c| c.is_lowercase())
            && word.chars().count() >= 3
    };
    // the first word mostly says no
    text.split_whitespace().all(word) && text.split_whitespace().nth(1).is_some()
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
    let is_single = |unit: &Unit| {
        unit.script != Script::Han && unit.script != Script::Hangul && unit.text.chars().nth(1).is_none()
    };
    if units.iter().filter(|unit| is_single(unit)).nth(1).is_none() {
        return units;
    }
    let mut out: Vec<Unit> = Vec::with_capacity(units.len());
    let mut open = false;
    for unit in units {
        let single = is_single(&unit);
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
    if chunk.is_ascii() {
        push_ascii_runs(chunk, out);
        return;
    }
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
    let mut letters = chunk.chars().peekable();
    while let Some(c) = letters.next() {
        if c == '\u{200c}' && run.ends_with('ه') && letters.peek() == Some(&'ا') {
            // Persian: before this joiner and a vowel the last h is silent (`خامنه‌ای`)
            run.pop();
        }
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

/// The same of ASCII, whose letters and digits are all Latin and only have to be made small.
fn push_ascii_runs(chunk: &str, out: &mut Vec<Unit>) {
    let silent = |c: char| matches!(c, '\'' | '`');
    let runs = chunk.split(|c: char| !c.is_ascii_alphanumeric() && !silent(c));
    for run in runs.filter(|run| !run.is_empty()) {
        let mut text = run.to_ascii_lowercase();
        if text.bytes().any(|b| silent(char::from(b))) {
            text.retain(|c| !silent(c));
        }
        if !text.is_empty() {
            out.push(Unit { text: with_letters(text), script: Script::Latin });
        }
    }
}

/// Marks that vanish without separating: apostrophes, ayn and hamza signs, joiners, tatweel.
fn is_silent(c: char) -> bool {
    matches!(
        c,
        '\'' | '’' | '‘' | '`' | '´' | 'ʻ' | 'ʼ' | 'ʾ' | 'ʿ' | 'ˈ' | '′' | '\u{200b}'
            ..='\u{200f}' | '\u{2060}' | '\u{feff}' | 'ـ' | '׳' | '״' | '\u{ad}'
    )
}

/// Folds a run of one script.
pub(crate) fn fold(run: &str, script: Script) -> String {
    let lower = run.to_lowercase();
    match script {
        Script::Latin if lower.is_ascii() => {
            with_letters(lower.chars().filter(char::is_ascii_alphanumeric).collect())
        }
        Script::Latin => {
            let mut out = String::with_capacity(lower.len());
            for c in lower.nfd().filter(|c| !is_combining_mark(*c)) {
                if c.is_ascii() {
                    out.extend(Some(c).filter(char::is_ascii_alphanumeric));
                } else {
                    let latin = any_ascii::any_ascii_char(c).chars().filter(char::is_ascii_alphanumeric);
                    out.extend(latin.map(|c| c.to_ascii_lowercase()));
                }
            }
            with_letters(out)
        }
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
        Script::Cyrillic | Script::Hangul | Script::Kana | Script::Transcribed => lower.nfc().collect(),
        Script::Greek => with_parted_vowels(&lower),
        Script::Alphabet => lower.nfd().filter(|c| !is_combining_mark(*c)).collect(),
        Script::Abugida => without_silent_letters(&lower),
    }
}

/// A digit among letters that looks like a letter is one: `NS0 Gr0up`, `Cand1ru`. A nought may end a word, the others stand
/// between letters; two digits side by side, and words of fewer than two letters, are left alone (`B2B`, `X0`, `A380`): `None`.
pub(crate) fn letters_for_digits(word: &str) -> Option<String> {
    let bytes = word.as_bytes();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    if letters == bytes.len() || letters < 2 {
        return None;
    }
    let letter = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphabetic);
    let mut out = String::with_capacity(word.len());
    for (at, c) in word.chars().enumerate() {
        let (before, after) = (letter(at.checked_sub(1)), letter(Some(at + 1)));
        let alike = match c {
            '0' if before && (after || at + 1 == bytes.len()) => 'o',
            '1' if before && after => 'i',
            '3' if before && after => 'e',
            '5' if before && after => 's',
            other if other.is_ascii_digit() => return None,
            other => other,
        };
        out.push(alike);
    }
    Some(out)
}

/// A word with the letters for which digits stand in it.
fn with_letters(word: String) -> String {
    letters_for_digits(&word).unwrap_or(word)
}

/// Greek letters without accents. Two vowels that are one sound together (`ει`, `οι`) are two where the first has the accent or the
/// second has two dots (`Σεργκέι`, `Σοϊγκού`): the dots stay, or come.
fn with_parted_vowels(lower: &str) -> String {
    let mut out = String::with_capacity(lower.len());
    let mut letters = lower.nfd().peekable();
    let mut parted = false;
    while let Some(c) = letters.next() {
        let (mut accent, mut dots) = (false, false);
        while let Some(mark) = letters.next_if(|c| is_combining_mark(*c)) {
            accent |= mark == '\u{301}';
            dots |= mark == '\u{308}';
        }
        out.push(match c {
            'ι' if dots || parted => 'ϊ',
            'υ' if dots || parted => 'ϋ',
            other => other,
        });
        parted = accent && matches!(c, 'α' | 'ε' | 'ο');
    }
    out
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

    /// Every text of a few of these pieces, and it with a blank and another word, is cut as any text is.
    #[test]
    fn latin_letters_are_cut_as_any_text_is() {
        let accented: Vec<String> = ('À'..='ž').map(String::from).collect();
        let pieces = [
            "a", "A", "Ab", "ab", "aB", "É", "ß", "İ", "0", "5", "12", "'", "`", ".", "..", "&", "%", "-",
            " ", "\t", "\u{b}", "\u{1c}", ",", "/", "(", "\"", "_", "×", "’", "\u{301}",
        ];
        let ends = ["", " hTim", " S.", " nhoJ", " x", " & C.o"];
        let mut told = 0;
        let mut check = |text: &str| {
            for close_up in [true, false] {
                if let Some(runs) = Runs::of(text, close_up) {
                    let any = units_of_any(text, close_up);
                    assert_eq!(latin_units(runs, close_up), any, "{text}");
                    if close_up {
                        let mut written = "before".to_owned();
                        write_units(text, &mut written);
                        let texts: Vec<String> = any.into_iter().map(|u| u.text).collect();
                        assert_eq!(written.strip_prefix("before"), Some(join(&texts).as_str()), "{text}");
                    }
                    told += 1;
                }
            }
        };
        for letter in &accented {
            for text in
                [letter.clone(), format!("x{letter}1{letter}y"), format!("{letter}.{letter}. {letter}")]
            {
                check(&text);
            }
        }
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for end in ends {
                        check(&[a, b, c, end].concat());
                    }
                }
            }
        }
        assert!(told > 200_000, "{told}");
    }

    #[test]
    fn writing_backwards_is_a_disguise() {
        assert_eq!(texts("nhoJ htimS", false), ["john", "smith"]);
        for plain in ["John Smith", "JOHN SMITH", "john smith", "eBay", "iPhone eBay", "vitaminC"] {
            assert_eq!(texts(plain, false), plain.split(' ').map(str::to_lowercase).collect::<Vec<_>>());
        }
        assert_eq!(texts("3%ers", true), ["3", "percenters"]);
    }

    #[test]
    fn what_is_taken_for_composed_is_so_in_every_text() {
        for c in ('\0'..=char::MAX).filter(|c| is_composed(*c)) {
            assert_eq!(is_nfkc_quick(std::iter::once(c)), IsNormalized::Yes, "{c}");
            assert_eq!(unicode_normalization::char::canonical_combining_class(c), 0, "{c}");
        }
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
    fn a_digit_for_a_letter_is_a_disguise() {
        for (written, read) in
            [("NS0", "nso"), ("Gr0up", "group"), ("Z0rb1ax", "zorbiax"), ("Qu1llfeather", "quillfeather")]
        {
            assert_eq!(texts(written, true), [read]);
        }
        for word in ["x0", "a380", "b2b", "h2o", "mp3", "ab10", "007", "3m", "f16"] {
            assert_eq!(texts(word, true), [word]);
        }
    }

    #[test]
    fn a_silent_h_of_persian_is_not_read() {
        for written in ["خامنه‌ای", "خامنه ای"] {
            assert_eq!(texts(written, false), ["خامنای"]);
        }
    }

    #[test]
    fn a_cyrillic_letter_in_a_latin_word_is_a_disguise() {
        assert_eq!(texts("Cаndiru", true), ["candiru"]);
        assert_eq!(texts("Кандиру", true), ["кандиру"]);
    }
}
