//! The one answer for the person who must act, with its exit code.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The answer over all regimes, gates, commitments and red flags; least severe first (case format, section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Answer {
    /// Nothing stands in the way and no red flag is open.
    Proceed,
    /// Only conditions remain.
    Conditions,
    /// Something has to be done or known first.
    Hold,
    /// Do not.
    Stop,
}

impl Answer {
    /// The exit code of `countersign check`: 0, 10, 20 or 30.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Proceed => 0,
            Self::Conditions => 10,
            Self::Hold => 20,
            Self::Stop => 30,
        }
    }

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proceed => "PROCEED",
            Self::Conditions => "CONDITIONS",
            Self::Hold => "HOLD",
            Self::Stop => "STOP",
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
