//! What is known of sets of turns: a reading may have links of some of the later turns, by the places that meet.

/// Of how many turns it is known by signs whether a reading may have their links.
pub(crate) const SIGNED: usize = 8;

/// Something of each set of the first [`SIGNED`] later turns, made when it is first wanted.
#[derive(Debug)]
pub(crate) struct BySet<T> {
    turn: u32,
    of: Box<[(u32, T)]>,
}

impl<T: Copy + Default> Default for BySet<T> {
    fn default() -> Self {
        Self { turn: 0, of: vec![(0, T::default()); 1 << SIGNED].into() }
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
    }

    pub(crate) fn get(&mut self, present: usize, make: impl FnOnce() -> T) -> T {
        match self.of.get_mut(present) {
            Some((turn, known)) if *turn == self.turn => *known,
            Some(slot) => {
                *slot = (self.turn, make());
                slot.1
            }
            None => make(),
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

    pub(crate) fn get(&mut self, present: usize, limit: impl FnOnce(f64) -> u32) -> u32 {
        let need = self.need;
        self.of.get(present, || limit(need))
    }
}
