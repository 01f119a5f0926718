//! The data files, read once: words, places, organisation forms, families of names.
//!
//! They are our own compilation, in `data/`. A row that does not parse is an error of the build: a test reads
//! every row.

use std::sync::LazyLock;

use crate::map::{Map, Set};
use crate::units::units;
use crate::{NameKind, Script, near_form, sound};

/// What a word does in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// A word that tells the bearer from others.
    Word,
    /// A word that many bodies share (`group`, `trading`), in whichever language.
    Generic,
    /// A country, region or city.
    Place,
    /// An article, preposition or name particle (`al`, `bin`, `von`, `of`).
    Particle,
    /// A title or a vessel prefix; not part of the name.
    Title,
    /// `Jr`, `Sr`.
    Suffix,
    /// A number, in digits, Roman numerals or words.
    Number,
    /// A single letter in a person's name.
    Initial,
}

impl Nature {
    /// Every nature, in the order of their numbers.
    pub(crate) const ALL: [Self; 8] = [
        Self::Word,
        Self::Generic,
        Self::Place,
        Self::Particle,
        Self::Title,
        Self::Suffix,
        Self::Number,
        Self::Initial,
    ];
}

/// A meaning that several spellings share, across languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Concept {
    pub(crate) id: u16,
    pub(crate) nature: Nature,
    /// The weight in thousandths.
    pub(crate) milli: u16,
}

/// What is known of a spelling, all found at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spelling {
    pub(crate) concept: Option<Concept>,
    /// How many words a spelling with a concept has at most that is longer than one and begins with this word: most words begin
    /// none.
    pub(crate) longest: usize,
}

/// An organisation form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrgFormRow {
    pub(crate) code: &'static str,
    pub(crate) generic: &'static str,
    /// Whether it may also open a name (`OOO Gazprom`).
    pub(crate) leads: bool,
}

/// All tables.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    concepts: [Map<String, Spelling>; 3],
    by_sound: Map<String, Concept>,
    forms: Map<String, OrgFormRow>,
    /// Multi-word organisation forms by their words but the last, with the last word.
    form_heads: Map<String, Vec<(String, OrgFormRow)>>,
    /// What words do in organisation forms.
    in_forms: Map<String, InForms>,
    /// What is known of names of persons: see [`Known`].
    known: Map<String, Known>,
    sets: Map<String, Vec<u16>>,
    given: Map<String, ()>,
    /// The families of given names.
    given_sets: Set<u16>,
    /// The countries among the concepts, by their ISO codes in lower case.
    countries: Map<u16, &'static str>,
    /// The classes of organisation forms, sorted.
    classes: Vec<&'static str>,
    /// How much a common name of persons tells, in thousandths of a rare one.
    common: Map<String, u16>,
    /// The concepts that have rules of their own.
    pub(crate) article: Option<u16>,
    pub(crate) descent: Option<u16>,
    pub(crate) office: Option<u16>,
}

/// What a word does in organisation forms; a word that does nothing is in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct InForms {
    /// How many words a form has at most that ends with it.
    end: usize,
    /// The same of a form whose last word but one it is.
    cut_end: usize,
    /// The same of a form that may open a name and begins with it.
    start: usize,
    /// Whether it is in a form of several words that is known with a slip in it.
    pub(crate) in_long: bool,
}

impl InForms {
    /// How many of the last of these words may be a [`Tables::form`] or a [`Tables::cut_form`] at most.
    pub(crate) fn longest_at_end(words: &[Self]) -> usize {
        let [before @ .., last] = words else { return 0 };
        let cut = before.last().map_or(0, |word| word.cut_end);
        last.end.max(cut).min(words.len())
    }

    /// How many words a form has at most that ends with it; 0 for none.
    pub(crate) fn most_at_end(self) -> usize {
        self.end
    }

    /// The same of a form that may open a name and begins with it.
    pub(crate) fn most_at_front(self) -> usize {
        self.start
    }

    /// How many of the first of these words may be a form that opens a name at most.
    pub(crate) fn longest_at_front(words: &[Self]) -> usize {
        words.first().map_or(0, |word| word.start).min(words.len())
    }
}

/// What is known of a name of persons, all found at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Known {
    /// The families of names that it belongs to.
    pub(crate) sets: Vec<u16>,
    /// Whether it is a known given name.
    pub(crate) given: bool,
    /// How much it tells, in thousandths of a rare one; `None` if it is not known as common.
    pub(crate) common: Option<u16>,
}

impl Known {
    /// What is known of a word that is in no table.
    pub(crate) const NOTHING: &'static Self = &Self { sets: Vec::new(), given: false, common: None };

    /// Whether the word is a name in any table.
    pub(crate) fn is_name(&self) -> bool {
        self.given || !self.sets.is_empty() || self.common.is_some()
    }
}

/// The tables of `data/`.
pub(crate) static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables::read().0);

/// The ISO code, in lower case, of the country that a word names in one of the languages of the tables.
pub fn country_named(word: &str) -> Option<&'static str> {
    TABLES.country(TABLES.concept(NameKind::Organization, word)?.id)
}

/// Whether a word, or several with spaces between them, is a place of the tables: a country, a region, a city.
pub fn is_place(words: &str) -> bool {
    TABLES.concept(NameKind::Organization, words).is_some_and(|concept| concept.nature == Nature::Place)
}

/// The ISO code, in lower case, of the country that a text names, as it is written, in one of the languages and scripts of the
/// tables.
pub fn country_spelled(text: &str) -> Option<&'static str> {
    country_named(&spelling_key(&text.trim().to_lowercase())?)
}

/// How much more, in thousandths, a variant tells than the most common spelling of its family.
const FAMILY_SURPLUS: u16 = 100;

/// The longest spelling in the tables, in words.
pub(crate) const MAX_SPELLING: usize = 8;

impl Tables {
    /// Reads the embedded files; the second value lists the rows that do not parse (none, by test).
    fn read() -> (Self, Vec<String>) {
        let mut tables = Self::default();
        let mut bad = Vec::new();
        let mut next: u16 = 0;
        for line in rows(include_str!("../data/words.csv")) {
            next += 1;
            if tables.add_word(line, next).is_none() {
                bad.push(line.to_owned());
            }
        }
        for line in rows(include_str!("../data/places.csv")) {
            next += 1;
            if tables.add_place(line, next).is_none() {
                bad.push(line.to_owned());
            }
        }
        for line in rows(include_str!("../data/brands.csv")) {
            next += 1;
            if tables.add_brand(line, next).is_none() {
                bad.push(line.to_owned());
            }
        }
        for line in rows(include_str!("../data/org_forms.csv"))
            .chain(rows(include_str!("../data/org_forms_iso20275.csv")))
        {
            if tables.add_form(line).is_none() {
                bad.push(line.to_owned());
            }
        }
        let heads = tables.form_heads.values().flatten().map(|(_, form)| form.generic);
        tables.classes = tables.forms.values().map(|form| form.generic).chain(heads).collect();
        tables.classes.sort_unstable();
        tables.classes.dedup();
        for line in rows(include_str!("../data/given_names.csv")) {
            if tables.add_set(line).is_none() {
                bad.push(line.to_owned());
            }
        }
        for line in rows(include_str!("../data/given_names_native.csv")) {
            if tables.add_native(line).is_none() {
                bad.push(line.to_owned());
            }
        }
        for line in rows(include_str!("../data/common_census.csv"))
            .chain(rows(include_str!("../data/common_world.csv")))
        {
            if tables.add_common(line).is_none() {
                bad.push(line.to_owned());
            }
        }
        tables.share_commonness();
        tables.gather_known();
        tables.note_ends();
        let id = |word: &str| tables.concept(NameKind::Person, word).map(|c| c.id);
        let (article, descent, office) = (id("al"), id("ibn"), id("president"));
        (Self { article, descent, office, ..tables }, bad)
    }

    fn add_common(&mut self, line: &'static str) -> Option<()> {
        let (factor, names) = line.split_once(',')?;
        let factor = milli(factor)?;
        for name in names.split('|') {
            let held = self.common.entry(spelling_key(name)?).or_insert(factor);
            *held = (*held).min(factor);
        }
        Some(())
    }

    /// A spelling of a common name tells little more than the name: `Mehmed` is compared as `Muhammad`.
    fn share_commonness(&mut self) {
        let mut least: Map<u16, u16> = Map::default();
        for (name, sets) in &self.sets {
            if let Some(factor) = self.common.get(name) {
                for set in sets {
                    let held = least.entry(*set).or_insert(*factor);
                    *held = (*held).min(*factor);
                }
            }
        }
        for (name, sets) in &self.sets {
            let shared =
                sets.iter().filter_map(|set| least.get(set)).min().map(|least| least + FAMILY_SURPLUS);
            if let Some(shared) = shared.filter(|factor| *factor < 1000) {
                let held = self.common.entry(name.clone()).or_insert(shared);
                *held = (*held).min(shared);
            }
        }
    }

    /// What is known of names is asked for every word of a person's name, and found in one table.
    fn gather_known(&mut self) {
        for (name, sets) in std::mem::take(&mut self.sets) {
            self.known.entry(name).or_default().sets = sets;
        }
        for (name, ()) in std::mem::take(&mut self.given) {
            self.known.entry(name).or_default().given = true;
        }
        for (name, factor) in std::mem::take(&mut self.common) {
            self.known.entry(name).or_default().common = Some(factor);
        }
    }

    /// Notes with which words longer spellings begin and end, so that those of most names need not be put together to see
    /// that they are none.
    fn note_ends(&mut self) {
        for map in &mut self.concepts {
            let several = map.keys().filter_map(|key| Some((key.split_once(' ')?.0, key.split(' ').count())));
            let heads: Vec<(String, usize)> = several.map(|(head, words)| (head.to_owned(), words)).collect();
            for (head, words) in heads {
                let held = map.entry(head).or_default();
                held.longest = held.longest.max(words);
            }
        }
        let mut at = |word: Option<&str>, write: &dyn Fn(&mut InForms)| {
            write(self.in_forms.entry(word.unwrap_or_default().to_owned()).or_default());
        };
        for (key, row) in &self.forms {
            let words = key.split(' ').count();
            at(key.rsplit(' ').next(), &|word| word.end = word.end.max(words));
            if row.leads {
                at(key.split(' ').next(), &|word| word.start = word.start.max(words));
            }
            if near_form::is_long(key) {
                key.split(' ').for_each(|word| at(Some(word), &|word| word.in_long = true));
            }
        }
        for head in self.form_heads.keys() {
            let words = head.split(' ').count() + 1;
            at(head.rsplit(' ').next(), &|word| word.cut_end = word.cut_end.max(words));
        }
    }

    fn add_word(&mut self, line: &'static str, id: u16) -> Option<()> {
        let mut fields = line.splitn(5, ',');
        let _concept = fields.next()?;
        let nature = match fields.next()? {
            "particle" => Nature::Particle,
            "title" => Nature::Title,
            "suffix" => Nature::Suffix,
            "generic" => Nature::Generic,
            _ => return None,
        };
        let milli = milli(fields.next()?)?;
        let kinds = fields.next()?;
        let concept = Concept { id, nature, milli };
        for spelling in fields.next()?.split('|') {
            let key = spelling_key(spelling)?;
            if nature == Nature::Generic && key.is_ascii() && key.len() >= 6 {
                self.by_sound.entry(sound(&key.replace(' ', ""))).or_insert(concept);
            }
            for (kind, map) in NameKind::ALL.iter().zip(&mut self.concepts) {
                if kinds.contains(kind.letter()) {
                    map.entry(key.clone()).or_default().concept.get_or_insert(concept);
                }
            }
        }
        Some(())
    }

    fn add_place(&mut self, line: &'static str, id: u16) -> Option<()> {
        let mut fields = line.splitn(3, ',');
        let code = fields.next()?;
        let sort = fields.next()?;
        if sort == "country" {
            self.countries.insert(id, code);
        }
        let milli = match sort {
            "country" | "city" => 800,
            "region" => 400,
            _ => return None,
        };
        let concept = Concept { id, nature: Nature::Place, milli };
        let [_, organization, _] = &mut self.concepts;
        let spellings = fields.next()?;
        // registered names say what a place in China is: 深圳市, Hangzhou City
        let han = |text: &str| text.chars().all(|c| Script::of(c) == Some(Script::Han));
        let chinese = sort == "city" && spellings.split('|').any(han);
        for spelling in spellings.split('|') {
            let key = spelling_key(spelling)?;
            if chinese {
                let ends: &[&str] =
                    if han(&key) { &["市", "省", "自治区"] } else { &[" city", " province"] };
                for end in ends {
                    organization.entry(format!("{key}{end}")).or_default().concept.get_or_insert(concept);
                }
            }
            organization.entry(key).or_default().concept.get_or_insert(concept);
        }
        Some(())
    }

    /// What a firm calls itself in other scripts, where that is no spelling of its Latin name.
    fn add_brand(&mut self, line: &'static str, id: u16) -> Option<()> {
        let (_, spellings) = line.split_once(',')?;
        let concept = Concept { id, nature: Nature::Word, milli: 1000 };
        let [_, organization, _] = &mut self.concepts;
        for spelling in spellings.split('|') {
            organization.entry(spelling_key(spelling)?).or_default().concept.get_or_insert(concept);
        }
        Some(())
    }

    fn add_form(&mut self, line: &'static str) -> Option<()> {
        let mut fields = line.splitn(6, ',');
        let code = fields.next()?;
        let generic = fields.next()?;
        let leads = match fields.next()? {
            "both" => true,
            "end" => false,
            _ => return None,
        };
        let _countries = fields.next()?;
        let _source = fields.next()?;
        let row = OrgFormRow { code, generic, leads };
        for spelling in fields.next()?.split('|') {
            let key = spelling_key(spelling)?;
            if let Some((head, last)) = key.rsplit_once(' ') {
                self.form_heads.entry(head.to_owned()).or_default().push((last.to_owned(), row.clone()));
            }
            self.forms.entry(key).or_insert_with(|| row.clone());
        }
        Some(())
    }

    fn add_set(&mut self, line: &'static str) -> Option<()> {
        let mut fields = line.splitn(3, ',');
        let id: u16 = fields.next()?.parse().ok()?;
        let given = match fields.next()? {
            "given" => true,
            "surname" | "syllable" => false,
            _ => return None,
        };
        if given {
            self.given_sets.insert(id);
        }
        for name in fields.next()?.split('|') {
            if !name.bytes().all(|b| b.is_ascii_lowercase()) || name.is_empty() {
                return None;
            }
            self.sets.entry(name.to_owned()).or_default().push(id);
            if given {
                self.given.insert(name.to_owned(), ());
            }
        }
        Some(())
    }

    /// Spellings in Arabic and Hebrew letters, which are compared as they are, of the families of a Latin spelling.
    fn add_native(&mut self, line: &'static str) -> Option<()> {
        let (latin, spellings) = line.split_once(',')?;
        let sets = self.sets.get(latin)?.clone();
        for spelling in spellings.split('|') {
            let key = spelling_key(spelling)?;
            if key.contains(' ') || key.is_ascii() {
                return None;
            }
            self.given.insert(key.clone(), ());
            let held = self.sets.entry(key).or_default();
            held.extend(sets.iter().copied());
            held.sort_unstable();
            held.dedup();
        }
        Some(())
    }

    /// The spellings of words in names of `kind`.
    fn spellings(&self, kind: NameKind) -> &Map<String, Spelling> {
        let [person, organization, vessel] = &self.concepts;
        match kind {
            NameKind::Person => person,
            NameKind::Organization => organization,
            NameKind::Vessel => vessel,
        }
    }

    /// What is known of a spelling (folded units joined by spaces) in names of `kind`.
    pub(crate) fn spelling(&self, kind: NameKind, key: &str) -> Spelling {
        self.spellings(kind).get(key).copied().unwrap_or_default()
    }

    /// Its concept.
    pub(crate) fn concept(&self, kind: NameKind, key: &str) -> Option<Concept> {
        self.spelling(kind, key).concept
    }

    /// What a word does in organisation forms.
    pub(crate) fn in_forms(&self, word: &str) -> InForms {
        self.in_forms.get(word).copied().unwrap_or_default()
    }

    /// The general word that sounds like `key`, where the spelling itself is in no table: English words come back
    /// from other scripts in spellings that no list holds (`teknolodzhiz`).
    pub(crate) fn concept_by_sound(&self, key: &str) -> Option<Concept> {
        self.by_sound.get(key).copied()
    }

    /// The ISO code, in lower case, of a concept that is a country.
    pub(crate) fn country(&self, concept: u16) -> Option<&'static str> {
        self.countries.get(&concept).copied()
    }

    /// The organisation form of a spelling.
    pub(crate) fn form(&self, key: &str) -> Option<&OrgFormRow> {
        self.forms.get(key)
    }

    /// Every spelling of an organisation form.
    pub(crate) fn all_forms(&self) -> impl Iterator<Item = (&str, &OrgFormRow)> {
        self.forms.iter().map(|(key, row)| (key.as_str(), row))
    }

    /// Every spelling of a word of the tables in names of `kind`, and what it does in a name.
    pub(crate) fn all_concepts(&self, kind: NameKind) -> impl Iterator<Item = (&str, Nature)> {
        let words = self.spellings(kind).iter();
        words.filter_map(|(key, spelling)| Some((key.as_str(), spelling.concept?.nature)))
    }

    /// The classes of organisation forms, sorted.
    pub(crate) fn classes(&self) -> &[&'static str] {
        &self.classes
    }

    /// A form of several words whose last word was cut off by a field limit (`joint stock compan`).
    pub(crate) fn cut_form(&self, key: &str) -> Option<&OrgFormRow> {
        let (head, last) = key.rsplit_once(' ')?;
        let (_, row) = self
            .form_heads
            .get(head)?
            .iter()
            .find(|(whole, _)| last.chars().count() >= 4 && whole.starts_with(last))?;
        Some(row)
    }

    /// What is known of a name of persons.
    pub(crate) fn known(&self, word: &str) -> &Known {
        self.known.get(word).unwrap_or(Known::NOTHING)
    }

    /// Whether a family is one of given names; others are of surnames and syllables.
    pub(crate) fn is_given_set(&self, set: u16) -> bool {
        self.given_sets.contains(&set)
    }

    /// Whether a word is a known given name.
    pub(crate) fn is_given(&self, word: &str) -> bool {
        self.known(word).given
    }
}

fn rows(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().skip(1).filter(|line| !line.trim().is_empty())
}

fn milli(text: &str) -> Option<u16> {
    let value: f64 = text.parse().ok()?;
    // a weight of at most 1 in thousandths: the conversion is exact enough and in range
    ((0.0..=1.0).contains(&value)).then(|| (value * 1000.0).round() as u16)
}

/// The key of a spelling: its units joined by spaces. Chinese, Japanese and Korean spellings have no spaces.
fn spelling_key(spelling: &str) -> Option<String> {
    // most rows are folded already; only those with signs, capitals or single letters need the full way
    let plain = spelling.bytes().all(|b| b.is_ascii_lowercase() || b == b' ')
        && spelling.split(' ').all(|word| word.len() > 1);
    if plain {
        return Some(spelling.to_owned());
    }
    let key = join(&units(spelling, true).into_iter().map(|u| u.text).collect::<Vec<_>>());
    (!key.is_empty()).then_some(key)
}

/// Joins words by spaces.
pub(crate) fn join<S: AsRef<str>>(words: &[S]) -> String {
    let mut out = String::with_capacity(words.iter().map(|word| word.as_ref().len() + 1).sum());
    for word in words {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word.as_ref());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_data_files_parses() {
        let (tables, bad) = Tables::read();
        assert_eq!(bad, Vec::<String>::new());
        assert!(tables.forms.keys().all(|k| k.split(' ').count() <= MAX_SPELLING));
        assert!(tables.forms.len() > 300 && tables.known.values().filter(|known| known.given).count() > 1000);
    }

    #[test]
    fn forms_are_found_in_their_languages() {
        for (written, code) in [
            ("limited", "ltd"),
            ("ооо", "ooo"),
            ("aktsionernoe obshchestvo", "jsc"),
            ("zartkoruen mukodo reszvenytarsasag", "zrt"),
            ("sp z oo", "spzoo"),
            ("有限公司", "cn_ltd"),
            ("株式会社", "kk"),
            ("주식회사", "kr_stock"),
        ] {
            let key = spelling_key(written).unwrap();
            assert_eq!(TABLES.form(&key).map(|f| f.code), Some(code), "{written}");
        }
        assert_eq!(TABLES.cut_form("joint stock compan").map(|f| f.generic), Some("stock"));
    }
}
