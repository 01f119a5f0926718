//! `ownership.toml`: the ownership rules of a regime, as data for the ownership arithmetic.

use countersign_ownership::Rule;
use serde::Deserialize;

/// One attribution of shares to listed persons.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldingRule {
    /// The attribute of Party that receives it (`ofac`, `bis`, `eu`…).
    pub(crate) attribute: String,
    /// The regime for which the attributed share is reported.
    pub(crate) regime: String,
    /// The attribute of Listing, defined by a policy, that makes a listed party count.
    pub(crate) seed: String,
    /// The attribute of Party that receives the control facts, if the regime reads any.
    #[serde(default)]
    pub(crate) control: Option<String>,
    /// Attributes of Party, defined by policies, that tell apart how the persons at whom the stakes begin are listed; the
    /// names of those that some of them has are the holding's `kinds`.
    #[serde(default)]
    pub(crate) kinds: Vec<String>,
    /// First and last day on which it is the one reported for its regime.
    #[serde(default)]
    pub(crate) from: Option<countersign_model::Date>,
    #[serde(default)]
    pub(crate) until: Option<countersign_model::Date>,
    /// What it attributes raises a red flag and makes nobody owned: no rule of ownership to whoever asks about owners.
    #[serde(default)]
    pub(crate) flag_only: bool,
    /// Threshold, comparison, aggregation.
    pub(crate) rule: Rule,
    /// Where the arithmetic is written down.
    pub(crate) source: String,
}

/// The file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoldingRules {
    pub(crate) holding: Vec<HoldingRule>,
}
