//! Two sources that carry the same official list, compared row by row.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Entity, ListCode};
use serde::Serialize;

/// One official list in two sources.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CrossCheck {
    /// The list.
    pub list: ListCode,
    /// Entries in the first source.
    pub in_a: usize,
    /// Entries in the second source.
    pub in_b: usize,
    /// Entries found in both, by the publisher's key.
    pub by_key: usize,
    /// Entries found in both by a name, because one of them has no key, or they have different ones.
    pub by_name: usize,
    /// Entries that only the first source has.
    pub only_in_a: Vec<Row>,
    /// Entries that only the second source has.
    pub only_in_b: Vec<Row>,
    /// Entries with one key and no name in common.
    pub other_name: Vec<(Row, Row)>,
}

/// An entry in short.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// The name to show for it.
    pub caption: String,
}

impl Row {
    fn of(entity: &Entity) -> Self {
        Self { id: entity.id.clone(), caption: entity.caption().to_owned() }
    }
}

/// A name as it is compared: letters and digits only, without case and order of words, since one source writes
/// `SURNAME, Given` and the other `Given Surname`.
fn folded(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.sort_unstable();
    words.join(" ")
}

fn names(entity: &Entity) -> BTreeSet<String> {
    entity.names().map(|n| folded(n.text)).filter(|n| !n.is_empty()).collect()
}

fn keys(entity: &Entity, list: ListCode) -> impl Iterator<Item = &str> {
    entity.listings.iter().filter(move |l| l.list == list).filter_map(|l| l.id.as_deref())
}

/// Compares what two sources say of one official list: first by the publisher's key, then what is left by any name.
pub fn cross_check(list: ListCode, a: &[Entity], b: &[Entity]) -> CrossCheck {
    let on = |e: &&Entity| e.listings.iter().any(|l| l.list == list);
    let a: Vec<&Entity> = a.iter().filter(on).collect();
    let b: Vec<&Entity> = b.iter().filter(on).collect();
    let mut by_key: BTreeMap<&str, &Entity> = BTreeMap::new();
    for entity in &b {
        by_key.extend(keys(entity, list).map(|k| (k, *entity)));
    }
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut left = Vec::new();
    let mut out = CrossCheck {
        list,
        in_a: a.len(),
        in_b: b.len(),
        by_key: 0,
        by_name: 0,
        only_in_a: Vec::new(),
        only_in_b: Vec::new(),
        other_name: Vec::new(),
    };
    for entity in a {
        let Some(other) = keys(entity, list).find_map(|k| by_key.get(k)) else {
            left.push(entity);
            continue;
        };
        out.by_key += 1;
        found.insert(other.id.as_str());
        if names(entity).is_disjoint(&names(other)) {
            out.other_name.push((Row::of(entity), Row::of(other)));
        }
    }
    let mut by_name: BTreeMap<String, Vec<&Entity>> = BTreeMap::new();
    for entity in b.iter().filter(|e| !found.contains(e.id.as_str())) {
        for name in names(entity) {
            by_name.entry(name).or_default().push(entity);
        }
    }
    for entity in left {
        let mut others = names(entity).into_iter().filter_map(|n| by_name.get(&n)).flatten();
        match others.find(|o| !found.contains(o.id.as_str()) && o.schema.may_be(entity.schema)) {
            Some(other) => {
                out.by_name += 1;
                found.insert(other.id.as_str());
            }
            None => out.only_in_a.push(Row::of(entity)),
        }
    }
    out.only_in_b = b.iter().filter(|e| !found.contains(e.id.as_str())).map(|e| Row::of(e)).collect();
    out.only_in_a.sort();
    out.only_in_b.sort();
    out
}
