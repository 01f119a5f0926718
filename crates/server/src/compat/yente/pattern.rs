//! What a value is compared with, word by word.

/// What a value is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Pattern {
    /// These words, one after the other.
    Phrase(Vec<String>),
    /// A word with so many edits.
    Like(String, u8),
    /// A word with `*` for any letters and `?` for one.
    Glob(Vec<char>),
    /// A value from one to another, both included; without a bound to one side.
    Between(Option<String>, Option<String>),
}

impl Pattern {
    /// Whether a value, by its words, is what is meant.
    pub(super) fn fits(&self, value: &[String], whole: &str) -> bool {
        match self {
            Self::Phrase(wanted) => {
                !wanted.is_empty() && value.windows(wanted.len()).any(|part| part == wanted.as_slice())
            }
            Self::Like(wanted, edits) => {
                value.iter().any(|word| countersign_names::text_edits(wanted, word, *edits).is_some())
            }
            Self::Glob(glob) => value.iter().any(|word| matches_glob(glob, word)),
            Self::Between(from, to) => {
                from.as_deref().is_none_or(|from| whole >= from)
                    && to.as_deref().is_none_or(|to| whole <= to || whole.starts_with(to))
            }
        }
    }
}

/// Whether `*` and `?` can stand for what a word has more.
fn matches_glob(glob: &[char], word: &str) -> bool {
    // which beginnings of the glob fit the letters read so far
    let mut fits = vec![false; glob.len() + 1];
    if let Some(first) = fits.first_mut() {
        *first = true;
    }
    let through_stars = |fits: &mut Vec<bool>| {
        for (n, c) in glob.iter().enumerate() {
            let here = fits.get(n).copied().unwrap_or_default();
            if let Some(next) = fits.get_mut(n + 1).filter(|_| here && *c == '*') {
                *next = true;
            }
        }
    };
    through_stars(&mut fits);
    for letter in word.chars() {
        let mut next = vec![false; glob.len() + 1];
        for (n, c) in glob.iter().enumerate().filter(|(n, _)| fits.get(*n).copied().unwrap_or_default()) {
            let at = match c {
                '*' => n,
                '?' => n + 1,
                c if *c == letter => n + 1,
                _ => continue,
            };
            if let Some(place) = next.get_mut(at) {
                *place = true;
            }
        }
        fits = next;
        through_stars(&mut fits);
    }
    fits.last().copied().unwrap_or_default()
}

/// The words of a text, folded: without accents and capitals.
pub(in crate::compat) fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && !is_mark(c));
    parts.map(folded).filter(|word| !word.is_empty()).collect()
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

pub(super) fn folded(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    // most words of most lists
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfkd().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(text: &str) -> Pattern {
        Pattern::Phrase(words(text))
    }

    #[test]
    fn patterns_fit_what_they_should() {
        let value = words("Владимир PÚTIN, 1952");
        assert_eq!(value, ["владимир", "putin", "1952"]);
        let fits = |pattern: &Pattern| pattern.fits(&value, "1952-10-07");
        assert!(fits(&phrase("Putin 1952")) && !fits(&phrase("1952 Putin")));
        assert!(fits(&Pattern::Like("putni".to_owned(), 1)) && !fits(&Pattern::Like("pun".to_owned(), 1)));
        let glob = |text: &str| Pattern::Glob(text.chars().collect());
        for (text, expected) in
            [("put*", true), ("p?tin", true), ("*tin", true), ("put?", false), ("**", true), ("puti", false)]
        {
            assert_eq!(fits(&glob(text)), expected, "{text}");
        }
        let between = |from: Option<&str>, to: Option<&str>| {
            Pattern::Between(from.map(str::to_owned), to.map(str::to_owned))
        };
        assert!(fits(&between(Some("1950"), Some("1952"))) && !fits(&between(Some("1953"), None)));
    }
}
