//! The verdict of one LAW regime: requirements, the exceptions and licences that lift them, and what stays open.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use countersign_model::{LawVerdict, ReviewPolicy};
use countersign_ownership::Reached;
use serde_json::Value as Json;

use super::cite::{self, Citations};
use super::examination::{Examination, determines, lifts, looked_at};
use super::licence::{Cover, cover};
use crate::decision::{Attributed, Mention, NearMiss, RegimeVerdict};
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

type Pair<'a> = (&'a Rule, &'a Examined);

/// The rules of a regime as they were examined, laid out by what they do.
struct Found<'a> {
    all: Vec<Pair<'a>>,
    /// Exceptions by the rule that they lift.
    exceptions: BTreeMap<&'a str, Vec<(&'a Rule, &'a [Examined])>>,
    /// Bars that hold or cannot be settled.
    bars: Vec<Pair<'a>>,
    /// Rules on the review policy that hold.
    reviews: Vec<Pair<'a>>,
    /// Rules to be cited beside others, that hold.
    supports: Vec<Pair<'a>>,
}

impl<'a> Found<'a> {
    fn of(world: &'a World<'_>, examination: &'a Examination, regime: &'a str) -> Self {
        let all: Vec<Pair<'a>> = examination.rules(world, regime).collect();
        let mut exceptions: BTreeMap<&str, Vec<(&Rule, &[Examined])>> = BTreeMap::new();
        for (rule, list) in examination.by_rule(world, regime) {
            if let Role::Exception { lifts } = &rule.role {
                for lifted in lifts {
                    exceptions.entry(lifted).or_default().push((rule, list));
                }
            }
        }
        let of = |wanted: fn(&Pair<'_>) -> bool| all.iter().copied().filter(wanted).collect();
        Self {
            exceptions,
            bars: of(|(r, e)| matches!(r.role, Role::Bar { .. }) && !e.truth.is_false()),
            reviews: of(|(r, e)| matches!(r.role, Role::Review { .. }) && e.truth.is_true()),
            supports: of(|(r, e)| matches!(r.role, Role::Support { .. }) && e.truth.is_true()),
            all,
        }
    }

    /// The exceptions that may lift a requirement on a thing: those that look at the same thing, or at another kind.
    fn exceptions(&self, required: &Rule, on: usize) -> Vec<Pair<'a>> {
        let mut out = Vec::new();
        for (rule, list) in self.exceptions.get(required.id.as_str()).into_iter().flatten().copied() {
            let list = if rule.resource == required.resource && rule.resource != Resource::Case {
                let same = list.binary_search_by_key(&on, |e| e.resource).ok().and_then(|at| list.get(at));
                same.map(std::slice::from_ref).unwrap_or_default()
            } else {
                list
            };
            out.extend(list.iter().filter(|e| !e.truth.is_false()).map(|e| (rule, e)));
        }
        out
    }
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
    let rules = Found::of(world, examination, &regime.id);
    let licence = cover(case, &regime.id, world.as_of);
    let mut closed = Vec::new();
    let mut required: Vec<Required<'_>> = Vec::new();
    for (rule, examined) in rules.all.iter().copied() {
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
    for (rule, examined) in rules.all.iter().copied() {
        let (Role::Requirement(verdict), Tri::Unknown(deps)) = (&rule.role, &examined.truth) else {
            continue;
        };
        let would = match (verdict, &licence) {
            (LawVerdict::AuthorisationRequired, Cover::Yes(_)) => LawVerdict::Authorised,
            (other, _) => *other,
        };
        if would > settled && rule.stay_on(world.as_of).is_none() {
            missing.join(deps);
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
            missing.join(pending);
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
                    missing.join(deps);
                }
            }
        }
        if let Cover::Possible(deps) = &licence {
            missing.join(deps);
        }
    }

    let mut determining = Citations::default();
    let decides = |r: &Required<'_>| after(r.verdict) == verdict;
    for required in required.iter().filter(|r| decides(r)) {
        determine(world, &rules, required, all_lifted, &mut determining);
    }
    if verdict == LawVerdict::Indeterminate {
        for (rule, examined, _) in &open {
            determining.add(world, rule, examined);
        }
    }
    if verdict == LawVerdict::AuthorisationRequired {
        for (rule, examined) in &closed {
            determining.add(world, rule, examined);
        }
    }
    if verdict == LawVerdict::NotControlled {
        scope_rules(world, &rules.all, &mut determining);
    }
    let review_policy = (verdict == LawVerdict::AuthorisationRequired)
        .then(|| review(world, &rules, authorisations().filter(|r| !matches!(r.lift, Lift::By(..)))))
        .flatten();
    let mut near_misses = examination.near_misses(world, &regime.id, &determining);
    let mut missed: BTreeSet<String> = near_misses.iter().map(|m| m.rule.clone()).collect();
    closed_exceptions(world, &rules, &required, &mut missed, &mut near_misses);
    idle_reviews(world, &rules, &required, &mut missed, &mut near_misses);
    RegimeVerdict {
        mentions: mentions(world, &rules, &required, &determining, &missed),
        regime: regime.id.clone(),
        title: regime.title.clone(),
        verdict,
        authority: regime.authority.clone(),
        review_policy,
        licences: match (&licence, verdict) {
            (Cover::Yes(ids), LawVerdict::Authorised) => ids.clone(),
            _ => Vec::new(),
        },
        determining: determining.into_list(),
        near_misses,
        missing: missing.iter().map(|p| p.to_string()).collect(),
        attributed: attributed(world, &regime.id),
        status: regime.status.clone(),
    }
}

/// The exception, if any, that lifts a requirement. Bars are examined first: one that holds closes the exception.
fn lift<'a>(rules: &Found<'a>, required: &Rule, on: &Examined, closed: &mut Vec<Pair<'a>>) -> Lift<'a> {
    let mut possible = Deps::new();
    for (rule, examined) in rules.exceptions(required, on.resource) {
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
                if own { &mut terms } else { &mut pending }.join(more);
            }
        }
        match &examined.truth {
            Tri::True if !own_open => return Lift::By(rule, examined, pending),
            Tri::Unknown(more) => terms.join(more),
            _ => {}
        }
        possible.join(&terms);
        possible.join(&pending);
    }
    if possible.is_empty() { Lift::Never } else { Lift::Possible(possible) }
}

/// The bars of an exception that hold or are open, as far as they look at the same thing.
fn bars<'a>(rules: &Found<'a>, exception: &Rule, on: &Examined) -> Vec<Pair<'a>> {
    let mut out = rules.bars.clone();
    out.retain(|(rule, examined)| {
        let Role::Bar { bars } = &rule.role else { return false };
        // `* -ID`: every exception but this one
        let spared = bars.iter().any(|b| b.strip_prefix('-') == Some(exception.id.as_str()));
        let names = !spared && bars.iter().any(|b| b == "*" || *b == exception.id);
        names && (rule.resource != exception.resource || examined.resource == on.resource)
    });
    out
}

/// `EAR-740.22c1ii` is a paragraph of `EAR-740.22`, not a bar from outside.
fn own_paragraph(bar: &Rule, exception: &Rule) -> bool {
    bar.id.starts_with(&exception.id)
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
        (Some("open_flags"), Some(crate::eval::Value::Set(ids))) => {
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

/// The strictest policy of the requirements that stay.
fn review<'a>(
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
            crate::eval::Value::Str(word) => ReviewPolicy::from_word(word),
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

/// Exceptions that a bar closed, with the bar as the failing condition.
fn closed_exceptions(
    world: &World<'_>,
    rules: &Found<'_>,
    required: &[Required<'_>],
    missed: &mut BTreeSet<String>,
    out: &mut Vec<NearMiss>,
) {
    let licence: Vec<&Required<'_>> =
        required.iter().filter(|r| r.verdict == LawVerdict::AuthorisationRequired).collect();
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
fn idle_reviews(
    world: &World<'_>,
    rules: &Found<'_>,
    required: &[Required<'_>],
    missed: &mut BTreeSet<String>,
    out: &mut Vec<NearMiss>,
) {
    let ids: BTreeSet<&str> = required.iter().map(|r| r.rule.id.as_str()).collect();
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
fn mentions(
    world: &World<'_>,
    rules: &Found<'_>,
    required: &[Required<'_>],
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
    let reviewed: BTreeSet<&str> = required.iter().map(|r| r.rule.id.as_str()).collect();
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

/// How many stakes are shown on the way up from one party: the nearest.
const SHOWN_STEPS: usize = 200;

/// The listings in force of a party: list, programmes, notice.
fn listings_of(world: &World<'_>, party: &str) -> Vec<String> {
    let of_party = |n: &&usize| world.facts.entities.get(**n).is_some_and(|e| e.id == party);
    let listings = world.of_kind(Resource::Listing).iter().filter(of_party);
    let mut out = Vec::new();
    for entity in listings.filter_map(|n| world.facts.entities.get(*n)) {
        use crate::eval::Value;
        let value = |name: &str| entity.attrs.get(name).map(|fact| &fact.value);
        let (Some(Value::Bool(true)), Some(Value::Str(list))) = (value("in_force"), value("list")) else {
            continue;
        };
        let programmes = match value("programmes") {
            Some(Value::Set(words)) => words.iter().map(|w| w.to_string()).collect(),
            _ => Vec::new(),
        };
        let more = match value("told") {
            Some(Value::Str(text)) if !text.is_empty() => Some(text.to_string()),
            _ => None,
        };
        let told: Vec<String> = programmes.into_iter().chain(more).chain(entity.notice.clone()).collect();
        let told = if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) };
        out.push(format!("{} is on {list}{told}", entity.label));
    }
    out
}

/// Stakes in words, by the names of the parties. A stake by votes and one by shares may say the same: it is said once.
fn told(world: &World<'_>, steps: &[countersign_ownership::Step]) -> Vec<String> {
    let named = |id: &str| {
        let entity = world.facts.parties.get(id).and_then(|n| world.facts.entities.get(*n));
        entity.map_or_else(|| id.to_owned(), |entity| entity.label.clone())
    };
    let mut out: Vec<String> = Vec::new();
    for step in steps {
        let line = format!("{} holds {} % of {}", named(&step.owner), step.share, named(&step.owned));
        if out.len() < SHOWN_STEPS && !out.contains(&line) {
            out.push(line);
        }
    }
    out
}

/// The shares that the regime's ownership rule attributes, for every party of which something is attributed.
fn attributed(world: &World<'_>, regime: &str) -> Vec<Attributed> {
    let mut out: Vec<Attributed> = Vec::new();
    let current = |rule: &crate::pack::HoldingRule| {
        rule.regime == regime
            && rule.from.is_none_or(|d| d <= world.as_of)
            && rule.until.is_none_or(|d| world.as_of <= d)
    };
    let rules = || world.law.holdings.iter().enumerate().filter(|(_, rule)| current(rule));
    // the ownership rule is shown with its nothing beside a rule that only raises a flag
    let flagged = |party: &str| {
        let zero = countersign_model::Share::zero();
        rules().filter(|(_, rule)| rule.flag_only).any(|(other, _)| {
            let applied = world.holdings.applied(world, other);
            applied.is_some_and(|a| a.reach().attributed(party).is_some_and(|share| share != zero))
        })
    };
    let first = rules().map(|(n, _)| n).next().unwrap_or_default();
    for (n, rule) in rules() {
        let Some(applied) = world.holdings.applied(world, n) else { continue };
        let reach = applied.reach();
        let zero = countersign_model::Share::zero();
        let nothing = |id: &str| {
            reach.attributed(id).is_none_or(|share| share == zero)
                && reach.reached(id) != Some(Reached::Yes)
                && reach.reached(id) != Some(Reached::CannotBeKnown)
        };
        let somewhere = world.facts.parties.keys().any(|id| !nothing(id));
        for (party, entity) in &world.facts.parties {
            // the party dealt with is shown with its nothing where a listed person stands behind its owners
            let dealt = world.party_is(*entity, "dealt_with").is_true();
            let also = dealt && n == first && nothing(party) && flagged(party);
            if nothing(party) && !(somewhere && dealt) && !also {
                continue;
            }
            // the way up to the listed persons is shown for those dealt with; for their owners the next step
            let mut listed = Vec::new();
            let through = if dealt {
                let Some(found) = applied.evidence(party) else { continue };
                listed = found.holders.iter().flat_map(|h| listings_of(world, &h.party)).collect();
                if nothing(party) && found.stopped.is_empty() && !also {
                    continue;
                }
                found.through.clone()
            } else {
                reach.direct_steps(party)
            };
            let percent = reach.attributed(party).unwrap_or(zero.clone());
            let attributed = Attributed {
                party: party.clone(),
                dealt_with: dealt,
                percent: percent.to_string(),
                by: rule.source.clone(),
                through: told(world, &through),
                listed,
            };
            // stakes that are shares and votes at once come out alike under a rule for each: once is enough
            let known = |a: &Attributed| {
                a.party == attributed.party
                    && a.percent == attributed.percent
                    && a.through == attributed.through
            };
            if !out.iter().any(known) {
                out.push(attributed);
            }
        }
    }
    out
}
