//! `/lists`: what names are compared with.

use std::collections::BTreeSet;

use axum::response::Response;
use countersign_lists::source_def;
use countersign_model::{Date, ListCode, SourceId};
use countersign_operations::age::Age;
use countersign_operations::editions::When;
use countersign_operations::feeds as remembered;
use countersign_operations::lists::{Lists, STARTER};
use countersign_pages::view::{CopyLine, ListLine, ListsView, MissingList};
use countersign_pages::{Formats, Section, page};

use super::feeds;
use super::open_lists::is_public;
use super::site::Site;
use crate::problem::Problem;

/// Copies that are shown on the page; all are in the JSON.
const COPIES: usize = 50;

fn whole(source: &SourceId) -> Vec<String> {
    source_def(source)
        .map(|def| def.whole.iter().map(|l| l.as_str().to_owned()).collect())
        .unwrap_or_default()
}

/// Whether the count lies outside of what is believed of a whole list.
fn not_believed(source: &SourceId, entries: usize) -> bool {
    source_def(source)
        .map(|def| !(def.guard.min_count..=def.guard.max_count).contains(&(entries as u64)))
        .unwrap_or(true)
}

/// The page.
pub(super) fn page(site: &Site) -> Result<Response, Problem> {
    let (plan, lists) = site.lists()?;
    let store = site.state.home().read()?;
    let editions = &site.snapshot.editions;
    let mut lines = vec![];
    for pin in lists.pins().iter().filter(|pin| pin.source.as_str() == STARTER) {
        lines.push(ListLine {
            source: pin.source.to_string(),
            holds: Vec::new(),
            entries: pin.entries,
            day: pin.speaks_for.clone(),
            imported: None,
            age_days: None,
            old: false,
            guard: false,
            error: None,
            copies: 1,
            snapshot: pin.snapshot.to_string(),
        });
    }
    for part in &plan.parts {
        let feed = store.as_ref().map(|s| remembered::load(s, &part.source)).unwrap_or_default();
        let age = Age::of(part, editions, feed.confirmed.as_deref(), site.day());
        lines.push(ListLine {
            source: part.source.to_string(),
            holds: whole(&part.source),
            entries: part.on.entities,
            day: part.on.day_told.then(|| part.on.day.to_string()),
            imported: Some(part.time.clone()),
            age_days: Some(age.days),
            old: age.is_old(),
            guard: not_believed(&part.source, part.on.entities),
            // what went wrong last belongs to today
            error: feed.error.filter(|_| site.as_of.is_none()),
            copies: editions.of(&part.source).iter().filter(|r| r.edition.recorded <= site.day()).count(),
            snapshot: part.on.snapshot.to_string(),
        });
    }
    let mut copies: Vec<CopyLine> = editions
        .sources()
        .filter(|source| is_public(source))
        .flat_map(|source| editions.of(source).iter().map(move |recorded| (source, recorded)))
        .filter(|(_, recorded)| recorded.edition.recorded <= site.day())
        .map(|(source, recorded)| CopyLine {
            source: source.to_string(),
            day: recorded.edition.day.to_string(),
            recorded: recorded.edition.recorded.to_string(),
            entries: recorded.edition.entities,
            snapshot: recorded.edition.snapshot.to_string(),
            entry: recorded.edition.entry,
        })
        .collect();
    copies.sort_by_key(|copy| std::cmp::Reverse(copy.entry));
    if site.asked.get("format") != "json" {
        copies.truncate(COPIES);
    }
    let rows = site.rows();
    let snapshots = rows.all.iter().rev().filter(|f| f.row.kind == "list_snapshot" && f.day <= site.day());
    let view = ListsView {
        schema: "page-lists/1",
        lists: lines,
        missing: missing(&lists, site.day()),
        copies,
        snapshots: snapshots.map(|found| found.row.clone()).collect(),
        notes: plan.notes(When { as_of: site.as_of, known_at: None }),
    };
    let words = site.asked.language.words();
    let formats = Formats { json: true, csv: true, atom: true };
    let frame = site.frame(words.lists.title.to_owned(), Section::Lists, formats);
    site.answer(&frame, &view, page::lists, |frame| feeds::lists(frame, &view))
}

/// The official lists that regimes read and of which no whole copy is loaded.
fn missing(lists: &Lists, on: Date) -> Vec<MissingList> {
    let whole: BTreeSet<ListCode> = lists.whole_lists(on);
    ListCode::ALL
        .into_iter()
        .filter(|list| list.is_read_by_regimes() && !whole.contains(list))
        .map(|list| MissingList { code: list.as_str().to_owned(), title: list.title().to_owned() })
        .collect()
}
