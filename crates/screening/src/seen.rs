//! Which readings were looked at in one turn.

/// One bit a reading, so that a million of them stay in the cache that is nearest, and what was set, so that only that is cleared.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    bits: Vec<u64>,
    set: Vec<u32>,
}

impl Seen {
    /// Begins a turn over so many readings: none was looked at.
    pub(crate) fn begin(&mut self, readings: usize) {
        let length = readings.div_ceil(64);
        if self.bits.len() == length && self.set.len() < length {
            for at in self.set.drain(..) {
                if let Some(bits) = self.bits.get_mut(at as usize) {
                    *bits = 0;
                }
            }
        } else {
            self.set.clear();
            self.bits.clear();
            self.bits.resize(length, 0);
        }
    }

    /// Whether a reading is looked at for the first time in this turn. It is looked at now.
    pub(crate) fn first_time(&mut self, reading: u32) -> bool {
        let Some(bits) = self.bits.get_mut((reading >> 6) as usize) else { return false };
        let own = 1u64 << (reading & 63);
        if *bits & own != 0 {
            return false;
        }
        if *bits == 0 {
            self.set.push(reading >> 6);
        }
        *bits |= own;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reading_is_new_once_a_turn() {
        let mut seen = Seen::default();
        for readings in [200, 200, 70, 70, 0] {
            seen.begin(readings);
            for reading in [0, 63, 64, 69] {
                assert_eq!(
                    seen.first_time(reading),
                    (reading as usize) < readings,
                    "{reading} of {readings}"
                );
                assert!(!seen.first_time(reading));
            }
            assert!(!seen.first_time(1_000), "beyond the end");
        }
    }
}
