//! What is told of a file beside its matches: cells that were not compared as they stand, columns, fields and sheets that were not
//! read.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use countersign_columns::{Doubt, did_you_mean, of_another_party};
use countersign_screening::damage_note;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::fault::{BulkError, io_error};
use crate::files::beside;
use crate::json_in::PROPERTY;
use crate::party::{Party, Remark};
use crate::row::Sheet;

/// How many rows of a kind are named; all of them stand in the file of warnings.
const NAMED: usize = 3;

/// How many fields that are not known are counted by name: keys may be data.
const MOST_FIELDS: usize = 100;

/// What is told of the cells of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Which {
    /// Why they were not compared as they stand.
    pub kind: Doubt,
    /// How many rows have one.
    pub rows: u64,
    /// The first of them: the row, and what stands in the cell.
    pub first: Vec<(u64, String)>,
}

impl Which {
    /// In a sentence, with the first rows.
    pub fn words(&self) -> String {
        let first: Vec<String> = self.first.iter().map(|(row, cell)| format!("row {row} `{cell}`")).collect();
        let more = if self.rows > self.first.len() as u64 { ", …" } else { "" };
        format!("in {}: {} ({}{more})", rows(self.rows), self.kind.words(), first.join(", "))
    }
}

fn rows(count: u64) -> String {
    format!("{count} {}", if count == 1 { "row" } else { "rows" })
}

/// A field of JSON objects that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownField {
    /// The field; a property of FollowTheMoney entities with [`PROPERTY`] before it.
    pub field: String,
    /// How many rows have it.
    pub rows: u64,
    /// The first of them.
    pub first: u64,
}

/// What is told of a file beside its matches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Cells that were not compared as they stand, by kind.
    pub doubts: Vec<Which>,
    /// The file in which each of them is named, where there are any.
    pub warnings: Option<PathBuf>,
    /// Columns and fields that hold the names of other parties (directors, owners), which were not compared.
    pub other_parties: Vec<String>,
    /// Fields of JSON objects that are not known, and were not compared; at most 100 of them.
    pub unknown_fields: Vec<UnknownField>,
    /// Which sheet of a spreadsheet was read, and which were not.
    pub sheet: Option<Sheet>,
}

impl Told {
    /// What is told of a file whose rows went by: its columns that are not known, what was counted, its sheets.
    pub fn of(unknown_columns: &[String], doubts: Doubts, sheet: Option<Sheet>) -> Self {
        let (doubts, unknown_fields) = doubts.counted();
        let fields = unknown_fields.iter().map(|field| &field.field);
        let names = unknown_columns.iter().chain(fields);
        let other_parties = names.filter(|name| of_another_party(name)).cloned().collect();
        Self { doubts, warnings: None, other_parties, unknown_fields, sheet }
    }

    /// How many rows have a name that looks damaged.
    pub fn damaged_names(&self) -> u64 {
        self.doubts.iter().filter(|which| which.kind == Doubt::DamagedName).map(|which| which.rows).sum()
    }

    /// What its reader has to know, in sentences. `unknown_columns`: of a table.
    pub fn words(&self, unknown_columns: &[String]) -> Vec<String> {
        let hint = |name: &str| {
            did_you_mean(name).map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
        };
        let columns = unknown_columns
            .iter()
            .map(|column| format!("the column `{column}` is not known and was not compared{}", hint(column)));
        let mut words: Vec<String> = columns.collect();
        let (properties, fields): (Vec<_>, Vec<_>) =
            self.unknown_fields.iter().partition(|field| field.field.starts_with(PROPERTY));
        words.extend(fields.iter().map(|UnknownField { field, rows: count, first }| {
            format!(
                "the field `{field}` is not known and was not compared, in {} (the first is row {first}){}",
                rows(*count),
                hint(field)
            )
        }));
        if !properties.is_empty() {
            let named = properties.iter().map(|property| {
                let name = property.field.trim_start_matches(PROPERTY);
                let hint =
                    did_you_mean(name).map_or_else(String::new, |meant| format!(", did you mean `{meant}`?"));
                format!("`{name}` (in {}{hint})", rows(property.rows))
            });
            let named: Vec<String> = named.collect();
            words.push(format!("these properties of entities are not compared: {}", named.join(", ")));
        }
        if self.unknown_fields.len() == MOST_FIELDS {
            words.push(format!("only the first {MOST_FIELDS} fields that are not known were counted"));
        }
        words.extend(self.doubts.iter().map(Which::words));
        if let Some(warnings) = &self.warnings {
            words.push(format!("each of these cells is named in `{}`", warnings.display()));
        }
        if let Some(sheet) = &self.sheet {
            words.extend(sheet.words());
        }
        words
    }

    /// Puts the file of warnings beside the output, where there are any.
    pub(crate) fn place(&self, from: &Path, output: &Path) -> Result<Option<PathBuf>, BulkError> {
        let to = beside(output, "warnings.jsonl");
        if self.doubts.is_empty() {
            if to.exists() {
                fs::remove_file(&to).map_err(|e| io_error(&to, e))?;
            }
            return Ok(None);
        }
        let temporary = beside(&to, "part");
        fs::copy(from, &temporary).and_then(|_| fs::rename(&temporary, &to)).map_err(|e| io_error(&to, e))?;
        Ok(Some(to))
    }
}

impl Sheet {
    /// What was not read of the spreadsheet, in sentences.
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if self.header_row > 1 {
            words.push(format!(
                "row {} of the sheet `{}` was taken for the header; what stands above it was not read",
                self.header_row, self.read
            ));
        }
        if !self.not_read.is_empty() {
            words.push(format!(
                "only the sheet `{}` was read; not compared: `{}`; screen each with --sheet NAME and an output of its own",
                self.read,
                self.not_read.join("`, `")
            ));
        }
        words
    }
}

/// Counts remarks as the rows go by.
#[derive(Debug, Default)]
pub struct Doubts {
    kinds: BTreeMap<Doubt, Which>,
    fields: BTreeMap<String, UnknownField>,
}

impl Doubts {
    /// Counts the remarks of a party; a row counts once for each kind.
    pub fn see(&mut self, party: &Party) {
        let mut seen: Vec<Doubt> = Vec::new();
        for Remark { kind, cell } in &party.remarks {
            if seen.contains(kind) {
                continue;
            }
            seen.push(*kind);
            let which =
                self.kinds.entry(*kind).or_insert_with(|| Which { kind: *kind, rows: 0, first: Vec::new() });
            which.rows += 1;
            if which.first.len() < NAMED {
                which.first.push((party.row, cell.clone()));
            }
        }
        for field in &party.unknown {
            let there_is_room = self.fields.len() < MOST_FIELDS;
            if let Some(counted) = self.fields.get_mut(field) {
                counted.rows += 1;
            } else if there_is_room {
                let counted = UnknownField { field: field.clone(), rows: 1, first: party.row };
                self.fields.insert(field.clone(), counted);
            }
        }
    }

    /// What was counted: cells by kind, and fields that are not known.
    pub fn counted(self) -> (Vec<Which>, Vec<UnknownField>) {
        (self.kinds.into_values().collect(), self.fields.into_values().collect())
    }
}

/// Writes the remarks of a party, a line of JSON each.
///
/// # Errors
/// Where they cannot be written.
pub fn write_warnings(party: &Party, to: &mut dyn std::io::Write) -> std::io::Result<()> {
    for Remark { kind, cell } in &party.remarks {
        // of a damaged name also what it was read as
        let read = || party.query.names().find(|name| name.starts_with(cell.trim_end_matches('…')));
        let note = if *kind == Doubt::DamagedName { read().and_then(damage_note) } else { None };
        let why = note.as_deref().unwrap_or_else(|| kind.words());
        writeln!(
            to,
            "{}",
            json!({"row": party.row, "id": party.id, "kind": kind, "cell": cell, "why": why})
        )?;
    }
    Ok(())
}

/// Counts remarks and writes them down as the rows go by.
///
/// All rows of a file are read by every run, also those of chunks that an earlier one did: so what is told is the same however
/// often a run was stopped.
pub(crate) struct Teller {
    doubts: Doubts,
    path: PathBuf,
    file: BufWriter<File>,
    fault: Option<std::io::Error>,
}

impl Teller {
    pub(crate) fn begin(path: &Path) -> Result<Self, BulkError> {
        let file = File::create(path).map_err(|e| io_error(path, e))?;
        Ok(Self { doubts: Doubts::default(), path: path.to_owned(), file: BufWriter::new(file), fault: None })
    }

    pub(crate) fn see(&mut self, party: &Party) {
        self.doubts.see(party);
        if let Err(error) = write_warnings(party, &mut self.file) {
            self.fault.get_or_insert(error);
        }
    }

    pub(crate) fn end(mut self) -> Result<Doubts, BulkError> {
        let flushed = self.file.flush();
        match self.fault.map_or(flushed, Err) {
            Ok(()) => Ok(self.doubts),
            Err(error) => Err(io_error(&self.path, error)),
        }
    }
}
