//! `POST /v1/check`: may this act be done?

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Held;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use countersign_model::{Date, Digest};
use countersign_operations::check::{Check, Options, check as run, intent, read_case, with_register};
use countersign_operations::editions::When;
use countersign_operations::failure::Failure;
use countersign_operations::lists::Lists;
use countersign_operations::{record, screening};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use crate::extract::{JsonText, Query, body as too_large};
use crate::idempotency::{self, Key};
use crate::problem::Problem;
use crate::snapshot::Snapshot;
use crate::state::State;

/// From how many bytes on a case counts as large: some sixty owners. What would change the answer is looked for over every
/// stake, so that the time grows with a power of their number.
const LARGE: usize = 6 << 10;

/// What is asked beyond the case.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Another day of the act, in place of the case's `as_of`.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// Another day up to which log entries and imports are known.
    #[param(value_type = Option<String>, format = Date)]
    known_at: Option<Date>,
    /// `act`: about to do it; `evaluate`: only looking.
    intent: Option<String>,
    /// Keep the decision and everything that it rests on in the journal; the answer then has its `record`.
    record: Option<bool>,
    /// Take pledges of states from the public register that this server holds. True where it holds one.
    register: Option<bool>,
}

/// May this act be done? Answer, reasons, what is missing, what would change it.
///
/// The body is a case file (`case/1`) as JSON or YAML; the answer is `check/1`, as `countersign check --json` prints it.
/// Every party whose `listings` the case does not give is compared with the loaded lists.
#[utoipa::path(
    post, path = "/v1/check", tag = "check", operation_id = "check",
    params(Asked, ("Idempotency-Key" = Option<String>, Header, description = "With `record=true`: the same key and request again give the first answer again, for a day")),
    request_body(content((Object = "application/json"), (String = "application/yaml")), description = "A case file, `case/1`"),
    responses(
        (status = 200, description = "`check/1`", body = ref("#/components/schemas/Check")),
        (status = 400, description = "The case or a parameter is wrong; `detail` names every fault by line", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The idempotency key was used for another request", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is of another type", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too much at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn check(
    Held(state): Held<State>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<JsonText, Problem> {
    let body = body.map_err(|e| too_large(e.status(), e.body_text()))?;
    is_case(&headers)?;
    let text = String::from_utf8(body.to_vec())
        .map_err(|_| Problem::input("the case is not UTF-8; save the file as UTF-8"))?;
    let keep = asked.record.unwrap_or(false);
    let key = Key::read(&headers, &[b"check", format!("{asked:?}").as_bytes(), text.as_bytes()])?;
    let snapshot = state.snapshot();
    let large = text.len() > LARGE;
    if !keep {
        let worker = state.clone();
        let answer = move || Ok(one(&worker, &snapshot, &text, &asked)?.0.to_text(None)?);
        let answer = if large { state.very_long_work(answer).await } else { state.long_work(answer).await };
        return answer.map(JsonText);
    }
    idempotency::once(&state.clone(), key, async move {
        let (worker, at) = (state.clone(), snapshot.clone());
        let work = move || {
            let (checked, lists) = one(&worker, &at, &text, &asked)?;
            Ok((checked, lists, text))
        };
        let done = if large { state.very_long_work(work).await } else { state.long_work(work).await };
        let (checked, lists, text) = done?;
        let now = state.now()?;
        state
            .journal()
            .write(move |store| {
                let receipt = record::record(store, &checked, &text, lists.as_deref(), now)?;
                Ok(checked.to_json(Some(record::to_json(&receipt)))?)
            })
            .await
    })
    .await
    .map(|answer| JsonText(answer.to_string()))
}

/// A case comes as JSON or YAML, and says so: a page of another site cannot send either without asking first.
fn is_case(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = ["application/json", "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"];
    if known.contains(&kind.as_str()) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "media-type",
        "the body is of another type",
        "a case comes with `content-type: application/json` or `application/yaml`",
    ))
}

/// Checks one case against a snapshot.
pub(crate) fn one(
    state: &State,
    snapshot: &Snapshot,
    text: &str,
    asked: &Asked,
) -> Result<(Check, Option<Arc<Lists>>), Problem> {
    let intent = asked.intent.as_deref().map(intent).transpose().map_err(Problem::input)?;
    let mut options = Options { as_of: asked.as_of, known_at: asked.known_at, intent, ..Options::default() };
    let knowledge = &snapshot.knowledge;
    let mut case = read_case(text, "case", &options, knowledge).map_err(|e| Problem::input(e.to_string()))?;
    match &snapshot.register {
        Some(view) if asked.register.unwrap_or(true) => {
            let register = view.consulted.of_case(&case)?;
            case = with_register(&case, &register, knowledge).map_err(|e| Problem::input(e.to_string()))?;
            options.register = Some(register);
        }
        None if asked.register == Some(true) => {
            return Err(Problem::unprocessable("this server holds no register; leave `register` out"));
        }
        _ => {}
    }
    let lists = if screening::is_needed(&case) {
        let known_at = case.tree().get("known_at").map(|_| case.known_at());
        Some(state.lists(snapshot, When { as_of: Some(case.as_of()), known_at })?.1)
    } else {
        None
    };
    let digest = Digest::of(text.as_bytes());
    let checked = run(&case, digest, &options, knowledge, lists.as_deref(), &snapshot.dispositions).map_err(
        |failure| match failure {
            Failure::Input(why) => Problem::input(format!("case: {why}")),
            other => other.into(),
        },
    )?;
    Ok((checked, lists))
}

/// Checks a case without keeping it, for other ways in than this endpoint.
pub(crate) fn evaluated(
    state: &State,
    text: &str,
    as_of: Option<Date>,
    known_at: Option<Date>,
) -> Result<Value, Problem> {
    let asked = Asked { as_of, known_at, ..Asked::default() };
    let (checked, _) = one(state, &state.snapshot(), text, &asked)?;
    Ok(checked.to_json(None)?)
}
