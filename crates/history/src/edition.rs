//! Editions of one source, and which of them answers for a day.

use countersign_model::{Date, Digest};
use serde::{Deserialize, Serialize};

/// One import of one source: a whole copy of the list, named by the digest of its entities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// The index of its entry in the journal.
    pub entry: u64,
    /// The day, in UTC, on which it was taken in: from then on it was known.
    pub recorded: Date,
    /// The day for which it speaks: told by the file or by whoever imported it, else the day it was taken in. Never
    /// later than that, because nobody knows a list before it is published.
    pub day: Date,
    /// Whether the day was told, and not only taken from the time of the import.
    pub day_told: bool,
    /// SHA-256 of its entities.
    pub snapshot: Digest,
    /// SHA-256 of the entities that were on earlier copies and are not on the present one, as of this import.
    pub past: Option<Digest>,
    /// SHA-256 of the list of what this import changed.
    pub changes: Option<Digest>,
    /// How many entities it has.
    pub entities: usize,
    /// Whether it was taken in to replace newer copies, which count as wrong from then on.
    pub replaces_newer: bool,
}

/// What is known of one source on a day K: the editions recorded by then and not withdrawn by then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// By day, then by entry.
    editions: Vec<Edition>,
    /// The entry of the edition that was recorded last, which carries the memory of what is past.
    last_recorded: Option<usize>,
}

impl Known {
    /// The editions known at the end of the day `known_at`; `None`: all of them.
    pub fn at(editions: &[Edition], known_at: Option<Date>) -> Self {
        let mut by_entry: Vec<&Edition> =
            editions.iter().filter(|e| known_at.is_none_or(|k| e.recorded <= k)).collect();
        by_entry.sort_by_key(|e| e.entry);
        let mut kept: Vec<Edition> = Vec::new();
        for edition in by_entry {
            if edition.replaces_newer {
                kept.retain(|earlier| earlier.day <= edition.day);
            }
            kept.push(edition.clone());
        }
        kept.sort_by_key(|e| (e.day, e.entry));
        let last_recorded =
            kept.iter().enumerate().max_by_key(|(_, e)| e.entry).map(|(position, _)| position);
        Self { editions: kept, last_recorded }
    }

    /// All of them, by day.
    pub fn editions(&self) -> &[Edition] {
        &self.editions
    }

    /// The present one: that of the latest day.
    pub fn present(&self) -> Option<&Edition> {
        self.editions.last()
    }

    /// The one recorded last: its `past` is the memory.
    pub fn last_recorded(&self) -> Option<&Edition> {
        self.last_recorded.and_then(|n| self.editions.get(n))
    }

    /// The edition that answers for the day `as_of`: the last one whose day is not later. Where every edition is
    /// later, the earliest: the dates in its listings then tell what had effect.
    pub fn on(&self, as_of: Date) -> Option<&Edition> {
        self.editions.iter().rfind(|e| e.day <= as_of).or_else(|| self.editions.first())
    }

    /// The edition after `entry` in the order of days.
    pub fn after(&self, entry: u64) -> Option<&Edition> {
        let position = self.editions.iter().position(|e| e.entry == entry)?;
        self.editions.get(position + 1)
    }

    /// The last edition whose day is not later than `day`: what a copy of that day follows on.
    pub fn before_or_on(&self, day: Date) -> Option<&Edition> {
        self.editions.iter().rfind(|e| e.day <= day)
    }
}

/// A copy that is older than one that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Older {
    /// The day of the copy.
    pub day: Date,
    /// The newest edition known.
    pub newest: Edition,
}

/// Whether a copy that speaks for `day` would stand behind a newer one.
pub fn older_than_known(known: &Known, day: Date) -> Option<Older> {
    known.present().filter(|p| day < p.day).map(|p| Older { day, newest: p.clone() })
}

#[cfg(test)]
mod tests {
    use countersign_model::parse_date;

    use super::*;

    fn day(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    fn edition(entry: u64, recorded: &str, of: &str, replaces_newer: bool) -> Edition {
        Edition {
            entry,
            recorded: day(recorded),
            day: day(of),
            day_told: true,
            snapshot: Digest::of(&entry.to_le_bytes()),
            past: None,
            changes: None,
            entities: 1,
            replaces_newer,
        }
    }

    #[test]
    fn the_two_times_are_kept_apart() {
        // taken in: March's copy in March, January's copy later, in June
        let all =
            [edition(0, "2026-03-02", "2026-03-01", false), edition(1, "2026-06-01", "2026-01-01", false)];
        let entry = |k: Option<&str>, d: &str| Known::at(&all, k.map(day)).on(day(d)).map(|e| e.entry);
        assert_eq!(entry(None, "2026-02-01"), Some(1));
        assert_eq!(entry(Some("2026-05-31"), "2026-02-01"), Some(0), "January's copy was not known in May");
        assert_eq!(entry(None, "2026-12-31"), Some(0), "the present list is the one of the latest day");
        assert_eq!(
            entry(Some("2026-03-01"), "2026-12-31"),
            None,
            "nothing was known before the first import"
        );
        assert_eq!(entry(None, "2025-01-01"), Some(1), "before every copy the earliest one answers");
        let known = Known::at(&all, None);
        assert_eq!(known.last_recorded().map(|e| e.entry), Some(1));
        assert_eq!(known.after(1).map(|e| e.entry), Some(0));
        assert_eq!(older_than_known(&known, day("2026-02-01")).map(|o| o.newest.entry), Some(0));
        assert_eq!(older_than_known(&known, day("2026-03-01")), None);
    }

    #[test]
    fn a_copy_that_replaces_newer_ones_withdraws_them_from_the_day_it_was_taken_in() {
        let all = [
            edition(0, "2026-01-01", "2026-01-01", false),
            edition(1, "2026-02-01", "2026-02-01", false),
            edition(2, "2026-02-03", "2026-01-15", true),
        ];
        let present = |k: &str| Known::at(&all, Some(day(k))).present().map(|e| e.entry);
        assert_eq!(present("2026-02-02"), Some(1), "until then the newer copy was believed");
        assert_eq!(present("2026-02-03"), Some(2));
        assert_eq!(Known::at(&all, None).editions().len(), 2);
    }
}
