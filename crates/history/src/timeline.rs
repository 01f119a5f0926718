//! The timeline of one entity over the editions of its source.

use std::collections::BTreeSet;

use countersign_model::{Date, Entity, ListCode};
use serde::Serialize;

use crate::change::{EntityChange, Instruments, change, instruments};

/// The entity on one edition, or that it is not there.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The entry of the edition.
    pub entry: u64,
    /// The day for which it speaks.
    pub day: Date,
    /// The day on which it was taken in.
    pub recorded: Date,
    /// The entity as it stands there.
    pub entity: Option<Entity>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// On the first copy that there is: since when, the copies do not tell.
    OnFirstCopy,
    /// New on this copy.
    Listed,
    /// On it again.
    ListedAgain,
    /// Other than on the copy before.
    Changed {
        /// What differs.
        change: EntityChange,
    },
    /// Under another key of the publisher, and else the same or as `change` tells.
    Renumbered {
        /// The key before.
        from: String,
        /// What differs besides.
        change: Option<EntityChange>,
    },
    /// Not on this copy any more.
    Delisted,
}

/// One event in the life of an entry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// The day for which the copy speaks that shows it.
    pub day: Date,
    /// The day on which that copy was taken in.
    pub recorded: Date,
    /// The entry of the journal that holds the copy.
    pub entry: u64,
    /// The lists that the entity stands on; for a delisting those that it stood on.
    pub lists: Vec<ListCode>,
    /// The legal ground that the listings name; for a delisting the last one.
    pub ground: Instruments,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// The events that a row of sightings tells, in the order of the days.
pub fn timeline(sightings: &[Sighting]) -> Vec<Event> {
    let mut events = Vec::new();
    let mut before: Option<&Entity> = None;
    let mut last: Option<&Entity> = None;
    for (n, sighting) in sightings.iter().enumerate() {
        let kind = match (before, &sighting.entity) {
            (None, None) => None,
            (None, Some(_)) if n == 0 => Some(EventKind::OnFirstCopy),
            (None, Some(_)) if last.is_none() => Some(EventKind::Listed),
            (None, Some(_)) => Some(EventKind::ListedAgain),
            (Some(_), None) => Some(EventKind::Delisted),
            (Some(old), Some(new)) if old.id != new.id => {
                Some(EventKind::Renumbered { from: old.id.clone(), change: change(old, new) })
            }
            (Some(old), Some(new)) => change(old, new).map(|change| EventKind::Changed { change }),
        };
        let shown = sighting.entity.as_ref().or(before);
        if let (Some(kind), Some(entity)) = (kind, shown) {
            let lists: BTreeSet<ListCode> = entity.listings.iter().map(|l| l.list).collect();
            events.push(Event {
                day: sighting.day,
                recorded: sighting.recorded,
                entry: sighting.entry,
                lists: lists.into_iter().collect(),
                ground: instruments(entity),
                kind,
            });
        }
        before = sighting.entity.as_ref();
        last = before.or(last);
    }
    events
}
