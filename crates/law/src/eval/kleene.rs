//! Kleene's strong three-valued logic over the expressions of a law pack.
//!
//! An unknown operand leaves a result unknown only where its value could change the result: `false && unknown`
//! is false, `true || unknown` is true. An unknown result names the paths of the case that would settle it.

use std::collections::BTreeSet;
use std::sync::Arc;

use countersign_model::Share;

use super::expr::{Cmp, Expr, Var};
use super::value::{Deps, Value};

/// The truth of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tri {
    True,
    False,
    /// Not settled; these paths of the case would settle it.
    Unknown(Deps),
}

impl Tri {
    /// Both; false as soon as one is false.
    pub(crate) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::False => Self::False,
            Self::True => other(),
            Self::Unknown(mine) => match other() {
                Self::False => Self::False,
                Self::True => Self::Unknown(mine),
                Self::Unknown(theirs) => Self::Unknown(union(mine, theirs)),
            },
        }
    }

    /// Either; true as soon as one is true.
    pub(crate) fn or(self, other: impl FnOnce() -> Self) -> Self {
        self.not().and(|| other().not()).not()
    }

    /// The opposite; unknown stays unknown.
    pub(crate) fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    pub(crate) fn is_true(&self) -> bool {
        *self == Self::True
    }

    pub(crate) fn is_false(&self) -> bool {
        *self == Self::False
    }

    fn of(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }
}

impl From<Tri> for Value {
    fn from(tri: Tri) -> Self {
        match tri {
            Tri::True => Self::Bool(true),
            Tri::False => Self::Bool(false),
            Tri::Unknown(deps) => Self::Unknown(deps),
        }
    }
}

fn union(mut a: Deps, b: Deps) -> Deps {
    a.join(&b);
    a
}

/// Where an evaluation reads its facts.
pub(crate) trait Reader {
    /// The attribute `name` of a variable itself (`context.item`, `resource.party`).
    fn root(&self, var: Var, name: &Arc<str>) -> Value;
    /// The attribute `name` of an entity that a fact refers to (`resource.party.roles`).
    fn entity(&self, entity: usize, name: &Arc<str>) -> Value;
    /// The field `name` of what an ownership rule attributes in a party (`resource.ofac.percent`).
    fn holding(&self, rule: usize, party: usize, name: &str) -> Value;
    /// What would settle the fields of what an ownership rule attributes in a party: worked out only where it is asked.
    fn open_holding(&self, rule: usize, party: usize) -> Deps;
    /// The entity that a variable stands for; `None` for the context.
    fn identity(&self, var: Var) -> Option<usize>;
    /// A leaf fact was read (for explanations).
    fn seen(&self, path: &Arc<str>, value: &Value);
}

/// The truth of `expr`. A value of the wrong type cannot come up after strict validation; should it, the
/// condition is unsettled rather than false.
pub(crate) fn evaluate(expr: &Expr, reader: &impl Reader) -> Tri {
    match expr {
        Expr::Bool(b) => Tri::of(*b),
        Expr::Not(a) => evaluate(a, reader).not(),
        Expr::And(a, b) => evaluate(a, reader).and(|| evaluate(b, reader)),
        Expr::Or(a, b) => evaluate(a, reader).or(|| evaluate(b, reader)),
        Expr::If(test, yes, no) => match evaluate(test, reader) {
            Tri::True => evaluate(yes, reader),
            Tri::False => evaluate(no, reader),
            Tri::Unknown(deps) => match (evaluate(yes, reader), evaluate(no, reader)) {
                (a, b) if a == b && !matches!(a, Tri::Unknown(_)) => a,
                (a, b) => {
                    let of = |t| if let Tri::Unknown(d) = t { d } else { Deps::new() };
                    Tri::Unknown(union(union(deps, of(a)), of(b)))
                }
            },
        },
        Expr::Eq(a, b) => both(a, b, reader, |a, b| match (a, b) {
            (Value::Str(x), Value::Str(y)) => Some(x == y),
            (Value::Long(x), Value::Long(y)) => Some(x == y),
            (Value::Bool(x), Value::Bool(y)) => Some(x == y),
            (Value::Date(x), Value::Date(y)) => Some(x == y),
            (Value::Entity(x), Value::Entity(y)) => Some(x == y),
            (Value::Set(x), Value::Set(y)) => Some(x == y),
            (Value::Decimal(x, _), Value::Decimal(y, _)) if x.is_exact() && y.is_exact() => Some(x == y),
            _ => None,
        }),
        Expr::Compare(cmp, a, b) => compare(*cmp, a, b, reader),
        Expr::Contains(set, item) => both(set, item, reader, |set, item| match (set, item) {
            (Value::Set(words), Value::Str(word)) => Some(words.contains(word)),
            (Value::SetAtLeast(words, _), Value::Str(word)) => words.contains(word).then_some(true),
            _ => None,
        }),
        Expr::ContainsAll(a, b) => sets(a, b, reader, |a, b| a.is_superset(b)),
        Expr::ContainsAny(a, b) => sets(a, b, reader, |a, b| !a.is_disjoint(b)),
        Expr::IsEmpty(a) => match value(a, reader) {
            Value::Set(words) => Tri::of(words.is_empty()),
            Value::SetAtLeast(words, _) if !words.is_empty() => Tri::False,
            other => unsettled([other]),
        },
        Expr::Attr(..) => match value(expr, reader) {
            Value::Bool(b) => Tri::of(b),
            other => unsettled([other]),
        },
        Expr::Long(_) | Expr::Str(_) | Expr::Decimal(_) | Expr::Date(_) | Expr::Set(_) | Expr::Var(_) => {
            Tri::Unknown(Deps::new())
        }
    }
}

fn unsettled<const N: usize>(values: [Value; N]) -> Tri {
    let mut deps = Deps::new();
    for value in values {
        if let Value::Unknown(more) | Value::Decimal(_, more) | Value::SetAtLeast(_, more) = value {
            deps.join(&more);
        }
    }
    Tri::Unknown(deps)
}

fn both(a: &Expr, b: &Expr, reader: &impl Reader, test: impl Fn(&Value, &Value) -> Option<bool>) -> Tri {
    let (left, right) = (value(a, reader), value(b, reader));
    match test(&left, &right) {
        Some(truth) => Tri::of(truth),
        None => {
            let mut deps = Deps::new();
            if let Tri::Unknown(of_values) = unsettled([left, right]) {
                deps.join(&of_values);
            }
            for side in [a, b] {
                if let Expr::Attr(inner, _) = side
                    && let Expr::Attr(..) = &**inner
                    && let Value::Holding(rule, party) = value(inner, reader)
                {
                    deps.join(&reader.open_holding(rule, party));
                }
            }
            Tri::Unknown(deps)
        }
    }
}

fn sets(
    a: &Expr,
    b: &Expr,
    reader: &impl Reader,
    test: impl Fn(&BTreeSet<Arc<str>>, &BTreeSet<Arc<str>>) -> bool,
) -> Tri {
    both(a, b, reader, |a, b| match (a, b) {
        (Value::Set(a), Value::Set(b)) => Some(test(a, b)),
        // both tests asked of a set (all of, any of) stay true when words are added to it
        (Value::SetAtLeast(a, _), Value::Set(b)) => test(a, b).then_some(true),
        _ => None,
    })
}

/// Numbers, dates, and intervals: a comparison of intervals is settled only where every point agrees.
fn compare(cmp: Cmp, a: &Expr, b: &Expr, reader: &impl Reader) -> Tri {
    both(a, b, reader, |a, b| match (a, b) {
        (Value::Long(x), Value::Long(y)) => Some(ordered(cmp, x, y)),
        (Value::Date(x), Value::Date(y)) => Some(ordered(cmp, x, y)),
        (Value::Decimal(x, _), Value::Decimal(y, _)) => {
            let extremes = |low: &Share, high: &Share| {
                (ordered(cmp, &low.min, &high.max), ordered(cmp, &low.max, &high.min))
            };
            match extremes(x, y) {
                (one, other) if one == other => Some(one),
                _ => None,
            }
        }
        _ => None,
    })
}

fn ordered<T: PartialOrd>(cmp: Cmp, a: &T, b: &T) -> bool {
    match cmp {
        Cmp::Lt => a < b,
        Cmp::Le => a <= b,
        Cmp::Gt => a > b,
        Cmp::Ge => a >= b,
    }
}

fn value(expr: &Expr, reader: &impl Reader) -> Value {
    match expr {
        Expr::Long(n) => Value::Long(*n),
        Expr::Str(s) => Value::Str(s.clone()),
        Expr::Decimal(d) => Value::Decimal(d.clone(), Deps::new()),
        Expr::Date(d) => Value::Date(*d),
        Expr::Set(words) => Value::Set(words.set.clone()),
        Expr::Var(var) => reader.identity(*var).map_or(Value::Absent, Value::Entity),
        Expr::Attr(inner, name) => match &**inner {
            Expr::Var(var) => reader.root(*var, name),
            inner => match value(inner, reader) {
                Value::Record(record) => match record.get(name) {
                    Some(fact) => {
                        reader.seen(&fact.path, &fact.value);
                        fact.value.clone()
                    }
                    None => Value::Absent,
                },
                Value::Entity(entity) => reader.entity(entity, name),
                Value::Holding(rule, party) => reader.holding(rule, party, name),
                unknown @ Value::Unknown(_) => unknown,
                _ => Value::Absent,
            },
        },
        _ => evaluate(expr, reader).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(path: &str) -> Tri {
        Tri::Unknown(Deps::from([Arc::from(path)]))
    }

    #[test]
    fn unknown_matters_only_where_it_could_change_the_result() {
        assert_eq!(Tri::False.and(|| unknown("a")), Tri::False);
        assert_eq!(unknown("a").and(|| Tri::False), Tri::False);
        assert_eq!(Tri::True.or(|| unknown("a")), Tri::True);
        assert_eq!(unknown("a").or(|| Tri::True), Tri::True);
        assert_eq!(Tri::True.and(|| unknown("a")), unknown("a"));
        assert_eq!(Tri::False.or(|| unknown("a")), unknown("a"));
        assert_eq!(unknown("a").not(), unknown("a"));
    }

    #[test]
    fn both_unknowns_are_named() {
        let Tri::Unknown(deps) = unknown("a").and(|| unknown("b")) else { panic!("settled") };
        assert_eq!(deps.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["a", "b"]);
    }
}
