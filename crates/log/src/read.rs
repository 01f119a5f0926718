//! The log as it was at one signed checkpoint. Everything read is compared with what was signed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_model::Digest;
use countersign_verify::{Checkpoint, CheckpointError, NoteError, SignedCheckpoint, VKey, leaf_hash};

use crate::coordinates::{Kind, TILE_WIDTH, Tile, nodes, width};
use crate::format::{read_entries, read_hashes};
use crate::storage::{Storage, StorageFault};
use crate::tree::{Subtrees, consistency, fold, inclusion, range, root_of_edge};

/// Where the checkpoint lies.
pub(crate) const CHECKPOINT: &str = "checkpoint";
/// How often a reader begins again when a writer moves on under it.
const MOVED_RETRIES: u32 = 100;
/// How many authenticated tiles are kept in memory (8 KiB each).
const CACHED_TILES: usize = 1024;

/// Why a log cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenFault {
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageFault),
    /// There is no log at all.
    #[error("there is no log here")]
    NoLog,
    /// There is a log already.
    #[error("there is a log here already")]
    Exists,
    /// There are tiles, but no checkpoint.
    #[error(
        "there are tiles (`{0}`), but the file `checkpoint` is missing; put it back from your backup: a new log \
         is not begun over an old one"
    )]
    CheckpointMissing(String),
    /// The checkpoint is not signed by this key.
    #[error("the checkpoint is not by the key `{key}`: {source}; use the key that this log was begun with")]
    WrongKey {
        /// The key that was given.
        key: String,
        /// What was found.
        source: CheckpointError,
    },
    /// The checkpoint was changed.
    #[error("the file `{path}` is damaged: {source}; put it back from your backup")]
    Checkpoint {
        /// The file.
        path: &'static str,
        /// What is wrong.
        source: CheckpointError,
    },
    /// A storage that writers share has a log that no writer began there.
    #[error(
        "there is a copy of a log here, and no file `head`: it can be read, and appended to only where its keeper does"
    )]
    HeadMissing,
    /// A tile at the right edge is missing or has not its form.
    #[error("the tile `{0}` is missing or has not its form; run fsck")]
    Tile(String),
    /// The tiles of the last append on a shared storage are not there, or are not those that were decided upon.
    #[error(
        "an append was decided upon and not finished, and its tiles (`{0}`) are missing or do not lead to the signed root; \
         put them back from your backup"
    )]
    Staged(String),
    /// The right edge does not give the signed root.
    #[error(
        "the tiles {0} do not give the root that the checkpoint signs; run fsck to learn which is damaged"
    )]
    Edge(String),
}

/// Why something could not be read from an open log.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadFault {
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageFault),
    /// There is no such entry.
    #[error("there is no entry `{index}`: the log has `{size}`, counted from 0")]
    NoEntry {
        /// The index that was asked for.
        index: u64,
        /// The size of the log.
        size: u64,
    },
    /// There is no such tree size.
    #[error("there is no tree of `{asked}` entries here: the log has `{size}`")]
    NoSize {
        /// The size that was asked for.
        asked: u64,
        /// The size of the log.
        size: u64,
    },
    /// A tile is missing.
    #[error("the tile `{0}` is missing; put it back from your backup")]
    Missing(String),
    /// A tile was changed.
    #[error(
        "the tile `{0}` is damaged: its hashes do not lead to the signed root; put it back from your backup"
    )]
    Tile(String),
    /// An entry bundle was changed.
    #[error("the entry bundle `{path}` is damaged: {why}; put it back from your backup")]
    Bundle {
        /// The path.
        path: String,
        /// What is wrong.
        why: String,
    },
}

/// Authenticated tiles by level and number.
type TileCache = HashMap<(u8, u64), Arc<Vec<Digest>>>;

/// A log at one checkpoint. Later appends are seen by opening it again.
#[derive(Debug)]
pub struct Log {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) vkey: VKey,
    pub(crate) signed: SignedCheckpoint,
    /// The right edge: for each level the hashes of its last, partial tile. INVARIANT: it gives the signed root.
    pub(crate) edge: Vec<Vec<Digest>>,
    /// Full tiles that were authenticated. They never change again.
    cache: Mutex<TileCache>,
}

impl Log {
    /// Opens the log in `storage` that signs with `vkey`. Reads the checkpoint and the right edge only.
    pub fn open(storage: Arc<dyn Storage>, vkey: &VKey) -> Result<Self, OpenFault> {
        let mut last: Option<SignedCheckpoint> = None;
        for _ in 0..MOVED_RETRIES {
            let signed = read_checkpoint(storage.as_ref(), vkey)?;
            match read_edge(storage.as_ref(), signed.checkpoint()) {
                Ok(edge) => {
                    return Ok(Self { storage, vkey: vkey.clone(), signed, edge, cache: Mutex::default() });
                }
                // a writer replaces the edge; only under an unchanged checkpoint is it a fault
                Err(fault @ (OpenFault::Tile(_) | OpenFault::Edge(_))) => {
                    if last.as_ref() == Some(&signed) {
                        return Err(fault);
                    }
                    last = Some(signed);
                }
                Err(fault) => return Err(fault),
            }
        }
        Err(OpenFault::Edge("of the right edge change without end and".to_owned()))
    }

    /// The log at a checkpoint that was verified before.
    pub(crate) fn at(
        storage: Arc<dyn Storage>,
        vkey: &VKey,
        signed: SignedCheckpoint,
    ) -> Result<Self, OpenFault> {
        let edge = read_edge(storage.as_ref(), signed.checkpoint())?;
        Ok(Self { storage, vkey: vkey.clone(), signed, edge, cache: Mutex::default() })
    }

    /// The signed checkpoint.
    pub fn signed(&self) -> &SignedCheckpoint {
        &self.signed
    }

    /// What the checkpoint says.
    pub fn checkpoint(&self) -> &Checkpoint {
        self.signed.checkpoint()
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.checkpoint().size
    }

    /// The log's public key.
    pub fn vkey(&self) -> &VKey {
        &self.vkey
    }

    /// The root of the tree of the first `size` entries.
    pub fn root_at(&self, size: u64) -> Result<Digest, ReadFault> {
        self.has_size(size)?;
        range(self, 0, size)
    }

    /// The proof that entry `index` is in the tree of the first `size` entries.
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Digest>, ReadFault> {
        self.has_size(size)?;
        if index >= size {
            return Err(ReadFault::NoEntry { index, size });
        }
        inclusion(self, index, size)
    }

    /// The proof that the tree of the first `newer` entries begins with that of the first `older`.
    pub fn consistency_proof(&self, older: u64, newer: u64) -> Result<Vec<Digest>, ReadFault> {
        self.has_size(newer)?;
        if older > newer {
            return Err(ReadFault::NoSize { asked: older, size: newer });
        }
        consistency(self, older, newer)
    }

    /// The entry `index`, compared with its hash.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, ReadFault> {
        let absent = ReadFault::NoEntry { index, size: self.size() };
        if index >= self.size() {
            return Err(absent);
        }
        let entries = self.bundle(index / TILE_WIDTH)?;
        entries.into_iter().nth((index % TILE_WIDTH) as usize).ok_or(absent)
    }

    /// The entries from `cursor` on, oldest first, each compared with its hash. Ends after the first fault.
    pub fn entries(&self, cursor: u64) -> Entries<'_> {
        Entries { log: self, next: cursor, bundle: Vec::new().into_iter() }
    }

    fn has_size(&self, asked: u64) -> Result<(), ReadFault> {
        if asked > self.size() {
            return Err(ReadFault::NoSize { asked, size: self.size() });
        }
        Ok(())
    }

    /// The hashes of a tile, authenticated from the signed root downwards.
    pub(crate) fn tile(&self, level: u8, number: u64) -> Result<Arc<Vec<Digest>>, ReadFault> {
        if number == nodes(self.size(), level) / TILE_WIDTH {
            let edge = self.edge.get(usize::from(level)).cloned().unwrap_or_default();
            return Ok(Arc::new(edge));
        }
        let cached = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(&(level, number)).cloned();
        if let Some(hashes) = cached {
            return Ok(hashes);
        }
        let path = Tile::full(Kind::Level(level), number).path();
        let expected = self.node(level + 1, number)?;
        let bytes = self
            .storage
            .get(&path)
            .map_err(StorageFault::of("read", &path))?
            .ok_or_else(|| ReadFault::Missing(path.clone()))?;
        let hashes = read_hashes(&bytes, TILE_WIDTH)
            .filter(|hashes| fold(hashes) == expected)
            .ok_or(ReadFault::Tile(path))?;
        let hashes = Arc::new(hashes);
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.len() >= CACHED_TILES {
            cache.clear();
        }
        cache.insert((level, number), hashes.clone());
        Ok(hashes)
    }

    /// The hash `index` of a level of tiles.
    fn node(&self, level: u8, index: u64) -> Result<Digest, ReadFault> {
        let number = index / TILE_WIDTH;
        let tile = self.tile(level, number)?;
        tile.get((index % TILE_WIDTH) as usize)
            .copied()
            .ok_or_else(|| ReadFault::Tile(Tile::full(Kind::Level(level), number).path()))
    }

    /// The entries of bundle `number`, each compared with its hash.
    pub(crate) fn bundle(&self, number: u64) -> Result<Vec<Vec<u8>>, ReadFault> {
        let hashes = self.tile(0, number)?;
        let full = Tile::full(Kind::Entries, number);
        let exact = full.of_width(hashes.len() as u64);
        let mut fault = match self.bundle_at(exact, &hashes)? {
            Ok(entries) => return Ok(entries),
            Err(fault) => fault,
        };
        if exact != full && matches!(fault, ReadFault::Missing(_)) {
            // a writer went on and removed the narrower version; any wider one begins with the same entries
            for wider in self.wider(exact)? {
                match self.bundle_at(wider, &hashes)? {
                    Ok(entries) => return Ok(entries),
                    Err(other) => fault = other,
                }
            }
        }
        Err(fault)
    }

    /// The versions of a partial tile that are wider than `narrow`, narrowest first, and the full one.
    fn wider(&self, narrow: Tile) -> Result<Vec<Tile>, ReadFault> {
        let directory = narrow.partials();
        let paths = self.storage.list(&directory).map_err(StorageFault::of("listed", &directory))?;
        let mut wider: Vec<Tile> = paths
            .iter()
            .filter_map(|path| Tile::parse(path))
            .filter(|tile| tile.width > narrow.width)
            .collect();
        wider.sort_by_key(|tile| tile.width);
        wider.push(narrow.of_width(TILE_WIDTH));
        Ok(wider)
    }

    /// The first entries of the bundle at `tile`, as many as there are `hashes`. The outer error is the
    /// storage's, the inner one the bundle's.
    fn bundle_at(
        &self,
        tile: Tile,
        hashes: &[Digest],
    ) -> Result<Result<Vec<Vec<u8>>, ReadFault>, StorageFault> {
        let path = tile.path();
        let Some(bytes) = self.storage.get(&path).map_err(StorageFault::of("read", &path))? else {
            return Ok(Err(ReadFault::Missing(path)));
        };
        Ok(check_bundle(&bytes, tile.width, hashes).map_err(|why| ReadFault::Bundle { path, why }))
    }
}

/// Reads a bundle of `width` entries and compares the first of them with `hashes`.
pub(crate) fn check_bundle(bytes: &[u8], width: u64, hashes: &[Digest]) -> Result<Vec<Vec<u8>>, String> {
    let mut entries = read_entries(bytes, width)
        .ok_or_else(|| format!("it is not a sequence of {width} entries with their lengths"))?;
    entries.truncate(hashes.len());
    for (n, (entry, hash)) in entries.iter().zip(hashes).enumerate() {
        if leaf_hash(entry) != *hash {
            return Err(format!("its entry {n} does not have the hash that the tree has"));
        }
    }
    Ok(entries)
}

impl Subtrees for Log {
    type Fault = ReadFault;

    fn subtree(&self, height: u32, index: u64) -> Result<Digest, ReadFault> {
        // a tile holds every eighth level; those between are folded from it
        let (level, within) = ((height / 8) as u8, height % 8);
        let first = index << within;
        let number = first / TILE_WIDTH;
        let tile = self.tile(level, number)?;
        let start = (first % TILE_WIDTH) as usize;
        tile.get(start..start + (1 << within))
            .map(fold)
            .ok_or_else(|| ReadFault::Tile(Tile::full(Kind::Level(level), number).path()))
    }
}

/// Entries with their indices, oldest first.
#[derive(Debug)]
pub struct Entries<'a> {
    log: &'a Log,
    next: u64,
    bundle: std::vec::IntoIter<Vec<u8>>,
}

impl Iterator for Entries<'_> {
    type Item = Result<(u64, Vec<u8>), ReadFault>;

    fn next(&mut self) -> Option<Self::Item> {
        let index = self.next;
        if index >= self.log.size() {
            return None;
        }
        if self.bundle.as_slice().is_empty() {
            match self.log.bundle(index / TILE_WIDTH) {
                Ok(mut entries) => {
                    self.bundle = entries.split_off((index % TILE_WIDTH) as usize).into_iter();
                }
                Err(fault) => {
                    self.next = u64::MAX;
                    return Some(Err(fault));
                }
            }
        }
        self.next += 1;
        self.bundle.next().map(|entry| Ok((index, entry)))
    }
}

pub(crate) fn read_checkpoint(storage: &dyn Storage, vkey: &VKey) -> Result<SignedCheckpoint, OpenFault> {
    let Some(bytes) = storage.get(CHECKPOINT).map_err(StorageFault::of("read", CHECKPOINT))? else {
        let tiles = storage.list("tile").map_err(StorageFault::of("listed", "tile"))?;
        return Err(tiles.into_iter().next().map_or(OpenFault::NoLog, OpenFault::CheckpointMissing));
    };
    read_signed(&bytes, CHECKPOINT, vkey)
}

/// The checkpoint in the file `path`.
pub(crate) fn read_signed(
    bytes: &[u8],
    path: &'static str,
    vkey: &VKey,
) -> Result<SignedCheckpoint, OpenFault> {
    SignedCheckpoint::verify(bytes, vkey).map_err(|source| match source {
        CheckpointError::Note(NoteError::NotSigned(_)) | CheckpointError::Origin { .. } => {
            OpenFault::WrongKey { key: vkey.to_string(), source }
        }
        source => OpenFault::Checkpoint { path, source },
    })
}

/// The partial tiles at the right edge of a tree of `size` entries, level 0 first.
pub(crate) fn edge_tiles(size: u64) -> Vec<Tile> {
    (0u8..8)
        .filter(|level| nodes(size, *level) > 0)
        .map(|level| {
            let number = nodes(size, level) / TILE_WIDTH;
            Tile { kind: Kind::Level(level), number, width: width(size, level, number) }
        })
        .collect()
}

fn read_edge(storage: &dyn Storage, checkpoint: &Checkpoint) -> Result<Vec<Vec<Digest>>, OpenFault> {
    let tiles = edge_tiles(checkpoint.size);
    let mut edge = Vec::new();
    for tile in &tiles {
        if tile.width == 0 {
            edge.push(Vec::new());
            continue;
        }
        let path = tile.path();
        let bytes = storage.get(&path).map_err(StorageFault::of("read", &path))?;
        let hashes = bytes.and_then(|bytes| read_hashes(&bytes, tile.width)).ok_or(OpenFault::Tile(path))?;
        edge.push(hashes);
    }
    if root_of_edge(&edge) != checkpoint.root {
        let paths: Vec<String> =
            tiles.iter().filter(|tile| tile.width > 0).map(|tile| format!("`{}`", tile.path())).collect();
        return Err(OpenFault::Edge(paths.join(", ")));
    }
    Ok(edge)
}
