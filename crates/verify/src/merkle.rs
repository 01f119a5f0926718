//! The Merkle tree of RFC 6962 section 2.1: hashes, and the checking of proofs.
//!
//! Proofs are *made* in the `log` room; here they are only checked, so that a verifier carries no more than
//! it needs. The checking follows RFC 9162 sections 2.1.3.2 and 2.1.4.2, which describe the same tree.

use countersign_model::Digest;
use sha2::{Digest as _, Sha256};

/// Why a Merkle proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The index lies outside the tree.
    #[error("entry `{index}` cannot lie in a tree of `{size}` entries")]
    IndexOutside {
        /// The index that the proof is for, from 0.
        index: u64,
        /// The number of entries in the tree.
        size: u64,
    },
    /// The older tree is larger than the newer one.
    #[error("a tree of `{newer}` entries cannot be a continuation of one of `{older}`")]
    SizesReversed {
        /// The size that should be the smaller.
        older: u64,
        /// The size that should be the larger.
        newer: u64,
    },
    /// The proof has too many or too few hashes for its index and size.
    #[error("the proof has `{found}` hashes, which does not fit its place in the tree")]
    Length {
        /// How many hashes the proof has.
        found: usize,
    },
    /// The hashes lead to another root.
    #[error("the proof leads to the root `{computed}`, not to `{expected}`")]
    Root {
        /// The root that follows from the proof.
        computed: Digest,
        /// The root that was signed.
        expected: Digest,
    },
}

/// The root of a tree without entries: SHA-256 of the empty string (RFC 6962 section 2.1).
pub fn empty_root() -> Digest {
    Digest::of(b"")
}

/// The hash of an entry: SHA-256 of `0x00` and the entry's bytes.
pub fn leaf_hash(entry: &[u8]) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0x00]);
    hasher.update(entry);
    Digest::from_bytes(hasher.finalize().into())
}

/// The hash of an inner node: SHA-256 of `0x01`, the left and the right hash.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([0x01]);
    hasher.update(left.as_bytes());
    hasher.update(right.as_bytes());
    Digest::from_bytes(hasher.finalize().into())
}

/// Checks that the entry with hash `leaf` is entry `index` of the tree of `size` entries with `root`
/// (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(
    leaf: &Digest,
    index: u64,
    size: u64,
    proof: &[Digest],
    root: &Digest,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::IndexOutside { index, size });
    }
    let wrong_length = ProofError::Length { found: proof.len() };
    let (mut node, mut last) = (index, size - 1);
    let mut computed = *leaf;
    for hash in proof {
        if last == 0 {
            return Err(wrong_length);
        }
        if node & 1 == 1 || node == last {
            computed = node_hash(hash, &computed);
            // a right edge without sibling climbs until it has one
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            computed = node_hash(&computed, hash);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(wrong_length);
    }
    same_root(computed, root)
}

/// Checks that the tree of `newer` entries with `newer_root` begins with the tree of `older` entries with
/// `older_root`, so that nothing was changed or removed (RFC 9162 section 2.1.4.2).
///
/// A proof from the empty tree, or between equal sizes, has no hashes; equal sizes must have equal roots, and
/// the empty tree must have the empty root.
pub fn verify_consistency(
    older: u64,
    older_root: &Digest,
    newer: u64,
    newer_root: &Digest,
    proof: &[Digest],
) -> Result<(), ProofError> {
    if older > newer {
        return Err(ProofError::SizesReversed { older, newer });
    }
    let wrong_length = ProofError::Length { found: proof.len() };
    if older == 0 || older == newer {
        if !proof.is_empty() {
            return Err(wrong_length);
        }
        return if older == newer {
            same_root(*older_root, newer_root)
        } else {
            same_root(empty_root(), older_root)
        };
    }
    let (mut node, mut last) = (older - 1, newer - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let mut hashes = proof.iter();
    // an older tree that is a complete subtree of the newer is its own first hash
    let start = if node == 0 { *older_root } else { *hashes.next().ok_or(wrong_length)? };
    let (mut old_computed, mut new_computed) = (start, start);
    for hash in hashes {
        if last == 0 {
            return Err(wrong_length);
        }
        if node & 1 == 1 || node == last {
            old_computed = node_hash(hash, &old_computed);
            new_computed = node_hash(hash, &new_computed);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_computed = node_hash(&new_computed, hash);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(wrong_length);
    }
    same_root(old_computed, older_root)?;
    same_root(new_computed, newer_root)
}

fn same_root(computed: Digest, expected: &Digest) -> Result<(), ProofError> {
    if computed == *expected {
        return Ok(());
    }
    Err(ProofError::Root { computed, expected: *expected })
}
