//! `/v1/classify`: which entries of the control lists a tool may fall under.

use std::collections::BTreeMap;

use axum::extract::State as Held;
use countersign_law::{Questionnaire, Reply};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::extract::Json;
use crate::problem::Problem;
use crate::state::State;

/// Answers to the questions.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    /// By the id of the question: `yes`, `no` or `unknown`. What is left out is unknown.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    answers: BTreeMap<String, String>,
    /// The version of the item, for the block of the case.
    version_of_item: Option<String>,
}

/// The questions with their ids.
#[utoipa::path(
    get, path = "/v1/classify", tag = "classify", operation_id = "questions",
    responses((status = 200, description = "`questionnaire/1`", body = ref("#/components/schemas/Questionnaire")))
)]
pub(super) async fn questions(Held(state): Held<State>) -> Result<Json<Value>, Problem> {
    let snapshot = state.snapshot();
    let form = Questionnaire::of(&snapshot.knowledge.law).map_err(|e| Problem::program(&e))?;
    Ok(Json(json!({"schema": "questionnaire/1", "questions": form.questions()})))
}

/// Which entries of the control lists a tool may fall under, from what it does.
///
/// It proposes; it rules nothing. The answer is `classification/1`.
#[utoipa::path(
    post, path = "/v1/classify", tag = "classify", operation_id = "classify",
    request_body(content = Body, content_type = "application/json"),
    responses(
        (status = 200, description = "`classification/1`", body = ref("#/components/schemas/Classification")),
        (status = 400, description = "An answer is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is of another type", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn classify(
    Held(state): Held<State>,
    Json(body): Json<Body>,
) -> Result<Json<Value>, Problem> {
    let mut answers = BTreeMap::new();
    for (question, word) in body.answers {
        let reply = match word.as_str() {
            "yes" => Reply::Yes,
            "no" => Reply::No,
            "unknown" => Reply::Unknown,
            other => {
                return Err(Problem::input(format!(
                    "the answer to `{question}` is `{other}`; write `yes`, `no` or `unknown`"
                )));
            }
        };
        answers.insert(question, reply);
    }
    let snapshot = state.snapshot();
    let found = state
        .work(move || {
            let law = &snapshot.knowledge.law;
            let form = Questionnaire::of(law).map_err(|e| Problem::program(&e))?;
            let found = form
                .classify(law, &answers, body.version_of_item.as_deref())
                .map_err(|e| Problem::input(e.to_string()))?;
            serde_json::to_value(found).map_err(|e| Problem::program(&e))
        })
        .await?;
    Ok(Json(found))
}
