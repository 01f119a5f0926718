//! Pages of other sites: which may read answers.

use axum::Router;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tower_http::cors::CorsLayer;

use crate::state::State;

/// Lets pages of the origins that the command line names read answers. Without one, no page of another site can: answers hold
/// what people decided. Cookies are never asked for; a key is sent by hand.
pub(super) fn readable(state: &State, routes: Router) -> Router {
    let named = state.config().compat_origins.iter();
    let origins: Vec<HeaderValue> = named.filter_map(|o| HeaderValue::from_str(o.as_str()).ok()).collect();
    if origins.is_empty() {
        return routes;
    }
    let cors = CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([HeaderName::from_static("x-batch-size"), header::RETRY_AFTER]);
    routes.layer(cors)
}

/// The answer to a browser that asks for a page whether it may ask with a key; `None` where it may not, or asks something else.
pub(crate) fn preflight(state: &State, parts: &Parts) -> Option<Response> {
    let origin = parts.headers.get(header::ORIGIN)?;
    let config = state.config();
    let named = config.compat_origins.iter().any(|named| named.as_str().as_bytes() == origin.as_bytes());
    let here = parts.uri.path().starts_with("/compat/") || config.compat_root.is_some();
    if parts.method != Method::OPTIONS || !named || !here {
        return None;
    }
    let says = HeaderValue::from_static;
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone()),
        (header::ACCESS_CONTROL_ALLOW_METHODS, says("GET, POST")),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, says("authorization, content-type")),
        (header::ACCESS_CONTROL_MAX_AGE, says("600")),
        (header::VARY, says("origin")),
    ];
    Some((StatusCode::NO_CONTENT, headers).into_response())
}
