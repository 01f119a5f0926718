//! Whether a copy has as many entries as a whole list has.

use countersign_lists::source_def;
use countersign_model::SourceId;

/// Whether a count lies within what is believed of a whole list: `ok`, `too_few`, `too_many`, or `unknown_source`.
pub fn guard(source: &SourceId, entries: usize) -> &'static str {
    match source_def(source) {
        Ok(def) if (entries as u64) < def.guard.min_count => "too_few",
        Ok(def) if entries as u64 > def.guard.max_count => "too_many",
        Ok(_) => "ok",
        Err(_) => "unknown_source",
    }
}
