//! Of which days a copy of a list can speak.
//!
//! A copy tells who was listed on its day. Asked about a later day, it lacks who was listed since; asked about an earlier
//! one, it lacks who was delisted before it. What is said here rests on the pins of a record alone, so that a replay says it
//! again.

use std::collections::BTreeSet;

use countersign_lists::source_or_family;
use countersign_model::{Date, ListCode, SourceId, parse_date};

use crate::snapshot::Pin;

/// A copy that lies further than this from the day asked about, in days, holds no list whole.
const FURTHEST: i64 = 366;

/// The day of a copy: that for which its files speak, or that on which it was taken in. None for the starter list, which
/// holds no list whole.
fn day_of(pin: &Pin) -> Option<Date> {
    let imported = pin.imported.as_deref().and_then(|time| time.get(..10));
    imported.and(pin.speaks_for.as_deref().or(imported)).and_then(|day| parse_date(day).ok())
}

/// Days from the copy to the day asked about; negative where the copy is the later one.
fn days(pin: &Pin, on: Date) -> Option<i64> {
    let span = on.since(day_of(pin)?).ok()?;
    Some(i64::from(span.get_days()))
}

/// Whether the copy lies too far from a day to say who stood on the whole of its lists. A list that its publisher closed
/// or seldom changes is given more time.
pub fn is_too_far(pin: &Pin, on: Date) -> bool {
    let most = source_or_family(&pin.source).ok().and_then(|def| def.max_age_days);
    let most = most.map_or(i64::MAX, |most| (i64::from(most) * 2).max(FURTHEST));
    days(pin, on).is_some_and(|days| days > most || days < -FURTHEST)
}

/// What has to be known of the copies of sources that hold one of the lists `read`, for an answer about a day.
pub fn warnings(pins: &[Pin], read: &BTreeSet<ListCode>, on: Date) -> Vec<String> {
    let holds = |source: &SourceId| {
        source_or_family(source)
            .is_ok_and(|def| def.lists.is_empty() || def.lists.iter().any(|l| read.contains(l)))
    };
    pins.iter().filter(|pin| holds(&pin.source)).filter_map(|pin| warning(pin, on)).collect()
}

fn warning(pin: &Pin, on: Date) -> Option<String> {
    let (days, day) = (days(pin, on)?, day_of(pin)?);
    let source = &pin.source;
    let most = source_or_family(source).ok()?.max_age_days.map_or(i64::MAX, i64::from);
    let unsettled = if is_too_far(pin, on) { "; it counts as no whole copy" } else { "" };
    if days > most {
        Some(format!(
            "the copy of `{source}` is of {day}, {days} days before {on}: who was listed since is not on it{unsettled}"
        ))
    } else if days < 0 {
        Some(format!(
            "the earliest copy of `{source}` is of {day}, {} days after {on}: who was delisted before is not on it{unsettled}",
            -days
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(source: &str, day: &str) -> Pin {
        Pin {
            source: SourceId::new(source).unwrap(),
            snapshot: countersign_model::Digest::of(b""),
            entries: 1,
            speaks_for: Some(day.to_owned()),
            imported: Some("2026-11-25T10:00:00Z".to_owned()),
            past: None,
        }
    }

    fn on(day: &str) -> Date {
        parse_date(day).unwrap()
    }

    #[test]
    fn a_copy_years_away_holds_nothing_whole() {
        let csl = pin("us_csl", "2022-04-21");
        assert!(is_too_far(&csl, on("2026-08-01")), "four years old");
        assert!(is_too_far(&csl, on("2020-01-01")), "two years too late");
        assert!(!is_too_far(&csl, on("2022-04-21")));
        assert!(!is_too_far(&csl, on("2021-11-04")));
    }

    #[test]
    fn what_lies_off_is_said() {
        let read = BTreeSet::from([ListCode::Sdn]);
        let csl = [pin("us_csl", "2022-04-21")];
        let said = |day: &str| warnings(&csl, &read, on(day));
        assert!(said("2022-04-22").is_empty(), "within the publisher's cadence");
        assert!(
            said("2022-06-01")[0].contains("who was listed since is not on it"),
            "{:?}",
            said("2022-06-01")
        );
        assert!(said("2021-11-04")[0].contains("who was delisted before is not on it"));
        assert!(said("2026-08-01")[0].ends_with("it counts as no whole copy"));
        assert!(warnings(&csl, &BTreeSet::from([ListCode::EuFsf]), on("2026-08-01")).is_empty(), "not read");
    }

    #[test]
    fn the_starter_list_has_no_reach() {
        let starter = Pin { imported: None, ..pin("starter", "2026-07-31") };
        assert!(
            !is_too_far(&starter, on("2040-01-01"))
                && warnings(&[starter], &BTreeSet::from([ListCode::El]), on("2040-01-01")).is_empty()
        );
    }
}
