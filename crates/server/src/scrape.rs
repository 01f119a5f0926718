//! `/metrics`: the counters, for Prometheus.

use axum::Router;
use axum::http::header;
use axum::http::request::Parts;
use axum::routing::get;

use crate::access::is_from_here;
use crate::measured;
use crate::state::State;

/// The routes.
pub(crate) fn router(state: State) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(state)
}

async fn metrics(parts: Parts) -> ([(header::HeaderName, &'static str); 1], String) {
    let mut text = measured::text();
    if !is_from_here(&parts) {
        // names and sizes of an installation's own deny lists are for those who keep them
        let told: Vec<&str> = text.lines().filter(|line| !line.contains("source=\"own:")).collect();
        text = told.join("\n") + "\n";
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
