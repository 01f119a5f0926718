//! The assessment method, section by section.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing fails, which is what it is for")]
#![expect(clippy::indexing_slicing, reason = "a test that indexes wrongly fails, which is what it is for")]
#![expect(clippy::panic, reason = "a test fails by it")]

mod common;
mod evaluate;
mod independence;
mod life;
mod redaction;
