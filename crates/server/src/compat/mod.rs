//! Other programs' APIs, so that their clients are pointed here in a minute. Each answers in its own exact shape, errors
//! too; what we add stands under the one key `countersign`. A hit is a possible match in every one of them.

mod csl;
mod entity;
mod ftm_properties;
mod openrefine;
mod origins;
mod searched;
mod watchman;
mod yente;

pub(crate) use entity::{
    Prepared, Written, ftm, is_target, last_change, sanctions, topic_named, topics, versions,
};
pub(crate) use ftm_properties::{has, is_known_to_ftm};
pub(crate) use origins::preflight;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Held};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::config::CompatRoot;
use crate::state::State;

/// The longest error of the server itself, in bytes.
const MAX_PROBLEM: usize = 64 << 10;

/// All of them, below `/compat`.
pub(crate) fn router(state: &State) -> Router {
    Router::new()
        .nest("/compat/yente", as_yente(state.clone()))
        .nest("/compat/openrefine", openrefine::router(state.clone()))
        .nest("/compat/watchman", watchman::router(state.clone()))
        .nest("/compat/csl", csl::router(state.clone()))
}

/// yente serves reconciliation at the same address.
fn as_yente(state: State) -> Router {
    yente::router(state.clone()).merge(openrefine::router(state))
}

/// One of them, to answer at the root what nothing else does.
pub(crate) fn at_root(which: CompatRoot, state: State) -> Router {
    match which {
        CompatRoot::Yente => as_yente(state),
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
