//! The rules of a regime as they were examined, laid out by what they do.

use std::collections::BTreeMap;

use crate::decide::examination::Examination;
use crate::facts::{Examined, World};
use crate::pack::{Resource, Role, Rule};

/// A rule, and what was found of it on one thing.
pub(super) type Pair<'a> = (&'a Rule, &'a Examined);

/// The rules of a regime as they were examined, laid out by what they do.
pub(super) struct Found<'a> {
    pub(super) all: Vec<Pair<'a>>,
    /// Exceptions by the rule that they lift.
    exceptions: BTreeMap<&'a str, Vec<(&'a Rule, &'a [Examined])>>,
    /// Bars that hold or cannot be settled.
    pub(super) bars: Vec<Pair<'a>>,
    /// Rules on the review policy that hold.
    pub(super) reviews: Vec<Pair<'a>>,
    /// Rules to be cited beside others, that hold.
    pub(super) supports: Vec<Pair<'a>>,
}

impl<'a> Found<'a> {
    pub(super) fn of(world: &'a World<'_>, examination: &'a Examination, regime: &'a str) -> Self {
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
    pub(super) fn exceptions(&self, required: &Rule, on: usize) -> Vec<Pair<'a>> {
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
