//! Listings as bars over the years.

use std::fmt::Write as _;

use countersign_model::Date;

use super::{open, width_of};
use crate::text::{Html, escape, raw};

const WIDTH: f64 = 860.0;
const LEFT: f64 = 132.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 14.0;
const ROW: f64 = 26.0;
const BOTTOM: f64 = 26.0;
/// Years that are shown before the first day, or before the day of the page where no day is told.
const BEFORE: i16 = 1;
/// The most marks on the axis.
const MARKS: i32 = 10;

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What stands on the left: the code of the list.
    pub label: String,
    /// First day; nothing where it is not told.
    pub from: Option<Date>,
    /// Last day; nothing while it goes on.
    pub to: Option<Date>,
    /// Whether it is in effect on the day of the page.
    pub in_effect: bool,
    /// What it is, for those who point at it.
    pub title: String,
}

fn position(day: Date) -> f64 {
    f64::from(day.year()) + f64::from(day.day_of_year() - 1) / f64::from(day.days_in_year())
}

/// The bars, with the axis and the day of the page. `open_begin`, `open_end`: what to say of a bar whose
/// first day is not told, and of one that goes on.
pub fn timeline(
    spans: &[Span],
    day: Date,
    title: &str,
    desc: &str,
    open_begin: &str,
    open_end: &str,
) -> Html {
    if spans.is_empty() {
        return raw(String::new());
    }
    let today = position(day);
    let ends = spans.iter().flat_map(|s| [s.from, s.to]).flatten().map(position);
    let (first, last) = ends.fold((today, today), |(a, b), p| (a.min(p), b.max(p)));
    let years = Years { first: (first - f64::from(BEFORE)).floor(), last: (last + 0.5).ceil() };
    let bottom = TOP + ROW * spans.len() as f64;
    let mut svg = open("figure timeline", "timeline", WIDTH, bottom + BOTTOM, title, desc);
    axis(&mut svg, &years, bottom);
    for (n, span) in spans.iter().enumerate() {
        bar(&mut svg, span, &years, TOP + ROW * n as f64, (open_begin, open_end));
    }
    let at = years.x(today);
    let _ = write!(
        svg,
        "<line class=\"now\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{bottom:.1}\"><title>{day}</title></line></svg>",
        TOP - 8.0
    );
    raw(svg)
}

/// The years that are shown.
struct Years {
    first: f64,
    last: f64,
}

impl Years {
    fn x(&self, year: f64) -> f64 {
        LEFT + (year - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)
    }
}

fn axis(svg: &mut String, years: &Years, bottom: f64) {
    #[expect(clippy::cast_possible_truncation, reason = "a year of our time")]
    let many = (years.last - years.first) as i32;
    let step = (many / MARKS + 1).max(1);
    #[expect(clippy::cast_possible_truncation, reason = "a year of our time")]
    let mut year = years.first as i32;
    while f64::from(year) <= years.last {
        let at = years.x(f64::from(year));
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{bottom:.1}\"/>\
             <text class=\"axis\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{year}</text>",
            bottom + 17.0
        );
        year += step;
    }
}

/// One row: its label, the bar, and its days where they have room.
fn bar(svg: &mut String, span: &Span, years: &Years, y: f64, (open_begin, open_end): (&str, &str)) {
    let begin = span.from.map_or(LEFT, |d| years.x(position(d)));
    let end = span.to.map_or(WIDTH - RIGHT, |d| years.x(position(d))).max(begin + 2.0);
    let class = if span.in_effect { "bar bar-effect" } else { "bar bar-ended" };
    let told = |day: Option<Date>, open: &str| day.map_or_else(|| open.to_owned(), |d| d.to_string());
    let _ = write!(
        svg,
        "<g><title>{}: {} – {}</title><text class=\"label\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\
         <rect class=\"{class}\" x=\"{begin:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"14\" rx=\"2\"/>",
        escape(&span.title),
        escape(&told(span.from, open_begin)),
        escape(&told(span.to, open_end)),
        LEFT - 10.0,
        y + 17.0,
        escape(&span.label),
        y + 6.0,
        end - begin,
    );
    // an end that is not known is torn, not cut
    let tear = |at: f64, way: f64| {
        format!(
            "<path class=\"tear\" d=\"M{at:.1} {:.1}l{w:.1} 3.5 {v:.1} 3.5 {w:.1} 3.5 {v:.1} 3.5\"/>",
            y + 6.0,
            w = 4.0 * way,
            v = -4.0 * way
        )
    };
    if span.from.is_none() {
        svg.push_str(&tear(begin, 1.0));
    }
    if span.to.is_none() {
        svg.push_str(&tear(end, -1.0));
    }
    let days = match (span.from, span.to) {
        (Some(from), Some(to)) => format!("{from} – {to}"),
        (Some(from), None) => format!("{from} –"),
        (None, Some(to)) => format!("– {to}"),
        (None, None) => String::new(),
    };
    let wide = width_of(&days);
    if !days.is_empty() {
        let (at, anchor, class) = if end - begin > wide + 16.0 {
            (begin + 8.0, "start", if span.in_effect { "days days-in" } else { "days" })
        } else if begin - LEFT > wide + 8.0 {
            (begin - 6.0, "end", "days")
        } else {
            (end + 6.0, "start", "days")
        };
        let _ = write!(
            svg,
            "<text class=\"{class}\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            y + 17.0,
            escape(&days)
        );
    }
    svg.push_str("</g>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        countersign_model::parse_date(text).unwrap()
    }

    #[test]
    fn every_listing_has_a_bar_and_its_days() {
        let span = |from: Option<&str>, to: Option<&str>| Span {
            label: "EL".into(),
            from: from.map(day),
            to: to.map(day),
            in_effect: to.is_none(),
            title: "Entity <List>".into(),
        };
        let spans =
            [span(Some("2021-11-04"), None), span(Some("2024-02-27"), Some("2024-10-20")), span(None, None)];
        let svg = timeline(&spans, day("2026-01-01"), "a", "b", "?", "open").to_string();
        assert_eq!(svg.matches("<rect class=\"bar").count(), 3);
        assert!(svg.contains("2024-02-27 – 2024-10-20"));
        assert_eq!(svg.matches("class=\"tear\"").count(), 3);
        assert!(svg.contains("Entity &lt;List&gt;"));
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }
}
