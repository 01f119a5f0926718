//! What the log needs of a place to keep files: little enough for an object store.

use std::fmt::Debug;
use std::io;
use std::time::Duration;

/// A place for named blobs. Paths are relative, with `/` between their parts.
pub trait Storage: Debug + Send + Sync {
    /// The bytes at `path`, or `None` when there is nothing.
    fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>>;

    /// Puts `bytes` at `path`, replacing what is there. Atomic: a reader sees the old or the new bytes,
    /// whole. Durable: when this returns, the bytes outlast a crash of the machine. After an error either
    /// may be there.
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// Puts several files, in any order; durable when this returns. A storage that waits for each file to be durable
    /// can wait for all of them at once. After an error each may be there or not.
    fn put_all(&self, files: &[(String, &[u8])]) -> Result<(), StorageFault> {
        for (path, bytes) in files {
            self.put(path, bytes).map_err(StorageFault::of("written", path))?;
        }
        Ok(())
    }

    /// Puts `new` at `path` if `old` is there (`None`: if nothing is), and says whether it did. Durable as [`Storage::put`].
    /// In one step where the storage [is shared](Storage::is_shared); elsewhere the writer's lock makes it one.
    fn replace(&self, path: &str, old: Option<&[u8]>, new: &[u8]) -> io::Result<bool> {
        if self.get(path)?.as_deref() != old {
            return Ok(false);
        }
        self.put(path, new)?;
        Ok(true)
    }

    /// Whether writers reach it whom no lock keeps apart, as in an object store. Such a storage does
    /// [`Storage::replace`] in one step, and the writer of a log relies on that and not on [`Storage::lock`].
    fn is_shared(&self) -> bool {
        false
    }

    /// Removes what is at `path`; nothing there is no error. Need not be durable.
    fn delete(&self, path: &str) -> io::Result<()>;

    /// The paths of everything in the directory `prefix` and beneath (`""`: of everything), sorted.
    fn list(&self, prefix: &str) -> io::Result<Vec<String>>;

    /// Takes the one right to write, waiting for it for so long. Given back when dropped, or when the
    /// process ends in whatever way.
    fn lock(&self, wait: Duration) -> Result<Box<dyn SequencerLock>, LockFault>;
}

/// The right to write, held as long as this lives.
pub trait SequencerLock: Debug + Send + Sync {
    /// Whether it is still held: one that rests on a connection may be gone with it.
    fn is_held(&self) -> bool {
        true
    }
}

/// Why the right to write was not had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockFault {
    /// Somebody else has it.
    #[error("another process is writing here ({holder}); wait until it has ended, or end it")]
    Held {
        /// Who: the number of the process, as far as known.
        holder: String,
    },
    /// The lock itself could not be used.
    #[error("the lock at `{path}` cannot be used: {source}")]
    Io {
        /// Where.
        path: String,
        /// Why.
        source: io::Error,
    },
}

/// The storage failed.
#[derive(Debug, thiserror::Error)]
#[error("`{path}` could not be {done}: {source}")]
pub struct StorageFault {
    /// What was to be done with it, as a participle: `read`, `written`.
    pub done: &'static str,
    /// The path in the storage.
    pub path: String,
    /// Why.
    pub source: io::Error,
}

impl StorageFault {
    pub(crate) fn of(done: &'static str, path: &str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { done, path, source }
    }
}
