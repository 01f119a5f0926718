//! Edges between parties, as FollowTheMoney gives them.

use countersign_model::{Date, Percent, parse_date};
use serde::{Deserialize, Serialize};

/// One holding: `owner` holds a part of `asset`. Ids are those of [`countersign_model::Entity`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// The publisher's id of the edge.
    pub id: String,
    /// The holder.
    pub owner: String,
    /// What is held.
    pub asset: String,
    /// The percentage; `None` where the publisher gives none: then nothing is known of the share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percentage: Option<Percent>,
    /// First day, inclusive; `None` if not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day, inclusive; `None` if it still holds or is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The publisher's words on the holding (`role`, `ownershipType`, `sharesCount`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

/// A link that is no holding: family, directorship, employment…
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The publisher's id of the link.
    pub id: String,
    /// The FollowTheMoney schema (`Directorship`, `Family`…).
    pub schema: String,
    /// Entity id at its beginning (`director`, `person`…).
    pub from_entity: String,
    /// Entity id at its end (`organization`, `relative`…).
    pub to_entity: String,
    /// First day, inclusive; `None` if not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day, inclusive; `None` if it still holds or is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// The publisher's words (`role`, `relationship`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
}

/// The schemata that link two parties, with the properties at their ends.
pub(crate) const LINKS: [(&str, &str, &str); 9] = [
    ("Directorship", "director", "organization"),
    ("Family", "person", "relative"),
    ("Associate", "person", "associate"),
    ("Employment", "employee", "employer"),
    ("Membership", "member", "organization"),
    ("Representation", "agent", "client"),
    ("UnknownLink", "subject", "object"),
    ("Succession", "predecessor", "successor"),
    ("Occupancy", "holder", "post"),
];

/// The first day that a property of partial dates allows (`2021` → 1 January), the earliest of several values.
pub(crate) fn first_day(values: &[String]) -> Option<Date> {
    values.iter().filter_map(|v| day(v, false)).min()
}

/// The last day that a property of partial dates allows (`2021` → 31 December), the latest of several values:
/// a holding is not ended early on a doubt.
pub(crate) fn last_day(values: &[String]) -> Option<Date> {
    values.iter().filter_map(|v| day(v, true)).max()
}

fn day(text: &str, last: bool) -> Option<Date> {
    let date = text.trim().split('T').next()?;
    if let Ok(date) = parse_date(date) {
        return Some(date);
    }
    let mut parts = date.split('-');
    let year: i16 = parts.next()?.parse().ok()?;
    let month: Option<i8> = parts.next().map(str::parse).transpose().ok()?;
    let first = Date::new(year, month.unwrap_or(if last { 12 } else { 1 }), 1).ok()?;
    Some(if last { first.last_of_month() } else { first })
}

/// A percentage as registers write it: `49`, `49.99`, `50%`.
pub(crate) fn percentage(text: &str) -> Option<Percent> {
    let percent: Percent = text.trim().trim_end_matches('%').trim().parse().ok()?;
    (percent <= Percent::whole(100)).then_some(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partial_days_open_and_close_as_wide_as_they_may() {
        let of = |text: &str| vec![text.to_owned()];
        assert_eq!(first_day(&of("2021")).unwrap().to_string(), "2021-01-01");
        assert_eq!(last_day(&of("2021-02")).unwrap().to_string(), "2021-02-28");
        assert_eq!(
            last_day(&["2021-05-06".to_owned(), "2020".to_owned()]).unwrap().to_string(),
            "2021-05-06"
        );
        assert_eq!(first_day(&of("unknown")), None);
    }

    #[test]
    fn percentages_are_plain_or_nothing() {
        assert_eq!(percentage("49.99%"), "49.99".parse().ok());
        assert_eq!(percentage("more than 25"), None);
        assert_eq!(percentage("260"), None, "a count of shares is not a percentage");
    }
}
