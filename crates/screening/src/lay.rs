//! Laying the tables of one part.

use std::collections::HashMap;

use bytemuck::NoUninit;
use countersign_names::{MAX_TOKENS, NameKind, Naming, Nature, Rarity, Token, stressed_weight, weight};

use crate::companions::Companions;
use crate::consonants::consonants;
use crate::heads::heads;
use crate::keys::held;
use crate::may_agree::{FactRow, ReadingFacts};
use crate::part::{
    MOST_NAMES, NEIGHBOURS, NameRow, PlacedWord, ReadingRow, base, rarity, section as s, total_starts,
};
use crate::posting::{self, Mark, Posting};
use crate::read::{NewName, Run, read_all};
use crate::table;
use crate::word_row::{OfWord, WordRow};

/// Names are read so many at a time, so that building needs little more memory than the index.
const CHUNK: usize = 50_000;

/// What came of laying a part.
#[derive(Debug, Default)]
pub(crate) struct Laid {
    pub(crate) sections: Vec<(u32, Vec<u8>)>,
    /// Entities with a name here.
    pub(crate) named: Vec<u32>,
    /// What the reader has to know, by entity.
    pub(crate) troubles: Vec<(u32, String)>,
}

/// A map from byte strings to numbers, for words.
type Numbers = HashMap<Vec<u8>, u32, foldhash::fast::FixedState>;

/// A reading before it has its number.
struct NewReading {
    name: u32,
    native: bool,
    /// Where its words begin among all placed ones, and how many they are.
    start: usize,
    len: usize,
    runs: Vec<Run>,
    naming: Naming,
    total: f64,
}

impl NewReading {
    /// The numbers of its words.
    fn words<'p>(&self, placed: &'p [u32]) -> &'p [u32] {
        placed.get(self.start..self.start + self.len).unwrap_or_default()
    }
}

/// Lays the tables of the names of one kind. `facts`: of each entity.
pub(crate) fn part(kind: NameKind, names: &[NewName], facts: &[FactRow]) -> Laid {
    let mut laid = Laid::default();
    let Collected { name_rows, texts, mut readings, mut placed, numbers } = collect(kind, names, &mut laid);
    let (tokens, encoded) = in_order(numbers, &mut placed);
    let words = Words::of(kind, (tokens, encoded), &readings, &placed, &name_rows);
    let traits = |name: u32| name_rows.get(name as usize).map_or(0, |row| row.traits);
    number(&mut readings, &placed, &words, traits);
    let marks = words.marks(&placed);
    let alike = alike(&readings, &placed, traits);
    let rows = lay_readings(&alike, &placed, &words, &marks, |name| {
        facts.get(name_rows.get(name as usize)?.entity as usize)
    });
    drop(readings);
    drop(placed);

    let first = base(kind);
    let mut put = |number: u32, content: Vec<u8>| laid.sections.push((first + number, content));
    put(s::NAME_ROWS, bytes(&name_rows));
    put(s::NAME_TEXTS, texts);
    let most_stressed = put_readings(rows, words.tokens.len(), &mut put);
    put_words(&words, &most_stressed, &marks, &mut put);
    for (only_skeletal, offset) in [false, true].into_iter().zip(s::CONSONANTS) {
        let (letters, members) = consonants(&words.tokens, only_skeletal);
        let (word_starts, members) = runs_of(members.into_iter());
        put(offset + s::LETTERS, bytes(&letters));
        put(offset + s::WORD_STARTS, bytes(&word_starts));
        put(offset + s::WORDS, bytes(&members));
    }
    put(s::HEADS, bytes(&heads(&words.tokens)));
    laid
}

/// What was read of all names of a part.
struct Collected {
    name_rows: Vec<NameRow>,
    texts: Vec<u8>,
    readings: Vec<NewReading>,
    /// The words of all readings, one after the other.
    placed: Vec<u32>,
    numbers: Numbers,
}

/// Reads the names; what cannot be used of them is told.
fn collect(kind: NameKind, names: &[NewName], laid: &mut Laid) -> Collected {
    let mut numbers = Numbers::default();
    let mut name_rows: Vec<NameRow> = Vec::with_capacity(names.len() + 1);
    let mut texts: Vec<u8> = Vec::new();
    let mut readings: Vec<NewReading> = Vec::with_capacity(names.len());
    let mut placed: Vec<u32> = Vec::new();
    for chunk in names.chunks(CHUNK) {
        for (name, read) in chunk.iter().zip(read_all(kind, chunk)) {
            let NewName { entity, quality, text } = name;
            if read.readings.is_empty() {
                let why = format!("the name `{text}` has no letter and no digit; it cannot be found by name");
                laid.troubles.push((*entity, why));
                continue;
            }
            if read.truncated {
                let why =
                    format!("the name `{text}` is longer than {MAX_TOKENS} words; its end is not compared");
                laid.troubles.push((*entity, why));
            }
            if laid.named.last() != Some(entity) {
                laid.named.push(*entity);
            }
            let number = name_rows.len() as u32;
            let (start, traits) = (texts.len() as u32, read.traits);
            name_rows.push(NameRow { entity: *entity, traits, text: start, quality: *quality });
            texts.extend(text.as_bytes());
            for form in read.readings {
                let start = placed.len();
                for word in form.words {
                    let next = numbers.len() as u32;
                    placed.push(*numbers.entry(word).or_insert(next));
                }
                let len = placed.len() - start;
                let native = form.native;
                let runs = form.runs;
                let (naming, total) = (Naming::Own, 0.0);
                readings.push(NewReading { name: number, native, start, len, runs, naming, total });
            }
        }
    }
    name_rows.push(NameRow { entity: u32::MAX, traits: 0, text: texts.len() as u32, quality: 0 });
    Collected { name_rows, texts, readings, placed, numbers }
}

/// Numbers the words by their spelling, so that those that begin with a letter, and their postings, lie side by side. The words,
/// and as they are written.
fn in_order(numbers: Numbers, placed: &mut [u32]) -> (Vec<Token>, Vec<Vec<u8>>) {
    // what was just encoded can be decoded
    let decoded = |(bytes, number): (Vec<u8>, u32)| Some((Token::decode(&bytes)?, bytes, number));
    let mut words: Vec<(Token, Vec<u8>, u32)> = numbers.into_iter().filter_map(decoded).collect();
    words.sort_unstable_by(|a, b| a.0.text().cmp(b.0.text()).then_with(|| a.1.cmp(&b.1)));
    let mut places = vec![0u32; words.len()];
    for (place, (.., number)) in (0u32..).zip(&words) {
        if let Some(slot) = places.get_mut(*number as usize) {
            *slot = place;
        }
    }
    for word in placed {
        *word = places.get(*word as usize).copied().unwrap_or(0);
    }
    words.into_iter().map(|(token, bytes, _)| (token, bytes)).unzip()
}

/// The words of a part by their numbers.
struct Words {
    kind: NameKind,
    tokens: Vec<Token>,
    encoded: Vec<Vec<u8>>,
    bearers: HashMap<String, u32, foldhash::fast::FixedState>,
    weights: Vec<f64>,
}

impl Words {
    fn of(
        kind: NameKind,
        (tokens, encoded): (Vec<Token>, Vec<Vec<u8>>),
        readings: &[NewReading],
        placed: &[u32],
        names: &[NameRow],
    ) -> Self {
        let bearers = bearers(&tokens, readings, placed, names);
        let counts = Counts(&bearers);
        let weights = tokens.iter().map(|word| weight(word, &counts)).collect();
        Self { kind, tokens, encoded, bearers, weights }
    }

    fn weight(&self, word: u32) -> f64 {
        self.weights.get(word as usize).copied().unwrap_or(0.0)
    }

    fn stressed(&self, word: u32, position: usize, naming: Naming) -> f64 {
        let token = self.tokens.get(word as usize);
        token.map_or(0.0, |t| stressed_weight(self.weight(word), t, position, self.kind, naming))
    }

    /// The mark of each word among [`Sets`](crate::posting::Sets).
    fn marks(&self, placed: &[u32]) -> Vec<Mark> {
        let mut readings = vec![0usize; self.tokens.len()];
        for word in placed {
            if let Some(count) = readings.get_mut(*word as usize) {
                *count += 1;
            }
        }
        posting::marks(&self.tokens, &readings)
    }
}

/// Orders the readings by what their words weigh together, and those that are alike one after the other.
fn number(readings: &mut [NewReading], placed: &[u32], words: &Words, traits: impl Fn(u32) -> u32) {
    for reading in &mut *readings {
        let own = reading.words(placed);
        let naming = Naming::of(own.iter().filter_map(|word| words.tokens.get(*word as usize)), words.kind);
        reading.naming = naming;
        reading.total = own.iter().enumerate().map(|(n, word)| words.stressed(*word, n, naming)).sum();
    }
    let of = |reading: &NewReading| (reading.native, traits(reading.name), reading.name, reading.start);
    readings.sort_by(|a, b| {
        let by_words = || a.words(placed).cmp(b.words(placed));
        a.total.total_cmp(&b.total).then_with(by_words).then_with(|| of(a).cmp(&of(b)))
    });
}

/// Readings of the same words and traits, which are in this order already: whatever is asked they score the same, so that they are one reading
/// with several names. Lists repeat each other, and a quarter to a half of all readings are such.
fn alike<'r>(
    readings: &'r [NewReading],
    placed: &[u32],
    traits: impl Fn(u32) -> u32,
) -> Vec<&'r [NewReading]> {
    let same = |a: &NewReading, b: &NewReading| {
        a.native == b.native && a.words(placed) == b.words(placed) && traits(a.name) == traits(b.name)
    };
    readings.chunk_by(same).flat_map(|all| all.chunks(MOST_NAMES)).collect()
}

/// What is written of readings.
#[derive(Default)]
struct ReadingTables {
    rows: Vec<ReadingRow>,
    several_names: Vec<u32>,
    longer: Vec<PlacedWord>,
    totals: Vec<f32>,
    /// Each reading with the marks of its words, and with its facts.
    marked: Vec<Posting>,
    longer_marks: Vec<Mark>,
    /// What stands beside each word.
    companions: Vec<Companions>,
    facts: Vec<ReadingFacts>,
    /// Of each word of each reading its number, and that of the reading.
    posted: Vec<(u32, u32)>,
    runs: Vec<(u64, u32, u16)>,
    /// The highest stressed weight of each word.
    most_stressed: Vec<f64>,
}

/// Lays the readings; of each those that are alike, and at least one. `facts`: of a name.
fn lay_readings<'f>(
    readings: &[&[NewReading]],
    placed: &[u32],
    words: &Words,
    marks: &[Mark],
    facts: impl Fn(u32) -> Option<&'f FactRow>,
) -> ReadingTables {
    let mut out = ReadingTables {
        rows: Vec::with_capacity(readings.len()),
        marked: Vec::with_capacity(readings.len()),
        facts: Vec::with_capacity(readings.len()),
        posted: Vec::with_capacity(placed.len()),
        most_stressed: vec![0.0; words.tokens.len()],
        companions: vec![Companions::default(); words.tokens.len()],
        totals: Vec::with_capacity(readings.len()),
        ..ReadingTables::default()
    };
    let mut own: Vec<PlacedWord> = Vec::new();
    let mut names: Vec<u32> = Vec::new();
    let mut own_marks: Vec<Mark> = Vec::new();
    let first = readings.iter().filter_map(|alike| Some((alike, alike.first()?)));
    for (number, (alike, reading)) in (0u32..).zip(first) {
        own_marks.clear();
        own_marks.extend(reading.words(placed).iter().filter_map(|word| marks.get(*word as usize)));
        out.marked.push(Posting::new(number, &own_marks, &mut out.longer_marks));
        let total = down(reading.total);
        names.extend(alike.iter().map(|one| one.name));
        names.dedup();
        // what may agree of one name may agree of the reading
        let of = |name: &u32| facts(*name).map_or(ReadingFacts::ANY, ReadingFacts::of);
        let all_facts = names.iter().map(of).fold(ReadingFacts::NONE, ReadingFacts::with);
        out.facts.push(all_facts);
        for (position, word) in reading.words(placed).iter().enumerate() {
            let stressed = words.stressed(*word, position, reading.naming);
            if let Some(most) = out.most_stressed.get_mut(*word as usize) {
                *most = most.max(stressed);
            }
            if let Some(companions) = out.companions.get_mut(*word as usize) {
                companions.add(&own_marks, position, total, all_facts);
            }
            own.push(PlacedWord::new(*word, words.weight(*word), stressed));
            out.posted.push((*word, number));
        }
        out.totals.push(total);
        let (several, longer) = (&mut out.several_names, &mut out.longer);
        out.rows.push(ReadingRow::new(&names, reading.native, &own, (several, longer)));
        own.clear();
        names.clear();
        out.runs.extend(reading.runs.iter().map(|run| (run.held.unwrap_or(run.key), number, run.place)));
    }
    out
}

/// Puts the tables of readings; gives the highest stressed weight of each word.
fn put_readings(tables: ReadingTables, words: usize, put: &mut impl FnMut(u32, Vec<u8>)) -> Vec<f64> {
    let ReadingTables {
        rows,
        several_names,
        longer,
        totals,
        marked,
        longer_marks,
        companions,
        facts,
        posted,
        runs,
        most_stressed,
    } = tables;
    put(s::READING_ROWS, bytes(&rows));
    put(s::NAMES_OF_READINGS, bytes(&several_names));
    put(s::LONGER_WORDS, bytes(&longer));
    put(s::READING_TOTALS, bytes(&totals));
    put(s::TOTAL_STARTS, bytes(&total_starts(&totals)));
    put(s::NEIGHBOURS_TOTALS, bytes(&totals.iter().step_by(NEIGHBOURS).copied().collect::<Vec<f32>>()));
    let (starts, postings) = postings(posted, words);
    put(s::POSTING_STARTS, bytes(&starts));
    // what tells of a reading lies in each of its postings: a list is read from one end to the other, and what is far apart
    // in memory only where that lets it through
    let of = |reading: &u32| marked.get(*reading as usize).copied();
    put(s::POSTINGS, bytes(&postings.iter().filter_map(of).collect::<Vec<Posting>>()));
    drop(marked);
    put(s::LONGER_MARKS, bytes(&longer_marks));
    put(s::COMPANIONS, bytes(&companions));
    let of = |reading: &u32| facts.get(*reading as usize).copied().unwrap_or(ReadingFacts::ANY);
    put(s::POSTING_FACTS, bytes(&postings.iter().map(of).collect::<Vec<ReadingFacts>>()));
    let (directory, entries, spans) = table::build(runs);
    put(s::RUN_DIRECTORY, bytes(&directory));
    put(s::RUNS, bytes(&entries));
    put(s::RUN_SPANS, bytes(&spans));
    most_stressed
}

/// Puts the words, the keys under which they are held, and their first letters.
fn put_words(words: &Words, most_stressed: &[f64], marks: &[Mark], put: &mut impl FnMut(u32, Vec<u8>)) {
    let mut rows = Vec::with_capacity(words.tokens.len() + 1);
    let mut word_bytes = Vec::new();
    let known = words.tokens.iter().zip(&words.encoded).zip(&words.weights);
    for ((((token, encoded), weight), most), mark) in known.zip(most_stressed).zip(marks) {
        let of = OfWord {
            bytes: word_bytes.len() as u32,
            bearers: words.bearers.get(token.text()).copied().unwrap_or(0),
            stressed: up(*most),
            weight: *weight,
            mark: *mark,
        };
        rows.push(WordRow::new(token, &of));
        word_bytes.extend(encoded);
    }
    rows.push(WordRow::end(word_bytes.len() as u32));
    put(s::WORD_ROWS, bytes(&rows));
    put(s::WORD_BYTES, word_bytes);
    let mut keys = Vec::new();
    for (number, token) in (0u32..).zip(&words.tokens) {
        held(token, |key| keys.push((key, number, 0)));
    }
    let (directory, entries, _) = table::build(keys);
    put(s::KEY_DIRECTORY, bytes(&directory));
    put(s::KEYS, bytes(&entries));

    let (mut letters, mut starts) = (Vec::new(), Vec::new());
    for (number, token) in (0u32..).zip(&words.tokens) {
        let first = token.text().chars().next().map_or(0, u32::from);
        if letters.last() != Some(&first) {
            letters.push(first);
            starts.push(number);
        }
    }
    starts.push(words.tokens.len() as u32);
    put(s::FIRST_LETTERS, bytes(&letters));
    put(s::FIRST_STARTS, bytes(&starts));
}

/// How many entities bear each word.
fn bearers(
    words: &[Token],
    readings: &[NewReading],
    placed: &[u32],
    names: &[NameRow],
) -> HashMap<String, u32, foldhash::fast::FixedState> {
    let mut texts: HashMap<&str, u32, foldhash::fast::FixedState> = HashMap::default();
    let mut text_of = Vec::with_capacity(words.len());
    for word in words {
        let next = texts.len() as u32;
        text_of.push(*texts.entry(word.text()).or_insert(next));
    }
    let mut counts = vec![(0u32, u32::MAX); texts.len()];
    for reading in readings {
        let entity = names.get(reading.name as usize).map_or(0, |row| row.entity);
        for word in reading.words(placed) {
            let word = *word as usize;
            if words.get(word).is_none_or(|t| t.nature() != Nature::Word) {
                continue;
            }
            let count = text_of.get(word).and_then(|text| counts.get_mut(*text as usize));
            if let Some((count, last)) = count
                && *last != entity
            {
                // the readings of an entity's names stand together here
                (*count, *last) = (count.saturating_add(1), entity);
            }
        }
    }
    texts.into_iter().map(|(text, n)| (text.to_owned(), counts.get(n as usize).map_or(0, |c| c.0))).collect()
}

/// How rare words are in this part.
struct Counts<'a>(&'a HashMap<String, u32, foldhash::fast::FixedState>);

impl Rarity for Counts<'_> {
    fn factor(&self, text: &str) -> f64 {
        rarity(self.0.get(text).copied().unwrap_or(0), text)
    }
}

/// For each word its readings, ascending and each once.
fn postings(posted: Vec<(u32, u32)>, words: usize) -> (Vec<u32>, Vec<u32>) {
    let mut lists: Vec<Vec<u32>> = vec![Vec::new(); words];
    for (word, reading) in posted {
        if let Some(list) = lists.get_mut(word as usize)
            && list.last() != Some(&reading)
        {
            list.push(reading);
        }
    }
    runs_of(lists.into_iter())
}

/// Lists one after the other, with the start of each and the end of the last.
fn runs_of(lists: impl Iterator<Item = Vec<u32>>) -> (Vec<u32>, Vec<u32>) {
    let (mut starts, mut all) = (Vec::new(), Vec::new());
    for list in lists {
        starts.push(all.len() as u32);
        all.extend(list);
    }
    starts.push(all.len() as u32);
    (starts, all)
}

/// Numbers as they lie in memory.
pub(crate) fn bytes<T: NoUninit>(numbers: &[T]) -> Vec<u8> {
    bytemuck::cast_slice(numbers).to_vec()
}

/// To `f32`, never below.
pub(crate) fn up(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) < value { near.next_up() } else { near }
}

/// To `f32`, never above.
fn down(value: f64) -> f32 {
    let near = value as f32;
    if f64::from(near) > value { near.next_down() } else { near }
}

#[cfg(test)]
mod tests {
    use countersign_model::{Entity, EntitySchema, SourceId};
    use countersign_names::NameKind;

    use super::*;
    use crate::index::Index;
    use crate::profile::Profile;
    use crate::query::Query;

    fn listed(id: &str, name: &str, country: &str) -> Entity {
        let mut entity = Entity {
            id: id.to_owned(),
            schema: EntitySchema::Person,
            source: SourceId::new("starter").unwrap(),
            properties: Default::default(),
            listings: Vec::new(),
        };
        entity.add("name", name);
        entity.add("country", country);
        entity
    }

    #[test]
    fn names_that_are_read_alike_are_one_reading_and_each_is_found() {
        let index = Index::build(&[
            listed("a", "Jane Quillfeather", "ir"),
            listed("b", "JANE QUILLFEATHER", "ru"),
            listed("c", "jane quillfeather.", "ir"),
            listed("d", "Nib Penholder", "ru"),
        ]);
        let part = index.part(NameKind::Person).unwrap();
        let names: Vec<Vec<usize>> =
            (0..part.totals.len() as u32).map(|reading| part.names_of(reading).collect()).collect();
        assert!(names.contains(&vec![0, 1, 2]) && names.contains(&vec![3]), "{names:?}");
        let query = Query { schema: Some(EntitySchema::Person), ..Query::named("Jane Quilfeather") };
        let found = index.screen(&query, &Profile::default()).unwrap();
        let mut entities: Vec<&str> = found.hits.iter().map(|hit| hit.entity.as_str()).collect();
        entities.sort_unstable();
        assert_eq!(entities, ["a", "b", "c"]);
        // each with its own country
        let query = Query { countries: vec![countersign_model::CountryCode::new("RU").unwrap()], ..query };
        let found = index.screen(&query, &Profile::default()).unwrap();
        assert_eq!(found.hits.first().map(|hit| hit.entity.as_str()), Some("b"));
        assert_eq!(found, index.screen_exhaustively(&query, &Profile::default()).unwrap());
    }

    #[test]
    fn more_names_than_a_reading_may_have_are_several_readings() {
        let reading = |name| NewReading {
            name,
            native: false,
            start: 0,
            len: 2,
            runs: Vec::new(),
            naming: Naming::Own,
            total: 1.0,
        };
        let all: Vec<NewReading> = (0..MOST_NAMES as u32 + 2).map(reading).collect();
        let alike = alike(&all, &[7, 8], |_| 0);
        assert_eq!(alike.iter().map(|one| one.len()).collect::<Vec<_>>(), [MOST_NAMES, 2]);
    }
}
