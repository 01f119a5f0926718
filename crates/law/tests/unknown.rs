//! Unknown never becomes permission: every fact of every worked case is taken away in turn. `COUNTERSIGN_TEST_SCALE` set to
//! anything takes the cases of the packs as well.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test says what it skipped, and stops where it cannot go on"
)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use countersign_case::{Case, Edit, Known, LegalFile, ScenarioFile};
use countersign_law::{Decision, Law, decide, verdicts};
use countersign_model::{Answer, LawVerdict};
use serde_json::Value;

/// Keys that are choices, words for people, or records whose absence the case format settles: not opted in (gate),
/// about to act (intent), every regime (regimes), never a missing fact (national_law), red flags beyond Article 5(2) and the
/// red-flag gate (red_flags), what guidance reads (capabilities, conduct: said in a warning), the actor's state's own records.
const NOT_FACTS: [&str; 17] = [
    "gate",
    "intent",
    "regimes",
    "sources",
    "notes",
    "title",
    "id",
    "national_law",
    "red_flags",
    "text",
    "description",
    "capabilities",
    "conduct",
    "real",
    "notice",
    "confidence",
    "pledges",
];

fn shared(name: &str) -> Option<String> {
    let root = std::env::var_os("COUNTERSIGN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let text = std::fs::read_to_string(root.join("regimes").join(name)).ok();
    if text.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{name} is missing, and CI may not skip");
        println!("skipped: {name} is not there; set COUNTERSIGN_SHARED");
    }
    text
}

/// Every path of the case below which something is given.
fn paths(value: &Value, prefix: &str, out: &mut Vec<String>) {
    let Some(map) = value.as_object() else { return };
    for (key, inner) in map {
        if NOT_FACTS.contains(&key.as_str()) {
            continue;
        }
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        out.push(path.clone());
        paths(inner, &path, out);
        for member in inner.as_array().into_iter().flatten() {
            let name = ["id", "party", "rule"].iter().find_map(|n| member.get(n)).and_then(Value::as_str);
            if let Some(name) = name {
                paths(member, &format!("{path}[{name}]"), out);
            }
        }
    }
}

fn verdict(decision: &Decision, regime: &str) -> Option<LawVerdict> {
    decision.regimes.iter().find(|r| r.regime == regime).map(|r| r.verdict)
}

fn check(law: &Law, known: &Known, id: &str, case: &Case, faults: &mut Vec<String>) -> usize {
    let whole = verdicts(law, case, &[]);
    let mut all = Vec::new();
    paths(case.tree(), "", &mut all);
    let mut tried = 0;
    for path in all {
        let edit = Edit { set: Vec::new(), unset: vec![path.clone()] };
        // a case that the contract then refuses is no case
        let Ok(less) = case.edited(&edit, known) else { continue };
        let then = verdicts(law, &less, &[]);
        tried += 1;
        for line in [Answer::Proceed, Answer::Conditions] {
            if then.answer <= line && whole.answer > line {
                faults.push(format!("{id} without {path}: {} became {}", whole.answer, then.answer));
            }
        }
        // which facts are missing in the end is told only with what their values lead to: asked where a verdict became open
        let mut told: Option<Decision> = None;
        for regime in &whole.regimes {
            let now = verdict(&then, &regime.regime);
            if now == Some(LawVerdict::NotControlled) && regime.verdict != LawVerdict::NotControlled {
                faults.push(format!("{id} without {path}: {} became NOT_CONTROLLED", regime.regime));
            }
            // an open verdict says which fact is missing
            if now == Some(LawVerdict::Indeterminate) && regime.verdict != LawVerdict::Indeterminate {
                let told = told.get_or_insert_with(|| decide(law, &less, &[]));
                let missing =
                    told.regimes.iter().find(|r| r.regime == regime.regime).map(|r| r.missing.len());
                if missing == Some(0) {
                    faults.push(format!("{id} without {path}: {} names no missing fact", regime.regime));
                }
            }
        }
    }
    tried
}

/// The cases that the packs carry.
fn packs(law: &Law, known: &Known, faults: &mut Vec<String>) -> usize {
    let mut tried = 0;
    let law_files = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../law");
    let folders = std::fs::read_dir(law_files).unwrap().map(|entry| entry.unwrap().path().join("cases"));
    for file in folders.filter_map(|cases| std::fs::read_dir(cases).ok()).flatten() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        if let Ok(file) = LegalFile::parse(&text, "cases", known) {
            for entry in file.tests.iter().filter_map(|t| t.result.as_ref().ok().map(|test| (&t.id, test))) {
                tried += check(law, known, entry.0, &entry.1.case, faults);
            }
        } else if let Ok(file) = ScenarioFile::parse(&text, "cases", known) {
            for entry in file.scenarios.iter().filter_map(|s| s.result.as_ref().ok()) {
                tried += check(law, known, &entry.id, &entry.case, faults);
            }
        }
    }
    tried
}

#[test]
fn no_fact_taken_away_gives_a_permission() {
    let law = Law::embedded().unwrap();
    let known = law.known(BTreeSet::from(["EN-01".to_owned(), "LF-04".to_owned()]));
    let mut tried = 0;
    let mut faults = Vec::new();
    for name in ["us-scenarios.yaml", "eu-scenarios.yaml"] {
        let Some(text) = shared(name) else { return };
        for entry in ScenarioFile::parse(&text, name, &known).unwrap().scenarios {
            let scenario = entry.result.unwrap();
            tried += check(&law, &known, &scenario.id, &scenario.case, &mut faults);
        }
    }
    if std::env::var_os("COUNTERSIGN_TEST_SCALE").is_some() {
        tried += packs(&law, &known, &mut faults);
    }
    println!("{tried} cases with one fact less");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(tried > 500, "the test has to try something: {tried}");
}
