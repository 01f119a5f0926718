//! ML-DSA-44 keys (FIPS 204), for cosignatures of witnesses that a quantum computer cannot forge. Signatures are pure
//! ML-DSA with an empty context, in the deterministic variant, so that the same message has the same bytes everywhere.

use std::fmt;

use ml_dsa::{B32, EncodedSignature, EncodedVerifyingKey, Keypair as _, MlDsa44, Signature, SigningKey};

/// Bytes of a public key.
pub(crate) const ML_DSA_44_PUBLIC: usize = 1312;
/// Bytes of a signature.
pub(crate) const ML_DSA_44_SIGNATURE: usize = 2420;

/// The public key of a witness that signs with ML-DSA-44.
#[derive(Clone, PartialEq, Eq)]
pub struct MlDsaPublicKey(Box<[u8; ML_DSA_44_PUBLIC]>);

impl MlDsaPublicKey {
    /// Reads the 1312 bytes of a key. Every byte string of that length is one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: [u8; ML_DSA_44_PUBLIC] = bytes.try_into().ok()?;
        Some(Self(Box::new(bytes)))
    }

    /// The 1312 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Whether `signature` over `message` is by this key.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(key) = EncodedVerifyingKey::<MlDsa44>::try_from(self.as_bytes()) else { return false };
        let Ok(signature) = EncodedSignature::<MlDsa44>::try_from(signature) else { return false };
        let Some(signature) = Signature::<MlDsa44>::decode(&signature) else { return false };
        ml_dsa::VerifyingKey::<MlDsa44>::decode(&key).verify_with_context(message, &[], &signature)
    }
}

impl fmt::Debug for MlDsaPublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ml-dsa-44:{}", hex::encode(self.as_bytes()))
    }
}

/// How the secret form of a seed begins.
const SECRET_PREFIX: &str = "ml-dsa-44-secret:";

/// The secret half: the 32-byte seed from which FIPS 204's key generation begins. Wiped from memory when dropped.
pub struct MlDsaSeed(Box<SigningKey<MlDsa44>>);

impl MlDsaSeed {
    /// The key that follows from 32 bytes, which must come from the operating system's random source.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Box::new(SigningKey::from_seed(&B32::from(*bytes))))
    }

    /// The public half.
    pub fn public(&self) -> MlDsaPublicKey {
        let mut bytes = [0u8; ML_DSA_44_PUBLIC];
        bytes.copy_from_slice(&self.0.verifying_key().encode());
        MlDsaPublicKey(Box::new(bytes))
    }

    /// The 2420 bytes of the signature over `message`; `None` would be a fault of the library, for an empty context is
    /// never too long.
    pub fn sign(&self, message: &[u8]) -> Option<[u8; ML_DSA_44_SIGNATURE]> {
        let signature = self.0.expanded_key().sign_deterministic(message, &[]).ok()?;
        signature.encode().as_slice().try_into().ok()
    }

    /// The secret form, `ml-dsa-44-secret:` and 64 lower-case hexadecimal digits, for a file that only its owner can
    /// read.
    pub fn secret_text(&self) -> String {
        format!("{SECRET_PREFIX}{}", hex::encode(self.0.as_seed()))
    }

    /// Reads the secret form. `None` when it is none; nothing of it is repeated.
    pub fn from_secret_text(text: &str) -> Option<Self> {
        let mut bytes = [0u8; 32];
        hex::decode_to_slice(text.strip_prefix(SECRET_PREFIX)?, &mut bytes).ok()?;
        Some(Self::from_bytes(&bytes))
    }
}

impl fmt::Debug for MlDsaSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "secret half of {:?}", self.public())
    }
}
