//! A directory of a storage as a storage of its own.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crate::storage::{LockFault, SequencerLock, Storage, StorageFault};

/// What lies under one directory of another storage.
#[derive(Debug, Clone)]
pub struct Under {
    storage: Arc<dyn Storage>,
    prefix: String,
}

impl Under {
    /// The directory `prefix` of `storage`.
    pub fn new(storage: Arc<dyn Storage>, prefix: &str) -> Self {
        Self { storage, prefix: format!("{prefix}/") }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }
}

impl Storage for Under {
    fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.storage.get(&self.at(path))
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.storage.put(&self.at(path), bytes)
    }

    fn put_all(&self, files: &[(String, &[u8])]) -> Result<(), StorageFault> {
        let files: Vec<(String, &[u8])> = files.iter().map(|(path, bytes)| (self.at(path), *bytes)).collect();
        self.storage.put_all(&files)
    }

    fn replace(&self, path: &str, old: Option<&[u8]>, new: &[u8]) -> io::Result<bool> {
        self.storage.replace(&self.at(path), old, new)
    }

    fn is_shared(&self) -> bool {
        self.storage.is_shared()
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        self.storage.delete(&self.at(path))
    }

    fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        let all = self.storage.list(self.at(prefix).trim_end_matches('/'))?;
        Ok(all.into_iter().filter_map(|path| path.strip_prefix(&self.prefix).map(str::to_owned)).collect())
    }

    fn lock(&self, wait: Duration) -> Result<Box<dyn SequencerLock>, LockFault> {
        self.storage.lock(wait)
    }
}
