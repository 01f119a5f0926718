//! How a worked case ended: a scenario, or a legal test.

use countersign_case::CaseError;
use countersign_model::Answer;
use serde::Serialize;

/// How a scenario ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Every expectation held.
    Passed,
    /// Some did not.
    Failed,
    /// The scenario could not be run.
    Unsupported,
}

/// The outcome of one scenario.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// Its id.
    pub id: String,
    /// How it ended.
    pub status: Status,
    /// The answer expected.
    pub expected: Option<String>,
    /// The answer given.
    pub got: Option<String>,
    /// Every difference, a sentence each.
    pub diff: Vec<String>,
}

impl Outcome {
    /// Of a worked case that cannot be read.
    pub(crate) fn unreadable(id: &str, error: &CaseError) -> Self {
        let diff = error.problems.iter().map(|p| p.to_string()).collect();
        Self { id: id.to_owned(), status: Status::Unsupported, expected: None, got: None, diff }
    }

    /// Of one that was decided: it passes where nothing differs, and is never passed where a part of it is unsupported.
    pub(crate) fn of(
        id: &str,
        expected: Option<Answer>,
        got: Answer,
        mut diff: Vec<String>,
        unsupported: Vec<String>,
    ) -> Self {
        let status = match (unsupported.is_empty(), diff.is_empty()) {
            (false, _) => Status::Unsupported,
            (true, true) => Status::Passed,
            (true, false) => Status::Failed,
        };
        diff.extend(unsupported);
        let (id, got) = (id.to_owned(), Some(got.to_string()));
        Self { id, status, expected: expected.map(|a| a.to_string()), got, diff }
    }
}
