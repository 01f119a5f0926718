//! What does not depend on which facts are known: the days, the countries and codes of the tables, the words of rules.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use countersign_model::Date;

use super::symbol::{Sym, Word, WordSet, Words};
use super::term::{Num, Pool, Term};
use super::vocabulary::{Vocabulary, literals};
use crate::eval::Expr;
use crate::facts::days_between;
use crate::pack::{Action, Law, Rule};

/// The days that are looked at: `as_of` lies between them.
pub(crate) const FIRST_DAY: (i16, i8, i8) = (2010, 1, 1);
pub(crate) const LAST_DAY: (i16, i8, i8) = (2035, 12, 31);

/// A country, and what the tables say of it as far as rules ask.
pub(super) struct Country {
    pub(super) code: Arc<str>,
    groups: Vec<(String, Option<Date>, Option<Date>)>,
    chart: Option<BTreeSet<String>>,
}

/// What does not depend on which facts are known.
pub(crate) struct Domain<'a> {
    pub(crate) law: &'a Law,
    pub(crate) pool: Pool,
    pub(crate) words: Words,
    pub(crate) vocabulary: Vocabulary,
    pub(super) literals: BTreeSet<Arc<str>>,
    pub(super) countries: Vec<Country>,
    country_codes: Rc<Vec<Arc<str>>>,
    /// The codes of the two lists, and what the tables say of each.
    pub(super) codes: [Vec<Arc<str>>; 2],
    pub(crate) action: Num,
    pub(crate) as_of: Num,
    /// Numbers that stand for words, and whether another word than those asked for is possible.
    pub(super) word_nums: RefCell<BTreeMap<Num, Option<Rc<Vec<String>>>>>,
}

pub(super) fn day_of((year, month, day): (i16, i8, i8)) -> Date {
    Date::constant(year, month, day)
}

pub(crate) fn day_number(date: Date) -> i64 {
    days_between(Date::constant(1970, 1, 1), date)
}

impl<'a> Domain<'a> {
    pub(crate) fn new(law: &'a Law, more: &[&Expr]) -> Self {
        let mut found = BTreeSet::new();
        for clause in law.rules.iter().flat_map(|r| &r.clauses) {
            literals(&clause.expr, &mut found);
        }
        more.iter().for_each(|e| literals(e, &mut found));
        for regime in law.regimes.iter().filter(|r| !r.membership.is_empty()) {
            found.insert(Arc::from(regime.membership.as_str()));
            found.insert(Arc::from(format!("{}-UNSETTLED", regime.membership)));
        }
        let pool = Pool::new();
        let mut countries: Vec<Country> = Vec::new();
        for code in law.tables.countries() {
            let groups: Vec<_> = law
                .tables
                .history(&code)
                .filter(|(group, ..)| found.contains(*group))
                .map(|(g, from, to)| (g.to_owned(), from, to))
                .collect();
            let chart = law.tables.chart(&code).map(|marks| {
                marks.iter().filter(|m| found.contains(m.as_str())).cloned().collect::<BTreeSet<_>>()
            });
            let named = found.contains(code.as_str());
            if !named
                && countries
                    .iter()
                    .any(|c| !found.contains(&c.code) && c.groups == groups && c.chart == chart)
            {
                continue;
            }
            countries.push(Country { code: Arc::from(code), groups, chart });
        }
        let country_codes = Rc::new(countries.iter().map(|c| c.code.clone()).collect::<Vec<_>>());
        let vocabulary = Vocabulary::load();
        let is_code = |w: &str| {
            w == "EAR99" || {
                let b = w.as_bytes();
                b.len() >= 5
                    && b.first().is_some_and(u8::is_ascii_digit)
                    && b.get(1).is_some_and(|c| (b'A'..=b'E').contains(c))
                    && b.get(2..5).is_some_and(|d| d.iter().all(u8::is_ascii_digit))
            }
        };
        let named: BTreeSet<Arc<str>> = found.iter().filter(|w| is_code(w)).cloned().collect();
        let mut ccl = named.clone();
        ccl.extend(law.tables.eccns().map(Arc::from));
        ccl.insert(Arc::from("EAR99"));
        let mut annex = named;
        annex.remove("EAR99");
        annex.insert(Arc::from("6A002.a"));
        let limbs: Vec<Arc<str>> =
            vocabulary.limbs().into_iter().map(|(code, _)| Arc::from(code.as_str())).collect();
        ccl.extend(limbs.iter().cloned());
        annex.extend(limbs);
        let last = i64::try_from(Action::ALL.len()).unwrap_or(1) - 1;
        let action = pool.num("action", 0, last);
        let as_of = pool.num("as_of", day_number(day_of(FIRST_DAY)), day_number(day_of(LAST_DAY)));
        Self {
            law,
            words: Words::default(),
            vocabulary,
            literals: found,
            countries,
            country_codes,
            codes: [ccl.into_iter().collect(), annex.into_iter().collect()],
            action,
            as_of,
            word_nums: RefCell::default(),
            pool,
        }
    }

    /// When a day lies between two dates, both included.
    pub(super) fn between(&self, from: Option<Date>, until: Option<Date>) -> Term {
        let from = from.map_or(Term::TRUE, |d| self.pool.at_least(self.as_of, day_number(d)));
        let until = until.map_or(Term::TRUE, |d| self.pool.at_most(self.as_of, day_number(d)));
        self.pool.and([from, until])
    }

    pub(crate) fn action_is(&self, name: &str) -> Term {
        match Action::ALL.iter().position(|a| *a == name) {
            Some(n) => self.pool.equal(self.action, i64::try_from(n).unwrap_or(-1)),
            None => Term::FALSE,
        }
    }

    pub(crate) fn stayed(&self, rule: &Rule) -> Term {
        rule.stayed.as_ref().map_or(Term::FALSE, |s| self.between(Some(s.from), Some(s.until)))
    }

    /// When the rule is examined at all: its scope names the act, and it is in force or stayed.
    pub(super) fn applies(&self, rule: &Rule) -> Term {
        let acts = self.pool.or(rule.actions.iter().map(|a| self.action_is(a)));
        let in_force = self.between(rule.in_force, rule.until);
        self.pool.and([acts, self.pool.or([in_force, self.stayed(rule)])])
    }

    /// A country variable with its memberships on the day.
    pub(super) fn country(&self, name: &str, known: Term) -> Sym {
        let last = i64::try_from(self.countries.len()).unwrap_or(1) - 1;
        let num = self.pool.num(name, 0, last);
        let index = |n: usize| self.pool.equal(num, i64::try_from(n).unwrap_or(-1));
        let mut groups: BTreeMap<Arc<str>, Vec<Term>> = BTreeMap::new();
        let mut chart: BTreeMap<Arc<str>, Vec<Term>> = BTreeMap::new();
        let mut charted = Vec::new();
        let mut all_groups = Vec::new();
        for (n, country) in self.countries.iter().enumerate() {
            for (group, from, to) in &country.groups {
                let held = self.pool.and([index(n), self.between(*from, *to)]);
                groups.entry(Arc::from(group.as_str())).or_default().push(held);
                all_groups.push(held);
            }
            if let Some(marks) = &country.chart {
                charted.push(index(n));
                for mark in marks {
                    chart.entry(Arc::from(mark.as_str())).or_default().push(index(n));
                }
            }
        }
        let close = |map: BTreeMap<Arc<str>, Vec<Term>>| -> Rc<BTreeMap<Arc<str>, Term>> {
            Rc::new(map.into_iter().map(|(w, t)| (w, self.pool.or(t))).collect())
        };
        let chart_known = self.pool.and([known, self.pool.or(charted)]);
        let chart = close(chart);
        let any_mark = self.pool.or(chart.values().copied());
        let record = BTreeMap::from([
            (Arc::from("code"), Sym::Word { known, word: Word::Country(num, self.country_codes.clone()) }),
            (
                Arc::from("groups"),
                Sym::Words {
                    known,
                    floor: known,
                    set: WordSet::Cases { has: close(groups), some: self.pool.or(all_groups) },
                },
            ),
            (
                Arc::from("chart"),
                Sym::Words {
                    known: chart_known,
                    floor: chart_known,
                    set: WordSet::Cases { has: chart, some: any_mark },
                },
            ),
        ]);
        Sym::Record(Rc::new(record))
    }
}
