//! Pages for everybody: the public register, vendors, countries, assessments, lists.
//!
//! What belongs here are the routes whose answers anyone may read without saying who they are. In comes a request; it is
//! answered from one snapshot as of the day that it asks for. The views are filled here, from lists and their history, the
//! replayed register, and the dossiers of countries; `countersign_pages` makes HTML, CSV and feeds of them. Nothing is
//! decided, and nothing is written. Next: a browser.
//!
//! | path | shows |
//! |---|---|
//! | `/`, `/search` | search over listings and records |
//! | `/register`, `/subjects`, `/subject/{id}` | what the register holds, and all about one subject |
//! | `/record/{index}`, `…/bundle.json`, `…/document/{name}` | a record, its proof, its documents |
//! | `/assessment/{id}` | an assessment with all that was said and done about it |
//! | `/party/{id}` | an entry of a list with its history |
//! | `/countries`, `/country/{code}` | dossiers |
//! | `/lists`, `/verify` | which lists are loaded; how to verify |
//! | `/register/files/…` | the register's own files, for mirrors |
//! | `/static/…` | style sheet, script, icon |
//!
//! `?as_of=DAY` shows a page as of a day, `?format=json`, `csv`, `atom` gives it otherwise, `?lang=` in another language.

mod asked;
mod assessment;
mod assessment_parts;
mod code;
mod country;
mod feeds;
mod files;
mod find;
mod ground;
mod lists;
mod open_lists;
mod owners;
mod party;
mod ready;
mod record;
mod reply;
mod rows;
mod site;
mod subject;

use std::sync::Arc;

use axum::Router;
use axum::extract::State as Held;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::extract::Path;
use crate::problem::Problem;
use crate::state::State;

use asked::Asked;
use ready::Ready;
use site::{Public, Site};

/// The routes, below the root.
pub fn router(state: State) -> Router {
    let public = Public { state, ready: Arc::new(Ready::default()) };
    Router::new()
        .route("/", get(|held, asked| show(held, asked, find::home)))
        .route("/search", get(|held, asked| show(held, asked, find::search)))
        .route("/register", get(|held, asked| show(held, asked, find::register)))
        .route("/subjects", get(|held, asked| show(held, asked, find::subjects)))
        .route("/subject/{id}", get(|held, asked, id| show_one(held, asked, id, subject::page)))
        .route("/party/{id}", get(|held, asked, id| show_one(held, asked, id, party::page)))
        .route("/assessment/{id}", get(|held, asked, id| show_one(held, asked, id, assessment::page)))
        .route("/countries", get(|held, asked| show(held, asked, country::all)))
        .route("/country/{code}", get(|held, asked, code| show_one(held, asked, code, country::page)))
        .route("/lists", get(|held, asked| show(held, asked, lists::page)))
        .route("/verify", get(|held, asked| show(held, asked, find::verify)))
        .route("/record/{index}", get(|held, asked, index| show_one(held, asked, index, record::page)))
        .route(
            "/record/{index}/bundle.json",
            get(|held, asked, index| show_one(held, asked, index, record::bundle)),
        )
        .route("/record/{index}/document/{name}", get(document))
        .route(
            "/register/files/{*path}",
            get(|held, asked, path| show_one(held, asked, path, files::register)),
        )
        .route("/static/{name}", get(files::asset))
        .with_state(public)
}

/// Answers with what `build` makes, on a thread for work.
async fn show(
    Held(public): Held<Public>,
    asked: Asked,
    build: fn(&Site) -> Result<Response, Problem>,
) -> Response {
    answer(public, asked, build).await
}

async fn show_one(
    Held(public): Held<Public>,
    asked: Asked,
    Path(one): Path<String>,
    build: fn(&Site, &str) -> Result<Response, Problem>,
) -> Response {
    answer(public, asked, move |site| build(site, &one)).await
}

async fn document(
    Held(public): Held<Public>,
    asked: Asked,
    Path((index, name)): Path<(String, String)>,
) -> Response {
    answer(public, asked, move |site| record::document(site, &index, &name)).await
}

/// What answers where nothing is: a page for a browser, a problem for a program.
pub(crate) fn nowhere(state: State) -> Router {
    let public = Public { state, ready: Arc::new(Ready::default()) };
    Router::new().fallback(missing).with_state(public)
}

async fn missing(Held(public): Held<Public>, asked: Asked, headers: HeaderMap, uri: Uri) -> Response {
    // clients of other programs drop the last part of their address unless it ends with a slash
    let hint = match uri.path().strip_prefix("/compat/") {
        Some(rest) if ["yente", "openrefine", "watchman", "csl"].iter().all(|api| !rest.starts_with(api)) => {
            format!(
                "the APIs of other programs are below their names: `/compat/yente/{rest}`; end the address that a client is given with a slash"
            )
        }
        _ => "the endpoints are in /v1/openapi.json".to_owned(),
    };
    let problem = Problem::not_found(format!("nothing is at `{}`; {hint}", uri.path()));
    let accepted = headers.get(ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !accepted.contains("text/html") {
        return problem.into_response();
    }
    answer(public, asked, move |_| Err(problem)).await
}

async fn answer(
    public: Public,
    asked: Asked,
    build: impl FnOnce(&Site) -> Result<Response, Problem> + Send + 'static,
) -> Response {
    let state = public.state.clone();
    let refused = asked.clone();
    let made = state
        .work(move || {
            let (site, wrong) = Site::of(public, asked)?;
            // a page that cannot be made is answered as a page, in the visitor's language
            Ok(wrong.map_or_else(|| build(&site), Err).unwrap_or_else(|problem| site.refuse(problem)))
        })
        .await;
    made.unwrap_or_else(|problem| reply::bare(&refused, problem))
}
