//! Which listed names can reach a score at all, and their scores.
//!
//! **Completeness.** A reading scores above 0 only through links with a reading of the query: a
//! [`likeness`](countersign_names::likeness) of two words, a join, an acronym. That all likenesses are known is argued
//! in `keys.rs`. Joins and acronyms are looked up by the very keys that
//! [`Joined::spells`](countersign_names::Joined::spells) compares, without its further conditions: a superset. Readings
//! with such a link ([`Wide`]) are all looked at. For every other reading a link joins one word with one word, and each
//! word is matched at most once:
//!
//! - the query's words are taken by the number of readings in which they are linked, fewest first. A reading not yet
//!   seen when word `r` comes has links only with the words `R` = `r` and those after it. The matched words of the query
//!   are among `R`; the rest, at least the stressed weight outside of `R`, is unmatched. A word of `R` is matched with at
//!   most one listed word, of at most the weight (times similarity) and the stressed weight that are highest among its
//!   links; so the listed name matches at most the sum of these over `R`, and at least the sum of its stressed weights
//!   less the sum of those over `R` is unmatched. [`upper_bound`] of these four falls as the sum of the reading's
//!   stressed weights grows, and readings are numbered by that sum: those that may reach what is needed are those up to
//!   a number, found by bisection. Postings are read up to there. When it is 0 for `r` it is 0 for every later word,
//!   since fewer words can only lower the bound;
//! - a link with an initial matches of either word no more than an initial weighs ([`INITIAL_WEIGHT`]), and what the word
//!   tells beyond it is unmatched. So for the words that an initial may stand for, that weight takes the place of the highest
//!   ones, and of a reading looked at, a word that only initials link is matched up to it and unmatched beyond;
//! - a reading carries a set of the places of its words ([`Sign`](crate::part::Sign)), and each word asked about one of the
//!   places of all its links. Where the two do not meet, the reading has no link with that word. So the words that a
//!   reading may be linked with are at most those whose sets meet its own, and the same bound over these alone gives a
//!   number of its own: a reading at or beyond it cannot reach. Bounds grow with the set of words, so that places
//!   that meet by chance leave nothing out;
//! - of each reading that is looked at, all links are known from its words. [`upper_bound`] of what they give, each
//!   word with its best similarity, is compared with what is needed;
//! - what remains is scored in full.

use std::sync::Arc;

use countersign_names::{
    How, INITIAL_WEIGHT, Joined, Likeness, MAX_JOIN, NameKind, ParsedName, Score, Traits, Weighed, acronym,
    comparable, is_coined, name_factor, score_readings, stress, upper_bound,
};

use crate::keys::{What, joined_skeleton, key, skeleton};
use crate::part::{Part, PlacedWord, Sign, bits, join, meet};
use crate::words::{Links, Memory};

/// Scores are rounded to four decimals, so a score may exceed its bound by half of the last one.
const ROUNDING: f64 = 0.0001;

/// For how many words of a query it is known by signs whether a reading may have them.
const SIGNED: usize = 8;

/// How many readings are looked at together.
const BATCH: usize = 64;

/// Marks of readings that were looked at, and room to work in; kept from one query to the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) memory: Memory,
    seen: [Vec<u32>; 3],
    turn: [u32; 3],
    wide: Vec<Wide>,
    pairs: Vec<(usize, usize, Likeness)>,
}

/// A join or an acronym between the query and a reading: the words of both that it may match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Wide {
    reading: u32,
    query: u64,
    listed: u64,
}

/// One reading of the query, with all that is known of its words.
struct Asked<'q> {
    native: bool,
    traits: Traits,
    weighed: Weighed<'q>,
    links: Vec<Arc<Links>>,
    bloom: [u64; 8],
    any_initial: bool,
    need: f64,
}

/// Calls `found` with the number and the score of every name that scores `need` or more (and some that do not), perhaps
/// more than once: the highest counts. `fits` says of a name whether it is asked about at all, and whether a score of so much could
/// be of use.
pub(crate) fn candidates(
    part: &Part<'_>,
    query: &ParsedName,
    need: f64,
    scratch: &mut Scratch,
    fits: &impl Fn(usize, f64) -> bool,
    found: &mut impl FnMut(usize, Score),
) {
    let traits = query.traits();
    for form in &query.forms {
        let links: Vec<Arc<Links>> = form.tokens.iter().map(|t| scratch.memory.links(t, part)).collect();
        let weights: Vec<f64> = links.iter().map(|l| l.weight).collect();
        let coined = is_coined(form.tokens.iter(), part.kind);
        let stressed = form
            .tokens
            .iter()
            .zip(&weights)
            .enumerate()
            .map(|(n, (token, weight))| weight * stress(token, n, part.kind, coined))
            .collect();
        let weighed = Weighed { tokens: form.tokens.iter().collect(), weights, stressed };
        let mut bloom = [0u64; 8];
        for link in &links {
            for (all, one) in bloom.iter_mut().zip(link.bloom) {
                *all |= one;
            }
        }
        let any_initial = links.iter().any(|l| l.initial.is_some());
        let asked = Asked { native: form.native, traits, weighed, links, bloom, any_initial, need };
        asked.run(part, scratch, fits, found);
    }
}

impl Asked<'_> {
    fn run(
        &self,
        part: &Part<'_>,
        scratch: &mut Scratch,
        fits: &impl Fn(usize, f64) -> bool,
        found: &mut impl FnMut(usize, Score),
    ) {
        let mut wide = std::mem::take(&mut scratch.wide);
        let mut pairs = std::mem::take(&mut scratch.pairs);
        let (mut seen, turn) = scratch.begin(part);
        let mut first_time = |reading: u32| match seen.get_mut(reading as usize) {
            Some(mark) if *mark != turn => {
                *mark = turn;
                true
            }
            _ => false,
        };
        self.wide(part, &mut wide);
        for some in wide.chunks(BATCH) {
            let words = some.iter().filter_map(|w| part.placed(w.reading).last().map(|at| at.word));
            std::hint::black_box(words.fold(0, u32::wrapping_add));
        }
        for group in wide.chunk_by(|a, b| a.reading == b.reading) {
            if let Some(Wide { reading, .. }) = group.first()
                && first_time(*reading)
            {
                let (query, listed) = group.iter().fold((0, 0), |(q, l), w| (q | w.query, l | w.listed));
                self.look_at(part, *reading, (query, listed), &mut pairs, fits, found);
            }
        }
        let mut order: Vec<usize> = (0..self.links.len()).collect();
        let readings = |n: &usize| self.links.get(*n).map_or(0, |l| l.readings);
        order.retain(|n| readings(n) > 0);
        order.sort_by_key(readings);
        // beyond a few words, a rare case, the rest are taken to be there
        let signed: Vec<Sign> = order
            .iter()
            .take(SIGNED)
            .map(|n| self.links.get(*n).map_or([u64::MAX; 4], |links| links.sign))
            .collect();
        let mut limits: Vec<Option<u32>> = vec![None; 1 << signed.len()];
        let mut batch: Vec<u32> = Vec::with_capacity(BATCH);
        for from in 0..order.len() {
            let limit = self.limit(part, order.get(from..).unwrap_or_default());
            if limit == 0 {
                break;
            }
            // where no other word of the query is in a reading, it has links with this one alone
            let others = signed.iter().skip(from + 1).fold([0u64; 4], |all, sign| join(&all, sign));
            let beyond = order.len() > signed.len();
            let alone =
                if beyond { limit } else { self.limit(part, order.get(from..=from).unwrap_or_default()) };
            let mut may_reach = |reading: u32, own: &Sign| {
                if from >= signed.len() || reading < alone {
                    return true;
                }
                if !beyond && !meet(own, &others) {
                    return false;
                }
                let mut words = 1usize << from;
                for (n, sign) in signed.iter().enumerate().skip(from + 1) {
                    words |= usize::from(meet(own, sign)) << n;
                }
                let limit = match limits.get(words) {
                    Some(Some(limit)) => *limit,
                    _ => {
                        let there = |n: &usize| *n >= signed.len() || words & (1 << n) != 0;
                        let left: Vec<usize> =
                            (from..order.len()).filter(there).filter_map(|n| order.get(n).copied()).collect();
                        let limit = self.limit(part, &left);
                        if let Some(slot) = limits.get_mut(words) {
                            *slot = Some(limit);
                        }
                        limit
                    }
                };
                reading < limit
            };
            let Some(links) = order.get(from).and_then(|n| self.links.get(*n)) else { continue };
            let beginning = links.initial.map_or(&[][..], |first| part.beginning_with(first));
            for word in links.words.iter().map(|link| link.word).chain(beginning.iter().copied()) {
                for (reading, own) in part.postings(word).iter().zip(part.posting_signs(word)) {
                    if *reading >= limit {
                        break;
                    }
                    if may_reach(*reading, own) && first_time(*reading) {
                        batch.push(*reading);
                        if batch.len() == BATCH {
                            self.look_at_all(part, &mut batch, &mut pairs, fits, found);
                        }
                    }
                }
            }
            self.look_at_all(part, &mut batch, &mut pairs, fits, found);
        }
        wide.clear();
        scratch.wide = wide;
        scratch.pairs = pairs;
        scratch.end(part, std::mem::take(&mut seen));
    }

    /// The number of the first reading that cannot reach what is needed by links with these words alone.
    fn limit(&self, part: &Part<'_>, words: &[usize]) -> u32 {
        let (mut query, mut listed, mut stressed) = (0.0, 0.0, 0.0);
        let mut query_rest = self.weighed.stressed.iter().sum::<f64>();
        for n in words {
            let Some(links) = self.links.get(*n) else { continue };
            query += links.weight * links.similarity;
            query_rest -= self.weighed.stressed.get(*n).copied().unwrap_or(0.0);
            listed += links.listed_weight;
            stressed += links.listed_stressed;
        }
        // sums of the same numbers in another order may differ in their last digits
        let query_rest = (query_rest - 1e-9).max(0.0);
        let reaches = |total: &f32| {
            let rest = (f64::from(*total) - stressed - 1e-6).max(0.0);
            upper_bound(part.kind, query, query_rest, listed, rest) + ROUNDING >= self.need
        };
        u32::try_from(part.totals.partition_point(reaches)).unwrap_or(u32::MAX)
    }

    /// Every join and acronym, by reading.
    fn wide(&self, part: &Part<'_>, wide: &mut Vec<Wide>) {
        let tokens = &self.weighed.tokens;
        wide.clear();
        for (n, token) in tokens.iter().enumerate() {
            let mut runs = |key| {
                wide.extend(part.runs(key).map(|(reading, start, len)| Wide {
                    reading,
                    query: bits(n, 1),
                    listed: bits(start, len),
                }));
            };
            runs(key(What::JoinedText, token.text()));
            if !token.sound().is_empty() {
                runs(key(What::JoinedSound, token.sound()));
            }
            if !token.skeleton().is_empty() {
                // consonants are compared only where one side writes no vowels
                runs(key(joined_skeleton(!token.script().is_skeletal()), token.skeleton()));
            }
            runs(key(What::Acronym, token.text()));
        }
        let mut spelled = |start: usize, len: usize, key: u64| {
            for (_, word) in part.keys.get(key) {
                for reading in part.postings(word) {
                    let places = part.placed(*reading).iter().enumerate().filter(|(_, p)| p.word == word);
                    let listed = places.fold(0, |all, (at, _)| all | bits(at, 1));
                    wide.push(Wide { reading: *reading, query: bits(start, len), listed });
                }
            }
        };
        for len in 2..=MAX_JOIN {
            for (start, window) in tokens.windows(len).enumerate() {
                let keys = Joined::of(window);
                spelled(start, len, key(What::Text, &keys.text));
                if let Some(sound) = &keys.sound {
                    spelled(start, len, key(What::Sound, sound));
                }
                if let Some(consonants) = &keys.skeleton {
                    spelled(start, len, key(skeleton(!keys.is_skeletal()), consonants));
                }
            }
        }
        if part.kind == NameKind::Organization
            && let Some(short) = acronym(tokens)
        {
            spelled(0, tokens.len(), key(What::Text, &short));
        }
        wide.sort_unstable();
    }

    /// Looks at readings that lie far apart in memory, and empties the batch. Their rows and words are touched first, all
    /// rows and then all words, so that the memory fetches many at a time and not one after the other.
    fn look_at_all(
        &self,
        part: &Part<'_>,
        batch: &mut Vec<u32>,
        pairs: &mut Vec<(usize, usize, Likeness)>,
        fits: &impl Fn(usize, f64) -> bool,
        found: &mut impl FnMut(usize, Score),
    ) {
        if batch.len() > 4 {
            let rows = batch.iter().map(|reading| part.name_of(*reading).0).fold(0, usize::wrapping_add);
            std::hint::black_box(rows);
            // a name's words lie in one line of memory or in two
            let ends = batch.iter().filter_map(|reading| {
                let placed = part.placed(*reading);
                placed.first().zip(placed.last()).map(|(first, last)| first.word.wrapping_add(last.word))
            });
            std::hint::black_box(ends.fold(0, u32::wrapping_add));
        }
        for reading in batch.drain(..) {
            self.look_at(part, reading, (0, 0), pairs, fits, found);
        }
    }

    /// Bounds one reading by its links, and scores it if the bound reaches.
    fn look_at(
        &self,
        part: &Part<'_>,
        reading: u32,
        wide: (u64, u64),
        pairs: &mut Vec<(usize, usize, Likeness)>,
        fits: &impl Fn(usize, f64) -> bool,
        found: &mut impl FnMut(usize, Score),
    ) {
        let (name, native) = part.name_of(reading);
        if native != self.native {
            return;
        }
        let placed = part.placed(reading);
        pairs.clear();
        let (mut listed, mut listed_rest) = (0.0, 0.0);
        for (j, at) in placed.iter().enumerate() {
            let mut best: f64 = if wide.1 & bits(j, 1) == 0 { 0.0 } else { 1.0 };
            let mut initial: f64 = 0.0;
            if self.may_have(at.word) {
                for (i, (links, token)) in self.links.iter().zip(&self.weighed.tokens).enumerate() {
                    if links.may_have(at.word)
                        && let Some(likeness) = links.to(token, at.word, part)
                    {
                        pairs.push((i, j, likeness));
                        let slot = if likeness.how == How::Initial { &mut initial } else { &mut best };
                        *slot = slot.max(likeness.similarity);
                    }
                }
            }
            if best > 0.0 {
                listed += f64::from(at.weight) * best;
            } else if initial > 0.0 {
                // no more of a word than an initial weighs
                let matched = f64::from(at.weight).min(INITIAL_WEIGHT);
                listed += matched * initial;
                listed_rest += (f64::from(at.stressed) - INITIAL_WEIGHT).max(0.0);
            } else {
                listed_rest += f64::from(at.stressed);
            }
        }
        let (mut query, mut query_rest) = (0.0, 0.0);
        for (i, (weight, stressed)) in self.weighed.weights.iter().zip(&self.weighed.stressed).enumerate() {
            let linked = if wide.0 & bits(i, 1) == 0 { 0.0 } else { 1.0 };
            let best = pairs.iter().filter(|p| p.0 == i).map(|p| p.2.similarity).fold(linked, f64::max);
            if best > 0.0 {
                query += weight * best;
            } else {
                query_rest += stressed;
            }
        }
        let bound = upper_bound(part.kind, query, query_rest, listed, listed_rest);
        if bound + ROUNDING < self.need || !fits(name, bound + ROUNDING) {
            return;
        }
        let traits = part.traits(name);
        if !comparable(self.traits, self.native, traits, native) {
            return;
        }
        let weighed = weigh(part, placed);
        let pair = |i: usize, j: usize| pairs.iter().find(|p| p.0 == i && p.1 == j).map(|p| p.2);
        let factor = name_factor(self.traits, traits);
        let wide = wide != (0, 0);
        found(name, score_readings(&self.weighed, &weighed, part.kind, factor, wide, pair));
    }

    fn may_have(&self, word: u32) -> bool {
        let (slot, bit) = crate::words::bloom_place(word);
        self.any_initial || self.bloom.get(slot).is_some_and(|set| set & bit != 0)
    }
}

/// The words of a reading as a comparison takes them: the same numbers as [`Weighed::of`].
fn weigh<'a>(part: &Part<'a>, placed: &[PlacedWord]) -> Weighed<'a> {
    let mut weighed = Weighed::default();
    for at in placed {
        let Some(token) = part.word(at.word) else { continue };
        weighed.tokens.push(token);
        weighed.weights.push(part.weight(at.word));
    }
    let coined = is_coined(weighed.tokens.iter().copied(), part.kind);
    let stressed = weighed.tokens.iter().zip(&weighed.weights).enumerate();
    weighed.stressed =
        stressed.map(|(n, (token, weight))| weight * stress(token, n, part.kind, coined)).collect();
    weighed
}

impl Scratch {
    /// The marks of a part, and the mark of this turn.
    fn begin(&mut self, part: &Part<'_>) -> (Vec<u32>, u32) {
        let place = place(part.kind);
        let mut seen = self.seen.get_mut(place).map(std::mem::take).unwrap_or_default();
        let count = part.totals.len();
        let turn = self.turn.get_mut(place).map_or(1, |turn| {
            *turn = turn.wrapping_add(1);
            *turn
        });
        if seen.len() != count || turn == 0 {
            seen.clear();
            seen.resize(count, 0);
            if let Some(slot) = self.turn.get_mut(place) {
                *slot = 1;
            }
            return (seen, 1);
        }
        (seen, turn)
    }

    fn end(&mut self, part: &Part<'_>, seen: Vec<u32>) {
        if let Some(slot) = self.seen.get_mut(place(part.kind)) {
            *slot = seen;
        }
    }
}

pub(crate) fn place(kind: NameKind) -> usize {
    match kind {
        NameKind::Person => 0,
        NameKind::Organization => 1,
        NameKind::Vessel => 2,
    }
}
