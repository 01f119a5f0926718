//! What is told of a file beside its matches: cells that were not compared as they stand, columns and sheets that were not read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use countersign_columns::{Doubt, of_another_party};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::party::{Party, Remark};
use crate::run::{BulkError, io_error};

/// How many rows of a kind are named; all of them stand in the file of warnings.
const NAMED: usize = 3;

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
        let rows = if self.rows == 1 { "row" } else { "rows" };
        format!("in {} {rows}: {} ({}{more})", self.rows, self.kind.words(), first.join(", "))
    }
}

/// What is told of a file beside its matches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Cells that were not compared as they stand, by kind.
    pub doubts: Vec<Which>,
    /// The file in which each of them is named, where there are any.
    pub warnings: Option<PathBuf>,
    /// Columns that hold the names of other parties (directors, owners), which were not compared.
    pub other_parties: Vec<String>,
    /// Sheets of a spreadsheet that hold something and were not read.
    pub sheets: Vec<String>,
}

impl Told {
    /// What is told of the columns that were not read.
    pub fn of_columns(unknown: &[String]) -> Self {
        let other_parties = unknown.iter().filter(|header| of_another_party(header)).cloned().collect();
        Self { other_parties, ..Self::default() }
    }
}

/// Counts remarks as the rows go by.
#[derive(Debug, Default)]
pub struct Doubts {
    kinds: BTreeMap<Doubt, Which>,
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
    }

    /// What was counted, by kind.
    pub fn counted(self) -> Vec<Which> {
        self.kinds.into_values().collect()
    }
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
        for Remark { kind, cell } in &party.remarks {
            let line =
                json!({"row": party.row, "id": party.id, "kind": kind, "cell": cell, "why": kind.words()});
            if let Err(error) = writeln!(self.file, "{line}") {
                self.fault.get_or_insert(error);
            }
        }
    }

    pub(crate) fn end(mut self) -> Result<Vec<Which>, BulkError> {
        let flushed = self.file.flush();
        match self.fault.map_or(flushed, Err) {
            Ok(()) => Ok(self.doubts.counted()),
            Err(error) => Err(io_error(&self.path, error)),
        }
    }
}
