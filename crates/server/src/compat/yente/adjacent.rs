//! `GET /entities/{id}/adjacent[/{property}]`: what stands beside an entry: its listings.

use axum::extract::{RawQuery, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::sent::limit;
use super::typed;
use super::{Fault, Segments, entities};
use crate::compat::sanctions;
use crate::params::Params;
use crate::state::State;

const DEFAULT_LIMIT: usize = 10;
const MAX_OFFSET: usize = 1_000_000;
/// Properties that lead to other entities in FollowTheMoney and of which publishers tell nothing here: they lead nowhere.
const EMPTY: [&str; 20] = [
    "addressEntity",
    "associates",
    "associations",
    "cryptoWallets",
    "directorshipDirector",
    "directorshipOrganization",
    "familyPerson",
    "familyRelative",
    "membershipMember",
    "membershipOrganization",
    "occupancies",
    "ownershipAsset",
    "ownershipOwner",
    "parent",
    "passportEntity",
    "securities",
    "subsidiaries",
    "successors",
    "unknownLinkFrom",
    "unknownLinkTo",
];

/// All properties that lead to other entities.
pub(super) async fn all(
    state: Held<State>,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let (entity, page) = read(state, id, &query.unwrap_or_default()).await?;
    Ok(axum::Json(json!({"entity": entity, "adjacent": {"sanctions": page}})).into_response())
}

/// One property.
pub(super) async fn one(
    state: Held<State>,
    Segments((id, property)): Segments<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let (_, mut page) = read(state, id, &query.unwrap_or_default()).await?;
    if EMPTY.contains(&property.as_str()) {
        let (limit, offset) = (page.get("limit"), page.get("offset"));
        page = json!({
            "results": [], "total": {"value": 0, "relation": "eq"}, "limit": limit, "offset": offset,
        });
    } else if property != "sanctions" {
        return Err(Fault::new(StatusCode::NOT_FOUND, "No such property!"));
    }
    Ok(axum::Json(page).into_response())
}

/// The entity, and one page of its listings.
async fn read(Held(state): Held<State>, id: String, query: &str) -> Result<(Value, Value), Fault> {
    let params = Params::read(query);
    let limit = limit(&params, DEFAULT_LIMIT)?;
    let offset = typed::whole(&params, "offset", 0, MAX_OFFSET)?;
    let when = params.when().map_err(|e| Fault::query("as_of", e))?;
    let snapshot = state.snapshot();
    let worker = state.clone();
    let found = state
        .work(move || {
            let (_, lists) = worker.lists(&snapshot, when)?;
            let id =
                if lists.entity(&id).is_some() { id } else { entities::meant(&lists, &id).unwrap_or(id) };
            let whole = entities::entity(&lists, &id, false);
            let listings = lists.entity(&id).map(|e| sanctions(e, &lists)).unwrap_or_default();
            Ok(whole.map(|whole| (whole, listings)))
        })
        .await?;
    let (entity, listings) = found.ok_or_else(entities::none)?;
    let total = listings.len();
    let results: Vec<Value> = listings.into_iter().skip(offset).take(limit).collect();
    let page = json!({
        "results": results, "total": {"value": total, "relation": "eq"}, "limit": limit, "offset": offset,
    });
    Ok((entity, page))
}
