//! The health of the lists: `lists/1`.

use countersign_lists::source_def;
use countersign_model::Date;
use countersign_store::Store;
use serde_json::{Value, json};

use crate::age::Age;
use crate::count::guard;
use crate::editions::{Editions, When};
use crate::failure::Failure;
use crate::feeds::{self, Feed};
use crate::snapshot::Snapshot;

/// The loaded lists as `lists/1`: age, count, version, last error.
///
/// # Errors
/// Where the starter list of the program cannot be read.
pub fn lists(store: Option<&Store>, editions: &Editions, when: When, today: Date) -> Result<Value, Failure> {
    let starter = Snapshot::starter()?.pin;
    let mut sources = vec![json!({
        "source": starter.source, "entries": starter.entries, "snapshot": starter.snapshot,
        "imported": null, "speaks_for": starter.speaks_for, "entry": null, "day": null, "age_days": null,
        "max_age_days": null, "old": false, "guard": guard(&starter.source, starter.entries), "copies": 1,
        "confirmed": null, "asked": null, "last_error": null, "cross_check": null,
    })];
    for part in &editions.plan(when).parts {
        let Feed { confirmed, asked, error, .. } =
            store.map(|s| feeds::load(s, &part.source)).unwrap_or_default();
        let age = Age::of(part, editions, confirmed.as_deref(), today);
        sources.push(json!({
            "source": part.source, "entries": part.on.entities, "snapshot": part.on.snapshot,
            "imported": part.time, "speaks_for": part.on.day_told.then(|| part.on.day.to_string()),
            "entry": part.on.entry, "day": part.on.day.to_string(), "age_days": age.days,
            "max_age_days": age.most, "old": age.is_old(), "guard": guard(&part.source, part.on.entities),
            "copies": editions.of(&part.source).len(), "confirmed": confirmed, "asked": asked,
            "last_error": error,
            "cross_check": source_def(&part.source).ok().and_then(|d| d.cross_check.clone()),
        }));
    }
    Ok(json!({"schema": "lists/1", "sources": sources}))
}
