//! The part of the index for one kind of name: vocabulary, postings, weights.
//!
//! **Completeness.** A name scores above 0 only through links between its words and the query's: a
//! [`likeness`](countersign_names::likeness) of two words, a join, an acronym. `candidates.rs` finds every link of
//! every query word with every word of the vocabulary, or a superset, collects for each listed form which words are
//! linked, and drops a form only where [`upper_bound`](countersign_names::upper_bound), proven there, is below what
//! is needed. What remains is scored in full. That no link is missed:
//!
//! - equal spelling, equal concept, a shared family, initials, and `Abd al-` stems are looked up in maps over exactly
//!   the field that `likeness` compares;
//! - edits (at most two) and equal or nearly equal sound are found by scanning the vocabulary with a filter: an edit
//!   changes the length by at most one and the set of letters by at most one letter in and one out, so words within
//!   `e` edits differ by at most `e` in length and `2e` in the bits of their letter sets (letters that share a bit
//!   can only hide a difference); words of up to three letters have neither edits nor sound matches;
//! - words of like consonants are found by comparing with every different skeleton of the vocabulary, filtered by
//!   [`skeletons_may_match`](countersign_names::skeletons_may_match), proven there;
//! - joins and acronyms are looked up by spelling, sound and consonants, without the further conditions of
//!   `Joined::spells`: a superset, which only raises the bound.

use std::collections::HashMap;

use countersign_model::NameQuality;
use countersign_names::{
    DefaultRarity, Joined, MAX_JOIN, NameKind, Nature, ParsedName, Rarity, Token, acronym, skeleton_counts,
    stress, weight,
};

/// A listed name.
#[derive(Debug)]
pub(crate) struct NameEntry {
    /// The number of its entity.
    pub(crate) entity: usize,
    pub(crate) quality: NameQuality,
    pub(crate) parsed: ParsedName,
}

/// One reading of a listed name.
#[derive(Debug)]
pub(crate) struct FormEntry {
    pub(crate) name: usize,
    pub(crate) native: bool,
    /// Of each word: its weight, and its weight times stress.
    pub(crate) weights: Vec<(f64, f64)>,
}

/// A place in a form: a run of words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    pub(crate) form: usize,
    /// The bits of the words.
    pub(crate) mask: u64,
}

/// What the scan looks at, one row a word of the vocabulary.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScanRow {
    pub(crate) letters: u32,
    pub(crate) sound_letters: u32,
    pub(crate) length: u16,
    pub(crate) sound_length: u16,
}

/// The words of the vocabulary with one consonant skeleton.
#[derive(Debug)]
pub(crate) struct SkeletonRow {
    pub(crate) skeleton: String,
    pub(crate) counts: [u8; 4],
    /// All of them.
    pub(crate) words: Vec<usize>,
    /// Those of a script that does not write vowels.
    pub(crate) skeletal: Vec<usize>,
}

/// How rare words are in this part.
#[derive(Debug, Default)]
pub(crate) struct Counts(HashMap<String, u32>);

impl Rarity for Counts {
    /// 1 up to three bearers, then less by the logarithm of their number, down to one half; never above the
    /// built-in table, so that a small list does not make `Muhammad` rare.
    fn factor(&self, text: &str) -> f64 {
        let bearers = self.0.get(text).copied().unwrap_or(0);
        let own = if bearers <= 3 { 1.0 } else { (1.0 - 0.09 * (f64::from(bearers) / 3.0).ln()).max(0.5) };
        own.min(DefaultRarity.factor(text))
    }
}

/// The index of one kind of name.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) kind: NameKind,
    pub(crate) names: Vec<NameEntry>,
    pub(crate) forms: Vec<FormEntry>,
    pub(crate) vocabulary: Vec<Token>,
    pub(crate) rows: Vec<ScanRow>,
    /// Of each word of the vocabulary, where it stands.
    pub(crate) postings: Vec<Vec<Posting>>,
    pub(crate) by_text: HashMap<String, Vec<usize>>,
    pub(crate) by_sound: HashMap<String, Vec<usize>>,
    pub(crate) by_stem: HashMap<String, Vec<usize>>,
    pub(crate) by_concept: HashMap<u16, Vec<usize>>,
    pub(crate) by_family: HashMap<u16, Vec<usize>>,
    pub(crate) by_first: HashMap<char, Vec<usize>>,
    pub(crate) initials: HashMap<char, Vec<usize>>,
    /// The rows of `skeletons`.
    pub(crate) by_skeleton: HashMap<String, usize>,
    pub(crate) skeletons: Vec<SkeletonRow>,
    /// Runs of words by their joined spelling, sound and consonants.
    pub(crate) joined_text: HashMap<String, Vec<Posting>>,
    pub(crate) joined_sound: HashMap<String, Vec<Posting>>,
    pub(crate) joined_skeleton: HashMap<String, Vec<Posting>>,
    pub(crate) acronyms: HashMap<String, Vec<Posting>>,
    pub(crate) rarity: Counts,
}

/// The set of letters of a text, hashed into 32 bits.
pub(crate) fn letters(text: &str) -> u32 {
    text.chars().fold(0, |set, c| set | (1u32 << (u32::from(c) % 32)))
}

/// The row of the scan for a word.
pub(crate) fn scan_row(token: &Token) -> ScanRow {
    let short = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    ScanRow {
        letters: letters(token.text()),
        sound_letters: letters(token.sound()),
        length: short(token.len()),
        sound_length: short(token.sound().len()),
    }
}

/// The bits of the words `start..start + len`; words are fewer than 64.
pub(crate) fn bits(start: usize, len: usize) -> u64 {
    (start..start + len).filter_map(|n| 1u64.checked_shl(u32::try_from(n).ok()?)).fold(0, |a, b| a | b)
}

impl Part {
    pub(crate) fn build(kind: NameKind, names: Vec<NameEntry>) -> Self {
        let rarity = count(&names);
        let mut part = Self {
            kind,
            names: Vec::new(),
            forms: Vec::new(),
            vocabulary: Vec::new(),
            rows: Vec::new(),
            postings: Vec::new(),
            by_text: HashMap::new(),
            by_sound: HashMap::new(),
            by_stem: HashMap::new(),
            by_concept: HashMap::new(),
            by_family: HashMap::new(),
            by_first: HashMap::new(),
            initials: HashMap::new(),
            joined_text: HashMap::new(),
            joined_sound: HashMap::new(),
            joined_skeleton: HashMap::new(),
            by_skeleton: HashMap::new(),
            skeletons: Vec::new(),
            acronyms: HashMap::new(),
            rarity,
        };
        let mut ids: HashMap<Token, usize> = HashMap::new();
        for (n, name) in names.iter().enumerate() {
            for form in &name.parsed.forms {
                part.add_form(n, form.native, &form.tokens, &mut ids);
            }
        }
        part.names = names;
        part
    }

    fn add_form(&mut self, name: usize, native: bool, tokens: &[Token], ids: &mut HashMap<Token, usize>) {
        let form = self.forms.len();
        let mut weights = Vec::with_capacity(tokens.len());
        for (position, token) in tokens.iter().enumerate() {
            let w = weight(token, &self.rarity);
            weights.push((w, w * stress(token, position, self.kind)));
            let id = match ids.get(token) {
                Some(id) => *id,
                None => {
                    let id = self.add_word(token);
                    ids.insert(token.clone(), id);
                    id
                }
            };
            if let Some(places) = self.postings.get_mut(id) {
                places.push(Posting { form, mask: bits(position, 1) });
            }
        }
        for len in 2..=MAX_JOIN {
            for (start, window) in tokens.windows(len).enumerate() {
                let keys = Joined::of(window);
                let posting = Posting { form, mask: bits(start, len) };
                if let Some(sound) = keys.sound {
                    self.joined_sound.entry(sound).or_default().push(posting);
                }
                if let Some(skeleton) = keys.skeleton {
                    self.joined_skeleton.entry(skeleton).or_default().push(posting);
                }
                self.joined_text.entry(keys.text).or_default().push(posting);
            }
        }
        if self.kind == NameKind::Organization
            && let Some(short) = acronym(tokens)
        {
            self.acronyms.entry(short).or_default().push(Posting { form, mask: bits(0, tokens.len()) });
        }
        self.forms.push(FormEntry { name, native, weights });
    }

    fn add_word(&mut self, token: &Token) -> usize {
        let id = self.vocabulary.len();
        self.by_text.entry(token.text().to_owned()).or_default().push(id);
        if !token.sound().is_empty() {
            self.by_sound.entry(token.sound().to_owned()).or_default().push(id);
        }
        if !token.skeleton().is_empty() {
            let fresh = self.skeletons.len();
            let row = *self.by_skeleton.entry(token.skeleton().to_owned()).or_insert(fresh);
            if row == fresh {
                let skeleton = token.skeleton().to_owned();
                let counts = skeleton_counts(&skeleton);
                self.skeletons.push(SkeletonRow {
                    skeleton,
                    counts,
                    words: Vec::new(),
                    skeletal: Vec::new(),
                });
            }
            if let Some(row) = self.skeletons.get_mut(row) {
                row.words.push(id);
                if token.script().is_skeletal() {
                    row.skeletal.push(id);
                }
            }
        }
        if let Some(stem) = token.stem() {
            self.by_stem.entry(stem.to_owned()).or_default().push(id);
        }
        if let Some(concept) = token.concept() {
            self.by_concept.entry(concept).or_default().push(id);
        }
        for family in token.families() {
            self.by_family.entry(*family).or_default().push(id);
        }
        if let Some(first) = token.text().chars().next() {
            self.by_first.entry(first).or_default().push(id);
            if token.nature() == Nature::Initial {
                self.initials.entry(first).or_default().push(id);
            }
        }
        self.vocabulary.push(token.clone());
        self.rows.push(scan_row(token));
        self.postings.push(Vec::new());
        id
    }
}

/// How many entities bear each word.
fn count(names: &[NameEntry]) -> Counts {
    let mut counts: HashMap<String, (u32, usize)> = HashMap::new();
    for name in names {
        for token in name.parsed.forms.iter().flat_map(|f| &f.tokens) {
            if token.nature() != Nature::Word {
                continue;
            }
            let entry = counts.entry(token.text().to_owned()).or_insert((0, usize::MAX));
            if entry.1 != name.entity {
                *entry = (entry.0.saturating_add(1), name.entity);
            }
        }
    }
    Counts(counts.into_iter().map(|(text, (n, _))| (text, n)).collect())
}
