//! Many short texts in one piece of memory, found by their number, and numbers found by their text.

use std::hash::BuildHasher as _;
use std::ops::Range;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Texts by number, in the order in which they were added: eight bytes each beside their own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    bytes: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text; its number is how many there were before.
    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    /// The text of a number; empty for a number that was not given out.
    pub(crate) fn get(&self, number: u32) -> &str {
        self.range(number).and_then(|range| self.bytes.get(range)).unwrap_or_default()
    }

    /// Where the text of a number lies.
    fn range(&self, number: u32) -> Option<Range<usize>> {
        let at = number as usize;
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        start.zip(self.ends.get(at).copied()).map(|(start, end)| start..end)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Gives back what was set aside for more.
    pub(crate) fn close(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// The numbers of texts: five bytes each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    table: HashTable<u32>,
    state: RandomState,
}

impl Numbers {
    /// The number of a text among `texts`.
    pub(crate) fn find(&self, texts: &Texts, text: &str) -> Option<u32> {
        self.table.find(self.state.hash_one(text), |number| texts.get(*number) == text).copied()
    }

    /// The numbers of many texts among `texts`, in their order. In steps, so that the waits for memory of one text overlap
    /// with those of the next: on a register of millions that halves the time.
    pub(crate) fn find_each<'t>(
        &self,
        texts: &Texts,
        wanted: impl Iterator<Item = &'t str>,
        found: &mut Vec<Option<u32>>,
    ) {
        let wanted: Vec<(&str, u64)> = wanted.map(|text| (text, self.state.hash_one(text))).collect();
        // mostly the first whose hash fits is the one
        let first: Vec<Option<u32>> =
            wanted.iter().map(|(_, hash)| self.table.iter_hash(*hash).next().copied()).collect();
        let places: Vec<_> =
            first.iter().map(|number| number.and_then(|number| texts.range(number))).collect();
        found.extend(wanted.into_iter().zip(first).zip(places).map(|(((text, hash), first), place)| {
            if place.and_then(|place| texts.bytes.get(place)) == Some(text) {
                first
            } else {
                self.table.find(hash, |number| texts.get(*number) == text).copied()
            }
        }));
    }

    /// Remembers the number of a text of `texts`, which must be there.
    pub(crate) fn insert(&mut self, texts: &Texts, number: u32) {
        let hash = |number: &u32| self.state.hash_one(texts.get(*number));
        self.table.insert_unique(hash(&number), number, hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_by_number_and_by_itself() {
        let (mut texts, mut numbers) = (Texts::default(), Numbers::default());
        for (number, text) in (0u32..).zip(["", "a", "Ω-ab", "a"]) {
            assert_eq!(numbers.find(&texts, text), (number == 3).then_some(1));
            texts.push(text);
            if number < 3 {
                numbers.insert(&texts, number);
            }
        }
        assert_eq!((0..5).map(|n| texts.get(n)).collect::<Vec<_>>(), ["", "a", "Ω-ab", "a", ""]);
        assert_eq!(numbers.find(&texts, "Ω-ab"), Some(2));
        assert_eq!(numbers.find(&texts, "b"), None);
        let mut found = Vec::new();
        numbers.find_each(&texts, ["a", "b", "", "Ω-ab"].into_iter(), &mut found);
        assert_eq!(found, [Some(1), None, Some(0), Some(2)]);
    }
}
