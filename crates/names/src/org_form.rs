//! The form of organisation around the name of a body, where the name is asked about as a person's.

use std::ops::Range;

use crate::tables::{MAX_SPELLING, TABLES, join};
use crate::units::units;

/// Words of forms that are in nobody's name. Most short forms are (`Pao`, `Doo`, `Sal`, `Sia`, `Spa`), or may be initials (`S.A.`).
const NO_NAMES: [&str; 36] = [
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
    "ооо",
    "оао",
    "пао",
    "зао",
];

/// The name of a body without the forms of organisation at its end and at its beginning (`Jane Roe Private Limited`, `ООО Иванова`),
/// as far as they are told by a word that is in no person's name. What is written as initials (`S.R.L.`) only where two words are left:
/// `Roe S.R.L.` may be a person. The whole name where nothing else would be left.
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
            let dotted = written.iter().any(|(_, word)| word.trim_end_matches('.').contains('.'));
            let left = end - start - n;
            words
                .spelled(range)
                .is_some_and(|(key, letters)| is_form(&key, front) && (left > 1 || !(dotted || letters)))
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

/// Whether a spelling is a form of organisation that is in nobody's name.
fn is_form(key: &str, front: bool) -> bool {
    let row = TABLES.form(key).filter(|row| !front || row.leads);
    row.is_some() && key.split(' ').any(|word| NO_NAMES.contains(&word))
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
fn folded_word(word: &str) -> String {
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
            ("Nib Roe S. A. S.", "Nib Roe S. A. S."),
            ("O. O. O. Roe", "O. O. O. Roe"),
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
