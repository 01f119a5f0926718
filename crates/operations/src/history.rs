//! Questions about the history of lists: two copies compared, and the timeline of one entity.

use std::collections::BTreeSet;

use countersign_history::{Diff, Edition, Event, Known, Renamed, Sighting, diff, timeline};
use countersign_model::{Date, Digest, Entity, SourceId, parse_date};
use countersign_store::Store;
use serde::Deserialize;

use crate::editions::{Editions, bytes, entities};
use crate::failure::Failure;
use crate::snapshot::STARTER;

/// One copy of one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Whose list it is.
    pub source: SourceId,
    /// Which of its editions.
    pub edition: Edition,
}

/// The fewest hexadecimal digits by which a snapshot is named.
const LEAST_DIGITS: usize = 8;

/// The copy that was in force before this one: the last of an earlier day, or one of the same day that this one replaced.
///
/// # Errors
/// There is none.
pub fn before(copy: &Copied, editions: &Editions, known_at: Option<Date>) -> Result<Copied, Failure> {
    let at = |edition: &Edition| (edition.day, edition.entry);
    let earlier = editions
        .of(&copy.source)
        .iter()
        .map(|recorded| &recorded.edition)
        .filter(|edition| known_at.is_none_or(|known| edition.recorded <= known))
        .filter(|edition| at(edition) < at(&copy.edition));
    let found = earlier.max_by_key(|edition| at(edition)).ok_or_else(|| {
        Failure::Input(format!(
            "there is no copy of `{}` before the one of {} (entry {}): nothing to compare it with",
            copy.source, copy.edition.day, copy.edition.entry
        ))
    })?;
    Ok(Copied { source: copy.source.clone(), edition: found.clone() })
}

/// The copy that a text names: `us_csl@2026-01-01`, `us_csl` (the present one), a date of `source`, the first digits of a
/// snapshot's SHA-256, or the index of an entry of the journal.
pub fn resolve(
    text: &str,
    source: Option<&SourceId>,
    editions: &Editions,
    known_at: Option<Date>,
) -> Result<Copied, Failure> {
    let of_source = |source: &SourceId, day: Option<Date>| {
        let known = editions.known(source, known_at);
        let found = day.map_or_else(|| known.present(), |d| known.on(d));
        found.map(|e| Copied { source: source.clone(), edition: e.clone() }).ok_or_else(|| {
            let when = known_at.map(|k| format!(" by {k}")).unwrap_or_default();
            Failure::Input(format!(
                "no copy of `{source}` was taken in{when}; `countersign lists status` shows what there is"
            ))
        })
    };
    let day = |text: &str| parse_date(text).map_err(|e| Failure::Input(e.to_string()));
    if let Some((name, date)) = text.split_once('@') {
        let source = SourceId::new(name).map_err(|e| Failure::Input(e.to_string()))?;
        return of_source(&source, Some(day(date)?));
    }
    if let Ok(date) = parse_date(text) {
        let source = source.ok_or_else(|| {
            Failure::Input(format!("`{text}` names no list; write SOURCE@{text}, or add --source"))
        })?;
        return of_source(source, Some(date));
    }
    let all = editions
        .sources()
        .flat_map(|s| editions.of(s).iter().map(move |r| (s, &r.edition)))
        .filter(|(_, e)| known_at.is_none_or(|k| e.recorded <= k));
    let digits = text.len() >= LEAST_DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit());
    if !digits && let Ok(entry) = text.parse::<u64>() {
        let mut found = all.filter(|(_, e)| e.entry == entry);
        return found
            .next()
            .map(|(s, e)| Copied { source: s.clone(), edition: e.clone() })
            .ok_or_else(|| Failure::Input(format!("entry {entry} of the journal is no import of a list")));
    }
    if digits {
        let text = text.to_lowercase();
        let found: Vec<(&SourceId, &Edition)> =
            all.filter(|(_, e)| e.snapshot.to_string().starts_with(&text)).collect();
        let different: BTreeSet<Digest> = found.iter().map(|(_, e)| e.snapshot).collect();
        return match (different.len(), found.last()) {
            (1, Some((source, edition))) => {
                Ok(Copied { source: (*source).clone(), edition: (*edition).clone() })
            }
            (0, _) => Err(Failure::Input(format!("no snapshot begins with `{text}`"))),
            (n, _) => Err(Failure::Input(format!("{n} snapshots begin with `{text}`; give more digits"))),
        };
    }
    let source = SourceId::new(text).map_err(|_| {
        Failure::Input(format!(
            "`{text}` names no copy; write SOURCE, SOURCE@YYYY-MM-DD, at least {LEAST_DIGITS} digits of a snapshot, or the \
             index of an entry of the journal"
        ))
    })?;
    of_source(&source, None)
}

/// What changed from one copy to another.
pub fn compare(store: &Store, from: &Copied, to: &Copied) -> Result<Diff, Failure> {
    let before = entities(store, &from.source, &from.edition.snapshot)?;
    let after = entities(store, &to.source, &to.edition.snapshot)?;
    Ok(diff(&before, &after))
}

/// The source whose entity an id names.
pub fn source_of(id: &str, editions: &Editions) -> Result<SourceId, Failure> {
    let named = editions.sources().find(|s| id.strip_prefix(s.as_str()).is_some_and(|r| r.starts_with(':')));
    match named {
        Some(source) => Ok(source.clone()),
        None if id.split(':').next() == Some(STARTER) => Err(Failure::Input(format!(
            "`{id}` is of the starter list, which is part of the program and has no history; import the publishers' lists"
        ))),
        None => Err(Failure::Input(format!(
            "`{id}` is of no list that was imported; ids look like `us_csl:EL-…`, and `countersign screen NAME` shows them"
        ))),
    }
}

/// What an import changed, as it is kept.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Changes {
    #[serde(default)]
    since: Option<Digest>,
    /// The ids of those that are only on the later copy.
    pub(crate) added: Vec<String>,
    /// Of those that are only on the earlier one.
    pub(crate) removed: Vec<String>,
    /// Of those that are on both and differ.
    pub(crate) changed: Vec<String>,
    /// Those whose publisher gave them another number.
    pub(crate) renamed: Vec<Renamed>,
}

/// What changed from one edition to the next: from the record of the import, or worked out anew where the edition then
/// followed on another.
pub(crate) fn changes(
    store: &Store,
    source: &SourceId,
    before: &Edition,
    after: &Edition,
) -> Result<Changes, Failure> {
    if let Some(digest) = after.changes {
        let kept: Changes = serde_json::from_slice(&bytes(store, source, &digest)?).map_err(|e| {
            Failure::Program(format!("the list of changes in entry {} cannot be read: {e}", after.entry))
        })?;
        if kept.since == Some(before.snapshot) {
            return Ok(kept);
        }
    }
    let found = diff(&entities(store, source, &before.snapshot)?, &entities(store, source, &after.snapshot)?);
    Ok(Changes {
        since: Some(before.snapshot),
        added: found.added.into_iter().map(|s| s.id).collect(),
        removed: found.removed.into_iter().map(|s| s.id).collect(),
        changed: found.changed.into_iter().map(|c| c.id).collect(),
        renamed: found.renamed,
    })
}

/// The events in the life of an entity, up to the day `as_of`, as known on the day `known_at`; and the ids under which
/// its publisher has listed it.
pub fn timeline_of(
    store: &Store,
    editions: &Editions,
    id: &str,
    as_of: Option<Date>,
    known_at: Option<Date>,
) -> Result<(Vec<Event>, BTreeSet<String>), Failure> {
    let source = source_of(id, editions)?;
    let known: Known = editions.known(&source, known_at);
    let copies: Vec<&Edition> =
        known.editions().iter().filter(|e| as_of.is_none_or(|d| e.day <= d)).collect();
    let mut steps = Vec::new();
    for (before, after) in copies.iter().zip(copies.iter().skip(1)) {
        steps.push(changes(store, &source, before, after)?);
    }
    let mut ids = BTreeSet::from([id.to_owned()]);
    loop {
        let pairs = steps.iter().flat_map(|s| &s.renamed);
        let more: Vec<String> = pairs
            .filter(|r| ids.contains(&r.from) != ids.contains(&r.to))
            .flat_map(|r| [r.from.clone(), r.to.clone()])
            .collect();
        if more.is_empty() {
            break;
        }
        ids.extend(more);
    }
    let mut sightings: Vec<Sighting> = Vec::new();
    for (n, edition) in copies.iter().enumerate() {
        let touched = match n.checked_sub(1).and_then(|n| steps.get(n)) {
            None => true,
            Some(step) => {
                let named = step.added.iter().chain(&step.removed).chain(&step.changed);
                named.chain(step.renamed.iter().map(|r| &r.to)).any(|i| ids.contains(i))
            }
        };
        let entity = if touched {
            find(&source, &bytes(store, &source, &edition.snapshot)?, &ids)?
        } else {
            sightings.last().and_then(|s| s.entity.clone())
        };
        let (entry, day, recorded) = (edition.entry, edition.day, edition.recorded);
        sightings.push(Sighting { entry, day, recorded, entity });
    }
    if sightings.iter().all(|s| s.entity.is_none()) {
        let shown = if copies.len() == 1 {
            "the one copy".to_owned()
        } else {
            format!("none of the {} copies", copies.len())
        };
        return Err(Failure::Input(format!(
            "`{id}` is not on {shown} of `{source}` that answer; `countersign screen NAME` shows the ids"
        )));
    }
    Ok((timeline(&sightings), ids))
}

/// The entity with one of these ids in the bytes of a snapshot. Each line begins with the id, so that no other line has
/// to be read.
fn find(source: &SourceId, snapshot: &[u8], ids: &BTreeSet<String>) -> Result<Option<Entity>, Failure> {
    let begins: Vec<String> =
        ids.iter().map(|id| format!("{{\"id\":{}", serde_json::Value::from(id.as_str()))).collect();
    let line = snapshot.split(|b| *b == b'\n').find(|line| {
        begins.iter().any(|b| line.strip_prefix(b.as_bytes()).is_some_and(|r| r.starts_with(b",")))
    });
    line.map(serde_json::from_slice)
        .transpose()
        .map_err(|e| Failure::Program(format!("the snapshot of `{source}` cannot be read: {e}")))
}
