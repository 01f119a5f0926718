//! A reading as a picture: the series of one vintage with its interval and the cut points.

use std::fmt::Write as _;

use countersign_model::escaped;

use crate::dossier::Reading;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 44.0;

/// Where years and values lie on the sheet.
struct Scale {
    first: f64,
    last: f64,
    bottom: f64,
    top: f64,
}

impl Scale {
    fn of(reading: &Reading) -> Self {
        let years: Vec<f64> = reading.series.iter().map(|p| f64::from(p.year)).collect();
        let (first, last) = (years.first().copied().unwrap_or(0.0), years.last().copied().unwrap_or(1.0));
        let values = reading.series.iter().flat_map(|p| [Some(p.value), p.low, p.high]).flatten();
        let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        // the whole scale, so that a small change does not look like a large one
        let (bottom, top) = match reading.scale {
            Some([a, b]) => (a.min(least), b.max(most)),
            None => (least.min(0.0), most.max(least + 1.0)),
        };
        Self { first, last, bottom, top }
    }

    fn x(&self, year: f64) -> f64 {
        let span = (self.last - self.first).max(1.0);
        LEFT + (year - self.first) / span * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        TOP + (self.top - value) / (self.top - self.bottom) * (HEIGHT - TOP - BOTTOM)
    }

    fn point(&self, (year, value): (f64, f64)) -> String {
        format!("{:.1},{:.1}", self.x(year), self.y(value))
    }
}

/// The chart as SVG: valid XML without scripts, fonts or anything from elsewhere.
pub fn chart(reading: &Reading, country: &str) -> String {
    let scale = Scale::of(reading);
    let mut svg = head(reading, country);
    axes(&mut svg, &scale);
    for cut in reading.cuts.into_iter().flatten() {
        let _ = write!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"#666\" stroke-dasharray=\"5 4\"/>",
            WIDTH - RIGHT,
            scale.y(cut),
            scale.y(cut)
        );
    }
    interval(&mut svg, reading, &scale);
    for run in runs(reading) {
        let points: Vec<String> = run.into_iter().map(|at| scale.point(at)).collect();
        let _ = write!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#1d4f91\" stroke-width=\"2\"/>",
            points.join(" ")
        );
    }
    for p in &reading.series {
        let _ = write!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\" fill=\"#1d4f91\"><title>{}: {}</title></circle>",
            scale.x(f64::from(p.year)),
            scale.y(p.value),
            p.year,
            escaped(&p.shown())
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn head(reading: &Reading, country: &str) -> String {
    let better = if reading.direction > 0 { "up is better" } else { "up is worse" };
    let interval = match reading.interval {
        crate::IntervalKind::P68 => "band: 68 percent interval",
        crate::IntervalKind::P90 => "band: 90 percent interval",
        crate::IntervalKind::None => "uncertainty not published",
    };
    let title = format!("{country}: {}", reading.title);
    let dashed = if reading.cuts.is_some() { "; dashed: cut points" } else { "" };
    let caption =
        format!("{} {}; {better}; {interval}{dashed}", reading.vintage.source, reading.vintage.vintage);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"12\"><title>{t}</title><desc>{c}; latest {}: {}</desc>\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         <text x=\"{LEFT}\" y=\"20\" font-size=\"14\" font-weight=\"bold\">{t}</text>\
         <text x=\"{LEFT}\" y=\"38\" fill=\"#444\">{c}</text>",
        reading.latest.year,
        escaped(&reading.latest.shown()),
        t = escaped(&title),
        c = escaped(&caption),
    )
}

fn axes(svg: &mut String, scale: &Scale) {
    for part in 0..=4 {
        let value = scale.bottom + (scale.top - scale.bottom) * f64::from(part) / 4.0;
        let _ = write!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"#ddd\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            scale.y(value),
            scale.y(value),
            LEFT - 6.0,
            scale.y(value) + 4.0,
            (value * 100.0).round() / 100.0
        );
    }
    let step = ((scale.last - scale.first) / 8.0).ceil().max(1.0);
    let mut year = scale.first;
    while year <= scale.last {
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{year}</text>",
            scale.x(year),
            HEIGHT - BOTTOM + 18.0
        );
        year += step;
    }
}

/// The band between the ends of the published intervals.
fn interval(svg: &mut String, reading: &Reading, scale: &Scale) {
    let ends: Vec<(f64, f64, f64)> =
        reading.series.iter().filter_map(|p| Some((f64::from(p.year), p.low?, p.high?))).collect();
    if ends.len() > 1 {
        let there = ends.iter().map(|(year, low, _)| (*year, *low));
        let back = ends.iter().rev().map(|(year, _, high)| (*year, *high));
        let points: Vec<String> = there.chain(back).map(|at| scale.point(at)).collect();
        let _ =
            write!(svg, "<polygon points=\"{}\" fill=\"#9db8d9\" fill-opacity=\"0.5\"/>", points.join(" "));
    }
}

/// Years and values that a line joins. A gap in the years is a gap in the line: nothing is drawn that was not measured.
fn runs(reading: &Reading) -> Vec<Vec<(f64, f64)>> {
    let gap = reading
        .series
        .windows(2)
        .map(|w| match w {
            [a, b] => b.year - a.year,
            _ => 1,
        })
        .min()
        .unwrap_or(1);
    let (mut runs, mut run) = (Vec::new(), Vec::new());
    let mut previous = f64::NEG_INFINITY;
    for p in &reading.series {
        let year = f64::from(p.year);
        if year - previous > f64::from(gap.max(2)) && !run.is_empty() {
            runs.push(std::mem::take(&mut run));
        }
        run.push((year, p.value));
        previous = year;
    }
    runs.push(run);
    runs
}
