//! What is kept of queries, so that it can be told which of them a change of the lists concerns (`delta.rs`).
//!
//! Of a query: its readings as numbers of words in a vocabulary that all queries of a set share, the keys of its runs of
//! words (joins, acronyms) and of its official numbers, each cut to 32 bits, and which facts it gives. Two keys that are cut to
//! the same bits only make a query look concerned that is not.
//!
//! ```text
//! magic (8) words (4) rows (4) length of the words (8) length of the rows (8) checksum of all that follows (8)
//! the words, each with its kind (1) and length (2)
//! the rows, in order: facts (1) numbers (1) readings (1), the numbers (4 each), and of each reading
//!   kind (1) words (1) runs (2), the words (4 each), the runs (4 each)
//! ```

use std::collections::HashMap;

use countersign_names::{Form, Joined, MAX_JOIN, NameKind, ParsedName, Token, acronym};
use twox_hash::XxHash3_64;

use crate::adjust::folded_forms;
use crate::keys::{What, key, skeleton};
use crate::lost::lost;
use crate::may_agree::Bonuses;
use crate::other_kind::questions;
use crate::part::place;
use crate::profile::{Profile, ScreenError};
use crate::query::{BirthDate, Query};
use crate::written::with_numbers;

const MAGIC: [u8; 8] = *b"CSOUTL1\n";
const HEAD: usize = 40;

/// Why the bytes of a set of outlines cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is damaged, or of another version; make it anew by screening the whole file")]
pub struct OutlineError;

/// The outlines of a set of queries, in their order.
#[derive(Debug, Default)]
pub struct Outlines {
    /// Where each word begins in `words`.
    starts: Vec<usize>,
    words: Vec<u8>,
    numbers: HashMap<Vec<u8>, u32, foldhash::fast::FixedState>,
    rows: Vec<u8>,
    count: u32,
}

/// A key as it is kept.
pub(crate) fn cut(key: u64) -> u32 {
    key as u32
}

impl Outlines {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many queries it holds.
    pub fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a query.
    ///
    /// # Errors
    /// Where the query asks nothing that can be answered, as [`Index::screen`](crate::Index::screen) would say; a place is
    /// taken by it even so, and no change concerns it.
    pub fn push(&mut self, query: &Query) -> Result<(), ScreenError> {
        let outline = outline(query);
        // a set has far fewer than 2^32 queries
        self.count += 1;
        let (numbers, readings) = match outline {
            Ok(outline) => outline,
            Err(error) => {
                self.rows.extend([0, 0, 0]);
                return Err(error);
            }
        };
        // which words a lost letter lets it be, only the lists can tell: any change may concern it
        let lost = !lost(query).is_empty();
        let most = |count: usize| u8::try_from(count).ok().filter(|n| *n < MANY && !lost);
        let (Some(few_numbers), Some(few_readings)) = (most(numbers.len()), most(readings.len())) else {
            self.rows.extend([0, MANY, 0]);
            return Ok(());
        };
        self.rows.extend([facts(query), few_numbers, few_readings]);
        self.rows.extend(numbers.iter().flat_map(|n| n.to_le_bytes()));
        for (kind, form) in readings {
            let runs = runs(&form, kind);
            self.rows.push(place(kind) as u8);
            // a name has at most 64 words, hence at most three runs for each, of three keys
            self.rows.push(form.tokens.len() as u8);
            self.rows.extend((runs.len() as u16).to_le_bytes());
            for token in &form.tokens {
                let number = self.number(kind, token);
                self.rows.extend(number.to_le_bytes());
            }
            self.rows.extend(runs.iter().flat_map(|run| run.to_le_bytes()));
        }
        Ok(())
    }

    fn number(&mut self, kind: NameKind, token: &Token) -> u32 {
        let mut bytes = vec![place(kind) as u8];
        token.encode(&mut bytes);
        if let Some(number) = self.numbers.get(&bytes) {
            return *number;
        }
        let next = self.starts.len() as u32;
        self.starts.push(self.words.len());
        // a word of a name is shorter than 2^16 bytes: names are cut before
        self.words.extend((bytes.len() as u16).to_le_bytes());
        self.words.extend(&bytes);
        self.numbers.insert(bytes, next);
        next
    }

    /// As bytes, for a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD + self.words.len() + self.rows.len());
        out.extend(MAGIC);
        out.extend((self.starts.len() as u32).to_le_bytes());
        out.extend(self.count.to_le_bytes());
        out.extend((self.words.len() as u64).to_le_bytes());
        out.extend((self.rows.len() as u64).to_le_bytes());
        out.extend([0; 8]);
        out.extend(&self.words);
        out.extend(&self.rows);
        let sum = XxHash3_64::oneshot(out.get(HEAD..).unwrap_or_default());
        if let Some(slot) = out.get_mut(HEAD - 8..HEAD) {
            slot.copy_from_slice(&sum.to_le_bytes());
        }
        out
    }

    /// From the bytes that [`Outlines::to_bytes`] gave. Nothing can be added to what is read.
    ///
    /// # Errors
    /// Where they are damaged or of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OutlineError> {
        let mut head = Cursor(bytes);
        let known = head.take(8).ok_or(OutlineError)? == MAGIC;
        let (count_words, count) = (head.u32().ok_or(OutlineError)?, head.u32().ok_or(OutlineError)?);
        let (words, rows, sum) = (
            head.u64().ok_or(OutlineError)? as usize,
            head.u64().ok_or(OutlineError)? as usize,
            head.u64().ok_or(OutlineError)?,
        );
        let whole = known && head.0.len() == words.checked_add(rows).ok_or(OutlineError)?;
        if !whole || XxHash3_64::oneshot(head.0) != sum {
            return Err(OutlineError);
        }
        let (words, rows) = head.0.split_at_checked(words).ok_or(OutlineError)?;
        let mut starts = Vec::with_capacity(count_words as usize);
        let mut cursor = Cursor(words);
        while !cursor.0.is_empty() {
            starts.push(words.len() - cursor.0.len());
            let length = cursor.u16().ok_or(OutlineError)?;
            cursor.take(usize::from(length)).ok_or(OutlineError)?;
        }
        if starts.len() != count_words as usize {
            return Err(OutlineError);
        }
        Ok(Self { starts, words: words.to_vec(), numbers: HashMap::default(), rows: rows.to_vec(), count })
    }

    /// How many words there are.
    pub(crate) fn word_count(&self) -> usize {
        self.starts.len()
    }

    /// A word with its kind.
    pub(crate) fn word(&self, number: usize) -> Option<(NameKind, Token)> {
        let mut cursor = Cursor(self.words.get(*self.starts.get(number)?..)?);
        let length = cursor.u16()?;
        let (kind, bytes) = cursor.take(usize::from(length))?.split_first()?;
        Some((kind_at(*kind)?, Token::decode(bytes)?))
    }

    /// The rows, in order.
    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows(Cursor(&self.rows))
    }
}

/// More numbers or readings than anybody has: such a query is always looked at again.
const MANY: u8 = u8::MAX;

fn kind_at(number: u8) -> Option<NameKind> {
    NameKind::ALL.into_iter().find(|kind| place(*kind) == usize::from(number))
}

/// The keys of the official numbers of all questions of a query, and their readings: also those without the country in the name of a body.
#[expect(clippy::type_complexity, reason = "one caller")]
fn outline(query: &Query) -> Result<(Vec<u32>, Vec<(NameKind, Form)>), ScreenError> {
    let mut readings = Vec::new();
    let mut numbers = Vec::new();
    for (query, kinds) in questions(query) {
        let query = with_numbers(&query);
        for identifier in &query.identifiers {
            let forms = folded_forms(identifier.property.as_deref(), &identifier.value);
            if forms.is_empty() {
                return Err(ScreenError::Identifier(identifier.value.clone()));
            }
            numbers.extend(forms.iter().map(|form| cut(key(What::Identifier, form))));
        }
        let plain = query.is_plain();
        for kind in kinds {
            for name in query.compared_names(*kind, plain) {
                let parsed = ParsedName::parse(&name, *kind);
                if parsed.forms.is_empty() {
                    return Err(ScreenError::NoName(parsed.original));
                }
                let seated = parsed.without_country().map(|(seated, _)| seated.forms).unwrap_or_default();
                readings.extend(parsed.forms.into_iter().chain(seated).map(|form| (*kind, form)));
            }
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok((numbers, readings))
}

/// The keys of the words of a list that runs of these words spell: all that `wide.rs` asks for.
fn runs(form: &Form, kind: NameKind) -> Vec<u32> {
    let mut runs = Vec::new();
    for len in 2..=MAX_JOIN {
        for window in form.tokens.windows(len) {
            let keys = Joined::of(window);
            runs.push(cut(key(What::Text, &keys.text)));
            if let Some(sound) = &keys.sound {
                runs.push(cut(key(What::Sound, sound)));
            }
            if let Some(consonants) = &keys.skeleton {
                runs.push(cut(key(skeleton(!keys.is_skeletal()), consonants)));
            }
        }
    }
    if kind == NameKind::Organization
        && let Some(short) = acronym(&form.tokens)
    {
        runs.push(cut(key(What::Text, &short)));
    }
    runs
}

/// Which facts a query gives, as far as they raise a score.
fn facts(query: &Query) -> u8 {
    let birth = match query.birth_date {
        None => 0,
        Some(BirthDate { day: Some(_), .. }) => 3,
        Some(BirthDate { month: Some(_), .. }) => 2,
        Some(_) => 1,
    };
    birth | u8::from(!query.countries.is_empty()) << 2 | u8::from(!query.addresses.is_empty()) << 3
}

/// How low the score of a name may be where these facts could lift it to what is reported, for each of their sets.
pub(crate) fn needs(profile: &Profile) -> [f64; 16] {
    let floor = profile.threshold - profile.near_miss_margin;
    let mut needs = [floor; 16];
    for (facts, need) in (0u8..).zip(&mut needs) {
        let month = (facts & 3 > 1).then_some(1);
        let mut query = Query {
            birth_date: (facts & 3 > 0).then_some(BirthDate { year: 1970, month, day: None }),
            ..Query::named("x")
        };
        if facts & 3 == 3 {
            query.birth_date = Some(BirthDate { year: 1970, month, day: Some(1) });
        }
        if facts & 4 > 0 {
            query.countries.extend(countersign_model::CountryCode::new("DE"));
        }
        if facts & 8 > 0 {
            query.addresses.push("x".to_owned());
        }
        *need = floor - Bonuses::of(&query, &profile.weights).most();
    }
    needs
}

/// The outlines one after the other.
pub(crate) struct Rows<'a>(Cursor<'a>);

/// One outline.
pub(crate) struct Row<'a> {
    /// Which facts it gives: a place in [`needs`].
    pub(crate) facts: usize,
    /// It has more than can be kept.
    pub(crate) many: bool,
    pub(crate) numbers: Numbers<'a>,
    pub(crate) readings: Vec<Reading<'a>>,
}

/// One reading: the numbers of its words, and the keys of its runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) kind: u8,
    pub(crate) words: Numbers<'a>,
    pub(crate) runs: Numbers<'a>,
}

/// Numbers as they lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes))
    }
}

impl<'a> Rows<'a> {
    /// The next one, in `row`, whose room is used again. `false` at the end. The checksum was compared, so that what is read is
    /// what was written.
    pub(crate) fn next(&mut self, row: &mut Row<'a>) -> bool {
        row.readings.clear();
        self.read(row).is_some()
    }

    fn read(&mut self, row: &mut Row<'a>) -> Option<()> {
        let cursor = &mut self.0;
        let (facts, numbers, readings) = (cursor.u8()?, cursor.u8()?, cursor.u8()?);
        row.facts = usize::from(facts);
        row.many = numbers == MANY;
        row.numbers = Numbers(cursor.take(if row.many { 0 } else { 4 * usize::from(numbers) })?);
        for _ in 0..readings {
            let (kind, words, runs) = (cursor.u8()?, cursor.u8()?, cursor.u16()?);
            let words = Numbers(cursor.take(4 * usize::from(words))?);
            let runs = Numbers(cursor.take(4 * usize::from(runs))?);
            row.readings.push(Reading { kind, words, runs });
        }
        Some(())
    }
}

impl Row<'_> {
    pub(crate) fn empty() -> Self {
        Self { facts: 0, many: false, numbers: Numbers(&[]), readings: Vec::new() }
    }
}

/// Bytes that are read from the front.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
    }

    fn u64(&mut self) -> Option<u64> {
        self.take(8)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
    }
}
