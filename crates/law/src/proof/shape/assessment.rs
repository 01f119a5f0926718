//! One assessment of a stage.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::truth;
use crate::proof::symbol::{Sym, Word, WordSet};
use crate::proof::term::{Term, Tri};
use crate::proof::things::NAMES;
use crate::proof::world::{Place, World};

const STATES: [&str; 10] = [
    "draft",
    "consultation",
    "final",
    "live",
    "suspended",
    "expired",
    "superseded",
    "revoked",
    "void",
    "none",
];

impl World<'_, '_> {
    pub(super) fn assessment(&mut self, n: usize, stage: &str) {
        let pool = self.pool();
        let name = NAMES.get(n).copied().unwrap_or_default();
        // the key `assessments`: a list, `none`, or absent
        let known = self.known("assessments", Term::TRUE);
        let some = pool.and([known, pool.var("assessments is a list")]);
        let exists = pool.and([some, pool.var(&format!("{name} is there"))]);
        let attributes = self.domain.law.schema.entities.get("Assessment").cloned().unwrap_or_default();
        let attrs = self.project(&attributes, Place::whole(Some(n), "assessment", name), Term::TRUE);
        let mut one = One { world: self, name, attrs };
        one.put("stage", Sym::Word { known: Term::TRUE, word: Word::Fixed(Arc::from(stage)) });
        one.logged();
        one.state();
        one.scope();
        one.fees();
        one.withheld();
        one.rule_of_law();
        one.residual_risk();
        let attrs = one.attrs;
        if let Some(thing) = self.things.get_mut(n) {
            thing.exists = exists;
            thing.attrs = attrs;
        }
    }
}

/// One assessment, whose facts are given; what the program computes of them is added.
struct One<'w, 'd, 'a> {
    world: &'w World<'d, 'a>,
    name: &'w str,
    attrs: BTreeMap<Arc<str>, Sym>,
}

impl One<'_, '_, '_> {
    fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.name)
    }

    /// Whether a fact of it is told.
    fn known(&self, key: &str) -> Term {
        self.world.known(&self.at(key), Term::TRUE)
    }

    fn var(&self, key: &str) -> Term {
        self.world.pool().var(&self.at(key))
    }

    fn put(&mut self, name: &str, sym: Sym) {
        self.attrs.insert(Arc::from(name), sym);
    }

    /// Adds fields to a record of it.
    fn extend<const N: usize>(&mut self, record: &str, fields: [(&str, Sym); N]) {
        if let Some(Sym::Record(inner)) = self.attrs.get(record).cloned() {
            let mut inner = (*inner).clone();
            for (name, sym) in fields {
                inner.insert(Arc::from(name), sym);
            }
            self.put(record, Sym::Record(Rc::new(inner)));
        }
    }

    /// When it was logged, and for how long there was a draft before.
    fn logged(&mut self) {
        let world = self.world;
        let months = world.number(&self.at("months_since_logged"), Term::TRUE, -6, 60);
        if let Sym::Number { num, .. } = months {
            let in_time = world.pool().at_least(num, 0);
            self.put("logged_in_time", truth(in_time, world.pool().not(in_time)));
        }
        self.put("months_since_logged", months);
        let drafted = self.known("draft_days");
        self.put("draft_days", world.number(&self.at("draft_days"), drafted, -30, 400));
    }

    /// The state logged last, and whether it ever went live.
    fn state(&mut self) {
        let (world, pool) = (self.world, self.world.pool());
        let logged = self.known("status_events");
        let states = STATES.into_iter().map(str::to_owned).collect();
        let state = world.word(&self.at("state"), logged, Some(states));
        let live = self.var("went_live");
        if let Sym::Word { word, .. } = &state {
            let is = |w: &str| word.is(pool, &world.domain.words, &Arc::from(w));
            world.axiom(pool.implies(is("live"), live));
            world.axiom(pool.implies(is("none"), pool.not(live)));
        }
        self.put("state", state);
        self.put("went_live", Sym::Truth(Tri::given(pool, logged, live)));
        self.put("state_reason", Sym::Nothing);
    }

    /// What of its scope differs: only a version that differs is written; that something differs is known even where the
    /// rest is not.
    fn scope(&mut self) {
        let scoped = self.known("scope_differs");
        let differs = self.var("scope differs");
        let has = Rc::new(BTreeMap::from([(Arc::from("version"), differs)]));
        let set = WordSet::Cases { has, some: differs };
        self.put("scope_differs", Sym::Words { known: scoped, floor: scoped, set });
    }

    fn fees(&mut self) {
        let known = self.known("fee_share");
        let fee = |which: &str| {
            let num = self.world.pool().num(&self.at(&format!("fee_share {which}")), 0, 1_000_000);
            Sym::Share { known, low: num, high: num }
        };
        let fees = [("fee_share_older", fee("older")), ("fee_share_newer", fee("newer"))];
        self.extend("independence", fees);
    }

    fn withheld(&mut self) {
        let known = self.known("withheld");
        let paths = |what: &str| {
            let set = WordSet::Cases { has: Rc::new(BTreeMap::new()), some: self.var(what) };
            Sym::Words { known, floor: known, set }
        };
        let withheld =
            [("withheld_never", paths("withheld_never")), ("review_overdue", paths("review_overdue"))];
        self.extend("redaction", withheld);
    }

    fn rule_of_law(&mut self) {
        let (world, pool) = (self.world, self.world.pool());
        let (known, section) = (self.known("rule_of_law"), self.var("rule_of_law"));
        // the contract has no word for a section that is not there
        world.axiom(pool.implies(known, section));
        let given = pool.and([known, section]);
        let dated = world.known(&self.at("rule_of_law.dated"), given);
        let old = world.number(&self.at("rule_of_law.months_old"), dated, -6, 60);
        let given = Sym::Truth(Tri::given(pool, known, section));
        self.extend("rule_of_law", [("given", given), ("months_old", old)]);
    }

    /// What the contract asks of the records: both numbers of the highest residual risk.
    fn residual_risk(&self) {
        let (world, pool) = (self.world, self.world.pool());
        if let Some(Sym::Record(residual)) = self.attrs.get("residual")
            && let (Some(Sym::Number { known: a, num: x }), Some(Sym::Number { known: b, num: y })) =
                (residual.get("severity"), residual.get("likelihood"))
        {
            world.axiom(pool.same(*a, *b));
            for num in [*x, *y] {
                world.axiom(pool.and([pool.at_least(num, 1), pool.at_most(num, 5)]));
            }
        }
    }
}
