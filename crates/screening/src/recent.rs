//! What was looked up lately: as much as was new since it was last wanted, and no more than fits.
//!
//! Names share most of their words, and of the others most are never seen again. So what is kept has two ages: what is wanted becomes young, and when
//! the young are many, they become old and what was old is dropped. Words of most names stay; nothing but time depends on it.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Answers by what they answer.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    /// Each with how much it is.
    young: HashMap<K, (V, usize), foldhash::fast::FixedState>,
    old: HashMap<K, (V, usize), foldhash::fast::FixedState>,
    /// How much the young are together.
    held: usize,
    /// How many are young at most, and how much they are together, but for the last.
    limits: (usize, usize),
}

impl<K: Eq + Hash, V> Recent<K, V> {
    /// Of so many at most that are young, and as many that are old; each time, where they are much, of so much.
    pub(crate) fn of(many: usize, much: usize) -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), held: 0, limits: (many, much) }
    }

    /// What is known of a key, if it is, which makes it young.
    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        if !self.young.contains_key(key) {
            let (key, (value, much)) = self.old.remove_entry(key)?;
            self.put(key, value, much);
        }
        self.young.get(key).map(|(value, _)| value)
    }

    /// The same, which leaves it as old as it is.
    pub(crate) fn peek<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.young.get(key).or_else(|| self.old.get(key)).map(|(value, _)| value)
    }

    /// Puts in what is so much. Where the young are too many, or too much, they become old before, and what was old is dropped.
    pub(crate) fn put(&mut self, key: K, value: V, much: usize) {
        let (most, most_held) = self.limits;
        if self.young.len() >= most || self.held >= most_held {
            self.old = std::mem::take(&mut self.young);
            self.held = 0;
        }
        self.held += much;
        self.young.insert(key, (value, much));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_stays_and_what_is_not_goes() {
        let mut recent: Recent<String, usize> = Recent::of(10, usize::MAX);
        for n in 0..1000 {
            recent.put(n.to_string(), n, 1);
            assert_eq!(recent.get("0"), Some(&0), "{n}");
        }
        assert_eq!(recent.get("999"), Some(&999));
        assert_eq!(recent.get("500"), None);
        // as many may be old as are young
        let kept = (0..1000).filter(|n| recent.peek(&n.to_string()).is_some()).count();
        assert!((10..=20).contains(&kept), "{kept}");
    }

    #[test]
    fn what_is_wanted_again_in_one_order_is_no_more_than_what_is_new() {
        let mut recent: Recent<u64, ()> = Recent::of(10, usize::MAX);
        for pass in 0..50 {
            for n in 0..pass {
                if recent.get(&n).is_none() {
                    recent.put(n, (), 1);
                }
            }
            let kept = (0..50).filter(|n| recent.peek(n).is_some()).count();
            assert!(kept <= 20, "{kept} after {pass}");
        }
    }

    #[test]
    fn of_what_is_much_less_is_kept() {
        let kept = |much: usize| {
            let mut recent: Recent<u64, ()> = Recent::of(usize::MAX, 60);
            (0..100).for_each(|n| recent.put(n, (), much));
            (0..100).filter(|n| recent.peek(n).is_some()).count()
        };
        let (light, heavy) = (kept(1), kept(20));
        assert!((60..=120).contains(&light) && (3..=6).contains(&heavy), "{light} {heavy}");
    }
}
