//! What was found, made ready for the reader: sorted, cut, explained.

use std::collections::{BTreeSet, HashSet};

use countersign_model::{EntitySchema, NameQuality};
use countersign_names::{NameKind, ParsedName, Rarity, Score, compare};

use crate::adjust::{adjust, is_like_a_number};
use crate::bearers::Bearers;
use crate::best::{Best, Found};
use crate::damage;
use crate::hit::{Hit, MatchedName, Screening, quality_word};
use crate::index::{Index, Listed};
use crate::profile::Profile;
use crate::query::Query;
use crate::screen::Asking;

/// An entity that is to be shown: its score with all facts, its number, its names.
type Shown<'f> = (f64, u32, Option<&'f Best>);

/// The names asked about, read for each part.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// As they are.
    pub(crate) whole: Vec<Vec<ParsedName>>,
    /// Those of bodies without the country in them, which only entities of that country answer: `NSO Group Israel`.
    pub(crate) seated: Vec<Vec<(ParsedName, &'static str)>>,
}

impl Names {
    /// All names that are asked of a part, with the country that is left out.
    pub(crate) fn of(&self, part: usize) -> impl Iterator<Item = (&ParsedName, Option<&'static str>)> {
        let whole = self.whole.get(part).into_iter().flatten().map(|name| (name, None));
        let seated = self.seated.get(part).into_iter().flatten();
        whole.chain(seated.map(|(name, country)| (name, Some(*country))))
    }

    /// The `n`-th of them.
    fn get(&self, part: u8, n: u32) -> Option<&ParsedName> {
        self.of(usize::from(part)).nth(n as usize).map(|(name, _)| name)
    }
}

/// Everything that was found for a query.
pub(crate) struct Gathered<'a> {
    /// The query as it was read.
    pub(crate) asking: &'a Asking<'a, 'a>,
    /// By name.
    pub(crate) best: Found,
    /// By an official number alone.
    pub(crate) numbered: BTreeSet<u32>,
    /// Who bears the one word that was asked.
    pub(crate) bearers: Bearers,
}

impl Index {
    /// The answer to a query.
    pub(crate) fn report(&self, profile: &Profile, gathered: &Gathered<'_>) -> Screening {
        let Gathered { asking: Asking { query, parts, names, .. }, best, numbered, bearers } = gathered;
        let floor = profile.floor();
        let name_alone = query.has_name_alone();
        let mut hits: Vec<Shown<'_>> = Vec::new();
        let mut near: Vec<Shown<'_>> = Vec::new();
        let found = best.iter().map(|(number, best)| (number, best.score, Some(best)));
        for (number, score, best) in
            found.chain(numbered.iter().map(|number| (number, Score::default(), None)))
        {
            // with no other fact the name decides, and the entity need not be read for that
            let score = if name_alone {
                score.score
            } else {
                let Some(listed) = self.listed(*number as usize) else { continue };
                let part = best.and_then(|best| parts.get(usize::from(best.part)));
                let person = part.is_some_and(|part| part.kind == NameKind::Person);
                adjust(query, &listed.facts, score, person, &profile.weights).0
            };
            if score >= profile.threshold {
                hits.push((score, *number, best));
            } else if score >= floor {
                near.push((score, *number, best));
            }
        }
        let order = self.order();
        let by_score_and_id = |a: &Shown<'_>, b: &Shown<'_>| {
            let place = |number: u32| order.get(number as usize);
            b.0.total_cmp(&a.0).then_with(|| place(a.1).cmp(&place(b.1))).then(a.1.cmp(&b.1))
        };
        let first = |found: &mut Vec<Shown<'_>>, most: usize| -> usize {
            let more = found.len().saturating_sub(most);
            if more > 0 {
                found.select_nth_unstable_by(most, by_score_and_id);
                found.truncate(most);
            }
            found.sort_unstable_by(by_score_and_id);
            more
        };
        // who bears the one word that was asked is shown as that, also where it is a near miss of its own
        near.retain(|(_, number, _)| !bearers.found.contains_key(number));
        let taken: HashSet<u32> = hits.iter().map(|(_, number, _)| *number).collect();
        let others = bearers.found.iter().filter(|(number, _)| !taken.contains(number));
        let mut bearing: Vec<Shown<'_>> =
            others.map(|(number, best)| (best.score.score, *number, Some(best))).collect();
        first(&mut hits, usize::MAX);
        let more_near_misses = first(&mut near, profile.max_near_misses) + first(&mut bearing, MOST_BEARERS);
        let shown = |found: Vec<Shown<'_>>| -> Vec<Hit> {
            found
                .into_iter()
                .filter_map(|(_, number, best)| {
                    let listed = self.listed(number as usize)?;
                    let Some(best) = best else {
                        let asked = names.whole.iter().flatten().next();
                        return Some(by_number(listed, asked, query, profile));
                    };
                    let part = parts.get(usize::from(best.part))?;
                    let asked = names.get(best.part, best.order.1)?;
                    let name = self.shown(part, best.order.0 as usize)?;
                    Some(hit(listed, name, best.quality, asked, *part, query, profile))
                })
                .collect()
        };
        let bearing = shown(bearing);
        let notes = notes(gathered, hits.is_empty(), bearing.len());
        let mut near_misses = shown(near);
        near_misses.extend(bearing.into_iter().map(|mut hit| {
            hit.kept_below.insert(0, "one word of the name was asked".to_owned());
            hit
        }));
        Screening {
            hits: shown(hits),
            near_misses,
            more_near_misses,
            compared_entities: self.compared(query.schema),
            notes,
        }
    }
}

/// The most near misses that are shown because they bear the one word that was asked.
const MOST_BEARERS: usize = 20;

/// What the reader has to know of the answer.
fn notes(gathered: &Gathered<'_>, no_hit: bool, bearing: usize) -> Vec<String> {
    let Asking { query, names, plain, .. } = gathered.asking;
    let mut notes = Vec::new();
    if names.whole.iter().flatten().any(|name| name.truncated) {
        notes.push(format!(
            "a name asked about has more than {} words; its end was not compared",
            countersign_names::MAX_TOKENS
        ));
    }
    if !plain {
        notes.extend(query.names().filter_map(damage::note));
    }
    let one_word = |name: &str| name.split_whitespace().count() == 1 && !is_like_a_number(name);
    let of_persons = query.schema.is_none_or(|schema| schema.may_be(EntitySchema::Person));
    let count = gathered.bearers.count;
    if bearing > 0 {
        notes.push(format!(
            "one word was asked: of {count} listed parties with that word in a name, {bearing} are shown as near misses; give more \
             of the name"
        ));
    } else if count > 0 && gathered.bearers.found.is_empty() {
        notes.push(format!(
            "one word was asked: {count} listed parties have that word in a name, too many to show; give more of the name"
        ));
    } else if no_hit && of_persons && query.names().all(one_word) {
        notes.push(
            "one word was asked: persons are found by given name and surname, and by a surname alone only where the list \
             has it so"
                .to_owned(),
        );
    }
    notes
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
    // what was written holds more than the name that was compared
    let in_part = if query.names().any(|written| written == asked.original) {
        String::new()
    } else {
        let how = if query.names().any(|name| damage::note(name).is_some()) { "a reading" } else { "a part" };
        format!(" by {how} of what was asked, `{}`", asked.original.trim())
    };
    let mut line = format!("matched `{}` ({}){in_part}: {reasons}", name.original, quality_word(quality));
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
