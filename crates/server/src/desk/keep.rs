//! Keeping several steps at once, each with the document that shows it.

use countersign_desk::{Actor, DeskReader, Entry, Kept, Step, append_with};
use countersign_store::{Store, UtcTime};

use super::refusal::problem;
use crate::problem::Problem;

/// The name of the document with query, entry and explanation.
const DOCUMENT: &str = "possible-match.json";

/// On which case steps are kept, by whom and when.
pub(super) struct Keeping<'a> {
    pub(super) store: &'a mut Store,
    pub(super) reader: &'a mut DeskReader,
    /// The id of the case.
    pub(super) case: &'a str,
    pub(super) by: &'a Actor,
    pub(super) now: &'a UtcTime,
}

/// Keeps several steps at once; gives the entry of the last.
pub(super) fn keep_all(
    steps: Vec<(Step, Option<Vec<u8>>)>,
    Keeping { store, reader, case, by, now }: Keeping<'_>,
) -> Result<u64, Problem> {
    let entries: Vec<(Entry, Option<Vec<u8>>)> = steps
        .into_iter()
        .map(|(step, document)| (Entry::of_case(case, by, now.as_str(), step), document))
        .collect();
    let documents: Vec<Vec<(&str, &[u8])>> = entries
        .iter()
        .map(|(_, document)| document.iter().map(|bytes| (DOCUMENT, bytes.as_slice())).collect())
        .collect();
    let kept: Vec<Kept<'_>> =
        entries.iter().zip(&documents).map(|((entry, _), documents)| (entry, documents.as_slice())).collect();
    let written = append_with(store, reader, &kept, &[]).map_err(problem)?;
    Ok(written.receipts.last().map_or(0, |receipt| receipt.index))
}
