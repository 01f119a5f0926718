//! What each word does in a name: general word, place, number, title, particle.

use crate::parsed::{Ignored, IgnoredWhy};
use crate::room::room_for;
use crate::tables::{Concept, TABLES, join};
use crate::token::Place;
use crate::units::{Unit, units};
use crate::{NameKind, Nature, Script, transcribed};

/// A unit with the role that its place in the name gives it.
pub(crate) struct Role {
    pub(crate) unit: Unit,
    pub(crate) concept: Option<Concept>,
    pub(crate) nature: Option<Nature>,
    /// What its place says of it.
    pub(crate) place: Place,
}

/// Looks every unit, or run of units, up in the word tables.
pub(crate) fn assign_roles(mut cut: Vec<Unit>, kind: NameKind, surnames_from: Option<usize>) -> Vec<Role> {
    let mut out: Vec<Role> = room_for(cut.len());
    let last = cut.len().saturating_sub(1);
    let mut next = 0;
    while let Some(rest @ [first, ..]) = cut.get(next..) {
        let position = next;
        next += 1;
        let place =
            if surnames_from.is_some_and(|from| position >= from) { Place::Surname } else { Place::Open };
        let known = TABLES.spelling(kind, &first.text);
        let most = known.longest;
        let several = (2..=rest.len().min(4).min(most)).rev().find_map(|n| {
            let words = rest.get(..n)?;
            let texts: Vec<&str> = words.iter().map(|u| u.text.as_str()).collect();
            let concept = TABLES.concept(kind, &join(&texts))?;
            Some((texts.concat(), concept, n))
        });
        if let Some((text, concept, n)) = several {
            out.push(Role {
                unit: Unit { text, script: first.script },
                concept: Some(concept),
                nature: None,
                place,
            });
            next = position + n;
            continue;
        }
        if let Some(number) = number(&first.text, kind, position, last) {
            let unit = Unit { text: number, script: Script::Latin };
            out.push(Role { unit, concept: None, nature: Some(Nature::Number), place });
            continue;
        }
        // the Arabic article is written together with its noun
        if first.script == Script::Arabic
            && let Some(noun) = first.text.strip_prefix("ال")
            && noun.chars().count() >= 3
            && (kind == NameKind::Person || (kind == NameKind::Organization && known.concept.is_none()))
        {
            let article = Unit { text: "ال".to_owned(), script: Script::Arabic };
            let concept = TABLES.concept(kind, "ال");
            out.push(Role { unit: article, concept, nature: None, place });
            let noun = Unit { text: noun.to_owned(), script: Script::Arabic };
            let concept = if kind == NameKind::Person { None } else { TABLES.concept(kind, &noun.text) };
            out.push(Role { unit: noun, concept, nature: None, place });
            continue;
        }
        if first.script == Script::Transcribed {
            let particle = |text: &str, place| Role {
                unit: Unit { text: text.to_owned(), script: Script::Transcribed },
                concept: TABLES.concept(kind, transcribed::particle(text).unwrap_or_default()),
                nature: None,
                place,
            };
            if transcribed::particle(&first.text).is_some() {
                out.push(particle(&first.text, place));
                continue;
            }
            if let Some(noun) = transcribed::after_article(&first.text) {
                out.push(particle("알", place));
                let unit = Unit { text: noun.to_owned(), script: Script::Transcribed };
                out.push(Role { unit, concept: None, nature: None, place });
                continue;
            }
        }
        let mut concept = known.concept;
        if concept.is_some_and(|c| c.nature == Nature::Particle)
            && kind == NameKind::Person
            && position == 0
            && TABLES.is_given(&first.text)
        {
            // `Ben Netanyahu`: at the head of a name it is a given name
            concept = None;
        }
        if kind == NameKind::Person && is_initial(&cut, position) {
            concept = None;
        }
        if let Some(unit) = cut.get_mut(position) {
            // the next word asks whether this one is a letter by itself; what is none may be taken out
            let text = if is_one_letter(unit) { unit.text.clone() } else { std::mem::take(&mut unit.text) };
            let unit = Unit { text, script: unit.script };
            out.push(Role { unit, concept, nature: None, place });
        }
    }
    out
}

/// Whether a letter by itself is an initial and not a particle (`y`, `e`, `и`), which stands between words.
fn is_initial(cut: &[Unit], position: usize) -> bool {
    let word = |at: Option<usize>| at.and_then(|at| cut.get(at)).is_some_and(|unit| !is_one_letter(unit));
    cut.get(position).is_some_and(is_one_letter)
        && !(word(position.checked_sub(1)) && word(position.checked_add(1)))
}

fn is_one_letter(unit: &Unit) -> bool {
    matches!(unit.script, Script::Latin | Script::Cyrillic | Script::Greek | Script::Alphabet)
        && unit.text.len() <= char::MAX_LEN_UTF8
        && unit.text.chars().count() == 1
}

/// Marks the places in brackets behind another word.
pub(crate) fn mark_bracketed(roles: &mut [Role], original: &str) {
    if !original.contains('(') && (original.is_ascii() || !original.contains('（')) {
        return;
    }
    let opened = original.split(['(', '（']).skip(1);
    let inside = opened.filter_map(|rest| Some(rest.split_once([')', '）'])?.0));
    let inside: Vec<String> =
        inside.map(|text| units(text, true).into_iter().map(|u| u.text).collect()).collect();
    for role in roles.iter_mut().skip(1) {
        if role.concept.is_some_and(|c| c.nature == Nature::Place) && inside.contains(&role.unit.text) {
            role.place = Place::Bracketed;
        }
    }
}

/// Digits of a number written as Roman numeral, ordinal or word. In persons only a closing II, III, IV counts.
fn number(word: &str, kind: NameKind, position: usize, last: usize) -> Option<String> {
    const ROMAN: [&str; 20] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi",
        "xvii", "xviii", "xix", "xx",
    ];
    let roman = || ROMAN.iter().position(|w| *w == word).map(|n| (n + 1).to_string());
    let may_be_roman = word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'));
    if kind == NameKind::Person {
        if position != last || position == 0 || !may_be_roman {
            return None;
        }
        return roman().filter(|n| matches!(n.as_str(), "2" | "3" | "4"));
    }
    let may_be_written = (3..=7).contains(&word.len()) && word.starts_with(['o', 't', 'f', 's', 'e', 'n']);
    if !word.starts_with(|c: char| c.is_ascii_digit()) {
        return if position > 0 && may_be_roman {
            roman()
        } else if may_be_written {
            written_number(word).map(str::to_owned)
        } else {
            None
        };
    }
    let ordinal = ["st", "nd", "rd", "th"].iter().find_map(|end| {
        let digits = word.strip_suffix(end)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.to_owned())
    });
    let digits = word.bytes().all(|b| b.is_ascii_digit()).then(|| {
        let trimmed = word.trim_start_matches('0');
        if trimmed.is_empty() { "0".to_owned() } else { trimmed.to_owned() }
    });
    digits.or(ordinal)
}

/// The digits of a number up to twelve that is written as a word.
fn written_number(word: &str) -> Option<&'static str> {
    Some(match word {
        "one" | "first" => "1",
        "two" | "second" => "2",
        "three" | "third" => "3",
        "four" | "fourth" => "4",
        "five" | "fifth" => "5",
        "six" | "sixth" => "6",
        "seven" | "seventh" => "7",
        "eight" | "eighth" => "8",
        "nine" | "ninth" => "9",
        "ten" | "tenth" => "10",
        "eleven" => "11",
        "twelve" => "12",
        _ => return None,
    })
}

/// Takes titles out, unless nothing else would remain. A title at the end of a name is mostly a surname (`King`),
/// but for those that only stand there.
pub(crate) fn set_aside_titles(roles: &mut Vec<Role>, ignored: &mut Vec<Ignored>) {
    let title = |r: &Role| r.concept.is_some_and(|c| c.nature == Nature::Title);
    // most names have none
    if !roles.iter().any(title) {
        return;
    }
    let solid = |r: &Role| !r.concept.is_some_and(|c| matches!(c.nature, Nature::Title | Nature::Particle));
    if !roles.iter().any(solid) {
        return;
    }
    let in_office = roles.first().and_then(|r| r.concept).is_some_and(|c| Some(c.id) == TABLES.office);
    let last = roles.len().saturating_sub(1);
    let mut position = 0;
    roles.retain(|role| {
        let closing =
            || matches!(role.unit.text.as_str(), "na" | "phd" | "esq" | "mba" | "msc" | "eng" | "haji");
        let out = title(role) && (position < last || closing());
        if out {
            ignored.push(Ignored { text: role.unit.text.clone(), why: IgnoredWhy::Title });
        }
        position += 1;
        !out
    });
    if let [only] = roles.as_mut_slice()
        && in_office
        && only.concept.is_none()
    {
        only.place = Place::Office;
    }
    for role in roles.iter_mut().filter(|r| title(r)) {
        // a surname after all
        role.concept = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_way_of_writing() {
        let of_body = |word: &str, position| number(word, NameKind::Organization, position, 3);
        for (word, read) in [
            ("007", "7"),
            ("0", "0"),
            ("12", "12"),
            ("1st", "1"),
            ("22nd", "22"),
            ("3rd", "3"),
            ("04th", "04"),
            ("one", "1"),
            ("twelve", "12"),
            ("tenth", "10"),
        ] {
            assert_eq!(of_body(word, 0).as_deref(), Some(read), "{word}");
        }
        for (word, read) in [("ii", "2"), ("xx", "20"), ("v", "5")] {
            assert_eq!(of_body(word, 1).as_deref(), Some(read), "{word}");
            assert_eq!(of_body(word, 0), None, "{word}");
        }
        for word in ["st", "th", "1st2", "3m", "a1", "iiii", "quill", "thirteen", "ones"] {
            assert_eq!(of_body(word, 1), None, "{word}");
        }
        assert_eq!(number("iii", NameKind::Person, 3, 3).as_deref(), Some("3"));
        for (word, position) in [("iii", 2), ("v", 3), ("3", 3), ("third", 3)] {
            assert_eq!(number(word, NameKind::Person, position, 3), None, "{word}");
        }
    }
}
