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

use crate::config::CompatRoot;
use crate::state::State;

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
