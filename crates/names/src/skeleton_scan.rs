//! Many skeletons in alphabetical order, of which one may be like a given one: their common beginnings are read once.

use std::ops::{BitAnd, BitOr, BitXor, Not, Shl, Shr};

use crate::sound::{LETTERS, SUBSTITUTIONS, budget, classed};

/// Finds, among skeletons that come in alphabetical order, those that [`skeleton_similarity`](crate::skeleton_similarity) may take for alike with one.
///
/// Of two neighbours the common beginning is compared once, and where the cheapest way to read that beginning already costs
/// more than any budget, all that begin so are passed over: a way to read the whole begins with a way to read its beginning,
/// and no step costs less than nothing. Nothing that is alike is left out; what is given is to be compared.
#[derive(Debug)]
pub struct SkeletonScan {
    costs: Costs,
    own_length: usize,
    budget: u8,
    /// The letters of the one before, where the scan itself finds what it has in common with the next.
    before: Vec<u8>,
    /// From this many letters of it on every beginning is too dear.
    dead: usize,
}

/// A letter of a tree of skeletons ([`SkeletonScan::walk`]).
pub trait TreeLetter {
    /// How many letters stand before it.
    fn before(&self) -> usize;
    /// The letter.
    fn letter(&self) -> u8;
    /// The place behind all that begin with it and the letters before it.
    fn behind(&self) -> usize;
    /// Whether a skeleton ends with it.
    fn ends(&self) -> bool;
}

/// Of beginnings of more letters nothing is known while a tree is walked through.
const DEEPEST: usize = 64;

/// The rows of the cost matrix for each letter of the one before, after one for no letter.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a scan has one, and it is not moved")]
enum Costs {
    /// Of a short skeleton.
    Packed(PackedCosts<u64>),
    /// Of a longer one.
    Wide(PackedCosts<u128>),
    /// The classes of the own letters ([`class`]) with what leaving each out costs, and the rows.
    Long(Vec<(u8, u8)>, Vec<u8>),
}

impl SkeletonScan {
    /// A scan for a skeleton.
    pub fn new(own: &str) -> Self {
        // budgets grow with the shorter length, which is at most this one
        let (own_length, budget) = (own.len(), budget(own.len()));
        let packed = PackedCosts::new(own, budget).map(Costs::Packed);
        let wide = || PackedCosts::new(own, budget).map(Costs::Wide);
        let costs = packed.or_else(wide).unwrap_or_else(|| Costs::long(own));
        Self { costs, own_length, budget, before: Vec::new(), dead: usize::MAX }
    }

    /// Whether a skeleton may be alike.
    pub fn may_be(&mut self, text: &[u8]) -> bool {
        let common = text.iter().zip(&self.before).take_while(|(a, b)| a == b).count();
        if common >= self.dead {
            return false;
        }
        self.before.clear();
        self.before.extend_from_slice(text);
        let mut rest = text.iter().enumerate().skip(common);
        let dead = rest.find(|(at, letter)| !self.read(*at, **letter));
        self.dead = dead.map_or(usize::MAX, |(at, _)| at + 1);
        self.dead == usize::MAX && self.is_like(text.len())
    }

    /// Reads a letter that stands behind `before` others, the last ones that were read there; whether what begins with all of them may be alike.
    fn read(&mut self, before: usize, letter: u8) -> bool {
        match &mut self.costs {
            Costs::Packed(packed) => packed.read(before, letter),
            Costs::Wide(packed) => packed.read(before, letter),
            Costs::Long(own, rows) => {
                let width = own.len() + 1;
                if rows.len() < (before + 2) * width {
                    rows.resize((before + 2) * width, 0);
                }
                let mut rows = rows.chunks_exact_mut(width).skip(before);
                let both = rows.next().zip(rows.next());
                both.is_none_or(|(above, row)| next_row(own, letter, above, row) <= self.budget)
            }
        }
    }

    /// Walks through skeletons that lie in a tree: its letters in the order of the alphabet, each before those that follow it in a skeleton. Calls
    /// `give` with each letter with which a skeleton ends that may be alike.
    pub fn walk<L: TreeLetter>(mut self, letters: &[L], mut give: impl FnMut(&L)) {
        let budgets = || std::array::from_fn(|letters| budget(self.own_length.min(letters)));
        match &self.costs {
            Costs::Packed(packed) => return packed.walk(letters, &budgets(), give),
            Costs::Wide(packed) => return packed.walk(letters, &budgets(), give),
            Costs::Long(..) => {}
        }
        let mut at = 0;
        while let Some(letter) = letters.get(at) {
            let before = letter.before();
            at += 1;
            if !self.read(before, letter.letter()) {
                at = at.max(letter.behind());
            } else if letter.ends() && self.is_like(before + 1) {
                give(letter);
            }
        }
    }

    /// Whether the letters read, so many, may be alike as a whole.
    fn is_like(&self, letters: usize) -> bool {
        let cost = match &self.costs {
            Costs::Packed(packed) => packed.cost(letters),
            Costs::Wide(packed) => packed.cost(letters),
            Costs::Long(own, rows) => {
                rows.chunks_exact(own.len() + 1).nth(letters).and_then(|row| row.last().copied())
            }
        };
        cost.is_none_or(|cost| cost <= budget(self.own_length.min(letters)))
    }
}

impl Costs {
    fn long(own: &str) -> Self {
        let own: Vec<(u8, u8)> = own.bytes().map(classed).collect();
        let mut rows = Vec::with_capacity((own.len() + 1) * 16);
        let mut sum = 0u8;
        rows.push(sum);
        for (_, omitted) in &own {
            sum = sum.saturating_add(*omitted);
            rows.push(sum);
        }
        Self::Long(own, rows)
    }
}

/// The bytes of a number as costs beside each other.
trait Row:
    Copy
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Not<Output = Self>
    + Shl<u32, Output = Self>
    + Shr<u32, Output = Self>
    + Eq
    + From<u8>
{
    /// One in each byte.
    const ONES: Self;
    /// Letters that a row has room for: one place less than there are bytes.
    const LETTERS: usize = size_of::<Self>() - 1;

    /// The number in each byte.
    fn each(byte: u8) -> Self;
    /// The sum, and the difference.
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn lowest_byte(self) -> u8;
}

impl Row for u64 {
    const ONES: Self = 0x0101_0101_0101_0101;

    fn each(byte: u8) -> Self {
        Self::from(byte).wrapping_mul(Self::ONES)
    }

    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    fn lowest_byte(self) -> u8 {
        self as u8
    }
}

impl Row for u128 {
    const ONES: Self = (u64::ONES as Self) << 64 | u64::ONES as Self;

    fn each(byte: u8) -> Self {
        let half = Self::from(u64::each(byte));
        half << 64 | half
    }

    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    fn lowest_byte(self) -> u8 {
        self as u8
    }
}

/// Rows of the cost matrix of a skeleton of few letters, each in the bytes of a number: the first for none of its letters.
///
/// The cells of a row are computed together. Costs of up to the budget are exact; a higher one is only known to be higher, and is
/// kept at [`MOST`] at most: with a letter and a step more it stays below the highest bit of its byte, so that no
/// sum reaches into the next one.
#[derive(Debug)]
struct PackedCosts<R> {
    /// For a letter of each class, what reading it as each own letter costs.
    substituted: [R; 32],
    /// What leaving out an own letter costs, and that with the one before it.
    omitted: [R; 2],
    /// How many own letters beside each other can be left out within the budget: none, one, or up to four.
    omissions: Omissions,
    rows: Vec<R>,
    budget: u8,
    /// At which bit of a row the cost of the whole stands.
    last: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Omissions {
    None,
    One,
    UpToFour,
}

/// More than any budget.
const MOST: u8 = 31;

impl<R: Row> PackedCosts<R> {
    fn new(own: &str, budget: u8) -> Option<Self> {
        let own = own.as_bytes();
        if own.len() > R::LETTERS {
            return None;
        }
        // no letter is left out in the bytes before the first and behind the last
        let far = R::each(MOST);
        let mut out = Self {
            substituted: [far; 32],
            omitted: [far; 2],
            omissions: Omissions::None,
            rows: Vec::with_capacity(16),
            budget,
            last: own.len() as u32 * 8,
        };
        let mut row = with_byte(far, 0, 0);
        let (mut sum, mut before) = (0u8, MOST);
        for (letter, at) in own.iter().zip((8u32..).step_by(8)) {
            let (class, omitted) = classed(*letter);
            for (substituted, costs) in out.substituted.iter_mut().zip(&SUBSTITUTIONS).take(LETTERS.len() + 1)
            {
                // classes are below 32
                let cost = costs.get(usize::from(class & 31)).copied().unwrap_or(0);
                *substituted = with_byte(*substituted, at, cost);
            }
            sum = sum.saturating_add(omitted).min(MOST);
            row = with_byte(row, at, sum);
            let two = before.saturating_add(omitted).min(MOST);
            let [one_omitted, two_omitted] = &mut out.omitted;
            *one_omitted = with_byte(*one_omitted, at, omitted);
            *two_omitted = with_byte(*two_omitted, at, two);
            if two <= budget {
                out.omissions = Omissions::UpToFour;
            } else if omitted <= budget && out.omissions == Omissions::None {
                out.omissions = Omissions::One;
            }
            before = omitted;
        }
        out.rows.push(row);
        Some(out)
    }

    /// The row below one, for a letter; `LEFT_OUT`: how many own letters beside each other can be left out.
    #[inline(always)]
    fn below<const LEFT_OUT: u8>(&self, above: R, letter: u8) -> R {
        let (class, omitted) = classed(letter);
        // classes are below 32
        let substituted = self.substituted.get(usize::from(class & 31)).copied().unwrap_or(R::each(0));
        let [one, two] = self.omitted;
        let mut row = least((above << 8).plus(substituted), above.plus(R::each(omitted)));
        if LEFT_OUT > 0 {
            row = least(row, (row << 8).plus(one));
        }
        if LEFT_OUT > 1 {
            // two more, and then the fourth
            row = least(row, (row << 16).plus(two));
            row = least(row, (row << 8).plus(one));
        }
        capped(row)
    }

    /// [`SkeletonScan::walk`]; `budgets`: by how many letters there are.
    fn walk<L: TreeLetter>(&self, letters: &[L], budgets: &[u8; DEEPEST], give: impl FnMut(&L)) {
        match self.omissions {
            Omissions::None => self.walk_with::<0, L>(letters, budgets, give),
            Omissions::One => self.walk_with::<1, L>(letters, budgets, give),
            Omissions::UpToFour => self.walk_with::<4, L>(letters, budgets, give),
        }
    }

    fn walk_with<const LEFT_OUT: u8, L: TreeLetter>(
        &self,
        letters: &[L],
        budgets: &[u8; DEEPEST],
        mut give: impl FnMut(&L),
    ) {
        let mut rows = [R::each(0); DEEPEST];
        if let (Some(slot), Some(first)) = (rows.first_mut(), self.rows.first()) {
            *slot = *first;
        }
        let mut at = 0;
        while let Some(letter) = letters.get(at) {
            let before = letter.before();
            at += 1;
            let row = rows.get(before).map(|above| self.below::<LEFT_OUT>(*above, letter.letter()));
            let Some((slot, row)) = rows.get_mut(before + 1).zip(row) else {
                if letter.ends() {
                    give(letter);
                }
                continue;
            };
            *slot = row;
            if !any_within(row, self.budget) {
                at = at.max(letter.behind());
            } else if letter.ends()
                && budgets.get(before + 1).is_none_or(|budget| self.cost_of_all(row) <= *budget)
            {
                give(letter);
            }
        }
    }

    /// The row of a letter behind `before` others; whether a cost in it is within the budget.
    fn read(&mut self, before: usize, letter: u8) -> bool {
        let Some(above) = self.rows.get(before) else { return true };
        let row = match self.omissions {
            Omissions::None => self.below::<0>(*above, letter),
            Omissions::One => self.below::<1>(*above, letter),
            Omissions::UpToFour => self.below::<4>(*above, letter),
        };
        match self.rows.get_mut(before + 1) {
            Some(next) => *next = row,
            None => self.rows.push(row),
        }
        any_within(row, self.budget)
    }

    /// What so many letters cost as a whole.
    fn cost(&self, letters: usize) -> Option<u8> {
        self.rows.get(letters).map(|row| self.cost_of_all(*row))
    }

    fn cost_of_all(&self, row: R) -> u8 {
        (row >> self.last).lowest_byte()
    }
}

/// The highest bit of each byte, which costs leave free. So no byte takes from the next in what follows, and none gives to it:
/// nothing wraps round.
fn highest<R: Row>() -> R {
    R::each(0x80)
}

/// A row with a cost at a place, in bits.
fn with_byte<R: Row>(row: R, at: u32, cost: u8) -> R {
    row & !(R::from(0xff) << at) | R::from(cost) << at
}

/// The lesser of two costs in each byte.
fn least<R: Row>(a: R, b: R) -> R {
    let not_less = (a | highest()).minus(b) & highest();
    let mask = not_less.minus(not_less >> 7);
    a ^ ((a ^ b) & mask)
}

/// Each cost, or the most that is counted.
fn capped<R: Row>(row: R) -> R {
    let beyond = row & R::each(MOST + 1);
    (row | beyond.minus(beyond >> 5)) & R::each(MOST)
}

/// Whether a cost is within the budget.
fn any_within<R: Row>(row: R, budget: u8) -> bool {
    (R::each(budget) | highest()).minus(row) & highest() != R::each(0)
}

/// The row of the cost matrix after one letter more, and the least of it.
fn next_row(own: &[(u8, u8)], letter: u8, above: &[u8], row: &mut [u8]) -> u8 {
    let (class, omitted) = classed(letter);
    let Some(substitutions) = SUBSTITUTIONS.get(usize::from(class)) else { return 0 };
    let mut left = above.first().map_or(0, |cost| cost.saturating_add(omitted));
    let mut cells = row.iter_mut();
    if let Some(first) = cells.next() {
        *first = left;
    }
    let mut least = left;
    for ((cell, costs), (class, own_omitted)) in cells.zip(above.array_windows::<2>()).zip(own) {
        let [diagonal, over] = costs;
        // classes are below 32
        let substituted = substitutions.get(usize::from(class & 31)).copied().unwrap_or(0);
        left = diagonal
            .saturating_add(substituted)
            .min(over.saturating_add(omitted))
            .min(left.saturating_add(*own_omitted));
        *cell = left;
        least = least.min(left);
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::{skeleton_cost, skeleton_similarity};

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(20_000))]
        #[test]
        fn a_scan_leaves_out_nothing_that_is_alike(
            own in "[bfvkgjxChsStdlrmn]{1,7}", mut others in proptest::collection::vec("[bfvkhsSdlmn]{1,7}", 1..40),
        ) {
            // neighbours of it too
            let tail: String = own.chars().skip(1).collect();
            others.extend([own.clone(), format!("h{own}"), format!("{own}v"), format!("x{tail}"), format!("l{tail}")]);
            others.sort();
            let mut scan = SkeletonScan::new(&own);
            for other in &others {
                let found = scan.may_be(other.as_bytes());
                for one_liquid in [false, true] {
                    if skeleton_similarity(&own, other, one_liquid).is_some() {
                        proptest::prop_assert!(found, "{own} {other}");
                    }
                }
            }
        }

        #[test]
        fn costs_are_the_same_packed(
            own in "([bfvkgjxChsStdlrmn]{0,7}|[hvl]{1,7}|[bfvkgjxChsStdlrmn]{6,20})",
            mut others in proptest::collection::vec("([bfvkgjxChsStdlrmn]{0,20}|[hvlr]{0,8})", 1..40),
            at in 0..8usize, with in "[bfvkgjxChsStdlrmn?]{0,3}", cut in 0..3usize,
        ) {
            // neighbours of it too
            for (at, with, cut) in [(at, &*with, cut), (0, "h", 0), (1, "", 1), (3, "hvh", 0), (2, "", 4), (9, "s", 1)] {
                let (head, tail): (String, String) =
                    (own.chars().take(at).collect(), own.chars().skip(at + cut).collect());
                others.push(format!("{head}{with}{tail}"));
            }
            others.sort();
            let packed = || SkeletonScan::new(&own);
            let long = || SkeletonScan { costs: Costs::long(&own), ..SkeletonScan::new(&own) };
            let (mut one, mut same) = (packed(), long());
            for other in &others {
                let found = one.may_be(other.as_bytes());
                proptest::prop_assert_eq!(found, same.may_be(other.as_bytes()), "{} {}", own, other);
                // of other letters nothing is known
                if !other.contains('?') {
                    let cost = skeleton_cost(&own, other, true);
                    let alike = cost <= budget(own.len().min(other.len()));
                    proptest::prop_assert_eq!(found, alike, "{} {}", own, other);
                }
            }
        }
    }
}
