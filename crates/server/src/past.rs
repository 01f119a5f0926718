//! Lists of other days: read when they are first asked for, and kept ready for the next who ask.
//!
//! To read the copies of a day and to index them can take a minute, which no request should hold a processor for. So they
//! are read on a thread of their own, one set at a time; who asks waits a little, and is then told to ask again.

use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many sets are kept ready.
const KEPT: usize = 4;

/// What is kept, by what it was asked for with.
#[derive(Debug)]
pub(crate) struct Past<K, V>(Arc<Mutex<Held<K, V>>>);

#[derive(Debug)]
struct Held<K, V> {
    /// The one asked for last at the end.
    ready: Vec<(K, Arc<V>)>,
    reading: bool,
}

impl<K, V> Default for Past<K, V> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Held { ready: Vec::new(), reading: false })))
    }
}

/// Why there is nothing yet.
#[derive(Debug)]
pub(crate) enum Wait<E> {
    /// It is being read, or another one is: ask again.
    Reading,
    /// It cannot be read.
    Failed(E),
    /// The reading stopped before its end.
    Stopped,
}

/// Whoever reads gives its turn back, also where it fails.
struct Turn<K, V>(Arc<Mutex<Held<K, V>>>);

impl<K, V> Drop for Turn<K, V> {
    fn drop(&mut self) {
        lock(&self.0).reading = false;
    }
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K: PartialEq + Send + 'static, V: Send + Sync + 'static> Past<K, V> {
    /// What is there for `key`; where it is not, it is read, and waited for as long as `patience` says. Blocks.
    ///
    /// # Errors
    /// Why it is not there.
    pub(crate) fn get<E: Send + 'static>(
        &self,
        key: K,
        patience: Duration,
        read: impl FnOnce(&K) -> Result<V, E> + Send + 'static,
    ) -> Result<Arc<V>, Wait<E>> {
        let turn = {
            let mut held = lock(&self.0);
            if let Some(n) = held.ready.iter().position(|(known, _)| *known == key) {
                let found = held.ready.remove(n);
                let value = found.1.clone();
                held.ready.push(found);
                return Ok(value);
            }
            if held.reading {
                return Err(Wait::Reading);
            }
            held.reading = true;
            Turn(self.0.clone())
        };
        let (tell, told) = sync_channel(1);
        let work = move || {
            let outcome = read(&key).map(Arc::new);
            if let Ok(value) = &outcome {
                let mut held = lock(&turn.0);
                if held.ready.len() >= KEPT {
                    held.ready.remove(0);
                }
                held.ready.push((key, value.clone()));
            }
            drop(turn);
            // who asked may be gone
            let _ = tell.send(outcome);
        };
        if std::thread::Builder::new().name("past lists".to_owned()).spawn(work).is_err() {
            return Err(Wait::Stopped);
        }
        match told.recv_timeout(patience) {
            Ok(outcome) => outcome.map_err(Wait::Failed),
            Err(RecvTimeoutError::Timeout) => Err(Wait::Reading),
            Err(RecvTimeoutError::Disconnected) => Err(Wait::Stopped),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    const LONG: Duration = Duration::from_secs(120);

    fn plain(past: &Past<u8, u8>, key: u8) -> Option<u8> {
        past.get(key, LONG, |key| Ok::<_, String>(*key)).ok().map(|value| *value)
    }

    #[test]
    fn what_takes_long_holds_nobody_and_is_there_later() {
        let past = Past::<u8, u8>::default();
        assert_eq!(plain(&past, 1), Some(1));
        let (go, wait) = channel::<()>();
        let slow = past.get(2, Duration::ZERO, move |key| {
            wait.recv().unwrap();
            Ok::<_, String>(*key)
        });
        assert!(matches!(slow, Err(Wait::Reading)));
        // one at a time; what is ready is given meanwhile
        assert!(matches!(past.get(3, LONG, |key| Ok::<_, String>(*key)), Err(Wait::Reading)));
        assert_eq!(plain(&past, 1), Some(1));
        go.send(()).unwrap();
        let found = loop {
            if let Ok(found) = past.get(2, LONG, |_| Err::<u8, _>("it is read once".to_owned())) {
                break found;
            }
            std::thread::yield_now();
        };
        assert_eq!(*found, 2);
    }

    #[test]
    fn a_reading_that_fails_or_stops_keeps_nobody_out() {
        let past = Past::<u8, u8>::default();
        assert!(matches!(past.get(1, LONG, |_| Err::<u8, _>("damaged")), Err(Wait::Failed("damaged"))));
        let stopped = past.get(1, LONG, |_| -> Result<u8, String> { std::panic::panic_any("a test") });
        assert!(matches!(stopped, Err(Wait::Stopped)));
        assert_eq!(plain(&past, 1), Some(1));
    }

    #[test]
    fn the_one_asked_for_least_lately_goes_first() {
        let past = Past::<u8, u8>::default();
        for key in [1, 2, 3, 4, 1, 5] {
            assert_eq!(plain(&past, key), Some(key));
        }
        let there = |key: u8| past.get(key, LONG, |_| Err::<u8, _>(())).is_ok();
        assert!(there(1) && there(5) && !there(2));
    }
}
