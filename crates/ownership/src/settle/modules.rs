//! The cut in pieces that can be looked at one by one.
//!
//! An owner is a *module* if everything in doubt above it bears on the party through it alone: it stands on every
//! way down from each of its own owners (it dominates them), none of which owns anything else in the cut. Whether
//! such an owner counts is then free, whatever the facts outside it are, and a fact inside it matters for the
//! party exactly if it matters for the module and the module matters for the party.
//!
//! In a chain or a tree each owner is a module. Without aggregation an owner counts for one person and not for
//! another, both at once, so that its state is not free; the cut is then one piece.

use std::collections::HashSet;

use crate::settle::cut::{Cut, TARGET};
use crate::settle::question::Origin;

/// Which parties of the cut are roots of modules.
pub(crate) struct Modules {
    roots: Vec<bool>,
}

impl Modules {
    pub(crate) fn of(cut: &Cut, aggregate: bool) -> Self {
        let mut roots = vec![aggregate; cut.parties.len()];
        if aggregate {
            let tree = Dominators::of(cut);
            for place in 0..cut.parties.len() {
                for owner in cut.owners(place) {
                    // whoever stands over this party and not over its owner has a doubt that goes round it
                    let (mut at, end) = (place, tree.over(owner));
                    while at != end {
                        if at != owner
                            && let Some(root) = roots.get_mut(at)
                        {
                            *root = false;
                        }
                        let next = tree.over(at);
                        if next == at {
                            break;
                        }
                        at = next;
                    }
                }
            }
        }
        if let Some(target) = roots.get_mut(TARGET) {
            *target = true;
        }
        Self { roots }
    }

    /// Whether `place` is the root of a module.
    pub(crate) fn is_root(&self, place: usize) -> bool {
        self.roots.get(place).copied().unwrap_or(false)
    }

    /// The parties of the module of `root`, the root first, the roots of the modules inside it included.
    pub(crate) fn region(&self, cut: &Cut, root: usize) -> Vec<usize> {
        let mut region = vec![root];
        let mut inside = HashSet::from([root]);
        let mut at = 0;
        while let Some(&place) = region.get(at) {
            at += 1;
            if place != root && self.is_root(place) {
                continue;
            }
            for owner in cut.owners(place) {
                if inside.insert(owner) {
                    region.push(owner);
                }
            }
        }
        region
    }

    /// Where a difference can begin in the module of `root`, each with its fact.
    pub(crate) fn origins(&self, cut: &Cut, root: usize, region: &[usize]) -> Vec<(Origin, Option<usize>)> {
        let mut origins = Vec::new();
        for &place in region {
            let Some(party) = cut.party(place) else { continue };
            if place != root && self.is_root(place) {
                origins.push((Origin::Module(place), None));
                continue;
            }
            if let Some(fact) = party.listing {
                origins.push((Origin::Listing(place), Some(fact)));
            }
            if let Some(fact) = party.rest {
                origins.push((Origin::Rest(place), Some(fact)));
            }
            for (number, held) in party.stakes.iter().enumerate() {
                if let Some(fact) = held.interval {
                    origins.push((Origin::Interval(place, number), Some(fact)));
                }
            }
        }
        origins
    }
}

/// Immediate dominators, seen from the target upwards (Cooper, Harvey, Kennedy: A Simple, Fast Dominance
/// Algorithm).
struct Dominators {
    over: Vec<usize>,
}

impl Dominators {
    fn of(cut: &Cut) -> Self {
        let count = cut.parties.len();
        let order = postorder(cut);
        let mut number = vec![0usize; count];
        for (n, place) in order.iter().enumerate() {
            if let Some(slot) = number.get_mut(*place) {
                *slot = n;
            }
        }
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); count];
        for place in 0..count {
            for owner in cut.owners(place) {
                if let Some(list) = below.get_mut(owner) {
                    list.push(place);
                }
            }
        }
        let mut over: Vec<Option<usize>> = vec![None; count];
        if let Some(target) = over.get_mut(TARGET) {
            *target = Some(TARGET);
        }
        let at = |list: &[Option<usize>], place: usize| list.get(place).copied().flatten();
        let rank = |place: usize| number.get(place).copied().unwrap_or_default();
        let mut changed = true;
        while changed {
            changed = false;
            for &place in order.iter().rev().filter(|place| **place != TARGET) {
                let mut new: Option<usize> = None;
                for &from in below.get(place).into_iter().flatten() {
                    if at(&over, from).is_none() {
                        continue;
                    }
                    new = Some(match new {
                        None => from,
                        Some(other) => {
                            let (mut a, mut b) = (from, other);
                            while a != b {
                                while rank(a) < rank(b) {
                                    a = at(&over, a).unwrap_or(TARGET);
                                }
                                while rank(b) < rank(a) {
                                    b = at(&over, b).unwrap_or(TARGET);
                                }
                            }
                            a
                        }
                    });
                }
                if new.is_some() && at(&over, place) != new {
                    if let Some(slot) = over.get_mut(place) {
                        *slot = new;
                    }
                    changed = true;
                }
            }
        }
        Self { over: over.into_iter().map(|over| over.unwrap_or(TARGET)).collect() }
    }

    /// The one that stands immediately over `place` on every way to it; the target for itself.
    fn over(&self, place: usize) -> usize {
        self.over.get(place).copied().unwrap_or(TARGET)
    }
}

/// The parties of the cut, each after those above it, without recursion.
fn postorder(cut: &Cut) -> Vec<usize> {
    let owners: Vec<Vec<usize>> = (0..cut.parties.len()).map(|place| cut.owners(place).collect()).collect();
    let mut seen = vec![false; cut.parties.len()];
    let mut order = Vec::with_capacity(cut.parties.len());
    let mut stack = vec![(TARGET, 0usize)];
    if let Some(mark) = seen.get_mut(TARGET) {
        *mark = true;
    }
    while let Some((place, next)) = stack.last_mut() {
        let owner = owners.get(*place).and_then(|list| list.get(*next)).copied();
        *next += 1;
        match owner {
            Some(owner) => {
                if let Some(mark) = seen.get_mut(owner)
                    && !std::mem::replace(mark, true)
                {
                    stack.push((owner, 0));
                }
            }
            None => {
                order.push(*place);
                stack.pop();
            }
        }
    }
    order
}
