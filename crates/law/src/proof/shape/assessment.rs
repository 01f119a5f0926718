//! One assessment of a stage.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::truth;
use crate::proof::symbol::{Sym, Word, WordSet};
use crate::proof::term::{Term, Tri};
use crate::proof::things::NAMES;
use crate::proof::world::World;

impl World<'_, '_> {
    pub(super) fn assessment(&mut self, n: usize, stage: &str) {
        let pool = self.pool();
        let name = NAMES.get(n).copied().unwrap_or_default();
        // the key `assessments`: a list, `none`, or absent
        let known = self.known("assessments", Term::TRUE);
        let some = pool.and([known, pool.var("assessments is a list")]);
        let exists = pool.and([some, pool.var(&format!("{name} is there"))]);
        let attributes = self.domain.law.schema.entities.get("Assessment").cloned().unwrap_or_default();
        let mut attrs = self.project(&attributes, Some(n), "assessment", &[], name, Term::TRUE);
        let fixed = |word: &str| Sym::Word { known: Term::TRUE, word: Word::Fixed(Arc::from(word)) };
        attrs.insert(Arc::from("stage"), fixed(stage));
        let months = self.number(&format!("{name}.months_since_logged"), Term::TRUE, -6, 60);
        if let Sym::Number { num, .. } = months {
            let in_time = pool.at_least(num, 0);
            attrs.insert(Arc::from("logged_in_time"), truth(in_time, pool.not(in_time)));
        }
        attrs.insert(Arc::from("months_since_logged"), months);
        let drafted = self.known(&format!("{name}.draft_days"), Term::TRUE);
        attrs.insert(Arc::from("draft_days"), self.number(&format!("{name}.draft_days"), drafted, -30, 400));
        let states = [
            "draft",
            "consultation",
            "final",
            "live",
            "suspended",
            "expired",
            "superseded",
            "revoked",
            "void",
        ];
        let logged = self.known(&format!("{name}.status_events"), Term::TRUE);
        let state = self.word(
            &format!("{name}.state"),
            logged,
            Some(states.into_iter().chain(["none"]).map(str::to_owned).collect()),
        );
        let live = pool.var(&format!("{name}.went_live"));
        if let Sym::Word { word, .. } = &state {
            let is = |w: &str| word.is(pool, &self.domain.words, &Arc::from(w));
            self.axiom(pool.implies(is("live"), live));
            self.axiom(pool.implies(is("none"), pool.not(live)));
        }
        attrs.insert(Arc::from("state"), state);
        attrs.insert(Arc::from("went_live"), Sym::Truth(Tri::given(pool, logged, live)));
        attrs.insert(Arc::from("state_reason"), Sym::Nothing);
        let scoped = self.known(&format!("{name}.scope_differs"), Term::TRUE);
        let differs = pool.var(&format!("{name}.scope differs"));
        // only a version that differs is written; that something differs is known even where the rest is not
        let has = Rc::new(BTreeMap::from([(Arc::from("version"), differs)]));
        attrs.insert(
            Arc::from("scope_differs"),
            Sym::Words { known: scoped, floor: scoped, set: WordSet::Cases { has, some: differs } },
        );
        let mut extend = |record: &str, fields: Vec<(&str, Sym)>| {
            if let Some(Sym::Record(inner)) = attrs.get(record).cloned() {
                let mut inner = (*inner).clone();
                for (name, sym) in fields {
                    inner.insert(Arc::from(name), sym);
                }
                attrs.insert(Arc::from(record), Sym::Record(Rc::new(inner)));
            }
        };
        let fees = self.known(&format!("{name}.fee_share"), Term::TRUE);
        let fee = |which: &str| {
            let num = pool.num(&format!("{name}.fee_share {which}"), 0, 1_000_000);
            Sym::Share { known: fees, low: num, high: num }
        };
        extend("independence", vec![("fee_share_older", fee("older")), ("fee_share_newer", fee("newer"))]);
        let withheld = self.known(&format!("{name}.withheld"), Term::TRUE);
        let paths = |what: &str| {
            let some = pool.var(&format!("{name}.{what}"));
            let set = WordSet::Cases { has: Rc::new(BTreeMap::new()), some };
            Sym::Words { known: withheld, floor: withheld, set }
        };
        extend(
            "redaction",
            vec![("withheld_never", paths("withheld_never")), ("review_overdue", paths("review_overdue"))],
        );
        let (section_known, section) = (
            self.known(&format!("{name}.rule_of_law"), Term::TRUE),
            pool.var(&format!("{name}.rule_of_law")),
        );
        // the contract has no word for a section that is not there
        self.axiom(pool.implies(section_known, section));
        let given = pool.and([section_known, section]);
        let dated = self.known(&format!("{name}.rule_of_law.dated"), given);
        let old = self.number(&format!("{name}.rule_of_law.months_old"), dated, -6, 60);
        extend(
            "rule_of_law",
            vec![("given", Sym::Truth(Tri::given(pool, section_known, section))), ("months_old", old)],
        );
        // what the contract asks of the records: both numbers of the highest residual risk
        if let Some(Sym::Record(residual)) = attrs.get("residual")
            && let (Some(Sym::Number { known: a, num: x }), Some(Sym::Number { known: b, num: y })) =
                (residual.get("severity"), residual.get("likelihood"))
        {
            self.axiom(pool.same(*a, *b));
            for num in [*x, *y] {
                self.axiom(pool.and([pool.at_least(num, 1), pool.at_most(num, 5)]));
            }
        }
        if let Some(thing) = self.things.get_mut(n) {
            thing.exists = exists;
            thing.attrs = attrs;
        }
    }
}
