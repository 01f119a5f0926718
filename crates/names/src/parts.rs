//! The texts of one word and its families, side by side in memory.
//!
//! A search compares a word with dozens of others that lie anywhere in memory. Behind a pointer for each text a comparison
//! waits for as many places; here it waits for the one where the word is.

use std::fmt;

use arrayvec::{ArrayString, ArrayVec};

/// So many bytes the texts of a word have at most that lie in it. A word has two lines of a processor's cache, of 64 bytes,
/// and this is what the rest of it leaves.
const ROOM: usize = 84;

/// So many families at most lie in a word.
const FAMILIES: usize = 6;

/// The texts of a word and the families of names that it belongs to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Parts(Held);

/// Where they are. One word is always held in one way, so that equal words have equal parts.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Held {
    Within(Within),
    /// Of a word too long for its place, or in too many families.
    Apart(Box<Apart>),
}

#[derive(Clone, PartialEq, Eq, Hash)]
// the text, which every comparison reads, near the head of the word
#[repr(C)]
struct Within {
    ends: [u8; 4],
    families: ArrayVec<u16, FAMILIES>,
    letters: ArrayString<ROOM>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Apart {
    ends: [usize; 4],
    families: Vec<u16>,
    letters: String,
}

/// What [`Parts`] are made of.
#[derive(Clone, Copy, Default)]
pub(crate) struct Texts<'a> {
    pub(crate) text: &'a str,
    pub(crate) sound: &'a str,
    pub(crate) skeleton: &'a str,
    /// The vowels, each a character of ASCII.
    pub(crate) vowels: &'a str,
    /// What the name has, if that is another word than the text.
    pub(crate) shown: Option<&'a str>,
}

impl Parts {
    /// Puts a word together.
    pub(crate) fn of(texts: Texts<'_>, families: impl IntoIterator<Item = u16>) -> Self {
        let shown = texts.shown.filter(|shown| *shown != texts.text).unwrap_or_default();
        let pieces = [texts.text, texts.sound, texts.skeleton, texts.vowels, shown];
        let mut families = families.into_iter();
        let mut first = ArrayVec::new();
        first.extend(families.by_ref().take(FAMILIES));
        let (more, len) = (families.next(), pieces.iter().map(|piece| piece.len()).sum::<usize>());
        if len > ROOM || more.is_some() {
            let families = first.into_iter().chain(more).chain(families).collect();
            let mut letters = String::with_capacity(len);
            let ends = pieces.map(|piece| {
                letters.push_str(piece);
                letters.len()
            });
            let [text, sound, skeleton, vowels, _] = ends;
            return Self(Held::Apart(Box::new(Apart {
                ends: [text, sound, skeleton, vowels],
                families,
                letters,
            })));
        }
        let mut letters = ArrayString::new();
        let ends = pieces.map(|piece| {
            // there is room for all of them
            let _ = letters.try_push_str(piece);
            letters.len() as u8
        });
        let [text, sound, skeleton, vowels, _] = ends;
        Self(Held::Within(Within { ends: [text, sound, skeleton, vowels], families: first, letters }))
    }

    /// The same with another word shown.
    pub(crate) fn showing(&self, shown: &str) -> Self {
        let texts = Texts { shown: Some(shown), ..self.texts() };
        Self::of(texts, self.families().iter().copied())
    }

    fn texts(&self) -> Texts<'_> {
        Texts {
            text: self.text(),
            sound: self.sound(),
            skeleton: self.skeleton(),
            vowels: self.piece(|[_, _, from, to]| (from, Some(to))),
            shown: Some(self.shown()),
        }
    }

    /// What lies between two places that are told from the ends.
    fn piece(&self, of: impl Fn([usize; 4]) -> (usize, Option<usize>)) -> &str {
        let (letters, (from, to)) = match &self.0 {
            Held::Within(within) => (within.letters.as_str(), of(within.ends.map(usize::from))),
            Held::Apart(apart) => (apart.letters.as_str(), of(apart.ends)),
        };
        let to = to.unwrap_or(letters.len());
        letters.get(from..to).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> &str {
        self.piece(|[to, ..]| (0, Some(to)))
    }

    pub(crate) fn sound(&self) -> &str {
        self.piece(|[from, to, ..]| (from, Some(to)))
    }

    pub(crate) fn skeleton(&self) -> &str {
        self.piece(|[_, from, to, _]| (from, Some(to)))
    }

    pub(crate) fn vowels(&self) -> &[u8] {
        self.piece(|[_, _, from, to]| (from, Some(to))).as_bytes()
    }

    pub(crate) fn shown(&self) -> &str {
        match self.piece(|[.., from]| (from, None)) {
            "" => self.text(),
            shown => shown,
        }
    }

    pub(crate) fn families(&self) -> &[u16] {
        match &self.0 {
            Held::Within(within) => &within.families,
            Held::Apart(apart) => &apart.families,
        }
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("text", &self.text())
            .field("shown", &self.shown())
            .field("sound", &self.sound())
            .field("skeleton", &self.skeleton())
            .field("vowels", &self.vowels())
            .field("families", &self.families())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_and_short_words_are_held_alike() {
        for times in [1, 10, 1000] {
            for families in [0, 1, 6, 7, 100] {
                let long = |text: &str| text.repeat(times);
                let (text, sound, skeleton, vowels) =
                    (long("аб"), long("sound"), long("sktn"), long("\u{0}\u{7}"));
                let (shown, families) = (long("Shown"), (0..families).collect::<Vec<u16>>());
                let texts = Texts {
                    text: &text,
                    sound: &sound,
                    skeleton: &skeleton,
                    vowels: &vowels,
                    shown: Some(&shown),
                };
                let parts = Parts::of(texts, families.iter().copied());
                assert_eq!(parts.text(), text);
                assert_eq!(parts.sound(), sound);
                assert_eq!(parts.skeleton(), skeleton);
                assert_eq!(parts.vowels(), vowels.as_bytes());
                assert_eq!(parts.shown(), shown);
                assert_eq!(parts.families(), families);
                let plain = Parts::of(Texts { shown: None, ..texts }, families.iter().copied());
                assert_eq!(plain.shown(), text);
                assert_eq!(parts.showing(&text), plain);
                assert_eq!(plain.showing(&shown), parts);
                assert_ne!(plain, parts);
            }
        }
    }
}
