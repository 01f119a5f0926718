//! One entry of a control list.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use crate::proof::domain::{LAST_DAY, day_of};
use crate::proof::symbol::{Sym, Word, WordSet};
use crate::proof::term::{Term, Tri};
use crate::proof::things::NAMES;
use crate::proof::world::World;

/// The codes that an entry may have: when it has each, and what the tables say of it.
#[derive(Default)]
struct Codes {
    exact: BTreeMap<Arc<str>, Term>,
    within: BTreeMap<Arc<str>, Vec<Term>>,
    reasons: BTreeMap<Arc<str>, Vec<Term>>,
    columns: BTreeMap<Arc<str>, Vec<Term>>,
    /// When it has a code that the table has.
    in_table: Vec<Term>,
    /// When it has a code that the case format knows limbs of.
    with_limbs: Vec<Term>,
}

impl World<'_, '_> {
    pub(super) fn entry(&mut self, n: usize, key: &str) {
        let pool = self.pool();
        let name = NAMES.get(n).copied().unwrap_or_default();
        let of_us = key == "eccn";
        let classified = self.known(name, Term::TRUE);
        let there = pool.var(&format!("{name} is there"));
        let given = pool.and([classified, there]);
        let exists = pool.or([given, pool.not(classified)]);
        let meets = pool.var(&format!("{name}.meets"));
        let codes = self.codes_of_entry(name, of_us);
        let tabled = if of_us { pool.and([given, pool.or(codes.in_table)]) } else { Term::TRUE };
        if self.complete && of_us {
            // a code that the table does not have leaves a case open, whatever its facts
            self.axiom(pool.implies(given, tabled));
        }
        let limb_known = self.known(&format!("{name}.limbs"), given);
        let failing = pool.var(&format!("{name}.limbs_not_met"));
        // only the entries that the case format knows limbs of can be examined without being met
        let examined = pool.or([pool.not(meets), failing, pool.and([given, pool.not(limb_known)])]);
        self.axiom(pool.implies(pool.and([given, examined]), pool.or(codes.with_limbs)));
        let words = |known: Term, map: BTreeMap<Arc<str>, Vec<Term>>| {
            let has: BTreeMap<Arc<str>, Term> = map.into_iter().map(|(w, t)| (w, pool.or(t))).collect();
            let some = pool.or(has.values().copied());
            Sym::Words { known, floor: known, set: WordSet::Cases { has: Rc::new(has), some } }
        };
        let list = Word::Fixed(Arc::from(if of_us { "CCL" } else { "AX1" }));
        let code = Word::Cases(Rc::new(codes.exact.clone()));
        let one = WordSet::Cases { has: Rc::new(BTreeMap::new()), some: failing };
        let attrs = BTreeMap::from([
            (Arc::from("list"), Sym::Word { known: Term::TRUE, word: list }),
            (Arc::from("code"), Sym::Word { known: given, word: code }),
            (Arc::from("within"), words(given, codes.within)),
            (Arc::from("meets"), Sym::Truth(Tri::given(pool, given, meets))),
            (Arc::from("limbs_not_met"), Sym::Words { known: limb_known, floor: limb_known, set: one }),
            (Arc::from("reasons"), words(tabled, codes.reasons)),
            (Arc::from("columns"), words(tabled, codes.columns)),
        ]);
        if let Some(thing) = self.things.get_mut(n) {
            thing.exists = exists;
            thing.attrs = attrs;
        }
        // the codes of the item are those of its entries
        let has: BTreeMap<Arc<str>, Term> =
            codes.exact.into_iter().map(|(w, t)| (w, pool.and([there, meets, t]))).collect();
        let set = WordSet::Cases { has: Rc::new(has), some: pool.and([there, meets]) };
        self.extend("item", key, Sym::Words { known: classified, floor: classified, set });
    }

    /// The codes that an entry of the US list, or of Annex I, may have.
    fn codes_of_entry(&self, name: &str, of_us: bool) -> Codes {
        let pool = self.pool();
        let words = self.domain.codes.get(usize::from(!of_us)).map(Vec::as_slice).unwrap_or_default();
        let last = i64::try_from(words.len()).unwrap_or(1) - 1;
        let code = pool.num(&format!("{name}.code"), 0, last);
        let limbs = self.domain.vocabulary.limbs();
        let mut codes = Codes::default();
        for (n, word) in words.iter().enumerate() {
            let is = pool.equal(code, i64::try_from(n).unwrap_or(-1));
            codes.exact.insert(word.clone(), is);
            for above in crate::facts::within(word) {
                codes.within.entry(Arc::from(above)).or_default().push(is);
            }
            if limbs.iter().any(|(code, _)| **code == **word) {
                codes.with_limbs.push(is);
            }
            if of_us
                && let Some(controls) = self.domain.law.tables.controls(
                    word,
                    &BTreeSet::from([word.to_string()]),
                    // reasons that begin on a later day are looked at as if they always held
                    day_of(LAST_DAY),
                )
            {
                codes.in_table.push(is);
                for reason in controls.reasons {
                    codes.reasons.entry(Arc::from(reason)).or_default().push(is);
                }
                for column in controls.columns {
                    codes.columns.entry(Arc::from(column)).or_default().push(is);
                }
            }
        }
        codes
    }
}
