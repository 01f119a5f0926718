//! Entities that are not on a copy of the list, but were on an earlier one or are on a later one.
//!
//! They are kept as entities whose listings end (or begin) where the copies tell, so that everything that reads
//! listings by date gives the right answer without knowing of editions. A publisher's own date is never changed; where
//! it tells none, the day is taken from the copies, on the side of caution: who was last seen on the copy of 1 May and
//! is missing from that of 4 May counts as listed up to 3 May.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Date, Entity, parse_date};
use jiff::ToSpan as _;

use crate::diff::renamed;
use crate::note::{LAST_SEEN, LISTED_BY, MISSING_SINCE, NOT_ON_COPY_OF};

/// When an entity of the past was last seen and first missing; `None` for one that is no entity of the past.
pub fn past_of(entity: &Entity) -> Option<(Date, Date)> {
    let day = |property: &str| entity.values(property).first().and_then(|text| parse_date(text).ok());
    Some((day(LAST_SEEN)?, day(MISSING_SINCE)?))
}

/// The day of the copy on which an entity does not stand yet; `None` for one that stands on the copy read or is past.
pub fn not_yet_on(entity: &Entity) -> Option<Date> {
    entity.values(NOT_ON_COPY_OF).first().and_then(|text| parse_date(text).ok())
}

/// The day of the first copy on which an entity stands, where it may have been listed on any day since the copy before, and
/// nobody says on which.
pub fn listed_by(entity: &Entity) -> Option<Date> {
    entity.values(LISTED_BY).first().and_then(|text| parse_date(text).ok())
}

/// The memory after one more copy: what was past before or on the copy `before`, and is not on the copy `after`.
/// Sorted by id.
pub fn step(past: &[Entity], before: (&[Entity], Date), after: (&[Entity], Date)) -> Vec<Entity> {
    let (old, last_seen) = before;
    let (new, missing_since) = after;
    let present: BTreeSet<&str> = new.iter().map(|e| e.id.as_str()).collect();
    let were: BTreeSet<&str> = old.iter().map(|e| e.id.as_str()).collect();
    let gone: Vec<&Entity> = old.iter().filter(|e| !present.contains(e.id.as_str())).collect();
    let come: Vec<&Entity> = new.iter().filter(|e| !were.contains(e.id.as_str())).collect();
    let renumbered: BTreeSet<String> = renamed(&gone, &come).into_iter().map(|r| r.from).collect();
    let mut out: BTreeMap<String, Entity> =
        past.iter().filter(|e| !present.contains(e.id.as_str())).map(|e| (e.id.clone(), e.clone())).collect();
    for entity in gone.into_iter().filter(|e| !renumbered.contains(&e.id)) {
        out.insert(entity.id.clone(), ended(entity, last_seen, missing_since));
    }
    out.into_values().collect()
}

/// An entity whose listings ended between two copies.
fn ended(entity: &Entity, last_seen: Date, missing_since: Date) -> Entity {
    let mut past = entity.clone();
    let last = missing_since.checked_sub(1.day()).unwrap_or(missing_since);
    for listing in &mut past.listings {
        // a day of effect that lies still ahead, or an end that the publisher told, stays as it was
        listing.to = listing.to.or_else(|| Some(last.max(last_seen)));
    }
    past.properties.insert(LAST_SEEN.to_owned(), vec![last_seen.to_string()]);
    past.properties.insert(MISSING_SINCE.to_owned(), vec![missing_since.to_string()]);
    past
}

/// The entities around a copy that is not the present one: those that are `known` elsewhere (on the present copy, or in
/// the memory) and not on `copy`, which speaks for `day`; the next copy, of `next`, has the entities `after`. Sorted by id.
///
/// One that went before `day` is past. One that came later counts from the first day that its publisher tells, else
/// from the day of the next copy; where that copy is the first to have it, it is marked, since it may have been listed on any
/// day between the two.
pub fn around(
    copy: &[Entity],
    day: Date,
    (next, after): (Date, &[Entity]),
    present: &[Entity],
    memory: &[Entity],
) -> Vec<Entity> {
    let after: BTreeSet<&str> = after.iter().map(|e| e.id.as_str()).collect();
    let here: BTreeSet<&str> = copy.iter().map(|e| e.id.as_str()).collect();
    let there: BTreeSet<&str> = present.iter().map(|e| e.id.as_str()).collect();
    let gone: Vec<&Entity> = copy.iter().filter(|e| !there.contains(e.id.as_str())).collect();
    let come: Vec<&Entity> = present.iter().filter(|e| !here.contains(e.id.as_str())).collect();
    let renumbered: BTreeSet<String> = renamed(&gone, &come).into_iter().map(|r| r.to).collect();
    let mut out: BTreeMap<String, Entity> = BTreeMap::new();
    for entity in present.iter().chain(memory) {
        if here.contains(entity.id.as_str()) || renumbered.contains(&entity.id) {
            continue;
        }
        let mut entity = entity.clone();
        if past_of(&entity).is_none_or(|(last_seen, _)| last_seen >= day) {
            let undated = entity.listings.iter().any(|listing| listing.from.is_none());
            if undated && after.contains(entity.id.as_str()) {
                entity.properties.insert(LISTED_BY.to_owned(), vec![next.to_string()]);
            }
            for listing in &mut entity.listings {
                listing.from = listing.from.or(Some(next));
            }
            entity.properties.insert(NOT_ON_COPY_OF.to_owned(), vec![day.to_string()]);
        }
        out.insert(entity.id.clone(), entity);
    }
    out.into_values().collect()
}
