//! Our reading of the packs agrees with Cedar's own authorizer: wherever Cedar settles a policy, so do we, and alike.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cedar_policy::{
    AuthorizationError, Authorizer, Context, Effect, Entities, EntityUid, PolicySet, Request,
};
use countersign_case::ScenarioFile;
use serde_json::{Map, Value as Json, json};

use super::{Holdings, World, gather};
use crate::eval::{Record, Tri, Value};
use crate::pack::{Action, FactType, Law};

/// A value as Cedar's JSON; `None` where it is not settled (Cedar then finds no attribute, and says so).
fn cedar(world: &World<'_>, value: &Value) -> Option<Json> {
    Some(match value {
        Value::Bool(b) => json!(b),
        Value::Long(n) => json!(n),
        Value::Str(s) => json!(&**s),
        Value::Date(d) => json!({"__extn": {"fn": "datetime", "arg": d.to_string()}}),
        Value::Decimal(share, _) => {
            let exact = share.is_exact().then(|| share.min.ten_thousandths()).flatten()?;
            let text = format!("{}.{:04}", exact / 10_000, exact % 10_000);
            json!({"__extn": {"fn": "decimal", "arg": text}})
        }
        Value::Set(words) => json!(words.iter().map(|w| w.to_string()).collect::<Vec<_>>()),
        Value::Record(record) => Json::Object(fields(world, record)),
        Value::Holding(rule, party) => {
            let fields = ["percent", "alone", "indirect", "kinds"].iter().filter_map(|name| {
                let fact = world.holdings.field(world, *rule, *party, name)?;
                Some(((*name).to_owned(), cedar(world, &fact.value)?))
            });
            Json::Object(fields.collect())
        }
        Value::Entity(n) => json!({"__entity": uid(world, *n)}),
        Value::Unknown(_) | Value::SetAtLeast(..) | Value::Absent => return None,
    })
}

fn fields(world: &World<'_>, record: &Record) -> Map<String, Json> {
    record.iter().filter_map(|(name, fact)| Some((name.to_string(), cedar(world, &fact.value)?))).collect()
}

fn uid(world: &World<'_>, entity: usize) -> Json {
    json!({"type": world.facts.entities[entity].kind.as_str(), "id": entity.to_string()})
}

fn entities(world: &World<'_>) -> Entities {
    let mut list = Vec::new();
    for (n, entity) in world.facts.entities.iter().enumerate() {
        let mut attrs = fields(world, &entity.attrs);
        for attribute in world.law.schema.entities.get(entity.kind.as_str()).into_iter().flatten() {
            let computed =
                attribute.defined || matches!(attribute.of, FactType::Record(_)) || attribute.derived;
            if computed
                && !attrs.contains_key(&*attribute.name)
                && let Some(value) = cedar(world, &world.read(n, &attribute.name))
            {
                attrs.insert(attribute.name.to_string(), value);
            }
        }
        list.push(json!({"uid": uid(world, n), "attrs": attrs, "parents": []}));
    }
    for action in Action::ALL {
        let parents = if Action::MOVEMENT.contains(&action) {
            json!([{"type": "Action", "id": "movement"}])
        } else {
            json!([])
        };
        list.push(json!({"uid": {"type": "Action", "id": action}, "attrs": {}, "parents": parents}));
    }
    list.push(json!({"uid": {"type": "Action", "id": "movement"}, "attrs": {}, "parents": []}));
    Entities::from_json_value(Json::Array(list), None).unwrap()
}

fn context(world: &World<'_>) -> Context {
    let mut facts = fields(world, &world.facts.context);
    for attribute in world.law.schema.context.iter().filter(|a| a.defined) {
        if let Some(value) = world.defined(0, &attribute.name).and_then(|v| cedar(world, &v)) {
            facts.insert(attribute.name.to_string(), value);
        }
    }
    Context::from_json_value(Json::Object(facts), None).unwrap()
}

/// Policies that Cedar finds satisfied, and those that it cannot evaluate.
fn judge(
    policies: &PolicySet,
    world: &World<'_>,
    entities: &Entities,
    resource: usize,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut satisfied, mut errors) = (BTreeSet::new(), BTreeSet::new());
    let name = |n: usize| -> EntityUid { EntityUid::from_json(uid(world, n)).unwrap() };
    let action = EntityUid::from_json(json!({"type": "Action", "id": world.action})).unwrap();
    let request =
        Request::new(name(world.facts.principal), action, name(resource), context(world), None).unwrap();
    // forbid hides permit among the reasons, so the two are asked apart
    for effect in [Effect::Permit, Effect::Forbid] {
        let set =
            PolicySet::from_policies(policies.policies().filter(|p| p.effect() == effect).cloned()).unwrap();
        let response = Authorizer::new().is_authorized(&request, &set, entities);
        satisfied.extend(response.diagnostics().reason().map(|id| id.to_string()));
        errors.extend(response.diagnostics().errors().map(|error| match error {
            AuthorizationError::PolicyEvaluationError(e) => e.policy_id().to_string(),
        }));
    }
    (satisfied, errors)
}

fn compare(law: &Law, tree: &Json, as_of: countersign_model::Date, action: &'static str) -> (usize, usize) {
    let world =
        World::new(law, gather(law, tree, as_of, as_of), as_of, action, Holdings::gather(tree, as_of));
    let entities = entities(&world);
    let (policies, _) = law.cedar().unwrap();
    let (mut agreed, mut open) = (0, 0);
    for resource in 0..world.facts.entities.len() {
        let (satisfied, errors) = judge(&policies, &world, &entities, resource);
        let kind = world.facts.entities[resource].kind;
        for (n, rule) in law.rules.iter().enumerate() {
            if rule.resource != kind || !rule.is_for(action) {
                continue;
            }
            let ours = world.examine_on(n, resource).truth;
            let place = format!("{} on {} {}", rule.key, kind.as_str(), world.facts.entities[resource].label);
            if satisfied.contains(&rule.key) {
                assert_eq!(ours, Tri::True, "Cedar finds it satisfied: {place}");
                agreed += 1;
            } else if errors.contains(&rule.key) {
                // Cedar stops at the first missing fact; ours may still settle it on the others
                open += 1;
            } else {
                assert_eq!(ours, Tri::False, "Cedar finds it not satisfied: {place}");
                agreed += 1;
            }
        }
    }
    (agreed, open)
}

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

#[test]
fn cedars_authorizer_settles_every_policy_as_we_do() {
    let law = Law::embedded().unwrap();
    let known = law.known(BTreeSet::from(["EN-01".to_owned(), "LF-04".to_owned()]));
    for name in ["us-scenarios.yaml", "eu-scenarios.yaml"] {
        let Some(text) = shared(name) else { continue };
        let (mut agreed, mut open) = (0, 0);
        for entry in ScenarioFile::parse(&text, name, &known).unwrap().scenarios {
            let case = entry.result.unwrap().case;
            let action = Action::ALL.into_iter().find(|a| *a == case.action().as_str()).unwrap();
            let (a, o) = compare(&law, case.tree(), case.as_of(), action);
            agreed += a;
            open += o;
        }
        println!("{name}: {agreed} policies settled alike, {open} left open by Cedar");
        assert!(agreed > 1000, "the comparison has to compare something: {agreed}");
    }
}
