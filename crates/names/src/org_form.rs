//! The form of organisation around the name of a body, where the name is asked about as a person's.

use std::ops::Range;

use crate::Script;
use crate::tables::{MAX_SPELLING, TABLES, join};
use crate::units::units;

/// Short words of forms that are in nobody's name. Most short forms are (`Pao`, `Doo`, `Sal`, `Sia`, `Spa`), or may be initials (`S.A.`).
const NO_NAMES: [&str; 38] = [
    "limited",
    "ltd",
    "llc",
    "llp",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "plc",
    "pvt",
    "pty",
    "proprietary",
    "gmbh",
    "mbh",
    "aktiengesellschaft",
    "gesellschaft",
    "srl",
    "sarl",
    "sro",
    "bhd",
    "berhad",
    "kft",
    "zrt",
    "aktiebolag",
    "aktieselskab",
    "aktieselskabet",
    "fze",
    "fzco",
    "fzc",
    "pjsc",
    "ojsc",
    "cjsc",
    "ooo",
    "oao",
    "ооо",
    "оао",
    "пао",
    "зао",
];

/// A word of a form with so many letters is in nobody's name, unless the tables have it as one (`odpowiedzialnością`, `Osakeyhtiö`).
const LONG_WORD: usize = 7;

/// A form of so many words is nobody's name, unless all are letters (`Sp. z o.o.`, `S. de R.L. de C.V.`).
const MANY_WORDS: usize = 3;

/// How many words have to be left where a form may be the initials of somebody: `Roe S.A.` may be a person, and `Jane Roe S.A.` is the one
/// without them as well.
const BESIDE_INITIALS: usize = 2;

/// The name of a body without the forms of organisation at its end and at its beginning (`Jane Roe Private Limited`, `ООО Иванова`),
/// as far as they are no person's name. What may be initials (`S.R.L.`, `KG`) only behind two words: `Roe S.R.L.` may be a person.
/// The whole name where nothing else would be left.
pub(crate) fn without_org_form(name: &str) -> &str {
    let name = name.trim();
    let mut words = Words::of(name);
    let (mut start, mut end) = (0, words.written.len());
    loop {
        let longest = (end - start).saturating_sub(1).min(MAX_SPELLING);
        // most names end and begin with a word with which no form does, or none of many words
        let most_at_end = words.most(end.saturating_sub(1), false).min(longest);
        let most_at_front = words.most(start, true).min(longest);
        let mut cut = |n: usize, front: bool| {
            let range = if front { start..start + n } else { end - n..end };
            let written = words.written.get(range.clone()).unwrap_or_default();
            let dotted = written.iter().any(|(_, word)| word.trim_end_matches('.').contains(['.', '/']));
            let left = end - start - n;
            words
                .spelled(range)
                .and_then(|(key, letters)| least_left(&key, front, n, (dotted, letters)))
                .is_some_and(|least| left >= least)
        };
        if let Some(n) = (1..=most_at_end).rev().find(|n| cut(*n, false)) {
            end -= n;
        } else if let Some(n) = (1..=most_at_front).rev().find(|n| cut(*n, true)) {
            start += n;
        } else {
            break;
        }
    }
    let words = words.written;
    let at = words.get(start).map_or(0, |(at, _)| *at);
    let to =
        end.checked_sub(1).and_then(|last| words.get(last)).map_or(name.len(), |(at, word)| at + word.len());
    let kept = name.get(at..to).unwrap_or(name);
    let kept = if end < words.len() { kept.trim_end_matches([',', ';', '-', ' ']) } else { kept };
    if kept.chars().any(char::is_alphanumeric) { kept } else { name }
}

/// The words of a name, with their spellings in the tables as far as they were asked for.
struct Words<'a> {
    written: Vec<(usize, &'a str)>,
    folded: Vec<Option<String>>,
}

impl<'a> Words<'a> {
    fn of(name: &'a str) -> Self {
        let written = words_in(name);
        Self { folded: vec![None; written.len()], written }
    }

    /// How a word is spelled in the tables; empty beyond the last.
    fn folded(&mut self, n: usize) -> &str {
        match (self.folded.get_mut(n), self.written.get(n)) {
            (Some(slot), Some((_, word))) => slot.get_or_insert_with(|| folded_word(word)),
            _ => "",
        }
    }

    /// Some words as one key, and whether each is a letter: `s. r. o.` is as close as `s.r.o.`
    fn spelled(&mut self, range: Range<usize>) -> Option<(String, bool)> {
        for n in range.clone() {
            self.folded(n);
        }
        let parts = self.folded.get(range)?.iter().flatten().filter(|part| !part.is_empty());
        let letters = parts.clone().all(|part| is_letter(part));
        let parts: Vec<&str> = parts.map(String::as_str).collect();
        Some((if letters { parts.concat() } else { join(&parts) }, letters))
    }

    /// How many words a form has at most that ends with a word of the name, or begins with it. Letters may be one word together with others.
    fn most(&mut self, n: usize, front: bool) -> usize {
        let key = self.folded(n);
        if is_letter(key) {
            return usize::MAX;
        }
        let word = if front { key.split(' ').next() } else { key.rsplit(' ').next() };
        let known = TABLES.in_forms(word.unwrap_or_default());
        if front { known.most_at_front() } else { known.most_at_end() }
    }
}

/// Whether a spelling is one letter, or nothing.
fn is_letter(key: &str) -> bool {
    key.chars().nth(1).is_none()
}

/// How many words have to be left of a name if a spelling of some written words at its end, or its front, is cut off as a form of organisation;
/// `None` where it is none, or may be somebody's name.
fn least_left(key: &str, front: bool, words: usize, (dotted, letters): (bool, bool)) -> Option<usize> {
    TABLES.form(key).filter(|row| !front || row.leads)?;
    let long = |word: &str| word.chars().nth(LONG_WORD - 1).is_some() && !TABLES.known(word).is_name();
    let initials = dotted || letters;
    let mut spelled = key.split(' ');
    if spelled.clone().any(|word| NO_NAMES.contains(&word)) || (words > 1 && spelled.any(long)) {
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

/// Whether a spelling in Latin letters has no vowel (`kg`, `scsp`): initials, perhaps, and no name.
fn is_unspeakable(key: &str) -> bool {
    key.is_ascii() && !key.contains(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// The words between blanks, with where they begin.
pub(crate) fn words_in(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::with_capacity(8);
    let mut from = None;
    for (at, c) in text.char_indices() {
        match (c.is_whitespace(), from) {
            (true, Some(start)) => {
                out.extend(text.get(start..at).map(|word| (start, word)));
                from = None;
            }
            (false, None) => from = Some(at),
            _ => {}
        }
    }
    out.extend(from.and_then(|start| Some((start, text.get(start..)?))));
    out
}

/// A word between blanks as the tables spell it: one word mostly, more where signs part it.
pub(crate) fn folded_word(word: &str) -> String {
    // a small letter before a capital at the end may be a word in the mirror (`units.rs`)
    let mirrored = matches!(word.as_bytes(), [.., small, capital] if small.is_ascii_lowercase() && capital.is_ascii_uppercase());
    if word.bytes().all(|b| b.is_ascii_alphabetic()) && !mirrored {
        return word.to_ascii_lowercase();
    }
    let texts: Vec<String> = units(word, true).into_iter().map(|u| u.text).collect();
    join(&texts)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(without_org_form(name), left, "{name}");
        }
    }
}
