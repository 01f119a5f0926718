//! The proof that a log signed two histories: two signed checkpoints that cannot both be true.
//!
//! Whoever finds a fork writes it down as one JSON file. Anyone with the log's key can check it, without trusting
//! the one who found it: only the holder of the log's key can have made the two signatures.

use countersign_model::Digest;
use serde::{Deserialize, Serialize};

use crate::checkpoint::{CheckpointError, SignedCheckpoint, decode_hash, encode_hash};
use crate::merkle::{ProofError, verify_consistency};
use crate::note::VKey;

/// The name and version of the format.
pub const FORK_SCHEMA: &str = "countersign-fork/1";

/// The file.
///
/// ```text
/// {
///   "schema": "countersign-fork/1",
///   "log":    the verifier key of the log,
///   "one", "other": two checkpoints as signed notes; `one` is not larger than `other`,
///   "prefix_root":  the root that the first entries of `other` have at the size of `one`, in base64,
///   "proof":        the consistency proof from there to `other`, hashes in base64
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForkEvidence {
    /// [`FORK_SCHEMA`].
    pub schema: String,
    /// The log's key.
    pub log: String,
    /// The checkpoint that is not the larger one.
    pub one: String,
    /// The other.
    pub other: String,
    /// The root of the beginning of the larger log.
    pub prefix_root: String,
    /// The proof that it is its beginning.
    pub proof: Vec<String>,
}

/// A fork that is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fork {
    /// The log's key.
    pub log: VKey,
    /// The size at which both histories can be compared.
    pub size: u64,
    /// The root that the log signed for that size.
    pub one: Digest,
    /// The root that its other history has at that size.
    pub other: Digest,
    /// The size of the other history.
    pub other_size: u64,
}

/// Why a file proves no fork.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForkFault {
    /// Not the shape of the file.
    #[error("this is no evidence of a fork: {0}")]
    Malformed(String),
    /// Evidence about a log that one does not know.
    #[error("the evidence is about the log `{0}`, which is not among the keys that you trust")]
    OtherLog(String),
    /// A checkpoint is not signed by the log.
    #[error("one of the two checkpoints was not signed by the log: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The proof does not hold.
    #[error("the proof that belongs to the larger checkpoint does not hold: {0}")]
    Proof(#[from] ProofError),
    /// The two fit together.
    #[error(
        "the two checkpoints do not contradict each other: the log of {size} entries is the same in both"
    )]
    NoFork {
        /// The size at which they agree.
        size: u64,
    },
}

impl ForkEvidence {
    /// Evidence from two checkpoints, `one` not larger than `other`, and from what the larger log itself proves.
    pub fn new(
        log: &VKey,
        one: &SignedCheckpoint,
        other: &SignedCheckpoint,
        prefix_root: &Digest,
        proof: &[Digest],
    ) -> Self {
        Self {
            schema: FORK_SCHEMA.to_owned(),
            log: log.to_string(),
            one: one.note().format(),
            other: other.note().format(),
            prefix_root: encode_hash(prefix_root),
            proof: proof.iter().map(encode_hash).collect(),
        }
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Whether these bytes prove that a log signed two histories. With `trusted` keys, the log must be one of them.
pub fn verify_fork(bytes: &[u8], trusted: Option<&[VKey]>) -> Result<Fork, ForkFault> {
    let malformed = |error: &dyn std::fmt::Display| ForkFault::Malformed(error.to_string());
    let evidence: ForkEvidence = serde_json::from_slice(bytes).map_err(|e| malformed(&e))?;
    if evidence.schema != FORK_SCHEMA {
        return Err(ForkFault::Malformed(format!(
            "it has the schema `{}`, not `{FORK_SCHEMA}`",
            evidence.schema
        )));
    }
    let log: VKey = evidence.log.parse().map_err(|e| malformed(&e))?;
    if trusted.is_some_and(|keys| !keys.contains(&log)) {
        return Err(ForkFault::OtherLog(log.to_string()));
    }
    let one = SignedCheckpoint::verify(evidence.one.as_bytes(), &log)?;
    let other = SignedCheckpoint::verify(evidence.other.as_bytes(), &log)?;
    let hash = |text: &str| {
        decode_hash(text).ok_or_else(|| ForkFault::Malformed("a hash is not 32 bytes in base64".to_owned()))
    };
    let prefix_root = hash(&evidence.prefix_root)?;
    let proof = evidence.proof.iter().map(|text| hash(text)).collect::<Result<Vec<_>, _>>()?;
    let (one, other) = (one.checkpoint(), other.checkpoint());
    verify_consistency(one.size, &prefix_root, other.size, &other.root, &proof)?;
    if prefix_root == one.root {
        return Err(ForkFault::NoFork { size: one.size });
    }
    Ok(Fork { log, size: one.size, one: one.root, other: prefix_root, other_size: other.size })
}
