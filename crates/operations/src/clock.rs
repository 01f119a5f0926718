//! The one place that asks for the time. Everything else takes it as an argument.

use countersign_model::Date;
use countersign_store::UtcTime;

use crate::failure::Failure;

/// Now, in UTC, to the second.
pub fn now() -> Result<UtcTime, Failure> {
    let seconds = jiff::Timestamp::now().as_second();
    let whole = jiff::Timestamp::from_second(seconds)
        .map_err(|e| Failure::Program(format!("the clock cannot be read: {e}")))?;
    whole.to_string().parse().map_err(|e| Failure::Program(format!("the clock cannot be read: {e}")))
}

/// Today's date in UTC.
pub fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
