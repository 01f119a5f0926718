//! Organisation forms with a slip in them: `LIMITED LIABlLITY COMPANY`, `Open Joint 5tock Company`, `Limtied`.
//!
//! A form that is not recognised stays in the name as words that nothing answers to, and hides a body whose own name agrees letter
//! for letter. A long form is still known with one letter wrong in one of its words; of short ones (`SAL`, `OOO`) another letter
//! makes another form or a word.

use std::sync::LazyLock;

use crate::distance::text_edits;
use crate::map::Map;
use crate::segment::{Found, Place};
use crate::tables::{InForms, OrgFormRow, TABLES, join};

/// A form of one word is looked for with a slip if it has so many letters.
const LONG_WORD: usize = 7;
/// A word of a longer form likewise.
const LEAST_WORD: usize = 4;
/// A form of several words likewise, all together.
const LONG_FORM: usize = 12;
/// Longer forms are told from the rest by fewer words.
const MOST_WORDS: usize = 5;

/// A word that may be misspelled, and the form that it makes.
type Missing = (String, &'static OrgFormRow);

struct Near {
    /// Of forms of several words: the form without one word (`limited * company`), and what that word may be.
    gaps: Map<String, Vec<Missing>>,
    /// Forms of one word, by the number of characters of the words that may be one of them with a letter wrong.
    single: Vec<Vec<Single>>,
}

/// A form of one word.
#[derive(Clone, Copy)]
struct Single {
    spelling: &'static str,
    outline: Outline,
    row: &'static OrgFormRow,
}

/// The letters of a word as bits, if it is ASCII.
#[derive(Clone, Copy)]
pub(crate) struct Outline(Option<u32>);

impl Outline {
    pub(crate) fn of(word: &str) -> Self {
        Self(word.is_ascii().then(|| word.bytes().fold(0, |set, c| set | (1 << (c & 31)))))
    }

    /// Whether one letter may be all that differs: it takes one letter out of the set and brings another at most.
    pub(crate) fn may_be_near(self, other: Self) -> bool {
        self.0.zip(other.0).is_none_or(|(a, b)| (a ^ b).count_ones() <= 2)
    }
}

static NEAR: LazyLock<Near> = LazyLock::new(|| {
    let mut out = Near { gaps: Map::default(), single: Vec::new() };
    for (key, row) in TABLES.all_forms() {
        let words: Vec<&'static str> = key.split(' ').collect();
        if words.len() == 1 && key.chars().count() >= LONG_WORD {
            let characters = key.chars().count();
            let single = Single { spelling: key, outline: Outline::of(key), row };
            if out.single.len() < characters + 2 {
                out.single.resize_with(characters + 2, Vec::new);
            }
            for group in out.single.iter_mut().take(characters + 2).skip(characters - 1) {
                group.push(single);
            }
        }
        if is_long(key) {
            for (at, word) in words.iter().enumerate() {
                if word.chars().count() >= LEAST_WORD {
                    out.gaps.entry(with_gap(&words, at)).or_default().push(((*word).to_owned(), row));
                }
            }
        }
    }
    out
});

/// Whether a form is one of several words that is looked for with a slip.
pub(crate) fn is_long(key: &str) -> bool {
    (2..=MOST_WORDS).contains(&key.split(' ').count()) && key.chars().count() >= LONG_FORM
}

fn with_gap<S: AsRef<str>>(words: &[S], at: usize) -> String {
    let kept: Vec<&str> =
        words.iter().enumerate().map(|(n, w)| if n == at { "*" } else { w.as_ref() }).collect();
    join(&kept)
}

/// The words of a name, among which forms with a slip are looked for.
pub(crate) struct Words<'a> {
    words: &'a [&'a str],
    /// What each does in forms.
    known: &'a [InForms],
}

impl<'a> Words<'a> {
    pub(crate) fn of(words: &'a [&'a str], known: &'a [InForms]) -> Self {
        Self { words, known }
    }

    /// The form that the words from `from` to `to` are with one letter wrong in one of them.
    fn form(&self, from: usize, to: usize) -> Option<&'static OrgFormRow> {
        let words = self.words.get(from..to)?;
        if let [word] = words {
            return near_word(word);
        }
        let known = self.known.get(from..to)?.iter().filter(|word| word.in_long).count();
        if words.len() > MOST_WORDS || known + 1 < words.len() {
            return None;
        }
        (0..words.len()).find_map(|at| {
            let word = words.get(at)?;
            let missing = NEAR.gaps.get(&with_gap(words, at))?;
            let one_slip = |form: &str| form != *word && text_edits(form, word, 1).is_some();
            missing.iter().find(|(form, _)| one_slip(form)).map(|(_, row)| *row)
        })
    }

    /// The longest such form at the end of the words from `from` to `to`, behind another word.
    pub(crate) fn at_end(&self, from: usize, to: usize) -> Option<Found> {
        let most = MOST_WORDS.min(to.saturating_sub(from + 1));
        (1..=most).rev().find_map(|n| {
            let row = self.form(to - n, to)?;
            Some((join(self.words.get(to - n..to)?), row, Place::Last(n)))
        })
    }

    /// The longest such form of several words at the front of them, before another word, if it may stand there.
    pub(crate) fn at_front(&self, from: usize, to: usize) -> Option<Found> {
        let most = MOST_WORDS.min(to.saturating_sub(from + 1));
        (2..=most).rev().find_map(|n| {
            let row = self.form(from, from + n).filter(|row| row.leads)?;
            Some((join(self.words.get(from..from + n)?), row, Place::First(n)))
        })
    }
}

/// Whether one letter may be all that differs between two words, or the order of two: what stands before it and behind it is the same.
fn ends_alike(a: &str, b: &str) -> bool {
    let letter = if a.is_ascii() && b.is_ascii() { 1 } else { char::MAX_LEN_UTF8 };
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let before = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let behind = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    before + behind + 2 * letter >= a.len().max(b.len())
}

/// The form of one word that a word is with one letter wrong.
fn near_word(word: &str) -> Option<&'static OrgFormRow> {
    let characters = word.chars().count();
    if characters + 1 < LONG_WORD {
        return None;
    }
    let outline = Outline::of(word);
    let near = |form: &&Single| {
        outline.may_be_near(form.outline)
            && form.spelling != word
            && ends_alike(form.spelling, word)
            && text_edits(form.spelling, word, 1).is_some()
    };
    NEAR.single.get(characters)?.iter().find(near).map(|form| form.row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_one_slip_are_alike_before_and_behind_it() {
        let words: Vec<&str> = NEAR.single.iter().flatten().map(|form| form.spelling).collect();
        for word in &words {
            let letters: Vec<char> = word.chars().collect();
            for at in 0..letters.len() {
                for put in ["", "x", "ж", "漢"] {
                    for len in [0, 1] {
                        let (head, tail) = letters.split_at(at);
                        let head: String = head.iter().collect();
                        let tail: String = tail.iter().skip(len).collect();
                        assert!(ends_alike(word, &format!("{head}{put}{tail}")), "{word} {at} {put} {len}");
                    }
                }
                let mut swapped = letters.clone();
                if at > 0 {
                    swapped.swap(at - 1, at);
                }
                assert!(ends_alike(word, &swapped.iter().collect::<String>()), "{word} {at}");
            }
            for other in &words {
                assert!(ends_alike(word, other) || text_edits(word, other, 1).is_none(), "{word} {other}");
            }
        }
    }

    #[test]
    fn a_long_form_is_known_with_one_slip() {
        let class = |text: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            let known: Vec<InForms> = words.iter().map(|word| TABLES.in_forms(word)).collect();
            Words::of(&words, &known).form(0, words.len()).map(|row| row.generic)
        };
        for (written, class_of) in [
            ("limited liabllity company", "limited"),
            ("open joint 5tock company", "stock"),
            ("sociedad anonlma", "stock"),
            ("limtied", "limited"),
            ("общество с ограниченой ответственностью", "limited"),
        ] {
            assert_eq!(class(written), Some(class_of), "{written}");
        }
        for other in [
            "united",
            "oop",
            "5al",
            "gmbx",
            "company star",
            "quill company",
            "limited",
            "joint venture company",
        ] {
            assert_eq!(class(other), None, "{other}");
        }
    }
}
