//! The same parties against other lists: only those whom the change concerns are screened again.
//!
//! In comes the base that a run kept and the index of the present lists; out comes what screening all parties against it would
//! give, byte for byte. Whom a change concerns tells [`Delta`]; of the others the matches found before are taken, in JSON lines
//! with the number of entities compared, which is another. Parties about whose name people have decided anything are screened
//! again too: a decision may be new, or no longer hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use countersign_screening::{Delta, Index, Reach};
use serde::Serialize;
use serde_json::Value;

use crate::base::{self, About, Base, outlines_file, parties_file, same_file, write_index};
use crate::chunk::{COLUMNS, Counts, Done, Format, Judgement, Manner, screen_row};
use crate::fault::{BulkError, io_error};
use crate::files::{beside, digest_of};
use crate::parquet_out;
use crate::summary::{Of, Summary};
use crate::told::Told;

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Again<'a> {
    /// What an earlier run kept.
    pub base: &'a Path,
    /// Where the possible matches go.
    pub output: &'a Path,
    /// How they are written: objects a party or records a match, as in the earlier run.
    pub format: Format,
    /// Where to keep what the next such run needs.
    pub keep: Option<&'a Path>,
    /// As [`Job::content`](crate::Job::content).
    pub content: &'a str,
    /// How many threads screen; at least one does.
    pub threads: usize,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// How far the change of the lists reaches.
    #[serde(flatten)]
    pub reach: Reach,
    /// Parties whom it may concern, screened again.
    pub concerned: u64,
    /// Parties screened again because people decided about their names.
    pub decided: u64,
}

/// Screens again whom the change from the base's lists to `index` concerns. `is_decided` tells whether people have decided
/// anything about a name.
///
/// # Errors
/// [`BulkError`]; then neither output nor base is there.
pub fn again(
    job: &Again<'_>,
    index: &Index,
    judgement: Judgement<'_>,
    is_decided: &(dyn Fn(&str) -> bool + Sync),
) -> Result<(Summary, Looked), BulkError> {
    for path in [Some(job.output), job.keep].into_iter().flatten() {
        if path.exists() {
            return Err(BulkError::Exists(path.display().to_string()));
        }
    }
    let base = Base::open(job.base)?;
    let about = &base.about;
    let other = |why: &str| BulkError::Base { path: job.base.display().to_string(), why: why.to_owned() };
    if about.algorithm != index.algorithm() {
        return Err(other(
            "it was made with other matching rules; screen the whole file with --keep once more",
        ));
    }
    if about.objects != (job.format == Format::JsonLines) {
        return Err(other(if about.objects {
            "its matches are JSON lines; let the output end in .jsonl"
        } else {
            "its matches are records; let the output end in .csv or .parquet"
        }));
    }
    let matches = base.path.join("matches");
    for (name, digest) in
        [("matches", about.matches), ("rejects", about.rejects), ("warnings", about.warnings)]
    {
        if digest_of(&base.path.join(name))?.0 != digest {
            return Err(base.damaged(&format!("`{name}` was changed")));
        }
    }
    let before =
        Index::open(&base.path.join("index"), &about.index).map_err(|e| base.damaged(&e.to_string()))?;
    let delta = Delta::between(&before, index);
    drop(before);

    let mut rows_decided = BTreeSet::new();
    each_row(&matches, about.objects, |lines| {
        if lines.decided || (lines.open && is_decided(&lines.name)) {
            rows_decided.insert(lines.row);
        }
        Ok(())
    })?;
    let found = screen_concerned(job, &base, index, &delta, judgement, &rows_decided)?;

    let temporary = beside(job.output, "matches.part");
    let mut counts = Counts { rows: about.rows, rejected: about.rejected, ..Counts::default() };
    write_matches(&temporary, &matches, &base, index, &found.done, &mut counts)?;
    let summary = finish(job, &base, index, &temporary, counts)?;
    let looked = Looked {
        reach: delta.reach(),
        concerned: found.concerned,
        decided: found.done.len() as u64 - found.concerned,
    };
    Ok((summary, looked))
}

struct Found {
    /// By row.
    done: BTreeMap<u64, Done>,
    concerned: u64,
}

fn screen_concerned(
    job: &Again<'_>,
    base: &Base,
    index: &Index,
    delta: &Delta,
    judgement: Judgement<'_>,
    decided: &BTreeSet<u64>,
) -> Result<Found, BulkError> {
    let about = &base.about;
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Found { done: BTreeMap::new(), concerned: 0 });
    let one = |shard: usize| -> Result<(), BulkError> {
        let mut parties = base.parties(shard)?;
        let mut places: BTreeSet<usize> = if delta.is_empty() {
            BTreeSet::new()
        } else {
            let outlines = base.outlines(shard)?;
            if outlines.len() != parties.len() {
                return Err(base.damaged(&format!("outlines-{shard} and parties-{shard} do not fit")));
            }
            delta.concerned(&outlines, index, &about.profile).into_iter().collect()
        };
        let mut concerned = 0;
        let only_decided: Vec<usize> = decided
            .iter()
            .filter_map(|row| parties.place(*row))
            .filter(|place| !places.contains(place))
            .collect();
        let mut done = BTreeMap::new();
        for place in std::mem::take(&mut places) {
            concerned += u64::from(screen_one(job, base, index, judgement, &mut parties, place, &mut done)?);
        }
        for place in only_decided {
            screen_one(job, base, index, judgement, &mut parties, place, &mut done)?;
        }
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.done.extend(done);
        found.concerned += concerned;
        Ok(())
    };
    let worker = || -> Result<(), BulkError> {
        loop {
            let shard = next.fetch_add(1, Ordering::Relaxed);
            if shard >= about.shards {
                return Ok(());
            }
            one(shard)?;
        }
    };
    std::thread::scope(|scope| {
        let running: Vec<_> =
            (0..job.threads.clamp(1, about.shards.max(1))).map(|_| scope.spawn(worker)).collect();
        running.into_iter().try_for_each(|thread| match thread.join() {
            Ok(outcome) => outcome,
            Err(_) => Err(BulkError::Chunk("a thread that screened stopped; please report it".to_owned())),
        })
    })?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Screens one party. `false`: its row could not be screened before, and cannot now.
fn screen_one(
    job: &Again<'_>,
    base: &Base,
    index: &Index,
    judgement: Judgement<'_>,
    parties: &mut crate::base::Parties,
    place: usize,
    done: &mut BTreeMap<u64, Done>,
) -> Result<bool, BulkError> {
    let about = &base.about;
    let Some(party) = parties.get(place)? else { return Ok(false) };
    let row = party.row;
    let manner = Manner { profile: &about.profile, format: job.format, every_party: about.every_party };
    let mut one = Done::default();
    screen_row(Ok(party), index, manner, judgement, &mut one).map_err(BulkError::Chunk)?;
    if one.counts.rejected > 0 {
        return Err(base.damaged(&format!("row {row} can no longer be screened")));
    }
    done.insert(row, one);
    Ok(true)
}

/// What stands in matches about one row.
#[derive(Debug, Default)]
struct Lines {
    row: u64,
    name: String,
    bytes: Vec<u8>,
    hits: u64,
    /// Whether there is a match that nobody decided, one decided to be the same, any that was decided.
    open: bool,
    matched: bool,
    decided: bool,
}

impl Lines {
    fn count(&mut self, state: &str) {
        match state {
            "undecided" => self.open = true,
            "match" => (self.open, self.matched, self.decided) = (true, true, true),
            "no_match" => self.decided = true,
            // a party without a possible match
            _ => return,
        }
        self.hits += 1;
    }
}

/// Calls `each` with what stands about each row, in order.
fn each_row(
    matches: &Path,
    objects: bool,
    mut each: impl FnMut(Lines) -> Result<(), BulkError>,
) -> Result<(), BulkError> {
    let damaged = |why: String| BulkError::Chunk(format!("`{}`: {why}", matches.display()));
    let file = File::open(matches).map_err(|e| io_error(matches, e))?;
    if objects {
        for line in BufReader::with_capacity(1 << 20, file).split(b'\n') {
            let bytes = line.map_err(|e| io_error(matches, e))?;
            let value: Value = serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
            let mut lines = Lines { bytes, ..Lines::default() };
            lines.row = value.get("row").and_then(Value::as_u64).unwrap_or_default();
            value.get("name").and_then(Value::as_str).unwrap_or_default().clone_into(&mut lines.name);
            for hit in value.get("hits").and_then(Value::as_array).into_iter().flatten() {
                lines.count(hit.get("state").and_then(Value::as_str).unwrap_or_default());
            }
            each(lines)?;
        }
        return Ok(());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file);
    let mut held: Option<(Lines, csv::Writer<Vec<u8>>)> = None;
    let finish = |held: Option<(Lines, csv::Writer<Vec<u8>>)>| -> Result<Option<Lines>, BulkError> {
        held.map(|(mut lines, writer)| {
            lines.bytes = writer.into_inner().map_err(|e| damaged(e.to_string()))?;
            Ok(lines)
        })
        .transpose()
    };
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|e| damaged(e.to_string()))? {
        let row: u64 = record
            .get(0)
            .and_then(|cell| cell.parse().ok())
            .ok_or_else(|| damaged("a record has no number of a row".to_owned()))?;
        if held.as_ref().is_none_or(|(lines, _)| lines.row != row)
            && let Some(lines) = finish(held.take())?
        {
            each(lines)?;
        }
        let (lines, writer) = held.get_or_insert_with(|| {
            let name = record.get(2).unwrap_or_default().to_owned();
            (Lines { row, name, ..Lines::default() }, csv::Writer::from_writer(Vec::new()))
        });
        lines.count(record.get(3).unwrap_or_default());
        writer.write_record(&record).map_err(|e| damaged(e.to_string()))?;
    }
    match finish(held)? {
        Some(lines) => each(lines),
        None => Ok(()),
    }
}

fn write_matches(
    to: &Path,
    matches: &Path,
    base: &Base,
    index: &Index,
    done: &BTreeMap<u64, Done>,
    counts: &mut Counts,
) -> Result<(), BulkError> {
    let file = File::create(to).map_err(|e| io_error(to, e))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let mut waiting = done.iter().peekable();
    let mut shard: Option<(usize, base::Parties)> = None;
    let add = |out: &mut BufWriter<File>, counts: &mut Counts, done: &Done| {
        counts.with_hits += done.counts.with_hits;
        counts.open += done.counts.open;
        counts.matched += done.counts.matched;
        counts.hits += done.counts.hits;
        out.write_all(&done.output).map_err(|e| io_error(to, e))
    };
    each_row(matches, base.about.objects, |lines| {
        while let Some((_, done)) = waiting.next_if(|(row, _)| **row <= lines.row) {
            add(&mut out, counts, done)?;
        }
        if done.contains_key(&lines.row) {
            return Ok(());
        }
        counts.with_hits += u64::from(lines.hits > 0);
        counts.open += u64::from(lines.open);
        counts.matched += u64::from(lines.matched);
        counts.hits += lines.hits;
        if !base.about.objects {
            return out.write_all(&lines.bytes).map_err(|e| io_error(to, e));
        }
        let party = loop {
            if let Some((_, parties)) = &mut shard
                && let Some(place) = parties.place(lines.row)
            {
                break parties.get(place)?;
            }
            let next = shard.as_ref().map_or(0, |(number, _)| number + 1);
            if next >= base.about.shards {
                break None;
            }
            shard = Some((next, base.parties(next)?));
        };
        let Some(party) = party else {
            return Err(base.damaged(&format!("row {} has matches and no party", lines.row)));
        };
        let compared = index.compared(party.query.schema);
        let line = with_compared(&lines.bytes, compared).map_err(|why| base.damaged(&why))?;
        out.write_all(&line).map_err(|e| io_error(to, e))
    })?;
    for (_, done) in waiting {
        add(&mut out, counts, done)?;
    }
    let file = out.into_inner().map_err(|e| io_error(to, e.into_error()))?;
    file.sync_all().map_err(|e| io_error(to, e))
}

/// A line with another number of entities compared.
fn with_compared(line: &[u8], compared: usize) -> Result<Vec<u8>, String> {
    let mut value: Value = serde_json::from_slice(line).map_err(|e| e.to_string())?;
    match value.get_mut("compared") {
        Some(slot) => *slot = Value::from(compared),
        None => return Err("a line of `matches` does not say with how many entities was compared".to_owned()),
    }
    let mut out = serde_json::to_vec(&value).map_err(|e| e.to_string())?;
    out.push(b'\n');
    Ok(out)
}

/// Puts the base and then the output in their places.
fn finish(
    job: &Again<'_>,
    base: &Base,
    index: &Index,
    matches: &Path,
    counts: Counts,
) -> Result<Summary, BulkError> {
    let about = &base.about;
    let rejects = (about.rejected > 0).then(|| beside(job.output, "rejects.jsonl"));
    if let Some(rejects) = &rejects {
        fs::copy(base.path.join("rejects"), rejects).map_err(|e| io_error(rejects, e))?;
    }
    let warnings = about.told.place(&base.path.join("warnings"), job.output)?;
    if let Some(keep) = job.keep {
        base::place(keep, |folder| {
            for shard in 0..about.shards {
                same_file(&outlines_file(&base.path, shard), &outlines_file(folder, shard))?;
                same_file(&parties_file(&base.path, shard), &parties_file(folder, shard))?;
            }
            for name in ["rejects", "warnings"] {
                same_file(&base.path.join(name), &folder.join(name))?;
            }
            fs::copy(matches, folder.join("matches")).map_err(|e| io_error(matches, e))?;
            write_index(index, folder)?;
            Ok(About {
                version: About::current(),
                content: job.content.to_owned(),
                index: index.content().to_owned(),
                matches: digest_of(&folder.join("matches"))?.0,
                ..about.clone()
            })
        })?;
    }
    let temporary = beside(job.output, "part");
    match job.format {
        Format::Parquet => {
            let file = parquet_out::write_parquet([matches.to_owned()].into_iter(), &temporary)
                .map_err(|e| io_error(&temporary, e))?;
            file.sync_all().map_err(|e| io_error(&temporary, e))?;
        }
        Format::Csv | Format::JsonLines => {
            let mut file = File::create(&temporary).map_err(|e| io_error(&temporary, e))?;
            let head =
                if job.format == Format::Csv { format!("{}\n", COLUMNS.join(",")) } else { String::new() };
            let mut from = File::open(matches).map_err(|e| io_error(matches, e))?;
            file.write_all(head.as_bytes())
                .and_then(|()| io::copy(&mut from, &mut file))
                .and_then(|_| file.sync_all())
                .map_err(|e| io_error(&temporary, e))?;
        }
    }
    fs::rename(&temporary, job.output).map_err(|e| io_error(job.output, e))?;
    fs::remove_file(matches).map_err(|e| io_error(matches, e))?;
    let of = Of {
        index,
        profile: about.profile,
        input_sha256: about.input_sha256,
        unknown_columns: about.unknown_columns.clone(),
        told: Told { warnings, ..about.told.clone() },
        rejects,
    };
    Summary::of(of, counts, job.output)
}
