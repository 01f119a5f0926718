//! The policy under which the authority reviews an application: of the requirements that stay, the strictest.

use std::collections::HashSet;

use countersign_model::ReviewPolicy;

use super::found::Found;
use super::required::Required;
use crate::eval::Value;
use crate::facts::{Examined, World};
use crate::pack::{Resource, Role, Rule};

/// The strictest policy of the requirements that stay.
pub(super) fn policy<'a>(
    world: &World<'_>,
    rules: &Found<'_>,
    required: impl Iterator<Item = &'a Required<'a>>,
) -> Option<ReviewPolicy> {
    required
        .filter_map(|r| {
            let special = rules.reviews.iter().filter(
                |(rule, _)| matches!(&rule.role, Role::Review { reviews } if reviews.contains(&r.rule.id)),
            );
            // `permit` gives another policy in place of the rule's own; `forbid` only ever makes it stricter
            let (kinder, stricter): (Vec<_>, Vec<_>) = special.partition(|(rule, _)| rule.permit);
            let strictest =
                |list: &[&(&Rule, &Examined)]| list.iter().filter_map(|(rule, _)| rule.review).max();
            strictest(&kinder).or_else(|| own_policy(world, r)).max(strictest(&stricter))
        })
        .max()
}

fn own_policy(world: &World<'_>, required: &Required<'_>) -> Option<ReviewPolicy> {
    let listed = |n: usize| -> Option<ReviewPolicy> {
        match world.facts.entities.get(n)?.attrs.get("review_policy").map(|f| &f.value)? {
            Value::Str(word) => ReviewPolicy::from_word(word),
            _ => None,
        }
    };
    match required.rule.review_from.as_deref() {
        Some("listing") => listed(required.examined.resource),
        Some("owners") => {
            let party = world.facts.entities.get(required.examined.resource)?;
            let n = world.law.holdings.iter().position(|h| h.regime == required.rule.regime)?;
            let evidence = world.holdings.applied(world, n)?.evidence(&party.id)?;
            let holders: HashSet<&str> = evidence.holders.iter().map(|h| h.party.as_str()).collect();
            let of_holder =
                |l: &usize| world.facts.entities.get(*l).is_some_and(|e| holders.contains(e.id.as_str()));
            world
                .of_kind(Resource::Listing)
                .iter()
                .copied()
                .filter(of_holder)
                .filter_map(listed)
                .max()
                .or(required.rule.review)
        }
        _ => required.rule.review,
    }
}
