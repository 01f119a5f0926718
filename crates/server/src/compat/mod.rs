//! Other programs' APIs, so that their clients are pointed here in a minute. Each answers in its own exact shape, errors
//! too; what we add stands under the one key `countersign`. A hit is a possible match in every one of them.

mod csl;
mod entity;
mod ftm_properties;
mod openrefine;
mod watchman;
mod yente;

pub(crate) use entity::{
    Prepared, Written, ftm, is_target, last_change, sanctions, topic_named, topics, versions,
};
pub(crate) use ftm_properties::{has, is_known_to_ftm};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Held};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use countersign_operations::lists::Lists;
use countersign_screening::{Hit, Screening};
use serde_json::{Value, json};
use tower_http::cors::CorsLayer;

use crate::config::CompatRoot;
use crate::state::State;

/// The longest error of the server itself, in bytes.
const MAX_PROBLEM: usize = 64 << 10;

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

/// The API at the root that a path belongs to, and its path below `/compat`; `None` where it has nothing there.
pub(crate) fn path_of_root(which: CompatRoot, path: &str) -> Option<String> {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let (name, paths): (&str, &[&str]) = match which {
        CompatRoot::Yente => (
            "yente",
            &[
                "match",
                "search",
                "entities",
                "catalog",
                "manifest",
                "algorithms",
                "healthz",
                "readyz",
                "updatez",
                "reconcile",
            ],
        ),
        CompatRoot::OpenRefine => ("openrefine", &["reconcile"]),
        CompatRoot::Watchman => ("watchman", &["v2", "ping"]),
        CompatRoot::Csl => ("csl", &["search", "sources", "consolidated_screening_list"]),
    };
    paths.contains(&first).then(|| format!("/compat/{name}{path}"))
}

/// That an API has nothing at a path, in its own form.
pub(crate) fn nothing_there(which: CompatRoot) -> Response {
    let said = match which {
        CompatRoot::Yente | CompatRoot::OpenRefine => json!({"detail": "Not Found"}),
        CompatRoot::Watchman => json!({"error": "not found"}),
        CompatRoot::Csl => json!({"errors": ["not found"]}),
    };
    (StatusCode::NOT_FOUND, axum::Json(said)).into_response()
}

/// The address of the reconciliation API, whose clients can send no header: a key may stand in it (`api_key`).
pub(crate) fn is_reconciliation(state: &State, path: &str) -> bool {
    let at_root = matches!(state.config().compat_root, Some(CompatRoot::Yente | CompatRoot::OpenRefine));
    ["/compat/openrefine/reconcile/", "/compat/yente/reconcile/"].iter().any(|begin| path.starts_with(begin))
        || (at_root && path.starts_with("/reconcile/"))
}

/// Gives what the server itself refuses (no key, too many requests, a time that is over) in the form in which clients of the
/// API read errors.
pub(crate) async fn in_their_form(Held(state): Held<State>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let at_root = || state.config().compat_root.and_then(|which| path_of_root(which, path));
    let family = ["watchman", "csl", "yente", "openrefine"].into_iter().find(|name| {
        let below = |path: &str| path.strip_prefix("/compat/").is_some_and(|rest| rest.starts_with(name));
        below(path) || at_root().is_some_and(|path| below(&path))
    });
    let response = next.run(request).await;
    let is_problem =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json");
    let Some(family) = family.filter(|_| is_problem) else { return response };
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, MAX_PROBLEM).await.unwrap_or_default();
    let problem: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let why = problem.get("detail").cloned().unwrap_or_else(|| Value::from(parts.status.as_str()));
    let said = match family {
        "watchman" => json!({ "error": why }),
        "csl" => json!({ "errors": [why] }),
        _ => json!({ "detail": why }),
    };
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(said.to_string()))
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
