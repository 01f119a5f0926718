//! Two parsed names to a score with its reasons, and these to one line.

use serde::Serialize;

use crate::compare::{Best, Link, Weighed, best_alignment, link_weight, mask};
use crate::likeness::How;
use crate::parsed::{IgnoredWhy, ParsedName};
use crate::score::Rarity;
use crate::tables::join;

/// A pair of parts that were taken for the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartMatch {
    /// The words of the query.
    pub query: Vec<String>,
    /// The words of the listed name.
    pub listed: Vec<String>,
    /// Why.
    pub how: How,
    /// How alike, above 0 up to 1.
    pub similarity: f64,
    /// The mean weight of both sides' words.
    pub weight: f64,
}

/// The outcome of a comparison, with every reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// From 0 (nothing in common) to 1 (the same name). Rounded to four decimals.
    pub score: f64,
    /// What agrees, in the order of the query.
    pub parts: Vec<PartMatch>,
    /// Words that only the query has.
    pub unmatched_query: Vec<String>,
    /// Words that only the listed name has.
    pub unmatched_listed: Vec<String>,
    /// Parts of either name that are not compared: organisation forms, titles.
    pub ignored: Vec<String>,
    /// Whether the order of given names is different, so that the bearer and the father may have been swapped.
    pub swapped: bool,
    /// Whether a name was too long to be compared whole.
    pub truncated: bool,
    /// How much agrees: the weight of the parts, times similarity. Names that many bear have little.
    #[serde(skip)]
    pub agreed: f64,
}

/// Compares a query with a listed name, both parsed as the same kind (else by the habits of the listed one).
///
/// Every reading of one is aligned with every reading of the other, and the best score counts. Words are paired one
/// to one, best pairs first ([`crate::likeness`]); up to four words may be one word of the other side. The score is
/// [`crate::score`] over the weights, where a word weighs its role times its rarity. Two given names in swapped order, a
/// change of order, and organisation forms of different classes lower it by a factor.
///
/// Invariants: deterministic; between 0 and 1; 1 for a name and itself; never above [`crate::upper_bound`].
pub fn compare(query: &ParsedName, listed: &ParsedName, rarity: &dyn Rarity) -> Comparison {
    let Some(best) = best_alignment(query, listed, rarity) else {
        return Comparison {
            score: 0.0,
            parts: Vec::new(),
            unmatched_query: shown(query),
            unmatched_listed: shown(listed),
            ignored: ignored(query, listed),
            swapped: false,
            truncated: query.truncated || listed.truncated,
            agreed: 0.0,
        };
    };
    explain(&best, query, listed)
}

/// The outcome of a comparison by its best alignment.
fn explain(best: &Best<'_>, query: &ParsedName, listed: &ParsedName) -> Comparison {
    let Best { alignment, links, query: q, listed: l } = best;
    let words = |form: &Weighed<'_>, run| form.run(run).map(|t| t.shown().to_owned()).collect::<Vec<_>>();
    let parts = links
        .iter()
        .map(|link| PartMatch {
            query: words(q, link.query),
            listed: words(l, link.listed),
            how: link.how,
            similarity: (link.similarity * 10_000.0).round() / 10_000.0,
            weight: (link_weight(link, q, l) * 10_000.0).round() / 10_000.0,
        })
        .collect();
    let unmatched = |form: &Weighed<'_>, side: fn(&Link) -> (usize, usize)| {
        let used = links.iter().fold(0u64, |m, link| m | mask(side(link)));
        form.tokens
            .iter()
            .enumerate()
            .filter(|(n, _)| used & mask((*n, 1)) == 0)
            .map(|(_, t)| t.shown().to_owned())
            .collect()
    };
    Comparison {
        score: alignment.score,
        parts,
        unmatched_query: unmatched(q, |link| link.query),
        unmatched_listed: unmatched(l, |link| link.listed),
        ignored: ignored(query, listed),
        swapped: alignment.swapped,
        truncated: query.truncated || listed.truncated,
        agreed: alignment.agreed,
    }
}

/// The words of a name's most usual reading.
fn shown(name: &ParsedName) -> Vec<String> {
    name.forms.first().map_or_else(Vec::new, |f| f.tokens.iter().map(|t| t.shown().to_owned()).collect())
}

/// What was set aside in either name, each once.
fn ignored(query: &ParsedName, listed: &ParsedName) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in query.ignored.iter().chain(&listed.ignored) {
        let line = match part.why {
            IgnoredWhy::Title => format!("title {}", part.text),
            IgnoredWhy::OrgForm { .. } => format!("form {}", part.text),
            IgnoredWhy::Country { .. } => format!("own country {}", part.text),
        };
        if !out.contains(&line) {
            out.push(line);
        }
    }
    out
}

impl Comparison {
    /// The reasons in one line: `saito = saito, tech = tech, form ltd ignored; score 1.00`.
    pub fn line(&self) -> String {
        self.line_of(self.score)
    }

    /// [`Comparison::line`] with another score at its end: what is below a threshold must not be rounded up to it.
    pub fn line_of(&self, score: f64) -> String {
        let mut items: Vec<String> = self
            .parts
            .iter()
            .map(|part| {
                let (query, listed) = (join(&part.query), join(&part.listed));
                match part.how {
                    How::Exact | How::Equivalent => format!("{query} = {listed}"),
                    How::Romanisation => format!("{query} ≈ {listed} (romanisation)"),
                    How::Spelling => format!("{query} ≈ {listed} (spelling)"),
                    How::Nickname => format!("{query} ≈ {listed} (same name)"),
                    How::Initial => format!("{query} ≈ {listed} (initial)"),
                    How::Joined => format!("{query} = {listed} (joined)"),
                    How::Skeleton => format!("{query} ≈ {listed} (consonants)"),
                    How::Acronym => format!("{query} ≈ {listed} (acronym)"),
                }
            })
            .collect();
        if !self.unmatched_query.is_empty() {
            items.push(format!("only asked: {}", join(&self.unmatched_query)));
        }
        if !self.unmatched_listed.is_empty() {
            items.push(format!("only listed: {}", join(&self.unmatched_listed)));
        }
        if self.swapped {
            items.push("given names in swapped order".to_owned());
        }
        items.extend(self.ignored.iter().map(|part| format!("{part} ignored")));
        if self.truncated {
            items.push("name too long, its end was not compared".to_owned());
        }
        format!("{}; score {score:.2}", items.join(", "))
    }
}
