//! Suggestions while somebody types.

use axum::extract::{RawQuery, State as Held};
use axum::response::{IntoResponse, Response};
use countersign_screening::{Profile, Query};
use serde_json::{Value, json};

use super::{PROPERTIES, TYPES, kind};
use crate::compat::searched;
use crate::compat::yente::{Fault, Segments, Wanted, limit};
use crate::params::Params;
use crate::state::State;

/// How many suggestions are shown, if nothing else is asked for.
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
    let most = limit(&params, SHOWN)?;
    let asked = prefix.clone();
    let snapshot = state.snapshot();
    let result = state
        .work(move || {
            let lists = &snapshot.lists;
            if let Err(fault) = wanted.check(lists) {
                return Ok(Err(fault));
            }
            let profile = Profile { near_miss_margin: 0.0, ..Profile::with_threshold(THRESHOLD) };
            // a text without a letter suggests nobody
            let found = lists.index().screen(&Query::named(prefix.as_str()), &profile);
            let found = found.map(|found| searched(found, &prefix, lists)).unwrap_or_default();
            let found: Vec<Value> = found
                .into_iter()
                .filter(|hit| lists.entity(&hit.entity).is_some_and(|e| wanted.shows(e)))
                .take(most)
                .map(|hit| {
                    let word = hit.schema.as_str();
                    let name = kind(word).map_or(word, |(_, name, _)| name);
                    json!({
                        "id": hit.entity, "name": hit.caption, "description": word,
                        "type": [{"id": word, "name": name}], "notable": [{"id": word, "name": name}],
                    })
                })
                .collect();
            Ok(Ok(found))
        })
        .await??;
    Ok(answer(&asked, &Value::Array(result)))
}

/// Suggestions in the envelope that yente's have.
fn answer(prefix: &str, result: &Value) -> Response {
    let said = json!({"code": "/api/status/ok", "status": "200 OK", "prefix": prefix, "result": result});
    axum::Json(said).into_response()
}

/// Whether a name begins with what was typed; nothing typed begins nothing.
fn begins(prefix: &str, names: [&str; 2]) -> bool {
    let prefix = prefix.trim().to_lowercase();
    !prefix.is_empty() && names.iter().any(|name| name.to_lowercase().starts_with(&prefix))
}

pub(super) async fn types(RawQuery(query): RawQuery) -> Response {
    let prefix = prefix(query);
    let result: Vec<Value> = TYPES
        .iter()
        .filter(|(id, name, _)| begins(&prefix, [id, name]))
        .map(|(id, name, description)| json!({"id": id, "name": name, "description": description}))
        .collect();
    answer(&prefix, &Value::Array(result))
}

pub(super) async fn properties(RawQuery(query): RawQuery) -> Response {
    let prefix = prefix(query);
    let result: Vec<Value> = PROPERTIES
        .iter()
        .filter(|(id, _, name)| begins(&prefix, [id, name]))
        .map(|(id, schema, name)| json!({"id": format!("{schema}:{id}"), "name": name, "description": null}))
        .collect();
    answer(&prefix, &Value::Array(result))
}

fn prefix(query: Option<String>) -> String {
    Params::read(&query.unwrap_or_default()).one("prefix").unwrap_or_default().to_owned()
}
