//! A text that holds a name more than once: in two scripts (`Sergei Shoigu (Сергей Шойгу)`, `海康威视 (Hikvision)`), or with what
//! its bearer is also called (`… aka …`, `… / …`, `…; …`, `Foo (Bar) Ltd`), or with more than the name (`Foo Ltd, Reg. No. 1`).
//!
//! Customer files and passports write so. Compared whole, the second half counts as words that were asked and not found, and
//! hides a listed party. So such a text is asked whole and in parts, and the best score counts; a hit names the part.

use std::borrow::Cow;

use countersign_names::{NameKind, Nature, ParsedName, Script, is_letter, without_lookalikes};

use crate::plain::may_be_a_sign;

/// More parts are not looked at: no name has them.
const MOST: usize = 8;

/// The parts of a text that are names of their own; none where it holds one name. What stands in brackets is one, and so is
/// the rest without it; a word by itself only for bodies, since it is mostly the nickname of a person.
pub(crate) fn parts(text: &str, kind: NameKind) -> Vec<Cow<'_, str>> {
    if is_plainly_one(text, kind) { Vec::new() } else { taken_apart(text, kind) }
}

/// Whether a text plainly holds one name and nothing else, as most do: cheap, and true for none that has parts.
fn is_plainly_one(text: &str, kind: NameKind) -> bool {
    // bodies and ships are joined by them in one name
    let two_persons = kind == NameKind::Person;
    let plain = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(b, b' ' | b'-' | b'\'' | b'.' | b',')
            || (!two_persons && matches!(b, b'&' | b'+'))
    };
    if !text.bytes().all(plain) {
        return false;
    }
    let mut words = text.split_ascii_whitespace().peekable();
    while let Some(word) = words.next() {
        let word = word.trim_matches(',');
        if !may_be_a_sign(word) {
            continue;
        }
        let is = |other: &&str| word.eq_ignore_ascii_case(other);
        // no phrase is without its last word
        let another_follows = PHRASES.iter().any(|phrase| phrase.last().is_some_and(&is));
        let together = two_persons && TOGETHER.iter().any(is);
        // a form is the end of a name, with which one ends
        let mut form = || words.peek().is_some() && FORMS.iter().any(|f| is(f) || is_form(word, f));
        if another_follows || together || form() {
            return false;
        }
    }
    true
}

/// Whether a word is one of those in small letters, whatever its case.
fn is_any<'s>(word: &str, mut small: impl Iterator<Item = &'s str>) -> bool {
    if word.is_ascii() {
        return small.any(|other| word.eq_ignore_ascii_case(other));
    }
    let word = word.to_lowercase();
    small.any(|other| other == word)
}

/// Whether a word is one that stands between two.
fn is_between(word: &str) -> bool {
    is_any(word, TOGETHER.into_iter())
}

/// Whether a word is the form but for full stops at its end.
fn is_form(word: &str, form: &str) -> bool {
    word.trim_end_matches('.').eq_ignore_ascii_case(form)
}

pub(crate) fn taken_apart(text: &str, kind: NameKind) -> Vec<Cow<'_, str>> {
    let mut out: Vec<Cow<'_, str>> = Vec::new();
    for part in at_alias_words(text, kind) {
        for part in at_scripts(part) {
            push(&mut out, Cow::Borrowed(part), text);
            for part in at_brackets(part, kind) {
                push(&mut out, part, text);
            }
            if let Some(part) = up_to_the_form(part, kind) {
                push(&mut out, Cow::Borrowed(part), text);
            }
        }
    }
    out
}

fn push<'a>(out: &mut Vec<Cow<'a, str>>, part: Cow<'a, str>, text: &str) {
    if out.len() < MOST && part.trim() != text.trim() && !out.contains(&part) {
        out.push(part);
    }
}

/// Fewer Latin letters in brackets are no name by themselves.
const LEAST_IN_BRACKETS: usize = 4;

/// What stands in the first brackets of a text, and the rest, where both are names: not a place (`Bank (Schweiz) AG`), a form
/// of organisation or another general word, and not a remark in digits.
fn at_brackets(text: &str, kind: NameKind) -> Vec<Cow<'_, str>> {
    let cut = || {
        let (head, rest) = text.split_once(['(', '（', '['])?;
        let (inside, tail) = rest.split_once([')', '）', ']'])?;
        Some((head, inside, tail))
    };
    let Some((head, inside, tail)) = cut() else { return Vec::new() };
    let around = format!("{} {}", head.trim(), tail.trim());
    if !is_a_name(inside) || !tells(inside) || !is_a_name(&around) || !tells(&around) {
        return Vec::new();
    }
    let mut out = vec![Cow::Owned(around)];
    // a word of three letters is an abbreviation of many (`(VIC)`, `(SZ)`)
    let letters = inside.chars().filter(|c| is_letter(*c)).count();
    let short = letters < LEAST_IN_BRACKETS && inside.is_ascii();
    if !short && (kind != NameKind::Person || inside.split_whitespace().count() > 1) {
        out.push(Cow::Borrowed(inside));
    }
    out
}

/// Forms of organisation that stand behind a name and are no other word.
pub(crate) const FORMS: [&str; 24] = [
    "limited",
    "ltd",
    "llc",
    "inc",
    "incorporated",
    "gmbh",
    "plc",
    "llp",
    "bhd",
    "berhad",
    "kft",
    "zrt",
    "srl",
    "sarl",
    "fze",
    "fzco",
    "fzc",
    "fz-llc",
    "pjsc",
    "ojsc",
    "s.a.",
    "s.r.l.",
    "s.p.a.",
    "b.v.",
];

/// The name of a body up to its form, where more stands behind it: `Foo Ltd, Reg. No. 1`, `Foo GmbH - Dubai Branch`, `Foo LLC attn
/// accounts`.
fn up_to_the_form(text: &str, kind: NameKind) -> Option<&str> {
    if kind != NameKind::Organization {
        return None;
    }
    let form = |word: &str| {
        let bare = word.trim_matches(|c: char| matches!(c, ',' | '(' | ')' | '"' | ';' | ':'));
        if !may_be_a_sign(bare) {
            return false;
        }
        is_any(bare, FORMS.into_iter()) || is_any(bare.trim_end_matches('.'), FORMS.into_iter())
    };
    // the first run of forms behind a word
    let mut found = words(text).enumerate().skip(1).skip_while(|(_, (_, word))| !form(word));
    let (n, (at, word)) = found.next()?;
    let mut end = at + word.len();
    for (_, (at, word)) in found.take_while(|(_, (_, word))| form(word)) {
        end = at + word.len();
    }
    let (head, tail) = text.split_at_checked(end)?;
    let more = tail.chars().any(char::is_alphanumeric);
    (more && n > 0 && is_a_name(head) && tells(head))
        .then(|| head.trim_end_matches([',', ';', ':', ' ', '(']))
}

/// Whether a text has a word that tells its bearer from others.
fn tells(text: &str) -> bool {
    let read = ParsedName::parse(text, NameKind::Organization);
    read.forms.first().is_some_and(|form| form.tokens.iter().any(|t| t.nature() == Nature::Word))
}

/// Words that say that another name follows, in their order.
pub(crate) const PHRASES: [&[&str]; 33] = [
    &["also", "known", "as"],
    &["formerly", "known", "as"],
    &["previously", "known", "as"],
    &["doing", "business", "as"],
    &["trading", "as"],
    &["known", "as"],
    &["aka"],
    &["a.k.a."],
    &["a.k.a"],
    &["a/k/a"],
    &["alias"],
    &["formerly"],
    &["previously"],
    &["fka"],
    &["f/k/a"],
    &["nka"],
    &["n/k/a"],
    &["dba"],
    &["d/b/a"],
    &["t/a"],
    &["c/o"],
    &["attn"],
    &["attn."],
    &["ex"],
    &["née"],
    &["nee"],
    &["geb."],
    &["vormals"],
    &["anciennement"],
    &["также"],
    &["бывш."],
    &["/"],
    &["|"],
];

/// Words between two persons; of bodies they are part of the name.
pub(crate) const TOGETHER: [&str; 6] = ["&", "and", "und", "et", "и", "+"];

/// Whether words are joined by one that stands between two persons: what else it is, its form of organisation tells.
pub(crate) fn joins_two(text: &str) -> bool {
    text.split_whitespace().any(is_between)
}

/// A word without what stands round it.
fn without_brackets(word: &str) -> &str {
    word.trim_matches(|c: char| matches!(c, '(' | ')' | ',' | ':' | ';' | '"' | '«' | '»'))
}

/// Cut at words that say that another name follows, at strokes between words, and at semicolons.
fn at_alias_words(text: &str, kind: NameKind) -> Vec<&str> {
    let all: Vec<(usize, &str, &str)> =
        words(text).map(|(at, word)| (at, word, without_brackets(word))).collect();
    let ends_a_phrase = |word: &str| is_any(word, PHRASES.iter().filter_map(|phrase| phrase.last().copied()));
    let any_phrase = all.iter().any(|(.., bare)| may_be_a_sign(bare) && ends_a_phrase(bare));
    // `Quill & Feather Private Limited` is one body, also where it is compared with persons
    let body = all.iter().any(|(.., bare)| may_be_a_sign(bare) && is_any(bare, FORMS.into_iter()));
    // where to cut out what, in its order
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut n = 0;
    while let Some((at, word)) = all.get(n).map(|(at, word, _)| (*at, *word)) {
        let says = |phrase: &&&[&str]| {
            phrase.iter().enumerate().all(|(k, said)| {
                all.get(n + k).is_some_and(|(.., bare)| is_any(bare, std::iter::once(*said)))
            })
        };
        if any_phrase && let Some(phrase) = PHRASES.iter().find(says) {
            let end = all.get(n + phrase.len() - 1).map_or(at, |(at, word, _)| at + word.len());
            cuts.push((at, end));
            n += phrase.len();
            continue;
        }
        // `Quill Feather & Pen Nib`, `Quill Feather and wife`: a person has two names at least
        let together = || is_between(word);
        if kind == NameKind::Person && !body && n >= 2 && together() {
            cuts.push((at, at + word.len()));
        }
        for (inner, c) in word.char_indices() {
            let (before, after) = (word.get(..inner), word.get(inner + c.len_utf8()..));
            let long =
                |side: Option<&str>| side.is_some_and(|s| s.chars().filter(|c| is_letter(*c)).count() >= 3);
            if c == ';' || c == '；' || (c == '/' && long(before) && long(after)) {
                cuts.push((at + inner, at + inner + c.len_utf8()));
            }
        }
        n += 1;
    }
    let mut out = Vec::new();
    let mut from = 0;
    for (start, end) in cuts.into_iter().chain([(text.len(), text.len())]) {
        let part = text.get(from..start).unwrap_or_default();
        // a word by itself beside `and` is nobody's name
        let beside = |at: usize, step: isize| {
            if kind != NameKind::Person {
                return false;
            }
            let near = if step < 0 { text.get(..at) } else { text.get(at..) };
            let word = near.and_then(|t| {
                if step < 0 { t.split_whitespace().last() } else { t.split_whitespace().next() }
            });
            word.is_some_and(is_between)
        };
        let lone = part.split_whitespace().count() < 2 && (beside(from, -1) || beside(start, 1));
        if is_a_name(part) && !lone {
            out.push(part);
        }
        from = end;
    }
    out
}

/// The words of a text with their places.
pub(crate) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..)?;
        let start = rest.find(|c: char| !c.is_whitespace())?;
        let word = rest.get(start..)?.split(char::is_whitespace).next()?;
        let at = from + start;
        from = at + word.len();
        Some((at, word))
    })
}

/// Cut where the script changes: between words, or within one where one side writes no spaces.
fn at_scripts(text: &str) -> Vec<&str> {
    if text.is_ascii() {
        return vec![text];
    }
    let mut out = Vec::new();
    let (mut from, mut current) = (0, None);
    let mut apart = false;
    // a Latin letter in a Cyrillic word is no other name
    let mended = without_lookalikes(text);
    for ((at, _), c) in text.char_indices().zip(mended.chars()) {
        let script = is_letter(c).then(|| Script::of(c).map(spelled_together)).flatten();
        let Some(script) = script else {
            apart |= !is_letter(c) && !c.is_numeric();
            continue;
        };
        let before = current.filter(|before| *before != script);
        let eastern = |script: Script| matches!(script, Script::Han | Script::Hangul);
        if before.is_some_and(|before| apart || eastern(before) || eastern(script)) {
            out.push(text.get(from..at).unwrap_or_default());
            from = at;
        }
        if current.is_none() || before.is_none() || from == at {
            current = Some(script);
        }
        apart = false;
    }
    out.push(text.get(from..).unwrap_or_default());
    out.retain(|part| is_a_name(part));
    out
}

/// Scripts that one name is written in: Japanese mixes characters with its syllables.
fn spelled_together(script: Script) -> Script {
    if script == Script::Kana { Script::Han } else { script }
}

/// Whether a part can be a name: a word of three letters, or of two characters where a character is a word or a syllable.
pub(crate) fn is_a_name(part: &str) -> bool {
    // three letters of ASCII are, whatever stands beside them
    if part.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_alphabetic)) {
        return true;
    }
    part.split(|c: char| !is_letter(c)).any(|word| {
        let eastern =
            |c: char| Script::of(c).is_some_and(|s| matches!(s, Script::Han | Script::Hangul | Script::Kana));
        let letters = word.chars().filter(|c| is_letter(*c)).count();
        letters >= 3 || (letters == 2 && word.chars().all(eastern))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, kind: NameKind) -> Vec<String> {
        let trim = |part: Cow<'_, str>| part.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        let mut out: Vec<String> = parts(text, kind).into_iter().map(trim).collect();
        out.dedup();
        out
    }

    #[test]
    fn two_scripts_are_two_names() {
        for (text, names) in [
            ("Quill Feather (Куилл Фезер)", ["Quill Feather", "Куилл Фезер"]),
            ("Quill Feather / Куилл Фезер", ["Quill Feather", "Куилл Фезер"]),
            ("حسن نصر (Hassan Nasr)", ["حسن نصر", "Hassan Nasr"]),
            ("Kim Jong Un 金正恩", ["Kim Jong Un", "金正恩"]),
            ("海康威视Hikvision", ["海康威视", "Hikvision"]),
            ("ООО «Цитадель» (Citadel LLC)", ["ООО «Цитадель", "Citadel LLC"]),
            ("Quill Feather aka Pen Nib", ["Quill Feather", "Pen Nib"]),
            ("Quill Feather (a.k.a. Pen Nib)", ["Quill Feather", "Pen Nib"]),
            ("Quill Feather, also known as Pen Nib", ["Quill Feather", "Pen Nib"]),
            ("Quill Ltd trading as Feather", ["Quill Ltd", "Feather"]),
        ] {
            assert_eq!(of(text, NameKind::Person), names, "{text}");
        }
    }

    #[test]
    fn brackets_semicolons_and_strokes_part_names_of_one_script() {
        let body = NameKind::Organization;
        assert_eq!(of("Quill (Feather) Ltd", body), ["Quill Ltd", "Feather"]);
        assert_eq!(of("Quill Feather; Pen Nib", body), ["Quill Feather", "Pen Nib"]);
        assert_eq!(of("Quill/Feather Ltd", body), ["Quill", "Feather Ltd"]);
        assert_eq!(of("National Quill Company (NQCX)", body), ["National Quill Company", "NQCX"]);
        assert_eq!(of("Quill Feather (VIC) Pty Ltd", body), ["Quill Feather Pty Ltd"]);
        assert_eq!(of("Shenzhen Quill [Pen Nib] Co., Ltd.", body), ["Shenzhen Quill Co., Ltd", "Pen Nib"]);
        assert_eq!(of("Quill Feather ex Pen Nib", NameKind::Vessel), ["Quill Feather", "Pen Nib"]);
        assert_eq!(of("Quill Ltd c/o Pen Nib", body), ["Quill Ltd", "Pen Nib"]);
        assert_eq!(of("Quill Feather & Pen Nib", NameKind::Person), ["Quill Feather", "Pen Nib"]);
        assert_eq!(of("Quill Feather & wife", NameKind::Person), ["Quill Feather"]);
        assert_eq!(of("Quill & Feather", body), Vec::<String>::new());
        let one = "Quill Nib Feather & Pen Private Limited";
        assert!(!of(one, NameKind::Person).iter().any(|part| part.starts_with("Pen")), "{one}");
        for more in [
            "QUILL TRADING LIMITED, INN 7707083893",
            "QUILL TRADING LIMITED (Reg. No. 04512345)",
            "QUILL TRADING LIMITED, Tehran, Iran",
            "QUILL TRADING LIMITED - Dubai Branch",
            "QUILL TRADING LIMITED and its subsidiaries",
        ] {
            assert!(
                of(more, body).iter().any(|part| part == "QUILL TRADING LIMITED"),
                "{more}: {:?}",
                of(more, body)
            );
        }
        // a nickname alone is many people
        assert_eq!(of("William (Bill) Quill", NameKind::Person), ["William Quill"]);
        assert_eq!(of("William Quill (Abu Feather)", NameKind::Person), ["William Quill", "Abu Feather"]);
        for one in
            ["Quill (Schweiz) AG", "Quill (Holdings) Ltd", "Quill (UK) Ltd", "Quill (1992) Ltd", "Quill A/S"]
        {
            assert_eq!(of(one, body), Vec::<String>::new(), "{one}");
        }
    }

    #[test]
    fn what_is_plainly_one_name_has_no_parts() {
        let words = [
            "Quill",
            "Feather",
            "x",
            "Ltd",
            "Ltd.",
            "LLC,",
            "S.A.",
            "Nib,",
            "and",
            "et",
            "aka",
            "A.K.A.",
            "also",
            "known",
            "as",
            "c/o",
            "(Pen)",
            "ex",
            "(Bill)",
            "Quill;",
            "&",
            "+",
            "7",
            "-",
            "B.V.",
            "Inc",
            "formerly",
            "trading",
            "Куилл",
        ];
        let mut plain = 0;
        for a in words {
            for b in words {
                for c in words {
                    let text = format!("{a} {b} {c} Pen");
                    for kind in NameKind::ALL {
                        if is_plainly_one(&text, kind) {
                            plain += 1;
                            let parts = taken_apart(&text, kind);
                            assert!(parts.is_empty(), "{text} as {kind:?}: {parts:?}");
                        }
                    }
                }
            }
        }
        assert!(plain > 100, "{plain}");
    }

    #[test]
    fn one_name_has_no_parts() {
        for text in [
            "Quill Feather",
            "NSО Group",
            "Bank (Schweiz) AG",
            "トヨタ自動車",
            "Иванов X",
            "A/S Quill",
            "Ñandú Ltd",
            "",
            "东方 X5",
        ] {
            for kind in NameKind::ALL {
                assert!(parts(text, kind).len() <= 1, "{text}: {:?}", parts(text, kind));
            }
        }
        assert!(parts("NSО Group", NameKind::Organization).is_empty());
    }
}
