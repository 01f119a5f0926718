//! `GET /entities/{id}`: one entry, with its listings as nested `Sanction` entities.

use axum::extract::{OriginalUri, RawQuery, State as Held};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use countersign_operations::lists::Lists;
use serde_json::{Value, json};

use super::shown::is_named;
use super::typed::switch;
use super::{Fault, Segments};
use crate::compat::{ftm, sanctions};
use crate::params::Params;
use crate::state::State;

pub(super) async fn answer(
    Held(state): Held<State>,
    Segments(id): Segments<String>,
    OriginalUri(uri): OriginalUri,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let params = Params::read(&query.unwrap_or_default());
    let nested = switch(&params, "nested", true)?;
    let when = params.when().map_err(|e| Fault::query("as_of", e))?;
    let snapshot = state.snapshot();
    let worker = state.clone();
    let found = state
        .work(move || {
            let (_, lists) = worker.lists(&snapshot, when)?;
            Ok(match entity(&lists, &id, nested) {
                Some(found) => Ok(found),
                // the id in the publisher's file, or one that was merged into it: clients keep those
                None => Err(meant(&lists, &id)),
            })
        })
        .await?;
    match found {
        Ok(found) => Ok(axum::Json(found).into_response()),
        Err(None) => Err(none()),
        Err(Some(id)) => {
            let whole = uri.path();
            Ok(moved(whole.rsplit_once('/').map_or("", |(below, _)| below), &id, "", &uri))
        }
    }
}

/// Where the entry is that an id of its file means (308).
pub(super) fn moved(below: &str, id: &str, rest: &str, uri: &Uri) -> Response {
    let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let below = below.trim_start_matches('/');
    // `+` is a blank in a query and a plus in a path
    let id = id.replace('+', "%20");
    Redirect::permanent(&format!("/{below}/{id}{rest}{query}")).into_response()
}

/// The id of the entry that an id of its file means.
pub(super) fn meant(lists: &Lists, id: &str) -> Option<String> {
    lists.index().entities().find(|entity| is_named(entity, id)).map(|entity| entity.id.clone())
}

/// No such entity (404).
pub(super) fn none() -> Fault {
    Fault::new(StatusCode::NOT_FOUND, "No such entity!")
}

/// The entity, with its listings nested where that is asked.
pub(super) fn entity(lists: &Lists, id: &str, nested: bool) -> Option<Value> {
    let entity = lists.entity(id)?;
    let mut value = ftm(entity, lists);
    if nested && let Some(properties) = value.get_mut("properties").and_then(Value::as_object_mut) {
        let listings = sanctions(entity, lists);
        if !listings.is_empty() {
            properties.insert("sanctions".to_owned(), json!(listings));
        }
    }
    Some(value)
}
