//! The readings of a word, and what tells of each before it is looked at whether it may have links with other words of a query.
//!
//! A [`Posting`] has of each word of its reading a [`Mark`], a query the set of the places of all words that one of its own is linked
//! with ([`Sign`]). **Completeness.** A word is in a set by its place and, where an initial is linked with whatever begins with a letter,
//! by that letter; both are in its mark. So where no mark of a reading is in the set, the reading has no word that the set was
//! made of. Words that share a place by chance leave nothing out.

use std::collections::HashMap;

use bytemuck::{Pod, Zeroable};
use countersign_names::{NameKind, Token};

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
const LONG: u16 = PLACES - 2;
/// The place of no word: it is in no set.
const NONE: u16 = PLACES - 1;

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
    /// A reading with the places and, in names of persons, the letters of its words; the marks of many are put at the end of `longer`.
    pub(crate) fn new(
        reading: u32,
        words: impl Iterator<Item = (u16, Option<char>)>,
        longer: &mut Vec<Mark>,
    ) -> Self {
        let start = longer.len();
        longer.extend(words.map(|(place, first)| mark(place, first)));
        let own = longer.get(start..).unwrap_or_default();
        let mut marks = [mark(NONE, None); MARKS];
        if own.len() <= MARKS {
            marks.iter_mut().zip(own).for_each(|(slot, mark)| *slot = *mark);
            longer.truncate(start);
        } else {
            // a name has at most 64 words
            let at = start as u32;
            marks = [LONG, own.len() as u16, at as u16, (at >> 16) as u16, 0, 0];
        }
        Self { reading, marks }
    }

    /// The marks of its words: the own ones, or of many those that lie apart. `None` where they are not there.
    fn marks<'a>(&'a self, longer: &'a [Mark]) -> Option<&'a [Mark]> {
        let [LONG, len, low, high, ..] = self.marks else { return Some(&self.marks) };
        let start = usize::from(low) | usize::from(high) << 16;
        longer.get(start..start + usize::from(len))
    }
}

fn mark(place: u16, first: Option<char>) -> Mark {
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

/// A set of words, by their places and by the letters with which they begin.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sign {
    places: [u64; PLACES as usize / 64],
    letters: u64,
}

impl Sign {
    /// Adds a word by its place.
    pub(crate) fn add_word(&mut self, place: u16) {
        if let Some(held) = self.places.get_mut(usize::from(place >> 6)) {
            *held |= 1 << (place & 63);
        }
    }

    /// Adds all words that begin with a letter.
    pub(crate) fn add_letter(&mut self, first: char) {
        self.letters |= 1 << letter(first);
    }

    /// Adds what another has.
    pub(crate) fn add(&mut self, other: &Self) {
        for (own, more) in self.places.iter_mut().zip(other.places) {
            *own |= more;
        }
        self.letters |= other.letters;
    }
}

/// Several sets by what is in them: of a posting is then known at once which of them its words may be in.
#[derive(Debug)]
pub(crate) struct Sets {
    /// Of each place the sets with it, as bits.
    of_place: [u16; 1 << PLACE_BITS],
    /// Of each letter likewise.
    of_letter: [u16; 1 << (u16::BITS - PLACE_BITS)],
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
    pub(crate) const MOST: usize = u16::BITS as usize;

    /// Takes these sets, the first [`Sets::MOST`] of them.
    pub(crate) fn begin<'a>(&mut self, signs: impl Iterator<Item = &'a Sign>) {
        let Self { of_place, of_letter, with_letters } = self;
        of_place.fill(0);
        if std::mem::take(with_letters) {
            of_letter.fill(0);
        }
        for (n, Sign { places, letters }) in signs.take(Self::MOST).enumerate() {
            for (held, slots) in places.iter().zip(of_place.chunks_mut(64)) {
                each_bit(*held, |bit| {
                    if let Some(slot) = slots.get_mut(bit) {
                        *slot |= 1 << n;
                    }
                });
            }
            each_bit(*letters, |bit| {
                *with_letters = true;
                if let Some(slot) = of_letter.get_mut(bit) {
                    *slot |= 1 << n;
                }
            });
        }
    }

    /// In which of them a word of the reading may be, as bits.
    pub(crate) fn met(&self, posting: &Posting, longer: &[Mark]) -> usize {
        // what is not known may be in any
        posting.marks(longer).map_or(usize::from(u16::MAX), |marks| self.met_by(marks))
    }

    #[inline(always)]
    fn met_by(&self, marks: &[Mark]) -> usize {
        // no mark is beyond the ends
        let of = |sets: &[u16], at: Mark| sets.get(usize::from(at)).copied().unwrap_or(u16::MAX);
        let places = marks.iter().map(|mark| of(&self.of_place, mark & NONE));
        let mut met = places.fold(0, |all, sets| all | sets);
        if self.with_letters {
            let letters = marks.iter().map(|mark| of(&self.of_letter, mark >> PLACE_BITS));
            met = letters.fold(met, |all, sets| all | sets);
        }
        usize::from(met)
    }
}

fn each_bit(mut held: u64, mut give: impl FnMut(usize)) {
    while held != 0 {
        give(held.trailing_zeros() as usize);
        held &= held - 1;
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
        let words = words.iter().map(|(place, first)| (*place, Some(*first)));
        (Posting::new(7, words, &mut longer), longer)
    }

    fn met((posting, longer): &(Posting, Vec<Mark>), signs: &[Sign]) -> usize {
        let mut sets = Sets::default();
        // what was taken before is forgotten
        let mut other = Sign::default();
        (0..LONG).for_each(|place| other.add_word(place));
        other.add_letter('q');
        sets.begin([other; 3].iter());
        sets.begin(signs.iter());
        sets.met(posting, longer)
    }

    #[test]
    fn a_posting_without_words_is_in_no_set_and_none_in_one_without_words() {
        let none = posting(&[]);
        let mut all = Sign::default();
        (0..LONG).for_each(|place| all.add_word(place));
        ('a'..='z').chain(['ж', '1']).for_each(|first| all.add_letter(first));
        assert_eq!(met(&none, &[all]), 0);
        let one = posting(&[(3, 'q')]);
        assert_eq!(met(&one, &[Sign::default(), all]), 2);
        assert_eq!(met(&one, &[all; Sets::MOST + 1]), 0xffff);
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
            let (mut by_word, mut by_letter, mut of_others) = (Sign::default(), Sign::default(), Sign::default());
            by_word.add_word(place);
            by_letter.add_letter(first);
            for (place, first) in &others {
                of_others.add_word(*place);
                of_others.add_letter(*first);
            }
            let same = |(p, f): &(u16, char), (q, g): &(u16, char)| p == q || letter(*f) == letter(*g);
            let shared = words.iter().any(|word| others.iter().any(|other| same(word, other)));
            let mut both = by_word;
            both.add(&of_others);
            let expected = if shared { 0b1111 } else { 0b1101 };
            prop_assert_eq!(met(&posting, &[by_word, of_others, by_letter, both]), expected);
        }
    }
}
