//! The rule-of-law section, reckoned again from its own values.
//!
//! What an assessor declares (how many core indices, which tiers) is compared with what the values in the section say by the
//! method of the countries: the most protective of both counts, and values that contradict the method leave the section open.

use std::collections::BTreeSet;

use countersign_countries::{Method, Reckoned, Written, reckon};

use crate::document::{RuleOfLaw, RuleOfLawTier};

/// A section as both its declarations and its values have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// Core indices: the lesser of what is declared and what is counted.
    pub(crate) core_indices: u8,
    /// The tiers that are declared, and those that the values reach.
    pub(crate) tiers: BTreeSet<RuleOfLawTier>,
    /// The tiers that the values alone reach; none where they are too few.
    pub(crate) of_values: BTreeSet<RuleOfLawTier>,
    /// What is wrong with a value.
    pub(crate) faults: Vec<String>,
    /// What a reader has to know of a value.
    pub(crate) remarks: Vec<String>,
}

impl Section {
    pub(crate) fn of(section: &RuleOfLaw) -> Self {
        let declared: BTreeSet<RuleOfLawTier> = section.tiers.iter().copied().collect();
        let method = match Method::shipped() {
            Ok(method) => method,
            // the shipped file is checked by tests; were it broken, nothing could be reckoned and nothing would pass
            Err(error) => {
                return Self {
                    core_indices: 0,
                    tiers: declared,
                    of_values: BTreeSet::new(),
                    faults: vec![error.to_string()],
                    remarks: Vec::new(),
                };
            }
        };
        let rows: Vec<Written<'_>> = section
            .indices
            .iter()
            .map(|row| Written {
                index: &row.index,
                year: row.year,
                vintage: &row.vintage,
                value: &row.value,
                low: row.low.as_deref(),
                high: row.high.as_deref(),
            })
            .collect();
        let Reckoned { core, tiering, faults, remarks } = reckon(&rows, section.dated.0, method);
        let counted = u8::try_from(core.len()).unwrap_or(u8::MAX);
        let of_values: BTreeSet<RuleOfLawTier> = if tiering.insufficient.is_some() {
            BTreeSet::new()
        } else {
            tiering.reached.iter().filter_map(|id| RuleOfLawTier::of(id)).collect()
        };
        Self {
            core_indices: section.core_indices.min(counted),
            tiers: declared.union(&of_values).copied().collect(),
            of_values,
            faults,
            remarks,
        }
    }
}
