//! What is looked at of a listed word before the word itself is read: one line of memory each, which tells most words that a key has found
//! and that are none from those that may be.

use bytemuck::{Pod, Zeroable};
use countersign_names::{Script, Slips, Token, WEIGHT_STEPS, allowed, letters_alike};

use crate::posting::Mark;

/// So many letters of a spelling lie in its row: more have few names.
const TEXT: usize = 20;
/// So many of its sound.
const SOUND: usize = 16;

/// A listed word.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct WordRow {
    /// Where its bytes begin; they end where those of the next row do.
    pub(crate) bytes: u32,
    /// The set of the letters of its spelling, and of its sound, hashed into 32 bits each.
    pub(crate) letters: u32,
    sound_letters: u32,
    /// How many entities bear it.
    pub(crate) bearers: u32,
    /// Its highest stressed weight, not rounded down.
    pub(crate) stressed: f32,
    /// Its weight, in steps of [`WEIGHT_STEPS`].
    weight: u16,
    /// Its mark in [`Sets`](crate::posting::Sets).
    pub(crate) mark: Mark,
    /// How many letters the spelling has; 255 is that many or more.
    length: u8,
    /// How many bytes the sound has, likewise.
    sound_length: u8,
    /// Which of [`Script::ALL`] it was written in.
    script: u8,
    /// 1 where the spelling and the sound lie here, and are ASCII.
    within: u8,
    text: [u8; TEXT],
    sound: [u8; SOUND],
}

/// What is known of a word beside the word.
pub(crate) struct OfWord {
    /// Where its bytes begin.
    pub(crate) bytes: u32,
    pub(crate) bearers: u32,
    pub(crate) stressed: f32,
    /// A weight as in a comparison, which has whole steps and is below 16.
    pub(crate) weight: f64,
    pub(crate) mark: Mark,
}

impl WordRow {
    pub(crate) fn new(token: &Token, of: &OfWord) -> Self {
        let (text, sound) = (token.text(), token.sound());
        let script = Script::ALL.iter().position(|script| *script == token.script());
        let within = script.is_some()
            && text.len() <= TEXT
            && sound.len() <= SOUND
            && text.is_ascii()
            && sound.is_ascii();
        let mut row = Self {
            bytes: of.bytes,
            letters: letters(text),
            sound_letters: letters(sound),
            bearers: of.bearers,
            stressed: of.stressed,
            weight: (of.weight * WEIGHT_STEPS).round() as u16,
            mark: of.mark,
            length: short(token.len()),
            sound_length: short(sound.len()),
            script: short(script.unwrap_or_default()),
            within: u8::from(within),
            text: [0; TEXT],
            sound: [0; SOUND],
        };
        if within {
            row.text.iter_mut().zip(text.bytes()).for_each(|(slot, byte)| *slot = byte);
            row.sound.iter_mut().zip(sound.bytes()).for_each(|(slot, byte)| *slot = byte);
        }
        row
    }

    /// The row behind the last word, which only says where the bytes end.
    pub(crate) fn end(bytes: u32) -> Self {
        Self { bytes, ..Zeroable::zeroed() }
    }

    /// The weight of the word, as in a comparison.
    pub(crate) fn weight(&self) -> f64 {
        f64::from(self.weight) / WEIGHT_STEPS
    }

    /// Its spelling, its sound and its script, where they lie here.
    fn spelled(&self) -> Option<(&[u8], &[u8], Script)> {
        if self.within == 0 {
            return None;
        }
        let text = self.text.get(..usize::from(self.length))?;
        let sound = self.sound.get(..usize::from(self.sound_length))?;
        let script = *Script::ALL.get(usize::from(self.script))?;
        Some((text, sound, script))
    }

    /// Whether the word may be one that is asked about with a slip in it; `None` where that is not known from its row.
    pub(crate) fn may_be(&self, asked: &Slips<'_>) -> Option<bool> {
        let (text, sound, script) = self.spelled()?;
        Some(asked.may_be_spelled(text, sound, script))
    }
}

/// A cheap test of words found by edits, before they are compared.
///
/// Of two words with `d` letters more on one side and `e` edits, at least `d` of these insert one letter, and each other one takes one letter out of
/// the set of letters and one into it at most, so that the sets differ by `2e - d` (letters that share a bit can only hide a difference). Two edits
/// count only between words that begin alike, one in the sound only where the sounds begin with one letter ([`Slips`]).
pub(crate) struct Near {
    letters: u32,
    sound_letters: u32,
    length: u8,
    sound_length: u8,
    /// [`letters_alike`] to the first one; all where that is no small letter of ASCII.
    first: u32,
    /// The first letter of the sound; 0 where there is none.
    first_sound: u8,
}

impl Near {
    pub(crate) fn of(token: &Token) -> Self {
        let first = token.text().bytes().next().filter(u8::is_ascii_lowercase);
        Self {
            letters: letters(token.text()),
            sound_letters: letters(token.sound()),
            length: short(token.len()),
            sound_length: short(token.sound().len()),
            first: first.map_or(u32::MAX, letters_alike),
            first_sound: token.sound().bytes().next().unwrap_or(0),
        }
    }

    pub(crate) fn may_be(&self, row: &WordRow) -> bool {
        let limit = u32::from(allowed(usize::from(self.length.min(row.length))));
        // of how many edits the two are at least
        let edits = |longer: u8, apart: u32| u32::from(longer).max((apart + u32::from(longer)).div_ceil(2));
        let least = edits(self.length.abs_diff(row.length), (self.letters ^ row.letters).count_ones());
        let by_text = (least <= limit) & ((least < 2) | self.begins_as(row));
        let [sound, ..] = row.sound;
        let least = edits(
            self.sound_length.abs_diff(row.sound_length),
            (self.sound_letters ^ row.sound_letters).count_ones(),
        );
        // what is true of one word says nothing of the next, so that branches would mostly be taken in vain
        by_text | (((row.within == 0) | (sound == self.first_sound)) & (least <= 1))
    }

    /// Whether the word may begin as that of a row does.
    fn begins_as(&self, row: &WordRow) -> bool {
        let [first, ..] = row.text;
        (row.within == 0) | !first.is_ascii_lowercase() | (self.first >> (first & 31) & 1 == 1)
    }
}

/// The set of letters of a text, hashed into 32 bits.
pub(crate) fn letters(text: &str) -> u32 {
    text.chars().fold(0, |set, c| set | (1u32 << (u32::from(c) % 32)))
}

/// A length; beyond 255 it stays there, which only makes two words look nearer.
fn short(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use countersign_names::{NameKind, ParsedName};

    use super::*;

    fn word(text: &str) -> Token {
        ParsedName::parse(text, NameKind::Person).forms[0].tokens[0].clone()
    }

    fn row(token: &Token) -> WordRow {
        WordRow::new(
            token,
            &OfWord { bytes: 7, bearers: 3, stressed: 1.5, weight: 5001.0 / WEIGHT_STEPS, mark: 1021 },
        )
    }

    #[test]
    fn a_row_is_a_line_of_memory_and_has_the_numbers_as_they_are() {
        assert_eq!(size_of::<WordRow>(), 64);
        let row = row(&word("Quillfeather"));
        assert_eq!(row.weight().to_bits(), (5001.0 / WEIGHT_STEPS).to_bits());
        assert_eq!((row.bytes, row.bearers, row.stressed, row.mark), (7, 3, 1.5, 1021));
        assert_eq!(
            row.spelled().map(|(text, _, script)| (text, script)),
            Some((&b"quillfeather"[..], Script::Latin))
        );
        assert_eq!(WordRow::end(9).bytes, 9);
    }

    #[test]
    fn what_has_no_room_in_a_row_is_not_told_from_it() {
        for text in ["quillfeathermarmaladeziggurat", "飛"] {
            let native = ParsedName::parse(text, NameKind::Person).forms.pop().unwrap().tokens[0].clone();
            assert_eq!(row(&native).may_be(&Slips::of(&word("quill"))), None, "{text}");
        }
        let long = word(&"q".repeat(300));
        let (row, near) = (row(&long), Near::of(&word(&"q".repeat(301))));
        assert!(near.may_be(&row) && row.spelled().is_none());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(20_000))]
        #[test]
        fn whatever_may_be_a_slip_is_near(
            a in "[a-z]{3,13}|([bdgklmnrstv][aeiou]){2,5}", at in 0..13usize, with in "[a-z]{0,2}", cut in 0..3usize, swap in 0..13usize,
        ) {
            let letters: Vec<char> = a.chars().collect();
            let mut b: Vec<char> = letters.iter().take(at).copied().chain(with.chars()).collect();
            b.extend(letters.iter().skip(at + cut));
            if swap + 1 < b.len() {
                b.swap(swap, swap + 1);
            }
            let parsed = [a, b.into_iter().collect()].map(|text| ParsedName::parse(&text, NameKind::Person));
            let words = parsed.each_ref().map(|name| name.forms.first()?.tokens.first());
            let [Some(a), Some(b)] = words else { return Ok(()) };
            if Slips::of(a).may_be(b) {
                proptest::prop_assert!(Near::of(a).may_be(&row(b)), "{} {}", a.text(), b.text());
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn a_row_tells_what_the_word_tells(a in "[a-z]{1,22}|[бвгдаеио]{3,9}", at in 0..22usize, with in "[a-z]{0,2}", cut in 0..3usize) {
            let letters: Vec<char> = a.chars().collect();
            let mut b: String = letters.iter().take(at).collect();
            b.push_str(&with);
            b.extend(letters.iter().skip(at + cut));
            for (a, b) in [(&a, &b), (&b, &a)] {
                let parsed = [a, b].map(|text| ParsedName::parse(text, NameKind::Person));
                let [Some(a), Some(b)] = parsed.each_ref().map(|name| name.forms.first()?.tokens.first()) else { continue };
                let asked = Slips::of(a);
                proptest::prop_assert!(row(b).may_be(&asked).is_none_or(|may| may == asked.may_be(b)), "{a:?} {b:?}");
            }
        }
    }
}
