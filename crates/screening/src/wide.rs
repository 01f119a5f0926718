//! Joins and acronyms between a query and listed names: several words of one side are one word of the other.
//!
//! They are looked up by the very keys that [`Joined::spells`](countersign_names::Joined::spells) compares, acronyms by their letters, and joins
//! are then asked for its further conditions (not where a word spells more runs than are remembered: a superset). Most readings with one are few and all looked at. But several words of a query may spell a *frequent*
//! word, above all by their sound (`Services A` sounds like `services`), and then each of its tens of thousands of readings has
//! such a link. Of these long lists only what can reach is kept:
//!
//! **Completeness.** Let a run `W` of the query's words spell the listed word `x`, and let a reading of `x` have no link over several
//! words but with `W`. Of whatever alignment by which it scores, the matched words of the query are some of `W` and some words
//! that are linked one to one; the sets of these have a place of the reading's [`Posting`](crate::posting::Posting). So the query matches at most the
//! weights of `W` and, times similarity, of the other words whose sets have one, and at least the stressed weight of the
//! rest is unmatched. The listed name matches at most `x` and, of each word of the query whose set has one (those of `W` too, which may
//! be linked one to one instead), the highest of its links; at least the rest of its stressed weight is unmatched.
//! [`upper_bound`](countersign_names::upper_bound) of these sums falls as the reading's total grows, so that it is a number of
//! readings, as in `candidates.rs`. A reading at or beyond it scores below what is needed by any alignment, with or without the join.
//!
//! **Joins that no alignment takes.** An alignment takes links by their similarity, most alike first, as long as the words of both sides are
//! free. Two words of one spelling have similarity 1, a join less ([`JOINED`](countersign_names::JOINED) at most). So where a
//! run has a word that is spelled like the single word itself (`services`, `Services A`), the two are linked before the join comes, or one
//! of them is taken already: the join is never taken, and a reading with no other is one without joins. Such joins are left out: of
//! the query's runs here; of the listed ones by the key. A run that sounds like one of its own words `x` is held under `x`
//! ([`What::WithinSound`]), and asked for by every listed word that sounds like the word of the query and is spelled otherwise:
//! were `x` spelled like it, the join would be one of these; else `x` is found by its sound.
//!
//! A reading with links of two different runs, or with a run of its own words as well, is outside of this argument: it is always
//! kept, with all of them.

use countersign_names::{
    Joined, JoinedHead, MAX_JOIN, NameKind, Token, acronym, acronym_similarity, has_sound, parts_at_seam,
};

use crate::asked::{Asked, FEW, Sums};
use crate::by_set::Limits;
use crate::keys::{What, key, skeleton};
use crate::may_agree::WAYS;
use crate::part::{Part, bits};
use crate::posting::Sets;
use crate::runs::{Run, each_run};
use crate::table::Buckets;
use crate::words::{Kind, Links};

/// A join or an acronym between the query and a reading: the words of both that it may match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wide {
    pub(crate) reading: u32,
    pub(crate) query: u64,
    pub(crate) listed: u64,
}

/// How many joins and acronyms a reading of the query may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joins {
    /// None.
    None,
    /// At most [`FEW`]: each of their readings can be compared word by word.
    Few,
    /// More.
    Many,
}

/// What is known of the runs that begin with two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Head {
    /// None of those with a sound is a listed word: none begins as the first word does.
    None,
    /// They begin as the two words do together.
    Read,
    Unknown,
}

impl Head {
    /// That of the runs with these words; how they begin is put into `read`.
    fn of(run: &[&Token], first: &Links, read: &mut JoinedHead) -> Self {
        let [a, b, ..] = run else { return Self::Unknown };
        let Some(seam) = parts_at_seam(a, b) else { return Self::Unknown };
        let [before_any, before_a_seam] = first.begins;
        if !(if seam { before_a_seam } else { before_any }) {
            return Self::None;
        }
        if read.read(a, b) { Self::Read } else { Self::Unknown }
    }
}

/// A run of the query's words that spells a word with many readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Long {
    query: u64,
    word: u32,
}

/// A run of the query's words.
#[derive(Debug, Clone, Copy)]
struct Spelling {
    start: usize,
    len: usize,
    /// Which of the joined runs it is.
    joined: usize,
}

/// The runs of a query, and room to work in.
#[derive(Debug, Default)]
pub(crate) struct Spellings {
    joined: Vec<Joined>,
    keys: Vec<(u64, Spelling)>,
    buckets: Buckets,
    head: JoinedHead,
}

impl Wide {
    /// The link of a run of the query's words with a listed word, wherever that stands in the reading.
    fn of(part: &Part<'_>, reading: u32, query: u64, word: u32) -> Self {
        let places = part.placed(reading).iter().enumerate().filter(|(_, placed)| placed.word == word);
        Self { reading, query, listed: places.fold(0, |all, (at, _)| all | bits(at, 1)) }
    }
}

impl Asked<'_> {
    /// Every join and acronym of a reading that may reach what is needed, by reading.
    pub(crate) fn wide(
        &self,
        part: &Part<'_>,
        wide: &mut Vec<Wide>,
        spellings: &mut Spellings,
        limits: &mut [Limits; WAYS],
    ) {
        wide.clear();
        self.runs(part, wide);
        let mut long = Vec::new();
        self.spellings(part, spellings);
        let Spellings { joined, keys, buckets, .. } = spellings;
        part.keys.each(keys, buckets, |Spelling { start, len, joined: at }, (_, word)| {
            let spelled = joined.get(at).zip(part.word(word));
            if spelled.is_some_and(|(joined, one)| joined.spells(one).is_some()) {
                self.spelled(part, (start, len), word, (wide, &mut long), limits);
            }
        });
        if let Some((key, letters)) = self.acronym(part.kind) {
            let from = wide.len();
            for (_, word) in part.keys.get(key) {
                self.spelled(part, (0, self.links.len()), word, (wide, &mut long), limits);
            }
            let counts = |w: &Wide| acronym_similarity(letters, part.placed(w.reading).len() == 1).is_some();
            let kept: Vec<Wide> = wide.drain(from..).filter(counts).collect();
            wide.extend(kept);
        }
        meet_others(part, &long, wide);
        wide.sort_unstable();
    }

    /// How many there may be.
    pub(crate) fn joins(&self, part: &Part<'_>, spellings: &mut Spellings) -> Joins {
        let mut count = 0;
        for links in self.links.iter() {
            // what is not remembered is many
            count += links.runs.as_ref().map_or(FEW + 1, |runs| runs.len());
        }
        if let Some((key, _)) = self.acronym(part.kind) {
            count += part.keys.get(key).map(|(_, word)| part.places_of(word).len()).sum::<usize>();
        }
        self.spellings(part, spellings);
        let Spellings { joined, keys, buckets, .. } = spellings;
        part.keys.each(keys, buckets, |Spelling { start, len, joined: at }, (_, word)| {
            let spelled = joined.get(at).zip(part.word(word));
            if spelled.is_some_and(|(joined, one)| joined.spells(one).is_some())
                && !self.is_never_taken(part, (start, len), word)
            {
                count += part.places_of(word).len();
            }
        });
        match count {
            0 => Joins::None,
            1..=FEW => Joins::Few,
            _ => Joins::Many,
        }
    }

    /// Whether no alignment takes the join of a run of the query's words with a word that it spells.
    fn is_never_taken(&self, part: &Part<'_>, (start, len): (usize, usize), word: u32) -> bool {
        let run = self.weighed.tokens.get(start..start + len).unwrap_or_default();
        part.word(word).is_some_and(|token| run.iter().any(|own| own.text() == token.text()))
    }

    /// One word of the query that is a run of listed words, or their acronym.
    fn runs(&self, part: &Part<'_>, wide: &mut Vec<Wide>) {
        let alone = self.links.len() == 1;
        for (n, (links, token)) in self.links.iter().zip(&self.weighed.tokens).enumerate() {
            let mut add = |run: Run| {
                let may_be = !run.acronym || acronym_similarity(token.len(), alone).is_some();
                wide.extend(may_be.then(|| Wide {
                    reading: run.reading,
                    query: bits(n, 1),
                    listed: run.listed,
                }));
            };
            match &links.runs {
                Some(runs) => runs.iter().copied().for_each(add),
                None => each_run(token, part, &mut add),
            }
        }
    }

    /// The runs of the query's words that may be words of the part, and under which keys what they spell is found.
    fn spellings(&self, part: &Part<'_>, Spellings { joined, keys: out, head, .. }: &mut Spellings) {
        out.clear();
        joined.clear();
        let tokens = &self.weighed.tokens;
        for (start, links) in self.links.iter().enumerate() {
            let from = tokens.get(start..).unwrap_or_default();
            let known = Head::of(from, links, head);
            // most longer runs begin as the shorter ones do
            let mut asked: Option<((&str, &str), bool)> = None;
            for run in (2..=MAX_JOIN).map_while(|len| from.get(..len)) {
                let may_be = match known {
                    Head::None => !has_sound(run),
                    Head::Unknown => true,
                    Head::Read => head.of_run(run).is_none_or(|beginning| match asked {
                        Some((same, begins)) if same == beginning => begins,
                        _ => asked.insert((beginning, part.heads.begins_one(beginning))).1,
                    }),
                };
                if !may_be {
                    continue;
                }
                let keys = Joined::of(run);
                let spelling = Spelling { start, len: run.len(), joined: joined.len() };
                let mut spells = |key| out.push((key, spelling));
                spells(key(What::Text, &keys.text));
                if let Some(sound) = &keys.sound {
                    spells(key(What::Sound, sound));
                }
                if let Some(consonants) = &keys.skeleton {
                    spells(key(skeleton(!keys.is_skeletal()), consonants));
                }
                joined.push(keys);
            }
        }
    }

    /// The key of the acronym of the query, and how many letters it has.
    fn acronym(&self, kind: NameKind) -> Option<(u64, usize)> {
        let tokens = &self.weighed.tokens;
        let short = (kind == NameKind::Organization).then(|| acronym(tokens)).flatten()?;
        Some((key(What::Text, &short), short.len()))
    }

    /// The readings of a word that a run spells: all where they are few, else those that may reach.
    fn spelled(
        &self,
        part: &Part<'_>,
        (start, len): (usize, usize),
        word: u32,
        (wide, long): (&mut Vec<Wide>, &mut Vec<Long>),
        limits: &mut [Limits; WAYS],
    ) {
        let query = bits(start, len);
        if self.is_never_taken(part, (start, len), word) {
            return;
        }
        let places = part.places_of(word);
        let (postings, facts) = (part.postings(places), part.facts_of(places));
        if postings.len() <= FEW {
            wide.extend(postings.iter().map(|posting| Wide::of(part, posting.reading, query, word)));
            return;
        }
        let this = Long { query, word };
        if long.contains(&this) {
            return;
        }
        long.push(this);
        let of = |n: usize| {
            let sums = self.sums_of_all(n)?;
            // the weight of the run's own words is counted with it
            let own = query & bits(n, 1) != 0;
            Some(if own { Sums { query: 0.0, query_stressed: 0.0, ..sums } } else { sums })
        };
        let linked = self.links.iter().enumerate();
        let others: Vec<(Sums, &Links)> = linked.filter_map(|(n, links)| Some((of(n)?, &**links))).collect();
        let own = self.sums_of_run(part, start, len, word);
        let whole = others.iter().fold(own, |sum, (one, _)| sum.with(*one));
        let last = self.limit(part, whole, self.need.least);
        for table in limits.iter_mut() {
            table.begin();
        }
        let mut sets = Sets::default();
        for (n, (_, links)) in others.iter().enumerate().take(Sets::MOST) {
            Kind::ALL.into_iter().for_each(|kind| links.add_to(&mut sets, n, kind));
        }
        for (posting, facts) in postings.iter().zip(facts) {
            let reading = posting.reading;
            if reading >= last {
                break;
            }
            let Some(table) = limits.get_mut(self.need.way(|| *facts)) else {
                wide.push(Wide::of(part, reading, query, word));
                continue;
            };
            let present = u64::from(sets.met(posting, part.longer_marks));
            let sums = || {
                let there = |n: usize| n >= Sets::MOST || present & (1 << n) != 0;
                let met = others.iter().enumerate().filter(|(n, _)| there(*n));
                met.fold(own, |sum, (_, (one, _))| sum.with(*one))
            };
            if reading < table.get(present, |need| self.limit(part, sums(), need)) {
                wide.push(Wide::of(part, reading, query, word));
            }
        }
    }

    /// What a run of the query's words matches with the listed word that it spells.
    fn sums_of_run(&self, part: &Part<'_>, start: usize, len: usize, word: u32) -> Sums {
        let of_run = |weights: &[f64]| weights.iter().skip(start).take(len).sum::<f64>();
        Sums {
            query: of_run(&self.weighed.weights),
            query_stressed: of_run(&self.weighed.stressed),
            listed: part.weight(word),
            listed_stressed: part.words.get(word as usize).map_or(0.0, |row| f64::from(row.stressed)),
        }
    }
}

/// Adds the readings of long lists that have links of two different runs: they are kept whole.
fn meet_others(part: &Part<'_>, long: &[Long], wide: &mut Vec<Wide>) {
    let mut more = Vec::new();
    for (n, one) in long.iter().enumerate() {
        let own: Vec<u32> = part.readings_of(one.word).collect();
        for other in long.iter().skip(n + 1).filter(|other| other.query != one.query) {
            for reading in common(own.iter().copied(), part.readings_of(other.word)) {
                more.extend([one, other].map(|of| Wide::of(part, reading, of.query, of.word)));
            }
        }
        let others = wide.iter().filter(|w| w.query != one.query);
        let met = others.filter(|w| own.binary_search(&w.reading).is_ok());
        more.extend(met.map(|w| Wide::of(part, w.reading, one.query, one.word)));
    }
    wide.append(&mut more);
}

/// The numbers in two ascending lists.
fn common(a: impl Iterator<Item = u32>, b: impl Iterator<Item = u32>) -> Vec<u32> {
    let (mut a, mut b) = (a.peekable(), b.peekable());
    let mut out = Vec::new();
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => drop(a.next()),
            std::cmp::Ordering::Greater => drop(b.next()),
            std::cmp::Ordering::Equal => {
                out.push(*x);
                a.next();
                b.next();
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_lists_share() {
        assert_eq!(common([1, 3, 5, 8].into_iter(), [0, 3, 4, 8, 9].into_iter()), [3, 8]);
        assert!(common([].into_iter(), [1].into_iter()).is_empty());
    }
}
