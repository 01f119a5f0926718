//! The lists that are loaded: the starter list of the program, and of each source the copy that answers for the day
//! asked about, as it is known on the other day asked about, with the entities that are no longer (or not yet) on it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::OnceLock;

use countersign_history::around;
use countersign_lists::{source_def, write_entities_jsonl};
use countersign_model::{Date, Digest, Entity, EntitySchema, ListCode, SourceId};
use countersign_screening::{Index, IndexBuilder};
use countersign_store::{Access, Store};
use serde::{Deserialize, Serialize};

use crate::cache;
use crate::editions::{Editions, Part, Plan, When, bytes, entities};
use crate::failure::Failure;
use crate::reach::is_too_far;
use crate::sightings::Sightings;
pub use crate::snapshot::{Pin, STARTER, Snapshot};

/// All lists that are loaded. What is asked of them is answered from an index that is kept in the home's cache; the lists
/// themselves are read only where the index is missing, or where their bytes are wanted.
#[derive(Debug)]
pub struct Lists {
    pins: Vec<Pin>,
    counts: Vec<Count>,
    index: Index,
    snapshots: OnceLock<Vec<Snapshot>>,
    /// The official lists that each of the pinned copies holds whole; worked out once.
    whole: OnceLock<Vec<BTreeSet<ListCode>>>,
    /// When entries came and changed; read once.
    sightings: OnceLock<Sightings>,
    /// Where the snapshots are read from: the home, and which copies.
    from: Option<(PathBuf, Plan)>,
}

/// How many entities of one schema stand on the same official lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Count {
    lists: BTreeSet<ListCode>,
    schema: EntitySchema,
    entities: usize,
}

/// What is kept with an index.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    pins: Vec<Pin>,
    counts: Vec<Count>,
}

impl Lists {
    /// The starter list, and of each source in the journal the copy that answers.
    pub fn load(store: Option<&Store>, when: When) -> Result<Self, Failure> {
        Self::of_plan(store, &Editions::load(store)?.plan(when))
    }

    /// The starter list and the copies of a plan.
    pub fn of_plan(store: Option<&Store>, plan: &Plan) -> Result<Self, Failure> {
        let Some(store) = store.filter(|_| !plan.parts.is_empty()) else {
            return Ok(Self::of(vec![Snapshot::starter()?]));
        };
        let content = content(plan)?;
        let path = cache::path(store, &content);
        let from = Some((store.home().to_owned(), plan.clone()));
        // a file that is missing, damaged or of another version is made anew
        if let Ok(index) = Index::open(&path, &content)
            && let Ok(kept) = serde_json::from_str::<Kept>(index.annotation())
            && plan.parts.iter().all(|part| {
                kept.pins.iter().any(|pin| pin.source == part.source && pin.snapshot == part.on.snapshot)
            })
        {
            let Kept { pins, counts } = kept;
            return Ok(Self {
                pins,
                counts,
                index,
                snapshots: OnceLock::new(),
                whole: OnceLock::new(),
                sightings: OnceLock::new(),
                from,
            });
        }
        let snapshots = read(store, plan)?;
        let built = Self::built(snapshots, &content, from)?;
        cache::keep(&built.index, &path);
        Ok(built)
    }

    /// These snapshots.
    pub fn of(snapshots: Vec<Snapshot>) -> Self {
        let pins = snapshots.iter().map(|s| s.pin.clone()).collect();
        let counts = count(&snapshots);
        let index = index_of(&snapshots, IndexBuilder::new());
        Self::with(Kept { pins, counts }, index, snapshots, None)
    }

    /// The lists with an index that was just made of them.
    fn with(kept: Kept, index: Index, snapshots: Vec<Snapshot>, from: Option<(PathBuf, Plan)>) -> Self {
        let Kept { pins, counts } = kept;
        Self {
            pins,
            counts,
            index,
            snapshots: OnceLock::from(snapshots),
            whole: OnceLock::new(),
            sightings: OnceLock::new(),
            from,
        }
    }

    fn built(
        snapshots: Vec<Snapshot>,
        content: &str,
        from: Option<(PathBuf, Plan)>,
    ) -> Result<Self, Failure> {
        let kept =
            Kept { pins: snapshots.iter().map(|s| s.pin.clone()).collect(), counts: count(&snapshots) };
        let mut builder = IndexBuilder::for_content(content);
        builder.annotate(serde_json::to_string(&kept).map_err(|e| Failure::Program(e.to_string()))?);
        let index = index_of(&snapshots, builder);
        Ok(Self::with(kept, index, snapshots, from))
    }

    /// The snapshots, the starter list first, then by source; read now if they were not yet.
    pub fn snapshots(&self) -> Result<&[Snapshot], Failure> {
        if let Some(snapshots) = self.snapshots.get() {
            return Ok(snapshots);
        }
        let read = match &self.from {
            Some((home, plan)) => read(&Store::open(home, Access::Read)?, plan)?,
            None => Vec::new(),
        };
        if read.iter().map(|s| &s.pin).ne(&self.pins) {
            return Err(Failure::Program(
                "the index in the cache is of other copies of the lists than it says; remove the directory `cache` of the home"
                    .to_owned(),
            ));
        }
        Ok(self.snapshots.get_or_init(|| read))
    }

    /// When entries came to their lists and last changed there; read now if they were not yet.
    ///
    /// # Errors
    /// A list of changes that cannot be read.
    pub fn sightings(&self) -> Result<&Sightings, Failure> {
        if let Some(sightings) = self.sightings.get() {
            return Ok(sightings);
        }
        let read = match &self.from {
            Some((home, plan)) => Sightings::read(&Store::open(home, Access::Read)?, plan)?,
            None => Sightings::default(),
        };
        Ok(self.sightings.get_or_init(|| read))
    }

    /// What is loaded.
    pub fn pins(&self) -> Vec<Pin> {
        self.pins.clone()
    }

    /// One index over all of them. Names are weighed by how common their words are on all loaded lists together, so
    /// that every command gives the same score.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The entity with an id, on a loaded copy or around it.
    pub fn entity(&self, id: &str) -> Option<&Entity> {
        self.index.entity(id)
    }

    /// The entity with an id, and the copy that it is on or around.
    pub fn found(&self, id: &str) -> Result<Option<(&Snapshot, &Entity)>, Failure> {
        Ok(self
            .snapshots()?
            .iter()
            .find_map(|s| s.entities.iter().chain(&s.past).find(|e| e.id == id).map(|e| (s, e))))
    }

    /// The official lists of which a whole copy is loaded that can speak of a day.
    pub fn whole_lists(&self, on: Date) -> BTreeSet<ListCode> {
        let whole = self.whole.get_or_init(|| self.pins.iter().map(|pin| whole_lists(&pin.source)).collect());
        let near = self.pins.iter().zip(whole).filter(|(pin, _)| !is_too_far(pin, on));
        near.flat_map(|(_, lists)| lists.iter().copied()).collect()
    }

    /// How many entities of a kind that a query may be stand on these official lists, by list.
    pub fn counts(
        &self,
        lists: &BTreeSet<ListCode>,
        schema: Option<EntitySchema>,
    ) -> (usize, Vec<(ListCode, usize)>) {
        let mut by_list: BTreeMap<ListCode, usize> = lists.iter().map(|l| (*l, 0)).collect();
        let mut all = 0;
        for count in self.counts.iter().filter(|c| schema.is_none_or(|s| s.may_be(c.schema))) {
            let mut any = false;
            for list in count.lists.intersection(lists) {
                any = true;
                *by_list.entry(*list).or_default() += count.entities;
            }
            all += if any { count.entities } else { 0 };
        }
        (all, by_list.into_iter().collect())
    }
}

/// The copy of one source that answers, with the entities around it.
fn snapshot_of(store: &Store, part: &Part) -> Result<Snapshot, Failure> {
    let source = &part.source;
    let content = bytes(store, source, &part.on.snapshot)?;
    let here = Snapshot::parse(source, &content)?;
    let (past, past_bytes) = if part.on.entry == part.present.entry {
        let bytes = part.memory.map(|d| bytes(store, source, &d)).transpose()?.unwrap_or_default();
        (Snapshot::parse(source, &bytes)?, bytes)
    } else {
        let present = entities(store, source, &part.present.snapshot)?;
        let memory = part.memory.map(|d| entities(store, source, &d)).transpose()?.unwrap_or_default();
        let after = (part.next_snapshot != part.present.snapshot)
            .then(|| entities(store, source, &part.next_snapshot))
            .transpose()?;
        let after = after.as_ref().unwrap_or(&present);
        let past = around(&here, part.on.day, (part.next, after), &present, &memory);
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
    Ok(Snapshot { pin, entities: here, bytes: content, past, past_bytes })
}

/// The starter list and the copies of a plan.
fn read(store: &Store, plan: &Plan) -> Result<Vec<Snapshot>, Failure> {
    let mut snapshots = vec![Snapshot::starter()?];
    for part in &plan.parts {
        snapshots.push(snapshot_of(store, part)?);
    }
    Ok(snapshots)
}

fn index_of(snapshots: &[Snapshot], mut builder: IndexBuilder) -> Index {
    for entity in snapshots.iter().flat_map(|s| s.entities.iter().chain(&s.past)) {
        builder.add(entity);
    }
    builder.finish()
}

fn count(snapshots: &[Snapshot]) -> Vec<Count> {
    let mut counts: BTreeMap<(BTreeSet<ListCode>, &'static str), Count> = BTreeMap::new();
    for entity in snapshots.iter().flat_map(|s| &s.entities) {
        let lists: BTreeSet<ListCode> = entity.listings.iter().map(|l| l.list).collect();
        let schema = entity.schema;
        counts
            .entry((lists.clone(), schema.as_str()))
            .or_insert(Count { lists, schema, entities: 0 })
            .entities += 1;
    }
    counts.into_values().collect()
}

/// What an index is an index of: everything by which the copies of a plan are chosen and read.
fn content(plan: &Plan) -> Result<String, Failure> {
    let starter = Snapshot::starter()?.pin.snapshot;
    let mut text = format!("starter {starter}");
    for part in &plan.parts {
        let memory = part.memory.map_or_else(|| "-".to_owned(), |d| d.to_string());
        text.push_str(&format!(
            "; {} {} {} {} {} {} {memory} {}",
            part.source,
            part.on.entry,
            part.on.snapshot,
            part.on.day,
            part.next,
            part.present.snapshot,
            part.time
        ));
    }
    Ok(text)
}

/// The official lists that a source holds whole.
fn whole_lists(source: &SourceId) -> BTreeSet<ListCode> {
    // a source that this program no longer knows holds nothing whole
    source_def(source).map(|def| def.whole.iter().copied().collect()).unwrap_or_default()
}
