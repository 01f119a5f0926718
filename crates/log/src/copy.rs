//! Copying a log: everything is compared with the signed root on the way, so that a copy is never worse than its
//! checkpoint says.

use countersign_verify::SignedCheckpoint;

use crate::coordinates::{Kind, TILE_WIDTH, Tile, nodes, width};
use crate::format::{write_entries, write_hashes};
use crate::read::{Log, ReadFault};
use crate::shared;
use crate::storage::{Storage, StorageFault};
use crate::write::{put_checkpoint, remove_superseded};

/// How many tiles are read before they are written together: about 10 MiB where entries are small.
const AT_ONCE: usize = 128;

/// Why a log was not copied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopyFault {
    /// The source cannot be read, or does not hold.
    #[error("{0}")]
    Read(#[from] ReadFault),
    /// The copy cannot be written.
    #[error("the copy: {0}")]
    Write(#[source] StorageFault),
}

/// Copies the tiles and entry bundles of `log` that a copy of its first `old_size` entries lacks. The checkpoint is
/// not copied: put it with [`put_signed`] when everything that belongs to it is there.
pub fn copy_tiles(log: &Log, old_size: u64, target: &dyn Storage) -> Result<Superseded, CopyFault> {
    let size = log.size();
    let mut written = Vec::new();
    if size == old_size {
        return Ok(Superseded { old_size, written });
    }
    let mut waiting = Vec::new();
    for number in old_size / TILE_WIDTH..nodes(size, 0).div_ceil(TILE_WIDTH) {
        let entries = log.bundle(number)?;
        let tile = Tile { kind: Kind::Entries, number, width: entries.len() as u64 };
        // they came out of a bundle, so that each has a length that fits
        waiting.push((tile, write_entries(&entries).unwrap_or_default()));
        if waiting.len() == AT_ONCE {
            put(target, &mut waiting, &mut written)?;
        }
    }
    for level in 0..8u8 {
        for number in nodes(old_size, level) / TILE_WIDTH..nodes(size, level).div_ceil(TILE_WIDTH) {
            let hashes = log.tile(level, number)?;
            let tile = Tile { kind: Kind::Level(level), number, width: width(size, level, number) };
            waiting.push((tile, write_hashes(&hashes)));
            if waiting.len() == AT_ONCE {
                put(target, &mut waiting, &mut written)?;
            }
        }
    }
    put(target, &mut waiting, &mut written)?;
    Ok(Superseded { old_size, written })
}

/// Writes what was gathered.
fn put(
    target: &dyn Storage,
    waiting: &mut Vec<(Tile, Vec<u8>)>,
    written: &mut Vec<(Tile, Vec<u8>)>,
) -> Result<(), CopyFault> {
    let files: Vec<(String, &[u8])> =
        waiting.iter().map(|(tile, bytes)| (tile.path(), bytes.as_slice())).collect();
    target.put_all(&files).map_err(CopyFault::Write)?;
    written.extend(waiting.drain(..).map(|(tile, _)| (tile, Vec::new())));
    Ok(())
}

/// What [`copy_tiles`] wrote, and what may go once the new checkpoint is there.
#[derive(Debug)]
#[must_use]
pub struct Superseded {
    old_size: u64,
    written: Vec<(Tile, Vec<u8>)>,
}

impl Superseded {
    /// Removes the partial tiles of the old checkpoint, after the new one was put. What stays costs space and
    /// nothing else.
    pub fn remove(self, target: &dyn Storage) {
        remove_superseded(target, self.old_size, &self.written);
    }
}

/// Puts a checkpoint, with whatever signatures it bears: the moment from which the copy has the new entries.
pub fn put_signed(target: &dyn Storage, signed: &SignedCheckpoint) -> Result<(), StorageFault> {
    // elsewhere whoever copies holds a lock; here a slower copy must not put back an older state
    if target.is_shared() { shared::advance(target, signed) } else { put_checkpoint(target, signed) }
}

/// Makes a copy in a shared storage the log itself, whose next append is decided there. `false`: it is one already, with
/// another checkpoint.
pub fn hand_over(target: &dyn Storage, signed: &SignedCheckpoint) -> Result<bool, StorageFault> {
    shared::hand_over(target, signed)
}

/// Makes the log in a shared storage a copy, to which nobody appends any more: it goes on elsewhere. The caller has its
/// lock.
pub fn retire(storage: &dyn Storage) -> Result<(), StorageFault> {
    storage.delete(shared::HEAD).map_err(StorageFault::of("removed", shared::HEAD))
}
