//! What was read of a source's files and what was not.

use std::collections::{BTreeMap, BTreeSet};

use countersign_model::Entity;
use serde::{Deserialize, Serialize};

use crate::identifiers;

/// A row that was not imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u64,
    /// Why, as a sentence.
    pub reason: String,
}

/// Something in an imported row that a person should know of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The file.
    pub file: String,
    /// The line, counted from 1; 0 where it concerns the whole file.
    pub line: u64,
    /// What was found and what was done, as a sentence.
    pub text: String,
}

/// What was read and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Data rows (CSV), records (XML) or entries (JSON) seen, over all files. `rows` = rows that became part
    /// of an entity or edge + `refused`.
    pub rows: u64,
    /// Rows by file.
    pub rows_by_file: BTreeMap<String, u64>,
    /// Entities that came out.
    pub entities: u64,
    /// Primary names.
    pub names: u64,
    /// Aliases and former names of good quality.
    pub aliases: u64,
    /// Weak aliases.
    pub weak_aliases: u64,
    /// Names that the program took out of cells of names, beside the cells themselves.
    #[serde(default)]
    pub names_inside: u64,
    /// Identifiers: values of the properties that hold a number of a document, register or account.
    pub identifiers: u64,
    /// Rows not imported.
    pub refused: Vec<Refusal>,
    /// Things a person should know.
    pub warnings: Vec<Warning>,
    /// Columns or keys that no importer reads.
    pub unknown_columns: BTreeSet<String>,
    /// Entries by kind (FollowTheMoney schema, list code…), for the things that are only counted.
    pub counted: BTreeMap<String, u64>,
}

impl Report {
    pub(crate) fn refuse(&mut self, file: &str, line: u64, reason: impl Into<String>) {
        self.refused.push(Refusal { file: file.to_owned(), line, reason: reason.into() });
    }

    pub(crate) fn warn(&mut self, file: &str, line: u64, text: impl Into<String>) {
        self.warnings.push(Warning { file: file.to_owned(), line, text: text.into() });
    }

    pub(crate) fn row(&mut self, file: &str) {
        self.rows += 1;
        *self.rows_by_file.entry(file.to_owned()).or_default() += 1;
    }

    pub(crate) fn count(&mut self, kind: impl Into<String>) {
        *self.counted.entry(kind.into()).or_default() += 1;
    }

    /// Fills in the counts that follow from the entities.
    pub(crate) fn tally(&mut self, entities: &[Entity]) {
        self.entities = entities.len() as u64;
        for entity in entities {
            let count = |property: &str| entity.values(property).len() as u64;
            self.names += count("name");
            self.aliases += count("alias") + count("previousName");
            self.weak_aliases += count("weakAlias");
            self.names_inside += count("nameInside");
            self.identifiers += identifiers::count(entity);
        }
    }
}

/// How many birth dates, and how many numbers of documents, registers and accounts entities have: what tells people and bodies of
/// one name apart.
pub fn marks(entities: &[Entity]) -> (u64, u64) {
    let births = |e: &Entity| e.values("birthDate").len().max(e.values("birthDateText").len()) as u64;
    (entities.iter().map(births).sum(), entities.iter().map(identifiers::count).sum())
}
