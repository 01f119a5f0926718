//! The form of organisation around the name of a body, where the name is asked about as a person's.

use std::borrow::Cow;
use std::ops::Range;

use crate::Script;
use crate::latin::write_lower;
use crate::room::room_for;
use crate::tables::{MAX_SPELLING, TABLES};
use crate::units::{SOME_WORDS, write_units};

/// A word of a form with so many letters is in nobody's name, unless the tables have it as one (`odpowiedzialnością`, `Osakeyhtiö`).
const LONG_WORD: usize = 7;

/// A form of so many words is nobody's name, unless all are letters (`Sp. z o.o.`, `S. de R.L. de C.V.`).
const MANY_WORDS: usize = 3;

/// How many words have to be left where a form may be the initials of somebody: `Roe S.A.` may be a person, and `Jane Roe S.A.` is the one
/// without them as well.
const BESIDE_INITIALS: usize = 2;

/// The words of a name between blanks, with their spellings in the tables as far as they were asked for.
pub(crate) struct Words<'a> {
    name: &'a str,
    words: Vec<Word<'a>>,
    /// The spellings, one behind the other: one word each mostly, more where signs part it.
    spellings: String,
}

/// A word between blanks.
struct Word<'a> {
    /// Where it begins in the name.
    at: usize,
    written: &'a str,
    /// Where its spelling is.
    spelling: Option<Range<usize>>,
}

impl<'a> Words<'a> {
    pub(crate) fn of(name: &'a str) -> Self {
        Self { name, words: words_in(name), spellings: String::with_capacity(name.len() + SOME_MORE) }
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// Where a word stands in the name.
    pub(crate) fn place(&self, n: usize) -> Option<Range<usize>> {
        self.words.get(n).map(|word| word.at..word.at + word.written.len())
    }

    /// How a word is spelled in the tables; empty beyond the last.
    pub(crate) fn spelling(&mut self, n: usize) -> &str {
        let Some(word) = self.words.get_mut(n) else { return "" };
        let place = word.spelling.get_or_insert_with(|| {
            let from = self.spellings.len();
            write_spelling(word.written, &mut self.spellings);
            from..self.spellings.len()
        });
        self.spellings.get(place.clone()).unwrap_or_default()
    }

    /// The name of a body without the forms of organisation at its end and at its beginning (`Jane Roe Private Limited`, `ООО Иванова`),
    /// as far as they are no person's name. What may be initials (`S.R.L.`, `KG`) only behind two words: `Roe S.R.L.` may be a person.
    /// Where it stands; the whole name where nothing else would be left.
    pub(crate) fn without_org_form(&mut self) -> Range<usize> {
        let (mut start, mut end) = (0, self.words.len());
        loop {
            let longest = (end - start).saturating_sub(1).min(MAX_SPELLING);
            // most names end and begin with a word with which no form does, or none of many words
            let most_at_end = self.most(end.saturating_sub(1), false).min(longest);
            let most_at_front = self.most(start, true).min(longest);
            let left = end - start;
            if let Some(n) = (1..=most_at_end).rev().find(|n| self.is_form(end - n..end, false, left - n)) {
                end -= n;
            } else if let Some(n) =
                (1..=most_at_front).rev().find(|n| self.is_form(start..start + n, true, left - n))
            {
                start += n;
            } else {
                break;
            }
        }
        let at = self.place(start).map_or(0, |word| word.start);
        let to =
            end.checked_sub(1).and_then(|last| self.place(last)).map_or(self.name.len(), |word| word.end);
        let kept = self.name.get(at..to).unwrap_or(self.name);
        let kept = if end < self.words.len() { kept.trim_end_matches([',', ';', '-', ' ']) } else { kept };
        if kept.chars().any(char::is_alphanumeric) { at..at + kept.len() } else { 0..self.name.len() }
    }

    /// Leaves only what stands between two places of the name.
    pub(crate) fn keep(&mut self, from: usize, to: usize) {
        self.words.retain(|word| (from..to).contains(&word.at));
        if let Some(last) = self.words.last_mut()
            && let Some(left) = last.written.get(..to - last.at)
            && left.len() < last.written.len()
        {
            *last = Word { at: last.at, written: left, spelling: None };
        }
    }

    /// Whether some words at the end, or at the front, are a form that is cut off where so many others are left.
    fn is_form(&mut self, range: Range<usize>, front: bool, left: usize) -> bool {
        for n in range.clone() {
            self.spelling(n);
        }
        let n = range.len();
        let (key, letters) = self.spelled(range.clone());
        let Some(row) = TABLES.form(&key) else { return false };
        let written = self.words.get(range).unwrap_or_default();
        let dotted = written.iter().any(|word| word.written.trim_end_matches('.').contains(['.', '/']));
        (!front || row.leads)
            && least_left(&key, front, n, (dotted, letters)).is_some_and(|least| left >= least)
    }

    /// Some words, whose spellings were asked for, as one key, and whether each is a letter: `s. r. o.` is as close as `s.r.o.`
    fn spelled(&self, range: Range<usize>) -> (Cow<'_, str>, bool) {
        let words = self.words.get(range).unwrap_or_default();
        let spelling = |word: &Word<'_>| self.spellings.get(word.spelling.clone()?);
        if let [word] = words {
            let key = spelling(word).unwrap_or_default();
            return (Cow::Borrowed(key), is_letter(key));
        }
        let parts = || words.iter().filter_map(spelling).filter(|part| !part.is_empty());
        let letters = parts().all(is_letter);
        let mut key = String::with_capacity(parts().map(|part| part.len() + 1).sum());
        for part in parts() {
            if !letters && !key.is_empty() {
                key.push(' ');
            }
            key.push_str(part);
        }
        (Cow::Owned(key), letters)
    }

    /// How many words a form has at most that ends with a word of the name, or begins with it. Letters may be one word together with others.
    fn most(&mut self, n: usize, front: bool) -> usize {
        let key = self.spelling(n);
        if is_letter(key) {
            return usize::MAX;
        }
        let blank = |b: u8| b == b' ';
        let word = if front {
            key.bytes().position(blank).and_then(|at| key.get(..at))
        } else {
            key.bytes().rposition(blank).and_then(|at| key.get(at + 1..))
        };
        let known = TABLES.in_forms(word.unwrap_or(key));
        if front { known.most_at_front() } else { known.most_at_end() }
    }
}

/// Spellings are seldom longer than what is written.
const SOME_MORE: usize = 16;

/// Whether a spelling is one letter, or nothing.
fn is_letter(key: &str) -> bool {
    key.len() <= 1 || (key.len() <= char::MAX_LEN_UTF8 && key.chars().nth(1).is_none())
}

/// How many words have to be left of a name if a spelling of some written words at its end, or its front, is cut off as a form of organisation;
/// `None` where it may be somebody's name.
fn least_left(key: &str, front: bool, words: usize, (dotted, letters): (bool, bool)) -> Option<usize> {
    let long = |word: &str| word.chars().nth(LONG_WORD - 1).is_some() && !TABLES.known(word).is_name();
    let initials = dotted || letters;
    let mut spelled = key.split(' ');
    if spelled.clone().any(is_no_name) || (words > 1 && spelled.any(long)) {
        Some(if initials { BESIDE_INITIALS } else { 1 })
    } else if front {
        // whose initials stand before the name is nobody else
        None
    } else if words >= MANY_WORDS && !letters {
        Some(1)
    } else {
        // of one word it may still be a surname (`Company`), which leaves one word
        let alphabetic = || !key.chars().any(|c| matches!(Script::of(c), Some(Script::Han | Script::Hangul)));
        ((initials && alphabetic()) || is_unspeakable(key) || long(key)).then_some(BESIDE_INITIALS)
    }
}

/// Whether a word is a short one of forms that is in nobody's name. Most short forms are (`Pao`, `Doo`, `Sal`, `Sia`, `Spa`), or may be initials
/// (`S.A.`).
fn is_no_name(word: &str) -> bool {
    matches!(
        word,
        "limited"
            | "ltd"
            | "llc"
            | "llp"
            | "inc"
            | "incorporated"
            | "corp"
            | "corporation"
            | "plc"
            | "pvt"
            | "pty"
            | "proprietary"
            | "gmbh"
            | "mbh"
            | "aktiengesellschaft"
            | "gesellschaft"
            | "srl"
            | "sarl"
            | "sro"
            | "bhd"
            | "berhad"
            | "kft"
            | "zrt"
            | "aktiebolag"
            | "aktieselskab"
            | "aktieselskabet"
            | "fze"
            | "fzco"
            | "fzc"
            | "pjsc"
            | "ojsc"
            | "cjsc"
            | "ooo"
            | "oao"
            | "ооо"
            | "оао"
            | "пао"
            | "зао"
    )
}

/// Whether a spelling in Latin letters has no vowel (`kg`, `scsp`): initials, perhaps, and no name.
fn is_unspeakable(key: &str) -> bool {
    key.is_ascii() && !key.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// The words between blanks, with where they begin.
fn words_in(text: &str) -> Vec<Word<'_>> {
    let mut out = room_for(SOME_WORDS);
    let mut from = 0;
    let mut end_at = |from: usize, to: usize| {
        let written = text.get(from..to).filter(|written| !written.is_empty());
        out.extend(written.map(|written| Word { at: from, written, spelling: None }));
    };
    for (at, byte) in text.bytes().enumerate() {
        if let Some(len) = blank_at(text, at, byte) {
            end_at(from, at);
            from = at + len;
        }
    }
    end_at(from, text.len());
    out
}

/// The length of the blank that begins with a byte of a text; `None` where none does.
fn blank_at(text: &str, at: usize, byte: u8) -> Option<usize> {
    match byte {
        // most bytes
        b'!'..0xc2 => None,
        b' ' | b'\t'..=b'\r' => Some(1),
        // with these bytes the blanks beyond ASCII begin, and many letters
        0xc2 | 0xe1..=0xe3 => {
            let c = text.get(at..)?.chars().next()?;
            c.is_whitespace().then(|| c.len_utf8())
        }
        _ => None,
    }
}

/// Writes a word between blanks as the tables spell it.
fn write_spelling(word: &str, out: &mut String) {
    if word.bytes().all(|b| b.is_ascii_alphabetic()) {
        write_lower(word, out);
    } else {
        write_units(word, out);
    }
}

/// Some words as the tables spell them.
pub(crate) fn spelling_of(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    write_units(words, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::join;
    use crate::units::units;

    #[test]
    fn a_form_is_set_aside_unless_it_may_be_a_name() {
        for (name, left) in [
            ("Jane Roe Ltd", "Jane Roe"),
            ("Jane Roe, Ltd.", "Jane Roe"),
            ("JANE ROE PRIVATE LIMITED", "JANE ROE"),
            ("Roe Service S.R.L.", "Roe Service"),
            ("Roe Technology (Praha) s. r. o.", "Roe Technology (Praha)"),
            ("ООО Иванова", "Иванова"),
            ("Jane Roe GmbH & Co. KG", "Jane Roe"),
            // initials, names, and what is nothing else
            ("Roe S.A.", "Roe S.A."),
            ("Roe S.R.L.", "Roe S.R.L."),
            ("Roe S. R. L.", "Roe S. R. L."),
            ("Roe SRL", "Roe"),
            ("Nib Roe S. A. S.", "Nib Roe"),
            ("Jane Roe S.p.A.", "Jane Roe"),
            ("Jane Roe A/S", "Jane Roe"),
            ("Jane Roe KG", "Jane Roe"),
            ("Roe KG", "Roe KG"),
            ("S. A. Nib Roe", "S. A. Nib Roe"),
            ("Roe, spol. s r.o.", "Roe"),
            ("Roe Sp. z o.o.", "Roe"),
            ("Jane Roe, S. de R.L. de C.V.", "Jane Roe"),
            ("Jane Roe S.à r.l.", "Jane Roe"),
            ("ROE SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ", "ROE"),
            ("Roe Zártkörűen Működő Részvénytársaság", "Roe"),
            ("ΡΟΗ ΑΝΩΝΥΜΗ ΕΤΑΙΡΕΙΑ", "ΡΟΗ"),
            ("O. O. O. Roe", "O. O. O. Roe"),
            ("OOO Roe", "Roe"),
            ("Pao Yue Kong", "Pao Yue Kong"),
            ("Zao Wou Ki", "Zao Wou Ki"),
            ("Kim Il Doo", "Kim Il Doo"),
            ("Kate Sia", "Kate Sia"),
            ("Ahmed Sal", "Ahmed Sal"),
            ("*** Limited", "*** Limited"),
            ("- Ltd", "- Ltd"),
            ("ООО \"\"", "ООО \"\""),
            ("Nguyen Van Sa", "Nguyen Van Sa"),
            ("Limited", "Limited"),
            ("Jane Roe", "Jane Roe"),
            ("", ""),
        ] {
            assert_eq!(name.get(Words::of(name).without_org_form()), Some(left), "{name}");
        }
    }

    #[test]
    fn words_are_parted_by_every_blank() {
        for c in '\0'..=char::MAX {
            for text in [format!("{c}ab{c}{c}ж{c}"), format!("ab{c}c")] {
                let words: Vec<&str> = words_in(&text).into_iter().map(|word| word.written).collect();
                assert_eq!(words, text.split_whitespace().collect::<Vec<_>>(), "{c:?}");
            }
        }
    }

    #[test]
    fn a_word_is_spelled_as_its_units_are() {
        for word in [
            "Roe", "GmbH", "S.p.A.", "A/S", "L'Oréal", "Roe,", "X", "é", "R2D2", "Gr0up", "100%", "&", "Ж/К",
            "",
        ] {
            let units: Vec<String> = units(word, true).into_iter().map(|unit| unit.text).collect();
            assert_eq!(Words::of(word).spelling(0), join(&units), "{word}");
            assert_eq!(spelling_of(word), join(&units), "{word}");
        }
    }
}
