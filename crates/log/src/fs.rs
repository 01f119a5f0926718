//! A directory as storage: temporary file, fsync, rename, fsync of the directory.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::storage::{LockFault, SequencerLock, Storage, StorageFault};

/// The name of the lock file in the directory.
const LOCK: &str = "lock";
/// What a file is called until it is whole. One writer at a time, so that one name is enough; what a crash
/// leaves under it is overwritten.
const TEMPORARY: &str = "tmp";
/// How many files are made durable at the same time: a file system that journals then waits for few disk writes
/// instead of one a file.
const AT_ONCE: usize = 16;
/// How many files are open, written and not yet durable, at the same time.
const MOST_OPEN: usize = 128;
/// How long to wait between two tries for the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// A directory of the file system.
#[derive(Debug, Clone)]
pub struct FsStorage {
    root: PathBuf,
}

impl FsStorage {
    /// The storage in the directory `root`, which must be there.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        if !fs::metadata(&root)?.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotADirectory, "not a directory"));
        }
        Ok(Self { root })
    }

    /// The storage in the directory `root`, which is made durably when it is not there.
    pub fn create(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        make_directory(&root)?;
        Ok(Self { root })
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn at(&self, path: &str) -> io::Result<PathBuf> {
        let sound = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
        if !sound {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a relative path"));
        }
        Ok(self.root.join(path))
    }
}

/// Makes a directory and those above it, each durable in the one above it.
fn make_directory(path: &Path) -> io::Result<()> {
    let mut grown = BTreeSet::new();
    make_directory_later_durable(path, &mut grown)?;
    grown.iter().try_for_each(|directory| sync_directory(directory))
}

/// Makes a directory and those above it. Those in which a name is new join `grown`: with them it becomes durable.
fn make_directory_later_durable(path: &Path, grown: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_directory_later_durable(parent, grown)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            grown.insert(parent.to_owned());
            Ok(())
        }
    }
}

/// Makes the names in a directory durable.
pub(crate) fn sync_directory(path: &Path) -> io::Result<()> {
    // other systems have no such call; there the rename itself is journalled
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// The directory that a file lies in.
fn directory_of(path: &Path) -> io::Result<&Path> {
    let parent = path
        .parent()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a file needs a directory"))?;
    // a bare file name lies in the present directory
    Ok(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
}

/// What a file is called until it is whole.
fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(TEMPORARY);
    path.with_file_name(name)
}

/// Writes `bytes` to a temporary file, lets `before` see it whole, and gives it its name.
fn put_named(
    path: &Path,
    bytes: &[u8],
    options: &OpenOptions,
    before: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<File> {
    let temporary = temporary(path);
    let written = options.open(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        before(&file)?;
        Ok(file)
    });
    let put = written.and_then(|file| fs::rename(&temporary, path).map(|()| file));
    if put.is_err() {
        // on a full disk the half of a file would take room for ever
        let _: io::Result<()> = fs::remove_file(&temporary);
    }
    put
}

/// Puts `bytes` at `path`, whole or not there, in a directory that is there. Its name is durable when that directory
/// has been synced.
fn put_whole(path: &Path, bytes: &[u8], options: &OpenOptions) -> io::Result<()> {
    put_named(path, bytes, options, File::sync_all).map(drop)
}

/// Puts `bytes` at `path`. Where nothing was there, the bytes are durable only when the file that is given has been synced:
/// a crash before may leave fewer of them under the name. What was there is never replaced by less than the whole.
fn put_later_durable(path: &Path, bytes: &[u8]) -> io::Result<Option<File>> {
    if path.exists() {
        return put_whole(path, bytes, &anew()).map(|()| None);
    }
    put_named(path, bytes, &anew(), |_| Ok(())).map(Some)
}

/// Puts `bytes` at `path` so that they are whole or not there, and durable on return.
pub(crate) fn put_durably(path: &Path, bytes: &[u8], options: &OpenOptions) -> io::Result<()> {
    let parent = directory_of(path)?;
    make_directory(parent)?;
    put_whole(path, bytes, options)?;
    sync_directory(parent)
}

/// Makes the bytes of files durable.
fn sync_files(files: &[(&str, Option<File>)]) -> Result<(), StorageFault> {
    at_once(files, |(path, file)| {
        file.as_ref().map_or(Ok(()), File::sync_all).map_err(StorageFault::of("made durable", path))
    })
}

/// How a file is written anew.
fn anew() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    options
}

/// Does something for each item, for a few at a time. The first error ends its share of the work and is given back.
fn at_once<T: Sync, E: Send>(items: &[T], each: impl Fn(&T) -> Result<(), E> + Sync) -> Result<(), E> {
    let share = items.len().div_ceil(AT_ONCE).max(1);
    if items.len() == 1 {
        return items.iter().try_for_each(each);
    }
    let each = &each;
    thread::scope(|scope| {
        let running: Vec<_> =
            items.chunks(share).map(|share| scope.spawn(move || share.iter().try_for_each(each))).collect();
        running.into_iter().try_for_each(|one| match one.join() {
            Ok(outcome) => outcome,
            Err(panic) => std::panic::resume_unwind(panic),
        })
    })
}

impl Storage for FsStorage {
    fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.at(path)?) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        put_durably(&self.at(path)?, bytes, &anew())
    }

    /// Writes everything first and then waits for the disk once, for all files and directories at the same time: a file
    /// system with a journal then makes them durable together. A file of a new name is therefore whole after a crash
    /// only if this returned, as the trait allows.
    fn put_all(&self, files: &[(String, &[u8])]) -> Result<(), StorageFault> {
        let mut waiting = BTreeSet::new();
        for (path, _) in files {
            let made = self.at(path).and_then(|full| {
                let directory = directory_of(&full)?.to_owned();
                make_directory_later_durable(&directory, &mut waiting)?;
                waiting.insert(directory);
                Ok(())
            });
            made.map_err(StorageFault::of("written", path))?;
        }
        let mut unsynced: Vec<(&str, Option<File>)> = Vec::new();
        for (path, bytes) in files {
            let file = self.at(path).and_then(|full| put_later_durable(&full, bytes));
            unsynced.push((path.as_str(), file.map_err(StorageFault::of("written", path))?));
            // a process has few open files
            if unsynced.len() == MOST_OPEN {
                sync_files(&unsynced)?;
                unsynced.clear();
            }
        }
        let directories: Vec<PathBuf> = waiting.into_iter().collect();
        thread::scope(|scope| {
            let files = scope.spawn(|| sync_files(&unsynced));
            let named = at_once(&directories, |directory| {
                sync_directory(directory).map_err(|source| StorageFault {
                    done: "made durable",
                    path: directory.display().to_string(),
                    source,
                })
            });
            match files.join() {
                Ok(synced) => synced.and(named),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        let path = self.at(path)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // the directory of partial tiles goes with its last file; one that is not empty stays
        if let Some(parent) = path.parent().filter(|parent| parent.extension().is_some_and(|e| e == "p")) {
            match fs::remove_dir(parent) {
                Err(error)
                    if !matches!(
                        error.kind(),
                        io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotFound
                    ) =>
                {
                    return Err(error);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        let start = if prefix.is_empty() { self.root.clone() } else { self.at(prefix)? };
        let mut found = Vec::new();
        let mut waiting = vec![(start, prefix.to_owned())];
        while let Some((directory, prefix)) = waiting.pop() {
            let entries = match fs::read_dir(&directory) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                other => other?,
            };
            for entry in entries {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
                if entry.file_type()?.is_dir() {
                    waiting.push((entry.path(), path));
                } else {
                    found.push(path);
                }
            }
        }
        found.retain(|path| path != LOCK);
        found.sort();
        Ok(found)
    }

    fn lock(&self, wait: Duration) -> Result<Box<dyn SequencerLock>, LockFault> {
        let path = self.root.join(LOCK);
        let fault = |source| LockFault::Io { path: path.display().to_string(), source };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(fault)?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(source)) => return Err(fault(source)),
                Err(TryLockError::WouldBlock) if start.elapsed() < wait => thread::sleep(LOCK_PAUSE),
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    let known = file.read_to_string(&mut holder).is_ok() && !holder.trim().is_empty();
                    let holder =
                        if known { format!("process {}", holder.trim()) } else { "unknown".to_owned() };
                    return Err(LockFault::Held { holder });
                }
            }
        }
        // for the message of those who find it taken; the lock itself is the system's
        file.set_len(0).map_err(fault)?;
        file.rewind().map_err(fault)?;
        file.write_all(format!("{}\n", std::process::id()).as_bytes()).map_err(fault)?;
        // a rename that a killed writer did not make durable becomes so before anything is built upon it
        sync_directory(&self.root).map_err(fault)?;
        Ok(Box::new(FsLock { file }))
    }
}

/// The open file carries the lock; the system frees it with the process.
#[derive(Debug)]
struct FsLock {
    file: File,
}

impl SequencerLock for FsLock {}

impl Drop for FsLock {
    /// Said, not left to the closing of the file: a child that another thread is just starting holds a copy of the
    /// open file until it runs its own program, and with it the lock.
    fn drop(&mut self) {
        // where it fails, the end of the last copy frees it
        let _ = self.file.unlock();
    }
}
