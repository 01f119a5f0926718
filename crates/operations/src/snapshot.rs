//! One copy of one list: what pins it in a record, and what it holds.

use countersign_lists::{entities_jsonl, read_entities_jsonl, starter};
use countersign_model::{Digest, Entity, SourceId};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The source id of the list that is part of the program.
pub const STARTER: &str = "starter";

/// One list as it is loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Where it came from.
    pub source: SourceId,
    /// SHA-256 of the snapshot.
    pub snapshot: Digest,
    /// How many entities it has.
    pub entries: usize,
    /// The day for which the publisher's file speaks, where it tells one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaks_for: Option<String>,
    /// When it was imported; none for the starter list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<String>,
    /// SHA-256 of the entities that are not on this copy and were on an earlier one or are on a later one; absent where
    /// there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past: Option<Digest>,
}

/// A list with its entities.
#[derive(Debug)]
pub struct Snapshot {
    /// What pins it in a record.
    pub pin: Pin,
    /// Its entries.
    pub entities: Vec<Entity>,
    /// The bytes that the pin's digest names.
    pub bytes: Vec<u8>,
    /// Entities that are no longer or not yet on this copy.
    pub past: Vec<Entity>,
    /// The bytes that the pin's digest of them names.
    pub past_bytes: Vec<u8>,
}

impl Snapshot {
    /// Reads the bytes that a pin names. The caller has checked their digests.
    pub fn read(pin: Pin, bytes: Vec<u8>, past_bytes: Vec<u8>) -> Result<Self, Failure> {
        let entities = Self::parse(&pin.source, &bytes)?;
        let past = Self::parse(&pin.source, &past_bytes)?;
        Ok(Self { pin, entities, bytes, past, past_bytes })
    }

    /// The entities in the bytes of a snapshot.
    pub fn parse(source: &SourceId, bytes: &[u8]) -> Result<Vec<Entity>, Failure> {
        read_entities_jsonl(bytes)
            .map_err(|e| Failure::Program(format!("the snapshot of `{source}` cannot be read: {e}")))
    }

    /// The starter list as it ships in the binary.
    pub fn starter() -> Result<Self, Failure> {
        let import = starter().map_err(|e| Failure::Program(e.to_string()))?;
        let bytes = entities_jsonl(&import);
        let pin = Pin {
            source: import.source.clone(),
            snapshot: Digest::of(&bytes),
            entries: import.entities.len(),
            speaks_for: import.as_of.map(|d| d.to_string()),
            imported: None,
            past: None,
        };
        Ok(Self { pin, entities: import.entities, bytes, past: Vec::new(), past_bytes: Vec::new() })
    }
}
