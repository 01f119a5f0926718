//! What a keeper has beside the public register: the folder `private/`, which is never published.
//!
//! ```text
//! private/trust.json            other registers that are recognised
//! private/trusted/<key>/        their mirrors
//! private/index/<n>             which records the log has, [`CHUNK`] entries a file: a cache
//! ```
//!
//! Up to version 0.1 `trust.json` and `trusted/` lay in the register itself, where a web server would have handed them
//! out; [`private_dir`] moves them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use countersign_log::{FsStorage, Log, Storage};
use countersign_model::Digest;
use countersign_store::Blobs;
use countersign_verify::{KeyRing, Leaf, RecordKind};

use crate::dir::address;
use crate::entry::open_entry;
use crate::fault::RegisterFault;
use crate::sequencer::Sequencer;

/// The folder of a register that is its keeper's own.
pub const PRIVATE: &str = "private";
/// How many entries one file of the index holds.
const CHUNK: u64 = 4096;
/// The first line of a file of the index.
const MAGIC: &[u8] = b"countersign-register-index/1\n";
/// Bytes of an entry: digest of the record, number of the kind.
const WIDTH: usize = 33;

/// The folder `private/` of the register in `dir`, as a path. What an older version left in the register itself is
/// moved there first.
pub fn private_dir(dir: &Path) -> Result<PathBuf, RegisterFault> {
    if let Some(address) = address(dir) {
        return Err(RegisterFault::NoDirectory(address.to_owned()));
    }
    let private = dir.join(PRIVATE);
    for name in ["trust.json", "trusted"] {
        let (old, new) = (dir.join(name), private.join(name));
        if old.exists() && !new.exists() {
            let io = |source| RegisterFault::Io { path: old.display().to_string(), source };
            FsStorage::create(&private).map_err(io)?;
            fs::rename(&old, &new).map_err(io)?;
        }
    }
    Ok(private)
}

/// What a log entry adds to what a keeper has in mind.
fn note(sequencer: &mut Sequencer, index: u64, leaf: &Leaf, documents: &Blobs) -> Result<(), RegisterFault> {
    if KeyRing::concerns(leaf.kind) {
        let entry = open_entry(index, leaf.clone(), documents).map_err(|fault| fault.at(index))?;
        match sequencer.ring.admit(&entry.record, &entry.signer, index, &leaf.time) {
            // as every reader passes it over: the register can be kept on
            Err(fault) if fault.is_passed_over() => {}
            other => {
                other.map_err(|fault| RegisterFault::from(fault).at(index))?;
            }
        }
    }
    sequencer.records.insert(leaf.sha256, (index, leaf.kind));
    Ok(())
}

fn leaf_at(index: u64, bytes: &[u8]) -> Result<Leaf, RegisterFault> {
    Leaf::parse(bytes).map_err(|fault| RegisterFault::from(fault).at(index))
}

impl Sequencer {
    /// What a keeper must have in mind of the log. The files of the index spare reading most of it: each is bound to
    /// the root of the log up to its end. One that does not fit is made anew from the log.
    pub(crate) fn read(log: &Log, documents: &Blobs, dir: &Path) -> Result<Self, RegisterFault> {
        let mut sequencer = Self::default();
        walk(log, dir, |at, digest, kind, leaf| {
            match leaf {
                Some(leaf) => note(&mut sequencer, at, &leaf, documents)?,
                None if KeyRing::concerns(kind) => {
                    note(&mut sequencer, at, &leaf_at(at, &log.entry(at)?)?, documents)?;
                }
                None => {
                    sequencer.records.insert(digest, (at, kind));
                }
            }
            Ok(())
        })?;
        // entries that the index knows were not read
        if let Some(last) = log.size().checked_sub(1) {
            sequencer.last = Some(leaf_at(last, &log.entry(last)?)?.time);
        }
        Ok(sequencer)
    }
}

/// The entries about keys.
pub(crate) fn about_keys(log: &Log, dir: &Path) -> Result<Vec<u64>, RegisterFault> {
    let mut found = Vec::new();
    walk(log, dir, |at, _, kind, _| {
        if KeyRing::concerns(kind) {
            found.push(at);
        }
        Ok(())
    })?;
    Ok(found)
}

/// Each entry of a log with its record's digest and its kind; with the entry itself where it had to be read, because no
/// file of the index fits.
fn walk(
    log: &Log,
    dir: &Path,
    mut each: impl FnMut(u64, Digest, RecordKind, Option<Leaf>) -> Result<(), RegisterFault>,
) -> Result<(), RegisterFault> {
    // a register that is named by its bucket has no folder of a keeper, and no index
    let root = match private_dir(dir) {
        Err(RegisterFault::NoDirectory(_)) => None,
        other => Some(other?.join("index")),
    };
    let mut index = None;
    for number in 0..log.size() / CHUNK {
        let (first, end) = (number * CHUNK, (number + 1) * CHUNK);
        let signed_root = log.root_at(end)?;
        let path = format!("{number:06}");
        let kept = root.as_ref().and_then(|root| fs::read(root.join(&path)).ok());
        if let Some(entries) = kept.and_then(|bytes| read_chunk(&bytes, &signed_root)) {
            for (at, (digest, kind)) in (first..).zip(entries) {
                each(at, digest, kind, None)?;
            }
            continue;
        }
        let mut chunk = Vec::new();
        for entry in log.entries(first).take(usize::try_from(CHUNK).unwrap_or(usize::MAX)) {
            let (at, bytes) = entry?;
            let leaf = leaf_at(at, &bytes)?;
            chunk.push((leaf.sha256, leaf.kind));
            each(at, leaf.sha256, leaf.kind, Some(leaf))?;
        }
        // a cache: where it cannot be written the next start reads the log again
        let storage = match index.take() {
            Some(storage) => Some(storage),
            None => root.as_ref().and_then(|root| FsStorage::create(root).ok()),
        };
        if let Some(storage) = storage {
            let _: io::Result<()> = storage.put(&path, &write_chunk(&chunk, &signed_root));
            index = Some(storage);
        }
    }
    for entry in log.entries(log.size() / CHUNK * CHUNK) {
        let (at, bytes) = entry?;
        let leaf = leaf_at(at, &bytes)?;
        each(at, leaf.sha256, leaf.kind, Some(leaf))?;
    }
    Ok(())
}

fn number_of(kind: RecordKind) -> Option<u8> {
    RecordKind::ALL.iter().position(|known| *known == kind).and_then(|place| u8::try_from(place).ok())
}

/// A file of the index: the entries, and at its end a digest over them, the names of the kinds, and the root.
fn write_chunk(entries: &[(Digest, RecordKind)], root: &Digest) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for (digest, kind) in entries {
        bytes.extend_from_slice(digest.as_bytes());
        bytes.push(number_of(*kind).unwrap_or(u8::MAX));
    }
    let sum = sum(&bytes, root);
    bytes.extend_from_slice(sum.as_bytes());
    bytes
}

/// The kinds are numbers here, so that another order of them, in another version, must not fit.
fn sum(bytes: &[u8], root: &Digest) -> Digest {
    let mut all = bytes.to_vec();
    for kind in RecordKind::ALL {
        all.extend_from_slice(kind.as_str().as_bytes());
        all.push(0);
    }
    all.extend_from_slice(root.as_bytes());
    Digest::of(&all)
}

fn read_chunk(bytes: &[u8], root: &Digest) -> Option<Vec<(Digest, RecordKind)>> {
    let (body, stored) = bytes.split_last_chunk::<32>()?;
    if sum(body, root).as_bytes() != stored {
        return None;
    }
    let (entries, rest) = body.strip_prefix(MAGIC)?.as_chunks::<WIDTH>();
    if !rest.is_empty() || entries.len() as u64 != CHUNK {
        return None;
    }
    entries
        .iter()
        .map(|entry| {
            let (digest, kind) = entry.split_first_chunk::<32>()?;
            let kind = RecordKind::ALL.get(usize::from(*kind.first()?))?;
            Some((Digest::from_bytes(*digest), *kind))
        })
        .collect()
}
