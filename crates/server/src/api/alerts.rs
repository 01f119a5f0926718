//! `GET /v1/alerts`: what changed for the watched parties.

use axum::extract::State as Held;
use countersign_operations::watch;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use crate::extract::{Json, Query};
use crate::problem::Problem;
use crate::state::State;

/// Where to go on.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// The `next` of the last answer; 0, or absent, for all alerts.
    after: Option<u64>,
}

/// What changed for the watched parties, from a cursor on.
///
/// Whoever asks again with `next` gets each alert once, also after a crash. The answer is `watch-alerts/1`, as
/// `countersign watch alerts --json` prints it.
#[utoipa::path(
    get, path = "/v1/alerts", tag = "alerts", operation_id = "alerts", params(Asked),
    responses(
        (status = 200, description = "`watch-alerts/1`", body = ref("#/components/schemas/Alerts")),
        (status = 400, description = "The cursor is not of this journal", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn alerts(
    Held(state): Held<State>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Problem> {
    let after = asked.after.unwrap_or(0);
    let worker = state.clone();
    let answer = state
        .work(move || {
            let Some(store) = worker.home().read()? else {
                if after > 0 {
                    return Err(Problem::input(format!(
                        "the cursor {after} is of another journal: this server has none yet; begin anew with 0"
                    )));
                }
                return Ok(json!({"schema": "watch-alerts/1", "alerts": [], "next": 0}));
            };
            let (found, next) = watch::since(&store, after)?;
            let alerts: Vec<Value> = found
                .iter()
                .map(|r| json!({"cursor": r.entry + 1, "entry": r.entry, "time": r.time, "alert": r.alert}))
                .collect();
            Ok(json!({"schema": "watch-alerts/1", "alerts": alerts, "next": next}))
        })
        .await?;
    Ok(Json(answer))
}
