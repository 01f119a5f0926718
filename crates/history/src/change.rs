//! What differs between two versions of one entity, field by field.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Entity, ListCode, Listing};
use serde::Serialize;

/// The values of a field that went and came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// A property of the entity (`name`, `alias`, `address`…), or `schema`.
    pub field: String,
    /// Values that are no longer there.
    pub removed: Vec<String>,
    /// Values that are new.
    pub added: Vec<String>,
}

/// A listing that came, went or changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListingChange {
    /// The list.
    pub list: ListCode,
    /// As it was; none if it is new.
    pub before: Option<Listing>,
    /// As it is; none if it is gone.
    pub after: Option<Listing>,
    /// The fields that differ, where both are there.
    pub fields: Vec<String>,
}

/// What an entity's listings name as their legal ground.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Instruments {
    /// Regulations and other instruments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instruments: Vec<String>,
    /// Citations of the official journal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
    /// Programmes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub programmes: Vec<String>,
}

/// Everything that differs between two versions of an entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntityChange {
    /// Its id now.
    pub id: String,
    /// The name to show for it.
    pub caption: String,
    /// Properties that differ.
    pub fields: Vec<FieldChange>,
    /// Listings that differ.
    pub listings: Vec<ListingChange>,
    /// The legal ground that the listings name now; where nothing is left, what they named before.
    pub ground: Instruments,
}

/// The legal ground that listings name.
pub fn instruments(entity: &Entity) -> Instruments {
    let mut all = Instruments::default();
    let push = |to: &mut Vec<String>, text: &str| {
        if !text.trim().is_empty() && !to.iter().any(|t| t == text) {
            to.push(text.to_owned());
        }
    };
    for listing in &entity.listings {
        listing.instrument.iter().for_each(|t| push(&mut all.instruments, t));
        listing.notice.iter().for_each(|t| push(&mut all.notices, t));
        listing.programmes.iter().for_each(|t| push(&mut all.programmes, t));
    }
    all
}

/// What differs between two versions; `None` when they say the same. The order of values is no difference, and
/// neither are the notes of this room about when an entity was seen.
pub fn change(before: &Entity, after: &Entity) -> Option<EntityChange> {
    let mut fields = Vec::new();
    if before.schema != after.schema {
        fields.push(FieldChange {
            field: "schema".to_owned(),
            removed: vec![before.schema.as_str().to_owned()],
            added: vec![after.schema.as_str().to_owned()],
        });
    }
    let names: BTreeSet<&String> = before.properties.keys().chain(after.properties.keys()).collect();
    for field in names.into_iter().filter(|f| !crate::note::is_note(f)) {
        let (old, new) = (before.values(field), after.values(field));
        let missing = |from: &[String], other: &[String]| -> Vec<String> {
            from.iter().filter(|v| !other.contains(v)).cloned().collect()
        };
        let (removed, added) = (missing(old, new), missing(new, old));
        if !removed.is_empty() || !added.is_empty() {
            fields.push(FieldChange { field: field.clone(), removed, added });
        }
    }
    let listings = listing_changes(&before.listings, &after.listings);
    if fields.is_empty() && listings.is_empty() {
        return None;
    }
    let ground = match instruments(after) {
        nothing if nothing == Instruments::default() => instruments(before),
        some => some,
    };
    Some(EntityChange { id: after.id.clone(), caption: after.caption().to_owned(), fields, listings, ground })
}

/// The listings of one entry that are not the same on both sides.
#[derive(Default)]
struct Versions<'a> {
    old: Vec<&'a Listing>,
    new: Vec<&'a Listing>,
}

/// Listings are the same entry when list and publisher's id agree; several alike are paired in their order.
fn listing_changes(before: &[Listing], after: &[Listing]) -> Vec<ListingChange> {
    let key = |l: &Listing| (l.list, l.id.clone());
    let mut groups: BTreeMap<(ListCode, Option<String>), Versions<'_>> = BTreeMap::new();
    for listing in before.iter().filter(|l| !after.contains(l)) {
        groups.entry(key(listing)).or_default().old.push(listing);
    }
    for listing in after.iter().filter(|l| !before.contains(l)) {
        groups.entry(key(listing)).or_default().new.push(listing);
    }
    let mut changes = Vec::new();
    for ((list, _), versions) in groups {
        for n in 0..versions.old.len().max(versions.new.len()) {
            let (old, new) = (versions.old.get(n).copied(), versions.new.get(n).copied());
            let fields = match (old, new) {
                (Some(old), Some(new)) => fields_that_differ(old, new),
                _ => Vec::new(),
            };
            changes.push(ListingChange { list, before: old.cloned(), after: new.cloned(), fields });
        }
    }
    changes
}

fn fields_that_differ(a: &Listing, b: &Listing) -> Vec<String> {
    [
        ("listed", a.listed != b.listed),
        ("from", a.from != b.from),
        ("to", a.to != b.to),
        ("id", a.id != b.id),
        ("name", a.name != b.name),
        ("programmes", a.programmes != b.programmes),
        ("instrument", a.instrument != b.instrument),
        ("scope", a.scope != b.scope),
        ("review_policy", a.review_policy != b.review_policy),
        ("footnotes", a.footnotes != b.footnotes),
        ("notice", a.notice != b.notice),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(name, _)| name.to_owned())
    .collect()
}
