//! What stands beside a word in its readings, known of the word itself: most lists of postings are never read.
//!
//! Of the words that a query is linked with, most have few readings, and most of these have no other word of the query. A [`Companions`] has the
//! marks of all their other words, so that this is seen before the readings are looked for in memory.
//!
//! **Completeness** is that of a [`Posting`](crate::posting::Posting): where a word is linked, the other links of an alignment are with
//! other words of the reading, and the marks of all of these are here. So the turns that any of its readings may have links of are at
//! most those whose sets have one of the marks.

use bytemuck::{Pod, Zeroable};

use crate::may_agree::ReadingFacts;
use crate::posting::{LONG, Mark, NONE};

/// So many marks lie beside a word: of more than half of the words that queries are linked with these are all.
const BESIDE: usize = 10;

/// What stands beside a word.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Companions {
    /// The least total of its readings, not rounded up.
    least_total: f32,
    /// The marks of the other words; of a word that a reading has twice, one is another word. The first is [`LONG`] where they are more.
    marks: [Mark; BESIDE],
    /// The facts of all its readings.
    facts: ReadingFacts,
}

impl Default for Companions {
    /// Of a word without readings.
    fn default() -> Self {
        Self { least_total: f32::INFINITY, marks: [NONE; BESIDE], facts: ReadingFacts::NONE }
    }
}

impl Companions {
    /// Those of a word of which nothing is known.
    pub(crate) const UNKNOWN: Self =
        Self { least_total: 0.0, marks: [LONG; BESIDE], facts: ReadingFacts::ANY };

    /// Adds a reading of this total with these marks and facts, in which the word is the one at `own`.
    pub(crate) fn add(&mut self, marks: &[Mark], own: usize, total: f32, facts: ReadingFacts) {
        self.least_total = self.least_total.min(total);
        self.facts = self.facts.with(facts);
        for mark in marks.iter().enumerate().filter(|(at, _)| *at != own).map(|(_, mark)| *mark) {
            if self.marks().is_none_or(|known| known.contains(&mark)) {
                continue;
            }
            match self.marks.iter_mut().find(|slot| **slot == NONE) {
                Some(slot) => *slot = mark,
                None => self.marks = Self::UNKNOWN.marks,
            }
        }
    }

    /// The marks; `None` where they are many.
    pub(crate) fn marks(&self) -> Option<&[Mark]> {
        match &self.marks {
            [LONG, ..] => None,
            marks => Some(marks),
        }
    }

    /// The facts of all its readings together.
    pub(crate) fn facts(&self) -> ReadingFacts {
        self.facts
    }

    /// The least total of its readings.
    pub(crate) fn least_total(&self) -> f64 {
        f64::from(self.least_total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_words_of_all_readings_are_there() {
        let [a, b, c] = [3, 4, 5];
        let mut beside = Companions::default();
        assert!(beside.marks().is_some_and(|marks| marks.iter().all(|mark| *mark == NONE)));
        beside.add(&[a, b], 0, 2.5, ReadingFacts::NONE);
        beside.add(&[b, c, a], 2, 2.0, ReadingFacts::NONE);
        let marks = beside.marks().unwrap();
        assert!(marks.contains(&b) && marks.contains(&c) && !marks.contains(&a), "{marks:?}");
        assert_eq!(beside.least_total(), 2.0);
        // a word that is there twice stands beside itself
        beside.add(&[a, a], 1, 3.0, ReadingFacts::NONE);
        assert!(beside.marks().unwrap().contains(&a));
        let many: Vec<Mark> = (10..21).collect();
        beside.add(&many, 0, 9.0, ReadingFacts::NONE);
        assert_eq!((beside.marks(), beside.least_total()), (None, 2.0));
    }

    proptest::proptest! {
        #[test]
        fn of_every_reading_of_a_word_the_other_words_are_there(
            readings in proptest::collection::vec(proptest::collection::vec(0..12u16, 1..6), 1..4),
            word in 0..12u16,
        ) {
            let mut beside = Companions::default();
            let mut expected: Vec<Mark> = Vec::new();
            for marks in &readings {
                for at in (0..marks.len()).filter(|at| marks[*at] == word) {
                    beside.add(marks, at, 1.0, ReadingFacts::NONE);
                    expected.extend(marks.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, mark)| *mark));
                }
            }
            expected.sort_unstable();
            expected.dedup();
            match beside.marks() {
                None => proptest::prop_assert!(expected.len() > BESIDE),
                Some(known) => {
                    let mut known: Vec<Mark> = known.iter().copied().filter(|mark| *mark != NONE).collect();
                    known.sort_unstable();
                    proptest::prop_assert_eq!(known, expected);
                }
            }
        }
    }
}
