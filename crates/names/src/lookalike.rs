//! Letters of one script in a word of another: `Шoйгу` with a Latin o, `Cаndiru` with a Cyrillic а. A disguise, or a slip of the
//! keyboard: С and C lie on one key.

use std::borrow::Cow;

use crate::script::{Script, is_letter};

/// Latin letters and the Cyrillic ones that look like them, capitals and small letters apart: `в` is no `b`.
const CYRILLIC: [(char, char); 34] = [
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('o', 'о'),
    ('p', 'р'),
    ('x', 'х'),
    ('y', 'у'),
    ('k', 'к'),
    ('i', 'і'),
    ('j', 'ј'),
    ('s', 'ѕ'),
    ('h', 'һ'),
    ('ë', 'ё'),
    ('ï', 'ї'),
    ('A', 'А'),
    ('B', 'В'),
    ('C', 'С'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('I', 'І'),
    ('J', 'Ј'),
    ('K', 'К'),
    ('M', 'М'),
    ('O', 'О'),
    ('P', 'Р'),
    ('S', 'Ѕ'),
    ('T', 'Т'),
    ('X', 'Х'),
    ('Y', 'У'),
    ('Ë', 'Ё'),
    ('Ï', 'Ї'),
    ('d', 'ԁ'),
    ('q', 'ԛ'),
    ('w', 'ԝ'),
];

/// Latin letters and the Greek ones that look like them.
const GREEK: [(char, char); 26] = [
    ('a', 'α'),
    ('e', 'ε'),
    ('i', 'ι'),
    ('k', 'κ'),
    ('o', 'ο'),
    ('p', 'ρ'),
    ('t', 'τ'),
    ('u', 'υ'),
    ('x', 'χ'),
    ('v', 'ν'),
    ('y', 'γ'),
    ('n', 'η'),
    ('A', 'Α'),
    ('B', 'Β'),
    ('E', 'Ε'),
    ('H', 'Η'),
    ('I', 'Ι'),
    ('K', 'Κ'),
    ('M', 'Μ'),
    ('N', 'Ν'),
    ('O', 'Ο'),
    ('P', 'Ρ'),
    ('T', 'Τ'),
    ('X', 'Χ'),
    ('Y', 'Υ'),
    ('Z', 'Ζ'),
];

/// Reads letters that look like those of the rest of their word as such: in `Шoйгу` the Latin o as a Cyrillic one, in `Cаndiru` the
/// Cyrillic а as a Latin one. The number of characters stays the same.
///
/// A word belongs to the script of those of its letters that look like none of the other; where all look alike (`Тaтa`), to the
/// script of the other words, else to that of more of its letters. A word that really has letters of both stays as it is.
pub fn without_lookalikes(text: &str) -> Cow<'_, str> {
    let foreign = |c: char| matches!(c, '\u{370}'..='\u{52f}');
    // most names have no such letters, or no others
    if text.is_ascii() || !text.chars().any(foreign) || !text.chars().any(is_latin) {
        return Cow::Borrowed(text);
    }
    let (script, table) = if text.chars().any(|c| is_of(c, Script::Cyrillic)) {
        (Script::Cyrillic, CYRILLIC.as_slice())
    } else {
        (Script::Greek, GREEK.as_slice())
    };
    // what the words say that are of one script only, or have letters of their own
    let (mut latin_words, mut other_words) = (0_usize, 0_usize);
    for word in text.split(|c: char| !is_letter(c) && !c.is_numeric()) {
        let letters = Letters::of(word, script, table);
        latin_words += usize::from(letters.latin_only > 0 && letters.other_only == 0);
        other_words += usize::from(letters.other_only > 0 && letters.latin_only == 0);
    }
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !is_letter(c) && !c.is_numeric()) {
        let letters = Letters::of(piece, script, table);
        if letters.latin == 0 || letters.other == 0 {
            out.push_str(piece);
            continue;
        }
        let is_other = match (letters.latin_only, letters.other_only) {
            (0, 0) if other_words != latin_words => other_words > latin_words,
            (0, 0) => letters.other > letters.latin,
            (latin, other) if latin == other => {
                out.push_str(piece);
                continue;
            }
            (latin, other) => other > latin,
        };
        let twin = |c: char| {
            let found = if is_other {
                table.iter().find(|(latin, _)| *latin == c).map(|(_, other)| *other)
            } else {
                // small letters that look like capitals are found in disguises too
                let wide = || c.to_uppercase().next().filter(|_| c.is_lowercase());
                let latin = |c: char| table.iter().find(|(_, other)| *other == c).map(|(latin, _)| *latin);
                latin(c).or_else(|| latin(wide()?).map(|found| found.to_ascii_lowercase()))
            };
            found.unwrap_or(c)
        };
        out.extend(piece.chars().map(twin));
    }
    Cow::Owned(out)
}

fn is_latin(c: char) -> bool {
    is_of(c, Script::Latin)
}

fn is_of(c: char, script: Script) -> bool {
    is_letter(c) && Script::of(c) == Some(script)
}

/// How many letters of a word are of which script, and look like none of the other one.
#[derive(Debug, Clone, Copy, Default)]
struct Letters {
    latin: usize,
    latin_only: usize,
    other: usize,
    other_only: usize,
}

impl Letters {
    fn of(word: &str, script: Script, table: &[(char, char)]) -> Self {
        let mut found = Self::default();
        for c in word.chars() {
            if is_latin(c) {
                found.latin += 1;
                found.latin_only += usize::from(!table.iter().any(|(latin, _)| *latin == c));
            } else if is_of(c, script) {
                found.other += 1;
                found.other_only += usize::from(!table.iter().any(|(_, other)| *other == c));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every Cyrillic letter that has a Latin twin, in every name, one at a time.
    #[test]
    fn one_latin_letter_in_a_cyrillic_name_is_a_cyrillic_one() {
        for name in [
            "Сергей Шойгу",
            "Владимир Путин",
            "Александр Григорьевич Лукашенко",
            "ЕРМОЛЕНКО Пётр",
            "Жоаў Тата",
        ] {
            for (at, c) in name.char_indices() {
                if let Some((latin, _)) = CYRILLIC.iter().find(|(_, other)| *other == c) {
                    let mut slip = name.to_owned();
                    slip.replace_range(at..at + c.len_utf8(), latin.encode_utf8(&mut [0; 4]));
                    assert_eq!(without_lookalikes(&slip), name, "{slip}");
                }
            }
            // all of them at once
            let twin = |c| CYRILLIC.iter().find(|(_, other)| *other == c).map_or(c, |(latin, _)| *latin);
            let all: String = name.chars().map(twin).collect();
            if !name.contains("Тата") {
                assert_eq!(without_lookalikes(&all), name, "{all}");
            }
        }
    }

    #[test]
    fn one_cyrillic_or_greek_letter_in_a_latin_name_is_a_latin_one() {
        for (table, name) in
            [(CYRILLIC.as_slice(), "Candiru Ltd"), (&GREEK, "Sinaloa Havana"), (&CYRILLIC, "HAMAS Group")]
        {
            for (at, c) in name.char_indices() {
                if let Some((_, other)) = table.iter().find(|(latin, _)| *latin == c) {
                    let mut slip = name.to_owned();
                    slip.replace_range(at..at + c.len_utf8(), other.encode_utf8(&mut [0; 4]));
                    assert_eq!(without_lookalikes(&slip), name, "{slip}");
                }
            }
        }
        assert_eq!(without_lookalikes("Aλέξης Tσίπρας"), "Αλέξης Τσίπρας");
    }

    #[test]
    fn words_of_one_script_and_real_mixtures_stay() {
        for text in
            ["Яndex", "Сергей Шойгу (Sergei Shoigu)", "OOO Ромашка", "Кандиру", "Candiru", "3М Россия"]
        {
            assert_eq!(without_lookalikes(text), text);
        }
    }
}
