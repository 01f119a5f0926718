//! How a word sounds in Latin spelling habits.
//!
//! The *sound* key folds the spellings that stand for one sound in different languages (`ph`/`f`, `w`/`v`,
//! `sch`/`sh`, `tz`/`ts`/`z`, `dzh`/`j`, `y`/`i`…). It keeps a coarse vowel, so that `teknolodzhiz` and
//! `technologies` meet and `hassan` and `hussein` do not.

use crate::sound::ends_with;

/// The sound key of a lower-case Latin word.
pub fn sound(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    write(word, &mut out);
    out
}

/// Writes the sound key of a lower-case Latin word into an empty text.
pub(crate) fn write(word: &str, out: &mut String) {
    if word.is_ascii() {
        let c = word.as_bytes();
        return write_sound(c.len(), |n| c.get(n).map_or('\0', |b| char::from(*b)), out);
    }
    let c: Vec<char> = word.chars().collect();
    write_sound(c.len(), |n| c.get(n).copied().unwrap_or('\0'), out);
}

/// The same of the letters of a word, `len` of them; beyond them there is none.
fn write_sound(len: usize, at: impl Fn(usize) -> char, out: &mut String) {
    let before = |n: usize| n.checked_sub(1).map_or('\0', &at);
    let mut n = 0;
    while n < len {
        let (one, two) = (at(n), at(n + 1));
        let Some(plain) = plain(one, two) else {
            push_unless_repeated(out, one);
            n += 1;
            continue;
        };
        if plain != 0 {
            // it is ASCII
            push_key(out, char::from(plain & 0x7f));
            n += 1;
            continue;
        }
        let three = at(n + 2);
        let (key, step): (&str, usize) = match (one, two, three) {
            ('s', 'h', 'c') if at(n + 3) == 'h' => ("S", 4),
            ('t', 's', 'c') if at(n + 3) == 'h' => ("C", 4),
            ('s', 'c', 'h') => ("S", 3),
            ('t', 'c', 'h') => ("C", 3),
            ('d', 'z', 'h') => ("J", 3),
            ('d', 'j', _) | ('z', 'h', _) => ("J", 2),
            ('s', 'h', _) => ("S", 2),
            ('c', 'h', next) => (if next != '\0' && !is_vowel(next) { "k" } else { "C" }, 2),
            ('c', 'z', _) => ("C", 2),
            ('k', 'h' | 'k', _) | ('c', 'k', _) => ("k", 2),
            ('q', 'u', next) if is_vowel(next) => ("k", 2),
            ('g', 'h', _) => ("g", 2),
            ('p', 'h', _) => ("f", 2),
            ('t', 'h', _) => ("t", 2),
            ('d', 'h', _) => ("d", 2),
            ('b', 'h', _) => ("b", 2),
            ('t', 's' | 'z', _) | ('d', 's' | 'z', _) | ('s', 'z', _) => ("s", 2),
            ('x', _, _) => ("ks", 1),
            ('w' | 'v', _, _) => ("v", 1),
            ('q' | 'k', _, _) => ("k", 1),
            ('c', 'e' | 'i' | 'y', _) => ("s", 1),
            ('c', _, _) => ("k", 1),
            ('g', 'e' | 'i' | 'y', _) => ("J", 1),
            ('j', next, _) if is_vowel(before(n)) && !is_vowel(next) => ("i", 1),
            ('j', _, _) => ("J", 1),
            ('z' | 's', _, _) => ("s", 1),
            ('h', next, _) if is_vowel(before(n)) && !is_vowel(next) => ("", 1),
            // a silent final e: `positive`
            ('e', '\0', _) if n >= 4 && !is_vowel(before(n)) => ("", 1),
            ('a', _, _) => ("a", 1),
            ('e' | 'i' | 'y', _, _) => ("i", 1),
            ('o' | 'u', _, _) => ("u", 1),
            _ => {
                push_unless_repeated(out, one);
                ("", 1)
            }
        };
        for k in key.chars() {
            push_key(out, k);
        }
        n += step;
    }
}

/// A run of vowels keeps its first one; a doubled consonant counts once.
fn push_key(out: &mut String, key: char) {
    let vowel_before = matches!(out.as_bytes().last(), Some(b'a' | b'i' | b'u'));
    if !(vowel_before && matches!(key, 'a' | 'i' | 'u')) {
        push_unless_repeated(out, key);
    }
}

fn push_unless_repeated(out: &mut String, c: char) {
    if c.is_ascii_digit() || !ends_with(out, c) {
        out.push(c);
    }
}

/// The key of most letters is the same whatever stands around them: one look at a table, where a choice among so many letters is
/// one that no processor foresees. 0 where more is to be looked at; `None` of what is no letter of ASCII.
fn plain(one: char, two: char) -> Option<u8> {
    let (key, unless) = *PLAIN.get(usize::try_from(u32::from(one)).ok()?)?;
    Some(if unless & (1 << (u32::from(two) & 31)) == 0 { key } else { 0 })
}

/// Of each character its key, and as bits the letters of which one behind it may make another one (bit 0 is the end).
static PLAIN: [(u8, u32); 128] = {
    const ALL: u32 = u32::MAX;
    let mut out = [(0, ALL); 128];
    let mut n = 0;
    while n < 128 {
        let (key, unless): (u8, u32) = match n as u8 {
            b'a' => (b'a', 0),
            b'e' => (b'i', 1),
            b'i' | b'y' => (b'i', 0),
            b'o' | b'u' => (b'u', 0),
            b'v' | b'w' => (b'v', 0),
            b'k' => (b'k', letters(b"hk")),
            b'q' => (b'k', letters(b"u")),
            b'c' => (b'k', letters(b"hzkeiy")),
            b'g' => (b'g', letters(b"heiy")),
            b's' => (b's', letters(b"hcz")),
            b'z' => (b's', letters(b"h")),
            b't' => (b't', letters(b"schz")),
            b'd' => (b'd', letters(b"zjhs")),
            b'p' => (b'p', letters(b"h")),
            b'b' => (b'b', letters(b"h")),
            b'j' | b'x' | b'h' => (0, ALL),
            other => (other, 0),
        };
        #[expect(clippy::indexing_slicing, reason = "computed when compiling: below the length")]
        {
            out[n] = (key, unless);
        }
        n += 1;
    }
    out
};

/// Letters as bits.
pub(crate) const fn letters(of: &[u8]) -> u32 {
    let mut out = 0;
    let mut n = 0;
    while n < of.len() {
        #[expect(clippy::indexing_slicing, reason = "computed when compiling: below the length")]
        {
            out |= 1 << (of[n] & 31);
        }
        n += 1;
    }
    out
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_sound_meet() {
        for (a, b) in [
            ("technologies", "teknolodzhiz"),
            ("technologies", "tekhnolodzhiz"),
            ("positive", "pozitiv"),
            ("zelenskyy", "selenskyj"),
            ("schwartz", "schwarz"),
            ("johnson", "jonson"),
            ("usama", "osama"),
            ("khrushchev", "khrushchyov"),
        ] {
            assert_eq!(sound(a), sound(b), "{a} {b}");
        }
        for (a, b) in [("hassan", "hussein"), ("candor", "candiru"), ("vital", "vitol")] {
            assert_ne!(sound(a), sound(b), "{a} {b}");
        }
    }
}
