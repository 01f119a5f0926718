//! A word that is asked about, with its links to every word of the lists that it is like. `memory.rs` looks them up.

use std::ops::Range;

use countersign_names::{
    How, INITIAL, INITIAL_WEIGHT, Likeness, Nature, Token, first_of_run, lift, most_by_edits, weight,
};

use crate::companions::Companions;
use crate::lay::up;
use crate::part::{Part, Places};
use crate::posting::{Mark, Sets};
use crate::runs::{Run, few_runs};

/// A link to a word of the lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToWord {
    pub(crate) word: u32,
    how: How,
    /// Its mark in [`Sets`].
    pub(crate) mark: Mark,
    similarity: f64,
    /// What of the word is matched at most: of its weight, times similarity; not rounded down.
    matched: f32,
    /// The same of its highest stressed weight.
    stressed: f32,
    /// Where its readings are posted.
    pub(crate) places: Places,
    /// What stands beside it there.
    pub(crate) companions: Companions,
}

impl ToWord {
    fn of(word: u32, likeness: Likeness, part: &Part<'_>) -> Self {
        // of a word that an initial is linked with, no more than an initial weighs
        let most = if likeness.how == How::Initial { INITIAL_WEIGHT } else { f64::INFINITY };
        let row = part.words.get(word as usize);
        let stressed = row.map_or(0.0, |row| f64::from(row.stressed));
        Self {
            word,
            how: likeness.how,
            mark: row.map_or(0, |row| row.mark),
            similarity: likeness.similarity,
            matched: up(part.weight(word).min(most) * likeness.similarity),
            stressed: up(stressed.min(most)),
            places: part.places_of(word),
            companions: part.companions(word),
        }
    }

    /// How alike the two words are.
    pub(crate) fn likeness(&self) -> Likeness {
        Likeness { how: self.how, similarity: self.similarity }
    }

    /// What of the word is matched at most.
    pub(crate) fn matched(&self) -> f64 {
        f64::from(self.matched)
    }

    /// The same of its highest stressed weight.
    pub(crate) fn stressed(&self) -> f64 {
        f64::from(self.stressed)
    }
}

/// What is known of a word that is asked about.
#[derive(Debug)]
// what is looked at first lies together
#[repr(C)]
pub(crate) struct Links {
    /// The word.
    token: Token,
    /// By kind, and ascending by word.
    pub(crate) words: Box<[ToWord]>,
    /// Where those of the first kinds end.
    ends: [u32; Kind::ALL.len() - 1],
    /// For an initial, the words that begin with the letter: it is like most of them, and they are too many to name.
    pub(crate) initial: Option<Range<u32>>,
    /// A set of the numbers of the words, hashed.
    pub(crate) bloom: Bloom,
    /// What is known of the words of each kind together, in the order of [`Kind::ALL`].
    pub(crate) groups: [Group; Kind::ALL.len()],
    /// The weight of the word itself.
    pub(crate) weight: f64,
    /// The runs of listed words that it spells or abbreviates; `None` where they are many.
    pub(crate) runs: Option<Box<[Run]>>,
    /// Whether a run of words that begins with it may be a listed word: without a [seam](parts_at_seam) behind it, and with one.
    pub(crate) begins: [bool; 2],
    /// The most that a word is like it that is not among these; 0 where all are.
    ceiling: f64,
}

/// Which links of a word are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All.
    All,
    /// At least those that are not by edits alone, which are found with a tenth of the keys.
    Sure,
}

/// What some links of a word have in common. Numbers are not rounded down.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Group {
    /// How many readings have one of them.
    pub(crate) readings: u32,
    /// The highest weight of a linked word, times similarity.
    pub(crate) listed_weight: f32,
    /// The highest stressed weight of one.
    pub(crate) listed_stressed: f32,
    /// The highest similarity.
    pub(crate) similarity: f32,
    /// Whether one of the links is none of an initial.
    pub(crate) words: bool,
}

impl Group {
    /// Adds links of so many readings that match at most so much.
    fn add(&mut self, readings: usize, similarity: f64, (weight, stressed): (f32, f32)) {
        // an index has fewer than 2^32 postings
        self.readings = self.readings.saturating_add(readings as u32);
        self.similarity = self.similarity.max(up(similarity));
        self.listed_weight = self.listed_weight.max(weight);
        self.listed_stressed = self.listed_stressed.max(stressed);
    }

    /// Both together.
    pub(crate) fn with(mut self, other: &Self) -> Self {
        self.readings = self.readings.saturating_add(other.readings);
        self.listed_weight = self.listed_weight.max(other.listed_weight);
        self.listed_stressed = self.listed_stressed.max(other.listed_stressed);
        self.similarity = self.similarity.max(other.similarity);
        self.words |= other.words;
        self
    }
}

/// What a link says of two words. Each kind has its turn and its signs; where the lines are drawn changes what is looked at and nothing that is
/// found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// They are one word: few words with many readings.
    Same,
    /// One may be a slip for the other: many words with few readings.
    Slip,
    /// One is an initial of the other, which matches little: initials have the most readings.
    Initial,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Same, Self::Slip, Self::Initial];

    /// That of a link.
    pub(crate) fn of(likeness: Likeness) -> Self {
        match likeness.how {
            How::Initial => Self::Initial,
            _ if likeness.similarity >= 0.9 => Self::Same,
            _ => Self::Slip,
        }
    }
}

impl Links {
    /// The word.
    pub(crate) fn token(&self) -> &Token {
        &self.token
    }

    /// Whether they are all of the word, and not [the sure ones](Wanted::Sure).
    pub(crate) fn are_all(&self) -> bool {
        self.ceiling == 0.0
    }

    /// The linked words of a kind.
    pub(crate) fn of_kind(&self, kind: Kind) -> &[ToWord] {
        let [same, slips] = self.ends.map(|end| end as usize);
        let of = match kind {
            Kind::Same => 0..same,
            Kind::Slip => same..slips,
            Kind::Initial => slips..self.words.len(),
        };
        self.words.get(of).unwrap_or_default()
    }

    /// Puts the linked words of a kind into the `n`th set, and where they are initials whatever begins with the letter of the word, if it
    /// is one.
    pub(crate) fn add_to(&self, sets: &mut Sets, n: usize, kind: Kind) {
        for link in self.of_kind(kind) {
            sets.add_word(n, link.mark);
        }
        if self.initial.is_some() && kind == Kind::Initial {
            self.token.text().chars().take(1).for_each(|first| sets.add_letter(n, first));
        }
    }

    /// The likeness to a word of the lists, if it is named.
    pub(crate) fn to(&self, word: u32) -> Option<Likeness> {
        let (slot, bit) = bloom_place(word);
        self.bloom.get(slot).filter(|set| *set & bit != 0)?;
        let mut kinds = Kind::ALL.into_iter().map(|kind| self.of_kind(kind));
        kinds
            .find_map(|words| words.get(words.binary_search_by_key(&word, |link| link.word).ok()?))
            .map(ToWord::likeness)
    }

    /// By what the word lifts the score of a name over `bound` at most: by its best link of these, and by one
    /// that is not among them; initials aside.
    pub(crate) fn lifts(&self, bound: f64) -> (f64, f64) {
        let of = |link: &ToWord| lift(self.weight, link.matched() / link.similarity, link.similarity, bound);
        let words = self.words.iter().filter(|link| link.how != How::Initial);
        let known = words.map(of).fold(f64::NEG_INFINITY, f64::max);
        let unknown = match self.ceiling {
            0.0 => f64::NEG_INFINITY,
            ceiling if ceiling >= bound => f64::INFINITY,
            // the other word may weigh next to nothing
            ceiling => lift(self.weight, 0.0, ceiling, bound),
        };
        (known, unknown)
    }

    /// Those of a word that is like these, which are ascending by word; `all`: whether they are all that it is like.
    pub(crate) fn of(token: &Token, alike: &mut [(u32, Likeness)], all: bool, part: &Part<'_>) -> Self {
        // stays ascending by word
        alike.sort_by_key(|(_, likeness)| Kind::of(*likeness));
        let words: Box<[ToWord]> =
            alike.iter().map(|(word, likeness)| ToWord::of(*word, *likeness, part)).collect();
        let ceiling = if all { 0.0 } else { most_by_edits(token, part.kind) };
        let behind = |kind: Kind| words.partition_point(|link| Kind::of(link.likeness()) <= kind) as u32;
        let ends = [Kind::Same, Kind::Slip].map(behind);
        let letter = if token.nature() == Nature::Initial { token.text().chars().next() } else { None };
        let initial = letter.map(|letter| part.beginning_with(letter));
        let mut links = Self {
            token: token.clone(),
            words,
            ends,
            initial: initial.clone(),
            bloom: Bloom::default(),
            groups: [Group::default(); Kind::ALL.len()],
            weight: weight(token, part),
            runs: few_runs(token, part),
            begins: [false, true]
                .map(|seam| first_of_run(token, seam).is_none_or(|head| part.heads.begins_one(head))),
            ceiling,
        };
        for link in &links.words {
            let (word, likeness) = (&link.word, link.likeness());
            let (slot, bit) = bloom_place(*word);
            if let Some(set) = links.bloom.get_mut(slot) {
                *set |= bit;
            }
            let [same, slip, initial] = &mut links.groups;
            let group = match Kind::of(likeness) {
                Kind::Same => same,
                Kind::Slip => slip,
                Kind::Initial => initial,
            };
            group.add(link.places.len(), likeness.similarity, (link.matched, link.stressed));
            group.words |= likeness.how != How::Initial;
        }
        if let Some(beginning) = initial {
            // an initial matches no more of a word than it weighs itself: the rest of the word stays unmatched
            let [_, _, group] = &mut links.groups;
            let readings = beginning.map(|word| part.places_of(word).len()).sum();
            group.add(readings, INITIAL, (up(INITIAL_WEIGHT * INITIAL), up(INITIAL_WEIGHT)));
        }
        links
    }
}

/// A set of the numbers of words, hashed.
pub(crate) type Bloom = [u64; 4];

/// Where in it a word has its place, and which bit it is there.
pub(crate) fn bloom_place(word: u32) -> (usize, u64) {
    let hash = word.wrapping_mul(0x9e37_79b1);
    ((hash >> 30) as usize, 1u64 << ((hash >> 24) & 63))
}
