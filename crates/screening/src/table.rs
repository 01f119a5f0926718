//! A read-only hash table from keys to numbers: entries sorted by key, and a directory over their leading bits.
//!
//! An entry is the lower half of the key and the number. Two keys of one bucket and one lower half are told apart by
//! nobody here: callers treat what they find as a superset. Beside the place of a bucket its row in the directory has a set of the keys in it, so that of
//! most keys that are not there this is known without a look at the entries, which lie elsewhere in memory.

use bytemuck::{Pod, Zeroable};

/// One entry.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Entry {
    pub(crate) tag: u32,
    pub(crate) value: u32,
}

/// A row of the directory.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Bucket {
    /// Where its entries begin.
    start: u32,
    /// Of each of their keys one of 32 places.
    keys: u32,
}

/// So many entries are compared together: few buckets have more.
const AT_ONCE: usize = 8;

/// Where the entries of some keys are, each with the number of its key: room to work in.
pub(crate) type Buckets = Vec<((u32, u32), u32)>;

/// A table as it lies in the index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    pub(crate) directory: &'a [Bucket],
    pub(crate) entries: &'a [Entry],
}

impl<'a> Table<'a> {
    /// The numbers of the entries with this key, each with its place among all entries.
    pub(crate) fn get(self, key: u64) -> impl Iterator<Item = (usize, u32)> + 'a {
        let (bucket, may_be) = self.bucket(key);
        self.with_key(key, if may_be { bucket } else { (0, 0) })
    }

    /// Gives the numbers of the entries with any of these keys, each with its place and after what stands beside its key. The buckets of all that may
    /// be there are touched first, so that the memory fetches many at a time and not one after the other.
    pub(crate) fn each<T: Copy>(
        self,
        keys: &[(u64, T)],
        room: &mut Buckets,
        mut give: impl FnMut(T, (usize, u32)),
    ) {
        room.clear();
        room.resize(keys.len(), Default::default());
        // what may be there is put behind what was, and the others are overwritten: which are which cannot be told before
        let mut count = 0;
        for (n, (key, _)) in (0u32..).zip(keys) {
            let (bucket, may_be) = self.bucket(*key);
            if let Some(slot) = room.get_mut(count) {
                *slot = (bucket, n);
            }
            count += usize::from(may_be);
        }
        room.truncate(count);
        let first = room.iter().filter_map(|((start, _), _)| self.entries.get(*start as usize));
        std::hint::black_box(first.fold(0, |all, entry| entry.tag ^ all));
        for (bucket, n) in room.iter() {
            let Some((key, beside)) = keys.get(*n as usize) else { continue };
            match self.first_with_key(*key, *bucket) {
                Some(mut found) => {
                    while found != 0 {
                        let at = bucket.0 as usize + found.trailing_zeros() as usize;
                        found &= found - 1;
                        if let Some(entry) = self.entries.get(at) {
                            give(*beside, (at, entry.value));
                        }
                    }
                }
                None => self.with_key(*key, *bucket).for_each(|found| give(*beside, found)),
            }
        }
    }

    /// Which entries of a bucket have the key, as bits; `None` of one with more than [`AT_ONCE`], or at the end of all. Most keys are not there, and
    /// how many entries a bucket has cannot be told before: so many are compared as any may have.
    #[inline(always)]
    fn first_with_key(self, key: u64, (start, end): (u32, u32)) -> Option<u32> {
        let (some, _) = self.entries.get(start as usize..)?.split_first_chunk::<AT_ONCE>()?;
        let count = end.saturating_sub(start);
        let tag = key as u32;
        let same = some.iter().rev().fold(0, |same, entry| same << 1 | u32::from(entry.tag == tag));
        (count <= AT_ONCE as u32).then_some(same & 1u32.unbounded_shl(count).wrapping_sub(1))
    }

    /// Where the entries begin and end among which those with the key are, and whether any may be there.
    #[inline(always)]
    fn bucket(self, key: u64) -> ((u32, u32), bool) {
        let bits = self.directory.len().saturating_sub(1).checked_ilog2().unwrap_or(0);
        let rows = self.directory.get(bucket(key, bits)..).and_then(<[Bucket]>::first_chunk);
        rows.map_or(((0, 0), false), |[own, next]| ((own.start, next.start), own.keys & place(key) != 0))
    }

    fn with_key(self, key: u64, (start, end): (u32, u32)) -> impl Iterator<Item = (usize, u32)> + 'a {
        let (start, end, tag) = (start as usize, end as usize, key as u32);
        let entries = self.entries.get(start..end).unwrap_or_default();
        entries
            .iter()
            .enumerate()
            .filter(move |(_, entry)| entry.tag == tag)
            .map(move |(n, entry)| (start + n, entry.value))
    }
}

/// The leading bits; none for a directory of one bucket.
fn bucket(key: u64, bits: u32) -> usize {
    key.checked_shr(64 - bits).map_or(0, |n| n as usize)
}

/// The place of a key in the set of its bucket. The lower half of a key is looked at in the entries, and its leading bits say which bucket is its own.
fn place(key: u64) -> u32 {
    1 << (key & 31)
}

/// Builds directory and entries of pairs of key and number; `spans` go along with them.
pub(crate) fn build(mut pairs: Vec<(u64, u32, u16)>) -> (Vec<Bucket>, Vec<Entry>, Vec<u16>) {
    pairs.sort_unstable();
    pairs.dedup();
    let bits = (pairs.len() / 3).checked_ilog2().unwrap_or(0).min(28);
    let mut directory = Vec::with_capacity((1 << bits) + 1);
    let mut entries = Vec::with_capacity(pairs.len());
    let mut spans = Vec::with_capacity(pairs.len());
    for (key, value, span) in pairs {
        while directory.len() <= bucket(key, bits) {
            // the tables hold far fewer than 2^32 entries; the builder refuses more
            directory.push(Bucket { start: entries.len() as u32, keys: 0 });
        }
        if let Some(own) = directory.last_mut() {
            own.keys |= place(key);
        }
        entries.push(Entry { tag: key as u32, value });
        spans.push(span);
    }
    directory.resize((1 << bits) + 1, Bucket { start: entries.len() as u32, keys: 0 });
    (directory, entries, spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_entries_of_a_bucket_are_found_however_many() {
        for count in 1..=3 * AT_ONCE as u32 {
            // one bucket of its own lower half each, behind it those of others
            let own = (0..count).map(|n| (u64::from(n), n, 0));
            let others = (0..100u64).map(|n| (1 << 63 | n << 40, 1000, 0));
            let (directory, entries, _) = build(own.chain(others).collect());
            let table = Table { directory: &directory, entries: &entries };
            let keys: Vec<(u64, u64)> = (0..u64::from(count) + 1).map(|n| (n, n)).collect();
            let mut found = Vec::new();
            table.each(&keys, &mut Buckets::new(), |n, (at, number)| found.push((n, at as u64, number)));
            let expected: Vec<(u64, u64, u32)> =
                (0..count).map(|n| (u64::from(n), u64::from(n), n)).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn every_pair_is_found_and_no_other() {
        for count in [0u64, 1, 2, 7, 1000] {
            let key = |n: u64| (n / 2).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let pairs: Vec<(u64, u32, u16)> = (0..count).map(|n| (key(n), n as u32, n as u16)).collect();
            let (directory, entries, spans) = build(pairs);
            let table = Table { directory: &directory, entries: &entries };
            for n in 0..count {
                let found: Vec<u32> = table
                    .get(key(n))
                    .map(|(at, v)| {
                        assert_eq!(spans[at], v as u16);
                        v
                    })
                    .collect();
                assert!(found.contains(&(n as u32)) && found.len() <= 2, "{n} {found:?}");
            }
            assert_eq!(table.get(12345).count(), 0);
            let keys: Vec<(u64, u64)> = (0..count).map(|n| (key(n), n)).chain([(12345, 12345)]).collect();
            let (mut one_by_one, mut together) = (Vec::new(), Vec::new());
            for (key, n) in &keys {
                one_by_one.extend(table.get(*key).map(|(_, number)| (*n, number)));
            }
            table.each(&keys, &mut Buckets::new(), |n, (_, number)| together.push((n, number)));
            assert_eq!(together, one_by_one);
        }
    }
}
