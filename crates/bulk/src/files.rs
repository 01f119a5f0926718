//! Files that are there whole or not at all, and their digests.

use std::fs::{self, File};
use std::io::{BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use countersign_model::Digest;
use sha2::{Digest as _, Sha256};

use crate::fault::{BulkError, io_error};

/// Writes a file so that it is there whole or not at all.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> Result<(), BulkError> {
    let temporary = beside(path, "part");
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&temporary, path)
    };
    write().map_err(|e| io_error(path, e))
}

/// `path` with something added to its name.
pub(crate) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

/// The digest of a file, and how many lines it has.
///
/// # Errors
/// Where it cannot be read.
pub fn digest_of(path: &Path) -> Result<(Digest, u64), BulkError> {
    let mut lines = 0u64;
    let file = File::open(path).map_err(|e| io_error(path, e))?;
    let mut hasher = Sha256::new();
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut buffer = vec![0u8; 1 << 20];
    loop {
        let read = reader.read(&mut buffer).map_err(|e| io_error(path, e))?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        lines += part.iter().filter(|b| **b == b'\n').count() as u64;
        hasher.update(part);
    }
    Ok((Digest::from_bytes(hasher.finalize().into()), lines))
}
