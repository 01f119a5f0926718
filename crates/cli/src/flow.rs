//! The operations: screening → facts → decision → record, and back again.
//!
//! Comes in: values that the commands have read. Goes out: values that the pages print and the journal keeps.
//! Nothing here reads arguments or prints; only `lists`, `dispositions` and `record` touch the store, and nothing
//! here asks for the time, so that a replay gives the same bytes.

pub(crate) mod age;
pub(crate) mod cache;
pub(crate) mod check;
pub(crate) mod dispositions;
pub(crate) mod editions;
pub(crate) mod evaluation;
pub(crate) mod facts;
pub(crate) mod feeds;
pub(crate) mod history;
pub(crate) mod import;
pub(crate) mod indicators;
pub(crate) mod knowledge;
pub(crate) mod links;
pub(crate) mod lists;
pub(crate) mod ownership;
pub(crate) mod profiles;
pub(crate) mod receipt;
pub(crate) mod record;
pub(crate) mod register;
pub(crate) mod replay;
pub(crate) mod screening;
pub(crate) mod solver;
pub(crate) mod tree;
pub(crate) mod update;
pub(crate) mod watch;
