//! The keys through which one word is found from another.
//!
//! **Completeness.** Whenever [`likeness`](countersign_names::likeness) of two words is something, one of the keys that
//! [`asked`] or [`asked_by_edits`] gives for one is among those that [`held`] gives for the other, or the word asked about is an initial, or
//! the consonants decide; these last two are looked up by `memory.rs` in tables of their own. Case by case:
//!
//! - a listed initial: its spelling is the first letter of the word asked about;
//! - equal spelling, equal concept, a shared family, a stem, equal sound, equal letters in another order: the key is the very field that is compared; a lone
//!   `abdul` and a word with a stem: each has the key of the other's side;
//! - `e` edits in the spelling, at most [`allowed`] of the shorter word's length, hence at most [`allowed`] of each:
//!   each kind of edit (insert, delete, substitute, swap of neighbours) deletes at most one letter from each word and
//!   leaves the rest equal, so each of the two words without at most `e` letters is one same text. [`deletes`] gives
//!   all those texts of both. That they are made of the first [`PREFIX`] letters only loses nothing: let `a'`, `b'`
//!   be these prefixes and `c` the number of leading kept letters that lie in both. The kept letters of `a'` and of
//!   `b'` are the same sequence, one as long or longer than the other; the shorter run is kept whole, so `c` is at
//!   least the length of one prefix less `e`. If the other prefix is longer, then the shorter one is a whole word,
//!   all of whose kept letters are counted, and no more are kept in the other. So each prefix is turned into the same
//!   `c` letters by at most `e` deletes;
//! - one edit in the sound of words whose sounds have at least five letters: the same argument.

use countersign_names::{MIN_SCRAMBLED, Nature, SERVANT, Token, allowed, sorted_letters};

/// How many leading letters the deletes are made of.
const PREFIX: usize = 8;
/// Shorter sounds have no edits.
const EDITABLE_SOUND: usize = 5;

/// What a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum What {
    Text = 1,
    Sound,
    Skeleton,
    Stem,
    Concept,
    Family,
    TextDeletes,
    SoundDeletes,
    /// Runs of words written as one.
    JoinedText,
    JoinedSound,
    JoinedSkeleton,
    Acronym,
    Identifier,
    Id,
    /// The same as [`What::Skeleton`] and [`What::JoinedSkeleton`], of scripts that do not write vowels.
    SkeletonOnly,
    JoinedSkeletonOnly,
    /// The letters in the order of the alphabet.
    Letters,
    /// A word of a run that sounds like the whole run.
    WithinSound,
}

/// The key of a word's consonants; `skeletal`: of a script that writes no others.
pub(crate) fn skeleton(skeletal: bool) -> What {
    if skeletal { What::SkeletonOnly } else { What::Skeleton }
}

/// The same of a run of words.
pub(crate) fn joined_skeleton(skeletal: bool) -> What {
    if skeletal { What::JoinedSkeletonOnly } else { What::JoinedSkeleton }
}

fn mix(state: u64, value: u64) -> u64 {
    let product = u128::from(state ^ value ^ 0x9e37_79b9_7f4a_7c15) * u128::from(0xd6e8_feb8_6659_fd93_u64);
    // both halves, folded
    (product as u64) ^ ((product >> 64) as u64)
}

/// The key of a text.
pub(crate) fn key(what: What, text: &str) -> u64 {
    let mut state = mix(what as u64, text.len() as u64);
    let (chunks, rest) = text.as_bytes().as_chunks::<8>();
    for chunk in chunks {
        state = mix(state, u64::from_le_bytes(*chunk));
    }
    if !rest.is_empty() {
        // the first byte is the lowest
        state = mix(state, rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
    }
    mix(state, 0)
}

fn number_key(what: What, number: u16) -> u64 {
    mix(mix(what as u64, u64::from(number)), 0)
}

/// The keys under which a word of a list is held.
pub(crate) fn held(token: &Token, mut give: impl FnMut(u64)) {
    give(key(What::Text, token.text()));
    if token.nature() == Nature::Initial
        && let Some(first) = token.text().chars().next()
    {
        // of a letter that is romanised by several
        give(key(What::Text, first.encode_utf8(&mut [0; 4])));
    }
    if let Some(stem) = token.stem() {
        give(key(What::Stem, stem));
        // a lone `Abdul` is like every one of them
        give(key(What::Stem, SERVANT));
    }
    if !token.skeleton().is_empty() {
        give(key(skeleton(token.script().is_skeletal()), token.skeleton()));
    }
    shared(token, &mut give);
    asked_by_edits(token, give);
}

/// The keys by which a word that is asked about finds others, but for those of [`asked_by_edits`].
pub(crate) fn asked(token: &Token, mut give: impl FnMut(u64)) {
    give(key(What::Text, token.text()));
    give(key(What::Stem, token.text()));
    if let Some(stem) = token.stem() {
        give(key(What::Text, stem));
        give(key(What::Text, SERVANT));
    }
    if token.nature() != Nature::Initial
        && let Some(first) = token.text().chars().next()
    {
        // the listed initial
        give(key(What::Text, first.encode_utf8(&mut [0; 4])));
    }
    shared(token, give);
}

/// The keys by which it finds others that are like it by edits.
pub(crate) fn asked_by_edits(token: &Token, mut give: impl FnMut(u64)) {
    let edits = allowed(token.len());
    if edits > 0 {
        deletes(What::TextDeletes, token.text(), edits, &mut give);
    }
    if token.sound().len() >= EDITABLE_SOUND {
        deletes(What::SoundDeletes, token.sound(), 1, &mut give);
    }
}

/// The keys that are the same whether a word is held or asked about, but for those of edits.
fn shared(token: &Token, mut give: impl FnMut(u64)) {
    if let Some(concept) = token.concept() {
        give(number_key(What::Concept, concept));
    }
    for family in token.families() {
        give(number_key(What::Family, *family));
    }
    if token.len() >= MIN_SCRAMBLED && token.text().is_ascii() {
        give(key(What::Letters, &sorted_letters(token.text())));
    }
    if !token.sound().is_empty() {
        give(key(What::Sound, token.sound()));
    }
}

/// Gives the keys of the first letters of a text without at most `most` (0 to 2) of them, some more than once.
///
/// A key is the sum of what each letter is in its place, so that what stands before, between and behind the letters left out is each one
/// difference of sums.
fn deletes(what: What, text: &str, most: u8, give: &mut impl FnMut(u64)) {
    let mut letters = ['\0'; PREFIX];
    let mut count = 0;
    for (slot, c) in letters.iter_mut().zip(text.chars()) {
        *slot = c;
        count += 1;
    }
    let letters = letters.get(..count).unwrap_or_default();
    // of each letter what those before it are together: where they stand, and one and two places before it
    let mut sums = [[0u64; PREFIX + 1]; 3];
    for (moved, sums) in sums.iter_mut().enumerate() {
        let mut sum = 0u64;
        for ((n, c), slot) in letters.iter().enumerate().zip(sums.iter_mut().skip(1)) {
            // no character has so many bits
            let place = (n.wrapping_sub(moved) as u64) << 32;
            sum = sum.wrapping_add(mix(place, u64::from(*c)));
            *slot = sum;
        }
    }
    let [own, one, two] = &sums;
    let between = |sums: &[u64; PREFIX + 1], from: usize, to: usize| {
        let at = |n: usize| sums.get(n).copied().unwrap_or(0);
        at(to).wrapping_sub(at(from))
    };
    let mut give = |sum: u64| give(mix(what as u64, sum));
    give(between(own, 0, count));
    for first in 0..count {
        // of a run of equal letters, any one: the same text
        if first > 0 && letters.get(first) == letters.get(first - 1) {
            continue;
        }
        let before = between(own, 0, first);
        give(before.wrapping_add(between(one, first + 1, count)));
        if most < 2 {
            continue;
        }
        for second in first + 1..count {
            let repeated = second > first + 1 && letters.get(second) == letters.get(second - 1);
            if !repeated {
                let middle = between(one, first + 1, second);
                give(before.wrapping_add(middle).wrapping_add(between(two, second + 1, count)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use countersign_names::text_edits;

    use super::*;

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(20_000))]
        #[test]
        fn texts_within_two_edits_share_a_delete(
            a in "[abc]{4,13}", at in 0..13usize, with in "[abc]{0,2}", cut in 0..3usize, swap in 0..13usize,
        ) {
            let letters: Vec<char> = a.chars().collect();
            let at = at.min(letters.len());
            let mut b: Vec<char> = letters[..at].to_vec();
            b.extend(with.chars());
            b.extend(letters.iter().skip(at + cut));
            if swap + 1 < b.len() {
                b.swap(swap, swap + 1);
            }
            let b: String = b.into_iter().collect();
            for most in [1, 2] {
                if text_edits(&a, &b, most).is_some() {
                    let collect = |text: &str| {
                        let mut out = HashSet::new();
                        deletes(What::TextDeletes, text, most, &mut |k| { out.insert(k); });
                        out
                    };
                    proptest::prop_assert!(!collect(&a).is_disjoint(&collect(&b)), "{a} {b} {most}");
                }
            }
        }
    }
}
