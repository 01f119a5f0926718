//! The desk: pages and endpoints for those who work on cases and possible matches.
//!
//! What belongs here are the routes of queues, cases, countersignatures and audit. Each asks `access` who is calling; each
//! change is one entry of the journal ([`State::journal`]).

use axum::Router;

use crate::state::State;

/// The routes, below `/desk` and `/v1/desk`. None yet.
pub fn router(state: State) -> Router {
    Router::new().with_state(state)
}
