//! The score of an alignment, and the bound that the index relies on.

use crate::token::Token;
use crate::{NameKind, Nature};

/// How rare a word is, as a factor on its weight. The index gives it from its own counts.
pub trait Rarity {
    /// The factor of a word in comparison form, above 0; 1 is an ordinary word.
    fn factor(&self, text: &str) -> f64;
}

/// The built-in table: names that are borne by millions weigh less.
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultRarity;

impl Rarity for DefaultRarity {
    fn factor(&self, text: &str) -> f64 {
        const COMMON: [&str; 40] = [
            "muhammad",
            "mohammad",
            "mohammed",
            "mohamed",
            "mohamad",
            "ahmed",
            "ahmad",
            "ali",
            "hassan",
            "hasan",
            "hussein",
            "husain",
            "hussain",
            "hossein",
            "abdullah",
            "ibrahim",
            "omar",
            "khan",
            "kim",
            "lee",
            "li",
            "wang",
            "zhang",
            "chen",
            "park",
            "pak",
            "john",
            "maria",
            "jose",
            "ivan",
            "alexander",
            "aleksandr",
            "sergey",
            "vladimir",
            "smith",
            "nguyen",
            "محمد",
            "احمد",
            "علی",
            "حسن",
        ];
        if COMMON.contains(&text) { 0.8 } else { 1.0 }
    }
}

/// The weight of a word: its role times its rarity.
pub fn weight(token: &Token, rarity: &dyn Rarity) -> f64 {
    match token.nature() {
        // rarity speaks of words that distinguish; roles have their weight from the table
        Nature::Word => token.weight() * rarity.factor(token.text()),
        _ => token.weight(),
    }
}

/// How much more than its weight a word that stands on one side only counts against the pair.
///
/// A place at the end of a body's name tells branches and subsidiaries apart (`Bank of China (Singapore)`), at its
/// head it is mostly the seat. Numbers tell ships apart.
pub fn stress(token: &Token, position: usize, kind: NameKind) -> f64 {
    match (kind, token.nature()) {
        (NameKind::Organization, Nature::Place) if position == 0 => 0.6,
        (NameKind::Organization, Nature::Place) => 1.7,
        (NameKind::Vessel, Nature::Number) => 2.0,
        _ => 1.0,
    }
}

/// What unmatched words cost.
#[derive(Debug, Clone, Copy)]
struct Costs {
    /// For weight that is unmatched on both sides: the names differ.
    conflict: f64,
    /// For weight that only one side has: one name is fuller than the other. At most `conflict`.
    surplus: f64,
}

fn costs(kind: NameKind) -> Costs {
    match kind {
        // brothers share every name but one
        NameKind::Person => Costs { conflict: 1.8, surplus: 0.3 },
        NameKind::Organization => Costs { conflict: 1.5, surplus: 0.5 },
        NameKind::Vessel => Costs { conflict: 1.5, surplus: 0.8 },
    }
}

/// The weight of both sides: what was matched (each side's words), and what was not (stressed).
#[derive(Debug, Clone, Copy, Default)]
pub struct Sides {
    /// The mean of both sides' matched weight, times similarity.
    pub agreed: f64,
    /// The mean of both sides' matched weight.
    pub matched: f64,
    /// Stressed weight unmatched in the query.
    pub query_rest: f64,
    /// Stressed weight unmatched in the listed name.
    pub listed_rest: f64,
    /// Whether one word alone agrees (particles aside).
    pub lone: bool,
}

/// `agreed / (matched + conflict·min(rest) + surplus·(max(rest) − min(rest)))`, between 0 and 1.
///
/// A person of whose names one alone agrees has a higher surplus, and a still higher one if that name is common: a
/// mononym on a list is not every bearer of it.
///
/// Monotone: a part that agrees better, a word less that only one side has, or a matched pair more never lowers it.
pub fn score(kind: NameKind, sides: Sides) -> f64 {
    let mut costs = costs(kind);
    if kind == NameKind::Person && sides.lone {
        costs.surplus = if sides.matched < COMMON { LONE_COMMON } else { LONE };
    }
    let whole = sides.matched + penalty(costs, sides.query_rest, sides.listed_rest);
    if whole <= 0.0 { 0.0 } else { sides.agreed / whole }
}

/// Below this weight a word counts as common.
const COMMON: f64 = 0.8;
/// The surplus of a person where one name alone agrees; at least the usual one, as [`upper_bound`] needs.
const LONE: f64 = 0.42;
/// The same where that name is common.
const LONE_COMMON: f64 = 0.6;

fn penalty(costs: Costs, a: f64, b: f64) -> f64 {
    let Costs { conflict, surplus } = costs;
    (conflict - surplus) * a.min(b) + surplus * a.max(b)
}

/// An upper bound of the score of any alignment of two forms, from what *can* be matched at all.
///
/// `query_linked` is at least the weight that the query's matched words have in the alignment, each times the
/// similarity of its link; `query_unlinked` at most the stressed weight of its unmatched words; `listed_*` the same
/// of the listed name. An index that knows the links gives each linked word with the highest similarity of its links
/// (or with 1, where it knows less), and as unlinked those without any link (a [`crate::likeness`], a join, an
/// acronym).
///
/// Proof. The penalty `(c−s)·min + s·max` with `c ≥ s ≥ 0` grows in both arguments, so it is at least
/// `p = penalty(query_unlinked, listed_unlinked)`. `agreed`, the sum over links of the mean weight of both sides
/// times similarity, is at most `m = (query_linked + listed_linked)/2`, and `agreed ≤ matched` since similarities are
/// at most 1. Hence the score `agreed/(matched + penalty)` is at most `agreed/(agreed + p) ≤ m/(m + p)`, as
/// `x/(x+p)` grows in `x`. The higher surplus for a lone name and the factors that follow only lower the score. The
/// bound grows in both linked weights and falls in both unlinked ones.
///
/// Whoever changes the score keeps this: `screening` leaves out whatever has a bound below what is asked.
pub fn upper_bound(
    kind: NameKind,
    query_linked: f64,
    query_unlinked: f64,
    listed_linked: f64,
    listed_unlinked: f64,
) -> f64 {
    let m = (query_linked + listed_linked) / 2.0;
    if m <= 0.0 {
        return 0.0;
    }
    m / (m + penalty(costs(kind), query_unlinked, listed_unlinked))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn score_is_monotone_and_bounded(
            agreed in 0.0..5.0f64, more in 0.0..3.0f64, q in 0.0..4.0f64, l in 0.0..4.0f64, step in 0.0..2.0f64,
        ) {
            for kind in NameKind::ALL {
                let at = |agreed, matched, q, l| {
                    score(kind, Sides { agreed, matched, query_rest: q, listed_rest: l, lone: false })
                };
                let lone = Sides { agreed, matched: agreed + more, query_rest: q, listed_rest: l, lone: true };
                proptest::prop_assert!(score(kind, lone) <= at(agreed, agreed + more, q, l) + 1e-12);
                let matched = agreed + more;
                let base = at(agreed, matched, q, l);
                proptest::prop_assert!((0.0..=1.0).contains(&base));
                proptest::prop_assert!(at(agreed, matched, q + step, l) <= base + 1e-12);
                proptest::prop_assert!(at(agreed, matched, q, l + step) <= base + 1e-12);
                proptest::prop_assert!(at(agreed + step, matched + step, q, l) >= base - 1e-12);
                proptest::prop_assert!(base <= upper_bound(kind, matched, q, matched, l) + 1e-12);
            }
        }
    }
}
