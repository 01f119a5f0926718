//! The one writer of a log.

use std::sync::Arc;
use std::time::Duration;

use countersign_model::Digest;
use countersign_verify::{
    Checkpoint, CheckpointError, NoteSigner, SignedCheckpoint, VKey, empty_root, leaf_hash,
};

use crate::coordinates::{Kind, TILE_WIDTH, Tile};
use crate::format::{MAX_ENTRY, write_entries, write_hashes};
use crate::read::{CHECKPOINT, Log, OpenFault, ReadFault, edge_tiles, read_checkpoint};
use crate::shared;
use crate::storage::{LockFault, SequencerLock, Storage, StorageFault};
use crate::tree::{fold, root_of_edge};

/// Why entries were not appended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendFault {
    /// The right to write was not had.
    #[error(transparent)]
    Lock(#[from] LockFault),
    /// The log could not be opened.
    #[error(transparent)]
    Open(#[from] OpenFault),
    /// What the new entries continue could not be read.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// The storage failed. Whether the entries are in the log is known when it is opened again.
    #[error("{0}; open the log again to see whether the entries are in it")]
    Storage(#[from] StorageFault),
    /// An entry is too long.
    #[error(
        "the entry has `{0}` bytes, the most is 65535; log its digest and keep the document beside the log"
    )]
    EntryTooLong(usize),
    /// The storage failed before; this writer does not know any more how the log stands.
    #[error("an earlier append failed; open the log again, or recover the writer, before the next one")]
    Failed,
    /// Another writer of a storage without a lock appended first.
    #[error(
        "another writer appended to this log first, and nothing of this append is in it; recover the writer and append again"
    )]
    Overtaken,
    /// The checkpoint could not be signed.
    #[error("the checkpoint cannot be signed: {0}")]
    Sign(#[from] CheckpointError),
}

/// Entries that are durably in the log.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Appended {
    /// The index of the first new entry; the others follow it in their order.
    pub first: u64,
    /// The checkpoint that covers them.
    pub signed: SignedCheckpoint,
    /// Superseded partial tiles that could not be removed. They cost space and nothing else.
    pub leftovers: Vec<String>,
}

/// The one writer: holds the lock and the key.
#[derive(Debug)]
pub struct Writer {
    log: Log,
    signer: NoteSigner,
    /// The entries of the last, partial bundle; read when first needed.
    tail: Option<Vec<Vec<u8>>>,
    /// An append failed part of the way, so that memory and storage may differ.
    failed: bool,
    /// `None` only where it was lost and not had again.
    lock: Option<Box<dyn SequencerLock>>,
    /// How long it was waited for.
    wait: Duration,
}

impl Writer {
    /// Begins a new log: signs a checkpoint without entries. Refused where there is a log, or tiles of one.
    pub fn create(
        storage: Arc<dyn Storage>,
        signer: NoteSigner,
        wait: Duration,
    ) -> Result<Self, AppendFault> {
        let lock = storage.lock(wait)?;
        match read_checkpoint(storage.as_ref(), signer.vkey()) {
            Err(OpenFault::NoLog) => {}
            Err(fault) => return Err(fault.into()),
            Ok(_) => return Err(OpenFault::Exists.into()),
        }
        let origin = signer.vkey().name().to_owned();
        let empty = Checkpoint { origin, size: 0, root: empty_root(), extensions: Vec::new() };
        let signed = empty.sign(&signer)?;
        if !storage.is_shared() {
            put_checkpoint(storage.as_ref(), &signed)?;
        } else if !shared::begin(storage.as_ref(), &signed)? {
            return Err(OpenFault::Exists.into());
        }
        Self::locked(storage, signer, lock, wait)
    }

    /// Opens a log for writing. The key must be the one that signed its checkpoint. What a crash left beyond
    /// the checkpoint is of no weight.
    pub fn open(storage: Arc<dyn Storage>, signer: NoteSigner, wait: Duration) -> Result<Self, AppendFault> {
        let lock = storage.lock(wait)?;
        Self::locked(storage, signer, lock, wait)
    }

    fn locked(
        storage: Arc<dyn Storage>,
        signer: NoteSigner,
        lock: Box<dyn SequencerLock>,
        wait: Duration,
    ) -> Result<Self, AppendFault> {
        let log = open_to_write(storage, signer.vkey())?;
        Ok(Self { log, signer, tail: None, failed: false, lock: Some(lock), wait })
    }

    /// Whether an append failed part of the way, so that only [`Writer::recover`] tells how the log stands.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// After a failed append: reads again how the log stands, under the same lock, or, where that was lost, under a new one. The
    /// entries of that append are in the log all together or not at all, as [`Writer::log`] then shows.
    pub fn recover(&mut self) -> Result<(), AppendFault> {
        if self.failed {
            if !self.lock.as_ref().is_some_and(|lock| lock.is_held()) {
                // the old one first: both are of one storage
                self.lock = None;
                self.lock = Some(self.log.storage.lock(self.wait)?);
            }
            self.log = open_to_write(self.log.storage.clone(), self.signer.vkey())?;
            self.tail = None;
            self.failed = false;
        }
        Ok(())
    }

    /// The log as this writer left it.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Appends `entries`, all or none, and returns when they are durable: entries and tiles first, the
    /// checkpoint last. Reads at most one bundle. No entries is no error and changes nothing.
    pub fn append<E: AsRef<[u8]>>(&mut self, entries: &[E]) -> Result<Appended, AppendFault> {
        if self.failed {
            return Err(AppendFault::Failed);
        }
        let first = self.log.size();
        if entries.is_empty() {
            return Ok(Appended { first, signed: self.log.signed.clone(), leftovers: Vec::new() });
        }
        if let Some(long) = entries.iter().map(|entry| entry.as_ref().len()).find(|n| *n > MAX_ENTRY) {
            return Err(AppendFault::EntryTooLong(long));
        }
        let tail = match self.tail.take() {
            Some(tail) => tail,
            None if first.is_multiple_of(TILE_WIDTH) => Vec::new(),
            None => self.log.bundle(first / TILE_WIDTH)?,
        };
        let mut growth = Growth::new(first, tail, self.log.edge.clone());
        for entry in entries {
            growth.push(entry.as_ref());
        }
        growth.finish();
        let checkpoint = Checkpoint {
            origin: self.log.checkpoint().origin.clone(),
            size: growth.size,
            root: root_of_edge(&growth.edge),
            extensions: Vec::new(),
        };
        let signed = checkpoint.sign(&self.signer)?;

        self.failed = true;
        let storage = self.log.storage.as_ref();
        // in any order: without the checkpoint none of them is part of the log
        let files: Vec<(String, &[u8])> =
            growth.tiles.iter().map(|(tile, bytes)| (tile.path(), bytes.as_slice())).collect();
        if !storage.is_shared() {
            storage.put_all(&files)?;
            put_checkpoint(storage, &signed)?;
        } else if !shared::commit(storage, &self.log.signed, &signed, &files)? {
            return Err(AppendFault::Overtaken);
        }
        // committed
        self.failed = false;
        self.log.edge = growth.edge;
        self.log.signed = signed.clone();
        self.tail = Some(growth.tail);
        let leftovers = remove_superseded(storage, first, &growth.tiles);
        Ok(Appended { first, signed, leftovers })
    }
}

/// The log as a writer continues it: what another writer left undone is done first.
fn open_to_write(storage: Arc<dyn Storage>, vkey: &VKey) -> Result<Log, OpenFault> {
    if storage.is_shared() {
        shared::settle(&storage, vkey)?;
    }
    Log::open(storage, vkey)
}

pub(crate) fn put_checkpoint(storage: &dyn Storage, signed: &SignedCheckpoint) -> Result<(), StorageFault> {
    storage
        .put(CHECKPOINT, signed.note().format().as_bytes())
        .map_err(StorageFault::of("written", CHECKPOINT))
}

/// The tree as it grows in memory, with the tiles that have to be written.
struct Growth {
    size: u64,
    tail: Vec<Vec<u8>>,
    edge: Vec<Vec<Digest>>,
    /// Entry bundles and tiles.
    tiles: Vec<(Tile, Vec<u8>)>,
    /// For each level, the number of hashes that were added.
    added: Vec<u64>,
}

impl Growth {
    fn new(size: u64, tail: Vec<Vec<u8>>, edge: Vec<Vec<Digest>>) -> Self {
        let added = vec![0; edge.len()];
        Self { size, tail, edge, tiles: Vec::new(), added }
    }

    fn push(&mut self, entry: &[u8]) {
        let number = self.size / TILE_WIDTH;
        self.tail.push(entry.to_vec());
        self.size += 1;
        if self.tail.len() as u64 == TILE_WIDTH {
            self.put_entries(number);
            self.tail.clear();
        }
        self.push_hash(leaf_hash(entry));
    }

    /// Adds a hash at level 0, and that of each tile which becomes full at the level above.
    fn push_hash(&mut self, mut hash: Digest) {
        for level in 0u8.. {
            let place = usize::from(level);
            if self.edge.len() == place {
                self.edge.push(Vec::new());
                self.added.push(0);
            }
            if let Some(added) = self.added.get_mut(place) {
                *added += 1;
            }
            let Some(hashes) = self.edge.get_mut(place) else { return };
            hashes.push(hash);
            if (hashes.len() as u64) < TILE_WIDTH {
                return;
            }
            let full = std::mem::take(hashes);
            let nodes = crate::coordinates::nodes(self.size, level);
            let tile = Tile::full(Kind::Level(level), nodes / TILE_WIDTH - 1);
            self.tiles.push((tile, write_hashes(&full)));
            hash = fold(&full);
        }
    }

    fn put_entries(&mut self, number: u64) {
        // every entry was measured before, so that there is no other case
        if let Some(bytes) = write_entries(&self.tail) {
            let tile = Tile::full(Kind::Entries, number).of_width(self.tail.len() as u64);
            self.tiles.push((tile, bytes));
        }
    }

    /// Adds the partial tiles.
    fn finish(&mut self) {
        if !self.tail.is_empty() {
            self.put_entries(self.size / TILE_WIDTH);
        }
        let edge_tiles = edge_tiles(self.size);
        for ((tile, hashes), added) in edge_tiles.into_iter().zip(&self.edge).zip(&self.added) {
            if *added > 0 && !hashes.is_empty() {
                self.tiles.push((tile, write_hashes(hashes)));
            }
        }
    }
}

/// Removes the partial tiles that the new ones replace: those of the last checkpoint, and all of a tile that
/// is full now. Without this a log of single appends would grow with the square of the tile width. Readers
/// at an older checkpoint read a wider version, or begin again.
pub(crate) fn remove_superseded(
    storage: &dyn Storage,
    old_size: u64,
    written: &[(Tile, Vec<u8>)],
) -> Vec<String> {
    let mut old = edge_tiles(old_size);
    if let Some(level_0) = old.first().copied() {
        old.push(Tile { kind: Kind::Entries, ..level_0 });
    }
    let mut leftovers = Vec::new();
    for (new, _) in written {
        let mut paths: Vec<String> = old
            .iter()
            .filter(|old| {
                old.kind == new.kind && old.number == new.number && (1..new.width).contains(&old.width)
            })
            .map(Tile::path)
            .collect();
        if new.width == TILE_WIDTH {
            match storage.list(&new.partials()) {
                Ok(partials) => paths.extend(partials),
                Err(_) => leftovers.push(new.partials()),
            }
        }
        paths.dedup();
        for path in paths {
            if storage.delete(&path).is_err() {
                leftovers.push(path);
            }
        }
    }
    leftovers
}
