//! How long it is from one day to another, as the law counts it.

use countersign_model::{Date, Months};

/// The least `n` with `to <= from + n months`: on the anniversary day itself an entry is still valid.
pub(super) fn months_between(from: Date, to: Date) -> Option<i64> {
    let whole = i64::from(to.year()) * 12 + i64::from(to.month())
        - i64::from(from.year()) * 12
        - i64::from(from.month());
    (whole - 1..=whole + 1).find(|n| {
        let span = Months::new().months(*n);
        from.checked_add(span).is_ok_and(|end| to <= end)
    })
}

/// Whole days; below zero where `to` is the earlier one.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_model::parse_date;

    #[test]
    fn the_anniversary_day_itself_is_still_valid() {
        let of = |a: &str, b: &str| months_between(parse_date(a).unwrap(), parse_date(b).unwrap()).unwrap();
        assert_eq!(of("2025-03-30", "2026-03-30"), 12);
        assert_eq!(of("2025-03-30", "2026-03-31"), 13);
        assert_eq!(of("2024-02-29", "2025-02-28"), 12);
        assert_eq!(of("2025-01-31", "2025-02-28"), 1);
        assert_eq!(of("2025-01-31", "2025-03-01"), 2);
    }
}
