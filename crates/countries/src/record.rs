//! One value of one index for one country and year, of one vintage.

use countersign_model::Date;
use serde::{Deserialize, Serialize};

/// What the interval of a value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalKind {
    /// The publisher's interval of about 68 percent (V-Dem).
    #[serde(rename = "68")]
    P68,
    /// 90 percent: the estimate and 1.645 standard errors on each side (WGI).
    #[serde(rename = "90")]
    P90,
    /// The publisher gives none; none is invented.
    None,
}

/// One value. The vintage, its source and its digest stand once beside all of them ([`Vintage`]).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The index: `wgi_rl`, `vdem_rule`, `fh_f`… as the method names it.
    pub index: String,
    /// The publisher's name for the variable.
    pub variable: String,
    /// ISO 3166-1 alpha-3.
    pub country_iso3: String,
    /// The year that is measured.
    pub year_measured: i16,
    /// The value as the publisher writes it.
    pub text: String,
    /// The value.
    pub value: f64,
    /// Lower end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// What the ends mean.
    pub interval_kind: IntervalKind,
    /// How many sources the value rests on, where the publisher tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_sources: Option<u32>,
    /// `+1`: more is better; `-1`: more is worse.
    pub direction: i8,
}

/// One import: what was published once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vintage {
    /// The source: `wgi`, `vdem`…
    pub source: String,
    /// The publisher's name for the edition: `2024 update`, `v15`.
    pub vintage: String,
    /// The day on which it was published; an as-of dossier knows nothing that was published later.
    pub published_on: Date,
    /// The file and its SHA-256.
    pub file: String,
    /// SHA-256 of the file as it came, in hex.
    pub sha256: String,
    /// The values.
    pub records: Vec<Record>,
}
