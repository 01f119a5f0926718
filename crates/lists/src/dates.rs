//! Dates as publishers write them.

use countersign_model::{Date, parse_date};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// No listing of any publisher here is older; a year before it is a typing error (`0097-06-30` for 1997).
const FIRST_PLAUSIBLE_YEAR: i16 = 1940;

/// No listing lasts longer; a year after it (`3033-09-30`) is a typing error as well.
const LAST_PLAUSIBLE_YEAR: i16 = 2200;

/// A day of a listing: ISO or `M/D/YYYY`. An implausible year is an error, not a guess.
pub(crate) fn listing_day(text: &str) -> Result<Option<Date>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    // a time of day or an offset (`2015-03-27-04:00`) behind the date says nothing about the law
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    let offset =
        |rest: &str| rest == "Z" || (rest.len() == 6 && rest.starts_with(['+', '-']) && rest.contains(':'));
    let day = match (day.get(..10), day.get(10..)) {
        (Some(date), Some(rest)) if offset(rest) => date,
        _ => day,
    };
    let date = parse_date(day).ok().or_else(|| us_date(day));
    match date {
        Some(date) if (FIRST_PLAUSIBLE_YEAR..=LAST_PLAUSIBLE_YEAR).contains(&date.year()) => Ok(Some(date)),
        Some(_) => Err(format!("the date `{text}` has an impossible year")),
        None => Err(format!("`{text}` is not a date")),
    }
}

/// `M/D/YYYY`, as in US files.
fn us_date(text: &str) -> Option<Date> {
    let mut parts = text.split('/').map(|p| p.trim().parse::<i16>().ok());
    let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A day of a listing as Europeans write it: `27/04/2020`, `28.2.2011`, `2 December 1985`, `26 Feb. 2011`, or ISO.
pub(crate) fn european_day(text: &str) -> Result<Option<Date>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match european(text) {
        Some(partial) => {
            listing_day(&partial).map_err(|_| format!("`{text}` is not a day of this or the last century"))
        }
        None => Err(format!("`{text}` is not a date")),
    }
}

/// A date as Europeans write it, with its own precision: `27/04/1960`, `00/04/1960` → `1960-04`, `00/00/1960` → `1960`.
pub(crate) fn european(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('.');
    let parts: Vec<&str> = text.split(['/', '.']).map(str::trim).collect();
    if let [day, month, year] = parts.as_slice()
        && let (Ok(d), Ok(m), Ok(y)) = (day.parse::<i8>(), month.parse::<i8>(), year.parse::<i16>())
        && (1000..=LAST_PLAUSIBLE_YEAR).contains(&y)
    {
        return match (d, m) {
            (_, 0) => Some(format!("{y:04}")),
            (0, m) => (1..=12).contains(&m).then(|| format!("{y:04}-{m:02}")),
            (d, m) => Date::new(y, m, d).ok().map(|date| date.to_string()),
        };
    }
    partial(&text.replace('.', " ")).or_else(|| partial(text))
}

/// A date of birth as FollowTheMoney writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Birth {
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. A range gives every year in it, so that no year of it is missed.
    pub(crate) dates: Vec<String>,
    /// The publisher's words, where they say more than a date (`circa`, `to`).
    pub(crate) words: Option<String>,
}

/// A range wider than this is kept in words only: it separates nobody from anybody.
const WIDEST_RANGE_IN_YEARS: i32 = 25;

/// Reads `1971`, `1971-05-06`, `12 Jul 1986`, `Jul 1986`, `circa 1960`, `1960 to 1965`,
/// `01 Jan 1960 to 31 Dec 1961`. `None` if nothing in it is a date.
pub(crate) fn birth(text: &str) -> Option<Birth> {
    let text = text.trim();
    let years = |t: &str| t.len() == 9 && t.split('-').all(|y| y.len() == 4);
    let range = text.split_once(" to ").or_else(|| bare(text).split_once('-').filter(|_| years(bare(text))));
    if let Some((from, to)) = range {
        let (from, to) = (partial(bare(from))?, partial(bare(to))?);
        let (first, last) = (year_of(&from)?, year_of(&to)?);
        let dates = if from == to {
            vec![from]
        } else if first <= last && last - first <= WIDEST_RANGE_IN_YEARS {
            (first..=last).map(|y| y.to_string()).collect()
        } else {
            Vec::new()
        };
        return Some(Birth { dates, words: Some(text.to_owned()) });
    }
    let plain = bare(text);
    let date = partial(plain)?;
    Some(Birth { dates: vec![date], words: (plain != text).then(|| text.to_owned()) })
}

fn bare(text: &str) -> &str {
    let text = text.trim();
    ["circa ", "circa-", "approximately ", "about "]
        .iter()
        .find_map(|word| {
            let head = text.get(..word.len())?;
            head.eq_ignore_ascii_case(word).then(|| text.get(word.len()..)).flatten()
        })
        .unwrap_or(text)
        .trim()
}

fn year_of(partial: &str) -> Option<i32> {
    partial.get(..4)?.parse().ok()
}

/// An ISO date with its own precision: `1971`, `1971-05`, `1971-05-06`; `None` if the text is none.
pub(crate) fn partial_iso(text: &str) -> Option<String> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'-') && matches!(text.len(), 4 | 7 | 10);
    plain.then(|| partial(text)).flatten()
}

/// One date with its own precision; `None` if the text is none.
pub(crate) fn partial(text: &str) -> Option<String> {
    let year = |s: &str| {
        let good = s.len() == 4 && s.bytes().all(|b| b.is_ascii_digit()) && ("1000".."2200").contains(&s);
        good.then(|| s.to_owned())
    };
    if let Ok(date) = parse_date(text) {
        return Some(date.to_string());
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [y] if y.len() == 7 && y.get(4..5) == Some("-") => {
            let month: i8 = y.get(5..)?.parse().ok()?;
            let y = year(y.get(..4)?)?;
            (1..=12).contains(&month).then(|| format!("{y}-{month:02}"))
        }
        [y] => year(y).or_else(|| us_date(y).map(|d| d.to_string())),
        [m, y] => Some(format!("{}-{:02}", year(y)?, month_number(m)?)),
        [d, m, y] => {
            let date = Date::new(year(y)?.parse().ok()?, month_number(m)?, d.parse().ok()?).ok()?;
            Some(date.to_string())
        }
        _ => None,
    }
}

fn month_number(name: &str) -> Option<i8> {
    let start: String = name.chars().take(3).collect::<String>().to_ascii_lowercase();
    let index = MONTHS.iter().position(|m| *m == start)?;
    i8::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listing_days_are_iso_or_american_and_plausible() {
        assert_eq!(listing_day("2021-11-04").unwrap().unwrap().to_string(), "2021-11-04");
        assert_eq!(listing_day("6/27/2003").unwrap().unwrap().to_string(), "2003-06-27");
        assert_eq!(listing_day("2015-03-27-04:00").unwrap().unwrap().to_string(), "2015-03-27");
        assert_eq!(listing_day(" "), Ok(None));
        assert!(listing_day("0097-06-30").is_err());
        assert!(listing_day("soon").is_err());
        assert!(listing_day("3033-09-30").is_err());
        let day = |text| european_day(text).unwrap().map(|d| d.to_string()).unwrap_or_default();
        assert_eq!(day("03/02/2011"), "2011-02-03");
        assert_eq!(day("28.2.2011"), "2011-02-28");
        assert_eq!(day("26 Feb. 2011"), "2011-02-26");
        assert_eq!(day("2 December 1985"), "1985-12-02");
        assert_eq!(european("00/04/1960").as_deref(), Some("1960-04"));
        assert_eq!(european("00/00/1960").as_deref(), Some("1960"));
        assert!(european_day("31/02/2011").is_err());
    }

    #[test]
    fn births_keep_their_precision() {
        let dates = |text| birth(text).map(|b| b.dates);
        assert_eq!(dates("12 Jul 1986"), Some(vec!["1986-07-12".into()]));
        assert_eq!(dates("Jul 1986"), Some(vec!["1986-07".into()]));
        assert_eq!(dates("1971"), Some(vec!["1971".into()]));
        assert_eq!(dates("1973-03-25"), Some(vec!["1973-03-25".into()]));
        let circa = birth("circa 1960").unwrap();
        assert_eq!((circa.dates, circa.words), (vec!["1960".to_owned()], Some("circa 1960".to_owned())));
        assert_eq!(dates("1966 to 1968"), Some(vec!["1966".into(), "1967".into(), "1968".into()]));
        assert_eq!(dates("1900 to 1990"), Some(vec![]), "too wide to tell anyone apart");
        assert_eq!(dates("circa 1979-1981"), Some(vec!["1979".into(), "1980".into(), "1981".into()]));
        assert_eq!(birth("unknown"), None);
    }
}
