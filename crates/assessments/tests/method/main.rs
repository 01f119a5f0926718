//! The assessment method, section by section.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing fails, which is what it is for")]

mod common;
mod evaluate;
mod independence;
mod life;
mod redaction;
mod scenarios;
