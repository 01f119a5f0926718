//! Words of past queries with their links, and how those of a new one are looked up.
//!
//! Which listed words are looked at is argued in `keys.rs`; [`likeness`](countersign_names::likeness()) decides. A word and its links depend on nothing but
//! the word and the index, so that they are kept from one query to the next.

use std::borrow::Cow;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use countersign_names::{Likeness, NameKind, Slips, Token, likeness_by_consonants, skeleton_similarity};

use crate::keys::{asked, asked_by_edits};
use crate::part::Part;
use crate::recent::Recent;
use crate::table::Buckets;
use crate::word_row::Near;
use crate::words::{Links, Wanted};

/// How many words of past queries are young at most, and as many may be old.
const WORDS: usize = 1 << 14;
/// How many links of them at most: some 25 MiB for each kind of name, and as many of the old.
const LINKS: usize = 400_000;
/// How many consonants are young at most: of most there is little to keep.
const CONSONANTS: usize = 1 << 16;
/// How many words of like consonants at most.
const LIKE: usize = 800_000;

/// Words of past queries with their links, and room to work in.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    known: [Known; 3],
    hashes: Vec<u64>,
    room: Room,
}

/// What is known of the words of one part.
#[derive(Debug)]
struct Known {
    /// Links by the hash of their word. It lies beside them: as the key it would be one more place of memory to wait for. Of two words of one
    /// hash the last is known.
    links: Recent<u64, Arc<Links>>,
    /// For consonants, those of listed words that may be alike: first of scripts that do not write vowels, then of all. Many words have
    /// the same consonants.
    alike: [Recent<String, Box<[LikeConsonants]>>; 2],
}

/// Consonants of listed words that may be like others.
#[derive(Debug, Clone, Copy)]
struct LikeConsonants {
    /// Which they are of the [`Consonants`](crate::consonants::Consonants) of their part.
    row: u32,
    /// How alike they are, with two liquids.
    similarity: Option<f64>,
}

/// A word to be looked up.
#[derive(Debug, Clone, Copy)]
struct Word<'t> {
    token: &'t Token,
    hash: u64,
    wanted: Wanted,
}

/// So many words are looked up at a time: each step is taken for all of them, so that what it needs stays in the nearest caches.
const GROUP: usize = 32;

/// Room to work in while words are looked up.
#[derive(Debug, Default)]
struct Room {
    of_words: Vec<Found>,
    keys: Vec<(u64, bool)>,
    buckets: Buckets,
}

/// What was found of a word so far.
#[derive(Debug, Default)]
struct Found {
    /// The listed words, each with the place of its [`LikeConsonants`] more 1, or with 0 where a key found it.
    words: Vec<(u32, u32)>,
    /// Those that a key of edits found, before they are told apart by their letters.
    slips: Vec<u32>,
    /// How alike they are.
    alike: Vec<(u32, Likeness)>,
}

impl Memory {
    /// The links of some words, of each those that are wanted, or all where they are known; `before`: what was looked up of them, or nothing. What is
    /// known of them is touched first, so that the memory fetches it at once.
    pub(crate) fn links_of<'l>(
        &mut self,
        tokens: &[Token],
        part: &Part<'_>,
        wanted: impl Fn(usize) -> Wanted,
        before: &'l [Arc<Links>],
    ) -> Cow<'l, [Arc<Links>]> {
        if before.len() == tokens.len() {
            touch_words(before.iter());
            let lacks = |n: usize, links: &Links| wanted(n) == Wanted::All && !links.are_all();
            if !before.iter().enumerate().any(|(n, links)| lacks(n, links)) {
                return Cow::Borrowed(before);
            }
            let each = tokens.iter().zip(before).enumerate();
            let of = |(n, (token, links)): (usize, (&Token, &Arc<Links>))| {
                if lacks(n, links) {
                    self.links(hash(token), token, part, Wanted::All)
                } else {
                    links.clone()
                }
            };
            return each.map(of).collect();
        }
        let mut hashes = std::mem::take(&mut self.hashes);
        hashes.clear();
        hashes.extend(tokens.iter().map(hash));
        let known = self.known(part.kind);
        let each = || tokens.iter().zip(&hashes).enumerate();
        let found: Vec<Option<Arc<Links>>> = each()
            .map(|(n, (token, hash))| known.enough(*hash, token, wanted(n) == Wanted::Sure).cloned())
            .collect();
        touch_words(found.iter().flatten());
        let links = each()
            .zip(found)
            .map(|((n, (token, hash)), found)| {
                found.unwrap_or_else(|| self.links(*hash, token, part, wanted(n)))
            })
            .collect();
        self.hashes = hashes;
        links
    }

    /// The links of many words, of each at least those that are wanted. What is not known of them is looked up in the order of the alphabet: what begins
    /// alike has keys and neighbours in common.
    pub(crate) fn look_up<'t>(
        &mut self,
        tokens: impl Iterator<Item = (&'t Token, Wanted)>,
        part: &Part<'_>,
    ) -> Vec<Arc<Links>> {
        let words: Vec<Word<'t>> =
            tokens.map(|(token, wanted)| Word { token, hash: hash(token), wanted }).collect();
        let known = self.known(part.kind);
        let mut of =
            |word: &Word<'_>| known.enough(word.hash, word.token, word.wanted == Wanted::Sure).cloned();
        let found: Vec<Option<Arc<Links>>> = words.iter().map(&mut of).collect();
        let lacking = words.iter().zip(&found).filter(|(_, links)| links.is_none());
        let mut new: Vec<(&str, Word<'t>)> = lacking.map(|(word, _)| (word.token.text(), *word)).collect();
        // of a word the most that is wanted comes first
        new.sort_unstable_by_key(|(text, word)| (*text, word.hash, word.wanted == Wanted::Sure));
        new.dedup_by_key(|(_, word)| word.hash);
        let new: Vec<Word<'t>> = new.into_iter().map(|(_, word)| word).collect();
        let mut room = std::mem::take(&mut self.room);
        let known = self.known(part.kind);
        for group in new.chunks(GROUP) {
            known.look_up(group, part, &mut room, |_| {});
        }
        self.room = room;
        let each = words.into_iter().zip(found);
        each.map(|(Word { token, hash, wanted }, links)| {
            links.unwrap_or_else(|| self.links(hash, token, part, wanted))
        })
        .collect()
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
        let known = self.known(part.kind);
        if let Some(links) = known.enough(hash, token, wanted == Wanted::Sure) {
            return links.clone();
        }
        let mut room = std::mem::take(&mut self.room);
        let mut found = None;
        self.known(part.kind).look_up(&[Word { token, hash, wanted }], part, &mut room, |links| {
            found = Some(links.clone());
        });
        self.room = room;
        // of one word that is looked up there is one answer
        found.unwrap_or_else(|| Arc::new(Links::of(token, &mut [], false, part)))
    }
}

/// Touches the words that links point at.
fn touch_words<'l>(links: impl Iterator<Item = &'l Arc<Links>>) {
    let words = links.flat_map(|links| &links.words);
    std::hint::black_box(words.fold(0, |all, word| all ^ word.mark));
}

fn hash(token: &Token) -> u64 {
    foldhash::fast::FixedState::default().hash_one(token)
}

impl Default for Known {
    fn default() -> Self {
        Self { links: Recent::of(WORDS, LINKS), alike: [(); 2].map(|()| Recent::of(CONSONANTS, LIKE)) }
    }
}

impl Known {
    /// The links of a word with this hash as far as they are known: all, or only the `sure` ones.
    fn enough(&mut self, hash: u64, token: &Token, sure: bool) -> Option<&Arc<Links>> {
        self.links.get(&hash).filter(|links| links.token() == token && (sure || links.are_all()))
    }

    /// Looks words up and gives their links, in their order.
    fn look_up(
        &mut self,
        words: &[Word<'_>],
        part: &Part<'_>,
        room: &mut Room,
        mut give: impl FnMut(&Arc<Links>),
    ) {
        let Room { of_words, keys, buckets } = room;
        if of_words.len() < words.len() {
            of_words.resize_with(words.len(), Found::default);
        }
        for (word, found) in words.iter().zip(of_words.iter_mut()) {
            found.by_keys(word, part, keys, buckets);
        }
        for (word, found) in words.iter().zip(of_words.iter_mut()) {
            found.add_like_consonants(word.token, part, self);
        }
        for (word, found) in words.iter().zip(of_words.iter_mut()) {
            found.compare(word, part, self);
        }
        for (word, found) in words.iter().zip(of_words.iter_mut()) {
            let links = Arc::new(Links::of(word.token, &mut found.alike, word.wanted == Wanted::All, part));
            give(&links);
            let much = links.words.len();
            self.links.put(word.hash, links, much);
        }
    }

    /// The consonants that may be like those of a word, where one of the two scripts does not write vowels: as found for the words that are looked up.
    fn like_consonants(&self, token: &Token) -> Option<&[LikeConsonants]> {
        let [skeletal, all] = &self.alike;
        let alike = if token.script().is_skeletal() { all } else { skeletal };
        alike.peek(token.skeleton()).map(|rows| &**rows)
    }

    /// The same, looked for where they are not known.
    fn find_like_consonants(&mut self, token: &Token, part: &Part<'_>) -> &[LikeConsonants] {
        let [skeletal, all] = &mut self.alike;
        let alike = if token.script().is_skeletal() { all } else { skeletal };
        if alike.get(token.skeleton()).is_none() {
            let found = like_consonants(token, part);
            let much = found.len();
            alike.put(token.skeleton().to_owned(), found.into(), much);
        }
        self.like_consonants(token).unwrap_or_default()
    }
}

impl Found {
    /// Finds words by the keys of a word; those by edits wait in `slips`.
    fn by_keys(
        &mut self,
        word: &Word<'_>,
        part: &Part<'_>,
        keys: &mut Vec<(u64, bool)>,
        buckets: &mut Buckets,
    ) {
        let Self { words, slips, .. } = self;
        words.clear();
        slips.clear();
        keys.clear();
        asked(word.token, |key| keys.push((key, false)));
        if word.wanted == Wanted::All {
            asked_by_edits(word.token, |key| keys.push((key, true)));
        }
        part.keys.each(
            keys,
            buckets,
            |edited, (_, word)| if edited { slips.push(word) } else { words.push((word, 0)) },
        );
        let near = Near::of(word.token);
        // all rows first, so that the memory fetches many at a time and not one after the other
        let rows = || slips.iter().filter_map(|word| part.words.get(*word as usize));
        std::hint::black_box(rows().fold(0, |all, row| all ^ row.letters));
        slips.retain(|word| part.words.get(*word as usize).is_some_and(|row| near.may_be(row)));
    }

    /// Adds the words with consonants like those of a word, where one of the two scripts does not write vowels.
    fn add_like_consonants(&mut self, token: &Token, part: &Part<'_>, known: &mut Known) {
        let consonants = part.consonants(!token.script().is_skeletal());
        for (place, like) in (1u32..).zip(known.find_like_consonants(token, part)) {
            self.words.extend(consonants.words(like.row).iter().map(|word| (*word, place)));
        }
    }

    /// Tells which of all these are like the word, and how alike they are.
    fn compare(&mut self, &Word { token, wanted, .. }: &Word<'_>, part: &Part<'_>, known: &Known) {
        let Self { words, slips, alike } = self;
        let own = Slips::of(token);
        if !slips.is_empty() {
            // several keys may have found one word
            slips.sort_unstable();
            slips.dedup();
            let may_be = |word: u32| {
                let told = part.words.get(word as usize)?.may_be(&own);
                told.or_else(|| Some(own.may_be(part.word(word)?)))
            };
            words.extend(slips.iter().filter(|word| may_be(**word) == Some(true)).map(|word| (*word, 0)));
        }
        words.sort_unstable();
        // what a key has found comes first: it may be alike in any way
        words.dedup_by_key(|(word, _)| *word);
        touch(words.iter().map(|(word, _)| *word), part);
        let like_rows = known.like_consonants(token).unwrap_or_default();
        alike.clear();
        alike.extend(words.iter().filter_map(|(word, place)| {
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
    }
}

/// Touches words that lie far apart in memory.
fn touch(words: impl Iterator<Item = u32>, part: &Part<'_>) {
    let first = |text: &str| text.bytes().next().unwrap_or(0);
    let words = words.filter_map(|word| part.word(word));
    let touched = words.fold(0, |all, word| all ^ first(word.text()) ^ first(word.sound()));
    std::hint::black_box(touched);
}

/// The consonants that may be alike, where one of the two scripts does not write vowels.
fn like_consonants(token: &Token, part: &Part<'_>) -> Vec<LikeConsonants> {
    let mut found = Vec::new();
    let consonants = part.consonants(!token.script().is_skeletal());
    consonants.alike(token.skeleton(), |row| {
        let one = consonants.words(row).first().and_then(|word| part.word(*word));
        let similarity = one.and_then(|one| skeleton_similarity(token.skeleton(), one.skeleton(), false));
        found.push(LikeConsonants { row, similarity });
    });
    found
}
