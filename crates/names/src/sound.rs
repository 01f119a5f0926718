//! The consonants of a word.
//!
//! The *skeleton* key has no vowels at all. It is used only where one of two words comes from a script that does
//! not write them.

use crate::sound_key::letters;

/// Whether a text ends with a letter, which is nearly always one byte.
pub(crate) fn ends_with(text: &str, c: char) -> bool {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => text.as_bytes().last() == Some(&byte),
        _ => text.ends_with(c),
    }
}

/// Vowels of a place in a word, as bits: those like `a`, `i` and `u`.
pub(crate) const LIKE_A: u8 = 1;
const LIKE_I: u8 = 2;
pub(crate) const LIKE_U: u8 = 4;
/// All of them.
const STRONG_VOWELS: u8 = LIKE_A | LIKE_I | LIKE_U;

/// The consonants of a word, and the vowels before, between and after them.
#[derive(Default)]
pub(crate) struct Consonants {
    letters: String,
    /// Those before each consonant and after the last one, as characters of ASCII.
    vowels: String,
    /// Those since the last consonant.
    open: u8,
}

impl Consonants {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { letters: String::with_capacity(capacity), vowels: String::with_capacity(capacity), open: 0 }
    }

    /// Forgets the word.
    pub(crate) fn clear(&mut self) {
        self.letters.clear();
        self.vowels.clear();
        self.open = 0;
    }

    pub(crate) fn letters(&self) -> &str {
        &self.letters
    }

    /// Which vowels stand before, between and after the letters, each place a character; nothing if no word was written.
    pub(crate) fn vowels(&self) -> &str {
        &self.vowels
    }

    fn vowel(&mut self, bits: u8) {
        self.open |= bits;
    }

    fn consonant(&mut self, c: char) {
        self.letters.push(c);
        self.finish();
    }

    /// The same, but a letter doubled without a vowel between counts once.
    fn consonant_once(&mut self, c: char) {
        if self.open != 0 || !ends_with(&self.letters, c) {
            self.consonant(c);
        }
    }

    /// Closes the place of the last vowels.
    fn finish(&mut self) {
        // a few bits, and so ASCII
        self.vowels.push(char::from(std::mem::take(&mut self.open)));
    }

    /// Writes those of a lower-case Latin word, in the classes that Arabic and Hebrew letters are sorted into too.
    pub(crate) fn write(&mut self, word: &str) {
        if word.is_ascii() {
            let c = word.as_bytes();
            write_consonants(c.len(), |n| c.get(n).map_or('\0', |b| char::from(*b)), self);
        } else {
            let c: Vec<char> = word.chars().collect();
            write_consonants(c.len(), |n| c.get(n).copied().unwrap_or('\0'), self);
        }
        self.finish();
    }

    /// Writes those of an Arabic- or Hebrew-script word, and the long vowels that it has. Letters that mostly stand for
    /// vowels (alif, waw, yeh, ayn, hamza, teh marbuta; alef, vav, yod, ayin, final he) are no consonants, as the Latin side
    /// loses its vowels. The first alif may carry any vowel, and a last yeh may be an `a`. A letter written twice is two: the
    /// doubled consonant is written once.
    pub(crate) fn write_abjad(&mut self, word: &str) {
        write_abjad(word, self);
        self.finish();
    }
}

/// The consonants of a lower-case Latin word: see [`Consonants::write`].
pub fn skeleton(word: &str) -> String {
    let mut out = Consonants::with_capacity(word.len());
    out.write(word);
    out.letters
}

/// The letters of a Latin word, `len` of them; beyond them there is none.
fn write_consonants(len: usize, at: impl Fn(usize) -> char, out: &mut Consonants) {
    let mut n = 0;
    while n < len {
        let (one, two) = (at(n), at(n + 1));
        match plain(one, two) {
            Plain::Vowel(bits) => {
                out.vowel(bits);
                n += 1;
                continue;
            }
            Plain::Consonant(key) => {
                out.consonant_once(key);
                n += 1;
                continue;
            }
            Plain::Unknown => {}
        }
        let (key, step): (&str, usize) = match (one, two, at(n + 2)) {
            ('s', 'c', 'h') => ("S", 3),
            ('t', 'c', 'h') => ("C", 3),
            ('d', 'z', 'h') => ("j", 3),
            ('s', 'h', _) => ("S", 2),
            ('c', 'h', _) => ("C", 2),
            ('k', 'h', _) => ("x", 2),
            ('d', 'j', _) | ('z', 'h', _) => ("j", 2),
            ('g', 'h', _) => ("g", 2),
            ('p', 'h', _) => ("f", 2),
            ('t', 'h', _) => ("t", 2),
            ('d', 'h', _) => ("d", 2),
            ('t', 's' | 'z', _) | ('c', 'k', _) => (if at(n) == 'c' { "k" } else { "s" }, 2),
            ('c', 'e' | 'i' | 'y', _) => ("s", 1),
            ('b' | 'p', _, _) => ("b", 1),
            ('k' | 'q' | 'c', _, _) => ("k", 1),
            ('x', _, _) => ("ks", 1),
            ('s' | 'z', _, _) => ("s", 1),
            ('f', _, _) => ("f", 1),
            ('v', _, _) => ("v", 1),
            ('g', _, _) => ("g", 1),
            ('j', _, _) => ("j", 1),
            ('h', _, _) => ("h", 1),
            ('d', _, _) => ("d", 1),
            ('t', _, _) => ("t", 1),
            ('l', _, _) => ("l", 1),
            ('r', _, _) => ("r", 1),
            ('m', _, _) => ("m", 1),
            ('n', _, _) => ("n", 1),
            (vowel, _, _) => {
                out.vowel(match vowel {
                    'a' => LIKE_A,
                    'e' => LIKE_A | LIKE_I,
                    'i' | 'y' => LIKE_I,
                    'o' => LIKE_A | LIKE_U,
                    'u' | 'w' => LIKE_U,
                    _ => 0,
                });
                ("", 1)
            }
        };
        for k in key.chars() {
            out.consonant_once(k);
        }
        n += step;
    }
}

/// What most letters are, whatever stands around them.
enum Plain {
    Vowel(u8),
    Consonant(char),
    /// More is to be looked at.
    Unknown,
}

/// One look at a table, where a choice among so many letters is one that no processor foresees.
fn plain(one: char, two: char) -> Plain {
    let row = usize::try_from(u32::from(one)).ok().and_then(|n| PLAIN.get(n));
    match row.copied() {
        // no letter of ASCII is neither
        None => Plain::Vowel(0),
        Some((_, unless)) if unless & (1 << (u32::from(two) & 31)) != 0 => Plain::Unknown,
        Some((key, _)) if key < FIRST_CONSONANT => Plain::Vowel(key),
        // it is ASCII
        Some((key, _)) => Plain::Consonant(char::from(key & 0x7f)),
    }
}

/// Below it are bits of vowels.
const FIRST_CONSONANT: u8 = b'A';

/// Of each character its class or the bits of its vowels, and as bits the letters of which one behind it may make another one.
static PLAIN: [(u8, u32); 128] = {
    let mut out = [(0, 0); 128];
    let mut n = 0;
    while n < 128 {
        let (key, unless): (u8, u32) = match n as u8 {
            b'a' => (LIKE_A, 0),
            b'e' => (LIKE_A | LIKE_I, 0),
            b'i' | b'y' => (LIKE_I, 0),
            b'o' => (LIKE_A | LIKE_U, 0),
            b'u' | b'w' => (LIKE_U, 0),
            b'b' => (b'b', 0),
            b'p' => (b'b', letters(b"h")),
            b'k' => (b'k', letters(b"h")),
            b'q' => (b'k', 0),
            b'c' => (b'k', letters(b"hkeiy")),
            b's' => (b's', letters(b"ch")),
            b'z' => (b's', letters(b"h")),
            b'd' => (b'd', letters(b"zjh")),
            b't' => (b't', letters(b"chsz")),
            b'g' => (b'g', letters(b"h")),
            b'x' => (0, u32::MAX),
            same @ (b'f' | b'v' | b'j' | b'h' | b'l' | b'r' | b'm' | b'n') => (same, 0),
            _ => (0, 0),
        };
        #[expect(clippy::indexing_slicing, reason = "computed when compiling: below the length")]
        {
            out[n] = (key, unless);
        }
        n += 1;
    }
    out
};

/// The consonants of an Arabic- or Hebrew-script word: see [`Consonants::write_abjad`].
pub(crate) fn abjad_skeleton(word: &str) -> String {
    let mut out = Consonants::default();
    out.write_abjad(word);
    out.letters
}

fn write_abjad(word: &str, out: &mut Consonants) {
    // the name of God is spoken with one l
    let stem = [("لله", "له"), ("ללה", "לה")]
        .into_iter()
        .find_map(|(doubled, one)| Some(format!("{}{one}", word.strip_suffix(doubled)?)));
    let mut letters = stem.as_deref().unwrap_or(word).chars().peekable();
    let mut first = true;
    while let Some(c) = letters.next() {
        let last = letters.peek().is_none();
        let key = match c {
            'ب' | 'پ' | 'ב' => 'b',
            'ت' | 'ط' | 'ث' | 'ٹ' | 'ט' | 'ת' => 't',
            'ج' | 'ژ' => 'j',
            'چ' => 'C',
            'خ' | 'ח' => 'x',
            'ح' | 'ه' | 'ھ' => 'h',
            'ה' if !last => 'h',
            'د' | 'ض' | 'ذ' | 'ڈ' | 'ד' => 'd',
            'ر' | 'ڑ' | 'ר' => 'r',
            'ز' | 'س' | 'ص' | 'ظ' | 'ז' | 'ס' | 'צ' | 'ץ' => 's',
            'ش' | 'ש' => 'S',
            'غ' | 'گ' | 'ג' => 'g',
            'ف' | 'פ' | 'ף' => 'f',
            'ق' | 'ك' | 'ک' | 'כ' | 'ך' | 'ק' => 'k',
            'ل' | 'ל' => 'l',
            'م' | 'מ' | 'ם' => 'm',
            'ن' | 'ں' | 'נ' | 'ן' => 'n',
            other => {
                out.vowel(match other {
                    'ا' | 'א' | 'ע' | 'ع' if first => STRONG_VOWELS,
                    'ا' | 'א' | 'ה' => LIKE_A,
                    'ی' if last => LIKE_I | LIKE_A,
                    'ی' | 'י' => LIKE_I,
                    'و' | 'ו' => LIKE_U,
                    _ => 0,
                });
                first = false;
                continue;
            }
        };
        first = false;
        out.consonant(key);
    }
}

/// Whether two skeletons differ by more than what scripts and dialects confuse: one has a consonant that the other has not.
pub(crate) fn firmly_apart(a: &str, b: &str) -> bool {
    skeleton_cost(a, b, false) >= LETTER
}

/// The cost of a whole letter. Costs are counted in twentieths of it, so that they are exact; beyond 255 they stay there, which
/// is far above any budget.
const LETTER: u8 = 20;

/// The cost of reading consonant `a` as `b`: small where scripts or dialects confuse the two.
const fn substitution(a: u8, b: u8, one_liquid: bool) -> u8 {
    if a == b {
        return 0;
    }
    let pair = if a < b { (a, b) } else { (b, a) };
    match pair {
        (b'l', b'r') if one_liquid => 4,
        (b'b', b'v') | (b'f', b'v') | (b'h', b'x') => 4,
        (b'b', b'f')
        | (b'f', b'h')
        | (b'C', b'x')
        | (b'g', b'j')
        | (b'g', b'k')
        | (b'k', b'x')
        | (b'S', b's') => 6,
        (b'C', b'S')
        | (b'C', b'j')
        | (b'C', b's')
        | (b'd', b's')
        | (b'S', b'j')
        | (b'C', b't')
        | (b'j', b's') => 8,
        (b's', b't') | (b'd', b't') => 10,
        _ => LETTER,
    }
}

/// The cost of leaving a consonant out: small for those that scripts often swallow.
pub(crate) const fn omission(c: u8) -> u8 {
    if matches!(c, b'h' | b'v') { 7 } else { LETTER }
}

/// The cheapest way to read skeleton `a` as `b`, in twentieths of a letter. Skeletons are ASCII.
pub(crate) fn skeleton_cost(a: &str, b: &str, one_liquid: bool) -> u8 {
    let b = b.as_bytes();
    // names have few consonants: the row lives on the stack but for freaks
    let (mut stack, mut heap) = ([0u8; 24], Vec::new());
    let row: &mut [u8] = match stack.get_mut(..=b.len()) {
        Some(row) => row,
        None => {
            heap.resize(b.len() + 1, 0);
            &mut heap
        }
    };
    let mut sum = 0u8;
    for (cell, y) in row.iter_mut().skip(1).zip(b) {
        sum = sum.saturating_add(omission(*y));
        *cell = sum;
    }
    let table = if one_liquid { &SUBSTITUTIONS } else { &TWO_LIQUIDS };
    for x in a.bytes() {
        let (class, omitted) = classed(x);
        let costs = table.get(usize::from(class)).filter(|_| usize::from(class) < LETTERS.len());
        let mut diagonal = row.first().copied().unwrap_or(0);
        let mut left = diagonal.saturating_add(omitted);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(b) {
            let above = *cell;
            let (other, other_omitted) = classed(*y);
            let known = costs.filter(|_| usize::from(other) < LETTERS.len());
            let substituted = known.and_then(|costs| costs.get(usize::from(other)).copied());
            let best = diagonal
                .saturating_add(substituted.unwrap_or_else(|| substitution(x, *y, one_liquid)))
                .min(above.saturating_add(omitted))
                .min(left.saturating_add(other_omitted));
            diagonal = above;
            *cell = best;
            left = best;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// The largest cost at which two skeletons still count as the same word, by the length of the shorter one.
pub(crate) fn budget(len: usize) -> u8 {
    match len {
        0 | 1 => 0,
        2 => 8,
        3 => 14,
        4 | 5 => LETTER,
        _ => 28,
    }
}

/// The similarity of two skeletons, or `None`. Few consonants are weak evidence and score less. `one_liquid`: one of
/// the scripts does not tell `l` from `r` (Japanese).
pub fn skeleton_similarity(a: &str, b: &str, one_liquid: bool) -> Option<f64> {
    if a.is_empty() || b.is_empty() || !skeletons_may_match(counts(a), counts(b), a.len().min(b.len())) {
        return None;
    }
    let (short, long) = (a.len().min(b.len()), a.len().max(b.len()));
    let cost = skeleton_cost(a, b, one_liquid);
    if cost > budget(short) {
        return None;
    }
    let ceiling = match long {
        1 => 0.5,
        2 => 0.77,
        3 => 0.9,
        _ => 0.95,
    };
    // lengths are tiny, the conversion is exact
    let length = long as f64;
    Some(ceiling - f64::from(cost) / (f64::from(LETTER) * length))
}

/// The consonants that skeletons are made of.
pub(crate) const LETTERS: &[u8; 17] = b"bfvkgjxChsStdlrmn";

/// Among [`LETTERS`]; of no other byte is anything known, and it may be any other.
const fn class(letter: u8) -> u8 {
    let mut n = 0;
    while n < LETTERS.len() {
        #[expect(clippy::indexing_slicing, reason = "computed when compiling: below the length")]
        if LETTERS[n] == letter {
            return n as u8;
        }
        n += 1;
    }
    LETTERS.len() as u8
}

/// [`class`] of every byte, and what leaving it out costs.
static CLASSES: [(u8, u8); 256] = {
    let mut out = [(0, 0); 256];
    let mut n = 0;
    while n < 256 {
        #[expect(clippy::indexing_slicing, reason = "computed when compiling: below the length")]
        {
            out[n] = (class(n as u8), omission(n as u8));
        }
        n += 1;
    }
    out
};

/// [`substitution`] by classes, with one liquid and with two.
pub(crate) static SUBSTITUTIONS: [[u8; 32]; 32] = substitutions(true);
static TWO_LIQUIDS: [[u8; 32]; 32] = substitutions(false);

const fn substitutions(one_liquid: bool) -> [[u8; 32]; 32] {
    let mut out = [[0; 32]; 32];
    let mut a = 0;
    while a < LETTERS.len() {
        let mut b = 0;
        while b < LETTERS.len() {
            #[expect(clippy::indexing_slicing, reason = "computed when compiling: below the lengths")]
            {
                out[a][b] = substitution(LETTERS[a], LETTERS[b], one_liquid);
            }
            b += 1;
        }
        a += 1;
    }
    out
}

pub(crate) fn classed(letter: u8) -> (u8, u8) {
    CLASSES.get(usize::from(letter)).copied().unwrap_or_default()
}

/// How many letters of each class a skeleton has: `m`, `n`, `l`/`r`, dentals.
pub(crate) fn counts(skeleton: &str) -> [u8; 4] {
    let mut out = [0u8; 4];
    for c in skeleton.chars() {
        let [m, n, l, s] = &mut out;
        let slot = match c {
            'm' => m,
            'n' => n,
            'l' | 'r' => l,
            's' | 'S' | 't' | 'd' => s,
            _ => continue,
        };
        *slot = slot.saturating_add(1);
    }
    out
}

/// A cheap test that never turns away a pair that [`skeleton_similarity`] would accept; `short` is the length of the
/// shorter skeleton.
///
/// Proof. `m` and `n` are alone in their class, `l`/`r` and the dentals each form one; `h` and `v`, which are cheap
/// to leave out, are in none. The steps that change the count of a class for less than 1 are the dental ones with
/// `C`, `S`, `j` (0.4), and they leave the other three counts alone. So with a budget below 1 those three counts are
/// equal, and with one of at most 1.4 one step of cost 1 fits, which moves them by at most two together. The dental
/// count moves by one a step, and at most `budget / 0.4` steps fit, rounded down.
pub(crate) fn skeletons_may_match(a: [u8; 4], b: [u8; 4], short: usize) -> bool {
    let [am, an, al, asx] = a;
    let [bm, bn, bl, bs] = b;
    let (firm_limit, dental_limit) = match short {
        0 | 1 => (0, 0),
        2 | 3 => (0, 1),
        4 | 5 => (2, 2),
        _ => (2, 3),
    };
    let firm = u16::from(am.abs_diff(bm)) + u16::from(an.abs_diff(bn)) + u16::from(al.abs_diff(bl));
    firm <= firm_limit && asx.abs_diff(bs) <= dental_limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consonants_of_arabic_hebrew_and_latin_meet() {
        for (native, latin) in [
            ("مبارك", "mubarak"),
            ("سلیمانی", "soleimani"),
            ("فرناندو", "fernando"),
            ("بيريز", "perez"),
            ("נתניהו", "netanyahu"),
            ("שלו", "shalev"),
            ("حسن", "hassan"),
        ] {
            let similarity = skeleton_similarity(&abjad_skeleton(native), &skeleton(latin), false);
            assert!(similarity.is_some_and(|s| s > 0.7), "{native} {latin} {similarity:?}");
        }
        assert_eq!(skeleton_similarity(&abjad_skeleton("حسن"), &skeleton("karim"), false), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(20_000))]
        #[test]
        fn the_cheap_test_never_turns_a_match_away(
            a in "[bfvkgjxChsStdlrmn]{1,8}", at in 0..8usize, with in "[bfvkgjxChsStdlrmn]{0,2}", cut in 0..2usize,
        ) {
            let at = at.min(a.len());
            let head: String = a.chars().take(at).collect();
            let tail: String = a.chars().skip(at + cut).collect();
            let b = format!("{head}{with}{tail}");
            let (short, cost) = (a.len().min(b.len()), skeleton_cost(&a, &b, true));
            if cost <= budget(short) {
                proptest::prop_assert!(skeletons_may_match(counts(&a), counts(&b), short));
            }
        }

        #[test]
        fn skeleton_cost_is_symmetric(a in "[bfvkhsStdlrmn]{0,6}", b in "[bfvkhsStdlrmn]{0,6}") {
            proptest::prop_assert_eq!(skeleton_cost(&a, &b, true), skeleton_cost(&b, &a, true));
        }
    }
}
