//! When an entry came to the copies of its list, and when it last changed there: worked out from what each import changed.
//!
//! Two days of different kinds. `first_seen` is the day for which the first copy speaks that has the entry. `changed` is the
//! day on which this installation took in the copy that brought or last changed it, so that whoever asks for all that is new
//! since they last looked is not kept from an old copy that was taken in only since.

use std::collections::{BTreeMap, HashMap};

use countersign_history::{Edition, not_yet_on};
use countersign_model::{Date, Entity, SourceId};
use countersign_store::Store;

use crate::editions::{Part, Plan};
use crate::failure::Failure;
use crate::history::changes;

/// When an entry came, and when it last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// The day of the first copy that has it.
    pub first_seen: Date,
    /// The day on which the copy was taken in that brought or last changed it.
    pub changed: Date,
}

/// The sightings of the entries of the copies of a plan.
#[derive(Debug, Default)]
pub struct Sightings(BTreeMap<SourceId, OfSource>);

/// Those of one source.
#[derive(Debug)]
struct OfSource {
    /// That of an entry which stands on the first copy and never changed.
    begun: Sighting,
    /// Those of all others, by id.
    since: HashMap<String, Sighting>,
}

impl Sightings {
    /// Reads what the imports up to the copies of a plan changed.
    ///
    /// # Errors
    /// A list of changes that cannot be read.
    pub fn read(store: &Store, plan: &Plan) -> Result<Self, Failure> {
        let mut all = BTreeMap::new();
        for part in &plan.parts {
            if let Some(found) = OfSource::read(store, part)? {
                all.insert(part.source.clone(), found);
            }
        }
        Ok(Self(all))
    }

    /// That of an entry; `None` for one of the starter list, and for one that is not yet on the copy that was read.
    pub fn of(&self, entity: &Entity) -> Option<Sighting> {
        let source = self.0.get(&entity.source).filter(|_| not_yet_on(entity).is_none())?;
        Some(source.since.get(&entity.id).copied().unwrap_or(source.begun))
    }
}

impl OfSource {
    fn read(store: &Store, part: &Part) -> Result<Option<Self>, Failure> {
        let Some(first) = part.copies.first() else { return Ok(None) };
        let begun = Sighting { first_seen: first.day, changed: first.recorded };
        let mut since: HashMap<String, Sighting> = HashMap::new();
        for (before, after) in part.copies.iter().zip(part.copies.iter().skip(1)) {
            step(&mut since, begun, after, changes(store, &part.source, before, after)?);
        }
        Ok(Some(Self { begun, since }))
    }
}

/// What one more copy changed.
fn step(
    since: &mut HashMap<String, Sighting>,
    begun: Sighting,
    after: &Edition,
    changes: crate::history::Changes,
) {
    let known = |since: &HashMap<String, Sighting>, id: &str| since.get(id).copied().unwrap_or(begun);
    // copies come in the order of their days, which need not be that in which they were taken in
    let touched = |seen: Sighting| Sighting { changed: seen.changed.max(after.recorded), ..seen };
    for renamed in changes.renamed {
        let seen = touched(known(since, &renamed.from));
        since.insert(renamed.to, seen);
    }
    for id in changes.changed.into_iter().chain(changes.removed) {
        let seen = touched(known(since, &id));
        since.insert(id, seen);
    }
    let new = Sighting { first_seen: after.day, changed: after.recorded };
    for id in changes.added {
        // one that went and came again was first seen when it was first seen
        let seen = since.get(&id).copied().map_or(new, touched);
        since.insert(id, seen);
    }
}
