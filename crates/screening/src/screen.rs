//! A query is asked: names to candidates, numbers to whoever holds them, and all that was found to a report.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use arrayvec::ArrayVec;
use countersign_model::NameQuality;
use countersign_names::{NameKind, ParsedName, Score, compare_score};

use crate::adjust::{bonus, folded_forms, identifier_agreement};
use crate::best::{Best, Found, keep};
use crate::candidates::{Scratch, candidates};
use crate::hit::Screening;
use crate::index::{AllParts, Index};
use crate::keys::{What, key};
use crate::lost::lost;
use crate::may_agree::{Bonuses, Need};
use crate::part::{Part, place};
use crate::profile::{Profile, ScreenError, WeakAliases};
use crate::query::Query;
use crate::report::{Gathered, Names};
use crate::words::Links;
use crate::written::with_numbers;

/// The parts that a query is compared with, in the order of their kinds.
pub(crate) type Parts<'p> = ArrayVec<&'p Part<'p>, { NameKind::ALL.len() }>;

/// A query as it was read: what is asked of each part that it is compared with.
pub(crate) struct Asking<'q, 'p> {
    /// With the official numbers in its names.
    pub(crate) query: Cow<'q, Query>,
    /// Whether nothing but names was read of it.
    pub(crate) plain: bool,
    /// The parts, in the order of their kinds.
    pub(crate) parts: Parts<'p>,
    /// The names that are asked of each.
    pub(crate) names: Names,
    /// What facts can add to the score of a name.
    pub(crate) bonuses: Bonuses,
}

/// The links of the words of a query, where these were looked up before: of each part those of all its names, one after the other.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Before<'l>(pub(crate) [&'l [Arc<Links>]; 3]);

impl<'l> Before<'l> {
    fn of(self, kind: NameKind) -> &'l [Arc<Links>] {
        self.0.get(place(kind)).copied().unwrap_or_default()
    }
}

/// Up to so many entities the room for what is found is kept for the next query.
const KEPT_ROOM: usize = 1 << 16;

impl Index {
    /// Every possible match of `query`, and the near misses.
    ///
    /// The result is the same as that of [`Index::screen_exhaustively`], byte for byte.
    ///
    /// # Errors
    /// Where the query or the profile asks nothing that can be answered.
    pub fn screen(&self, query: &Query, profile: &Profile) -> Result<Screening, ScreenError> {
        self.with_scratch(|scratch| self.run(query, profile, Some(scratch)))
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
        scratch: Option<&mut Scratch>,
    ) -> Result<Screening, ScreenError> {
        check(profile)?;
        let all = self.parts(kinds_of(query));
        let asking = self.read(query, &all, profile)?;
        self.answer(&asking, profile, 0.0, (scratch, Before::default()))
    }

    /// Reads a query, to be compared with these of the [`Index::parts`].
    pub(crate) fn read<'q, 'p>(
        &self,
        query: &'q Query,
        all: &'p AllParts<'p>,
        profile: &Profile,
    ) -> Result<Asking<'q, 'p>, ScreenError> {
        // of most queries nothing but names is read
        let plain = query.is_plain();
        let query = if plain { Cow::Borrowed(query) } else { with_numbers(query) };
        let parts: Parts<'_> =
            kinds_of(&query).iter().filter_map(|kind| all.get(place(*kind))?.as_ref()).collect();
        let names = asked_names(&query, plain, &parts)?;
        let bonuses = Bonuses::of(&query, &profile.weights);
        Ok(Asking { query, plain, parts, names, bonuses })
    }

    /// What is found of a query that was read: of the entities found by name those whose name scores `least` or more.
    pub(crate) fn answer(
        &self,
        asking: &Asking<'_, '_>,
        profile: &Profile,
        least: f64,
        (mut scratch, before): (Option<&mut Scratch>, Before<'_>),
    ) -> Result<Screening, ScreenError> {
        let Asking { query, parts, names, .. } = asking;
        let mut best = self.by_name(asking, profile, least, (scratch.as_deref_mut(), before));
        let mut numbered = BTreeSet::new();
        for holder in self.holders(query)? {
            if !self.add_holder(holder, parts, names, &mut best) {
                numbered.insert(holder as u32);
            }
        }
        let bearers = self.bearers(query, profile, parts, &names.whole, scratch.as_deref_mut());
        let gathered = Gathered { asking, best, numbered, bearers };
        let screening = self.report(profile, &gathered);
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

    /// Every entity whose name scores `least` or more and, with all that its facts can add, reaches the floor.
    fn by_name(
        &self,
        Asking { query, parts, names, bonuses, .. }: &Asking<'_, '_>,
        profile: &Profile,
        least: f64,
        (mut scratch, before): (Option<&mut Scratch>, Before<'_>),
    ) -> Found {
        let floor = profile.floor();
        let mut best = scratch.as_deref_mut().map(|s| std::mem::take(&mut s.found)).unwrap_or_default();
        let facts = self.fact_rows();
        // most entities are told from their row alone
        let lifts = |entity: usize, missing: f64| {
            facts.get(entity).is_none_or(|row| bonuses.of_entity(row) >= missing)
                && self.listed(entity).is_some_and(|l| bonus(query, &l.facts, &profile.weights) >= missing)
        };
        for (at, part) in parts.iter().enumerate() {
            let need = Need::of(bonuses, part.kind, floor, least);
            // what agrees is known of each entity: only where its own facts lift a low score to the floor is it of use
            let of_kind = |name: usize| {
                let entity = part.names.get(name)?.entity as usize;
                self.kind_fits(query, entity).then_some(entity)
            };
            // and where they differ, only a high score is
            let reaches = |entity: usize, most: f64| {
                facts.get(entity).is_none_or(|row| most >= bonuses.need_of_entity(row, floor))
            };
            let fits = |name: usize, most: f64| {
                let lifted = |entity: usize| most >= floor || lifts(entity, floor - most);
                of_kind(name).is_some_and(|entity| reaches(entity, most) && lifted(entity))
            };
            let mut before = before.of(part.kind);
            for (n, (name, country)) in names.of(at).enumerate() {
                let words = name.forms.iter().map(|form| form.tokens.len()).sum();
                let (own, others) = before.split_at_checked(words).unwrap_or_default();
                before = others;
                let mut found = |listed: usize, score: Score| {
                    let quality = part.quality(listed);
                    let exact_only =
                        quality == NameQuality::Weak && profile.weak_aliases == WeakAliases::ExactOnly;
                    let number = score.score;
                    if number < need.least || number <= 0.0 || (exact_only && number < 1.0) {
                        return;
                    }
                    let Some(row) = part.names.get(listed) else { return };
                    if number < floor && !lifts(row.entity as usize, floor - number) {
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
                        let mut found = |listed: usize, score: Score| {
                            let entity = part.names.get(listed).map(|row| row.entity as usize);
                            if entity.is_some_and(|entity| reaches(entity, score.score)) {
                                found(listed, score);
                            }
                        };
                        candidates(part, name, &need, (scratch, own), &fits, &mut found);
                    }
                    None => {
                        let Some(all) = self.all_names(part) else { continue };
                        all.score(part, name, |listed| of_kind(listed).is_some(), &mut found);
                    }
                }
            }
        }
        best
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
    fn add_holder(&self, holder: usize, parts: &[&Part<'_>], names: &Names, best: &mut Found) -> bool {
        for (place, (part, asked)) in parts.iter().zip(&names.whole).enumerate() {
            let rows = part.names.get(..part.name_count()).unwrap_or_default();
            // names stand in the order of their entities
            let from = rows.partition_point(|row| (row.entity as usize) < holder);
            let own = rows.iter().enumerate().skip(from).take_while(|(_, row)| row.entity as usize == holder);
            for (at, _) in own {
                let listed = ParsedName::parse(part.text(at), part.kind);
                for (n, name) in asked.iter().enumerate() {
                    let score = compare_score(name, &listed, *part);
                    let quality = part.quality(at);
                    let found = Best { score, quality, order: (at as u32, n as u32), part: place as u8 };
                    keep(best, holder as u32, found);
                }
            }
        }
        best.contains_key(&(holder as u32))
    }
}

/// The kinds of name that a query is compared with.
fn kinds_of(query: &Query) -> &'static [NameKind] {
    query.schema.map_or(&NameKind::ALL, NameKind::of_schema)
}

pub(crate) fn check(profile: &Profile) -> Result<(), ScreenError> {
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

/// The names of a query as they are compared with each part.
///
/// # Errors
/// Where a name has nothing to compare.
fn asked_names(query: &Query, plain: bool, parts: &[&Part<'_>]) -> Result<Names, ScreenError> {
    let parsed = |part: &Part<'_>| -> Vec<ParsedName> {
        query.compared_names(part.kind, plain).map(|name| ParsedName::parse(&name, part.kind)).collect()
    };
    let mut whole: Vec<Vec<ParsedName>> = parts.iter().copied().map(parsed).collect();
    let lost = if plain { Vec::new() } else { lost(query) };
    if !lost.is_empty() {
        for (part, names) in parts.iter().zip(&mut whole) {
            names.extend(crate::lost::names(&lost, part));
        }
    }
    // the kinds agree on what is a letter or a digit
    if let Some(name) = whole.iter().flatten().find(|name| name.forms.is_empty()) {
        return Err(ScreenError::NoName(name.original.clone()));
    }
    // `NSO Group Israel`: a second form of the question, which only entities of that country answer
    let seated =
        whole.iter().map(|names| names.iter().filter_map(ParsedName::without_country).collect()).collect();
    Ok(Names { whole, seated })
}
