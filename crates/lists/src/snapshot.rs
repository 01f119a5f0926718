//! The canonical bytes of an import's entities, so that a snapshot is named by its SHA-256.

use countersign_model::Entity;

use crate::Import;

/// A snapshot that cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// A line that is not an entity.
    #[error(
        "line {line} of the snapshot is not an entity: {reason}; import the list again from its raw file"
    )]
    Line {
        /// The line, counted from 1.
        line: u64,
        /// What the parser said.
        reason: String,
    },
    /// Lines that are not in ascending order of their ids, or an id that stands twice.
    #[error(
        "line {line} of the snapshot (`{id}`) is out of order; the snapshot was not written by this program: import \
         the list again from its raw file"
    )]
    Order {
        /// The line, counted from 1.
        line: u64,
        /// The id that is out of order.
        id: String,
    },
}

/// JSON lines, one entity a line, ascending by id (byte order), every line ended by `\n`. The same entities give
/// the same bytes on every machine: keys of an object stand in the order of their declaration, properties in
/// byte order, values as the publisher ordered them.
pub fn entities_jsonl(import: &Import) -> Vec<u8> {
    write_entities_jsonl(&import.entities)
}

/// The same for entities that come from elsewhere than an import.
pub fn write_entities_jsonl(entities: &[Entity]) -> Vec<u8> {
    let mut sorted: Vec<&Entity> = entities.iter().collect();
    sorted.sort_by(|a, b| a.id.cmp(&b.id));
    let mut out = Vec::new();
    for entity in sorted {
        // an entity is strings and dates: its serialisation cannot fail, and writing to memory cannot either
        if serde_json::to_writer(&mut out, entity).is_ok() {
            out.push(b'\n');
        }
    }
    out
}

/// Reads the bytes of [`entities_jsonl`] back.
///
/// # Errors
/// [`SnapshotError`] with the line, when a line is no entity or the order is broken.
pub fn read_entities_jsonl(bytes: &[u8]) -> Result<Vec<Entity>, SnapshotError> {
    let mut entities: Vec<Entity> = Vec::new();
    for (n, content) in bytes.split(|b| *b == b'\n').enumerate() {
        if content.is_empty() {
            continue;
        }
        let line = n as u64 + 1;
        let entity: Entity = serde_json::from_slice(content)
            .map_err(|e| SnapshotError::Line { line, reason: e.to_string() })?;
        if entities.last().is_some_and(|last| last.id >= entity.id) {
            return Err(SnapshotError::Order { line, id: entity.id });
        }
        entities.push(entity);
    }
    Ok(entities)
}
