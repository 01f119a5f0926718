//! The requirements of a regime that hold, each with what lifts it, and what they come to as far as that is settled.

use countersign_model::LawVerdict;

use super::found::{Found, Pair};
use super::lift::{Lift, lift};
use crate::decide::examination::determines;
use crate::decide::licence::Cover;
use crate::facts::{Examined, World};
use crate::pack::{Role, Rule};

/// A requirement that holds.
pub(super) struct Required<'a> {
    pub(super) rule: &'a Rule,
    pub(super) examined: &'a Examined,
    pub(super) verdict: LawVerdict,
    /// What lifts it, for AUTHORISATION_REQUIRED.
    pub(super) lift: Lift<'a>,
}

/// Every requirement that holds.
pub(super) struct Requirements<'a> {
    pub(super) all: Vec<Required<'a>>,
    /// Bars that close an exception which fits otherwise.
    pub(super) closed: Vec<Pair<'a>>,
    /// What becomes of AUTHORISATION_REQUIRED, by exceptions or a licence.
    lifted_to: LawVerdict,
}

impl<'a> Requirements<'a> {
    pub(super) fn of(world: &World<'_>, rules: &Found<'a>, licence: &Cover) -> Self {
        let (mut all, mut closed) = (Vec::new(), Vec::new());
        for (rule, examined) in rules.all.iter().copied() {
            let Role::Requirement(verdict) = rule.role else { continue };
            if determines(world, rule, examined) {
                let lift = if verdict == LawVerdict::AuthorisationRequired {
                    lift(rules, rule, examined, &mut closed)
                } else {
                    Lift::Never
                };
                all.push(Required { rule, examined, verdict, lift });
            }
        }
        let mut out = Self { all, closed, lifted_to: LawVerdict::AuthorisationRequired };
        if out.all_lifted() {
            out.lifted_to = LawVerdict::GeneralAuthorisation;
        } else if matches!(licence, Cover::Yes(_)) {
            out.lifted_to = LawVerdict::Authorised;
        }
        out
    }

    /// Those that an authorisation meets.
    pub(super) fn authorisations(&self) -> impl Iterator<Item = &Required<'a>> {
        self.all.iter().filter(|r| r.verdict == LawVerdict::AuthorisationRequired)
    }

    /// Whether an exception lifts each of those that an authorisation meets.
    pub(super) fn all_lifted(&self) -> bool {
        self.authorisations().all(|r| matches!(r.lift, Lift::By(..)))
    }

    /// What a requirement comes to, once it is lifted.
    pub(super) fn after(&self, required: &Required<'_>) -> LawVerdict {
        match required.verdict {
            LawVerdict::AuthorisationRequired => self.lifted_to,
            other => other,
        }
    }

    /// The severest of them all.
    pub(super) fn settled(&self) -> LawVerdict {
        self.all.iter().map(|r| self.after(r)).max().unwrap_or(LawVerdict::NotControlled)
    }
}
