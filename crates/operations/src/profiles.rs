//! Profiles as files: how strictly is screened, and which matches are shown.

use std::collections::BTreeSet;
use std::path::Path;

use countersign_model::{EntitySchema, ListCode};
use countersign_screening::{Hit, Profile, WeakAliases, Weights};
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, read_text};

/// A profile as its file says it, TOML. What is left out is as without a profile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// The least score of a possible match, above 0 and at most 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// How far below the threshold a near miss may lie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near_miss_margin: Option<f64>,
    /// What is done with names that a list calls weak: `screen` or `exact_only`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weak_aliases: Option<WeakAliases>,
    /// What facts besides the name count; what is left out of it is as without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<Weights>,
    /// Only entries on one of these official lists; empty: all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub lists: BTreeSet<ListCode>,
    /// Only entries of these kinds; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<EntitySchema>,
}

impl Named {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = read_text(path)?;
        let mut profile: Self =
            toml::from_str(&text).map_err(|e| Failure::Input(format!("the profile `{shown}`: {e}")))?;
        if profile.name.is_empty() {
            profile.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        }
        Ok(profile)
    }

    /// As screening takes it.
    pub fn profile(&self, base: Profile) -> Profile {
        Profile {
            threshold: self.threshold.unwrap_or(base.threshold),
            near_miss_margin: self.near_miss_margin.unwrap_or(base.near_miss_margin),
            weak_aliases: self.weak_aliases.unwrap_or(base.weak_aliases),
            weights: self.weights.unwrap_or(base.weights),
            ..base
        }
    }

    /// The same with everything said that `profile` says: what a receipt holds.
    pub fn resolved(&self, profile: &Profile) -> Self {
        Self {
            threshold: Some(profile.threshold),
            near_miss_margin: Some(profile.near_miss_margin),
            weak_aliases: Some(profile.weak_aliases),
            weights: Some(profile.weights),
            ..self.clone()
        }
    }

    /// Whether a match is shown. An entry of which the list does not tell the kind may be of any.
    pub fn shows(&self, hit: &Hit) -> bool {
        (self.lists.is_empty() || hit.listings.iter().any(|l| self.lists.contains(&l.list)))
            && (self.types.is_empty() || self.types.iter().any(|kind| kind.may_be(hit.schema)))
    }

    /// In words, what it leaves out of sight; `None` where it shows everything.
    pub fn narrows(&self) -> Option<String> {
        let lists: Vec<&str> = self.lists.iter().map(|l| l.as_str()).collect();
        let types: Vec<&str> = self.types.iter().map(|t| t.as_str()).collect();
        let of = match (lists.is_empty(), types.is_empty()) {
            (true, true) => return None,
            (false, true) => format!("entries on {}", lists.join(", ")),
            (true, false) => format!("entries of the kinds {}", types.join(", ")),
            (false, false) => format!("entries on {} of the kinds {}", lists.join(", "), types.join(", ")),
        };
        Some(format!(
            "the profile `{}` shows only {of}: possible matches with others are left out and not counted",
            self.name
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_refused_and_absent_ones_are_the_default() {
        let named: Named = toml::from_str("threshold = 0.8\nlists = [\"EL\"]\n").unwrap();
        let profile = named.profile(Profile::default());
        assert_eq!(profile.threshold, 0.8);
        assert_eq!(profile.near_miss_margin, Profile::default().near_miss_margin);
        assert!(toml::from_str::<Named>("treshold = 0.8").is_err());
        let named: Named = toml::from_str("[weights]\ncountry_differs = 0.0\n").unwrap();
        let weights = named.profile(Profile::default()).weights;
        assert_eq!(weights, Weights { country_differs: 0.0, ..Weights::default() });
        assert!(toml::from_str::<Named>("[weights]\ncuntry = 0.1").is_err());
        let whole = named.resolved(&named.profile(Profile::default()));
        assert_eq!((whole.threshold, whole.weights), (Some(Profile::default().threshold), Some(weights)));
        // what a profile hides is said, in a receipt too
        let named: Named = toml::from_str("lists = [\"EL\"]\n").unwrap();
        assert!(named.narrows().unwrap().contains("only entries on EL"));
        assert_eq!(Named::default().narrows(), None);
    }
}
