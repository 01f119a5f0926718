//! What an index says of itself, and the sections of its file that belong to no part.

use serde::{Deserialize, Serialize};

/// The sections that belong to no part.
pub(crate) mod section {
    pub(crate) const META: u32 = 1;
    pub(crate) const ENTITY_STARTS: u32 = 2;
    pub(crate) const ENTITIES: u32 = 3;
    pub(crate) const SCHEMATA: u32 = 4;
    pub(crate) const NUMBER_DIRECTORY: u32 = 5;
    pub(crate) const NUMBERS: u32 = 6;
    /// Of each entity, its place in the order of ids.
    pub(crate) const ORDER: u32 = 7;
    /// Of each entity, what its facts can add ([`crate::may_agree::FactRow`]).
    pub(crate) const FACTS: u32 = 8;
}

/// The version of the matching rules: it changes whenever anything does that a score or the shape of the index rests
/// on (a digest of the sources and tables of names and screening).
pub const ALGORITHM: &str = concat!("screening/1+", env!("COUNTERSIGN_ALGORITHM"));

/// What an index says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meta {
    pub(crate) algorithm: String,
    /// What its maker calls the entities in it: digests of snapshots.
    pub(crate) content: String,
    /// What its maker keeps with it.
    pub(crate) annotation: String,
    pub(crate) warnings: Vec<String>,
}
