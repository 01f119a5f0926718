//! Differences and timelines, in lines.

use std::collections::BTreeSet;

use countersign_history::{Diff, EntityChange, Event, EventKind, Instruments, ListingChange, Stub};

use super::text::{Page, count, first_of};
use countersign_operations::facts::on_list;
use countersign_operations::history::Copied;

/// The most entries of a kind that are written out unless all are asked for.
const MOST: usize = 20;
/// The most characters of a value that are written out; --json has the whole.
const LONGEST: usize = 300;

/// The page of `lists diff`.
pub(crate) fn diff(from: &Copied, to: &Copied, diff: &Diff, all: bool) -> String {
    let mut page = Page::default();
    let copy = |c: &Copied| {
        let day = if c.edition.day_told { "speaks for" } else { "taken in on" };
        format!(
            "{} {day} {} (entry {}, {})",
            c.source,
            c.edition.day,
            c.edition.entry,
            c.edition.snapshot.short()
        )
    };
    page.hanging(0, 2, &format!("from {}", copy(from)));
    page.hanging(0, 2, &format!("to   {}", copy(to)));
    page.raw(format!(
        "{} added, {} removed, {} changed, {} renumbered, {} unchanged",
        diff.added.len(),
        diff.removed.len(),
        diff.changed.len(),
        diff.renamed.len(),
        diff.unchanged
    ));
    let most = if all { usize::MAX } else { MOST };
    for (heading, stubs) in [("Added", &diff.added), ("Removed", &diff.removed)] {
        section(&mut page, heading, stubs, most, |page, stub| {
            page.hanging(2, 6, &in_short(stub));
        });
    }
    section(&mut page, "Changed", &diff.changed, most, |page, change| {
        page.hanging(2, 6, &format!("{} ({}){}", change.caption, change.id, ground(&change.ground)));
        fields(page, change);
    });
    section(&mut page, "Renumbered by the publisher", &diff.renamed, most, |page, renamed| {
        page.hanging(2, 6, &format!("{} is now {}", renamed.from, renamed.to));
    });
    page.finish()
}

fn section<T>(page: &mut Page, heading: &str, items: &[T], most: usize, one: impl Fn(&mut Page, &T)) {
    if items.is_empty() {
        return;
    }
    page.heading(heading);
    let (shown, more) = first_of(items, most);
    for item in shown {
        one(page, item);
    }
    if more > 0 {
        page.raw(format!("  and {more} more (--all or --json has all)"));
    }
}

fn in_short(stub: &Stub) -> String {
    let lists: Vec<&str> = stub.lists.iter().map(|l| l.as_str()).collect();
    format!("{} ({}) {}{}", stub.caption, stub.id, lists.join(", "), ground(&stub.ground))
}

/// The legal ground in words, with a leading semicolon.
fn ground(ground: &Instruments) -> String {
    let mut words = Vec::new();
    for (what, values) in
        [("instrument", &ground.instruments), ("notice", &ground.notices), ("programme", &ground.programmes)]
    {
        if !values.is_empty() {
            words.push(format!("{what} {}", values.join(", ")));
        }
    }
    if words.is_empty() { String::new() } else { cut(&format!("; {}", words.join("; "))) }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn fields(page: &mut Page, change: &EntityChange) {
    for field in &change.fields {
        for (sign, values) in [('-', &field.removed), ('+', &field.added)] {
            for value in values {
                page.hanging(6, 10, &format!("{sign} {}: {}", field.field, cut(value)));
            }
        }
    }
    for listing in &change.listings {
        page.hanging(6, 10, &listing_words(listing));
    }
}

fn listing_words(change: &ListingChange) -> String {
    match (&change.before, &change.after) {
        (None, Some(now)) => format!("+ listing: {}", on_list(now)),
        (Some(was), None) => format!("- listing: {}", on_list(was)),
        (Some(was), Some(now)) => {
            let mut words = format!("~ listing: {}", change.fields.join(", "));
            if on_list(was) != on_list(now) {
                words.push_str(&format!(": {} → {}", on_list(was), on_list(now)));
            } else {
                words.push_str(&format!(" ({})", on_list(now)));
            }
            words
        }
        (None, None) => String::new(),
    }
}

/// The page of `lists timeline`.
pub(crate) fn timeline(id: &str, ids: &BTreeSet<String>, events: &[Event]) -> String {
    let mut page = Page::default();
    let others: Vec<&str> = ids.iter().map(String::as_str).filter(|i| *i != id).collect();
    let also = if others.is_empty() { String::new() } else { format!(", also {}", others.join(", ")) };
    page.hanging(0, 2, &format!("{id}{also}: {}", count(events.len(), "event", "events")));
    for event in events {
        let lists: Vec<&str> = event.lists.iter().map(|l| l.as_str()).collect();
        let what = match &event.kind {
            EventKind::OnFirstCopy => "on the first copy taken in".to_owned(),
            EventKind::Listed => "listed".to_owned(),
            EventKind::ListedAgain => "listed again".to_owned(),
            EventKind::Changed { .. } => "changed".to_owned(),
            EventKind::Renumbered { from, .. } => format!("renumbered by the publisher, before {from}"),
            EventKind::Delisted => "delisted: no longer on the list".to_owned(),
        };
        page.hanging(
            2,
            6,
            &format!(
                "{}  {what} ({}){}  [entry {}, known since {}]",
                event.day,
                lists.join(", "),
                ground(&event.ground),
                event.entry,
                event.recorded
            ),
        );
        match &event.kind {
            EventKind::Changed { change } | EventKind::Renumbered { change: Some(change), .. } => {
                fields(&mut page, change);
            }
            _ => {}
        }
    }
    page.finish()
}
