//! Why an operation ended without its result.

use std::io::Read as _;
use std::path::Path;

use countersign_register::RegisterFault;
use countersign_store::StoreFault;

/// An operation that ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What was given is wrong; the message says where, why, and what to do.
    #[error("{0}")]
    Input(String),
    /// The program or the machine failed.
    #[error("{0}")]
    Program(String),
}

impl Failure {
    /// A file that was named and cannot be read.
    pub fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::Input(format!("`{}` cannot be read: {error}; check the name and the rights", path.display()))
    }
}

impl From<StoreFault> for Failure {
    fn from(fault: StoreFault) -> Self {
        match fault {
            StoreFault::NoHome(_)
            | StoreFault::Exists(_)
            | StoreFault::InPlace
            | StoreFault::Occupied(_)
            | StoreFault::Place { .. }
            | StoreFault::Database(_)
            | StoreFault::Bucket(_) => Self::Input(fault.to_string()),
            other => Self::Program(other.to_string()),
        }
    }
}

impl From<RegisterFault> for Failure {
    fn from(fault: RegisterFault) -> Self {
        use RegisterFault as F;
        match fault {
            F::Io { .. }
            | F::Key(_)
            | F::Lock(_)
            | F::Open(_)
            | F::Read(_)
            | F::Append(_)
            | F::Blob(_)
            | F::Entry { .. }
            | F::Mismatch(_) => Self::Program(fault.to_string()),
            // the record, the register or the documents that were given
            other => Self::Input(other.to_string()),
        }
    }
}

/// The most bytes of a file of data: a list, a table, a bundle.
const MOST_DATA: u64 = 1 << 30;
/// The most bytes of a file of text: a case, a policy, a base of parties.
const MOST_TEXT: u64 = 256 << 20;
/// The most bytes of a file about owners: a national register has tens of millions of stakes.
pub const MOST_OWNERS: u64 = 8 << 30;

/// The bytes of a file that the user named, at most so many. A pipe or a device, whose length nobody knows before, is held to
/// what a file of data may have.
///
/// # Errors
/// It cannot be read, or has more; nothing of it is kept in memory then.
pub fn read_at_most(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| Failure::unreadable(path, &error);
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let known = file.metadata().map_err(unreadable)?;
    let most = if known.is_file() { most } else { most.min(MOST_DATA) };
    let too_large = || {
        Failure::Input(format!(
            "`{}` has more than the {most} bytes that such a file may have; check that it is the right one",
            path.display()
        ))
    };
    if known.len() > most {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most { Err(too_large()) } else { Ok(bytes) }
}

/// The bytes of a file of data that the user named.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    read_at_most(path, MOST_DATA)
}

/// The text of a file that the user named.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_at_most(path, MOST_TEXT)?).map_err(|error| {
        let line =
            error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|b| **b == b'\n').count()
                + 1;
        Failure::Input(format!(
            "{}: line {line}: the bytes are not UTF-8; save the file as UTF-8",
            path.display()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_read_without_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, [b'x'; 1000]).unwrap();
        assert_eq!(read_at_most(&path, 1000).unwrap().len(), 1000);
        let said = read_at_most(&path, 999).unwrap_err().to_string();
        assert!(said.contains("more than the 999 bytes"), "{said}");
        // its length is told as 0
        #[cfg(unix)]
        assert!(read_at_most(Path::new("/dev/zero"), 100_000).is_err());
        assert!(read_at_most(folder.path(), 1000).is_err(), "a folder");
    }
}
