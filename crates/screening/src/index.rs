//! The index as it is read: immutable, shared by any number of queries.

use std::collections::{BTreeMap, HashMap};

use countersign_model::{Entity, NameQuality};
use countersign_names::{NameKind, ParsedName, compare, compare_score};

use crate::adjust::{Facts, adjust, fold_identifier, identifier_agreement, largest_bonus};
use crate::builder::IndexBuilder;
use crate::hit::{Hit, MatchedName, Screening, quality_word};
use crate::part::Part;
use crate::profile::{Profile, ScreenError, WeakAliases};
use crate::query::Query;

/// An entity with its facts.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) entity: Entity,
    pub(crate) facts: Facts,
    /// Its caption as a name, to show where it is found by a number alone.
    pub(crate) caption: ParsedName,
}

/// An immutable index over the entities of all lists.
#[derive(Debug)]
pub struct Index {
    pub(crate) listed: Vec<Listed>,
    /// One for each of [`NameKind::ALL`].
    pub(crate) parts: [Part; 3],
    pub(crate) identifiers: HashMap<String, Vec<usize>>,
    pub(crate) warnings: Vec<String>,
}

/// The best pair of names of one entity.
struct Best<'a> {
    score: f64,
    quality: NameQuality,
    /// The number of the listed name within its part, and of the query name: the first of equals counts.
    order: (usize, usize),
    query: &'a ParsedName,
    listed: &'a ParsedName,
    part: &'a Part,
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
        &self.warnings
    }

    /// The entity with this id.
    pub fn entity(&self, id: &str) -> Option<&Entity> {
        self.listed.iter().map(|l| &l.entity).find(|e| e.id == id)
    }

    /// Every possible match of `query`, and the near misses.
    ///
    /// The result is the same as that of [`Index::screen_exhaustively`], byte for byte.
    pub fn screen(&self, query: &Query, profile: &Profile) -> Result<Screening, ScreenError> {
        self.run(query, profile, false)
    }

    /// The same by scoring every name of the index: the yardstick for [`Index::screen`], and an audit tool.
    pub fn screen_exhaustively(&self, query: &Query, profile: &Profile) -> Result<Screening, ScreenError> {
        self.run(query, profile, true)
    }

    fn run(&self, query: &Query, profile: &Profile, all: bool) -> Result<Screening, ScreenError> {
        check(profile)?;
        let kinds: &[NameKind] = query.schema.map_or(&NameKind::ALL, NameKind::of_schema);
        let parts: Vec<&Part> = self.parts.iter().filter(|p| kinds.contains(&p.kind)).collect();
        let asked: Vec<Vec<ParsedName>> =
            parts.iter().map(|p| query.names().map(|n| ParsedName::parse(n, p.kind)).collect()).collect();
        for name in query.names() {
            if ParsedName::parse(name, NameKind::Organization).forms.is_empty() {
                return Err(ScreenError::NoName(name.to_owned()));
            }
        }
        let floor = profile.threshold - profile.near_miss_margin;
        let need = floor - largest_bonus(query);
        let mut best: BTreeMap<usize, Best<'_>> = BTreeMap::new();
        for (part, names) in parts.iter().zip(&asked) {
            for (n, name) in names.iter().enumerate() {
                let candidates =
                    if all { (0..part.names.len()).collect() } else { part.candidates(name, need) };
                for candidate in candidates {
                    self.consider(part, (candidate, n), name, query, profile, need, &mut best);
                }
            }
        }
        let holders = self.holders(query)?;
        for holder in &holders {
            self.add_holder(*holder, &parts, &asked, &mut best);
        }
        Ok(self.report(query, profile, floor, &best, asked.iter().flatten().any(|n| n.truncated)))
    }

    /// Scores one listed name and keeps it if it is the best of its entity.
    #[expect(clippy::too_many_arguments, reason = "one step of one loop, split off for its length")]
    fn consider<'a>(
        &'a self,
        part: &'a Part,
        order: (usize, usize),
        name: &'a ParsedName,
        query: &Query,
        profile: &Profile,
        need: f64,
        best: &mut BTreeMap<usize, Best<'a>>,
    ) {
        let Some(entry) = part.names.get(order.0) else { return };
        let Some(listed) = self.listed.get(entry.entity) else { return };
        if query.schema.is_some_and(|schema| !schema.may_be(listed.entity.schema)) {
            return;
        }
        let score = compare_score(name, &entry.parsed, &part.rarity);
        let exact_only = entry.quality == NameQuality::Weak && profile.weak_aliases == WeakAliases::ExactOnly;
        if score < need || score <= 0.0 || (exact_only && score < 1.0) {
            return;
        }
        let found = Best { score, quality: entry.quality, order, query: name, listed: &entry.parsed, part };
        keep(best, entry.entity, found);
    }

    /// The entities that hold one of the query's official numbers.
    fn holders(&self, query: &Query) -> Result<Vec<usize>, ScreenError> {
        let mut out = Vec::new();
        for identifier in &query.identifiers {
            let folded = fold_identifier(&identifier.value);
            if folded.is_empty() {
                return Err(ScreenError::Identifier(identifier.value.clone()));
            }
            for holder in self.identifiers.get(&folded).into_iter().flatten() {
                let agrees = self.listed.get(*holder).is_some_and(|listed| {
                    query.schema.is_none_or(|schema| schema.may_be(listed.entity.schema))
                        && identifier_agreement(query, &listed.facts).is_some()
                });
                if agrees && !out.contains(holder) {
                    out.push(*holder);
                }
            }
        }
        Ok(out)
    }

    /// An entity found by its number is a hit whatever its name; its best name is shown, or else its caption.
    fn add_holder<'a>(
        &'a self,
        holder: usize,
        parts: &[&'a Part],
        asked: &'a [Vec<ParsedName>],
        best: &mut BTreeMap<usize, Best<'a>>,
    ) {
        for (part, names) in parts.iter().zip(asked) {
            for (at, entry) in part.names.iter().enumerate().filter(|(_, e)| e.entity == holder) {
                for (n, name) in names.iter().enumerate() {
                    let score = compare_score(name, &entry.parsed, &part.rarity);
                    let quality = entry.quality;
                    let found =
                        Best { score, quality, order: (at, n), query: name, listed: &entry.parsed, part };
                    keep(best, holder, found);
                }
            }
        }
        if !best.contains_key(&holder)
            && let (Some(part), Some(name), Some(listed)) =
                (parts.first(), asked.first().and_then(|names| names.first()), self.listed.get(holder))
        {
            let order = (usize::MAX, 0);
            let (quality, listed) = (NameQuality::Primary, &listed.caption);
            best.insert(holder, Best { score: 0.0, quality, order, query: name, listed, part });
        }
    }

    fn report(
        &self,
        query: &Query,
        profile: &Profile,
        floor: f64,
        best: &BTreeMap<usize, Best<'_>>,
        truncated: bool,
    ) -> Screening {
        let mut hits = Vec::new();
        let mut near_misses = Vec::new();
        for (number, found) in best {
            let Some(listed) = self.listed.get(*number) else { continue };
            let (score, _) = adjust(query, &listed.facts, found.score);
            if score >= profile.threshold {
                hits.push(hit(listed, found, query, profile));
            } else if score >= floor {
                near_misses.push(hit(listed, found, query, profile));
            }
        }
        let order = |a: &Hit, b: &Hit| b.score.total_cmp(&a.score).then_with(|| a.entity.cmp(&b.entity));
        hits.sort_by(order);
        near_misses.sort_by(order);
        let more_near_misses = near_misses.len().saturating_sub(profile.max_near_misses);
        near_misses.truncate(profile.max_near_misses);
        let compared_entities = self
            .listed
            .iter()
            .filter(|l| query.schema.is_none_or(|schema| schema.may_be(l.entity.schema)))
            .count();
        let mut notes = Vec::new();
        if truncated {
            notes.push(format!(
                "a name asked about has more than {} words; its end was not compared",
                countersign_names::MAX_TOKENS
            ));
        }
        Screening { hits, near_misses, more_near_misses, compared_entities, notes }
    }
}

fn check(profile: &Profile) -> Result<(), ScreenError> {
    if !(profile.threshold > 0.0 && profile.threshold <= 1.0) {
        return Err(ScreenError::Threshold(profile.threshold));
    }
    if !(0.0..=1.0).contains(&profile.near_miss_margin) {
        return Err(ScreenError::Margin(profile.near_miss_margin));
    }
    Ok(())
}

/// Keeps the better of two names of an entity: the higher score, then the stronger name, then the first.
fn keep<'a>(best: &mut BTreeMap<usize, Best<'a>>, entity: usize, found: Best<'a>) {
    let better = best.get(&entity).is_none_or(|held| {
        held.score
            .total_cmp(&found.score)
            .then(found.quality.cmp(&held.quality))
            .then(found.part.kind.cmp(&held.part.kind))
            .then(found.order.cmp(&held.order))
            .is_lt()
    });
    if better {
        best.insert(entity, found);
    }
}

fn hit(listed: &Listed, found: &Best<'_>, query: &Query, profile: &Profile) -> Hit {
    let comparison = compare(found.query, found.listed, &found.part.rarity);
    let (score, adjustments) = adjust(query, &listed.facts, comparison.score);
    let near_miss = score < profile.threshold;
    let mut line = format!(
        "matched `{}` ({}): {}",
        found.listed.original,
        quality_word(found.quality),
        comparison.line()
    );
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
        line.push_str(&format!("; {score:.2} in all"));
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
            asked: found.query.original.clone(),
            listed: found.listed.original.clone(),
            quality: found.quality,
            weak: found.quality == NameQuality::Weak,
        },
        comparison,
        adjustments,
        kept_below,
        listings: listed.entity.listings.clone(),
        line,
    }
}
