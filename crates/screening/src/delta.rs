//! From one state of the lists to another: whose result can be another.
//!
//! **What a result depends on.** Whether an entity is a possible match of a query, with which score and why, depends on
//! the entity, on the query, and on the weights of the words of both; the weight of a word depends on the word and on how
//! many entities bear it. Nothing else of an index enters a score.
//!
//! So let the *touched* entities be those that are in one of the two states only (removed, added, or changed: as it was
//! and as it is), and those with a word whose weight is another. Then the result of a query is the same in both states (but
//! for the number of entities compared) if
//!
//! 1. none of its words has another weight;
//! 2. none of its official numbers is one of a touched entity;
//! 3. no touched entity, as it was or as it is, scores what is reported. An entity that is not touched has the same score in both
//!    states by 1.
//!
//! [`Delta::concerned`] gives every query of which this is not certain: it takes 3 as not certain wherever
//! [`upper_bound`] of the links between the query's words and a touched name reaches what is needed, or where there is a
//! join or an acronym between them. The links are found by the same keys as in the index (`keys.rs` argues that none is
//! missing); touched words are few, so that they are kept by key, and each word of the vocabulary asks once.

use std::collections::{HashMap, HashSet};

use countersign_names::{
    How, INITIAL_WEIGHT, NameKind, Naming, Nature, ParsedName, SkeletonScan, Token, acronym_similarity,
    likeness, stressed_weight, upper_bound, weight,
};

use crate::index::Index;
use crate::keys::{What, asked, asked_by_edits, held, joined_skeleton, key};
use crate::outline::{Outlines, Reading, Row, cut, needs};
use crate::part::{Part, place, rarity};
use crate::profile::Profile;
use crate::read::ReadName;

type Set<T> = HashSet<T, foldhash::fast::FixedState>;
type Map<K, V> = HashMap<K, V, foldhash::fast::FixedState>;

/// Scores are rounded to four decimals, weights to `f32`.
const ROUNDING: f64 = 0.0002;

/// The difference of two states of the lists.
#[derive(Debug)]
pub struct Delta {
    kinds: [OfKind; 3],
    /// Keys of the official numbers of touched entities.
    numbers: Set<u32>,
    reach: Reach,
}

/// How far a change reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Reach {
    /// Entities of the earlier state that the later one does not have as they were.
    pub gone: usize,
    /// Entities of the later state that the earlier one did not have as they are.
    pub new: usize,
    /// Words that weigh more or less than before, because more or fewer entities bear them.
    pub words: usize,
    /// Entities that are touched: gone, new, or with such a word; those with a word in both states count twice.
    pub touched: usize,
}

/// What is touched of one kind of name.
#[derive(Debug, Default)]
struct OfKind {
    words: Vec<Token>,
    numbers: Map<Vec<u8>, u32>,
    /// By [`held`], the words.
    by_key: Map<u64, Vec<u32>>,
    /// Words with consonants, in the order of these; of all scripts and of those without vowels.
    consonants: [Vec<u32>; 2],
    by_first: Map<char, Vec<u32>>,
    readings: Vec<Touched>,
    /// The readings with each word.
    postings: Vec<Vec<u32>>,
    /// The highest weight that a word has in a reading.
    most: Vec<f64>,
    /// Keys of the words, cut, and bits of them that are looked at first.
    keys: Set<u32>,
    bits: Vec<u64>,
    /// Keys of the runs of words and of the acronyms.
    runs: Set<u64>,
    /// By its text, the factor of a word's rarity before and after, where it is another.
    changed: Map<String, (f64, f64)>,
}

/// A reading of a touched name.
#[derive(Debug)]
struct Touched {
    words: Vec<(u32, f64, f64)>,
}

/// What is known of a word of the vocabulary.
#[derive(Debug, Default)]
struct Seen {
    /// It alone makes a query concerned: its weight is another, or it is a touched run of words.
    decides: bool,
    /// How long it is, where it is the acronym of a touched name; else 0.
    acronym: usize,
    /// What it weighs; worked out when it is first needed.
    weights: Option<Weights>,
    similarity: f64,
    /// The highest weight of a linked word times similarity.
    listed: f64,
    links: Vec<Link>,
}

/// What a word weighs.
#[derive(Debug, Clone, Copy)]
struct Weights {
    weight: f64,
    /// At least what it counts at the head of a name, and elsewhere, where it is not matched.
    head: f64,
    rest: f64,
}

impl Weights {
    fn of(token: &Token, part: &Part<'_>) -> Self {
        let weight = weight(token, part);
        // what a name is made of is known of a whole one only; in a coined one a place counts the least
        let least = |at: usize| stressed_weight(weight, token, at, part.kind, Naming::Coined);
        Self { weight, head: least(0), rest: least(1) }
    }
}

#[derive(Debug, Clone, Copy)]
struct Link {
    word: u32,
    similarity: f64,
    initial: bool,
}

impl Delta {
    /// What is another in `new` than in `old`.
    pub fn between(old: &Index, new: &Index) -> Self {
        let mut touched = [Set::default(), Set::default()];
        changed_entities(old, new, &mut touched);
        let mut reach = Reach { gone: touched[0].len(), new: touched[1].len(), ..Reach::default() };
        let mut kinds: [OfKind; 3] = Default::default();
        for kind in NameKind::ALL {
            let Some(of) = kinds.get_mut(place(kind)) else { continue };
            let (Some(before), Some(after)) = (old.part(kind), new.part(kind)) else { continue };
            of.changed = changed_words(&before, &after);
            reach.words += of.changed.len();
            for (part, touched) in [&before, &after].into_iter().zip(&mut touched) {
                of.touch_bearers(part, touched);
            }
        }
        same_ids(old, new, &mut touched);
        reach.touched = touched.iter().map(Set::len).sum();
        let mut numbers = Set::default();
        for (index, touched) in [old, new].into_iter().zip(&touched) {
            for number in touched {
                let Some(listed) = index.listed(*number as usize) else { continue };
                let own = listed.facts.identifiers.iter();
                numbers.extend(own.map(|(_, folded, _)| cut(key(What::Identifier, folded))));
            }
            for kind in NameKind::ALL {
                if let (Some(part), Some(of)) = (index.part(kind), kinds.get_mut(place(kind))) {
                    of.take(&part, touched);
                }
            }
        }
        for of in &mut kinds {
            of.finish();
        }
        Self { kinds, numbers, reach }
    }

    /// How far the change reaches.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether nothing is another.
    pub fn is_empty(&self) -> bool {
        self.reach.touched == 0
    }

    /// The places of the queries whose result may be another, ascending. `new` is the later state.
    pub fn concerned(&self, outlines: &Outlines, new: &Index, profile: &Profile) -> Vec<usize> {
        if self.is_empty() {
            return Vec::new();
        }
        let parts: [Option<Part<'_>>; 3] = {
            let mut parts = [None; 3];
            for kind in NameKind::ALL {
                if let Some(slot) = parts.get_mut(place(kind)) {
                    *slot = new.part(kind);
                }
            }
            parts
        };
        let needs = needs(profile);
        let seen = (0..outlines.word_count())
            .map(|number| {
                // what cannot be read makes its queries concerned
                let unread = || Seen { decides: true, ..Seen::default() };
                let Some((kind, token)) = outlines.word(number) else { return unread() };
                self.kinds.get(place(kind)).map_or_else(unread, |of| of.see(&token, kind))
            })
            .collect();
        let bearers = profile.bearers && profile.max_near_misses > 0;
        let mut vocabulary = Vocabulary { outlines, parts, seen, bearers };
        let mut rows = outlines.rows();
        let mut row = Row::empty();
        let mut out = Vec::new();
        let mut room = Room::default();
        let mut at = 0;
        while rows.next(&mut row) {
            let need = needs.get(row.facts).copied().unwrap_or(0.0) - ROUNDING;
            let mut may = |reading: &Reading<'_>| self.may_reach(reading, &mut vocabulary, need, &mut room);
            let concerned = row.many
                || row.numbers.iter().any(|number| self.numbers.contains(&number))
                || row.readings.iter().any(&mut may);
            if concerned {
                out.push(at);
            }
            at += 1;
        }
        // an outline that is cut short would leave out the rest
        out.extend(at..outlines.len());
        out
    }

    fn may_reach(
        &self,
        reading: &Reading<'_>,
        vocabulary: &mut Vocabulary<'_>,
        need: f64,
        room: &mut Room,
    ) -> bool {
        let Some(of) = self.kinds.get(usize::from(reading.kind)) else { return true };
        let one_word = reading.words.iter().count() == 1;
        let mut linked = false;
        for word in reading.words.iter() {
            let Some(seen) = vocabulary.seen.get(word as usize) else { return true };
            if seen.decides || (seen.acronym > 0 && acronym_similarity(seen.acronym, one_word).is_some()) {
                return true;
            }
            linked |= !seen.links.is_empty();
        }
        if reading.runs.iter().any(|run| of.has_key(run)) {
            return true;
        }
        if !linked {
            return false;
        }
        // who bears the one word that is asked about is shown, whatever the score
        if one_word && vocabulary.bearers {
            return true;
        }
        let kind = NameKind::ALL.into_iter().find(|kind| place(*kind) == usize::from(reading.kind));
        let Some(kind) = kind else { return true };
        let (mut query, mut rest, mut listed) = (0.0, 0.0, 0.0);
        room.words.clear();
        for (n, word) in reading.words.iter().enumerate() {
            let Some(weights) = vocabulary.weights(word) else { return true };
            let Some(seen) = vocabulary.seen.get(word as usize) else { return true };
            let unmatched = if n == 0 { weights.head } else { weights.rest };
            if seen.links.is_empty() {
                rest += unmatched;
            } else {
                query += weights.weight * seen.similarity;
                listed += seen.listed;
            }
            room.words.push(Asked { word, weight: weights.weight, unmatched });
        }
        upper_bound(kind, query, rest, listed, 0.0) >= need
            && of.any_reaches(kind, &vocabulary.seen, need, room)
    }
}

/// What is known of the words of a set of outlines.
struct Vocabulary<'a> {
    outlines: &'a Outlines,
    parts: [Option<Part<'a>>; 3],
    seen: Vec<Seen>,
    /// Whether the profile wants to see who bears a lone word (`bearers.rs`).
    bearers: bool,
}

impl Vocabulary<'_> {
    /// What a word weighs; most are in no name that has a link, and are never weighed.
    fn weights(&mut self, word: u32) -> Option<Weights> {
        let seen = self.seen.get_mut(word as usize)?;
        if seen.weights.is_none() {
            let (kind, token) = self.outlines.word(word as usize)?;
            let part = self.parts.get(place(kind))?.as_ref()?;
            seen.weights = Some(Weights::of(&token, part));
        }
        seen.weights
    }
}

/// A word of a reading, with what it weighs, and what it counts where it is not matched.
#[derive(Debug, Clone, Copy)]
struct Asked {
    word: u32,
    weight: f64,
    unmatched: f64,
}

/// Room to work in.
#[derive(Debug, Default)]
struct Room {
    /// The words of a reading.
    words: Vec<Asked>,
    readings: Vec<u32>,
}

/// Adds the entities that the other index does not have, byte for byte and as often.
fn changed_entities(old: &Index, new: &Index, touched: &mut [Set<u32>; 2]) {
    let mut counts: Map<&[u8], i64> = Map::default();
    for (index, step) in [(old, 1), (new, -1)] {
        for number in 0..index.len() {
            *counts.entry(index.raw(number).unwrap_or_default()).or_default() += step;
        }
    }
    for (index, touched) in [old, new].into_iter().zip(touched) {
        let differs = |number: &usize| {
            index.raw(*number).is_none_or(|bytes| counts.get(bytes).is_none_or(|count| *count != 0))
        };
        touched.extend((0..index.len()).filter(differs).map(|number| number as u32));
    }
}

/// An entity is found by its id where its facts are asked for: all that share one with a touched entity are touched.
fn same_ids(old: &Index, new: &Index, touched: &mut [Set<u32>; 2]) {
    let mut ids: Set<String> = Set::default();
    for (index, touched) in [old, new].into_iter().zip(touched.iter()) {
        ids.extend(touched.iter().filter_map(|n| index.listed(*n as usize)).map(|l| l.entity.id.clone()));
    }
    for (index, touched) in [old, new].into_iter().zip(touched) {
        for id in &ids {
            touched.extend(index.numbers().get(key(What::Id, id)).map(|(_, number)| number));
        }
    }
}

/// The words whose rarity is another, with its factor before and after.
fn changed_words(before: &Part<'_>, after: &Part<'_>) -> Map<String, (f64, f64)> {
    let bearers = |part: &Part<'_>| -> Map<String, u32> {
        let words = (0..part.word_count()).filter_map(|n| {
            let token = part.word(n as u32).filter(|t| t.nature() == Nature::Word)?;
            // up to three bearers a word is rare, whatever their number
            let bearers = part.words.get(n).map(|row| row.bearers).filter(|b| *b > 3)?;
            Some((token.text().to_owned(), bearers))
        });
        words.collect()
    };
    let (before, after) = (bearers(before), bearers(after));
    let factor = |counts: &Map<String, u32>, text: &str| rarity(counts.get(text).copied().unwrap_or(0), text);
    let mut changed = Map::default();
    for text in before.keys().chain(after.keys()) {
        let (old, new) = (factor(&before, text), factor(&after, text));
        if old.total_cmp(&new).is_ne() {
            changed.insert(text.clone(), (old, new));
        }
    }
    changed
}

impl OfKind {
    /// Whether the weight of a word is another: not so where the built-in table caps both.
    fn is_changed(&self, token: &Token) -> bool {
        token.nature() == Nature::Word
            && self.changed.get(token.text()).is_some_and(|(old, new)| {
                old.min(token.commonness()).total_cmp(&new.min(token.commonness())).is_ne()
            })
    }

    /// Adds the entities with a word of another weight.
    fn touch_bearers(&self, part: &Part<'_>, touched: &mut Set<u32>) {
        if self.changed.is_empty() {
            return;
        }
        for word in 0..part.word_count() as u32 {
            if !part.word(word).is_some_and(|token| self.is_changed(token)) {
                continue;
            }
            let names = part.readings_of(word).flat_map(|reading| part.names_of(reading));
            touched.extend(names.filter_map(|name| part.names.get(name)).map(|row| row.entity));
        }
    }

    /// Takes the names of touched entities.
    fn take(&mut self, part: &Part<'_>, touched: &Set<u32>) {
        let is_touched = |name: usize| part.names.get(name).is_some_and(|row| touched.contains(&row.entity));
        for reading in 0..part.totals.len() as u32 {
            if !part.names_of(reading).any(is_touched) {
                continue;
            }
            let mut words = Vec::new();
            for at in part.placed(reading) {
                let Some(token) = part.word(at.word) else { continue };
                words.push((self.number(token), at.weight(), at.stressed()));
            }
            self.readings.push(Touched { words });
        }
        for name in (0..part.name_count()).filter(|name| is_touched(*name)) {
            let read = ReadName::of(&ParsedName::parse(part.text(name), part.kind));
            self.runs.extend(read.run_keys());
        }
    }

    fn number(&mut self, token: &Token) -> u32 {
        let mut bytes = Vec::new();
        token.encode(&mut bytes);
        let next = self.words.len() as u32;
        let number = *self.numbers.entry(bytes).or_insert(next);
        if number == next {
            self.words.push(token.clone());
        }
        number
    }

    /// Lays the tables.
    fn finish(&mut self) {
        self.numbers = Map::default();
        self.postings = vec![Vec::new(); self.words.len()];
        self.most = vec![0.0; self.words.len()];
        for (n, reading) in self.readings.iter().enumerate() {
            for (word, weight, _) in &reading.words {
                if let Some(list) = self.postings.get_mut(*word as usize)
                    && list.last() != Some(&(n as u32))
                {
                    list.push(n as u32);
                }
                if let Some(most) = self.most.get_mut(*word as usize) {
                    *most = most.max(*weight);
                }
            }
        }
        for (n, token) in self.words.iter().enumerate() {
            let n = n as u32;
            held(token, |key| {
                let words = self.by_key.entry(key).or_default();
                if words.last() != Some(&n) {
                    words.push(n);
                }
                self.keys.insert(cut(key));
            });
            if let Some(first) = token.text().chars().next() {
                self.by_first.entry(first).or_default().push(n);
            }
            if !token.skeleton().is_empty() {
                let [all, skeletal] = &mut self.consonants;
                all.push(n);
                if token.script().is_skeletal() {
                    skeletal.push(n);
                }
            }
        }
        // sixteen bits a key: most questions end here, in memory that is near
        let bits = (self.keys.len() * 16).next_power_of_two().clamp(1 << 12, 1 << 24);
        self.bits = vec![0; bits >> 6];
        for key in &self.keys {
            let at = *key as usize & (bits - 1);
            if let Some(slot) = self.bits.get_mut(at >> 6) {
                *slot |= 1 << (at & 63);
            }
        }
        let words = &self.words;
        let consonants = |n: &u32| words.get(*n as usize).map_or("", |token| token.skeleton());
        for list in &mut self.consonants {
            list.sort_by(|a, b| consonants(a).cmp(consonants(b)));
        }
    }

    fn has_key(&self, key: u32) -> bool {
        let at = key as usize & ((self.bits.len() << 6) - 1);
        self.bits.get(at >> 6).is_some_and(|set| set & (1 << (at & 63)) != 0) && self.keys.contains(&key)
    }

    /// What is known of a word that queries have.
    fn see(&self, token: &Token, kind: NameKind) -> Seen {
        let mut seen = Seen { decides: self.is_changed(token), ..Seen::default() };
        // the very keys that `candidates.rs` asks for
        let has = |key: u64| self.runs.contains(&key);
        seen.decides |= has(key(What::JoinedText, token.text()));
        if has(key(What::Acronym, token.text())) {
            seen.acronym = token.len();
        }
        if !token.sound().is_empty() {
            seen.decides |= has(key(What::JoinedSound, token.sound()));
        }
        if !token.skeleton().is_empty() {
            seen.decides |= has(key(joined_skeleton(!token.script().is_skeletal()), token.skeleton()));
        }
        if seen.decides || self.words.is_empty() {
            // not asked about further
            return seen;
        }
        let mut found: Vec<u32> = Vec::new();
        let mut find = |key| {
            if self.has_key(cut(key))
                && let Some(words) = self.by_key.get(&key)
            {
                found.extend(words);
            }
        };
        asked(token, &mut find);
        asked_by_edits(token, &mut find);
        if token.nature() == Nature::Initial
            && let Some(words) = token.text().chars().next().and_then(|first| self.by_first.get(&first))
        {
            found.extend(words);
        }
        self.of_like_consonants(token, &mut found);
        found.sort_unstable();
        found.dedup();
        for word in found {
            let Some(touched) = self.words.get(word as usize) else { continue };
            let Some(likeness) = likeness(token, touched, kind) else { continue };
            let initial = likeness.how == How::Initial;
            let most = self.most.get(word as usize).copied().unwrap_or(0.0);
            let most = if initial { most.min(INITIAL_WEIGHT) } else { most };
            seen.similarity = seen.similarity.max(likeness.similarity);
            seen.listed = seen.listed.max(most * likeness.similarity);
            seen.links.push(Link { word, similarity: likeness.similarity, initial });
        }
        seen
    }

    /// As in `memory.rs`.
    fn of_like_consonants(&self, token: &Token, found: &mut Vec<u32>) {
        let own = token.skeleton();
        if own.is_empty() {
            return;
        }
        let [all, skeletal] = &self.consonants;
        let others = if token.script().is_skeletal() { all } else { skeletal };
        let mut scan = SkeletonScan::new(own);
        for word in others {
            let Some(other) = self.words.get(*word as usize).map(Token::skeleton) else { continue };
            if scan.may_be(other.as_bytes()) {
                found.push(*word);
            }
        }
    }

    /// Whether a reading of a touched name may score so much with these words: the bound of `candidates.rs`.
    fn any_reaches(&self, kind: NameKind, seen: &[Seen], need: f64, room: &mut Room) -> bool {
        let Room { words, readings } = room;
        let of = |word: u32| seen.get(word as usize);
        readings.clear();
        for Asked { word, .. } in words.iter() {
            for link in of(*word).map_or(&[][..], |seen| &seen.links) {
                readings.extend(self.postings.get(link.word as usize).into_iter().flatten());
            }
        }
        readings.sort_unstable();
        readings.dedup();
        readings.iter().any(|reading| {
            let Some(reading) = self.readings.get(*reading as usize) else { return true };
            let (mut listed, mut listed_rest) = (0.0, 0.0);
            for (own, weight, stressed) in &reading.words {
                let (mut best, mut initial) = (0.0f64, 0.0f64);
                for Asked { word, .. } in words.iter() {
                    for link in of(*word).map_or(&[][..], |seen| &seen.links) {
                        if link.word == *own {
                            let slot = if link.initial { &mut initial } else { &mut best };
                            *slot = slot.max(link.similarity);
                        }
                    }
                }
                if best > 0.0 {
                    listed += weight * best;
                } else if initial > 0.0 {
                    listed += weight.min(INITIAL_WEIGHT) * initial;
                    listed_rest += (stressed - INITIAL_WEIGHT).max(0.0);
                } else {
                    listed_rest += stressed;
                }
            }
            let (mut query, mut query_rest) = (0.0, 0.0);
            for Asked { word, weight, unmatched } in words.iter() {
                let Some(seen) = of(*word) else { return true };
                let links = seen.links.iter().filter(|link| reading.words.iter().any(|w| w.0 == link.word));
                let best = links.map(|link| link.similarity).fold(0.0, f64::max);
                if best > 0.0 {
                    query += weight * best;
                } else {
                    query_rest += unmatched;
                }
            }
            upper_bound(kind, query, query_rest, listed, listed_rest) >= need
        })
    }
}
