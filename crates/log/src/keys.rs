//! Secret keys in files: made once from the system's random source, readable by their owner only.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

use countersign_verify::Seed;

use crate::fs::put_durably;

/// Why a key could not be made or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFault {
    /// The system gives no random bytes.
    #[error("the operating system gives no random bytes for a new key: {0}")]
    Random(getrandom::Error),
    /// The file is not there.
    #[error("the key `{0}` is missing; put it back from your backup: a new one would not continue this log")]
    Missing(String),
    /// There is a key already.
    #[error("there is a key at `{0}` already, and a key is never overwritten; name another file")]
    Exists(String),
    /// Others can read the file.
    #[error(
        "the key `{path}` can be read by others (mode {mode:o}); run `chmod 600` on it, and consider it known"
    )]
    Exposed {
        /// The file.
        path: String,
        /// Its permissions.
        mode: u32,
    },
    /// The file could not be read or written.
    #[error("the key `{path}` cannot be used: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The file holds no key of its form.
    #[error("`{path}` does not hold a key: {why}; put it back from your backup")]
    Malformed {
        /// The file.
        path: String,
        /// Why; never the secret.
        why: String,
    },
}

/// A new secret seed from the operating system's random source.
pub fn new_seed() -> Result<Seed, KeyFault> {
    Ok(Seed::from_bytes(&new_random()?))
}

/// 32 bytes from the operating system's random source.
pub fn new_random() -> Result<[u8; 32], KeyFault> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(KeyFault::Random)?;
    Ok(bytes)
}

/// Writes a secret durably to a new file that only its owner can read (mode 0600).
pub fn create_secret(path: &Path, secret: &str) -> Result<(), KeyFault> {
    let shown = path.display().to_string();
    if path.exists() {
        return Err(KeyFault::Exists(shown));
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    put_durably(path, format!("{secret}\n").as_bytes(), &options)
        .map_err(|source| KeyFault::Io { path: shown, source })
}

/// Reads a secret. A file that others can read is refused.
pub fn load_secret(path: &Path) -> Result<String, KeyFault> {
    let shown = path.display().to_string();
    let fault = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => KeyFault::Missing(shown.clone()),
        _ => KeyFault::Io { path: shown.clone(), source },
    };
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).map_err(fault)?.permissions());
        if mode & 0o077 != 0 {
            return Err(KeyFault::Exposed { path: shown, mode: mode & 0o777 });
        }
    }
    // a key has less than a hundred bytes: what has more is no key, and is not read to its end
    let mut text = String::new();
    fs::File::open(path).and_then(|file| file.take(1 << 16).read_to_string(&mut text)).map_err(fault)?;
    Ok(text.trim_end().to_owned())
}
