//! Scenario files: cases with what is expected of them, run against the packs (`countersign law test`).
//!
//! A scenario passes when its own expectation and every counterfactual hold (case format, section 10). One that
//! cannot be run is unsupported, never passed.

use countersign_case::{Case, Expected, Known, KnownRule, Scenario, ScenarioFile, Stated};
use countersign_model::{LawVerdict, Share};
use serde::Serialize;

use crate::decide::decide;
use crate::decision::Decision;
use crate::pack::{Law, NormKind};

/// How a scenario ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Every expectation held.
    Passed,
    /// Some did not.
    Failed,
    /// The scenario could not be run.
    Unsupported,
}

/// The outcome of one scenario.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Its id.
    pub id: String,
    /// How it ended.
    pub status: Status,
    /// The answer expected.
    pub expected: Option<String>,
    /// The answer given.
    pub got: Option<String>,
    /// Every difference, a sentence each.
    pub diff: Vec<String>,
}

impl Law {
    /// The inventory in the form that the case contract checks references against.
    pub fn known(&self, questions: std::collections::BTreeSet<String>) -> Known {
        let rules = self
            .inventory
            .rows()
            .map(|row| {
                let kind = match row.kind {
                    NormKind::Law => "LAW",
                    NormKind::Guidance => "GUIDANCE",
                    NormKind::Commitment => "COMMITMENT",
                    NormKind::Gate => "GATE",
                };
                let known = KnownRule {
                    regime: row.regime.clone(),
                    kind: kind.to_owned(),
                    in_force: row.in_force,
                    until: row.until,
                };
                (row.id.clone(), known)
            })
            .collect();
        Known { rules, questions }
    }
}

/// Runs every scenario of a file that was read.
pub fn run(law: &Law, known: &Known, file: &ScenarioFile) -> Vec<Outcome> {
    file.scenarios
        .iter()
        .map(|entry| match &entry.result {
            Err(error) => Outcome {
                id: entry.id.clone(),
                status: Status::Unsupported,
                expected: None,
                got: None,
                diff: error.problems.iter().map(|p| p.to_string()).collect(),
            },
            Ok(scenario) => run_one(law, known, scenario),
        })
        .collect()
}

fn run_one(law: &Law, known: &Known, scenario: &Scenario) -> Outcome {
    let decision = decide(law, &scenario.case, &[]);
    let mut unsupported = unknown_regimes(law, &scenario.case);
    let mut diff = compare(&scenario.expected, &decision);
    for (n, counterfactual) in scenario.expected.counterfactual.iter().enumerate() {
        match scenario.case.edited(&counterfactual.edit, known) {
            Err(error) => unsupported.push(format!("counterfactual {}: {error}", n + 1)),
            Ok(changed) => {
                let then = decide(law, &changed, &[]);
                let found = compare(&counterfactual.expected, &then);
                diff.extend(found.into_iter().map(|d| format!("counterfactual {}: {d}", n + 1)));
            }
        }
    }
    let status = match (unsupported.is_empty(), diff.is_empty()) {
        (false, _) => Status::Unsupported,
        (true, true) => Status::Passed,
        (true, false) => Status::Failed,
    };
    diff.extend(unsupported);
    Outcome {
        id: scenario.id.clone(),
        status,
        expected: scenario.expected.answer.map(|a| a.to_string()),
        got: Some(decision.answer.to_string()),
        diff,
    }
}

/// Regimes that the case asks and no pack holds.
fn unknown_regimes(law: &Law, case: &Case) -> Vec<String> {
    let known = |name: &str| law.regimes.iter().any(|r| r.id == name || r.group == name);
    case.regimes()
        .into_iter()
        .flatten()
        .filter(|name| !known(name))
        .map(|name| format!("no pack holds the regime `{name}`"))
        .collect()
}

/// Every difference between an expectation and a decision; keys not given are not asserted.
pub(crate) fn compare(expected: &Expected, decision: &Decision) -> Vec<String> {
    let mut diff = Vec::new();
    let mut differ = |what: &str, wanted: String, got: String| {
        if wanted != got {
            diff.push(format!("{what}: expected {wanted}, got {got}"));
        }
    };
    if let Some(answer) = expected.answer {
        differ("answer", answer.to_string(), decision.answer.to_string());
    }
    if let Some(gate) = expected.gate {
        differ("gate", gate.to_string(), decision.gate.verdict.to_string());
    }
    if let Some(by_regime) = &expected.by_regime {
        // a partial expectation of a counterfactual names only what it asserts
        let whole = expected.must_cite.is_some() && expected.must_not_cite.is_some();
        for regime in &decision.regimes {
            match by_regime.get(&regime.regime) {
                Some(wanted) => differ(&regime.regime, wanted.to_string(), regime.verdict.to_string()),
                None if whole => {
                    differ(&regime.regime, LawVerdict::NotControlled.to_string(), regime.verdict.to_string());
                }
                None => {}
            }
        }
        for name in by_regime.keys().filter(|n| !decision.regimes.iter().any(|r| r.regime == **n)) {
            differ(name, "a verdict".to_owned(), "none: the regime was not asked".to_owned());
        }
    }
    for (family, wanted) in expected.commitments.iter().flatten() {
        let got = decision.commitments.iter().find(|c| c.family == *family);
        differ(
            family,
            wanted.to_string(),
            got.map_or_else(|| "nothing".to_owned(), |c| c.verdict.to_string()),
        );
    }
    match &expected.review_policy {
        None => {}
        Some(Stated::Nothing) => {
            for regime in decision.regimes.iter().filter(|r| r.review_policy.is_some()) {
                differ(
                    &format!("review policy of {}", regime.regime),
                    "none".to_owned(),
                    regime.review_policy.map(|p| p.to_string()).unwrap_or_default(),
                );
            }
        }
        Some(Stated::These(policies)) => {
            for (name, wanted) in policies {
                let got = decision.regimes.iter().find(|r| r.regime == *name).and_then(|r| r.review_policy);
                let got = got.map_or_else(|| "none".to_owned(), |p| p.to_string());
                differ(&format!("review policy of {name}"), wanted.to_string(), got);
            }
        }
    }
    for (name, wanted) in expected.attributed_percent.iter().flatten() {
        let found: Vec<String> = decision
            .regimes
            .iter()
            .filter(|r| r.regime == *name)
            .flat_map(|r| r.attributed.iter().filter(|a| a.dealt_with).map(|a| a.percent.clone()))
            .collect();
        if !found.contains(&Share::exactly(wanted.clone()).to_string()) {
            differ(&format!("share attributed under {name}"), wanted.to_string(), found.join(", "));
        }
    }
    let cited = determining(decision);
    let near: Vec<&str> =
        decision.regimes.iter().flat_map(|r| &r.near_misses).map(|m| m.rule.as_str()).collect();
    let everything = serde_json::to_string(decision).unwrap_or_default();
    for id in expected.must_cite.iter().flatten().filter(|id| !cited.contains(&id.as_str())) {
        diff.push(format!("must cite {id}"));
    }
    for id in expected.must_not_cite.iter().flatten().filter(|id| cited.contains(&id.as_str())) {
        diff.push(format!("must not cite {id}"));
    }
    for id in expected.near_miss.iter().flatten().filter(|id| !near.contains(&id.as_str())) {
        diff.push(format!("must show {id} as a near miss"));
    }
    for text in expected.must_mention.iter().chain(&expected.must_show).flatten() {
        if !mentions(&everything, text) {
            diff.push(format!("must mention {text}"));
        }
    }
    let shown: Vec<&str> = decision.missing_facts.iter().map(|m| m.path.as_str()).collect();
    match &expected.missing_facts {
        None => {}
        Some(Stated::Nothing) if shown.is_empty() => {}
        Some(Stated::Nothing) => diff.push(format!("missing facts: expected none, got {}", shown.join(", "))),
        Some(Stated::These(paths)) => {
            // of a block that is absent as a whole the facts in it are named, and name it
            let named = |path: &str| {
                shown.iter().any(|s| {
                    s.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                })
            };
            for path in paths.iter().filter(|p| !named(p)) {
                diff.push(format!("missing facts: {path} is not named among [{}]", shown.join(", ")));
            }
        }
    }
    diff
}

/// Whether a text appears in the decision, a rule id only as a whole (`EAR-740.2` is not `EAR-740.22`).
fn mentions(everything: &str, text: &str) -> bool {
    everything.match_indices(text).any(|(at, _)| {
        let next = everything.get(at + text.len()..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|c| c.is_ascii_alphanumeric())
    })
}

/// All determining citations: of the regimes, the gate and the commitments.
fn determining(decision: &Decision) -> Vec<&str> {
    decision
        .regimes
        .iter()
        .flat_map(|r| &r.determining)
        .chain(&decision.gate.determining)
        .chain(decision.commitments.iter().flat_map(|c| &c.determining))
        .map(|c| c.rule.as_str())
        .collect()
}
