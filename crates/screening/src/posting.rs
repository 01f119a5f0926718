//! The readings of a word, and what tells of each before it is looked at whether it may have links with other words of a query.
//!
//! A [`Posting`] has of each word of its reading a [`Mark`], a query of each of its own words the set of the marks of all that it is linked
//! with ([`Sets`]). **Completeness.** A word is in a set by its mark and, where an initial is linked with whatever begins with a letter,
//! by that letter, which is in its mark. So where no mark of a reading is in the set, the reading has no word that the set was
//! made of. Words that share a mark by chance, and marks that share a place, leave nothing out.

use std::collections::HashMap;

use bytemuck::{Pod, Zeroable};
use countersign_names::Token;

use crate::companions::Companions;
use crate::keys::{What, key};

/// So many marks leave a posting a quarter of a line of memory.
const MARKS: usize = 6;

/// How many bits of a mark are its place.
const PLACE_BITS: u32 = 11;
/// How many places there are for the words that begin with one letter.
const PLACES: u16 = 1 << PLACE_BITS;
/// So many of them are for one word each: those that most readings have.
const FREQUENT: u16 = 96;
/// The letter with which no word begins.
const NO_LETTER: u16 = 31;

/// The place of a word in the lower bits, and the letter with which it begins in those above: few words share one.
pub(crate) type Mark = u16;

/// The mark of no word: it is in no set.
pub(crate) const NONE: Mark = NO_LETTER << PLACE_BITS | (PLACES - 1);
/// What stands in the place of the first word where a reading has more words than there are marks.
pub(crate) const LONG: Mark = NONE - 1;

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
        let mut marks = [NONE; MARKS];
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

/// The mark of a word that begins with this letter, with one of [`PLACES`]. None has the upper bits of [`NONE`], of which the letter is part.
fn mark(place: u16, first: char) -> Mark {
    letter(first) << PLACE_BITS | place
}

/// Each of a to z has its own; no word has [`NO_LETTER`].
fn letter(first: char) -> u16 {
    match u32::from(first).checked_sub(u32::from('a')) {
        // below 31
        Some(n) if n < 26 => n as u16,
        _ => 26 + (u32::from(first) % 5) as u16,
    }
}

/// So many bits of a mark are looked at together.
const TOLD_BITS: u32 = 10;
/// How many numbers these make.
const TOLD_APART: usize = 1 << TOLD_BITS;

/// Several sets of words, by their marks and by the letters with which they begin: of a posting is known at once which of them its words may
/// be in.
///
/// A mark is in a set only if its lower bits are those of one that was put in, and its upper bits those of one. Both are one look at a small table each,
/// whatever is found there. Where two marks together have the bits of a third, the third may be in the set as well.
#[derive(Debug)]
pub(crate) struct Sets {
    /// By the lower bits of a mark.
    of_lower: [u32; TOLD_APART],
    /// By its upper bits.
    of_upper: [u32; TOLD_APART],
    /// Of each letter the sets with all words that begin with it.
    of_letter: [u32; 1 << (Mark::BITS - PLACE_BITS)],
    with_letters: bool,
    /// The marks that were put in: fewer places to empty than there are.
    put: Vec<Mark>,
}

impl Default for Sets {
    fn default() -> Self {
        Self {
            of_lower: [0; TOLD_APART],
            of_upper: [0; TOLD_APART],
            of_letter: [0; 1 << (Mark::BITS - PLACE_BITS)],
            with_letters: false,
            put: Vec::new(),
        }
    }
}

impl Sets {
    /// Of so many sets is known what is in them.
    pub(crate) const MOST: usize = u32::BITS as usize;

    /// Empties all.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.with_letters) {
            self.of_letter.fill(0);
        }
        for mark in self.put.drain(..) {
            let slots = [self.of_lower.get_mut(lower(mark)), self.of_upper.get_mut(upper(mark))];
            slots.into_iter().flatten().for_each(|sets| *sets = 0);
        }
    }

    /// Puts a word into the `n`th set, by its mark. Of sets beyond the first [`Sets::MOST`] nothing is known.
    pub(crate) fn add_word(&mut self, n: usize, mark: Mark) {
        if n >= Self::MOST {
            return;
        }
        self.put.push(mark);
        let slots = [self.of_lower.get_mut(lower(mark)), self.of_upper.get_mut(upper(mark))];
        slots.into_iter().flatten().for_each(|sets| *sets |= 1 << n);
    }

    /// Puts all words that begin with a letter into it.
    pub(crate) fn add_letter(&mut self, n: usize, first: char) {
        if n >= Self::MOST {
            return;
        }
        if let Some(sets) = self.of_letter.get_mut(usize::from(letter(first))) {
            *sets |= 1 << n;
            self.with_letters = true;
        }
    }

    /// In which of them a word of the reading may be, as bits.
    #[inline(always)]
    pub(crate) fn met(&self, posting: &Posting, longer: &[Mark]) -> u32 {
        let [a, b, c, d, e, f] = posting.marks;
        if a == LONG {
            return self.met_by_long(posting, longer);
        }
        // written out, and without a branch: this is asked of hundreds of postings a query, and what comes next can seldom be told
        let met = self.of_place(a)
            | self.of_place(b)
            | self.of_place(c)
            | self.of_place(d)
            | self.of_place(e)
            | self.of_place(f);
        if self.with_letters { met | self.of_letters(&posting.marks) } else { met }
    }

    #[cold]
    fn met_by_long(&self, posting: &Posting, longer: &[Mark]) -> u32 {
        match posting.apart(longer) {
            // what is not known may be in any
            [] => u32::MAX,
            marks => self.met_by(marks),
        }
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
        for mark in marks.iter().filter(|mark| **mark != NONE) {
            words += 1;
            met += usize::from(self.of_mark(*mark) & of != 0);
        }
        // where none is there, nothing is known of them
        if words == 0 { (usize::MAX, usize::MAX) } else { (met, words) }
    }

    #[inline(always)]
    fn met_by(&self, marks: &[Mark]) -> u32 {
        let met = marks.iter().fold(0, |met, mark| met | self.of_place(*mark));
        if self.with_letters { met | self.of_letters(marks) } else { met }
    }

    /// In which sets a mark may be.
    #[inline(always)]
    fn of_mark(&self, mark: Mark) -> u32 {
        self.of_place(mark) | self.of_letters(&[mark])
    }

    /// In which sets a mark may be by itself.
    #[inline(always)]
    fn of_place(&self, mark: Mark) -> u32 {
        // nothing is beyond the ends
        let of = |sets: &[u32; TOLD_APART], at: usize| sets.get(at).copied().unwrap_or(u32::MAX);
        of(&self.of_lower, lower(mark)) & of(&self.of_upper, upper(mark))
    }

    /// In which sets whatever begins as one of these marks is.
    #[inline(always)]
    fn of_letters(&self, marks: &[Mark]) -> u32 {
        let of =
            |mark: &Mark| self.of_letter.get(usize::from(mark >> PLACE_BITS)).copied().unwrap_or(u32::MAX);
        marks.iter().fold(0, |met, mark| met | of(mark))
    }
}

/// The lower bits of a mark.
const fn lower(mark: Mark) -> usize {
    mark as usize % TOLD_APART
}

/// Its upper bits.
const fn upper(mark: Mark) -> usize {
    (mark >> (Mark::BITS - TOLD_BITS)) as usize
}

/// The mark of each word; `readings`: how many each is in. Words of one meaning and letter have one place, since they are asked about together. The
/// most frequent have places of their own: they are in most names and in most questions.
pub(crate) fn marks(words: &[Token], readings: &[usize]) -> Vec<Mark> {
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
    let shared = u64::from(PLACES - FREQUENT);
    words
        .iter()
        .map(|token| {
            let meaning = meaning(token);
            // the remainder is below the number of places
            let place =
                own.get(&meaning).copied().unwrap_or_else(|| FREQUENT + ((meaning >> 20) % shared) as u16);
            mark(place, token.text().chars().next().unwrap_or_default())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn posting(words: &[(u16, char)]) -> (Posting, Vec<Mark>) {
        let mut longer = vec![mark(5, 'q')];
        let own: Vec<Mark> = words.iter().map(|(place, first)| mark(*place, *first)).collect();
        (Posting::new(7, &own, &mut longer), longer)
    }

    /// Words and letters of a set.
    type Set = (Vec<(u16, char)>, Vec<char>);

    fn every_letter() -> impl Iterator<Item = char> {
        ('a'..='z').chain((0..5).filter_map(|n| char::from_u32(0x430 + n)))
    }

    fn met((posting, longer): &(Posting, Vec<Mark>), of: &[Set]) -> u32 {
        let mut sets = Sets::default();
        // what was put in before is forgotten
        (0..PLACES).for_each(|place| sets.add_word(2, mark(place, 'q')));
        sets.clear();
        every_letter().for_each(|first| sets.add_letter(1, first));
        sets.add_word(3, mark(9, 'z'));
        sets.clear();
        for (n, (words, letters)) in of.iter().enumerate() {
            words.iter().for_each(|(place, first)| sets.add_word(n, mark(*place, *first)));
            letters.iter().for_each(|first| sets.add_letter(n, *first));
        }
        sets.met(posting, longer)
    }

    #[test]
    fn a_posting_without_words_is_in_no_set_and_none_in_one_without_words() {
        let none = posting(&[]);
        let words = (0..PLACES).map(|place| (place, 'q'));
        let all: Set = (words.collect(), every_letter().chain(['1', 'é']).collect());
        assert_eq!(met(&none, std::slice::from_ref(&all)), 0);
        let one = posting(&[(3, 'q')]);
        assert_eq!(met(&one, &[Set::default(), all.clone()]), 2);
        assert_eq!(met(&one, &vec![all; Sets::MOST + 1]), u32::MAX);
    }

    #[test]
    fn no_word_has_the_mark_of_none_or_of_a_long_reading() {
        for first in every_letter().chain(['\0', '1', 'é', '中', char::MAX]) {
            for place in 0..PLACES {
                assert!(mark(place, first) < LONG, "{place} {first}");
            }
        }
    }

    #[test]
    fn of_a_posting_is_known_how_many_words_may_be_in_a_set() {
        let mut sets = Sets::default();
        [4, 6].into_iter().for_each(|place| sets.add_word(0, mark(place, 'q')));
        sets.add_word(1, mark(9, 'n'));
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

    fn words(of: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Vec<(u16, char)>> {
        proptest::collection::vec((0..PLACES, prop_oneof!["[a-f]", "."]), of).prop_map(|words| {
            words.into_iter().map(|(place, first)| (place, first.chars().next().unwrap_or('?'))).collect()
        })
    }

    proptest! {
        #[test]
        fn a_posting_meets_the_sets_that_were_made_of_its_words(
            words in words(1..12), others in words(0..4), letters in "[a-f]{0,2}", at: prop::sample::Index,
        ) {
            let posting = posting(&words);
            let (place, first) = words[at.index(words.len())];
            let (by_word, by_letter): (Set, Set) = ((vec![(place, first)], vec![]), (vec![], vec![first]));
            let of_others: Set = (others.clone(), letters.chars().collect());
            let mut both = of_others.clone();
            both.0.push((place, first));
            let same = |(p, f): &(u16, char), (q, g): &(u16, char)| p == q && letter(*f) == letter(*g);
            let shared = words.iter().any(|word| {
                others.iter().any(|other| same(word, other)) || of_others.1.iter().any(|f| letter(*f) == letter(word.1))
            });
            let expected = if shared { 0b1111 } else { 0b1101 };
            let known = met(&posting, &[by_word, of_others, by_letter, both]);
            prop_assert_eq!(known & expected, expected);
            // where no word has the lower bits of another, or none the upper ones
            let share = |bits: fn(Mark) -> usize| {
                let of = |(place, first): &(u16, char)| bits(mark(*place, *first));
                words.iter().any(|word| others.iter().any(|other| of(word) == of(other)))
            };
            if !share(lower) || !share(upper) {
                prop_assert_eq!(known, expected);
            }
        }
    }
}
