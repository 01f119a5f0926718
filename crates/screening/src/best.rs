//! The best pair of names of each entity that was found.

use std::collections::HashMap;

use countersign_model::NameQuality;
use countersign_names::Score;

/// The best pair of names of one entity. Small, since a name of frequent words has tens of thousands of near ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Best {
    pub(crate) score: Score,
    /// The number of the listed name within its part, and of the query name ([`Names`](crate::report::Names)): the first of equals counts.
    pub(crate) order: (u32, u32),
    /// The place of its part among those asked, which are in the order of their kinds.
    pub(crate) part: u8,
    pub(crate) quality: NameQuality,
}

/// The best pair of names of each entity, by the entity's number.
pub(crate) type Found = HashMap<u32, Best, foldhash::fast::FixedState>;

/// Keeps the better of two names of an entity: the higher score, then the stronger name, then the first.
pub(crate) fn keep(best: &mut Found, entity: u32, found: Best) {
    let better = best.get(&entity).is_none_or(|held| {
        held.score
            .score
            .total_cmp(&found.score.score)
            .then(found.quality.cmp(&held.quality))
            .then(found.part.cmp(&held.part))
            .then(found.order.cmp(&held.order))
            // of the readings of one name
            .then(held.score.agreed.total_cmp(&found.score.agreed))
            .is_lt()
    });
    if better {
        best.insert(entity, found);
    }
}
