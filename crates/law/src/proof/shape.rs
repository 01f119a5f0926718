//! The shape of the cases that are looked at, with the facts that the program computes (`@derived`) as `facts::derive`,
//! `facts::assessment` and `facts::holdings` compute them.

mod act;
mod assessment;
mod entry;
mod holdings;
mod party;
mod ties;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::domain::Domain;
use super::symbol::Sym;
use super::term::{Term, Tri};
use super::things::{ACTOR, ASSESSMENTS, ENTRIES, LISTINGS, NAMES, OTHER, OWNER, Thing};
use super::world::{Leaf, LeafKind, World};
use crate::pack::Resource;

fn truth(yes: Term, no: Term) -> Sym {
    Sym::Truth(Tri { yes, no })
}

impl<'d, 'a> World<'d, 'a> {
    /// All cases of the shape; in a `complete` one every fact is known.
    pub(crate) fn new(domain: &'d Domain<'a>, complete: bool) -> Self {
        let mut world = Self::empty(domain, complete);
        for (n, name) in NAMES.into_iter().enumerate() {
            let kind = match n {
                0 => Resource::Case,
                ACTOR | OTHER | OWNER => Resource::Party,
                7 | 8 => Resource::Entry,
                9 | 10 => Resource::Assessment,
                _ => Resource::Listing,
            };
            let party = LISTINGS.iter().position(|l| *l == n).map(|p| p + ACTOR);
            world.things.push(Thing { kind, exists: Term::TRUE, name, attrs: BTreeMap::new(), party });
        }
        world.case();
        for (party, listing) in [ACTOR, OTHER, OWNER].into_iter().zip(LISTINGS) {
            world.party(party);
            world.listing(listing, party);
        }
        for (entry, key) in ENTRIES.into_iter().zip(["eccn", "annex_codes"]) {
            world.entry(entry, key);
        }
        world.deal();
        world.item();
        world.charted();
        for (thing, stage) in ASSESSMENTS.into_iter().zip(["D", "S"]) {
            world.assessment(thing, stage);
        }
        world.holdings();
        world
    }

    fn put(&mut self, thing: usize, name: &str, sym: Sym) {
        if let Some(thing) = self.things.get_mut(thing) {
            thing.attrs.insert(Arc::from(name), sym);
        }
    }

    fn leaf(&mut self, entity: Option<usize>, kind: LeafKind) {
        self.leaves.push(Leaf { entity, path: Vec::new(), field: None, kind });
    }

    fn set_context(&mut self, name: &str, sym: Sym) {
        self.context.insert(Arc::from(name), sym);
    }

    fn extend(&mut self, record: &str, name: &str, sym: Sym) {
        if let Some(Sym::Record(inner)) = self.context.get(record).cloned() {
            let mut inner = (*inner).clone();
            inner.insert(Arc::from(name), sym);
            self.set_context(record, Sym::Record(Rc::new(inner)));
        }
    }
}
