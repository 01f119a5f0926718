//! Parties that are watched, and what changed for them between two screenings.
//!
//! Flow: list → entity → index → **hit** → facts → decision → record → proof → page. In comes a party base with
//! its owner's own ids ([`Party`]; `bulk` reads the owner's file, the journal keeps it by [`write_base`]) and what two screenings of it
//! found ([`State`]); out go the [`Alert`]s: only what changed. Next is the journal, which keeps base, state and alerts, and the
//! person who has to look.
//!
//! Nothing here reads a file, a clock or a list.

mod alert;
mod party;

pub use alert::{Alert, Change, Match, State, alerts};
pub use party::{BaseFault, Party, read_base, write_base};
