//! What an import gives back, and the one entrance to all importers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use countersign_model::{Date, Digest, Entity, EntitySchema, SourceId};
use serde::{Deserialize, Serialize};

use crate::dates;
use crate::ftm_edges::{Edge, Link};
use crate::ftm_record::FtmRecord;
use crate::names_inside::names_inside;
use crate::{
    ImportError, InputFile, eu_fsf, eu_journal, federal_register, ftm, identifiers, ofac, own, registry,
    starter, uk_ofsi, uk_sl, un_sc, us_bis_dpl, us_bis_mieu, us_csl,
};

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

/// Reads the files of one source.
///
/// The files are given as downloaded (plain, gzip, xz, or a zip archive of one file). Most sources take exactly one
/// file. OFAC's CSV list is a set of up to four, told apart by their names; `eu_journal` takes one file an act;
/// `ftm:<dataset>` an export and any deltas after it, in their order; `own:<name>` a list and its mapping file.
///
/// # Errors
/// [`ImportError`] when a file is not what the source publishes; nothing is imported then. Single rows that
/// cannot be read are in [`Report::refused`].
pub fn import(source: &SourceId, files: &[InputFile]) -> Result<Import, ImportError> {
    match source.as_str() {
        "us_csl" => us_csl::import(source, one_file(source, files)?),
        "us_ofac_sdn" | "us_ofac_cons" => ofac::import(source, files),
        "us_bis_dpl" => us_bis_dpl::import(source, one_file(source, files)?),
        "us_bis_mieu" => us_bis_mieu::import(source, one_file(source, files)?),
        "eu_fsf" => eu_fsf::import(source, one_file(source, files)?),
        "eu_journal" => eu_journal::import(source, files),
        "uk_sl" => uk_sl::import(source, one_file(source, files)?),
        "uk_ofsi" => uk_ofsi::import(source, one_file(source, files)?),
        "jp_eul" | "cn_mofcom" => registry::import(source, one_file(source, files)?),
        "un_sc" => un_sc::import(source, one_file(source, files)?),
        "starter" => starter::import(source, one_file(source, files)?),
        id if id.starts_with("own:") => own::import(source, files),
        id if id.starts_with("fr:") => federal_register::import(source, one_file(source, files)?),
        id if id.starts_with("ftm:") => ftm::import(source, files),
        _ => Err(ImportError::UnknownSource(source.clone())),
    }
}

fn one_file<'a>(source: &SourceId, files: &'a [InputFile]) -> Result<&'a InputFile, ImportError> {
    match files {
        [file] => Ok(file),
        _ => Err(ImportError::FileSet {
            origin: source.clone(),
            reason: format!("{} files were given", files.len()),
            hint: "this source is one file; give exactly one".into(),
        }),
    }
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

/// Makes runs of white space one blank. Publishers break lines anew in every edition; that is no change of an entry.
fn tidy(entity: &mut Entity) {
    for values in entity.properties.values_mut() {
        if values.iter().all(|value| matches!(squeeze(value), Cow::Borrowed(same) if same == value)) {
            continue;
        }
        let mut tidied: Vec<String> = Vec::with_capacity(values.len());
        for value in values.iter().map(|value| squeeze(value).into_owned()) {
            if !tidied.contains(&value) {
                tidied.push(value);
            }
        }
        *values = tidied;
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

/// Runs of white space become one blank; ends are trimmed.
pub(crate) fn squeeze(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    let mut blank = false;
    let untidy = trimmed.chars().any(|c| {
        let twice = c.is_whitespace() && (blank || c != ' ');
        blank = c.is_whitespace();
        twice
    });
    if untidy {
        Cow::Owned(trimmed.split_whitespace().collect::<Vec<_>>().join(" "))
    } else {
        Cow::Borrowed(trimmed)
    }
}
