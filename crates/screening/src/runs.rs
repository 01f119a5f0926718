//! Runs of listed words that one word of a query spells: `wide.rs` asks for them.

use countersign_names::{Joined, Token, acronym_similarity};

use crate::keys::{What, joined_skeleton, key};
use crate::part::{Part, bits};

/// A run of listed words that one word spells, or whose first letters it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) reading: u32,
    /// Its words, as bits.
    pub(crate) listed: u64,
    /// Whether the word is made of their first letters, which is no link with every word.
    pub(crate) acronym: bool,
}

/// More runs of one word are not remembered.
const REMEMBERED: usize = 64;

/// The runs of a word, where they are few.
pub(crate) fn few_runs(token: &Token, part: &Part<'_>) -> Option<Box<[Run]>> {
    let mut all = Vec::new();
    each_run(token, part, &mut |run| {
        if all.len() <= REMEMBERED {
            all.push(run);
        }
    });
    if all.len() > REMEMBERED {
        return None;
    }
    all.retain(|run| run.acronym || spells(part, run, token));
    Some(all.into())
}

/// Whether the words of a run, which have a key of the word, spell it.
fn spells(part: &Part<'_>, run: &Run, token: &Token) -> bool {
    let placed = part.placed(run.reading).iter().enumerate();
    let own = placed.filter(|(at, _)| run.listed & bits(*at, 1) != 0);
    let words: Vec<&Token> = own.filter_map(|(_, placed)| part.word(placed.word)).collect();
    Joined::of(&words).spells(token).is_some()
}

/// Every run of a word.
pub(crate) fn each_run(token: &Token, part: &Part<'_>, add: &mut impl FnMut(Run)) {
    let mut keys: Vec<(u64, bool)> = Vec::with_capacity(8);
    let mut under = |key| keys.push((key, false));
    under(key(What::JoinedText, token.text()));
    if !token.sound().is_empty() {
        under(key(What::JoinedSound, token.sound()));
        let alike = part.keys.get(key(What::Sound, token.sound())).filter_map(|(_, word)| part.word(word));
        for word in alike.filter(|word| word.text() != token.text()) {
            under(key(What::WithinSound, word.text()));
        }
    }
    if !token.skeleton().is_empty() {
        // consonants are compared only where one side writes no vowels
        under(key(joined_skeleton(!token.script().is_skeletal()), token.skeleton()));
    }
    if [true, false].into_iter().any(|alone| acronym_similarity(token.len(), alone).is_some()) {
        keys.push((key(What::Acronym, token.text()), true));
    }
    part.runs(&keys, |acronym, (reading, start, len)| {
        add(Run { reading, listed: bits(start, len), acronym })
    });
}
