//! The body of an `add-checkpoint` request (C2SP `tlog-witness`).
//!
//! ```text
//! old <size of the last checkpoint that the witness saw>
//! <base64 of 32 bytes>        each hash of the consistency proof
//!
//! <the checkpoint, a signed note>
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_model::Digest;

/// A proof between trees of fewer than 2^63 entries has at most 63 hashes.
const MAX_HASHES: usize = 63;
/// The most bytes of a body that is read.
pub(crate) const MAX_BODY: usize = 64 << 10;

/// A body that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no add-checkpoint request: {0}")]
pub struct RequestError(pub &'static str);

/// A request, read but not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size from which the proof leads.
    pub old: u64,
    /// The consistency proof.
    pub proof: Vec<Digest>,
    /// The checkpoint as its note.
    pub checkpoint: String,
}

impl AddCheckpoint {
    /// Reads a body. Each line must have its exact form.
    pub fn parse(body: &[u8]) -> Result<Self, RequestError> {
        if body.len() > MAX_BODY {
            return Err(RequestError("it is too long"));
        }
        let text = std::str::from_utf8(body).map_err(|_| RequestError("it is not UTF-8"))?;
        let (head, checkpoint) =
            text.split_once("\n\n").ok_or(RequestError("no empty line divides proof and checkpoint"))?;
        let mut lines = head.split('\n');
        let old_text = lines
            .next()
            .and_then(|line| line.strip_prefix("old "))
            .ok_or(RequestError("its first line is not `old <size>`"))?;
        let old: u64 = old_text.parse().map_err(|_| RequestError("its old size is not a number"))?;
        if old.to_string() != old_text {
            return Err(RequestError("its old size is not a plain decimal number"));
        }
        let proof = lines
            .map(|line| {
                let bytes: [u8; 32] = STANDARD.decode(line).ok()?.try_into().ok()?;
                Some(Digest::from_bytes(bytes))
            })
            .collect::<Option<Vec<_>>>()
            .ok_or(RequestError("a hash of its proof is not 32 bytes in base64"))?;
        if proof.len() > MAX_HASHES {
            return Err(RequestError("its proof is longer than any tree is high"));
        }
        Ok(Self { old, proof, checkpoint: checkpoint.to_owned() })
    }

    /// The body.
    pub fn format(&self) -> String {
        let mut body = format!("old {}\n", self.old);
        for hash in &self.proof {
            body.push_str(&STANDARD.encode(hash.as_bytes()));
            body.push('\n');
        }
        body.push('\n');
        body.push_str(&self.checkpoint);
        body
    }
}
