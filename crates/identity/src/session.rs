//! Sessions of browsers.

use jiff::{SignedDuration, Timestamp};

use crate::user_name::UserId;

/// After this time without a request a session ends.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// After this time a session ends in any case.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);
/// A use is written down when the last one written is older than this, so that not every request writes.
pub(crate) const NOTE_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// A session, known by the digest of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub user: UserId,
    /// Since when.
    pub begun: Timestamp,
    /// The last use that was written down.
    pub seen: Timestamp,
}

impl Session {
    /// Whether it holds at `now`. A clock that went back ends it.
    pub fn holds(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen) < IDLE
            && now.duration_since(self.begun) < ABSOLUTE
            // a use is written with a grain; a clock may be set by a little
            && now.duration_since(self.begun) > -NOTE_EVERY
    }

    /// Whether a use at `now` is to be written down.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen) >= NOTE_EVERY
    }
}
