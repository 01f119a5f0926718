//! The score of an alignment, and the bound that the index relies on.

use crate::likeness::INITIAL;
use crate::token::{INITIAL_WEIGHT, Token};
use crate::{NameKind, Nature};

/// How rare a word is, as a factor on its weight. The index gives it from its own counts.
pub trait Rarity {
    /// The factor of a word in comparison form, above 0; 1 is an ordinary word.
    fn factor(&self, text: &str) -> f64;
}

/// No counts but those that a word brings along ([`Token::commonness`]).
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultRarity;

impl Rarity for DefaultRarity {
    fn factor(&self, _text: &str) -> f64 {
        1.0
    }
}

/// The weight of a word: its role times its rarity, by the built-in tables or by `rarity`, whichever is less, so that a small
/// list does not make `Muhammad` rare. A multiple of 1 / [`WEIGHT_STEPS`], rounded down, so that an index keeps it exactly in few
/// bytes.
pub fn weight(token: &Token, rarity: &dyn Rarity) -> f64 {
    whole_steps(match token.nature() {
        // rarity speaks of words that distinguish; roles have their weight from the table
        Nature::Word => token.weight() * rarity.factor(token.text()).min(token.commonness()),
        _ => token.weight(),
    })
}

/// What a word of this weight counts where it stands on one side only: the weight times [`stress`], in the same steps.
pub fn stressed_weight(weight: f64, token: &Token, position: usize, kind: NameKind, naming: Naming) -> f64 {
    whole_steps(weight * stress(token, position, kind, naming))
}

/// Weights are multiples of one of so many parts of 1: the weights of the tables, in thousandths, are, and those that rarity
/// lowers are rounded down to it.
pub const WEIGHT_STEPS: f64 = 4000.0;

fn whole_steps(value: f64) -> f64 {
    (value * WEIGHT_STEPS + 1e-6).floor() / WEIGHT_STEPS
}

/// From this weight on a general word names a kind of institution.
const INSTITUTION: f64 = 0.6;
/// From this weight on a general word says what kind of house it is: banks, oil companies, ministries are told apart by place.
const KIND_OF_HOUSE: f64 = 0.5;

/// What the words of a name are, all together: it says what a place in it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Naming {
    /// A body whose name has a word of its own and no general word that says what kind of house it is: a place says where, and
    /// not who (`Quillfeather Deutschland GmbH`).
    Coined,
    /// A body with a word of its own that is a kind of house: `Maple Bank Chile` lives by its place. So does every other name.
    #[default]
    Own,
    /// A body whose words are all general (`National Bank`): a place is its whole name, and with another one it is another body.
    General,
}

impl Naming {
    /// That of these words.
    pub fn of<'a>(tokens: impl Iterator<Item = &'a Token>, kind: NameKind) -> Self {
        if kind != NameKind::Organization {
            return Self::Own;
        }
        let (mut word, mut number, mut general, mut house) = (false, false, false, false);
        for token in tokens {
            word |= token.nature() == Nature::Word;
            number |= token.nature() == Nature::Number;
            general |= token.nature() == Nature::Generic;
            house |= token.nature() == Nature::Generic && token.weight() >= KIND_OF_HOUSE;
        }
        match (word, house) {
            (true, false) => Self::Coined,
            (false, _) if general && !number => Self::General,
            _ => Self::Own,
        }
    }
}

/// How much more than its weight a word that stands on one side only counts against the pair.
///
/// A place at the end of a body's name tells branches and subsidiaries apart (`Bank of China (Singapore)`), at its
/// head it is mostly the seat; behind a coined word ([`Naming`]) too. Beside general words alone it is the name. Numbers tell ships
/// apart.
fn stress(token: &Token, position: usize, kind: NameKind, naming: Naming) -> f64 {
    match (kind, token.nature()) {
        (NameKind::Organization, Nature::Place) if naming == Naming::General => 2.5,
        // a part of the world is mostly a market, not a seat
        (NameKind::Organization, Nature::Place) if token.weight() < 0.5 => 1.0,
        (NameKind::Organization, Nature::Place) if position == 0 => 0.6,
        (NameKind::Organization, Nature::Place) if naming == Naming::Coined => 1.0,
        (NameKind::Organization, Nature::Place) => 1.7,
        // a trust, a fund, a foundation is another body than the house whose name it bears
        (NameKind::Organization, Nature::Generic) if token.weight() >= INSTITUTION => 2.5,
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
        // not asked: persons have costs of their own
        NameKind::Person => Costs { conflict: CONFLICT, surplus: SURPLUS_MOST },
        NameKind::Organization => Costs { conflict: 1.7, surplus: 0.5 },
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
    /// Persons: the weight, without rarity, that stands against each other, the lesser of both sides.
    pub against: f64,
    /// Persons: the weight of what may be slips of the pen, of each pair the greater one; not part of `against`.
    pub slips: f64,
    /// Persons: the same of syllables that are one letter off.
    pub letters: f64,
    /// Persons: by how much, without rarity, one side has more words open than the other. What is beyond the first word
    /// counts less ([`score`]).
    pub excess: f64,
    /// Whether all words of both names are syllables of Chinese or Korean names.
    pub syllabic: bool,
    /// Whether one of these syllables is none of pinyin: a name of Korea or Taiwan has three, so one of two is incomplete, while
    /// many names of China have two.
    pub three: bool,
    /// Whether all words of one of them are: such names have no second names to leave out.
    pub eastern: bool,
}

/// Bodies and vessels: `agreed / (matched + conflict·min(rest) + surplus·(max(rest) − min(rest)))`. Persons: `agreed / (matched
/// + conflict·against + slip·slips + letter·letters + surplus·g(excess))`. Between 0 and 1.
///
/// `g` is the excess up to one word, and of the rest a share: who leaves out second names leaves out all of them, so the third
/// says little that the second did not.
///
/// For persons the surplus falls with what agrees: two common names out of three are borne by thousands, two rare ones by
/// one family; and a mononym on a list is not every bearer of it. A name of syllables has nothing to spare, since each of
/// them is common.
///
/// Monotone: a part that agrees better, a word less that only one side has, or a matched pair more never lowers it.
pub fn score(kind: NameKind, sides: Sides) -> f64 {
    let penalty = if kind == NameKind::Person {
        let ordinary = surplus(sides.agreed);
        let surplus = match (sides.syllabic, sides.three) {
            (true, true) => SURPLUS_THREE,
            (true, false) => SURPLUS_SYLLABIC,
            _ => ordinary,
        };
        let slip = if sides.syllabic { SLIP_SYLLABIC } else { SLIP.max(surplus) };
        CONFLICT * sides.against
            + slip * sides.slips
            + SLIP_LETTER.max(ordinary) * sides.letters
            + surplus * left_out(sides.excess, sides.eastern || sides.syllabic)
    } else {
        penalty(costs(kind), sides.query_rest, sides.listed_rest)
    };
    let whole = sides.matched + penalty;
    if whole <= 0.0 { 0.0 } else { sides.agreed / whole }
}

/// The `g` of [`score`]: concave, 0 at 0, of slope at most 1. Names of syllables have no second names.
fn left_out(excess: f64, eastern: bool) -> f64 {
    if eastern { excess } else { lesser(excess, 1.0) + LEFT_OUT_TOO * greater(excess - 1.0, 0.0) }
}

/// What a name says that is left out after another one.
const LEFT_OUT_TOO: f64 = 0.35;

/// The surplus of persons by what agrees; it falls, as monotony needs.
fn surplus(agreed: f64) -> f64 {
    lesser(greater(SURPLUS_NOTHING - SURPLUS_SLOPE * agreed, SURPLUS_LEAST), SURPLUS_MOST)
}

/// Brothers share every name but one.
const CONFLICT: f64 = 1.8;
/// What a word costs that may be a slip.
const SLIP: f64 = 0.45;
const SURPLUS_NOTHING: f64 = 0.88;
const SURPLUS_SLOPE: f64 = 0.35;
const SURPLUS_LEAST: f64 = 0.3;
const SURPLUS_MOST: f64 = 0.6;
/// At least [`SURPLUS_MOST`] and at most [`CONFLICT`], so that [`upper_bound`] holds for such names too.
const SURPLUS_SYLLABIC: f64 = 1.0;
/// The same where names have three syllables ([`Sides::three`]). By the name alone two of three stay below the default threshold: of
/// a weight of 0.65 each they agree by 1.3 at most.
const SURPLUS_THREE: f64 = 0.6;
/// What a syllable costs that may be a slip: each has a neighbour that is one letter off. Not below [`SURPLUS_SYLLABIC`].
const SLIP_SYLLABIC: f64 = 1.15;
/// The same where it is one letter off, unless the surplus of what agrees is more. Not below [`SLIP`].
const SLIP_LETTER: f64 = 0.7;

fn penalty(costs: Costs, a: f64, b: f64) -> f64 {
    let Costs { conflict, surplus } = costs;
    (conflict - surplus) * lesser(a, b) + surplus * greater(a, b)
}

/// The greater of two numbers. None here is none (NaN), for which [`f64::max`] looks each time, and bounds are computed hundreds of times a name.
const fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The lesser, likewise.
const fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
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
/// `x/(x+p)` grows in `x`. The factors that follow only lower the score. The bound
/// grows in both linked weights and falls in both unlinked ones.
///
/// Persons: with `s = surplus(agreed) ≥ surplus(m)` the penalty is at least `max(SLIP, s)·(against + slips + letters) + s·g(excess)`, since
/// `CONFLICT ≥ SURPLUS_SYLLABIC ≥ SURPLUS_THREE ≥ SURPLUS_MOST ≥ s` and `g` is at most what syllables have. Write `f(x, y) = S·min + s·g(max − min)` with `S =
/// max(SLIP, s)`; it grows in `x`, `y` and `s`, since the slope of `g` is between 0 and 1 and `S ≥ s`, and `f(x + z, y + z) = f(x,
/// y) + S·z`. Without the slips, `against` is the lesser and `excess` the difference of
/// what is open on both sides, counted without rarity, which is at most 1; so these sides `x`, `y` are at least their unlinked
/// weight. `slips` and `letters` are at least the weight `z` of the slips
/// on either side, and cost `S` or more. So the penalty is at least `f(x, y) + S·z`, which
/// is `f` of both sides with `z` added, and that at least `f` at the unlinked weights and at `surplus(m)`: the `p` that is
/// taken. `x/(x+p(x))` with a falling `p` grows in `x` too.
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
    if m <= 0.0 { 0.0 } else { m / (m + least_penalty(kind, m, query_unlinked, listed_unlinked)) }
}

/// The `p` of [`upper_bound`]: what the unmatched words of both sides cost at least, where `m` is what agrees at most.
fn least_penalty(kind: NameKind, m: f64, query_unlinked: f64, listed_unlinked: f64) -> f64 {
    if kind == NameKind::Person {
        let surplus = surplus(m);
        let (less, more) =
            (lesser(query_unlinked, listed_unlinked), greater(query_unlinked, listed_unlinked));
        greater(SLIP, surplus) * less + surplus * left_out(more - less, false)
    } else {
        penalty(costs(kind), query_unlinked, listed_unlinked)
    }
}

/// By what a link of two words of these weights lifts the score of a name over `bound`, or holds it below ([`unmatched_lift`]).
pub fn lift(query: f64, listed: f64, similarity: f64, bound: f64) -> f64 {
    (query + listed) / 2.0 * (similarity - bound)
}

/// The same of a word of the query that is in no link, at most. `stressed` is its stressed weight, `all` that of all words of the query.
///
/// A name scores `bound` or more by links of one word each only if the lifts of all words of the query are 0 or
/// more together. Proof. With `w` and `s` the mean weight and the similarity of each link, and `r` the stressed weight of the
/// query's unmatched words, the penalty of bodies and ships is at least `surplus·r`, so that `agreed / (matched + penalty) ≥ bound` says that the sum
/// of `w·(s − bound)` over the links is at least `bound·surplus·r`. Each word of the query is in one link or unmatched. The factors
/// that follow only lower the score.
///
/// Persons: the penalty is at least `f` of [`upper_bound`] at `r` and some listed weight, which is at least `s·g(r)` with the least `s`: up
/// to `r` it is `S` times that weight more `s·g` of the rest, with `S ≥ s` and `g` of slope at most 1; beyond, `S·r`. As `g` is concave and 0 at 0,
/// `g(r) ≥ r·g(all)/all`. What is lost of `agreed` to a second slip only lowers the score.
pub fn unmatched_lift(kind: NameKind, stressed: f64, all: f64, bound: f64) -> f64 {
    let surplus = match kind {
        NameKind::Person if all > 0.0 => SURPLUS_LEAST * left_out(all, false) / all,
        NameKind::Person => 0.0,
        _ => costs(kind).surplus,
    };
    -bound * surplus * stressed
}

/// The same of a word that is linked with an initial, or is one, at most; for a `bound` above [`INITIAL`]. Such a link matches of either word the lesser
/// weight `w`, no more than an initial has, and the rest of the word is unmatched: `w·(INITIAL − bound)` and the lift of that rest. This is linear
/// in `w`.
pub fn initial_lift(stressed: f64, all: f64, bound: f64) -> f64 {
    let unmatched = |weight: f64| unmatched_lift(NameKind::Person, weight, all, bound);
    let most = stressed.min(INITIAL_WEIGHT);
    unmatched(stressed).max(most * (INITIAL - bound) + unmatched(stressed - most))
}

/// The most stressed weight of a listed name that may be unmatched while [`upper_bound`] is at least `bound`; `None` where it is
/// below it even with none. The other arguments are those of the bound.
///
/// The penalty is linear in it between the places where it meets the query's unmatched weight, that weight less 1, and that weight
/// more 1 (`g` of [`score`] bends at 1), and grows. So the crossing lies on one straight line between two of these.
pub fn most_unlinked(
    kind: NameKind,
    query_linked: f64,
    query_unlinked: f64,
    listed_linked: f64,
    bound: f64,
) -> Option<f64> {
    if bound <= 0.0 {
        return Some(f64::INFINITY);
    }
    let m = (query_linked + listed_linked) / 2.0;
    if m <= 0.0 {
        return None;
    }
    // `m / (m + p) >= bound`
    let allowed = m / bound - m;
    let penalty = |unlinked: f64| least_penalty(kind, m, query_unlinked, unlinked);
    let (mut from, mut low) = (0.0, penalty(0.0));
    if low > allowed {
        return None;
    }
    // beyond the last bend it is one line without end
    let bends = [query_unlinked - 1.0, query_unlinked, query_unlinked + 1.0, query_unlinked + 2.0];
    for (n, to) in bends.into_iter().enumerate() {
        if to <= from {
            continue;
        }
        let high = penalty(to);
        if high > allowed || n + 1 == bends.len() {
            return Some(from + (to - from) * (allowed - low) / (high - low));
        }
        (from, low) = (to, high);
    }
    Some(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_may_be_unlinked_is_where_the_bound_is_crossed(
            q in 0.0..5.0f64, l in 0.0..5.0f64, open in 0.0..6.0f64, bound in 0.05..1.0f64, other in 0.0..30.0f64,
        ) {
            for kind in NameKind::ALL {
                let at = |unlinked: f64| upper_bound(kind, q, open, l, unlinked);
                let Some(most) = most_unlinked(kind, q, open, l, bound) else {
                    proptest::prop_assert!(at(0.0) < bound + 1e-9);
                    continue;
                };
                proptest::prop_assert!((at(most) - bound).abs() < 1e-6 || (most == 0.0 && at(0.0) >= bound));
                proptest::prop_assert!(at(other) < bound + 1e-9 || other <= most + 1e-7);
                proptest::prop_assert!(at(other) >= bound - 1e-9 || other >= most - 1e-7);
            }
        }

        #[test]
        fn score_is_monotone_and_bounded(
            agreed in 0.0..5.0f64, more in 0.0..3.0f64, q in 0.0..4.0f64, l in 0.0..4.0f64, step in 0.0..2.0f64,
            slip in 0.0..1.0f64, letter in 0.0..1.0f64, common in 1.0..2.0f64, syllabic in proptest::bool::ANY, three in proptest::bool::ANY,
        ) {
            for kind in NameKind::ALL {
                let with = |agreed: f64, matched: f64, q: f64, l: f64, slip: f64, letters: f64| {
                    // what is open is at least the rest, since rarity does not lower it
                    let (both, excess) = (common * q.min(l), common * (q - l).abs());
                    let (slips, against) = (slip * both, (1.0 - slip) * both);
                    // syllables that are a letter off stand on both sides
                    let (query_rest, listed_rest) = (q + letters, l + letters);
                    let sides = Sides { agreed, matched, query_rest, listed_rest, against, slips, letters, excess, syllabic, three, eastern: syllabic };
                    score(kind, sides)
                };
                let at = |agreed, matched, q, l, slip| with(agreed, matched, q, l, slip, letter);
                let matched = agreed + more;
                let base = at(agreed, matched, q, l, slip);
                proptest::prop_assert!((0.0..=1.0).contains(&base));
                proptest::prop_assert!(at(agreed, matched, q, l, 0.0) <= base + 1e-12);
                proptest::prop_assert!(at(agreed, matched, q + step, l, slip) <= base + 1e-12);
                proptest::prop_assert!(at(agreed, matched, q, l + step, slip) <= base + 1e-12);
                proptest::prop_assert!(at(agreed + step, matched + step, q, l, slip) >= base - 1e-12);
                proptest::prop_assert!(with(agreed, matched, q, l, slip, letter + step) <= base + 1e-12);
                // the linked weight is at least what agreed; the unlinked at most what was not matched
                for (fewer, links) in [(1.0, 0.0), (0.5, 0.0), (1.0, step), (0.0, step)] {
                    let bound = upper_bound(kind, agreed + links, (q + letter) * fewer, agreed + links, (l + letter) * fewer);
                    proptest::prop_assert!(base <= bound + 1e-12, "{kind:?} {base} {bound}");
                }
            }
        }
    }
}
