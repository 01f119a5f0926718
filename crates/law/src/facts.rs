//! Facts: a case, joined with the tables and the ownership arithmetic, as policies read it.
//!
//! Comes in: a case (its tree), the law, the date. Goes out: a [`World`], in which a rule can be evaluated on a
//! resource. Keys of the case are projected by the Cedar schema ([`project`]); what is computed (`@derived`) is
//! in [`derive`] and [`holdings`]; what the law itself defines (`@defined`) is settled on demand in [`world`].
//! Next: `decide`.

#[cfg(test)]
mod agrees;
mod assessment;
mod derive;
mod entry;
mod given;
mod holdings;
mod independence;
mod listing;
mod persons;
mod project;
mod recorded;
mod span;
mod trace;
mod world;

pub(crate) use derive::gather;
pub(crate) use entry::within;
pub(crate) use holdings::Holdings;
pub(crate) use project::share;
pub(crate) use span::days_between;
pub(crate) use trace::SHOWN_FACTS;
pub(crate) use world::{Examined, World};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::eval::Record;
use crate::pack::Resource;

/// One thing that rules look at.
#[derive(Debug)]
pub(crate) struct EntityFacts {
    pub(crate) kind: Resource,
    /// Party id, ECCN, assessment id; for a listing the party's id.
    pub(crate) id: String,
    /// For people: the party's name, `4D004`.
    pub(crate) label: String,
    pub(crate) attrs: Record,
    /// For a listing: the index of its party.
    pub(crate) party: Option<usize>,
    /// For a listing: the citation of the notice, shown whenever the listing decides.
    pub(crate) notice: Option<String>,
}

/// Every fact of a case.
#[derive(Debug)]
pub(crate) struct FactSet {
    /// The first is the case itself.
    pub(crate) entities: Vec<EntityFacts>,
    pub(crate) context: Record,
    /// Index of the actor.
    pub(crate) principal: usize,
    pub(crate) parties: BTreeMap<String, usize>,
    /// Codes that the table of reasons for control does not have.
    pub(crate) unknown_codes: Vec<String>,
    /// Countries that no table knows.
    pub(crate) unknown_countries: Vec<String>,
}

/// A path below another: `item` and `usml` give `item.usml`.
pub(crate) fn below(prefix: &str, key: &str) -> Arc<str> {
    if prefix.is_empty() { Arc::from(key) } else { Arc::from(format!("{prefix}.{key}")) }
}
