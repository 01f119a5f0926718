//! The act: what is done with which item, and what the actor recorded of it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::truth;
use crate::pack::Role;
use crate::proof::domain::{FIRST_DAY, LAST_DAY, day_number, day_of};
use crate::proof::symbol::{Sym, Word, WordSet};
use crate::proof::term::Term;
use crate::proof::world::{Place, World};

impl World<'_, '_> {
    pub(super) fn case(&mut self) {
        let attributes = self.domain.law.schema.context.clone();
        let pool = self.pool();
        self.context = self.project(&attributes, Place::whole(None, "case_body", "case"), Term::TRUE);
        let evaluating = pool.var("case.intent is evaluate");
        let intents =
            BTreeMap::from([(Arc::from("evaluate"), evaluating), (Arc::from("act"), pool.not(evaluating))]);
        self.set_context("intent", Sym::Word { known: Term::TRUE, word: Word::Cases(Rc::new(intents)) });
        self.set_context("as_of", Sym::Number { known: Term::TRUE, num: self.domain.as_of });
        let days = self.number("case.days_since_act", Term::TRUE, 0, 4000);
        self.set_context("days_since_act", days);
        self.flags_and_commitments();
        // recorded or not, the same in a whole case; tied to the states that are told in `ties`
        let transit = self.set("case.transit_recorded", Term::TRUE, None, false);
        self.set_context("transit_recorded", transit);
        self.national_law_recorded();
        let relied = self.known("case.general_authorisations", Term::TRUE);
        for name in ["relied_on", "registered", "reporting"] {
            let sym = self.set(&format!("case.{name}"), relied, None, false);
            self.set_context(name, sym);
        }
        self.reliance(relied);
        self.dispatch();
        let pledged = self.known("case.pledges", Term::TRUE);
        let sym = self.set("case.pledged", pledged, None, false);
        self.set_context("pledged", sym);
        let answered = self.known("case.procurement.vendor_answers", Term::TRUE);
        let sym = self.set("case.procurement.vendor_yes_e2", answered, None, false);
        self.extend("procurement", "vendor_yes_e2", sym);
        self.days_told(["procurement", "publication"], "days");
        self.days_told(["eo14093", "certification"], "notice_days");
        self.waived_months();
    }

    /// Recorded by the actor: what is not recorded is not so (case format, sections 7 and 8).
    fn flags_and_commitments(&mut self) {
        let pool = self.pool();
        for name in ["open_flags", "commitments_met", "commitments_breached"] {
            let sym = self.set(&format!("case.{name}"), Term::TRUE, None, name == "open_flags");
            self.set_context(name, sym);
        }
        // flags are recorded only where the case tells whether there are any
        let told = self.known("case.due_diligence.red_flags", Term::TRUE);
        self.set_context("flags_told", truth(told, Term::FALSE));
        if let Some(Sym::Words { set, .. }) = self.context.get("open_flags").cloned() {
            let some = set.some(pool, &self.domain.words, &self.domain.literals);
            self.axiom(pool.implies(some, told));
        }
    }

    /// What was looked up of national law, and what it asks for.
    fn national_law_recorded(&mut self) {
        let pool = self.pool();
        let mut national = BTreeMap::new();
        national.insert(Arc::from("checked"), {
            let checked = pool.var("case.national_law.checked");
            truth(checked, pool.not(checked))
        });
        for name in ["elsewhere", "recorded", "notify_and_wait", "authorisation", "prohibition", "open"] {
            national.insert(
                Arc::from(name),
                self.set(&format!("case.national_law.{name}"), Term::TRUE, None, false),
            );
        }
        self.set_context("national_law", Sym::Record(Rc::new(national)));
    }

    /// A number of days in a record of a record, told or not where that is given.
    fn days_told(&mut self, [outer, inner]: [&str; 2], days: &str) {
        if let Some(Sym::Record(record)) = self.context.get(outer).cloned()
            && let Some(Sym::Record(record)) = record.get(inner).cloned()
            && let Some(Sym::Truth(given)) = record.get("given").cloned()
        {
            let name = format!("case.{outer}.{inner}.{days}");
            let known = self.known(&name, given.yes);
            let mut record = (*record).clone();
            record.insert(Arc::from(days), self.number(&name, known, -400, 400));
            self.extend(outer, inner, Sym::Record(Rc::new(record)));
        }
    }

    /// For how long a waiver holds, where both its ends are told.
    fn waived_months(&mut self) {
        if let Some(Sym::Record(spyware)) = self.context.get("eo14093").cloned()
            && let Some(Sym::Record(waiver)) = spyware.get("waiver").cloned()
            && let (Some(Sym::Number { known: from, .. }), Some(Sym::Number { known: to, .. })) =
                (waiver.get("starts").cloned(), waiver.get("ends").cloned())
        {
            let mut waiver = (*waiver).clone();
            let both = self.pool().and([from, to]);
            waiver.insert(Arc::from("months"), self.number("case.eo14093.waiver.months", both, 0, 60));
            self.extend("eo14093", "waiver", Sym::Record(Rc::new(waiver)));
        }
    }

    /// In a whole case the tables know the destination.
    pub(super) fn charted(&self) {
        if let (true, Some(Sym::Record(destination))) = (self.complete, self.context.get("destination"))
            && let Some(Sym::Words { known, .. }) = destination.get("chart")
        {
            self.axiom(*known);
        }
    }

    /// The yes-keys of the deal, from the deal itself.
    pub(super) fn deal(&mut self) {
        let Some(says) = self.yes_keys("deal") else { return };
        if self.complete {
            // what is recorded of a deal is the whole of it: nothing is added that would be read as recorded
            for (name, yes) in &says {
                let told = self.pool().var(&format!("case.deal.{name} known"));
                self.axiom(self.pool().implies(*yes, told));
            }
        }
        self.set_said("deal_says", says);
    }

    /// The yes-keys of the item; what is not told is not among them.
    pub(super) fn item(&mut self) {
        if let Some(says) = self.yes_keys("item") {
            self.set_said("item_says", says);
        }
    }

    /// The keys of a record that may say yes, and when each does.
    fn yes_keys(&self, record: &str) -> Option<BTreeMap<Arc<str>, Term>> {
        let Some(Sym::Record(record)) = self.context.get(record) else { return None };
        let yes = |(name, sym): (&Arc<str>, &Sym)| match sym {
            Sym::Truth(tri) => Some((name.clone(), tri.yes)),
            _ => None,
        };
        Some(record.iter().filter_map(yes).collect())
    }

    fn set_said(&mut self, name: &str, has: BTreeMap<Arc<str>, Term>) {
        let some = self.pool().or(has.values().copied());
        let set = WordSet::Cases { has: Rc::new(has), some };
        self.set_context(name, Sym::Words { known: Term::TRUE, floor: Term::TRUE, set });
    }

    /// The exceptions that the actor records to rely on and to be registered for; none where nothing is recorded.
    fn reliance(&mut self, told: Term) {
        let pool = self.pool();
        let Some(Sym::Words { set, .. }) = self.context.get("registered").cloned() else { return };
        let exceptions = self.domain.law.rules.iter().filter(|r| matches!(r.role, Role::Exception { .. }));
        let has: BTreeMap<Arc<str>, Term> = exceptions
            .map(|r| Arc::<str>::from(r.id.as_str()))
            .filter(|id| self.domain.literals.contains(id))
            .map(|id| {
                let registered = set.has(pool, &self.domain.words, &id);
                (id, pool.and([told, registered]))
            })
            .collect();
        self.set_said("recorded_reliance", has);
    }

    /// The day of dispatch: the day of the act where none is told, and never after it.
    fn dispatch(&mut self) {
        let pool = self.pool();
        let (first, last) = (day_number(day_of(FIRST_DAY)), day_number(day_of(LAST_DAY)));
        let day = pool.num("case.transfer.dispatched_on", first, last);
        self.axiom(pool.num_at_most(day, self.domain.as_of));
        self.extend("transfer", "dispatched_on", Sym::Number { known: Term::TRUE, num: day });
    }
}
