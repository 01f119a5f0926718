//! Deltas of OpenSanctions: JSON lines `{"op": "ADD" | "MOD" | "DEL", "entity": {…}}`, applied to the records of an export
//! in the order in which they are given; and the index (`delta.json`) that names them by version.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::Value;

use crate::ImportError;
use crate::ftm_record::Record;
use crate::report::Report;

#[derive(Debug, Deserialize)]
struct Change {
    op: String,
    entity: Value,
}

/// The records of an export, by id, with every delta so far applied.
#[derive(Debug, Default)]
pub(crate) struct Records {
    records: Vec<Option<Record>>,
    at: HashMap<String, usize>,
}

impl Records {
    /// Adds a record. A second one of an id takes its place.
    pub(crate) fn put(&mut self, record: Record) -> bool {
        match self.at.get(&record.id).and_then(|n| self.records.get_mut(*n)) {
            Some(place) => place.replace(record).is_some(),
            None => {
                self.at.insert(record.id.clone(), self.records.len());
                self.records.push(Some(record));
                false
            }
        }
    }

    fn remove(&mut self, id: &str) -> bool {
        self.at.remove(id).and_then(|n| self.records.get_mut(n)).is_some_and(|place| place.take().is_some())
    }

    /// What is left, in the order in which it came.
    pub(crate) fn finish(self) -> Vec<Record> {
        self.records.into_iter().flatten().collect()
    }

    /// Applies one delta.
    pub(crate) fn apply(
        &mut self,
        name: &str,
        text: &str,
        file: usize,
        report: &mut Report,
    ) -> Result<(), ImportError> {
        let last = text.lines().filter(|l| !l.trim().is_empty()).count();
        let filled = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
        for (seen, (n, content)) in filled.enumerate() {
            let line = n as u64 + 1;
            report.row(name);
            let change: Change = match serde_json::from_str(content) {
                Ok(change) => change,
                Err(e) if e.is_eof() && seen + 1 == last => {
                    return Err(ImportError::Truncated {
                        file: name.to_owned(),
                        line,
                        reason: "the last line is incomplete JSON".into(),
                    });
                }
                Err(e) => {
                    report.refuse(
                        name,
                        line,
                        format!("the line is not a change with `op` and `entity`: {e}"),
                    );
                    continue;
                }
            };
            let id = change.entity.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            let known = self.at.contains_key(&id);
            match change.op.as_str() {
                "DEL" if known => {
                    self.remove(&id);
                    report.count("delta DEL");
                }
                "DEL" => report.refuse(name, line, unknown(&id)),
                op @ ("ADD" | "MOD") => match serde_json::from_value::<Record>(change.entity) {
                    Ok(_) if op == "MOD" && !known => report.refuse(name, line, unknown(&id)),
                    Ok(mut record) => {
                        if op == "ADD" && known {
                            let text =
                                format!("adds `{id}`, which the export has already; the new one counts");
                            report.warn(name, line, text);
                        }
                        (record.file, record.line) = (file, line);
                        self.put(record);
                        report.count(format!("delta {op}"));
                    }
                    Err(e) => {
                        report.refuse(name, line, format!("the entity of the change cannot be read: {e}"))
                    }
                },
                other => {
                    report.refuse(name, line, format!("`{other}` is no change; a delta has ADD, MOD and DEL"))
                }
            }
        }
        Ok(())
    }
}

fn unknown(id: &str) -> String {
    format!("changes `{id}`, which is not in the export: the delta belongs to another version of it")
}

/// Whether a text is a delta: its first line has `op` and `entity`.
pub(crate) fn is_delta(text: &str) -> bool {
    let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    serde_json::from_str::<Change>(first).is_ok()
        // the first line of a cut or damaged delta still is one
        || (first.contains("\"op\"") && first.contains("\"entity\""))
}

/// The index of the deltas of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeltaIndex {
    /// Version (`20240528134729-3iv`) → address of its delta. The order of the versions is that of time.
    pub versions: BTreeMap<String, String>,
    /// When the index was written, where it tells it.
    #[serde(default)]
    pub updated_at: Option<String>,
}

impl DeltaIndex {
    /// Reads `delta.json`.
    ///
    /// # Errors
    /// [`ImportError::WrongFormat`] when it is no such index.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, ImportError> {
        serde_json::from_slice(bytes).map_err(|e| ImportError::WrongFormat {
            file: file.to_owned(),
            expected: "an index of deltas (`delta.json` with `versions`)".into(),
            found: e.to_string(),
            hint: "see `delta_index` in the definition of the source".into(),
        })
    }

    /// The versions after one, in order of time, with their addresses. All of them if `None`.
    pub fn after<'a>(&'a self, version: Option<&str>) -> impl Iterator<Item = (&'a str, &'a str)> {
        let from = version.map(str::to_owned);
        self.versions
            .iter()
            .filter(move |(v, _)| from.as_deref().is_none_or(|from| v.as_str() > from))
            .map(|(v, url)| (v.as_str(), url.as_str()))
    }
}
