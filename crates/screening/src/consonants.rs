//! The words of a part by their consonants, in a tree of these: what begins alike is compared once.
//!
//! The tree lies in the index as its letters in the order of the alphabet, each before those that follow it in a word, and with the place behind
//! the last of these: a beginning that is too dear is left by one step, with all that begins so.

use std::collections::BTreeMap;

use bytemuck::{Pod, Zeroable};
use countersign_names::{SkeletonScan, Token, TreeLetter};

/// A letter of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Letter {
    /// The number of letters before it, and behind these 24 bits the letter.
    place: u32,
    /// The place behind all that begin with it and the letters before it.
    behind: u32,
    /// Which of the consonants end with it; [`NONE`] where none do.
    row: u32,
}

/// Of a letter that no consonants end with.
const NONE: u32 = u32::MAX;

impl TreeLetter for Letter {
    fn before(&self) -> usize {
        (self.place >> 8) as usize
    }

    fn letter(&self) -> u8 {
        self.place as u8
    }

    fn behind(&self) -> usize {
        self.behind as usize
    }

    fn ends(&self) -> bool {
        self.row != NONE
    }
}

/// The consonants of words, and the words that have them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Consonants<'a> {
    pub(crate) letters: &'a [Letter],
    pub(crate) word_starts: &'a [u32],
    pub(crate) words: &'a [u32],
}

impl<'a> Consonants<'a> {
    /// Calls `give` with the row of all consonants that may be like these, and of some others.
    pub(crate) fn alike(self, own: &str, mut give: impl FnMut(u32)) {
        if own.is_empty() {
            return;
        }
        SkeletonScan::new(own).walk(self.letters, |letter| give(letter.row));
    }

    /// The words that have the consonants of a row.
    pub(crate) fn words(self, row: u32) -> &'a [u32] {
        let at = |n: usize| self.word_starts.get(n).map(|start| *start as usize);
        let n = row as usize;
        at(n).zip(at(n + 1)).and_then(|(start, end)| self.words.get(start..end)).unwrap_or_default()
    }
}

/// The tree of the consonants of words, and the numbers of the words that have those of each row.
pub(crate) fn consonants(words: &[Token], only_skeletal: bool) -> (Vec<Letter>, Vec<Vec<u32>>) {
    let mut rows: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (number, token) in (0u32..).zip(words) {
        if !token.skeleton().is_empty() && (!only_skeletal || token.script().is_skeletal()) {
            rows.entry(token.skeleton()).or_default().push(number);
        }
    }
    (tree(rows.keys().copied()), rows.into_values().collect())
}

/// The tree of texts that differ and come in alphabetical order.
fn tree<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    // where the letters of the text before stand
    let mut open: Vec<usize> = Vec::new();
    let close = |letters: &mut Vec<Letter>, open: &mut Vec<usize>, kept: usize| {
        // an index has fewer than 2^32 letters
        let behind = letters.len() as u32;
        for at in open.drain(kept..) {
            if let Some(letter) = letters.get_mut(at) {
                letter.behind = behind;
            }
        }
    };
    let mut before = "";
    for (row, text) in (0u32..).zip(texts) {
        let common = before.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
        before = text;
        close(&mut letters, &mut open, common);
        for (n, letter) in (0u32..).zip(text.bytes()).skip(common) {
            open.push(letters.len());
            letters.push(Letter { place: n << 8 | u32::from(letter), behind: 0, row: NONE });
        }
        if let Some(last) = letters.last_mut() {
            last.row = row;
        }
    }
    close(&mut letters, &mut open, 0);
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_tree_gives_what_the_list_gives(
            own in "[bfvkgjxChsStdlrmn]{1,9}",
            others in proptest::collection::btree_set("[bfvkgjxChsStdlrmn]{1,3}|[bdhv]{1,9}|[bfvkgjxChsStdlrmn]{4,9}", 0..60),
            at in 0..9usize, with in "[bfvkgjxChsStdlrmn]{0,2}", cut in 0..3usize,
        ) {
            let mut others = others;
            let (head, tail): (String, String) = (own.chars().take(at).collect(), own.chars().skip(at + cut).collect());
            others.extend([own.clone(), format!("{head}{with}{tail}")].into_iter().filter(|text| !text.is_empty()));
            let letters = tree(others.iter().map(String::as_str));
            let mut found = Vec::new();
            Consonants { letters: &letters, word_starts: &[], words: &[] }.alike(&own, |row| found.push(row as usize));
            let mut scan = SkeletonScan::new(&own);
            let expected: Vec<usize> =
                others.iter().enumerate().filter(|(_, text)| scan.may_be(text.as_bytes())).map(|(n, _)| n).collect();
            proptest::prop_assert!(!expected.is_empty());
            proptest::prop_assert_eq!(found, expected, "{} {:?}", own, others);
        }
    }

    #[test]
    fn of_no_consonants_nothing_is_alike() {
        let letters = tree(["b", "bd"].into_iter());
        let places: Vec<(usize, u8, u32, u32)> =
            letters.iter().map(|l| (l.before(), l.letter(), l.behind, l.row)).collect();
        assert_eq!(places, [(0, b'b', 2, 0), (1, b'd', 2, 1)]);
        Consonants { letters: &letters, word_starts: &[], words: &[] }.alike("", |_| panic!("found"));
    }
}
