//! The search of the US Consolidated Screening List (International Trade Administration).
//!
//! Only entries on lists of the United States are in it, one record for each listing. A `name` is always compared with every
//! spelling; `fuzzy_name=true` adds the score to each record.

mod fault;
mod record;
mod search;
mod source;

use axum::Router;
use axum::extract::State as Held;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::problem::Problem;
use crate::state::State;
use fault::Fault;
use source::source;

/// The base path of the publisher's API, so that only the host has to be changed.
const BASE: &str = "/consolidated_screening_list/v1";

/// The routes.
pub(super) fn router(state: State) -> Router {
    let routes = Router::new()
        .route("/search", get(search::answer))
        .route("/sources", get(sources))
        .route(&format!("{BASE}/search"), get(search::answer))
        .route(&format!("{BASE}/sources"), get(sources))
        .fallback(|| async { Fault(StatusCode::NOT_FOUND, "not found".to_owned()) })
        .method_not_allowed_fallback(|| async {
            Fault(StatusCode::METHOD_NOT_ALLOWED, "method not allowed".to_owned())
        })
        .with_state(state.clone());
    super::origins::readable(&state, routes)
}

/// Which lists there are, and how many entries of each are loaded.
async fn sources(Held(state): Held<State>) -> Result<Response, Problem> {
    let snapshot = state.snapshot();
    let loaded = snapshot.clone();
    let counts = state.long_work(move || Ok(search::counts(&loaded.lists))).await?;
    let whole = snapshot.lists.whole_lists(state.today()?);
    let all: Vec<Value> = counts
        .iter()
        .filter_map(|(list, count)| {
            let (code, name) = source(*list)?;
            Some(json!({
                "source": name, "source_code": code, "count": count,
                "countersign": {"whole_copy_loaded": whole.contains(list)},
            }))
        })
        .collect();
    Ok(axum::Json(json!({"sources_used": all, "countersign": {"warnings": snapshot.warnings}}))
        .into_response())
}
