//! The index as it is read: immutable, shared by any number of queries.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use countersign_model::{Entity, EntitySchema, NameQuality};
use countersign_names::{NameKind, ParsedName, Score, compare_score};

use crate::adjust::{FactRow, Facts, bonus, folded_forms, identifier_agreement, largest_bonus};
use crate::builder::{ALGORITHM, IndexBuilder, Meta, section};
use crate::candidates::{Need, Scratch, candidates, place};
use crate::exhaustive::AllNames;
use crate::file::{Container, IndexFileError};
use crate::hit::Screening;
use crate::keys::{What, key};
use crate::lost::lost;
use crate::part::{Part, ReadWords, year_place};
use crate::profile::{Profile, ScreenError, WeakAliases};
use crate::query::Query;
use crate::report::{Best, Found, Gathered, Names, keep};
use crate::table::Table;
use crate::written::with_numbers;

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
    scratch: Mutex<Vec<Scratch>>,
    /// Names that were shown, read once.
    shown: [Box<[OnceLock<Box<ParsedName>>]>; 3],
    /// For exhaustive scoring: every name, read.
    all: [OnceLock<AllNames>; 3],
}

/// The schemata by their number in the index.
const SCHEMATA: [EntitySchema; 8] = [
    EntitySchema::Person,
    EntitySchema::Organization,
    EntitySchema::Company,
    EntitySchema::PublicBody,
    EntitySchema::LegalEntity,
    EntitySchema::Vessel,
    EntitySchema::Airplane,
    EntitySchema::Asset,
];

impl Index {
    /// Builds an index over `entities`.
    pub fn build(entities: &[Entity]) -> Self {
        let mut builder = IndexBuilder::new();
        for entity in entities {
            builder.add(entity);
        }
        builder.finish()
    }

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

    /// What its maker calls the entities in it ([`IndexBuilder::for_content`]).
    pub fn content(&self) -> &str {
        &self.meta.content
    }

    /// What its maker kept with it ([`IndexBuilder::annotate`]).
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

    pub(crate) fn part(&self, kind: NameKind) -> Option<Part<'_>> {
        Some(Part::of(&self.container, kind, self.words.get(place(kind))?))
    }

    /// Every possible match of `query`, and the near misses.
    ///
    /// The result is the same as that of [`Index::screen_exhaustively`], byte for byte.
    ///
    /// # Errors
    /// Where the query or the profile asks nothing that can be answered.
    pub fn screen(&self, query: &Query, profile: &Profile) -> Result<Screening, ScreenError> {
        // a thread that panicked has left its scratch behind, and the others are good
        let kept = self.scratch.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = kept.unwrap_or_default();
        let result = self.run(query, profile, Some(&mut scratch));
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        result
    }

    /// The same by scoring every name of the index: the yardstick for [`Index::screen`], and an audit tool.
    ///
    /// # Errors
    /// As [`Index::screen`].
    pub fn screen_exhaustively(&self, query: &Query, profile: &Profile) -> Result<Screening, ScreenError> {
        self.run(query, profile, None)
    }

    fn run(
        &self,
        query: &Query,
        profile: &Profile,
        mut scratch: Option<&mut Scratch>,
    ) -> Result<Screening, ScreenError> {
        check(profile)?;
        let query = &*with_numbers(query);
        let kinds: &[NameKind] = query.schema.map_or(&NameKind::ALL, NameKind::of_schema);
        let parts: Vec<Part<'_>> = kinds.iter().filter_map(|kind| self.part(*kind)).collect();
        let mut asked: Vec<Vec<ParsedName>> = parts
            .iter()
            .map(|p| query.compared_names(p.kind).map(|n| ParsedName::parse(&n, p.kind)).collect())
            .collect();
        let lost = lost(query);
        if !lost.is_empty() {
            for (part, names) in parts.iter().zip(&mut asked) {
                names.extend(crate::lost::names(&lost, part));
            }
        }
        // the kinds agree on what is a letter or a digit
        if let Some(name) = asked.iter().flatten().find(|name| name.forms.is_empty()) {
            return Err(ScreenError::NoName(name.original.clone()));
        }
        // `NSO Group Israel`: a second form of the question, which only entities of that country answer
        let seated = asked
            .iter()
            .map(|names| names.iter().filter_map(ParsedName::without_country).collect())
            .collect();
        let names = Names { whole: asked, seated };
        let floor = profile.threshold - profile.near_miss_margin;
        let (birth, other) = largest_bonus(query, &profile.weights);
        let year = query.birth_date.map(|date| year_place(date.year));
        let need = floor - birth - other;
        let mut best = scratch.as_deref_mut().map(|s| std::mem::take(&mut s.found)).unwrap_or_default();
        for (at, part) in parts.iter().enumerate() {
            // what agrees is known of each entity: only where its own facts lift a low score to the floor is it of use
            let fits = |name: usize, most: f64| {
                let Some(entity) = part.names.get(name).map(|row| row.entity as usize) else { return false };
                self.kind_fits(query, entity)
                    && (most >= floor || self.lifts(query, profile, entity, floor - most))
            };
            for (n, (name, country)) in names.of(at).enumerate() {
                let mut found = |listed: usize, score: Score| {
                    let quality = part.quality(listed);
                    let exact_only =
                        quality == NameQuality::Weak && profile.weak_aliases == WeakAliases::ExactOnly;
                    let number = score.score;
                    if number < need || number <= 0.0 || (exact_only && number < 1.0) {
                        return;
                    }
                    let Some(row) = part.names.get(listed) else { return };
                    if number < floor && !self.lifts(query, profile, row.entity as usize, floor - number) {
                        return;
                    }
                    let of = |code: &str| {
                        self.listed(row.entity as usize)
                            .is_some_and(|l| l.facts.countries.iter().any(|c| c == code))
                    };
                    if !country.is_none_or(of) {
                        return;
                    }
                    // numbers of an index have 32 bits, parts are three
                    let (order, part) = ((listed as u32, n as u32), at as u8);
                    keep(&mut best, row.entity, Best { score, order, part, quality });
                };
                match scratch.as_deref_mut() {
                    Some(scratch) => {
                        // the year is known of persons' names only
                        let year = year.filter(|_| part.kind == NameKind::Person);
                        let undated =
                            if query.birth_date.is_some() && year.is_none() { need } else { floor - other };
                        let need = Need { least: need, undated, year };
                        candidates(part, name, need, scratch, &fits, &mut found);
                    }
                    None => {
                        let Some(all) = self.all_names(part) else { continue };
                        all.score(part, name, |listed| fits(listed, 1.0), &mut found);
                    }
                }
            }
        }
        let mut numbered = BTreeSet::new();
        for holder in self.holders(query)? {
            if !self.add_holder(holder, &parts, &names, &mut best) {
                numbered.insert(holder as u32);
            }
        }
        let bearers = self.bearers(query, profile, &parts, &names.whole, scratch.as_deref_mut());
        let truncated = names.whole.iter().flatten().any(|n| n.truncated);
        let gathered = Gathered { parts, names, best, numbered, bearers, truncated };
        let screening = self.report(query, profile, &gathered);
        if let Some(scratch) = scratch {
            let mut best = gathered.best;
            // the room of an ordinary query is kept, not that of the largest
            if best.capacity() <= KEPT_ROOM {
                best.clear();
                scratch.found = best;
            }
        }
        Ok(screening)
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

    /// Of each entity, its place in the order of ids.
    pub(crate) fn order(&self) -> &[u32] {
        self.container.numbers(section::ORDER)
    }

    /// Whether what the entity's facts add to a name's score, if they agree with the query's, is as much as this or more.
    fn lifts(&self, query: &Query, profile: &Profile, entity: usize, missing: f64) -> bool {
        let rows: &[FactRow] = self.container.numbers(section::FACTS);
        // most entities are told from their row alone
        rows.get(entity).is_none_or(|row| row.bonus(query, &profile.weights) >= missing)
            && self.listed(entity).is_some_and(|l| bonus(query, &l.facts, &profile.weights) >= missing)
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

    /// The entities that hold one of the query's official numbers.
    fn holders(&self, query: &Query) -> Result<Vec<usize>, ScreenError> {
        let mut out = Vec::new();
        for identifier in &query.identifiers {
            let forms = folded_forms(identifier.property.as_deref(), &identifier.value);
            if forms.is_empty() {
                return Err(ScreenError::Identifier(identifier.value.clone()));
            }
            let held = forms.iter().flat_map(|form| self.numbers().get(key(What::Identifier, form)));
            for (_, holder) in held {
                let holder = holder as usize;
                let agrees = self.listed(holder).is_some_and(|listed| {
                    query.schema.is_none_or(|schema| schema.may_be(listed.entity.schema))
                        && identifier_agreement(query, &listed.facts).is_some()
                });
                if agrees && !out.contains(&holder) {
                    out.push(holder);
                }
            }
        }
        Ok(out)
    }

    /// An entity found by its number is a hit whatever its name; its best name is shown. Whether it has one.
    fn add_holder(&self, holder: usize, parts: &[Part<'_>], names: &Names, best: &mut Found) -> bool {
        for (place, (part, asked)) in parts.iter().zip(&names.whole).enumerate() {
            let rows = part.names.get(..part.name_count()).unwrap_or_default();
            // names stand in the order of their entities
            let from = rows.partition_point(|row| (row.entity as usize) < holder);
            let own = rows.iter().enumerate().skip(from).take_while(|(_, row)| row.entity as usize == holder);
            for (at, _) in own {
                let listed = ParsedName::parse(part.text(at), part.kind);
                for (n, name) in asked.iter().enumerate() {
                    let score = compare_score(name, &listed, part);
                    let quality = part.quality(at);
                    let found = Best { score, quality, order: (at as u32, n as u32), part: place as u8 };
                    keep(best, holder as u32, found);
                }
            }
        }
        best.contains_key(&(holder as u32))
    }
}

/// Up to so many entities the room for what is found is kept for the next query.
const KEPT_ROOM: usize = 1 << 16;

/// The index in force of a process that lives long: queries go on while a new one is built, and each sees the one or the
/// other whole.
#[derive(Debug)]
pub struct Current(RwLock<Arc<Index>>);

impl Current {
    /// Begins with an index.
    pub fn new(index: Arc<Index>) -> Self {
        Self(RwLock::new(index))
    }

    /// The index in force; it stays whole for as long as it is held, whatever comes after it.
    pub fn get(&self) -> Arc<Index> {
        // the lock is held only to copy or replace a pointer, which cannot leave it half done
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another index in force and gives back the one before. Waits for no query.
    pub fn replace(&self, index: Arc<Index>) -> Arc<Index> {
        std::mem::replace(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner), index)
    }
}

fn check(profile: &Profile) -> Result<(), ScreenError> {
    if !(profile.threshold > 0.0 && profile.threshold <= 1.0) {
        return Err(ScreenError::Threshold(profile.threshold));
    }
    if !(0.0..=1.0).contains(&profile.near_miss_margin) {
        return Err(ScreenError::Margin(profile.near_miss_margin));
    }
    if let Some((name, value)) = profile.weights.out_of_range() {
        return Err(ScreenError::Weight(name, value));
    }
    Ok(())
}
