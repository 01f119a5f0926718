//! Whether two names may be of one agency: a confirmed misuse counts for the end user that is asked about, and nobody writes
//! its name in one way.
//!
//! Names count as one where they are the same but for case, accents and marks; where all words of the one, two at least, stand in
//! the other (`National Intelligence Service` and `National Intelligence Service (EYP)`); and where the one is an abbreviation
//! that the other gives in brackets. That is on the safe side: what may be the same agency counts until a person has found out,
//! and the dossier says so. A name in another language is not known again.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Words that tell no two agencies apart.
const CONNECTING: [&str; 24] = [
    "a", "an", "and", "d", "da", "das", "de", "del", "della", "der", "des", "di", "do", "du", "e", "et",
    "for", "la", "le", "of", "the", "und", "y", "operator",
];

/// The words of a name, without case, accents, marks, and what connects.
fn words(name: &str) -> BTreeSet<String> {
    let plain: String = name.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase();
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !CONNECTING.contains(word))
        .map(str::to_owned)
        .collect()
}

/// What stands in brackets, each by itself.
fn in_brackets(name: &str) -> Vec<&str> {
    name.split('(').skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

/// How alike two names of agencies are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alike {
    /// Another agency.
    No,
    /// It may be the same.
    Perhaps,
    /// The same name.
    Same,
}

pub(crate) fn alike(one: &str, other: &str) -> Alike {
    let (a, b) = (words(one), words(other));
    if a.is_empty() || b.is_empty() {
        return Alike::No;
    }
    if a == b {
        return Alike::Same;
    }
    let short = a.len().min(b.len());
    let abbreviated = |name: &BTreeSet<String>, long: &str| {
        in_brackets(long).into_iter().any(|inside| words(inside) == *name)
    };
    if (short >= 2 && (a.is_subset(&b) || b.is_subset(&a))) || abbreviated(&a, other) || abbreviated(&b, one)
    {
        return Alike::Perhaps;
    }
    Alike::No
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_agency_under_several_names() {
        for (one, other, expected) in [
            ("State Signals Office", "state  signals office", Alike::Same),
            ("Policía Nacional", "Policia Nacional", Alike::Same),
            ("operator:state-signals-office", "State Signals Office", Alike::Same),
            ("Office of State Signals", "State Signals Office", Alike::Same),
            ("State Signals Office", "State Signals Office (SSO)", Alike::Perhaps),
            ("SSO", "State Signals Office (SSO)", Alike::Perhaps),
            ("State Signals Office", "State Signals Office of Example", Alike::Perhaps),
            ("State Signals Office", "State Security Office", Alike::No),
            ("State Signals Office", "Ministry of Health", Alike::No),
            ("Police", "Police of Example", Alike::No),
            ("", "State Signals Office", Alike::No),
            ("the of", "State Signals Office", Alike::No),
        ] {
            assert_eq!(alike(one, other), expected, "{one} / {other}");
            assert_eq!(alike(other, one), expected, "{other} / {one}");
        }
    }
}
