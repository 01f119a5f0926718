//! From a word that is asked about to every word of the lists that it is like.
//!
//! Which words are looked at is argued in `keys.rs`; [`likeness`] decides. A word and its links depend on nothing but
//! the word and the index, so that they are kept from one query to the next.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::ops::Range;
use std::sync::Arc;

use countersign_names::{
    How, INITIAL, INITIAL_WEIGHT, Likeness, NameKind, Nature, Slips, Token, first_of_run, lift,
    likeness_by_consonants, most_by_edits, skeleton_similarity, weight,
};

use crate::companions::Companions;
use crate::keys::{asked, asked_by_edits};
use crate::lay::up;
use crate::part::{Part, Places};
use crate::posting::{Mark, Sets};
use crate::runs::{Run, few_runs};
use crate::table::Buckets;
use crate::word_row::Near;

/// How many words of past queries are remembered, at most.
const REMEMBERED: usize = 100_000;
/// How many links of them, and words of like consonants, at most: some 110 MiB for each kind of name.
const HELD: usize = 2_000_000;

/// A link to a word of the lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToWord {
    pub(crate) word: u32,
    how: How,
    /// Its mark in [`Sets`].
    mark: Mark,
    similarity: f64,
    /// What of the word is matched at most: of its weight, times similarity; not rounded down.
    matched: f32,
    /// The same of its highest stressed weight.
    stressed: f32,
    /// Where its readings are posted.
    pub(crate) places: Places,
    /// What stands beside it there.
    pub(crate) companions: Companions,
}

impl ToWord {
    fn of(word: u32, likeness: Likeness, part: &Part<'_>) -> Self {
        // of a word that an initial is linked with, no more than an initial weighs
        let most = if likeness.how == How::Initial { INITIAL_WEIGHT } else { f64::INFINITY };
        let row = part.words.get(word as usize);
        let stressed = row.map_or(0.0, |row| f64::from(row.stressed));
        Self {
            word,
            how: likeness.how,
            mark: row.map_or(0, |row| row.mark),
            similarity: likeness.similarity,
            matched: up(part.weight(word).min(most) * likeness.similarity),
            stressed: up(stressed.min(most)),
            places: part.places_of(word),
            companions: part.companions(word),
        }
    }

    /// How alike the two words are.
    pub(crate) fn likeness(&self) -> Likeness {
        Likeness { how: self.how, similarity: self.similarity }
    }

    /// What of the word is matched at most.
    pub(crate) fn matched(&self) -> f64 {
        f64::from(self.matched)
    }

    /// The same of its highest stressed weight.
    pub(crate) fn stressed(&self) -> f64 {
        f64::from(self.stressed)
    }
}

/// What is known of a word that is asked about.
#[derive(Debug)]
// what is looked at first lies together
#[repr(C)]
pub(crate) struct Links {
    /// The word.
    token: Token,
    /// By kind, and ascending by word.
    pub(crate) words: Box<[ToWord]>,
    /// Where those of the first kinds end.
    ends: [u32; Kind::ALL.len() - 1],
    /// For an initial, the words that begin with the letter: it is like most of them, and they are too many to name.
    pub(crate) initial: Option<Range<u32>>,
    /// A set of the numbers of the words, hashed.
    pub(crate) bloom: [u64; 8],
    /// What is known of the words of each kind together, in the order of [`Kind::ALL`].
    pub(crate) groups: [Group; Kind::ALL.len()],
    /// The weight of the word itself.
    pub(crate) weight: f64,
    /// The runs of listed words that it spells or abbreviates; `None` where they are many.
    pub(crate) runs: Option<Box<[Run]>>,
    /// Whether a run of words that begins with it may be a listed word: without a [seam](parts_at_seam) behind it, and with one.
    pub(crate) begins: [bool; 2],
    /// The most that a word is like it that is not among these; 0 where all are.
    ceiling: f64,
}

/// Which links of a word are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All.
    All,
    /// At least those that are not by edits alone, which are found with a tenth of the keys.
    Sure,
}

/// What some links of a word have in common.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Group {
    /// How many readings have one of them.
    pub(crate) readings: usize,
    /// The highest weight of a linked word, times similarity.
    pub(crate) listed_weight: f64,
    /// The highest stressed weight of one.
    pub(crate) listed_stressed: f64,
    /// The highest similarity.
    pub(crate) similarity: f64,
    /// Whether one of the links is none of an initial.
    pub(crate) words: bool,
}

impl Group {
    /// Both together.
    pub(crate) fn with(mut self, other: &Self) -> Self {
        self.readings += other.readings;
        self.listed_weight = self.listed_weight.max(other.listed_weight);
        self.listed_stressed = self.listed_stressed.max(other.listed_stressed);
        self.similarity = self.similarity.max(other.similarity);
        self.words |= other.words;
        self
    }
}

/// What a link says of two words. Each kind has its turn and its signs; where the lines are drawn changes what is looked at and nothing that is
/// found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// They are one word: few words with many readings.
    Same,
    /// One may be a slip for the other: many words with few readings.
    Slip,
    /// One is an initial of the other, which matches little: initials have the most readings.
    Initial,
}

impl Kind {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Same, Self::Slip, Self::Initial];

    /// That of a link.
    pub(crate) fn of(likeness: Likeness) -> Self {
        match likeness.how {
            How::Initial => Self::Initial,
            _ if likeness.similarity >= 0.9 => Self::Same,
            _ => Self::Slip,
        }
    }
}

impl Links {
    /// The word.
    pub(crate) fn token(&self) -> &Token {
        &self.token
    }

    /// Whether they are all of the word, and not [the sure ones](Wanted::Sure).
    pub(crate) fn are_all(&self) -> bool {
        self.ceiling == 0.0
    }

    /// The linked words of a kind.
    pub(crate) fn of_kind(&self, kind: Kind) -> &[ToWord] {
        let [same, slips] = self.ends.map(|end| end as usize);
        let of = match kind {
            Kind::Same => 0..same,
            Kind::Slip => same..slips,
            Kind::Initial => slips..self.words.len(),
        };
        self.words.get(of).unwrap_or_default()
    }

    /// Puts the linked words of a kind into the `n`th set, and where they are initials whatever begins with the letter of the word, if it
    /// is one.
    pub(crate) fn add_to(&self, sets: &mut Sets, n: usize, kind: Kind) {
        for link in self.of_kind(kind) {
            sets.add_word(n, link.mark);
        }
        if self.initial.is_some() && kind == Kind::Initial {
            self.token.text().chars().take(1).for_each(|first| sets.add_letter(n, first));
        }
    }

    /// The likeness to a word of the lists, if it is named.
    pub(crate) fn to(&self, word: u32) -> Option<Likeness> {
        let (slot, bit) = bloom_place(word);
        self.bloom.get(slot).filter(|set| *set & bit != 0)?;
        let mut kinds = Kind::ALL.into_iter().map(|kind| self.of_kind(kind));
        kinds
            .find_map(|words| words.get(words.binary_search_by_key(&word, |link| link.word).ok()?))
            .map(ToWord::likeness)
    }

    /// By what the word lifts the score of a name over `bound` at most: by its best link of these, and by one
    /// that is not among them; initials aside.
    pub(crate) fn lifts(&self, bound: f64) -> (f64, f64) {
        let of = |link: &ToWord| lift(self.weight, link.matched() / link.similarity, link.similarity, bound);
        let words = self.words.iter().filter(|link| link.how != How::Initial);
        let known = words.map(of).fold(f64::NEG_INFINITY, f64::max);
        let unknown = match self.ceiling {
            0.0 => f64::NEG_INFINITY,
            ceiling if ceiling >= bound => f64::INFINITY,
            // the other word may weigh next to nothing
            ceiling => lift(self.weight, 0.0, ceiling, bound),
        };
        (known, unknown)
    }

    /// `words`: by kind, and ascending by word.
    fn of(words: Box<[ToWord]>, ceiling: f64, token: &Token, part: &Part<'_>) -> Self {
        let behind = |kind: Kind| words.partition_point(|link| Kind::of(link.likeness()) <= kind) as u32;
        let ends = [Kind::Same, Kind::Slip].map(behind);
        let letter = if token.nature() == Nature::Initial { token.text().chars().next() } else { None };
        let initial = letter.map(|letter| part.beginning_with(letter));
        let mut links = Self {
            token: token.clone(),
            words,
            ends,
            initial: initial.clone(),
            bloom: [0; 8],
            groups: [Group::default(); Kind::ALL.len()],
            weight: weight(token, part),
            runs: few_runs(token, part),
            begins: [false, true]
                .map(|seam| first_of_run(token, seam).is_none_or(|head| part.heads.begins_one(head))),
            ceiling,
        };
        for link in &links.words {
            let (word, likeness) = (&link.word, link.likeness());
            let (slot, bit) = bloom_place(*word);
            if let Some(set) = links.bloom.get_mut(slot) {
                *set |= bit;
            }
            let [same, slip, initial] = &mut links.groups;
            let group = match Kind::of(likeness) {
                Kind::Same => same,
                Kind::Slip => slip,
                Kind::Initial => initial,
            };
            group.readings += link.places.len();
            group.similarity = group.similarity.max(likeness.similarity);
            group.words |= likeness.how != How::Initial;
            group.listed_weight = group.listed_weight.max(link.matched());
            group.listed_stressed = group.listed_stressed.max(link.stressed());
        }
        if let Some(beginning) = initial {
            // an initial matches no more of a word than it weighs itself: the rest of the word stays unmatched
            let [_, _, group] = &mut links.groups;
            group.similarity = group.similarity.max(INITIAL);
            group.listed_weight = group.listed_weight.max(INITIAL_WEIGHT * INITIAL);
            group.listed_stressed = group.listed_stressed.max(INITIAL_WEIGHT);
            group.readings += beginning.map(|word| part.places_of(word).len()).sum::<usize>();
        }
        links
    }
}

pub(crate) fn bloom_place(word: u32) -> (usize, u64) {
    let hash = word.wrapping_mul(0x9e37_79b1);
    ((hash >> 29) as usize, 1u64 << ((hash >> 23) & 63))
}

/// Words of past queries with their links, and room to work in.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    known: [Known; 3],
    hashes: Vec<u64>,
    room: Room,
}

/// What is known of the words of one part.
#[derive(Debug, Default)]
struct Known {
    /// Links by the hash of their word. It lies beside them: as the key it would be one more place of memory to wait for. Of two words of one
    /// hash the last is known.
    links: HashMap<u64, Arc<Links>, foldhash::fast::FixedState>,
    /// For consonants, those of listed words that may be alike: first of scripts that do not write vowels, then of all. Many words have
    /// the same consonants.
    alike: [HashMap<String, Box<[LikeConsonants]>, foldhash::fast::FixedState>; 2],
    /// How much of it there is.
    held: usize,
}

/// Consonants of listed words that may be like others.
#[derive(Debug, Clone, Copy)]
struct LikeConsonants {
    /// Which they are of the [`Consonants`](crate::consonants::Consonants) of their part.
    row: u32,
    /// How alike they are, with two liquids.
    similarity: Option<f64>,
}

/// Room to work in while a word is looked up.
#[derive(Debug, Default)]
struct Room {
    /// The words, each with the place of its [`LikeConsonants`] more 1, or with 0 where a key found it.
    found: Vec<(u32, u32)>,
    /// Of these, those by edits, before they are told apart by their letters.
    slips: Vec<u32>,
    keys: Vec<(u64, bool)>,
    buckets: Buckets,
    alike: Vec<(u32, Likeness)>,
}

impl Memory {
    /// The links of some words, of each those that are wanted, or all where they are known. What is known of them is touched first, so that
    /// the memory fetches it at once.
    pub(crate) fn links_of(
        &mut self,
        tokens: &[Token],
        part: &Part<'_>,
        wanted: impl Fn(usize) -> Wanted,
    ) -> Vec<Arc<Links>> {
        let mut hashes = std::mem::take(&mut self.hashes);
        hashes.clear();
        hashes.extend(tokens.iter().map(hash));
        let known = self.known(part.kind);
        let touched = hashes.iter().filter_map(|hash| known.links.get(hash));
        std::hint::black_box(touched.clone().fold(0, |all, links| all ^ links.token.len()));
        // and then what these point at
        let words = touched.flat_map(|links| &links.words);
        std::hint::black_box(words.fold(0, |all, word| all ^ word.mark));
        let each = tokens.iter().zip(&hashes).enumerate();
        let links = each.map(|(n, (token, hash))| self.links(*hash, token, part, wanted(n))).collect();
        self.hashes = hashes;
        links
    }

    /// Looks up those of some words of which not all that is wanted is known, in the order of the alphabet: what begins alike has keys and
    /// neighbours in common.
    pub(crate) fn look_up<'t>(&mut self, tokens: impl Iterator<Item = (&'t Token, Wanted)>, part: &Part<'_>) {
        let known = self.known(part.kind);
        let mut new: Vec<(&str, u64, bool, &Token)> = tokens
            .map(|(token, wanted)| (token.text(), hash(token), wanted == Wanted::Sure, token))
            .filter(|(_, hash, sure, token)| known.enough(*hash, token, *sure).is_none())
            .collect();
        // of a word the most that is wanted comes first
        new.sort_unstable_by_key(|(text, hash, sure, _)| (*text, *hash, *sure));
        new.dedup_by_key(|(_, hash, ..)| *hash);
        for (_, hash, sure, token) in new {
            let wanted = if sure { Wanted::Sure } else { Wanted::All };
            self.links(hash, token, part, wanted);
        }
    }

    /// All links of a word.
    pub(crate) fn all_links(&mut self, token: &Token, part: &Part<'_>) -> Arc<Links> {
        self.links(hash(token), token, part, Wanted::All)
    }

    fn known(&mut self, kind: NameKind) -> &mut Known {
        let [persons, bodies, vessels] = &mut self.known;
        match kind {
            NameKind::Person => persons,
            NameKind::Organization => bodies,
            NameKind::Vessel => vessels,
        }
    }

    fn links(&mut self, hash: u64, token: &Token, part: &Part<'_>, wanted: Wanted) -> Arc<Links> {
        let mut room = std::mem::take(&mut self.room);
        let links = self.known(part.kind).links(hash, token, part, wanted, &mut room);
        self.room = room;
        links
    }
}

fn hash(token: &Token) -> u64 {
    foldhash::fast::FixedState::default().hash_one(token)
}

impl Known {
    /// The links of a word with this hash.
    fn links(
        &mut self,
        hash: u64,
        token: &Token,
        part: &Part<'_>,
        wanted: Wanted,
        room: &mut Room,
    ) -> Arc<Links> {
        if let Some(links) = self.enough(hash, token, wanted == Wanted::Sure) {
            return links.clone();
        }
        if self.links.len() >= REMEMBERED || self.held >= HELD {
            *self = Self::default();
        }
        let links = Arc::new(find(token, part, wanted, self, room));
        self.held += links.words.len();
        self.links.insert(hash, links.clone());
        links
    }

    /// The links of a word with this hash as far as they are known: all, or only the `sure` ones.
    fn enough(&self, hash: u64, token: &Token, sure: bool) -> Option<&Arc<Links>> {
        self.links.get(&hash).filter(|links| links.token == *token && (sure || links.are_all()))
    }

    /// The consonants that may be alike, where one of the two scripts does not write vowels.
    fn of_like_consonants(&mut self, token: &Token, part: &Part<'_>) -> &[LikeConsonants] {
        let [skeletal, all] = &mut self.alike;
        let alike = if token.script().is_skeletal() { all } else { skeletal };
        if !alike.contains_key(token.skeleton()) {
            let found = of_like_consonants(token, part);
            self.held += found.len();
            alike.insert(token.skeleton().to_owned(), found.into());
        }
        alike.get(token.skeleton()).map_or(&[], |rows| rows)
    }
}

/// Looks a word up.
fn find(token: &Token, part: &Part<'_>, wanted: Wanted, known: &mut Known, room: &mut Room) -> Links {
    let Room { found, slips, keys, buckets, alike } = room;
    found.clear();
    keys.clear();
    asked(token, |key| keys.push((key, false)));
    if wanted == Wanted::All {
        asked_by_edits(token, |key| keys.push((key, true)));
    }
    slips.clear();
    part.keys.each(
        keys,
        buckets,
        |edited, (_, word)| if edited { slips.push(word) } else { found.push((word, 0)) },
    );
    let near = Near::of(token);
    // all rows first, so that the memory fetches many at a time and not one after the other; of what is left the words likewise
    let rows = || slips.iter().filter_map(|word| Some((*word, part.words.get(*word as usize)?)));
    std::hint::black_box(rows().fold(0, |all, (_, row)| all ^ row.letters));
    slips.retain(|word| part.words.get(*word as usize).is_some_and(|row| near.may_be(row)));
    let own = Slips::of(token);
    if !slips.is_empty() {
        // several keys may have found one word
        slips.sort_unstable();
        slips.dedup();
        let may_be = |word: u32| {
            let told = part.words.get(word as usize)?.may_be(&own);
            told.or_else(|| Some(own.may_be(part.word(word)?)))
        };
        found.extend(slips.iter().filter(|word| may_be(**word) == Some(true)).map(|word| (*word, 0)));
    }
    let consonants = part.consonants(!token.script().is_skeletal());
    let like_rows = known.of_like_consonants(token, part);
    for (place, like) in (1u32..).zip(like_rows) {
        found.extend(consonants.words(like.row).iter().map(|word| (*word, place)));
    }
    found.sort_unstable();
    // what a key has found comes first: it may be alike in any way
    found.dedup_by_key(|(word, _)| *word);
    touch(found.iter().map(|(word, _)| *word), part);
    alike.clear();
    alike.extend(found.iter().filter_map(|(word, place)| {
        let other = part.word(*word)?;
        let like = place.checked_sub(1).and_then(|place| like_rows.get(place as usize));
        let likeness = match like {
            // what is alike by edits has been found by a key
            Some(like) if wanted == Wanted::All => {
                likeness_by_consonants(token, other, part.kind, like.similarity)
            }
            _ => own.likeness(other, part.kind),
        };
        Some((*word, likeness?))
    }));
    // stays ascending by word
    alike.sort_by_key(|(_, likeness)| Kind::of(*likeness));
    let words = alike.iter().map(|(word, likeness)| ToWord::of(*word, *likeness, part)).collect();
    let ceiling = if wanted == Wanted::All { 0.0 } else { most_by_edits(token, part.kind) };
    Links::of(words, ceiling, token, part)
}

/// Touches words that lie far apart in memory.
fn touch(words: impl Iterator<Item = u32>, part: &Part<'_>) {
    let first = |text: &str| text.bytes().next().unwrap_or(0);
    let words = words.filter_map(|word| part.word(word));
    let touched = words.fold(0, |all, word| all ^ first(word.text()) ^ first(word.sound()));
    std::hint::black_box(touched);
}

/// The consonants that may be alike, where one of the two scripts does not write vowels.
fn of_like_consonants(token: &Token, part: &Part<'_>) -> Vec<LikeConsonants> {
    let mut found = Vec::new();
    let consonants = part.consonants(!token.script().is_skeletal());
    consonants.alike(token.skeleton(), |row| {
        let one = consonants.words(row).first().and_then(|word| part.word(*word));
        let similarity = one.and_then(|one| skeleton_similarity(token.skeleton(), one.skeleton(), false));
        found.push(LikeConsonants { row, similarity });
    });
    found
}
