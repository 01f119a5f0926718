//! The form of organisation around the name of a body, where the name is asked about as a person's.

use crate::tables::{MAX_SPELLING, TABLES, join};
use crate::units::units;

/// Fewer letters are initials as well: `Roe S.A.` may be a person.
const LEAST_LETTERS: usize = 3;

/// The name of a body without the forms of organisation at its end and at its beginning (`Jane Roe Private Limited`, `ООО Иванова`),
/// as far as they are no words of a person's name: of at least three letters, and neither a given name nor a surname that is known
/// (`Sia`). At least one word is left.
pub fn without_org_form(name: &str) -> &str {
    let name = name.trim();
    let mut words: Vec<(usize, &str)> = Vec::new();
    for word in name.split_whitespace() {
        // a word lies behind those before it
        let from = words.last().map_or(0, |(at, last)| at + last.len());
        let at = name.get(from..).and_then(|rest| rest.find(word)).map_or(from, |n| from + n);
        words.push((at, word));
    }
    let mut folded: Vec<Option<String>> = vec![None; words.len()];
    let mut spelled = |range: std::ops::Range<usize>| -> Option<String> {
        for n in range.clone() {
            let slot = folded.get_mut(n)?;
            if slot.is_none() {
                let texts: Vec<String> = units(words.get(n)?.1, true).into_iter().map(|u| u.text).collect();
                *slot = Some(join(&texts));
            }
        }
        let parts = folded.get(range)?.iter().flatten().map(String::as_str);
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        // `s. r. o.`, as close as `s.r.o.`
        let letters = parts.iter().all(|part| part.chars().nth(1).is_none());
        Some(if letters { parts.concat() } else { join(&parts) })
    };
    let (mut start, mut end) = (0, words.len());
    loop {
        let longest = (end - start).saturating_sub(1).min(MAX_SPELLING);
        let is_form = |key: &str, front: bool| {
            let row = TABLES.form(key).filter(|row| !front || row.leads);
            row.is_some()
                && key.chars().filter(|c| c.is_alphanumeric()).count() >= LEAST_LETTERS
                && !TABLES.known(key).is_name()
        };
        let mut cut = |n: usize, front: bool| {
            let range = if front { start..start + n } else { end - n..end };
            spelled(range).is_some_and(|key| is_form(&key, front))
        };
        if let Some(n) = (1..=longest).rev().find(|n| cut(*n, false)) {
            end -= n;
        } else if let Some(n) = (1..=longest).rev().find(|n| cut(*n, true)) {
            start += n;
        } else {
            break;
        }
    }
    let at = words.get(start).map_or(0, |(at, _)| *at);
    let to =
        end.checked_sub(1).and_then(|last| words.get(last)).map_or(name.len(), |(at, word)| at + word.len());
    let kept = name.get(at..to).unwrap_or(name);
    if end < words.len() { kept.trim_end_matches([',', ';', '-', ' ']) } else { kept }
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
            ("Nguyen Van Sa", "Nguyen Van Sa"),
            ("Limited", "Limited"),
            ("Jane Roe", "Jane Roe"),
            ("", ""),
        ] {
            assert_eq!(without_org_form(name), left, "{name}");
        }
    }
}
