//! JSON: a party an object, flat or a FollowTheMoney entity.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use countersign_columns::{Column, Doubt, beside, did_you_mean};
use countersign_model::EntitySchema;
use serde_json::{Map, Value};

use crate::fault::ReadError;
use crate::party::{Party, Remark, party};
use crate::row::{How, Opened, Row};
use crate::unique::Unique;

/// How a property of a FollowTheMoney entity is told that is not compared.
pub const PROPERTY: &str = "properties.";

/// What an entity of FollowTheMoney has beside its properties, and tells nothing of who it is.
const OF_THE_ENTITY: [&str; 7] =
    ["datasets", "referents", "first_seen", "last_seen", "last_change", "target", "caption"];

/// Opens a file of lines.
pub(crate) fn open(path: &Path, how: &How<'_>) -> Result<Opened, ReadError> {
    let file = File::open(path).map_err(|e| ReadError::of(path, e))?;
    let mut lines = BufReader::with_capacity(1 << 16, file);
    let start = lines.fill_buf().map_err(|e| ReadError::of(path, e))?;
    let mark = "\u{feff}".as_bytes();
    let begins = start.strip_prefix(mark).unwrap_or(start);
    if begins.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[') {
        return Err(ReadError::of(
            path,
            "it is one array; write each party on a line of its own, for example with `jq -c '.[]'`",
        ));
    }
    if start.starts_with(mark) {
        lines.consume(mark.len());
    }
    let (path, schema) = (path.to_owned(), how.schema);
    let rows = lines.split(b'\n').zip(1u64..).filter_map(move |(line, row)| match line {
        Err(error) => Some(Err(ReadError::of(&path, error))),
        Ok(line) if line.iter().all(u8::is_ascii_whitespace) => None,
        Ok(line) => Some(Ok::<Row, ReadError>(of_line(row, &line, schema).map_err(|why| (row, why)))),
    });
    Ok(Opened::of(Box::new(rows), Vec::new()))
}

/// One party from a JSON object, flat or a FollowTheMoney entity, and the properties of it that are not compared.
///
/// # Errors
/// Why it cannot be screened, in a sentence. One party is asked about by somebody who can mend it at once: what would be a warning
/// in a file is one here.
pub fn by_example(bytes: &[u8]) -> Result<(Party, Vec<String>), String> {
    let party = of_line(1, bytes, None)?;
    let mut properties = Vec::new();
    for field in &party.unknown {
        match field.strip_prefix(PROPERTY) {
            Some(property) => properties.push(property.to_owned()),
            None => {
                let hint = hint(field).unwrap_or_else(|| "leave it out, or rename it".to_owned());
                return Err(format!("its field `{field}` is not known; {hint}"));
            }
        }
    }
    let unread = [Doubt::Country, Doubt::BirthDate, Doubt::Kind, Doubt::Gender, Doubt::Form];
    if let Some(remark) = party.remarks.iter().find(|remark| unread.contains(&remark.kind)) {
        return Err(format!("`{}`: {}", remark.cell, remark.kind.words()));
    }
    Ok((party, properties))
}

fn hint(field: &str) -> Option<String> {
    did_you_mean(field).map(|meant| format!("did you mean `{meant}`?"))
}

fn of_line(row: u64, line: &[u8], schema: Option<EntitySchema>) -> Result<Party, String> {
    let Unique(value) = serde_json::from_slice(line).map_err(|e| format!("it is no JSON object: {e}"))?;
    let Value::Object(object) = value else { return Err("it is no JSON object".to_owned()) };
    let fields = Fields::of(&object)?;
    let unknown = fields.unknown;
    // where the name is not found, a field with a slip in it may be the name
    let hints = || unknown.iter().find_map(|field| Some((field, hint(field)?)));
    let mut party =
        party(row, fields.cells.into_iter(), schema, fields.together).map_err(|why| match hints() {
            Some((field, hint)) => format!("{why}; its field `{field}` is not known: {hint}"),
            None => why,
        })?;
    party.remarks.extend(fields.odd);
    party.unknown = unknown;
    Ok(party)
}

/// What is read of an object.
#[derive(Default)]
struct Fields {
    cells: Vec<(Column, String)>,
    /// Whether several values of a part of the name are one.
    together: bool,
    /// Fields that are not known.
    unknown: Vec<String>,
    /// Fields of which the value is of a form that is not read.
    odd: Vec<Remark>,
}

impl Fields {
    fn of(object: &Map<String, Value>) -> Result<Self, String> {
        // several values of a property are spellings of one
        let mut fields = Self { together: true, ..Self::default() };
        let keys: Vec<String> = object.keys().cloned().collect();
        for ((key, value), column) in object.iter().zip(beside(&keys)) {
            match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    for (key, value) in properties {
                        match Column::of(key) {
                            Some(column) => fields.read(key, column, value, true)?,
                            None => fields.unknown.push(format!("{PROPERTY}{key}")),
                        }
                    }
                }
                (key, _) if object.contains_key("properties") && OF_THE_ENTITY.contains(&key) => {}
                (key, value) => match column {
                    Some(column) => fields.read(key, column, value, false)?,
                    None => fields.unknown.push(key.to_owned()),
                },
            }
        }
        Ok(fields)
    }

    fn read(&mut self, key: &str, column: Column, value: &Value, is_entity: bool) -> Result<(), String> {
        let values = match value {
            Value::Array(items) => items.as_slice(),
            other => std::slice::from_ref(other),
        };
        self.together &= values.len() < 2 || !column.names();
        for value in values {
            match value {
                Value::Null => {}
                // FollowTheMoney's code of Namibia; elsewhere it may mean that none is known
                Value::String(text) if is_entity && column == Column::Country && text == "na" => {
                    self.cells.push((column, "NAM".to_owned()));
                }
                Value::String(text) => self.cells.push((column, text.clone())),
                Value::Number(number) => self.cells.push((column, number.to_string())),
                other if column.names() => {
                    return Err(format!(
                        "its field `{key}` holds `{other}`, which is neither a text nor a number"
                    ));
                }
                // it keeps nobody from being compared, no more than a cell that cannot be read
                other if column != Column::Aside => {
                    self.odd.push(Remark::of(Doubt::Form, &format!("{key}: {other}")));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
