//! One log on a storage that many writers reach and none can lock, such as an object store.
//!
//! ```text
//! head                       the checkpoint that was decided upon last; replaced by compare-and-swap only
//! staging/<size>-<root>      the tiles that belong to that checkpoint, in one object
//! checkpoint, tile/…         what readers see; follows the head
//! ```
//!
//! An append puts its tiles under `staging/`, then swaps the head from the checkpoint that it continues to its own.
//! Of several writers one succeeds; the others have changed nothing that anybody reads, and begin again on what that
//! one wrote. Only after the swap are tiles written under their own names, the checkpoint last. So nothing that is not
//! decided upon ever stands under the name of a tile, and whatever stands there has one content only, whoever wrote it.
//! A writer that dies after the swap leaves its tiles under `staging/`: the next writer puts them in their places first.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use countersign_verify::{Checkpoint, Note, SignedCheckpoint, VKey};

use crate::coordinates::{Kind, Tile, width};
use crate::read::{CHECKPOINT, Log, OpenFault, read_signed};
use crate::storage::{LockFault, SequencerLock, Storage, StorageFault};

/// Where the decision stands.
pub(crate) const HEAD: &str = "head";
/// Where the tiles of an append wait for the decision.
pub(crate) const STAGING: &str = "staging";
/// How often a look is begun again while others go on.
const TRIES: u32 = 60;
/// The pause before the second look; later ones are longer.
const PAUSE: Duration = Duration::from_millis(3);

fn staging_path(checkpoint: &Checkpoint) -> String {
    format!("{STAGING}/{}-{}", checkpoint.size, checkpoint.root.short())
}

/// The size that stands in the name of a staged append.
fn staged_size(path: &str) -> Option<u64> {
    path.strip_prefix(STAGING)?.strip_prefix('/')?.split_once('-')?.0.parse().ok()
}

fn bytes_of(signed: &SignedCheckpoint) -> Vec<u8> {
    signed.note().format().into_bytes()
}

fn read(storage: &dyn Storage, path: &str) -> Result<Option<Vec<u8>>, StorageFault> {
    storage.get(path).map_err(StorageFault::of("read", path))
}

fn swap(storage: &dyn Storage, path: &str, old: Option<&[u8]>, new: &[u8]) -> Result<bool, StorageFault> {
    storage.replace(path, old, new).map_err(StorageFault::of("replaced", path))
}

/// Begins a log with its first checkpoint. `false`: somebody else has begun one.
pub(crate) fn begin(storage: &dyn Storage, signed: &SignedCheckpoint) -> Result<bool, StorageFault> {
    let begun = swap(storage, HEAD, None, &bytes_of(signed))?;
    if begun {
        advance(storage, signed)?;
    }
    Ok(begun)
}

/// Begins the decisions about a log that was copied here, at its checkpoint. `false`: they have begun, elsewhere in the log.
pub(crate) fn hand_over(storage: &dyn Storage, signed: &SignedCheckpoint) -> Result<bool, StorageFault> {
    let bytes = bytes_of(signed);
    Ok(swap(storage, HEAD, None, &bytes)? || read(storage, HEAD)?.as_ref() == Some(&bytes))
}

/// Appends: `files` and `new` become the log, all or none. `false`: another writer was first, and nothing was changed.
/// After an error either may be; [`settle`] tells.
pub(crate) fn commit(
    storage: &dyn Storage,
    old: &SignedCheckpoint,
    new: &SignedCheckpoint,
    files: &[(String, &[u8])],
) -> Result<bool, StorageFault> {
    let staging = staging_path(new.checkpoint());
    storage.put(&staging, &pack(files)).map_err(StorageFault::of("written", &staging))?;
    let decided = bytes_of(new);
    if !swap(storage, HEAD, Some(&bytes_of(old)), &decided)? {
        // the store may have done it at a first try whose answer was lost
        if read(storage, HEAD)?.as_deref() != Some(&decided) {
            remove_staged(storage, &staging);
            return Ok(false);
        }
    }
    storage.put_all(files)?;
    advance(storage, new)?;
    remove_staged(storage, &staging);
    Ok(true)
}

/// Space and nothing else is lost where it stays; the next [`settle`] removes it.
fn remove_staged(storage: &dyn Storage, path: &str) {
    let _: io::Result<()> = storage.delete(path);
}

/// Makes `signed` what readers see, unless they see more already. Never puts an older state over a newer one.
pub(crate) fn advance(storage: &dyn Storage, signed: &SignedCheckpoint) -> Result<(), StorageFault> {
    let new = bytes_of(signed);
    for look in 0..TRIES {
        let seen = read(storage, CHECKPOINT)?;
        if seen.as_ref() == Some(&new) {
            return Ok(());
        }
        let size = seen.as_ref().and_then(|bytes| {
            let note = Note::parse(bytes).ok()?;
            Some(Checkpoint::parse_text(&note.text).ok()?.size)
        });
        if size.is_some_and(|size| size > signed.checkpoint().size) {
            return Ok(());
        }
        if swap(storage, CHECKPOINT, seen.as_deref(), &new)? {
            return Ok(());
        }
        thread::sleep(PAUSE * look.min(20));
    }
    Err(StorageFault {
        done: "replaced",
        path: CHECKPOINT.to_owned(),
        source: io::Error::other("others replaced it each time"),
    })
}

/// Finishes what a writer left undone, and gives the checkpoint that was decided upon last.
pub(crate) fn settle(storage: &Arc<dyn Storage>, vkey: &VKey) -> Result<SignedCheckpoint, OpenFault> {
    let mut missing = None;
    for look in 0..TRIES {
        let Some(bytes) = read(storage.as_ref(), HEAD)? else {
            // a log that was copied here is no writer's
            return Err(match read(storage.as_ref(), CHECKPOINT)? {
                Some(_) => OpenFault::HeadMissing,
                None => OpenFault::NoLog,
            });
        };
        let head = read_signed(&bytes, HEAD, vkey)?;
        let seen = read(storage.as_ref(), CHECKPOINT)?;
        if seen.as_ref() == Some(&bytes) {
            clean(storage.as_ref(), head.checkpoint().size);
            return Ok(head);
        }
        if let Some(seen) = &seen {
            // readers see more than the head that was read: it was replaced meanwhile
            let seen = read_signed(seen, CHECKPOINT, vkey)?;
            if seen.checkpoint().size > head.checkpoint().size {
                thread::sleep(PAUSE * look.min(20));
                continue;
            }
        }
        if head.checkpoint().size > 0 {
            let staging = staging_path(head.checkpoint());
            let Some(packed) = read(storage.as_ref(), &staging)? else {
                // its writer has it in place by now, or it is lost
                missing = Some(staging);
                thread::sleep(PAUSE * look.min(20));
                continue;
            };
            let files = unpack(&packed)
                .filter(|files| belong(storage, vkey, &head, files))
                .ok_or(OpenFault::Staged(staging))?;
            storage.put_all(&files)?;
        }
        advance(storage.as_ref(), &head)?;
    }
    Err(OpenFault::Staged(missing.unwrap_or_else(|| HEAD.to_owned())))
}

/// Whether staged tiles lead to the root that is signed, and the entries among them to those tiles. Nothing is written
/// before.
fn belong(
    storage: &Arc<dyn Storage>,
    vkey: &VKey,
    head: &SignedCheckpoint,
    files: &[(String, &[u8])],
) -> bool {
    let staged = files.iter().map(|(path, bytes)| (path.clone(), bytes.to_vec())).collect();
    let above: Arc<dyn Storage> = Arc::new(Above { staged, beneath: storage.clone() });
    let Ok(log) = Log::at(above, vkey, head.clone()) else { return false };
    files.iter().all(|(path, _)| {
        let Some(tile) = Tile::parse(path) else { return false };
        let (level, sound) = match tile.kind {
            Kind::Entries => (0, log.bundle(tile.number).is_ok()),
            Kind::Level(level) => (level, log.tile(level, tile.number).is_ok()),
        };
        sound && tile.width == width(head.checkpoint().size, level, tile.number)
    })
}

/// Staged files, and a storage where they will stand.
#[derive(Debug)]
struct Above {
    staged: BTreeMap<String, Vec<u8>>,
    beneath: Arc<dyn Storage>,
}

impl Storage for Above {
    fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match self.staged.get(path) {
            Some(bytes) => Ok(Some(bytes.clone())),
            None => self.beneath.get(path),
        }
    }

    fn put(&self, _path: &str, _bytes: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn delete(&self, _path: &str) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        self.beneath.list(prefix)
    }

    fn lock(&self, wait: Duration) -> Result<Box<dyn SequencerLock>, LockFault> {
        self.beneath.lock(wait)
    }
}

/// Removes what appends left that were not decided for. An append that can still succeed has a larger size.
fn clean(storage: &dyn Storage, size: u64) {
    for path in storage.list(STAGING).unwrap_or_default() {
        if staged_size(&path).is_some_and(|staged| staged <= size) {
            remove_staged(storage, &path);
        }
    }
}

/// Files in one object: for each the length of its path in two bytes, the path, the length of its bytes in four, the
/// bytes.
fn pack(files: &[(String, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (path, bytes) in files {
        // paths of tiles have some thirty bytes, tiles at most 256 entries of 64 KiB
        out.extend_from_slice(&(path.len() as u16).to_be_bytes());
        out.extend_from_slice(path.as_bytes());
        out.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
        out.extend_from_slice(bytes);
    }
    out
}

/// Tiles only: whatever stands in such an object, nothing else is written.
fn unpack(mut packed: &[u8]) -> Option<Vec<(String, &[u8])>> {
    let mut files = Vec::new();
    while !packed.is_empty() {
        let (length, rest) = packed.split_first_chunk::<2>()?;
        let (path, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let path = std::str::from_utf8(path).ok().filter(|path| Tile::parse(path).is_some())?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (bytes, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        files.push((path.to_owned(), bytes));
        packed = rest;
    }
    Some(files)
}
