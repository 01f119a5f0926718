//! The exit codes: the answer of a check, or how a command ended.

use std::process::ExitCode;

use countersign_model::Answer;
use countersign_operations::failure::Failure;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done, or nothing was found.
    Ok,
    /// 10: `screen` has possible matches for a person to look at.
    PossibleMatches,
    /// 0, 10, 20 or 30: the answer of `check` (architecture, section 2).
    Answer(Answer),
    /// 1: the program failed, or something that it was to verify does not hold.
    Failed,
    /// 2: the input is wrong.
    Input,
}

impl Exit {
    /// The number.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::PossibleMatches => 10,
            Self::Answer(answer) => answer.exit_code(),
            Self::Failed => 1,
            Self::Input => 2,
        }
    }
}

impl From<&Failure> for Exit {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::Input(_) => Self::Input,
            Failure::Program(_) => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
