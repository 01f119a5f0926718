//! The file of the directory: `identity/events.jsonl` in the home, the events of one change a line, mode 0600, only appended to.
//!
//! A change is made when its line is on the disk. A last line without its end was never told to anyone: it is cut off
//! before the next one is written. Any other line that cannot be read stops everything: people are not guessed.
//! Several processes may use the file; each writes under a lock on it, after reading what the others wrote.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::directory::Directory;
use crate::event::Stamped;
use crate::fault::IdentityFault;

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeeperFault {
    /// The file system failed.
    #[error("`{path}` could not be used: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A line is not an event, or does not fit.
    #[error("`{path}`: line {line} cannot be used: {why}; put the file back from your backup")]
    Damaged {
        /// The file.
        path: String,
        /// Which line, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// The change is refused.
    #[error(transparent)]
    Refused(#[from] IdentityFault),
}

/// The directory with its file.
#[derive(Debug)]
pub struct Keeper {
    path: PathBuf,
    file: File,
    directory: Directory,
    /// How much of the file was read.
    read: u64,
    lines: u64,
}

impl Keeper {
    /// Opens the file in a home, or begins it.
    pub fn open(home: &Path) -> Result<Self, KeeperFault> {
        let folder = home.join("identity");
        let path = folder.join("events.jsonl");
        let io = |source| KeeperFault::Io { path: path.display().to_string(), source };
        make_private(&folder).map_err(io)?;
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(io)?;
        // the name of the file is as durable as its content
        File::open(&folder).and_then(|folder| folder.sync_all()).map_err(io)?;
        let mut keeper = Self { path, file, directory: Directory::default(), read: 0, lines: 0 };
        keeper.sync()?;
        Ok(keeper)
    }

    /// The state as of the last look at the file.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    fn io(&self, source: io::Error) -> KeeperFault {
        KeeperFault::Io { path: self.path.display().to_string(), source }
    }

    /// Reads what other processes wrote since. Cheap where nothing was.
    pub fn sync(&mut self) -> Result<(), KeeperFault> {
        let length = self.file.metadata().map_err(|e| self.io(e))?.len();
        if length < self.read {
            return Err(self.damaged("the file has become shorter".to_owned()));
        }
        if length == self.read {
            return Ok(());
        }
        self.file.seek(SeekFrom::Start(self.read)).map_err(|e| self.io(e))?;
        let mut bytes = Vec::new();
        (&self.file).take(length - self.read).read_to_end(&mut bytes).map_err(|e| self.io(e))?;
        // a last line without its end is being written, or was never finished
        for line in bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n")) {
            let events: Vec<Stamped> =
                serde_json::from_slice(line).map_err(|error| self.damaged(error.to_string()))?;
            for event in &events {
                self.directory.apply(event).map_err(|fault| self.damaged(fault.to_string()))?;
            }
            self.read += line.len() as u64;
            self.lines += 1;
        }
        Ok(())
    }

    fn damaged(&self, why: String) -> KeeperFault {
        KeeperFault::Damaged { path: self.path.display().to_string(), line: self.lines + 1, why }
    }

    /// Decides on the newest state what happens, and writes it; durable on return. All of the events or none.
    pub fn change<T, E: From<KeeperFault>>(
        &mut self,
        decide: impl FnOnce(&Directory) -> Result<(Vec<Stamped>, T), E>,
    ) -> Result<T, E> {
        self.file.lock().map_err(|e| E::from(self.io(e)))?;
        let result = self.change_locked(decide);
        // closing the file would end the lock as well
        let unlocked = self.file.unlock().map_err(|e| E::from(self.io(e)));
        let result = result?;
        unlocked?;
        Ok(result)
    }

    fn change_locked<T, E: From<KeeperFault>>(
        &mut self,
        decide: impl FnOnce(&Directory) -> Result<(Vec<Stamped>, T), E>,
    ) -> Result<T, E> {
        self.sync()?;
        let (events, result) = decide(&self.directory)?;
        if events.is_empty() {
            return Ok(result);
        }
        let mut bytes = serde_json::to_vec(&events).map_err(|e| E::from(self.io(e.into())))?;
        bytes.push(b'\n');
        // the lock is held: what stands behind the last whole line is what a killed process left
        let tail = self.file.set_len(self.read);
        let written = tail.and_then(|()| self.file.write_all(&bytes)).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // what is not sure to be on the disk must not be found there later
            let _ = self.file.set_len(self.read);
            return Err(self.io(error).into());
        }
        self.sync()?;
        Ok(result)
    }
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
