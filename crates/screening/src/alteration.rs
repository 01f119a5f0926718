//! Names and dates as people get them wrong: a set of altered parties from a set of listed ones.
//!
//! A matcher that finds every listed name as the list writes it has shown little. Each [`Alteration`] is one mistake, drawn
//! from a seed, so that the same seed gives the same set on every machine. What it says of a matcher is in
//! `docs/reference/screening.md`.

use crate::query::BirthDate;

/// One kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alteration {
    /// A letter too many, anywhere, also before the first.
    Inserted,
    /// A letter left out, also the first.
    Deleted,
    /// Another letter in place of one, also of the first.
    Substituted,
    /// Two neighbouring letters of a word exchanged.
    Transposed,
    /// The last part of the name first: `FAMILY Given Father`.
    Turned,
    /// Two neighbouring parts exchanged.
    Swapped,
    /// One part left out of three or more.
    Dropped,
    /// The birth date some days off, or a year.
    DateShifted,
}

impl Alteration {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Inserted,
        Self::Deleted,
        Self::Substituted,
        Self::Transposed,
        Self::Turned,
        Self::Swapped,
        Self::Dropped,
        Self::DateShifted,
    ];

    /// The word in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inserted => "letter_inserted",
            Self::Deleted => "letter_deleted",
            Self::Substituted => "letter_substituted",
            Self::Transposed => "letters_transposed",
            Self::Turned => "last_part_first",
            Self::Swapped => "parts_swapped",
            Self::Dropped => "part_dropped",
            Self::DateShifted => "date_shifted",
        }
    }
}

/// Draws mistakes. The same seed gives the same ones.
#[derive(Debug, Clone)]
pub struct Alterer(u64);

impl Alterer {
    /// Begins at a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end` (SplitMix64: every platform draws the same).
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        // below `end`, which is a length
        ((z ^ (z >> 31)) % end.max(1) as u64) as usize
    }

    /// The name with one mistake of this kind; `None` where the name cannot have it, as one of two parts has none to spare.
    pub fn name(&mut self, name: &str, kind: Alteration) -> Option<String> {
        let parts: Vec<&str> = name.split_whitespace().collect();
        let altered = match kind {
            Alteration::Turned | Alteration::Swapped => {
                let mut parts = parts;
                if parts.len() < 2 {
                    return None;
                }
                if kind == Alteration::Turned {
                    parts.rotate_right(1);
                } else {
                    let at = self.below(parts.len() - 1);
                    parts.swap(at, at + 1);
                }
                parts.join(" ")
            }
            Alteration::Dropped => {
                if parts.len() < 3 {
                    return None;
                }
                let without = self.below(parts.len());
                let kept: Vec<&str> =
                    parts.into_iter().enumerate().filter(|(n, _)| *n != without).map(|(_, p)| p).collect();
                kept.join(" ")
            }
            Alteration::DateShifted => return None,
            letters => self.letters(name, letters)?,
        };
        (altered != name).then_some(altered)
    }

    fn letters(&mut self, name: &str, kind: Alteration) -> Option<String> {
        let mut letters: Vec<char> = name.chars().collect();
        // places that hold a letter, and for exchanges one after which another stands
        let places: Vec<usize> = (0..letters.len())
            .filter(|n| {
                let here = letters.get(*n).copied().filter(|c| c.is_alphabetic());
                let next = letters.get(n + 1).copied().filter(|c| c.is_alphabetic());
                match kind {
                    Alteration::Transposed => here.zip(next).is_some_and(|(a, b)| a != b),
                    _ => here.is_some(),
                }
            })
            .collect();
        let at = *places.get(self.below(places.len()))?;
        let here = *letters.get(at)?;
        match kind {
            Alteration::Deleted => {
                letters.remove(at);
            }
            Alteration::Transposed => letters.swap(at, at + 1),
            Alteration::Inserted => {
                // before or after it
                let place = at + self.below(2);
                letters.insert(place, self.letter(&letters, here));
            }
            _ => {
                // of all tries one gives another letter, unless the name has but one
                let other = (0..16).map(|_| self.letter(&letters, here)).find(|c| *c != here)?;
                *letters.get_mut(at)? = other;
            }
        }
        Some(letters.into_iter().collect())
    }

    /// A letter of the same script and case as `like`: of the whole alphabet in Latin, else one that the name has.
    fn letter(&mut self, name: &[char], like: char) -> char {
        if like.is_ascii_alphabetic() {
            const ALPHABET: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";
            let small = ALPHABET.get(self.below(26)).copied().map_or('a', char::from);
            return if like.is_ascii_uppercase() { small.to_ascii_uppercase() } else { small };
        }
        let own: Vec<char> = name.iter().copied().filter(|c| c.is_alphabetic() && !c.is_ascii()).collect();
        own.get(self.below(own.len())).copied().unwrap_or(like)
    }

    /// The date one to nine days off (some of them in another month), or a year; the year where only that is known.
    pub fn date(&mut self, date: BirthDate) -> BirthDate {
        let one: i16 = if self.below(2) == 0 { -1 } else { 1 };
        let by_days = self.below(2) == 0;
        if let (true, Some(month), Some(day)) = (by_days, date.month, date.day) {
            let start = countersign_model::parse_date(&format!("{:04}-{month:02}-{day:02}", date.year)).ok();
            let step = |d: countersign_model::Date| if one < 0 { d.yesterday() } else { d.tomorrow() };
            let moved = (0..=self.below(9)).fold(start, |d, _| d.and_then(|d| step(d).ok()));
            if let Some(moved) = moved.and_then(|d| d.to_string().parse().ok()) {
                return moved;
            }
        }
        let year = date.year.saturating_add(one);
        // the 29th of February is in few years
        let day = if date.month == Some(2) { date.day.map(|d| d.min(28)) } else { date.day };
        BirthDate { year, day, ..date }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_one_mistake_and_the_seed_decides() {
        let name = "Cornelius Adrian Vanderbilt";
        for kind in Alteration::ALL {
            let mut seen = std::collections::BTreeSet::new();
            for seed in 0..40 {
                let altered = Alterer::new(seed).name(name, kind);
                assert_eq!(altered, Alterer::new(seed).name(name, kind));
                let Some(altered) = altered else { continue };
                assert_ne!(altered, name);
                let letters = |s: &str| s.chars().filter(|c| c.is_alphabetic()).count();
                let (before, after) = (letters(name), letters(&altered));
                match kind {
                    Alteration::Inserted => assert_eq!(after, before + 1),
                    Alteration::Deleted => assert_eq!(after, before - 1),
                    Alteration::Dropped => assert_eq!(altered.split(' ').count(), 2),
                    _ => assert_eq!(after, before),
                }
                seen.insert(altered);
            }
            match kind {
                Alteration::DateShifted => assert!(seen.is_empty()),
                Alteration::Turned => {
                    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["Vanderbilt Cornelius Adrian"])
                }
                Alteration::Swapped => assert_eq!(seen.len(), 2),
                Alteration::Dropped => assert_eq!(seen.len(), 3),
                _ => assert!(seen.len() > 10, "{kind:?} {seen:?}"),
            }
        }
    }

    #[test]
    fn what_a_name_has_not_cannot_go_wrong() {
        let mut alterer = Alterer::new(1);
        assert_eq!(alterer.name("Hannibal Barca", Alteration::Dropped), None);
        assert_eq!(alterer.name("Hannibal", Alteration::Turned), None);
        assert_eq!(alterer.name("Ali Ali", Alteration::Swapped), None, "no other name comes of it");
        assert_eq!(alterer.name("12", Alteration::Deleted), None);
        assert_eq!(alterer.name("", Alteration::Inserted), None);
    }

    #[test]
    fn dates_move_by_days_or_a_year() {
        let date = |text: &str| text.parse::<BirthDate>().unwrap();
        for seed in 0..100 {
            let moved = Alterer::new(seed).date(date("1964-02-29"));
            assert!(moved != date("1964-02-29") && moved.to_string().parse::<BirthDate>().is_ok());
            assert!(moved.year.abs_diff(1964) <= 1);
            assert_eq!(Alterer::new(seed).date(date("1964")).year.abs_diff(1964), 1);
        }
    }
}
