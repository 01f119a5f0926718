//! What ties the records of a case to each other.

use crate::proof::symbol::{Sym, WordSet};
use crate::proof::term::Term;
use crate::proof::things::ACTOR;
use crate::proof::world::World;

impl World<'_, '_> {
    /// What ties the records of a case to each other; to be called once every rule was read, because it speaks of the
    /// words that rules ask for.
    pub(crate) fn close(&self) {
        let pool = self.pool();
        let set_of = |record: Option<&str>, name: &str| -> Option<(WordSet, String)> {
            let sym = match record {
                None => self.context.get(name).cloned(),
                Some(record) => match self.context.get(record) {
                    Some(Sym::Record(inner)) => inner.get(name).cloned(),
                    _ => None,
                },
            };
            match sym {
                Some(Sym::Words { set: WordSet::Free { name, allowed }, .. }) => {
                    let title = name.to_string();
                    Some((WordSet::Free { name, allowed }, title))
                }
                _ => None,
            }
        };
        let within = |record: Option<&str>, part: &str, whole: &str| {
            let (Some((part, title)), Some((whole, _))) = (set_of(record, part), set_of(record, whole))
            else {
                return;
            };
            for word in self.domain.words.asked_of(&title) {
                let has = |set: &WordSet| set.has(pool, &self.domain.words, &word);
                self.axiom(pool.implies(has(&part), has(&whole)));
            }
        };
        let apart = |record: Option<&str>, one: &str, other: &str| {
            let (Some((one, title)), Some((other, _))) = (set_of(record, one), set_of(record, other)) else {
                return;
            };
            for word in self.domain.words.asked_of(&title) {
                let has = |set: &WordSet| set.has(pool, &self.domain.words, &word);
                self.axiom(pool.not(pool.and([has(&one), has(&other)])));
            }
        };
        within(None, "registered", "relied_on");
        within(None, "reporting", "relied_on");
        apart(None, "commitments_met", "commitments_breached");
        let national = Some("national_law");
        for effect in ["notify_and_wait", "authorisation", "prohibition", "open"] {
            within(national, effect, "recorded");
        }
        for effect in ["notify_and_wait", "authorisation", "prohibition"] {
            apart(national, effect, "open");
        }
        apart(national, "notify_and_wait", "authorisation");
        apart(national, "notify_and_wait", "prohibition");
        apart(national, "authorisation", "prohibition");
        self.transit(set_of(Some("transfer"), "transit_states"), set_of(None, "transit_recorded"));
        let some = |set: Option<(WordSet, String)>| {
            set.map_or(Term::FALSE, |(s, _)| s.some(pool, &self.domain.words, &self.domain.literals))
        };
        let (recorded, elsewhere) = (some(set_of(national, "recorded")), some(set_of(national, "elsewhere")));
        let checked = pool.var("case.national_law.checked");
        self.axiom(pool.implies(recorded, checked));
        self.axiom(pool.implies(pool.and([elsewhere, pool.not(recorded)]), pool.not(checked)));
        let actor = self.things.get(ACTOR).and_then(|t| t.attrs.get("country"));
        if let Some(Sym::Record(country)) = actor
            && let Some(Sym::Word { known, .. }) = country.get("code")
        {
            let pledged = some(set_of(None, "pledged"));
            self.axiom(pool.implies(pool.or([recorded, pledged]), *known));
        }
    }

    /// What is recorded of a transit is what is told of it. A whole case may tell more than was recorded: the gap for
    /// human-rights uses is asked where a transit is recorded, as national law is.
    fn transit(&self, states: Option<(WordSet, String)>, recorded: Option<(WordSet, String)>) {
        let pool = self.pool();
        let known = match self.context.get("transfer") {
            Some(Sym::Record(transfer)) => match transfer.get("transit_states") {
                Some(Sym::Words { known, .. }) => *known,
                _ => return,
            },
            _ => return,
        };
        let (Some((states, _)), Some((recorded, title))) = (states, recorded) else { return };
        for word in self.domain.words.asked_of(&title) {
            let has = |set: &WordSet| set.has(pool, &self.domain.words, &word);
            let told = pool.and([known, has(&states)]);
            self.axiom(pool.implies(has(&recorded), told));
            if !self.complete {
                self.axiom(pool.implies(told, has(&recorded)));
            }
        }
    }
}
