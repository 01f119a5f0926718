//! What is cited with a verdict: the rules that determine it, what lifts them, and what stands beside them.

use countersign_model::LawVerdict;

use super::found::{Found, Pair};
use super::lift::Lift;
use super::open::Open;
use super::required::{Required, Requirements};
use crate::decide::cite::{self, Citations};
use crate::decide::examination::looked_at;
use crate::eval::Value;
use crate::facts::World;
use crate::pack::{Role, Rule};

/// What is cited for a verdict.
pub(super) fn determining(
    world: &World<'_>,
    rules: &Found<'_>,
    required: &Requirements<'_>,
    open: &Open<'_>,
    verdict: LawVerdict,
) -> Citations {
    let mut cited = Citations::default();
    let all_lifted = required.all_lifted();
    for deciding in required.all.iter().filter(|r| required.after(r) == verdict) {
        determine(world, rules, deciding, all_lifted, &mut cited);
    }
    let besides: &[Pair<'_>] = match verdict {
        LawVerdict::Indeterminate => &open.rules,
        LawVerdict::AuthorisationRequired => &required.closed,
        _ => &[],
    };
    for (rule, examined) in besides {
        cited.add(world, rule, examined);
    }
    if verdict == LawVerdict::NotControlled {
        scope_rules(world, &rules.all, &mut cited);
    }
    cited
}

/// Cites a requirement with what stands beside it. An exception is cited only where every requirement is lifted: one
/// that leaves another requirement standing opens nothing.
fn determine(
    world: &World<'_>,
    rules: &Found<'_>,
    required: &Required<'_>,
    all_lifted: bool,
    into: &mut Citations,
) {
    let on = cite::label(world, required.examined.resource);
    let already = into.has(&required.rule.id, &on);
    let before = into.len();
    if let Lift::By(exception, examined, _) = &required.lift
        && all_lifted
    {
        if !already {
            let mut cited = cite::cited(world, required.rule, required.examined);
            cited.lifted_by.push(exception.id.clone());
            into.push(cited);
        }
        into.add(world, exception, examined);
    } else {
        into.add(world, required.rule, required.examined);
    }
    for id in recorded_flags(world, required.rule).iter().chain(&required.rule.cites) {
        if !into.has(id, &on)
            && let Some(cited) = cite::by_id(world.law, id, &on)
        {
            into.push(cited);
        }
    }
    // what the law defines and the rule read stands beside it
    for &(rule, resource) in required.examined.trace.definitions().iter() {
        let Some(definition) = world.law.rules.get(rule) else { continue };
        if definition.citable()
            && definition.regime == required.rule.regime
            && !into.has(&definition.id, &cite::label(world, resource))
        {
            into.add(world, definition, &world.examine_on(rule, resource));
        }
    }
    if into.len() == before {
        return;
    }
    for (rule, examined) in &rules.supports {
        if let Role::Support { supports } = &rule.role
            && supports.iter().any(|s| into.names(s))
        {
            into.add(world, rule, examined);
        }
    }
}

/// The open red flags of its own regime that a rule rests on (`@cites_from("open_flags")`).
fn recorded_flags(world: &World<'_>, rule: &Rule) -> Vec<String> {
    let flags = world.facts.context.get("open_flags").map(|f| &f.value);
    match (rule.cites_from.as_deref(), flags) {
        (Some("open_flags"), Some(Value::Set(ids))) => {
            let own = |id: &str| world.law.inventory.get(id).is_some_and(|row| row.regime == rule.regime);
            ids.iter().filter(|id| own(id)).map(|id| id.to_string()).collect()
        }
        _ => Vec::new(),
    }
}

/// A NOT_CONTROLLED that rests on a scope rule: one that brings in and was looked at and failed, or one that takes
/// out and held.
fn scope_rules(world: &World<'_>, rules: &[Pair<'_>], into: &mut Citations) {
    for (rule, examined) in rules.iter().filter(|(rule, _)| rule.scope) {
        let decides = if rule.permit {
            examined.truth.is_true()
        } else {
            looked_at(examined) && examined.truth.is_false()
        };
        if decides {
            into.add(world, rule, examined);
        }
    }
}
