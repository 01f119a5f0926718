//! What stands round a name in a text and is no part of it: an address, an office, a note of the book-keeper.
//!
//! `Quill Trading Limited, Tehran, Iran`, `… P.O. Box 1234 Dubai`, `… - Dubai Branch`, `… Moscow Representative Office`,
//! `… attn accounts payable`, `… and its subsidiaries`. Read as words of the name they are words that were asked and not found,
//! and hide a listed party. So such a text is asked without them too.
//!
//! A branch or a representative office is the body itself, elsewhere. A subsidiary is another body: `Quill Bank Chile` and
//! `a subsidiary of Quill Bank` are not `Quill Bank`, and nothing is taken from them. A country behind a comma alone is an
//! address only where the name before it is whole, with its organisation form.

use countersign_names::{NameKind, ParsedName, country_named, is_place};

use crate::plain::may_be_a_sign;
use crate::several::words;

/// The names that stand in a text which says more; none where it says no more.
pub(crate) fn without_surroundings(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    if may_have(text) {
        let lower = text.to_lowercase();
        if ["subsidiary of", "daughter of", "дочерн"].iter().any(|word| lower.contains(word)) {
            return out;
        }
        let mut add = |part: &'_ str| {
            if part.len() < text.len() && has_a_name(part) && out.len() < MOST {
                let (from, to) = place_in(text, part);
                if let Some(part) = text.get(from..to)
                    && !out.contains(&part)
                {
                    out.push(part);
                }
            }
        };
        let head = before_notes(text);
        let head = trimmed(head);
        if head.len() < text.trim().len() {
            add(head);
        }
        for part in without_office(head) {
            add(part);
        }
        for part in without_address(head) {
            add(part);
            for part in without_office(trimmed(part)) {
                add(part);
            }
        }
    }
    out
}

/// More are not looked at.
const MOST: usize = 6;

/// Where a part of a text lies in it.
fn place_in(text: &str, part: &str) -> (usize, usize) {
    let from = text.find(part).unwrap_or(0);
    (from, from + part.len())
}

/// Words after which nothing of the name comes, with how a text may go on before them.
const NOTES: [&str; 4] = ["attn", "attention", "att", "attn."];

/// Words that say what an office is, at the end of a text.
pub(crate) const OFFICES: [&str; 12] = [
    "branch",
    "branches",
    "office",
    "account",
    "acct",
    "филиал",
    "представительство",
    "zweigniederlassung",
    "niederlassung",
    "sucursal",
    "succursale",
    "subesi",
];

/// What an `office` has to be, so that it is one of the body: an `Office` may be a name.
const KINDS_OF_OFFICE: [&str; 12] = [
    "representative",
    "rep",
    "liaison",
    "head",
    "regional",
    "branch",
    "main",
    "corporate",
    "registered",
    "sales",
    "country",
    "local",
];

/// Organisation forms at the end of a name, which an address follows. A name is read whole where this decides.
const FORMS: [&str; 34] = [
    "ltd",
    "limited",
    "llc",
    "llp",
    "lp",
    "inc",
    "plc",
    "gmbh",
    "ag",
    "kg",
    "sa",
    "spa",
    "srl",
    "bv",
    "nv",
    "ooo",
    "jsc",
    "pjsc",
    "oao",
    "zao",
    "pao",
    "ao",
    "corp",
    "corporation",
    "company",
    "co",
    "fze",
    "fzco",
    "fzc",
    "llc-fz",
    "dmcc",
    "ооо",
    "пао",
    "оао",
];

/// Words of streets and houses.
const STREETS: [&str; 40] = [
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "lane",
    "boulevard",
    "blvd",
    "floor",
    "suite",
    "ste",
    "building",
    "bldg",
    "block",
    "flat",
    "unit",
    "apt",
    "apartment",
    "room",
    "office",
    "tower",
    "district",
    "province",
    "region",
    "county",
    "square",
    "strasse",
    "str",
    "ul",
    "ulitsa",
    "prospekt",
    "rue",
    "calle",
    "via",
    "no",
    "улица",
    "ул",
    "дом",
    "г",
];

/// Whether a text may have something round its name: cheap, and true wherever [`without_surroundings`] finds something.
fn may_have(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().any(|b| matches!(b, b',' | b';' | b'\n'))
        || text.contains(" - ")
        || (!text.is_ascii() && (text.contains(" – ") || text.contains(" — ") || text.contains('،')))
        || text.split_whitespace().any(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            let is = |other: &&str| word.eq_ignore_ascii_case(other);
            match word.len() {
                0 | 1 => false,
                2..=16 if word.is_ascii() => may_be_a_sign(word) && MARKS.iter().chain(&OFFICES).any(is),
                _ => OFFICES.contains(&word.to_lowercase().as_str()),
            }
        })
}

/// Words, besides those of [`OFFICES`], by which a text may have something round its name.
pub(crate) const MARKS: [&str; 12] = [
    "attn",
    "attention",
    "att",
    "box",
    "subsidiaries",
    "affiliates",
    "po",
    "p.o",
    "pobox",
    "associates",
    "branch",
    "postfach",
];

/// A word as it is compared: in lower case, without marks and full stops.
fn folded(word: &str) -> String {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    if word.is_ascii() {
        word.replace('.', "").to_ascii_lowercase()
    } else if word.chars().all(|c| !c.is_alphabetic() || c < '\u{250}') {
        any_ascii::any_ascii(word).to_lowercase()
    } else {
        word.to_lowercase()
    }
}

/// The words of a text, with the place where each begins, folded.
fn folded_words(text: &str) -> Vec<(usize, String)> {
    words(text).map(|(at, word)| (at, folded(word))).collect()
}

/// Without the punctuation at its end.
fn trimmed(text: &str) -> &str {
    text.trim().trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | ':' | '-' | '–' | '—' | '/' | '|' | '(' | '[')
    })
}

/// The text up to a note, a post box, or the other bodies of its group.
fn before_notes(text: &str) -> &str {
    let words = folded_words(text);
    let is = |at: usize, any: &[&str]| words.get(at).is_some_and(|(_, word)| any.contains(&word.as_str()));
    for (n, (at, word)) in words.iter().enumerate().skip(1) {
        let post_box =
            (word == "po" && is(n + 1, &["box"])) || matches!(word.as_str(), "pobox" | "postfach" | "pob");
        let spaced = word == "p" && is(n + 1, &["o"]) && is(n + 2, &["box"]);
        let group = matches!(word.as_str(), "and" | "" | "und" | "et")
            && (is(n + 1, &["its", "all", "their"]) || is(n + 1, &["subsidiaries", "affiliates"]))
            && words.iter().skip(n + 1).any(|(_, w)| matches!(w.as_str(), "subsidiaries" | "affiliates"));
        if NOTES.contains(&word.as_str()) || post_box || spaced || group {
            return text.get(..*at).unwrap_or(text);
        }
    }
    text
}

/// The body of an office: before it (`Quill Bank - Dubai Branch`), or behind it (`Dubai Branch of Quill Bank`).
fn without_office(text: &str) -> Vec<&str> {
    let words = folded_words(text);
    let mut out = Vec::new();
    let word = |at: usize| words.get(at).map(|(_, word)| word.as_str()).unwrap_or_default();
    let of_a_body = |at: usize| match word(at) {
        "office" => at > 0 && KINDS_OF_OFFICE.contains(&word(at - 1)),
        other => OFFICES.contains(&other),
    };
    let last = words.len().saturating_sub(1);
    for at in 0..last {
        if at <= 3 && of_a_body(at) && word(at + 1) == "of" {
            out.extend(words.get(at + 2).and_then(|(from, _)| text.get(*from..)));
        }
    }
    if matches!(word(0), "филиал" | "представительство") {
        out.extend(words.get(1).and_then(|(from, _)| text.get(*from..)));
    }
    if last == 0 || !of_a_body(last) {
        return out;
    }
    let until = |at: usize| words.get(at).and_then(|(from, _)| text.get(..*from)).map(trimmed);
    // what parts the office from the body
    let parted = [" - ", " – ", " — ", ",", "("].iter().filter_map(|mark| text.rfind(mark)).max();
    if let Some(at) = parted
        && text.get(at..).is_some_and(|office| office.split_whitespace().count() <= 6)
    {
        out.extend(text.get(..at).map(trimmed));
        return out;
    }
    let form = words.iter().rposition(|(_, word)| FORMS.contains(&word.as_str()));
    if let Some(form) = form.filter(|form| *form > 0 && last - form <= 5) {
        out.extend(until(form + 1));
        return out;
    }
    let kind = usize::from(matches!(word(last), "office" | "account" | "acct"));
    let begins = last - kind.min(last);
    // `Moscow Branch`: the place is the office's
    if begins > 1 && is_place(word(begins - 1)) {
        out.extend(until(begins - 1));
    } else {
        if begins > 2 {
            out.extend(until(begins - 1));
        }
        out.extend(until(begins));
    }
    out
}

/// The name before an address: behind a comma, or behind a stroke where a house or a post code is told.
fn without_address(text: &str) -> Vec<&str> {
    let mut starts: Vec<usize> =
        text.char_indices().filter(|(_, c)| matches!(c, ',' | ';' | '،' | '\n')).map(|(at, _)| at).collect();
    if starts.is_empty() {
        return Vec::new();
    }
    starts.push(text.len());
    let segments: Vec<(usize, &str)> = starts
        .windows(2)
        .filter_map(|w| {
            let (from, to) = (*w.first()?, *w.last()?);
            Some((from, text.get(from..to)?.trim_matches(|c: char| !c.is_alphanumeric())))
        })
        .collect();
    // from the end on, what can only be of an address
    let first =
        segments.iter().rposition(|(_, segment)| place(segment) == Place::None).map_or(0, |at| at + 1);
    let Some(address) = segments.get(first..).filter(|address| !address.is_empty()) else {
        return Vec::new();
    };
    let lone = address.len() == 1;
    let kinds: Vec<Place> = address.iter().map(|(_, segment)| place(segment)).collect();
    let head = |at: usize| segments.get(at).and_then(|(from, _)| text.get(..*from)).map(trimmed);
    let mut out = Vec::new();
    let whole = lone && kinds.iter().all(|kind| matches!(kind, Place::Country | Place::City));
    if let Some(before) = head(first)
        && (!whole || has_form(before))
    {
        out.push(before);
    }
    // before a country or a street, a city that no table has
    let city = first.checked_sub(1).and_then(|at| segments.get(at)).filter(|(_, segment)| {
        segment.split_whitespace().count() <= 3
            && !segment.split_whitespace().any(|w| FORMS.contains(&folded(w).as_str()))
    });
    if let Some((from, _)) = city
        && let Some(before) = text.get(..*from).map(trimmed)
        && (has_form(before) || before.split_whitespace().count() >= 3)
    {
        out.push(before);
    }
    out
}

/// What a part of an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    None,
    Country,
    City,
    /// With a number or a word of streets.
    Street,
}

fn place(segment: &str) -> Place {
    let words: Vec<String> = segment.split_whitespace().map(folded).filter(|word| !word.is_empty()).collect();
    let whole = words.join(" ");
    let flag = whole.strip_prefix("flag ").map(|rest| rest.strip_prefix("of ").unwrap_or(rest));
    if flag.is_some_and(|country| country_named(country).is_some()) {
        return Place::Street;
    }
    if country_named(&whole).is_some() {
        return Place::Country;
    }
    if is_place(&whole) {
        return Place::City;
    }
    if words.iter().any(|word| FORMS.contains(&word.as_str())) {
        return Place::None;
    }
    let digits = words.iter().any(|word| word.bytes().any(|b| b.is_ascii_digit()));
    let street = words.len() > 1 && words.iter().any(|word| STREETS.contains(&word.as_str()));
    // `115035 Moscow`, `London EC3N 1DY`
    let named = words.len() > 1 && words.iter().any(|word| is_place(word) || country_named(word).is_some());
    if street || (digits && named) || (words.len() == 1 && digits && whole.len() >= 4) {
        return Place::Street;
    }
    Place::None
}

/// Whether a name ends with an organisation form.
fn has_form(name: &str) -> bool {
    let last = name.split_whitespace().next_back().map(folded).unwrap_or_default();
    FORMS.contains(&last.as_str())
        || ParsedName::parse(name, NameKind::Organization).org_form_class().is_some()
}

/// Whether what is left can be a name of its own: a word of three letters that is no place.
fn has_a_name(part: &str) -> bool {
    let words: Vec<String> = part.split_whitespace().map(folded).collect();
    let telling = |word: &String| {
        word.chars().filter(|c| c.is_alphabetic()).count() >= 3
            && !FORMS.contains(&word.as_str())
            && !is_place(word)
    };
    words.iter().any(telling) && !is_place(&words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_no_part_of_a_name() {
        for (text, name) in [
            ("Quill Trading Limited, Tehran, Iran", "Quill Trading Limited"),
            ("Quill Trading Limited, Iran", "Quill Trading Limited"),
            ("Quill Trading Limited P.O. Box 1234 Dubai UAE", "Quill Trading Limited"),
            ("Quill Trading Limited PO Box 1234", "Quill Trading Limited"),
            ("Quill Trading Limited, 12 Feather Street, London EC3N 1DY", "Quill Trading Limited"),
            ("Quill Trading Limited, Nibville, Iran", "Quill Trading Limited"),
            ("Feather, Quill, Tehran, Iran", "Feather, Quill"),
            ("Featherquill, flag Panama", "Featherquill"),
        ] {
            assert!(without_surroundings(text).contains(&name), "{text}: {:?}", without_surroundings(text));
        }
    }

    #[test]
    fn an_office_is_the_body_elsewhere() {
        for (text, name) in [
            ("Quill Trading Limited - Dubai Branch", "Quill Trading Limited"),
            ("Quill Trading Limited Dubai Branch", "Quill Trading Limited"),
            ("Quill Bank Dubai Branch", "Quill Bank"),
            ("Quill Bank Niederlassung", "Quill Bank"),
            ("Quill Bank Zweigniederlassung", "Quill Bank"),
            ("Quill Bank (Dubai Branch)", "Quill Bank"),
            ("Quill Trading Limited Moscow Representative Office", "Quill Trading Limited"),
            ("Quill Feather Moscow Representative Office", "Quill Feather"),
            ("Dubai Branch of Quill Bank", "Quill Bank"),
            ("Quill Trading Limited - USD account", "Quill Trading Limited"),
            ("Quill Trading Limited attn accounts payable", "Quill Trading Limited"),
            ("Quill Trading Limited and its subsidiaries", "Quill Trading Limited"),
            ("Quill Trading Limited & affiliates", "Quill Trading Limited"),
        ] {
            assert!(without_surroundings(text).contains(&name), "{text}: {:?}", without_surroundings(text));
        }
    }

    #[test]
    fn a_subsidiary_is_another_body() {
        for text in [
            "Quill Bank Chile",
            "Quill Bank (Chile) SA",
            "Quill Bank, Chile",
            "Quill Bank - Chile",
            "Dubai subsidiary of Quill Bank",
            "Feather, Quill",
            "Feather, Paris",
            "Office of Naval Feathers",
            "Quill, Feather and Nib",
            "Quill Group Ltd",
            "Feather, Quill, Jr.",
            "Quill & Feather, Inc.",
            "Iran, Islamic Republic of",
        ] {
            assert_eq!(without_surroundings(text), Vec::<&str>::new(), "{text}");
        }
    }
}
