//! The outcome of an import, and one under construction: every importer fills a [`Draft`] row by row.

use std::collections::BTreeMap;

use countersign_model::{Date, Digest, Entity, EntitySchema, SourceId};
use serde::{Deserialize, Serialize};

use crate::dates;
use crate::ftm_edges::{Edge, Link};
use crate::ftm_record::FtmRecord;
use crate::names_inside::names_inside;
use crate::report::Report;
use crate::white_space::tidy;
use crate::{ImportError, InputFile};

/// One file as it came in: its name, its size, and the digest that pins it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawFile {
    /// The file's name.
    pub name: String,
    /// SHA-256 of the bytes as they came, still compressed if they were.
    pub sha256: Digest,
    /// Number of those bytes.
    pub bytes_len: u64,
}

/// The outcome of one import.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The source.
    pub source: SourceId,
    /// The dialect that was recognised, for people.
    pub format: String,
    /// The files as they came in.
    pub raw: Vec<RawFile>,
    /// The parties, sorted by id; ids are unique.
    pub entities: Vec<Entity>,
    /// Ownership, for the ownership room. Only FollowTheMoney sources have any.
    pub edges: Vec<Edge>,
    /// Other links between parties (family, directorship…), kept for the reader of a hit.
    pub links: Vec<Link>,
    /// For a FollowTheMoney source what the entities do not hold of its records ([`crate::ftm_jsonl`]).
    pub ftm: Vec<FtmRecord>,
    /// What was read and what was not.
    pub report: Report,
    /// The day for which the file speaks, where the file itself tells it.
    pub as_of: Option<Date>,
}

/// An import under construction.
pub(crate) struct Draft {
    pub(crate) source: SourceId,
    pub(crate) entities: BTreeMap<String, Entity>,
    pub(crate) report: Report,
    cells: Cells,
}

/// How the cells of a publisher are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cells {
    /// Every one is a value; white space is made even.
    Tidied,
    /// Those of names may hold further names, which are added.
    NamesInside,
    /// Nothing is touched.
    WordForWord,
}

impl Draft {
    pub(crate) fn new(source: &SourceId) -> Self {
        Self {
            source: source.clone(),
            entities: BTreeMap::new(),
            report: Report::default(),
            cells: Cells::Tidied,
        }
    }

    /// The publisher writes several names into one cell.
    pub(crate) fn with_names_inside(self) -> Self {
        Self { cells: Cells::NamesInside, ..self }
    }

    /// What goes out again must be what came in.
    pub(crate) fn word_for_word(self) -> Self {
        Self { cells: Cells::WordForWord, ..self }
    }

    /// A date of birth in a publisher's words. What cannot be read as one is kept as text, with a warning.
    pub(crate) fn birth(&mut self, entity: &mut Entity, text: &str, file: &str, line: u64) {
        match dates::birth(text) {
            Some(birth) => {
                for date in birth.dates {
                    entity.add("birthDate", date);
                }
                entity.add("birthDateText", birth.words.unwrap_or_default());
            }
            None => {
                entity.add("birthDateText", text);
                self.report.warn(file, line, format!("date of birth `{text}` cannot be read; kept as text"));
            }
        }
    }

    /// An entity without properties. Its id gets the source in front.
    pub(crate) fn entity(&self, key: &str, schema: EntitySchema) -> Entity {
        Entity {
            id: format!("{}:{key}", self.source),
            schema,
            source: self.source.clone(),
            properties: BTreeMap::new(),
            listings: Vec::new(),
        }
    }

    /// Adds an entity. Two rows with one key are one entry that the publisher split: they are merged, and the
    /// report says so.
    pub(crate) fn add(&mut self, entity: Entity, file: &str, line: u64) {
        if self.entities.contains_key(&entity.id) {
            self.report.warn(
                file,
                line,
                format!(
                    "`{}` has the key `{}` of an earlier row; the two are joined",
                    entity.caption(),
                    entity.id
                ),
            );
        }
        self.join(entity);
    }

    /// Adds an entity, or what it says to the one of its id.
    pub(crate) fn join(&mut self, entity: Entity) {
        let Some(first) = self.entities.get_mut(&entity.id) else {
            self.entities.insert(entity.id.clone(), entity);
            return;
        };
        for (property, values) in entity.properties {
            for value in values {
                first.add(&property, value);
            }
        }
        for listing in entity.listings {
            if !first.listings.contains(&listing) {
                first.listings.push(listing);
            }
        }
    }

    /// Closes the import. A file of which no row could be read is unusable.
    pub(crate) fn finish(
        mut self,
        format: impl Into<String>,
        files: &[InputFile],
        edges: Vec<Edge>,
        links: Vec<Link>,
        as_of: Option<Date>,
    ) -> Result<Import, ImportError> {
        let mut entities: Vec<Entity> = self.entities.into_values().collect();
        for entity in &mut entities {
            if self.cells != Cells::WordForWord {
                tidy(entity);
            }
            if self.cells == Cells::NamesInside {
                add_names_inside(entity);
            }
        }
        if entities.is_empty() {
            return Err(ImportError::Unusable {
                file: files.first().map_or_else(String::new, |f| f.name.clone()),
                reason: match self.report.refused.first() {
                    Some(first) => {
                        format!("no row could be read; the first, line {}: {}", first.line, first.reason)
                    }
                    None => "it holds no party".into(),
                },
                hint: "check that it is the right file for the source".into(),
            });
        }
        self.report.tally(&entities);
        Ok(Import {
            source: self.source,
            format: format.into(),
            raw: files.iter().map(raw_file).collect(),
            entities,
            edges,
            links,
            ftm: Vec::new(),
            report: self.report,
            as_of,
        })
    }
}

/// Adds the names that stand inside the cells of an entity. The cells stay as they are.
fn add_names_inside(entity: &mut Entity) {
    let person = entity.schema == EntitySchema::Person;
    let cells: Vec<String> = entity.names().map(|name| name.text.to_owned()).collect();
    for name in cells.iter().flat_map(|cell| names_inside(cell, person)) {
        // one word of a person's name says too little alone
        if (!person || name.contains(' ')) && !cells.contains(&name) {
            entity.add("nameInside", name);
        }
    }
}

fn raw_file(file: &InputFile) -> RawFile {
    RawFile { name: file.name.clone(), sha256: Digest::of(&file.bytes), bytes_len: file.bytes.len() as u64 }
}
