//! The index as it is read: immutable, shared by any number of queries.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use countersign_model::{Entity, EntitySchema, NameQuality};
use countersign_names::{NameKind, ParsedName, Rarity, Score, compare, compare_score};

use crate::adjust::{
    Facts, adjust, bonus, folded_forms, identifier_agreement, is_like_a_number, largest_bonus,
};
use crate::builder::{ALGORITHM, IndexBuilder, Meta, section};
use crate::candidates::{Scratch, candidates, place};
use crate::file::{Container, IndexFileError};
use crate::hit::{Hit, MatchedName, Screening, quality_word};
use crate::keys::{What, key};
use crate::part::{Part, ReadWords};
use crate::profile::{Profile, ScreenError, WeakAliases};
use crate::query::{Identifier, Query};
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
    scratch: Mutex<Vec<Scratch>>,
    /// Names that were shown, read once.
    shown: [Box<[OnceLock<Box<ParsedName>>]>; 3],
    /// For exhaustive scoring: every name, read.
    all: [OnceLock<Vec<ParsedName>>; 3],
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

/// The best pair of names of one entity.
#[derive(Clone, Copy)]
struct Best<'a> {
    score: Score,
    quality: NameQuality,
    /// The number of the listed name within its part, and of the query name: the first of equals counts.
    order: (usize, usize),
    query: &'a ParsedName,
    part: Part<'a>,
}

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

    fn numbers(&self) -> Table<'_> {
        Table {
            directory: self.container.numbers(section::NUMBER_DIRECTORY),
            entries: self.container.numbers(section::NUMBERS),
        }
    }

    /// An entity, read from its bytes at most once.
    fn listed(&self, number: usize) -> Option<&Listed> {
        let slot = self.listed.get(number)?;
        if let Some(listed) = slot.get() {
            return Some(listed);
        }
        let starts: &[u64] = self.container.numbers(section::ENTITY_STARTS);
        let range = *starts.get(number)? as usize..*starts.get(number + 1)? as usize;
        let bytes = self.container.section(section::ENTITIES).get(range)?;
        let entity: Entity = serde_json::from_slice(bytes).ok()?;
        let facts = Facts::of(&entity, &mut Vec::new());
        Some(slot.get_or_init(|| Box::new(Listed { entity, facts })))
    }

    fn schema(&self, number: usize) -> Option<EntitySchema> {
        let number = *self.container.section(section::SCHEMATA).get(number)?;
        SCHEMATA.get(usize::from(number)).copied()
    }

    fn part(&self, kind: NameKind) -> Option<Part<'_>> {
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
        // whoever types a number where a name is asked for means the number too
        let with_numbers;
        let query = if query.names().any(is_like_a_number) {
            let numbers = query.names().filter(|name| is_like_a_number(name));
            let numbers = numbers.map(|value| Identifier { property: None, value: value.to_owned() });
            let identifiers = query.identifiers.iter().cloned().chain(numbers).collect();
            with_numbers = Query { identifiers, ..query.clone() };
            &with_numbers
        } else {
            query
        };
        let kinds: &[NameKind] = query.schema.map_or(&NameKind::ALL, NameKind::of_schema);
        let parts: Vec<Part<'_>> = kinds.iter().filter_map(|kind| self.part(*kind)).collect();
        let asked: Vec<Vec<ParsedName>> =
            parts.iter().map(|p| query.names().map(|n| ParsedName::parse(n, p.kind)).collect()).collect();
        // the kinds agree on what is a letter or a digit
        if let Some(name) = asked.iter().flatten().find(|name| name.forms.is_empty()) {
            return Err(ScreenError::NoName(name.original.clone()));
        }
        // `NSO Group Israel`: a second form of the question, which only entities of that country answer
        let seated: Vec<Vec<(ParsedName, &'static str)>> = asked
            .iter()
            .map(|names| names.iter().filter_map(ParsedName::without_country).collect())
            .collect();
        let floor = profile.threshold - profile.near_miss_margin;
        let need = floor - largest_bonus(query, &profile.weights);
        let mut best: BTreeMap<usize, Best<'_>> = BTreeMap::new();
        for (part, (names, seated)) in parts.iter().zip(asked.iter().zip(&seated)) {
            let kind_fits = |entity: usize| {
                query
                    .schema
                    .is_none_or(|schema| self.schema(entity).is_some_and(|listed| schema.may_be(listed)))
            };
            // what agrees is known of each entity: only where its own facts lift a low score to the floor is it of use
            let fits = |name: usize, most: f64| {
                let Some(entity) = part.names.get(name).map(|row| row.entity as usize) else { return false };
                kind_fits(entity)
                    && (most >= floor
                        || self
                            .listed(entity)
                            .is_some_and(|l| most + bonus(query, &l.facts, &profile.weights) >= floor))
            };
            let whole = names.iter().map(|name| (name, None));
            let cut = seated.iter().map(|(name, country)| (name, Some(*country)));
            for (n, (name, country)) in whole.chain(cut).enumerate() {
                let mut found = |listed: usize, score: Score| {
                    let quality = part.quality(listed);
                    let exact_only =
                        quality == NameQuality::Weak && profile.weak_aliases == WeakAliases::ExactOnly;
                    let number = score.score;
                    if number < need || number <= 0.0 || (exact_only && number < 1.0) {
                        return;
                    }
                    let Some(row) = part.names.get(listed) else { return };
                    let lifted = || {
                        self.listed(row.entity as usize)
                            .is_some_and(|l| number + bonus(query, &l.facts, &profile.weights) >= floor)
                    };
                    if number < floor && !lifted() {
                        return;
                    }
                    let of = |code: &str| {
                        self.listed(row.entity as usize)
                            .is_some_and(|l| l.facts.countries.iter().any(|c| c == code))
                    };
                    if !country.is_none_or(of) {
                        return;
                    }
                    let found = Best { score, quality, order: (listed, n), query: name, part: *part };
                    keep(&mut best, row.entity as usize, found);
                };
                match scratch.as_deref_mut() {
                    Some(scratch) => candidates(part, name, need, scratch, &fits, &mut found),
                    None => {
                        for (listed, parsed) in self.all_names(part).iter().enumerate() {
                            if fits(listed, 1.0) {
                                found(listed, compare_score(name, parsed, part));
                            }
                        }
                    }
                }
            }
        }
        let mut numbered = BTreeMap::new();
        for holder in self.holders(query)? {
            self.add_holder(holder, &parts, &asked, &mut best, &mut numbered);
        }
        let truncated = asked.iter().flatten().any(|n| n.truncated);
        Ok(self.report(query, profile, floor, &best, &numbered, truncated))
    }

    /// A name, read at most once: those that are like much are shown often.
    fn shown(&self, part: &Part<'_>, name: usize) -> Option<&ParsedName> {
        let slot = self.shown.get(place(part.kind))?.get(name)?;
        Some(slot.get_or_init(|| Box::new(ParsedName::parse(part.text(name), part.kind))))
    }

    /// Every name of a part, read.
    fn all_names(&self, part: &Part<'_>) -> &[ParsedName] {
        let read = || (0..part.name_count()).map(|n| ParsedName::parse(part.text(n), part.kind)).collect();
        self.all.get(place(part.kind)).map_or(&[], |all| all.get_or_init(read))
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

    /// An entity found by its number is a hit whatever its name; its best name is shown, or else its caption.
    fn add_holder<'a>(
        &'a self,
        holder: usize,
        parts: &[Part<'a>],
        asked: &'a [Vec<ParsedName>],
        best: &mut BTreeMap<usize, Best<'a>>,
        numbered: &mut BTreeMap<usize, &'a ParsedName>,
    ) {
        for (part, names) in parts.iter().zip(asked) {
            let rows = part.names.get(..part.name_count()).unwrap_or_default();
            // names stand in the order of their entities
            let from = rows.partition_point(|row| (row.entity as usize) < holder);
            let own = rows.iter().enumerate().skip(from).take_while(|(_, row)| row.entity as usize == holder);
            for (at, _) in own {
                let listed = ParsedName::parse(part.text(at), part.kind);
                for (n, name) in names.iter().enumerate() {
                    let score = compare_score(name, &listed, part);
                    let quality = part.quality(at);
                    keep(best, holder, Best { score, quality, order: (at, n), query: name, part: *part });
                }
            }
        }
        if !best.contains_key(&holder)
            && let Some(name) = asked.first().and_then(|names| names.first())
        {
            numbered.insert(holder, name);
        }
    }

    fn report(
        &self,
        query: &Query,
        profile: &Profile,
        floor: f64,
        best: &BTreeMap<usize, Best<'_>>,
        numbered: &BTreeMap<usize, &ParsedName>,
        truncated: bool,
    ) -> Screening {
        let mut hits: Vec<(f64, &Listed, Option<&Best<'_>>)> = Vec::new();
        let mut near: Vec<(f64, &Listed, Option<&Best<'_>>)> = Vec::new();
        let found = best.iter().map(|(number, best)| (number, best.score, Some(best)));
        for (number, score, best) in
            found.chain(numbered.keys().map(|number| (number, Score::default(), None)))
        {
            let Some(listed) = self.listed(*number) else { continue };
            let person = best.is_some_and(|best| best.part.kind == NameKind::Person);
            let (score, _) = adjust(query, &listed.facts, score, person, &profile.weights);
            if score >= profile.threshold {
                hits.push((score, listed, best));
            } else if score >= floor {
                near.push((score, listed, best));
            }
        }
        let in_order = |found: &mut Vec<(f64, &Listed, Option<&Best<'_>>)>| {
            found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.entity.id.cmp(&b.1.entity.id)));
        };
        in_order(&mut hits);
        in_order(&mut near);
        let more_near_misses = near.len().saturating_sub(profile.max_near_misses);
        near.truncate(profile.max_near_misses);
        let shown = |found: Vec<(f64, &Listed, Option<&Best<'_>>)>| -> Vec<Hit> {
            found
                .into_iter()
                .map(|(_, listed, best)| match best {
                    Some(best) => {
                        let own;
                        let name = match self.shown(&best.part, best.order.0) {
                            Some(name) => name,
                            // every name has its place, so this is for nobody's loss if one had not
                            None => {
                                own = ParsedName::parse(best.part.text(best.order.0), best.part.kind);
                                &own
                            }
                        };
                        hit(listed, name, best.quality, best.query, &best.part, query, profile)
                    }
                    None => by_number(listed, numbered.values().next().copied(), query, profile),
                })
                .collect()
        };
        let compared_entities = SCHEMATA
            .iter()
            .zip(self.schemata)
            .filter(|(listed, _)| query.schema.is_none_or(|schema| schema.may_be(**listed)))
            .map(|(_, count)| count)
            .sum();
        let mut notes = Vec::new();
        if truncated {
            notes.push(format!(
                "a name asked about has more than {} words; its end was not compared",
                countersign_names::MAX_TOKENS
            ));
        }
        let one_word = |name: &str| name.split_whitespace().count() == 1 && !is_like_a_number(name);
        if hits.is_empty()
            && query.schema.is_none_or(|schema| schema.may_be(EntitySchema::Person))
            && query.names().all(one_word)
        {
            notes.push(
                "one word was asked: persons are found by given name and surname, and by a surname alone only where the list \
                 has it so"
                    .to_owned(),
            );
        }
        Screening { hits: shown(hits), near_misses: shown(near), more_near_misses, compared_entities, notes }
    }
}

/// A hit by an official number alone: the entity's caption is shown as its name.
fn by_number(listed: &Listed, query_name: Option<&ParsedName>, query: &Query, profile: &Profile) -> Hit {
    let kind = NameKind::of_schema(listed.entity.schema).first().copied().unwrap_or(NameKind::Organization);
    let caption = ParsedName::parse(listed.entity.caption(), kind);
    let own;
    let asked = match query_name {
        Some(name) => name,
        None => {
            own = ParsedName::parse(&query.name, kind);
            &own
        }
    };
    hit(listed, &caption, NameQuality::Primary, asked, &countersign_names::DefaultRarity, query, profile)
}

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

/// Keeps the better of two names of an entity: the higher score, then the stronger name, then the first.
fn keep<'a>(best: &mut BTreeMap<usize, Best<'a>>, entity: usize, found: Best<'a>) {
    let better = best.get(&entity).is_none_or(|held| {
        held.score
            .score
            .total_cmp(&found.score.score)
            .then(found.quality.cmp(&held.quality))
            .then(found.part.kind.cmp(&held.part.kind))
            .then(found.order.cmp(&held.order))
            // of the readings of one name
            .then(held.score.agreed.total_cmp(&found.score.agreed))
            .is_lt()
    });
    if better {
        best.insert(entity, found);
    }
}

fn hit(
    listed: &Listed,
    name: &ParsedName,
    quality: NameQuality,
    asked: &ParsedName,
    rarity: &dyn Rarity,
    query: &Query,
    profile: &Profile,
) -> Hit {
    let comparison = compare(asked, name, rarity);
    let numbers = Score { score: comparison.score, agreed: comparison.agreed };
    let person = name.kind == NameKind::Person;
    let (score, adjustments) = adjust(query, &listed.facts, numbers, person, &profile.weights);
    let near_miss = score < profile.threshold;
    // what is below the threshold is not rounded up to it
    let rounded = |score: f64| if near_miss { (score * 100.0).floor() / 100.0 } else { score };
    let reasons = if adjustments.is_empty() { comparison.line_of(rounded(score)) } else { comparison.line() };
    let mut line = format!("matched `{}` ({}): {reasons}", name.original, quality_word(quality));
    for change in &adjustments {
        let verb = if change.agrees { "agrees" } else { "differs" };
        line.push_str(&format!(
            "; {} {verb} ({} / {}) {:+.2}",
            change.fact.as_str(),
            change.asked,
            change.listed,
            change.effect
        ));
    }
    if !adjustments.is_empty() {
        line.push_str(&format!("; {:.2} in all", rounded(score)));
    }
    let mut kept_below = Vec::new();
    if near_miss {
        let quoted = |words: &[String]| words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(" ");
        if !comparison.unmatched_query.is_empty() {
            kept_below.push(format!("only asked: {}", quoted(&comparison.unmatched_query)));
        }
        if !comparison.unmatched_listed.is_empty() {
            kept_below.push(format!("only listed: {}", quoted(&comparison.unmatched_listed)));
        }
        for part in comparison.parts.iter().filter(|p| p.similarity < 0.9) {
            let (asked, told) = (quoted(&part.query), quoted(&part.listed));
            kept_below.push(format!("{asked} is only {:.2} like {told}", part.similarity));
        }
        if comparison.swapped {
            kept_below.push("given names in swapped order".to_owned());
        }
        for change in adjustments.iter().filter(|c| !c.agrees) {
            let fact = change.fact.as_str();
            kept_below.push(format!("{fact} differs: `{}`, listed `{}`", change.asked, change.listed));
        }
    }
    Hit {
        entity: listed.entity.id.clone(),
        source: listed.entity.source.clone(),
        caption: listed.entity.caption().to_owned(),
        schema: listed.entity.schema,
        score,
        name_score: comparison.score,
        near_miss,
        name: MatchedName {
            asked: asked.original.clone(),
            listed: name.original.clone(),
            quality,
            weak: quality == NameQuality::Weak,
        },
        comparison,
        adjustments,
        kept_below,
        listings: listed.entity.listings.clone(),
        line,
    }
}
