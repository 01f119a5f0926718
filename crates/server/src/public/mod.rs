//! Pages for everybody: the public register, vendors, countries, assessments.
//!
//! What belongs here are the routes whose answers anyone may read without saying who they are: server-rendered HTML, their
//! feeds and their CSV and JSON, made by `countersign_pages` from the views that a [`State`] holds.

use axum::Router;

use crate::state::State;

/// The routes, below the root. None yet.
pub fn router(state: State) -> Router {
    Router::new().with_state(state)
}
