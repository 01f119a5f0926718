//! One entry of a control list.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::proof::domain::{LAST_DAY, day_of};
use crate::proof::symbol::{Sym, Word, WordSet};
use crate::proof::term::{Term, Tri};
use crate::proof::things::NAMES;
use crate::proof::world::World;

impl World<'_, '_> {
    pub(super) fn entry(&mut self, n: usize, key: &str) {
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
}
