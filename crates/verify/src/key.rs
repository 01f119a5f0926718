//! Ed25519 keys (RFC 8032) as the rest of the room writes them.

use std::fmt;
use std::str::FromStr;

use countersign_model::Digest;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

/// The public key of a signer of records, written `ed25519:` and 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(VerifyingKey);

/// A text that is not a public key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a public key; write `ed25519:` and the 32 bytes of the key as 64 lower-case hexadecimal digits"
)]
pub struct PublicKeyError(pub String);

impl PublicKey {
    /// Reads the 32 bytes of a key. `None` when they are not a point of the curve, or a weak one, for which
    /// anyone could make signatures.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(bytes).ok().filter(|key| !key.is_weak()).map(Self)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The SHA-256 of the 32 bytes: what people compare, and the `keyid` of an envelope.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(self.as_bytes())
    }

    /// Whether `signature` over `message` is by this key. Strict: one message and key have one valid
    /// encoding of a signature, so that nobody can make a second, different "same" record.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = ed25519_dalek::Signature::from_slice(signature) else { return false };
        self.0.verify_strict(message, &signature).is_ok()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ed25519:{}", hex::encode(self.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let mut bytes = [0u8; 32];
            hex::decode_to_slice(text.strip_prefix("ed25519:")?, &mut bytes).ok()?;
            // one key has one spelling
            Self::from_bytes(&bytes).filter(|key| key.to_string() == text)
        };
        read().ok_or_else(|| PublicKeyError(text.to_owned()))
    }
}

impl TryFrom<String> for PublicKey {
    type Error = PublicKeyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

/// How the secret form of a seed begins.
const SECRET_PREFIX: &str = "ed25519-secret:";

/// The secret half of a key: the 32-byte seed of RFC 8032 section 5.1.5. Wiped from memory when dropped.
/// Signing is deterministic, so that the same record has the same bytes on every machine.
pub struct Seed(SigningKey);

impl Seed {
    /// The key that follows from 32 bytes, which must come from the operating system's random source.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// The 64 bytes of the signature over `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The secret form, `ed25519-secret:` and 64 lower-case hexadecimal digits, for a file that only its owner
    /// can read.
    pub fn secret_text(&self) -> String {
        format!("{SECRET_PREFIX}{}", hex::encode(self.to_bytes()))
    }

    /// Reads the secret form. `None` when it is none; nothing of it is repeated.
    pub fn from_secret_text(text: &str) -> Option<Self> {
        let mut bytes = [0u8; 32];
        hex::decode_to_slice(text.strip_prefix(SECRET_PREFIX)?, &mut bytes).ok()?;
        Some(Self::from_bytes(&bytes))
    }

    pub(crate) fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "secret half of {}", self.public())
    }
}
