//! `GET /v1/assessments`: the human-rights assessments in the register.

use axum::extract::State as Held;
use countersign_assessments::{QuestionSet, valid_to};
use countersign_model::{Date, Digest};
use countersign_operations::assessment::{Shown, state_on};
use countersign_operations::knowledge::QUESTIONS;
use countersign_register::{LoggedAssessment, assessed};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::IntoParams;

use super::register::view;
use crate::extract::{Json, Path, Query};
use crate::problem::Problem;
use crate::snapshot::RegisterView;
use crate::state::State;

/// The days.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Days {
    /// The day for which states are told; today if absent.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// The day up to which the log is read; today if absent.
    #[param(value_type = Option<String>, format = Date)]
    known_at: Option<Date>,
}

fn days(state: &State, asked: &Days) -> Result<(Date, Date), Problem> {
    let today = state.today()?;
    Ok((asked.as_of.unwrap_or(today), asked.known_at.unwrap_or(today)))
}

/// What a list says of an assessment.
fn short(of: &LoggedAssessment, as_of: Date) -> Value {
    let state = state_on(of, as_of).map(|state| state.word());
    json!({
        "id": of.id,
        "status": of.status,
        "entry": of.index,
        "record": of.record,
        "logged": of.logged.to_string(),
        "title": of.document.title,
        "product": of.document.product,
        "stage": of.document.stage,
        "state": state,
        "valid_to": valid_to(of.document.stage, of.logged).to_string(),
        "comments": of.comments.len(),
        "reviewed": of.review.is_some(),
    })
}

/// Every assessment of the register, drafts and finals, with its state on a day.
#[utoipa::path(
    get, path = "/v1/assessments", tag = "assessments", operation_id = "assessments", params(Days),
    responses(
        (status = 200, description = "`assess-list/1`", body = ref("#/components/schemas/Assessments")),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server holds no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn all(Held(state): Held<State>, Query(asked): Query<Days>) -> Result<Json<Value>, Problem> {
    let (as_of, known_at) = days(&state, &asked)?;
    let view = view(&state)?;
    let answer = state
        .work(move || {
            let replay = view.consulted.replay();
            let found = assessed(&view.register, replay, known_at).map_err(|e| Problem::program(&e))?;
            let unreadable: Vec<Value> =
                found.unreadable.iter().map(|u| json!({"entry": u.index, "why": u.why})).collect();
            Ok(json!({
                "schema": "assess-list/1",
                "register": replay.origin(),
                "tree_size": replay.size(),
                "root": replay.root(),
                "as_of": as_of.to_string(),
                "known_at": known_at.to_string(),
                "assessments": found.all.iter().map(|of| short(of, as_of)).collect::<Vec<_>>(),
                "unreadable": unreadable,
            }))
        })
        .await?;
    Ok(Json(answer))
}

/// One assessment: its public text, what became of it, comments with answers, what is withheld.
///
/// The answer is `assess-show/1`, as `countersign assess show --json` prints it, for the last final text of the id, else the last draft.
#[utoipa::path(
    get, path = "/v1/assessments/{id}", tag = "assessments", operation_id = "assessment",
    params(("id" = String, Path, description = "`assessment:…`, or the part after the colon; or the digest of a record"), Days),
    responses(
        (status = 200, description = "`assess-show/1`", body = ref("#/components/schemas/Assessment")),
        (status = 400, description = "A parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such assessment, or no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn one(
    Held(state): Held<State>,
    Path(id): Path<String>,
    Query(asked): Query<Days>,
) -> Result<Json<Value>, Problem> {
    let (as_of, known_at) = days(&state, &asked)?;
    let view = view(&state)?;
    let answer = state.work(move || show(&view, &id, as_of, known_at)).await?;
    Ok(Json(answer))
}

fn show(view: &RegisterView, id: &str, as_of: Date, known_at: Date) -> Result<Value, Problem> {
    let replay = view.consulted.replay();
    let found = assessed(&view.register, replay, known_at).map_err(|e| Problem::program(&e))?;
    let of = found
        .text_of(&whole_id(id))
        .map_err(|fault| Problem::not_found(format!("{fault} (read up to {known_at})")))?;
    let set = QuestionSet::parse(QUESTIONS, "question-set.yaml").map_err(|e| Problem::program(&e))?;
    Ok(Shown::of(&found, of, replay, &set, &[], as_of).to_json(replay))
}

/// An id as an address may give it: `assessment:` may be left out. The digest of a record stays.
pub(crate) fn whole_id(id: &str) -> String {
    if id.contains(':') || id.parse::<Digest>().is_ok() { id.to_owned() } else { format!("assessment:{id}") }
}
