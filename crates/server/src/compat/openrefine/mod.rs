//! The Reconciliation Service API 0.2 of OpenRefine, as yente serves it: `/reconcile/{dataset}`.
//!
//! A candidate is a possible match. `match: true`, which makes OpenRefine take it over by itself, is said only where one
//! candidate alone is nearly certain.

mod batch;
mod extend;
mod manifest;
mod offered;
mod queries;
mod suggest;

use axum::Router;
use axum::http::Method;
use axum::routing::get;
use tower_http::cors::{Any, CorsLayer};

use crate::state::State;

/// The routes.
pub(super) fn router(state: State) -> Router {
    // OpenRefine asks for suggestions from its own page. Answers to queries are for pages of named origins alone: they hold
    // what people decided
    let from_anywhere = CorsLayer::new().allow_origin(Any).allow_methods([Method::GET]);
    let suggestions = Router::new()
        .route("/reconcile/{dataset}/suggest/entity", get(suggest::entity))
        .route("/reconcile/{dataset}/suggest/type", get(suggest::types))
        .route("/reconcile/{dataset}/suggest/property", get(suggest::properties))
        .route("/reconcile/{dataset}/extend/property", get(extend::propose))
        .layer(from_anywhere);
    let queries = Router::new()
        .route("/reconcile/{dataset}", get(queries::get).post(queries::post))
        .route("/reconcile/{dataset}/preview", get(extend::preview))
        .with_state(state.clone());
    super::origins::readable(&state, queries).merge(suggestions.with_state(state))
}
