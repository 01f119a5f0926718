//! `GET /entities/{id}`: one entry, with its listings as nested `Sanction` entities.

use axum::extract::{RawQuery, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_operations::lists::Lists;
use serde_json::{Value, json};

use super::{Fault, Segments};
use crate::compat::{ftm, sanctions};
use crate::params::Params;
use crate::state::State;

pub(super) async fn answer(
    Held(state): Held<State>,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let params = Params::read(&query.unwrap_or_default());
    let nested = params.switch("nested", true).map_err(|e| Fault::query("nested", e))?;
    let when = params.when().map_err(|e| Fault::query("as_of", e))?;
    let snapshot = state.snapshot();
    let worker = state.clone();
    let found = state
        .work(move || {
            let (_, lists) = worker.lists(&snapshot, when)?;
            Ok(entity(&lists, &id, nested))
        })
        .await?;
    Ok(axum::Json(found.ok_or_else(none)?).into_response())
}

/// No such entity (404).
pub(super) fn none() -> Fault {
    Fault::new(StatusCode::NOT_FOUND, "No such entity!")
}

/// The entity, with its listings nested where that is asked.
pub(super) fn entity(lists: &Lists, id: &str, nested: bool) -> Option<Value> {
    let entity = lists.entity(id)?;
    let pins = lists.pins();
    let mut value = ftm(entity, &pins);
    if nested && let Some(properties) = value.get_mut("properties").and_then(Value::as_object_mut) {
        let listings = sanctions(entity, &pins);
        if !listings.is_empty() {
            properties.insert("sanctions".to_owned(), json!(listings));
        }
    }
    Some(value)
}
