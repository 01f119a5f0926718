//! Birth dates as programs write them.

use countersign_screening::BirthDate;

use crate::Doubt;
use crate::cell::is_missing;

/// Nobody in a file of customers was born before: what is earlier is the first day of somebody's calendar.
pub const EARLIEST_YEAR: i16 = 1905;

/// Nobody whom this program will meet was born later; the day of the run draws the line nearer.
const LATEST_YEAR: i16 = 2100;

/// Months by the beginnings of their names (English, German, French, Spanish, Italian, Portuguese, Dutch, Russian, Ukrainian),
/// none of which is the beginning of another month's name in these languages.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen", "янв", "січ"],
    &["feb", "fév", "fev", "feb", "фев", "лют"],
    &["mar", "mär", "maa", "mrt", "мар", "бер"],
    &["apr", "avr", "abr", "апр", "кві"],
    &["may", "mai", "mei", "mag", "май", "мая", "тра"],
    &["jun", "juin", "giu", "июн", "чер"],
    &["jul", "juil", "lug", "июл", "лип"],
    &["aug", "aoû", "aou", "ago", "авг", "сер"],
    &["sep", "set", "сен", "вер"],
    &["oct", "okt", "out", "ott", "окт", "жов"],
    &["nov", "ноя", "лис"],
    &["dec", "dez", "déc", "dic", "дек", "гру"],
];

/// Reads a birth date. `Ok(None)`: the cell says that none is known. With [`Doubt::BirthDateYear`] comes the year, which is
/// certain.
///
/// - ISO 8601 with or without signs, also with a time, also `1955-00-00` for a year.
/// - Day, month and year by dots are in that order. By other signs they are read where only one order is a date; where day and
///   month may be either, the year.
/// - Years of two digits are not read: `55` may be a grandfather or nobody.
/// - Dates that programs write where they know none ([`Doubt::BirthDateDefault`]): before 1905 (the first day of 1900, of 1901, of the
///   era; the zero of spreadsheets), from 2100 (9999-12-31), and 1970-01-01. People were born on that day, but it is the zero
///   of most computers' clocks as well; to compare one of them by name costs a look, and to compare the zero as a fact has hidden
///   one listed person in twenty.
pub fn born(text: &str) -> Result<Option<BirthDate>, (Doubt, Option<BirthDate>)> {
    let text = text.trim();
    if is_missing(text) || !text.chars().any(|c| c.is_alphanumeric() && c != '0') {
        return Ok(None);
    }
    let (date, doubt) = read(text).ok_or((Doubt::BirthDate, None))?;
    let first_of_1970 = BirthDate { year: 1970, month: Some(1), day: Some(1) };
    if date.year < EARLIEST_YEAR || date.year >= LATEST_YEAR || date == first_of_1970 {
        return Err((Doubt::BirthDateDefault, None));
    }
    match doubt {
        Some(doubt) => Err((doubt, Some(date))),
        None => Ok(Some(date)),
    }
}

/// The date, and whether only its year is certain.
fn read(text: &str) -> Option<(BirthDate, Option<Doubt>)> {
    let text = without_time(text);
    if let Ok(date) = text.parse::<BirthDate>() {
        return Some((date, None));
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let (year, rest) = text.split_at_checked(4)?;
        let (month, day) = rest.split_at_checked(2)?;
        return certain(year, month, day);
    }
    let parts = parts(text);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match *parts.as_slice() {
        [a, b, c] => match (month_named(a), month_named(b)) {
            // May 21, 1955
            (Some(month), _) => certain(c, &month.to_string(), b),
            // 21 May 1955, 1955 May 21
            (_, Some(month)) if a.len() == 4 => certain(a, &month.to_string(), c),
            (_, Some(month)) => certain(c, &month.to_string(), a),
            _ if a.len() == 4 => certain(a, b, c).or_else(|| certain(a, c, b)),
            _ if text.contains('.') => certain(c, b, a).or_else(|| certain(c, a, b)),
            _ => either(c, a, b),
        },
        // May 1955, 05/1955, 1955/05
        [a, b] => match month_named(a) {
            Some(month) => certain(b, &month.to_string(), "0"),
            None if a.len() == 4 => certain(a, b, "0"),
            None => certain(b, a, "0"),
        },
        _ => None,
    }
}

/// A text without a time of day behind it.
fn without_time(text: &str) -> &str {
    match text.split_once(['T', ' ']) {
        Some((date, time)) if time.contains(':') && time.starts_with(|c: char| c.is_ascii_digit()) => date,
        _ => text,
    }
}

/// Runs of digits and runs of letters; `st`, `nd`, `rd`, `th` and `de` are none.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in text.chars() {
        if c.is_alphanumeric() {
            let goes_on = before.is_alphanumeric() && before.is_ascii_digit() == c.is_ascii_digit();
            match parts.last_mut().filter(|_| goes_on) {
                Some(part) => part.extend(c.to_lowercase()),
                None => parts.push(c.to_lowercase().collect()),
            }
        }
        before = c;
    }
    parts.retain(|part| {
        !["st", "nd", "rd", "th", "de", "of", "г", "года", "р", "року"].contains(&part.as_str())
    });
    parts
}

fn month_named(word: &str) -> Option<i8> {
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let at = MONTHS.iter().position(|begins| begins.iter().any(|begin| word.starts_with(begin)))?;
    i8::try_from(at + 1).ok()
}

/// A date of a year of four digits; a month or a day of zero is not known.
fn certain(year: &str, month: &str, day: &str) -> Option<(BirthDate, Option<Doubt>)> {
    Some((date(year, month, day)?, None))
}

/// Two numbers of which either may be the month.
fn either(year: &str, one: &str, other: &str) -> Option<(BirthDate, Option<Doubt>)> {
    match (date(year, one, other), date(year, other, one)) {
        (Some(a), Some(b)) if a != b => {
            Some((BirthDate { year: a.year, month: None, day: None }, Some(Doubt::BirthDateYear)))
        }
        (Some(date), _) | (None, Some(date)) => Some((date, None)),
        (None, None) => None,
    }
}

fn date(year: &str, month: &str, day: &str) -> Option<BirthDate> {
    let number = |text: &str| text.parse::<i8>().ok().filter(|_| text.len() <= 2);
    if year.len() != 4 {
        return None;
    }
    let text = match (number(month)?, number(day)?) {
        (0, _) => year.to_owned(),
        (month, 0) => format!("{year}-{month:02}"),
        (month, day) => format!("{year}-{month:02}-{day:02}"),
    };
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_programs_write_them() {
        for (text, meant) in [
            ("1955-05-21", "1955-05-21"),
            ("1955-05-21T00:00:00", "1955-05-21"),
            ("1955-05-21 00:00:00.000", "1955-05-21"),
            ("21/05/1955", "1955-05-21"),
            ("05/21/1955", "1955-05-21"),
            ("05/05/1955", "1955-05-05"),
            ("21.05.1955", "1955-05-21"),
            ("1.2.1955", "1955-02-01"),
            ("21.5.1955 г.", "1955-05-21"),
            ("21 May 1955", "1955-05-21"),
            ("21-MAY-1955", "1955-05-21"),
            ("May 21st, 1955", "1955-05-21"),
            ("21. Mai 1955", "1955-05-21"),
            ("21 mai 1955", "1955-05-21"),
            ("21 de mayo de 1955", "1955-05-21"),
            ("21 мая 1955 г.", "1955-05-21"),
            ("1955/05/21", "1955-05-21"),
            ("1955-5-21", "1955-05-21"),
            ("19550521", "1955-05-21"),
            ("1955-00-00", "1955"),
            ("1955-05-00", "1955-05"),
            ("00/00/1955", "1955"),
            ("May 1955", "1955-05"),
            ("05/1955", "1955-05"),
            ("1955", "1955"),
        ] {
            assert_eq!(born(text).map(|d| d.map(|d| d.to_string())), Ok(Some(meant.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_not_certain_is_not_taken_for_certain() {
        let year = BirthDate { year: 1955, month: None, day: None };
        for text in ["01/02/1955", "1-2-1955"] {
            assert_eq!(born(text), Err((Doubt::BirthDateYear, Some(year))), "{text}");
        }
        for text in ["N/A", "unknown", "", "-", "00/00/0000", "0000-00-00", "NULL", "NaT"] {
            assert_eq!(born(text), Ok(None), "{text}");
        }
        for text in [
            "c. 1955",
            "21/05/55",
            "1955-1957",
            "32/13/1955",
            "soon",
            "20230",
            "1955-02-30",
            "21051955",
            "5 Foo 1955",
        ] {
            assert_eq!(born(text), Err((Doubt::BirthDate, None)), "{text}");
        }
        for text in [
            "1900-01-01",
            "01/01/1900",
            "0001-01-01",
            "1901-01-01",
            "1899-12-30",
            "9999-12-31",
            "31.12.9999",
            "1970-01-01",
            "1970-01-01T00:00:00",
            "01/01/1970",
            "1900",
        ] {
            assert_eq!(born(text), Err((Doubt::BirthDateDefault, None)), "{text}");
        }
        // the year alone is what somebody wrote by hand
        assert_eq!(born("1970").map(|d| d.map(|d| d.year)), Ok(Some(1970)));
    }
}
