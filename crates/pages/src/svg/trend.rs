//! One index over the years, with its interval and the cut points of the bands.

use std::fmt::Write as _;

use super::open;
use crate::text::{Html, escape, raw};
use crate::view::{IndexView, PointView};

const WIDTH: f64 = 430.0;
const HEIGHT: f64 = 168.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 24.0;

/// Where years and values stand in the chart.
struct Scale {
    first: f64,
    last: f64,
    bottom: f64,
    top: f64,
}

impl Scale {
    /// The whole scale of the index; of one without a scale, what its values need. `None` where nothing was measured.
    fn of(index: &IndexView) -> Option<Self> {
        let years: Vec<f64> = index.series.iter().map(|p| f64::from(p.year)).collect();
        let (first, last) = (*years.first()?, *years.last()?);
        let values = index.series.iter().flat_map(|p| [Some(p.value), p.low, p.high]).flatten();
        let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        let (bottom, top) = match index.scale {
            Some([a, b]) => (a.min(least), b.max(most)),
            None => (least.min(0.0), most.max(least + 1.0)),
        };
        Some(Self { first, last, bottom, top })
    }

    fn x(&self, year: f64) -> f64 {
        LEFT + (year - self.first) / (self.last - self.first).max(1.0) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        TOP + (self.top - value) / (self.top - self.bottom) * (HEIGHT - TOP - BOTTOM)
    }
}

/// The chart. The whole scale is drawn, so that a small change does not look like a large one, and years that were not
/// measured are gaps.
pub fn trend(index: &IndexView, country: &str, desc: &str) -> Html {
    let Some(scale) = Scale::of(index) else { return raw(String::new()) };
    let id = format!("trend-{}", index.index.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    let title =
        format!("{country}: {}, {} – {}", index.title, years_word(scale.first), years_word(scale.last));
    let mut svg = open("figure trend", &id, WIDTH, HEIGHT, &title, desc);
    axes(&mut svg, &scale);
    for cut in index.cuts.into_iter().flatten() {
        let _ = write!(
            svg,
            "<line class=\"cut\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>",
            WIDTH - RIGHT,
            at = scale.y(cut)
        );
    }
    for run in runs(&index.series) {
        joined(&mut svg, &run, &scale);
    }
    for p in &index.series {
        point(&mut svg, p, index.series.len() == 1, &scale);
    }
    svg.push_str("</svg>");
    raw(svg)
}

/// The grid with its values, and the years below.
fn axes(svg: &mut String, scale: &Scale) {
    for part in 0..=4 {
        let value = scale.bottom + (scale.top - scale.bottom) * f64::from(part) / 4.0;
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
             <text class=\"axis\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            scale.y(value) + 4.0,
            (value * 100.0).round() / 100.0,
            at = scale.y(value),
        );
    }
    let step = ((scale.last - scale.first) / 6.0).ceil().max(1.0);
    let mut year = scale.first;
    while year <= scale.last {
        let _ = write!(
            svg,
            "<text class=\"axis\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{year}</text>",
            scale.x(year),
            HEIGHT - 7.0
        );
        year += step;
    }
}

/// Years without a gap: the line through them, and the interval around it.
fn joined(svg: &mut String, run: &[&PointView], scale: &Scale) {
    let at = |year: f64, value: f64| format!("{:.1},{:.1}", scale.x(year), scale.y(value));
    let ends: Vec<(f64, f64, f64)> =
        run.iter().filter_map(|p| Some((f64::from(p.year), p.low?, p.high?))).collect();
    if ends.len() > 1 {
        let there = ends.iter().map(|(year, low, _)| (*year, *low));
        let back = ends.iter().rev().map(|(year, _, high)| (*year, *high));
        let points: Vec<String> = there.chain(back).map(|(year, v)| at(year, v)).collect();
        let _ = write!(svg, "<polygon class=\"interval\" points=\"{}\"/>", points.join(" "));
    }
    let points: Vec<String> = run.iter().map(|p| at(f64::from(p.year), p.value)).collect();
    if points.len() > 1 {
        let _ = write!(svg, "<polyline class=\"line\" points=\"{}\"/>", points.join(" "));
    }
}

/// One year; where it is the only one, with its interval as a whisker.
fn point(svg: &mut String, p: &PointView, is_only: bool, scale: &Scale) {
    let (at, value) = (scale.x(f64::from(p.year)), scale.y(p.value));
    if let (Some(low), Some(high)) = (p.low, p.high)
        && is_only
    {
        let _ = write!(
            svg,
            "<line class=\"whisker\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
            scale.y(low),
            scale.y(high)
        );
    }
    let interval = p.interval().map(|i| format!(" ({i})")).unwrap_or_default();
    let _ = write!(
        svg,
        "<circle class=\"point\" cx=\"{at:.1}\" cy=\"{value:.1}\" r=\"2.6\"><title>{}: {}{interval}</title></circle>",
        p.year,
        escape(&p.shown())
    );
}

fn years_word(year: f64) -> String {
    format!("{year:.0}")
}

/// The series in pieces without a gap: years farther apart than the usual distance are not joined.
fn runs(series: &[PointView]) -> Vec<Vec<&PointView>> {
    let distances = series.iter().zip(series.iter().skip(1)).map(|(a, b)| b.year - a.year);
    let usual = distances.min().unwrap_or(1).max(1);
    let mut runs: Vec<Vec<&PointView>> = Vec::new();
    for point in series {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| point.year - last.year <= usual.max(2)) => {
                run.push(point)
            }
            _ => runs.push(vec![point]),
        }
    }
    runs
}
