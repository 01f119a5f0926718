//! How words of a part begin: a run of several words of a query is one word of the lists only if one begins as the run does.
//!
//! **Completeness.** A run of words in Latin letters, five at least, and of scripts with vowels spells a listed word `x` ([`Joined::spells`](countersign_names::Joined::spells)) by
//! the same letters, the same sound, or the same consonants where `x` is of a script without vowels. Words of the same Latin letters have the same
//! sound. So the sound of `x` begins as [`JoinedHead`](countersign_names::JoinedHead) says, or its consonants do; and of every word the beginnings of its sound from two letters on
//! are in the set, and those of its consonants if its script has no vowels. What is not in it begins no word; what is may begin none.

use countersign_names::Token;

use crate::keys::{What, key};

/// Fewer letters begin so many words that they are not kept.
const LEAST: usize = 2;
/// Places of the set for each beginning.
const ROOM: usize = 16;

/// A set of keys, two bits each in one number, so that a look at it is one at memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heads<'a>(pub(crate) &'a [u64]);

impl Heads<'_> {
    /// Whether a word of the lists may begin with this sound or with these consonants.
    pub(crate) fn begins_one(self, (sound, skeleton): (&str, &str)) -> bool {
        // both are looked at, so that neither look at memory waits for the other
        self.has(What::Sound, sound) | self.has(What::SkeletonOnly, skeleton)
    }

    fn has(self, what: What, head: &str) -> bool {
        if head.len() < LEAST {
            return true;
        }
        let (place, bits) = place(key(what, head), self.0.len());
        // an index without words has no set
        self.0.get(place).is_some_and(|held| held & bits == bits)
    }
}

/// The set of how some words begin.
pub(crate) fn heads(words: &[Token]) -> Vec<u64> {
    let mut keys: Vec<u64> = Vec::new();
    for word in words {
        let mut add = |what: What, text: &str| {
            let ends = (LEAST..=text.len()).filter_map(|end| text.get(..end));
            keys.extend(ends.map(|head| key(what, head)));
        };
        add(What::Sound, word.sound());
        if word.script().is_skeletal() {
            add(What::SkeletonOnly, word.skeleton());
        }
    }
    keys.sort_unstable();
    keys.dedup();
    let mut set = vec![0u64; (keys.len() * ROOM).div_ceil(64).next_power_of_two()];
    let length = set.len();
    for key in keys {
        let (place, bits) = place(key, length);
        if let Some(held) = set.get_mut(place) {
            *held |= bits;
        }
    }
    set
}

/// Where in a set of this length, a power of two, a key has its bits.
fn place(key: u64, length: usize) -> (usize, u64) {
    let at = (key >> 16) as usize & length.saturating_sub(1);
    (at, 1 << (key & 63) | 1 << (key >> 6 & 63))
}

#[cfg(test)]
mod tests {
    use countersign_names::{Joined, JoinedHead, NameKind, ParsedName};

    use super::*;

    fn may_have(set: &[u64], run: &[&Token], head: &JoinedHead) -> bool {
        head.of_run(run).is_none_or(|head| Heads(set).begins_one(head))
    }

    fn words(name: &str) -> Vec<Token> {
        let parsed = ParsedName::parse(name, NameKind::Organization);
        parsed.forms.first().map(|form| form.tokens.clone()).unwrap_or_default()
    }

    #[test]
    fn what_a_run_spells_begins_as_the_run_does() {
        let listed: Vec<Token> = ["Quillfeather", "Penholder", "Larbibrazil", "قلفثرنب", "Nibrook"]
            .into_iter()
            .flat_map(words)
            .collect();
        let set = heads(&listed);
        let mut spelled = 0;
        for name in [
            "Quill Feather",
            "Pen Holder",
            "Larbi Brazil",
            "Larby Brasil",
            "Nib Rook",
            "Qelf Thernib",
            "Quil Fether",
        ] {
            let run = words(name);
            let run: Vec<&Token> = run.iter().collect();
            let Some(head) = JoinedHead::of(run[0], run[1]) else { continue };
            let joined = Joined::of(&run);
            if listed.iter().any(|word| joined.spells(word).is_some()) {
                spelled += 1;
                assert!(may_have(&set, &run, &head), "{name}");
            }
        }
        assert!(spelled >= 3, "{spelled}");
        let few = words("Marmalade Ziggurat");
        let few: Vec<&Token> = few.iter().collect();
        let head = JoinedHead::of(few[0], few[1]).unwrap();
        assert!(!may_have(&set, &few, &head) && !may_have(&[], &few, &head));
    }
}
