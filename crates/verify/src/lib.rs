//! A bundle in, true or why not out.
//!
//! Flow: the `store` hands out a *bundle*: one JSON file with a signed record, the documents that the record
//! names, and the receipt that proves the record's place in an append-only log. A stranger gives its bytes to
//! [`verify_bundle`], with the keys that they trust ([`TrustedKeys`]) or without, and gets [`Verified`] or the
//! one [`BundleFault`] that names what was tampered with. Nothing else is needed: no file, no network, no
//! clock, no account.
//!
//! Beneath it lie the formats, each in its own file, all public so that the `log` writes what is read here:
//!
//! | file | what | source |
//! |---|---|---|
//! | `merkle` | tree hashes, inclusion and consistency proofs | RFC 6962 section 2, RFC 9162 section 2.1 |
//! | `note` | signed notes and their keys | C2SP `signed-note` |
//! | `checkpoint` | a log's signed size and root | C2SP `tlog-checkpoint` |
//! | `cosignature` | what a witness signs | C2SP `tlog-cosignature`: Ed25519 and ML-DSA-44 |
//! | `ml_dsa` | keys of witnesses that outlast quantum computers | FIPS 204 |
//! | `tlog_proof` | a receipt for one entry | C2SP `tlog-proof` v1 |
//! | `canonical` | one JSON value, one byte string | RFC 8785 |
//! | `dsse` | the envelope around a record | DSSE v1, Ed25519 (RFC 8032) |
//! | `countersignature` | the signature of a person under a paper | ours |
//! | `statement` | the record itself | in-toto Statement v1 |
//! | `kind` | what a record can be | ours |
//! | `records` | what each kind of record of a register must hold | ours |
//! | `keyring` | which key may sign what, at which place in a register | ours |
//! | `leaf` | what the log holds of a record | ours |
//! | `bundle` | all of it in one file | ours, `countersign-bundle/1` and `/2` |
//! | `policy` | which logs and how many witnesses someone trusts | the policy files of Sigsum, with a line of ours |
//! | `fork` | the proof that a log signed two histories | ours, `countersign-fork/1` |

mod bundle;
mod canonical;
mod checkpoint;
mod cosignature;
mod countersignature;
mod dsse;
mod fork;
mod key;
mod keyring;
mod kind;
mod leaf;
mod merkle;
mod ml_dsa;
mod note;
mod policy;
pub mod records;
mod statement;
mod tlog_proof;
mod verifying;

pub use bundle::{Authority, BUNDLE_SCHEMA, Bundle, Content, MAX_BUNDLE, REGISTER_BUNDLE_SCHEMA};
pub use canonical::{CanonicalError, canonical_json, is_canonical};
pub use checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
pub use cosignature::{Cosignature, WitnessSecret, cosign, verify_cosignature};
pub use countersignature::{Countersignature, CountersignatureFault, verify_countersignature};
pub use dsse::{Envelope, EnvelopeError, EnvelopeSignature, PAYLOAD_TYPE, pae};
pub use fork::{FORK_SCHEMA, Fork, ForkEvidence, ForkFault, verify_fork};
pub use key::{PublicKey, PublicKeyError, Seed};
pub use keyring::{KeyRing, KeyRingFault, Signer};
pub use kind::{Keeper, RecordKind, UnknownKind};
pub use leaf::{DocumentName, Leaf, LeafError, MAX_LEAF, UtcTime};
pub use merkle::{ProofError, empty_root, leaf_hash, node_hash, verify_consistency, verify_inclusion};
pub use ml_dsa::{MlDsaPublicKey, MlDsaSeed};
pub use note::{Note, NoteError, NoteKey, NoteKeyAlgorithm, NoteSignature, NoteSigner, VKey, VKeyError};
pub use policy::{Policy, PolicyError, PolicyLog, PolicyWitness, QuorumFault};
pub use statement::{STATEMENT_TYPE, Statement, StatementError, Subject};
pub use tlog_proof::{TlogProof, TlogProofError};
pub use verifying::{
    ABOUT, BundleFault, Identity, SIGNED_BY, TrustedKeys, Verified, register_record, signer_of, verify_bundle,
};
