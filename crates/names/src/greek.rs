//! Greek letters in Latin spelling.

/// How many readings there are.
pub(crate) const READINGS: usize = 3;

/// A folded Greek word in Latin letters.
///
/// - Reading 0 is the spelling of passports (ELOT 743).
/// - Reading 1 is how a name from another language was heard: Greek has no letters for b, d, g and j and writes `μπ`,
///   `ντ`, `γκ`, `τζ` for them, also within a word (`Άσαντ`, Assad); `οι`, `ει` are i, `αι` is e, `χ` is h.
/// - Reading 2 is the usage of Greeks abroad: the pairs within a word keep their nasal (`Λαμπράκης`, Lambrakis), `χ` is kh.
///
/// Sources: ELOT 743 (ISO 843 type 2); the grammar of Modern Greek on the pairs.
pub(crate) fn greek(text: &str, reading: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&c) = letters.get(at) {
        let next = letters.get(at + 1).copied().unwrap_or(' ');
        let after = letters.get(at + 2).copied().unwrap_or(' ');
        let voiced = "αεηιουωβγδζλμνρ".contains(after);
        let (latin, taken) = match (c, next) {
            ('μ', 'π') if at == 0 || reading == 1 => ("b", 2),
            ('ν', 'τ') if at == 0 || reading == 1 => ("d", 2),
            ('γ', 'κ') if at == 0 || reading == 1 => ("g", 2),
            ('μ', 'π') if reading == 2 => ("mb", 2),
            ('ν', 'τ') if reading == 2 => ("nd", 2),
            ('γ', 'κ') if reading == 2 => ("ng", 2),
            ('τ', 'ζ') if reading == 1 => ("j", 2),
            ('τ', 'σ') if reading == 1 => ("ch", 2),
            ('γ', 'γ') => (if reading == 1 { "g" } else { "ng" }, 2),
            ('γ', 'χ') => ("nch", 2),
            ('γ', 'ξ') => ("nx", 2),
            ('ο', 'υ') => ("ou", 2),
            ('α', 'υ') => (if voiced { "av" } else { "af" }, 2),
            ('ε', 'υ') => (if voiced { "ev" } else { "ef" }, 2),
            ('η', 'υ') => (if voiced { "iv" } else { "if" }, 2),
            ('ε' | 'ο' | 'υ', 'ι') if reading == 1 => ("i", 2),
            ('α', 'ι') if reading == 1 => ("e", 2),
            ('α', _) => ("a", 1),
            ('β', _) => ("v", 1),
            ('γ', _) => ("g", 1),
            ('δ', _) => ("d", 1),
            ('ε', _) => ("e", 1),
            ('ζ', _) => ("z", 1),
            ('η' | 'ι', _) => ("i", 1),
            ('θ', _) => ("th", 1),
            ('κ', _) => ("k", 1),
            ('λ', _) => ("l", 1),
            ('μ', _) => ("m", 1),
            ('ν', _) => ("n", 1),
            ('ξ', _) => ("x", 1),
            ('ο' | 'ω', _) => ("o", 1),
            ('π', _) => ("p", 1),
            ('ρ', _) => ("r", 1),
            ('σ' | 'ς', _) => ("s", 1),
            ('τ', _) => ("t", 1),
            ('υ', _) => (if reading == 1 { "i" } else { "y" }, 1),
            ('φ', _) => ("f", 1),
            ('χ', _) => (
                match reading {
                    0 => "ch",
                    1 => "h",
                    _ => "kh",
                },
                1,
            ),
            ('ψ', _) => ("ps", 1),
            ('ϊ', _) => ("i", 1),
            ('ϋ', _) => (if reading == 1 { "i" } else { "y" }, 1),
            (other, _) => {
                let spelled = any_ascii::any_ascii_char(other);
                out.extend(
                    spelled.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()),
                );
                ("", 1)
            }
        };
        out.push_str(latin);
        at += taken;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Script;
    use crate::units::fold;

    #[test]
    fn pairs_of_letters_are_read_as_they_sound() {
        for (written, reading, latin) in [
            ("Ντόρα", 0, "dora"),
            ("Μπίλιας", 0, "bilias"),
            ("Τζίτζης", 1, "jijis"),
            ("Τζίτζης", 0, "tzitzis"),
            ("Άσαντ", 1, "asad"),
            ("Άσαντ", 0, "asant"),
            ("Λαμπράκης", 2, "lambrakis"),
            ("Λαμπράκης", 0, "lamprakis"),
            ("Παναγιώτου", 0, "panagiotou"),
            ("Ευάγγελος", 0, "evangelos"),
            ("Ευφροσύνη", 0, "effrosyni"),
            ("Χρήστος", 0, "christos"),
            ("Χάσαν", 1, "hasan"),
            ("Σεργκέι", 1, "sergei"),
            ("Σοϊγκού", 1, "soigou"),
            ("Ειρήνη", 1, "irini"),
            ("Μαΐου", 0, "maiou"),
        ] {
            assert_eq!(greek(&fold(written, Script::Greek), reading), latin, "{written}");
        }
    }
}
