//! Initials of persons' names of several letters: `Yu.` is Ю, `Sh.` is Ш; and the letters that one of them may be written with.
//!
//! BGN/PCGN writes Ю as `Yu`, ICAO 9303 and GOST R 52535.1 as `Iu`, German and Nordic usage as `Ju`; Е at the head of a name is
//! `E` or `Ye`. Which of them a list has is not known, so a name has a reading with each.

use crate::role::Role;
use crate::units::Unit;
use crate::{Nature, Script};

/// What stands for one Cyrillic letter in Latin.
const SEVERAL: [&str; 17] =
    ["yu", "ya", "ye", "yo", "iu", "ia", "ie", "ju", "ja", "je", "sh", "zh", "kh", "ts", "ch", "shch", "dzh"];

/// Other letters for the same, first those of BGN/PCGN.
const OTHERS: [[(&str, &str); 8]; 3] = [
    [
        ("iu", "yu"),
        ("ju", "yu"),
        ("ia", "ya"),
        ("ja", "ya"),
        ("ie", "ye"),
        ("je", "ye"),
        ("e", "ye"),
        ("yo", "ye"),
    ],
    [
        ("yu", "iu"),
        ("ya", "ia"),
        ("ye", "e"),
        ("ju", "iu"),
        ("ja", "ia"),
        ("je", "e"),
        ("ie", "e"),
        ("yo", "e"),
    ],
    [
        ("yu", "ju"),
        ("ya", "ja"),
        ("iu", "ju"),
        ("ia", "ja"),
        ("ye", "je"),
        ("ie", "je"),
        ("yo", "je"),
        ("e", "je"),
    ],
];

/// Marks the words of several Latin letters that stand for one Cyrillic letter: those with a full stop behind them.
pub(crate) fn mark(roles: &mut [Role], original: &str) {
    if !original.contains('.') {
        return;
    }
    let dotted = dotted(original);
    let is_one = |role: &Role| role.unit.script == Script::Latin && dotted.contains(&role.unit.text);
    // what is left must hold a name
    let long = |role: &Role| !is_one(role) && role.unit.text.chars().count() > 1;
    if dotted.is_empty() || !roles.iter().any(long) {
        return;
    }
    for role in roles.iter_mut().filter(|role| is_one(role)) {
        role.concept = None;
        role.nature = Some(Nature::Initial);
    }
}

/// The words of [`SEVERAL`] with a full stop behind them, in lower case.
fn dotted(original: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    for c in original.chars() {
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
            continue;
        }
        if c == '.' && SEVERAL.contains(&word.as_str()) {
            out.push(std::mem::take(&mut word));
        }
        word.clear();
    }
    out
}

/// The same words with other letters for the same initials; as many as there are such ways.
pub(crate) fn other_letters(roles: &[Role]) -> Vec<Vec<Role>> {
    let initial = |role: &Role| {
        let one = role.unit.text.len() == 1 && role.concept.is_none();
        role.unit.script == Script::Latin && (one || role.nature == Some(Nature::Initial))
    };
    let mut out = Vec::new();
    if !roles.iter().any(initial) {
        return out;
    }
    for others in &OTHERS {
        let other = |role: &Role| {
            others.iter().find(|(from, _)| initial(role) && *from == role.unit.text).map(|(_, to)| *to)
        };
        if !roles.iter().any(|role| other(role).is_some()) {
            continue;
        }
        let role = |role: &Role| {
            let text = other(role);
            Role {
                unit: Unit { text: text.unwrap_or(&role.unit.text).to_owned(), script: role.unit.script },
                concept: role.concept,
                nature: if text.is_some() { Some(Nature::Initial) } else { role.nature },
                place: role.place,
            }
        };
        out.push(roles.iter().map(role).collect());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_before_a_full_stop_are_initials() {
        assert_eq!(dotted("Yu.A. Petrov"), ["yu"]);
        assert_eq!(dotted("PETROV SH.KH."), ["sh", "kh"]);
        for other in ["Yu Petrov", "Dr. Petrov", "Petrov.", "Natasha. Petrov"] {
            assert_eq!(dotted(other), Vec::<String>::new(), "{other}");
        }
    }
}
