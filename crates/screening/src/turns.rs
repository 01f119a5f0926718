//! The turns of a reading of the query: its words, each with the listed words that are the same and with those that it may be a slip for, in the
//! order in which their readings are looked through. `candidates.rs` has the proof.

use std::sync::Arc;

use crate::asked::{Asked, Sums};
use crate::posting::{Mark, Posting, Sets};

/// The turns of a reading of the query in their order, with what is left from each on.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    pub(crate) all: Vec<Turn>,
    pub(crate) rests: Vec<Rest>,
    /// Of each word, what its later turns match: room to work in.
    of_words: Vec<Sums>,
    /// Of each word, its first turn: likewise.
    of_words_turns: Vec<Option<usize>>,
    /// The places of their links.
    pub(crate) sets: Sets,
}

/// A word of the query with its near links, or with the others: when it comes, the readings that have one are looked through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    /// The place of the word.
    pub(crate) at: usize,
    pub(crate) near: bool,
    pub(crate) readings: usize,
    pub(crate) sums: Sums,
    /// Which is the other turn of the word, where it has two.
    other: Option<usize>,
}

/// The later turns of other words than that of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Later<'a> {
    /// The place of that word.
    at: usize,
    /// All later turns.
    turns: &'a [Turn],
    /// Which number the first of them has.
    first: usize,
    /// Which of those with a number below [`Sets::MOST`] are of other words, as bits.
    others: u64,
    /// How many have a higher number: a reading may have links of them.
    unknown: usize,
}

impl<'a> Later<'a> {
    pub(crate) fn of(turn: &Turn, turns: &'a [Turn], first: usize) -> Self {
        let known = turns.iter().enumerate().take(Sets::MOST.saturating_sub(first));
        let others = known.filter(|(_, later)| later.at != turn.at).fold(0u64, |set, (n, _)| set | 1 << n);
        let unknown = (turns.len() + first).saturating_sub(Sets::MOST).min(turns.len());
        Self { at: turn.at, turns, first, others, unknown }
    }

    /// Which of them a reading may have links of, where that is known.
    pub(crate) fn met(&self, sets: &Sets, posting: &Posting, longer: &[Mark]) -> u64 {
        self.of_sets(sets.met(posting, longer))
    }

    /// Which of them are among these sets.
    pub(crate) fn of_sets(&self, met: u32) -> u64 {
        u64::from(met).unbounded_shr(self.first as u32) & self.others
    }

    /// How many links of the later turns a reading has at most: each is one with another word of it. Where that says no more than `present` it is
    /// [`usize::MAX`]. Before it a key for both.
    pub(crate) fn most_links(
        &self,
        present: u64,
        sets: &Sets,
        posting: &Posting,
        longer: &[Mark],
    ) -> (u64, usize) {
        let turns = present.count_ones() as usize + self.unknown;
        if turns < 2 {
            return (present, usize::MAX);
        }
        // below 2^32
        let (met, words) = sets.words_met(posting, longer, present.unbounded_shl(self.first as u32) as u32);
        let most = met.saturating_add(self.unknown).min(words.saturating_sub(1));
        if most < turns {
            // 0 says that no number was put beside them
            (present | (most as u64 + 1) << Sets::MOST, most)
        } else {
            (present, usize::MAX)
        }
    }

    /// What their links match at most: each word is matched once, by the one or the other of its turns. `present`: which of those of which it
    /// is known count; the others all do. `most`: of so many words no more than the best.
    pub(crate) fn together(&self, present: u64, most: usize) -> Sums {
        let known = Sets::MOST.saturating_sub(self.first);
        let counts = |n: usize| n >= known || present & 1 << n != 0;
        let sums = |n: usize| {
            let turn = self.turns.get(n).filter(|turn| turn.at != self.at)?;
            let other =
                turn.other.and_then(|other| other.checked_sub(self.first)).filter(|other| counts(*other));
            match other {
                // with the first of the two
                Some(other) if other < n => None,
                Some(other) => Some(turn.sums.or(self.turns.get(other)?.sums)),
                None => Some(turn.sums),
            }
        };
        // the numbers of the bits, one after the other
        let mut left = present;
        let met = std::iter::from_fn(move || {
            let n = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (n < known).then_some(n)
        });
        let words = met.chain(known..self.turns.len()).filter_map(sums);
        if most == usize::MAX {
            return words.fold(Sums::default(), Sums::with);
        }
        Sums::of_best(words, most)
    }
}

/// What is left from a turn on: what the links of this and all later turns match at most, and those of later turns of other words.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rest {
    pub(crate) all: Sums,
    pub(crate) others: Sums,
}

impl Turns {
    /// Those of a reading.
    pub(crate) fn begin(&mut self, asked: &Asked<'_>) {
        let Self { all, rests, of_words, of_words_turns, sets } = self;
        all.clear();
        (0..asked.links.len()).for_each(|at| all.extend(asked.turns(at)));
        all.sort_by_key(|turn| turn.readings);
        of_words_turns.clear();
        of_words_turns.resize(asked.links.len(), None);
        for n in 0..all.len() {
            let first = all
                .get(n)
                .and_then(|turn| of_words_turns.get_mut(turn.at))
                .and_then(|first| first.replace(n));
            if let Some(first) = first {
                all.get_mut(n).into_iter().for_each(|turn| turn.other = Some(first));
                all.get_mut(first).into_iter().for_each(|turn| turn.other = Some(n));
            }
        }
        sets.clear();
        for (n, turn) in all.iter().enumerate().take(Sets::MOST) {
            if let Some(links) = asked.links.get(turn.at) {
                links.add_to(sets, n, |near| near == turn.near);
            }
        }
        rests.clear();
        rests.resize(all.len(), Rest::default());
        of_words.clear();
        of_words.resize(asked.links.len(), Sums::default());
        for (turn, rest) in all.iter().zip(rests).rev() {
            let others = of_words.iter().enumerate().filter(|(at, _)| *at != turn.at);
            rest.others = others.fold(Sums::default(), |all, (_, one)| all.with(*one));
            if let Some(own) = of_words.get_mut(turn.at) {
                *own = own.or(turn.sums);
                rest.all = rest.others.with(*own);
            }
        }
    }
}

impl Asked<'_> {
    /// The turns of a word.
    fn turns(&self, at: usize) -> impl Iterator<Item = Turn> + '_ {
        let groups = self.links.get(at).map(|links| &links.groups).into_iter().flatten();
        groups.zip([true, false]).filter(|(group, _)| group.readings > 0).filter_map(move |(group, near)| {
            let sums = self.sums_of_group(at, group)?;
            Some(Turn { at, near, readings: group.readings, sums, other: None })
        })
    }

    /// Whether the `n`th turn asks what an earlier one has asked: of the same word, which counts as much there (`B. & B. Quill`). Both have the same
    /// readings, and of the earlier one this word was among the others, with all that is left now: whatever reaches has reached then.
    pub(crate) fn repeats(&self, turns: &[Turn], n: usize) -> bool {
        let same = |one: &Turn, other: &Turn| {
            let links = |turn: &Turn| self.links.get(turn.at);
            one.near == other.near
                && one.sums == other.sums
                && links(one).zip(links(other)).is_some_and(|(a, b)| Arc::ptr_eq(a, b))
        };
        // they have as many readings
        let before = turns.get(..n).unwrap_or_default().iter().rev();
        turns.get(n).is_some_and(|turn| {
            before.take_while(|one| one.readings == turn.readings).any(|one| same(one, turn))
        })
    }
}
