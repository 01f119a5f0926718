//! The operations of the program: list → entity → index → hit → facts → decision → record, and back again.
//!
//! Comes in: a data directory, a day, and what a person or another program asks. Goes out: values that a page prints
//! and the journal keeps. Nothing here reads arguments or prints, and a replay asks for no time, so that it gives the
//! same bytes. Next: `cli`, which prints them, and `server`, which answers with them.

pub mod age;
pub mod alteration;
pub mod assessment;
pub mod bulk;
pub mod cache;
mod case_party;
pub mod check;
pub mod clock;
pub mod count;
pub mod dispositions;
pub mod editions;
pub mod evaluation;
pub mod facts;
pub mod failure;
pub mod feeds;
pub mod findings;
pub mod history;
pub mod home;
pub mod import;
pub mod indicators;
pub mod knowledge;
pub mod leaf;
pub mod links;
pub mod listed;
pub mod lists;
pub mod owned;
pub mod ownership;
pub mod picture;
pub mod profiles;
pub mod reach;
pub mod receipt;
pub mod record;
pub mod register;
pub mod replay;
pub mod screen;
pub mod screening;
pub mod sightings;
pub mod snapshot;
pub mod solver;
pub mod status;
pub mod told;
pub mod tree;
pub mod update;
pub mod verified;
pub mod watch;
pub mod watch_file;
