//! An ownership rule as data: how much of what, added up or not. The numbers come from a law file.

use std::collections::BTreeSet;

use countersign_model::Percent;
use serde::{Deserialize, Serialize};

use crate::amount::Amount;

/// What can be held in a company. The two are summed apart, each up to 100 percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InterestKind {
    /// Shares in the capital.
    Shares,
    /// Voting rights.
    Votes,
}

impl InterestKind {
    /// Both kinds, in the order in which they are stored.
    pub(crate) const ALL: [Self; 2] = [Self::Shares, Self::Votes];
}

/// How a share is compared with the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The threshold itself is enough (OFAC, BIS, the EU from 2024-07-03).
    AtLeast,
    /// Only more than the threshold is enough (UK, the EU before 2024-07-03).
    MoreThan,
}

/// One ownership rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Rule {
    /// The line, in percent.
    pub threshold: Percent,
    /// Whether the line itself is enough.
    pub comparison: Comparison,
    /// Whether the stakes of several listed persons are added up. If not, one listed person has to reach the
    /// threshold with the stakes that count for that person alone.
    pub aggregate: bool,
    /// Which kinds of interest are looked at; reaching the threshold in one of them is enough.
    pub counts: BTreeSet<InterestKind>,
}

/// The rule as it stands in a law file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    threshold: Percent,
    comparison: Comparison,
    aggregate: bool,
    counts: BTreeSet<InterestKind>,
}

/// Why a record is no ownership rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Nothing is counted, so nobody could ever be reached.
    #[error(
        "the rule counts nothing, so it could reach nobody; name `shares`, `votes` or both under `counts`"
    )]
    CountsNothing,
    /// Every company, or none, would be reached.
    #[error(
        "the threshold `{0}` separates nobody from nobody; write a percent above 0 and up to 100, for example '50'"
    )]
    Threshold(Percent),
}

impl Rule {
    /// A rule that can be both met and missed.
    ///
    /// # Errors
    /// [`RuleError`] when nothing is counted, or when every share or no share at all would meet the threshold.
    pub fn new(
        threshold: Percent,
        comparison: Comparison,
        aggregate: bool,
        counts: impl IntoIterator<Item = InterestKind>,
    ) -> Result<Self, RuleError> {
        let rule = Self { threshold, comparison, aggregate, counts: counts.into_iter().collect() };
        if rule.counts.is_empty() {
            return Err(RuleError::CountsNothing);
        }
        if rule.met_by(&Percent::zero()) || !rule.met_by(&Percent::whole(100)) {
            return Err(RuleError::Threshold(rule.threshold));
        }
        Ok(rule)
    }

    /// Whether an exactly known share meets the threshold.
    pub fn met_by(&self, share: &Percent) -> bool {
        Line::of(self.comparison, &self.threshold).met_by(&Amount::of(share))
    }

    /// The line as the arithmetic wants it.
    pub(crate) fn line(&self) -> Line {
        Line::of(self.comparison, &self.threshold)
    }
}

impl TryFrom<Written> for Rule {
    type Error = RuleError;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        Self::new(written.threshold, written.comparison, written.aggregate, written.counts)
    }
}

/// A threshold with its comparison, ready for many comparisons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    threshold: Amount,
    comparison: Comparison,
}

impl Line {
    /// The line at `threshold`.
    pub(crate) fn of(comparison: Comparison, threshold: &Percent) -> Self {
        Self { threshold: Amount::of(threshold), comparison }
    }

    /// Whether `share` is more than the line itself.
    pub(crate) fn is_below(&self, share: &Amount) -> bool {
        *share > self.threshold
    }

    /// Whether `share` is on the far side.
    pub(crate) fn met_by(&self, share: &Amount) -> bool {
        match self.comparison {
            Comparison::AtLeast => *share >= self.threshold,
            Comparison::MoreThan => *share > self.threshold,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_from_a_law_file_and_refused_when_it_cannot_work() {
        let read = |text: &str| serde_json::from_str::<Rule>(text);
        let rule = read(r#"{"threshold":"50","comparison":"at_least","aggregate":true,"counts":["shares"]}"#)
            .unwrap();
        assert!(rule.met_by(&Percent::whole(50)) && rule.aggregate);
        for (bad, why) in [
            (r#"{"threshold":"50","comparison":"at_least","aggregate":true,"counts":[]}"#, "counts nothing"),
            (r#"{"threshold":"0","comparison":"at_least","aggregate":true,"counts":["votes"]}"#, "`0`"),
            (r#"{"threshold":"100","comparison":"more_than","aggregate":true,"counts":["votes"]}"#, "`100`"),
            (
                r#"{"threshold":"50","comparison":"at_least","aggregate":true,"counts":["votes"],"x":1}"#,
                "unknown field",
            ),
            (r#"{"threshold":"50","comparison":"at_least","counts":["votes"]}"#, "missing field"),
        ] {
            let error = read(bad).unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }

    #[test]
    fn the_line_itself_is_enough_only_where_the_rule_says_so() {
        let rule =
            |comparison| Rule::new(Percent::whole(50), comparison, true, [InterestKind::Shares]).unwrap();
        for (share, at_least, more_than) in [
            ("49.99", false, false),
            ("49.999999999999999999", false, false),
            ("50", true, false),
            ("50.00", true, false),
            ("50.000000000000000001", true, true),
            ("50.01", true, true),
        ] {
            let share = share.parse().unwrap();
            assert_eq!(rule(Comparison::AtLeast).met_by(&share), at_least, "{share}");
            assert_eq!(rule(Comparison::MoreThan).met_by(&share), more_than, "{share}");
        }
    }
}
