//! Commitments of states (case format, section 8): for the actor's state, from the day it joined.

use std::sync::Arc;

use countersign_model::CommitmentVerdict;
use serde_json::Value as Json;

use super::cite;
use super::examination::determines;
use crate::decision::CommitmentFinding;
use crate::eval::{Deps, Tri, Value};
use crate::facts::{Examined, World};
use crate::pack::{NormKind, Regime, Role, Rule};

/// One finding a family.
pub(super) fn verdicts(world: &World<'_>, case: &Json) -> Vec<CommitmentFinding> {
    world
        .law
        .regimes
        .iter()
        .filter(|r| r.kind == NormKind::Commitment)
        .map(|family| finding(world, case, family))
        .collect()
}

/// Whether the actor's state is bound.
enum Bound {
    Yes,
    No,
    Unsettled(String),
}

fn bound(world: &World<'_>, family: &Regime, state: &str) -> Bound {
    if !family.actions.is_empty() && !family.actions.iter().any(|a| a == world.action) {
        return Bound::No;
    }
    if family.membership.is_empty() {
        // a pledge: the case says which rules the state has signed
        return match world.facts.context.get("pledged").map(|f| &f.value) {
            Some(Value::Set(rules)) if rules.is_empty() => Bound::No,
            Some(Value::Set(_)) => Bound::Yes,
            _ => Bound::Unsettled("`pledges` is not recorded".to_owned()),
        };
    }
    let groups = world.law.tables.groups(state, world.as_of);
    if groups.contains(&family.membership) {
        Bound::Yes
    } else if groups.contains(&format!("{}-UNSETTLED", family.membership)) {
        Bound::Unsettled(format!(
            "the sources do not settle whether {state} had joined; see tables/memberships.csv"
        ))
    } else if state.is_empty() || state == "unknown" {
        Bound::Unsettled("the country of the actor is not recorded".to_owned())
    } else {
        Bound::No
    }
}

fn finding(world: &World<'_>, case: &Json, family: &Regime) -> CommitmentFinding {
    let actor = case.get("parties").and_then(Json::as_array).and_then(|parties| {
        let id = case.get("actor")?.as_str()?;
        parties.iter().find(|p| p.get("id").and_then(Json::as_str) == Some(id))
    });
    let word =
        |key: &str| actor.and_then(|a| a.get(key)).and_then(Json::as_str).unwrap_or_default().to_owned();
    let state = word("country");
    let mut out = CommitmentFinding {
        family: family.id.clone(),
        state: state.clone(),
        verdict: CommitmentVerdict::NotBound,
        determining: Vec::new(),
        open: Vec::new(),
        missing: Vec::new(),
        binds_actor: word("kind") == "state_body",
        doubt: None,
    };
    match bound(world, family, &state) {
        Bound::No => return out,
        Bound::Unsettled(doubt) => {
            out.verdict = CommitmentVerdict::AtRisk;
            out.doubt = Some(doubt);
            return out;
        }
        Bound::Yes => {}
    }
    let mut met: Vec<&str> = Vec::new();
    // examined only now: a pledge asks for the gate's verdict
    let rules = world.law.rules.iter().enumerate().filter(|(_, r)| r.regime == family.id);
    let found: Vec<(&Rule, Examined)> =
        rules.flat_map(|(n, rule)| world.examine(n).into_iter().map(move |e| (rule, e))).collect();
    for (rule, examined) in found.iter().map(|(r, e)| (*r, e)) {
        if !determines(world, rule, examined) {
            continue;
        }
        match rule.role {
            Role::Commitment(CommitmentVerdict::Breached) => {
                cite::push(&mut out.determining, cite::cited(world, rule, examined));
            }
            Role::Commitment(CommitmentVerdict::Met) => met.push(&rule.id),
            _ => {}
        }
    }
    let recorded = |name: &str| match world.facts.context.get(name).map(|f| &f.value) {
        Some(Value::Set(ids)) => ids.iter().map(|i| i.to_string()).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let in_family = |id: &str| world.law.inventory.get(id).is_some_and(|row| row.regime == family.id);
    for id in recorded("commitments_breached").iter().filter(|id| in_family(id)) {
        if let Some(cited) = cite::by_id(world.law, id, &state) {
            cite::push(&mut out.determining, cited);
        }
    }
    let recorded_met = recorded("commitments_met");
    let observable = world.law.inventory.rows().filter(|row| {
        let pledged = !family.membership.is_empty() || recorded("pledged").contains(&row.id);
        row.regime == family.id
            && pledged
            && !family.unobservable.contains(&row.id)
            && row.in_force.is_none_or(|d| d <= world.as_of)
            && row.until.is_none_or(|d| world.as_of <= d)
    });
    let of_rule =
        |id: &str| -> Vec<&(&Rule, Examined)> { found.iter().filter(|(r, _)| r.id == id).collect() };
    let mut open = Vec::new();
    let mut missing = Deps::new();
    for row in observable.filter(|row| !recorded_met.contains(&row.id)) {
        let examined = of_rule(&row.id);
        let breach = |rule: &Rule| rule.role == Role::Commitment(CommitmentVerdict::Breached);
        // a breach that cannot be settled on one thing is not settled by what another shows; only by a record
        let unsettled: Vec<&Deps> = examined
            .iter()
            .filter(|(rule, _)| breach(rule))
            .filter_map(|(_, e)| if let Tri::Unknown(deps) = &e.truth { Some(deps) } else { None })
            .collect();
        if met.contains(&row.id.as_str()) && unsettled.is_empty() {
            continue;
        }
        for deps in &unsettled {
            missing.join(deps);
        }
        // what the facts do not show somebody can record
        missing.insert(Arc::from(format!("commitment_facts.{}", row.id)));
        open.extend(cite::mention(world.law, &row.id));
    }
    let at_risk = !open.is_empty();
    if out.determining.is_empty() {
        out.open = open;
        out.missing = missing.iter().map(|path| path.to_string()).collect();
    }
    out.verdict = if !out.determining.is_empty() {
        CommitmentVerdict::Breached
    } else if !at_risk {
        CommitmentVerdict::Met
    } else {
        CommitmentVerdict::AtRisk
    };
    out
}
