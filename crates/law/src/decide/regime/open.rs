//! What stays open of a regime: rules that cannot be settled and could make its verdict more severe, and facts that could
//! lift it.

use countersign_model::LawVerdict;

use super::found::{Found, Pair};
use super::lift::Lift;
use super::required::Requirements;
use crate::decide::licence::Cover;
use crate::eval::{Deps, Tri};
use crate::facts::World;
use crate::pack::Role;

/// The rules that could make the verdict more severe than what is settled.
#[derive(Default)]
pub(super) struct Open<'a> {
    pub(super) rules: Vec<Pair<'a>>,
    /// What would settle them.
    pub(super) missing: Deps,
}

impl<'a> Open<'a> {
    pub(super) fn of(
        world: &World<'_>,
        rules: &Found<'a>,
        required: &Requirements<'a>,
        licence: &Cover,
    ) -> Self {
        let settled = required.settled();
        let mut out = Self::default();
        for (rule, examined) in rules.all.iter().copied() {
            let (Role::Requirement(verdict), Tri::Unknown(deps)) = (&rule.role, &examined.truth) else {
                continue;
            };
            let would = match (verdict, licence) {
                (LawVerdict::AuthorisationRequired, Cover::Yes(_)) => LawVerdict::Authorised,
                (other, _) => *other,
            };
            if would > settled && rule.stay_on(world.as_of).is_none() {
                out.missing.join(deps);
                out.rules.push((rule, examined));
            }
        }
        // an exception that fits on its own terms while a general bar cannot be settled
        for required in required.authorisations() {
            if let Lift::By(_, _, pending) = &required.lift
                && !pending.is_empty()
                && settled < LawVerdict::AuthorisationRequired
                && !matches!(licence, Cover::Yes(_))
            {
                out.missing.join(pending);
                out.rules.push((required.rule, required.examined));
            }
        }
        out
    }
}

/// What might lift the requirement of an authorisation, if nothing else keeps it.
pub(super) fn may_lift(required: &Requirements<'_>, licence: &Cover) -> Deps {
    let mut missing = Deps::new();
    let never = required.authorisations().any(|r| matches!(r.lift, Lift::Never));
    if !never {
        for required in required.authorisations() {
            if let Lift::Possible(deps) = &required.lift {
                missing.join(deps);
            }
        }
    }
    if let Cover::Possible(deps) = licence {
        missing.join(deps);
    }
    missing
}
