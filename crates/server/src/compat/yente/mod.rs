//! The API of yente (OpenSanctions): match, search, entities, catalog.
//!
//! `default` is all lists; each source is a dataset of its own. `dataset` in paths, `algorithm`, `threshold`, `cutoff` and
//! `limit` are read as yente reads them.

mod adjacent;
mod catalog;
mod entities;
mod fault;
mod found;
mod language;
mod matching;
mod pattern;
mod search;
mod sent;
mod shown;
mod token;
mod typed;

pub(super) use fault::{Fault, Segments};
pub(super) use pattern::words;
pub(super) use sent::{algorithm, limit};
pub(super) use shown::Wanted;
pub(super) use typed::whole;

use axum::Router;
use axum::routing::{any, get, post};

use crate::state::State;

/// The routes, but for those of reconciliation, which yente serves at the same address.
pub(super) fn router(state: State) -> Router {
    let routes = Router::new()
        .route("/match/{dataset}", post(matching::answer))
        .route("/match/{dataset}/", any(fault::without_slash))
        .route("/search/{dataset}/", any(fault::without_slash))
        .route("/entities/{id}/", any(fault::without_slash))
        .route("/catalog/", any(fault::without_slash))
        .route("/search/{dataset}", get(search::answer))
        .route("/entities/{id}", get(entities::answer))
        .route("/entities/{id}/adjacent", get(adjacent::all))
        .route("/entities/{id}/adjacent/{property}", get(adjacent::one))
        .route("/catalog", get(catalog::catalog))
        .route("/manifest", get(catalog::catalog))
        .route("/algorithms", get(catalog::algorithms))
        .route("/healthz", get(catalog::health))
        .route("/readyz", get(catalog::ready))
        .route("/updatez", post(catalog::update))
        .fallback(fault::no_route)
        .method_not_allowed_fallback(fault::no_method)
        .with_state(state.clone());
    super::origins::readable(&state, routes)
}
