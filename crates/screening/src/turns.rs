//! The turns of a reading of the query: its words, each with the listed words that are the same and with those that it may be a slip for, in the
//! order in which their readings are looked through. `candidates.rs` has the proof.

use std::sync::Arc;

use crate::asked::{Asked, Sums};
use crate::part::Places;
use crate::posting::{Mark, Posting, Sets};
use crate::words::Kind;

/// The turns of a reading of the query in their order, with what is left from each on.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    pub(crate) all: Vec<Turn>,
    pub(crate) rests: Vec<Rest>,
    /// Of each word, what its later turns match: room to work in.
    of_words: Vec<Sums>,
    /// Of each word, its last turn so far: likewise.
    of_words_turns: Vec<Option<usize>>,
    /// The marks of their links.
    pub(crate) sets: Sets,
}

/// A word of the query with its near links, or with the others: when it comes, the readings that have one are looked through.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn {
    /// The place of the word.
    pub(crate) at: usize,
    pub(crate) kind: Kind,
    pub(crate) readings: usize,
    pub(crate) sums: Sums,
    /// Which are the next turns of the word before it, and behind it.
    before: Option<usize>,
    behind: Option<usize>,
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
        // 32 at most
        let known = turns.len().min(Sets::MOST.saturating_sub(first)) as u32;
        let mut others = 1u64.unbounded_shl(known).wrapping_sub(1);
        let mut behind = turn.behind;
        while let Some(n) = behind.and_then(|later| later.checked_sub(first)) {
            others &= !1u64.unbounded_shl(u32::try_from(n).unwrap_or(u32::MAX));
            behind = turns.get(n).and_then(|later| later.behind);
        }
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

    /// What one of their links matches at most.
    pub(crate) fn best(&self) -> Sums {
        self.turns.iter().fold(Sums::default(), |best, turn| best.or(turn.sums.if_so(turn.at != self.at)))
    }

    /// How many links of the later turns a reading has at most by this alone.
    pub(crate) fn at_most(&self, present: u64) -> usize {
        (present & self.others).count_ones() as usize + self.unknown
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
            let number = |turn: usize| turn.checked_sub(self.first);
            let turn = self.turns.get(n).filter(|turn| turn.at != self.at)?;
            // all turns of a word count with the first of them
            let mut before = turn.before.and_then(number);
            while let Some(earlier) = before {
                if counts(earlier) {
                    return None;
                }
                before = self.turns.get(earlier)?.before.and_then(number);
            }
            let (mut sums, mut behind) = (turn.sums, turn.behind.and_then(number));
            while let Some(later) = behind {
                let turn = self.turns.get(later)?;
                if counts(later) {
                    sums = sums.or(turn.sums);
                }
                behind = turn.behind.and_then(number);
            }
            Some(sums)
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

/// The postings that are read, of each turn those of its words.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) all: Vec<List>,
    /// The turns that are taken, each with the number of lists up to its last.
    pub(crate) turns: Vec<(usize, usize)>,
}

/// The postings of a word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List {
    pub(crate) places: Places,
    /// What is matched by the word.
    pub(crate) own: Sums,
    /// How the facts of its readings stand to those asked about, at best.
    pub(crate) way: usize,
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
            let last =
                all.get(n).and_then(|turn| of_words_turns.get_mut(turn.at)).and_then(|last| last.replace(n));
            if let Some(last) = last {
                all.get_mut(n).into_iter().for_each(|turn| turn.before = Some(last));
                all.get_mut(last).into_iter().for_each(|turn| turn.behind = Some(n));
            }
        }
        sets.clear();
        for (n, turn) in all.iter().enumerate().take(Sets::MOST) {
            if let Some(links) = asked.links.get(turn.at) {
                links.add_to(sets, n, turn.kind);
            }
        }
        rests.clear();
        rests.resize(all.len(), Rest::default());
        of_words.clear();
        of_words.resize(asked.links.len(), Sums::default());
        // what all words match together, as far as it is read: sums of the same numbers in another order may differ in their last digits
        let mut together = Sums::default();
        for (turn, rest) in all.iter().zip(rests).rev() {
            if let Some(own) = of_words.get_mut(turn.at) {
                rest.others = together.without(*own);
                *own = own.or(turn.sums);
                rest.all = rest.others.with(*own);
                together = rest.all;
            }
        }
    }
}

impl Asked<'_> {
    /// The turns of a word.
    fn turns(&self, at: usize) -> impl Iterator<Item = Turn> + '_ {
        let groups = self.links.get(at).map(|links| &links.groups).into_iter().flatten();
        groups.zip(Kind::ALL).filter(|(group, _)| group.readings > 0).filter_map(move |(group, kind)| {
            let sums = self.sums_of_group(at, group)?;
            Some(Turn { at, kind, readings: group.readings as usize, sums, before: None, behind: None })
        })
    }

    /// Whether the `n`th turn asks what an earlier one has asked: of the same word, which counts as much there (`B. & B. Quill`). Both have the same
    /// readings, and of the earlier one this word was among the others, with all that is left now: whatever reaches has reached then.
    pub(crate) fn repeats(&self, turns: &[Turn], n: usize) -> bool {
        let same = |one: &Turn, other: &Turn| {
            let links = |turn: &Turn| self.links.get(turn.at);
            one.kind == other.kind
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

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(at: usize, query: f64, before: Option<usize>, behind: Option<usize>) -> Turn {
        let sums = Sums { query, query_stressed: 10.0 - query, listed: 0.0, listed_stressed: 0.0 };
        Turn { at, kind: Kind::Same, readings: 1, sums, before, behind }
    }

    #[test]
    fn a_word_is_matched_once_by_whichever_of_its_later_turns() {
        // the second word has the turns 1, 3 and 4, the first 0 and 5
        let all = [
            turn(0, 9.0, None, Some(5)),
            turn(1, 3.0, None, Some(3)),
            turn(2, 5.0, None, None),
            turn(1, 4.0, Some(1), Some(4)),
            turn(1, 2.0, Some(3), None),
            turn(0, 8.0, Some(0), None),
        ];
        let together = |n: usize, present: &[usize]| {
            let (turn, later) = all[n..].split_first().unwrap();
            let later = Later::of(turn, later, n + 1);
            // as they are numbered from the first of all
            let set = later.of_sets(present.iter().fold(0, |set, n| set | 1 << n));
            let sums = later.together(set, usize::MAX);
            (sums.query, sums.query_stressed)
        };
        assert_eq!(together(0, &[]), (0.0, 0.0));
        assert_eq!(together(0, &[1]), (3.0, 7.0));
        assert_eq!(together(0, &[1, 3]), (4.0, 7.0));
        assert_eq!(together(0, &[1, 4]), (3.0, 8.0));
        assert_eq!(together(0, &[1, 3, 4]), (4.0, 8.0));
        assert_eq!(together(0, &[3, 4]), (4.0, 8.0));
        assert_eq!(
            together(0, &[1, 2, 3, 4, 5]),
            (9.0, 13.0),
            "another turn of the word itself does not count"
        );
        // of a later one on
        assert_eq!(together(2, &[1, 3, 4]), (4.0, 8.0), "an earlier turn does not count");
        assert_eq!(together(2, &[0, 1, 4, 5]), (10.0, 10.0));
        assert_eq!(together(3, &[1, 4, 5]), (8.0, 2.0));
    }
}
