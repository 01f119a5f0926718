//! What changed between two whole copies of a list.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use countersign_model::{Entity, ListCode};
use serde::{Deserialize, Serialize};

use crate::change::{EntityChange, Instruments, change, instruments};

/// An entity that came or went, in short.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stub {
    /// Its id.
    pub id: String,
    /// The name to show for it.
    pub caption: String,
    /// The lists that it stands on.
    pub lists: Vec<ListCode>,
    /// The legal ground that its listings name.
    pub ground: Instruments,
}

impl Stub {
    fn of(entity: &Entity) -> Self {
        let lists: BTreeSet<ListCode> = entity.listings.iter().map(|l| l.list).collect();
        Self {
            id: entity.id.clone(),
            caption: entity.caption().to_owned(),
            lists: lists.into_iter().collect(),
            ground: instruments(entity),
        }
    }
}

/// An entity whose publisher gave it another key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    /// The id that it had.
    pub from: String,
    /// The id that it has.
    pub to: String,
}

/// What changed from one copy to another.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Diff {
    /// Entities that are only on the later copy.
    pub added: Vec<Stub>,
    /// Entities that are only on the earlier copy.
    pub removed: Vec<Stub>,
    /// Entities on both that differ.
    pub changed: Vec<EntityChange>,
    /// Entities that are on both under different keys: same name, same lists, same countries, and no other such.
    pub renamed: Vec<Renamed>,
    /// How many entities are on both and do not differ.
    pub unchanged: usize,
}

impl Diff {
    /// Whether both copies say the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty() && self.renamed.is_empty()
    }
}

/// What changed from `before` to `after`. Both are the entities of one source; ids are unique in each.
pub fn diff(before: &[Entity], after: &[Entity]) -> Diff {
    let old = by_id(before);
    let new = by_id(after);
    let gone: Vec<&Entity> = old.values().filter(|e| !new.contains_key(e.id.as_str())).copied().collect();
    let come: Vec<&Entity> = new.values().filter(|e| !old.contains_key(e.id.as_str())).copied().collect();
    let renamed = renamed(&gone, &come);
    let from: BTreeSet<&str> = renamed.iter().map(|r| r.from.as_str()).collect();
    let to: BTreeSet<&str> = renamed.iter().map(|r| r.to.as_str()).collect();
    let mut out = Diff {
        added: come.iter().filter(|e| !to.contains(e.id.as_str())).map(|e| Stub::of(e)).collect(),
        removed: gone.iter().filter(|e| !from.contains(e.id.as_str())).map(|e| Stub::of(e)).collect(),
        ..Diff::default()
    };
    let pairs = old
        .iter()
        .filter_map(|(id, e)| new.get(id).map(|n| (*e, *n)))
        .chain(renamed.iter().filter_map(|r| Some((*old.get(r.from.as_str())?, *new.get(r.to.as_str())?))));
    for (before, after) in pairs {
        match change(before, after) {
            Some(change) => out.changed.push(change),
            None => out.unchanged += 1,
        }
    }
    out.changed.sort_by(|a, b| a.id.cmp(&b.id));
    out.renamed = renamed;
    out
}

fn by_id(entities: &[Entity]) -> BTreeMap<&str, &Entity> {
    entities.iter().map(|e| (e.id.as_str(), e)).collect()
}

/// Entities that went under one key and came under another. Publishers renumber: without this a renumbered list would
/// look as if everybody on it had been delisted. Two are the same only where name, lists and countries agree and no
/// other entity on either side agrees as well.
pub fn renamed(gone: &[&Entity], come: &[&Entity]) -> Vec<Renamed> {
    let key = |e: &Entity| {
        let lists: BTreeSet<ListCode> = e.listings.iter().map(|l| l.list).collect();
        let countries: BTreeSet<String> = e.values("country").iter().cloned().collect();
        let names: BTreeSet<String> = e.values("name").iter().map(|n| n.to_lowercase()).collect();
        (lists, countries, names, e.schema)
    };
    // `None`: the key is not unique on this side
    let unique = |side: &[&Entity]| {
        let mut found: HashMap<_, Option<String>> = HashMap::new();
        for entity in side {
            found.entry(key(entity)).and_modify(|id| *id = None).or_insert_with(|| Some(entity.id.clone()));
        }
        found
    };
    let (gone, come) = (unique(gone), unique(come));
    let mut out: Vec<Renamed> = gone
        .into_iter()
        .filter_map(|(key, from)| Some(Renamed { from: from?, to: come.get(&key)?.clone()? }))
        .collect();
    out.sort_by(|a, b| a.from.cmp(&b.from));
    out
}
