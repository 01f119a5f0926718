//! One entry of a list.

use countersign_history::{Group, LAST_SEEN, MISSING_SINCE, NOT_ON_COPY_OF, not_yet_on, past_of};
use countersign_model::{Date, Entity};

use super::text::Page;
use countersign_operations::facts::on_list;
use countersign_operations::lists::Snapshot;

/// The page of `entity show`.
pub(crate) fn entity(
    copy: &Snapshot,
    entity: &Entity,
    as_of: Date,
    group: Option<&Group>,
    notes: &[String],
) -> String {
    let mut page = Page::default();
    page.hanging(0, 2, &format!("{} ({}, {})", entity.caption(), entity.schema.as_str(), entity.id));
    let in_effect = entity.listings.iter().any(|l| l.in_effect_on(as_of));
    page.hanging(2, 4, &format!("{} on {as_of}", if in_effect { "listed" } else { "not listed" }));
    match (not_yet_on(entity), past_of(entity)) {
        (Some(day), _) => page.hanging(2, 4, &format!("not on the list's copy of {day}; on a later one")),
        (None, Some((last, since))) => page.hanging(
            2,
            4,
            &format!("delisted: not on the list since its copy of {since}, last seen on that of {last}"),
        ),
        (None, None) => {}
    }
    for listing in &entity.listings {
        let effect = if listing.in_effect_on(as_of) { "" } else { "; not in effect on that day" };
        page.hanging(2, 4, &format!("{}{effect}", on_list(listing)));
        for (what, values) in [
            ("instrument", listing.instrument.iter().cloned().collect::<Vec<_>>()),
            ("programmes", listing.programmes.clone()),
        ] {
            if !values.is_empty() {
                page.hanging(4, 6, &format!("{what}: {}", values.join(", ")));
            }
        }
    }
    for (property, values) in &entity.properties {
        if ![LAST_SEEN, MISSING_SINCE, NOT_ON_COPY_OF].contains(&property.as_str()) {
            page.hanging(2, 6, &format!("{property}: {}", values.join("; ")));
        }
    }
    if let Some(group) = group {
        let others: Vec<&str> =
            group.members.iter().map(String::as_str).filter(|m| *m != entity.id).collect();
        page.hanging(2, 6, &format!("the same party ({}): {}", group.id, others.join(", ")));
    }
    let pin = &copy.pin;
    let taken = pin.imported.as_ref().map_or_else(|| "built in".to_owned(), |t| format!("taken in {t}"));
    let day = pin.speaks_for.as_ref().map(|d| format!(", speaks for {d}")).unwrap_or_default();
    page.hanging(2, 6, &format!("from {} {}, {taken}{day}", pin.source, pin.snapshot.short()));
    for note in notes {
        page.hanging(0, 2, &format!("Note: {note}"));
    }
    page.finish()
}
