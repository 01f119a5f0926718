//! The shape of the cases that are looked at, with the facts that the program computes (`@derived`) as `facts::derive`,
//! `facts::assessment` and `facts::holdings` compute them.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::symbol::{Sym, Word, WordSet};
use super::term::{Num, Term, Tri};
use super::world::{Domain, FIRST_DAY, LAST_DAY, Leaf, LeafKind, Thing, World, day_number, day_of};
use crate::pack::{Resource, Role};

/// Who asks.
pub(crate) const ACTOR: usize = 1;
/// The other party, in any role.
pub(crate) const OTHER: usize = 2;
/// Who holds a stake in the other party, and may exercise control over it.
pub(crate) const OWNER: usize = 3;
/// Their listings, in this order.
pub(crate) const LISTINGS: [usize; 3] = [4, 5, 6];
/// One entry of the Commerce Control List, one of Annex I.
pub(crate) const ENTRIES: [usize; 2] = [7, 8];
/// One assessment of the product, one of the transaction.
pub(crate) const ASSESSMENTS: [usize; 2] = [9, 10];

const NAMES: [&str; 11] = [
    "case",
    "actor",
    "other",
    "owner",
    "actor listing",
    "other listing",
    "owner listing",
    "ECCN",
    "Annex I code",
    "assessment D",
    "assessment S",
];

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
        for effect in ["notify_and_wait", "authorisation", "prohibition"] {
            within(national, effect, "recorded");
        }
        apart(national, "notify_and_wait", "authorisation");
        apart(national, "notify_and_wait", "prohibition");
        apart(national, "authorisation", "prohibition");
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

    fn put(&mut self, thing: usize, name: &str, sym: Sym) {
        if let Some(thing) = self.things.get_mut(thing) {
            thing.attrs.insert(Arc::from(name), sym);
        }
    }

    fn leaf(&mut self, entity: Option<usize>, kind: LeafKind) {
        self.leaves.push(Leaf { entity, path: Vec::new(), field: None, kind });
    }

    fn case(&mut self) {
        let attributes = self.domain.law.schema.context.clone();
        let pool = self.pool();
        self.context = self.project(&attributes, None, "case_body", &[], "case", Term::TRUE);
        let evaluating = pool.var("case.intent is evaluate");
        let intents =
            BTreeMap::from([(Arc::from("evaluate"), evaluating), (Arc::from("act"), pool.not(evaluating))]);
        self.set_context("intent", Sym::Word { known: Term::TRUE, word: Word::Cases(Rc::new(intents)) });
        self.set_context("as_of", Sym::Number { known: Term::TRUE, num: self.domain.as_of });
        let days = self.number("case.days_since_act", Term::TRUE, 0, 4000);
        self.set_context("days_since_act", days);
        // recorded by the actor: what is not recorded is not so (case format, sections 7 and 8)
        for name in ["open_flags", "commitments_met", "commitments_breached", "transit_recorded"] {
            let sym = self.set(&format!("case.{name}"), Term::TRUE, None, name == "open_flags");
            self.set_context(name, sym);
        }
        let mut national = BTreeMap::new();
        national.insert(Arc::from("checked"), {
            let checked = pool.var("case.national_law.checked");
            truth(checked, pool.not(checked))
        });
        for name in ["elsewhere", "recorded", "notify_and_wait", "authorisation", "prohibition"] {
            national.insert(
                Arc::from(name),
                self.set(&format!("case.national_law.{name}"), Term::TRUE, None, false),
            );
        }
        self.set_context("national_law", Sym::Record(Rc::new(national)));
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
        if let Some(Sym::Record(procurement)) = self.context.get("procurement").cloned()
            && let Some(Sym::Record(publication)) = procurement.get("publication").cloned()
            && let Some(Sym::Truth(given)) = publication.get("given").cloned()
        {
            let known = self.known("case.procurement.publication.days", given.yes);
            let mut publication = (*publication).clone();
            publication.insert(
                Arc::from("days"),
                self.number("case.procurement.publication.days", known, -400, 400),
            );
            self.extend("procurement", "publication", Sym::Record(Rc::new(publication)));
        }
        if let Some(Sym::Record(spyware)) = self.context.get("eo14093").cloned()
            && let Some(Sym::Record(waiver)) = spyware.get("waiver").cloned()
            && let (Some(Sym::Number { known: from, .. }), Some(Sym::Number { known: to, .. })) =
                (waiver.get("starts").cloned(), waiver.get("ends").cloned())
        {
            let mut waiver = (*waiver).clone();
            let both = pool.and([from, to]);
            waiver.insert(Arc::from("months"), self.number("case.eo14093.waiver.months", both, 0, 60));
            self.extend("eo14093", "waiver", Sym::Record(Rc::new(waiver)));
        }
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

    /// In a whole case the tables know the destination.
    fn charted(&self) {
        if let (true, Some(Sym::Record(destination))) = (self.complete, self.context.get("destination"))
            && let Some(Sym::Words { known, .. }) = destination.get("chart")
        {
            self.axiom(*known);
        }
    }

    /// The yes-keys of the deal, from the deal itself.
    fn deal(&mut self) {
        let Some(Sym::Record(deal)) = self.context.get("deal").cloned() else { return };
        let says: BTreeMap<Arc<str>, Term> = deal
            .iter()
            .filter_map(|(name, sym)| match sym {
                Sym::Truth(tri) => Some((name.clone(), tri.yes)),
                _ => None,
            })
            .collect();
        let some = self.pool().or(says.values().copied());
        if self.complete {
            // what is recorded of a deal is the whole of it: nothing is added that would be read as recorded
            for (name, yes) in &says {
                let told = self.pool().var(&format!("case.deal.{name} known"));
                self.axiom(self.pool().implies(*yes, told));
            }
        }
        let set = WordSet::Cases { has: Rc::new(says), some };
        self.set_context("deal_says", Sym::Words { known: Term::TRUE, floor: Term::TRUE, set });
    }

    /// The yes-keys of the item; what is not told is not among them.
    fn item(&mut self) {
        let Some(Sym::Record(item)) = self.context.get("item").cloned() else { return };
        let says: BTreeMap<Arc<str>, Term> = item
            .iter()
            .filter_map(|(name, sym)| match sym {
                Sym::Truth(tri) => Some((name.clone(), tri.yes)),
                _ => None,
            })
            .collect();
        let some = self.pool().or(says.values().copied());
        let set = WordSet::Cases { has: Rc::new(says), some };
        self.set_context("item_says", Sym::Words { known: Term::TRUE, floor: Term::TRUE, set });
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
        let some = pool.or(has.values().copied());
        let set = WordSet::Cases { has: Rc::new(has), some };
        self.set_context("recorded_reliance", Sym::Words { known: Term::TRUE, floor: Term::TRUE, set });
    }

    /// The day of dispatch: the day of the act where none is told, and never after it.
    fn dispatch(&mut self) {
        let pool = self.pool();
        let (first, last) = (day_number(day_of(FIRST_DAY)), day_number(day_of(LAST_DAY)));
        let day = pool.num("case.transfer.dispatched_on", first, last);
        self.axiom(pool.num_at_most(day, self.domain.as_of));
        self.extend("transfer", "dispatched_on", Sym::Number { known: Term::TRUE, num: day });
    }

    fn party(&mut self, n: usize) {
        let name = NAMES.get(n).copied().unwrap_or_default();
        let attributes = self.domain.law.schema.entities.get("Party").cloned().unwrap_or_default();
        let mut attrs = self.project(&attributes, Some(n), "party", &[], name, Term::TRUE);
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

    fn listing(&mut self, n: usize, party: usize) {
        let pool = self.pool();
        let name = NAMES.get(n).copied().unwrap_or_default();
        let looked = self.known(name, Term::TRUE);
        let listed = pool.var(&format!("{name} is there"));
        let given = pool.and([looked, listed]);
        let exists = pool.or([given, pool.not(looked)]);
        let attributes = self.domain.law.schema.entities.get("Listing").cloned().unwrap_or_default();
        let mut attrs = self.project(&attributes, Some(n), "listing", &[], name, given);
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

    fn entry(&mut self, n: usize, key: &str) {
        let pool = self.pool();
        let name = NAMES.get(n).copied().unwrap_or_default();
        let which = usize::from(key != "eccn");
        let codes = self.domain.codes.get(which).cloned().unwrap_or_default();
        let classified = self.known(name, Term::TRUE);
        let there = pool.var(&format!("{name} is there"));
        let given = pool.and([classified, there]);
        let exists = pool.or([given, pool.not(classified)]);
        let last = i64::try_from(codes.len()).unwrap_or(1) - 1;
        let code = pool.num(&format!("{name}.code"), 0, last);
        let is = |n: usize| pool.equal(code, i64::try_from(n).unwrap_or(-1));
        let mut exact: BTreeMap<Arc<str>, Term> = BTreeMap::new();
        let mut within: BTreeMap<Arc<str>, Vec<Term>> = BTreeMap::new();
        let mut reasons: BTreeMap<Arc<str>, Vec<Term>> = BTreeMap::new();
        let mut columns: BTreeMap<Arc<str>, Vec<Term>> = BTreeMap::new();
        let mut in_table = Vec::new();
        let meets = pool.var(&format!("{name}.meets"));
        for (n, word) in codes.iter().enumerate() {
            exact.insert(word.clone(), is(n));
            for above in crate::facts::within(word) {
                within.entry(Arc::from(above)).or_default().push(is(n));
            }
            if which == 0
                && let Some(controls) = self.domain.law.tables.controls(
                    word,
                    &std::collections::BTreeSet::from([word.to_string()]),
                    // reasons that begin on a later day are looked at as if they always held
                    day_of(LAST_DAY),
                )
            {
                in_table.push(is(n));
                for reason in controls.reasons {
                    reasons.entry(Arc::from(reason)).or_default().push(is(n));
                }
                for column in controls.columns {
                    columns.entry(Arc::from(column)).or_default().push(is(n));
                }
            }
        }
        let words = |known: Term, map: BTreeMap<Arc<str>, Vec<Term>>| {
            let has: BTreeMap<Arc<str>, Term> = map.into_iter().map(|(w, t)| (w, pool.or(t))).collect();
            let some = pool.or(has.values().copied());
            Sym::Words { known, floor: known, set: WordSet::Cases { has: Rc::new(has), some } }
        };
        let tabled = if which == 0 { pool.and([given, pool.or(in_table)]) } else { Term::TRUE };
        if self.complete && which == 0 {
            // a code that the table does not have leaves a case open, whatever its facts
            self.axiom(pool.implies(given, tabled));
        }
        let exact_words = Rc::new(exact.clone());
        let limbs = self.domain.vocabulary.limbs();
        let with_limbs = pool.or(codes
            .iter()
            .enumerate()
            .filter(|(_, c)| limbs.iter().any(|(code, _)| ***c == **code))
            .map(|(n, _)| is(n)));
        let limb_known = self.known(&format!("{name}.limbs"), given);
        let failing = pool.var(&format!("{name}.limbs_not_met"));
        // only the entries that the case format knows limbs of can be examined without being met
        let examined = pool.or([pool.not(meets), failing, pool.and([given, pool.not(limb_known)])]);
        self.axiom(pool.implies(pool.and([given, examined]), with_limbs));
        let list = Word::Fixed(Arc::from(if which == 0 { "CCL" } else { "AX1" }));
        let one = WordSet::Cases { has: Rc::new(BTreeMap::new()), some: failing };
        let attrs = BTreeMap::from([
            (Arc::from("list"), Sym::Word { known: Term::TRUE, word: list }),
            (Arc::from("code"), Sym::Word { known: given, word: Word::Cases(exact_words) }),
            (Arc::from("within"), words(given, within)),
            (Arc::from("meets"), Sym::Truth(Tri::given(pool, given, meets))),
            (Arc::from("limbs_not_met"), Sym::Words { known: limb_known, floor: limb_known, set: one }),
            (Arc::from("reasons"), words(tabled, reasons)),
            (Arc::from("columns"), words(tabled, columns)),
        ]);
        if let Some(thing) = self.things.get_mut(n) {
            thing.exists = exists;
            thing.attrs = attrs;
        }
        // the codes of the item are those of its entries
        let has: BTreeMap<Arc<str>, Term> =
            exact.into_iter().map(|(w, t)| (w, pool.and([there, meets, t]))).collect();
        let set = WordSet::Cases { has: Rc::new(has), some: pool.and([there, meets]) };
        self.extend("item", key, Sym::Words { known: classified, floor: classified, set });
    }

    fn assessment(&mut self, n: usize, stage: &str) {
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

    /// Shares attributed to listed persons, from the one stake that the owner holds in the other party.
    fn holdings(&mut self) {
        let pool = self.pool();
        let told = self.known("other.owners", Term::TRUE);
        // owners are asked of bodies
        if let Some(Sym::Word { word, .. }) = self.things.get(OTHER).and_then(|t| t.attrs.get("kind")) {
            self.axiom(pool.not(word.is(pool, &self.domain.words, &Arc::from("individual"))));
        }
        let Sym::Share { low, high, .. } = self.share("owner holds", Term::TRUE) else { return };
        let whole = pool.var("the actor holds all of the other party");
        self.axiom(pool.implies(whole, pool.at_most(high, 0)));
        // the stake in the hands of two, each below every line
        let two = pool.var("the stake is held by two");
        let part = pool.num("half of the stake", 1, 499_999);
        self.axiom(pool.implies(
            two,
            pool.and([
                pool.num_equal(low, high),
                pool.at_most(high, 999_998),
                pool.at_least(low, 2),
                pool.num_at_most(part, low),
            ]),
        ));
        let control_told = self.known("other.control", Term::TRUE);
        let zero = pool.num("nothing", 0, 0);
        let all = pool.num("everything", 1_000_000, 1_000_000);
        let rules: Vec<_> = self
            .domain
            .law
            .holdings
            .iter()
            .map(|h| {
                let line = h.rule.threshold.ten_thousandths().unwrap_or(0);
                let at_least = h.rule.comparison == countersign_ownership::Comparison::AtLeast;
                (h.clone(), (line, at_least, h.rule.aggregate))
            })
            .collect();
        for (rule, (line, at_least, adds)) in rules {
            let (attribute, seed, control) = (rule.attribute, rule.seed, rule.control);
            let seed_name: Arc<str> = Arc::from(seed.as_str());
            let listed = self.defined(OWNER, &seed_name).unwrap_or(Tri::UNKNOWN);
            for party in [ACTOR, OTHER, OWNER] {
                if party != OTHER {
                    let nothing = BTreeMap::from([
                        (Arc::from("percent"), Sym::Percent(0)),
                        (Arc::from("alone"), Sym::Truth(Tri::NO)),
                        (Arc::from("indirect"), Sym::Truth(Tri::NO)),
                        (Arc::from("kinds"), fixed_none()),
                    ]);
                    self.put(party, &attribute, Sym::Record(Rc::new(nothing)));
                    if let Some(control) = &control {
                        self.put(party, control, fixed_none());
                    }
                    continue;
                }
                // least and most attributed: the stake where the owner is listed, nothing where it is not
                let ends = if self.complete { "of the whole case" } else { "as far as told" };
                let end = |which: &str| pool.num(&format!("{attribute} {which} {ends}"), 0, 1_000_000);
                let (least, most) = (end("least"), end("most"));
                let is = |when: Term, a: Num, b: Num| {
                    pool.implies(when, pool.and([pool.num_equal(least, a), pool.num_equal(most, b)]))
                };
                self.axiom(is(pool.not(told), zero, all));
                // of two equal holders each has half, which a rule that does not add up sees alone
                let (seen_low, seen_high) = if adds { (low, high) } else { (part, part) };
                self.axiom(is(pool.and([told, listed.yes, pool.not(two)]), low, high));
                self.axiom(is(pool.and([told, listed.yes, two]), seen_low, seen_high));
                self.axiom(is(pool.and([told, listed.no]), zero, zero));
                self.axiom(is(pool.and([told, listed.unknown(pool)]), zero, high));
                let reach = |num: Num| pool.at_least(num, if at_least { line } else { line + 1 });
                // a single holder reaches the line for certain
                let alone = pool.and([told, listed.yes, reach(low), pool.not(two)]);
                let alone = Tri { yes: alone, no: pool.and([told, pool.not(alone)]) };
                let through = pool.var("the stake runs through another body");
                let through = pool.and([told, listed.yes, through, pool.at_least(high, 1)]);
                let indirect = Tri { yes: through, no: pool.and([told, pool.not(through)]) };
                // how the one owner is listed at whom the stakes begin; whom an open stake belongs to is open too
                let kind_of = |name: &String| -> (Arc<str>, Tri) {
                    let word: Arc<str> = Arc::from(name.as_str());
                    let is = self.defined(OWNER, &word).unwrap_or(Tri::UNKNOWN);
                    (word, is)
                };
                let all: Vec<(Arc<str>, Tri)> = rule.kinds.iter().map(kind_of).collect();
                let settled = pool.and(all.iter().map(|(_, is)| pool.not(is.unknown(pool))));
                let point = pool.or([listed.no, pool.and([listed.yes, pool.num_equal(low, high)])]);
                let counts = pool.and([told, pool.not(listed.no)]);
                let has: BTreeMap<Arc<str>, Term> =
                    all.into_iter().map(|(word, is)| (word, pool.and([counts, is.yes]))).collect();
                let some = pool.or(has.values().copied());
                let kinds = Sym::Words {
                    known: pool.and([told, point, settled]),
                    floor: Term::TRUE,
                    set: WordSet::Cases { has: Rc::new(has), some },
                };
                let record = BTreeMap::from([
                    (Arc::from("kinds"), kinds),
                    (Arc::from("percent"), Sym::Share { known: Term::TRUE, low: least, high: most }),
                    (Arc::from("alone"), Sym::Truth(alone)),
                    (Arc::from("indirect"), Sym::Truth(indirect)),
                ]);
                self.put(OTHER, &attribute, Sym::Record(Rc::new(record)));
                if let Some(control) = &control {
                    let hows = self.domain.vocabulary.words("party", &["control".to_owned()], Some("how"));
                    let Sym::Words { set, .. } = self.set("owner controls by", Term::TRUE, hows, false)
                    else {
                        continue;
                    };
                    // read where a listed person stands in the ownership graph, and for whoever is named
                    // owners given without the owner say that it does not control either (case format, section 3)
                    let any = set.some(pool, &self.domain.words, &self.domain.literals);
                    let said = pool.var("other.control known");
                    self.axiom(pool.implies(any, pool.or([said, pool.at_least(high, 1)])));
                    let stands =
                        pool.or([pool.not(told), pool.and([pool.at_least(high, 1), pool.not(listed.no)])]);
                    let known = pool.or([
                        pool.and([control_told, pool.or([listed.yes, listed.no])]),
                        pool.and([pool.not(control_told), pool.not(stands)]),
                    ]);
                    let floor = pool.or([control_told, known]);
                    let counted = pool.and([control_told, listed.yes]);
                    let words: Vec<Arc<str>> = self.domain.literals.iter().cloned().collect();
                    let has: BTreeMap<Arc<str>, Term> = words
                        .into_iter()
                        .map(|w| {
                            let member = set.has(pool, &self.domain.words, &w);
                            (w, pool.and([counted, member]))
                        })
                        .filter(|(_, t)| *t != Term::FALSE)
                        .collect();
                    let some = pool.and([counted, set.some(pool, &self.domain.words, &self.domain.literals)]);
                    let set = WordSet::Cases { has: Rc::new(has), some };
                    self.put(OTHER, control, Sym::Words { known, floor, set });
                }
            }
        }
        for party in [ACTOR, OTHER, OWNER] {
            let sym = if party == OTHER {
                let num = pool.num("owned by the actor", 0, 1_000_000);
                self.axiom(pool.implies(whole, pool.equal(num, 1_000_000)));
                self.axiom(pool.implies(pool.not(whole), pool.equal(num, 0)));
                Sym::Share { known: told, low: num, high: num }
            } else {
                Sym::Percent(0)
            };
            self.put(party, "owned_by_actor", sym);
        }
    }
}

fn fixed_none() -> Sym {
    Sym::Words {
        known: Term::TRUE,
        floor: Term::TRUE,
        set: WordSet::Fixed(Rc::new(std::collections::BTreeSet::new())),
    }
}
