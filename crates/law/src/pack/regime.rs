//! `regime.toml`: what a folder of `law/` holds.

use countersign_model::Date;
use serde::Deserialize;

use super::inventory::NormKind;

/// One regime (or family of commitments, or the gate) as its `regime.toml` describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// The id that verdicts carry: `US-EAR`, `JSS`, `GATE`.
    pub id: String,
    /// The group by which a case may ask for several: `US`, `EU`, `UK`; empty for commitments and gates.
    #[serde(default)]
    pub group: String,
    /// Its name for people.
    pub title: String,
    /// Which kind of norm.
    pub kind: NormKind,
    /// Who grants an authorisation, for LAW.
    #[serde(default)]
    pub authority: String,
    /// What is known of the law's state when the pack was written, shown with every decision of the regime.
    pub status: String,
    /// The first day whose law the pack holds; a decision of a day before it warns. Absent: no such day is set.
    #[serde(default)]
    pub held_from: Option<Date>,
    /// The last day up to which the law was read; a decision of a later day says so.
    #[serde(default)]
    pub read_until: Option<Date>,
    /// Commitments: the membership table's group name that binds a state.
    #[serde(default)]
    pub membership: String,
    /// Commitments: the acts for which the family has rules; empty = all.
    #[serde(default)]
    pub actions: Vec<String>,
    /// Commitments: rules that no case can show to be met; they count only where they are recorded as breached.
    #[serde(default)]
    pub unobservable: Vec<String>,
}
