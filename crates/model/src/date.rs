//! Civil dates: law, lists and ownership are dated by the day, inclusive at both ends.

/// A civil (calendar) date without time zone. Ranges of dates are inclusive at both ends everywhere.
pub type Date = jiff::civil::Date;

/// A span of calendar months, for validity periods ("24 months after").
pub type Months = jiff::Span;

/// A text that is not an ISO 8601 calendar date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; write it as YYYY-MM-DD, for example `2021-11-04`")]
pub struct DateError(pub String);

/// Reads `YYYY-MM-DD`. Anything else, a time of day included, is an error.
pub fn parse_date(text: &str) -> Result<Date, DateError> {
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(n, b)| if n == 4 || n == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !shaped {
        return Err(DateError(text.to_owned()));
    }
    text.parse().map_err(|_| DateError(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_iso_calendar_dates_are_read() {
        assert_eq!(parse_date("2021-11-04").unwrap().to_string(), "2021-11-04");
        for bad in ["2021-02-30", "2021-11-4", "4/11/2021", "2021-11-04T00:00:00", "", "none"] {
            assert!(parse_date(bad).is_err(), "{bad}");
        }
    }
}
