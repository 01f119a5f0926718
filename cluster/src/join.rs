//! The lines of all chunks to the output, byte for byte as `countersign bulk` writes it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use countersign_bulk::{COLUMNS, Counts, Done, Format, Manner, Party, screen_row, write_parquet};
use countersign_model::Digest;
use countersign_operations::bulk::Grounds;
use countersign_operations::failure::Failure;

use crate::line::{Chunk, Entry, Kind, read};
use crate::orders::Orders;
use crate::place::{Place, is_bucket, object};
use crate::split::WARNINGS;

/// The files that come of a run.
pub(crate) struct Files {
    /// Where the output goes in the end.
    address: String,
    /// The output on this machine; where it goes into a bucket, in a directory that is removed.
    here: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

fn at(path: &Path, error: &io::Error) -> Failure {
    Failure::Program(format!("`{}`: {error}", path.display()))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

impl Files {
    /// Those of an output: a file, or an object `s3://BUCKET/KEY`.
    pub(crate) fn of(address: &str) -> Result<Self, Failure> {
        if !is_bucket(address) {
            return Ok(Self { address: address.to_owned(), here: PathBuf::from(address), _temporary: None });
        }
        let (_, name) = object(address)?;
        let folder = tempfile::tempdir().map_err(|e| Failure::Program(e.to_string()))?;
        let here = folder.path().join(name);
        Ok(Self { address: address.to_owned(), here, _temporary: Some(folder) })
    }

    /// Sees that nothing is overwritten.
    pub(crate) async fn must_be_free(&self) -> Result<(), Failure> {
        let there = if is_bucket(&self.address) {
            let (place, name) = object(&self.address)?;
            place.get(&name).await?.is_some()
        } else {
            self.here.exists()
        };
        if there {
            return Err(Failure::Input(format!(
                "`{}` exists already; name another file with --out, or remove it",
                self.address
            )));
        }
        Ok(())
    }

    /// The address of the file of rows that could not be screened.
    pub(crate) fn rejects(&self) -> String {
        format!("{}.rejects.jsonl", self.address)
    }

    /// The address of the file that names each cell which was not compared as it stands.
    pub(crate) fn warnings(&self) -> String {
        format!("{}.{WARNINGS}", self.address)
    }

    /// Brings that file from the place of the run, where there is one; one of an earlier run goes.
    pub(crate) async fn bring_warnings(&self, place: &Place, any: bool) -> Result<(), Failure> {
        let here = beside(&self.here, WARNINGS);
        if any {
            place.fetch(WARNINGS, &here).await?;
        } else if here.exists() {
            fs::remove_file(&here).map_err(|e| at(&here, &e))?;
        }
        Ok(())
    }

    /// The digest of the output.
    pub(crate) fn digest(&self) -> Result<Digest, Failure> {
        crate::place::digest_of(&self.here).map_err(|e| at(&self.here, &e))
    }

    /// Puts what was made into the bucket where it goes there.
    pub(crate) async fn publish(&self, rejects: bool, warnings: bool) -> Result<(), Failure> {
        if !is_bucket(&self.address) {
            return Ok(());
        }
        let (place, name) = object(&self.address)?;
        if rejects {
            place.put_file(&format!("{name}.rejects.jsonl"), &beside(&self.here, "rejects.jsonl")).await?;
        }
        if warnings {
            place.put_file(&format!("{name}.{WARNINGS}"), &beside(&self.here, WARNINGS)).await?;
        }
        place.put_file(&name, &self.here).await
    }
}

/// Puts the output together from the manifest.
///
/// # Errors
/// Where a file is not what the manifest says, or nothing can be written.
pub(crate) async fn join(
    files: &Files,
    place: &Place,
    chunks: &[Chunk],
    entries: &[Entry],
    grounds: &Grounds,
    orders: &Orders,
) -> Result<Counts, Failure> {
    let sound = chunks.len() == entries.len()
        && chunks.iter().zip(entries).all(|(c, e)| c.number == e.number && c.rows == e.rows_in);
    if !sound {
        return Err(Failure::Program(
            "the manifest is not one of the chunks of this run; give the same command again".to_owned(),
        ));
    }
    let out = &files.here;
    let (part, rejects) = (beside(out, "part"), beside(out, "rejects.jsonl"));
    let rejects_part = beside(out, "rejects.part");
    let records = if orders.format == Format::Parquet { beside(out, "records.part") } else { part.clone() };
    let mut output = BufWriter::new(File::create(&records).map_err(|e| at(&records, &e))?);
    let mut rejected = BufWriter::new(File::create(&rejects_part).map_err(|e| at(&rejects_part, &e))?);
    if orders.format == Format::Csv {
        output.write_all(format!("{}\n", COLUMNS.join(",")).as_bytes()).map_err(|e| at(&records, &e))?;
    }
    let mut counts = Counts::default();
    for entry in entries {
        let done = chunk(place, entry, grounds, orders).await?;
        counts.add(&done.counts);
        output.write_all(&done.output).map_err(|e| at(&records, &e))?;
        rejected.write_all(&done.rejects).map_err(|e| at(&rejects_part, &e))?;
    }
    let finish = |to: BufWriter<File>| to.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all();
    finish(output).map_err(|e| at(&records, &e))?;
    finish(rejected).map_err(|e| at(&rejects_part, &e))?;
    if counts.rejected > 0 {
        fs::rename(&rejects_part, &rejects).map_err(|e| at(&rejects, &e))?;
    } else {
        fs::remove_file(&rejects_part).map_err(|e| at(&rejects_part, &e))?;
        if rejects.exists() {
            fs::remove_file(&rejects).map_err(|e| at(&rejects, &e))?;
        }
    }
    if orders.format == Format::Parquet {
        let file = write_parquet([records.clone()].into_iter(), &part).map_err(|e| at(&part, &e))?;
        file.sync_all().map_err(|e| at(&part, &e))?;
        fs::remove_file(&records).map_err(|e| at(&records, &e))?;
    }
    fs::rename(&part, out).map_err(|e| at(out, &e))?;
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| at(folder, &e))?;
    Ok(counts)
}

/// What came of a chunk. Parties about whose name people decided something are screened here, where the decisions are.
async fn chunk(place: &Place, entry: &Entry, grounds: &Grounds, orders: &Orders) -> Result<Done, Failure> {
    let damaged = |why: &str| {
        Failure::Program(format!(
            "`{}/{}` {why}; give the same command again, and that chunk is screened anew",
            place.address(),
            entry.file
        ))
    };
    let bytes = place.get(&entry.file).await?.ok_or_else(|| damaged("is missing"))?;
    if Digest::of(&bytes) != entry.sha256 {
        return Err(damaged("is not what the manifest says"));
    }
    let lines = read(&bytes).map_err(|why| damaged(&format!("cannot be read ({why})")))?;
    if lines.len() as u64 != entry.rows_out {
        return Err(damaged("has more or fewer lines than the manifest says"));
    }
    let manner = Manner { profile: &orders.profile, format: orders.format, every_party: orders.every_party };
    let fault = Mutex::default();
    let mut done = Done::default();
    let mut others = entry.rows_in;
    for line in lines {
        match line.kind {
            Kind::Found => {
                done.output.extend(line.text.as_bytes());
                done.counts.hits += line.hits;
                done.counts.near_misses += line.near;
                done.counts.with_hits += u64::from(line.hits > 0);
                done.counts.open += u64::from(line.hits > 0);
            }
            Kind::Rejected => {
                done.rejects.extend(line.text.as_bytes());
                done.counts.rejected += 1;
            }
            Kind::Decided => {
                let party: Party = serde_json::from_str(&line.text)
                    .map_err(|e| damaged(&format!("cannot be read ({e})")))?;
                let judgement =
                    |party: &Party, hit: &countersign_screening::Hit| grounds.judge(party, hit, &fault);
                screen_row(Ok(party), grounds.lists.index(), manner, &judgement, &mut done)
                    .map_err(Failure::Program)?;
                others = others.saturating_sub(1);
            }
            Kind::Seen => return Err(damaged("holds a line that is never kept")),
        }
    }
    done.counts.rows += others;
    if let Ok(Some(failure)) = fault.into_inner() {
        return Err(failure);
    }
    Ok(done)
}
