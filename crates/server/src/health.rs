//! Whether the server lives, and whether it can answer.

use axum::Router;
use axum::extract::State as Held;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Serialize;

use crate::access::is_from_here;
use crate::extract::Json;
use crate::state::State;

/// The routes.
pub(crate) fn router(state: State) -> Router {
    Router::new().route("/healthz", get(health)).route("/readyz", get(ready)).with_state(state)
}

#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
}

#[derive(Debug, Serialize)]
struct Ready {
    status: &'static str,
    /// Counts reloads.
    snapshot: u64,
    /// When it was loaded.
    loaded: String,
    /// With how many entries names are compared.
    entries: usize,
    /// Old copies of lists and the like.
    warnings: Vec<String>,
}

async fn health() -> Response {
    never_kept(Json(Health { status: "ok" }))
}

async fn ready(Held(state): Held<State>, parts: Parts) -> Response {
    let snapshot = state.snapshot();
    // which deny lists an installation keeps for itself is nobody else's business
    let told = |warning: &&String| is_from_here(&parts) || !warning.contains("own:");
    never_kept(Json(Ready {
        status: "ok",
        snapshot: snapshot.number,
        loaded: snapshot.loaded.to_string(),
        entries: snapshot.lists.index().len(),
        warnings: snapshot.warnings.iter().filter(told).cloned().collect(),
    }))
}

fn never_kept(answer: impl IntoResponse) -> Response {
    ([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], answer).into_response()
}
