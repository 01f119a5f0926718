//! Other programs' APIs, so that their clients are pointed here in a minute. Each answers in its own exact shape, errors
//! too; what we add stands under the one key `countersign`. A hit is a possible match in every one of them.

mod csl;
mod entity;
mod ftm_properties;
mod openrefine;
mod watchman;
mod yente;

pub(crate) use entity::{Prepared, Written, ftm, is_target, sanctions, topics, versions};

use axum::Router;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use countersign_operations::lists::Lists;
use countersign_screening::{Hit, Screening};
use tower_http::cors::CorsLayer;

use crate::config::CompatRoot;
use crate::state::State;

/// Lets pages of the origins that the command line names read answers. Without one, no page of another site can: answers hold
/// what people decided. Cookies are never asked for; a key is sent by hand.
fn readable(state: &State, routes: Router) -> Router {
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

/// All of them, below `/compat`.
pub(crate) fn router(state: &State) -> Router {
    Router::new()
        .nest("/compat/yente", yente::router(state.clone()))
        .nest("/compat/openrefine", openrefine::router(state.clone()))
        .nest("/compat/watchman", watchman::router(state.clone()))
        .nest("/compat/csl", csl::router(state.clone()))
}

/// One of them, to answer at the root what nothing else does.
pub(crate) fn at_root(which: CompatRoot, state: State) -> Router {
    match which {
        CompatRoot::Yente => yente::router(state),
        CompatRoot::OpenRefine => openrefine::router(state),
        CompatRoot::Watchman => watchman::router(state),
        CompatRoot::Csl => csl::router(state),
    }
}

/// What a search for a text finds: those who bear its very words first, then those whose names are alike. A search is no
/// screening: whoever types a surname means everybody who bears it.
fn searched(found: Screening, text: &str, lists: &Lists) -> Vec<Hit> {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let wanted = words(text);
    let bears = |hit: &Hit| {
        lists.entity(&hit.entity).is_some_and(|entity| {
            entity.names().any(|name| {
                let has = words(name.text);
                wanted.iter().all(|word| has.contains(word))
            })
        })
    };
    let all = found.hits.into_iter().chain(found.near_misses);
    let (mut first, rest): (Vec<Hit>, Vec<Hit>) = all.partition(bears);
    first.extend(rest);
    first
}
