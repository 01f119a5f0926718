//! One stake in the other party, and control over it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use countersign_ownership::Comparison;

use crate::pack::HoldingRule;
use crate::proof::symbol::{Sym, WordSet};
use crate::proof::term::{Num, Term, Tri};
use crate::proof::things::{ACTOR, OTHER, OWNER};
use crate::proof::world::World;

/// The one stake, which the owner holds in the other party, and what is told of it.
#[derive(Clone, Copy)]
struct Stake {
    /// When the case tells who owns the other party.
    told: Term,
    /// When it tells who controls it.
    control_told: Term,
    /// When the actor holds all of it.
    whole: Term,
    low: Num,
    high: Num,
    /// When two hold the stake, each half of it and each below every line.
    two: Term,
    part: Num,
    /// The shares of nothing and of everything.
    zero: Num,
    all: Num,
}

impl World<'_, '_> {
    /// Shares attributed to listed persons, from the one stake that the owner holds in the other party.
    pub(super) fn holdings(&mut self) {
        let Some(stake) = self.stake() else { return };
        let law = self.domain.law;
        for holding in &law.holdings {
            for party in [ACTOR, OWNER] {
                self.holds_nothing(party, holding);
            }
            let listed = self.defined(OWNER, &Arc::from(holding.seed.as_str())).unwrap_or(Tri::UNKNOWN);
            let attributed = self.attributed(holding, stake, listed);
            self.put(OTHER, &holding.attribute, attributed);
            if let Some(control) = &holding.control
                && let Some(sym) = self.controlled(stake, listed)
            {
                self.put(OTHER, control, sym);
            }
        }
        self.owned_by_actor(stake);
    }

    /// The stake: an interval in the hands of the owner, or of two.
    fn stake(&mut self) -> Option<Stake> {
        let pool = self.pool();
        let told = self.known("other.owners", Term::TRUE);
        // owners are asked of bodies
        if let Some(Sym::Word { word, .. }) = self.things.get(OTHER).and_then(|t| t.attrs.get("kind")) {
            self.axiom(pool.not(word.is(pool, &self.domain.words, &Arc::from("individual"))));
        }
        let Sym::Share { low, high, .. } = self.share("owner holds", Term::TRUE) else { return None };
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
        Some(Stake { told, control_told, whole, low, high, two, part, zero, all })
    }

    /// Nobody listed holds or controls anything of this party.
    fn holds_nothing(&mut self, party: usize, holding: &HoldingRule) {
        let nothing = BTreeMap::from([
            (Arc::from("percent"), Sym::Percent(0)),
            (Arc::from("alone"), Sym::Truth(Tri::NO)),
            (Arc::from("indirect"), Sym::Truth(Tri::NO)),
            (Arc::from("kinds"), fixed_none()),
        ]);
        self.put(party, &holding.attribute, Sym::Record(Rc::new(nothing)));
        if let Some(control) = &holding.control {
            self.put(party, control, fixed_none());
        }
    }

    /// What one rule attributes of the other party to the owner, who is `listed` in the sense of that rule.
    fn attributed(&self, holding: &HoldingRule, stake: Stake, listed: Tri) -> Sym {
        let pool = self.pool();
        let Stake { told, low, high, two, .. } = stake;
        let (least, most) = self.ends(holding, stake, listed);
        let line = holding.rule.threshold.ten_thousandths().unwrap_or(0);
        let least_that_reaches = if holding.rule.comparison == Comparison::AtLeast { line } else { line + 1 };
        // a single holder reaches the line for certain
        let alone = pool.and([told, listed.yes, pool.at_least(low, least_that_reaches), pool.not(two)]);
        let alone = Tri { yes: alone, no: pool.and([told, pool.not(alone)]) };
        let through = pool.var("the stake runs through another body");
        let through = pool.and([told, listed.yes, through, pool.at_least(high, 1)]);
        let indirect = Tri { yes: through, no: pool.and([told, pool.not(through)]) };
        Sym::Record(Rc::new(BTreeMap::from([
            (Arc::from("kinds"), self.kinds(holding, stake, listed)),
            (Arc::from("percent"), Sym::Share { known: Term::TRUE, low: least, high: most }),
            (Arc::from("alone"), Sym::Truth(alone)),
            (Arc::from("indirect"), Sym::Truth(indirect)),
        ])))
    }

    /// The least and the most attributed: the stake where the owner is listed, nothing where it is not.
    fn ends(&self, holding: &HoldingRule, stake: Stake, listed: Tri) -> (Num, Num) {
        let pool = self.pool();
        let Stake { told, low, high, two, part, zero, all, .. } = stake;
        let ends = if self.complete { "of the whole case" } else { "as far as told" };
        let end = |which: &str| pool.num(&format!("{} {which} {ends}", holding.attribute), 0, 1_000_000);
        let (least, most) = (end("least"), end("most"));
        let is = |when: Term, a: Num, b: Num| {
            pool.implies(when, pool.and([pool.num_equal(least, a), pool.num_equal(most, b)]))
        };
        self.axiom(is(pool.not(told), zero, all));
        // of two equal holders each has half, which a rule that does not add up sees alone
        let (seen_low, seen_high) = if holding.rule.aggregate { (low, high) } else { (part, part) };
        self.axiom(is(pool.and([told, listed.yes, pool.not(two)]), low, high));
        self.axiom(is(pool.and([told, listed.yes, two]), seen_low, seen_high));
        self.axiom(is(pool.and([told, listed.no]), zero, zero));
        self.axiom(is(pool.and([told, listed.unknown(pool)]), zero, high));
        (least, most)
    }

    /// How the one owner is listed at whom the stakes begin; whom an open stake belongs to is open too.
    fn kinds(&self, holding: &HoldingRule, stake: Stake, listed: Tri) -> Sym {
        let pool = self.pool();
        let Stake { told, low, high, .. } = stake;
        let all: Vec<(Arc<str>, Tri)> = holding
            .kinds
            .iter()
            .map(|name| {
                let word: Arc<str> = Arc::from(name.as_str());
                let is = self.defined(OWNER, &word).unwrap_or(Tri::UNKNOWN);
                (word, is)
            })
            .collect();
        let settled = pool.and(all.iter().map(|(_, is)| pool.not(is.unknown(pool))));
        let point = pool.or([listed.no, pool.and([listed.yes, pool.num_equal(low, high)])]);
        let counts = pool.and([told, pool.not(listed.no)]);
        let has: BTreeMap<Arc<str>, Term> =
            all.into_iter().map(|(word, is)| (word, pool.and([counts, is.yes]))).collect();
        let some = pool.or(has.values().copied());
        Sym::Words {
            known: pool.and([told, point, settled]),
            floor: Term::TRUE,
            set: WordSet::Cases { has: Rc::new(has), some },
        }
    }

    /// How listed persons control the other party: read where a listed person stands in the ownership graph, and for
    /// whoever is named.
    fn controlled(&self, stake: Stake, listed: Tri) -> Option<Sym> {
        let pool = self.pool();
        let Stake { told, control_told, high, .. } = stake;
        let hows = self.domain.vocabulary.words("party", &["control".to_owned()], Some("how"));
        let Sym::Words { set, .. } = self.set("owner controls by", Term::TRUE, hows, false) else {
            return None;
        };
        // owners given without the owner say that it does not control either (case format, section 3)
        let any = set.some(pool, &self.domain.words, &self.domain.literals);
        let said = pool.var("other.control known");
        self.axiom(pool.implies(any, pool.or([said, pool.at_least(high, 1)])));
        let stands = pool.or([pool.not(told), pool.and([pool.at_least(high, 1), pool.not(listed.no)])]);
        let known = pool.or([
            pool.and([control_told, pool.or([listed.yes, listed.no])]),
            pool.and([pool.not(control_told), pool.not(stands)]),
        ]);
        let floor = pool.or([control_told, known]);
        let counted = pool.and([control_told, listed.yes]);
        let has: BTreeMap<Arc<str>, Term> = self
            .domain
            .literals
            .iter()
            .map(|word| {
                let member = set.has(pool, &self.domain.words, word);
                (word.clone(), pool.and([counted, member]))
            })
            .filter(|(_, term)| *term != Term::FALSE)
            .collect();
        let some = pool.and([counted, set.some(pool, &self.domain.words, &self.domain.literals)]);
        Some(Sym::Words { known, floor, set: WordSet::Cases { has: Rc::new(has), some } })
    }

    /// What the actor owns of each party: all of the other one, or nothing.
    fn owned_by_actor(&mut self, stake: Stake) {
        let pool = self.pool();
        let num = pool.num("owned by the actor", 0, 1_000_000);
        self.axiom(pool.implies(stake.whole, pool.equal(num, 1_000_000)));
        self.axiom(pool.implies(pool.not(stake.whole), pool.equal(num, 0)));
        self.put(OTHER, "owned_by_actor", Sym::Share { known: stake.told, low: num, high: num });
        for party in [ACTOR, OWNER] {
            self.put(party, "owned_by_actor", Sym::Percent(0));
        }
    }
}

fn fixed_none() -> Sym {
    Sym::Words { known: Term::TRUE, floor: Term::TRUE, set: WordSet::Fixed(Rc::new(BTreeSet::new())) }
}
