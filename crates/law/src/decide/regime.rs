//! The verdict of one LAW regime: requirements, the exceptions and licences that lift them, and what stays open.

use std::collections::BTreeSet;

use countersign_model::{LawVerdict, ReviewPolicy};
use countersign_ownership::Reached;
use serde_json::Value as Json;

use super::cite;
use super::examination::{Examination, determines, lifts, looked_at};
use super::licence::{Cover, cover};
use crate::decision::{Attributed, Cited, Mention, NearMiss, RegimeVerdict};
use crate::eval::{Deps, Tri};
use crate::facts::{Examined, World};
use crate::pack::{Regime, Resource, Role, Rule};

/// A requirement that holds.
struct Required<'a> {
    rule: &'a Rule,
    examined: &'a Examined,
    verdict: LawVerdict,
    /// What lifts it, for AUTHORISATION_REQUIRED.
    lift: Lift<'a>,
}

/// Whether an exception lifts a requirement.
enum Lift<'a> {
    /// Its terms fit; a general bar may still close it, once these are known.
    By(&'a Rule, &'a Examined, Deps),
    /// Its terms cannot be settled, so it does not fit; it might, once these are known.
    Possible(Deps),
    Never,
}

/// The verdict of a regime, with its reasons.
pub(super) fn verdict(
    world: &World<'_>,
    examination: &Examination,
    regime: &Regime,
    case: &Json,
) -> RegimeVerdict {
    let rules: Vec<(&Rule, &Examined)> = examination.rules(world, &regime.id).collect();
    let licence = cover(case, &regime.id, world.as_of);
    let mut closed = Vec::new();
    let mut required: Vec<Required<'_>> = Vec::new();
    for (rule, examined) in rules.iter().copied() {
        let Role::Requirement(verdict) = rule.role else { continue };
        if determines(world, rule, examined) {
            let lift = if verdict == LawVerdict::AuthorisationRequired {
                lift(&rules, rule, examined, &mut closed)
            } else {
                Lift::Never
            };
            required.push(Required { rule, examined, verdict, lift });
        }
    }

    let authorisations = || required.iter().filter(|r| r.verdict == LawVerdict::AuthorisationRequired);
    let all_lifted = authorisations().all(|r| matches!(r.lift, Lift::By(..)));
    let lifted_to = if all_lifted {
        LawVerdict::GeneralAuthorisation
    } else if matches!(licence, Cover::Yes(_)) {
        LawVerdict::Authorised
    } else {
        LawVerdict::AuthorisationRequired
    };
    let after = |v: LawVerdict| if v == LawVerdict::AuthorisationRequired { lifted_to } else { v };
    let settled = required.iter().map(|r| after(r.verdict)).max().unwrap_or(LawVerdict::NotControlled);

    let mut missing = Deps::new();
    // rules that cannot be settled and would be more severe than what is settled
    let mut open: Vec<(&Rule, &Examined, LawVerdict)> = Vec::new();
    for (rule, examined) in rules.iter().copied() {
        let (Role::Requirement(verdict), Tri::Unknown(deps)) = (&rule.role, &examined.truth) else {
            continue;
        };
        let would = match (verdict, &licence) {
            (LawVerdict::AuthorisationRequired, Cover::Yes(_)) => LawVerdict::Authorised,
            (other, _) => *other,
        };
        if would > settled && rule.stay_on(world.as_of).is_none() {
            missing.extend(deps.iter().cloned());
            open.push((rule, examined, would));
        }
    }
    // an exception that fits on its own terms while a general bar cannot be settled
    for required in authorisations() {
        if let Lift::By(_, _, pending) = &required.lift
            && !pending.is_empty()
            && settled < LawVerdict::AuthorisationRequired
            && !matches!(licence, Cover::Yes(_))
        {
            missing.extend(pending.iter().cloned());
            open.push((required.rule, required.examined, LawVerdict::AuthorisationRequired));
        }
    }
    let verdict = if open.is_empty() { settled } else { settled.max(LawVerdict::Indeterminate) };
    // what might lift the requirement, if nothing else keeps it
    if verdict == LawVerdict::AuthorisationRequired {
        let never = authorisations().any(|r| matches!(r.lift, Lift::Never));
        if !never {
            for required in authorisations() {
                if let Lift::Possible(deps) = &required.lift {
                    missing.extend(deps.iter().cloned());
                }
            }
        }
        if let Cover::Possible(deps) = &licence {
            missing.extend(deps.iter().cloned());
        }
    }

    let mut determining: Vec<Cited> = Vec::new();
    let decides = |r: &Required<'_>| after(r.verdict) == verdict;
    for required in required.iter().filter(|r| decides(r)) {
        determine(world, &rules, required, all_lifted, &mut determining);
    }
    if verdict == LawVerdict::Indeterminate {
        for (rule, examined, _) in &open {
            cite::push(&mut determining, cite::cited(world, rule, examined));
        }
    }
    if verdict == LawVerdict::AuthorisationRequired {
        for (rule, examined) in &closed {
            cite::push(&mut determining, cite::cited(world, rule, examined));
        }
    }
    if verdict == LawVerdict::NotControlled {
        for cited in scope_rules(world, &rules) {
            cite::push(&mut determining, cited);
        }
    }
    let review_policy = (verdict == LawVerdict::AuthorisationRequired)
        .then(|| review(world, &rules, authorisations().filter(|r| !matches!(r.lift, Lift::By(..)))))
        .flatten();
    let mut near_misses = examination.near_misses(world, &regime.id, &determining);
    for miss in closed_exceptions(world, &rules, &required) {
        if !near_misses.iter().any(|m| m.rule == miss.rule) {
            near_misses.push(miss);
        }
    }
    for miss in idle_reviews(world, &rules, &required) {
        near_misses.push(miss);
    }
    RegimeVerdict {
        mentions: mentions(world, &rules, &required, &determining, &near_misses),
        regime: regime.id.clone(),
        title: regime.title.clone(),
        verdict,
        authority: regime.authority.clone(),
        review_policy,
        licences: match (&licence, verdict) {
            (Cover::Yes(ids), LawVerdict::Authorised) => ids.clone(),
            _ => Vec::new(),
        },
        determining,
        near_misses,
        missing: missing.iter().map(|p| p.to_string()).collect(),
        attributed: attributed(world, &regime.id),
        status: regime.status.clone(),
    }
}

/// The exception, if any, that lifts a requirement. Bars are examined first: one that holds closes the exception.
fn lift<'a>(
    rules: &[(&'a Rule, &'a Examined)],
    required: &Rule,
    on: &Examined,
    closed: &mut Vec<(&'a Rule, &'a Examined)>,
) -> Lift<'a> {
    let mut possible = Deps::new();
    for (rule, examined) in rules.iter().copied().filter(|(r, _)| lifts(r, &required.id)) {
        let same = examined.resource == on.resource
            || rule.resource == Resource::Case
            || rule.resource != required.resource;
        if !same || examined.truth.is_false() {
            continue;
        }
        let bars = bars(rules, rule, examined);
        let holding: Vec<_> = bars.iter().filter(|(_, b)| b.truth.is_true()).copied().collect();
        if !holding.is_empty() {
            // a general bar is determining only where it closes an exception that otherwise fits
            if examined.truth.is_true() {
                closed.extend(holding.iter().filter(|(b, _)| !own_paragraph(b, rule)).copied());
            }
            continue;
        }
        // bars that name it are its terms; a bar of every exception leaves it fitting, and the verdict open
        let (mut terms, mut pending) = (Deps::new(), Deps::new());
        let mut own_open = false;
        for (bar, found) in &bars {
            if let Tri::Unknown(more) = &found.truth {
                let own = !matches!(&bar.role, Role::Bar { bars } if bars.iter().any(|b| b == "*"));
                own_open |= own;
                if own { &mut terms } else { &mut pending }.extend(more.iter().cloned());
            }
        }
        match &examined.truth {
            Tri::True if !own_open => return Lift::By(rule, examined, pending),
            Tri::Unknown(more) => terms.extend(more.iter().cloned()),
            _ => {}
        }
        possible.extend(terms);
        possible.extend(pending);
    }
    if possible.is_empty() { Lift::Never } else { Lift::Possible(possible) }
}

/// The bars of an exception, as far as they look at the same thing.
fn bars<'a>(
    rules: &[(&'a Rule, &'a Examined)],
    exception: &Rule,
    on: &Examined,
) -> Vec<(&'a Rule, &'a Examined)> {
    rules
        .iter()
        .copied()
        .filter(|(rule, examined)| {
            let Role::Bar { bars } = &rule.role else { return false };
            // `* -ID`: every exception but this one
            let spared = bars.iter().any(|b| b.strip_prefix('-') == Some(exception.id.as_str()));
            let names = !spared && bars.iter().any(|b| b == "*" || *b == exception.id);
            names && (rule.resource != exception.resource || examined.resource == on.resource)
        })
        .collect()
}

/// `EAR-740.22c1ii` is a paragraph of `EAR-740.22`, not a bar from outside.
fn own_paragraph(bar: &Rule, exception: &Rule) -> bool {
    bar.id.starts_with(&exception.id)
}

/// Cites a requirement with what stands beside it. An exception is cited only where every requirement is lifted: one
/// that leaves another requirement standing opens nothing.
fn determine(
    world: &World<'_>,
    rules: &[(&Rule, &Examined)],
    required: &Required<'_>,
    all_lifted: bool,
    into: &mut Vec<Cited>,
) {
    let mut cited = cite::cited(world, required.rule, required.examined);
    let on = cited.on.clone();
    if let Lift::By(exception, examined, _) = &required.lift
        && all_lifted
    {
        cited.lifted_by.push(exception.id.clone());
        cite::push(into, cited);
        cite::push(into, cite::cited(world, exception, examined));
    } else {
        cite::push(into, cited);
    }
    for id in recorded_flags(world, required.rule).iter().chain(&required.rule.cites) {
        if let Some(cited) = cite::by_id(world.law, id, &on) {
            cite::push(into, cited);
        }
    }
    // what the law defines and the rule read stands beside it
    for (rule, resource) in &required.examined.trace.definitions {
        let Some(definition) = world.law.rules.get(*rule) else { continue };
        if definition.citable() && definition.regime == required.rule.regime {
            cite::push(into, cite::cited(world, definition, &world.examine_on(*rule, *resource)));
        }
    }
    let named: BTreeSet<String> = into.iter().map(|c| c.rule.clone()).collect();
    for (rule, examined) in rules.iter().filter(|(_, e)| e.truth.is_true()) {
        if let Role::Support { supports } = &rule.role
            && supports.iter().any(|s| named.contains(s))
        {
            cite::push(into, cite::cited(world, rule, examined));
        }
    }
}

/// The open red flags of its own regime that a rule rests on (`@cites_from("open_flags")`).
fn recorded_flags(world: &World<'_>, rule: &Rule) -> Vec<String> {
    let flags = world.facts.context.get("open_flags").map(|f| &f.value);
    match (rule.cites_from.as_deref(), flags) {
        (Some("open_flags"), Some(crate::eval::Value::Set(ids))) => {
            let own = |id: &str| world.law.inventory.get(id).is_some_and(|row| row.regime == rule.regime);
            ids.iter().filter(|id| own(id)).map(|id| id.to_string()).collect()
        }
        _ => Vec::new(),
    }
}

/// A NOT_CONTROLLED that rests on a scope rule: one that brings in and was looked at and failed, or one that takes
/// out and held.
fn scope_rules(world: &World<'_>, rules: &[(&Rule, &Examined)]) -> Vec<Cited> {
    rules
        .iter()
        .filter(|(rule, _)| rule.scope)
        .filter(|(rule, examined)| {
            if rule.permit {
                examined.truth.is_true()
            } else {
                looked_at(examined) && examined.truth.is_false()
            }
        })
        .map(|(rule, examined)| cite::cited(world, rule, examined))
        .collect()
}

/// The strictest policy of the requirements that stay.
fn review<'a>(
    world: &World<'_>,
    rules: &[(&Rule, &Examined)],
    required: impl Iterator<Item = &'a Required<'a>>,
) -> Option<ReviewPolicy> {
    required
        .filter_map(|r| {
            let special = rules.iter().filter(|(rule, examined)| {
                matches!(&rule.role, Role::Review { reviews } if reviews.contains(&r.rule.id))
                    && examined.truth.is_true()
            });
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
            crate::eval::Value::Str(word) => ReviewPolicy::from_word(word),
            _ => None,
        }
    };
    match required.rule.review_from.as_deref() {
        Some("listing") => listed(required.examined.resource),
        Some("owners") => {
            let party = world.facts.entities.get(required.examined.resource)?;
            let n = world.law.holdings.iter().position(|h| h.regime == required.rule.regime)?;
            let all = world.holdings.attributions(world, n)?;
            let holders = &all.get(&party.id)?.holders;
            world
                .facts
                .of_kind(Resource::Listing)
                .filter(|l| {
                    world.facts.entities.get(*l).is_some_and(|e| holders.iter().any(|h| h.party == e.id))
                })
                .filter_map(listed)
                .max()
                .or(required.rule.review)
        }
        _ => required.rule.review,
    }
}

/// Exceptions that a bar closed, with the bar as the failing condition.
fn closed_exceptions(
    world: &World<'_>,
    rules: &[(&Rule, &Examined)],
    required: &[Required<'_>],
) -> Vec<NearMiss> {
    let mut out: Vec<NearMiss> = Vec::new();
    let licence = || required.iter().filter(|r| r.verdict == LawVerdict::AuthorisationRequired);
    for (rule, examined) in rules.iter().copied().filter(|(_, e)| e.truth.is_true()) {
        if !matches!(rule.role, Role::Exception { .. }) || licence().next().is_none() {
            continue;
        }
        let holding: Vec<String> = bars(rules, rule, examined)
            .iter()
            .filter(|(_, b)| b.truth.is_true())
            .map(|(b, e)| format!("{} on {}: {}", b.id, cite::label(world, e.resource), b.why))
            .collect();
        let failing = if !holding.is_empty() {
            holding.join("; ")
        } else {
            let ids: Vec<&str> = licence()
                .filter(|r| !matches!(r.lift, Lift::By(..)))
                .map(|r| r.rule.id.as_str())
                .filter(|id| !lifts(rule, id))
                .collect();
            if ids.is_empty() {
                continue;
            }
            format!("it does not open the requirement of {}", ids.join(", "))
        };
        if !out.iter().any(|m| m.rule == rule.id) {
            out.push(cite::near_miss(world, rule, examined, failing));
        }
    }
    out
}

/// Review rules that hold with no requirement to review.
fn idle_reviews(world: &World<'_>, rules: &[(&Rule, &Examined)], required: &[Required<'_>]) -> Vec<NearMiss> {
    let mut out: Vec<NearMiss> = Vec::new();
    for (rule, examined) in rules.iter().filter(|(r, e)| r.citable() && e.truth.is_true()) {
        let Role::Review { reviews } = &rule.role else { continue };
        if !required.iter().any(|r| reviews.contains(&r.rule.id)) && !out.iter().any(|m| m.rule == rule.id) {
            let failing = "no licence requirement to which the review applies".to_owned();
            out.push(cite::near_miss(world, rule, examined, failing));
        }
    }
    out
}

/// Rules to read beside: named by determining rules, review rules in play, restrictions of the exceptions examined.
fn mentions(
    world: &World<'_>,
    rules: &[(&Rule, &Examined)],
    required: &[Required<'_>],
    determining: &[Cited],
    near: &[NearMiss],
) -> Vec<Mention> {
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let shown: BTreeSet<&str> =
        determining.iter().map(|c| c.rule.as_str()).chain(near.iter().map(|m| m.rule.as_str())).collect();
    for (rule, examined) in rules {
        let in_play = match &rule.role {
            Role::Bar { bars } => rules.iter().any(|(r, e)| {
                matches!(r.role, Role::Exception { .. })
                    && (bars.contains(&r.id) || bars.iter().any(|b| b == "*"))
                    && (looked_at(e) && shown.contains(r.id.as_str()))
            }),
            Role::Review { reviews } => {
                examined.truth.is_true() && required.iter().any(|r| reviews.contains(&r.rule.id))
            }
            Role::Support { .. } => examined.truth.is_true(),
            _ => false,
        };
        if in_play {
            ids.insert(rule.id.clone());
            // what the law defines and a restriction read, held or not, is part of the reason
            let read = examined.trace.definitions.iter().filter_map(|(n, _)| world.law.rules.get(*n));
            ids.extend(read.filter(|d| d.citable()).map(|d| d.id.clone()));
        }
        if shown.contains(rule.id.as_str()) || in_play {
            ids.extend(rule.mentions.iter().cloned());
            if looked_at(examined)
                && let Some(stay) = rule.stay_on(world.as_of)
            {
                ids.insert(stay.by.clone());
            }
        }
    }
    ids.iter()
        .filter(|id| !shown.contains(id.as_str()))
        .filter_map(|id| cite::mention(world.law, id))
        .collect()
}

/// The shares that the regime's ownership rule attributes, for every party of which something is attributed.
fn attributed(world: &World<'_>, regime: &str) -> Vec<Attributed> {
    let mut out = Vec::new();
    for (n, rule) in world.law.holdings.iter().enumerate() {
        let current =
            rule.from.is_none_or(|d| d <= world.as_of) && rule.until.is_none_or(|d| world.as_of <= d);
        if rule.regime != regime || !current {
            continue;
        }
        let Some(all) = world.holdings.attributions(world, n) else { continue };
        let nothing = |found: &countersign_ownership::Attribution| {
            found.share == countersign_model::Share::zero() && found.reached == Reached::No
        };
        let somewhere = all.values().any(|found| !nothing(found));
        for (party, found) in all.iter() {
            // the party dealt with is shown with its nothing where a listed person stands behind its owners
            let dealt =
                world.facts.parties.get(party).is_some_and(|n| world.party_is(*n, "dealt_with").is_true());
            if nothing(found) && !(somewhere && dealt && !found.stopped.is_empty()) {
                continue;
            }
            out.push(Attributed {
                party: party.clone(),
                dealt_with: dealt,
                percent: found.share.to_string(),
                by: rule.source.clone(),
                through: found
                    .through
                    .iter()
                    .map(|s| format!("{} holds {} % of {}", s.owner, s.share, s.owned))
                    .collect(),
            });
        }
    }
    out
}
