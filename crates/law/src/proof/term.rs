//! Propositions over the facts of a symbolic case: a graph of shared terms, written out for an SMT solver and read
//! back as values.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

/// A proposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Term(u32);

/// A whole number: a count, a day, a hundredth of a percent, or a word by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Num(u32);

impl Term {
    pub(crate) const FALSE: Self = Self(0);
    pub(crate) const TRUE: Self = Self(1);
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Node {
    False,
    True,
    Var(u32),
    Not(Term),
    And(Vec<Term>),
    Or(Vec<Term>),
    Equal(Num, i64),
    AtMost(Num, i64),
    NumEqual(Num, Num),
    NumAtMost(Num, Num),
}

#[derive(Debug, Default)]
struct Inner {
    nodes: Vec<Node>,
    index: HashMap<Node, Term>,
    vars: Vec<String>,
    var_index: HashMap<String, Term>,
    nums: Vec<(String, i64, i64)>,
    num_index: HashMap<String, Num>,
}

/// The terms of one proof.
#[derive(Debug)]
pub(crate) struct Pool {
    inner: RefCell<Inner>,
    /// Which terms the last script defines.
    written: RefCell<Vec<bool>>,
    /// How many propositions and numbers the last script declares.
    declared: std::cell::Cell<(usize, usize)>,
}

/// Values of the variables, as a solver gave them. A variable that no query read has none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    truths: BTreeMap<Term, bool>,
    numbers: BTreeMap<Num, i64>,
}

impl Pool {
    pub(crate) fn new() -> Self {
        let mut inner = Inner::default();
        for (node, term) in [(Node::False, Term::FALSE), (Node::True, Term::TRUE)] {
            inner.nodes.push(node.clone());
            inner.index.insert(node, term);
        }
        Self { inner: RefCell::new(inner), written: RefCell::default(), declared: std::cell::Cell::default() }
    }

    fn make(&self, node: Node) -> Term {
        let mut inner = self.inner.borrow_mut();
        if let Some(term) = inner.index.get(&node) {
            return *term;
        }
        let term = Term(u32::try_from(inner.nodes.len()).unwrap_or(u32::MAX));
        inner.nodes.push(node.clone());
        inner.index.insert(node, term);
        term
    }

    fn node(&self, term: Term) -> Node {
        self.inner.borrow().nodes.get(term.0 as usize).cloned().unwrap_or(Node::False)
    }

    /// The proposition of that name; the same one whenever it is asked for.
    pub(crate) fn var(&self, name: &str) -> Term {
        if let Some(term) = self.inner.borrow().var_index.get(name) {
            return *term;
        }
        let n = {
            let mut inner = self.inner.borrow_mut();
            inner.vars.push(name.to_owned());
            u32::try_from(inner.vars.len() - 1).unwrap_or(u32::MAX)
        };
        let term = self.make(Node::Var(n));
        self.inner.borrow_mut().var_index.insert(name.to_owned(), term);
        term
    }

    /// The number of that name, within bounds.
    pub(crate) fn num(&self, name: &str, low: i64, high: i64) -> Num {
        let mut inner = self.inner.borrow_mut();
        if let Some(num) = inner.num_index.get(name) {
            return *num;
        }
        let num = Num(u32::try_from(inner.nums.len()).unwrap_or(u32::MAX));
        inner.nums.push((name.to_owned(), low, high));
        inner.num_index.insert(name.to_owned(), num);
        num
    }

    pub(crate) fn not(&self, term: Term) -> Term {
        match self.node(term) {
            Node::False => Term::TRUE,
            Node::True => Term::FALSE,
            Node::Not(inner) => inner,
            _ => self.make(Node::Not(term)),
        }
    }

    pub(crate) fn and(&self, terms: impl IntoIterator<Item = Term>) -> Term {
        let mut parts = BTreeSet::new();
        for term in terms {
            match self.node(term) {
                Node::False => return Term::FALSE,
                Node::True => {}
                Node::And(inner) => parts.extend(inner),
                _ => {
                    parts.insert(term);
                }
            }
        }
        if parts.iter().any(|t| matches!(self.node(*t), Node::Not(inner) if parts.contains(&inner))) {
            return Term::FALSE;
        }
        let parts: Vec<Term> = parts.into_iter().collect();
        match parts.as_slice() {
            [] => Term::TRUE,
            [one] => *one,
            _ => self.make(Node::And(parts)),
        }
    }

    pub(crate) fn or(&self, terms: impl IntoIterator<Item = Term>) -> Term {
        let mut parts = BTreeSet::new();
        for term in terms {
            match self.node(term) {
                Node::True => return Term::TRUE,
                Node::False => {}
                Node::Or(inner) => parts.extend(inner),
                _ => {
                    parts.insert(term);
                }
            }
        }
        if parts.iter().any(|t| matches!(self.node(*t), Node::Not(inner) if parts.contains(&inner))) {
            return Term::TRUE;
        }
        let parts: Vec<Term> = parts.into_iter().collect();
        match parts.as_slice() {
            [] => Term::FALSE,
            [one] => *one,
            _ => self.make(Node::Or(parts)),
        }
    }

    pub(crate) fn implies(&self, a: Term, b: Term) -> Term {
        self.or([self.not(a), b])
    }

    pub(crate) fn same(&self, a: Term, b: Term) -> Term {
        self.and([self.implies(a, b), self.implies(b, a)])
    }

    pub(crate) fn equal(&self, num: Num, value: i64) -> Term {
        self.make(Node::Equal(num, value))
    }

    pub(crate) fn at_most(&self, num: Num, value: i64) -> Term {
        self.make(Node::AtMost(num, value))
    }

    pub(crate) fn at_least(&self, num: Num, value: i64) -> Term {
        self.not(self.at_most(num, value - 1))
    }

    pub(crate) fn num_equal(&self, a: Num, b: Num) -> Term {
        if a == b { Term::TRUE } else { self.make(Node::NumEqual(a.min(b), a.max(b))) }
    }

    pub(crate) fn num_at_most(&self, a: Num, b: Num) -> Term {
        if a == b { Term::TRUE } else { self.make(Node::NumAtMost(a, b)) }
    }

    /// The values with which a number is compared for equality anywhere.
    pub(crate) fn compared(&self) -> BTreeMap<Num, BTreeSet<i64>> {
        let mut out: BTreeMap<Num, BTreeSet<i64>> = BTreeMap::new();
        for node in &self.inner.borrow().nodes {
            if let Node::Equal(num, value) = node {
                out.entry(*num).or_default().insert(*value);
            }
        }
        out
    }

    /// A script that declares what the terms read, defines them, and asserts the axioms; then the terms can be asked
    /// by [`Pool::name`]. `words` are
    /// the numbers that stand for words, with the values that each can take.
    pub(crate) fn script(&self, axioms: &[Term], asked: &[Term], words: &BTreeMap<Num, Vec<i64>>) -> String {
        let inner = self.inner.borrow();
        let mut out = String::from("(set-logic QF_LIA)\n(set-option :produce-models true)\n");
        for (n, name) in inner.vars.iter().enumerate() {
            let _ = writeln!(out, "(declare-const b{n} Bool) ; {name}");
        }
        for (n, (name, low, high)) in inner.nums.iter().enumerate() {
            let _ = writeln!(out, "(declare-const n{n} Int) ; {name}");
            let num = Num(u32::try_from(n).unwrap_or(u32::MAX));
            if let Some(values) = words.get(&num) {
                let options: Vec<String> = values.iter().map(|v| format!("(= n{n} {v})")).collect();
                let _ = writeln!(out, "(assert (or {} false))", options.join(" "));
            } else {
                let _ = writeln!(out, "(assert (<= {} n{n} {}))", literal(*low), literal(*high));
            }
        }
        drop(inner);
        let reached = self.reached(axioms.iter().chain(asked).copied().collect());
        *self.written.borrow_mut() = reached.clone();
        let inner = self.inner.borrow();
        self.declared.set((inner.vars.len(), inner.nums.len()));
        // a term is made after those that it is made of, so this order defines before it uses
        for (n, node) in inner.nodes.iter().enumerate().filter(|(n, _)| reached.get(*n) == Some(&true)) {
            let term = |t: &Term| format!("t{}", t.0);
            let list = |l: &[Term]| l.iter().map(term).collect::<Vec<_>>().join(" ");
            let body = match node {
                Node::False => "false".to_owned(),
                Node::True => "true".to_owned(),
                Node::Var(v) => format!("b{v}"),
                Node::Not(a) => format!("(not {})", term(a)),
                Node::And(l) => format!("(and {})", list(l)),
                Node::Or(l) => format!("(or {})", list(l)),
                Node::Equal(num, v) => format!("(= n{} {})", num.0, literal(*v)),
                Node::AtMost(num, v) => format!("(<= n{} {})", num.0, literal(*v)),
                Node::NumEqual(a, b) => format!("(= n{} n{})", a.0, b.0),
                Node::NumAtMost(a, b) => format!("(<= n{} n{})", a.0, b.0),
            };
            let _ = writeln!(out, "(define-fun t{n} () Bool {body})");
        }
        for axiom in axioms {
            let _ = writeln!(out, "(assert t{})", axiom.0);
        }
        out
    }

    fn reached(&self, mut stack: Vec<Term>) -> Vec<bool> {
        let inner = self.inner.borrow();
        let mut reached = vec![false; inner.nodes.len()];
        while let Some(term) = stack.pop() {
            let Some(seen) = reached.get_mut(term.0 as usize) else { continue };
            if std::mem::replace(seen, true) {
                continue;
            }
            match inner.nodes.get(term.0 as usize) {
                Some(Node::Not(a)) => stack.push(*a),
                Some(Node::And(list) | Node::Or(list)) => stack.extend(list),
                _ => {}
            }
        }
        reached
    }

    /// Whether the last script defines the term.
    pub(crate) fn is_written(&self, term: Term) -> bool {
        self.written.borrow().get(term.0 as usize) == Some(&true)
    }

    /// The name of a term in the script.
    pub(crate) fn name(&self, term: Term) -> String {
        format!("t{}", term.0)
    }

    /// The command that asks for the value of every variable.
    pub(crate) fn ask_values(&self) -> String {
        let (vars, nums) = self.declared.get();
        let truths = (0..vars).map(|n| format!("b{n}"));
        let numbers = (0..nums).map(|n| format!("n{n}"));
        format!("(get-value ({}))", truths.chain(numbers).collect::<Vec<_>>().join(" "))
    }

    /// Reads what the solver answered to [`Pool::ask_values`].
    pub(crate) fn read_values(&self, text: &str) -> Model {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut model = Model::default();
        let mut tokens = spaced.split_whitespace().filter(|t| *t != "(" && *t != ")");
        let inner = self.inner.borrow();
        while let Some(name) = tokens.next() {
            let Some(mut value) = tokens.next() else { break };
            let negative = value == "-";
            if negative {
                value = tokens.next().unwrap_or("0");
            }
            let (kind, digits) = name.split_at_checked(1).unwrap_or((name, ""));
            let Ok(n) = digits.parse::<u32>() else { continue };
            if kind == "b" {
                if let Some(term) = inner.vars.get(n as usize).and_then(|v| inner.var_index.get(v)) {
                    model.truths.insert(*term, value == "true");
                }
            } else if let Ok(v) = value.parse::<i64>() {
                model.numbers.insert(Num(n), if negative { -v } else { v });
            }
        }
        model
    }

    /// The truth of a term under a model.
    pub(crate) fn holds(&self, term: Term, model: &Model) -> bool {
        let mut known = HashMap::new();
        self.value(term, model, &mut known)
    }

    fn value(&self, term: Term, model: &Model, known: &mut HashMap<Term, bool>) -> bool {
        if let Some(found) = known.get(&term) {
            return *found;
        }
        let truth = match self.node(term) {
            Node::False => false,
            Node::True => true,
            Node::Var(_) => model.truths.get(&term).copied().unwrap_or(false),
            Node::Not(a) => !self.value(a, model, known),
            Node::And(list) => list.iter().all(|t| self.value(*t, model, known)),
            Node::Or(list) => list.iter().any(|t| self.value(*t, model, known)),
            Node::Equal(num, v) => self.number(num, model) == v,
            Node::AtMost(num, v) => self.number(num, model) <= v,
            Node::NumEqual(a, b) => self.number(a, model) == self.number(b, model),
            Node::NumAtMost(a, b) => self.number(a, model) <= self.number(b, model),
        };
        known.insert(term, truth);
        truth
    }

    /// The value of a number under a model.
    pub(crate) fn number(&self, num: Num, model: &Model) -> i64 {
        let low = || self.inner.borrow().nums.get(num.0 as usize).map_or(0, |(_, low, _)| *low);
        model.numbers.get(&num).copied().unwrap_or_else(low)
    }
}

fn literal(value: i64) -> String {
    if value < 0 { format!("(- {})", value.unsigned_abs()) } else { value.to_string() }
}

/// A truth of three values: known to hold, known to fail; neither is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tri {
    pub(crate) yes: Term,
    pub(crate) no: Term,
}

impl Tri {
    pub(crate) const UNKNOWN: Self = Self { yes: Term::FALSE, no: Term::FALSE };
    pub(crate) const YES: Self = Self { yes: Term::TRUE, no: Term::FALSE };
    pub(crate) const NO: Self = Self { yes: Term::FALSE, no: Term::TRUE };

    /// `value` where `known` holds, else unknown.
    pub(crate) fn given(pool: &Pool, known: Term, value: Term) -> Self {
        Self { yes: pool.and([known, value]), no: pool.and([known, pool.not(value)]) }
    }

    pub(crate) fn negate(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    pub(crate) fn and(self, pool: &Pool, other: Self) -> Self {
        Self { yes: pool.and([self.yes, other.yes]), no: pool.or([self.no, other.no]) }
    }

    pub(crate) fn or(self, pool: &Pool, other: Self) -> Self {
        Self { yes: pool.or([self.yes, other.yes]), no: pool.and([self.no, other.no]) }
    }

    pub(crate) fn unknown(self, pool: &Pool) -> Term {
        pool.and([pool.not(self.yes), pool.not(self.no)])
    }

    /// Where `there` fails, there is nothing of which it could hold.
    pub(crate) fn provided(self, pool: &Pool, there: Term) -> Self {
        Self { yes: pool.and([there, self.yes]), no: pool.or([pool.not(there), self.no]) }
    }
}
