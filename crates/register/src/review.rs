//! The reviewer's signature under an assessment: it covers the root of the unredacted text (RED-05, IND-08).

use countersign_model::Digest;
use countersign_verify::records::Day;
use countersign_verify::{PublicKey, Seed, canonical_json};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The name and version of the format.
pub const REVIEW_SCHEMA: &str = "assessment-review/1";
/// The name of the document in an assessment's record.
pub const REVIEW_DOCUMENT: &str = "review.json";

/// "I have read this text, and nobody but me holds this key."
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    schema: String,
    /// The assessment's id.
    pub assessment: String,
    /// The root of the unredacted text.
    pub root: Digest,
    /// When it was signed, by the reviewer's calendar.
    pub date: Day,
    /// The reviewer's key.
    pub key: PublicKey,
    /// The signature, as hexadecimal digits.
    signature: String,
}

/// Why a review does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewFault {
    /// Not a review.
    #[error("the review cannot be read: {0}")]
    Form(String),
    /// The signature is of other words or another key.
    #[error("the reviewer's signature does not hold: the review was changed, or signed with another key")]
    Signature,
}

impl Review {
    /// Signs a review.
    pub fn sign(assessment: &str, root: Digest, date: Day, seed: &Seed) -> Result<Self, ReviewFault> {
        let key = seed.public();
        let mut review = Self {
            schema: REVIEW_SCHEMA.to_owned(),
            assessment: assessment.to_owned(),
            root,
            date,
            key,
            signature: String::new(),
        };
        review.signature = hex::encode(seed.sign(&review.message()?));
        Ok(review)
    }

    /// Reads a review and checks its signature.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReviewFault> {
        let review: Self =
            serde_json::from_slice(bytes).map_err(|error| ReviewFault::Form(error.to_string()))?;
        if review.schema != REVIEW_SCHEMA {
            return Err(ReviewFault::Form(format!(
                "its schema is `{}`, not `{REVIEW_SCHEMA}`",
                review.schema
            )));
        }
        let signature = hex::decode(&review.signature).map_err(|_| ReviewFault::Signature)?;
        if review.key.verifies(&review.message()?, &signature) {
            Ok(review)
        } else {
            Err(ReviewFault::Signature)
        }
    }

    /// What is signed: a line that says what it is, and the canonical JSON of all members but the signature.
    fn message(&self) -> Result<Vec<u8>, ReviewFault> {
        let words = json!({
            "schema": self.schema,
            "assessment": self.assessment,
            "root": self.root,
            "date": self.date.to_string(),
            "key": self.key.to_string(),
        });
        let mut message = b"countersign assessment review\n".to_vec();
        message.extend(canonical_json(&words).map_err(|error| ReviewFault::Form(error.to_string()))?);
        Ok(message)
    }
}
