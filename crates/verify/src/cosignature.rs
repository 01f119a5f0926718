//! What a witness signs (C2SP `tlog-cosignature`): "at this time I saw this checkpoint, and it continued what I saw
//! before". A key signs in one of two ways, and its signature type says which:
//!
//! - `0x04`, Ed25519, `cosignature/v1`: over a header, the time, and the whole text of the checkpoint.
//! - `0x06`, ML-DSA-44: over the binary structure below, in the encoding of RFC 8446 section 3. It names the cosigner,
//!   and the tree as the subtree from entry 0 to the size of the checkpoint.
//!
//! ```text
//! struct {
//!     uint8 label[12] = "subtree/v1\n\0";
//!     opaque cosigner_name<1..2^8-1>;
//!     uint64 timestamp;
//!     opaque log_origin<1..2^8-1>;
//!     uint64 start;                       0 for a checkpoint
//!     uint64 end;                         the size of the checkpoint
//!     uint8 hash[32];                     its root
//! } cosigned_message;
//! ```
//!
//! In both, what follows the key id on the signature line is the time, 8 bytes, and the signature.
//!
//! The structure has no room for extension lines. A checkpoint with such lines is neither cosigned nor taken as
//! cosigned by an ML-DSA-44 key here: the signature would not cover them. Time zero, by which a cosigner says nothing
//! about when, is not taken either.

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::key::Seed;
use crate::ml_dsa::MlDsaSeed;
use crate::note::{Note, NoteError, NoteKey, NoteKeyAlgorithm, NoteSignature, VKey, VKeyError};

/// A witness's cosignature that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The name of the witness.
    pub witness: String,
    /// When the witness says that it saw the checkpoint, in seconds since 1970-01-01T00:00:00Z.
    pub time: u64,
}

/// The message under a cosignature with Ed25519.
fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// How the message under a cosignature with ML-DSA-44 begins.
const LABEL: &[u8; 12] = b"subtree/v1\n\0";

/// The message under a cosignature with ML-DSA-44.
fn subtree_message(cosigner: &str, time: u64, text: &str) -> Result<Vec<u8>, NoteError> {
    let checkpoint = Checkpoint::parse_text(text).map_err(|error| match error {
        CheckpointError::Note(error) => error,
        CheckpointError::Malformed(why) => NoteError::Malformed(why),
        CheckpointError::Origin { .. } => NoteError::Malformed("it is of another log"),
    })?;
    if !checkpoint.extensions.is_empty() {
        return Err(NoteError::Malformed(
            "the checkpoint has extension lines, which a cosignature with ML-DSA-44 does not cover",
        ));
    }
    if time == 0 {
        return Err(NoteError::Malformed("a cosignature with ML-DSA-44 does not say when it was made"));
    }
    let mut out = LABEL.to_vec();
    opaque(&mut out, cosigner)?;
    out.extend_from_slice(&time.to_be_bytes());
    opaque(&mut out, &checkpoint.origin)?;
    out.extend_from_slice(&0u64.to_be_bytes());
    out.extend_from_slice(&checkpoint.size.to_be_bytes());
    out.extend_from_slice(checkpoint.root.as_bytes());
    Ok(out)
}

/// `opaque x<1..2^8-1>`: its length in one byte, and its bytes.
fn opaque(out: &mut Vec<u8>, text: &str) -> Result<(), NoteError> {
    let length = u8::try_from(text.len())
        .map_err(|_| NoteError::Malformed("a name is longer than the 255 bytes that ML-DSA-44 cosigns"))?;
    out.push(length);
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

/// Checks the cosignature by `witness` on `note`. The key must be the key of a witness.
pub fn verify_cosignature(note: &Note, witness: &VKey) -> Result<Cosignature, NoteError> {
    let mut lines = note.lines_of(witness);
    let line = lines.next().ok_or_else(|| NoteError::NotSigned(witness.name().to_owned()))?;
    if lines.next().is_some() {
        return Err(NoteError::Malformed("one key signed it twice"));
    }
    let bad = || NoteError::BadSignature(witness.name().to_owned());
    let (time, signature) = line.bytes.split_first_chunk::<8>().ok_or_else(bad)?;
    let time = u64::from_be_bytes(*time);
    let fits = match (witness.algorithm(), witness.public()) {
        (NoteKeyAlgorithm::CosignatureV1, NoteKey::Ed25519(key)) => {
            key.verifies(message(time, &note.text).as_bytes(), signature)
        }
        (NoteKeyAlgorithm::MlDsa44, NoteKey::MlDsa44(key)) => {
            key.verifies(&subtree_message(witness.name(), time, &note.text)?, signature)
        }
        _ => false,
    };
    if !fits {
        return Err(bad());
    }
    Ok(Cosignature { witness: witness.name().to_owned(), time })
}

/// The secret half of the key of a witness.
#[derive(Debug)]
pub enum WitnessSecret {
    /// Signs `cosignature/v1`.
    Ed25519(Box<Seed>),
    /// Signs ML-DSA-44 cosignatures.
    MlDsa44(MlDsaSeed),
}

impl From<Seed> for WitnessSecret {
    fn from(seed: Seed) -> Self {
        Self::Ed25519(Box::new(seed))
    }
}

impl From<MlDsaSeed> for WitnessSecret {
    fn from(seed: MlDsaSeed) -> Self {
        Self::MlDsa44(seed)
    }
}

impl WitnessSecret {
    /// The verifier key of a witness of that name.
    pub fn vkey(&self, name: &str) -> Result<VKey, VKeyError> {
        match self {
            Self::Ed25519(seed) => VKey::new(name, NoteKeyAlgorithm::CosignatureV1, seed.public()),
            Self::MlDsa44(seed) => VKey::ml_dsa_44(name, seed.public()),
        }
    }

    /// The secret form, for a file that only its owner can read.
    pub fn secret_text(&self) -> String {
        match self {
            Self::Ed25519(seed) => seed.secret_text(),
            Self::MlDsa44(seed) => seed.secret_text(),
        }
    }

    /// Reads the secret form. `None` when it is none; nothing of it is repeated.
    pub fn from_secret_text(text: &str) -> Option<Self> {
        let ed25519 = Seed::from_secret_text(text).map(Self::from);
        ed25519.or_else(|| MlDsaSeed::from_secret_text(text).map(Self::from))
    }
}

/// Makes the signature line of the witness `witness`, whose secret half is `secret`, for the text of `note`. Checking
/// that the checkpoint continues the last one is the caller's duty.
///
/// # Errors
/// When secret and key do not belong together, or the key is not of a witness, or it cannot cosign such a checkpoint.
pub fn cosign(
    note: &Note,
    witness: &VKey,
    secret: &WitnessSecret,
    time: u64,
) -> Result<NoteSignature, NoteError> {
    let not_its = || NoteError::Malformed("the secret does not belong to the key of this witness");
    if secret.vkey(witness.name()).ok().as_ref() != Some(witness) {
        return Err(not_its());
    }
    let mut bytes = time.to_be_bytes().to_vec();
    match secret {
        WitnessSecret::Ed25519(seed) => {
            bytes.extend_from_slice(&seed.sign(message(time, &note.text).as_bytes()));
        }
        WitnessSecret::MlDsa44(seed) => {
            let message = subtree_message(witness.name(), time, &note.text)?;
            bytes.extend_from_slice(&seed.sign(&message).ok_or_else(not_its)?);
        }
    }
    Ok(NoteSignature { name: witness.name().to_owned(), id: witness.id(), bytes })
}
