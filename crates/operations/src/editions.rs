//! The editions of every source that the journal holds, and which of them answer for a question.

use std::collections::BTreeMap;

use countersign_history::{Edition, Known};
use countersign_model::{Date, Digest, Entity, SourceId, parse_date};
use countersign_store::{Kind, Leaf, Store};

use crate::failure::Failure;
use crate::snapshot::Snapshot;

/// The documents of an import: its entities; those that were on earlier copies and are on no present one; what it
/// changed.
pub const ENTITIES: &str = "entities.jsonl";
/// The document of entries that are on the list no more.
pub const PAST: &str = "past.jsonl";
/// The document of what changed since the edition before.
pub const CHANGES: &str = "changes.json";

/// What the entities of a FollowTheMoney import do not hold of its records.
pub const FTM: &str = "ftm.jsonl";

/// For which day the lists are read, and as known on which day. Without a day: the present, and all that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct When {
    /// The day for which the lists are read.
    pub as_of: Option<Date>,
    /// Only imports recorded up to this day are known.
    pub known_at: Option<Date>,
}

/// What is kept of one import beside its edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// What the history knows of it.
    pub edition: Edition,
    /// When it was recorded.
    pub time: String,
    /// The digests of the raw files, in their order.
    pub raw: Vec<Digest>,
    /// Whether the files came from the publisher's address at that time.
    pub fetched: bool,
}

/// All imports of a journal by source, in the order of the journal.
#[derive(Debug, Clone, Default)]
pub struct Editions {
    by_source: BTreeMap<SourceId, Vec<Recorded>>,
}

impl Editions {
    /// Those of a journal; none where there is no home.
    pub fn load(store: Option<&Store>) -> Result<Self, Failure> {
        let mut by_source: BTreeMap<SourceId, Vec<Recorded>> = BTreeMap::new();
        for entry in store.map(Store::entries).into_iter().flatten() {
            let (index, leaf) = entry?;
            if leaf.kind != Kind::ListImport {
                continue;
            }
            let (source, recorded) = read(index, &leaf).map_err(|why| {
                Failure::Program(format!(
                    "entry {index} of the journal, an import of `{}`, {why}; it was written by another version, or is damaged: run `countersign log fsck`",
                    leaf.subject
                ))
            })?;
            by_source.entry(source).or_default().push(recorded);
        }
        Ok(Self { by_source })
    }

    /// The sources, by id.
    pub fn sources(&self) -> impl Iterator<Item = &SourceId> {
        self.by_source.keys()
    }

    /// The imports of one source.
    pub fn of(&self, source: &SourceId) -> &[Recorded] {
        self.by_source.get(source).map_or(&[], Vec::as_slice)
    }

    /// What is known of a source on a day.
    pub fn known(&self, source: &SourceId, known_at: Option<Date>) -> Known {
        let all: Vec<Edition> = self.of(source).iter().map(|r| r.edition.clone()).collect();
        Known::at(&all, known_at)
    }

    /// The import of an entry of the journal.
    pub fn recorded(&self, source: &SourceId, entry: u64) -> Option<&Recorded> {
        self.of(source).iter().find(|r| r.edition.entry == entry)
    }

    /// The editions that answer: for each source the one of the day, the present one, and the memory.
    pub fn plan(&self, when: When) -> Plan {
        let mut plan = Plan::default();
        for source in self.by_source.keys() {
            let known = self.known(source, when.known_at);
            let (Some(present), Some(last)) = (known.present(), known.last_recorded()) else {
                plan.unknown.push(source.clone());
                continue;
            };
            let on = when.as_of.and_then(|d| known.on(d)).unwrap_or(present);
            let after = known.after(on.entry);
            let next = after.map_or(on.day, |e| e.day);
            let next_snapshot = after.map_or(on.snapshot, |e| e.snapshot);
            let time = self.recorded(source, on.entry).map(|r| r.time.clone()).unwrap_or_default();
            plan.parts.push(Part {
                source: source.clone(),
                on: on.clone(),
                time,
                next,
                next_snapshot,
                present: present.clone(),
                memory: last.past,
                copies: known
                    .editions()
                    .iter()
                    .filter(|e| (e.day, e.entry) <= (on.day, on.entry))
                    .cloned()
                    .collect(),
                before_first: when.as_of.is_some_and(|d| d < on.day),
            });
        }
        plan
    }
}

/// Which editions answer for a question. Two questions with the same plan have the same lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// One for each source that answers.
    pub parts: Vec<Part>,
    /// Sources that were imported only later than the day on which the lists are asked to be known.
    pub unknown: Vec<SourceId>,
}

impl Plan {
    /// What a reader has to know of the copies that answer.
    pub fn notes(&self, when: When) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(known_at) = when.known_at {
            for source in &self.unknown {
                notes.push(format!(
                    "no copy of `{source}` had been taken in by {known_at}, so it is not compared"
                ));
            }
        }
        if let Some(as_of) = when.as_of {
            for part in &self.parts {
                if part.before_first {
                    notes.push(format!(
                        "the earliest copy of `{}` is of {}; for {as_of} it is read by the dates in its entries, and who was \
                         delisted before is not in it",
                        part.source, part.on.day
                    ));
                } else if part.on.entry != part.present.entry {
                    notes.push(format!(
                        "`{}` is read as its copy of {} (entry {}) says, the last one up to {as_of}",
                        part.source, part.on.day, part.on.entry
                    ));
                }
            }
        }
        notes
    }
}

/// The editions of one source that answer.
#[derive(Debug, Clone)]
pub struct Part {
    /// Whose list it is.
    pub source: SourceId,
    /// The edition of the day.
    pub on: Edition,
    /// When that one was recorded.
    pub time: String,
    /// The day of the edition after it.
    pub next: Date,
    /// The entities of that edition.
    pub next_snapshot: Digest,
    /// The present edition.
    pub present: Edition,
    /// The entities of earlier copies that are not on the present one.
    pub memory: Option<Digest>,
    /// The editions up to the one of the day, by day.
    pub copies: Vec<Edition>,
    /// Whether the day asked about lies before every copy.
    pub before_first: bool,
}

impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        // whether the day lies before the first copy changes no entry
        (&self.source, &self.on, &self.present, &self.memory, &self.copies)
            == (&other.source, &other.on, &other.present, &other.memory, &other.copies)
    }
}

impl Eq for Part {}

fn read(index: u64, leaf: &Leaf) -> Result<(SourceId, Recorded), &'static str> {
    let source = SourceId::new(&leaf.subject).map_err(|_| "names no source")?;
    let document = |name: &str| leaf.documents.iter().find(|(n, _)| n.as_str() == name).map(|(_, d)| *d);
    let day = |key: &str| leaf.extra.get(key).map(|text| parse_date(text)).transpose();
    let time = leaf.time.to_string();
    let recorded = time.get(..10).and_then(|t| parse_date(t).ok()).ok_or("has no day")?;
    let told = day("as_of").map_err(|_| "tells no day that can be read")?;
    let raw = leaf.documents.iter().filter(|(name, _)| name.as_str().starts_with("raw-"));
    let mut raw: Vec<(usize, Digest)> =
        raw.map(|(name, d)| (name.as_str().trim_start_matches("raw-").parse().unwrap_or(0), *d)).collect();
    raw.sort_by_key(|(n, _)| *n);
    let edition = Edition {
        entry: index,
        recorded,
        day: told.unwrap_or(recorded).min(recorded),
        day_told: told.is_some(),
        snapshot: document(ENTITIES).ok_or("has no snapshot")?,
        past: document(PAST),
        changes: document(CHANGES),
        entities: leaf
            .extra
            .get("entities")
            .and_then(|n| n.parse().ok())
            .ok_or("does not tell how many entities it has")?,
        replaces_newer: leaf.extra.get("older").is_some_and(|w| w == "replaces_newer"),
    };
    let fetched = leaf.extra.contains_key("fetched");
    Ok((source, Recorded { edition, time, raw: raw.into_iter().map(|(_, d)| d).collect(), fetched }))
}

/// The entities of a snapshot or a memory that the journal names.
pub fn entities(store: &Store, source: &SourceId, digest: &Digest) -> Result<Vec<Entity>, Failure> {
    Snapshot::parse(source, &bytes(store, source, digest)?)
}

/// The bytes of a document of an import.
pub fn bytes(store: &Store, source: &SourceId, digest: &Digest) -> Result<Vec<u8>, Failure> {
    store
        .blob(digest)
        .map_err(|e| Failure::Program(format!("the snapshot of `{source}` cannot be used: {e}")))
}
