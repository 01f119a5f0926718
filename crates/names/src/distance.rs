//! Edit distance with a small limit.

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
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair<'a> {
    a: &'a str,
    b: &'a str,
    /// The least `2e - d` by which the sets of their letters differ, if both are ASCII: see [`text_edits`].
    apart: Option<usize>,
}

impl<'a> Pair<'a> {
    pub(crate) fn of(a: &'a str, b: &'a str) -> Self {
        // letters that share a bit only hide a difference; the bits of all bytes tell whether one of them is not ASCII
        let letters =
            |text: &str| text.bytes().fold((0u32, 0u8), |(set, bits), c| (set | (1 << (c & 31)), bits | c));
        let ((x, x_bits), (y, y_bits)) = (letters(a), letters(b));
        let apart = (x_bits | y_bits).is_ascii().then_some((x ^ y).count_ones() as usize);
        Self { a, b, apart }
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
        let Self { a, b, apart } = *self;
        if let Some(apart) = apart {
            let longer = a.len().abs_diff(b.len());
            let most = (2 * usize::from(limit)).checked_sub(longer)?;
            return if apart > most { None } else { edits(a.as_bytes(), b.as_bytes(), limit) };
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
        fn agrees_with_the_matrix(a in "[abcd]{0,7}", b in "[abcd]{0,7}") {
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
