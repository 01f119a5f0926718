//! API v1: our own endpoints, one family a file, described by OpenAPI 3.1 at `/v1/openapi.json`.
//!
//! Answers are the documents that the command line prints with `--json`, each with its `schema` (`check/1`, `screen/1`…).
//! `as_of` asks for another day, `known_at` for what could have been known by one. Errors are [`Problem`]s.

mod alerts;
mod assessments;
mod check;
mod classify;
mod countries;
mod decisions;
mod desk;
mod entities;
mod lists;
mod openapi;
mod ownership;
mod refusals;
mod register;
mod screen;
mod webhooks;
mod whole;

pub(crate) use assessments::whole_id;
pub(crate) use check::evaluated;
pub(crate) use screen::read_query;

use axum::Router;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use crate::state::State;

/// The largest body of a request, in bytes; files about owners may be larger.
pub(crate) const MAX_BODY: usize = 4 << 20;
/// The largest body with files about owners.
const MAX_OWNERS: usize = 64 << 20;

/// The routes with their descriptions.
fn described() -> OpenApiRouter<State> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(routes!(check::check))
        .routes(routes!(screen::screen))
        .routes(routes!(entities::entity))
        .routes(routes!(lists::lists))
        .routes(routes!(ownership::ownership).layer(axum::extract::DefaultBodyLimit::max(MAX_OWNERS)))
        .routes(routes!(classify::classify, classify::questions))
        .routes(routes!(countries::country))
        .routes(routes!(assessments::all))
        .routes(routes!(assessments::one))
        .routes(routes!(register::register))
        .routes(routes!(register::records))
        .routes(routes!(register::record))
        .routes(routes!(register::bundle))
        .routes(routes!(register::proof))
        .routes(routes!(register::subjects))
        .routes(routes!(register::subject))
        .routes(routes!(register::checkpoint))
        .routes(routes!(register::consistency))
        .routes(routes!(alerts::alerts))
        .routes(routes!(decisions::decision))
        .routes(routes!(decisions::bundle))
        .routes(routes!(webhooks::all, webhooks::make))
        .routes(routes!(webhooks::one, webhooks::remove))
        .routes(routes!(webhooks::disable))
        .routes(routes!(webhooks::enable))
        .routes(routes!(webhooks::secret))
}

/// The routes.
pub(crate) fn router(state: State) -> Router {
    let (routes, document) = described().split_for_parts();
    let text = serde_json::to_string_pretty(&whole::whole(&document)).unwrap_or_default();
    routes.with_state(state).merge(openapi::router(text))
}

/// The description as it is checked in at `docs/reference/openapi.json`.
pub fn openapi() -> String {
    let (_, document) = described().split_for_parts();
    let mut text = serde_json::to_string_pretty(&whole::whole(&document)).unwrap_or_default();
    text.push('\n');
    text
}
