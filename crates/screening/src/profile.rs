//! How strictly a query is screened.

use serde::{Deserialize, Serialize};

use crate::weights::Weights;

/// What is reported.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The least score of a hit, above 0 and at most 1.
    pub threshold: f64,
    /// How far below the threshold a near miss may lie.
    pub near_miss_margin: f64,
    /// What is done with names that a list itself calls weak.
    pub weak_aliases: WeakAliases,
    /// The most near misses to list; how many more there are is counted. Hits are never cut.
    pub max_near_misses: usize,
    /// Whether, where one word is asked, whoever bears it among other names is shown as a near miss, whatever it scores.
    #[serde(default = "shown")]
    pub bearers: bool,
    /// What facts besides the name count.
    #[serde(default)]
    pub weights: Weights,
}

fn shown() -> bool {
    true
}

impl Default for Profile {
    /// Threshold 0.7, near misses down to 0.6, weak aliases screened and marked, ten near misses.
    fn default() -> Self {
        Self {
            threshold: 0.7,
            near_miss_margin: 0.1,
            weak_aliases: WeakAliases::Screen,
            max_near_misses: 10,
            bearers: true,
            weights: Weights::default(),
        }
    }
}

impl Profile {
    /// The least score of whatever is shown.
    pub(crate) fn floor(&self) -> f64 {
        self.threshold - self.near_miss_margin
    }

    /// The default profile with another threshold.
    pub fn with_threshold(threshold: f64) -> Self {
        Self { threshold, ..Self::default() }
    }
}

/// What is done with weak aliases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeakAliases {
    /// They are compared like other names, and every hit on one says so.
    Screen,
    /// Only a full score on one is a hit.
    ExactOnly,
}

/// Why a query cannot be screened.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScreenError {
    /// No name has a letter or digit.
    #[error(
        "the name `{0}` has no letter and no digit, so it cannot be compared; give the name of the party"
    )]
    NoName(String),
    /// The threshold is out of range.
    #[error("the threshold `{0}` is out of range; give a number above 0 and at most 1, for example `0.7`")]
    Threshold(f64),
    /// The margin is out of range.
    #[error("the near-miss margin `{0}` is out of range; give a number from 0 to 1, for example `0.1`")]
    Margin(f64),
    /// A weight is out of range.
    #[error(
        "the weight `{0}` is `{1}`; give a number from 0 to 1 (0 leaves the fact out), for common_birth and common_country up to 10"
    )]
    Weight(&'static str, f64),
    /// An identifier has no letter or digit.
    #[error("the identifier `{0}` has no letter and no digit; give the number as the document writes it")]
    Identifier(String),
}
