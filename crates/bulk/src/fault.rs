//! Why a run does not come to its end.

use std::io;
use std::path::Path;

/// Why a file cannot be read at all, or no further.
#[derive(Debug, thiserror::Error)]
#[error("`{path}`: {why}")]
pub struct ReadError {
    /// The file.
    pub path: String,
    /// Why, and what to do.
    pub why: String,
}

impl ReadError {
    pub(crate) fn of(path: &Path, why: impl std::fmt::Display) -> Self {
        Self { path: path.display().to_string(), why: why.to_string() }
    }
}

/// Why a run did not come to its end. What it had done is kept, and the next run goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BulkError {
    /// The input cannot be read at all. Nothing was begun.
    #[error("{0}")]
    Input(ReadError),
    /// The input cannot be read any further.
    #[error("{0}; what was done until then is kept")]
    Read(#[from] ReadError),
    /// The file system failed.
    #[error("`{path}`: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// There is an unfinished run of something else.
    #[error(
        "`{0}` holds an unfinished run of another job (another input, other lists, another profile or format); finish that, or remove the directory"
    )]
    OtherJob(String),
    /// The output is there already.
    #[error("`{0}` exists already; name another file with --out, or remove it")]
    Exists(String),
    /// The output has nowhere to go.
    #[error("there is no directory `{0}` for the output; make it, or mend --out")]
    NoDirectory(String),
    /// What an earlier run kept cannot be used.
    #[error("`{path}`: {why}")]
    Base {
        /// The directory.
        path: String,
        /// Why.
        why: String,
    },
    /// Near misses are not kept.
    #[error(
        "near misses are counted and not kept; leave `near_miss_margin` out of the profile to use --keep"
    )]
    Margin,
    /// A chunk could not be screened or written.
    #[error("{0}")]
    Chunk(String),
}

pub(crate) fn io_error(path: &Path, source: io::Error) -> BulkError {
    BulkError::Io { path: path.display().to_string(), source }
}
