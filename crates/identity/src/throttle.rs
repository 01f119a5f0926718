//! How often someone may try to sign in. Counted by the name that was typed, whether it exists or not, and by the address:
//! the first protects a person, the second all of them from one guesser. In memory: a restart forgets it.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

/// So many failures are free.
const FREE_BY_NAME: u32 = 5;
/// An address may be that of a whole office.
const FREE_BY_ADDRESS: u32 = 30;
/// The first wait; each further failure doubles it.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(15);
/// The longest wait. A person is not locked out for good by someone who types their name.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// After this time without a failure all is forgotten.
const FORGET: SignedDuration = SignedDuration::from_hours(6);
/// The most names and addresses that are remembered; the oldest go first.
const MOST: usize = 100_000;

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// The failures so far.
#[derive(Debug, Default)]
pub struct Throttle {
    by_name: HashMap<String, Failures>,
    by_address: HashMap<String, Failures>,
}

fn wait_until(failures: Option<&Failures>, free: u32, now: Timestamp) -> Option<Timestamp> {
    let failures = failures.filter(|f| now.duration_since(f.last) < FORGET)?;
    let over = failures.count.checked_sub(free)?;
    let wait = (0..over.min(16)).fold(FIRST_WAIT, |wait, _| (wait + wait).min(LONGEST_WAIT));
    failures.last.checked_add(wait).ok().filter(|until| *until > now)
}

fn count(map: &mut HashMap<String, Failures>, key: &str, now: Timestamp) {
    if map.len() >= MOST && !map.contains_key(key) {
        map.retain(|_, f| now.duration_since(f.last) < FORGET);
        if map.len() >= MOST
            && let Some(oldest) = map.iter().min_by_key(|(_, f)| f.last).map(|(key, _)| key.clone())
        {
            map.remove(&oldest);
        }
    }
    let entry = map.entry(key.to_owned()).or_insert(Failures { count: 0, last: now });
    if now.duration_since(entry.last) >= FORGET {
        entry.count = 0;
    }
    entry.count = entry.count.saturating_add(1);
    entry.last = now;
}

impl Throttle {
    /// Until when the next attempt has to wait, if it has.
    pub fn wait(&self, name: &str, address: &str, now: Timestamp) -> Option<Timestamp> {
        wait_until(self.by_name.get(name), FREE_BY_NAME, now).max(wait_until(
            self.by_address.get(address),
            FREE_BY_ADDRESS,
            now,
        ))
    }

    /// An attempt failed.
    pub fn failed(&mut self, name: &str, address: &str, now: Timestamp) {
        count(&mut self.by_name, name, now);
        count(&mut self.by_address, address, now);
    }

    /// An attempt succeeded: the person is known. The address is not forgiven by one of its people.
    pub fn succeeded(&mut self, name: &str) {
        self.by_name.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    #[test]
    fn waits_grow_and_end() {
        let mut throttle = Throttle::default();
        for n in 0..5 {
            assert_eq!(throttle.wait("alice", "a", at(n)), None, "attempt {n}");
            throttle.failed("alice", "a", at(n));
        }
        assert_eq!(throttle.wait("alice", "b", at(5)), Some(at(4 + 15)), "from any address");
        assert_eq!(throttle.wait("bob", "a", at(5)), None);
        assert_eq!(throttle.wait("alice", "b", at(19)), None);
        throttle.failed("alice", "b", at(20));
        assert_eq!(throttle.wait("alice", "b", at(21)), Some(at(20 + 30)));
        for n in 0..50 {
            throttle.failed("alice", "b", at(100 + n));
        }
        assert_eq!(throttle.wait("alice", "b", at(150)), Some(at(149 + 900)), "never for good");
        throttle.succeeded("alice");
        assert_eq!(throttle.wait("alice", "c", at(150)), None);
        assert!(throttle.wait("carol", "b", at(150)).is_some(), "the address has failed fifty times");
        assert_eq!(throttle.wait("carol", "b", at(150 + 6 * 3600)), None);
    }
}
