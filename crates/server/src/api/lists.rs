//! `GET /v1/lists`: which lists are loaded, and how they are.

use axum::extract::State as Held;
use countersign_model::Date;
use countersign_operations::editions::When;
use countersign_operations::status;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::state::State;

/// The days.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Days {
    /// The day for which lists are read; today if absent.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// Only imports recorded up to this day are known.
    #[param(value_type = Option<String>, format = Date)]
    known_at: Option<Date>,
}

/// The loaded lists: age, count, version, last error.
///
/// The answer is `lists/1`, as `countersign lists status --json` prints it, with `warnings` beside it.
#[utoipa::path(
    get, path = "/v1/lists", tag = "lists", operation_id = "lists", params(Days),
    responses(
        (status = 200, description = "`lists/1`", body = ref("#/components/schemas/Lists")),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn lists(
    Held(state): Held<State>,
    Query(days): Query<Days>,
) -> Result<Json<Value>, Problem> {
    let today = state.today()?;
    let snapshot = state.snapshot();
    let worker = state.clone();
    let answer = state
        .work(move || {
            let store = worker.home().read()?;
            let when = When { as_of: days.as_of, known_at: days.known_at };
            let mut answer =
                status::lists(store.as_ref(), &snapshot.editions, when, days.as_of.unwrap_or(today))?;
            if let Some(map) = answer.as_object_mut() {
                map.insert("warnings".to_owned(), json!(snapshot.warnings));
            }
            Ok(answer)
        })
        .await?;
    Ok(Json(answer))
}
