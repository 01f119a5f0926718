//! The things of every case of the shape, by their numbers: the case itself (0), three parties, their listings, two
//! entries of control lists, two assessments.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::symbol::Sym;
use super::term::Term;
use crate::pack::Resource;

/// Who asks.
pub(crate) const ACTOR: usize = 1;
/// The other party, in any role.
pub(crate) const OTHER: usize = 2;
/// Who holds a stake in the other party, and may exercise control over it.
pub(crate) const OWNER: usize = 3;
/// Their listings, in this order.
pub(crate) const LISTINGS: [usize; 3] = [4, 5, 6];
/// One entry of the Commerce Control List, one of Annex I.
pub(crate) const ENTRIES: [usize; 2] = [7, 8];
/// One assessment of the product, one of the transaction.
pub(crate) const ASSESSMENTS: [usize; 2] = [9, 10];

/// How each is called in the names of its variables.
pub(super) const NAMES: [&str; 11] = [
    "case",
    "actor",
    "other",
    "owner",
    "actor listing",
    "other listing",
    "owner listing",
    "ECCN",
    "Annex I code",
    "assessment D",
    "assessment S",
];

/// One thing that rules look at.
pub(super) struct Thing {
    pub(super) kind: Resource,
    /// When the case has it.
    pub(super) exists: Term,
    pub(super) name: &'static str,
    pub(super) attrs: BTreeMap<Arc<str>, Sym>,
    /// Of a listing, its party.
    pub(super) party: Option<usize>,
}
