//! From a word that is asked about to every word of the lists that it is like.
//!
//! Which words are looked at is argued in `keys.rs`; [`likeness`] decides. A word and its links depend on nothing but
//! the word and the index, so that they are kept from one query to the next.

use std::collections::HashMap;
use std::sync::Arc;

use countersign_names::{
    How, INITIAL, INITIAL_WEIGHT, Likeness, NameKind, Nature, SkeletonScan, Token, allowed, likeness,
    skeleton_counts, skeletons_may_match, weight,
};

use crate::keys::asked;
use crate::part::{Part, Sign, WordRow, letter_place, letters, set_sign, short};
use crate::runs::{Run, few_runs};

/// How many words of past queries are remembered, at most.
const REMEMBERED: usize = 100_000;

/// A link to a word of the lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToWord {
    pub(crate) word: u32,
    pub(crate) likeness: Likeness,
}

/// What is known of a word that is asked about.
#[derive(Debug)]
pub(crate) struct Links {
    /// Ascending by word.
    pub(crate) words: Vec<ToWord>,
    /// For an initial, the letter: it is like any word that begins so, and those are too many to name.
    pub(crate) initial: Option<char>,
    /// A set of the numbers of the words, hashed.
    pub(crate) bloom: [u64; 8],
    /// What is known of the near words together, and of the others ([`is_near`]).
    pub(crate) groups: [Group; 2],
    /// The weight of the word itself.
    pub(crate) weight: f64,
    /// The runs of listed words that it spells or abbreviates; `None` where they are many.
    pub(crate) runs: Option<Box<[Run]>>,
}

/// What some links of a word have in common.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Group {
    /// The words as the signs of readings have them; for an initial its letter.
    pub(crate) sign: Sign,
    /// How many readings have one of them.
    pub(crate) readings: usize,
    /// The highest weight of a linked word, times similarity.
    pub(crate) listed_weight: f64,
    /// The highest stressed weight of one.
    pub(crate) listed_stressed: f64,
    /// The highest similarity.
    pub(crate) similarity: f64,
    /// Whether one of the links is none of an initial.
    pub(crate) words: bool,
}

impl Group {
    /// Both together.
    pub(crate) fn with(mut self, other: &Self) -> Self {
        for (own, more) in self.sign.iter_mut().zip(other.sign) {
            *own |= more;
        }
        self.readings += other.readings;
        self.listed_weight = self.listed_weight.max(other.listed_weight);
        self.listed_stressed = self.listed_stressed.max(other.listed_stressed);
        self.similarity = self.similarity.max(other.similarity);
        self.words |= other.words;
        self
    }
}

/// Whether a link says that two words are one word, and not only that one may be a slip for the other. Of the former there are few words
/// with many readings, of the latter many with few: each kind has its turn and its sign. Where the line is drawn changes what is
/// looked at and nothing that is found.
pub(crate) fn is_near(likeness: Likeness) -> bool {
    likeness.similarity >= 0.9
}

impl Links {
    /// The likeness to a word of the lists, which begins with the letter `first`, where that is known.
    pub(crate) fn to(
        &self,
        asked: &Token,
        word: u32,
        first: Option<char>,
        part: &Part<'_>,
    ) -> Option<Likeness> {
        let (slot, bit) = bloom_place(word);
        if self.bloom.get(slot).is_some_and(|set| set & bit != 0)
            && let Ok(at) = self.words.binary_search_by_key(&word, |link| link.word)
        {
            return self.words.get(at).map(|link| link.likeness);
        }
        self.initial.filter(|own| Some(*own) == first)?;
        likeness(asked, part.word(word)?, part.kind)
    }

    fn of(words: Vec<ToWord>, token: &Token, part: &Part<'_>) -> Self {
        let initial = if token.nature() == Nature::Initial { token.text().chars().next() } else { None };
        let mut links = Self {
            words,
            initial,
            bloom: [0; 8],
            groups: [Group::default(); 2],
            weight: weight(token, part),
            runs: few_runs(token, part),
        };
        for ToWord { word, likeness } in &links.words {
            let (slot, bit) = bloom_place(*word);
            if let Some(set) = links.bloom.get_mut(slot) {
                *set |= bit;
            }
            let [near, far] = &mut links.groups;
            let group = if is_near(*likeness) { near } else { far };
            group.readings += part.postings(*word).len();
            group.similarity = group.similarity.max(likeness.similarity);
            let by_initial = likeness.how == How::Initial;
            group.words |= !by_initial;
            let most = if by_initial { INITIAL_WEIGHT } else { f64::INFINITY };
            let matched = part.weight(*word).min(most) * likeness.similarity;
            group.listed_weight = group.listed_weight.max(matched);
            let row = part.words.get(*word as usize);
            if let Some(row) = row {
                set_sign(&mut group.sign, row.sign);
            }
            let stressed = row.map_or(0.0, |row| f64::from(row.stressed)).min(most);
            group.listed_stressed = group.listed_stressed.max(stressed);
        }
        if let Some(first) = initial {
            // an initial matches no more of a word than it weighs itself: the rest of the word stays unmatched
            let [_, far] = &mut links.groups;
            far.similarity = far.similarity.max(INITIAL);
            set_sign(&mut far.sign, letter_place(u32::from(first)));
            far.listed_weight = far.listed_weight.max(INITIAL_WEIGHT * INITIAL);
            far.listed_stressed = far.listed_stressed.max(INITIAL_WEIGHT);
            far.readings += part.beginning_with(first).iter().map(|w| part.postings(*w).len()).sum::<usize>();
        }
        links
    }
}

pub(crate) fn bloom_place(word: u32) -> (usize, u64) {
    let hash = word.wrapping_mul(0x9e37_79b1);
    ((hash >> 29) as usize, 1u64 << ((hash >> 23) & 63))
}

/// Words of past queries with their links, and room to work in.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    known: [HashMap<Vec<u8>, Arc<Links>, foldhash::fast::FixedState>; 3],
    bytes: Vec<u8>,
    found: Vec<u32>,
}

impl Memory {
    /// The links of a word.
    pub(crate) fn links(&mut self, token: &Token, part: &Part<'_>) -> Arc<Links> {
        let place = match part.kind {
            NameKind::Person => 0,
            NameKind::Organization => 1,
            NameKind::Vessel => 2,
        };
        self.bytes.clear();
        token.encode(&mut self.bytes);
        let Some(known) = self.known.get_mut(place) else {
            return Arc::new(find(token, part, &mut self.found));
        };
        if let Some(links) = known.get(&self.bytes) {
            return links.clone();
        }
        let links = Arc::new(find(token, part, &mut self.found));
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(self.bytes.clone(), links.clone());
        links
    }
}

/// Looks a word up.
fn find(token: &Token, part: &Part<'_>, found: &mut Vec<u32>) -> Links {
    found.clear();
    let near = Near::of(token);
    asked(token, |key, edited| {
        let words = part.keys.get(key).map(|(_, word)| word);
        found
            .extend(words.filter(|word| {
                !edited || part.words.get(*word as usize).is_some_and(|row| near.may_be(row))
            }));
    });
    of_like_consonants(token, part, found);
    found.sort_unstable();
    found.dedup();
    let words = found
        .iter()
        .filter_map(|word| {
            let likeness = likeness(token, part.word(*word)?, part.kind)?;
            Some(ToWord { word: *word, likeness })
        })
        .collect();
    Links::of(words, token, part)
}

/// A cheap test of words found by edits, before they are compared.
///
/// An edit changes the length by at most one and the set of letters by at most one letter in and one out, so words
/// within `e` edits differ by at most `e` in length and `2e` in the bits of their sets (letters that share a bit can
/// only hide a difference). Edits are counted in the spelling or, at most one, in the sound.
struct Near {
    letters: u32,
    sound_letters: u32,
    length: u16,
    sound_length: u16,
}

impl Near {
    fn of(token: &Token) -> Self {
        Self {
            letters: letters(token.text()),
            sound_letters: letters(token.sound()),
            length: short(token.len()),
            sound_length: short(token.sound().len()),
        }
    }

    fn may_be(&self, row: &WordRow) -> bool {
        let limit = allowed(usize::from(self.length.min(row.length)));
        let spelled = self.length.abs_diff(row.length) <= u16::from(limit)
            && (self.letters ^ row.letters).count_ones() <= 2 * u32::from(limit);
        spelled
            || (self.sound_length.abs_diff(row.sound_length) <= 1
                && (self.sound_letters ^ row.sound_letters).count_ones() <= 2)
    }
}

/// The words that may be alike by consonants, where one of the two scripts does not write vowels.
fn of_like_consonants(token: &Token, part: &Part<'_>, found: &mut Vec<u32>) {
    let own = token.skeleton();
    if own.is_empty() {
        return;
    }
    let counts = skeleton_counts(own);
    let consonants = part.consonants(!token.script().is_skeletal());
    let mut scan = SkeletonScan::new(own);
    for pair in consonants.groups.windows(2) {
        let [group, next] = pair else { continue };
        // the limits grow with the length of the shorter one, which is at most this
        if !skeletons_may_match(counts, group.counts, own.len()) {
            continue;
        }
        for row in group.start..next.start {
            if scan.may_be(consonants.text(row)) {
                found.extend(consonants.words(row));
            }
        }
    }
}
