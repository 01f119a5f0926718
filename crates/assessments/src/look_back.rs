//! How far back the rules of independence look.

use countersign_model::Date;

/// Months before the start in which work for the vendor's group counts (IND-05).
pub(crate) const CONSULTANCY_MONTHS: i64 = 24;
/// Months before the start in which employment counts (IND-06).
pub(crate) const EMPLOYMENT_MONTHS: i64 = 36;

/// The same day so many months before.
pub(crate) fn months_before(day: Date, months: i64) -> Date {
    day.checked_sub(jiff::Span::new().months(months)).unwrap_or(Date::MIN)
}
