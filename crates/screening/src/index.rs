//! The index as it is read: immutable, shared by any number of queries.

use std::path::Path;
use std::sync::{Mutex, OnceLock};

use countersign_model::{Entity, EntitySchema};
use countersign_names::{NameKind, ParsedName};

use crate::adjust::Facts;
use crate::candidates::Scratch;
use crate::exhaustive::AllNames;
use crate::file::{Container, IndexFileError};
use crate::keys::{What, key};
use crate::may_agree::FactRow;
use crate::meta::{ALGORITHM, Meta, section};
use crate::part::{Part, ReadWords, place};
use crate::query::Query;
use crate::table::Table;

/// An entity with its facts.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) entity: Entity,
    pub(crate) facts: Facts,
}

/// An immutable index over the entities of all lists: in memory, or mapped from a file.
///
/// It is shared by any number of threads. What of it is read (words, entities) is kept for the next query.
#[derive(Debug)]
pub struct Index {
    container: Container,
    meta: Meta,
    words: [ReadWords; 3],
    listed: Box<[OnceLock<Box<Listed>>]>,
    /// How many entities have each schema, by its number.
    schemata: [usize; SCHEMATA.len()],
    pub(crate) scratch: Mutex<Vec<Box<Scratch>>>,
    /// Names that were shown, read once.
    shown: [Box<[OnceLock<Box<ParsedName>>]>; 3],
    /// For exhaustive scoring: every name, read.
    all: [OnceLock<AllNames>; 3],
}

/// The schemata by their number in the index: the order in which the type has them.
const SCHEMATA: [EntitySchema; 9] = [
    EntitySchema::Person,
    EntitySchema::Organization,
    EntitySchema::Company,
    EntitySchema::PublicBody,
    EntitySchema::LegalEntity,
    EntitySchema::Vessel,
    EntitySchema::Airplane,
    EntitySchema::Vehicle,
    EntitySchema::Asset,
];

/// The part of each kind of name, in the order of [`NameKind::ALL`].
pub(crate) type AllParts<'a> = [Option<Part<'a>>; 3];

impl Index {
    pub(crate) fn of(container: Container, meta: Meta) -> Self {
        let schema_numbers = container.section(section::SCHEMATA);
        let mut schemata = [0usize; SCHEMATA.len()];
        for number in schema_numbers {
            if let Some(count) = schemata.get_mut(usize::from(*number)) {
                *count += 1;
            }
        }
        let listed = schema_numbers.iter().map(|_| OnceLock::new()).collect();
        let words = NameKind::ALL.map(|kind| {
            let none: ReadWords = Box::default();
            let count = Part::of(&container, kind, &none).word_count();
            (0..count).map(|_| OnceLock::new()).collect()
        });
        let shown = NameKind::ALL.map(|kind| {
            let none: ReadWords = Box::default();
            let count = Part::of(&container, kind, &none).name_count();
            (0..count).map(|_| OnceLock::new()).collect()
        });
        let scratch = Mutex::default();
        Self { container, meta, words, listed, schemata, scratch, shown, all: Default::default() }
    }

    /// Opens an index file that [`Index::write`] made, for the content that it was built for. The file is mapped: what
    /// no query looks at is not read, but for the checksums.
    ///
    /// # Errors
    /// Where the file cannot be read, is damaged, or is of another version or content: build it anew.
    pub fn open(path: &Path, content: &str) -> Result<Self, IndexFileError> {
        Self::open_with(path, content, true)
    }

    /// The same without comparing the checksums of the contents, for a file that was compared when it was put there and
    /// lies where nothing else writes: opening it takes the same time whatever its size.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn open_trusted(path: &Path, content: &str) -> Result<Self, IndexFileError> {
        Self::open_with(path, content, false)
    }

    fn open_with(path: &Path, content: &str, whole: bool) -> Result<Self, IndexFileError> {
        let container = Container::open(path, whole)?;
        let damaged = |why: String| IndexFileError::Damaged { path: path.display().to_string(), why };
        let meta: Meta = serde_json::from_slice(container.section(section::META))
            .map_err(|e| damaged(format!("it does not say what it is: {e}")))?;
        if meta.algorithm != ALGORITHM || meta.content != content {
            return Err(IndexFileError::Version {
                path: path.display().to_string(),
                found: format!("{} for `{}`", meta.algorithm, meta.content),
                expected: format!("{ALGORITHM} for `{content}`"),
            });
        }
        Ok(Self::of(container, meta))
    }

    /// Writes it to a file, whole or not at all.
    ///
    /// # Errors
    /// Where the file system fails.
    pub fn write(&self, path: &Path) -> Result<(), IndexFileError> {
        self.container.write(path)
    }

    /// How many bytes it takes, in memory or as a file.
    pub fn size(&self) -> usize {
        self.container.size()
    }

    /// The version of the matching rules by which it was built and compares.
    pub fn algorithm(&self) -> &str {
        &self.meta.algorithm
    }

    /// What its maker calls the entities in it ([`crate::IndexBuilder::for_content`]).
    pub fn content(&self) -> &str {
        &self.meta.content
    }

    /// What its maker kept with it ([`crate::IndexBuilder::annotate`]).
    pub fn annotation(&self) -> &str {
        &self.meta.annotation
    }

    /// How many entities it holds.
    pub fn len(&self) -> usize {
        self.listed.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// What could not be used: names without letters, unreadable dates.
    pub fn warnings(&self) -> &[String] {
        &self.meta.warnings
    }

    /// The entity with this id.
    pub fn entity(&self, id: &str) -> Option<&Entity> {
        let found = self.numbers().get(key(What::Id, id));
        found.filter_map(|(_, n)| self.listed(n as usize)).map(|l| &l.entity).find(|e| e.id == id)
    }

    /// Every entity, in the order in which they were added.
    pub fn entities(&self) -> impl Iterator<Item = &Entity> {
        (0..self.listed.len()).filter_map(|n| self.listed(n)).map(|l| &l.entity)
    }

    pub(crate) fn numbers(&self) -> Table<'_> {
        Table {
            directory: self.container.numbers(section::NUMBER_DIRECTORY),
            entries: self.container.numbers(section::NUMBERS),
        }
    }

    /// The bytes of an entity, as it was added.
    pub(crate) fn raw(&self, number: usize) -> Option<&[u8]> {
        let starts: &[u64] = self.container.numbers(section::ENTITY_STARTS);
        let range = *starts.get(number)? as usize..*starts.get(number + 1)? as usize;
        self.container.section(section::ENTITIES).get(range)
    }

    /// An entity, read from its bytes at most once.
    pub(crate) fn listed(&self, number: usize) -> Option<&Listed> {
        let slot = self.listed.get(number)?;
        if let Some(listed) = slot.get() {
            return Some(listed);
        }
        let entity: Entity = serde_json::from_slice(self.raw(number)?).ok()?;
        let facts = Facts::of(&entity, &mut Vec::new());
        Some(slot.get_or_init(|| Box::new(Listed { entity, facts })))
    }

    fn schema(&self, number: usize) -> Option<EntitySchema> {
        let number = *self.container.section(section::SCHEMATA).get(number)?;
        SCHEMATA.get(usize::from(number)).copied()
    }

    /// The parts of these kinds.
    pub(crate) fn parts(&self, kinds: &[NameKind]) -> AllParts<'_> {
        NameKind::ALL.map(|kind| if kinds.contains(&kind) { self.part(kind) } else { None })
    }

    pub(crate) fn part(&self, kind: NameKind) -> Option<Part<'_>> {
        Some(Part::of(&self.container, kind, self.words.get(place(kind))?))
    }

    /// Whether an entity is of a kind that is asked about.
    pub(crate) fn kind_fits(&self, query: &Query, entity: usize) -> bool {
        query.schema.is_none_or(|schema| self.schema(entity).is_some_and(|listed| schema.may_be(listed)))
    }

    /// With how many entities a query of this schema is compared.
    pub fn compared(&self, schema: Option<EntitySchema>) -> usize {
        let counts = SCHEMATA.iter().zip(self.schemata);
        let fits = |listed: EntitySchema| schema.is_none_or(|asked| asked.may_be(listed));
        counts.filter(|(listed, _)| fits(**listed)).map(|(_, count)| count).sum()
    }

    /// Of each entity, what its facts can add.
    pub(crate) fn fact_rows(&self) -> &[FactRow] {
        self.container.numbers(section::FACTS)
    }

    /// Of each entity, its place in the order of ids.
    pub(crate) fn order(&self) -> &[u32] {
        self.container.numbers(section::ORDER)
    }

    /// A name, read at most once: those that are like much are shown often.
    pub(crate) fn shown(&self, part: &Part<'_>, name: usize) -> Option<&ParsedName> {
        let slot = self.shown.get(place(part.kind))?.get(name)?;
        Some(slot.get_or_init(|| Box::new(ParsedName::parse(part.text(name), part.kind))))
    }

    /// Every name of a part, read.
    pub(crate) fn all_names(&self, part: &Part<'_>) -> Option<&AllNames> {
        Some(self.all.get(place(part.kind))?.get_or_init(|| AllNames::of(part)))
    }
}
