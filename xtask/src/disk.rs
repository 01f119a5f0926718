//! File systems that can be filled.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file system of its own in memory, so small that it can be filled.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// One of so many megabytes. `None` where this account may not mount one: then no disk is filled.
    pub(crate) fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("hammer").tempdir_in("/tmp").ok()?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=777"), "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self { folder })
    }

    /// Where it is mounted.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes until nothing more goes.
    pub(crate) fn fill(&self) -> io::Result<PathBuf> {
        let path = self.path().join("full");
        let mut file = File::create(&path)?;
        let mut block = vec![7u8; 4 << 20];
        while !block.is_empty() {
            if file.write_all(&block).is_err() {
                block.truncate(block.len() / 2);
            }
        }
        Ok(path)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // what still runs on it has ended by now, or is ended with it
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}
