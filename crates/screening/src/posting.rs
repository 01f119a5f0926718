//! The readings of a word, and what tells of each before it is looked at whether it may have links with other words of a query.
//!
//! A [`Posting`] has of each word of its reading a [`Mark`], a query of each of its own words the set of the places of all that it is linked
//! with ([`Sets`]). **Completeness.** A word is in a set by its place and, where an initial is linked with whatever begins with a letter,
//! by that letter; both are in its mark. So where no mark of a reading is in the set, the reading has no word that the set was
//! made of. Words that share a place by chance leave nothing out.

use std::collections::HashMap;

use bytemuck::{Pod, Zeroable};
use countersign_names::{NameKind, Token};

use crate::companions::Companions;
use crate::keys::{What, key};

/// So many marks leave a posting a quarter of a line of memory.
const MARKS: usize = 6;

/// How many bits of a mark are its place.
const PLACE_BITS: u32 = 10;
/// How many places there are for words.
const PLACES: u16 = 1 << PLACE_BITS;
/// So many of them are for one meaning or word each: those that most readings have.
const FREQUENT: u16 = 96;
/// What stands in the place of the first word where a reading has more words than a posting has marks.
pub(crate) const LONG: u16 = PLACES - 2;
/// The place of no word: it is in no set.
pub(crate) const NONE: u16 = PLACES - 1;

/// How many letters there are for beginnings; this one is none.
const NO_LETTER: u16 = 32;

/// The place of a word in the lower bits, and the letter with which it begins in those above.
pub(crate) type Mark = u16;

/// A reading beside one of its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Posting {
    pub(crate) reading: u32,
    marks: [Mark; MARKS],
}

impl Posting {
    /// A reading with the marks of its words; those of many are put at the end of `longer`.
    pub(crate) fn new(reading: u32, own: &[Mark], longer: &mut Vec<Mark>) -> Self {
        let mut marks = [mark(NONE, None); MARKS];
        if own.len() <= MARKS {
            marks.iter_mut().zip(own).for_each(|(slot, mark)| *slot = *mark);
        } else {
            let at = longer.len() as u32;
            longer.extend(own);
            // a name has at most 64 words
            marks = [LONG, own.len() as u16, at as u16, (at >> 16) as u16, 0, 0];
        }
        Self { reading, marks }
    }

    /// The marks of the words of a long reading, which lie apart; empty where they are not there.
    #[cold]
    fn apart<'a>(&self, longer: &'a [Mark]) -> &'a [Mark] {
        let [_, len, low, high, ..] = self.marks;
        let start = usize::from(low) | usize::from(high) << 16;
        longer.get(start..start + usize::from(len)).unwrap_or_default()
    }
}

/// The mark of a word with this place and, in names of persons, this first letter.
pub(crate) fn mark(place: u16, first: Option<char>) -> Mark {
    place | first.map_or(NO_LETTER, letter) << PLACE_BITS
}

/// Each of a to z has its own.
fn letter(first: char) -> u16 {
    match u32::from(first).checked_sub(u32::from('a')) {
        // below 32
        Some(n) if n < 26 => n as u16,
        _ => 26 + (u32::from(first) % 6) as u16,
    }
}

/// Several sets of words, by their places and by the letters with which they begin: of a posting is known at once which of them its words may
/// be in.
#[derive(Debug)]
pub(crate) struct Sets {
    /// Of each place the sets with it, as bits.
    of_place: [u32; 1 << PLACE_BITS],
    /// Of each letter likewise.
    of_letter: [u32; 1 << (u16::BITS - PLACE_BITS)],
    with_letters: bool,
}

impl Default for Sets {
    fn default() -> Self {
        Self {
            of_place: [0; 1 << PLACE_BITS],
            of_letter: [0; 1 << (u16::BITS - PLACE_BITS)],
            with_letters: false,
        }
    }
}

impl Sets {
    /// Of so many sets is known what is in them.
    pub(crate) const MOST: usize = u32::BITS as usize;

    /// Empties all.
    pub(crate) fn clear(&mut self) {
        self.of_place.fill(0);
        if std::mem::take(&mut self.with_letters) {
            self.of_letter.fill(0);
        }
    }

    /// Puts a word into the `n`th set, by its place. Of sets beyond the first [`Sets::MOST`] nothing is known.
    pub(crate) fn add_word(&mut self, n: usize, place: u16) {
        if let Some(slot) = self.of_place.get_mut(usize::from(place)).filter(|_| n < Self::MOST) {
            *slot |= 1 << n;
        }
    }

    /// Puts all words that begin with a letter into it.
    pub(crate) fn add_letter(&mut self, n: usize, first: char) {
        if let Some(slot) = self.of_letter.get_mut(usize::from(letter(first))).filter(|_| n < Self::MOST) {
            *slot |= 1 << n;
            self.with_letters = true;
        }
    }

    /// In which of them a word of the reading may be, as bits.
    #[inline]
    pub(crate) fn met(&self, posting: &Posting, longer: &[Mark]) -> u32 {
        let [a, b, c, d, e, f] = posting.marks;
        if a == LONG {
            return self.met_by_long(posting, longer);
        }
        // written out: this is asked of hundreds of postings a query
        let place = |mark: Mark| self.of_place(mark);
        let met = place(a) | place(b) | place(c) | place(d) | place(e) | place(f);
        if !self.with_letters {
            return met;
        }
        let letter = |mark: Mark| self.of_letter(mark);
        met | letter(a) | letter(b) | letter(c) | letter(d) | letter(e) | letter(f)
    }

    #[cold]
    fn met_by_long(&self, posting: &Posting, longer: &[Mark]) -> u32 {
        match posting.apart(longer) {
            // what is not known may be in any
            [] => u32::MAX,
            marks => self.met_by(marks),
        }
    }

    // no mark is beyond the ends
    #[inline(always)]
    fn of_place(&self, mark: Mark) -> u32 {
        self.of_place.get(usize::from(mark & NONE)).copied().unwrap_or(u32::MAX)
    }

    #[inline(always)]
    fn of_letter(&self, mark: Mark) -> u32 {
        self.of_letter.get(usize::from(mark >> PLACE_BITS)).copied().unwrap_or(u32::MAX)
    }

    /// In which of them a word may be that stands beside another one, as bits; `None` where these are many.
    pub(crate) fn met_beside(&self, companions: &Companions) -> Option<u32> {
        companions.marks().map(|marks| self.met_by(marks))
    }

    /// How many words of the reading may be in any of these sets, as bits, and how many it has; more than any where that is not known.
    pub(crate) fn words_met(&self, posting: &Posting, longer: &[Mark], of: u32) -> (usize, usize) {
        let marks = match posting.marks {
            [LONG, ..] => posting.apart(longer),
            _ => &posting.marks,
        };
        let (mut met, mut words) = (0, 0);
        for mark in marks.iter().filter(|mark| **mark & NONE != NONE) {
            words += 1;
            met += usize::from(self.met_by(std::slice::from_ref(mark)) & of != 0);
        }
        // where none is there, nothing is known of them
        if words == 0 { (usize::MAX, usize::MAX) } else { (met, words) }
    }

    fn met_by(&self, marks: &[Mark]) -> u32 {
        let met = marks.iter().fold(0, |all, mark| all | self.of_place(*mark));
        if !self.with_letters {
            return met;
        }
        marks.iter().fold(met, |all, mark| all | self.of_letter(*mark))
    }
}

/// The place of each word; `readings`: how many each is in. Words of one meaning have one place, since they are asked about together. The
/// most frequent have places of their own: they are in most names and in most questions.
pub(crate) fn places(words: &[Token], readings: &[usize]) -> Vec<u16> {
    let meaning = |token: &Token| match token.concept() {
        Some(concept) => key(What::Concept, &concept.to_string()),
        None => key(What::Text, token.text()),
    };
    let mut counts: HashMap<u64, usize, foldhash::fast::FixedState> = HashMap::default();
    for (token, count) in words.iter().zip(readings) {
        *counts.entry(meaning(token)).or_default() += count;
    }
    let mut by_count: Vec<(u64, usize)> = counts.into_iter().collect();
    by_count.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let own: HashMap<u64, u16, foldhash::fast::FixedState> =
        by_count.iter().zip(0..FREQUENT).map(|((meaning, _), place)| (*meaning, place)).collect();
    let shared = u64::from(LONG - FREQUENT);
    words
        .iter()
        .map(|token| {
            let meaning = meaning(token);
            // the remainder is below the number of places
            own.get(&meaning).copied().unwrap_or_else(|| FREQUENT + ((meaning >> 20) % shared) as u16)
        })
        .collect()
}

/// The letter that a mark has for a word: names of persons alone are asked for initials.
pub(crate) fn first_letter(token: &Token, kind: NameKind) -> Option<char> {
    token.text().chars().next().filter(|_| kind == NameKind::Person)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn posting(words: &[(u16, char)]) -> (Posting, Vec<Mark>) {
        let mut longer = vec![mark(5, Some('q'))];
        let own: Vec<Mark> = words.iter().map(|(place, first)| mark(*place, Some(*first))).collect();
        (Posting::new(7, &own, &mut longer), longer)
    }

    /// Places and letters of a set.
    type Set = (Vec<u16>, Vec<char>);

    fn every_place() -> Vec<u16> {
        (0..LONG).collect()
    }

    fn met((posting, longer): &(Posting, Vec<Mark>), of: &[Set]) -> u32 {
        let mut sets = Sets::default();
        // what was put in before is forgotten
        every_place().into_iter().for_each(|place| sets.add_word(2, place));
        sets.add_letter(1, 'q');
        sets.clear();
        for (n, (places, letters)) in of.iter().enumerate() {
            places.iter().for_each(|place| sets.add_word(n, *place));
            letters.iter().for_each(|first| sets.add_letter(n, *first));
        }
        sets.met(posting, longer)
    }

    #[test]
    fn a_posting_without_words_is_in_no_set_and_none_in_one_without_words() {
        let none = posting(&[]);
        let all: Set = (every_place(), ('a'..='z').chain(['ж', '1']).collect());
        assert_eq!(met(&none, std::slice::from_ref(&all)), 0);
        let one = posting(&[(3, 'q')]);
        assert_eq!(met(&one, &[Set::default(), all.clone()]), 2);
        assert_eq!(met(&one, &vec![all; Sets::MOST + 1]), u32::MAX);
    }

    #[test]
    fn of_a_posting_is_known_how_many_words_may_be_in_a_set() {
        let mut sets = Sets::default();
        [4, 6].into_iter().for_each(|place| sets.add_word(0, place));
        sets.add_word(1, 9);
        for more in 0..8 {
            let words =
                [(4, 'q'), (4, 'q'), (9, 'n'), (5, 'p')].into_iter().chain((0..more).map(|n| (20 + n, 'z')));
            let (posting, longer) = posting(&words.collect::<Vec<_>>());
            let met = |of: u32| sets.words_met(&posting, &longer, of);
            let all = 4 + usize::from(more);
            assert_eq!((met(0), met(1), met(2), met(3)), ((0, all), (2, all), (1, all), (3, all)));
        }
        let (unknown, _) = posting(&[(4, 'q'); 9]);
        assert_eq!(sets.words_met(&unknown, &[], 1), (usize::MAX, usize::MAX));
    }

    proptest! {
        #[test]
        fn a_posting_meets_the_sets_that_were_made_of_its_words(
            words in proptest::collection::vec((0..LONG, proptest::char::any()), 1..12),
            others in proptest::collection::vec((0..LONG, proptest::char::any()), 0..4),
            at: prop::sample::Index,
        ) {
            let posting = posting(&words);
            let (place, first) = words[at.index(words.len())];
            let (by_word, by_letter): (Set, Set) = ((vec![place], vec![]), (vec![], vec![first]));
            let of_others: Set = others.iter().copied().unzip();
            let same = |(p, f): &(u16, char), (q, g): &(u16, char)| p == q || letter(*f) == letter(*g);
            let shared = words.iter().any(|word| others.iter().any(|other| same(word, other)));
            let mut both = of_others.clone();
            both.0.push(place);
            let expected = if shared { 0b1111 } else { 0b1101 };
            prop_assert_eq!(met(&posting, &[by_word, of_others, by_letter, both]), expected);
        }
    }
}
