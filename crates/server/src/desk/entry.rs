//! One entry of the journal, as the audit log shows it.

use countersign_pages::{Language, words::codes};
use serde::Serialize;

/// One entry of the journal.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    /// Its index.
    pub(crate) entry: u64,
    /// When.
    pub(crate) time: String,
    /// What it is.
    pub(crate) kind: &'static str,
    /// What was done, in a step of the desk.
    #[serde(rename = "do")]
    pub(crate) done: String,
    /// What it is about.
    pub(crate) about: String,
    /// Who, as the installation knew them.
    pub(crate) by: String,
    /// By which id.
    pub(crate) user: String,
    /// The SHA-256 of the record.
    pub(crate) sha256: String,
}

impl Row {
    /// What was done, in words.
    pub(crate) fn words(&self, language: &Language) -> String {
        codes::journal(if self.done.is_empty() { self.kind } else { &self.done }, *language)
    }

    /// Whether it is about a case, which has a page.
    pub(crate) fn is_case(&self) -> bool {
        self.about
            .strip_prefix("C-")
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'-'))
    }
}
