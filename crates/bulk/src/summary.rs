//! What came of a run.

use std::path::{Path, PathBuf};

use countersign_model::Digest;
use countersign_screening::{Index, Profile};
use serde::Serialize;

use crate::chunk::Counts;
use crate::fault::BulkError;
use crate::files::digest_of;
use crate::told::Told;

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// `bulk/1`.
    pub schema: &'static str,
    /// Rows read.
    pub rows: u64,
    /// Rows that could not be screened; each is named in the file of rejects.
    pub rejected: u64,
    /// Parties with a possible match.
    pub with_hits: u64,
    /// Parties with a possible match that nobody has decided to be another party.
    pub open: u64,
    /// Of these, parties of which a person decided that they are the listed one; the rest is undecided.
    pub matched: u64,
    /// Possible matches.
    pub hits: u64,
    /// Those just below the threshold.
    pub near_misses: u64,
    /// Columns that are not known and were not read.
    pub unknown_columns: Vec<String>,
    /// SHA-256 of the input.
    pub input_sha256: Digest,
    /// SHA-256 of the output.
    pub output_sha256: Digest,
    /// The version of the matching rules.
    pub algorithm: String,
    /// The profile.
    pub profile: Profile,
    /// With how many entities the parties were compared at most.
    pub entities: usize,
    /// The file of rows that could not be screened, where there are any.
    pub rejects: Option<PathBuf>,
    /// What is told of the file beside that.
    pub told: Told,
}

/// What a summary is of.
pub(crate) struct Of<'a> {
    pub(crate) index: &'a Index,
    pub(crate) profile: Profile,
    pub(crate) input_sha256: Digest,
    pub(crate) unknown_columns: Vec<String>,
    pub(crate) told: Told,
    pub(crate) rejects: Option<PathBuf>,
}

impl Summary {
    /// What came of an output that is there.
    pub(crate) fn of(of: Of<'_>, counts: Counts, output: &Path) -> Result<Self, BulkError> {
        Ok(Self {
            schema: "bulk/1",
            rows: counts.rows,
            rejected: counts.rejected,
            with_hits: counts.with_hits,
            open: counts.open,
            matched: counts.matched,
            hits: counts.hits,
            near_misses: counts.near_misses,
            unknown_columns: of.unknown_columns,
            input_sha256: of.input_sha256,
            output_sha256: digest_of(output)?.0,
            algorithm: of.index.algorithm().to_owned(),
            profile: of.profile,
            entities: of.index.len(),
            rejects: of.rejects,
            told: of.told,
        })
    }
}
