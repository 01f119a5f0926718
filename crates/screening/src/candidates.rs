//! Which listed names can reach a score at all, and their scores.
//!
//! **Completeness.** A reading scores above 0 only through links with a reading of the query: a
//! [`likeness`](countersign_names::likeness) of two words, a join, an acronym. That all likenesses are known is argued
//! in `keys.rs`. Joins and acronyms are looked up by the very keys that
//! [`Joined::spells`](countersign_names::Joined::spells) compares, without its further conditions: a superset. Readings
//! with such a link ([`Wide`]) are all looked at. For every other reading a link joins one word with one word, and each
//! word is matched at most once:
//!
//! - a word of the query has two turns, one with the words that are the same as it ([`is_near`]), one with those that it may be a slip
//!   for. Turns are taken by the number of readings in which they are linked, fewest first. Of the alignment by which
//!   a reading scores, each link belongs to one turn. Let `t` be the first of these, of the word `r`, and `x` the listed word that it is
//!   linked with. The reading is found among the postings of `x` when `t` comes: the other matched words of the query are linked by later
//!   turns of other words than `r`, the set `R`; the rest, at least the stressed weight outside of `R` and `r`, is unmatched. `r` matches
//!   the weights of `x` at their similarity; each other word is matched with at most one listed word, by one or the other of its later
//!   turns, of at most the weight (times similarity) and the stressed weight that
//!   are highest among the links of these. So the listed name matches at most the sum of these ([`Sums`], [`together`]), and at least the sum of
//!   its stressed weights less the sum of those is unmatched. [`upper_bound`] of these four falls as the sum of the
//!   reading's stressed weights grows, and readings are numbered by that sum: those that may reach what is needed are those up
//!   to a number, found by bisection. Postings are read up to there. When it is 0 for a turn and all later ones together, whatever
//!   they are linked with, it is 0 for every later turn, since fewer words can only lower the bound;
//! - where a birth date is asked, what is needed is lower for entities of whom one in that year is known. A reading carries the
//!   places of those years too; without the place, the higher need holds;
//! - a link with an initial matches of either word no more than an initial weighs ([`INITIAL_WEIGHT`]), and what the word
//!   tells beyond it is unmatched. So of such links, that weight takes the place of a higher one, and of a reading looked at, a
//!   word that only initials link is matched up to it and unmatched beyond;
//! - a reading carries a set of the places of its words ([`Sign`](crate::part::Sign)), and each turn one of the
//!   places of all its links. Where the two do not meet, the reading has no link of that turn. So the turns that a
//!   reading may have links of are at most those whose sets meet its own, and the same bound over these alone gives a
//!   number of its own: a reading at or beyond it cannot reach. Bounds grow with the set of turns, so that places
//!   that meet by chance leave nothing out. The many words that a word may be a slip for would fill its set, so that every reading
//!   met it: therefore the two turns, of which the one with many words has few readings and comes early;
//! - of each reading that is looked at, all links are known from its words. [`upper_bound`] of what they give, each
//!   word with its best similarity, is compared with what is needed;
//! - what remains is scored in full.

use countersign_names::{
    How, INITIAL_WEIGHT, Likeness, LinkRoom, NameKind, ParsedName, Score, Weighed, comparable, name_factor,
    score_readings, upper_bound,
};

use crate::asked::{Asked, FEW, Need, ROUNDING, Sums};
use crate::best::Found;
use crate::by_set::{BySet, Limits, SIGNED};
use crate::part::{Part, PlacedWord, Sign, bits, meet, place};
use crate::seen::Seen;
use crate::wide::Wide;
use crate::words::{Memory, is_near};

/// How many readings are looked at together.
const BATCH: usize = 64;

/// Which readings were looked at, and room to work in; kept from one query to the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) memory: Memory,
    pub(crate) found: Found,
    seen: [Seen; 3],
    wide: Vec<Wide>,
    pairs: Vec<(usize, usize, Likeness)>,
    limits: [Limits; 2],
    sums: BySet<Sums>,
}

/// A word of the query with its near links, or with the others: when it comes, the readings that have one are looked through.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// The place of the word.
    at: usize,
    near: bool,
    readings: usize,
    sums: Sums,
    sign: Sign,
}

/// What the links of some turns match at most: each word is matched once, by the one or the other of its turns. `there`: which of
/// them count.
fn together(turns: &[Turn], there: impl Fn(usize) -> bool) -> Sums {
    let mut all = Sums::default();
    for (n, turn) in turns.iter().enumerate().filter(|(n, _)| there(*n)) {
        let mut same =
            turns.iter().enumerate().filter(|(m, other)| *m != n && other.at == turn.at && there(*m));
        // a word has two turns at most
        match same.next() {
            Some((m, _)) if m < n => {}
            Some((_, other)) => all = all.with(turn.sums.or(other.sums)),
            None => all = all.with(turn.sums),
        }
    }
    all
}

/// Calls `found` with the number and the score of every name that scores what is needed or more (and some that do not), perhaps
/// more than once: the highest counts. `fits` says of a name whether it is asked about at all, and whether a score of so much could
/// be of use.
pub(crate) fn candidates(
    part: &Part<'_>,
    query: &ParsedName,
    need: Need,
    scratch: &mut Scratch,
    fits: &impl Fn(usize, f64) -> bool,
    found: &mut impl FnMut(usize, Score),
) {
    let traits = query.traits();
    for form in &query.forms {
        let asked = Asked::of(form, traits, need, part, &mut scratch.memory);
        asked.run(part, scratch, fits, found);
    }
}

/// What is needed to look at readings: the part, which of its readings were looked at, and to whom what reaches is given.
struct Looking<'s, 'p, Fits, Give> {
    part: &'s Part<'p>,
    seen: Seen,
    /// Readings that wait to be looked at together.
    batch: Vec<u32>,
    room: Room<'p>,
    fits: &'s Fits,
    found: &'s mut Give,
}

impl Asked<'_> {
    fn run<'p>(
        &self,
        part: &Part<'p>,
        scratch: &mut Scratch,
        fits: &impl Fn(usize, f64) -> bool,
        found: &mut impl FnMut(usize, Score),
    ) {
        let mut wide = std::mem::take(&mut scratch.wide);
        let room = Room { pairs: std::mem::take(&mut scratch.pairs), ..Room::default() };
        let mut seen = scratch.seen.get_mut(place(part.kind)).map(std::mem::take).unwrap_or_default();
        seen.begin(part.totals.len());
        let mut looking = Looking { part, seen, batch: Vec::with_capacity(BATCH), room, fits, found };
        let Scratch { limits, sums: of_later, .. } = &mut *scratch;
        for (table, need) in limits.iter_mut().zip(self.needs()) {
            table.need = need;
        }
        self.wide(part, &mut wide, limits);
        self.look_at_wide(&wide, &mut looking);
        let mut turns: Vec<Turn> = (0..self.links.len()).flat_map(|at| self.turns(at)).collect();
        turns.sort_by_key(|turn| turn.readings);
        let mut later: Vec<Turn> = Vec::with_capacity(turns.len());
        for (from, turn) in turns.iter().enumerate() {
            let left = turns.get(from..).unwrap_or_default();
            if self.limit(part, together(left, |_| true), self.need) == 0 {
                break;
            }
            later.clear();
            later.extend(left.iter().filter(|other| other.at != turn.at));
            of_later.begin();
            self.take(turn, &later, limits, of_later, &mut looking);
        }
        wide.clear();
        scratch.wide = wide;
        scratch.pairs = looking.room.pairs;
        if let Some(slot) = scratch.seen.get_mut(place(part.kind)) {
            *slot = looking.seen;
        }
    }

    /// Looks at the readings with joins and acronyms, each with all of its own.
    fn look_at_wide<Fits: Fn(usize, f64) -> bool, Give: FnMut(usize, Score)>(
        &self,
        wide: &[Wide],
        looking: &mut Looking<'_, '_, Fits, Give>,
    ) {
        for some in wide.chunks(BATCH) {
            let rows = some.iter().map(|w| looking.part.name_of(w.reading).0).fold(0, usize::wrapping_add);
            std::hint::black_box(rows);
        }
        for group in wide.chunk_by(|a, b| a.reading == b.reading) {
            if let Some(Wide { reading, .. }) = group.first()
                && looking.seen.first_time(*reading)
            {
                let (query, listed) = group.iter().fold((0, 0), |(q, l), w| (q | w.query, l | w.listed));
                self.look_at(*reading, (query, listed), looking);
            }
        }
    }

    /// Takes a turn: of each of its words, the readings that may reach by it and by `later` turns of other words.
    fn take<Fits: Fn(usize, f64) -> bool, Give: FnMut(usize, Score)>(
        &self,
        turn: &Turn,
        later: &[Turn],
        limits: &mut [Limits; 2],
        of_later: &mut BySet<Sums>,
        looking: &mut Looking<'_, '_, Fits, Give>,
    ) {
        let Some(links) = self.links.get(turn.at) else { return };
        let part = looking.part;
        let whole = together(later, |_| true);
        let beginning =
            links.initial.filter(|_| !turn.near).map_or(&[][..], |first| part.beginning_with(first));
        let own = links.words.iter().filter(|link| is_near(link.likeness) == turn.near);
        let named = own.map(|link| (link.word, self.sums_of(turn.at, link, part), false));
        // all words that begin with a letter match the same: what was found out of one holds for the others
        let mut known = None;
        for (word, own, same) in named.chain(beginning.iter().map(|word| (*word, turn.sums, true))) {
            let (last, undated_last) = match known.filter(|_| same) {
                Some(last) => last,
                None => {
                    for table in limits.iter_mut() {
                        table.begin();
                    }
                    let last = self.lasts(part, own.with(whole));
                    known = same.then_some(last);
                    last
                }
            };
            if last == 0 {
                continue;
            }
            let postings = part.postings(word);
            // of few readings each is looked up, of many a number says which to pass over
            let few = postings.len() <= FEW && !same;
            let (last, undated_last) = if few { (u32::MAX, u32::MAX) } else { (last, undated_last) };
            let mut may_reach = |reading: u32, sign: &Sign| {
                let [dated, undated] = &mut *limits;
                let is_dated = self.may_be_dated(sign);
                if !is_dated && reading >= undated_last {
                    return false;
                }
                let table = if is_dated { dated } else { undated };
                let mut present = 0usize;
                for (n, other) in later.iter().enumerate().take(SIGNED) {
                    present |= usize::from(meet(sign, &other.sign)) << n;
                }
                let there = |n: usize| n >= SIGNED || present & (1 << n) != 0;
                let sums = own.with(of_later.get(present, || together(later, there)));
                if few {
                    let total = part.totals.get(reading as usize).copied().unwrap_or(0.0);
                    self.reaches(part.kind, sums, f64::from(total), table.need)
                } else {
                    reading < table.get(present, |need| self.limit(part, sums, need))
                }
            };
            for (reading, sign) in postings.iter().zip(part.posting_signs(word)) {
                if *reading >= last {
                    break;
                }
                if may_reach(*reading, sign) && looking.seen.first_time(*reading) {
                    looking.batch.push(*reading);
                    if looking.batch.len() == BATCH {
                        self.look_at_all(looking);
                    }
                }
            }
        }
        self.look_at_all(looking);
    }

    /// The turns of a word.
    fn turns(&self, at: usize) -> impl Iterator<Item = Turn> + '_ {
        let groups = self.links.get(at).map(|links| &links.groups).into_iter().flatten();
        groups.zip([true, false]).filter(|(group, _)| group.readings > 0).filter_map(move |(group, near)| {
            let sums = self.sums_of_group(at, group)?;
            Some(Turn { at, near, readings: group.readings, sums, sign: group.sign })
        })
    }

    /// Looks at readings that lie far apart in memory, and empties the batch. All rows are touched first, so that the memory
    /// fetches many at a time and not one after the other.
    fn look_at_all<Fits: Fn(usize, f64) -> bool, Give: FnMut(usize, Score)>(
        &self,
        looking: &mut Looking<'_, '_, Fits, Give>,
    ) {
        let mut batch = std::mem::take(&mut looking.batch);
        if batch.len() > 4 {
            let rows = batch.iter().map(|reading| looking.part.name_of(*reading).0);
            std::hint::black_box(rows.fold(0, usize::wrapping_add));
        }
        for reading in batch.drain(..) {
            self.look_at(reading, (0, 0), looking);
        }
        looking.batch = batch;
    }

    /// Bounds one reading by its links, and scores it if the bound reaches.
    fn look_at<Fits: Fn(usize, f64) -> bool, Give: FnMut(usize, Score)>(
        &self,
        reading: u32,
        wide: (u64, u64),
        looking: &mut Looking<'_, '_, Fits, Give>,
    ) {
        let Looking { part, room, fits, found, .. } = looking;
        let (name, native) = part.name_of(reading);
        if native != self.native {
            return;
        }
        let placed = part.placed(reading);
        let Room { pairs, listed: weighed, links } = room;
        pairs.clear();
        let (mut listed, mut listed_rest) = (0.0, 0.0);
        for (j, at) in placed.iter().enumerate() {
            let mut best: f64 = if wide.1 & bits(j, 1) == 0 { 0.0 } else { 1.0 };
            let mut initial: f64 = 0.0;
            // only initials ask with what letter a word begins
            let first = if self.any_initial { part.first_letter(at.word) } else { None };
            if self.any_initial || self.may_have(at.word) {
                for (i, (links, token)) in self.links.iter().zip(&self.weighed.tokens).enumerate() {
                    if let Some(likeness) = links.to(token, at.word, first, part) {
                        pairs.push((i, j, likeness));
                        let slot = if likeness.how == How::Initial { &mut initial } else { &mut best };
                        *slot = slot.max(likeness.similarity);
                    }
                }
            }
            let (matched, open) = most_matched(at.weight(), at.stressed(), best, initial);
            listed += matched;
            listed_rest += open;
        }
        let (mut query, mut query_rest) = (0.0, 0.0);
        for (i, (weight, stressed)) in self.weighed.weights.iter().zip(&self.weighed.stressed).enumerate() {
            let mut best: f64 = if wide.0 & bits(i, 1) == 0 { 0.0 } else { 1.0 };
            let mut initial: f64 = 0.0;
            for (_, _, likeness) in pairs.iter().filter(|pair| pair.0 == i) {
                let slot = if likeness.how == How::Initial { &mut initial } else { &mut best };
                *slot = slot.max(likeness.similarity);
            }
            let (matched, open) = most_matched(*weight, *stressed, best, initial);
            query += matched;
            query_rest += open;
        }
        let bound = upper_bound(part.kind, query, query_rest, listed, listed_rest);
        if bound + ROUNDING < self.need || !fits(name, bound + ROUNDING) {
            return;
        }
        let traits = part.traits(name);
        if !comparable(self.traits, self.native, traits, native) {
            return;
        }
        let wide = wide != (0, 0);
        weigh(part, placed, wide || part.kind == NameKind::Person, weighed);
        let pair = |i: usize, j: usize| pairs.iter().find(|p| p.0 == i && p.1 == j).map(|p| p.2);
        let factor = name_factor(self.traits, traits);
        found(name, score_readings(&self.weighed, weighed, part.kind, factor, wide, links, pair));
    }
}

/// What a word of this weight and stressed weight matches at most, times similarity, and what of it is open at least, where it is
/// linked with words of at most the similarity `best`, and with initials of at most the similarity `initial`.
fn most_matched(weight: f64, stressed: f64, best: f64, initial: f64) -> (f64, f64) {
    let by_initial = weight.min(INITIAL_WEIGHT) * initial;
    if best > 0.0 {
        ((weight * best).max(by_initial), 0.0)
    } else if initial > 0.0 {
        // an initial matches no more of a word than it weighs
        (by_initial, (stressed - INITIAL_WEIGHT).max(0.0))
    } else {
        (0.0, stressed)
    }
}

/// The words of a reading as a comparison takes them: the same numbers as [`Weighed::of`]. `with_words`: not only numbers.
fn weigh<'p>(part: &Part<'p>, placed: &[PlacedWord], with_words: bool, out: &mut Weighed<'p>) {
    out.tokens.clear();
    if with_words {
        out.tokens.extend(placed.iter().filter_map(|at| part.word(at.word)));
    }
    out.weights.clear();
    out.weights.extend(placed.iter().map(|at| at.weight()));
    out.stressed.clear();
    out.stressed.extend(placed.iter().map(|at| at.stressed()));
}

/// Room to work in while one name is asked.
#[derive(Debug, Default)]
struct Room<'p> {
    pairs: Vec<(usize, usize, Likeness)>,
    listed: Weighed<'p>,
    links: LinkRoom,
}
