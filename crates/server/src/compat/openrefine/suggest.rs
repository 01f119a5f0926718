//! Suggestions while somebody types.

use axum::extract::{RawQuery, State as Held};
use axum::response::{IntoResponse, Response};
use countersign_screening::{Profile, Query};
use serde_json::{Value, json};

use super::{PROPERTIES, TYPES, kind};
use crate::compat::yente::{Fault, Segments, Wanted};
use crate::params::Params;
use crate::state::State;

/// How many suggestions are shown.
const SHOWN: usize = 10;
/// Somebody who types has not typed all of it.
const THRESHOLD: f64 = 0.5;

pub(super) async fn entity(
    Held(state): Held<State>,
    Segments(dataset): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let params = Params::read(&query.unwrap_or_default());
    let wanted = Wanted::read(&dataset, &params)?;
    let prefix = params.one("prefix").unwrap_or_default().to_owned();
    let snapshot = state.snapshot();
    let result = state
        .work(move || {
            let lists = &snapshot.lists;
            if let Err(fault) = wanted.check(lists) {
                return Ok(Err(fault));
            }
            let profile = Profile { near_miss_margin: 0.0, ..Profile::with_threshold(THRESHOLD) };
            // a text without a letter suggests nobody
            let found = lists.index().screen(&Query::named(prefix.as_str()), &profile).map(|s| s.hits);
            let found: Vec<Value> = found
                .unwrap_or_default()
                .into_iter()
                .filter(|hit| lists.entity(&hit.entity).is_some_and(|e| wanted.shows(e)))
                .take(SHOWN)
                .map(|hit| {
                    let word = hit.schema.as_str();
                    let name = kind(word).map_or(word, |(_, name, _)| name);
                    json!({
                        "id": hit.entity, "name": hit.caption, "description": word,
                        "notable": [{"id": word, "name": name}],
                    })
                })
                .collect();
            Ok(Ok(found))
        })
        .await??;
    Ok(axum::Json(json!({"result": result})).into_response())
}

pub(super) async fn types(RawQuery(query): RawQuery) -> Response {
    let prefix = prefix(query);
    let result: Vec<Value> = TYPES
        .iter()
        .filter(|(id, name, _)| {
            id.to_lowercase().starts_with(&prefix) || name.to_lowercase().starts_with(&prefix)
        })
        .map(|(id, name, description)| json!({"id": id, "name": name, "description": description}))
        .collect();
    axum::Json(json!({"result": result})).into_response()
}

pub(super) async fn properties(RawQuery(query): RawQuery) -> Response {
    let prefix = prefix(query);
    let result: Vec<Value> = PROPERTIES
        .iter()
        .filter(|(id, name)| {
            id.to_lowercase().starts_with(&prefix) || name.to_lowercase().starts_with(&prefix)
        })
        .map(|(id, name)| json!({"id": id, "name": name, "description": ""}))
        .collect();
    axum::Json(json!({"result": result})).into_response()
}

fn prefix(query: Option<String>) -> String {
    Params::read(&query.unwrap_or_default()).one("prefix").unwrap_or_default().to_lowercase()
}
