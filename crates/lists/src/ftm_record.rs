//! A FollowTheMoney record as it stands in a line, and the way back: entities and what is left of their records → the
//! lines that they came from, so that a passage through this program loses nothing.

use std::collections::BTreeMap;

use countersign_model::Entity;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::SnapshotError;

/// One line of an export.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) schema: String,
    pub(crate) properties: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    datasets: Option<Vec<String>>,
    #[serde(default)]
    referents: Option<Vec<String>>,
    /// Whatever else the line says: `caption`, `first_seen`, `target`…
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
    /// Which of the given files it came from.
    #[serde(skip)]
    pub(crate) file: usize,
    #[serde(skip)]
    pub(crate) line: u64,
}

impl Record {
    pub(crate) fn values(&self, property: &str) -> &[String] {
        self.properties.get(property).map_or(&[], Vec::as_slice)
    }

    /// The data sets that it came from.
    pub(crate) fn datasets(&self) -> &[String] {
        self.datasets.as_deref().unwrap_or_default()
    }

    /// The ids that it had before, or has elsewhere.
    pub(crate) fn referents(&self) -> &[String] {
        self.referents.as_deref().unwrap_or_default()
    }

    /// What the line says beside its properties, where it is a text that is not empty.
    pub(crate) fn said(&self, key: &str) -> Option<&str> {
        self.rest.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    pub(crate) fn words(&self, properties: &[&str]) -> Vec<String> {
        properties.iter().flat_map(|p| self.values(p)).cloned().collect()
    }
}

/// What the entity of a record does not hold of it. For a record that is no party (a sanction, an address, a holding),
/// that is all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FtmRecord {
    /// The id in the export.
    pub id: String,
    /// The schema in the export.
    pub schema: String,
    /// Whether an entity carries its properties.
    pub party: bool,
    /// Properties that the entity does not hold as they stand: all of a record that is no party; of a party those that
    /// were tidied (a value repeated, or with blanks around it).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Vec<String>>,
    /// How many values at the end of a property of the entity came from elsewhere (the address of an address record,
    /// the number of a passport record).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub added: BTreeMap<String, u64>,
    /// The other keys of the line: `caption`, `datasets`, `referents`, `first_seen`, `target`…
    pub rest: Map<String, Value>,
}

impl FtmRecord {
    /// What is left of a record when its entity has been made.
    pub(crate) fn of(record: Record, entity: Option<&Entity>) -> Self {
        let mut rest = record.rest;
        for (key, values) in [("datasets", record.datasets), ("referents", record.referents)] {
            if let Some(values) = values {
                rest.insert(key.to_owned(), Value::from(values));
            }
        }
        let Some(entity) = entity else {
            let (id, schema, properties) = (record.id, record.schema, record.properties);
            return Self { id, schema, party: false, properties, added: BTreeMap::new(), rest };
        };
        let mut properties = record.properties;
        let mut added = BTreeMap::new();
        for (property, values) in &entity.properties {
            let told = properties.get(property).map_or(0, Vec::len);
            let same = properties.get(property).is_none_or(|told| values.starts_with(told));
            if same {
                properties.remove(property);
                if values.len() > told {
                    added.insert(property.clone(), (values.len() - told) as u64);
                }
            }
        }
        Self { id: record.id, schema: record.schema, party: true, properties, added, rest }
    }

    /// The line of the record, as a JSON value.
    fn line(&self, entity: Option<&Entity>) -> Value {
        let mut properties = self.properties.clone();
        for (property, values) in entity.filter(|_| self.party).into_iter().flat_map(|e| &e.properties) {
            let added = self.added.get(property).copied().unwrap_or_default();
            let told = values.len().saturating_sub(usize::try_from(added).unwrap_or(usize::MAX));
            if told > 0 && !self.properties.contains_key(property) {
                properties.insert(property.clone(), values.iter().take(told).cloned().collect());
            }
        }
        let mut line = Map::new();
        line.insert("id".into(), Value::from(self.id.clone()));
        line.insert("schema".into(), Value::from(self.schema.clone()));
        line.insert("properties".into(), properties.into_iter().map(|(k, v)| (k, Value::from(v))).collect());
        line.extend(self.rest.iter().map(|(k, v)| (k.clone(), v.clone())));
        Value::Object(line)
    }
}

/// The records as JSON lines, in the order of the export.
pub fn write_ftm_records(records: &[FtmRecord]) -> Vec<u8> {
    let mut out = Vec::new();
    for record in records {
        // strings and numbers: its serialisation cannot fail, and writing to memory cannot either
        if serde_json::to_writer(&mut out, record).is_ok() {
            out.push(b'\n');
        }
    }
    out
}

/// Reads the bytes of [`write_ftm_records`] back.
///
/// # Errors
/// [`SnapshotError::Line`] when a line is no record.
pub fn read_ftm_records(bytes: &[u8]) -> Result<Vec<FtmRecord>, SnapshotError> {
    bytes
        .split(|b| *b == b'\n')
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
        .map(|(n, line)| {
            serde_json::from_slice(line)
                .map_err(|e| SnapshotError::Line { line: n as u64 + 1, reason: e.to_string() })
        })
        .collect()
}

/// The export again, as JSON lines in the order in which it came in.
///
/// The lines hold what the export held; keys and properties may stand in another order, which means nothing in
/// FollowTheMoney. `entities` and `records` are those of one import.
pub fn ftm_jsonl(entities: &[Entity], records: &[FtmRecord]) -> Vec<u8> {
    let by_id: BTreeMap<&str, &Entity> = entities
        .iter()
        .filter_map(|e| Some((e.id.strip_prefix(e.source.as_str())?.strip_prefix(':')?, e)))
        .collect();
    let mut out = Vec::new();
    for record in records {
        let line = record.line(by_id.get(record.id.as_str()).copied());
        // a JSON value of strings and numbers: its serialisation cannot fail, and writing to memory cannot either
        if serde_json::to_writer(&mut out, &line).is_ok() {
            out.push(b'\n');
        }
    }
    out
}
