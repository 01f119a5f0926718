//! The form of organisation around the name of a body, where the name is asked about as a person's.

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
    // the words as one key, and whether each is a letter
    let mut spelled = |range: std::ops::Range<usize>| -> Option<(String, bool)> {
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
        Some((if letters { parts.concat() } else { join(&parts) }, letters))
    };
    let (mut start, mut end) = (0, words.len());
    loop {
        let longest = (end - start).saturating_sub(1).min(MAX_SPELLING);
        let is_form = |key: &str, front: bool| {
            let row = TABLES.form(key).filter(|row| !front || row.leads);
            row.is_some() && key.split(' ').any(|word| NO_NAMES.contains(&word))
        };
        // most names end and begin with a word with which no form does; letters may be one together
        let (last, first) = (spelled(end.saturating_sub(1)..end), spelled(start..start + 1));
        let may_end = last.is_none_or(|(key, letters)| {
            letters || key.rsplit(' ').next().is_some_and(|word| TABLES.in_forms(word).ends_one())
        });
        let may_begin = first.is_none_or(|(key, letters)| {
            letters || key.split(' ').next().is_some_and(|word| TABLES.in_forms(word).begins_one())
        });
        let mut cut = |n: usize, front: bool| {
            let range = if front { start..start + n } else { end - n..end };
            let written = words.get(range.clone()).unwrap_or_default();
            let dotted = written.iter().any(|(_, word)| word.trim_end_matches('.').contains('.'));
            let left = end - start - n;
            spelled(range)
                .is_some_and(|(key, letters)| is_form(&key, front) && (left > 1 || !(dotted || letters)))
        };
        if let Some(n) = (1..=longest).rev().find(|n| may_end && cut(*n, false)) {
            end -= n;
        } else if let Some(n) = (1..=longest).rev().find(|n| may_begin && cut(*n, true)) {
            start += n;
        } else {
            break;
        }
    }
    let at = words.get(start).map_or(0, |(at, _)| *at);
    let to =
        end.checked_sub(1).and_then(|last| words.get(last)).map_or(name.len(), |(at, word)| at + word.len());
    let kept = name.get(at..to).unwrap_or(name);
    let kept = if end < words.len() { kept.trim_end_matches([',', ';', '-', ' ']) } else { kept };
    if kept.chars().any(char::is_alphanumeric) { kept } else { name }
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
