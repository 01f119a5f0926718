//! A search for a text, which is no screening.

use countersign_operations::lists::Lists;
use countersign_screening::{Hit, Screening};

/// What a search for a text finds: those who bear its very words first, then those whose names are alike. A search is no
/// screening: whoever types a surname means everybody who bears it.
pub(super) fn searched(found: Screening, text: &str, lists: &Lists) -> Vec<Hit> {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let wanted = words(text);
    let bears = |hit: &Hit| {
        lists.entity(&hit.entity).is_some_and(|entity| {
            entity.names().any(|name| {
                let has = words(name.text);
                wanted.iter().all(|word| has.contains(word))
            })
        })
    };
    let all = found.hits.into_iter().chain(found.near_misses);
    let (mut first, rest): (Vec<Hit>, Vec<Hit>) = all.partition(bears);
    first.extend(rest);
    first
}
