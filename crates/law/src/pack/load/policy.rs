//! One Cedar policy with its annotations, read as a rule.

use std::sync::Arc;

use cedar_policy::{Effect, ParseErrors, Policy};
use countersign_model::{CommitmentVerdict, GateVerdict, LawVerdict, ReviewPolicy};
use serde_json::Value as Json;

use super::super::inventory::{Inventory, NormKind};
use super::super::regime::Regime;
use super::super::rule::{Action, Clause, Resource, Role, Rule, Stay};
use crate::eval::Expr;

/// Annotations that a policy may carry; another one is an error, so that a misspelt date is not ignored.
const KNOWN: [&str; 24] = [
    "id",
    "part",
    "cite",
    "in_force",
    "until",
    "outcome",
    "review",
    "review_from",
    "why",
    "lifts",
    "bars",
    "reviews",
    "supports",
    "scope",
    "defines",
    "of_party",
    "any",
    "cites",
    "mentions",
    "cites_from",
    "under",
    "stayed",
    "warn",
    "note",
];

/// A parse error with its line and what Cedar says about it.
pub(super) fn where_and_why(text: &str, errors: &ParseErrors) -> String {
    use miette::Diagnostic as _;
    let line = errors
        .labels()
        .and_then(|mut labels| labels.next())
        .map(|label| text.bytes().take(label.offset()).filter(|b| *b == b'\n').count() + 1);
    match line {
        Some(line) => format!("line {line}: {errors}"),
        None => errors.to_string(),
    }
}

/// Reads a policy; all its faults at once.
pub(super) fn read(policy: &Policy, regime: &Regime, inventory: &Inventory) -> Result<Rule, Vec<String>> {
    let note = |name: &str| policy.annotation(name).map(str::to_owned);
    let Some(id) = note("id") else {
        return Err(vec![format!(
            "a policy has no @id: {}",
            policy.to_string().lines().next().unwrap_or_default()
        )]);
    };
    let key = note("part").map_or_else(|| id.clone(), |part| format!("{id}#{part}"));
    let mut faults = Vec::new();
    for (name, _) in policy.annotations() {
        let numbered = name.strip_prefix("when").is_some_and(|n| n.parse::<usize>().is_ok());
        if !numbered && !KNOWN.contains(&name) {
            faults.push(format!("`{key}`: unknown annotation `@{name}`"));
        }
    }
    let words = |name: &str| -> Vec<String> {
        note(name).map(|t| t.split_whitespace().map(str::to_owned).collect()).unwrap_or_default()
    };
    let mut dated = |name: &str| {
        note(name)
            .filter(|t| !t.is_empty())
            .and_then(|text| date(&text).map_err(|e| faults.push(format!("`{key}`: @{name}: {e}"))).ok())
    };
    let (in_force, until) = (dated("in_force"), dated("until"));
    let kind = if id.starts_with("def:") {
        regime.kind
    } else {
        match inventory.get(&id) {
            None => {
                faults.push(format!("`{id}` is not in rule-ids.csv"));
                regime.kind
            }
            Some(row) => {
                if note("cite").as_deref() != Some(row.citation.as_str()) {
                    faults.push(format!(
                        "`{key}`: @cite must be the citation of rule-ids.csv, \"{}\"",
                        row.citation
                    ));
                }
                if note("part").is_none() && (in_force != row.in_force || until != row.until) {
                    faults.push(format!("`{key}`: @in_force and @until must be those of rule-ids.csv"));
                }
                row.kind
            }
        }
    };
    let json = policy.to_json().unwrap_or(Json::Null);
    let role = match role(&note, &words, kind) {
        Ok(role) => Some(role),
        Err(fault) => {
            faults.push(format!("`{key}`: {fault}"));
            None
        }
    };
    let resource = json
        .pointer("/resource/entity_type")
        .and_then(Json::as_str)
        .and_then(Resource::from_name)
        .or_else(|| {
            faults.push(format!("`{key}`: write what the rule looks at: `resource is Case`, Party, Listing, Entry or Assessment"));
            None
        });
    let mut clauses = Vec::new();
    let conditions = json.get("conditions").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    for (n, condition) in conditions.iter().enumerate() {
        match Expr::from_json(condition.get("body").unwrap_or(&Json::Null)) {
            Err(fault) => faults.push(format!("`{key}`: condition {}: {fault}", n + 1)),
            Ok(expr) => {
                let unless = condition.get("kind").and_then(Json::as_str) == Some("unless");
                let plain = if unless { format!("not ({expr})") } else { expr.to_string() };
                let sentence = note(&format!("when{}", n + 1)).unwrap_or(plain);
                clauses.push(Clause { expr, unless, sentence });
            }
        }
    }
    if clauses.is_empty() {
        faults.push(format!("`{key}`: a rule needs at least one condition: when it is looked at"));
    }
    let surplus = policy
        .annotations()
        .filter_map(|(name, _)| name.strip_prefix("when").and_then(|n| n.parse::<usize>().ok()))
        .any(|n| n == 0 || n > conditions.len());
    if surplus {
        faults.push(format!("`{key}`: a @when… annotation has no condition"));
    }
    let review = note("review").and_then(|word| {
        let policy = ReviewPolicy::from_word(&word);
        if policy.is_none() {
            faults.push(format!("`{key}`: @review(\"{word}\") is no review policy"));
        }
        policy
    });
    let stayed =
        note("stayed").and_then(|text| match text.split_whitespace().collect::<Vec<_>>().as_slice() {
            [from, until, by] => match (date(from), date(until)) {
                (Ok(from), Ok(until)) => Some(Stay { from, until, by: (*by).to_owned() }),
                _ => {
                    faults.push(format!("`{key}`: @stayed: the dates cannot be read"));
                    None
                }
            },
            _ => {
                faults.push(format!("`{key}`: @stayed(\"FROM UNTIL RULE-ID\")"));
                None
            }
        });
    let actions = actions(&json).unwrap_or_else(|| {
        faults.push(format!("`{key}`: the scope names an unknown action"));
        Vec::new()
    });
    let why = note("why").unwrap_or_default();
    if why.is_empty() && !id.starts_with("def:") {
        faults
            .push(format!("`{key}`: @why is missing: the rule in one sentence for the person who must act"));
    }
    match (role, resource, faults.is_empty()) {
        (Some(role), Some(resource), true) => Ok(Rule {
            cites: words("cites"),
            mentions: words("mentions"),
            cites_from: note("cites_from"),
            warn: note("warn"),
            scope: note("scope").is_some()
                || inventory.get(&id).is_some_and(|row| row.meaning.contains("scope rule")),
            review_from: note("review_from"),
            regime: inventory.get(&id).map_or_else(|| regime.id.clone(), |row| row.regime.clone()),
            permit: policy.effect() == Effect::Permit,
            key,
            id,
            kind,
            role,
            resource,
            actions,
            clauses,
            in_force,
            until,
            stayed,
            review,
            why,
        }),
        _ => Err(faults),
    }
}

fn role(
    note: &impl Fn(&str) -> Option<String>,
    words: &impl Fn(&str) -> Vec<String>,
    kind: NormKind,
) -> Result<Role, String> {
    let name = |annotation: &str| note(annotation).map(Arc::from);
    let (defines, of_party, any) = (name("defines"), name("of_party"), name("any"));
    if defines.is_some() || of_party.is_some() || any.is_some() {
        return Ok(Role::Definition { defines, of_party, any });
    }
    for (name, make) in [
        ("lifts", (|w| Role::Exception { lifts: w }) as fn(Vec<String>) -> Role),
        ("bars", |w| Role::Bar { bars: w }),
        ("reviews", |w| Role::Review { reviews: w }),
        ("supports", |w| Role::Support { supports: w }),
    ] {
        if note(name).is_some() {
            return Ok(make(words(name)));
        }
    }
    let outcome = note("outcome")
        .ok_or("@outcome is missing (or @defines, @any, @lifts, @bars, @reviews, @supports)")?;
    let bad = || format!("@outcome(\"{outcome}\") is no verdict of this kind of norm");
    if outcome == "ADVISORY" {
        return Ok(Role::Advisory);
    }
    match kind {
        NormKind::Law => LawVerdict::from_word(&outcome).map(Role::Requirement).ok_or_else(bad),
        NormKind::Guidance if outcome == "RED_FLAG" => Ok(Role::RedFlag),
        NormKind::Guidance => Err(bad()),
        NormKind::Commitment => CommitmentVerdict::from_word(&outcome).map(Role::Commitment).ok_or_else(bad),
        NormKind::Gate => GateVerdict::from_word(&outcome)
            .map(|verdict| Role::Gate { verdict, under: note("under") })
            .ok_or_else(bad),
    }
}

/// The acts that the scope of a policy names.
fn actions(json: &Json) -> Option<Vec<String>> {
    let scope = json.get("action")?;
    let named = |entity: &Json| -> Option<Vec<String>> {
        let id = entity.get("id")?.as_str()?;
        if id == "movement" {
            return Some(Action::MOVEMENT.map(str::to_owned).to_vec());
        }
        Action::ALL.into_iter().find(|a| *a == id).map(|a| vec![a.to_owned()])
    };
    match scope.get("op")?.as_str()? {
        "All" => Some(Action::ALL.map(str::to_owned).to_vec()),
        "==" => named(scope.get("entity")?),
        "in" => match (scope.get("entity"), scope.get("entities").and_then(Json::as_array)) {
            (Some(one), _) => named(one),
            (None, Some(many)) => many.iter().map(named).collect::<Option<Vec<_>>>().map(|v| v.concat()),
            _ => None,
        },
        _ => None,
    }
}

/// A date annotation.
fn date(text: &str) -> Result<countersign_model::Date, String> {
    countersign_model::parse_date(text).map_err(|e| e.to_string())
}
