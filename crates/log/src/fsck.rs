//! Everything is checked again, and each fault is named for what it is.
//!
//! The tree is rebuilt from the entries. Then each stored tile is compared, from the signed root downwards,
//! with its hash in the tile above; where a stored tile does not fit and the rebuilt one does, the tile is
//! damaged and the entries are whole; where the tile fits and the entries do not, the bundle is damaged.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::Digest;
use countersign_verify::{Checkpoint, VKey, leaf_hash};

use crate::coordinates::{Kind, TILE_WIDTH, Tile, nodes, width};
use crate::format::{read_entries, read_hashes};
use crate::read::{CHECKPOINT, OpenFault, check_bundle, edge_tiles, read_checkpoint};
use crate::shared::{HEAD, STAGING};
use crate::storage::{Storage, StorageFault};
use crate::tree::{fold, root_of_edge};

/// Something that is wrong with a log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FsckFault {
    /// The checkpoint is missing, damaged or by another key. Nothing else can be judged without it.
    #[error("checkpoint: {0}")]
    Checkpoint(#[source] OpenFault),
    /// A tile is missing.
    #[error("tile `{0}` is missing")]
    TileMissing(String),
    /// A tile was changed.
    #[error("tile `{0}` is corrupt: it does not lead to the root that the checkpoint signs")]
    TileCorrupt(String),
    /// An entry bundle is missing.
    #[error("entry bundle `{0}` is missing")]
    BundleMissing(String),
    /// An entry bundle was changed.
    #[error("entry bundle `{path}` is corrupt: {why}")]
    BundleCorrupt {
        /// The path.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// The right edge does not give the signed root, and the entries do not say which tile is to blame.
    #[error("the tiles {0} at the right edge do not give the root that the checkpoint signs")]
    Edge(String),
}

impl FsckFault {
    /// The path of the file that is to blame, where it is one file.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Checkpoint(_) => Some(CHECKPOINT),
            Self::TileMissing(path)
            | Self::TileCorrupt(path)
            | Self::BundleMissing(path)
            | Self::BundleCorrupt { path, .. } => Some(path),
            Self::Edge(_) => None,
        }
    }
}

/// A file that is no part of the log and does no harm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FsckNote {
    /// A tile beyond the checkpoint: an append that was interrupted. The next one overwrites it.
    #[error("`{0}` lies beyond the checkpoint: an append was interrupted; nothing was lost")]
    Beyond(String),
    /// A narrower version of a tile, which a writer would have removed.
    #[error("`{0}` is superseded by a wider tile")]
    Superseded(String),
    /// An append on a shared storage that is not finished, or was overtaken.
    #[error("`{0}` is of an append that is going on, or came to nothing; the next writer removes it")]
    Staged(String),
    /// A file that does not belong to a log.
    #[error("`{0}` does not belong here")]
    Stray(String),
}

/// What fsck found.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct FsckReport {
    /// What the checkpoint says, when it holds.
    pub checkpoint: Option<Checkpoint>,
    /// What is wrong, the most fundamental first. Empty: the log is whole.
    pub faults: Vec<FsckFault>,
    /// What lies about without harm.
    pub notes: Vec<FsckNote>,
}

/// Checks the log in `storage` that signs with `vkey`: checkpoint, every tile, every entry, every file. Reads
/// everything, on all processors; keeps 64 bytes for each entry in memory.
///
/// # Errors
/// When the storage itself fails. Faults of the log are in the report.
pub fn fsck(storage: &dyn Storage, vkey: &VKey) -> Result<FsckReport, StorageFault> {
    let mut before = checkpoint_bytes(storage)?;
    loop {
        let report = once(storage, vkey)?;
        let after = checkpoint_bytes(storage)?;
        // a writer that moved on under the check removes tiles; what was found then is no fault
        if report.faults.is_empty() || before == after {
            return Ok(report);
        }
        before = after;
    }
}

fn checkpoint_bytes(storage: &dyn Storage) -> Result<Option<Vec<u8>>, StorageFault> {
    storage.get(CHECKPOINT).map_err(StorageFault::of("read", CHECKPOINT))
}

fn once(storage: &dyn Storage, vkey: &VKey) -> Result<FsckReport, StorageFault> {
    let checkpoint = match read_checkpoint(storage, vkey) {
        Ok(signed) => signed.checkpoint().clone(),
        Err(OpenFault::Storage(fault)) => return Err(fault),
        Err(fault) => {
            return Ok(FsckReport { faults: vec![FsckFault::Checkpoint(fault)], ..FsckReport::default() });
        }
    };
    let mut check = Check { storage, size: checkpoint.size, faults: Vec::new(), rebuilt: BTreeMap::new() };
    check.rebuild()?;
    let mut authentic = check.edge(&checkpoint)?;
    check.descend(&mut authentic)?;
    check.bundles(&authentic)?;
    let faults = check.faults;
    let notes = stray(storage, checkpoint.size)?;
    Ok(FsckReport { checkpoint: Some(checkpoint), faults, notes })
}

/// Tiles by level and number.
type Tiles = BTreeMap<(u8, u64), Vec<Digest>>;

struct Check<'a> {
    storage: &'a dyn Storage,
    size: u64,
    faults: Vec<FsckFault>,
    /// The tiles as they follow from the entries, as far as those can be read.
    rebuilt: Tiles,
}

impl Check<'_> {
    fn tile_at(&self, level: u8, number: u64) -> Tile {
        Tile { kind: Kind::Level(level), number, width: width(self.size, level, number) }
    }

    fn read(&self, tile: Tile) -> Result<Option<Vec<u8>>, StorageFault> {
        let path = tile.path();
        self.storage.get(&path).map_err(StorageFault::of("read", &path))
    }

    /// The numbers of the tiles of a level that are not empty.
    fn numbers(&self, level: u8) -> std::ops::Range<u64> {
        0..nodes(self.size, level).div_ceil(TILE_WIDTH)
    }

    /// Level by level from the entries upwards; a hole stays a hole.
    fn rebuild(&mut self) -> Result<(), StorageFault> {
        let numbers: Vec<u64> = self.numbers(0).collect();
        let share =
            numbers.len().div_ceil(std::thread::available_parallelism().map_or(1, usize::from)).max(1);
        let check = &*self;
        let hashed = std::thread::scope(|scope| {
            let running: Vec<_> =
                numbers.chunks(share).map(|share| scope.spawn(move || check.leaf_hashes(share))).collect();
            running
                .into_iter()
                .map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect::<Result<Vec<_>, _>>()
        })?;
        self.rebuilt.extend(hashed.into_iter().flatten());
        for level in 1..8u8 {
            for number in self.numbers(level) {
                let first = number * TILE_WIDTH;
                let below = first..first + width(self.size, level, number);
                let hashes: Option<Vec<Digest>> =
                    below.map(|n| self.rebuilt.get(&(level - 1, n)).map(|hashes| fold(hashes))).collect();
                if let Some(hashes) = hashes {
                    self.rebuilt.insert((level, number), hashes);
                }
            }
        }
        Ok(())
    }

    /// The hashes of the entries in these bundles, as far as they can be read.
    fn leaf_hashes(&self, numbers: &[u64]) -> Result<Tiles, StorageFault> {
        let mut found = Tiles::new();
        for number in numbers {
            let bundle = Tile { kind: Kind::Entries, ..self.tile_at(0, *number) };
            let entries = self.read(bundle)?.and_then(|bytes| read_entries(&bytes, bundle.width));
            if let Some(entries) = entries {
                found.insert((0, *number), entries.iter().map(|entry| leaf_hash(entry)).collect());
            }
        }
        Ok(found)
    }

    /// The right edge, which the signed root authenticates as a whole: each stored tile may have to be
    /// replaced by the rebuilt one. Few levels, so that all ways are tried.
    fn edge(&mut self, checkpoint: &Checkpoint) -> Result<Tiles, StorageFault> {
        let tiles = edge_tiles(self.size);
        let mut choices: Vec<Vec<(bool, Vec<Digest>)>> = Vec::new();
        for (level, tile) in (0u8..).zip(&tiles) {
            let mut choice = Vec::new();
            if tile.width == 0 {
                choice.push((true, Vec::new()));
            } else {
                let stored = self.read(*tile)?.and_then(|bytes| read_hashes(&bytes, tile.width));
                let rebuilt = self.rebuilt.get(&(level, tile.number)).cloned();
                choice.extend(stored.clone().map(|hashes| (true, hashes)));
                choice.extend(rebuilt.filter(|hashes| Some(hashes) != stored.as_ref()).map(|h| (false, h)));
            }
            choices.push(choice);
        }
        for pick in picks(&choices) {
            let edge: Vec<Vec<Digest>> = pick.iter().map(|(_, hashes)| hashes.clone()).collect();
            if root_of_edge(&edge) != checkpoint.root {
                continue;
            }
            for (tile, (stored, _)) in tiles.iter().zip(&pick) {
                if !stored {
                    self.blame(*tile)?;
                }
            }
            return Ok((0u8..)
                .zip(tiles)
                .zip(edge)
                .map(|((l, tile), hashes)| ((l, tile.number), hashes))
                .collect());
        }
        let paths: Vec<String> =
            tiles.iter().filter(|tile| tile.width > 0).map(|tile| format!("`{}`", tile.path())).collect();
        let mut missing = false;
        for tile in tiles.iter().filter(|tile| tile.width > 0) {
            if self.read(*tile)?.is_none() {
                missing = true;
                self.blame(*tile)?;
            }
        }
        if !missing {
            self.faults.push(FsckFault::Edge(paths.join(", ")));
        }
        Ok(Tiles::new())
    }

    /// Names a tile that does not fit: missing or corrupt.
    fn blame(&mut self, tile: Tile) -> Result<(), StorageFault> {
        let path = tile.path();
        let fault = match self.read(tile)? {
            None => FsckFault::TileMissing(path),
            Some(_) => FsckFault::TileCorrupt(path),
        };
        self.faults.push(fault);
        Ok(())
    }

    /// From the edge downwards: each full tile against its hash in the tile above.
    fn descend(&mut self, authentic: &mut Tiles) -> Result<(), StorageFault> {
        for level in (0..7u8).rev() {
            for number in 0..nodes(self.size, level + 1) {
                let tile = self.tile_at(level, number);
                let stored = self.read(tile)?.and_then(|bytes| read_hashes(&bytes, TILE_WIDTH));
                let rebuilt = self.rebuilt.get(&(level, number));
                let above = authentic.get(&(level + 1, number / TILE_WIDTH));
                let expected = above.and_then(|hashes| hashes.get((number % TILE_WIDTH) as usize)).copied();
                match (expected, stored, rebuilt) {
                    (Some(expected), Some(stored), _) if fold(&stored) == expected => {
                        authentic.insert((level, number), stored);
                    }
                    (Some(expected), _, Some(rebuilt)) if fold(rebuilt) == expected => {
                        authentic.insert((level, number), rebuilt.clone());
                        self.blame(tile)?;
                    }
                    // the tile above is lost; two witnesses that agree are not blamed for it
                    (None, Some(stored), Some(rebuilt)) if stored == *rebuilt => {
                        authentic.insert((level, number), stored);
                    }
                    _ => self.blame(tile)?,
                }
            }
        }
        Ok(())
    }

    /// Each bundle against the hashes of its tile.
    fn bundles(&mut self, authentic: &Tiles) -> Result<(), StorageFault> {
        for number in self.numbers(0) {
            let rebuilt = self.rebuilt.get(&(0, number));
            if rebuilt.is_some() && rebuilt == authentic.get(&(0, number)) {
                continue;
            }
            let bundle = Tile { kind: Kind::Entries, ..self.tile_at(0, number) };
            let path = bundle.path();
            let fault = match (self.read(bundle)?, authentic.get(&(0, number))) {
                (None, _) => FsckFault::BundleMissing(path),
                (Some(bytes), Some(hashes)) => match check_bundle(&bytes, bundle.width, hashes) {
                    Ok(_) => continue,
                    Err(why) => FsckFault::BundleCorrupt { path, why },
                },
                (Some(_), None) => {
                    let why =
                        "neither it nor its tile leads to the root that the checkpoint signs".to_owned();
                    FsckFault::BundleCorrupt { path, why }
                }
            };
            self.faults.push(fault);
        }
        Ok(())
    }
}

/// All ways to take one of each.
fn picks(choices: &[Vec<(bool, Vec<Digest>)>]) -> Vec<Vec<(bool, Vec<Digest>)>> {
    let mut all = vec![Vec::new()];
    for choice in choices {
        all = all
            .iter()
            .flat_map(|pick: &Vec<_>| {
                choice.iter().map(move |one| pick.iter().cloned().chain([one.clone()]).collect())
            })
            .collect();
    }
    all
}

/// The files that are no part of the log at its checkpoint.
fn stray(storage: &dyn Storage, size: u64) -> Result<Vec<FsckNote>, StorageFault> {
    let paths: BTreeSet<String> =
        storage.list("").map_err(StorageFault::of("listed", "."))?.into_iter().collect();
    let mut notes = Vec::new();
    for path in paths {
        let Some(tile) = Tile::parse(&path) else {
            if path.starts_with(&format!("{STAGING}/")) {
                notes.push(FsckNote::Staged(path));
            } else if path != CHECKPOINT && !(storage.is_shared() && path == HEAD) {
                notes.push(FsckNote::Stray(path));
            }
            continue;
        };
        let level = match tile.kind {
            Kind::Level(level) => level,
            Kind::Entries => 0,
        };
        match width(size, level, tile.number) {
            current if tile.width > current => notes.push(FsckNote::Beyond(path)),
            current if tile.width < current => notes.push(FsckNote::Superseded(path)),
            _ => {}
        }
    }
    Ok(notes)
}
