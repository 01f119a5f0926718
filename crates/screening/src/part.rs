//! The part of the index for one kind of name, as it lies in memory: names, readings, words, and the way from words
//! to readings.
//!
//! Readings ([`countersign_names::Form`]) are numbered by the sum of the stressed weights of their words, so that all
//! readings up to a sum are those up to a number: `candidates.rs` needs that.

use std::ops::Range;
use std::sync::OnceLock;

use bytemuck::{Pod, Zeroable};
use countersign_model::NameQuality;
use countersign_names::{DefaultRarity, NameKind, Nature, Rarity, Token, Traits, WEIGHT_STEPS};

use crate::companions::Companions;
use crate::consonants::Consonants;
use crate::file::Container;
use crate::heads::Heads;
use crate::keys::{What, key};
use crate::may_agree::ReadingFacts;
use crate::posting::{Mark, Posting};
use crate::table::{Buckets, Entry, Table};
use crate::word_row::WordRow;

/// The sections of a part, by number; `100 * (the part's place + 1)` is added.
pub(crate) mod section {
    pub(crate) const NAME_ROWS: u32 = 0;
    pub(crate) const NAME_TEXTS: u32 = 1;
    pub(crate) const READING_ROWS: u32 = 2;
    pub(crate) const NAMES_OF_READINGS: u32 = 42;
    pub(crate) const LONGER_WORDS: u32 = 3;
    pub(crate) const READING_TOTALS: u32 = 4;
    pub(crate) const POSTING_FACTS: u32 = 18;
    pub(crate) const LONGER_MARKS: u32 = 41;
    pub(crate) const TOTAL_STARTS: u32 = 19;
    pub(crate) const NEIGHBOURS_TOTALS: u32 = 17;
    pub(crate) const WORD_ROWS: u32 = 5;
    pub(crate) const WORD_BYTES: u32 = 7;
    pub(crate) const POSTING_STARTS: u32 = 8;
    pub(crate) const POSTINGS: u32 = 9;
    pub(crate) const KEY_DIRECTORY: u32 = 10;
    pub(crate) const KEYS: u32 = 11;
    pub(crate) const RUN_DIRECTORY: u32 = 12;
    pub(crate) const RUNS: u32 = 13;
    pub(crate) const RUN_SPANS: u32 = 14;
    pub(crate) const COMPANIONS: u32 = 43;
    pub(crate) const FIRST_LETTERS: u32 = 15;
    pub(crate) const FIRST_STARTS: u32 = 16;
    pub(crate) const HEADS: u32 = 40;
    /// Two trees of consonants, three sections each: of all words, and of those in scripts without vowels.
    pub(crate) const CONSONANTS: [u32; 2] = [20, 30];
    pub(crate) const LETTERS: u32 = 1;
    pub(crate) const WORD_STARTS: u32 = 2;
    pub(crate) const WORDS: u32 = 3;
}

/// A listed name.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct NameRow {
    pub(crate) entity: u32,
    /// [`Traits::code`].
    pub(crate) traits: u32,
    /// Where its text begins.
    pub(crate) text: u32,
    /// Its [`NameQuality`], by its place in [`QUALITIES`].
    pub(crate) quality: u32,
}

/// The kinds of name, by their number.
pub(crate) const QUALITIES: [NameQuality; 4] =
    [NameQuality::Primary, NameQuality::Alias, NameQuality::Former, NameQuality::Weak];

/// One word of a reading.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct PlacedWord {
    pub(crate) word: u32,
    /// Its weight, in steps of [`WEIGHT_STEPS`].
    weight: u16,
    /// Its stressed weight here, in the same.
    stressed: u16,
}

impl PlacedWord {
    /// A word with its weights, which are kept exactly: the greatest, a surname with an office, is far below 16.
    pub(crate) fn new(word: u32, weight: f64, stressed: f64) -> Self {
        let steps = |value: f64| (value * WEIGHT_STEPS).round() as u16;
        Self { word, weight: steps(weight), stressed: steps(stressed) }
    }

    /// Its weight.
    pub(crate) fn weight(self) -> f64 {
        f64::from(self.weight) / WEIGHT_STEPS
    }

    /// Its stressed weight here.
    pub(crate) fn stressed(self) -> f64 {
        f64::from(self.stressed) / WEIGHT_STEPS
    }
}

/// How many readings one total speaks for in [`Part::least_total`].
pub(crate) const NEIGHBOURS: usize = 64;

/// So many postings of a word are fetched ahead; longer lists the memory reads ahead by itself.
const TOUCHED: u32 = 16;
/// How many lie in a line of memory.
const LINE: usize = 4;

/// Places among the postings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Places {
    pub(crate) fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }
}

/// How many words of a reading lie in its row. Most have no more, and a row is a line of memory: a reading is fetched at once.
const WITHIN: usize = 7;

/// So many names has one reading at most: of more there are several.
pub(crate) const MOST_NAMES: usize = u16::MAX as usize;

/// One reading of a name, or of several names that are read alike: lists repeat each other.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct ReadingRow {
    /// Twice the number of its name, and 1 if it is native; of several names where they begin among those of all such readings.
    name: u32,
    /// How many words it has.
    len: u16,
    /// How many names it has.
    names: u16,
    /// Its words; of a longer one where they begin among those of all longer ones, in the place of the first word.
    words: [PlacedWord; WITHIN],
}

impl ReadingRow {
    /// A reading of 1 to [`MOST_NAMES`] names with its words. The names are put at the end of `several` where they are several, the words of a
    /// long one at the end of `longer`.
    pub(crate) fn new(
        names: &[u32],
        native: bool,
        words: &[PlacedWord],
        (several, longer): (&mut Vec<u32>, &mut Vec<PlacedWord>),
    ) -> Self {
        let name = match names {
            [name] => *name,
            _ => several.len() as u32,
        };
        if names.len() != 1 {
            several.extend(names);
        }
        // a name has at most 64 words
        let (len, names) = (words.len() as u16, names.len() as u16);
        let mut row = Self { name: (name << 1) | u32::from(native), len, names, words: Zeroable::zeroed() };
        if words.len() <= WITHIN {
            for (slot, word) in row.words.iter_mut().zip(words) {
                *slot = *word;
            }
        } else if let Some(first) = row.words.first_mut() {
            first.word = longer.len() as u32;
            longer.extend(words);
        }
        row
    }

    /// Its names, ascending.
    fn names<'a>(&self, several: &'a [u32]) -> impl Iterator<Item = usize> + use<'a> {
        let (first, count) = ((self.name >> 1) as usize, usize::from(self.names));
        let (alone, all) = match count {
            1 => (Some(first), None),
            _ => (None, several.get(first..first + count)),
        };
        alone.into_iter().chain(all.unwrap_or_default().iter().map(|name| *name as usize))
    }

    /// Its words.
    fn words<'a>(&'a self, longer: &'a [PlacedWord]) -> &'a [PlacedWord] {
        let len = usize::from(self.len);
        let within = self.words.get(..len);
        within.unwrap_or_else(|| {
            let start = self.words.first().map_or(0, |first| first.word as usize);
            longer.get(start..start + len).unwrap_or_default()
        })
    }
}

/// Words that were read from their bytes; each is read once.
pub(crate) type ReadWords = Box<[OnceLock<Box<Token>>]>;

/// A part as it lies in the index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) kind: NameKind,
    pub(crate) names: &'a [NameRow],
    texts: &'a [u8],
    readings: &'a [ReadingRow],
    /// The names of readings with several.
    several_names: &'a [u32],
    /// The words of long readings.
    longer: &'a [PlacedWord],
    /// The sums of stressed weights, ascending, not rounded up.
    pub(crate) totals: &'a [f32],
    /// Every [`NEIGHBOURS`]-th of them.
    neighbours_totals: &'a [f32],
    /// [`total_starts`] of them.
    total_starts: &'a [u32],
    pub(crate) words: &'a [WordRow],
    word_bytes: &'a [u8],
    posting_starts: &'a [u32],
    postings: &'a [Posting],
    companions: &'a [Companions],
    /// The marks of long readings.
    pub(crate) longer_marks: &'a [Mark],
    /// Beside each posting, what the facts of its entity are.
    posting_facts: &'a [ReadingFacts],
    pub(crate) keys: Table<'a>,
    runs: Table<'a>,
    run_spans: &'a [u16],
    first_letters: &'a [u32],
    first_starts: &'a [u32],
    consonants: [Consonants<'a>; 2],
    /// How its words begin.
    pub(crate) heads: Heads<'a>,
    read: &'a [OnceLock<Box<Token>>],
}

impl<'a> Part<'a> {
    /// The part of `kind` in a container; `read` has a place for each of its words.
    pub(crate) fn of(container: &'a Container, kind: NameKind, read: &'a ReadWords) -> Self {
        use section as s;
        let base = base(kind);
        let entries = |directory, entries| Table {
            directory: container.numbers(base + directory),
            entries: container.numbers::<Entry>(base + entries),
        };
        let consonants = s::CONSONANTS.map(|first| Consonants {
            letters: container.numbers(base + first + s::LETTERS),
            word_starts: container.numbers(base + first + s::WORD_STARTS),
            words: container.numbers(base + first + s::WORDS),
        });
        Self {
            kind,
            names: container.numbers(base + s::NAME_ROWS),
            texts: container.section(base + s::NAME_TEXTS),
            readings: container.numbers(base + s::READING_ROWS),
            several_names: container.numbers(base + s::NAMES_OF_READINGS),
            longer: container.numbers(base + s::LONGER_WORDS),
            totals: container.numbers(base + s::READING_TOTALS),
            neighbours_totals: container.numbers(base + s::NEIGHBOURS_TOTALS),
            total_starts: container.numbers(base + s::TOTAL_STARTS),
            words: container.numbers(base + s::WORD_ROWS),
            word_bytes: container.section(base + s::WORD_BYTES),
            posting_starts: container.numbers(base + s::POSTING_STARTS),
            postings: container.numbers(base + s::POSTINGS),
            companions: container.numbers(base + s::COMPANIONS),
            longer_marks: container.numbers(base + s::LONGER_MARKS),
            posting_facts: container.numbers(base + s::POSTING_FACTS),
            keys: entries(s::KEY_DIRECTORY, s::KEYS),
            runs: entries(s::RUN_DIRECTORY, s::RUNS),
            run_spans: container.numbers(base + s::RUN_SPANS),
            first_letters: container.numbers(base + s::FIRST_LETTERS),
            first_starts: container.numbers(base + s::FIRST_STARTS),
            consonants,
            heads: Heads(container.numbers(base + s::HEADS)),
            read,
        }
    }

    /// How many names it has: the last row only says where the texts end.
    pub(crate) fn name_count(&self) -> usize {
        self.names.len().saturating_sub(1)
    }

    /// A name as the list writes it.
    pub(crate) fn text(&self, name: usize) -> &'a str {
        let at = |n: usize| self.names.get(n).map(|row| row.text as usize);
        let bytes = at(name).zip(at(name + 1)).and_then(|(start, end)| self.texts.get(start..end));
        bytes.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// What kind of name it is.
    pub(crate) fn quality(&self, name: usize) -> NameQuality {
        let number = self.names.get(name).map_or(0, |row| row.quality as usize);
        QUALITIES.get(number).copied().unwrap_or(NameQuality::Primary)
    }

    /// What it brings into a comparison as a whole.
    pub(crate) fn traits(&self, name: usize) -> Traits {
        self.names.get(name).and_then(|row| Traits::from_code(row.traits)).unwrap_or_default()
    }

    /// How many readings have at most this total, and those of the same step.
    pub(crate) fn up_to(&self, total: f32) -> u32 {
        // a limit may be infinite
        let step = (total * TOTAL_STEPS).max(0.0) as usize;
        let end = self.total_starts.get(step.saturating_add(1)).copied();
        end.unwrap_or_else(|| u32::try_from(self.totals.len()).unwrap_or(u32::MAX))
    }

    /// The words of a reading.
    pub(crate) fn placed(&self, reading: u32) -> &'a [PlacedWord] {
        self.readings.get(reading as usize).map_or(&[], |row| row.words(self.longer))
    }

    /// The names of a reading, ascending: all with the same traits.
    pub(crate) fn names_of(&self, reading: u32) -> impl Iterator<Item = usize> + use<'a> {
        let several = self.several_names;
        self.readings.get(reading as usize).into_iter().flat_map(|row| row.names(several))
    }

    /// Whether a reading is native ([`Form::native`](countersign_names::Form::native)).
    pub(crate) fn is_native(&self, reading: u32) -> bool {
        self.readings.get(reading as usize).is_some_and(|row| row.name & 1 == 1)
    }

    /// Has the memory fetch readings that lie far apart at once and not one after the other.
    pub(crate) fn touch_readings(&self, readings: impl Iterator<Item = u32>) {
        let rows = readings.filter_map(|reading| self.readings.get(reading as usize));
        std::hint::black_box(rows.fold(0, |all, row| all ^ row.name));
    }

    /// The readings with a word, ascending.
    pub(crate) fn readings_of(&self, word: u32) -> impl Iterator<Item = u32> + 'a {
        self.postings(self.places_of(word)).iter().map(|posting| posting.reading)
    }

    /// The places of the postings of a word.
    pub(crate) fn places_of(&self, word: u32) -> Places {
        let at = |n: usize| self.posting_starts.get(n).copied().unwrap_or(0);
        let n = word as usize;
        Places { start: at(n), end: at(n + 1) }
    }

    /// What stands beside a word.
    pub(crate) fn companions(&self, word: u32) -> Companions {
        self.companions.get(word as usize).copied().unwrap_or(Companions::UNKNOWN)
    }

    /// The postings at some places, ascending by reading where these are of one word.
    pub(crate) fn postings(&self, places: Places) -> &'a [Posting] {
        self.postings.get(places.start as usize..places.end as usize).unwrap_or_default()
    }

    /// The facts beside these postings.
    pub(crate) fn facts_of(&self, places: Places) -> &'a [ReadingFacts] {
        self.posting_facts.get(places.start as usize..places.end as usize).unwrap_or_default()
    }

    /// Has the memory fetch the first postings of several words at once and not one after the other.
    pub(crate) fn touch(&self, words: impl Iterator<Item = Places>) {
        let touched = words.map(|places| {
            let end = places.end.min(places.start.saturating_add(TOUCHED));
            let lines = self.postings(Places { end, ..places }).iter().step_by(LINE);
            lines.fold(0, |all, posting| all ^ posting.reading)
        });
        std::hint::black_box(touched.fold(0, |all, one| all ^ one));
    }

    /// At most what the words of a reading weigh together: readings are numbered by it, and one of a few neighbours says it for all,
    /// so that what is asked often lies close together.
    pub(crate) fn least_total(&self, reading: u32) -> f64 {
        let total = self.neighbours_totals.get(reading as usize / NEIGHBOURS);
        total.map_or(0.0, |total| f64::from(*total))
    }

    /// A word, read from its bytes at most once.
    pub(crate) fn word(&self, word: u32) -> Option<&'a Token> {
        let n = word as usize;
        let slot = self.read.get(n)?;
        if let Some(token) = slot.get() {
            return Some(token);
        }
        let at = |n: usize| self.words.get(n).map(|row| row.bytes as usize);
        let token = Token::decode(self.word_bytes.get(at(n)?..at(n + 1)?)?)?;
        Some(slot.get_or_init(|| Box::new(token)))
    }

    /// How many words it has: the last row only says where the bytes end.
    pub(crate) fn word_count(&self) -> usize {
        self.words.len().saturating_sub(1)
    }

    /// The weight of a word, as in a comparison.
    pub(crate) fn weight(&self, word: u32) -> f64 {
        self.words.get(word as usize).map_or(0.0, WordRow::weight)
    }

    /// The words that begin with a letter: they are numbered by their spelling.
    pub(crate) fn beginning_with(&self, first: char) -> Range<u32> {
        let found = self.first_letters.binary_search(&u32::from(first)).ok();
        let bounds = found.and_then(|n| self.first_starts.get(n).zip(self.first_starts.get(n + 1)));
        bounds.map_or(0..0, |(start, end)| *start..*end)
    }

    /// Gives the places of runs of words, and acronyms, under these keys, each after what stands beside its key: the reading, the first
    /// word, the number of words.
    pub(crate) fn runs<T: Copy>(&self, keys: &[(u64, T)], mut give: impl FnMut(T, (u32, usize, usize))) {
        self.runs.each(keys, &mut Buckets::new(), |beside, (at, reading)| {
            let span = self.run_spans.get(at).copied().unwrap_or(0);
            give(beside, (reading, usize::from(span >> 8), usize::from(span & 0xff)));
        });
    }

    /// The words by their consonants: all, or those of scripts that do not write vowels.
    pub(crate) fn consonants(&self, only_skeletal: bool) -> Consonants<'a> {
        let [all, skeletal] = self.consonants;
        if only_skeletal { skeletal } else { all }
    }
}

impl Rarity for Part<'_> {
    fn factor(&self, text: &str) -> f64 {
        let same = |(_, word): &(usize, u32)| {
            self.word(*word).is_some_and(|t| t.text() == text && t.nature() == Nature::Word)
        };
        let found = self.keys.get(key(What::Text, text)).find(same);
        let bearers = found.and_then(|(_, word)| self.words.get(word as usize)).map_or(0, |row| row.bearers);
        rarity(bearers, text)
    }
}

/// 1 up to three bearers, then less by the logarithm of their number, down to one half; never above the built-in
/// table, so that a small list does not make `Muhammad` rare.
///
/// Numbers of bearers count by their power of two, at its middle: an entry more or less then hardly ever moves a weight, so that
/// scores stay the same from one copy of a list to the next, and a change of the lists concerns few (`delta.rs`).
pub(crate) fn rarity(bearers: u32, text: &str) -> f64 {
    let own = match bearers {
        0..=3 => 1.0,
        _ => {
            let middle = f64::from(1u32 << bearers.ilog2()) * std::f64::consts::SQRT_2;
            (1.0 - 0.09 * (middle / 3.0).ln()).max(0.5)
        }
    };
    own.min(DefaultRarity.factor(text))
}

/// So many starts are kept for each 1 of weight: how many readings have a total is looked up and not searched for, at the price of a few
/// more of them. A power of two, so that no total is put on the wrong side of one.
const TOTAL_STEPS: f32 = 256.0;
/// Totals beyond it are taken together: few names have more than so many words.
const MOST_STEPS: usize = 1 << 12;

/// Of totals in ascending order, how many are below each step.
pub(crate) fn total_starts(totals: &[f32]) -> Vec<u32> {
    // the steps and the readings fit into 32 bits
    let below = |step: usize| totals.partition_point(|total| *total < step as f32 / TOTAL_STEPS) as u32;
    (0..=MOST_STEPS).map(below).collect()
}

/// The number of a part's first section.
pub(crate) fn base(kind: NameKind) -> u32 {
    match kind {
        NameKind::Person => 100,
        NameKind::Organization => 200,
        NameKind::Vessel => 300,
    }
}

/// The place of a kind among the parts.
pub(crate) fn place(kind: NameKind) -> usize {
    match kind {
        NameKind::Person => 0,
        NameKind::Organization => 1,
        NameKind::Vessel => 2,
    }
}

/// The bits of the words `start..start + len`; words are fewer than 65.
pub(crate) fn bits(start: usize, len: usize) -> u64 {
    (start..start + len).filter_map(|n| 1u64.checked_shl(u32::try_from(n).ok()?)).fold(0, |a, b| a | b)
}
