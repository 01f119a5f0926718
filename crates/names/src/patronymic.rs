//! Patronymics of the East Slavs, which every romanisation writes in its own way: `Anatolijevitch`, `Anatoljewitsch`,
//! `Anatol'evich` → `anatolevich`.

/// What stands behind the `ov` or `ev` of a son's name, in the usual romanisations; `-ic` alone is a South Slavic surname.
const SONS: [&str; 9] = ["itsch", "itsj", "itch", "itj", "ich", "icz", "ych", "ycz", "yc"];
/// The same of a daughter's name.
const DAUGHTERS: [&str; 1] = ["na"];

/// Fewer letters are no father's name.
const LEAST: usize = 8;

/// The one spelling of a patronymic in lower-case Latin letters; `None` for every other word.
pub(crate) fn patronymic(word: &str) -> Option<String> {
    // most words have another last letter
    if word.len() < LEAST || !word.ends_with(['h', 'j', 'z', 'c', 'a']) || !word.is_ascii() {
        return None;
    }
    let (stem, end) = [(SONS.as_slice(), "ich"), (DAUGHTERS.as_slice(), "na")]
        .iter()
        .find_map(|(ends, one)| ends.iter().find_map(|end| Some((word.strip_suffix(end)?, *one))))?;
    let stem = stem.strip_suffix(['v', 'w'])?;
    if let Some(father) = stem.strip_suffix('o') {
        return Some(format!("{father}ov{end}"));
    }
    // `Anatolij-e`, `Anatoly-e`, `Anatoli-ye`: what stands between is a matter of romanisation
    let father = stem.strip_suffix('e')?.trim_end_matches(['i', 'j', 'y']);
    (father.len() >= 2).then(|| format!("{father}ev{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_romanisation_of_a_patronymic_is_one() {
        for (words, one) in [
            (
                "anatolijevitch anatolyevich anatoljewitsch anatolievich anatolevich anatoliyevich anatolijevitsj",
                "anatolevich",
            ),
            ("sergeevich sergeyevich sergejewitsch sergejevitj siergiejewicz", "sergeevich"),
            ("viktorovich viktorowitsch viktorovitsj wiktorowicz", "viktorovich"),
            ("anatolyevna anatoljewna anatolijevna", "anatolevna"),
            ("viktorovna viktorowna", "viktorovna"),
        ] {
            for word in words.split(' ') {
                let read = patronymic(word).unwrap_or_default();
                // Polish writes the name of the father in its own way too
                let near = crate::text_edits(&read, one, 2).is_some();
                assert!(read == one || (word.ends_with("wicz") && near), "{word}: {read}");
            }
        }
        for word in ["milosevic", "vucic", "petrov", "ivanova", "krovna", "rich", "kazimierz"] {
            assert_eq!(patronymic(word), None, "{word}");
        }
    }
}
