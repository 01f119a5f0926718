//! The API of watchman (Moov), version 2: search and list information.

mod entity;
mod fault;
mod search;

use axum::Router;
use axum::extract::State as Held;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value, json};

use crate::state::State;
use fault::Fault;

/// The routes.
pub(super) fn router(state: State) -> Router {
    let routes = Router::new()
        .route("/v2/search", get(search::answer))
        .route("/v2/listinfo", get(lists))
        .route("/ping", get(|| async { "PONG" }))
        .fallback(|| async { Fault(StatusCode::NOT_FOUND, "not found".to_owned()) })
        .method_not_allowed_fallback(|| async {
            Fault(StatusCode::METHOD_NOT_ALLOWED, "method not allowed".to_owned())
        })
        .with_state(state.clone());
    super::origins::readable(&state, routes)
}

/// Which lists are loaded, with how many entries, in which version.
async fn lists(Held(state): Held<State>) -> Response {
    let snapshot = state.snapshot();
    let pins = snapshot.lists.pins();
    let counts: Map<String, Value> = pins.iter().map(|p| (p.source.to_string(), json!(p.entries))).collect();
    let hashes: Map<String, Value> = pins.iter().map(|p| (p.source.to_string(), json!(p.snapshot))).collect();
    axum::Json(json!({
        "lists": counts,
        "listHashes": hashes,
        "startedAt": snapshot.loaded.as_str(),
        "endedAt": snapshot.loaded.as_str(),
        "version": format!("v{}", countersign_operations::check::VERSION),
        "countersign": {"warnings": snapshot.warnings},
    }))
    .into_response()
}
