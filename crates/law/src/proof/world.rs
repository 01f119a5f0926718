//! Every case of a bounded shape at once: two parties, an owner of one of them, one listing of each, one entry of each
//! control list, one assessment of each stage. Facts are variables, tables and dates are written out, definitions are
//! unfolded as `facts::world` settles them.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use countersign_model::Date;

use super::domain::{Domain, day_number};
use super::symbol::{Sym, Word, WordSet, compare};
use super::term::{Num, Pool, Term, Tri};
use super::things::{ACTOR, Thing};
use super::vocabulary::filler;
use crate::eval::{Expr, Var};
use crate::pack::{Attribute, FactType, Resource, Role, Rule};

/// Where a fact stands in the case: below the case itself or below a thing of it.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    /// The entity, or `None` for the case.
    pub(super) entity: Option<usize>,
    pub(super) path: Vec<String>,
    pub(super) field: Option<String>,
    pub(super) kind: LeafKind,
}

/// Where a record or a fact is projected to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'p> {
    /// The entity, or `None` for the case.
    pub(super) entity: Option<usize>,
    /// What the case format calls it.
    pub(super) definition: &'p str,
    /// The keys below the entity.
    pub(super) path: &'p [String],
    /// What the names of its variables begin with.
    pub(super) name: &'p str,
}

impl<'p> Place<'p> {
    /// The whole of an entity, or of the case.
    pub(super) fn whole(entity: Option<usize>, definition: &'p str, name: &'p str) -> Self {
        Self { entity, definition, path: &[], name }
    }
}

#[derive(Debug, Clone)]
pub(super) enum LeafKind {
    /// A map that may be `none`: given, none, else absent.
    Map {
        given: Term,
        nothing: Term,
    },
    Fact(Sym),
    Country {
        known: Term,
        num: Num,
    },
}

/// The facts of all cases; in a complete one every fact is known.
pub(crate) struct World<'d, 'a> {
    pub(crate) domain: &'d Domain<'a>,
    pub(super) complete: bool,
    pub(super) things: Vec<Thing>,
    pub(super) context: BTreeMap<Arc<str>, Sym>,
    pub(super) leaves: Vec<Leaf>,
    pub(super) axioms: RefCell<Vec<Term>>,
    pub(super) late: RefCell<BTreeMap<Arc<str>, Sym>>,
    settled: RefCell<HashMap<(usize, Arc<str>), Tri>>,
    settling: RefCell<Vec<(usize, Arc<str>)>>,
    examined: RefCell<HashMap<(usize, usize), Tri>>,
}

impl<'d, 'a> World<'d, 'a> {
    pub(super) fn empty(domain: &'d Domain<'a>, complete: bool) -> Self {
        Self {
            domain,
            complete,
            things: Vec::new(),
            context: BTreeMap::new(),
            leaves: Vec::new(),
            axioms: RefCell::default(),
            late: RefCell::default(),
            settled: RefCell::default(),
            settling: RefCell::default(),
            examined: RefCell::default(),
        }
    }

    pub(super) fn pool(&self) -> &'d Pool {
        &self.domain.pool
    }

    pub(super) fn axiom(&self, term: Term) {
        if term != Term::TRUE {
            self.axioms.borrow_mut().push(term);
        }
    }

    /// Whether a fact of the schema is known; some are asked of every case.
    fn told(&self, definition: &str, path: &[String], name: &str, parent: Term) -> Term {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let always = match definition {
            "party" => matches!(path.as_slice(), ["kind" | "roles"]),
            // absent details of a listing are no missing facts of the case: the entry has to be read
            "listing" => true,
            "case_body" => matches!(path.as_slice(), ["item", "kind"] | ["gate", "opted_in"]),
            _ => false,
        };
        if always { parent } else { self.known(name, parent) }
    }

    /// Whether a fact is known: a variable, but for complete cases.
    pub(super) fn known(&self, name: &str, parent: Term) -> Term {
        if self.complete {
            parent
        } else {
            self.pool().and([parent, self.pool().var(&format!("{name} known"))])
        }
    }

    /// A word variable; `allowed` are the words that the contract has for it.
    pub(super) fn word(&self, name: &str, known: Term, allowed: Option<Vec<String>>) -> Sym {
        let num = self.pool().num(name, 0, 1_000_000);
        let allowed = allowed.map(Rc::new);
        self.domain.word_nums.borrow_mut().insert(num, allowed.clone());
        Sym::Word { known, word: Word::Free(num) }
    }

    pub(super) fn set(&self, name: &str, known: Term, allowed: Option<Vec<String>>, other: bool) -> Sym {
        let extra = match &allowed {
            Some(list) => list.iter().any(|w| !self.domain.literals.contains(w.as_str())),
            None => other,
        };
        if !extra {
            self.axiom(self.pool().not(WordSet::other(self.pool(), name)));
        }
        let set = WordSet::Free { name: Rc::from(name), allowed: allowed.map(Rc::new) };
        Sym::Words { known, floor: known, set }
    }

    pub(super) fn number(&self, name: &str, known: Term, low: i64, high: i64) -> Sym {
        Sym::Number { known, num: self.pool().num(name, low, high) }
    }

    /// A share: an interval, or a point in a complete case. In hundredths of a hundredth of a percent.
    pub(super) fn share(&self, name: &str, known: Term) -> Sym {
        let pool = self.pool();
        let num = |end: &str| pool.num(&format!("{name} {end}"), 0, 1_000_000);
        let (low, high) = (num("least"), num("most"));
        self.axiom(pool.num_at_most(low, high));
        if !self.complete {
            return Sym::Share { known, low, high };
        }
        let point = num("exact");
        self.axiom(pool.num_at_most(low, point));
        self.axiom(pool.num_at_most(point, high));
        Sym::Share { known, low: point, high: point }
    }

    /// The facts of a record as the schema has them; what is computed or defined is left to others.
    pub(super) fn project(
        &mut self,
        attributes: &[Attribute],
        place: Place<'_>,
        parent: Term,
    ) -> BTreeMap<Arc<str>, Sym> {
        let mut out = BTreeMap::new();
        for attribute in attributes.iter().filter(|a| !a.derived && !a.defined && !a.given) {
            let key = attribute.path.as_deref().and_then(|p| p.rsplit('.').next()).unwrap_or(&attribute.name);
            let path: Vec<String> = place.path.iter().cloned().chain([key.to_owned()]).collect();
            let name = format!("{}.{}", place.name, attribute.name);
            let told = self.told(place.definition, &path, &name, parent);
            let here = Place { path: &path, name: &name, ..place };
            let (kind, sym) = match &attribute.of {
                FactType::Record(inner) => {
                    let record = self.project_record(inner, here, told, parent);
                    out.insert(attribute.name.clone(), record);
                    continue;
                }
                FactType::Country => {
                    let sym = self.domain.country(&name, told);
                    let last = i64::try_from(self.domain.countries.len()).unwrap_or(1) - 1;
                    let num = self.pool().num(&name, 0, last);
                    (LeafKind::Country { known: told, num }, sym)
                }
                of => {
                    let Some(sym) = self.fact(of, attribute.field.as_deref(), here, told) else { continue };
                    (LeafKind::Fact(sym.clone()), sym)
                }
            };
            out.insert(attribute.name.clone(), sym);
            self.leaves.push(Leaf { entity: place.entity, path, field: attribute.field.clone(), kind });
        }
        out
    }

    /// A record of a record: one that may be `none` is given, none, or neither is told.
    fn project_record(&mut self, inner: &[Attribute], here: Place<'_>, told: Term, parent: Term) -> Sym {
        let pool = self.pool();
        let (given, nothing) = if inner.iter().any(|a| a.given) {
            let is = pool.var(&format!("{} given", here.name));
            (pool.and([told, is]), pool.and([told, pool.not(is)]))
        } else {
            (parent, Term::FALSE)
        };
        let kind = LeafKind::Map { given, nothing };
        self.leaves.push(Leaf { entity: here.entity, path: here.path.to_vec(), field: None, kind });
        let mut record = self.project(inner, here, given);
        for flag in inner.iter().filter(|a| a.given) {
            record.insert(flag.name.clone(), Sym::Truth(Tri { yes: given, no: nothing }));
        }
        Sym::Record(Rc::new(record))
    }

    /// A single fact; `None` for what is none: a record, a country, another thing.
    fn fact(&self, of: &FactType, field: Option<&str>, here: Place<'_>, told: Term) -> Option<Sym> {
        let pool = self.pool();
        let Place { definition, path, name, .. } = here;
        let allowed = || self.domain.vocabulary.words(definition, path, field);
        Some(match of {
            FactType::Bool => Sym::Truth(Tri::given(pool, told, pool.var(name))),
            FactType::Long => self.number(name, told, 0, 400),
            FactType::Date => {
                let day = |year, month, day| day_number(Date::constant(year, month, day));
                self.number(name, told, day(2000, 1, 1), day(2040, 12, 31))
            }
            FactType::Str => self.word(name, told, allowed()),
            FactType::Set => {
                let sym = self.set(name, told, allowed(), filler(path).is_some());
                if let Sym::Words { set, .. } = &sym
                    && definition != "listing"
                    && !self.domain.vocabulary.may_be_none(definition, path)
                {
                    let some = set.some(pool, &self.domain.words, &self.domain.literals);
                    self.axiom(pool.implies(told, some));
                }
                sym
            }
            FactType::Decimal => {
                let sym = self.share(name, told);
                if let Sym::Share { low, high, .. } = sym
                    && !self.domain.vocabulary.may_be_interval(definition, path)
                {
                    self.axiom(pool.num_equal(low, high));
                }
                sym
            }
            FactType::Record(_) | FactType::Country | FactType::Entity => return None,
        })
    }

    /// The truth of a rule on a thing, whatever the act and the day.
    pub(crate) fn truth(&self, rule: usize, thing: usize) -> Tri {
        if let Some(found) = self.examined.borrow().get(&(rule, thing)) {
            return *found;
        }
        let truth = self.domain.law.rules.get(rule).map_or(Tri::YES, |rule| self.truth_of(rule, thing));
        self.examined.borrow_mut().insert((rule, thing), truth);
        truth
    }

    /// The truth of a rule that may be of other packs.
    pub(super) fn truth_of(&self, rule: &Rule, thing: usize) -> Tri {
        let mut truth = Tri::YES;
        for clause in &rule.clauses {
            let held = self.condition(&clause.expr, thing);
            truth = truth.and(self.pool(), if clause.unless { held.negate() } else { held });
        }
        truth
    }

    /// When a rule determines on a thing: it is there, the rule applies and holds and is not stayed.
    pub(crate) fn determines(&self, n: usize, rule: &Rule, thing: usize) -> Term {
        let exists = self.things.get(thing).map_or(Term::FALSE, |t| t.exists);
        let pool = self.pool();
        pool.and([
            exists,
            self.domain.applies(rule),
            pool.not(self.domain.stayed(rule)),
            self.truth(n, thing).yes,
        ])
    }

    /// When a rule is examined on a thing and cannot be settled.
    pub(super) fn open(&self, n: usize, rule: &Rule, thing: usize) -> Term {
        let exists = self.things.get(thing).map_or(Term::FALSE, |t| t.exists);
        self.pool().and([exists, self.domain.applies(rule), self.truth(n, thing).unknown(self.pool())])
    }

    /// When a rule holds on a thing, stayed or not.
    pub(super) fn holds(&self, n: usize, rule: &Rule, thing: usize) -> Term {
        let exists = self.things.get(thing).map_or(Term::FALSE, |t| t.exists);
        self.pool().and([exists, self.domain.applies(rule), self.truth(n, thing).yes])
    }

    /// The things of one kind.
    pub(crate) fn of_kind(&self, kind: Resource) -> impl Iterator<Item = usize> + '_ {
        self.things.iter().enumerate().filter(move |(_, t)| t.kind == kind).map(|(n, _)| n)
    }

    /// The truth of an attribute that the law defines.
    pub(super) fn defined(&self, thing: usize, name: &Arc<str>) -> Option<Tri> {
        let kind = self.things.get(thing)?.kind;
        let law = self.domain.law;
        let rules = &law.definitions.of(kind, name)?.rules;
        let key = (thing, name.clone());
        if let Some(found) = self.settled.borrow().get(&key) {
            return Some(*found);
        }
        if self.settling.borrow().contains(&key) {
            return Some(Tri::UNKNOWN);
        }
        self.settling.borrow_mut().push(key.clone());
        let mut truth = Tri::NO;
        for &n in rules {
            let Some(rule) = law.rules.get(n) else { continue };
            let of_party = matches!(&rule.role, Role::Definition { of_party: Some(_), .. });
            let looked_at: Vec<usize> = match kind {
                Resource::Case => self.of_kind(rule.resource).collect(),
                Resource::Party if of_party => self
                    .of_kind(Resource::Listing)
                    .filter(|l| self.things.get(*l).and_then(|t| t.party) == Some(thing))
                    .collect(),
                _ => vec![thing],
            };
            for other in looked_at {
                let exists = self.things.get(other).map_or(Term::FALSE, |t| t.exists);
                let there = self.pool().and([exists, self.domain.applies(rule)]);
                truth = truth.or(self.pool(), self.truth(n, other).provided(self.pool(), there));
            }
        }
        self.settling.borrow_mut().pop();
        self.settled.borrow_mut().insert(key, truth);
        Some(truth)
    }

    fn read(&self, thing: usize, name: &Arc<str>) -> Sym {
        match self.things.get(thing).and_then(|t| t.attrs.get(name)) {
            Some(sym) => sym.clone(),
            None => self.defined(thing, name).map_or(Sym::Nothing, Sym::Truth),
        }
    }

    fn value(&self, expr: &Expr, thing: usize) -> Sym {
        match expr {
            Expr::Long(n) => Sym::Constant(*n),
            Expr::Date(date) => Sym::Day(day_number(*date)),
            Expr::Decimal(share) => share.min.ten_thousandths().map_or(Sym::Nothing, Sym::Percent),
            Expr::Str(word) => Sym::Word { known: Term::TRUE, word: Word::Fixed(word.clone()) },
            Expr::Set(words) => Sym::Words {
                known: Term::TRUE,
                floor: Term::TRUE,
                set: WordSet::Fixed(Rc::new(words.set.iter().cloned().collect())),
            },
            Expr::Var(Var::Resource) => Sym::Entity(thing),
            Expr::Var(Var::Principal) => Sym::Entity(ACTOR),
            Expr::Var(Var::Context) => Sym::Nothing,
            Expr::Attr(inner, name) => match &**inner {
                Expr::Var(Var::Context) => match self.context.get(name) {
                    Some(sym) => sym.clone(),
                    None => match self.late.borrow().get(name) {
                        Some(sym) => sym.clone(),
                        None => self.defined(0, name).map_or(Sym::Nothing, Sym::Truth),
                    },
                },
                Expr::Var(Var::Resource) => self.read(thing, name),
                Expr::Var(Var::Principal) => self.read(ACTOR, name),
                inner => match self.value(inner, thing) {
                    Sym::Record(record) => record.get(name).cloned().unwrap_or(Sym::Nothing),
                    Sym::Entity(other) => self.read(other, name),
                    _ => Sym::Nothing,
                },
            },
            _ => Sym::Truth(self.condition(expr, thing)),
        }
    }

    /// The truth of a condition on a thing, as `eval` reads it.
    pub(crate) fn condition(&self, expr: &Expr, thing: usize) -> Tri {
        let pool = self.pool();
        match expr {
            Expr::Bool(true) => Tri::YES,
            Expr::Bool(false) => Tri::NO,
            Expr::Not(a) => self.condition(a, thing).negate(),
            Expr::And(a, b) => self.condition(a, thing).and(pool, self.condition(b, thing)),
            Expr::Or(a, b) => self.condition(a, thing).or(pool, self.condition(b, thing)),
            Expr::If(test, yes, no) => {
                let (t, a, b) =
                    (self.condition(test, thing), self.condition(yes, thing), self.condition(no, thing));
                let arm =
                    |x: Term, y: Term| pool.or([pool.and([t.yes, x]), pool.and([t.no, y]), pool.and([x, y])]);
                Tri { yes: arm(a.yes, b.yes), no: arm(a.no, b.no) }
            }
            Expr::Eq(a, b) => self.equal(&self.value(a, thing), &self.value(b, thing)),
            Expr::Compare(cmp, a, b) => compare(pool, *cmp, &self.value(a, thing), &self.value(b, thing)),
            Expr::Contains(set, item) => match (self.value(set, thing), self.value(item, thing)) {
                (Sym::Words { known, floor, set }, Sym::Word { known: k, word }) => {
                    let member = match (&set, &word) {
                        (_, Word::Fixed(word)) => set.has(pool, &self.domain.words, word),
                        (WordSet::Fixed(words), _) => {
                            pool.or(words.iter().map(|w| word.is(pool, &self.domain.words, w)))
                        }
                        _ => return Tri::UNKNOWN,
                    };
                    Tri { yes: pool.and([floor, k, member]), no: pool.and([known, k, pool.not(member)]) }
                }
                _ => Tri::UNKNOWN,
            },
            Expr::ContainsAll(a, b) => self.sets(a, b, thing, |terms| pool.and(terms)),
            Expr::ContainsAny(a, b) => self.sets(a, b, thing, |terms| pool.or(terms)),
            Expr::IsEmpty(a) => match self.value(a, thing) {
                Sym::Words { known, floor, set } => {
                    let some = set.some(pool, &self.domain.words, &self.domain.literals);
                    Tri { yes: pool.and([known, pool.not(some)]), no: pool.and([floor, some]) }
                }
                _ => Tri::UNKNOWN,
            },
            Expr::Attr(..) => match self.value(expr, thing) {
                Sym::Truth(tri) => tri,
                _ => Tri::UNKNOWN,
            },
            Expr::Long(_) | Expr::Str(_) | Expr::Decimal(_) | Expr::Date(_) | Expr::Set(_) | Expr::Var(_) => {
                Tri::UNKNOWN
            }
        }
    }

    fn sets(&self, a: &Expr, b: &Expr, thing: usize, all: impl Fn(Vec<Term>) -> Term) -> Tri {
        let pool = self.pool();
        match (self.value(a, thing), self.value(b, thing)) {
            (Sym::Words { known, floor, set }, Sym::Words { set: WordSet::Fixed(words), .. }) => {
                let held = all(words.iter().map(|w| set.has(pool, &self.domain.words, w)).collect());
                Tri { yes: pool.and([floor, held]), no: pool.and([known, pool.not(held)]) }
            }
            _ => Tri::UNKNOWN,
        }
    }

    fn equal(&self, a: &Sym, b: &Sym) -> Tri {
        let pool = self.pool();
        match (a, b) {
            (Sym::Word { known: k, word: x }, Sym::Word { known: l, word: y }) => {
                match x.same(pool, &self.domain.words, y) {
                    Some(same) => Tri::given(pool, pool.and([*k, *l]), same),
                    None => Tri::UNKNOWN,
                }
            }
            (Sym::Number { known, num }, Sym::Constant(c) | Sym::Day(c))
            | (Sym::Constant(c) | Sym::Day(c), Sym::Number { known, num }) => {
                Tri::given(pool, *known, pool.equal(*num, *c))
            }
            (Sym::Number { known: k, num: x }, Sym::Number { known: l, num: y }) => {
                Tri::given(pool, pool.and([*k, *l]), pool.num_equal(*x, *y))
            }
            (Sym::Truth(x), Sym::Truth(y)) => Tri {
                yes: pool.or([pool.and([x.yes, y.yes]), pool.and([x.no, y.no])]),
                no: pool.or([pool.and([x.yes, y.no]), pool.and([x.no, y.yes])]),
            },
            (Sym::Entity(x), Sym::Entity(y)) => {
                if x == y {
                    Tri::YES
                } else {
                    Tri::NO
                }
            }
            (Sym::Constant(x), Sym::Constant(y)) => {
                if x == y {
                    Tri::YES
                } else {
                    Tri::NO
                }
            }
            _ => Tri::UNKNOWN,
        }
    }
}
