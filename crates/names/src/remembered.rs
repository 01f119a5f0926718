//! Words in Latin letters that were read before: names share most of their words, and of each one its sound, its consonants and its
//! families are looked for but once.
//!
//! A token follows from the spelling, from what the name makes of the word, and from the kind of name; that is the key. What is remembered is dropped when
//! it is much, and nothing but time depends on it.

use std::cell::RefCell;
use std::collections::HashMap;

use arrayvec::ArrayVec;

use crate::role::Role;
use crate::token::{Room, Spelled, Token};
use crate::{NameKind, Script};

/// So many words are remembered by each thread, some 6 MB.
const MOST: usize = 1 << 15;
/// Longer ones are few.
const LONGEST: usize = 32;

/// The words that a thread remembers.
pub(crate) struct Words {
    key: Key,
    /// For what is computed of a new one.
    pub(crate) room: Room,
    known: HashMap<Key, Token, foldhash::fast::RandomState>,
}

/// What a token follows from: the role in [`OF_ROLE`] bytes at most, then the word. Within the map, so that a look at it does not wait for
/// one more place of memory.
type Key = ArrayVec<u8, { OF_ROLE + LONGEST }>;
const OF_ROLE: usize = 16;

thread_local! {
    static WORDS: RefCell<Words> = RefCell::new(Words { key: Key::new(), room: Room::new(), known: HashMap::default() });
}

/// Does something with the words that this thread remembers.
pub(crate) fn with_words<T>(what: impl FnOnce(&mut Words) -> T) -> T {
    WORDS.with_borrow_mut(what)
}

impl Words {
    /// The token of a word in Latin letters that is spelled as it is shown.
    pub(crate) fn token(&mut self, text: &str, role: &Role, kind: NameKind) -> Token {
        let Self { key, room, known } = self;
        let spelled = Spelled { text, shown: text, script: Script::Latin };
        if text.len() > LONGEST {
            return Token::new(spelled, role, kind, room);
        }
        // every field is named, so that a new one cannot be forgotten here
        let Role { unit: _, concept, nature, place } = *role;
        let nature_number = nature.map_or(0, |nature| nature as u8 + 1);
        key.clear();
        // there is room for all of it
        let mut put = |bytes: &[u8]| key.try_extend_from_slice(bytes).unwrap_or_default();
        put(&[kind as u8, nature_number, place as u8]);
        if let Some(concept) = concept {
            let ([a, b], [c, d]) = (concept.id.to_le_bytes(), concept.milli.to_le_bytes());
            put(&[concept.nature as u8, a, b, c, d]);
        }
        // the spelling comes last and has no zero
        put(&[0]);
        put(text.as_bytes());
        if let Some(token) = known.get(key.as_slice()) {
            return token.clone();
        }
        if known.len() >= MOST {
            known.clear();
        }
        let token = Token::new(spelled, role, kind, room);
        known.insert(key.clone(), token.clone());
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Nature;
    use crate::tables::{Concept, TABLES};
    use crate::token::Place;
    use crate::units::Unit;

    #[test]
    fn a_word_that_is_remembered_is_the_word_that_is_read() {
        let mut room = Room::new();
        let mut told = 0;
        for _ in 0..2 {
            for text in ["ivanovich", "quill", "bank", "a", "12", "abdulrahman", "hernandez", "xi"] {
                for kind in NameKind::ALL {
                    let of_kind: Option<Concept> = TABLES.concept(kind, text);
                    for concept in [None, of_kind] {
                        for nature in [None, Some(Nature::Number), Some(Nature::Word)] {
                            for place in
                                [Place::Open, Place::Surname, Place::Office, Place::Chain, Place::Western]
                            {
                                let unit = Unit { text: text.to_owned(), script: Script::Latin };
                                let role = Role { unit, concept, nature, place };
                                let spelled = Spelled { text, shown: text, script: Script::Latin };
                                let read = Token::new(spelled, &role, kind, &mut room);
                                let remembered = with_words(|words| words.token(text, &role, kind));
                                assert_eq!(remembered, read, "{text} {kind:?}");
                                told += 1;
                            }
                        }
                    }
                }
            }
        }
        assert!(told > 1000);
    }
}
