//! What is known of sets of turns: a reading may have links of some of the later turns, by the places that meet.

use std::collections::HashMap;

/// Sets of the first so many turns have a place of their own.
const FIRST: u32 = 12;

/// So much room is kept for the others.
const KEPT: usize = 256;

/// Something of each set of turns, made when it is first wanted.
#[derive(Debug)]
pub(crate) struct BySet<T> {
    turn: u32,
    of: Box<[(u32, T)]>,
    /// Of sets with others: few questions have so many turns.
    more: HashMap<u64, T, foldhash::fast::FixedState>,
}

impl<T: Copy + Default> Default for BySet<T> {
    fn default() -> Self {
        Self { turn: 0, of: vec![(0, T::default()); 1 << FIRST].into(), more: HashMap::default() }
    }
}

impl<T: Copy + Default> BySet<T> {
    /// For other turns: what was known is forgotten.
    pub(crate) fn begin(&mut self) {
        self.turn = self.turn.wrapping_add(1);
        if self.turn == 0 {
            self.of.fill((0, T::default()));
            self.turn = 1;
        }
        if !self.more.is_empty() {
            self.more.clear();
            // the room of an ordinary question is kept, not that of the largest: emptying it takes time as well
            self.more.shrink_to(KEPT);
        }
    }

    pub(crate) fn get(&mut self, present: u64, make: impl FnOnce() -> T) -> T {
        let place = usize::try_from(present).ok();
        match place.and_then(|place| self.of.get_mut(place)) {
            Some((turn, known)) if *turn == self.turn => *known,
            Some(slot) => {
                *slot = (self.turn, make());
                slot.1
            }
            None => *self.more.entry(present).or_insert_with(make),
        }
    }
}

/// For each set of later turns whose links a reading may have, the number from which on readings cannot reach what is needed.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    pub(crate) need: f64,
    of: BySet<u32>,
}

impl Limits {
    /// For another word: what was known is forgotten.
    pub(crate) fn begin(&mut self) {
        self.of.begin();
    }

    pub(crate) fn get(&mut self, present: u64, limit: impl FnOnce(f64) -> u32) -> u32 {
        let need = self.need;
        self.of.get(present, || limit(need))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_set_is_made_once_for_each_turn() {
        let mut known = BySet::default();
        for turn in 1..4 {
            known.begin();
            for set in [0, 3, 255, 256, 1 << 31, 3 << 32] {
                assert_eq!(known.get(set, || set + turn), set + turn);
                assert_eq!(known.get(set, || panic!("made before")), set + turn);
            }
        }
    }
}
