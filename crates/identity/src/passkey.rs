//! Passkeys as they are kept: public keys, of no use to a thief.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A passkey of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Names it here: hexadecimal digits.
    pub id: String,
    /// What its owner calls the device.
    pub name: String,
    /// By what it is known again.
    pub key: PasskeyKey,
    /// Since when.
    pub since: Timestamp,
}

/// The public half of a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasskeyKey {
    /// The id that the authenticator gave it, base64url.
    pub credential: String,
    /// How it signs.
    pub algorithm: PasskeyAlgorithm,
    /// The public key, base64url: a point of P-256, 32 bytes of Ed25519, or an RSA key (PKCS #1).
    pub public: String,
    /// How often it signed, as it says itself; 0 where it does not count.
    pub count: u32,
}

/// How a passkey signs (RFC 9053, RFC 8812).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PasskeyAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// RSA with SHA-256 (PKCS #1 v1.5).
    #[serde(rename = "RS256")]
    Rs256,
}
