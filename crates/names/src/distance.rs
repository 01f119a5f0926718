//! Edit distance with a small limit.

use std::cell::OnceCell;

/// The number of edits (insert, delete, substitute, swap of neighbours) that turn `a` into `b`, if it is at most
/// `limit`. Symmetric. Branches at most four ways an edit, so it is meant for limits of 0, 1 and 2.
pub fn edits<T: PartialEq>(a: &[T], b: &[T], limit: u8) -> Option<u8> {
    if a.len().abs_diff(b.len()) > usize::from(limit) {
        return None;
    }
    let (mut a, mut b) = (a, b);
    // what is the same at the end needs no edit
    while let ([a_rest @ .., x], [b_rest @ .., y]) = (a, b)
        && x == y
    {
        (a, b) = (a_rest, b_rest);
    }
    loop {
        match (a, b) {
            ([], rest) | (rest, []) => return u8::try_from(rest.len()).ok().filter(|n| *n <= limit),
            ([x, a_rest @ ..], [y, b_rest @ ..]) if x == y => (a, b) = (a_rest, b_rest),
            ([x, a_rest @ ..], [y, b_rest @ ..]) => {
                let left = limit.checked_sub(1)?;
                let swapped = match (a_rest, b_rest) {
                    ([x2, a_tail @ ..], [y2, b_tail @ ..]) if x == y2 && x2 == y => {
                        edits(a_tail, b_tail, left)
                    }
                    _ => None,
                };
                let best =
                    [swapped, edits(a_rest, b_rest, left), edits(a_rest, b, left), edits(a, b_rest, left)];
                return best.into_iter().flatten().min().map(|n| n + 1);
            }
        }
    }
}

/// The letters that [`by_bits`] tells apart: those from `@` to the end of ASCII, of which each has six bits of its own.
const LETTERS: usize = 64;

/// The number of edits, as [`edits`], between two words of at most 64 letters of [`LETTERS`].
fn by_bits(a: &[u8], b: &[u8]) -> usize {
    Pattern::new(a).distance(b)
}

/// Where the letters of a word stand, of which the edits to many others are counted.
#[derive(Debug)]
pub(crate) struct Pattern {
    places: [u64; LETTERS],
    length: usize,
    /// The place of the last letter; 0 of no letters.
    last: u64,
}

impl Pattern {
    /// That of a word of at most 64 letters of [`LETTERS`] (of a longer one [`Self::of`] makes none).
    fn new(word: &[u8]) -> Self {
        let mut places = [0u64; LETTERS];
        let mut last = 0;
        for (n, c) in (0u32..64).zip(word) {
            last = 1 << n;
            if let Some(set) = places.get_mut(usize::from(c & 63)) {
                *set |= last;
            }
        }
        Self { places, length: word.len(), last }
    }

    /// That of a word of ASCII letters; `None` of another one.
    pub(crate) fn of(word: &str) -> Option<Self> {
        let word = word.as_bytes();
        (word.len() <= 64 && is_of_letters(word)).then(|| Self::new(word))
    }

    /// The number of edits between the word and another; `None` where that has others than ASCII letters.
    pub(crate) fn edits(&self, other: &[u8]) -> Option<usize> {
        is_of_letters(other).then(|| self.distance(other))
    }

    /// All rows of a column of the matrix at once, as bits that say where it grows and falls: Hyyrö, *A bit-vector algorithm for computing
    /// Levenshtein and Damerau edit distances*, Nordic Journal of Computing 10 (2003).
    fn distance(&self, other: &[u8]) -> usize {
        let Self { places, length, last } = self;
        if *last == 0 {
            return other.len();
        }
        let (mut grows, mut falls, mut diagonal, mut before) = (u64::MAX, 0u64, 0u64, 0u64);
        let mut distance = *length;
        for c in other {
            let same = places.get(usize::from(c & 63)).copied().unwrap_or(0);
            let swapped = ((!diagonal & same) << 1) & before;
            diagonal = ((same & grows).wrapping_add(grows) ^ grows) | same | falls | swapped;
            let (right, left) = (falls | !(diagonal | grows), diagonal & grows);
            // of the last row at most one holds
            distance = distance + usize::from(right & last != 0) - usize::from(left & last != 0);
            let (right, left) = ((right << 1) | 1, left << 1);
            grows = left | !(diagonal | right);
            falls = right & diagonal;
            before = same;
        }
        distance
    }
}

/// Whether all bytes are ASCII from `@` on, of which [`LETTERS`] tells each apart.
fn is_of_letters(word: &[u8]) -> bool {
    word.iter().fold(true, |all, c| all & (c & 0xc0 == 0x40))
}

/// [`edits`] over the characters of two texts.
///
/// Most pairs are told apart by their letters: of two words with `d` letters more on one side and `e` edits, at least `d` of these
/// insert one letter, and each other one takes one letter out of the set and one into it at most, so that the sets differ by `2e - d`.
pub fn text_edits(a: &str, b: &str, limit: u8) -> Option<u8> {
    // a word of ASCII has as many letters as bytes
    if a.len().abs_diff(b.len()) > usize::from(limit) && a.is_ascii() && b.is_ascii() {
        return None;
    }
    Pair::of(a, b).edits(limit)
}

/// Two texts of which several limits are asked.
#[derive(Debug, Clone)]
pub(crate) struct Pair<'a> {
    a: &'a str,
    b: &'a str,
    /// The least `2e - d` by which the sets of their letters differ, if both are ASCII: see [`text_edits`].
    apart: Option<usize>,
    /// Whether [`by_bits`] can tell how many edits lie between them.
    by_bits: bool,
    /// Where the letters of `a` stand, if that is known.
    places: Option<&'a Pattern>,
    /// What it told.
    distance: OnceCell<usize>,
}

/// What the bytes of a text have in common: the set of letters, all bits, and the bits that are in each.
fn outline(text: &str) -> (u32, u8, u8) {
    text.bytes().fold((0u32, 0u8, u8::MAX), |(set, any, each), c| (set | (1 << (c & 31)), any | c, each & c))
}

impl<'a> Pair<'a> {
    pub(crate) fn of(a: &'a str, b: &'a str) -> Self {
        // letters that share a bit only hide a difference; the bits of all bytes tell whether one of them is not ASCII
        let ((x, x_any, x_each), (y, y_any, y_each)) = (outline(a), outline(b));
        let apart = (x_any | y_any).is_ascii().then_some((x ^ y).count_ones() as usize);
        let by_bits = apart.is_some() && x_each & y_each & 0x40 != 0 && a.len() <= 64;
        Self { a, b, apart, by_bits, places: None, distance: OnceCell::new() }
    }

    /// The same, where it is known where the letters of `a` stand.
    pub(crate) fn with_places(self, places: Option<&'a Pattern>) -> Self {
        Self { places, ..self }
    }

    /// Whether both are ASCII.
    pub(crate) fn is_ascii(&self) -> bool {
        self.apart.is_some()
    }

    /// Whether both are ASCII and have letters that the other has not.
    pub(crate) fn has_other_letters(&self) -> bool {
        self.apart.is_some_and(|apart| apart > 0)
    }

    /// [`text_edits`] of the two.
    pub(crate) fn edits(&self, limit: u8) -> Option<u8> {
        let (a, b) = (self.a, self.b);
        if let Some(apart) = self.apart {
            let longer = a.len().abs_diff(b.len());
            let most = (2 * usize::from(limit)).checked_sub(longer)?;
            if apart > most {
                return None;
            }
            if !self.by_bits {
                return edits(a.as_bytes(), b.as_bytes(), limit);
            }
            let (a, b) = (a.as_bytes(), b.as_bytes());
            let distance = *self.distance.get_or_init(|| match self.places {
                Some(places) => places.distance(b),
                None => by_bits(a, b),
            });
            return u8::try_from(distance).ok().filter(|distance| *distance <= limit);
        }
        // what is not ASCII on one side is another letter on the other
        let foreign = |text: &str| text.chars().filter(|c| !c.is_ascii()).count();
        let least = match (a.is_ascii(), b.is_ascii()) {
            (true, false) => foreign(b),
            (false, true) => foreign(a),
            _ => 0,
        };
        if least > usize::from(limit) {
            return None;
        }
        let a: Vec<char> = a.chars().collect();
        let b: Vec<char> = b.chars().collect();
        edits(&a, &b, limit)
    }
}

/// How many edits a word of `len` characters (the shorter of the two) may have at most. Short words are names of their own
/// when one letter changes (`NSO` is not `NASO`); [`crate::likeness`] says when three letters are not.
pub fn allowed(len: usize) -> u8 {
    match len {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_four_kinds_of_edit() {
        assert_eq!(text_edits("putin", "putin", 0), Some(0));
        assert_eq!(text_edits("putin", "pudin", 1), Some(1));
        assert_eq!(text_edits("merkel", "merkle", 1), Some(1));
        assert_eq!(text_edits("scholz", "schulze", 2), Some(2));
        assert_eq!(text_edits("candor", "candiru", 2), Some(2));
        assert_eq!(text_edits("candor", "candiru", 1), None);
        assert_eq!(text_edits("", "ab", 2), Some(2));
        assert_eq!(text_edits("größe", "grösse", 2), Some(2));
    }

    proptest::proptest! {
        /// Against the textbook matrix (optimal string alignment).
        #[test]
        fn agrees_with_the_matrix(a in "[abS1]{0,7}|[abcd]{0,9}|[abйж]{0,5}", b in "[abS1]{0,7}|[abcd]{0,9}") {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let mut d = vec![vec![0usize; y.len() + 1]; x.len() + 1];
            for (i, row) in d.iter_mut().enumerate() { row[0] = i; }
            for (j, cell) in d[0].iter_mut().enumerate() { *cell = j; }
            for i in 1..=x.len() {
                for j in 1..=y.len() {
                    let cost = usize::from(x[i - 1] != y[j - 1]);
                    d[i][j] = (d[i - 1][j] + 1).min(d[i][j - 1] + 1).min(d[i - 1][j - 1] + cost);
                    if i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1] {
                        d[i][j] = d[i][j].min(d[i - 2][j - 2] + 1);
                    }
                }
            }
            let expected = d[x.len()][y.len()];
            for limit in 0..=3 {
                let found = text_edits(&a, &b, limit);
                proptest::prop_assert_eq!(found, (expected <= usize::from(limit)).then_some(expected as u8));
                proptest::prop_assert_eq!(found, text_edits(&b, &a, limit));
            }
        }
    }
}
