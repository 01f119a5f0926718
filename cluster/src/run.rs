//! A run: cut the input, have every chunk screened, put the output together.
//!
//! What is done is in the *manifest*: a row a chunk with how many rows went in, how many lines came out, and their digest. In
//! process and on a Ballista cluster a row is a file beside the lines (`out/chunk-N.json`); with workers it is a row in
//! PostgreSQL. A chunk without its row is screened again, so that the loss of anything costs time and nothing else.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use countersign_bulk::{Encoding, Summary, Told};
use countersign_model::{Digest, EntitySchema};
use countersign_operations::bulk::{Grounds, output_format};
use countersign_operations::failure::Failure;
use countersign_screening::ALGORITHM;
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};

use crate::database::Runs;
use crate::engine::{Engine, Failed};
use crate::join::{self, Files};
use crate::line::{self, Chunk, Entry};
use crate::orders::Orders;
use crate::place::{Place, is_bucket, object};
use crate::prepare::{Asked, input_format};
use crate::split::{WARNINGS, split};
use crate::tell::Bar;

/// The pause before a chunk is tried again.
const PAUSE: Duration = Duration::from_secs(2);
/// How often the database is asked how far a run is.
const LOOK: Duration = Duration::from_millis(500);
/// After how long without any worker a word is said.
const NOBODY: Duration = Duration::from_secs(20);

/// Who screens the chunks.
pub(crate) enum Through {
    /// This process, so many chunks at a time.
    Here { threads: usize },
    /// A Ballista cluster.
    Cluster { address: String, in_flight: usize, timeout: Duration, patience: Duration },
    /// Workers that lease chunks.
    Workers { runs: Runs },
}

/// What is asked of a run.
pub(crate) struct Request {
    pub(crate) input: String,
    pub(crate) output: String,
    pub(crate) place: Option<String>,
    pub(crate) every_party: bool,
    pub(crate) chunk: usize,
    pub(crate) asked: Asked,
    pub(crate) through: Through,
}

/// `run.json`: what a run is of, so that only the same one is gone on with.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    input_sha256: Digest,
    /// Copies of the lists, decisions, day.
    content: String,
    schema: Option<EntitySchema>,
    sheet: Option<String>,
    encoding: Option<Encoding>,
    chunk: usize,
    orders: Orders,
}

/// `chunks.json`: with it the input is cut.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cut {
    chunks: Vec<Chunk>,
    unknown_columns: Vec<String>,
    /// What else is told of the input.
    told: Told,
}

/// What came of a run, with what it rests on.
pub(crate) struct Report {
    pub(crate) summary: Summary,
    pub(crate) grounds: Grounds,
    /// Chunks, and those of them that were done before.
    pub(crate) chunks: usize,
    pub(crate) kept: usize,
    pub(crate) seconds: f64,
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, Failure> {
    serde_json::to_vec_pretty(value).map_err(|e| Failure::Program(e.to_string()))
}

/// Runs it.
///
/// # Errors
/// What is done is kept in the place of the run, and the same command goes on from there.
pub(crate) async fn run(request: Request) -> Result<Report, Failure> {
    let start = Instant::now();
    let format = output_format(Path::new(&request.output))?;
    let files = Files::of(&request.output)?;
    files.must_be_free().await?;
    let place = match &request.place {
        Some(address) => Place::open(address)?,
        None => Place::open(&format!("{}.run", request.output))?,
    };
    let (input, _brought) = bring(&request.input).await?;
    let kind = input_format(&request.input)?;
    let before: Option<Written> = match place.get("run.json").await? {
        Some(bytes) => Some(serde_json::from_slice(&bytes).map_err(|_| other(&place))?),
        None => None,
    };
    let grounds = request.asked.grounds(before.as_ref().map(|b| b.content.as_str()))?;
    let path = input.clone();
    let digest = tokio::task::spawn_blocking(move || crate::place::digest_of(&path))
        .await
        .map_err(|e| Failure::Program(e.to_string()))?;
    let input_sha256 =
        digest.map_err(|e| Failure::Input(format!("`{}` cannot be read: {e}", request.input)))?;

    // the file of an index that is built anew may be another one of the same content
    let index = match &before {
        Some(before) => before.orders.index,
        None => put_index(&grounds, &place).await?,
    };
    let names: std::collections::BTreeSet<&str> = grounds.dispositions.names().collect();
    let names = serde_json::to_vec(&names).map_err(|e| Failure::Program(e.to_string()))?;
    let orders = Orders {
        version: Orders::version(),
        algorithm: ALGORITHM.to_owned(),
        place: place.address().to_owned(),
        index,
        content: grounds.lists.index().content().to_owned(),
        decided: Digest::of(&names),
        profile: grounds.profile,
        format,
        every_party: request.every_party,
    };
    let written = Written {
        input_sha256,
        content: grounds.content.clone(),
        schema: request.asked.schema,
        sheet: request.asked.sheet.clone(),
        encoding: request.asked.encoding,
        chunk: request.chunk,
        orders,
    };
    match before {
        Some(before) if before == written => {}
        Some(_) => return Err(other(&place)),
        None => {
            place.put(&written.orders.decided_name(), names).await?;
            place.put("run.json", json(&written)?).await?;
        }
    }
    let cut: Cut = match place.get("chunks.json").await? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map_err(|e| Failure::Program(format!("`{}/chunks.json` is damaged: {e}", place.address())))?,
        None => {
            let (chunks, unknown_columns, told) =
                split(&input, kind, &request.asked.how(), request.chunk, grounds.on, &place).await?;
            let cut = Cut { chunks, unknown_columns, told };
            place.put("chunks.json", json(&cut)?).await?;
            cut
        }
    };
    let literal = serde_json::to_string(&written.orders).map_err(|e| Failure::Program(e.to_string()))?;
    let id: String = Digest::of(&json(&written)?).to_string().chars().take(32).collect();
    let bar = Bar::begin(cut.chunks.iter().map(|c| c.rows).sum());
    let (entries, kept) = match &request.through {
        Through::Here { threads } => {
            let engine = Arc::new(Engine::here()?);
            all(&engine, &cut.chunks, &place, &literal, *threads, Duration::ZERO, &bar).await?
        }
        Through::Cluster { address, in_flight, timeout, patience } => {
            let engine = Arc::new(Engine::Cluster { address: address.clone(), timeout: *timeout });
            all(&engine, &cut.chunks, &place, &literal, *in_flight, *patience, &bar).await?
        }
        Through::Workers { runs } => by_workers(runs, &id, &literal, &place, &cut.chunks, &bar).await?,
    };
    bar.end();
    let counts = join::join(&files, &place, &cut.chunks, &entries, &grounds, &written.orders).await?;
    let any_warning = !cut.told.doubts.is_empty();
    files.bring_warnings(&place, any_warning).await?;
    let summary = Summary {
        schema: "bulk/1",
        rows: counts.rows,
        rejected: counts.rejected,
        with_hits: counts.with_hits,
        open: counts.open,
        matched: counts.matched,
        hits: counts.hits,
        near_misses: counts.near_misses,
        told: Told { warnings: any_warning.then(|| PathBuf::from(files.warnings())), ..cut.told },
        unknown_columns: cut.unknown_columns,
        input_sha256,
        output_sha256: files.digest()?,
        algorithm: ALGORITHM.to_owned(),
        profile: grounds.profile,
        entities: grounds.lists.index().len(),
        rejects: (counts.rejected > 0).then(|| PathBuf::from(files.rejects())),
    };
    files.publish(counts.rejected > 0, any_warning).await?;
    // the output is there: what it was made of goes, and should that be interrupted, it only takes room
    let mut names: Vec<String> = vec!["run.json".to_owned()];
    for entry in &entries {
        names.push(entry.file.clone());
        names.push(format!("out/chunk-{}.json", entry.number));
    }
    names.extend(cut.chunks.iter().map(Chunk::name));
    names.extend([
        "chunks.json".to_owned(),
        WARNINGS.to_owned(),
        written.orders.index_name(),
        written.orders.decided_name(),
    ]);
    place.remove(names).await?;
    if let Through::Workers { runs } = &request.through {
        runs.remove(&id).await?;
    }
    Ok(Report { summary, grounds, chunks: cut.chunks.len(), kept, seconds: start.elapsed().as_secs_f64() })
}

fn other(place: &Place) -> Failure {
    Failure::Input(format!(
        "`{}` holds an unfinished run of something else (another input, other lists, another profile, chunk size or version); finish \
         that, name another place with --place, or remove it",
        place.address()
    ))
}

/// The input on this machine, and the directory that goes when it is no longer needed.
async fn bring(input: &str) -> Result<(PathBuf, Option<tempfile::TempDir>), Failure> {
    if !is_bucket(input) {
        return Ok((PathBuf::from(input), None));
    }
    let (place, name) = object(input)?;
    let folder = tempfile::tempdir().map_err(|e| Failure::Program(e.to_string()))?;
    let path = folder.path().join(&name);
    place.fetch(&name, &path).await?;
    Ok((path, Some(folder)))
}

/// Puts the index into the place of the run, under its digest.
async fn put_index(grounds: &Grounds, place: &Place) -> Result<Digest, Failure> {
    let folder = tempfile::tempdir().map_err(|e| Failure::Program(e.to_string()))?;
    let path = folder.path().join("index");
    let failed =
        |why: &dyn std::fmt::Display| Failure::Program(format!("the index cannot be written: {why}"));
    grounds.lists.index().write(&path).map_err(|e| failed(&e))?;
    let digest = crate::place::digest_of(&path).map_err(|e| failed(&e))?;
    place.put_file(&format!("index-{digest}"), &path).await?;
    Ok(digest)
}

/// Has every chunk screened that is not in the manifest, several at a time; the manifest, and how many were in it before.
async fn all(
    engine: &Arc<Engine>,
    chunks: &[Chunk],
    place: &Place,
    orders: &str,
    at_a_time: usize,
    patience: Duration,
    bar: &Bar,
) -> Result<(Vec<Entry>, usize), Failure> {
    let kept = AtomicU64::new(0);
    let last_success = std::sync::Mutex::new(Instant::now());
    let one = |chunk: &Chunk| {
        let (chunk, kept, last_success) = (chunk.clone(), &kept, &last_success);
        async move {
            if let Some(entry) = recorded(place, &chunk).await? {
                kept.fetch_add(1, Ordering::Relaxed);
                bar.more(chunk.rows, true);
                return Ok(entry);
            }
            let lines = loop {
                let failed = match spawned(engine, &chunk, place, orders).await {
                    Ok(lines) => break lines,
                    Err(failed) => failed,
                };
                let since = last_success.lock().map_or(Duration::ZERO, |last| last.elapsed());
                if !failed.passing || since >= patience {
                    return Err(Failure::Program(format!(
                        "chunk {}: {}. What is done is kept; give the same command again",
                        chunk.number, failed.why
                    )));
                }
                tracing::warn!("chunk {} is tried again: {}", chunk.number, failed.why);
                tokio::time::sleep(PAUSE).await;
            };
            if let Ok(mut last) = last_success.lock() {
                *last = Instant::now();
            }
            let entry = keep(place, &chunk, &lines, format!("out/chunk-{}.jsonl", chunk.number)).await?;
            place.put(&format!("out/chunk-{}.json", chunk.number), json(&entry)?).await?;
            bar.more(chunk.rows, false);
            Ok(entry)
        }
    };
    let mut entries: Vec<Entry> =
        futures_util::stream::iter(chunks).map(one).buffer_unordered(at_a_time.max(1)).try_collect().await?;
    entries.sort_by_key(|entry| entry.number);
    Ok((entries, usize::try_from(kept.load(Ordering::Relaxed)).unwrap_or(usize::MAX)))
}

/// Screens a chunk on a thread of the runtime of its own: a plan of one partition computes where it is waited for.
pub(crate) async fn spawned(
    engine: &Arc<Engine>,
    chunk: &Chunk,
    place: &Place,
    orders: &str,
) -> Result<Vec<line::Line>, Failed> {
    let (engine, chunk, place, orders) = (engine.clone(), chunk.clone(), place.clone(), orders.to_owned());
    let number = chunk.number;
    let task = tokio::spawn(async move { engine.screen(&chunk, &place, &orders).await });
    task.await.unwrap_or_else(|_| {
        let why = format!("chunk {number} made the program fail; please report it");
        Err(Failed { why, passing: false })
    })
}

/// The row of the manifest of a chunk, if it is there and what it tells of is whole.
async fn recorded(place: &Place, chunk: &Chunk) -> Result<Option<Entry>, Failure> {
    let Some(note) = place.get(&format!("out/chunk-{}.json", chunk.number)).await? else { return Ok(None) };
    let Ok(entry) = serde_json::from_slice::<Entry>(&note) else { return Ok(None) };
    let whole = entry.number == chunk.number
        && entry.rows_in == chunk.rows
        && place.get(&entry.file).await?.is_some_and(|bytes| Digest::of(&bytes) == entry.sha256);
    Ok(whole.then_some(entry))
}

/// Keeps the lines of a chunk; the row of the manifest for them, not yet recorded.
pub(crate) async fn keep(
    place: &Place,
    chunk: &Chunk,
    lines: &[line::Line],
    file: String,
) -> Result<Entry, Failure> {
    let bytes = line::write(lines).map_err(Failure::Program)?;
    let entry = Entry {
        number: chunk.number,
        rows_in: chunk.rows,
        rows_out: lines.len() as u64,
        sha256: Digest::of(&bytes),
        file,
    };
    place.put(&entry.file, bytes).await?;
    Ok(entry)
}

/// Gives the chunks to workers and waits for them.
async fn by_workers(
    runs: &Runs,
    id: &str,
    orders: &str,
    place: &Place,
    chunks: &[Chunk],
    bar: &Bar,
) -> Result<(Vec<Entry>, usize), Failure> {
    runs.enlist(id, orders, place.address(), chunks).await?;
    // what an earlier attempt left is looked at before it is built upon
    let mut kept = 0;
    for entry in runs.manifest(id).await? {
        if place.get(&entry.file).await?.is_some_and(|bytes| Digest::of(&bytes) == entry.sha256) {
            kept += 1;
        } else {
            runs.forget(id, entry.number).await?;
        }
    }
    let (mut seen, mut told) = (Instant::now(), false);
    loop {
        let standing = runs.standing(id).await?;
        bar.at(u64::try_from(standing.rows).unwrap_or_default());
        if standing.done == standing.chunks {
            break;
        }
        if standing.held > 0 {
            seen = Instant::now();
        } else if !told && seen.elapsed() > NOBODY {
            told = true;
            tracing::warn!("no worker takes a chunk; begin some with `countersign-bulk worker --database …`");
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok((runs.manifest(id).await?, kept))
}
