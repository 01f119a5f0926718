//! The watched parties: kept in the journal, screened again after each import, with an alert only where something
//! changed.

use std::collections::BTreeMap;

use countersign_history::past_of;
use countersign_log::{FsStorage, Storage as _};
use countersign_model::{Date, Digest};
use countersign_screening::{ALGORITHM, Delta, Index, Outlines, Profile};
use countersign_store::{Kind, Leaf, NewRecord, Store, UtcTime};
use countersign_verify::{Envelope, Statement, canonical_json};
use countersign_watch::{Alert, Match, Party, State, alerts, read_base, write_base};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cache;
use crate::dispositions::{About, Dispositions, entity_digest};
use crate::editions::When;
use crate::failure::Failure;
use crate::import::day_of;
use crate::lists::Lists;
use crate::screening::{State as Standing, judged};

/// The documents of a change of the base, and of a run.
const BASE: &str = "parties.jsonl";
const STATE: &str = "state.json";

/// The watched parties, by their owner's ids.
pub type Base = BTreeMap<String, Party>;

/// The last document of a name that records of a kind hold.
fn last(store: &Store, kind: Kind, name: &str) -> Result<Option<Vec<u8>>, Failure> {
    let mut found = None;
    for entry in store.entries() {
        let (_, leaf) = entry?;
        if leaf.kind == kind {
            found = leaf.documents.iter().find(|(n, _)| n.as_str() == name).map(|(_, d)| *d);
        }
    }
    found
        .map(|digest| store.blob(&digest))
        .transpose()
        .map_err(|e| Failure::Program(format!("what is watched cannot be read: {e}")))
}

/// The watched parties of a journal.
pub fn base(store: &Store) -> Result<Base, Failure> {
    let Some(bytes) = last(store, Kind::WatchBase, BASE)?.filter(|b| !b.is_empty()) else {
        return Ok(Base::new());
    };
    let text = String::from_utf8(bytes).map_err(|e| Failure::Program(format!("the party base: {e}")))?;
    read_base(&text).map_err(|e| Failure::Program(format!("the party base: {e}")))
}

/// Records the watched parties as they are now. Gives the entry.
pub fn record_base(store: &mut Store, base: &Base, time: UtcTime) -> Result<u64, Failure> {
    let bytes = write_base(base);
    let digest = store.put_blob(&bytes)?;
    let predicate = json!({"schema": "watch-base/1", "parties": base.len(), "base": digest});
    let document = signed(store, Kind::WatchBase, &[(BASE, digest)], predicate)?;
    let receipt = store.append(&NewRecord {
        kind: Kind::WatchBase,
        time,
        subject: "watched parties",
        document: &document,
        documents: documents(&[(BASE, digest)])?,
        extra: BTreeMap::from([("parties".to_owned(), base.len().to_string())]),
    })?;
    Ok(receipt.index)
}

/// What a run came to.
#[derive(Debug)]
pub struct Run {
    /// How many parties are watched.
    pub parties: usize,
    /// How many of them were screened: those whom the change of the lists since the last run may concern, those with
    /// possible matches, and those whose names people decided about. All of them where the last run left no note.
    pub screened: usize,
    /// What changed.
    pub alerts: Vec<Alert>,
    /// The entry of the run; none where nothing changed, and nothing was recorded.
    pub entry: Option<u64>,
}

/// Screens the watched parties against the present lists, and records what changed since the last run. All alerts of a run
/// and its state are in the journal, or none.
pub fn run(store: &mut Store, time: UtcTime) -> Result<Run, Failure> {
    let base = base(store)?;
    let kept = last(store, Kind::WatchRun, STATE)?;
    let before: State = kept
        .as_deref()
        .map(serde_json::from_slice)
        .transpose()
        .map_err(|e| Failure::Program(format!("the state of the last run cannot be read: {e}")))?
        .unwrap_or_default();
    let lists = Lists::load(Some(store), When::default())?;
    let earlier = earlier_index(store, kept.as_deref(), &base);
    let (after, screened) =
        screen(store, &lists, &base, &time, earlier.as_ref().map(|index| (&before, index)))?;
    let note = |store: &Store, state: &[u8]| Noted::of(&lists, state, &base).keep(store);
    let alerts = alerts(&before, &after, |party| base.contains_key(party));
    let value = serde_json::to_value(&after).map_err(|e| Failure::Program(e.to_string()))?;
    let state = canonical_json(&value).map_err(|e| Failure::Program(e.to_string()))?;
    if let Some(kept) = kept.as_deref()
        && alerts.is_empty()
        && same_but_scores(&before, &after)
    {
        note(store, kept);
        return Ok(Run { parties: base.len(), screened, alerts, entry: None });
    }
    let digest = store.put_blob(&state)?;
    let mut made = Vec::new();
    for alert in &alerts {
        let predicate =
            serde_json::to_value(alert).map_err(|e| Failure::Program(e.to_string())).map(wrapped)?;
        let about: Vec<(&str, Digest)> = [&alert.before, &alert.after]
            .into_iter()
            .flatten()
            .map(|m| (m.entity.as_str(), m.sha256))
            .collect();
        made.push(signed(store, Kind::WatchAlert, &about, predicate)?);
    }
    let predicate =
        json!({"schema": "watch-run/1", "parties": base.len(), "alerts": alerts.len(), "state": digest});
    let run = signed(store, Kind::WatchRun, &[(STATE, digest)], predicate)?;
    let mut records = Vec::new();
    for (alert, document) in alerts.iter().zip(&made) {
        let change = serde_json::to_value(alert.change).ok().and_then(|v| v.as_str().map(str::to_owned));
        let entity = alert.after.as_ref().or(alert.before.as_ref()).map(|m| m.entity.clone());
        records.push(NewRecord {
            kind: Kind::WatchAlert,
            time: time.clone(),
            subject: &alert.party,
            document,
            documents: BTreeMap::new(),
            extra: BTreeMap::from([
                ("change".to_owned(), change.unwrap_or_default()),
                ("entity".to_owned(), entity.unwrap_or_default()),
            ]),
        });
    }
    records.push(NewRecord {
        kind: Kind::WatchRun,
        time,
        subject: "watched parties",
        document: &run,
        documents: documents(&[(STATE, digest)])?,
        extra: BTreeMap::from([
            ("parties".to_owned(), base.len().to_string()),
            ("alerts".to_owned(), alerts.len().to_string()),
        ]),
    });
    let receipts = store.append_all(&records)?;
    note(store, &state);
    Ok(Run { parties: base.len(), screened, alerts, entry: receipts.last().map(|r| r.index) })
}

/// The run after an import, where anybody is watched.
pub fn run_if_watched(store: &mut Store, time: UtcTime) -> Result<Option<Run>, Failure> {
    if base(store)?.is_empty() { Ok(None) } else { run(store, time).map(Some) }
}

fn wrapped(alert: Value) -> Value {
    json!({"schema": "watch-alert/1", "alert": alert})
}

/// A score moves with the words of all lists; a state that differs in scores alone is the same.
fn same_but_scores(a: &State, b: &State) -> bool {
    let flat = |state: &State| -> Vec<(String, String, Digest, bool)> {
        let all = state.iter().flat_map(|(party, found)| found.iter().map(move |m| (party, m)));
        let mut all: Vec<_> =
            all.map(|(party, m)| (party.clone(), m.entity.clone(), m.sha256, m.listed)).collect();
        all.sort();
        all
    };
    flat(a) == flat(b)
}

/// What a run leaves in the cache for the next one. Nothing rests on it but time: where it is missing, or is of another run,
/// everybody is screened.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Noted {
    /// What the index was an index of.
    content: String,
    algorithm: String,
    /// Digests of the state that the run found, and of the parties.
    state: Digest,
    base: Digest,
}

const NOTE: &str = "watch.json";

impl Noted {
    fn of(lists: &Lists, state: &[u8], base: &Base) -> Self {
        Self {
            content: lists.index().content().to_owned(),
            algorithm: ALGORITHM.to_owned(),
            state: Digest::of(state),
            base: Digest::of(&write_base(base)),
        }
    }

    fn keep(&self, store: &Store) {
        // without it the next run takes longer
        if let Ok(bytes) = serde_json::to_vec(self)
            && let Ok(cache) = FsStorage::create(store.cache())
        {
            let _: std::io::Result<()> = cache.put(NOTE, &bytes);
        }
    }
}

/// The index that the last run screened against, where it left a note of itself, was over the same parties, and its index is
/// still in the cache.
fn earlier_index(store: &Store, state: Option<&[u8]>, base: &Base) -> Option<Index> {
    let noted: Noted = serde_json::from_slice(&std::fs::read(store.cache().join(NOTE)).ok()?).ok()?;
    let same = noted.algorithm == ALGORITHM
        && noted.state == Digest::of(state?)
        && noted.base == Digest::of(&write_base(base));
    if !same {
        return None;
    }
    Index::open(&cache::path(store, &noted.content), &noted.content).ok()
}

/// Screens the parties, on all processors: none of them knows of another. `earlier`: what the last run found, and in which index; then
/// only those are screened for whom something else may be found. The others had no possible match, and have none.
fn screen(
    store: &Store,
    lists: &Lists,
    base: &Base,
    time: &UtcTime,
    earlier: Option<(&State, &Index)>,
) -> Result<(State, usize), Failure> {
    let today = day_of(time)?;
    let dispositions = Dispositions::load(Some(store))?;
    let mut parties: Vec<&Party> = base.values().collect();
    if let Some((before, index)) = earlier {
        let mut outlines = Outlines::new();
        // whoever cannot be screened is told of by the run itself
        let odd: Vec<bool> = parties.iter().map(|party| outlines.push(&party.query()).is_err()).collect();
        let concerned = Delta::between(index, lists.index()).concerned(&outlines, lists.index(), &profile());
        let mut places = odd;
        for place in concerned {
            if let Some(slot) = places.get_mut(place) {
                *slot = true;
            }
        }
        parties = parties
            .into_iter()
            .zip(places)
            .filter(|(party, place)| {
                // the day and what people decided count for whoever has a match
                *place || before.contains_key(&party.id) || dispositions.is_decided(&party.name)
            })
            .map(|(party, _)| party)
            .collect();
    }
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = parties.len().div_ceil(workers).max(1);
    let state = std::thread::scope(|scope| {
        let running: Vec<_> = parties
            .chunks(share)
            .map(|share| {
                let dispositions = &dispositions;
                scope.spawn(move || found_among(share, lists, dispositions, today))
            })
            .collect();
        let mut state = State::new();
        for part in running {
            let part = part
                .join()
                .map_err(|_| Failure::Program("a thread that screened watched parties stopped".to_owned()))?;
            state.extend(part?);
        }
        Ok::<State, Failure>(state)
    })?;
    Ok((state, parties.len()))
}

fn profile() -> Profile {
    Profile { max_near_misses: 0, ..Profile::default() }
}

/// The possible matches of some of the parties.
fn found_among(
    parties: &[&Party],
    lists: &Lists,
    dispositions: &Dispositions,
    today: Date,
) -> Result<State, Failure> {
    let mut state = State::new();
    for party in parties {
        let matches = matches_of(party, lists, dispositions, today)?;
        if !matches.is_empty() {
            state.insert(party.id.clone(), matches);
        }
    }
    Ok(state)
}

/// The possible matches of one party that nobody has decided to be another party, by entry.
fn matches_of(
    party: &Party,
    lists: &Lists,
    dispositions: &Dispositions,
    today: Date,
) -> Result<Vec<Match>, Failure> {
    let profile = profile();
    let query = party.query();
    let found = lists
        .index()
        .screen(&query, &profile)
        .map_err(|e| Failure::Input(format!("the watched party `{}`: {e}", party.id)))?;
    // a wrong kind in the customer file must not hide a listed party
    let others = if found.hits.is_empty() {
        lists.index().of_another_kind(&query, &profile).map_err(|e| Failure::Input(e.to_string()))?
    } else {
        Vec::new()
    };
    let mut matches = Vec::new();
    for hit in found.hits.into_iter().chain(others) {
        let kind = party.schema.unwrap_or(hit.schema);
        let about = About { name: &party.name, kind, query: &query, on: today };
        let found = judged(hit, &about, lists, dispositions)?;
        if found.state == Standing::NoMatch {
            continue;
        }
        let Some(entity) = lists.entity(&found.hit.entity) else { continue };
        let mut on: Vec<_> = entity.listings.iter().map(|l| l.list).collect();
        on.sort();
        on.dedup();
        matches.push(Match {
            entity: entity.id.clone(),
            caption: entity.caption().to_owned(),
            lists: on,
            score: found.hit.score,
            sha256: entity_digest(entity)?,
            listed: entity.listings.iter().any(|l| l.in_effect_on(today)),
            delisted_since: past_of(entity).map(|(_, since)| since),
        });
    }
    matches.sort_by(|a, b| a.entity.cmp(&b.entity));
    Ok(matches)
}

/// An alert as it stands in the journal.
#[derive(Debug)]
pub struct Recorded {
    /// The entry.
    pub entry: u64,
    /// When it was recorded, UTC.
    pub time: String,
    /// What changed.
    pub alert: Alert,
}

/// The alerts from an entry of the journal on, and the cursor at which to go on.
pub fn since(store: &Store, cursor: u64) -> Result<(Vec<Recorded>, u64), Failure> {
    let size = store.log().size();
    if cursor > size {
        return Err(Failure::Input(format!(
            "the cursor {cursor} lies beyond the journal, which has {size} entries; it is of another home, or the journal \
             was put back from an older backup: begin anew with --since 0"
        )));
    }
    let mut found = Vec::new();
    for entry in store.entries_from(cursor) {
        let (index, leaf) = entry?;
        if leaf.kind == Kind::WatchAlert {
            found.push(recorded(store, index, &leaf)?);
        }
    }
    Ok((found, size))
}

/// The alert in one entry of the journal; `None` where the entry is something else.
pub fn at(store: &Store, index: u64) -> Result<Option<Recorded>, Failure> {
    let leaf = store.entry(index)?;
    (leaf.kind == Kind::WatchAlert).then(|| recorded(store, index, &leaf)).transpose()
}

fn recorded(store: &Store, index: u64, leaf: &Leaf) -> Result<Recorded, Failure> {
    let damaged = |why: String| Failure::Program(format!("the alert in entry {index} cannot be read: {why}"));
    let bytes = store.blob(&leaf.sha256).map_err(|e| damaged(e.to_string()))?;
    let envelope = Envelope::parse(&bytes).map_err(|e| damaged(e.to_string()))?;
    let keys = store.trusted_keys().signers;
    let signer = keys.first().ok_or_else(|| damaged("the home has no key".to_owned()))?;
    let payload = envelope.verify(signer).map_err(|e| damaged(e.to_string()))?;
    let (statement, _) = Statement::parse(&payload).map_err(|e| damaged(e.to_string()))?;
    let alert = statement.predicate.get("alert").cloned().unwrap_or_default();
    let alert = serde_json::from_value(alert).map_err(|e| damaged(e.to_string()))?;
    Ok(Recorded { entry: index, time: leaf.time.to_string(), alert })
}

fn signed(store: &Store, kind: Kind, about: &[(&str, Digest)], predicate: Value) -> Result<Vec<u8>, Failure> {
    let envelope = store.sign_statement(kind, about.iter().copied(), predicate)?;
    envelope.to_bytes().map_err(|e| Failure::Program(e.to_string()))
}

fn documents(named: &[(&str, Digest)]) -> Result<BTreeMap<countersign_store::DocumentName, Digest>, Failure> {
    named
        .iter()
        .map(|(name, digest)| {
            name.parse().map(|n| (n, *digest)).map_err(|e| Failure::Program(format!("{e}")))
        })
        .collect()
}
