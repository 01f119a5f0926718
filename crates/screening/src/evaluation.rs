//! How good a score is on labelled material: counts, precision, recall, F1, AUC, and curves over thresholds.
//!
//! Terms as the field uses them. A pair is *positive* if its label says that both sides are the same party; it is
//! *predicted* positive if its score reaches the threshold.

use serde::Serialize;

/// A score with its label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Labelled {
    /// The score, from 0 to 1.
    pub score: f64,
    /// Whether the label says that it is a match.
    pub is_match: bool,
}

/// The figures of a set of labelled scores at one threshold. A figure that the set cannot give is absent: precision
/// where nothing was predicted, recall and F1 where nothing was to be found, AUC where one of the two labels is missing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figures {
    /// How many pairs.
    pub n: usize,
    /// Matches at or above the threshold.
    pub tp: usize,
    /// Others at or above it.
    pub fp: usize,
    /// Others below it.
    pub tn: usize,
    /// Matches below it.
    #[serde(rename = "fn")]
    pub false_negatives: usize,
    /// `tp / (tp + fp)`.
    pub precision: Option<f64>,
    /// `tp / (tp + fn)`.
    pub recall: Option<f64>,
    /// The harmonic mean of precision and recall.
    pub f1: Option<f64>,
    /// The best F1 at any threshold.
    pub best_f1: Option<f64>,
    /// The least threshold, of the scores that occur, that gives it.
    pub best_threshold: Option<f64>,
    /// The chance that a match scores above another pair, ties counting half.
    pub auc: Option<f64>,
}

impl Figures {
    /// The figures of `pairs` at `threshold`. All are rounded to four decimals.
    pub fn of(pairs: &[Labelled], threshold: f64) -> Self {
        let count = |is_match: bool, above: bool| {
            pairs.iter().filter(|p| p.is_match == is_match && (p.score >= threshold) == above).count()
        };
        let (tp, fp, tn, missed) =
            (count(true, true), count(false, true), count(false, false), count(true, false));
        let (best_f1, best_threshold) = best_f1(pairs).unzip();
        Self {
            n: pairs.len(),
            tp,
            fp,
            tn,
            false_negatives: missed,
            precision: ratio(tp, tp + fp),
            recall: ratio(tp, tp + missed),
            f1: f1(tp, fp, missed).map(round),
            best_f1: best_f1.map(round),
            best_threshold: best_threshold.map(round),
            auc: auc(pairs).map(round),
        }
    }
}

/// What one threshold gives on queries of which it is known whether they are listed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    /// The threshold.
    pub threshold: f64,
    /// The share of listed parties with a possible match.
    pub recall: Option<f64>,
    /// The share of unlisted parties with one.
    pub false_positive_rate: Option<f64>,
}

/// The curve over `thresholds`, from the best score of each query (0 where nothing was found).
pub fn curve(positives: &[f64], negatives: &[f64], thresholds: &[f64]) -> Vec<CurvePoint> {
    let share = |scores: &[f64], at: f64| {
        let above = scores.iter().filter(|s| **s >= at).count();
        (!scores.is_empty()).then(|| round_fine(quotient(above, scores.len())))
    };
    thresholds
        .iter()
        .map(|at| CurvePoint {
            threshold: *at,
            recall: share(positives, *at),
            false_positive_rate: share(negatives, *at),
        })
        .collect()
}

/// A range of scores and how many of the pairs in it are matches: what a score means.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// The least score of the bin.
    pub from: f64,
    /// Its end, exclusive but for 1.
    pub to: f64,
    /// How many pairs score within.
    pub n: usize,
    /// The share of matches among them.
    pub matches: Option<f64>,
}

/// The reliability of scores in `bins` ranges of equal width.
pub fn reliability(pairs: &[Labelled], bins: u8) -> Vec<ReliabilityBin> {
    let edge = |n: u8| f64::from(n) / f64::from(bins.max(1));
    (0..bins)
        .map(|n| {
            let (from, to) = (edge(n), edge(n + 1));
            let within: Vec<&Labelled> = pairs
                .iter()
                .filter(|p| p.score >= from && (p.score < to || (n + 1 == bins && p.score <= 1.0)))
                .collect();
            let matches = within.iter().filter(|p| p.is_match).count();
            ReliabilityBin {
                from: round(from),
                to: round(to),
                n: within.len(),
                matches: ratio(matches, within.len()),
            }
        })
        .collect()
}

fn quotient(part: usize, whole: usize) -> f64 {
    // counts of pairs are far below 2^52
    part as f64 / whole as f64
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| round(quotient(part, whole)))
}

fn f1(tp: usize, fp: usize, missed: usize) -> Option<f64> {
    // with no match in the set the measure says nothing
    (tp + missed > 0).then(|| quotient(2 * tp, 2 * tp + fp + missed))
}

fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

fn round_fine(value: f64) -> f64 {
    (value * 1_000_000.0).round() / 1_000_000.0
}

/// The best F1 with the least of its thresholds.
fn best_f1(pairs: &[Labelled]) -> Option<(f64, f64)> {
    let all = pairs.iter().filter(|p| p.is_match).count();
    let mut sorted: Vec<&Labelled> = pairs.iter().collect();
    sorted.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut best: Option<(f64, f64)> = None;
    let (mut tp, mut fp) = (0, 0);
    let mut rest = sorted.iter().peekable();
    while let Some(pair) = rest.next() {
        if pair.is_match {
            tp += 1;
        } else {
            fp += 1;
        }
        if rest.peek().is_some_and(|next| next.score >= pair.score) {
            continue;
        }
        if let Some(value) = f1(tp, fp, all - tp)
            && best.is_none_or(|(held, _)| value >= held)
        {
            best = Some((value, pair.score));
        }
    }
    best
}

/// The area under the ROC curve, by ranks (Mann and Whitney).
fn auc(pairs: &[Labelled]) -> Option<f64> {
    let mut sorted: Vec<&Labelled> = pairs.iter().collect();
    sorted.sort_by(|a, b| a.score.total_cmp(&b.score));
    let (mut below, mut wins, mut matches) = (0usize, 0.0, 0usize);
    let mut rest = sorted.as_slice();
    while let [first, ..] = rest {
        let level = rest.iter().take_while(|p| p.score <= first.score).count();
        let (same, after) = rest.split_at_checked(level).unwrap_or((rest, &[]));
        let here = same.iter().filter(|p| p.is_match).count();
        let others = same.len() - here;
        wins += quotient(here, 1) * (quotient(below, 1) + quotient(others, 2));
        below += others;
        matches += here;
        rest = after;
    }
    let all = quotient(matches, 1) * quotient(below, 1);
    (all > 0.0).then(|| wins / all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(scores: &[(f64, bool)]) -> Vec<Labelled> {
        scores.iter().map(|(score, is_match)| Labelled { score: *score, is_match: *is_match }).collect()
    }

    #[test]
    fn figures_by_hand() {
        let set = pairs(&[(0.9, true), (0.8, false), (0.7, true), (0.6, true), (0.2, false), (0.1, false)]);
        let found = Figures::of(&set, 0.7);
        assert_eq!((found.n, found.tp, found.fp, found.tn, found.false_negatives), (6, 2, 1, 2, 1));
        assert_eq!((found.precision, found.recall, found.f1), (Some(0.6667), Some(0.6667), Some(0.6667)));
        // at 0.6: 3 found, 1 wrong, none missed
        assert_eq!((found.best_f1, found.best_threshold), (Some(0.8571), Some(0.6)));
        // of nine comparisons the match loses two, to the pair at 0.8
        assert_eq!(found.auc, Some(0.7778));
    }

    #[test]
    fn what_a_set_cannot_tell_is_absent() {
        let none = Figures::of(&[], 0.7);
        assert_eq!(
            (none.precision, none.recall, none.f1, none.best_f1, none.auc),
            (None, None, None, None, None)
        );
        let negatives = Figures::of(&pairs(&[(0.1, false)]), 0.7);
        assert_eq!((negatives.tn, negatives.recall, negatives.auc), (1, None, None));
        assert_eq!(serde_json::to_value(negatives).unwrap()["fn"], 0);
    }

    #[test]
    fn curves_and_reliability() {
        let points = curve(&[1.0, 0.75, 0.0], &[0.8, 0.0, 0.0, 0.0], &[0.7, 0.9]);
        assert_eq!(points[0].recall, Some(0.666667));
        assert_eq!(points[0].false_positive_rate, Some(0.25));
        assert_eq!(points[1].false_positive_rate, Some(0.0));
        assert_eq!(curve(&[], &[0.1], &[0.5])[0].recall, None);
        let bins = reliability(&pairs(&[(1.0, true), (0.95, false), (0.5, true)]), 10);
        assert_eq!(bins.iter().map(|b| b.n).sum::<usize>(), 3);
        assert_eq!((bins[9].n, bins[9].matches), (2, Some(0.5)));
        assert_eq!((bins[5].from, bins[5].to, bins[5].matches, bins[0].matches), (0.5, 0.6, Some(1.0), None));
    }

    proptest::proptest! {
        /// Against counting every pair.
        #[test]
        fn auc_agrees_with_counting(set in proptest::collection::vec((0..6u8, proptest::bool::ANY), 0..40)) {
            let set = pairs(&set.iter().map(|(s, m)| (f64::from(*s) / 5.0, *m)).collect::<Vec<_>>());
            let (mut wins, mut all) = (0.0, 0.0);
            for a in set.iter().filter(|p| p.is_match) {
                for b in set.iter().filter(|p| !p.is_match) {
                    all += 1.0;
                    wins += if a.score > b.score { 1.0 } else if a.score < b.score { 0.0 } else { 0.5 };
                }
            }
            let expected = (all > 0.0).then(|| round(wins / all));
            proptest::prop_assert_eq!(Figures::of(&set, 0.5).auc, expected);
            let best = Figures::of(&set, 0.5).best_f1;
            for at in [0.0, 0.2, 0.4, 0.6, 0.8, 1.0] {
                if let (Some(best), Some(f1)) = (best, Figures::of(&set, at).f1) {
                    proptest::prop_assert!(f1 <= best);
                }
            }
        }
    }
}
