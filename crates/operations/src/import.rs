//! A publisher's files into the journal: read, guarded, compared with what is there, and only then recorded.

use std::collections::BTreeMap;

use countersign_feeds::Validators;
use countersign_history::{Diff, Edition, Known, diff, older_than_known, step};
use countersign_lists::{
    Import, InputFile, SourceDef, Warning, check_guards, check_refusals, entities_jsonl,
    import as read_files, marks, source_def, write_entities_jsonl, write_ftm_records,
};
use countersign_model::{Date, Digest, Entity, SourceId, parse_date};
use countersign_store::{DocumentName, Kind, NewRecord, Receipt, Store, UtcTime};
use countersign_verify::canonical_json;
use serde::Serialize;
use serde_json::{Value, json};

use crate::check::VERSION;
use crate::editions::{CHANGES, ENTITIES, Editions, FTM, PAST, Recorded, entities};
use crate::failure::Failure;
use crate::snapshot::STARTER;

/// From how many names, birth dates or identifiers in the copy before on a loss of them stops an import.
const WORTH_GUARDING: u64 = 50;

/// What may be done with a copy that is older than the one in force.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OlderCopy {
    /// Nothing: it is refused.
    #[default]
    Refuse,
    /// It takes its place in the history; the newer one stays in force.
    Backfill,
    /// It comes into force, and newer copies count as wrong from now on.
    ReplaceNewer,
}

/// What the user says about the files.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The day for which the files speak, where they do not tell it.
    pub day: Option<Date>,
    /// What to do with an older copy.
    pub older: OlderCopy,
    /// Take a list that shrank, or has fewer or more entries than is believed: a person compared it with the publisher.
    pub set_guard_aside: bool,
    /// Where the files come from just now; none for files that the user gave.
    pub fetched: Option<Vec<Origin>>,
}

/// Where a file came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The name of the file.
    pub name: String,
    /// The address asked.
    pub url: String,
    /// What the server gave to tell this state of it from others.
    pub validators: Validators,
}

/// An import that may be recorded.
#[derive(Debug)]
pub struct Accepted {
    /// What the parser gave, with its report.
    pub import: Import,
    /// How it was asked for.
    pub options: Options,
    /// The day for which it speaks.
    pub day: Date,
    /// Whether the day was told, by the files or by the user.
    pub day_told: bool,
    /// The entities, as they are kept.
    snapshot: Vec<u8>,
    /// What there was of the source before.
    known: Known,
    /// The entry that holds the very same files and entities: there is nothing to do.
    pub same_as: Option<Edition>,
}

impl Accepted {
    /// The copy that it follows on.
    pub fn previous(&self) -> Option<&Edition> {
        self.known.before_or_on(self.day)
    }

    /// The newer copy that stays in force beside it.
    pub fn behind(&self) -> Option<&Edition> {
        self.known.present().filter(|p| self.day < p.day && self.options.older == OlderCopy::Backfill)
    }
}

/// Reads the files and asks the guards. Nothing is written: whatever is wrong here leaves the last list in force.
pub fn accept(
    source: &SourceId,
    files: &[InputFile],
    store: Option<&Store>,
    options: Options,
    now: &UtcTime,
) -> Result<Accepted, Failure> {
    if source.as_str() == STARTER {
        return Err(Failure::Input(
            "the starter list is part of the program and is always loaded; import the publishers' lists beside it"
                .to_owned(),
        ));
    }
    let refused = |e: &dyn std::fmt::Display| {
        Failure::Input(format!(
            "{e}\nnothing was imported; what was loaded for `{source}` before is unchanged"
        ))
    };
    let def = source_def(source).map_err(|e| refused(&e))?;
    let mut import = read_files(source, files).map_err(|e| refused(&e))?;
    let today = day_of(now)?;
    let (day, day_told) = day_for(&import, options.day, today).map_err(|e| refused(&e))?;
    let editions = Editions::load(store)?;
    let known = editions.known(source, None);
    let snapshot = entities_jsonl(&import);
    let same = alike(editions.of(source), &import, &snapshot, &known, options.day.map(|_| day));
    let (day, day_told, same_as) = match same {
        None => (day, day_told, None),
        Some(earlier) => match again(earlier, &known, &options, day).map_err(|e| refused(&e))? {
            Again::SameAs => (day, day_told, Some(earlier.clone())),
            Again::OfItsDay => (earlier.day, true, None),
            Again::Anew => (day, day_told, None),
        },
    };
    if same_as.is_none()
        && options.older == OlderCopy::Refuse
        && let Some(older) = older_than_known(&known, day)
    {
        return Err(refused(&format!(
            "the copy of `{source}` speaks for {}, but the one in force speaks for {} (entry {}): an older copy does \
             not replace a newer one; add --backfill to keep it in the history, or --replace-newer if the newer one is \
             wrong",
            older.day, older.newest.day, older.newest.entry
        )));
    }
    check_refusals(&import.report, &def).map_err(|e| {
        let first: Vec<String> = import
            .report
            .refused
            .iter()
            .take(5)
            .map(|r| format!("\n  {}, line {}: {}", r.file, r.line, r.reason))
            .collect();
        refused(&format!("{e}{}", first.join("")))
    })?;
    let previous = known.before_or_on(day).map(|e| e.entities as u64);
    let count = import.entities.len() as u64;
    // what a person confirmed is taken; an emptied list never gets here
    if !options.set_guard_aside {
        check_guards(previous, count, &def).map_err(|e| {
            refused(&format!("{e} (--set-guard-aside sets the guard aside and is kept in the record)"))
        })?;
    }
    if !options.set_guard_aside
        && same_as.is_none()
        && let (Some(store), Some(before)) = (store, known.before_or_on(day))
    {
        let lost = check_marks(store, source, before, &import, &def)?.map_err(|e| refused(&e))?;
        import.report.warnings.extend(lost.into_iter().map(|text| Warning {
            file: source.to_string(),
            line: 0,
            text,
        }));
    }
    Ok(Accepted { import, options, day, day_told, snapshot, known, same_as })
}

/// The import of the very same files and entities, that in force before one superseded since; of this `day`, where one was
/// asked for.
fn alike<'r>(
    records: &'r [Recorded],
    import: &Import,
    snapshot: &[u8],
    known: &Known,
    day: Option<Date>,
) -> Option<&'r Edition> {
    let digest = Digest::of(snapshot);
    let raw: Vec<Digest> = import.raw.iter().map(|r| r.sha256).collect();
    let mut alike = records
        .iter()
        .rev()
        .filter(|r| r.raw == raw)
        .map(|r| &r.edition)
        .filter(|e| e.snapshot == digest && day.is_none_or(|day| e.day == day));
    let present = known.present().map(|p| p.entry);
    alike.clone().find(|e| Some(e.entry) == present).or_else(|| alike.next())
}

/// What an import of the very same files comes to.
enum Again {
    /// Nothing: they are there already.
    SameAs,
    /// A copy of the day of which they were.
    OfItsDay,
    /// A copy as any other: what the publisher serves today is of today, even if he went back to an earlier state.
    Anew,
}

/// What an import of the very same files as `earlier` comes to, on `day`; or why it is refused.
fn again(earlier: &Edition, known: &Known, options: &Options, day: Date) -> Result<Again, String> {
    let in_history = known.editions().iter().any(|e| e.entry == earlier.entry);
    if !in_history && options.older == OlderCopy::Refuse {
        return Err(format!(
            "these very files are entry {}, which a later import withdrew as wrong; add --replace-newer if they are \
             right after all",
            earlier.entry
        ));
    }
    let is_present = known.present().is_some_and(|p| p.entry == earlier.entry);
    Ok(if is_present || (options.older == OlderCopy::Backfill && in_history) {
        Again::SameAs
    } else if earlier.day < day && options.fetched.is_none() {
        Again::OfItsDay
    } else {
        Again::Anew
    })
}

/// The entries may all be there and what tells them apart gone: a set without its file of aliases, a renamed column. Inside, why it
/// is refused; or what it lacks, where copies of the source may.
fn check_marks(
    store: &Store,
    source: &SourceId,
    before: &Edition,
    import: &Import,
    def: &SourceDef,
) -> Result<Result<Vec<String>, String>, Failure> {
    let mut lost = Vec::new();
    let names = |entities: &[Entity]| entities.iter().map(|e| e.names().count() as u64).sum::<u64>();
    let old = entities(store, source, &before.snapshot)?;
    let ((old_births, old_numbers), (births, numbers)) = (marks(&old), marks(&import.entities));
    let most = def.guard.max_shrink_percent;
    let (file, column) =
        ("a file of the set may be missing; give all files", "the publisher may have renamed a column");
    for (what, had, has, why) in [
        ("names", names(&old), names(&import.entities), file),
        ("birth dates", old_births, births, column),
        ("identifiers", old_numbers, numbers, column),
    ] {
        // of a handful, one entry that changed is a fifth
        let is_gone = had >= WORTH_GUARDING
            && u128::from(has) * 100 < u128::from(had) * u128::from(100u64.saturating_sub(most));
        if !is_gone {
            continue;
        }
        if has == 0 && def.copies_without.iter().any(|w| w == what) {
            lost.push(format!(
                "this copy has no {what} at all, and that of {} had {had}: whoever is told apart by them is found by name alone",
                before.day
            ));
            continue;
        }
        let unread: Vec<&str> = import.report.unknown_columns.iter().map(String::as_str).collect();
        let unread = if unread.is_empty() {
            String::new()
        } else {
            format!("; columns that are not read: {}", unread.join(", "))
        };
        return Ok(Err(format!(
            "the list has {has} {what}, and its copy of {} had {had}: more than {most} percent of the {what} are gone, so {why}{unread} \
             (--set-guard-aside sets the guard aside and is kept in the record)",
            before.day
        )));
    }
    Ok(Ok(lost))
}

/// The day for which the files speak, and whether it was told.
fn day_for(import: &Import, given: Option<Date>, today: Date) -> Result<(Date, bool), String> {
    match (import.as_of, given) {
        (Some(told), Some(given)) if told != given => Err(format!(
            "--day says {given}, but the files say themselves that they speak for {told}; leave out --day"
        )),
        (_, Some(given)) if given > today => {
            Err(format!("--day says {given}, which is in the future; nobody has tomorrow's list"))
        }
        (Some(told), _) => Ok((told.min(today), true)),
        (None, Some(given)) => Ok((given, true)),
        (None, None) => Ok((today, false)),
    }
}

/// The day of a moment, in UTC.
pub fn day_of(time: &UtcTime) -> Result<Date, Failure> {
    time.as_str()
        .get(..10)
        .and_then(|text| parse_date(text).ok())
        .ok_or_else(|| Failure::Program(format!("`{time}` has no day")))
}

/// What an import did.
#[derive(Debug)]
pub struct Done {
    /// Where it stands in the journal.
    pub receipt: Receipt,
    /// What differs from the copy that it follows on; `None` for the first copy of a source.
    pub changes: Option<Diff>,
}

/// Records an accepted import with its raw files, its entities, its report, what it changed, and the memory.
pub fn record(
    store: &mut Store,
    accepted: &Accepted,
    files: &[InputFile],
    time: UtcTime,
) -> Result<Done, Failure> {
    let import = &accepted.import;
    let source = &import.source;
    let program = |e: &dyn std::fmt::Display| Failure::Program(format!("the import cannot be recorded: {e}"));
    let name = |text: &str| text.parse::<DocumentName>().map_err(|e| program(&e));
    let previous = match accepted.previous() {
        Some(edition) => Some((edition, entities(store, source, &edition.snapshot)?)),
        None => None,
    };
    let changes = previous.as_ref().map(|(_, before)| diff(before, &import.entities));
    let past = past(store, accepted, previous.as_ref())?;
    let mut documents = BTreeMap::new();
    let mut subjects = Vec::new();
    for (n, file) in files.iter().enumerate() {
        // what the user called the file need not be safe as a name
        let document = name(&format!("raw-{}", n + 1))?;
        let digest = store.put_blob(&file.bytes)?;
        subjects.push((file.name.clone(), digest));
        documents.insert(document, digest);
    }
    let changed = changes.as_ref().zip(previous.as_ref().map(|(edition, _)| edition.snapshot));
    for (document, bytes) in &contents(accepted, changed, &past).map_err(|e| program(&e))? {
        let digest = store.put_blob(bytes)?;
        subjects.push(((*document).to_owned(), digest));
        documents.insert(name(document)?, digest);
    }
    let mut extra = BTreeMap::from([("entities".to_owned(), import.entities.len().to_string())]);
    if accepted.day_told {
        extra.insert("as_of".to_owned(), accepted.day.to_string());
    }
    let older = match accepted.options.older {
        OlderCopy::Refuse => None,
        OlderCopy::Backfill => accepted.behind().map(|_| "backfill"),
        OlderCopy::ReplaceNewer => Some("replaces_newer"),
    };
    extra.extend(older.map(|word| ("older".to_owned(), word.to_owned())));
    if accepted.options.fetched.is_some() {
        extra.insert("fetched".to_owned(), "yes".to_owned());
    }
    let predicate = json!({
        "schema": "list-import/1",
        "program": VERSION,
        "source": import.source,
        "format": import.format,
        "as_of": accepted.day_told.then(|| accepted.day.to_string()),
        "older": older,
        "fetched": accepted.options.fetched,
        "guard_set_aside": accepted.options.set_guard_aside,
        "raw": import.raw,
        "rows": import.report.rows,
        "entities": import.entities.len(),
        "past": past.len(),
        "refused": import.report.refused.len(),
        "warnings": import.report.warnings.len(),
    });
    let about = subjects.iter().map(|(name, digest)| (name.as_str(), *digest));
    let envelope = store.sign_statement(Kind::ListImport, about, predicate)?;
    let document = envelope.to_bytes().map_err(|e| program(&e))?;
    let subject = import.source.to_string();
    let receipt = store.append(&NewRecord {
        kind: Kind::ListImport,
        time,
        subject: &subject,
        document: &document,
        documents,
        extra,
    })?;
    Ok(Done { receipt, changes })
}

/// What is kept beside the raw files, each under its name in the record.
fn contents(
    accepted: &Accepted,
    changed: Option<(&Diff, Digest)>,
    past: &[Entity],
) -> Result<Vec<(&'static str, Vec<u8>)>, String> {
    let import = &accepted.import;
    let report = serde_json::to_value(&import.report).map_err(|e| e.to_string())?;
    let mut contents = vec![
        (ENTITIES, accepted.snapshot.clone()),
        ("report.json", canonical_json(&report).map_err(|e| e.to_string())?),
    ];
    if let Some((changes, since)) = changed {
        let summary = changes_document(changes, since);
        contents.push((CHANGES, canonical_json(&summary).map_err(|e| e.to_string())?));
    }
    if !past.is_empty() {
        contents.push((PAST, write_entities_jsonl(past)));
    }
    if !import.ftm.is_empty() {
        contents.push((FTM, write_ftm_records(&import.ftm)));
    }
    Ok(contents)
}

/// The entities of earlier copies that are not on the present one, once this import is recorded.
fn past(
    store: &Store,
    accepted: &Accepted,
    previous: Option<&(&Edition, Vec<Entity>)>,
) -> Result<Vec<Entity>, Failure> {
    let source = &accepted.import.source;
    let new = &accepted.import.entities;
    let Some((before, old)) = previous else {
        return if accepted.behind().is_some() { fold(store, accepted) } else { Ok(Vec::new()) };
    };
    let last = accepted.known.last_recorded();
    let in_order = accepted.known.present().is_some_and(|p| p.entry == before.entry);
    // the memory of the last import is that of the present copy, unless it was written before there was a memory
    let remembered =
        last.is_some_and(|l| l.past.is_some() || l.changes.is_some()) || accepted.known.editions().len() == 1;
    if !in_order || !remembered {
        return fold(store, accepted);
    }
    let memory = last.and_then(|l| l.past).map(|d| entities(store, source, &d)).transpose()?;
    Ok(step(&memory.unwrap_or_default(), (old, before.day), (new, accepted.day)))
}

/// The memory from all copies in the order of their days.
fn fold(store: &Store, accepted: &Accepted) -> Result<Vec<Entity>, Failure> {
    let source = &accepted.import.source;
    let replaces = accepted.options.older == OlderCopy::ReplaceNewer;
    let mut earlier: Vec<(Date, Option<Digest>)> = accepted
        .known
        .editions()
        .iter()
        .filter(|e| !replaces || e.day <= accepted.day)
        .map(|e| (e.day, Some(e.snapshot)))
        .collect();
    let at = earlier.partition_point(|(day, _)| *day <= accepted.day);
    earlier.insert(at, (accepted.day, None));
    let mut memory: Vec<Entity> = Vec::new();
    let mut before: Option<(Date, Vec<Entity>)> = None;
    for (day, digest) in earlier {
        let copy = match digest {
            Some(digest) => entities(store, source, &digest)?,
            None => accepted.import.entities.clone(),
        };
        if let Some((last, old)) = &before {
            memory = step(&memory, (old, *last), (&copy, day));
        }
        before = Some((day, copy));
    }
    Ok(memory)
}

/// What an import changed, by ids: enough to find the copies on which an entity changed.
fn changes_document(changes: &Diff, since: Digest) -> Value {
    json!({
        "schema": "list-changes/1",
        "since": since,
        "added": changes.added.iter().map(|s| &s.id).collect::<Vec<_>>(),
        "removed": changes.removed.iter().map(|s| &s.id).collect::<Vec<_>>(),
        "changed": changes.changed.iter().map(|c| &c.id).collect::<Vec<_>>(),
        "renamed": changes.renamed,
    })
}

/// The report of an import for programs. `done` is none where the very same files were there already.
pub fn to_json(accepted: &Accepted, done: Option<&Done>) -> Result<Value, Failure> {
    let import = &accepted.import;
    let report = serde_json::to_value(&import.report)
        .map_err(|e| Failure::Program(format!("the report cannot be written: {e}")))?;
    let changes = done.and_then(|d| d.changes.as_ref()).map(|c| {
        json!({
            "added": c.added.len(), "removed": c.removed.len(), "changed": c.changed.len(),
            "renumbered": c.renamed.len(), "unchanged": c.unchanged,
        })
    });
    let record = done
        .map(|d| json!({"index": d.receipt.index, "tree_size": d.receipt.tree_size, "root": d.receipt.root}));
    Ok(json!({
        "schema": "list-import/1",
        "source": import.source,
        "format": import.format,
        "as_of": accepted.day_told.then(|| accepted.day.to_string()),
        "previous_entities": accepted.previous().map(|e| e.entities),
        "changes": changes,
        "raw": import.raw,
        "report": report,
        "same_as": accepted.same_as.as_ref().map(|e| e.entry),
        "behind": accepted.behind().map(|e| e.entry),
        "record": record,
    }))
}
