//! How many decisions may be made for the sake of one.

use serde_json::Value as Json;

/// How many decisions may be made for the sake of one: each change tried is one of its own.
const MOST_DECISIONS: usize = 96;

/// What may still be tried, and what was left out for it. One decision costs about the square of the size of the case; a
/// case of hundreds of owners gets fewer, so that its decision comes in a second or two, and says so.
pub(super) struct Budget {
    left: usize,
    refused: usize,
}

/// The work that may be done for the sake of one decision: decisions times the square of the size of the case.
const MOST_WORK: usize = 4_500_000;

impl Budget {
    pub(super) fn of(tree: &Json) -> Self {
        let parties = tree.get("parties").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        let size = |party: &Json| {
            let of = |key: &str| party.get(key).and_then(Json::as_array).map_or(0, Vec::len);
            1 + of("listings") + of("owners")
        };
        let size: usize = parties.iter().map(size).sum();
        Self { left: (MOST_WORK / (size * size + 1)).clamp(4, MOST_DECISIONS), refused: 0 }
    }

    /// Takes one decision from it; `false` when there is none left.
    pub(super) fn one(&mut self) -> bool {
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        self.refused += usize::from(!some);
        some
    }

    /// How many decisions were asked for when there was none left.
    pub(super) fn refused(&self) -> usize {
        self.refused
    }
}
