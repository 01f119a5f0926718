//! Is this bundle what it says? One function, one fault for each thing that can be wrong.

use std::collections::BTreeMap;

use countersign_model::Digest;
use serde::Deserialize;

use crate::bundle::{BUNDLE_SCHEMA, Bundle};
use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::cosignature::{Cosignature, verify_cosignature};
use crate::dsse::EnvelopeError;
use crate::key::PublicKey;
use crate::leaf::{DocumentName, Leaf, LeafError, RecordKind};
use crate::merkle::{ProofError, leaf_hash, verify_inclusion};
use crate::note::{NoteError, VKey};
use crate::statement::{Statement, StatementError};
use crate::tlog_proof::{TlogProof, TlogProofError};

/// The keys that the one who verifies trusts, had from elsewhere than the bundle.
#[derive(Debug, Clone, Default)]
pub struct TrustedKeys {
    /// The keys of logs.
    pub logs: Vec<VKey>,
    /// The keys of signers of records.
    pub signers: Vec<PublicKey>,
    /// The keys of witnesses (`cosignature/v1`). A cosignature is not demanded: [`Verified::cosignatures`]
    /// says which there are, and the caller says how many are enough.
    pub witnesses: Vec<VKey>,
}

/// What a verification says about who made the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The keys of log and signer are among the trusted ones.
    Trusted,
    /// The keys were taken from the bundle itself: the bundle is whole, but anyone can have made it. Compare
    /// the fingerprints with those of the one who is said to have made it.
    FromBundle,
}

/// A bundle that holds.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Verified {
    /// What the record is.
    pub kind: RecordKind,
    /// The record.
    pub statement: Statement,
    /// The log entry, which commits to the record.
    pub leaf: Leaf,
    /// The digest of the record's envelope.
    pub record: Digest,
    /// The documents that came with the record, each with the digest that the log entry names.
    pub documents: BTreeMap<DocumentName, Vec<u8>>,
    /// The documents that the log entry names and the bundle does not hold.
    pub withheld: BTreeMap<DocumentName, Digest>,
    /// The log's name.
    pub origin: String,
    /// How many entries the log had when it gave the receipt.
    pub tree_size: u64,
    /// The log's root at that size.
    pub root: Digest,
    /// The index of the record's entry, from 0.
    pub index: u64,
    /// The log's key.
    pub log: VKey,
    /// The signer's key.
    pub signer: PublicKey,
    /// Whether the keys are trusted or the bundle's own.
    pub identity: Identity,
    /// The cosignatures by trusted witnesses.
    pub cosignatures: Vec<Cosignature>,
}

/// What is wrong with a bundle: what was tampered with, or not known here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleFault {
    /// Not a bundle at all, or a part of it has not its form.
    #[error("malformed bundle: {0}")]
    Malformed(String),
    /// A bundle of another format or version.
    #[error("the bundle has the schema `{0}`; this version of countersign reads `countersign-bundle/1`")]
    UnknownSchema(String),
    /// The log's key is not trusted.
    #[error("the log's key `{0}` is not among the keys that you trust")]
    UntrustedLog(String),
    /// The signer's key is not trusted.
    #[error("the signer's key `{0}` is not among the keys that you trust")]
    UntrustedSigner(String),
    /// The record or its signature was changed.
    #[error("record: {0}")]
    RecordSignature(#[source] EnvelopeError),
    /// The record was signed, but not as canonical JSON.
    #[error("record: the payload is not canonical JSON (RFC 8785)")]
    PayloadNotCanonical,
    /// The record is not a statement of ours.
    #[error("record: {0}")]
    NotAStatement(String),
    /// A kind that this version does not know; a verifier never guesses.
    #[error("unknown kind `{0}`: this version of countersign cannot say what it means, a newer one may")]
    UnknownKind(String),
    /// The log entry has not its form.
    #[error("leaf: {0}")]
    LeafMalformed(#[source] LeafError),
    /// The log entry is of another record.
    #[error("leaf: the log entry commits to the record `{committed}`, but the record here is `{found}`")]
    LeafOfAnotherRecord {
        /// The digest in the log entry.
        committed: Digest,
        /// The digest of the record in the bundle.
        found: Digest,
    },
    /// The log entry and the record disagree on what the record is.
    #[error("leaf: the log entry calls the record `{leaf}`, the record calls itself `{record}`")]
    KindMismatch {
        /// The kind in the log entry.
        leaf: RecordKind,
        /// The kind in the record.
        record: RecordKind,
    },
    /// The checkpoint in the receipt is not signed by the log, or was changed.
    #[error("checkpoint: {0}")]
    CheckpointSignature(#[source] CheckpointError),
    /// A trusted witness's line in the checkpoint does not hold.
    #[error("checkpoint: witness: {0}")]
    WitnessSignature(#[source] NoteError),
    /// The log entry is not in the log at that place: the entry, the index or the path was changed.
    #[error("inclusion proof: the log entry is not at its place in the log: {0}")]
    Inclusion(#[source] ProofError),
    /// A document was changed.
    #[error("document `{name}`: its SHA-256 is `{found}`, the log entry names `{expected}`: it was changed")]
    DocumentDigest {
        /// The name of the document.
        name: DocumentName,
        /// The digest in the log entry.
        expected: Digest,
        /// The digest of the content here.
        found: Digest,
    },
    /// A document that does not belong to the record.
    #[error("document `{0}`: neither the record nor its log entry names such a document: it was added")]
    DocumentAdded(DocumentName),
}

/// What is read first, so that a newer bundle is named as such and not called malformed.
#[derive(Deserialize)]
struct SchemaOnly {
    schema: String,
}

/// Verifies a bundle. With `trusted` keys, the log's and the signer's key must be among them; without, they
/// are taken from the bundle, and [`Verified::identity`] says so.
///
/// # Errors
/// The first fault found, in this order: form, trust, record, log entry, checkpoint, inclusion, documents.
pub fn verify_bundle(bytes: &[u8], trusted: Option<&TrustedKeys>) -> Result<Verified, BundleFault> {
    let bundle = read(bytes)?;
    let malformed = |error: &dyn std::fmt::Display| BundleFault::Malformed(error.to_string());
    let log: VKey = bundle.log.parse().map_err(|error| malformed(&error))?;
    let signer: PublicKey = bundle.signer.parse().map_err(|error| malformed(&error))?;
    if let Some(trusted) = trusted {
        if !trusted.logs.contains(&log) {
            return Err(BundleFault::UntrustedLog(log.to_string()));
        }
        if !trusted.signers.contains(&signer) {
            return Err(BundleFault::UntrustedSigner(signer.to_string()));
        }
    }

    let payload = bundle.record.verify(&signer).map_err(BundleFault::RecordSignature)?;
    let (statement, kind) = Statement::parse(&payload).map_err(|error| match error {
        StatementError::NotCanonical => BundleFault::PayloadNotCanonical,
        StatementError::Malformed(why) => BundleFault::NotAStatement(why),
        StatementError::UnknownKind(kind) => BundleFault::UnknownKind(kind),
    })?;

    let leaf = Leaf::parse(bundle.leaf.as_bytes()).map_err(|error| match error {
        LeafError::UnknownKind(kind) => BundleFault::UnknownKind(kind),
        other => BundleFault::LeafMalformed(other),
    })?;
    let record = bundle.record.digest().map_err(BundleFault::RecordSignature)?;
    if leaf.sha256 != record {
        return Err(BundleFault::LeafOfAnotherRecord { committed: leaf.sha256, found: record });
    }
    if leaf.kind != kind {
        return Err(BundleFault::KindMismatch { leaf: leaf.kind, record: kind });
    }

    let receipt = TlogProof::parse(&bundle.receipt).map_err(|error: TlogProofError| malformed(&error))?;
    if receipt.extra.is_some() {
        // it would be carried about under our name without any proof
        return Err(BundleFault::Malformed("the receipt carries extra data that nothing proves".to_owned()));
    }
    let signed = SignedCheckpoint::verify(receipt.checkpoint.as_bytes(), &log)
        .map_err(BundleFault::CheckpointSignature)?;
    let cosignatures = cosignatures(&signed, trusted)?;
    let checkpoint = signed.checkpoint();
    let hash = leaf_hash(bundle.leaf.as_bytes());
    verify_inclusion(&hash, receipt.index, checkpoint.size, &receipt.hashes, &checkpoint.root)
        .map_err(BundleFault::Inclusion)?;

    let (documents, withheld) = documents(&bundle, &leaf, &statement)?;
    Ok(Verified {
        kind,
        statement,
        record,
        documents,
        withheld,
        origin: checkpoint.origin.clone(),
        tree_size: checkpoint.size,
        root: checkpoint.root,
        index: receipt.index,
        leaf,
        log,
        signer,
        identity: if trusted.is_some() { Identity::Trusted } else { Identity::FromBundle },
        cosignatures,
    })
}

fn read(bytes: &[u8]) -> Result<Bundle, BundleFault> {
    let malformed = |error: serde_json::Error| BundleFault::Malformed(error.to_string());
    let SchemaOnly { schema } = serde_json::from_slice(bytes).map_err(malformed)?;
    if schema != BUNDLE_SCHEMA {
        return Err(BundleFault::UnknownSchema(schema));
    }
    serde_json::from_slice(bytes).map_err(malformed)
}

/// The cosignatures by trusted witnesses. A line of a trusted witness that does not hold is a fault; other
/// lines are of no weight.
fn cosignatures(
    signed: &SignedCheckpoint,
    trusted: Option<&TrustedKeys>,
) -> Result<Vec<Cosignature>, BundleFault> {
    let witnesses = trusted.map(|trusted| trusted.witnesses.as_slice()).unwrap_or_default();
    let mut found = Vec::new();
    for (n, witness) in witnesses.iter().enumerate() {
        // a key that is listed twice counts once
        if witnesses.iter().take(n).any(|earlier| earlier == witness) {
            continue;
        }
        if signed.note().lines_of(witness).next().is_some() {
            let cosignature =
                verify_cosignature(signed.note(), witness).map_err(BundleFault::WitnessSignature)?;
            found.push(cosignature);
        }
    }
    Ok(found)
}

type Documents = (BTreeMap<DocumentName, Vec<u8>>, BTreeMap<DocumentName, Digest>);

/// Checks each document against the log entry (name and digest) and the signed record (digest), so that
/// neither the log's keeper nor the sender of the bundle can slip one in or swap two.
fn documents(bundle: &Bundle, leaf: &Leaf, statement: &Statement) -> Result<Documents, BundleFault> {
    let mut present = BTreeMap::new();
    for (name, content) in &bundle.documents {
        let bytes = content
            .bytes()
            .ok_or_else(|| BundleFault::Malformed(format!("the document `{name}` is not base64")))?;
        let expected = *leaf.documents.get(name).ok_or_else(|| BundleFault::DocumentAdded(name.clone()))?;
        let found = Digest::of(&bytes);
        if found != expected {
            return Err(BundleFault::DocumentDigest { name: name.clone(), expected, found });
        }
        if !statement.refers_to(&expected) {
            return Err(BundleFault::DocumentAdded(name.clone()));
        }
        present.insert(name.clone(), bytes);
    }
    let withheld = leaf
        .documents
        .iter()
        .filter(|(name, _)| !present.contains_key(*name))
        .map(|(name, digest)| (name.clone(), *digest))
        .collect();
    Ok((present, withheld))
}
