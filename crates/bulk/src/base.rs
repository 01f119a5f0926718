//! What a run keeps for a later one that looks again only at those whom a change of the lists concerns (`again.rs`).
//!
//! ```text
//! base.json      of what it is: the input, the lists, the profile; digests of matches and rejects
//! index          the index that the parties were compared with
//! parties-N      of each [`SHARD`] rows the parties: how many (8), for each its row (8) and its end (8), then each as JSON
//! outlines-N     their outlines
//! matches        what was found, as in the chunks of the run
//! rejects        the rows that could not be screened
//! warnings       the cells that were not compared as they stand
//! ```
//!
//! The directory is written under another name and renamed when all of it is there.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, mpsc};

use countersign_model::{CountryCode, Digest, EntitySchema};
use countersign_screening::{BirthDate, Gender, Identifier, Index, Outlines, Profile, Query};
use serde::{Deserialize, Serialize};

use crate::fault::{BulkError, ReadError, io_error};
use crate::files::{beside, put};
use crate::party::Party;
use crate::row::Row;
use crate::told::Told;

/// Rows whose parties and outlines lie together.
pub(crate) const SHARD: usize = 500_000;

const VERSION: u32 = 3;

/// What is written in `base.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct About {
    pub(crate) version: u32,
    pub(crate) input_sha256: Digest,
    /// [`Job::content`](crate::Job::content).
    pub(crate) content: String,
    /// [`Index::content`].
    pub(crate) index: String,
    pub(crate) algorithm: String,
    pub(crate) profile: Profile,
    pub(crate) schema: Option<EntitySchema>,
    /// Whether matches are objects a party; else records a match.
    pub(crate) objects: bool,
    pub(crate) every_party: bool,
    pub(crate) rows: u64,
    pub(crate) rejected: u64,
    pub(crate) shards: usize,
    pub(crate) unknown_columns: Vec<String>,
    pub(crate) matches: Digest,
    pub(crate) rejects: Digest,
    pub(crate) warnings: Digest,
    pub(crate) told: Told,
}

impl About {
    pub(crate) fn current() -> u32 {
        VERSION
    }
}

/// A base that is there.
#[derive(Debug)]
pub(crate) struct Base {
    pub(crate) path: PathBuf,
    pub(crate) about: About,
}

impl Base {
    /// Opens a base and compares what is not compared where it is read.
    pub(crate) fn open(path: &Path) -> Result<Self, BulkError> {
        let file = path.join("base.json");
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BulkError::Base {
                    path: path.display().to_string(),
                    why: "it is no base of an earlier run: there is no `base.json` in it".to_owned(),
                });
            }
            Err(error) => return Err(io_error(&file, error)),
        };
        let damaged = |why: String| BulkError::Base { path: path.display().to_string(), why };
        let about: About = serde_json::from_slice(&bytes).map_err(|e| damaged(format!("base.json: {e}")))?;
        if about.version != VERSION {
            return Err(damaged(format!("it has version {}; this program reads {VERSION}", about.version)));
        }
        Ok(Self { path: path.to_owned(), about })
    }

    pub(crate) fn damaged(&self, what: &str) -> BulkError {
        BulkError::Base {
            path: self.path.display().to_string(),
            why: format!("{what}; screen the whole file again"),
        }
    }

    pub(crate) fn outlines(&self, shard: usize) -> Result<Outlines, BulkError> {
        let path = outlines_file(&self.path, shard);
        let bytes = fs::read(&path).map_err(|e| io_error(&path, e))?;
        Outlines::from_bytes(&bytes).map_err(|e| self.damaged(&format!("outlines-{shard}: {e}")))
    }

    pub(crate) fn parties(&self, shard: usize) -> Result<Parties, BulkError> {
        let path = parties_file(&self.path, shard);
        let damaged = || self.damaged(&format!("parties-{shard} is damaged"));
        let mut file = File::open(&path).map_err(|e| io_error(&path, e))?;
        let mut head = [0u8; 8];
        file.read_exact(&mut head).map_err(|e| io_error(&path, e))?;
        let count = usize::try_from(u64::from_le_bytes(head)).map_err(|_| damaged())?;
        if count > SHARD {
            return Err(damaged());
        }
        let mut table = vec![0u8; count * 16];
        file.read_exact(&mut table).map_err(|e| io_error(&path, e))?;
        let number = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
        let pairs = table.as_chunks::<8>().0.as_chunks::<2>().0;
        let places = pairs.iter().map(|[row, end]| (number(row), number(end))).collect();
        Ok(Parties { file, places, path })
    }
}

/// The parties of a shard.
#[derive(Debug)]
pub(crate) struct Parties {
    file: File,
    path: PathBuf,
    /// Of each its row, and where it ends behind the table.
    places: Vec<(u64, u64)>,
}

impl Parties {
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The place of a row.
    pub(crate) fn place(&self, row: u64) -> Option<usize> {
        self.places.binary_search_by_key(&row, |(row, _)| *row).ok()
    }

    /// A party; `None` where the row could not be screened.
    pub(crate) fn get(&mut self, place: usize) -> Result<Option<Party>, BulkError> {
        let damaged =
            || BulkError::Chunk(format!("`{}` is damaged; screen the whole file again", self.path.display()));
        let (row, end) = *self.places.get(place).ok_or_else(damaged)?;
        let start =
            place.checked_sub(1).and_then(|before| self.places.get(before)).map_or(0, |(_, end)| *end);
        let length = end.checked_sub(start).and_then(|n| usize::try_from(n).ok()).ok_or_else(damaged)?;
        if length == 0 {
            return Ok(None);
        }
        let mut bytes = vec![0u8; length];
        let from = 8 + 16 * self.places.len() as u64 + start;
        self.file
            .seek(SeekFrom::Start(from))
            .and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|e| io_error(&self.path, e))?;
        let kept: Kept = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
        Ok(Some(kept.party(row)))
    }
}

pub(crate) fn outlines_file(base: &Path, shard: usize) -> PathBuf {
    base.join(format!("outlines-{shard}"))
}

pub(crate) fn parties_file(base: &Path, shard: usize) -> PathBuf {
    base.join(format!("parties-{shard}"))
}

/// Writes outlines and parties of all rows into `folder`. Gives the number of shards.
pub(crate) fn write_parties(
    folder: &Path,
    mut rows: impl Iterator<Item = Result<Row, ReadError>>,
    threads: usize,
) -> Result<usize, BulkError> {
    let (send, receive) = mpsc::sync_channel::<(usize, Vec<Row>)>(1);
    let receive = Mutex::new(receive);
    let fault: Mutex<Option<BulkError>> = Mutex::default();
    let fail = |error: BulkError| {
        fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    };
    let worker = || {
        loop {
            let next = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((shard, rows)) = next else { return };
            if let Err(error) = write_shard(folder, shard, rows) {
                fail(error);
            }
        }
    };
    let mut shards = 0;
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(worker);
        }
        loop {
            let mut shard = Vec::new();
            for row in rows.by_ref().take(SHARD) {
                match row {
                    Ok(row) => shard.push(row),
                    Err(error) => {
                        fail(error.into());
                        break;
                    }
                }
            }
            let failed = fault.lock().unwrap_or_else(PoisonError::into_inner).is_some();
            if shard.is_empty() || failed || send.send((shards, shard)).is_err() {
                break;
            }
            shards += 1;
        }
        drop(send);
    });
    match fault.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None => Ok(shards),
    }
}

fn write_shard(folder: &Path, shard: usize, rows: Vec<Row>) -> Result<(), BulkError> {
    let mut outlines = Outlines::new();
    let mut table = (rows.len() as u64).to_le_bytes().to_vec();
    let mut parties = Vec::new();
    // what cannot be screened keeps its place, with nothing in it
    let nothing = Query::default();
    for row in &rows {
        let (number, query) = match row {
            Ok(party) => (party.row, &party.query),
            Err((number, _)) => (*number, &nothing),
        };
        if outlines.push(query).is_ok()
            && let Ok(party) = row
        {
            serde_json::to_writer(&mut parties, &Kept::of(party))
                .map_err(|e| BulkError::Chunk(e.to_string()))?;
        }
        table.extend(number.to_le_bytes());
        table.extend((parties.len() as u64).to_le_bytes());
    }
    table.append(&mut parties);
    put(&parties_file(folder, shard), &table)?;
    put(&outlines_file(folder, shard), &outlines.to_bytes())
}

/// Puts a base in its place: `write` fills a directory of another name.
pub(crate) fn place(
    at: &Path,
    write: impl FnOnce(&Path) -> Result<About, BulkError>,
) -> Result<(), BulkError> {
    let temporary = beside(at, "part");
    if temporary.exists() {
        fs::remove_dir_all(&temporary).map_err(|e| io_error(&temporary, e))?;
    }
    private_directory(&temporary).map_err(|e| io_error(&temporary, e))?;
    let about = write(&temporary)?;
    let bytes = serde_json::to_vec_pretty(&about).map_err(|e| BulkError::Chunk(e.to_string()))?;
    put(&temporary.join("base.json"), &bytes)?;
    fs::rename(&temporary, at).map_err(|e| io_error(at, e))
}

/// Makes a directory for the eyes of its account alone: customers lie in it.
fn private_directory(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Writes an index into a base.
pub(crate) fn write_index(index: &Index, folder: &Path) -> Result<(), BulkError> {
    index.write(&folder.join("index")).map_err(|e| BulkError::Chunk(e.to_string()))
}

/// A file that never changes, under a second name; copied where the file system has no such names.
pub(crate) fn same_file(from: &Path, to: &Path) -> Result<(), BulkError> {
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop)).map_err(|e| io_error(to, e))
}

/// A party as it is kept; its row stands in the table.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    #[serde(rename = "i", default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    other_names: Vec<String>,
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    schema: Option<EntitySchema>,
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    countries: Vec<CountryCode>,
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<String>,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    birth_date: Option<BirthDate>,
    #[serde(rename = "g", default, skip_serializing_if = "Option::is_none")]
    gender: Option<Gender>,
    #[serde(rename = "d", default, skip_serializing_if = "Vec::is_empty")]
    identifiers: Vec<Identifier>,
}

impl Kept {
    fn of(party: &Party) -> Self {
        let Query { name, other_names, schema, countries, addresses, birth_date, gender, identifiers } =
            party.query.clone();
        Self {
            id: party.id.clone(),
            name,
            other_names,
            schema,
            countries,
            addresses,
            birth_date,
            gender,
            identifiers,
        }
    }

    fn party(self, row: u64) -> Party {
        let Self { id, name, other_names, schema, countries, addresses, birth_date, gender, identifiers } =
            self;
        let query =
            Query { name, other_names, schema, countries, addresses, birth_date, gender, identifiers };
        Party { row, id, query, remarks: Vec::new(), unknown: Vec::new() }
    }
}
