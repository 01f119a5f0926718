//! Measures the matcher on labelled name pairs: `name_pairs PAIRS.csv [--wrong]`.
//!
//! Prints F1 at 0.7, the best F1, AUC and accuracy over all pairs and by the source of their labels. With `--wrong`,
//! also every pair on the wrong side of 0.7.

use std::collections::BTreeMap;
use std::error::Error;

use countersign_model::EntitySchema;
use countersign_names::{DefaultRarity, NameKind, ParsedName, compare};

/// The threshold of the default profile.
const THRESHOLD: f64 = 0.7;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name the CSV of labelled pairs")?;
    let wrong = arguments.any(|a| a == "--wrong");
    let mut groups: BTreeMap<String, Vec<(f64, bool)>> = BTreeMap::new();
    for row in csv::Reader::from_path(&path)?.deserialize::<BTreeMap<String, String>>() {
        let row = row?;
        let field = |name: &str| row.get(name).map(String::as_str).ok_or(format!("no column `{name}`"));
        let schema: EntitySchema = field("schema")?.parse()?;
        let (one, two) = (field("name1")?, field("name2")?);
        let label = field("is_match")? == "true";
        let group = field("case_group")?;
        let best = NameKind::of_schema(schema)
            .iter()
            .map(|kind| {
                compare(&ParsedName::parse(one, *kind), &ParsedName::parse(two, *kind), &DefaultRarity)
            })
            .max_by(|a, b| a.score.total_cmp(&b.score))
            .ok_or("a schema without kinds")?;
        if wrong && (best.score >= THRESHOLD) != label {
            #[expect(clippy::print_stdout, reason = "a program that reports on standard output")]
            {
                println!(
                    "{} {group}: `{one}` / `{two}`: {}",
                    if label { "MISSED" } else { "FALSE " },
                    best.line()
                );
            }
        }
        let kind = if group.starts_with("synth") { "synthetic" } else { "expert" };
        for name in ["all", kind, group] {
            groups.entry(name.to_owned()).or_default().push((best.score, label));
        }
    }
    for (name, pairs) in &groups {
        let (best, at) = best_f1(pairs);
        #[expect(clippy::print_stdout, reason = "a program that reports on standard output")]
        {
            println!(
                "{name:16} n={:4} F1@{THRESHOLD}={:.3} best F1={best:.3}@{at:.2} AUC={:.3} accuracy={:.3}",
                pairs.len(),
                f1(pairs, THRESHOLD),
                auc(pairs),
                accuracy(pairs, THRESHOLD)
            );
        }
    }
    Ok(())
}

fn count(pairs: &[(f64, bool)], keep: impl Fn(f64, bool) -> bool) -> f64 {
    // counts of pairs are small
    pairs.iter().filter(|(score, label)| keep(*score, *label)).count() as f64
}

fn f1(pairs: &[(f64, bool)], threshold: f64) -> f64 {
    let hit = count(pairs, |s, l| l && s >= threshold);
    let wrong = count(pairs, |s, l| l != (s >= threshold));
    if hit == 0.0 { 0.0 } else { 2.0 * hit / (2.0 * hit + wrong) }
}

fn best_f1(pairs: &[(f64, bool)]) -> (f64, f64) {
    (1..=100)
        .map(|n| f64::from(n) / 100.0)
        .map(|t| (f1(pairs, t), t))
        .fold((0.0, 0.0), |a, b| if b.0 > a.0 { b } else { a })
}

fn accuracy(pairs: &[(f64, bool)], threshold: f64) -> f64 {
    count(pairs, |s, l| l == (s >= threshold)) / count(pairs, |_, _| true).max(1.0)
}

/// The chance that a matching pair scores above one that does not match (ties count half).
fn auc(pairs: &[(f64, bool)]) -> f64 {
    let mut wins = 0.0;
    let mut total = 0.0;
    for (a, _) in pairs.iter().filter(|p| p.1) {
        for (b, _) in pairs.iter().filter(|p| !p.1) {
            total += 1.0;
            wins += match a.total_cmp(b) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    if total == 0.0 { 0.0 } else { wins / total }
}
