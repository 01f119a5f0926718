//! What an import read.

use countersign_store::Receipt;

use super::text::{Page, count, first_of};
use crate::flow::import::Accepted;

/// The most refusals and warnings that are written out; the rest are counted. All are in the journal and in --json.
const MOST: usize = 5;

/// The page of `lists import`.
pub(crate) fn import(accepted: &Accepted, receipt: &Receipt) -> String {
    let import = &accepted.import;
    let report = &import.report;
    let mut page = Page::default();
    let day = import.as_of.map(|d| format!(", speaks for {d}")).unwrap_or_default();
    page.hanging(0, 2, &format!("{}: {}{day}", import.source, import.format));
    for raw in &import.raw {
        page.hanging(2, 6, &format!("{}  {} bytes  SHA-256 {}", raw.name, raw.bytes_len, raw.sha256));
    }
    let before = accepted.previous.map(|n| format!(" (before: {n})")).unwrap_or_default();
    page.raw(format!("  rows {}, entries {}{before}", report.rows, report.entities));
    page.raw(format!(
        "  names {}, aliases {}, weak aliases {}, identifiers {}",
        report.names, report.aliases, report.weak_aliases, report.identifiers
    ));
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
    page.raw(format!("Recorded as entry {} of the journal; in force from now on", receipt.index));
    page.finish()
}

fn rest(page: &mut Page, more: usize) {
    if more > 0 {
        page.raw(format!("    and {more} more (--json has all)"));
    }
}
