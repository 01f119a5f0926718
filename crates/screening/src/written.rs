//! What a written text holds: the names that are asked, and the official numbers.
//!
//! What stands in the name field of a customer file is often more than a name: a second name (`several.rs`), a number
//! (`numbers.rs`), an address or an office (`surroundings.rs`), and it may be damaged (`damage.rs`). The whole text is always asked, and each name in it beside it;
//! the best score counts, and a hit says by which part it was found. So taking a text apart never loses what the whole finds.

use std::borrow::Cow;

use countersign_names::{MAX_CHARACTERS, NameKind};

use crate::adjust::{as_number, fold_identifier};
use crate::damage::repaired;
use crate::numbers::{Numbers, hyphenated_mark, may_hold_a_number, numbers};
use crate::plain::is_plain;
use crate::query::{Identifier, Query};
use crate::several::{is_a_name, parts};
use crate::surroundings::without_surroundings;

/// More names are not looked for in one text.
const MOST: usize = 16;

impl Query {
    /// All names as they are compared by the habits of `kind`: each whole, and in the parts that are names of their own
    /// ([`names_in`]). `plain`: what [`Query::is_plain`] says, which is asked once.
    pub(crate) fn compared_names(&self, kind: NameKind, plain: bool) -> impl Iterator<Item = Cow<'_, str>> {
        self.names().flat_map(move |name| if plain { names_in_plain(name) } else { names_in(name, kind) })
    }

    /// Whether all names are [plain](is_plain).
    pub(crate) fn is_plain(&self) -> bool {
        self.names().all(|name| name.len() <= MAX_CHARACTERS && is_plain(name))
    }
}

/// Every name in a text, by the habits of `kind`: the whole first, then its parts, then what it is read as where it is damaged, with its parts.
pub(crate) fn names_in(text: &str, kind: NameKind) -> Vec<Cow<'_, str>> {
    let mut names: Vec<Cow<'_, str>> = vec![Cow::Borrowed(text)];
    let text = beginning(text);
    if is_plain(text) {
        names.extend(names_in_plain(text).into_iter().skip(1));
        return names;
    }
    add_parts(&mut names, text, kind);
    for read in repaired(text) {
        let parts = names_in_whole(&read, kind);
        if is_a_name(&read) {
            names.push(Cow::Owned(read.clone()));
        }
        for part in parts {
            add(&mut names, Cow::Owned(part));
        }
    }
    names
}

/// The same of a [plain](is_plain) text.
fn names_in_plain(text: &str) -> Vec<Cow<'_, str>> {
    let mut names: Vec<Cow<'_, str>> = vec![Cow::Borrowed(text)];
    // an address behind a comma, perhaps
    let names_before = if text.contains(',') { without_surroundings(text) } else { Vec::new() };
    for name in names_before {
        add(&mut names, Cow::Borrowed(name));
    }
    names
}

/// As much of a text as is compared of a name: in what follows no names are looked for.
fn beginning(text: &str) -> &str {
    let end = if text.len() > MAX_CHARACTERS { text.char_indices().nth(MAX_CHARACTERS) } else { None };
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// The parts of a text that was read so.
fn names_in_whole(text: &str, kind: NameKind) -> Vec<String> {
    let mut names = vec![Cow::Borrowed(text)];
    add_parts(&mut names, text, kind);
    names.into_iter().skip(1).map(Cow::into_owned).collect()
}

fn add_parts<'a>(names: &mut Vec<Cow<'a, str>>, text: &'a str, kind: NameKind) {
    let several = parts(text, kind);
    names.extend(several.iter().cloned());
    let written = if may_hold_a_number(text) { numbers(text) } else { Numbers::default() };
    if kind == NameKind::Vessel {
        // lists have many aircraft by their marks alone, as names
        let marks = written.identifiers.iter().filter_map(|number| hyphenated_mark(&number.value));
        names.extend(marks.filter(|mark| mark.as_str() != text.trim()).map(Cow::Owned));
    }
    let rest = written.rest;
    if let Some(rest) = rest.filter(|rest| is_a_name(rest)) {
        for part in parts(&rest, kind) {
            add(names, Cow::Owned(part.into_owned()));
        }
        for name in without_surroundings(&rest) {
            add(names, Cow::Owned(name.to_owned()));
        }
        add(names, Cow::Owned(rest));
    } else {
        for name in without_surroundings(text) {
            add(names, Cow::Borrowed(name));
        }
        // also of one of several names
        for part in several {
            for name in without_surroundings(&part) {
                add(names, Cow::Owned(name.to_owned()));
            }
        }
    }
}

fn add<'a>(names: &mut Vec<Cow<'a, str>>, name: Cow<'a, str>) {
    let same = |held: &Cow<'a, str>| held.trim() == name.trim();
    if names.len() < MOST && is_a_name(&name) && !names.iter().any(same) {
        names.push(name);
    }
}

/// The query with the official numbers that stand in its names: whoever writes a number where a name is asked for means the
/// number too.
pub(crate) fn with_numbers(query: &Query) -> Cow<'_, Query> {
    let written: Vec<Identifier> = query
        .names()
        .filter(|name| may_hold_a_number(name) && !is_plain(name))
        .flat_map(|name| {
            let mut all: Vec<Identifier> = as_number(name).into_iter().collect();
            for number in numbers(name).identifiers {
                if !all.iter().any(|held| fold_identifier(&held.value) == fold_identifier(&number.value)) {
                    all.push(number);
                }
            }
            all
        })
        .collect();
    if written.is_empty() {
        return Cow::Borrowed(query);
    }
    let identifiers = query.identifiers.iter().cloned().chain(written).collect();
    Cow::Owned(Query { identifiers, ..query.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_text_comes_first_and_its_names_after_it() {
        for (text, parts) in [
            ("Quill Feather", &[][..]),
            ("Feather, Quill", &[]),
            ("Featherquill IMO 9137246", &["Featherquill"]),
            ("Quill Trading Limited, INN 7707083893, Tehran, Iran", &["Quill Trading Limited"]),
            ("Quill Bank aka Nib Bank, Dubai Branch", &["Quill Bank", "Nib Bank"]),
        ] {
            let names = names_in(text, NameKind::Organization);
            assert_eq!(names.first().map(|n| &**n), Some(text));
            for part in parts {
                assert!(names.iter().any(|name| name.trim() == *part), "{text}: {names:?}");
            }
            if parts.is_empty() {
                assert_eq!(names.len(), 1, "{names:?}");
            }
        }
    }

    #[test]
    fn a_number_is_asked_once() {
        let query = Query::named("IMO 9137246");
        assert_eq!(with_numbers(&query).identifiers.len(), 1);
        let query = Query::named("Featherquill IMO 9137246");
        assert_eq!(with_numbers(&query).identifiers.len(), 1);
        assert!(matches!(with_numbers(&Query::named("Quill Feather")), Cow::Borrowed(_)));
    }
}
