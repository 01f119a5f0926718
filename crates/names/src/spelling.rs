//! Names as other languages that use Latin letters spell them: `Tsjemezov`, `Szojgu`, `Prigožins`, `Åse` → the spelling in
//! which lists mostly have them.
//!
//! Each system of `data/spellings.csv` gives one more reading of a name that bears its marks, and no other name; which of
//! them the writer followed nobody knows, so the name as written stays the first reading.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use crate::NameKind;
use crate::latin::is_latin;
use crate::units::composed;

/// More readings of one name are not made: those that bear marks of three languages are of none.
const MOST: usize = 3;

/// An ending is only taken off or changed if this many letters stand before it.
const LEAST_STEM: usize = 3;

/// One system of spelling.
#[derive(Debug)]
struct System {
    kinds: &'static str,
    /// What tells that a name may be spelled by it.
    marks: Vec<Pattern>,
    /// What is written for what, the longest first.
    rules: Vec<(Pattern, &'static str)>,
}

/// Letters somewhere in a word, or at its end (`$`).
#[derive(Debug)]
struct Pattern {
    letters: &'static str,
    at_end: bool,
}

impl Pattern {
    fn of(text: &'static str) -> Self {
        let letters = text.strip_suffix('$');
        Self { letters: letters.unwrap_or(text), at_end: letters.is_some() }
    }
}

static SYSTEMS: LazyLock<Vec<System>> = LazyLock::new(|| read(include_str!("../data/spellings.csv")).0);

/// Reads the table; the second value lists the rows that do not parse (none, by test).
fn read(file: &'static str) -> (Vec<System>, Vec<&'static str>) {
    let (mut systems, mut bad) = (Vec::new(), Vec::new());
    for line in file.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        match system(line) {
            Some(system) => systems.push(system),
            None => bad.push(line),
        }
    }
    (systems, bad)
}

fn system(line: &'static str) -> Option<System> {
    // the source may hold commas no more than the other fields
    let mut fields = line.split(',');
    let (_, kinds, _source) = (fields.next()?, fields.next()?, fields.next()?);
    let (marks, rules) = (fields.next()?, fields.next()?);
    if fields.next().is_some() || !kinds.chars().all(|c| NameKind::ALL.iter().any(|k| k.letter() == c)) {
        return None;
    }
    let marks: Vec<Pattern> = marks.split('|').map(Pattern::of).collect();
    let rule = |rule: &'static str| rule.split_once('>').map(|(from, to)| (Pattern::of(from), to));
    let mut rules = rules.split('|').map(rule).collect::<Option<Vec<_>>>()?;
    // of rules of one length the one for an end is the finer
    rules.sort_by_key(|(from, _)| std::cmp::Reverse((from.letters.chars().count(), from.at_end)));
    let empty = |p: &Pattern| p.letters.is_empty();
    (!marks.iter().any(empty) && !rules.iter().any(|(from, _)| empty(from))).then_some(System {
        kinds,
        marks,
        rules,
    })
}

/// The marks of all systems for names of one kind, looked for at once: most names bear none.
struct Marks {
    automaton: Option<AhoCorasick>,
    /// Whether a name of ASCII may bear any.
    of_ascii: bool,
    /// Of each other mark the first letter beyond ASCII.
    heads: Vec<char>,
    /// Of each pattern of it, the number of its system, and whether it counts at the end of a word only.
    of: Vec<(usize, bool)>,
}

static MARKS: LazyLock<[Marks; 3]> = LazyLock::new(|| NameKind::ALL.map(Marks::of));

impl Marks {
    fn of(kind: NameKind) -> Self {
        let systems = SYSTEMS.iter().enumerate().filter(|(_, system)| system.kinds.contains(kind.letter()));
        let marks = systems.flat_map(|(n, system)| system.marks.iter().map(move |m| (n, m)));
        let (letters, of): (Vec<&str>, Vec<_>) = marks.map(|(n, m)| (m.letters, (n, m.at_end))).unzip();
        // a table of so few short patterns is never too large to be built
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            // one step a letter, and small all the same: the patterns are short
            .kind(Some(AhoCorasickKind::DFA))
            .build(&letters);
        let of_ascii = letters.iter().any(|letters| letters.is_ascii());
        let heads = letters.iter().filter_map(|letters| letters.chars().find(|c| !c.is_ascii())).collect();
        Self { automaton: automaton.ok(), of_ascii, heads, of }
    }

    /// Whether a name may bear any, as far as its letters tell it.
    fn may_be_borne_by(&self, name: &str) -> bool {
        let is_head = |c: char| !c.is_ascii() && c.to_lowercase().any(|c| self.heads.contains(&c));
        // a letter that is put together of several is not to be seen here
        self.of_ascii || (!name.is_ascii() && (!is_latin(name) || name.chars().any(is_head)))
    }

    /// The systems whose marks a text bears that is ASCII or in lower case, as bits.
    fn borne_by(&self, lower: &str) -> u64 {
        let Some(automaton) = &self.automaton else { return u64::MAX };
        let found = automaton.find_overlapping_iter(lower).filter_map(|found| {
            let (system, at_end) = *self.of.get(found.pattern().as_usize())?;
            let goes_on =
                || lower.get(found.end()..).is_some_and(|rest| rest.starts_with(char::is_alphabetic));
            (!at_end || !goes_on()).then_some(system)
        });
        found.fold(0, |all, system| all | 1u64.checked_shl(system as u32).unwrap_or(0))
    }
}

/// The name by each system whose marks it bears, in lower case, where that is another spelling.
pub(crate) fn respelled(name: &str, kind: NameKind) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let [person, organization, vessel] = &*MARKS;
    let marks = match kind {
        NameKind::Person => person,
        NameKind::Organization => organization,
        NameKind::Vessel => vessel,
    };
    if !marks.may_be_borne_by(name) {
        return out;
    }
    let (lower, borne) = if name.is_ascii() {
        // most names bear no marks
        let borne = marks.borne_by(name);
        if borne == 0 {
            return out;
        }
        (name.to_ascii_lowercase(), borne)
    } else {
        let lower = composed(name).to_lowercase();
        let lower =
            if is_nfc_quick(lower.chars()) == IsNormalized::Yes { lower } else { lower.nfc().collect() };
        let borne = marks.borne_by(&lower);
        (lower, borne)
    };
    for (n, system) in SYSTEMS.iter().enumerate() {
        let bears = borne & (1u64.checked_shl(n as u32).unwrap_or(0)) != 0;
        if bears && out.len() < MOST && system.kinds.contains(kind.letter()) {
            let spelled = spell(&lower, &system.rules);
            if spelled != lower && !out.contains(&spelled) {
                out.push(spelled);
            }
        }
    }
    out
}

/// Applies the rules from left to right, at each place the longest that fits.
fn spell(text: &str, rules: &[(Pattern, &'static str)]) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    // letters of the word before this place
    let mut stem = 0;
    while let Some(c) = rest.chars().next() {
        let head = rest.as_bytes().first();
        let fits = rules.iter().filter(|(from, _)| from.letters.as_bytes().first() == head).find_map(
            |(from, to)| {
                let after = rest.strip_prefix(from.letters)?;
                let ends = !after.starts_with(char::is_alphabetic);
                (!from.at_end || (ends && stem >= LEAST_STEM)).then_some((from.letters, *to, after))
            },
        );
        if let Some((from, to, after)) = fits {
            out.push_str(to);
            stem += from.chars().count();
            rest = after;
        } else {
            out.push(c);
            stem = if c.is_alphabetic() { stem + 1 } else { 0 };
            let mut letters = rest.chars();
            letters.next();
            rest = letters.as_str();
        }
    }
    out
}

/// `J. v.d. Berg`, `J vd Berg` → `J. van der Berg`, where a word stands on either side. `None` where there is nothing of the kind.
pub(crate) fn without_short_particles(name: &str) -> Option<String> {
    const SHORT: [&str; 7] = ["v.d.", "v.d", "v/d", "vd", "vd.", "vdr", "v/d."];
    // most names have no such letters
    let mut before = 0;
    let begins = |b: u8| {
        matches!(std::mem::replace(&mut before, b), b'v' | b'V') && matches!(b, b'd' | b'D' | b'.' | b'/')
    };
    if !name.bytes().any(begins) {
        return None;
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let last = words.len().saturating_sub(1);
    let is_short = |n: usize, word: &str| {
        let lower = word.to_lowercase();
        // capitals with full stops are initials
        n > 0 && n < last && SHORT.contains(&lower.as_str()) && (lower == word || !word.contains('.'))
    };
    if !words.iter().enumerate().any(|(n, word)| is_short(n, word)) {
        return None;
    }
    let long: Vec<&str> =
        words.iter().enumerate().map(|(n, word)| if is_short(n, word) { "van der" } else { *word }).collect();
    Some(long.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_parses() {
        let (systems, bad) = read(include_str!("../data/spellings.csv"));
        assert_eq!(bad, Vec::<&str>::new());
        assert!(systems.len() >= 12 && systems.len() <= 64);
        // marks stand within words
        let mut marks = systems.iter().flat_map(|system| &system.marks);
        assert!(marks.all(|mark| mark.letters.chars().all(char::is_alphabetic)));
        assert!(MARKS.iter().all(|marks| marks.automaton.is_some()));
    }

    #[test]
    fn no_mark_is_overlooked() {
        for (marks, kind) in MARKS.iter().zip(NameKind::ALL) {
            for mark in SYSTEMS.iter().filter(|s| s.kinds.contains(kind.letter())).flat_map(|s| &s.marks) {
                // the capital of `ß` is two other letters
                let capitals = Some(mark.letters.to_uppercase()).filter(|c| c.to_lowercase() == mark.letters);
                for written in capitals.into_iter().chain([mark.letters.to_owned()]) {
                    let apart: String = written.nfd().collect();
                    for name in [written, apart] {
                        assert!(marks.may_be_borne_by(&name), "{name}");
                        assert!(marks.may_be_borne_by(&format!("Roe {name}")), "{name}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_name_is_respelled_by_the_system_whose_marks_it_bears() {
        let first = |name: &str| respelled(name, NameKind::Person).into_iter().next().unwrap_or_default();
        for (written, read) in [
            ("Sergej Tsjemezov", "sergey chemezov"),
            ("Nikita Chroesjtsjov", "nikita khrushchov"),
            ("SJOJGOE", "shoygu"),
            ("Nikita Chrusjtjov", "nikita khrushchov"),
            ("Siergiej Szojgu", "sergey shoygu"),
            ("Sergej Čemezov", "sergey chemezov"),
            ("Jevgenijs Prigožins", "yevgeny prigozhin"),
            ("Şoygu", "shoygu"),
            ("Åse Bø", "aase boe"),
            ("Sergueï Choïgou", "sergey shoygu"),
            ("Nikolaï Patrouchev", "nikolay patrushev"),
            ("Aïcha", "aysha"),
            ("Țîrlea Șoim", "tsîrlea shoim"),
        ] {
            let all = respelled(written, NameKind::Person);
            assert!(all.iter().any(|s| s == read) || first(written) == read, "{written}: {all:?}");
        }
        for plain in ["John Smith", "Recep Tayyip Erdogan", "Vijay Khadija", "Xi Jinping"] {
            assert_eq!(respelled(plain, NameKind::Person), Vec::<String>::new(), "{plain}");
        }
        assert_eq!(respelled("Szojgu Sp. z o.o.", NameKind::Organization), Vec::<String>::new());
        assert_eq!(respelled("Müller GmbH", NameKind::Organization), ["mueller gmbh"]);
    }

    #[test]
    fn particles_are_written_out_between_words() {
        assert_eq!(without_short_particles("J. v.d. Berg").as_deref(), Some("J. van der Berg"));
        assert_eq!(without_short_particles("JAN VD BERG").as_deref(), Some("JAN van der BERG"));
        for other in ["VD Savarkar", "Ivan V.D. Petrov", "Berg vd", "Jan van der Berg"] {
            assert_eq!(without_short_particles(other), None, "{other}");
        }
    }
}
