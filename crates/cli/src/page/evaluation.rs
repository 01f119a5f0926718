//! The pages of the evaluations.

use std::collections::BTreeMap;

use countersign_screening::Figures;

use super::text::Page;
use countersign_operations::evaluation::{NamesEvaluation, Rates, ScreeningEvaluation};

/// A figure, or a dash where the set cannot give it.
fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |v| format!("{v:.3}"))
}

/// The page of `names eval`.
pub(crate) fn names_evaluation(evaluation: &NamesEvaluation) -> String {
    let mut page = Page::default();
    page.raw(format!(
        "{:34} {:>6} {:>5} {:>5} {:>5} {:>5}  {:>5} {:>5} {:>5}  {:>13}  {:>5}",
        format!("threshold {}", evaluation.threshold),
        "n",
        "tp",
        "fp",
        "tn",
        "fn",
        "prec",
        "rec",
        "F1",
        "best F1",
        "AUC"
    ));
    let mut line = |name: &str, f: &Figures| {
        let best = match (f.best_f1, f.best_threshold) {
            (Some(value), Some(at)) => format!("{value:.3} @ {at:.3}"),
            _ => "-".to_owned(),
        };
        page.raw(format!(
            "{name:34} {:>6} {:>5} {:>5} {:>5} {:>5}  {:>5} {:>5} {:>5}  {best:>13}  {:>5}",
            f.n,
            f.tp,
            f.fp,
            f.tn,
            f.false_negatives,
            figure(f.precision),
            figure(f.recall),
            figure(f.f1),
            figure(f.auc)
        ));
    };
    line("all", &evaluation.overall);
    let mut section = |title: &str, by: &BTreeMap<String, Figures>| {
        for (name, figures) in by {
            line(&format!("{title} {name}"), figures);
        }
    };
    section("group", &evaluation.group);
    section("schema", &evaluation.schema);
    section("script", &evaluation.script);
    section("quality", &evaluation.quality);
    page.raw(String::new());
    page.raw("score        pairs  matches".to_owned());
    for bin in &evaluation.reliability {
        page.raw(format!("{:.1} to {:.1}  {:>6}  {:>7}", bin.from, bin.to, bin.n, figure(bin.matches)));
    }
    for pair in evaluation.wrong.iter().flatten() {
        let what = if pair.is_match { "missed" } else { "false" };
        page.hanging(
            0,
            6,
            &format!(
                "{what}, line {} ({}): `{}` / `{}`: {}",
                pair.line, pair.group, pair.name1, pair.name2, pair.why
            ),
        );
    }
    page.finish()
}

/// The page of `screening eval`.
pub(crate) fn screening_evaluation(evaluation: &ScreeningEvaluation) -> String {
    let mut page = Page::default();
    page.raw(format!("{} entries, threshold {}", evaluation.entries, evaluation.threshold));
    let parts = [
        ("by name alone", &evaluation.by_name),
        ("with country and birth date", &evaluation.with_country_and_birth_date),
    ];
    let percent =
        |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |s| format!("{:.3} %", 100.0 * s));
    for (title, rates) in parts {
        page.raw(format!(
            "{title}: {} of {} listed found ({}); false alarms on {} of {} others ({})",
            rates.found,
            rates.positives,
            percent(rates.recall),
            rates.false_alarms,
            rates.negatives,
            percent(rates.false_positive_rate)
        ));
        page.raw("  threshold      recall  false alarms".to_owned());
        for point in &rates.curve {
            page.raw(format!(
                "  {:>9.2}  {:>10}  {:>12}",
                point.threshold,
                percent(point.recall),
                percent(point.false_positive_rate)
            ));
        }
    }
    for (title, rates) in parts {
        for (alteration, recall) in &rates.by_alteration {
            // counts are far below 2^52
            let share = recall.found as f64 / recall.positives.max(1) as f64;
            page.raw(format!(
                "{title}, {alteration}: {} of {} found ({})",
                recall.found,
                recall.positives,
                percent(Some(share))
            ));
        }
    }
    for (title, rates) in parts {
        cases(&mut page, title, rates);
    }
    for note in &evaluation.notes {
        page.hanging(0, 6, &format!("note: {note}"));
    }
    page.finish()
}

fn cases(page: &mut Page, title: &str, rates: &Rates) {
    for case in rates.cases.iter().flatten() {
        let what = if case.listed { "missed" } else { "false alarm" };
        let nearest = if case.nearest.is_empty() { "nothing came near" } else { case.nearest.as_str() };
        page.hanging(0, 6, &format!("{what} {title}: `{}`: {:.2}, {nearest}", case.name, case.score));
    }
}
