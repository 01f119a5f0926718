//! The signature of a person under a paper of the desk: a statement of its own, inside the record of the step.
//!
//! The record is signed by the installation; the person's signature is by a key that only their password opens. It is
//! checked whenever the bundle of the record is, so that nobody has to take the installation's word for it.

use countersign_model::Digest;
use serde::{Deserialize, Serialize};

use crate::canonical::CanonicalError;
use crate::dsse::{Envelope, EnvelopeError};
use crate::key::{PublicKey, Seed};
use crate::kind::RecordKind;
use crate::statement::{Statement, StatementError};

/// How the statement names what is signed.
const PAPER: &str = "paper";

/// What a person says with their signature: "I have read these bytes, and countersign."
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Countersignature {
    /// The case.
    pub case: String,
    /// The entry of the journal that changed the case last.
    pub revision: u64,
    /// How the case is to end.
    pub outcome: String,
    /// The place of the signature, from 1.
    pub place: usize,
    /// As what the person signs.
    pub role: String,
    /// Who, by the id of the installation.
    pub user: String,
    /// Their name.
    pub name: String,
    /// When, UTC.
    pub time: String,
}

/// Why a countersignature does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CountersignatureFault {
    /// Not by the key, or changed.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// Not a statement of ours.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// A statement of another kind.
    #[error("it is a `{0}`, not a countersignature")]
    Kind(RecordKind),
    /// It has not its form.
    #[error("the countersignature has not its form: {0}")]
    Form(String),
    /// It is about another paper.
    #[error("the countersignature is about another paper than `{0}`")]
    Paper(Digest),
}

impl Countersignature {
    /// Signs the paper of this digest.
    pub fn sign(&self, paper: &Digest, seed: &Seed) -> Result<Envelope, CanonicalError> {
        let predicate =
            serde_json::to_value(self).map_err(|error| CanonicalError::Unwritable(error.to_string()))?;
        let statement = Statement::new(RecordKind::PersonalSignature, [(PAPER, *paper)], predicate);
        Ok(Envelope::sign(&statement.to_payload()?, seed))
    }
}

/// Checks a person's signature under the paper of this digest.
pub fn verify_countersignature(
    envelope: &Envelope,
    key: &PublicKey,
    paper: &Digest,
) -> Result<Countersignature, CountersignatureFault> {
    let payload = envelope.verify(key)?;
    let (statement, kind) = Statement::parse(&payload)?;
    if kind != RecordKind::PersonalSignature {
        return Err(CountersignatureFault::Kind(kind));
    }
    match statement.subject.as_slice() {
        [subject] if subject.name == PAPER && subject.digest.sha256 == *paper => {}
        _ => return Err(CountersignatureFault::Paper(*paper)),
    }
    serde_json::from_value(statement.predicate)
        .map_err(|error| CountersignatureFault::Form(error.to_string()))
}

/// The part of a countersignature's record that is checked without knowing the desk.
#[derive(Deserialize)]
struct StepOfRecord {
    by: ByOfRecord,
    step: SignOfRecord,
}

#[derive(Deserialize)]
struct ByOfRecord {
    user: String,
}

#[derive(Deserialize)]
struct SignOfRecord {
    paper: Digest,
    key: String,
    place: usize,
    signature: Envelope,
}

/// Checks the person's signature in the record of a countersignature.
pub(crate) fn check_record(statement: &Statement) -> Result<(), CountersignatureFault> {
    let form = |error: &dyn std::fmt::Display| CountersignatureFault::Form(error.to_string());
    let record: StepOfRecord =
        serde_json::from_value(statement.predicate.clone()).map_err(|error| form(&error))?;
    let key: PublicKey = record.step.key.parse().map_err(|error| form(&error))?;
    let found = verify_countersignature(&record.step.signature, &key, &record.step.paper)?;
    if found.user != record.by.user || found.place != record.step.place {
        return Err(form(&"the record names another person or place than the signature"));
    }
    Ok(())
}
