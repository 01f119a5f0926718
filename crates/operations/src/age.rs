//! How old a copy of a list is, and whether its publisher would have issued another by now.

use std::collections::BTreeSet;

use countersign_lists::source_or_family;
use countersign_model::{Date, ListCode, SourceId, parse_date};
use countersign_store::Store;

use crate::count::guard;
use crate::editions::{Editions, Part, Plan};
use crate::feeds;

/// The age of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Age {
    /// The last day on which it is known to be the publisher's present list.
    pub good_on: Date,
    /// Whole days since then.
    pub days: i64,
    /// The most that the publisher's cadence explains.
    pub most: Option<u32>,
    cadence: String,
}

impl Age {
    /// The age of the copy that answers. It was the publisher's present list on its day; where it came from his address,
    /// on the day it was read; and where that address confirmed it since, on that day.
    pub fn of(part: &Part, editions: &Editions, confirmed: Option<&str>, today: Date) -> Self {
        let recorded = editions.recorded(&part.source, part.on.entry);
        let read = recorded.filter(|r| r.fetched).map(|r| r.edition.recorded);
        let confirmed = confirmed.and_then(|t| t.get(..10)).and_then(|t| parse_date(t).ok());
        // an address confirms the present copy, no earlier one
        let confirmed = confirmed.filter(|_| part.on.entry == part.present.entry);
        let good_on = [read, confirmed].into_iter().flatten().fold(part.on.day, Date::max);
        let def = source_or_family(&part.source).ok();
        let days = today.since(good_on).map(|span| i64::from(span.get_days())).unwrap_or_default();
        Self {
            good_on,
            days: days.max(0),
            most: def.as_ref().and_then(|d| d.max_age_days),
            cadence: def.map(|d| d.cadence.clone()).unwrap_or_default(),
        }
    }

    /// Whether the publisher would have issued another by now.
    pub fn is_old(&self) -> bool {
        self.most.is_some_and(|most| self.days > i64::from(most))
    }

    /// The warning of a copy that is old.
    pub fn warning(&self, source: &SourceId) -> Option<String> {
        self.is_old().then(|| {
            let what_to_do = if self.cadence.starts_with("closed") {
                String::new()
            } else {
                format!(": run `countersign lists update {source}`, or import a newer one")
            };
            format!(
                "the copy of `{source}` is of {}, {} days old (its publisher's changes: {}){what_to_do}",
                self.good_on, self.days, self.cadence
            )
        })
    }
}

/// The warnings about copies in a plan that are old on the day for which they are read; with `read`, of those sources only
/// that may hold one of these lists.
pub fn warnings(
    plan: &Plan,
    editions: &Editions,
    store: Option<&Store>,
    day: Date,
    read: Option<&BTreeSet<ListCode>>,
) -> Vec<String> {
    let one = |part: &Part| {
        let confirmed = store.and_then(|s| feeds::load(s, &part.source).confirmed);
        Age::of(part, editions, confirmed.as_deref(), day).warning(&part.source)
    };
    let mut old: Vec<String> =
        plan.parts.iter().filter(|part| matters(&part.source, read)).filter_map(one).collect();
    old.extend(uncounted(plan, read));
    old
}

/// The warnings about copies that were taken with the guard set aside: a person took them all the same, and whoever reads an
/// answer has to know. `read` as for [`warnings`].
pub fn uncounted(plan: &Plan, read: Option<&BTreeSet<ListCode>>) -> Vec<String> {
    let count = |part: &Part| {
        (guard(&part.source, part.on.entities) != "ok").then(|| {
            format!(
                "the copy of `{}` has {} entries, which is not the count of a whole list; it was taken with the guard set aside",
                part.source, part.on.entities
            )
        })
    };
    plan.parts.iter().filter(|part| matters(&part.source, read)).filter_map(count).collect()
}

/// Whether a source may hold one of these lists.
fn matters(source: &SourceId, read: Option<&BTreeSet<ListCode>>) -> bool {
    let (Some(read), Ok(def)) = (read, source_or_family(source)) else { return true };
    def.lists.is_empty() || def.lists.iter().any(|list| read.contains(list))
}
