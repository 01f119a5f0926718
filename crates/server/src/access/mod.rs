//! Who is calling, and what they may do.
//!
//! What belongs here: sign-in and set-up ([`router`]), and the guard before every other route ([`guard`]), which finds out
//! who is calling from a session or a key and refuses what their role may not do.

use axum::Router;
use countersign_operations::failure::Failure;

use crate::state::State;

/// The routes of signing in and out and of set-up. None yet.
pub fn router(state: State) -> Router {
    Router::new().with_state(state)
}

/// Puts the guard before all routes. Without an administrator there is nobody to tell apart: the server listens on loopback
/// alone, and whoever is on the machine may ask.
pub fn guard(_state: &State, routes: Router) -> Router {
    routes
}

/// Whether an administrator exists. Without one the server listens on loopback alone.
///
/// # Errors
/// Where the data directory cannot be read.
pub fn has_administrator(_state: &State) -> Result<bool, Failure> {
    Ok(false)
}
