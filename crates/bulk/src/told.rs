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
    pub(crate) fn of_columns(unknown: &[String]) -> Vec<String> {
        unknown.iter().filter(|header| of_another_party(header)).cloned().collect()
    }
}

/// Counts remarks and writes them down as the rows go by.
///
/// All rows of a file are read by every run, also those of chunks that an earlier one did: so what is told is the same however
/// often a run was stopped.
pub(crate) struct Teller {
    kinds: BTreeMap<Doubt, Which>,
    path: PathBuf,
    file: BufWriter<File>,
    fault: Option<std::io::Error>,
}

impl Teller {
    pub(crate) fn begin(path: &Path) -> Result<Self, BulkError> {
        let file = File::create(path).map_err(|e| io_error(path, e))?;
        Ok(Self { kinds: BTreeMap::new(), path: path.to_owned(), file: BufWriter::new(file), fault: None })
    }

    pub(crate) fn see(&mut self, party: &Party) {
        let mut seen: Vec<Doubt> = Vec::new();
        for Remark { kind, cell } in &party.remarks {
            let line =
                json!({"row": party.row, "id": party.id, "kind": kind, "cell": cell, "why": kind.words()});
            if let Err(error) = writeln!(self.file, "{line}") {
                self.fault.get_or_insert(error);
            }
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

    pub(crate) fn end(mut self) -> Result<Vec<Which>, BulkError> {
        let flushed = self.file.flush();
        match self.fault.map_or(flushed, Err) {
            Ok(()) => Ok(self.kinds.into_values().collect()),
            Err(error) => Err(io_error(&self.path, error)),
        }
    }
}
