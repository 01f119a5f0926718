//! A party, and one listing of it.

use std::rc::Rc;
use std::sync::Arc;

use crate::proof::symbol::{Sym, WordSet};
use crate::proof::term::{Term, Tri};
use crate::proof::things::NAMES;
use crate::proof::world::{LeafKind, Place, World};

impl World<'_, '_> {
    pub(super) fn party(&mut self, n: usize) {
        let name = NAMES.get(n).copied().unwrap_or_default();
        let attributes = self.domain.law.schema.entities.get("Party").cloned().unwrap_or_default();
        let mut attrs = self.project(&attributes, Place::whole(Some(n), "party", name), Term::TRUE);
        // where the headquarters are not given, the country is the seat
        if let Some(Sym::Record(country)) = attrs.get("country")
            && let Some(Sym::Word { known, .. }) = country.get("code")
        {
            let seat = self.known(&format!("{name}.seat"), Term::TRUE);
            self.axiom(self.pool().implies(*known, seat));
        }
        let known = self.known(&format!("{name}.seat"), Term::TRUE);
        let title = format!("{name}.seat");
        attrs.insert(Arc::from("seat"), self.domain.country(&title, known));
        if let Some(groups) = self.national_groups(name, attrs.get("kind")) {
            attrs.insert(Arc::from("national_groups"), groups);
        }
        if let Some(thing) = self.things.get_mut(n) {
            thing.attrs = attrs;
        }
    }

    /// The country groups of a person's one nationality; a body has none.
    fn national_groups(&self, name: &str, kind: Option<&Sym>) -> Option<Sym> {
        let pool = self.pool();
        let Some(Sym::Word { word, .. }) = kind else { return None };
        let person = word.is(pool, &self.domain.words, &Arc::from("individual"));
        let told = self.known(&format!("{name}.nationality"), Term::TRUE);
        let Sym::Record(country) = self.domain.country(&format!("{name}.nationality"), told) else {
            return None;
        };
        let Some(Sym::Words { set: WordSet::Cases { has, some }, .. }) = country.get("groups") else {
            return None;
        };
        let has = has.iter().map(|(w, t)| (w.clone(), pool.and([person, *t]))).collect();
        let known = pool.or([pool.not(person), told]);
        let set = WordSet::Cases { has: Rc::new(has), some: pool.and([person, *some]) };
        Some(Sym::Words { known, floor: known, set })
    }

    pub(super) fn listing(&mut self, n: usize, party: usize) {
        let pool = self.pool();
        let name = NAMES.get(n).copied().unwrap_or_default();
        let looked = self.known(name, Term::TRUE);
        let listed = pool.var(&format!("{name} is there"));
        let given = pool.and([looked, listed]);
        let exists = pool.or([given, pool.not(looked)]);
        let attributes = self.domain.law.schema.entities.get("Listing").cloned().unwrap_or_default();
        let mut attrs = self.project(&attributes, Place::whole(Some(n), "listing", name), given);
        let in_force = pool.var(&format!("{name}.in_force"));
        attrs.insert(Arc::from("in_force"), Sym::Truth(Tri::given(pool, given, in_force)));
        let days = self.number(&format!("{name}.days_listed"), given, -400, 6000);
        if let Sym::Number { num, .. } = days {
            self.axiom(pool.implies(pool.at_most(num, -1), pool.not(in_force)));
            self.axiom(pool.not(pool.and([pool.equal(num, 0), pool.not(in_force)])));
        }
        attrs.insert(Arc::from("days_listed"), days);
        let policies = countersign_model::ReviewPolicy::ALL.iter().map(|p| p.as_str().to_owned()).collect();
        let policy = self.known(&format!("{name}.review_policy"), given);
        attrs.insert(
            Arc::from("review_policy"),
            self.word(&format!("{name}.review_policy"), policy, Some(policies)),
        );
        attrs.insert(Arc::from("party"), Sym::Entity(party));
        self.leaf(Some(n), LeafKind::Map { given, nothing: pool.and([looked, pool.not(listed)]) });
        if let Some(thing) = self.things.get_mut(n) {
            thing.exists = exists;
            thing.attrs = attrs;
        }
    }
}
