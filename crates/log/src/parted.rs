//! Two storages as one: what is decided by comparison in the one, what never changes again in the other.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::read::CHECKPOINT;
use crate::shared::HEAD;
use crate::storage::{LockFault, SequencerLock, Storage, StorageFault};

/// A log whose `head` and `checkpoint` lie in one storage, with the lock, and whose tiles lie in another: a database that
/// decides, and an object store that holds.
#[derive(Debug, Clone)]
pub struct Parted {
    decisions: Arc<dyn Storage>,
    tiles: Arc<dyn Storage>,
}

impl Parted {
    /// The log in these two. The first is [shared](Storage::is_shared) by its writers.
    pub fn new(decisions: Arc<dyn Storage>, tiles: Arc<dyn Storage>) -> Self {
        Self { decisions, tiles }
    }

    fn of(&self, path: &str) -> &dyn Storage {
        if [HEAD, CHECKPOINT].contains(&path) { self.decisions.as_ref() } else { self.tiles.as_ref() }
    }
}

impl Storage for Parted {
    fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.of(path).get(path)
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.of(path).put(path, bytes)
    }

    fn put_all(&self, files: &[(String, &[u8])]) -> Result<(), StorageFault> {
        let decided = |(path, _): &&(String, &[u8])| [HEAD, CHECKPOINT].contains(&path.as_str());
        let (small, large): (Vec<_>, Vec<_>) = files.iter().partition(decided);
        self.tiles.put_all(&large.into_iter().cloned().collect::<Vec<_>>())?;
        self.decisions.put_all(&small.into_iter().cloned().collect::<Vec<_>>())
    }

    fn replace(&self, path: &str, old: Option<&[u8]>, new: &[u8]) -> io::Result<bool> {
        self.of(path).replace(path, old, new)
    }

    fn is_shared(&self) -> bool {
        self.decisions.is_shared()
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        self.of(path).delete(path)
    }

    fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        let mut paths = self.tiles.list(prefix)?;
        paths.extend(self.decisions.list(prefix)?);
        paths.sort();
        paths.dedup();
        Ok(paths)
    }

    fn lock(&self, wait: Duration) -> Result<Box<dyn SequencerLock>, LockFault> {
        self.decisions.lock(wait)
    }
}
