//! What a witness signs (C2SP `tlog-cosignature`, version 1): "at this time I saw this checkpoint, and it
//! continued what I saw before".

use crate::key::Seed;
use crate::note::{Note, NoteError, NoteKeyAlgorithm, NoteSignature, VKey};

/// A witness's cosignature that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The name of the witness.
    pub witness: String,
    /// When the witness says that it saw the checkpoint, in seconds since 1970-01-01T00:00:00Z.
    pub time: u64,
}

/// The message under a cosignature.
fn message(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// Checks the cosignature by `witness` on `note`. The key must be a `cosignature/v1` key.
pub fn verify_cosignature(note: &Note, witness: &VKey) -> Result<Cosignature, NoteError> {
    let mut lines = note.lines_of(witness);
    let line = lines.next().ok_or_else(|| NoteError::NotSigned(witness.name().to_owned()))?;
    if lines.next().is_some() {
        return Err(NoteError::Malformed("one key signed it twice"));
    }
    let bad = || NoteError::BadSignature(witness.name().to_owned());
    let (time, signature) = line.bytes.split_first_chunk::<8>().ok_or_else(bad)?;
    let time = u64::from_be_bytes(*time);
    let fits = witness.algorithm() == NoteKeyAlgorithm::CosignatureV1
        && witness.public().verifies(message(time, &note.text).as_bytes(), signature);
    if !fits {
        return Err(bad());
    }
    Ok(Cosignature { witness: witness.name().to_owned(), time })
}

/// Makes the signature line of the witness `witness`, whose seed is `seed`, for the text of `note`. Checking
/// that the checkpoint continues the last one is the caller's duty. `None` when seed and key do not belong
/// together or the key is not a `cosignature/v1` key.
pub fn cosign(note: &Note, witness: &VKey, seed: &Seed, time: u64) -> Option<NoteSignature> {
    if witness.algorithm() != NoteKeyAlgorithm::CosignatureV1 || seed.public() != *witness.public() {
        return None;
    }
    let mut bytes = time.to_be_bytes().to_vec();
    bytes.extend_from_slice(&seed.sign(message(time, &note.text).as_bytes()));
    Some(NoteSignature { name: witness.name().to_owned(), id: witness.id(), bytes })
}
