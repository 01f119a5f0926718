//! Why an operation ended without its result.

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

/// The bytes of a file that the user named.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::unreadable(path, &error))
}

/// The text of a file that the user named.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_file(path)?).map_err(|error| {
        let line =
            error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|b| **b == b'\n').count()
                + 1;
        Failure::Input(format!(
            "{}: line {line}: the bytes are not UTF-8; save the file as UTF-8",
            path.display()
        ))
    })
}
