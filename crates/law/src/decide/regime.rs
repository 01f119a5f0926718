//! The verdict of one LAW regime: requirements, the exceptions and licences that lift them, and what stays open.
//!
//! - `found`: the rules as they were examined, by what they do
//! - `required`, `lift`: the requirements that hold, and what lifts each
//! - `open`: what is not settled and could matter
//! - `citing`, `review`, `beside`: what is said with the verdict

mod beside;
mod citing;
mod found;
mod lift;
mod open;
mod required;
mod review;

use std::collections::BTreeSet;

use countersign_model::LawVerdict;
use serde_json::Value as Json;

use super::attributed::attributed;
use super::examination::Examination;
use super::licence::{Cover, cover};
use crate::decision::RegimeVerdict;
use crate::facts::World;
use crate::pack::Regime;
use beside::{closed_exceptions, idle_reviews, mentions};
use found::Found;
use lift::Lift;
use open::{Open, may_lift};
use required::Requirements;

/// The verdict of a regime, with its reasons.
pub(super) fn verdict(
    world: &World<'_>,
    examination: &Examination,
    regime: &Regime,
    case: &Json,
) -> RegimeVerdict {
    let rules = Found::of(world, examination, &regime.id);
    let licence = cover(case, &regime.id, world.as_of);
    let required = Requirements::of(world, &rules, &licence);
    let mut open = Open::of(world, &rules, &required, &licence);
    let settled = required.settled();
    let verdict = if open.rules.is_empty() { settled } else { settled.max(LawVerdict::Indeterminate) };
    let to_be_authorised = verdict == LawVerdict::AuthorisationRequired;
    if to_be_authorised {
        open.missing.join(&may_lift(&required, &licence));
    }
    let determining = citing::determining(world, &rules, &required, &open, verdict);
    let staying = required.authorisations().filter(|r| !matches!(r.lift, Lift::By(..)));
    let review_policy = to_be_authorised.then(|| review::policy(world, &rules, staying)).flatten();
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
        licences: match (licence, verdict) {
            (Cover::Yes(ids), LawVerdict::Authorised) => ids,
            _ => Vec::new(),
        },
        determining: determining.into_list(),
        near_misses,
        missing: open.missing.iter().map(|p| p.to_string()).collect(),
        attributed: attributed(world, &regime.id),
        status: regime.status.clone(),
    }
}
