//! `GET /v1/assessments`: the human-rights assessments in the register.

use axum::extract::State as Held;
use countersign_assessments::{QuestionSet, state_at, valid_to};
use countersign_model::Date;
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
    let state = state_at(&of.events, as_of).map(|event| event.event.word());
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
/// The answer is `assess-show/1`, as `countersign assess show --json` prints it, for the last text of the id.
#[utoipa::path(
    get, path = "/v1/assessments/{id}", tag = "assessments", operation_id = "assessment",
    params(("id" = String, Path, description = "`assessment:…`, or the part after the colon"), Days),
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
    let named = |of: &&LoggedAssessment| {
        let whole = of.id.to_string();
        whole == id || whole.strip_prefix("assessment:") == Some(id)
    };
    let of = found.all.iter().filter(named).max_by_key(|of| of.index);
    let of =
        of.ok_or_else(|| Problem::not_found(format!("the register has no assessment `{id}` by {known_at}")))?;
    let set = QuestionSet::parse(QUESTIONS, "question-set.yaml").map_err(|e| Problem::program(&e))?;
    let judgement = found.judge(of, replay, &set, as_of);
    let comments: Vec<Value> = of
        .comments
        .iter()
        .map(|(digest, index)| {
            let answer =
                of.answers.get(digest).map(|(outcome, reason)| json!({"outcome": outcome, "reason": reason}));
            json!({"record": digest, "entry": index, "answer": answer})
        })
        .collect();
    Ok(json!({
        "schema": "assess-show/1",
        "id": of.id,
        "status": of.status,
        "entry": of.index,
        "record": of.record,
        "register": replay.origin(),
        "tree_size": replay.size(),
        "root": replay.root(),
        "logged": of.logged.to_string(),
        "draft_logged": of.draft_logged.map(|d| d.to_string()),
        "valid_to": valid_to(of.document.stage, of.logged).to_string(),
        "state": state_at(&of.events, as_of).map(|event| event.event.word()),
        "document": of.document,
        "text_root": of.public.root,
        "reviewed": of.review,
        "redaction": of.redaction,
        "comments": comments,
        "events": of.events,
        "as_of": as_of.to_string(),
        "evaluation": judgement.evaluation,
        "independence": judgement.independence,
    }))
}
