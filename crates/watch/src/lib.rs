//! Parties that are watched, and what changed for them between two screenings.
//!
//! Flow: list → entity → index → **hit** → facts → decision → record → proof → page. In comes a party base as its owner
//! keeps it ([`read_parties`]: CSV or JSON lines, with the owner's own ids) and what two screenings of it found
//! ([`State`]); out go the [`Alert`]s: only what changed. Next is the journal, which keeps base, state and alerts, and the
//! person who has to look.
//!
//! Nothing here reads a file, a clock or a list.

mod alert;
mod party;

pub use alert::{Alert, Change, Match, State, alerts};
pub use party::{BaseFault, Party, read_parties, write_parties};
