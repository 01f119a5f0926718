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
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};

use countersign_model::{Date, Digest, EntitySchema};
use countersign_screening::{Index, Profile};
use serde::{Deserialize, Serialize};

use crate::chunk::{COLUMNS, Counts, Done, Format, Judgement, Manner, screen};
use crate::fault::{BulkError, ReadError, io_error};
use crate::files::{beside, digest_of, put};
use crate::input::{InputFormat, open};
use crate::row::{How, Row, Rows, Sheet};
use crate::summary::{Of, Summary};
use crate::text::Encoding;
use crate::told::{Teller, Told};
use crate::{base, parquet_in, parquet_out};

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The file of parties.
    pub input: &'a Path,
    /// How it is written.
    pub input_format: InputFormat,
    /// How it is to be read beside that.
    pub how: How<'a>,
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

/// What is written of a job, so that only the same one is gone on with.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Written {
    version: u32,
    input_sha256: Digest,
    content: String,
    algorithm: String,
    profile: Profile,
    schema: Option<EntitySchema>,
    sheet: Option<String>,
    encoding: Option<Encoding>,
    format: Format,
    every_party: bool,
    chunk: usize,
}

impl Written {
    fn of(job: &Job<'_>, index: &Index, input_sha256: Digest) -> Self {
        Self {
            version: 4,
            input_sha256,
            content: job.content.to_owned(),
            algorithm: index.algorithm().to_owned(),
            profile: job.profile,
            schema: job.how.schema,
            sheet: job.how.sheet.map(str::to_owned),
            encoding: job.how.encoding,
            format: job.format,
            every_party: job.every_party,
            chunk: job.chunk.max(1),
        }
    }
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
    nothing_is_overwritten(job)?;
    let input = Input::open(job)?;
    let (input_sha256, of) = digest_and_count(job)?;
    let work = beside(job.output, "work");
    begin(&work, &Written::of(job, index, input_sha256))?;

    let tell = |progress: Progress| tell(Progress { of, ..progress });
    let mut teller = Teller::begin(&work.join("warnings"))?;
    let rows = input.rows.inspect(|row| {
        if let Ok(Ok(party)) = row {
            teller.see(party);
        }
    });
    let chunks = screen_all(job, index, judgement, &tell, &work, rows)?;
    let mut told = Told::of(&input.unknown_columns, teller.end()?, input.sheet);
    let mut counts = Counts::default();
    for note in &chunks {
        counts.add(&note.counts);
    }

    let finished = Finished { work: &work, chunks: chunks.len(), counts };
    if let Some(at) = job.keep.filter(|at| !at.exists()) {
        keep_base(job, index, at, &finished, (input_sha256, &input.unknown_columns, &told))?;
    }
    told.warnings = told.place(&work.join("warnings"), job.output)?;
    let rejects = finished.place_rejects(job.output)?;
    finished.place_output(job)?;
    fs::remove_dir_all(&work).map_err(|e| io_error(&work, e))?;
    let of = Of {
        index,
        profile: job.profile,
        input_sha256,
        unknown_columns: input.unknown_columns,
        told,
        rejects,
    };
    Summary::of(of, counts, job.output)
}

/// # Errors
/// Where something is in the place of what the run makes, or cannot be kept.
fn nothing_is_overwritten(job: &Job<'_>) -> Result<(), BulkError> {
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
    let directory = job.output.parent().filter(|parent| !parent.as_os_str().is_empty());
    match directory.filter(|parent| !parent.is_dir()) {
        Some(parent) => Err(BulkError::NoDirectory(parent.display().to_string())),
        None => Ok(()),
    }
}

/// The input, with a party in it at least.
struct Input {
    rows: Rows,
    unknown_columns: Vec<String>,
    sheet: Option<Sheet>,
}

impl Input {
    /// # Errors
    /// Where it cannot be read at all, or holds no party. Nothing is left behind then.
    fn open(job: &Job<'_>) -> Result<Self, BulkError> {
        let (rows, unknown_columns, sheet) = rows(job).map_err(BulkError::Input)?;
        let mut rows = rows.peekable();
        // a header alone may be half of an export, and must not read as a file in which nobody is listed
        if rows.peek().is_none() {
            return Err(BulkError::Input(ReadError::of(
                job.input,
                "there is no party in it, so nothing was compared; check that the export was complete",
            )));
        }
        Ok(Self { rows: Box::new(rows), unknown_columns, sheet })
    }
}

/// The rows of the input on the day of the run, its columns that are not known, and which sheet is read.
fn rows(job: &Job<'_>) -> Result<(Rows, Vec<String>, Option<Sheet>), ReadError> {
    let day = job.on;
    let opened = open(job.input, job.input_format, &job.how)?;
    let rows = opened.rows.map(move |row| row.map(|row| row.map(|party| party.on(day))));
    Ok((Box::new(rows), opened.unknown_columns, opened.sheet))
}

/// The digest of the input, and how many rows it has, about.
fn digest_and_count(job: &Job<'_>) -> Result<(Digest, Option<u64>), BulkError> {
    let (digest, lines) = digest_of(job.input)?;
    let rows = match job.input_format {
        InputFormat::Csv | InputFormat::JsonLines => Some(lines),
        InputFormat::Parquet => parquet_in::count(job.input),
        InputFormat::Xlsx => None,
    };
    Ok((digest, rows))
}

/// Chunks that are all done.
struct Finished<'a> {
    work: &'a Path,
    chunks: usize,
    counts: Counts,
}

impl Finished<'_> {
    /// Puts the rows that could not be screened beside the output, where there are any.
    fn place_rejects(&self, output: &Path) -> Result<Option<PathBuf>, BulkError> {
        let rejects = beside(output, "rejects.jsonl");
        if self.counts.rejected > 0 {
            self.join("rejects", "", &rejects)?;
            return Ok(Some(rejects));
        }
        if rejects.exists() {
            fs::remove_file(&rejects).map_err(|e| io_error(&rejects, e))?;
        }
        Ok(None)
    }

    fn place_output(&self, job: &Job<'_>) -> Result<(), BulkError> {
        match job.format {
            Format::Csv => self.join("out", &format!("{}\n", COLUMNS.join(",")), job.output),
            Format::JsonLines => self.join("out", "", job.output),
            Format::Parquet => {
                let temporary = beside(job.output, "part");
                let files = (0..self.chunks).map(|number| chunk_file(self.work, number, "out"));
                let file =
                    parquet_out::write_parquet(files, &temporary).map_err(|e| io_error(&temporary, e))?;
                file.sync_all().map_err(|e| io_error(&temporary, e))?;
                fs::rename(&temporary, job.output).map_err(|e| io_error(job.output, e))
            }
        }
    }

    /// Puts one file of each chunk together, in order.
    fn join(&self, ending: &str, head: &str, to: &Path) -> Result<(), BulkError> {
        let temporary = beside(to, "part");
        let mut file = File::create(&temporary).map_err(|e| io_error(&temporary, e))?;
        file.write_all(head.as_bytes()).map_err(|e| io_error(&temporary, e))?;
        for number in 0..self.chunks {
            let path = chunk_file(self.work, number, ending);
            let mut chunk = File::open(&path).map_err(|e| io_error(&path, e))?;
            io::copy(&mut chunk, &mut file).map_err(|e| io_error(&temporary, e))?;
        }
        file.sync_all().map_err(|e| io_error(&temporary, e))?;
        fs::rename(&temporary, to).map_err(|e| io_error(to, e))
    }
}

/// Keeps what a later run needs.
fn keep_base(
    job: &Job<'_>,
    index: &Index,
    at: &Path,
    finished: &Finished<'_>,
    (input_sha256, unknown_columns, told): (Digest, &[String], &Told),
) -> Result<(), BulkError> {
    base::place(at, |folder| {
        let (rows, ..) = rows(job)?;
        let shards = base::write_parties(folder, rows, job.threads)?;
        for (ending, name) in [("out", "matches"), ("rejects", "rejects")] {
            finished.join(ending, "", &folder.join(name))?;
        }
        let (warnings, kept) = (finished.work.join("warnings"), folder.join("warnings"));
        fs::copy(&warnings, &kept).map_err(|e| io_error(&kept, e))?;
        base::write_index(index, folder)?;
        Ok(base::About {
            version: base::About::current(),
            input_sha256,
            content: job.content.to_owned(),
            index: index.content().to_owned(),
            algorithm: index.algorithm().to_owned(),
            profile: job.profile,
            schema: job.how.schema,
            objects: job.format == Format::JsonLines,
            every_party: job.every_party,
            rows: finished.counts.rows,
            rejected: finished.counts.rejected,
            shards,
            unknown_columns: unknown_columns.to_vec(),
            matches: digest_of(&folder.join("matches"))?.0,
            rejects: digest_of(&folder.join("rejects"))?.0,
            warnings: digest_of(&kept)?.0,
            told: told.clone(),
        })
    })
}

/// Gives each chunk that is not done to a worker; the notes of all, in order.
fn screen_all(
    job: &Job<'_>,
    index: &Index,
    judgement: Judgement<'_>,
    tell: &(dyn Fn(Progress) + Sync),
    work: &Path,
    rows: impl Iterator<Item = Result<Row, ReadError>>,
) -> Result<Vec<Note>, BulkError> {
    let threads = job.threads.clamp(1, MOST_THREADS);
    let (send, receive) = mpsc::sync_channel::<(usize, Vec<Row>)>(threads);
    let receive = Mutex::new(receive);
    let desk = Desk::of(work, tell);
    let manner = Manner { profile: &job.profile, format: job.format, every_party: job.every_party };
    let worker = || {
        loop {
            // the lock is held while one thread waits for the next chunk: the others would wait as well
            let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((number, rows)) = next else { return };
            desk.screened(number, rows, |rows| screen(rows, index, manner, judgement));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(worker);
        }
        desk.give_out(rows, job.chunk.max(1), &send);
        drop(send);
    });
    desk.notes()
}

/// What the threads of a run know together.
struct Desk<'a> {
    work: &'a Path,
    tell: &'a (dyn Fn(Progress) + Sync),
    done_rows: AtomicU64,
    kept_rows: AtomicU64,
    notes: Mutex<Vec<(usize, Note)>>,
    fault: Mutex<Option<BulkError>>,
}

impl<'a> Desk<'a> {
    fn of(work: &'a Path, tell: &'a (dyn Fn(Progress) + Sync)) -> Self {
        Self {
            work,
            tell,
            done_rows: AtomicU64::new(0),
            kept_rows: AtomicU64::new(0),
            notes: Mutex::default(),
            fault: Mutex::default(),
        }
    }

    fn fail(&self, error: BulkError) {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    fn failed(&self) -> bool {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// A chunk of `rows` rows is done; `kept`: by an earlier run.
    fn note(&self, number: usize, note: Note, rows: u64, kept: bool) {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push((number, note));
        let all = self.done_rows.fetch_add(rows, Ordering::Relaxed) + rows;
        let kept = self.kept_rows.fetch_add(if kept { rows } else { 0 }, Ordering::Relaxed);
        (self.tell)(Progress { rows: all, kept, of: None });
    }

    /// Screens a chunk and keeps what comes of it.
    fn screened(&self, number: usize, rows: Vec<Row>, screen: impl FnOnce(Vec<Row>) -> Result<Done, String>) {
        if self.failed() {
            // the sender must not wait for ever
            return;
        }
        let count = rows.len() as u64;
        // a fault of the program in one chunk must not leave the others waiting for ever
        let screened = catch_unwind(AssertUnwindSafe(|| screen(rows)));
        let result = screened
            .unwrap_or_else(|_| Err(format!("chunk {number} made the program fail; please report it")))
            .map_err(BulkError::Chunk)
            .and_then(|done| keep(self.work, number, &done));
        match result {
            Ok(note) => self.note(number, note, count, false),
            Err(error) => self.fail(error),
        }
    }

    /// Cuts the rows into chunks and sends those that are not done.
    fn give_out(
        &self,
        mut rows: impl Iterator<Item = Result<Row, ReadError>>,
        size: usize,
        send: &mpsc::SyncSender<(usize, Vec<Row>)>,
    ) {
        for number in 0.. {
            let mut chunk = Vec::with_capacity(size);
            for row in rows.by_ref().take(size) {
                match row {
                    Ok(row) => chunk.push(row),
                    Err(error) => {
                        self.fail(error.into());
                        break;
                    }
                }
            }
            if chunk.is_empty() || self.failed() {
                break;
            }
            let count = chunk.len() as u64;
            if let Some(note) = done(self.work, number, count) {
                self.note(number, note, count, true);
            } else if send.send((number, chunk)).is_err() {
                break;
            }
        }
    }

    /// The notes of all chunks, in order.
    fn notes(self) -> Result<Vec<Note>, BulkError> {
        if let Some(error) = self.fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let mut notes = self.notes.into_inner().unwrap_or_else(PoisonError::into_inner);
        notes.sort_by_key(|(number, _)| *number);
        Ok(notes.into_iter().map(|(_, note)| note).collect())
    }
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
