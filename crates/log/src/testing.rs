//! A storage in memory that fails when told to, for tests.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::storage::{LockFault, SequencerLock, Storage};

/// What happens at the write that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nothing is written.
    Before,
    /// It is written, but reported as failed.
    After,
}

#[derive(Debug, Default)]
struct Inside {
    files: BTreeMap<String, Vec<u8>>,
    writes: u64,
    fails: Option<(u64, Failure)>,
}

/// A storage in memory. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct MemStorage {
    inside: Arc<Mutex<Inside>>,
    locked: Arc<AtomicBool>,
    shared: bool,
}

impl MemStorage {
    /// An empty storage.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty storage that writers share without a lock, as an object store.
    pub fn shared() -> Self {
        Self { shared: true, ..Self::default() }
    }

    /// Every write and removal from the `n`th on (from 0, counted from now) fails.
    pub fn fail_from(&self, n: u64, failure: Failure) {
        let mut inside = self.inside();
        inside.writes = 0;
        inside.fails = Some((n, failure));
    }

    /// No write fails any more. Gives how many were tried since they began to be counted.
    pub fn heal(&self) -> u64 {
        let mut inside = self.inside();
        inside.fails = None;
        inside.writes
    }

    /// A copy of all files.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.inside().files.clone()
    }

    /// A storage of its own with these files.
    pub fn with_files(files: BTreeMap<String, Vec<u8>>) -> Self {
        let storage = Self::default();
        storage.inside().files = files;
        storage
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) -> io::Result<()> {
        let mut inside = self.inside();
        let number = inside.writes;
        inside.writes += 1;
        let failure = inside.fails.filter(|(n, _)| number >= *n);
        // only the first failing write may reach the storage: afterwards it is gone
        let reaches = failure.is_none_or(|(n, failure)| failure == Failure::After && number == n);
        if reaches {
            change(&mut inside.files);
        }
        if failure.is_some() { Err(io::Error::other("injected fault")) } else { Ok(()) }
    }
}

impl Storage for MemStorage {
    fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.inside().files.get(path).cloned())
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.change(|files| {
            files.insert(path.to_owned(), bytes.to_vec());
        })
    }

    fn replace(&self, path: &str, old: Option<&[u8]>, new: &[u8]) -> io::Result<bool> {
        let mut replaced = false;
        self.change(|files| {
            if files.get(path).map(Vec::as_slice) == old {
                files.insert(path.to_owned(), new.to_vec());
                replaced = true;
            }
        })?;
        Ok(replaced)
    }

    fn is_shared(&self) -> bool {
        self.shared
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        self.change(|files| {
            files.remove(path);
        })
    }

    fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        let beneath = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(self.inside().files.keys().filter(|path| path.starts_with(&beneath)).cloned().collect())
    }

    fn lock(&self, _wait: Duration) -> Result<Box<dyn SequencerLock>, LockFault> {
        if !self.shared && self.locked.swap(true, Ordering::SeqCst) {
            return Err(LockFault::Held { holder: format!("process {}", std::process::id()) });
        }
        Ok(Box::new(MemLock { locked: self.locked.clone() }))
    }
}

#[derive(Debug)]
struct MemLock {
    locked: Arc<AtomicBool>,
}

impl SequencerLock for MemLock {}

impl Drop for MemLock {
    fn drop(&mut self) {
        self.locked.store(false, Ordering::SeqCst);
    }
}

/// What every storage keeps, whatever it lies on: the paths and bytes that were put, and one writer a swap. The storage is
/// empty, and holds `many` files (8 at least) and two more afterwards.
///
/// # Errors
/// What the storage fails with.
///
/// # Panics
/// Where it does not keep the contract.
pub fn keeps_contract(storage: &dyn Storage, many: u16) -> io::Result<()> {
    assert_eq!(storage.get("a/b")?, None);
    assert!(storage.list("")?.is_empty());
    storage.put("a/b", b"one")?;
    storage.put("a/b", b"two")?;
    assert_eq!(storage.get("a/b")?.as_deref(), Some(b"two".as_slice()));
    // many at once
    let many: Vec<(String, Vec<u8>)> =
        (0..many).map(|n| (format!("tile/0/{n:03}.p/7"), vec![(n % 251) as u8; 300])).collect();
    let files: Vec<(String, &[u8])> =
        many.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    storage.put_all(&files).map_err(io::Error::other)?;
    for (path, bytes) in &many {
        assert_eq!(storage.get(path)?.as_ref(), Some(bytes), "{path}");
    }
    // a prefix is a directory, and no beginning of a name
    storage.put("ab", b"x")?;
    assert_eq!(storage.list("a")?, ["a/b"]);
    assert_eq!(storage.list("tile/0/007.p")?, ["tile/0/007.p/7"]);
    assert!(storage.list("tile/0/00")?.is_empty());
    let all = storage.list("")?;
    assert!(all.len() == many.len() + 2 && all.is_sorted(), "{} files", all.len());
    // compare and swap
    assert!(!storage.replace("swap", Some(b"x"), b"y")?);
    assert!(storage.replace("swap", None, b"one")?);
    assert!(!storage.replace("swap", None, b"two")?);
    assert!(!storage.replace("swap", Some(b"two"), b"three")?);
    assert!(storage.replace("swap", Some(b"one"), b"three")?);
    assert_eq!(storage.get("swap")?.as_deref(), Some(b"three".as_slice()));
    // what is not there can be removed
    for _ in 0..2 {
        storage.delete("swap")?;
        assert_eq!(storage.get("swap")?, None);
    }
    Ok(())
}
