//! In which of the states that are compared something counts, and what the stakes in one party come to there.

use crate::amount::Amount;
use crate::settle::cut::{Doubted, Held};

/// One bit a front.
pub(crate) type Fronts = u32;
pub(crate) const FIRST: Fronts = 1;
pub(crate) const SECOND: Fronts = 2;
/// Other persons beyond these are not asked whether they reach the party too: that may name a fact too many.
pub(crate) const MAX_FRONTS: usize = 8;

/// What the stakes in one party come to, front by front.
pub(crate) struct Local {
    /// Least shares of those who count at most and at least, by front and kind.
    pub(crate) most: Vec<[Amount; 2]>,
    pub(crate) least: Vec<[Amount; 2]>,
    /// In which fronts each stake counts at most and at least.
    pub(crate) counts: Vec<(Fronts, Fronts)>,
}

impl Local {
    pub(crate) fn new(fronts: usize, stakes: usize) -> Self {
        let nothing = vec![[Amount::ZERO; 2]; fronts];
        Self { most: nothing.clone(), least: nothing, counts: Vec::with_capacity(stakes) }
    }

    pub(crate) fn add(&mut self, held: &Held, upper: Fronts, lower: Fronts, fronts: usize) {
        for front in 0..fronts {
            for (sums, bits) in [(&mut self.most, upper), (&mut self.least, lower)] {
                let Some(sums) = sums.get_mut(front).filter(|_| bits & 1 << front != 0) else { continue };
                for (sum, gives) in sums.iter_mut().zip(held.gives) {
                    if gives {
                        *sum = sum.plus(&held.min);
                    }
                }
            }
        }
        self.counts.push((upper, lower));
    }

    pub(crate) fn most(&self, front: usize, kind: usize) -> &Amount {
        self.most.get(front).and_then(|sums| sums.get(kind)).unwrap_or(&Amount::ZERO)
    }

    pub(crate) fn least(&self, front: usize, kind: usize) -> &Amount {
        self.least.get(front).and_then(|sums| sums.get(kind)).unwrap_or(&Amount::ZERO)
    }

    /// The fronts in which a stake may count.
    pub(crate) fn possible(&self, stake: usize) -> Fronts {
        self.counts.get(stake).map_or(0, |(upper, _)| *upper)
    }

    /// Whether the sum in front `above` can be larger than in front `below`: the stakes that count in the one
    /// alone, as large as room allows, against those that count in the other alone, at their least.
    pub(crate) fn may_exceed(&self, party: &Doubted, above: usize, below: usize, kind: usize) -> bool {
        let (mut more, mut less, mut growth) = (Amount::ZERO, Amount::ZERO, Amount::ZERO);
        for (held, (upper, lower)) in party.stakes.iter().zip(&self.counts) {
            if !held.gives.get(kind).copied().unwrap_or(false) {
                continue;
            }
            let in_front = |bits: &Fronts, front: usize| bits & 1 << front != 0;
            if in_front(upper, above) && !in_front(lower, below) {
                more = more.plus(&held.min);
                if held.interval.is_some() {
                    growth = growth.plus(&held.max.minus(&held.min));
                }
            } else if in_front(lower, below) && !in_front(upper, above) {
                less = less.plus(&held.min);
            }
        }
        more.plus(&growth.min(open(party, kind).clone())) > less
    }
}

pub(crate) fn open(party: &Doubted, kind: usize) -> &Amount {
    party.open.get(kind).unwrap_or(&Amount::ZERO)
}

/// The numbers of the bits that are set.
pub(crate) fn first_bits(bits: Fronts) -> impl Iterator<Item = usize> {
    (0..MAX_FRONTS).filter(move |front| bits & 1 << front != 0)
}
