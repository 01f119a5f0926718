//! Cutting apart what is written together, and taking off organisation forms.

use std::borrow::Cow;

use crate::near_form::Words;
use crate::parsed::{Ignored, IgnoredWhy};
use crate::room::room_for;
use crate::tables::{InForms, MAX_SPELLING, OrgFormRow, TABLES, join};
use crate::units::Unit;
use crate::{NameKind, Script};

/// `SiemensAG` → `siemens ag`: a form in capitals glued to a word that ends in small letters.
pub(crate) fn split_glued_form(cut: Vec<Unit>, original: &str) -> Vec<Unit> {
    // most names have no such word
    if !has_glued_capitals(original) {
        return cut;
    }
    let mut out = Vec::with_capacity(cut.len() + 1);
    for unit in cut {
        let written = original.split_whitespace().find(|w| w.to_lowercase() == unit.text);
        let boundary = written.and_then(|w| {
            let small = w.trim_end_matches(|c: char| c.is_ascii_uppercase());
            let form = w.strip_prefix(small)?.to_lowercase();
            (small.len() >= 3
                && form.len() >= 2
                && small.ends_with(|c: char| c.is_ascii_lowercase())
                && TABLES.form(&form).is_some())
            .then(|| (small.to_lowercase(), form))
        });
        match boundary {
            Some((stem, form)) => {
                out.push(Unit { text: stem, script: unit.script });
                out.push(Unit { text: form, script: unit.script });
            }
            None => out.push(unit),
        }
    }
    out
}

/// Whether two capitals stand behind a small letter.
fn has_glued_capitals(text: &str) -> bool {
    // a small letter has a bit that a capital has not, and so have few other pairs
    let falls = |pair: &[u8]| matches!(pair, [a, b] if a & !b & 0x20 != 0);
    let ends = |three: &[u8]| matches!(three, [small, a, b] if small.is_ascii_lowercase() && a.is_ascii_uppercase() && b.is_ascii_uppercase());
    let bytes = text.as_bytes();
    bytes.windows(2).enumerate().any(|(at, pair)| falls(pair) && bytes.get(at..at + 3).is_some_and(ends))
}

/// Chinese, Japanese and Korean names of bodies have no spaces: known words (general words, places, organisation
/// forms) are cut out of a run, longest first; Korean only at its ends, where such words stand.
pub(crate) fn segment(cut: Vec<Unit>, kind: NameKind) -> Vec<Unit> {
    if !cut.iter().any(|unit| matches!(unit.script, Script::Han | Script::Hangul | Script::Kana)) {
        return cut;
    }
    let known = |text: &str| TABLES.form(text).is_some() || TABLES.concept(kind, text).is_some();
    let mut out = Vec::with_capacity(cut.len());
    let mut units = cut.into_iter().peekable();
    while let Some(mut unit) = units.next() {
        let digits = |next: &Unit| next.text.bytes().all(|b| b.is_ascii_digit());
        if unit.script == Script::Han && unit.text.ends_with('第') && units.peek().is_some_and(digits) {
            // `第29` is 29
            unit.text.pop();
        }
        let chars: Vec<char> = unit.text.chars().collect();
        match unit.script {
            Script::Han => {
                // import and export are one word of three characters
                let written = unit.text.replace("进出口", "进口出口");
                let chars: Vec<char> = written.chars().collect();
                let mut rest = chars.as_slice();
                let mut plain = String::new();
                while let [first, tail @ ..] = rest {
                    if let Some((number, after)) = ordinal(rest) {
                        if !plain.is_empty() {
                            out.push(Unit { text: std::mem::take(&mut plain), script: unit.script });
                        }
                        out.push(Unit { text: number.to_string(), script: Script::Latin });
                        rest = after;
                        continue;
                    }
                    let longest = (2..=rest.len().min(MAX_SPELLING)).rev().find_map(|n| {
                        let (word, after) = rest.split_at_checked(n)?;
                        let word: String = word.iter().collect();
                        known(&word).then_some((word, after))
                    });
                    if let Some((word, after)) = longest {
                        if !plain.is_empty() {
                            out.push(Unit { text: std::mem::take(&mut plain), script: unit.script });
                        }
                        out.push(Unit { text: word, script: unit.script });
                        rest = after;
                    } else {
                        plain.push(*first);
                        rest = tail;
                    }
                }
                if !plain.is_empty() {
                    out.push(Unit { text: plain, script: unit.script });
                }
            }
            Script::Hangul | Script::Kana if !known(&unit.text) => {
                let (mut head, mut tail): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
                let mut rest = chars.as_slice();
                loop {
                    let split = (2..rest.len()).rev().find_map(|n| {
                        let (front, back) = rest.split_at_checked(n)?;
                        let word: String = front.iter().collect();
                        if known(&word) {
                            return Some((word, back, true));
                        }
                        let (front, back) = rest.split_at_checked(rest.len() - n)?;
                        let word: String = back.iter().collect();
                        known(&word).then_some((word, front, false))
                    });
                    let Some((word, left, at_front)) = split else { break };
                    if at_front {
                        head.push(word)
                    } else {
                        tail.push(word)
                    }
                    rest = left;
                }
                let middle: String = rest.iter().collect();
                let words = head.into_iter().chain(std::iter::once(middle)).chain(tail.into_iter().rev());
                out.extend(words.filter(|w| !w.is_empty()).map(|text| Unit { text, script: unit.script }));
            }
            _ => out.push(unit),
        }
    }
    out
}

/// The number that Chinese writes out at the head of a run, `第十四` (institutes and plants are numbered so), and what follows.
fn ordinal(chars: &[char]) -> Option<(u32, &[char])> {
    let digit =
        |c: char| "零一二三四五六七八九".chars().position(|d| d == c).and_then(|n| u32::try_from(n).ok());
    let rest = chars.strip_prefix(&['第'])?;
    let (mut number, mut digits, mut read) = (0_u32, None::<u32>, 0);
    for c in rest.iter().take(6) {
        match c {
            '十' => {
                number += digits.take().unwrap_or(1) * 10;
            }
            '百' => {
                number += digits.take()? * 100;
            }
            c => match digit(*c) {
                // `五五` is 55
                Some(d) => digits = Some(digits.unwrap_or(0) * 10 + d),
                None => break,
            },
        }
        read += 1;
    }
    (read > 0).then_some((number + digits.unwrap_or(0), rest.get(read..)?))
}

/// Takes organisation forms off the end, and those that may lead off the front, also with a slip in a long one. A name that is nothing else keeps
/// them as words.
pub(crate) fn set_aside_forms(mut cut: Vec<Unit>, ignored: &mut Vec<Ignored>) -> Vec<Unit> {
    let mut words: Vec<&str> = room_for(cut.len());
    words.extend(cut.iter().map(|u| u.text.as_str()));
    let mut known: Vec<InForms> = room_for(cut.len());
    known.extend(words.iter().map(|word| TABLES.in_forms(word)));
    let near = Words::of(&words, &known);
    let before = ignored.len();
    let (mut from, mut to) = (0, words.len());
    while let Some((left, known)) = words.get(from..to).zip(known.get(from..to))
        && let Some((key, row, place)) = at_end(left, known)
            .or_else(|| at_front(left, known))
            .or_else(|| near.at_end(from, to))
            .or_else(|| near.at_front(from, to))
    {
        let why = IgnoredWhy::OrgForm { code: row.code, class: row.generic };
        if ignored.capacity() == 0 {
            *ignored = room_for(SOME_FORMS);
        }
        ignored.push(Ignored { text: key, why });
        match place {
            Place::Last(n) => to = to.saturating_sub(n),
            Place::First(n) => from += n,
        }
    }
    if from >= to {
        ignored.truncate(before);
        return cut;
    }
    cut.truncate(to);
    cut.drain(..from);
    cut
}

/// Most names have fewer forms.
const SOME_FORMS: usize = 2;

/// Where a form stands: so many words at one end.
pub(crate) enum Place {
    First(usize),
    Last(usize),
}

/// A form as it is written, and where.
pub(crate) type Found = (String, &'static OrgFormRow, Place);

/// Words as one key.
fn joined<'a>(words: &[&'a str]) -> Cow<'a, str> {
    match words {
        [] => Cow::Borrowed(""),
        [word] => Cow::Borrowed(word),
        _ => Cow::Owned(join(words)),
    }
}

/// The longest form at the end.
fn at_end(words: &[&str], known: &[InForms]) -> Option<Found> {
    let most = InForms::longest_at_end(known);
    let text = joined(words.split_at_checked(words.len().checked_sub(most)?)?.1);
    let mut key = &*text;
    for n in (1..=most).rev() {
        if let Some(row) = TABLES.form(key).or_else(|| TABLES.cut_form(key)) {
            return Some((key.to_owned(), row, Place::Last(n)));
        }
        key = key.split_once(' ')?.1;
    }
    None
}

/// The longest form at the front that may stand there.
fn at_front(words: &[&str], known: &[InForms]) -> Option<Found> {
    let most = InForms::longest_at_front(known);
    let text = joined(words.get(..most)?);
    let mut key = &*text;
    for n in (1..=most).rev() {
        if let Some(row) = TABLES.form(key).filter(|row| row.leads) {
            return Some((key.to_owned(), row, Place::First(n)));
        }
        key = key.rsplit_once(' ')?.0;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glued_capitals_stand_behind_a_small_letter() {
        for text in ["SiemensAG", "aBC", "x aBC", "Roe GmbH & RoeLLC", "éaBC"] {
            assert!(has_glued_capitals(text), "{text}");
        }
        for text in ["", "aB", "ABC", "a BC", "aBcD", "Roe GmbH", "a-BC", "éBC", "aBé", "aB", "`BC", "{BC"]
        {
            assert!(!has_glued_capitals(text), "{text}");
        }
    }
}
