//! Whether an expectation can hold at all: its answer follows from its verdicts (case format, section 8), its rules
//! exist and are in force, its missing facts are absent.

use std::collections::BTreeSet;

use countersign_model::{Date, parse_date};
use serde_json::{Map, Value};

use crate::cross::unknown_rule;
use crate::known::Known;
use crate::lines::{child, index};
use crate::path::{Place, locate};
use crate::problem::Found;

/// The regimes that a group stands for (case format, section 2).
const GROUPS: [(&str, &[&str]); 3] = [
    ("US", &["US-EAR", "US-ITAR", "US-OFAC", "US-CMIC", "US-OUTBOUND", "US-EO14093"]),
    ("EU", &["EU-DUR", "EU-SANC", "EU-EMFA"]),
    ("UK", &["UK-DUR", "UK-SANC"]),
];
const HOLD_LAW: [&str; 5] =
    ["AUTHORISATION_REQUIRED", "NOTIFY_AND_HOLD", "INDETERMINATE", "LEGAL_CONFLICT", "NATIONAL_LAW_CHECK"];
const CONDITION_LAW: [&str; 2] = ["AUTHORISED", "GENERAL_AUTHORISATION"];
const CITE_KEYS: [&str; 4] = ["must_cite", "must_not_cite", "near_miss", "must_mention"];

/// The verdicts that hold in a counterfactual: those of the scenario, overridden by what the counterfactual gives.
/// Citations and missing facts are not inherited.
pub(crate) fn merged(base: &Value, given: &Value) -> Value {
    let mut out: Map<String, Value> = base
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| {
            !CITE_KEYS.contains(&key.as_str()) && *key != "counterfactual" && *key != "missing_facts"
        })
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    for (key, value) in given.as_object().into_iter().flatten() {
        match (out.get_mut(key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => {
                old.extend(new.iter().map(|(k, v)| (k.clone(), v.clone())));
            }
            _ => {
                out.insert(key.clone(), value.clone());
            }
        }
    }
    Value::Object(out)
}

/// Faults of the expectation `given`, at `base`; `whole` is the same with what it inherits.
pub(crate) fn check(case: &Value, whole: &Value, given: &Value, known: &Known, base: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let asked = regimes_asked(case);
    for regime in keys(given, "by_regime") {
        if !asked.contains(regime) {
            let at = child(&child(base, "by_regime"), regime);
            found.push(Found::new(at, format!("{regime} is not among the regimes asked")));
        }
    }
    for regime in keys(given, "review_policy") {
        if whole.get("by_regime").and_then(|map| map.get(regime)).and_then(Value::as_str)
            != Some("AUTHORISATION_REQUIRED")
        {
            let at = child(&child(base, "review_policy"), regime);
            found.push(Found::new(
                at,
                format!("{regime} requires no authorisation, so it has no review policy"),
            ));
        }
    }
    citations(case, given, known, base, &mut found);
    missing_facts(case, given, base, &mut found);
    if let Some(answer) = text(given, "answer") {
        let (derived, flagged) = (derived_answer(case, whole), cites_guidance(given, known));
        if answer != derived && !(flagged && derived == "PROCEED" && answer == "CONDITIONS") {
            found.push(Found::new(
                child(base, "answer"),
                format!("{answer}, but the verdicts give {derived}"),
            ));
        }
    }
    found
}

/// A scenario's own expectation cites something for every verdict that stops or binds.
pub(crate) fn base_citations(expected: &Value, known: &Known) -> Vec<Found> {
    let cited: BTreeSet<&str> = list(expected, "must_cite")
        .filter_map(|(_, id)| known.rules.get(id))
        .map(|rule| rule.regime.as_str())
        .collect();
    let at = "/expected/must_cite";
    let mut found = Vec::new();
    for (regime, verdict) in pairs(expected, "by_regime") {
        if verdict != "NOT_CONTROLLED" && !cited.contains(regime) {
            found.push(Found::new(at, format!("nothing cited for {regime} = {verdict}")));
        }
    }
    if matches!(text(expected, "gate"), Some("GATE_STOP" | "GATE_INCOMPLETE")) && !cited.contains("GATE") {
        found.push(Found::new(at, "nothing cited for the gate"));
    }
    for (family, verdict) in pairs(expected, "commitments") {
        if verdict == "COMMITMENT_BREACHED" && !cited.contains(family) {
            found.push(Found::new(at, format!("nothing cited for {family}")));
        }
    }
    found
}

pub(crate) fn citations(case: &Value, given: &Value, known: &Known, base: &str, found: &mut Vec<Found>) {
    for key in CITE_KEYS {
        for (n, id) in list(given, key) {
            if let Some(message) = unknown_rule(known, id) {
                found.push(Found::new(index(&child(base, key), n), message));
            }
        }
    }
    let as_of: Option<Date> = text(case, "as_of").and_then(|day| parse_date(day).ok());
    for (n, id) in list(given, "must_cite") {
        let at = index(&child(base, "must_cite"), n);
        if list(given, "must_not_cite").any(|(_, other)| other == id) {
            found.push(Found::new(at.clone(), format!("`{id}` must and must not be cited")));
        }
        if list(given, "near_miss").any(|(_, other)| other == id) {
            found.push(Found::new(at.clone(), format!("`{id}` is both determining and a near miss")));
        }
        let in_force = |day: Date| {
            known.rules.get(id).is_none_or(|rule| {
                rule.in_force.is_none_or(|from| from <= day) && rule.until.is_none_or(|until| day <= until)
            })
        };
        if let Some(day) = as_of
            && !in_force(day)
        {
            found.push(Found::new(at, format!("`{id}` is not in force on {day}")));
        }
    }
}

pub(crate) fn missing_facts(case: &Value, given: &Value, base: &str, found: &mut Vec<Found>) {
    for (n, path) in list(given, "missing_facts") {
        let at = index(&child(base, "missing_facts"), n);
        match locate(case, path) {
            Err(error) => found.push(Found::new(at, error.to_string())),
            Ok(Place::Member { .. }) => {
                found.push(Found::new(at, format!("path `{path}`: the path must end in a key")));
            }
            Ok(Place::Key { parent, key, .. }) => {
                // an interval leaves open what it spans
                let open = |value: &Value| value.as_str() == Some("unknown") || value.get("min").is_some();
                if parent.get(&key).is_some_and(|value| !open(value)) {
                    found
                        .push(Found::new(at, format!("`{path}` is given in the case, so it is not missing")));
                }
            }
            Ok(Place::Absent) => {}
        }
    }
}

/// Section 8, without open red flags of guidance. Commitments count only where the actor is a body of the state.
fn derived_answer(case: &Value, whole: &Value) -> &'static str {
    let law: Vec<&str> = pairs(whole, "by_regime").map(|(_, verdict)| verdict).collect();
    let gate = text(whole, "gate").unwrap_or_default();
    let actor = text(case, "actor");
    let parties = case.get("parties").and_then(Value::as_array).into_iter().flatten();
    let binds = parties.filter(|p| text(p, "id") == actor).any(|p| text(p, "kind") == Some("state_body"));
    let commitment = |word: &str| binds && pairs(whole, "commitments").any(|(_, verdict)| verdict == word);
    if law.contains(&"PROHIBITED") || gate == "GATE_STOP" || commitment("COMMITMENT_BREACHED") {
        "STOP"
    } else if law.iter().any(|verdict| HOLD_LAW.contains(verdict))
        || gate == "GATE_INCOMPLETE"
        || commitment("COMMITMENT_AT_RISK")
    {
        "HOLD"
    } else if law.iter().any(|verdict| CONDITION_LAW.contains(verdict)) || gate == "GATE_CONDITIONAL" {
        "CONDITIONS"
    } else {
        "PROCEED"
    }
}

fn cites_guidance(given: &Value, known: &Known) -> bool {
    ["must_cite", "must_mention"]
        .into_iter()
        .flat_map(|key| list(given, key))
        .any(|(_, id)| known.rules.get(id).is_some_and(|rule| rule.kind == "GUIDANCE"))
}

fn regimes_asked(case: &Value) -> BTreeSet<&str> {
    let mut asked = BTreeSet::new();
    let all = GROUPS.iter().map(|(group, _)| *group);
    let named: Vec<&str> = match case.get("regimes").and_then(Value::as_array) {
        Some(list) => list.iter().filter_map(Value::as_str).collect(),
        None => all.collect(),
    };
    for name in named {
        match GROUPS.iter().find(|(group, _)| *group == name) {
            Some((_, members)) => asked.extend(members.iter().copied()),
            None => {
                asked.insert(name);
            }
        }
    }
    asked
}

fn text<'a>(map: &'a Value, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str)
}

fn list<'a>(map: &'a Value, key: &str) -> impl Iterator<Item = (usize, &'a str)> {
    map.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).enumerate()
}

fn pairs<'a>(map: &'a Value, key: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let entries = map.get(key).and_then(Value::as_object).into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
}

fn keys<'a>(map: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    pairs(map, key).map(|(name, _)| name)
}
