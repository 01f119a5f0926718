//! A reading as a picture: the series of one vintage with its interval and the cut points.

use std::fmt::Write as _;

use crate::dossier::Reading;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = 44.0;

/// The chart as SVG: valid XML without scripts, fonts or anything from elsewhere.
pub fn chart(reading: &Reading, country: &str) -> String {
    let years: Vec<f64> = reading.series.iter().map(|p| f64::from(p.year)).collect();
    let (first, last) = (years.first().copied().unwrap_or(0.0), years.last().copied().unwrap_or(1.0));
    let values = reading.series.iter().flat_map(|p| [Some(p.value), p.low, p.high]).flatten();
    let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    // the whole scale, so that a small change does not look like a large one
    let (bottom, top) = match reading.scale {
        Some([a, b]) => (a.min(least), b.max(most)),
        None => (least.min(0.0), most.max(least + 1.0)),
    };
    let x = |year: f64| {
        let span = (last - first).max(1.0);
        LEFT + (year - first) / span * (WIDTH - LEFT - RIGHT)
    };
    let y = |value: f64| TOP + (top - value) / (top - bottom) * (HEIGHT - TOP - BOTTOM);
    let mut svg = String::new();
    let better = if reading.direction > 0 { "up is better" } else { "up is worse" };
    let interval = match reading.interval {
        crate::IntervalKind::P68 => "band: 68 percent interval",
        crate::IntervalKind::P90 => "band: 90 percent interval",
        crate::IntervalKind::None => "uncertainty not published",
    };
    let title = format!("{country}: {}", reading.title);
    let caption = format!(
        "{} {}; {better}; {interval}; dashed: cut points",
        reading.vintage.source, reading.vintage.vintage
    );
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         font-family=\"sans-serif\" font-size=\"12\"><title>{t}</title><desc>{c}; latest {}: {}</desc>\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         <text x=\"{LEFT}\" y=\"20\" font-size=\"14\" font-weight=\"bold\">{t}</text>\
         <text x=\"{LEFT}\" y=\"38\" fill=\"#444\">{c}</text>",
        reading.latest.year,
        escape(&reading.latest.text),
        t = escape(&title),
        c = escape(&caption),
    );
    for part in 0..=4 {
        let value = bottom + (top - bottom) * f64::from(part) / 4.0;
        let _ = write!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"#ddd\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            y(value),
            y(value),
            LEFT - 6.0,
            y(value) + 4.0,
            (value * 100.0).round() / 100.0
        );
    }
    let step = ((last - first) / 8.0).ceil().max(1.0);
    let mut year = first;
    while year <= last {
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{year}</text>",
            x(year),
            HEIGHT - BOTTOM + 18.0
        );
        year += step;
    }
    for cut in reading.cuts.into_iter().flatten() {
        let _ = write!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"#666\" stroke-dasharray=\"5 4\"/>",
            WIDTH - RIGHT,
            y(cut),
            y(cut)
        );
    }
    let ends: Vec<(f64, f64, f64)> =
        reading.series.iter().filter_map(|p| Some((f64::from(p.year), p.low?, p.high?))).collect();
    if ends.len() > 1 {
        let there = ends.iter().map(|(year, low, _)| (*year, *low));
        let back = ends.iter().rev().map(|(year, _, high)| (*year, *high));
        let points: Vec<String> =
            there.chain(back).map(|(year, value)| format!("{:.1},{:.1}", x(year), y(value))).collect();
        let _ =
            write!(svg, "<polygon points=\"{}\" fill=\"#9db8d9\" fill-opacity=\"0.5\"/>", points.join(" "));
    }
    // a gap in the years is a gap in the line: nothing is drawn that was not measured
    let mut run: Vec<String> = Vec::new();
    let mut previous = f64::NEG_INFINITY;
    let gap = reading
        .series
        .windows(2)
        .map(|w| match w {
            [a, b] => b.year - a.year,
            _ => 1,
        })
        .min()
        .unwrap_or(1);
    let mut runs: Vec<Vec<String>> = Vec::new();
    for p in &reading.series {
        let year = f64::from(p.year);
        if year - previous > f64::from(gap.max(2)) && !run.is_empty() {
            runs.push(std::mem::take(&mut run));
        }
        run.push(format!("{:.1},{:.1}", x(year), y(p.value)));
        previous = year;
    }
    runs.push(run);
    for run in runs {
        let _ = write!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#1d4f91\" stroke-width=\"2\"/>",
            run.join(" ")
        );
    }
    for p in &reading.series {
        let _ = write!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\" fill=\"#1d4f91\"><title>{}: {}</title></circle>",
            x(f64::from(p.year)),
            y(p.value),
            p.year,
            escape(&p.text)
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
