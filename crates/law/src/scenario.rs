//! Scenario files: cases with what is expected of them, run against the packs (`countersign law test`).
//!
//! A scenario passes when its own expectation and every counterfactual hold (case format, section 10). One that
//! cannot be run is unsupported, never passed.

use countersign_case::{Case, Known, KnownRule, Scenario, ScenarioFile};

use crate::decide::decide;
use crate::expectation::compare;
use crate::outcome::Outcome;
use crate::pack::{Law, NormKind};

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
            Err(error) => Outcome::unreadable(&entry.id, error),
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
    Outcome::of(&scenario.id, scenario.expected.answer, decision.answer, diff, unsupported)
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
