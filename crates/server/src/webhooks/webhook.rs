//! One receiver, as it is kept and as an administrator reads it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::Event;

/// How long after each failure in a row it is tried again, in seconds, as the Standard Webhooks specification proposes.
/// After the last one the webhook is switched off; its cursor stays.
pub(super) const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// How long messages are signed with the old secret too after it was changed.
pub(super) const OVERLAP: i64 = 86_400;

/// A receiver of messages.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhook {
    /// Its id.
    #[schema(example = "wh_6f0c2f6f1f2b4a1d")]
    pub(crate) id: String,
    /// Where messages are sent.
    #[schema(example = "https://hooks.example.org/countersign")]
    pub(crate) url: String,
    /// What is told.
    pub(crate) events: BTreeSet<Event>,
    /// What it is for, in words of your own.
    pub(crate) description: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) made: Timestamp,
    /// The index of the next entry of the journal to look at. All before it were told, or nobody asked for them.
    pub(crate) cursor: u64,
    /// How many messages were taken.
    pub(crate) delivered: u64,
    /// When the last one was.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) last_delivered: Option<Timestamp>,
    /// What goes wrong at present; null where nothing does.
    pub(crate) failing: Option<Failing>,
    /// Why and since when nothing is sent; null where it is.
    pub(crate) disabled: Option<Disabled>,
    /// Which secret is in use, from 1.
    pub(crate) generation: u32,
    /// When the secret was last changed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) rotated: Option<Timestamp>,
}

/// A message that was not taken yet.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failing {
    /// The entry that it is about.
    pub(crate) entry: u64,
    /// How often it was tried.
    pub(crate) attempts: u32,
    /// When it was first tried.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) since: Timestamp,
    /// What went wrong the last time.
    pub(crate) why: String,
    /// When it is tried next.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) next: Timestamp,
}

/// Since when and why nothing is sent.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disabled {
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    /// Why.
    pub(crate) why: String,
}

impl Webhook {
    /// Whether there is something to look at now.
    pub(super) fn is_due(&self, now: Timestamp, journal_size: u64) -> bool {
        self.disabled.is_none()
            && self.cursor < journal_size
            && self.failing.as_ref().is_none_or(|failing| failing.next <= now)
    }

    /// The secrets that messages are signed with, the newest first.
    pub(super) fn generations(&self, now: Timestamp) -> Vec<u32> {
        let overlaps = self.rotated.is_some_and(|at| now.as_second() - at.as_second() < OVERLAP);
        let old = (overlaps && self.generation > 1).then(|| self.generation - 1);
        std::iter::once(self.generation).chain(old).collect()
    }

    /// Its message about an entry was taken.
    pub(super) fn taken(&mut self, entry: u64, now: Timestamp) {
        self.cursor = entry + 1;
        self.delivered += 1;
        self.last_delivered = Some(now);
        self.failing = None;
    }

    /// Its message about an entry was not taken: it is tried again later, or no more.
    pub(super) fn refused(&mut self, entry: u64, why: String, gone: bool, now: Timestamp) {
        self.cursor = entry;
        let (since, attempts) = match &self.failing {
            Some(before) if before.entry == entry => (before.since, before.attempts + 1),
            _ => (now, 1),
        };
        let pause = usize::try_from(attempts - 1).ok().and_then(|n| PAUSES.get(n)).filter(|_| !gone);
        if pause.is_none() {
            let why = if gone {
                "the receiver said that it is gone (410)".to_owned()
            } else {
                format!("a message was refused {attempts} times since {since}, the last time because {why}")
            };
            self.disabled = Some(Disabled { at: now, why });
        }
        let next = pause.and_then(|s| Timestamp::from_second(now.as_second() + s).ok()).unwrap_or(now);
        self.failing = Some(Failing { entry, attempts, since, why, next });
    }

    /// Sends nothing more.
    pub(crate) fn disable(&mut self, now: Timestamp) {
        if self.disabled.is_none() {
            self.disabled = Some(Disabled { at: now, why: "an administrator switched it off".to_owned() });
        }
    }

    /// Goes on sending from where it stopped, or from another entry.
    pub(crate) fn enable(&mut self, cursor: Option<u64>) {
        self.disabled = None;
        self.failing = None;
        self.cursor = cursor.unwrap_or(self.cursor);
    }

    /// Another secret from now on.
    pub(crate) fn renew(&mut self, now: Timestamp) {
        self.generation += 1;
        self.rotated = Some(now);
    }
}
