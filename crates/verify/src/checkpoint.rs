//! A log's signed size and root (C2SP `tlog-checkpoint`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_model::Digest;

use crate::note::{Note, NoteError, NoteSigner, VKey};

/// What a log says of itself: how many entries it has and what their root is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log, which is also the name of its key.
    pub origin: String,
    /// How many entries the tree has.
    pub size: u64,
    /// The root of the tree (RFC 6962).
    pub root: Digest,
    /// Further lines. None of ours has any; those of other logs are kept, for they are signed too.
    pub extensions: Vec<String>,
}

/// Why bytes are not a checkpoint of the log whose key was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Not a signed note, or not signed by the log.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The text of the note is not a checkpoint.
    #[error("this is not a checkpoint: {0}")]
    Malformed(&'static str),
    /// The checkpoint is of another log.
    #[error("the checkpoint is of the log `{found}`, not of `{expected}`")]
    Origin {
        /// The origin in the checkpoint.
        found: String,
        /// The name of the key.
        expected: String,
    },
}

impl Checkpoint {
    /// Reads the text of a checkpoint (the signed part of the note).
    pub fn parse_text(text: &str) -> Result<Self, CheckpointError> {
        let malformed = CheckpointError::Malformed;
        let body = text.strip_suffix('\n').ok_or(malformed("it does not end in a line end"))?;
        let mut lines = body.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(malformed("it has no origin"))?;
        let size_text = lines.next().ok_or(malformed("it has no tree size"))?;
        let size: u64 = size_text.parse().map_err(|_| malformed("its tree size is not a number"))?;
        if size.to_string() != size_text || size > i64::MAX as u64 {
            return Err(malformed("its tree size is not a plain decimal number below 2^63"));
        }
        let root_text = lines.next().ok_or(malformed("it has no root"))?;
        let root = decode_hash(root_text).ok_or(malformed("its root is not 32 bytes in base64"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(malformed("it has an empty extension line"));
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions })
    }

    /// The text, as it is signed.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, encode_hash(&self.root));
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    /// Signs it with the log's key, whose name must be the origin.
    pub fn sign(&self, signer: &NoteSigner) -> Result<SignedCheckpoint, CheckpointError> {
        if signer.vkey().name() != self.origin {
            return Err(CheckpointError::Origin {
                found: self.origin.clone(),
                expected: signer.vkey().name().to_owned(),
            });
        }
        let note = signer.sign(&self.text())?;
        Ok(SignedCheckpoint { checkpoint: Self::parse_text(&note.text)?, note })
    }
}

/// A checkpoint with its note, whose signature by the log was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Reads a checkpoint and checks the log's signature before anything else is believed.
    pub fn verify(bytes: &[u8], log: &VKey) -> Result<Self, CheckpointError> {
        let note = Note::parse(bytes)?;
        note.verify(log)?;
        let checkpoint = Checkpoint::parse_text(&note.text)?;
        if checkpoint.origin != log.name() {
            return Err(CheckpointError::Origin {
                found: checkpoint.origin,
                expected: log.name().to_owned(),
            });
        }
        Ok(Self { checkpoint, note })
    }

    /// What the log says.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The signed note.
    pub fn note(&self) -> &Note {
        &self.note
    }
}

pub(crate) fn encode_hash(hash: &Digest) -> String {
    STANDARD.encode(hash.as_bytes())
}

pub(crate) fn decode_hash(text: &str) -> Option<Digest> {
    Some(Digest::from_bytes(STANDARD.decode(text).ok()?.try_into().ok()?))
}
