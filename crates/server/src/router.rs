//! The families of endpoints put together, and what goes around each request.

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;

use crate::problem::Problem;
use crate::state::State;
use crate::{access, api, compat, desk, health, limits, mcp, public, register_files, scrape};

/// Everything that the server answers.
pub fn router(state: &State) -> Router {
    let guarded = Router::new()
        .merge(api::router(state.clone()))
        .merge(compat::router(state))
        .merge(mcp::router(state))
        .merge(register_files::router(state.clone()))
        .merge(access::router(state.clone()))
        .merge(desk::router(state.clone()))
        .merge(public::router(state.clone()));
    let guarded = guarded.method_not_allowed_fallback(no_method);
    // a compatible API at the root answers what nothing else does, so that its paths cannot hide ours
    let guarded = match state.config().compat_root {
        Some(which) => guarded.fallback_service(compat::at_root(which, state.clone())),
        None => guarded.fallback_service(public::nowhere(state.clone())),
    };
    let all = access::guard(state, guarded)
        .merge(health::router(state.clone()))
        .merge(scrape::router(state.clone()));
    limits::around(all, &state.config().limits)
        .layer(from_fn_with_state(state.clone(), compat::in_their_form))
}

async fn no_method(method: Method, uri: Uri) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method",
        "another method is needed",
        format!("`{}` does not answer to {method}", uri.path()),
    )
}
