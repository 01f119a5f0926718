//! Which listed names can reach a score at all, and their scores.
//!
//! **Completeness.** A reading scores above 0 only through links with a reading of the query: a
//! [`likeness`](countersign_names::likeness) of two words, a join, an acronym. That all likenesses are known is argued
//! in `keys.rs`. Joins are looked up by the very keys that
//! [`Joined::spells`](countersign_names::Joined::spells) compares, acronyms by their letters. Readings
//! with such a link ([`Wide`]) are all looked at. For every other reading a link joins one word with one word, and each
//! word is matched at most once:
//!
//! - a word of the query has up to three turns, one with the words that are the same as it, one with those that it may be a slip
//!   for, one by initials ([`Kind`]). Turns are taken by the number of readings in which they are linked, fewest first. Of the alignment by which
//!   a reading scores, each link belongs to one turn. Let `t` be the first of these, of the word `r`, and `x` the listed word that it is
//!   linked with. The reading is found among the postings of `x` when `t` comes: the other matched words of the query are linked by later
//!   turns of other words than `r`, the set `R`; the rest, at least the stressed weight outside of `R` and `r`, is unmatched. `r` matches
//!   the weights of `x` at their similarity; each other word is matched with at most one listed word, by one of its later
//!   turns, of at most the weight (times similarity) and the stressed weight that
//!   are highest among the links of these. So the listed name matches at most the sum of these ([`Sums`], [`Later::together`](crate::turns::Later::together)), and at least the sum of
//!   its stressed weights less the sum of those is unmatched. [`upper_bound`] of these four falls as the sum of the
//!   reading's stressed weights grows, and readings are numbered by that sum: those that may reach what is needed are those up
//!   to a number, which a table has for steps of that sum. Postings are read up to there; where they are few, each is asked with the
//!   sum of a reading not above it. When it is 0 for a turn and all later ones together, whatever
//!   they are linked with, it is 0 for every later turn, since fewer words can only lower the bound;
//! - where a birth date or a country is asked, what is needed is lower for entities of which one in that year or that country is known, and higher for those of
//!   which only others are: what differs lowers the score by a share that is known. Their places lie beside each posting (`may_agree.rs`), and those of all
//!   readings of a word beside the word; a place that is there by chance only lowers what is needed;
//! - a link with an initial matches of either word no more than an initial weighs ([`INITIAL_WEIGHT`]), and what the word
//!   tells beyond it is unmatched. So of such links, that weight takes the place of a higher one, and of a reading looked at, a
//!   word that only initials link is matched up to it and unmatched beyond;
//! - a posting has the marks of the words of its reading ([`Posting`]), and each turn a set of the
//!   marks of all its links ([`Sets`](crate::posting::Sets)). Where none is in the set, the reading has no link of that turn. So the turns that a
//!   reading may have links of are at most those whose sets have one of its marks, and the same bound over these alone gives a
//!   number of its own: a reading at or beyond it cannot reach. Bounds grow with the set of turns, so that marks
//!   that meet by chance leave nothing out. Most readings meet no later turn: whether that is enough is known of a word before its
//!   readings are read, with the least need. Of more than half of the words even the marks of all that stands beside them are known, and with these
//!   whether any of their readings can reach ([`Companions`](crate::companions::Companions)). The many words that a word may be a slip for would fill its set, so that every reading
//!   met it: therefore it has a turn of its own, with many words and few readings, which comes early. Initials stand in so many readings that
//!   they met most others, and match so little: their turn comes late, when nothing reaches by initials alone;
//! - each of these links is one with another word of the reading. So where fewer of its words are in the sets than there are words of the query with a turn that
//!   it may have links of, the sums are those of so many, the highest of each ([`Sums::of_best`]): `B. & B. Service S.N.C.` has many
//!   initials, and a name of three words matches three of them. Of turns beyond the first `Sets::MOST` it is
//!   taken that a reading has links of them;
//! - by how many links of later turns a reading has at most, one each, it is told first: where the best of all later turns together are too little for so
//!   many, whatever they are, it cannot reach;
//! - a turn of a word that had one before, which counts as much, finds nothing new;
//! - of each reading that is looked at, all links are known from its words; an initial of the query is taken to be linked with every
//!   word that begins with its letter. [`upper_bound`] of what they give, each word with its best similarity, is compared with what is
//!   needed;
//! - what remains is scored in full.
//!
//! **Where nearly the whole name is needed**, most questions are told from few keys. The words of readings with a join or an acronym are
//! compared one by one, or where these are many all links are looked up. For the others, of each word of the query the links that are not by edits alone are looked up
//! ([`Wanted::Sure`]); one by edits is at most as alike as [`most_by_edits`](countersign_names::most_by_edits) says.
//! [`unmatched_lift`](countersign_names::unmatched_lift) has the proof that an alignment reaches what is needed only if the lifts of all words are 0
//! or more together. If the best of each are not, no reading reaches it. If they are not with the best of all other words and a
//! word `r` that is unmatched or linked by edits, no alignment reaches it by such an `r`, and its links by edits need not be known:
//!
//! - a reading that reaches what is needed does so by an alignment without them, and an alignment takes the links by their similarity,
//!   so that one which it did not take can be absent;
//! - of a reading whose alignment takes such a link, the alignment without it has `r` unmatched, or linked by one that is no more alike
//!   (what is more alike came before, and was not free), of at most the same lift. So neither reaches what is needed.

use std::sync::Arc;

use countersign_names::{
    Form, How, INITIAL, INITIAL_WEIGHT, Likeness, LinkRoom, NameKind, ParsedName, Score, Traits, Weighed,
    comparable, likeness, name_factor, score_readings, upper_bound,
};

use crate::asked::{Asked, FEW, ROUNDING, Sums, greater};
use crate::best::Found;
use crate::by_set::{BySet, Limits};
use crate::may_agree::{ALL_AGREE, ALL_DIFFER, Need, ReadingFacts, WAYS};
use crate::memory::Memory;
use crate::part::{Part, PlacedWord, bits, place};
use crate::posting::Posting;
use crate::seen::Seen;
use crate::turns::{Later, List, Lists, Turn, Turns};
use crate::wide::{Joins, Spellings, Wide};
use crate::words::{Kind, Links, Wanted};

/// A turn of so many readings is bounded by how many links each must have.
const MANY: usize = 500;

/// How many readings are looked at together.
const BATCH: usize = 64;

/// Which readings were looked at, and room to work in; kept from one query to the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) memory: Memory,
    pub(crate) found: Found,
    seen: [Seen; 3],
    wide: Vec<Wide>,
    spellings: Spellings,
    pairs: Vec<(usize, usize, Likeness)>,
    limits: [Limits; WAYS],
    sums: BySet<Sums>,
    turns: Turns,
    batch: Vec<u32>,
    lists: Lists,
}

/// Calls `found` with the number and the score of every name that scores what is needed or more (and some that do not), perhaps
/// more than once: the highest counts. `before`: the links of the words of all readings of the query, one after the other, or nothing. `fits` says of a
/// name whether it is asked about at all, and whether a score of so much could be of use.
pub(crate) fn candidates(
    part: &Part<'_>,
    query: &ParsedName,
    need: &Need,
    (scratch, mut before): (&mut Scratch, &[Arc<Links>]),
    fits: &impl Fn(usize, f64) -> bool,
    found: &mut impl FnMut(usize, Score),
) {
    let traits = query.traits();
    for form in &query.forms {
        let (own, others) = before.split_at_checked(form.tokens.len()).unwrap_or_default();
        before = others;
        if need.least < STRICT {
            let links = scratch.memory.links_of(&form.tokens, part, |_| Wanted::All, own);
            let asked = Asked::of(form, traits, need, part, links);
            asked.run(part, Ways::ALL, scratch, fits, found);
        } else if let Some((asked, ways)) = strictly(form, traits, need, part, (scratch, own)) {
            asked.run(part, ways, scratch, fits, found);
        }
    }
}

/// In which ways a reading may reach what is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ways {
    /// By joins or acronyms.
    wide: bool,
    /// By links of one word with one word alone.
    turns: bool,
}

impl Ways {
    const ALL: Self = Self { wide: true, turns: true };
}

/// A reading of which nearly the whole name is needed, and in which ways a listed one may reach that; `None` where none does.
fn strictly<'q>(
    form: &'q Form,
    traits: Traits,
    need: &'q Need,
    part: &Part<'_>,
    (Scratch { memory, spellings, .. }, before): (&mut Scratch, &'q [Arc<Links>]),
) -> Option<(Asked<'q>, Ways)> {
    let links = memory.links_of(&form.tokens, part, |_| Wanted::Sure, before);
    let sure = Asked::of(form, traits, need, part, links);
    let joins = sure.joins(part, spellings);
    let (wide, many) = (joins != Joins::None, joins == Joins::Many);
    match sure.wanted(part.kind) {
        None if !wide => None,
        None if !many => Some((sure, Ways { wide, turns: false })),
        Some(wanted) if !many && !wanted.contains(&Wanted::All) => Some((sure, Ways { wide, turns: true })),
        wanted => {
            // the joins of many readings are bounded by all links
            let of = |n: usize| {
                let wanted = wanted.as_ref().filter(|_| !many).and_then(|wanted| wanted.get(n));
                wanted.copied().unwrap_or(Wanted::All)
            };
            let asked = Asked::of(form, traits, need, part, memory.links_of(&form.tokens, part, of, before));
            let turns = wanted.is_some() && asked.wanted(part.kind).is_some();
            (wide || turns).then_some((asked, Ways { wide, turns }))
        }
    }
}

/// From this need on it is asked first whether any reading can reach it.
pub(crate) const STRICT: f64 = 0.8;

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
    /// Looks at the readings that may reach what is needed in these ways.
    fn run<'p>(
        &self,
        part: &Part<'p>,
        ways: Ways,
        scratch: &mut Scratch,
        fits: &impl Fn(usize, f64) -> bool,
        found: &mut impl FnMut(usize, Score),
    ) {
        let mut wide = std::mem::take(&mut scratch.wide);
        let room = Room { pairs: std::mem::take(&mut scratch.pairs), ..Room::default() };
        let mut seen = scratch.seen.get_mut(place(part.kind)).map(std::mem::take).unwrap_or_default();
        seen.begin(part.totals.len());
        let mut looking =
            Looking { part, seen, batch: std::mem::take(&mut scratch.batch), room, fits, found };
        let Scratch { limits, spellings, .. } = &mut *scratch;
        for (table, need) in limits.iter_mut().zip(self.need.of) {
            table.need = need;
        }
        if ways.wide {
            self.wide(part, &mut wide, spellings, limits);
            self.look_at_wide(&wide, &mut looking);
        }
        if ways.turns {
            self.take_turns(scratch, &mut looking);
        }
        scratch.batch = looking.batch;
        wide.clear();
        scratch.wide = wide;
        scratch.pairs = looking.room.pairs;
        if let Some(slot) = scratch.seen.get_mut(place(part.kind)) {
            *slot = looking.seen;
        }
    }

    /// Looks at the readings that may reach by links of one word with one word. Which postings these are in is known of all turns before any is
    /// read, and so are the readings: of what lies far apart in memory many are fetched at a time.
    fn take_turns<Fits: Fn(usize, f64) -> bool, Give: FnMut(usize, Score)>(
        &self,
        Scratch { limits, sums: of_later, turns, lists: Lists { all, turns: taken }, .. }: &mut Scratch,
        looking: &mut Looking<'_, '_, Fits, Give>,
    ) {
        turns.begin(self);
        all.clear();
        taken.clear();
        for (n, rest) in turns.rests.iter().enumerate() {
            if !self.reaches(looking.part.kind, rest.all, 0.0, self.need.least) {
                break;
            }
            if !self.repeats(&turns.all, n) {
                of_later.begin();
                self.add_lists((turns, n), looking.part.kind, of_later, all);
                taken.push((n, all.len()));
            }
        }
        looking.part.touch(all.iter().map(|list| list.places));
        let mut from = 0;
        for (n, end) in taken.drain(..) {
            let lists = all.get(from..end).unwrap_or_default();
            from = end;
            of_later.begin();
            self.take((turns, n), lists, limits, of_later, looking);
        }
        self.look_at_all(looking);
    }

    /// Adds the postings of the words of the `n`th of the turns, but for words without a reading that reaches: these are most, and no posting need be
    /// read to see that.
    fn add_lists(
        &self,
        (turns, n): (&Turns, usize),
        kind: NameKind,
        of_later: &mut BySet<Sums>,
        all: &mut Vec<List>,
    ) {
        let Some((turn, later)) = turns.all.get(n..).and_then(<[Turn]>::split_first) else { return };
        let Some(links) = self.links.get(turn.at) else { return };
        let Some(whole) = turns.rests.get(n).map(|rest| rest.others) else { return };
        let later = Later::of(turn, later, n + 1);
        let own = links.of_kind(turn.kind).iter();
        all.extend(own.filter_map(|link| {
            let own = self.sums_of(turn.at, link);
            // where no reading of the word agrees, all need more
            let way = self.need.way(|| link.companions.facts());
            let others = match turns.sets.met_beside(&link.companions) {
                Some(met) => {
                    let present = later.of_sets(met);
                    of_later.get(present, || later.together(present, usize::MAX))
                }
                // where many stand beside it, any may
                None => whole,
            };
            let need = self.need.in_way(way);
            let reaches = self.reaches(kind, own.with(others), link.companions.least_total(), need);
            reaches.then_some(List { places: link.places, own, way })
        }));
    }

    /// Looks at the readings with joins and acronyms, each with all of its own.
    fn look_at_wide<Fits: Fn(usize, f64) -> bool, Give: FnMut(usize, Score)>(
        &self,
        wide: &[Wide],
        looking: &mut Looking<'_, '_, Fits, Give>,
    ) {
        for some in wide.chunks(BATCH) {
            looking.part.touch_readings(some.iter().map(|w| w.reading));
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

    /// Takes the `n`th of the turns: of each of its words, whose postings are `lists`, the readings that may reach by it and by later turns of
    /// other words.
    fn take<Fits: Fn(usize, f64) -> bool, Give: FnMut(usize, Score)>(
        &self,
        (turns, n): (&Turns, usize),
        lists: &[List],
        limits: &mut [Limits; WAYS],
        of_later: &mut BySet<Sums>,
        looking: &mut Looking<'_, '_, Fits, Give>,
    ) {
        let Some((turn, later)) = turns.all.get(n..).and_then(<[Turn]>::split_first) else { return };
        let Some(links) = self.links.get(turn.at) else { return };
        let Some(whole) = turns.rests.get(n).map(|rest| rest.others) else { return };
        let part = looking.part;
        let later = Later::of(turn, later, n + 1);
        let beginning = links.initial.clone().filter(|_| turn.kind == Kind::Initial).unwrap_or_default();
        let named = lists.iter().map(|list| (*list, false));
        // all words that begin with a letter match the same: what was found out of one holds for the others
        let beginning = beginning
            .map(|word| (List { places: part.places_of(word), own: turn.sums, way: ALL_AGREE }, true));
        let least = if turn.readings > FEW { self.least_links(turn, &later, part.kind) } else { 0 };
        let mut known = None;
        for (List { places, own, way: best }, same) in named.chain(beginning) {
            // of few readings each is looked up, of many a number says which to pass over
            let few = places.len() <= FEW && !same;
            // what a reading may match that has no link of the turns of which that is known
            let alone = own.with(of_later.get(0, || later.together(0, usize::MAX)));
            // the first reading that cannot reach; of few, none can or all may
            let end = |sums: Sums, need: f64| match few {
                true if self.reaches(part.kind, sums, 0.0, need) => u32::MAX,
                true => 0,
                false => self.limit(part, sums, need),
            };
            let (ends, last_alone) = match known.filter(|_| same) {
                Some(known) => known,
                None => {
                    if !few {
                        limits.iter_mut().for_each(Limits::begin);
                    }
                    let ends = (
                        self.ends(best, |need| end(own.with(whole), need)),
                        end(alone, self.need.in_way(best)),
                    );
                    known = same.then_some(ends);
                    ends
                }
            };
            let end_of = |way: usize| ends.get(way).copied().unwrap_or(u32::MAX);
            // where all that may agree does, the least is needed
            let (last, last_differing) = (end_of(best), end_of(ALL_DIFFER));
            if last == 0 {
                continue;
            }
            let (postings, facts) = (part.postings(places), part.facts_of(places));
            let way_of = |n: usize| self.need.way(|| facts.get(n).copied().unwrap_or(ReadingFacts::ANY));
            let mut may_reach = |n: usize, posting: &Posting| {
                let reading = posting.reading;
                // beyond it all differ that cannot reach, and these are most
                let way = (reading >= last_differing).then(|| way_of(n));
                if way.is_some_and(|way| reading >= end_of(way)) {
                    return false;
                }
                let present = later.met(&turns.sets, posting, part.longer_marks);
                // most readings have no other link; which have cannot be told before, so that this is one branch
                if ((present == 0) & (reading >= last_alone)) | (later.at_most(present) < least) {
                    return false;
                }
                let (key, most) = later.most_links(present, &turns.sets, posting, part.longer_marks);
                let sums = own.with(of_later.get(key, || later.together(present, most)));
                let mut reaches = |way: usize| match limits.get_mut(way) {
                    None => true,
                    Some(table) if few => {
                        self.reaches(part.kind, sums, part.least_total(reading), table.need)
                    }
                    Some(table) => reading < table.get(key, |need| self.limit(part, sums, need)),
                };
                // most reach by nothing, so that their facts need not be read
                if !reaches(best) {
                    return false;
                }
                let way = way.unwrap_or_else(|| way_of(n));
                way == best || reaches(way)
            };
            for (n, posting) in postings.iter().enumerate() {
                if posting.reading >= last {
                    break;
                }
                if may_reach(n, posting) && looking.seen.first_time(posting.reading) {
                    looking.batch.push(posting.reading);
                    if looking.batch.len() == BATCH {
                        self.look_at_all(looking);
                    }
                }
            }
        }
    }

    /// The numbers of the first readings that cannot reach, by the way in which their facts stand to those asked about; `best`: how they do at best. `end`:
    /// of a need.
    fn ends(&self, best: usize, end: impl Fn(f64) -> u32) -> [u32; WAYS] {
        let mut ends = [end(self.need.in_way(best)); WAYS];
        // where the least is too much, all is
        if ends == [0; WAYS] {
            return ends;
        }
        for (way, need) in self.need.of.iter().enumerate() {
            // most ways need the same
            let known = self.need.of.iter().take(way).position(|one| one == need);
            let known = known.and_then(|one| ends.get(one).copied());
            if let Some(slot) = ends.get_mut(way) {
                *slot = known.unwrap_or_else(|| end(*need));
            }
        }
        ends
    }

    /// How many links of later turns a reading has at least that reaches by this turn, or less: where so many of the best are too little, so many of any are.
    /// Only of many readings is it worth more than one look.
    fn least_links(&self, turn: &Turn, later: &Later<'_>, kind: NameKind) -> usize {
        let reaches = |others: Sums| self.reaches(kind, turn.sums.with(others), 0.0, self.need.least);
        if reaches(later.best()) {
            0
        } else if turn.readings < MANY {
            2
        } else {
            let most = later.at_most(u64::MAX);
            (2..most).find(|links| reaches(later.together(u64::MAX, *links))).unwrap_or(most)
        }
    }

    /// Looks at readings that lie far apart in memory, and empties the batch. All rows are touched first, so that the memory
    /// fetches many at a time and not one after the other.
    fn look_at_all<Fits: Fn(usize, f64) -> bool, Give: FnMut(usize, Score)>(
        &self,
        looking: &mut Looking<'_, '_, Fits, Give>,
    ) {
        let mut batch = std::mem::take(&mut looking.batch);
        if batch.len() > 1 {
            looking.part.touch_readings(batch.iter().copied());
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
        if part.is_native(reading) != self.native {
            return;
        }
        let placed = part.placed(reading);
        let listed = self.link(placed, wide, part, room);
        let query = self.linked(wide.0, room);
        let bound = upper_bound(part.kind, query.matched, query.open, listed.matched, listed.open);
        if bound + ROUNDING < self.need.least {
            return;
        }
        let mut names = part.names_of(reading).filter(|name| fits(*name, bound + ROUNDING));
        let Some(first) = names.next() else { return };
        let traits = part.traits(first);
        if !comparable(self.traits, self.native, traits, self.native) {
            return;
        }
        self.link_initials(placed, part, room);
        let Room { pairs, listed: weighed, links, .. } = room;
        let wide = wide != (0, 0);
        weigh(part, placed, wide || part.kind == NameKind::Person, weighed);
        let pair = |i: usize, j: usize| pairs.iter().find(|p| p.0 == i && p.1 == j).map(|p| p.2);
        let factor = name_factor(self.traits, traits);
        let score = score_readings(&self.weighed, weighed, part.kind, factor, wide, links, pair);
        std::iter::once(first).chain(names).for_each(|name| found(name, score));
    }

    /// The links of the query with the words of a reading, into `room`, and what of the reading is matched at most. Of a reading with joins
    /// the words whose links are not all known are compared.
    fn link(&self, placed: &[PlacedWord], wide: (u64, u64), part: &Part<'_>, room: &mut Room<'_>) -> Matched {
        room.pairs.clear();
        room.initials.clear();
        let mut all = Matched::default();
        let compared = wide != (0, 0) && self.links.iter().any(|links| !links.are_all());
        let likeness_of = |links: &Links, word: u32| {
            links.to(word).or_else(|| {
                let other = part.word(word).filter(|_| compared && !links.are_all())?;
                likeness(links.token(), other, part.kind)
            })
        };
        for (j, at) in placed.iter().enumerate() {
            let mut best: f64 = if wide.1 & bits(j, 1) == 0 { 0.0 } else { 1.0 };
            let mut initial: f64 = 0.0;
            if compared || self.may_have(at.word) {
                for (i, links) in self.links.iter().enumerate() {
                    if let Some(likeness) = likeness_of(links, at.word) {
                        room.pairs.push((i, j, likeness));
                        let slot = if likeness.how == How::Initial { &mut initial } else { &mut best };
                        *slot = greater(*slot, likeness.similarity);
                    }
                }
            }
            if self.any_initial {
                for (i, links) in self.links.iter().enumerate() {
                    if links.initial.as_ref().is_some_and(|words| words.contains(&at.word)) {
                        room.initials.push((i, j));
                        initial = greater(initial, INITIAL);
                    }
                }
            }
            all.add(at.weight(), at.stressed(), best, initial);
        }
        all
    }

    /// What of the query is matched at most by the links in `room`.
    fn linked(&self, wide: u64, room: &Room<'_>) -> Matched {
        let mut all = Matched::default();
        for (i, (weight, stressed)) in self.weighed.weights.iter().zip(&self.weighed.stressed).enumerate() {
            let mut best: f64 = if wide & bits(i, 1) == 0 { 0.0 } else { 1.0 };
            let mut initial: f64 = if room.initials.iter().any(|pair| pair.0 == i) { INITIAL } else { 0.0 };
            for (_, _, likeness) in room.pairs.iter().filter(|pair| pair.0 == i) {
                let slot = if likeness.how == How::Initial { &mut initial } else { &mut best };
                *slot = greater(*slot, likeness.similarity);
            }
            all.add(*weight, *stressed, best, initial);
        }
        all
    }

    /// Of the words that begin with an initial of the query, those that it may stand for: the others were only not left out.
    fn link_initials(&self, placed: &[PlacedWord], part: &Part<'_>, room: &mut Room<'_>) {
        for (i, j) in room.initials.drain(..) {
            if room.pairs.iter().any(|pair| (pair.0, pair.1) == (i, j)) {
                continue;
            }
            let asked = self.weighed.tokens.get(i);
            let listed = placed.get(j).and_then(|at| part.word(at.word));
            let found = asked.zip(listed).and_then(|(asked, listed)| likeness(asked, listed, part.kind));
            room.pairs.extend(found.map(|likeness| (i, j, likeness)));
        }
    }
}

/// What the words of one side match at most, times similarity, and what of their stressed weight is open at least.
#[derive(Debug, Clone, Copy, Default)]
struct Matched {
    matched: f64,
    open: f64,
}

impl Matched {
    /// A word of this weight and stressed weight that is linked with words of at most the similarity `best`, and with initials of
    /// at most the similarity `initial`.
    fn add(&mut self, weight: f64, stressed: f64, best: f64, initial: f64) {
        if best > 0.0 {
            self.matched += greater(weight * best, weight.min(INITIAL_WEIGHT) * initial);
        } else if initial > 0.0 {
            // an initial matches no more of a word than it weighs
            self.matched += weight.min(INITIAL_WEIGHT) * initial;
            self.open += greater(stressed - INITIAL_WEIGHT, 0.0);
        } else {
            self.open += stressed;
        }
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
    /// The links between words of the query and of a reading; those of `initials` come last.
    pairs: Vec<(usize, usize, Likeness)>,
    /// The query's initials, and the words of the reading that begin with the letter: perhaps they are linked.
    initials: Vec<(usize, usize)>,
    listed: Weighed<'p>,
    links: LinkRoom,
}
