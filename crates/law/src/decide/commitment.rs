//! Commitments of states (case format, section 8): for the actor's state, from the day it joined.

use std::sync::Arc;

use countersign_model::CommitmentVerdict;
use serde_json::Value as Json;

use super::cite;
use super::examination::determines;
use crate::decision::CommitmentFinding;
use crate::eval::{Deps, Tri, Value};
use crate::facts::{Examined, World};
use crate::pack::{Law, NormKind, Regime, Role, Rule, RuleRow};

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

/// The rules of a family as they were examined on everything that they look at.
struct Rules<'a>(Vec<(&'a Rule, Examined)>);

impl<'a> Rules<'a> {
    /// Examined only now: a pledge asks for the gate's verdict.
    fn examine(world: &World<'a>, family: &Regime) -> Self {
        let law: &'a Law = world.law;
        let rules = law.rules.iter().enumerate().filter(|(_, r)| r.regime == family.id);
        Self(rules.flat_map(|(n, rule)| world.examine(n).into_iter().map(move |e| (rule, e))).collect())
    }

    /// Those that hold and say this.
    fn that_say<'s>(
        &'s self,
        world: &'s World<'_>,
        verdict: CommitmentVerdict,
    ) -> impl Iterator<Item = (&'a Rule, &'s Examined)> {
        let says = move |rule: &Rule| rule.role == Role::Commitment(verdict);
        self.0
            .iter()
            .map(|(rule, e)| (*rule, e))
            .filter(move |(rule, e)| says(rule) && determines(world, rule, e))
    }

    /// What would settle whether a commitment is breached on some thing. A breach that cannot be settled on one thing is not
    /// settled by what another shows; only by a record.
    fn unsettled(&self, id: &str) -> Vec<&Deps> {
        let breach = |rule: &Rule| rule.role == Role::Commitment(CommitmentVerdict::Breached);
        let of = self.0.iter().filter(|(rule, _)| rule.id == id && breach(rule));
        of.filter_map(|(_, e)| if let Tri::Unknown(deps) = &e.truth { Some(deps) } else { None }).collect()
    }
}

/// Rule ids that somebody recorded in a fact of the case.
fn recorded(world: &World<'_>, name: &str) -> Vec<String> {
    match world.facts.context.get(name).map(|f| &f.value) {
        Some(Value::Set(ids)) => ids.iter().map(|i| i.to_string()).collect(),
        _ => Vec::new(),
    }
}

/// The commitments of a family that bind on the day and that an act can show.
fn observable<'w>(world: &'w World<'_>, family: &'w Regime) -> impl Iterator<Item = &'w RuleRow> {
    let pledged = recorded(world, "pledged");
    world.law.inventory.rows().filter(move |row| {
        row.regime == family.id
            && (!family.membership.is_empty() || pledged.contains(&row.id))
            && !family.unobservable.contains(&row.id)
            && row.in_force.is_none_or(|d| d <= world.as_of)
            && row.until.is_none_or(|d| world.as_of <= d)
    })
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
    let rules = Rules::examine(world, family);
    for (rule, examined) in rules.that_say(world, CommitmentVerdict::Breached) {
        cite::push(&mut out.determining, cite::cited(world, rule, examined));
    }
    let in_family = |id: &str| world.law.inventory.get(id).is_some_and(|row| row.regime == family.id);
    for id in recorded(world, "commitments_breached").iter().filter(|id| in_family(id)) {
        if let Some(cited) = cite::by_id(world.law, id, &state) {
            cite::push(&mut out.determining, cited);
        }
    }
    if !out.determining.is_empty() {
        out.verdict = CommitmentVerdict::Breached;
        return out;
    }
    let met: Vec<&str> =
        rules.that_say(world, CommitmentVerdict::Met).map(|(rule, _)| rule.id.as_str()).collect();
    let recorded_met = recorded(world, "commitments_met");
    let mut missing = Deps::new();
    for row in observable(world, family).filter(|row| !recorded_met.contains(&row.id)) {
        let unsettled = rules.unsettled(&row.id);
        if met.contains(&row.id.as_str()) && unsettled.is_empty() {
            continue;
        }
        for deps in unsettled {
            missing.join(deps);
        }
        // what the facts do not show somebody can record
        missing.insert(Arc::from(format!("commitment_facts.{}", row.id)));
        out.open.extend(cite::mention(world.law, &row.id));
    }
    out.missing = missing.iter().map(|path| path.to_string()).collect();
    out.verdict = if out.open.is_empty() { CommitmentVerdict::Met } else { CommitmentVerdict::AtRisk };
    out
}
