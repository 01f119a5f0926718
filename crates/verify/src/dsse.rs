//! The envelope around a record (DSSE v1, `secure-systems-lab/dsse`), with one Ed25519 signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_model::Digest;
use serde::{Deserialize, Serialize};

use crate::canonical::canonical_json;
use crate::key::{PublicKey, Seed};

/// The type of every payload of ours: an in-toto Statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// A signed payload. Its bytes in store and log are the canonical JSON of this shape ([`Envelope::to_bytes`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Envelope {
    /// The payload in base64.
    pub payload: String,
    /// What the payload is; ours are [`PAYLOAD_TYPE`].
    pub payload_type: String,
    /// The signatures; ours have exactly one.
    pub signatures: Vec<EnvelopeSignature>,
}

/// One signature of an envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnvelopeSignature {
    /// The fingerprint of the key. A hint; nothing is believed because of it.
    pub keyid: String,
    /// The signature in base64.
    pub sig: String,
}

/// Why an envelope cannot be read or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Not the shape of an envelope of ours.
    #[error("this is not a signed record: {0}")]
    Malformed(String),
    /// The signature is not by the key.
    #[error(
        "the signature of the record is not by the key `{0}`: the record, the signature or the key was changed"
    )]
    Signature(String),
}

/// What is signed: the pre-authentication encoding of DSSE v1, which binds the type to the payload.
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out
}

impl Envelope {
    /// Puts `payload` into an envelope and signs it.
    pub fn sign(payload: &[u8], seed: &Seed) -> Self {
        let signature = seed.sign(&pae(PAYLOAD_TYPE, payload));
        Self {
            payload: STANDARD.encode(payload),
            payload_type: PAYLOAD_TYPE.to_owned(),
            signatures: vec![EnvelopeSignature {
                keyid: seed.public().fingerprint().to_string(),
                sig: STANDARD.encode(signature),
            }],
        }
    }

    /// Reads an envelope, which must be written in canonical JSON: one record has one digest.
    pub fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let envelope: Self =
            serde_json::from_slice(bytes).map_err(|error| EnvelopeError::Malformed(error.to_string()))?;
        if envelope.to_bytes()? != bytes {
            return Err(EnvelopeError::Malformed(
                "it is not written as canonical JSON (RFC 8785)".to_owned(),
            ));
        }
        Ok(envelope)
    }

    /// The canonical JSON of the envelope: the document that the log commits to.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EnvelopeError> {
        let value =
            serde_json::to_value(self).map_err(|error| EnvelopeError::Malformed(error.to_string()))?;
        canonical_json(&value).map_err(|error| EnvelopeError::Malformed(error.to_string()))
    }

    /// The SHA-256 of [`Envelope::to_bytes`].
    pub fn digest(&self) -> Result<Digest, EnvelopeError> {
        Ok(Digest::of(&self.to_bytes()?))
    }

    /// Checks that the one signature is by `key`, and gives the payload.
    pub fn verify(&self, key: &PublicKey) -> Result<Vec<u8>, EnvelopeError> {
        let malformed = |why: &str| EnvelopeError::Malformed(why.to_owned());
        if self.payload_type != PAYLOAD_TYPE {
            let found = &self.payload_type;
            return Err(EnvelopeError::Malformed(format!(
                "its payload type is `{found}`, not `{PAYLOAD_TYPE}`"
            )));
        }
        let [signature] = self.signatures.as_slice() else {
            return Err(malformed("it must have exactly one signature"));
        };
        let payload = STANDARD.decode(&self.payload).map_err(|_| malformed("its payload is not base64"))?;
        let bytes = STANDARD.decode(&signature.sig).map_err(|_| malformed("its signature is not base64"))?;
        let fits = signature.keyid == key.fingerprint().to_string()
            && key.verifies(&pae(&self.payload_type, &payload), &bytes);
        if !fits {
            return Err(EnvelopeError::Signature(key.to_string()));
        }
        Ok(payload)
    }
}
