//! One Cedar policy with its annotations, read as a rule.

use std::sync::Arc;

use cedar_policy::{Effect, ParseErrors, Policy};
use countersign_model::{CommitmentVerdict, Date, GateVerdict, LawVerdict, ReviewPolicy, parse_date};
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

/// A policy while it is read: its annotations, and what is wrong with it so far.
struct Reading<'a> {
    policy: &'a Policy,
    /// The rule's id, and its part after `#`.
    key: String,
    faults: Vec<String>,
}

/// Reads a policy; all its faults at once.
pub(super) fn read(policy: &Policy, regime: &Regime, inventory: &Inventory) -> Result<Rule, Vec<String>> {
    let Some(id) = policy.annotation("id").map(str::to_owned) else {
        return Err(vec![format!(
            "a policy has no @id: {}",
            policy.to_string().lines().next().unwrap_or_default()
        )]);
    };
    let key = policy.annotation("part").map_or_else(|| id.clone(), |part| format!("{id}#{part}"));
    let json = policy.to_json().unwrap_or(Json::Null);
    let mut r = Reading { policy, key, faults: Vec::new() };
    r.known_annotations();
    let (in_force, until) = (r.dated("in_force"), r.dated("until"));
    let kind = r.kind(&id, regime, inventory, in_force, until);
    let role = r.role(kind);
    let resource = r.resource(&json);
    let clauses = r.clauses(&json);
    let review = r.review();
    let stayed = r.stayed();
    let actions = actions(&json).unwrap_or_else(|| {
        r.fault("the scope names an unknown action");
        Vec::new()
    });
    let why = r.note("why").unwrap_or_default();
    if why.is_empty() && !id.starts_with("def:") {
        r.fault("@why is missing: the rule in one sentence for the person who must act");
    }
    let (Some(role), Some(resource), true) = (role, resource, r.faults.is_empty()) else {
        return Err(r.faults);
    };
    let row = inventory.get(&id);
    Ok(Rule {
        cites: r.words("cites"),
        mentions: r.words("mentions"),
        cites_from: r.note("cites_from"),
        warn: r.note("warn"),
        scope: r.note("scope").is_some() || row.is_some_and(|row| row.meaning.contains("scope rule")),
        review_from: r.note("review_from"),
        regime: row.map_or_else(|| regime.id.clone(), |row| row.regime.clone()),
        permit: policy.effect() == Effect::Permit,
        key: r.key,
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
    })
}

impl Reading<'_> {
    fn note(&self, annotation: &str) -> Option<String> {
        self.policy.annotation(annotation).map(str::to_owned)
    }

    fn words(&self, annotation: &str) -> Vec<String> {
        let words = self.policy.annotation(annotation).unwrap_or_default();
        words.split_whitespace().map(str::to_owned).collect()
    }

    fn fault(&mut self, what: impl std::fmt::Display) {
        self.faults.push(format!("`{}`: {what}", self.key));
    }

    fn known_annotations(&mut self) {
        let policy = self.policy;
        for (name, _) in policy.annotations() {
            let numbered = name.strip_prefix("when").is_some_and(|n| n.parse::<usize>().is_ok());
            if !numbered && !KNOWN.contains(&name) {
                self.fault(format_args!("unknown annotation `@{name}`"));
            }
        }
    }

    fn dated(&mut self, annotation: &str) -> Option<Date> {
        match date(self.policy.annotation(annotation).filter(|t| !t.is_empty())?) {
            Ok(date) => Some(date),
            Err(why) => {
                self.fault(format_args!("@{annotation}: {why}"));
                None
            }
        }
    }

    /// The kind of norm, with which citation and dates must be those of the inventory.
    fn kind(
        &mut self,
        id: &str,
        regime: &Regime,
        inventory: &Inventory,
        in_force: Option<Date>,
        until: Option<Date>,
    ) -> NormKind {
        if id.starts_with("def:") {
            return regime.kind;
        }
        let Some(row) = inventory.get(id) else {
            self.faults.push(format!("`{id}` is not in rule-ids.csv"));
            return regime.kind;
        };
        if self.policy.annotation("cite") != Some(row.citation.as_str()) {
            self.fault(format_args!("@cite must be the citation of rule-ids.csv, \"{}\"", row.citation));
        }
        let own_dates = self.policy.annotation("part").is_some();
        if !own_dates && (in_force != row.in_force || until != row.until) {
            self.fault("@in_force and @until must be those of rule-ids.csv");
        }
        row.kind
    }

    fn role(&mut self, kind: NormKind) -> Option<Role> {
        match role(&|name: &str| self.note(name), &|name: &str| self.words(name), kind) {
            Ok(role) => Some(role),
            Err(fault) => {
                self.fault(fault);
                None
            }
        }
    }

    fn resource(&mut self, json: &Json) -> Option<Resource> {
        let named = json.pointer("/resource/entity_type").and_then(Json::as_str);
        let resource = named.and_then(Resource::from_name);
        if resource.is_none() {
            self.fault(
                "write what the rule looks at: `resource is Case`, Party, Listing, Entry or Assessment",
            );
        }
        resource
    }

    /// The conditions, each with its sentence.
    fn clauses(&mut self, json: &Json) -> Vec<Clause> {
        let mut clauses = Vec::new();
        let conditions =
            json.get("conditions").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        for (n, condition) in conditions.iter().enumerate() {
            match Expr::from_json(condition.get("body").unwrap_or(&Json::Null)) {
                Err(fault) => self.fault(format_args!("condition {}: {fault}", n + 1)),
                Ok(expr) => {
                    let unless = condition.get("kind").and_then(Json::as_str) == Some("unless");
                    let plain = if unless { format!("not ({expr})") } else { expr.to_string() };
                    let sentence = self.note(&format!("when{}", n + 1)).unwrap_or(plain);
                    clauses.push(Clause { expr, unless, sentence });
                }
            }
        }
        if clauses.is_empty() {
            self.fault("a rule needs at least one condition: when it is looked at");
        }
        let surplus = self
            .policy
            .annotations()
            .filter_map(|(name, _)| name.strip_prefix("when").and_then(|n| n.parse::<usize>().ok()))
            .any(|n| n == 0 || n > conditions.len());
        if surplus {
            self.fault("a @when… annotation has no condition");
        }
        clauses
    }

    fn review(&mut self) -> Option<ReviewPolicy> {
        let word = self.note("review")?;
        let policy = ReviewPolicy::from_word(&word);
        if policy.is_none() {
            self.fault(format_args!("@review(\"{word}\") is no review policy"));
        }
        policy
    }

    fn stayed(&mut self) -> Option<Stay> {
        let text = self.note("stayed")?;
        let words: Vec<&str> = text.split_whitespace().collect();
        let [from, until, by] = words.as_slice() else {
            self.fault("@stayed(\"FROM UNTIL RULE-ID\")");
            return None;
        };
        let (Ok(from), Ok(until)) = (date(from), date(until)) else {
            self.fault("@stayed: the dates cannot be read");
            return None;
        };
        Some(Stay { from, until, by: (*by).to_owned() })
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
fn date(text: &str) -> Result<Date, String> {
    parse_date(text).map_err(|e| e.to_string())
}
