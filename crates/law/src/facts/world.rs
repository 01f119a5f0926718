//! A world: the facts of one case on one day, in which rules are evaluated and definitions settled on demand.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use countersign_model::Date;

use super::FactSet;
use super::holdings::{Holdings, Place};
use super::trace::Trace;
use crate::eval::{Deps, Reader, Tri, Value, Var, evaluate};
use crate::pack::{HoldingRule, Law, Resource, Role, Rule};

/// A rule evaluated on a resource.
#[derive(Debug, Clone)]
pub(crate) struct Examined {
    pub(crate) resource: usize,
    /// One per clause; evaluation stops after a first clause that fails.
    pub(crate) clauses: Vec<Tri>,
    /// All clauses together.
    pub(crate) truth: Tri,
    pub(crate) trace: Trace,
}

/// An entity and the number of a definition.
type Key = (usize, usize);

/// The facts of a case on a day.
pub(crate) struct World<'a> {
    pub(crate) law: &'a Law,
    pub(crate) facts: FactSet,
    pub(crate) as_of: Date,
    pub(crate) action: &'static str,
    pub(crate) holdings: Holdings,
    /// Facts of the case that are known only once others are decided (the gate's verdict).
    late: RefCell<BTreeMap<Arc<str>, Value>>,
    settled: RefCell<HashMap<Key, (Tri, Rc<Trace>), foldhash::fast::FixedState>>,
    settling: RefCell<Vec<Key>>,
    frames: RefCell<Vec<Trace>>,
    /// The things of each kind.
    by_kind: HashMap<Resource, Vec<usize>>,
    /// The listings of each party.
    listings: HashMap<usize, Vec<usize>>,
}

impl<'a> World<'a> {
    pub(crate) fn new(
        law: &'a Law,
        facts: FactSet,
        as_of: Date,
        action: &'static str,
        holdings: Holdings,
    ) -> Self {
        let mut by_kind: HashMap<Resource, Vec<usize>> = HashMap::new();
        let mut listings: HashMap<usize, Vec<usize>> = HashMap::new();
        for (n, entity) in facts.entities.iter().enumerate() {
            by_kind.entry(entity.kind).or_default().push(n);
            if let (Resource::Listing, Some(party)) = (entity.kind, entity.party) {
                listings.entry(party).or_default().push(n);
            }
        }
        Self {
            by_kind,
            listings,
            law,
            facts,
            as_of,
            action,
            holdings,
            late: RefCell::default(),
            settled: RefCell::default(),
            settling: RefCell::default(),
            frames: RefCell::default(),
        }
    }

    /// Whether the rule applies to the act on the day at all.
    pub(crate) fn applies(&self, rule: &Rule) -> bool {
        rule.is_for(self.action) && rule.examined_on(self.as_of)
    }

    /// Evaluates a rule on every resource of its type.
    pub(crate) fn examine(&self, rule: usize) -> Vec<Examined> {
        let Some(found) = self.law.rules.get(rule) else { return Vec::new() };
        if !self.applies(found) {
            return Vec::new();
        }
        self.of_kind(found.resource).iter().map(|resource| self.examine_on(rule, *resource)).collect()
    }

    /// The things of one kind.
    pub(crate) fn of_kind(&self, kind: Resource) -> &[usize] {
        self.by_kind.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// Evaluates a rule on one resource.
    pub(crate) fn examine_on(&self, rule: usize, resource: usize) -> Examined {
        self.frames.borrow_mut().push(Trace::default());
        let view = View { world: self, resource };
        let mut clauses = Vec::new();
        let mut truth = Tri::True;
        if let Some(found) = self.law.rules.get(rule) {
            let mut by_clause = Vec::new();
            for (n, clause) in found.clauses.iter().enumerate() {
                self.frames.borrow_mut().push(Trace::default());
                let held = evaluate(&clause.expr, &view);
                by_clause.push(self.frames.borrow_mut().pop().unwrap_or_default());
                let held = if clause.unless { held.not() } else { held };
                truth = truth.and(|| held.clone());
                let outside = n == 0 && held.is_false();
                clauses.push(held);
                if outside {
                    break;
                }
            }
            // the first condition only says when the rule is looked at: what the last ones read decides
            if let Some(frame) = self.frames.borrow_mut().last_mut() {
                by_clause.into_iter().rev().for_each(|read| frame.append(read));
            }
        }
        let trace = self.frames.borrow_mut().pop().unwrap_or_default();
        Examined { resource, clauses, truth, trace }
    }

    /// The truth of a condition that stands in no policy, on a resource.
    pub(crate) fn condition(&self, expr: &crate::eval::Expr, resource: usize) -> Tri {
        evaluate(expr, &View { world: self, resource })
    }

    /// The truth of an attribute that the law defines, on a resource (or, on the case itself, of the case).
    pub(super) fn defined(&self, entity: usize, name: &Arc<str>) -> Option<Value> {
        let kind = self.facts.entities.get(entity)?.kind;
        let definition = self.law.definitions.of(kind, name)?;
        let key: Key = (entity, definition.number);
        let cached = self.settled.borrow().get(&key).cloned();
        let (truth, trace) = match cached {
            Some(found) => found,
            None => {
                // a definition that needs itself settles nothing
                if self.settling.borrow().contains(&key) {
                    return Some(Value::Unknown(Deps::new()));
                }
                self.settling.borrow_mut().push(key);
                let (truth, trace) = self.settle(entity, kind, &definition.rules);
                self.settling.borrow_mut().pop();
                let found = (truth, Rc::new(trace));
                self.settled.borrow_mut().insert(key, found.clone());
                found
            }
        };
        if let Some(frame) = self.frames.borrow_mut().last_mut() {
            frame.share(trace);
        }
        Some(truth.into())
    }

    fn settle(&self, entity: usize, kind: Resource, rules: &[usize]) -> (Tri, Trace) {
        let mut truth = Tri::False;
        let mut trace = Trace::default();
        for &rule in rules {
            let Some(found) = self.law.rules.get(rule).filter(|r| self.applies(r)) else { continue };
            let of_party = matches!(&found.role, Role::Definition { of_party: Some(_), .. });
            let one = [entity];
            let resources: &[usize] = match kind {
                Resource::Case => self.of_kind(found.resource),
                Resource::Party if of_party => {
                    self.listings.get(&entity).map(Vec::as_slice).unwrap_or_default()
                }
                _ => &one,
            };
            for &resource in resources {
                let mut examined = self.examine_on(rule, resource);
                if examined.truth.is_true() {
                    examined.trace.define(rule, resource);
                }
                trace.append(examined.trace);
                truth = truth.or(|| examined.truth);
            }
        }
        (truth, trace)
    }

    pub(super) fn read(&self, entity: usize, name: &Arc<str>) -> Value {
        let Some(found) = self.facts.entities.get(entity) else { return Value::Absent };
        if let Some(fact) = found.attrs.get(name) {
            self.note(&fact.path, &fact.value);
            return fact.value.clone();
        }
        if let Some(value) = self.defined(entity, name) {
            return value;
        }
        if found.kind == Resource::Party
            && let Some(value) = self.holdings.of(self, entity, name)
        {
            return value;
        }
        Value::Absent
    }

    pub(super) fn note(&self, path: &Arc<str>, value: &Value) {
        if matches!(value, Value::Record(_) | Value::Holding(..) | Value::Entity(_) | Value::Absent)
            || path.is_empty()
        {
            return;
        }
        if let Some(frame) = self.frames.borrow_mut().last_mut() {
            frame.read(path, value);
        }
    }

    /// Adds a fact of the case that was decided.
    pub(crate) fn decided(&self, name: &str, value: Value) {
        self.late.borrow_mut().insert(Arc::from(name), value);
    }

    /// The truth of a defined attribute of a party.
    pub(crate) fn party_is(&self, party: usize, name: &str) -> Tri {
        match self.read(party, &Arc::from(name)) {
            Value::Bool(true) => Tri::True,
            Value::Bool(false) => Tri::False,
            Value::Unknown(deps) => Tri::Unknown(deps),
            _ => Tri::Unknown(Deps::new()),
        }
    }

    /// The truth of a defined attribute of the case.
    pub(crate) fn case_is(&self, name: &str) -> Tri {
        match self.defined(0, &Arc::from(name)) {
            Some(Value::Bool(true)) => Tri::True,
            Some(Value::Bool(false)) => Tri::False,
            Some(Value::Unknown(deps)) => Tri::Unknown(deps),
            _ => Tri::Unknown(Deps::new()),
        }
    }
}

impl Place for World<'_> {
    fn rules(&self) -> &[HoldingRule] {
        &self.law.holdings
    }

    fn facts(&self) -> &FactSet {
        &self.facts
    }

    fn as_of(&self) -> Date {
        self.as_of
    }

    fn party_is(&self, party: usize, definition: &str) -> Tri {
        World::party_is(self, party, definition)
    }

    fn note(&self, path: &Arc<str>, value: &Value) {
        World::note(self, path, value);
    }
}

struct View<'w, 'a> {
    world: &'w World<'a>,
    resource: usize,
}

impl Reader for View<'_, '_> {
    fn root(&self, var: Var, name: &Arc<str>) -> Value {
        match var {
            Var::Principal => self.world.read(self.world.facts.principal, name),
            Var::Resource => self.world.read(self.resource, name),
            Var::Context => match self.world.facts.context.get(name) {
                Some(fact) => {
                    self.world.note(&fact.path, &fact.value);
                    fact.value.clone()
                }
                None => match self.world.late.borrow().get(name) {
                    Some(value) => value.clone(),
                    None => self.world.defined(0, name).unwrap_or(Value::Absent),
                },
            },
        }
    }

    fn entity(&self, entity: usize, name: &Arc<str>) -> Value {
        self.world.read(entity, name)
    }

    fn holding(&self, rule: usize, party: usize, name: &str) -> Value {
        let Some(fact) = self.world.holdings.field(self.world, rule, party, name) else {
            return Value::Absent;
        };
        self.world.note(&fact.path, &fact.value);
        fact.value
    }

    fn open_holding(&self, rule: usize, party: usize) -> crate::eval::Deps {
        self.world.holdings.open(self.world, rule, party)
    }

    fn identity(&self, var: Var) -> Option<usize> {
        match var {
            Var::Principal => Some(self.world.facts.principal),
            Var::Resource => Some(self.resource),
            Var::Context => None,
        }
    }

    fn seen(&self, path: &Arc<str>, value: &Value) {
        self.world.note(path, value);
    }
}
