//! The record itself: an in-toto Statement v1 (`in-toto/attestation`, `spec/v1/statement.md`).

use countersign_model::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::{CanonicalError, canonical_json, is_canonical};
use crate::kind::RecordKind;

/// The `_type` of a Statement v1.
pub const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// A document that a statement is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// Its name, for people.
    pub name: String,
    /// Its digest.
    pub digest: SubjectDigest,
}

/// The digest of a subject; SHA-256 is the only algorithm of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectDigest {
    /// The SHA-256 of the document's bytes.
    pub sha256: Digest,
}

/// "Of these documents, this is stated."
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Statement {
    #[serde(rename = "_type")]
    type_: String,
    /// The documents that the statement is about.
    pub subject: Vec<Subject>,
    /// What kind of statement it is: [`RecordKind::predicate_type`].
    pub predicate_type: String,
    /// What is stated.
    pub predicate: Value,
}

/// Why bytes are not a statement of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// The bytes are JSON or not, but not as RFC 8785 writes it.
    #[error("the payload of the record is not canonical JSON (RFC 8785)")]
    NotCanonical,
    /// Canonical JSON, but not a Statement v1.
    #[error("the payload of the record is not an in-toto Statement v1: {0}")]
    Malformed(String),
    /// A statement of a kind that this version does not know. It is never guessed.
    #[error("the record is of the unknown kind `{0}`; a newer version of countersign may know it")]
    UnknownKind(String),
}

impl Statement {
    /// A statement of `kind` about `subjects`.
    pub fn new<'a>(
        kind: RecordKind,
        subjects: impl IntoIterator<Item = (&'a str, Digest)>,
        predicate: Value,
    ) -> Self {
        let subject = subjects
            .into_iter()
            .map(|(name, sha256)| Subject { name: name.to_owned(), digest: SubjectDigest { sha256 } })
            .collect();
        Self {
            type_: STATEMENT_TYPE.to_owned(),
            subject,
            predicate_type: kind.predicate_type().to_owned(),
            predicate,
        }
    }

    /// Reads a payload: canonical JSON, Statement v1, a known kind.
    pub fn parse(payload: &[u8]) -> Result<(Self, RecordKind), StatementError> {
        if !is_canonical(payload) {
            return Err(StatementError::NotCanonical);
        }
        let statement: Self =
            serde_json::from_slice(payload).map_err(|error| StatementError::Malformed(error.to_string()))?;
        if statement.type_ != STATEMENT_TYPE {
            return Err(StatementError::Malformed(format!("its `_type` is `{}`", statement.type_)));
        }
        let kind = RecordKind::from_predicate_type(&statement.predicate_type)
            .ok_or_else(|| StatementError::UnknownKind(statement.predicate_type.clone()))?;
        Ok((statement, kind))
    }

    /// The canonical JSON of the statement: the payload of its envelope.
    pub fn to_payload(&self) -> Result<Vec<u8>, CanonicalError> {
        let value =
            serde_json::to_value(self).map_err(|error| CanonicalError::Unwritable(error.to_string()))?;
        canonical_json(&value)
    }

    /// Whether the statement names `digest`: as a subject, or anywhere in the predicate as a text that is
    /// the 64 hexadecimal digits, with or without `sha256:` before them.
    pub fn refers_to(&self, digest: &Digest) -> bool {
        self.subject.iter().any(|subject| subject.digest.sha256 == *digest)
            || mentions(&self.predicate, &digest.to_string())
    }
}

fn mentions(value: &Value, hex: &str) -> bool {
    match value {
        Value::String(text) => text.strip_prefix("sha256:").unwrap_or(text) == hex,
        Value::Array(items) => items.iter().any(|item| mentions(item, hex)),
        Value::Object(members) => members.values().any(|member| mentions(member, hex)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
