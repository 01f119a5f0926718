//! The shares that a regime's ownership rule attributes, as they are shown: with the stakes on the way and the listings at
//! its end.

use countersign_model::Share;
use countersign_ownership::{Reached, Step};

use crate::decision::Attributed;
use crate::eval::Value;
use crate::facts::World;
use crate::pack::{HoldingRule, Resource};

/// How many stakes are shown on the way up from one party: the nearest.
const SHOWN_STEPS: usize = 200;

/// The listings in force of a party: list, programmes, notice.
fn listings_of(world: &World<'_>, party: &str) -> Vec<String> {
    let of_party = |n: &&usize| world.facts.entities.get(**n).is_some_and(|e| e.id == party);
    let listings = world.of_kind(Resource::Listing).iter().filter(of_party);
    let mut out = Vec::new();
    for entity in listings.filter_map(|n| world.facts.entities.get(*n)) {
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
fn told(world: &World<'_>, steps: &[Step]) -> Vec<String> {
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
pub(super) fn attributed(world: &World<'_>, regime: &str) -> Vec<Attributed> {
    let mut out: Vec<Attributed> = Vec::new();
    let current = |rule: &HoldingRule| {
        rule.regime == regime
            && rule.from.is_none_or(|d| d <= world.as_of)
            && rule.until.is_none_or(|d| world.as_of <= d)
    };
    let rules = || world.law.holdings.iter().enumerate().filter(|(_, rule)| current(rule));
    // the ownership rule is shown with its nothing beside a rule that only raises a flag
    let flagged = |party: &str| {
        let zero = Share::zero();
        rules().filter(|(_, rule)| rule.flag_only).any(|(other, _)| {
            let applied = world.holdings.applied(world, other);
            applied.is_some_and(|a| a.reach().attributed(party).is_some_and(|share| share != zero))
        })
    };
    let first = rules().map(|(n, _)| n).next().unwrap_or_default();
    for (n, rule) in rules() {
        let Some(applied) = world.holdings.applied(world, n) else { continue };
        let reach = applied.reach();
        let zero = Share::zero();
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
