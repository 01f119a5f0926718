//! What waits for the second half of a sign-in: kept in memory, for one browser, for minutes, used once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use countersign_identity::{Token, TokenHash};
use jiff::{SignedDuration, Timestamp};

/// How long someone may take.
const MOST: SignedDuration = SignedDuration::from_mins(10);
/// The most that wait at once: anybody can begin. The oldest goes first.
const MOST_AT_ONCE: usize = 10_000;

/// What waits, by the token of the browser.
#[derive(Debug)]
pub(crate) struct Pending<T>(Mutex<HashMap<TokenHash, (Timestamp, T)>>);

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Pending<T> {
    /// Keeps something for a browser; what it had begun before is forgotten.
    pub(crate) fn keep(&self, browser: &Token, now: Timestamp, what: T) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, (since, _)| now.duration_since(*since) < MOST);
        if waiting.len() >= MOST_AT_ONCE
            && let Some(oldest) = waiting.iter().min_by_key(|(_, (since, _))| *since).map(|(key, _)| *key)
        {
            waiting.remove(&oldest);
        }
        waiting.insert(browser.hash(), (now, what));
    }

    /// Takes what was kept for a browser, if it is not too old.
    pub(crate) fn take(&self, browser: &Token, now: Timestamp) -> Option<T> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, what) = waiting.remove(&browser.hash())?;
        (now.duration_since(since) < MOST).then_some(what)
    }
}

/// Challenges for passkeys that wait for the answer of an authenticator.
#[derive(Debug, Default)]
pub(crate) struct Challenges {
    /// For adding one, by the token of the session.
    pub(super) adding: Pending<String>,
    /// For signing in, by the token of the browser.
    pub(super) signing_in: Pending<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_taken_once_by_the_browser_that_began_and_not_late() {
        let (a, b) = (Token::new([1; 32]), Token::new([2; 32]));
        let at = |minutes: i64| Timestamp::from_second(1_800_000_000 + 60 * minutes).unwrap();
        let pending = Pending::default();
        pending.keep(&a, at(0), "first");
        pending.keep(&a, at(1), "second");
        assert_eq!(pending.take(&b, at(2)), None);
        assert_eq!(pending.take(&a, at(2)), Some("second"));
        assert_eq!(pending.take(&a, at(2)), None);
        pending.keep(&a, at(3), "third");
        assert_eq!(pending.take(&a, at(13)), None);
    }
}
