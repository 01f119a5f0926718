//! Is this bundle what it says? One function, one fault for each thing that can be wrong.

use std::collections::BTreeMap;

use countersign_model::Digest;
use serde::Deserialize;

use crate::bundle::{Authority, BUNDLE_SCHEMA, Bundle, MAX_AUTHORITY, MAX_BUNDLE, REGISTER_BUNDLE_SCHEMA};
use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint, decode_hash};
use crate::cosignature::{Cosignature, verify_cosignature};
use crate::countersignature::{self, CountersignatureFault};
use crate::dsse::EnvelopeError;
use crate::key::PublicKey;
use crate::keyring::{KeyRing, KeyRingFault, Signer};
use crate::kind::{Keeper, RecordKind, UnknownKind};
use crate::leaf::{DocumentName, Leaf, LeafError};
use crate::merkle::{ProofError, leaf_hash, verify_inclusion};
use crate::note::{NoteError, VKey};
use crate::policy::{Policy, QuorumFault};
use crate::records::{Record, RecordError};
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
    /// A policy whose quorum of witnesses the checkpoint must reach.
    pub policy: Option<Policy>,
}

impl From<Policy> for TrustedKeys {
    fn from(policy: Policy) -> Self {
        Self {
            logs: policy.logs.iter().map(|log| log.vkey.clone()).collect(),
            signers: policy.signers.clone(),
            witnesses: policy.witnesses.iter().map(|witness| witness.vkey.clone()).collect(),
            policy: Some(policy),
        }
    }
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
    /// Who the signer is, as the register says at that place; `None` for a record of a private journal.
    pub signed_by: Option<Signer>,
    /// What the record holds, read and checked; `None` for a record of a private journal.
    pub content: Option<Box<Record>>,
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
    #[error(
        "the bundle has the schema `{0}`; this version of countersign reads `countersign-bundle/1` and \
         `countersign-bundle/2`"
    )]
    UnknownSchema(String),
    /// Larger than any that is read.
    #[error(
        "the bundle has {0} bytes; at most {MAX_BUNDLE} are read, so that a stranger's file cannot fill the memory"
    )]
    TooLarge(usize),
    /// The kind of record and the schema of the bundle do not belong together.
    #[error("a `{kind}` does not come in a bundle of the schema `{schema}`")]
    SchemaOfKind {
        /// The kind of the record.
        kind: RecordKind,
        /// The schema of the bundle.
        schema: String,
    },
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
    /// The record is not what its kind asks for.
    #[error("record: {0}")]
    Record(#[source] RecordError),
    /// The log entry does not index the record under what it is about.
    #[error(
        "leaf: the log entry files the record under `{leaf}`, and the record is about `{record}`: it was filed where \
         it would not be found"
    )]
    FiledElsewhere {
        /// The subjects in the log entry.
        leaf: String,
        /// The subjects of the record.
        record: String,
    },
    /// The log entry names another signer.
    #[error("leaf: the log entry says that `{leaf}` signed the record, the bundle says `{bundle}`")]
    SignerMismatch {
        /// The key in the log entry.
        leaf: String,
        /// The key in the bundle.
        bundle: String,
    },
    /// The person's signature in a countersignature does not hold.
    #[error("countersignature: {0}")]
    Countersignature(#[source] CountersignatureFault),
    /// An entry that should say who may sign is not what it should be.
    #[error("authority: entry {index}: {why}")]
    Authority {
        /// The index of the entry.
        index: u64,
        /// What is wrong with it.
        why: String,
    },
    /// The signer may not sign this there.
    #[error("signer: {0}")]
    Signer(#[source] KeyRingFault),
    /// The quorum of witnesses is not reached.
    #[error("checkpoint: {0}")]
    Quorum(#[source] QuorumFault),
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

/// The member of a leaf's `extra` under which a register files a record.
pub const ABOUT: &str = "about";
/// The member of a leaf's `extra` under which a register names the key that signed a record.
pub const SIGNED_BY: &str = "signer";

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
    let malformed =
        |part: &str, error: &dyn std::fmt::Display| BundleFault::Malformed(format!("`{part}`: {error}"));
    let log: VKey = bundle.log.parse().map_err(|error| malformed("log", &error))?;
    let signer: PublicKey = bundle.signer.parse().map_err(|error| malformed("signer", &error))?;
    if let Some(trusted) = trusted {
        if !trusted.logs.contains(&log) {
            return Err(BundleFault::UntrustedLog(log.to_string()));
        }
        // in a register the log's own entries say who the signer is
        if bundle.authority.is_none() && !trusted.signers.contains(&signer) {
            return Err(BundleFault::UntrustedSigner(signer.to_string()));
        }
    }

    let (statement, kind) = statement(&bundle, &signer)?;
    let record = bundle.record.digest().map_err(BundleFault::RecordSignature)?;
    let leaf = leaf(&bundle, kind, record)?;

    let receipt =
        TlogProof::parse(&bundle.receipt).map_err(|error: TlogProofError| malformed("receipt", &error))?;
    if receipt.extra.is_some() {
        // it would be carried about under our name without any proof
        return Err(BundleFault::Malformed("the receipt carries extra data that nothing proves".to_owned()));
    }
    let signed = SignedCheckpoint::verify(receipt.checkpoint.as_bytes(), &log)
        .map_err(BundleFault::CheckpointSignature)?;
    let cosignatures = cosignatures(&signed, trusted)?;
    if let Some(policy) = trusted.and_then(|trusted| trusted.policy.as_ref()) {
        policy.check(&signed).map_err(BundleFault::Quorum)?;
    }
    let checkpoint = signed.checkpoint();
    let hash = leaf_hash(bundle.leaf.as_bytes());
    verify_inclusion(&hash, receipt.index, checkpoint.size, &receipt.hashes, &checkpoint.root)
        .map_err(BundleFault::Inclusion)?;

    let entitled = match &bundle.authority {
        None => None,
        Some(authority) => {
            is_signed_by(&leaf, signer)?;
            let read = register_record(&leaf, &statement, kind)?;
            let ring = ring(authority, checkpoint)?;
            let by = entitled(&leaf, &read, (&ring, receipt.index), signer, trusted)?;
            Some((by, Box::new(read)))
        }
    };
    let (signed_by, content) = entitled.unzip();
    let (documents, withheld) = documents(&bundle, &leaf, &statement)?;
    Ok(Verified {
        signed_by,
        content,
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

/// What the signer signed.
fn statement(bundle: &Bundle, signer: &PublicKey) -> Result<(Statement, RecordKind), BundleFault> {
    let payload = bundle.record.verify(signer).map_err(BundleFault::RecordSignature)?;
    let (statement, kind) = Statement::parse(&payload).map_err(|error| match error {
        StatementError::NotCanonical => BundleFault::PayloadNotCanonical,
        StatementError::Malformed(why) => BundleFault::NotAStatement(why),
        StatementError::UnknownKind(kind) => BundleFault::UnknownKind(kind),
    })?;
    if kind == RecordKind::Countersignature {
        countersignature::check_record(&statement).map_err(BundleFault::Countersignature)?;
    }
    Ok((statement, kind))
}

/// The entry of the log, which has to be that of this record.
fn leaf(bundle: &Bundle, kind: RecordKind, record: Digest) -> Result<Leaf, BundleFault> {
    let leaf = Leaf::parse(bundle.leaf.as_bytes()).map_err(|error| match error {
        LeafError::UnknownKind(UnknownKind(kind)) => BundleFault::UnknownKind(kind),
        other => BundleFault::LeafMalformed(other),
    })?;
    if leaf.sha256 != record {
        return Err(BundleFault::LeafOfAnotherRecord { committed: leaf.sha256, found: record });
    }
    if leaf.kind != kind {
        return Err(BundleFault::KindMismatch { leaf: leaf.kind, record: kind });
    }
    if (kind.keeper() == Keeper::Register) != bundle.authority.is_some() {
        return Err(BundleFault::SchemaOfKind { kind, schema: bundle.schema.clone() });
    }
    Ok(leaf)
}

/// Whether the log entry names the key that the bundle has.
fn is_signed_by(leaf: &Leaf, signer: PublicKey) -> Result<(), BundleFault> {
    let named = signer_of(leaf)?;
    if named == signer {
        return Ok(());
    }
    let (leaf, bundle) = (named.to_string(), signer.to_string());
    Err(BundleFault::SignerMismatch { leaf, bundle })
}

/// As what the signer may sign a record of a register, by the log's own entries up to the record's.
fn entitled(
    leaf: &Leaf,
    record: &Record,
    (ring, entry): (&KeyRing, u64),
    signer: PublicKey,
    trusted: Option<&TrustedKeys>,
) -> Result<Signer, BundleFault> {
    match ring.judge(record, &signer, entry, &leaf.time) {
        Ok(by) => Ok(by),
        // trusted by the reader, whom the register need not know
        Err(KeyRingFault::Unknown { .. })
            if trusted.is_some_and(|trusted| trusted.signers.contains(&signer)) =>
        {
            Ok(Signer::Public)
        }
        Err(fault) => Err(BundleFault::Signer(fault)),
    }
}

fn read(bytes: &[u8]) -> Result<Bundle, BundleFault> {
    let malformed = |error: serde_json::Error| BundleFault::Malformed(error.to_string());
    if bytes.len() > MAX_BUNDLE {
        return Err(BundleFault::TooLarge(bytes.len()));
    }
    let SchemaOnly { schema } = serde_json::from_slice(bytes).map_err(malformed)?;
    let of_register = match schema.as_str() {
        BUNDLE_SCHEMA => false,
        REGISTER_BUNDLE_SCHEMA => true,
        _ => return Err(BundleFault::UnknownSchema(schema)),
    };
    let bundle: Bundle = serde_json::from_slice(bytes).map_err(malformed)?;
    match (&bundle.authority, of_register) {
        (Some(_), false) => Err(BundleFault::Malformed(format!("`{schema}` has no member `authority`"))),
        (None, true) => Err(BundleFault::Malformed(format!("`{schema}` needs the member `authority`"))),
        (Some(authority), true) if authority.len() > MAX_AUTHORITY => {
            Err(BundleFault::Malformed(format!("`authority` has more than {MAX_AUTHORITY} entries")))
        }
        _ => Ok(bundle),
    }
}

/// The key that signed the record of a register, as its log entry says.
pub fn signer_of(leaf: &Leaf) -> Result<PublicKey, BundleFault> {
    let text = leaf.extra.get(SIGNED_BY).map(String::as_str).unwrap_or_default();
    text.parse().map_err(|_| {
        BundleFault::LeafMalformed(LeafError::Malformed(format!(
            "it does not name the key that signed the record (`extra.{SIGNED_BY}` is `{text}`)"
        )))
    })
}

/// The record of a register, read and compared with the entry that files it: subjects, documents, kind.
pub fn register_record(leaf: &Leaf, statement: &Statement, kind: RecordKind) -> Result<Record, BundleFault> {
    let read = Record::read(statement, kind).map_err(BundleFault::Record)?;
    let about = Record::filed_under(&read.head.about);
    let filed = leaf.extra.get(ABOUT).cloned().unwrap_or_default();
    if filed != about || read.head.about.first().is_none_or(|first| first.as_str() != leaf.subject) {
        return Err(BundleFault::FiledElsewhere { leaf: filed, record: about });
    }
    if let Some((name, _)) = leaf.documents.iter().find(|(name, digest)| {
        !statement.subject.iter().any(|s| s.name == name.as_str() && s.digest.sha256 == **digest)
    }) {
        return Err(BundleFault::DocumentAdded(name.clone()));
    }
    if let Some(missing) = statement.subject.iter().find(|s| {
        !leaf.documents.iter().any(|(name, digest)| s.name == name.as_str() && s.digest.sha256 == *digest)
    }) {
        return Err(BundleFault::Record(RecordError::Unsound {
            kind,
            why: format!("it names the document `{}`, and its log entry does not", missing.name),
        }));
    }
    Ok(read)
}

/// The keys of the register, from the entries that came with the record.
fn ring(authority: &[Authority], checkpoint: &Checkpoint) -> Result<KeyRing, BundleFault> {
    let mut ring = KeyRing::new();
    let mut last = None;
    for entry in authority {
        let index = entry.index;
        let fault = |why: String| BundleFault::Authority { index, why };
        if last.is_some_and(|last| last >= index) {
            return Err(fault("it is not in the order of the log".to_owned()));
        }
        last = Some(index);
        let hashes = entry
            .hashes
            .iter()
            .map(|text| decode_hash(text))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| fault("a hash of its proof is not 32 bytes in base64".to_owned()))?;
        verify_inclusion(
            &leaf_hash(entry.leaf.as_bytes()),
            index,
            checkpoint.size,
            &hashes,
            &checkpoint.root,
        )
        .map_err(|why| fault(format!("it is not at its place in the log: {why}")))?;
        let leaf = Leaf::parse(entry.leaf.as_bytes()).map_err(|why| fault(why.to_string()))?;
        let signer = signer_of(&leaf).map_err(|why| fault(why.to_string()))?;
        let payload = entry.record.verify(&signer).map_err(|why| fault(why.to_string()))?;
        if entry.record.digest().map_err(|why| fault(why.to_string()))? != leaf.sha256 {
            return Err(fault("the log entry is of another record".to_owned()));
        }
        let (statement, kind) = Statement::parse(&payload).map_err(|why| fault(why.to_string()))?;
        if kind != leaf.kind || !KeyRing::concerns(kind) {
            return Err(fault(format!("a `{kind}` says nothing about keys")));
        }
        let read = register_record(&leaf, &statement, kind).map_err(|why| fault(why.to_string()))?;
        match ring.admit(&read, &signer, index, &leaf.time) {
            // as every reader of the register passes it over
            Err(why) if why.is_passed_over() => {}
            other => {
                other.map_err(|why| fault(why.to_string()))?;
            }
        }
    }
    Ok(ring)
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
