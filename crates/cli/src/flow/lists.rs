//! The lists that are loaded: the starter list of the program, and of each source the copy that answers for the day
//! asked about, as it is known on the other day asked about, with the entities that are no longer (or not yet) on it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use countersign_history::around;
use countersign_lists::{entities_jsonl, read_entities_jsonl, source_def, starter, write_entities_jsonl};
use countersign_model::{Digest, Entity, EntitySchema, ListCode, SourceId};
use countersign_screening::Index;
use countersign_store::Store;
use serde::{Deserialize, Serialize};

use super::editions::{Editions, Part, Plan, When, bytes, entities};
use crate::failure::Failure;

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
    /// SHA-256 of the entities that are not on this copy and were on an earlier one or are on a later one; absent where
    /// there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) past: Option<Digest>,
}

/// A list with its entities.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) pin: Pin,
    pub(crate) entities: Vec<Entity>,
    /// The bytes that the pin's digest names.
    pub(crate) bytes: Vec<u8>,
    /// Entities that are no longer or not yet on this copy.
    pub(crate) past: Vec<Entity>,
    /// The bytes that the pin's digest of them names.
    pub(crate) past_bytes: Vec<u8>,
}

impl Snapshot {
    /// Reads the bytes that a pin names. The caller has checked their digests.
    pub(crate) fn read(pin: Pin, bytes: Vec<u8>, past_bytes: Vec<u8>) -> Result<Self, Failure> {
        let entities = Self::parse(&pin.source, &bytes)?;
        let past = Self::parse(&pin.source, &past_bytes)?;
        Ok(Self { pin, entities, bytes, past, past_bytes })
    }

    /// The entities in the bytes of a snapshot.
    pub(crate) fn parse(source: &SourceId, bytes: &[u8]) -> Result<Vec<Entity>, Failure> {
        read_entities_jsonl(bytes)
            .map_err(|e| Failure::Program(format!("the snapshot of `{source}` cannot be read: {e}")))
    }

    /// The copy of one source that answers, with the entities around it.
    fn of_part(store: &Store, part: &Part) -> Result<Self, Failure> {
        let source = &part.source;
        let content = bytes(store, source, &part.on.snapshot)?;
        let here = Self::parse(source, &content)?;
        let (past, past_bytes) = if part.on.entry == part.present.entry {
            let bytes = part.memory.map(|d| bytes(store, source, &d)).transpose()?.unwrap_or_default();
            (Self::parse(source, &bytes)?, bytes)
        } else {
            let present = entities(store, source, &part.present.snapshot)?;
            let memory = part.memory.map(|d| entities(store, source, &d)).transpose()?.unwrap_or_default();
            let past = around(&here, part.on.day, part.next, &present, &memory);
            let bytes = write_entities_jsonl(&past);
            (past, bytes)
        };
        let pin = Pin {
            source: source.clone(),
            snapshot: part.on.snapshot,
            entries: part.on.entities,
            speaks_for: part.on.day_told.then(|| part.on.day.to_string()),
            imported: Some(part.time.clone()),
            past: (!past.is_empty()).then(|| Digest::of(&past_bytes)),
        };
        Ok(Self { pin, entities: here, bytes: content, past, past_bytes })
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
            past: None,
        };
        Ok(Self { pin, entities: import.entities, bytes, past: Vec::new(), past_bytes: Vec::new() })
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
    /// The starter list, and of each source in the journal the copy that answers.
    pub(crate) fn load(store: Option<&Store>, when: When) -> Result<Self, Failure> {
        Self::of_plan(store, &Editions::load(store)?.plan(when))
    }

    /// The starter list and the copies of a plan.
    pub(crate) fn of_plan(store: Option<&Store>, plan: &Plan) -> Result<Self, Failure> {
        let mut snapshots = vec![Snapshot::starter()?];
        for part in store.map(|_| plan.parts.iter()).into_iter().flatten() {
            snapshots.extend(store.map(|s| Snapshot::of_part(s, part)).transpose()?);
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
            for entity in self.snapshots.iter().flat_map(|s| s.entities.iter().chain(&s.past)) {
                builder.add(entity);
            }
            builder.finish()
        })
    }

    /// The entity with an id, on a loaded copy or around it.
    pub(crate) fn entity(&self, id: &str) -> Option<&Entity> {
        self.found(id).map(|(_, entity)| entity)
    }

    /// The entity with an id, and the copy that it is on or around.
    pub(crate) fn found(&self, id: &str) -> Option<(&Snapshot, &Entity)> {
        self.snapshots
            .iter()
            .find_map(|s| s.entities.iter().chain(&s.past).find(|e| e.id == id).map(|e| (s, e)))
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
