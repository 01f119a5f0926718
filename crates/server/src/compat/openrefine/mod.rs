//! The Reconciliation Service API 0.2 of OpenRefine, as yente serves it: `/reconcile/{dataset}`.
//!
//! A candidate is a possible match. `match: true`, which makes OpenRefine take it over by itself, is said only where one
//! candidate alone is nearly certain.

mod extend;
mod manifest;
mod queries;
mod suggest;

use axum::Router;
use axum::http::Method;
use axum::routing::get;
use tower_http::cors::{Any, CorsLayer};

use crate::state::State;

/// The kinds of party that are offered, with their names for people.
const TYPES: [(&str, &str, &str); 8] = [
    ("Person", "People", "A natural person."),
    ("Organization", "Organizations", "A body of any legal form."),
    ("Company", "Companies", "A company."),
    ("PublicBody", "Public bodies", "A ministry, an agency, a state body."),
    ("LegalEntity", "Legal entities", "A person or a body, where it is not known which."),
    ("Vessel", "Vessels", "A ship."),
    ("Airplane", "Airplanes", "An aircraft."),
    ("Asset", "Assets", "A security or a wallet."),
];

/// The properties that are compared or shown: name, the schema that has it, its name for people.
const PROPERTIES: [(&str, &str, &str); 24] = [
    ("name", "Thing", "Name"),
    ("alias", "Thing", "Other name"),
    ("previousName", "Thing", "Previous name"),
    ("weakAlias", "Thing", "Weak alias"),
    ("country", "Thing", "Country"),
    ("nationality", "Person", "Nationality"),
    ("jurisdiction", "LegalEntity", "Jurisdiction"),
    ("birthDate", "Person", "Date of birth"),
    ("gender", "Person", "Gender"),
    ("idNumber", "LegalEntity", "ID Number"),
    ("registrationNumber", "LegalEntity", "Registration number"),
    ("passportNumber", "Person", "Passport number"),
    ("imoNumber", "Vessel", "IMO Number"),
    ("address", "Thing", "Address"),
    ("topics", "Thing", "Topics"),
    ("program", "Thing", "Program"),
    ("innCode", "LegalEntity", "INN"),
    ("ogrnCode", "LegalEntity", "OGRN"),
    ("taxNumber", "LegalEntity", "Tax Number"),
    ("birthPlace", "Person", "Place of birth"),
    ("website", "LegalEntity", "Website"),
    ("sourceUrl", "Thing", "Source link"),
    ("description", "Thing", "Description"),
    ("notes", "Thing", "Notes"),
];

fn kind(id: &str) -> Option<(&'static str, &'static str, &'static str)> {
    TYPES.into_iter().find(|(word, ..)| *word == id)
}

/// A property by its id, with or without the schema before it (`LegalEntity:country`).
fn property(id: &str) -> &str {
    id.rsplit(':').next().unwrap_or(id)
}

/// The routes.
pub(super) fn router(state: State) -> Router {
    // OpenRefine asks for suggestions from its own page. Answers to queries are for pages of named origins alone: they hold
    // what people decided
    let from_anywhere = CorsLayer::new().allow_origin(Any).allow_methods([Method::GET]);
    let suggestions = Router::new()
        .route("/reconcile/{dataset}/suggest/entity", get(suggest::entity))
        .route("/reconcile/{dataset}/suggest/type", get(suggest::types))
        .route("/reconcile/{dataset}/suggest/property", get(suggest::properties))
        .route("/reconcile/{dataset}/extend/property", get(extend::propose))
        .layer(from_anywhere);
    let queries = Router::new()
        .route("/reconcile/{dataset}", get(queries::get).post(queries::post))
        .route("/reconcile/{dataset}/preview", get(extend::preview))
        .with_state(state.clone());
    super::readable(&state, queries).merge(suggestions.with_state(state))
}
