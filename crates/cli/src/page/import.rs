//! What an import read and did.

use super::text::{Page, count, first_of};
use countersign_operations::import::{Accepted, Done};

/// The most refusals and warnings that are written out; the rest are counted. All are in the journal and in --json.
const MOST: usize = 5;

/// The page of `lists import`. `done` is none where the very same files were there already.
pub(crate) fn import(accepted: &Accepted, done: Option<&Done>) -> String {
    let import = &accepted.import;
    let report = &import.report;
    let mut page = Page::default();
    let day = if accepted.day_told { format!(", speaks for {}", accepted.day) } else { String::new() };
    page.hanging(0, 2, &format!("{}: {}{day}", import.source, import.format));
    for raw in &import.raw {
        page.hanging(2, 6, &format!("{}  {} bytes  SHA-256 {}", raw.name, raw.bytes_len, raw.sha256));
    }
    if let Some(same) = &accepted.same_as {
        page.hanging(
            0,
            2,
            &format!(
                "The very same files are entry {} of the journal already: nothing was changed",
                same.entry
            ),
        );
        return page.finish();
    }
    let before = accepted.previous().map(|e| format!(" (before: {})", e.entities)).unwrap_or_default();
    page.raw(format!("  rows {}, entries {}{before}", report.rows, report.entities));
    page.raw(format!(
        "  names {}, aliases {}, weak aliases {}, identifiers {}",
        report.names, report.aliases, report.weak_aliases, report.identifiers
    ));
    if report.names_inside > 0 {
        page.raw(format!("  names taken out of cells that hold several: {}", report.names_inside));
    }
    page.raw(format!("  refused {}", count(report.refused.len(), "row", "rows")));
    let (shown, more) = first_of(&report.refused, MOST);
    for refusal in shown {
        page.hanging(4, 8, &format!("{}, line {}: {}", refusal.file, refusal.line, refusal.reason));
    }
    rest(&mut page, more);
    page.raw(format!("  {}", count(report.warnings.len(), "warning", "warnings")));
    let (shown, more) = first_of(&report.warnings, MOST);
    for warning in shown {
        page.hanging(4, 8, &format!("{}, line {}: {}", warning.file, warning.line, warning.text));
    }
    rest(&mut page, more);
    if !report.unknown_columns.is_empty() {
        let columns: Vec<&str> = report.unknown_columns.iter().map(String::as_str).collect();
        page.hanging(2, 6, &format!("columns that are not read: {}", columns.join(", ")));
    }
    let Some(done) = done else { return page.finish() };
    if let (Some(changes), Some(previous)) = (&done.changes, accepted.previous()) {
        page.raw(format!(
            "  since the copy of {}: {} added, {} removed, {} changed, {} renumbered",
            previous.day,
            changes.added.len(),
            changes.removed.len(),
            changes.changed.len(),
            changes.renamed.len()
        ));
    }
    if !accepted.day_told && accepted.options.fetched.is_none() {
        page.hanging(
            0,
            2,
            &format!(
                "Note: the files do not tell their day; they are taken as of {}. If they are older, import them again with --day \
                 YYYY-MM-DD --replace-newer",
                accepted.day
            ),
        );
    }
    page.raw(match accepted.behind() {
        Some(newer) => format!(
            "Recorded as entry {} of the journal; the copy of {} (entry {}) stays in force",
            done.receipt.index, newer.day, newer.entry
        ),
        None => format!("Recorded as entry {} of the journal; in force from now on", done.receipt.index),
    });
    page.finish()
}

fn rest(page: &mut Page, more: usize) {
    if more > 0 {
        page.raw(format!("    and {more} more (--json has all)"));
    }
}
