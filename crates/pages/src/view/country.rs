//! The dossier of a country. Nothing in it is a score of the country.

use countersign_model::Date;
use serde::Serialize;

use super::{FindingView, Ground, PledgeLine, RecordRow};

/// A country in the list of countries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountryLine {
    /// Two letters.
    pub code: String,
    /// Its English name.
    pub name: String,
    /// How many indices there are.
    pub indices: usize,
    /// How many records of the register are about it.
    pub records: usize,
}

/// The dossier.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CountryView {
    /// `page-country/1`.
    pub schema: &'static str,
    /// Two letters.
    pub code: String,
    /// Its English name.
    pub name: String,
    /// The tier for the gate.
    pub tier: Option<String>,
    /// What it means, in English.
    pub meaning: Option<String>,
    /// Every tier that some variation reaches, the most protective first.
    pub reached: Vec<String>,
    /// Whether no variation changes it.
    pub stable: bool,
    /// Why no tier is given, in English.
    pub insufficient: Option<String>,
    /// The variations.
    pub variations: Vec<VariationView>,
    /// Core indices without a value.
    pub missing: Vec<String>,
    /// Every index.
    pub indices: Vec<IndexView>,
    /// Other variables in the files.
    pub others: Vec<String>,
    /// Where they disagree, in English.
    pub disagreements: Vec<String>,
    /// Findings of files.
    pub findings: Vec<FindingView>,
    /// Findings and incidents of the register.
    pub grounds: Vec<Ground>,
    /// Pledges of the state.
    pub pledges: Vec<PledgeLine>,
    /// Other records about it.
    pub records: Vec<RecordRow>,
    /// What is criticised about the numbers, in English.
    pub criticisms: Vec<String>,
    /// The files.
    pub editions: Vec<Edition>,
    /// Which method, in English.
    pub method: String,
    /// What the reader has to know, in English.
    pub notes: Vec<String>,
}

/// What becomes of the tier when the method is varied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariationView {
    /// What was varied, in English; absent for the method as it stands.
    pub how: Option<String>,
    /// The tier.
    pub tier: Option<String>,
}

/// A band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BandWord {
    /// The worst.
    Low,
    /// Between.
    Middle,
    /// The best.
    High,
}

/// One index.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndexView {
    /// Its id.
    pub index: String,
    /// Its title, as published.
    pub title: String,
    /// What it measures, in English.
    pub measures: String,
    /// Whether it counts for the tier.
    pub core: bool,
    /// Whether more is better.
    pub up_is_better: bool,
    /// The ends of the scale.
    pub scale: Option<[f64; 2]>,
    /// The cut points.
    pub cuts: Option<[f64; 2]>,
    /// The latest value.
    pub latest: PointView,
    /// What percent the interval means; absent where none is published.
    pub percent: Option<u8>,
    /// Months since the year measured ended.
    pub age_months: i32,
    /// The worst and the best band that the value reaches.
    pub bands: Option<(BandWord, BandWord)>,
    /// The value of some years before.
    pub before: Option<PointView>,
    /// `better`, `worse`, `unchanged`, `inside the noise`.
    pub trend: Option<String>,
    /// Every value.
    pub series: Vec<PointView>,
    /// The edition that all are of.
    pub edition: Edition,
    /// Under what terms the values are given out.
    pub licence: String,
}

impl PointView {
    /// As the publisher writes it, with a decimal point also where it writes a comma.
    pub fn shown(&self) -> String {
        self.text.replace(',', ".")
    }
}

/// One value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PointView {
    /// The year measured.
    pub year: i16,
    /// As the publisher writes it.
    pub text: String,
    /// The number.
    pub value: f64,
    /// The lower end of the interval.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// On how many sources it rests.
    pub sources: Option<u32>,
}

impl PointView {
    /// The interval in digits.
    pub fn interval(&self) -> Option<String> {
        self.low.zip(self.high).map(|(low, high)| format!("{low:.3} – {high:.3}"))
    }
}

/// A file that values come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// The source.
    pub source: String,
    /// The edition.
    pub vintage: String,
    /// When it was published.
    pub published_on: Date,
    /// The file.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
}
