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
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { young: HashMap::default(), old: HashMap::default(), held: 0 }
    }
}

impl<K: Eq + Hash, V> Recent<K, V> {
    /// What is known of a key, if it is, which makes it young.
    pub(crate) fn get<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        if !self.young.contains_key(key) {
            let (key, known) = self.old.remove_entry(key)?;
            self.held += known.1;
            self.young.insert(key, known);
        }
        self.young(key)
    }

    /// The same of what is young: of what was got, and put in, since [`Recent::make_room`].
    pub(crate) fn young<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.young.get(key).map(|(value, _)| value)
    }

    /// Puts in what is so much.
    pub(crate) fn put(&mut self, key: K, value: V, much: usize) {
        self.held += much;
        self.young.insert(key, (value, much));
    }

    /// Where the young are so many, or so much together, they become old, and what was old is dropped.
    pub(crate) fn make_room(&mut self, many: usize, much: usize) {
        if self.young.len() >= many || self.held >= much {
            self.old = std::mem::take(&mut self.young);
            self.held = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_stays_and_what_is_not_goes() {
        let mut recent: Recent<String, usize> = Recent::default();
        for n in 0..1000 {
            recent.make_room(10, usize::MAX);
            recent.put(n.to_string(), n, 1);
            assert_eq!(recent.get("0"), Some(&0), "{n}");
        }
        assert_eq!(recent.get("999"), Some(&999));
        assert_eq!(recent.get("500"), None);
        // as many may be old as are young
        let kept = (0..1000).filter(|n| recent.get(&n.to_string()).is_some()).count();
        assert!((10..=22).contains(&kept), "{kept}");
    }

    #[test]
    fn of_what_is_much_less_is_kept() {
        let mut recent: Recent<u64, ()> = Recent::default();
        let mut kept = |much: usize| {
            for n in 0..100 {
                recent.make_room(usize::MAX, 60);
                recent.put(n, (), much);
            }
            (0..100).filter(|n| recent.young(n).is_some()).count()
        };
        let (light, heavy) = (kept(1), kept(20));
        assert!(light > 30 && (1..=3).contains(&heavy), "{light} {heavy}");
    }
}
