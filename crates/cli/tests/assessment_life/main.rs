//! Lives of assessments on the command line, with files and keys. The clock of each call is set by faketime.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "tests"
)]

#[path = "../common/mod.rs"]
mod common;
mod doors;
mod life;
mod town;
mod work;
