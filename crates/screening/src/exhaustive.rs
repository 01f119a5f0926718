//! Every name of a part scored, with no index: the yardstick for `candidates.rs`.
//!
//! Each pair of readings is scored in full. What is kept from one pair to the next is only what does not depend on the pair: the
//! weights of a reading, and how alike two words are ([`likeness`] of every word of the query with every word of the lists). So the
//! score of two names is that of [`compare_score`](countersign_names::compare_score), which a test holds; no key, sign, posting or
//! bound of the index has a part in it.

use std::collections::HashMap;

use countersign_names::{
    Form, Likeness, LinkRoom, NameKind, ParsedName, Rarity, Score, Token, Weighed, comparable, likeness,
    name_factor, score_readings,
};

use crate::part::Part;

/// Every name of a part, read.
#[derive(Debug, Default)]
pub(crate) struct AllNames {
    pub(crate) names: Vec<ParsedName>,
    /// The readings of each name.
    readings: Vec<Vec<Reading>>,
    /// Every word once.
    words: Vec<Token>,
    /// How rare they are.
    factors: HashMap<String, f64, foldhash::fast::FixedState>,
}

/// A reading: its words by number, and what they weigh.
#[derive(Debug)]
struct Reading {
    native: bool,
    words: Vec<u32>,
    weights: Vec<f64>,
    stressed: Vec<f64>,
}

/// The rarity of words, looked up once for those of listed names.
struct KnownRarity<'a>(&'a AllNames, &'a Part<'a>);

impl Rarity for KnownRarity<'_> {
    fn factor(&self, text: &str) -> f64 {
        self.0.factors.get(text).copied().unwrap_or_else(|| self.1.factor(text))
    }
}

impl AllNames {
    /// Reads all names of a part.
    pub(crate) fn of(part: &Part<'_>) -> Self {
        let mut all = Self {
            names: (0..part.name_count()).map(|n| ParsedName::parse(part.text(n), part.kind)).collect(),
            ..Self::default()
        };
        let words = all.names.iter().flat_map(|name| &name.forms).flat_map(|form| &form.tokens);
        all.factors = words.map(|word| (word.text().to_owned(), part.factor(word.text()))).collect();
        let mut numbers: HashMap<Vec<u8>, u32, foldhash::fast::FixedState> = HashMap::default();
        let mut words = Vec::new();
        let mut number = |token: &Token| {
            let mut bytes = Vec::new();
            token.encode(&mut bytes);
            // an index holds fewer than 2^32 words
            let next = words.len() as u32;
            let number = *numbers.entry(bytes).or_insert(next);
            if number == next {
                words.push(token.clone());
            }
            number
        };
        let rarity = KnownRarity(&all, part);
        let mut reading = |form: &Form| {
            let Weighed { weights, stressed, .. } = Weighed::of(form, part.kind, &rarity);
            Reading {
                native: form.native,
                words: form.tokens.iter().map(&mut number).collect(),
                weights,
                stressed,
            }
        };
        let readings = all.names.iter().map(|name| name.forms.iter().map(&mut reading).collect()).collect();
        (all.readings, all.words) = (readings, words);
        all
    }

    /// Calls `found` with the number and the score of each name of which `fits` says that it is asked about.
    pub(crate) fn score(
        &self,
        part: &Part<'_>,
        query: &ParsedName,
        fits: impl Fn(usize) -> bool,
        mut found: impl FnMut(usize, Score),
    ) {
        let rarity = KnownRarity(self, part);
        let asked: Vec<Asked<'_>> =
            query.forms.iter().map(|form| Asked::of(form, part.kind, &rarity, &self.words)).collect();
        let traits = query.traits();
        let (mut listed, mut room) = (Weighed::default(), LinkRoom::default());
        for (n, (name, readings)) in self.names.iter().zip(&self.readings).enumerate() {
            if !fits(n) {
                continue;
            }
            let listed_traits = name.traits();
            let factor = name_factor(traits, listed_traits);
            let mut best = Score::default();
            for reading in readings {
                listed.tokens.clear();
                listed.tokens.extend(reading.words.iter().filter_map(|word| self.words.get(*word as usize)));
                listed.weights.clone_from(&reading.weights);
                listed.stressed.clone_from(&reading.stressed);
                for asked in &asked {
                    if !comparable(traits, asked.native, listed_traits, reading.native) {
                        continue;
                    }
                    let pairs =
                        |i: usize, j: usize| *asked.alike.get(i)?.get(*reading.words.get(j)? as usize)?;
                    let score =
                        score_readings(&asked.weighed, &listed, part.kind, factor, true, &mut room, pairs);
                    if score.exceeds(best) {
                        best = score;
                    }
                }
            }
            found(n, best);
        }
    }
}

/// A reading of the query.
struct Asked<'q> {
    native: bool,
    weighed: Weighed<'q>,
    /// Of each of its words, how alike each word of the lists is.
    alike: Vec<Vec<Option<Likeness>>>,
}

impl<'q> Asked<'q> {
    fn of(form: &'q Form, kind: NameKind, rarity: &dyn Rarity, words: &[Token]) -> Self {
        let alike = |token: &Token| words.iter().map(|word| likeness(token, word, kind)).collect();
        Self {
            native: form.native,
            weighed: Weighed::of(form, kind, rarity),
            alike: form.tokens.iter().map(alike).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use countersign_model::{Entity, EntitySchema, SourceId};
    use countersign_names::compare_score;

    use super::*;
    use crate::index::Index;

    #[test]
    fn a_score_is_that_of_comparing_the_two_names() {
        let names = [
            "Jane Quillfeather",
            "Jean Quilfeather",
            "QUILL, Feather A.",
            "Хасан Насралла",
            "حسن نصر الله",
            "Kim Jong Un",
            "金正恩",
            "Quill Feather Services A",
            "Bank of Quill (Schweiz) AG",
            "Q F S Trading House",
            "QFST",
            "Services Quill",
        ];
        let entities: Vec<Entity> = [EntitySchema::Person, EntitySchema::Company, EntitySchema::Vessel]
            .into_iter()
            .flat_map(|schema| names.map(|name| (schema, name)))
            .enumerate()
            .map(|(n, (schema, name))| {
                let mut entity = Entity {
                    id: n.to_string(),
                    schema,
                    source: SourceId::new("starter").unwrap(),
                    properties: Default::default(),
                    listings: Vec::new(),
                };
                entity.add("name", name);
                entity
            })
            .collect();
        let index = Index::build(&entities);
        for kind in NameKind::ALL {
            let part = index.part(kind).unwrap();
            let all = AllNames::of(&part);
            let mut above = 0;
            for name in names {
                let query = ParsedName::parse(name, kind);
                all.score(
                    &part,
                    &query,
                    |_| true,
                    |n, score| {
                        assert_eq!(score, compare_score(&query, &all.names[n], &part), "{name}, {n}");
                        above += usize::from(score.score > 0.5);
                    },
                );
            }
            assert!(above > names.len(), "{above} pairs are alike");
        }
    }
}
