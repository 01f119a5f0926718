//! What is shown beside a verdict without deciding it: exceptions that a bar closed, reviews with nothing to review, rules
//! to read.

use std::collections::BTreeSet;

use super::found::Found;
use super::lift::{Lift, bars};
use super::required::{Required, Requirements};
use crate::decide::cite::{self, Citations};
use crate::decide::examination::{lifts, looked_at};
use crate::decision::{Mention, NearMiss};
use crate::facts::World;
use crate::pack::Role;

/// Exceptions that a bar closed, with the bar as the failing condition.
pub(super) fn closed_exceptions(
    world: &World<'_>,
    rules: &Found<'_>,
    required: &Requirements<'_>,
    missed: &mut BTreeSet<String>,
    out: &mut Vec<NearMiss>,
) {
    let licence: Vec<&Required<'_>> = required.authorisations().collect();
    if licence.is_empty() {
        return;
    }
    let standing: BTreeSet<&str> =
        licence.iter().filter(|r| !matches!(r.lift, Lift::By(..))).map(|r| r.rule.id.as_str()).collect();
    for (rule, examined) in rules.all.iter().copied().filter(|(_, e)| e.truth.is_true()) {
        if !matches!(rule.role, Role::Exception { .. }) || missed.contains(&rule.id) {
            continue;
        }
        let mut holding: Vec<String> = Vec::new();
        for (bar, e) in bars(rules, rule, examined).iter().filter(|(_, b)| b.truth.is_true()) {
            let line = format!("{} on {}: {}", bar.id, cite::label(world, e.resource), bar.why);
            if holding.last() != Some(&line) {
                holding.push(line);
            }
        }
        let failing = if !holding.is_empty() {
            holding.join("; ")
        } else {
            let ids: Vec<&str> = standing.iter().copied().filter(|id| !lifts(rule, id)).collect();
            if ids.is_empty() {
                continue;
            }
            format!("it does not open the requirement of {}", ids.join(", "))
        };
        missed.insert(rule.id.clone());
        out.push(cite::near_miss(world, rule, examined, failing));
    }
}

/// Review rules that hold with no requirement to review.
pub(super) fn idle_reviews(
    world: &World<'_>,
    rules: &Found<'_>,
    required: &Requirements<'_>,
    missed: &mut BTreeSet<String>,
    out: &mut Vec<NearMiss>,
) {
    let ids: BTreeSet<&str> = required.all.iter().map(|r| r.rule.id.as_str()).collect();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for (rule, examined) in rules.reviews.iter().filter(|(r, _)| r.citable()) {
        let Role::Review { reviews } = &rule.role else { continue };
        if !reviews.iter().any(|id| ids.contains(id.as_str())) && known.insert(&rule.id) {
            let failing = "no licence requirement to which the review applies".to_owned();
            missed.insert(rule.id.clone());
            out.push(cite::near_miss(world, rule, examined, failing));
        }
    }
}

/// Rules to read beside: named by determining rules, review rules in play, restrictions of the exceptions examined.
pub(super) fn mentions(
    world: &World<'_>,
    rules: &Found<'_>,
    required: &Requirements<'_>,
    determining: &Citations,
    missed: &BTreeSet<String>,
) -> Vec<Mention> {
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let shown = |id: &str| determining.names(id) || missed.contains(id);
    let exceptions: BTreeSet<&str> = rules
        .all
        .iter()
        .filter(|(r, e)| matches!(r.role, Role::Exception { .. }) && looked_at(e) && shown(&r.id))
        .map(|(r, _)| r.id.as_str())
        .collect();
    let reviewed: BTreeSet<&str> = required.all.iter().map(|r| r.rule.id.as_str()).collect();
    for (rule, examined) in &rules.all {
        let in_play = match &rule.role {
            Role::Bar { bars } => {
                !exceptions.is_empty() && bars.iter().any(|b| b == "*" || exceptions.contains(b.as_str()))
            }
            Role::Review { reviews } => {
                examined.truth.is_true() && reviews.iter().any(|id| reviewed.contains(id.as_str()))
            }
            Role::Support { .. } => examined.truth.is_true(),
            _ => false,
        };
        if in_play {
            ids.insert(rule.id.clone());
            // what the law defines and a restriction read, held or not, is part of the reason
            for (n, _) in examined.trace.definitions().iter() {
                ids.extend(world.law.rules.get(*n).filter(|d| d.citable()).map(|d| d.id.clone()));
            }
        }
        if in_play || shown(&rule.id) {
            ids.extend(rule.mentions.iter().cloned());
            if looked_at(examined)
                && let Some(stay) = rule.stay_on(world.as_of)
            {
                ids.insert(stay.by.clone());
            }
        }
    }
    ids.iter().filter(|id| !shown(id)).filter_map(|id| cite::mention(world.law, id)).collect()
}
