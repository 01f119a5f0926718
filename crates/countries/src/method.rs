//! The method as data: which index is read how, where its bands are cut, how tiers follow.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// The method as it ships.
const SHIPPED: &str = include_str!("../../../assessments/country-method.toml");

/// Where a value stands, the worst first whatever the direction of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Worst.
    Low,
    /// Between.
    Middle,
    /// Best.
    High,
}

/// One cut of a scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// Below the number, not the number itself.
    Below(f64),
    /// The number and below.
    AtMost(f64),
    /// Above the number, not the number itself.
    Above(f64),
    /// The number and above.
    AtLeast(f64),
}

impl Cut {
    fn holds(self, value: f64, shift: f64) -> bool {
        match self {
            Self::Below(cut) => value < cut + shift,
            Self::AtMost(cut) => value <= cut + shift,
            Self::Above(cut) => value > cut + shift,
            Self::AtLeast(cut) => value >= cut + shift,
        }
    }

    /// The number.
    pub(crate) fn number(self) -> f64 {
        match self {
            Self::Below(cut) | Self::AtMost(cut) | Self::Above(cut) | Self::AtLeast(cut) => cut,
        }
    }
}

/// What is known about one index.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Card {
    pub(crate) id: String,
    pub(crate) source: String,
    /// Several series of one index.
    #[serde(default)]
    pub(crate) group: Option<String>,
    pub(crate) title: String,
    pub(crate) measures: String,
    /// `+1`: more is better.
    pub(crate) direction: i8,
    pub(crate) scale: [f64; 2],
    /// The ends beyond which no value can lie, where the publisher's scale is open; else those of the scale.
    #[serde(default)]
    pub(crate) limits: Option<[f64; 2]>,
    /// Counts among those that make the tier.
    #[serde(default)]
    pub(crate) core: bool,
    #[serde(default)]
    pub(crate) low: Option<Cut>,
    #[serde(default)]
    pub(crate) high: Option<Cut>,
    pub(crate) publisher: String,
    pub(crate) url: String,
    pub(crate) licence: String,
}

impl Card {
    /// The band of a value, with the cuts shifted by a part of the scale.
    pub(crate) fn band(&self, value: f64, shift: f64) -> Option<Band> {
        let shift = shift * (self.scale[1] - self.scale[0]);
        let (low, high) = (self.low?, self.high?);
        Some(if low.holds(value, shift) {
            Band::Low
        } else if high.holds(value, shift) {
            Band::High
        } else {
            Band::Middle
        })
    }
}

/// A condition of a tier.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Condition {
    /// So many core indices are low, not straddling.
    CoreLow(usize),
    /// So many core indices straddle low.
    CoreStraddlesLow(usize),
    /// Two core indices are so many bands apart.
    CoreDisagreesBy(u8),
    /// A core index fell by so many bands within the years of a trend.
    CoreFallsBy(u8),
    /// Every core index is at least in this band.
    CoreAtLeast(Band),
    /// Some core index is in this band or straddles it.
    CoreSome(Band),
    /// Some series of an index is at this value or worse.
    IndexAtWorst {
        /// Index or group.
        index: String,
        /// The value.
        value: f64,
    },
    /// A confirmed misuse by the same agency within the years that count.
    ConfirmedMisuse(bool),
}

/// A tier.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tier {
    pub(crate) id: String,
    pub(crate) meaning: String,
    #[serde(default)]
    pub(crate) any: Vec<Condition>,
    #[serde(default)]
    pub(crate) all: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Criticism {
    pub(crate) text: String,
}

/// Variables that have no card, and the ends of their publishers' scales.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    pub(crate) indices: Vec<String>,
    pub(crate) limits: [f64; 2],
}

/// How a dossier is made.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    pub(crate) version: String,
    #[serde(rename = "source")]
    pub(crate) described_in: String,
    pub(crate) minimum_core: usize,
    pub(crate) trend_years: i16,
    pub(crate) misuse_years: i16,
    /// A core value that is older does not count among those that an assessment needs.
    pub(crate) oldest_years: i16,
    pub(crate) shift_percent: f64,
    #[serde(rename = "tier")]
    pub(crate) tiers: Vec<Tier>,
    #[serde(rename = "index")]
    pub(crate) cards: Vec<Card>,
    #[serde(rename = "range", default)]
    pub(crate) ranges: Vec<Range>,
    #[serde(rename = "criticism")]
    pub(crate) criticisms: Vec<Criticism>,
}

/// A method that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the country method cannot be used: {0}")]
pub struct MethodError(String);

impl Method {
    /// The method that ships with the program, `assessments/country-method.toml`.
    ///
    /// # Errors
    /// [`MethodError`], as of [`Method::parse`]; the file is checked by the tests.
    pub fn shipped() -> Result<&'static Self, MethodError> {
        static READ: OnceLock<Result<Method, MethodError>> = OnceLock::new();
        READ.get_or_init(|| Self::parse(SHIPPED)).as_ref().map_err(Clone::clone)
    }

    /// Reads a method file.
    ///
    /// # Errors
    /// [`MethodError`]: no TOML of this shape, an index twice, cuts without a counterpart, a direction that is none.
    pub fn parse(text: &str) -> Result<Self, MethodError> {
        let method: Self = toml::from_str(text).map_err(|e| MethodError(e.to_string()))?;
        for (n, card) in method.cards.iter().enumerate() {
            if method.cards.iter().take(n).any(|other| other.id == card.id) {
                return Err(MethodError(format!("index `{}` stands twice", card.id)));
            }
            if card.low.is_some() != card.high.is_some() || (card.core && card.low.is_none()) {
                return Err(MethodError(format!("index `{}` needs both `low` and `high`", card.id)));
            }
            if card.direction.abs() != 1 || card.scale[0] >= card.scale[1] {
                return Err(MethodError(format!("index `{}` has no direction or no scale", card.id)));
            }
            if card.limits.is_some_and(|[low, high]| low > card.scale[0] || high < card.scale[1]) {
                return Err(MethodError(format!("the limits of `{}` are narrower than its scale", card.id)));
            }
        }
        if method.tiers.is_empty() || method.tiers.iter().any(|t| t.any.is_empty() == t.all.is_empty()) {
            return Err(MethodError("each tier needs `any` or `all`, and not both".to_owned()));
        }
        Ok(method)
    }

    /// The ends beyond which no value of an index can lie; `None` for a variable of which the method knows nothing.
    pub fn limits(&self, index: &str) -> Option<[f64; 2]> {
        let of_card = self.card(index).map(|card| card.limits.unwrap_or(card.scale));
        let listed = || self.ranges.iter().find(|range| range.indices.iter().any(|id| id == index));
        of_card.or_else(|| listed().map(|range| range.limits))
    }

    pub(crate) fn card(&self, id: &str) -> Option<&Card> {
        self.cards.iter().find(|card| card.id == id)
    }
}
