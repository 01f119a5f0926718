//! Who bears the one word that is asked about.
//!
//! A surname alone is no possible match: a list of persons holds hundreds of them, and a customer has a given name. But
//! whoever looks one up (`Lovelace`) wants to see whom the lists know by it, so they are shown as near misses: every
//! person, and where no kind is given every body, with that word or another spelling of it in a name. A word that too many
//! bear is counted instead.

use std::collections::{BTreeMap, BTreeSet};

use countersign_names::{NameKind, Nature, ParsedName, comparable, compare_score, likeness};

use crate::best::{Best, Found, keep};
use crate::candidates::Scratch;
use crate::index::Index;
use crate::part::Part;
use crate::profile::Profile;
use crate::query::Query;

/// From this likeness on two words are one word in two spellings.
const SAME_WORD: f64 = 0.93;

/// More bearers are counted, not shown.
const MOST: usize = 150;

/// The fewest letters of a word that is looked for.
const FEWEST_LETTERS: usize = 3;

/// Who bears the word.
#[derive(Default)]
pub(crate) struct Bearers {
    /// With their best name each; empty where they are too many.
    pub(crate) found: Found,
    /// How many they are.
    pub(crate) count: usize,
}

/// Whether every reading of a name is one word.
pub(crate) fn is_one_word(name: &ParsedName) -> bool {
    let one = |tokens: &[countersign_names::Token]| matches!(tokens, [word] if word.nature() == Nature::Word && word.len() >= FEWEST_LETTERS);
    !name.forms.is_empty() && name.forms.iter().filter(|f| !f.native).all(|f| one(&f.tokens))
}

impl Index {
    /// Whoever bears the word, if one word is asked and the profile wants to see them.
    pub(crate) fn bearers(
        &self,
        query: &Query,
        profile: &Profile,
        parts: &[&Part<'_>],
        asked: &[Vec<ParsedName>],
        mut scratch: Option<&mut Scratch>,
    ) -> Bearers {
        let mut out = Bearers::default();
        let wanted = profile.bearers && profile.max_near_misses > 0;
        if !wanted || !asked.iter().flatten().all(is_one_word) {
            return out;
        }
        // by entity: where its names with the word are, and which query name asks for it
        let mut places: BTreeMap<usize, Vec<(usize, usize, usize)>> = BTreeMap::new();
        for (at, (part, names)) in parts.iter().zip(asked).enumerate() {
            let wanted = match part.kind {
                NameKind::Person => true,
                NameKind::Organization => query.schema.is_none(),
                NameKind::Vessel => false,
            };
            if !wanted {
                continue;
            }
            for (n, name) in names.iter().enumerate() {
                let listed = match scratch.as_deref_mut() {
                    Some(scratch) => by_postings(part, name, scratch),
                    None => by_reading(part, name, self.all_names(part).map_or(&[], |all| &all.names)),
                };
                for number in listed {
                    let Some(entity) = part.names.get(number).map(|row| row.entity as usize) else {
                        continue;
                    };
                    if self.kind_fits(query, entity) {
                        places.entry(entity).or_default().push((at, number, n));
                    }
                }
            }
        }
        out.count = places.len();
        if out.count > MOST {
            return out;
        }
        for (entity, places) in places {
            for (at, number, n) in places {
                let found = parts.get(at).zip(asked.get(at).and_then(|names| names.get(n)));
                let Some((part, name)) = found else { continue };
                let Some(listed) = self.shown(part, number) else { continue };
                let score = compare_score(name, listed, *part);
                // numbers of an index have 32 bits, parts are three
                let (order, part_at) = ((number as u32, n as u32), at as u8);
                let best = Best { score, quality: part.quality(number), order, part: part_at };
                keep(&mut out.found, entity as u32, best);
            }
        }
        out
    }
}

/// The listed names with the word, by the tables of the index.
fn by_postings(part: &Part<'_>, name: &ParsedName, scratch: &mut Scratch) -> BTreeSet<usize> {
    let traits = name.traits();
    let mut out = BTreeSet::new();
    for form in name.forms.iter().filter(|f| !f.native) {
        let Some(token) = form.tokens.first() else { continue };
        let links = scratch.memory.all_links(token, part);
        for link in links.words.iter().filter(|link| link.likeness().similarity >= SAME_WORD) {
            for reading in part.readings_of(link.word) {
                let native = part.is_native(reading);
                let fits = |listed: &usize| comparable(traits, false, part.traits(*listed), native);
                out.extend(part.names_of(reading).filter(fits));
            }
        }
    }
    out
}

/// The same by looking at every name.
fn by_reading(part: &Part<'_>, name: &ParsedName, all: &[ParsedName]) -> BTreeSet<usize> {
    let traits = name.traits();
    let mut out = BTreeSet::new();
    for token in name.forms.iter().filter(|f| !f.native).filter_map(|f| f.tokens.first()) {
        let same = |listed: &countersign_names::Token| {
            likeness(token, listed, part.kind).is_some_and(|l| l.similarity >= SAME_WORD)
        };
        let bears = |listed: &ParsedName| {
            let forms = listed.forms.iter().filter(|f| comparable(traits, false, listed.traits(), f.native));
            forms.flat_map(|f| &f.tokens).any(same)
        };
        out.extend(all.iter().enumerate().filter(|(_, listed)| bears(listed)).map(|(n, _)| n));
    }
    out
}
