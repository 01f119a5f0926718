//! Feeds of what changes: entries of the register, copies of lists, the life of an entry of a list.

use countersign_pages::view::{ListsView, PartyView, RecordRow};
use countersign_pages::{Feed, FeedEntry, Frame, text};

/// Entries in one feed.
const MOST: usize = 50;
/// What a feed without changes says was its last one, where there is no register.
const BEGINNING: &str = "1970-01-01T00:00:00Z";

/// Until when a feed without changes tells that there were none: the last entry of the register.
fn nothing_since(frame: &Frame) -> String {
    let last = frame.register.as_ref().and_then(|register| register.last.clone());
    last.unwrap_or_else(|| BEGINNING.to_owned())
}

fn feed(frame: &Frame, entries: Vec<FeedEntry>) -> Feed {
    let author = frame.register.as_ref().map_or("Countersign", |register| register.origin.as_str());
    Feed {
        language: frame.language.code().to_owned(),
        title: frame.title.clone(),
        id: format!("{}{}", frame.base, frame.form("atom")),
        page: format!("{}{}", frame.base, frame.present()),
        updated: entries.iter().map(|e| e.updated.clone()).max().unwrap_or_else(|| nothing_since(frame)),
        author: author.to_owned(),
        entries,
    }
}

/// The entries of the register among these, newest first.
pub(super) fn records(frame: &Frame, rows: &[RecordRow]) -> Feed {
    let log = frame.register.as_ref().map_or("", |register| register.origin.as_str());
    let entries = rows.iter().take(MOST).map(|row| {
        let kind = frame.kind(&row.kind);
        FeedEntry {
            title: match &row.summary {
                Some(summary) => format!("{kind}: {summary}"),
                None => kind,
            },
            id: format!("urn:countersign:{}:{}", text::segment(log), row.index),
            updated: row.time.clone(),
            link: format!("{}/record/{}", frame.base, row.index),
            summary: format!("{} ({})", row.about.join(", "), row.by.clone().unwrap_or_default()),
        }
    });
    feed(frame, entries.collect())
}

/// What the copies of its list show of an entry.
pub(super) fn party(frame: &Frame, view: &PartyView) -> Feed {
    let entries = view.events.iter().take(MOST).map(|event| FeedEntry {
        title: format!("{}: {}", view.caption, frame.state(&event.what)),
        id: format!("urn:countersign:party:{}:{}:{}", text::segment(&view.id), event.day, event.what),
        updated: format!("{}T00:00:00Z", event.recorded),
        link: format!("{}{}", frame.base, frame.present()),
        summary: format!("{} ({})", event.lists.join(", "), event.ground.join("; ")),
    });
    feed(frame, entries.collect())
}

/// Copies of lists that were taken in.
pub(super) fn lists(frame: &Frame, view: &ListsView) -> Feed {
    let entries = view.copies.iter().take(MOST).map(|copy| FeedEntry {
        title: format!("{} {}", copy.source, copy.day),
        id: format!("urn:countersign:list:{}:{}", text::segment(&copy.source), copy.entry),
        updated: format!("{}T00:00:00Z", copy.recorded),
        link: format!("{}/lists", frame.base),
        summary: format!("{}, SHA-256 {}", copy.entries, copy.snapshot),
    });
    feed(frame, entries.collect())
}
