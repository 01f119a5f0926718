//! Symbolic facts, and the three-valued reading of conditions over them: the same as `eval`, on all cases at once.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::term::{Num, Pool, Term, Tri};
use crate::eval::Cmp;

/// A fact of every case at once.
#[derive(Debug, Clone)]
pub(crate) enum Sym {
    Truth(Tri),
    Word {
        known: Term,
        word: Word,
    },
    /// A count, or a day as days since 1970.
    Number {
        known: Term,
        num: Num,
    },
    /// A share in hundredths of a percent, between two ends.
    Share {
        known: Term,
        low: Num,
        high: Num,
    },
    /// A set. Its members are sure where `floor` holds, and the whole of it is known where `known` holds.
    Words {
        known: Term,
        floor: Term,
        set: WordSet,
    },
    Record(Rc<BTreeMap<Arc<str>, Sym>>),
    Entity(usize),
    Constant(i64),
    Day(i64),
    Percent(i64),
    /// Reading it settles nothing.
    Nothing,
}

/// A single word.
#[derive(Debug, Clone)]
pub(crate) enum Word {
    Fixed(Arc<str>),
    /// The number of a word, by [`Words::number`]; 0 is any other one.
    Free(Num),
    /// The number of a country in the list of those that differ.
    Country(Num, Rc<Vec<Arc<str>>>),
    /// The word, and when it is that one.
    Cases(Rc<BTreeMap<Arc<str>, Term>>),
}

/// A set of words.
#[derive(Debug, Clone)]
pub(crate) enum WordSet {
    Fixed(Rc<BTreeSet<Arc<str>>>),
    /// Propositions `name has word`, made as they are asked for; words that the contract does not allow never.
    Free {
        name: Rc<str>,
        allowed: Option<Rc<Vec<String>>>,
    },
    /// When each word belongs to it, and when any does.
    Cases {
        has: Rc<BTreeMap<Arc<str>, Term>>,
        some: Term,
    },
}

/// The words met so far, by number, and what is known of the sets.
#[derive(Debug, Default)]
pub(crate) struct Words {
    numbers: std::cell::RefCell<BTreeMap<Arc<str>, i64>>,
    asked: std::cell::RefCell<BTreeMap<Rc<str>, BTreeSet<Arc<str>>>>,
}

impl Words {
    /// The number of a word, from 1.
    pub(crate) fn number(&self, word: &Arc<str>) -> i64 {
        let mut numbers = self.numbers.borrow_mut();
        let next = i64::try_from(numbers.len()).unwrap_or(i64::MAX - 1) + 1;
        *numbers.entry(word.clone()).or_insert(next)
    }

    /// The word of a number.
    pub(crate) fn word(&self, number: i64) -> Option<Arc<str>> {
        self.numbers.borrow().iter().find(|(_, n)| **n == number).map(|(w, _)| w.clone())
    }

    /// The words asked of a free set.
    pub(crate) fn asked_of(&self, name: &str) -> BTreeSet<Arc<str>> {
        self.asked.borrow().get(name).cloned().unwrap_or_default()
    }
}

impl Word {
    /// When it is `word`.
    pub(crate) fn is(&self, pool: &Pool, words: &Words, word: &Arc<str>) -> Term {
        match self {
            Self::Fixed(own) => {
                if own == word {
                    Term::TRUE
                } else {
                    Term::FALSE
                }
            }
            Self::Free(num) => pool.equal(*num, words.number(word)),
            Self::Country(num, list) => match list.iter().position(|c| c == word) {
                Some(n) => pool.equal(*num, i64::try_from(n).unwrap_or(-1)),
                None => Term::FALSE,
            },
            Self::Cases(cases) => cases.get(word).copied().unwrap_or(Term::FALSE),
        }
    }

    /// When two are the same.
    pub(crate) fn same(&self, pool: &Pool, words: &Words, other: &Self) -> Option<Term> {
        Some(match (self, other) {
            (Self::Fixed(word), any) | (any, Self::Fixed(word)) => any.is(pool, words, word),
            (Self::Free(a), Self::Free(b)) | (Self::Country(a, _), Self::Country(b, _)) => {
                pool.num_equal(*a, *b)
            }
            _ => return None,
        })
    }
}

impl WordSet {
    /// When `word` belongs to it.
    pub(crate) fn has(&self, pool: &Pool, words: &Words, word: &Arc<str>) -> Term {
        match self {
            Self::Fixed(own) => {
                if own.contains(word) {
                    Term::TRUE
                } else {
                    Term::FALSE
                }
            }
            Self::Free { name, allowed } => {
                if allowed.as_ref().is_some_and(|list| !list.iter().any(|w| **w == **word)) {
                    return Term::FALSE;
                }
                words.asked.borrow_mut().entry(name.clone()).or_default().insert(word.clone());
                pool.var(&format!("{name} has {word}"))
            }
            Self::Cases { has, .. } => has.get(word).copied().unwrap_or(Term::FALSE),
        }
    }

    /// When it has any of a free set's other words, those that no rule asks for.
    pub(crate) fn other(pool: &Pool, name: &str) -> Term {
        pool.var(&format!("{name} has another"))
    }

    /// When it has any word. For a free set: one of `all`, the words that rules name, or another.
    pub(crate) fn some(&self, pool: &Pool, words: &Words, all: &BTreeSet<Arc<str>>) -> Term {
        match self {
            Self::Fixed(own) => {
                if own.is_empty() {
                    Term::FALSE
                } else {
                    Term::TRUE
                }
            }
            Self::Free { name, allowed } => {
                // of a set whose words are not listed by the contract, only those asked for count, and another
                let mut any = vec![Self::other(pool, name)];
                if let Some(list) = allowed {
                    for word in list.iter() {
                        if let Some(word) = all.get(word.as_str()) {
                            any.push(self.has(pool, words, word));
                        }
                    }
                } else {
                    for word in words.asked_of(name) {
                        any.push(self.has(pool, words, &word));
                    }
                }
                pool.or(any)
            }
            Self::Cases { some, .. } => *some,
        }
    }
}

/// A comparison of two numbers, shares or days.
pub(crate) fn compare(pool: &Pool, cmp: Cmp, a: &Sym, b: &Sym) -> Tri {
    use Sym::{Constant, Day, Number, Percent, Share};
    match (a, b) {
        (Constant(x), Constant(y)) | (Day(x), Day(y)) | (Percent(x), Percent(y)) => {
            let holds = match cmp {
                Cmp::Lt => x < y,
                Cmp::Le => x <= y,
                Cmp::Gt => x > y,
                Cmp::Ge => x >= y,
            };
            if holds { Tri::YES } else { Tri::NO }
        }
        (Number { known, num }, Constant(c) | Day(c)) => {
            Tri::given(pool, *known, against(pool, cmp, *num, *c))
        }
        (Constant(c) | Day(c), Number { known, num }) => {
            Tri::given(pool, *known, against(pool, turned(cmp), *num, *c))
        }
        (Number { known: k, num: x }, Number { known: l, num: y }) => {
            let known = pool.and([*k, *l]);
            let value = match cmp {
                Cmp::Le => pool.num_at_most(*x, *y),
                Cmp::Ge => pool.num_at_most(*y, *x),
                Cmp::Lt => pool.not(pool.num_at_most(*y, *x)),
                Cmp::Gt => pool.not(pool.num_at_most(*x, *y)),
            };
            Tri::given(pool, known, value)
        }
        (Share { known, low, high }, Percent(c)) => {
            let (sure, never) = match cmp {
                Cmp::Ge | Cmp::Gt => (against(pool, cmp, *low, *c), pool.not(against(pool, cmp, *high, *c))),
                Cmp::Le | Cmp::Lt => (against(pool, cmp, *high, *c), pool.not(against(pool, cmp, *low, *c))),
            };
            Tri { yes: pool.and([*known, sure]), no: pool.and([*known, never]) }
        }
        (Percent(_), Share { .. }) => compare(pool, turned(cmp), b, a),
        _ => Tri::UNKNOWN,
    }
}

fn turned(cmp: Cmp) -> Cmp {
    match cmp {
        Cmp::Lt => Cmp::Gt,
        Cmp::Le => Cmp::Ge,
        Cmp::Gt => Cmp::Lt,
        Cmp::Ge => Cmp::Le,
    }
}

fn against(pool: &Pool, cmp: Cmp, num: Num, value: i64) -> Term {
    match cmp {
        Cmp::Lt => pool.at_most(num, value - 1),
        Cmp::Le => pool.at_most(num, value),
        Cmp::Gt => pool.at_least(num, value + 1),
        Cmp::Ge => pool.at_least(num, value),
    }
}
