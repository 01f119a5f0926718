//! The run: chunks to workers, notes of what is done, and the output put together.
//!
//! Beside the output `OUT` lies the directory `OUT.work` while a run is not finished:
//!
//! ```text
//! job.json          what is being done: digests of the input and of the index's content, profile, chunk size, format
//! chunk-N.out       what came of chunk N, then
//! chunk-N.rejects   the rows of it that could not be read, then
//! chunk-N.json      counts, and the digests of the two: only with this file the chunk is done
//! warnings          cells that were not compared as they stand, written anew by each run
//! ```
//!
//! Each file is written under another name, synced and renamed. A run that finds `job.json` of the same job leaves out
//! the chunks that are done and whole; one of another job is refused. When all are done, the output is put together under
//! another name, synced, renamed, and the directory is removed.

use std::fs::{self, File};
use std::io::{self, BufReader, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};

use countersign_model::{Date, Digest, EntitySchema};
use countersign_screening::{Index, Profile};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::chunk::{COLUMNS, Counts, Done, Format, Judgement, Manner, screen};
use crate::input::{InputFormat, ReadError, Row, Rows, open, sheets_not_read};
use crate::told::{Teller, Told};
use crate::{base, parquet_in, parquet_out};

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The file of parties.
    pub input: &'a Path,
    /// How it is written.
    pub input_format: InputFormat,
    /// What kind of party a row is that does not say so; absent compares with all kinds.
    pub schema: Option<EntitySchema>,
    /// Where the possible matches go.
    pub output: &'a Path,
    /// How they are written.
    pub format: Format,
    /// Whether parties without a possible match are written too.
    pub every_party: bool,
    /// How strictly is screened.
    pub profile: Profile,
    /// What the index is an index of, and anything else that the outcome rests on (dispositions): a run is only gone on
    /// with if it is the same.
    pub content: &'a str,
    /// Rows a chunk.
    pub chunk: usize,
    /// How many threads screen; at least one does.
    pub threads: usize,
    /// Where to keep what a later run needs to look again only at those whom a change of the lists concerns
    /// ([`again`](crate::again())).
    pub keep: Option<&'a Path>,
    /// The day of the run: nobody is born behind it.
    pub on: Option<Date>,
}

/// What is told while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows done, also by earlier runs.
    pub rows: u64,
    /// Of them, those done by earlier runs.
    pub kept: u64,
    /// How many there are in all, about: the lines of the file; unknown for a spreadsheet.
    pub of: Option<u64>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// `bulk/1`.
    pub schema: &'static str,
    /// Rows read.
    pub rows: u64,
    /// Rows that could not be screened; each is named in the file of rejects.
    pub rejected: u64,
    /// Parties with a possible match.
    pub with_hits: u64,
    /// Parties with a possible match that nobody has decided to be another party.
    pub open: u64,
    /// Of these, parties of which a person decided that they are the listed one; the rest is undecided.
    pub matched: u64,
    /// Possible matches.
    pub hits: u64,
    /// Those just below the threshold.
    pub near_misses: u64,
    /// Columns that are not known and were not read.
    pub unknown_columns: Vec<String>,
    /// SHA-256 of the input.
    pub input_sha256: Digest,
    /// SHA-256 of the output.
    pub output_sha256: Digest,
    /// The version of the matching rules.
    pub algorithm: String,
    /// The profile.
    pub profile: Profile,
    /// With how many entities the parties were compared at most.
    pub entities: usize,
    /// The file of rows that could not be screened, where there are any.
    pub rejects: Option<PathBuf>,
    /// What is told of the file beside that.
    pub told: Told,
}

/// Why a run did not come to its end. What it had done is kept, and the next run goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BulkError {
    /// The input cannot be read at all. Nothing was begun.
    #[error("{0}")]
    Input(ReadError),
    /// The input cannot be read any further.
    #[error("{0}; what was done until then is kept")]
    Read(#[from] ReadError),
    /// The file system failed.
    #[error("`{path}`: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// There is an unfinished run of something else.
    #[error(
        "`{0}` holds an unfinished run of another job (another input, other lists, another profile or format); finish that, or remove the directory"
    )]
    OtherJob(String),
    /// The output is there already.
    #[error("`{0}` exists already; name another file with --out, or remove it")]
    Exists(String),
    /// The output has nowhere to go.
    #[error("there is no directory `{0}` for the output; make it, or mend --out")]
    NoDirectory(String),
    /// What an earlier run kept cannot be used.
    #[error("`{path}`: {why}")]
    Base {
        /// The directory.
        path: String,
        /// Why.
        why: String,
    },
    /// Near misses are not kept.
    #[error(
        "near misses are counted and not kept; leave `near_miss_margin` out of the profile to use --keep"
    )]
    Margin,
    /// A chunk could not be screened or written.
    #[error("{0}")]
    Chunk(String),
}

/// What is written of a job, so that only the same one is gone on with.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Written {
    version: u32,
    input_sha256: Digest,
    content: String,
    algorithm: String,
    profile: Profile,
    schema: Option<EntitySchema>,
    format: Format,
    every_party: bool,
    chunk: usize,
}

/// What is written of a chunk that is done.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    counts: Counts,
    output: Digest,
    rejects: Digest,
}

/// Screens a file. `tell` is called after every chunk.
///
/// # Errors
/// [`BulkError`]; what is done is kept beside the output.
pub fn run(
    job: &Job<'_>,
    index: &Index,
    judgement: Judgement<'_>,
    tell: &(dyn Fn(Progress) + Sync),
) -> Result<Summary, BulkError> {
    // a run that was killed between the two has put what it keeps in its place already
    let kept = job.keep.filter(|_| unfinished(job.output).is_none());
    for path in [Some(job.output), kept].into_iter().flatten() {
        if path.exists() {
            return Err(BulkError::Exists(path.display().to_string()));
        }
    }
    if job.keep.is_some() && job.profile.near_miss_margin > 0.0 {
        return Err(BulkError::Margin);
    }
    // a file that cannot be read at all leaves nothing behind
    let (rows, unknown_columns) = rows(job).map_err(BulkError::Input)?;
    let mut rows = rows.peekable();
    // a header alone may be half of an export, and must not read as a file in which nobody is listed
    if rows.peek().is_none() {
        return Err(BulkError::Input(ReadError {
            path: job.input.display().to_string(),
            why: "there is no party in it, so nothing was compared; check that the export was complete"
                .to_owned(),
        }));
    }
    let directory = job.output.parent().filter(|parent| !parent.as_os_str().is_empty());
    if let Some(parent) = directory.filter(|parent| !parent.is_dir()) {
        return Err(BulkError::NoDirectory(parent.display().to_string()));
    }
    let (input_sha256, lines) = digest_of(job.input)?;
    let of = match job.input_format {
        InputFormat::Csv | InputFormat::JsonLines => Some(lines),
        InputFormat::Parquet => parquet_in::count(job.input),
        InputFormat::Xlsx => None,
    };
    let work = beside(job.output, "work");
    let written = Written {
        version: 3,
        input_sha256,
        content: job.content.to_owned(),
        algorithm: index.algorithm().to_owned(),
        profile: job.profile,
        schema: job.schema,
        format: job.format,
        every_party: job.every_party,
        chunk: job.chunk.max(1),
    };
    begin(&work, &written)?;
    let tell = |progress: Progress| tell(Progress { of, ..progress });
    let mut teller = Teller::begin(&work.join("warnings"))?;
    let rows = rows.inspect(|row| {
        if let Ok(Ok(party)) = row {
            teller.see(party);
        }
    });
    let chunks = screen_all(job, index, judgement, &tell, &work, rows)?;
    let doubts = teller.end()?;
    let mut told = Told { doubts, ..Told::of_columns(&unknown_columns) };
    if job.input_format == InputFormat::Xlsx {
        told.sheets = sheets_not_read(job.input);
    }

    let mut counts = Counts::default();
    for note in &chunks {
        counts.add(&note.counts);
    }
    if let Some(at) = job.keep.filter(|at| !at.exists()) {
        keep_base(job, index, at, &work, chunks.len(), counts, (input_sha256, &unknown_columns, &told))?;
    }
    told.warnings = place_warnings(&told, &work.join("warnings"), job.output)?;
    let rejects = beside(job.output, "rejects.jsonl");
    if counts.rejected > 0 {
        join(&work, chunks.len(), "rejects", "", &rejects)?;
    } else if rejects.exists() {
        fs::remove_file(&rejects).map_err(|e| io_error(&rejects, e))?;
    }
    match job.format {
        Format::Csv => join(&work, chunks.len(), "out", &format!("{}\n", COLUMNS.join(",")), job.output)?,
        Format::JsonLines => join(&work, chunks.len(), "out", "", job.output)?,
        Format::Parquet => {
            let temporary = beside(job.output, "part");
            let files = (0..chunks.len()).map(|number| chunk_file(&work, number, "out"));
            let file = parquet_out::write_parquet(files, &temporary).map_err(|e| io_error(&temporary, e))?;
            file.sync_all().map_err(|e| io_error(&temporary, e))?;
            fs::rename(&temporary, job.output).map_err(|e| io_error(job.output, e))?;
        }
    }
    fs::remove_dir_all(&work).map_err(|e| io_error(&work, e))?;
    Ok(Summary {
        schema: "bulk/1",
        rows: counts.rows,
        rejected: counts.rejected,
        with_hits: counts.with_hits,
        open: counts.open,
        matched: counts.matched,
        hits: counts.hits,
        near_misses: counts.near_misses,
        unknown_columns,
        input_sha256,
        output_sha256: digest_of(job.output)?.0,
        algorithm: index.algorithm().to_owned(),
        profile: job.profile,
        entities: index.len(),
        rejects: (counts.rejected > 0).then_some(rejects),
        told,
    })
}

/// Keeps what a later run needs.
fn keep_base(
    job: &Job<'_>,
    index: &Index,
    at: &Path,
    work: &Path,
    chunks: usize,
    counts: Counts,
    (input_sha256, unknown_columns, told): (Digest, &[String], &Told),
) -> Result<(), BulkError> {
    base::place(at, |folder| {
        let (rows, _) = rows(job)?;
        let shards = base::write_parties(folder, rows, job.threads)?;
        for (ending, name) in [("out", "matches"), ("rejects", "rejects")] {
            join(work, chunks, ending, "", &folder.join(name))?;
        }
        let (warnings, kept) = (work.join("warnings"), folder.join("warnings"));
        fs::copy(&warnings, &kept).map_err(|e| io_error(&kept, e))?;
        base::write_index(index, folder)?;
        Ok(base::About {
            version: base::About::current(),
            input_sha256,
            content: job.content.to_owned(),
            index: index.content().to_owned(),
            algorithm: index.algorithm().to_owned(),
            profile: job.profile,
            schema: job.schema,
            objects: job.format == Format::JsonLines,
            every_party: job.every_party,
            rows: counts.rows,
            rejected: counts.rejected,
            shards,
            unknown_columns: unknown_columns.to_vec(),
            matches: digest_of(&folder.join("matches"))?.0,
            rejects: digest_of(&folder.join("rejects"))?.0,
            warnings: digest_of(&kept)?.0,
            told: told.clone(),
        })
    })
}

/// The rows of the input, on the day of the run.
fn rows(job: &Job<'_>) -> Result<(Rows, Vec<String>), ReadError> {
    let day = job.on;
    let (rows, unknown) = open(job.input, job.input_format, job.schema)?;
    Ok((Box::new(rows.map(move |row| row.map(|row| row.map(|party| party.on(day))))), unknown))
}

/// Puts the warnings beside the output, where there are any.
pub(crate) fn place_warnings(told: &Told, from: &Path, output: &Path) -> Result<Option<PathBuf>, BulkError> {
    let to = beside(output, "warnings.jsonl");
    if told.doubts.is_empty() {
        if to.exists() {
            fs::remove_file(&to).map_err(|e| io_error(&to, e))?;
        }
        return Ok(None);
    }
    let temporary = beside(&to, "part");
    fs::copy(from, &temporary).and_then(|_| fs::rename(&temporary, &to)).map_err(|e| io_error(&to, e))?;
    Ok(Some(to))
}

/// Gives each chunk that is not done to a worker; the notes of all, in order.
fn screen_all(
    job: &Job<'_>,
    index: &Index,
    judgement: Judgement<'_>,
    tell: &(dyn Fn(Progress) + Sync),
    work: &Path,
    mut rows: impl Iterator<Item = Result<Row, ReadError>>,
) -> Result<Vec<Note>, BulkError> {
    let threads = job.threads.clamp(1, MOST_THREADS);
    let (send, receive) = mpsc::sync_channel::<(usize, Vec<Row>)>(threads);
    let receive = Mutex::new(receive);
    let (done_rows, kept_rows) = (AtomicU64::new(0), AtomicU64::new(0));
    let told = |rows: u64, kept: bool| {
        let all = done_rows.fetch_add(rows, Ordering::Relaxed) + rows;
        let kept = kept_rows.fetch_add(if kept { rows } else { 0 }, Ordering::Relaxed);
        tell(Progress { rows: all, kept, of: None });
    };
    let notes: Mutex<Vec<(usize, Note)>> = Mutex::default();
    let fault: Mutex<Option<BulkError>> = Mutex::default();
    let fail = |error: BulkError| {
        fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    };
    let failed = || fault.lock().unwrap_or_else(PoisonError::into_inner).is_some();
    let manner = Manner { profile: &job.profile, format: job.format, every_party: job.every_party };
    let worker = || {
        loop {
            // the lock is held while one thread waits for the next chunk: the others would wait as well
            let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((number, rows)) = next else { return };
            if failed() {
                // the sender must not wait for ever
                continue;
            }
            let count = rows.len() as u64;
            // a fault of the program in one chunk must not leave the others waiting for ever
            let screened = catch_unwind(AssertUnwindSafe(|| screen(rows, index, manner, judgement)));
            let result = screened
                .unwrap_or_else(|_| Err(format!("chunk {number} made the program fail; please report it")))
                .map_err(BulkError::Chunk)
                .and_then(|done| keep(work, number, &done));
            match result {
                Ok(note) => {
                    notes.lock().unwrap_or_else(PoisonError::into_inner).push((number, note));
                    told(count, false);
                }
                Err(error) => fail(error),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(worker);
        }
        for number in 0.. {
            let mut chunk = Vec::with_capacity(job.chunk.max(1));
            for row in rows.by_ref().take(job.chunk.max(1)) {
                match row {
                    Ok(row) => chunk.push(row),
                    Err(error) => {
                        fail(error.into());
                        break;
                    }
                }
            }
            if chunk.is_empty() || failed() {
                break;
            }
            let count = chunk.len() as u64;
            if let Some(note) = done(work, number, count) {
                notes.lock().unwrap_or_else(PoisonError::into_inner).push((number, note));
                told(count, true);
            } else if send.send((number, chunk)).is_err() {
                break;
            }
        }
        drop(send);
    });
    if let Some(error) = fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut notes = notes.into_inner().unwrap_or_else(PoisonError::into_inner);
    notes.sort_by_key(|(number, _)| *number);
    Ok(notes.into_iter().map(|(_, note)| note).collect())
}

/// More threads than any machine has processors help nobody.
const MOST_THREADS: usize = 512;

/// The [`Job::content`] of a run beside `output` that did not come to its end, if there is one: whoever wants to go on with it
/// has to ask for the same.
pub fn unfinished(output: &Path) -> Option<String> {
    let bytes = fs::read(beside(output, "work").join("job.json")).ok()?;
    serde_json::from_slice::<Written>(&bytes).ok().map(|written| written.content)
}

fn begin(work: &Path, written: &Written) -> Result<(), BulkError> {
    let path = work.join("job.json");
    match fs::read(&path) {
        Ok(bytes) => match serde_json::from_slice::<Written>(&bytes) {
            Ok(there) if there == *written => Ok(()),
            _ => Err(BulkError::OtherJob(work.display().to_string())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(work).map_err(|e| io_error(work, e))?;
            let bytes = serde_json::to_vec_pretty(written).map_err(|e| BulkError::Chunk(e.to_string()))?;
            put(&path, &bytes)
        }
        Err(error) => Err(io_error(&path, error)),
    }
}

fn chunk_file(work: &Path, number: usize, ending: &str) -> PathBuf {
    work.join(format!("chunk-{number}.{ending}"))
}

/// The note of a chunk that was done before, if all of it is there and whole.
fn done(work: &Path, number: usize, rows: u64) -> Option<Note> {
    let note: Note = serde_json::from_slice(&fs::read(chunk_file(work, number, "json")).ok()?).ok()?;
    let whole = |ending: &str, digest: Digest| {
        fs::read(chunk_file(work, number, ending)).is_ok_and(|bytes| Digest::of(&bytes) == digest)
    };
    (note.counts.rows == rows && whole("out", note.output) && whole("rejects", note.rejects)).then_some(note)
}

fn keep(work: &Path, number: usize, done: &Done) -> Result<Note, BulkError> {
    put(&chunk_file(work, number, "out"), &done.output)?;
    put(&chunk_file(work, number, "rejects"), &done.rejects)?;
    let note =
        Note { counts: done.counts, output: Digest::of(&done.output), rejects: Digest::of(&done.rejects) };
    let bytes = serde_json::to_vec(&note).map_err(|e| BulkError::Chunk(e.to_string()))?;
    put(&chunk_file(work, number, "json"), &bytes)?;
    Ok(note)
}

fn join(work: &Path, chunks: usize, ending: &str, head: &str, to: &Path) -> Result<(), BulkError> {
    let temporary = beside(to, "part");
    let mut file = File::create(&temporary).map_err(|e| io_error(&temporary, e))?;
    file.write_all(head.as_bytes()).map_err(|e| io_error(&temporary, e))?;
    for number in 0..chunks {
        let path = chunk_file(work, number, ending);
        let mut chunk = File::open(&path).map_err(|e| io_error(&path, e))?;
        io::copy(&mut chunk, &mut file).map_err(|e| io_error(&temporary, e))?;
    }
    file.sync_all().map_err(|e| io_error(&temporary, e))?;
    fs::rename(&temporary, to).map_err(|e| io_error(to, e))
}

/// Writes a file so that it is there whole or not at all.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), BulkError> {
    let temporary = beside(path, "part");
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|e| io_error(path, e))
}

/// `path` with something added to its name.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

pub(crate) fn io_error(path: &Path, source: io::Error) -> BulkError {
    BulkError::Io { path: path.display().to_string(), source }
}

/// The digest of a file, and how many lines it has.
///
/// # Errors
/// Where it cannot be read.
pub fn digest_of(path: &Path) -> Result<(Digest, u64), BulkError> {
    let mut lines = 0u64;
    let file = File::open(path).map_err(|e| io_error(path, e))?;
    let mut hasher = Sha256::new();
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut buffer = vec![0u8; 1 << 20];
    loop {
        let read = reader.read(&mut buffer).map_err(|e| io_error(path, e))?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        lines += part.iter().filter(|b| **b == b'\n').count() as u64;
        hasher.update(part);
    }
    Ok((Digest::from_bytes(hasher.finalize().into()), lines))
}
