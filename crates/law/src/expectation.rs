//! What a worked case expects, beside what was decided.

use countersign_case::{Expected, Stated};
use countersign_model::{LawVerdict, Share};

use crate::decision::Decision;

/// Every difference between an expectation and a decision; keys not given are not asserted.
pub(crate) fn compare(expected: &Expected, decision: &Decision) -> Vec<String> {
    let mut diff = Vec::new();
    verdicts(expected, decision, &mut diff);
    review_policies(expected, decision, &mut diff);
    shares(expected, decision, &mut diff);
    rules(expected, decision, &mut diff);
    missing_facts(expected, decision, &mut diff);
    diff
}

/// Notes a difference.
fn differ(diff: &mut Vec<String>, what: &str, wanted: String, got: String) {
    if wanted != got {
        diff.push(format!("{what}: expected {wanted}, got {got}"));
    }
}

/// The answer, the gate, the regimes and the commitments.
fn verdicts(expected: &Expected, decision: &Decision, diff: &mut Vec<String>) {
    if let Some(answer) = expected.answer {
        differ(diff, "answer", answer.to_string(), decision.answer.to_string());
    }
    if let Some(gate) = expected.gate {
        differ(diff, "gate", gate.to_string(), decision.gate.verdict.to_string());
    }
    if let Some(by_regime) = &expected.by_regime {
        // a partial expectation of a counterfactual names only what it asserts
        let whole = expected.must_cite.is_some() && expected.must_not_cite.is_some();
        for regime in &decision.regimes {
            let wanted = by_regime.get(&regime.regime).map(ToString::to_string);
            let wanted = wanted.or_else(|| whole.then(|| LawVerdict::NotControlled.to_string()));
            if let Some(wanted) = wanted {
                differ(diff, &regime.regime, wanted, regime.verdict.to_string());
            }
        }
        for name in by_regime.keys().filter(|n| !decision.regimes.iter().any(|r| r.regime == **n)) {
            differ(diff, name, "a verdict".to_owned(), "none: the regime was not asked".to_owned());
        }
    }
    for (family, wanted) in expected.commitments.iter().flatten() {
        let got = decision.commitments.iter().find(|c| c.family == *family);
        let got = got.map_or_else(|| "nothing".to_owned(), |c| c.verdict.to_string());
        differ(diff, family, wanted.to_string(), got);
    }
}

fn review_policies(expected: &Expected, decision: &Decision, diff: &mut Vec<String>) {
    match &expected.review_policy {
        None => {}
        Some(Stated::Nothing) => {
            for regime in &decision.regimes {
                if let Some(policy) = regime.review_policy {
                    let what = format!("review policy of {}", regime.regime);
                    differ(diff, &what, "none".to_owned(), policy.to_string());
                }
            }
        }
        Some(Stated::These(policies)) => {
            for (name, wanted) in policies {
                let got = decision.regimes.iter().find(|r| r.regime == *name).and_then(|r| r.review_policy);
                let got = got.map_or_else(|| "none".to_owned(), |p| p.to_string());
                differ(diff, &format!("review policy of {name}"), wanted.to_string(), got);
            }
        }
    }
}

/// The shares attributed to listed persons in those dealt with.
fn shares(expected: &Expected, decision: &Decision, diff: &mut Vec<String>) {
    for (name, wanted) in expected.attributed_percent.iter().flatten() {
        let found: Vec<String> = decision
            .regimes
            .iter()
            .filter(|r| r.regime == *name)
            .flat_map(|r| r.attributed.iter().filter(|a| a.dealt_with).map(|a| a.percent.clone()))
            .collect();
        if !found.contains(&Share::exactly(wanted.clone()).to_string()) {
            differ(diff, &format!("share attributed under {name}"), wanted.to_string(), found.join(", "));
        }
    }
}

/// The rules that must be cited or not, must be near misses, must be named anywhere.
fn rules(expected: &Expected, decision: &Decision, diff: &mut Vec<String>) {
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
}

fn missing_facts(expected: &Expected, decision: &Decision, diff: &mut Vec<String>) {
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
