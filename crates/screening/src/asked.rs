//! One reading of a query: what its words are like, what of them can match at most, and which listed readings can reach
//! what is needed by that. `candidates.rs` has the proof.

use std::borrow::Cow;
use std::sync::Arc;

use arrayvec::ArrayVec;
use countersign_names::{
    Form, How, INITIAL_WEIGHT, Likeness, MAX_TOKENS, NameKind, Naming, Token, Traits, Weighed, initial_lift,
    most_unlinked, stressed_weight, unmatched_lift, upper_bound,
};

use crate::may_agree::Need;
use crate::part::Part;
use crate::words::{Bloom, Group, Links, ToWord, Wanted, bloom_place};

/// Scores are rounded to four decimals, so a score may exceed its bound by half of the last one.
pub(crate) const ROUNDING: f64 = 0.0001;

/// Lists of readings of at most this length are read one by one.
pub(crate) const FEW: usize = 16;

/// The greater of two numbers, none of which is NaN: [`f64::max`] looks for it each time.
pub(crate) const fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// The lesser of them, likewise.
const fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// One reading of the query, with all that is known of its words.
pub(crate) struct Asked<'q> {
    pub(crate) native: bool,
    pub(crate) traits: Traits,
    pub(crate) weighed: Weighed<'q>,
    pub(crate) links: Cow<'q, [Arc<Links>]>,
    /// The words of all links, as [`Links::bloom`].
    bloom: Bloom,
    /// Whether a word is an initial, which is like any word that begins so.
    pub(crate) any_initial: bool,
    /// All stressed weight.
    stressed: f64,
    pub(crate) need: &'q Need,
}

/// What some words of the query match at most: of the query and of the listed name the weight times similarity, and the
/// stressed weight that is then not open.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sums {
    pub(crate) query: f64,
    pub(crate) query_stressed: f64,
    pub(crate) listed: f64,
    pub(crate) listed_stressed: f64,
}

impl Sums {
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            query: self.query + other.query,
            query_stressed: self.query_stressed + other.query_stressed,
            listed: self.listed + other.listed,
            listed_stressed: self.listed_stressed + other.listed_stressed,
        }
    }

    /// The same less one of the sums that it was made of.
    pub(crate) fn without(self, other: Self) -> Self {
        Self {
            query: self.query - other.query,
            query_stressed: self.query_stressed - other.query_stressed,
            listed: self.listed - other.listed,
            listed_stressed: self.listed_stressed - other.listed_stressed,
        }
    }

    /// The same where something is true, else nothing: of no branch.
    pub(crate) fn if_so(self, so: bool) -> Self {
        let times = f64::from(u8::from(so));
        Self {
            query: self.query * times,
            query_stressed: self.query_stressed * times,
            listed: self.listed * times,
            listed_stressed: self.listed_stressed * times,
        }
    }

    /// What `most` of these match at most.
    pub(crate) fn of_best(each: impl Iterator<Item = Self>, most: usize) -> Self {
        let mut all = Self::default();
        // one of each word of a name
        let mut kept: ArrayVec<Self, MAX_TOKENS> = ArrayVec::new();
        let mut more = false;
        for one in each {
            all = all.with(one);
            more |= kept.try_push(one).is_err();
        }
        let without = kept.len().saturating_sub(most);
        if without == 0 || more {
            return all;
        }
        let best = |of: fn(&Self) -> f64| -> f64 {
            if without == 1 {
                // nearly always
                return of(&all) - kept.iter().map(of).fold(f64::INFINITY, lesser);
            }
            let mut sorted: ArrayVec<f64, MAX_TOKENS> = kept.iter().map(of).collect();
            sorted.sort_unstable_by(|a, b| b.total_cmp(a));
            sorted.iter().take(most).sum()
        };
        Self {
            query: best(|one| one.query),
            query_stressed: best(|one| one.query_stressed),
            listed: best(|one| one.listed),
            listed_stressed: best(|one| one.listed_stressed),
        }
    }

    /// What one or the other matches at most.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            query: greater(self.query, other.query),
            query_stressed: greater(self.query_stressed, other.query_stressed),
            listed: greater(self.listed, other.listed),
            listed_stressed: greater(self.listed_stressed, other.listed_stressed),
        }
    }
}

impl<'q> Asked<'q> {
    /// A reading of a name with `traits`, with the links of its words.
    pub(crate) fn of(
        form: &'q Form,
        traits: Traits,
        need: &'q Need,
        part: &Part<'_>,
        links: Cow<'q, [Arc<Links>]>,
    ) -> Self {
        let weights: Vec<f64> = links.iter().map(|l| l.weight).collect();
        let naming = Naming::of(form.tokens.iter(), part.kind);
        let weigh = |(n, (token, weight)): (usize, (&Token, &f64))| {
            stressed_weight(*weight, token, n, part.kind, naming)
        };
        let stressed: Vec<f64> = form.tokens.iter().zip(&weights).enumerate().map(weigh).collect();
        let mut bloom = Bloom::default();
        for link in links.iter() {
            for (all, one) in bloom.iter_mut().zip(link.bloom) {
                *all |= one;
            }
        }
        let any_initial = links.iter().any(|l| l.initial.is_some());
        let all_stressed = stressed.iter().sum();
        let weighed = Weighed { tokens: form.tokens.iter().collect(), weights, stressed };
        let native = form.native;
        Self { native, traits, weighed, links, bloom, any_initial, stressed: all_stressed, need }
    }
}

impl Asked<'_> {
    /// What a word of the query can match at most, whatever it is linked with.
    pub(crate) fn sums_of_all(&self, at: usize) -> Option<Sums> {
        let [same, slip, initial] = &self.links.get(at)?.groups;
        self.sums_of_group(at, &same.with(slip).with(initial))
    }

    /// The same of some of its links.
    pub(crate) fn sums_of_group(&self, at: usize, group: &Group) -> Option<Sums> {
        let most = if group.words { f64::INFINITY } else { INITIAL_WEIGHT };
        Some(Sums {
            query: self.links.get(at)?.weight.min(most) * f64::from(group.similarity),
            query_stressed: self.weighed.stressed.get(at).copied()?.min(most),
            listed: f64::from(group.listed_weight),
            listed_stressed: f64::from(group.listed_stressed),
        })
    }

    /// What it matches by one link.
    pub(crate) fn sums_of(&self, at: usize, link: &ToWord) -> Sums {
        let Likeness { how, similarity } = link.likeness();
        // of either word no more than an initial weighs
        let most = if how == How::Initial { INITIAL_WEIGHT } else { f64::INFINITY };
        Sums {
            query: self.weighed.weights.get(at).copied().unwrap_or(0.0).min(most) * similarity,
            query_stressed: self.weighed.stressed.get(at).copied().unwrap_or(0.0).min(most),
            listed: link.matched(),
            listed_stressed: link.stressed(),
        }
    }

    /// Whether a reading of this total can reach what is needed by links of these sums.
    pub(crate) fn reaches(&self, kind: NameKind, sums: Sums, total: f64, need: f64) -> bool {
        // sums of the same numbers in another order may differ in their last digits
        let query_rest = greater(self.stressed - sums.query_stressed - 1e-9, 0.0);
        let listed_rest = greater(total - sums.listed_stressed - 1e-6, 0.0);
        upper_bound(kind, sums.query, query_rest, sums.listed, listed_rest) + ROUNDING >= need
    }

    /// The number of the first reading that cannot: [`Self::reaches`] of all readings at once.
    pub(crate) fn limit(&self, part: &Part<'_>, sums: Sums, need: f64) -> u32 {
        let query_rest = greater(self.stressed - sums.query_stressed - 1e-9, 0.0);
        let most = most_unlinked(part.kind, sums.query, query_rest, sums.listed, need - ROUNDING);
        let Some(most) = most else { return 0 };
        // totals are not rounded up, and this is not rounded down
        let end = (most + sums.listed_stressed + 2e-6) as f32;
        part.up_to(end.next_up())
    }

    /// Which links of each word are wanted to know all readings that reach what is needed by links of one word each; `None` where
    /// none can. For a need of `STRICT` or more; `candidates.rs` has the proof.
    pub(crate) fn wanted(&self, kind: NameKind) -> Option<Vec<Wanted>> {
        let bound = self.need.least - ROUNDING;
        let lifts: Vec<[f64; 2]> = self
            .links
            .iter()
            .zip(&self.weighed.stressed)
            .map(|(links, stressed)| {
                let (known, unknown) = links.lifts(bound);
                let unlinked = match kind {
                    NameKind::Person => initial_lift(*stressed, self.stressed, bound),
                    _ => unmatched_lift(kind, *stressed, self.stressed, bound),
                };
                [known, unknown.max(unlinked)]
            })
            .collect();
        let best = |[known, other]: &[f64; 2]| known.max(*other);
        // sums of the same numbers in another order may differ in their last digits
        let reaches = |sum: f64| sum >= -1e-9;
        let without = |left: usize| -> f64 {
            lifts.iter().enumerate().filter(|(n, _)| *n != left).map(|(_, lifts)| best(lifts)).sum()
        };
        if !reaches(lifts.iter().map(best).sum()) {
            return None;
        }
        let wanted = lifts
            .iter()
            .enumerate()
            .map(|(n, [_, other])| if reaches(without(n) + other) { Wanted::All } else { Wanted::Sure });
        Some(wanted.collect())
    }

    /// Whether a word of the lists is linked with one of the query, perhaps; initials aside.
    pub(crate) fn may_have(&self, word: u32) -> bool {
        let (slot, bit) = bloom_place(word);
        self.bloom.get(slot).is_some_and(|set| set & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_some_sums() {
        let one = |n: f64| Sums { query: n, query_stressed: 10.0 - n, listed: 2.0 * n, listed_stressed: 1.0 };
        let each = || [1.0, 4.0, 2.0].map(one).into_iter();
        let of = |query, query_stressed, listed, listed_stressed| Sums {
            query,
            query_stressed,
            listed,
            listed_stressed,
        };
        assert_eq!(Sums::of_best(each(), 4), of(7.0, 23.0, 14.0, 3.0));
        assert_eq!(Sums::of_best(each(), 3), of(7.0, 23.0, 14.0, 3.0));
        assert_eq!(Sums::of_best(each(), 2), of(6.0, 17.0, 12.0, 2.0));
        assert_eq!(Sums::of_best(each(), 1), of(4.0, 9.0, 8.0, 1.0));
        assert_eq!(Sums::of_best(each(), 0), Sums::default());
        // of more words than a name has, all
        let many = std::iter::repeat_n(one(1.0), MAX_TOKENS + 1);
        assert_eq!(Sums::of_best(many, 1).query, (MAX_TOKENS + 1) as f64);
    }
}
