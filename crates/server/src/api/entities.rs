//! `GET /v1/entities/{id}`: everything that a list says of one entry.

use axum::extract::State as Held;
use countersign_history::{not_yet_on, past_of};
use countersign_model::Date;
use countersign_operations::editions::When;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::extract::{Json, Path, Query};
use crate::problem::Problem;
use crate::state::State;

/// The days.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Days {
    /// The day for which the list is read; today if absent.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// Only imports recorded up to this day are known.
    #[param(value_type = Option<String>, format = Date)]
    known_at: Option<Date>,
}

/// Everything that a list says of one entry, on a day, as it was known on another.
///
/// The answer is `entity/1`, as `countersign entity show --json` prints it, without `link`.
#[utoipa::path(
    get, path = "/v1/entities/{id}", tag = "lists", operation_id = "entity",
    params(("id" = String, Path, description = "The id of the entry, as `screen` shows it: `us_csl:EL-…`"), Days),
    responses(
        (status = 200, description = "`entity/1`", body = ref("#/components/schemas/EntityAnswer")),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No list has such an entry", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn entity(
    Held(state): Held<State>,
    Path(id): Path<String>,
    Query(days): Query<Days>,
) -> Result<Json<Value>, Problem> {
    let as_of = match days.as_of {
        Some(day) => day,
        None => state.today()?,
    };
    let snapshot = state.snapshot();
    let worker = state.clone();
    let found = state
        .work(move || {
            let when = When { as_of: days.as_of, known_at: days.known_at };
            let (plan, lists) = worker.lists(&snapshot, when)?;
            let Some(entity) = lists.entity(&id) else {
                return Err(Problem::not_found(format!(
                    "no list has an entry `{id}`; POST /v1/screen with a name shows the ids"
                )));
            };
            let pins = lists.pins();
            let copy = pins.iter().find(|pin| pin.source == entity.source);
            let in_effect = entity.listings.iter().any(|l| l.in_effect_on(as_of));
            let past = past_of(entity).map(|(last_seen, since)| json!({"last_seen": last_seen, "since": since}));
            Ok(json!({
                "schema": "entity/1", "as_of": as_of, "known_at": days.known_at, "copy": copy, "listed": in_effect,
                "delisted": past, "not_on_copy_of": not_yet_on(entity), "entity": entity, "notes": plan.notes(when),
            }))
        })
        .await?;
    Ok(Json(found))
}
