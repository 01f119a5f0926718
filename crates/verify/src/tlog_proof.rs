//! A receipt for one entry of a log (C2SP `tlog-proof`): the place, the path to the root, the signed root.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra <base64>           (optional; not part of the proof, ours never have it)
//! index <decimal>
//! <base64 of 32 bytes>     (each hash of the inclusion proof)
//!
//! <the checkpoint, a signed note>
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_model::Digest;

use crate::checkpoint::{decode_hash, encode_hash};

/// The first line.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// A path in a tree of fewer than 2^63 entries has at most 63 hashes.
const MAX_HASHES: usize = 63;

/// A text that is not a receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a `c2sp.org/tlog-proof@v1` receipt: {0}")]
pub struct TlogProofError(pub &'static str);

/// A receipt, read but not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Bytes that travel with the proof and are not covered by it.
    pub extra: Option<Vec<u8>>,
    /// The index of the entry, from 0.
    pub index: u64,
    /// The inclusion proof, from the leaf upwards.
    pub hashes: Vec<Digest>,
    /// The signed checkpoint as its note.
    pub checkpoint: String,
}

impl TlogProof {
    /// Reads a receipt. Each line must have its exact form.
    pub fn parse(text: &str) -> Result<Self, TlogProofError> {
        let fault = TlogProofError;
        let (head, checkpoint) =
            text.split_once("\n\n").ok_or(fault("no empty line divides proof and checkpoint"))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(fault("its first line is another"));
        }
        let extra = match lines.peek().and_then(|line| line.strip_prefix("extra ")) {
            Some(encoded) => {
                let bytes = STANDARD.decode(encoded).map_err(|_| fault("its extra data are not base64"))?;
                lines.next();
                Some(bytes)
            }
            None => None,
        };
        let index_text = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .ok_or(fault("it has no line `index <number>`"))?;
        let index: u64 = index_text.parse().map_err(|_| fault("its index is not a number"))?;
        if index.to_string() != index_text {
            return Err(fault("its index is not a plain decimal number"));
        }
        let hashes = lines
            .map(decode_hash)
            .collect::<Option<Vec<_>>>()
            .ok_or(fault("a hash of its inclusion proof is not 32 bytes in base64"))?;
        if hashes.len() > MAX_HASHES {
            return Err(fault("its inclusion proof is longer than any tree is high"));
        }
        Ok(Self { extra, index, hashes, checkpoint: checkpoint.to_owned() })
    }

    /// The text of the receipt.
    pub fn format(&self) -> String {
        let mut out = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            out.push_str(&format!("extra {}\n", STANDARD.encode(extra)));
        }
        out.push_str(&format!("index {}\n", self.index));
        for hash in &self.hashes {
            out.push_str(&encode_hash(hash));
            out.push('\n');
        }
        out.push('\n');
        out.push_str(&self.checkpoint);
        out
    }
}
