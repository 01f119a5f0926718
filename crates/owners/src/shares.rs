//! Percentages as files write them.

use countersign_model::{Date, Percent, Share, parse_date};

/// Anything between nothing and all.
pub(crate) fn unknown() -> Share {
    Share { min: Percent::zero(), max: Percent::whole(100) }
}

/// A percentage in words: `49.5`, `49,5 %`, `25-50`, `25% to 50%`, `> 75`, `more than 25`, `at least 75`. `None` where
/// it cannot be read or is no share.
pub(crate) fn of_text(text: &str) -> Option<Share> {
    let text = text.trim().to_lowercase().replace('%', " ").replace("percent", " ");
    let number = |part: &str| -> Option<Percent> {
        let part = part.trim().replace(',', ".");
        let part = part.strip_suffix('.').unwrap_or(&part);
        part.parse::<Percent>().ok().filter(|p| *p <= Percent::whole(100))
    };
    if let Some(exact) = number(&text) {
        return Some(Share::exactly(exact));
    }
    for (separator, prefix) in [(" to ", ""), ("-", ""), ("–", ""), (" and ", "between ")] {
        if let Some((low, high)) = text.trim().trim_start_matches(prefix).split_once(separator)
            && let (Some(low), Some(high)) = (number(low), number(high))
        {
            return Share::between(low, high);
        }
    }
    for word in [">=", "≥", ">", "at least", "more than", "over", "not less than"] {
        if let Some(low) = text.trim().strip_prefix(word).and_then(number) {
            return Share::between(low, Percent::whole(100));
        }
    }
    for word in ["<=", "≤", "<", "up to", "less than", "under", "not more than"] {
        if let Some(high) = text.trim().strip_prefix(word).and_then(number) {
            return Share::between(Percent::zero(), high);
        }
    }
    None
}

/// The first day that a date of any precision allows.
pub(crate) fn first_day(text: &str) -> Option<Date> {
    day(text, false)
}

/// The last day that it allows.
pub(crate) fn last_day(text: &str) -> Option<Date> {
    day(text, true)
}

fn day(text: &str, last: bool) -> Option<Date> {
    let date = text.trim().split(['T', ' ']).next()?;
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next(), parts.next());
    match (month, day) {
        (Some(_), Some(_)) => parse_date(date).ok(),
        (Some(month), None) => {
            let first = parse_date(&format!("{year}-{month}-01")).ok()?;
            Some(if last { first.last_of_month() } else { first })
        }
        (None, _) => parse_date(&format!("{year}-{}", if last { "12-31" } else { "01-01" })).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_as_registers_write_them() {
        let read = |text: &str| of_text(text).map(|s| s.to_string());
        for (text, share) in [
            ("49.5", "49.5"),
            ("49,5 %", "49.5"),
            ("25-50", "25 to 50"),
            ("25% to 50%", "25 to 50"),
            ("between 25 and 50", "25 to 50"),
            ("> 75", "75 to 100"),
            ("more than 25%", "25 to 100"),
            ("up to 10", "0 to 10"),
        ] {
            assert_eq!(read(text).as_deref(), Some(share), "{text}");
        }
        for text in ["", "majority", "101", "50-25", "1e2"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_month_or_a_year_begins_and_ends() {
        assert_eq!(first_day("2021").unwrap().to_string(), "2021-01-01");
        assert_eq!(last_day("2021").unwrap().to_string(), "2021-12-31");
        assert_eq!(last_day("2024-02").unwrap().to_string(), "2024-02-29");
        assert_eq!(first_day("2012-11-29T00:00:00.000Z").unwrap().to_string(), "2012-11-29");
        assert_eq!(first_day("soon"), None);
    }
}
