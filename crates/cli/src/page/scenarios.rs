//! The outcome of scenario files as a table.

use countersign_law::{Outcome, Status};

use super::text::Page;

/// One line per scenario, and every difference under it.
pub(crate) fn scenarios(outcomes: &[Outcome]) -> String {
    let mut page = Page::default();
    let width = outcomes.iter().map(|o| o.id.chars().count()).max().unwrap_or(0);
    for outcome in outcomes {
        let word = match outcome.status {
            Status::Passed => "passed",
            Status::Failed => "FAILED",
            Status::Unsupported => "UNSUPPORTED",
        };
        let expected = outcome.expected.as_deref().unwrap_or("-");
        let got = outcome.got.as_deref().unwrap_or("-");
        page.raw(format!("{word:<11}  {:<width$}  expected {expected:<10}  got {got}", outcome.id));
        for difference in &outcome.diff {
            page.hanging(13, 15, difference);
        }
    }
    page.finish()
}
