//! Legal tests: single policies on base cases with changed facts (`legal-tests/1`), and which policies have tests.
//!
//! Comes in: the packs and their worked cases. Goes out: outcomes, and for each policy the tests in which it is
//! expected to hold and those in which it is expected to fail on a single condition. A policy without both is not
//! covered: nobody wrote down what it must do, and where it must stop.

use std::collections::{BTreeMap, BTreeSet};

use countersign_case::{Case, Expected, Known, LegalFile, LegalTest, ScenarioFile};
use serde::Serialize;

use crate::decide::{Findings, decide, findings};
use crate::expectation::compare;
use crate::outcome::Outcome;
use crate::pack::{Law, NormKind};

/// Runs every test of a file that was read.
pub fn run_legal(law: &Law, file: &LegalFile) -> Vec<Outcome> {
    file.tests
        .iter()
        .map(|entry| match &entry.result {
            Err(error) => Outcome::unreadable(&entry.id, error),
            Ok(test) => run_one(law, &entry.id, test),
        })
        .collect()
}

fn run_one(law: &Law, id: &str, test: &LegalTest) -> Outcome {
    let decision = decide(law, &test.case, &[]);
    let mut diff = compare(&test.expected, &decision);
    let found = findings(law, &test.case);
    let mut unsupported = Vec::new();
    for key in test.holds.iter().chain(&test.fails) {
        if !law.rules.iter().any(|r| r.key == *key) {
            unsupported.push(format!("no policy is called `{key}`"));
        }
    }
    diff.extend(test.holds.iter().filter(|k| !found.holds.contains(*k)).map(|k| format!("{k} must hold")));
    let not = |k: &&String| !found.fails.contains(*k);
    diff.extend(test.fails.iter().filter(not).map(|k| format!("{k} must fail, on a single condition")));
    Outcome::of(id, test.expected.answer, decision.answer, diff, unsupported)
}

/// The tests of one policy.
#[derive(Debug, Clone, Serialize)]
pub struct Covered {
    /// The policy: the rule's id, and its part after `#`; `def:…` for a definition.
    pub policy: String,
    /// The regime or family.
    pub regime: String,
    /// LAW, GUIDANCE, COMMITMENT or GATE.
    pub kind: NormKind,
    /// Tests in which it is expected to hold.
    pub holds: Vec<String>,
    /// Tests in which it is expected to fail on a single condition.
    pub fails: Vec<String>,
}

impl Covered {
    /// Whether there is at least one of both.
    pub fn is_covered(&self) -> bool {
        !self.holds.is_empty() && !self.fails.is_empty()
    }
}

/// Which policies have which tests.
#[derive(Debug)]
pub struct Coverage<'a> {
    law: &'a Law,
    holds: BTreeMap<String, Vec<String>>,
    fails: BTreeMap<String, Vec<String>>,
}

impl<'a> Coverage<'a> {
    /// An empty table for these packs.
    pub fn of(law: &'a Law) -> Self {
        Self { law, holds: BTreeMap::new(), fails: BTreeMap::new() }
    }

    /// Counts a file of legal tests.
    pub fn add_legal(&mut self, file: &LegalFile) {
        for entry in &file.tests {
            let Ok(test) = &entry.result else { continue };
            let found = findings(self.law, &test.case);
            let name = format!("{}/{}", file.set, entry.id);
            self.count(
                &name,
                &found,
                |key, _| test.holds.iter().any(|k| k == key),
                |key, _| test.fails.iter().any(|k| k == key),
            );
            self.count_expected(&name, &found, &test.expected);
        }
    }

    /// Counts a scenario file: rules that must be cited or mentioned and hold, near misses that fail.
    pub fn add_scenarios(&mut self, file: &ScenarioFile, known: &Known) {
        for entry in &file.scenarios {
            let Ok(scenario) = &entry.result else { continue };
            let mut cases: Vec<(Case, &Expected)> = vec![(scenario.case.clone(), &scenario.expected)];
            for other in &scenario.expected.counterfactual {
                if let Ok(case) = scenario.case.edited(&other.edit, known) {
                    cases.push((case, &other.expected));
                }
            }
            for (case, expected) in cases {
                let found = findings(self.law, &case);
                self.count_expected(&format!("{}/{}", file.set, entry.id), &found, expected);
            }
        }
    }

    fn count_expected(&mut self, name: &str, found: &Findings, expected: &Expected) {
        let cited = |id: &str| {
            [&expected.must_cite, &expected.must_mention, &expected.must_show]
                .into_iter()
                .flatten()
                .flatten()
                .any(|named| named == id)
        };
        let near = |id: &str| expected.near_miss.iter().flatten().any(|named| named == id);
        self.count(name, found, |_, id| cited(id), |_, id| near(id));
    }

    fn count(
        &mut self,
        name: &str,
        found: &Findings,
        holds: impl Fn(&str, &str) -> bool,
        fails: impl Fn(&str, &str) -> bool,
    ) {
        let add = |into: &mut BTreeMap<String, Vec<String>>,
                   keys: &BTreeSet<String>,
                   test: &dyn Fn(&str, &str) -> bool| {
            for key in keys {
                let id = key.split('#').next().unwrap_or(key);
                let list = into.entry(key.clone()).or_default();
                if test(key, id) && !list.iter().any(|n| n == name) {
                    list.push(name.to_owned());
                }
            }
        };
        add(&mut self.holds, &found.holds, &holds);
        add(&mut self.fails, &found.fails, &fails);
    }

    /// Every policy of the packs with its tests, in the order of their ids.
    pub fn rows(&self) -> Vec<Covered> {
        let tests = |of: &BTreeMap<String, Vec<String>>, key: &str| of.get(key).cloned().unwrap_or_default();
        self.law
            .rules
            .iter()
            .map(|rule| Covered {
                policy: rule.key.clone(),
                regime: rule.regime.clone(),
                kind: rule.kind,
                holds: tests(&self.holds, &rule.key),
                fails: tests(&self.fails, &rule.key),
            })
            .collect()
    }
}
