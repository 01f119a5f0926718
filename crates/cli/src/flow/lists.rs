//! The lists that are loaded: the starter list of the program, and of each source the last import of the journal.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use countersign_lists::{entities_jsonl, read_entities_jsonl, source_def, starter};
use countersign_model::{Digest, Entity, EntitySchema, ListCode, SourceId};
use countersign_screening::Index;
use countersign_store::{Kind, Store};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The document of an import that holds its entities.
pub(crate) const ENTITIES: &str = "entities.jsonl";

/// The source id of the list that is part of the program.
pub(crate) const STARTER: &str = "starter";

/// One list as it is loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pin {
    /// Where it came from.
    pub(crate) source: SourceId,
    /// SHA-256 of the snapshot.
    pub(crate) snapshot: Digest,
    /// How many entities it has.
    pub(crate) entries: usize,
    /// The day for which the publisher's file speaks, where it tells one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) speaks_for: Option<String>,
    /// When it was imported; none for the starter list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) imported: Option<String>,
}

/// A list with its entities.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) pin: Pin,
    pub(crate) entities: Vec<Entity>,
    /// The bytes that the pin's digest names.
    pub(crate) bytes: Vec<u8>,
}

impl Snapshot {
    /// Reads the bytes that a pin names. The caller has checked their digest.
    pub(crate) fn read(pin: Pin, bytes: Vec<u8>) -> Result<Self, Failure> {
        let entities = read_entities_jsonl(&bytes)
            .map_err(|e| Failure::Program(format!("the snapshot of `{}` cannot be read: {e}", pin.source)))?;
        Ok(Self { pin, entities, bytes })
    }

    /// The starter list as it ships in the binary.
    pub(crate) fn starter() -> Result<Self, Failure> {
        let import = starter().map_err(|e| Failure::Program(e.to_string()))?;
        let bytes = entities_jsonl(&import);
        let pin = Pin {
            source: import.source.clone(),
            snapshot: Digest::of(&bytes),
            entries: import.entities.len(),
            speaks_for: import.as_of.map(|d| d.to_string()),
            imported: None,
        };
        Ok(Self { pin, entities: import.entities, bytes })
    }

    /// The official lists that this snapshot holds whole: those that its publisher puts into it, and for a
    /// FollowTheMoney export those that it has entries of. The starter list holds none whole.
    fn whole_lists(&self) -> BTreeSet<ListCode> {
        // a source that this program no longer knows holds nothing whole
        source_def(&self.pin.source).map(|def| def.whole.into_iter().collect()).unwrap_or_default()
    }
}

/// All lists that are loaded.
#[derive(Debug)]
pub(crate) struct Lists {
    snapshots: Vec<Snapshot>,
    index: OnceCell<Index>,
}

impl Lists {
    /// The starter list, and the last import of each source in the journal.
    pub(crate) fn load(store: Option<&Store>) -> Result<Self, Failure> {
        let mut snapshots = vec![Snapshot::starter()?];
        for pin in store.map(imports).transpose()?.unwrap_or_default().into_values() {
            let bytes = store.map(|s| s.blob(&pin.pin.snapshot)).transpose().map_err(|e| {
                Failure::Program(format!("the snapshot of `{}` cannot be used: {e}", pin.pin.source))
            })?;
            snapshots.push(Snapshot::read(pin.pin, bytes.unwrap_or_default())?);
        }
        Ok(Self::of(snapshots))
    }

    /// These snapshots.
    pub(crate) fn of(snapshots: Vec<Snapshot>) -> Self {
        Self { snapshots, index: OnceCell::new() }
    }

    /// The snapshots, the starter list first, then by source.
    pub(crate) fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// What is loaded.
    pub(crate) fn pins(&self) -> Vec<Pin> {
        self.snapshots.iter().map(|s| s.pin.clone()).collect()
    }

    /// One index over all of them. Names are weighed by how common their words are on all loaded lists together, so
    /// that every command gives the same score.
    pub(crate) fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut builder = countersign_screening::IndexBuilder::new();
            for entity in self.snapshots.iter().flat_map(|s| &s.entities) {
                builder.add(entity);
            }
            builder.finish()
        })
    }

    /// The entity with an id.
    pub(crate) fn entity(&self, id: &str) -> Option<&Entity> {
        self.snapshots.iter().flat_map(|s| &s.entities).find(|e| e.id == id)
    }

    /// The official lists of which a whole copy is loaded.
    pub(crate) fn whole_lists(&self) -> BTreeSet<ListCode> {
        self.snapshots.iter().flat_map(Snapshot::whole_lists).collect()
    }

    /// How many entities of a kind that a query may be stand on these official lists, by list.
    pub(crate) fn counts(
        &self,
        lists: &BTreeSet<ListCode>,
        schema: Option<EntitySchema>,
    ) -> (usize, Vec<(ListCode, usize)>) {
        let mut by_list: BTreeMap<ListCode, usize> = lists.iter().map(|l| (*l, 0)).collect();
        let mut all = 0;
        for entity in self.snapshots.iter().flat_map(|s| &s.entities) {
            if schema.is_some_and(|s| !s.may_be(entity.schema)) {
                continue;
            }
            let on: BTreeSet<ListCode> =
                entity.listings.iter().map(|l| l.list).filter(|l| lists.contains(l)).collect();
            all += usize::from(!on.is_empty());
            for list in on {
                *by_list.entry(list).or_default() += 1;
            }
        }
        (all, by_list.into_iter().collect())
    }
}

/// The last import of a source.
#[derive(Debug, Clone)]
pub(crate) struct Imported {
    pub(crate) pin: Pin,
    /// The index of its entry in the journal.
    pub(crate) entry: u64,
}

/// The last import of each source, by source.
pub(crate) fn imports(store: &Store) -> Result<BTreeMap<String, Imported>, Failure> {
    let mut last = BTreeMap::new();
    for entry in store.entries() {
        let (index, leaf) = entry?;
        if leaf.kind != Kind::ListImport {
            continue;
        }
        let damaged = |why: &str| {
            Failure::Program(format!("entry {index} of the journal, an import of `{}`, {why}", leaf.subject))
        };
        let source = SourceId::new(&leaf.subject).map_err(|_| damaged("names no source"))?;
        let snapshot = leaf
            .documents
            .iter()
            .find(|(name, _)| name.as_str() == ENTITIES)
            .map(|(_, digest)| *digest)
            .ok_or_else(|| damaged("has no snapshot"))?;
        let entries = leaf
            .extra
            .get("entities")
            .and_then(|n| n.parse().ok())
            .ok_or_else(|| damaged("does not tell how many entities it has"))?;
        let pin = Pin {
            source,
            snapshot,
            entries,
            speaks_for: leaf.extra.get("as_of").cloned(),
            imported: Some(leaf.time.to_string()),
        };
        last.insert(leaf.subject.clone(), Imported { pin, entry: index });
    }
    Ok(last)
}
