//! Words in messages: values shown short, lists of words, and the nearest word to a misspelt one.

use serde_json::Value;

/// How many characters of a value a message shows.
const MAX_SHOWN: usize = 60;

/// A value in backticks, cut to a readable length; maps and lists by name.
pub(crate) fn short(value: &Value) -> String {
    match value {
        Value::Object(_) => "a map".into(),
        Value::Array(items) if items.is_empty() => "an empty list".into(),
        Value::Array(_) => "a list".into(),
        Value::String(text) => {
            let cut: String =
                text.chars().take(MAX_SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
            let dots = if text.chars().count() > MAX_SHOWN { "…" } else { "" };
            format!("`{cut}{dots}`")
        }
        other => format!("`{other}`"),
    }
}

/// The words in backticks; beyond `most`, how many there are instead.
pub(crate) fn quoted(words: &[&str], most: usize) -> String {
    if words.len() > most {
        return format!("the {} words that the case format lists", words.len());
    }
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The allowed word nearest to `given`, where it is near enough to be meant: at most a third of its letters wrong
/// (optimal string alignment, so that two swapped letters count once).
pub(crate) fn suggestion<'a>(given: &str, allowed: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if given.len() > MAX_SHOWN {
        return None;
    }
    let lower = given.to_lowercase().replace([' ', '-'], "_");
    allowed
        .filter(|word| *word != given)
        .map(|word| {
            let plain = word.to_lowercase().replace([' ', '-'], "_");
            (strsim::osa_distance(&lower, &plain), word)
        })
        .filter(|(distance, word)| {
            *distance <= (word.chars().count() / 3).max(1) && *distance < word.chars().count()
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_finds_its_neighbour() {
        let keys = ["country", "control", "conduct", "id"];
        assert_eq!(suggestion("contry", keys.into_iter()), Some("country"));
        assert_eq!(suggestion("Country", keys.into_iter()), Some("country"));
        assert_eq!(suggestion("colour-scheme", keys.into_iter()), None);
        assert_eq!(suggestion("end user", ["end_user"].into_iter()), Some("end_user"));
        assert_eq!(suggestion("nome", ["none"].into_iter()), Some("none"));
    }
}
