//! One stake in the other party, and control over it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::proof::symbol::{Sym, WordSet};
use crate::proof::term::{Num, Term, Tri};
use crate::proof::things::{ACTOR, OTHER, OWNER};
use crate::proof::world::World;

impl World<'_, '_> {
    /// Shares attributed to listed persons, from the one stake that the owner holds in the other party.
    pub(super) fn holdings(&mut self) {
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
