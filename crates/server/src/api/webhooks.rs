//! `/v1/webhooks`: who is told what is recorded. For administrators.

use std::collections::BTreeSet;

use axum::extract::State as Held;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use countersign_identity::Caller;

use crate::access::Who;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::State;
use crate::webhooks::{Done, Event, Refused, Webhook, address, record};

/// The longest words about a webhook, and the longest address.
const LONGEST: usize = 2_000;

/// A new webhook.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    /// Where messages are sent: below one of the addresses that the server was started with (`--webhook-to`).
    #[schema(example = "https://hooks.example.org/countersign")]
    url: String,
    /// What is told; at least one.
    #[schema(example = json!(["alert.raised"]))]
    events: BTreeSet<Event>,
    /// What it is for, in words of your own.
    #[serde(default)]
    description: String,
    /// The index of the first entry of the journal to look at; what is recorded from now on, if absent.
    cursor: Option<u64>,
}

/// A webhook with its secret, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Made {
    /// `webhook-made/1`
    schema: &'static str,
    /// The webhook.
    webhook: Webhook,
    /// What its receiver checks signatures with.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw5l8mD2pC1xE=")]
    secret: String,
}

/// All webhooks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct All {
    /// `webhooks/1`
    schema: &'static str,
    /// By id.
    webhooks: Vec<Webhook>,
}

/// Where to go on.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Enable {
    /// The index of the first entry of the journal to look at; where it stopped, if absent.
    cursor: Option<u64>,
}

fn problem(refused: Refused, id: &str) -> Problem {
    match refused {
        Refused::Unknown => Problem::not_found(format!("there is no webhook `{id}`")),
        Refused::Full => Problem::unprocessable("there are as many webhooks as there may be; remove one"),
        Refused::Failed(why) => Problem::from(why),
    }
}

fn journal_size(state: &State) -> Result<u64, Problem> {
    Ok(state.home().read()?.map_or(0, |store| store.log().size()))
}

fn within(cursor: u64, size: u64) -> Result<u64, Problem> {
    if cursor > size {
        return Err(Problem::input(format!(
            "the cursor {cursor} lies beyond the journal, which has {size} entries"
        )));
    }
    Ok(cursor)
}

/// A new webhook: other programs are told what is recorded.
///
/// Messages are signed as the Standard Webhooks specification says (`webhook-id`, `webhook-timestamp`, `webhook-signature`
/// with HMAC-SHA256). The secret is shown in this answer and never again.
#[utoipa::path(
    post, path = "/v1/webhooks", tag = "webhooks", operation_id = "make_webhook",
    request_body(content = New, content_type = "application/json"),
    responses(
        (status = 201, description = "`webhook-made/1`", body = Made),
        (status = 400, description = "The address or the events are wrong", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is of another type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The server may not send there, or there are too many webhooks", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn make(
    Held(state): Held<State>,
    who: Who,
    Json(new): Json<New>,
) -> Result<(StatusCode, Json<Made>), Problem> {
    let by = who.caller()?.clone();
    if new.url.len() > LONGEST || new.description.len() > LONGEST {
        return Err(Problem::input(format!("`url` and `description` have at most {LONGEST} bytes each")));
    }
    let url = address(&new.url).map_err(|why| Problem::input(format!("url: {why}")))?;
    if new.events.is_empty() {
        return Err(Problem::input("`events` is empty; name at least one, for example `alert.raised`"));
    }
    let outgoing = &state.config().outgoing;
    if !outgoing.allows(&url) {
        return Err(Problem::unprocessable(if outgoing.webhook_to.is_empty() {
            "this server sends to nobody; start it with --webhook-to and the address below which webhooks may lie".to_owned()
        } else {
            format!("`{url}` does not lie below an address that this server was started with (--webhook-to)")
        }));
    }
    let now = state.clock().moment().map_err(Problem::from)?;
    let (worker, time) = (state.clone(), state.now()?);
    let made = state
        .journal()
        .write(move |store| {
            let mut bytes = [0u8; 8];
            getrandom::fill(&mut bytes).map_err(|e| Problem::program(&e))?;
            let size = store.log().size();
            let mut webhook = Webhook {
                id: format!("wh_{}", hex::encode(bytes)),
                url: url.to_string(),
                events: new.events,
                description: new.description,
                made: now,
                cursor: within(new.cursor.unwrap_or(size), size)?,
                delivered: 0,
                last_delivered: None,
                failing: None,
                disabled: None,
                generation: 1,
                rotated: None,
            };
            let secret = worker.webhooks().secret(&webhook)?;
            worker.webhooks().room().map_err(|e| problem(e, &webhook.id))?;
            // nothing is sent that the journal does not know of
            record(store, &by, &time, (Done::Made, &webhook))?;
            webhook.cursor = new.cursor.unwrap_or_else(|| store.log().size());
            worker.webhooks().add(webhook.clone()).map_err(|e| problem(e, &webhook.id))?;
            tracing::info!(webhook = webhook.id, "a webhook was made");
            Ok(Made { schema: "webhook-made/1", webhook, secret })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// All webhooks, with how far each is and what goes wrong.
#[utoipa::path(
    get, path = "/v1/webhooks", tag = "webhooks", operation_id = "webhooks",
    responses((status = 200, description = "`webhooks/1`", body = All))
)]
pub(super) async fn all(Held(state): Held<State>) -> Json<All> {
    Json(All { schema: "webhooks/1", webhooks: state.webhooks().list() })
}

/// One webhook.
#[utoipa::path(
    get, path = "/v1/webhooks/{id}", tag = "webhooks", operation_id = "webhook",
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The webhook", body = Webhook),
        (status = 400, description = "The id cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such webhook", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn one(Held(state): Held<State>, Path(id): Path<String>) -> Result<Json<Webhook>, Problem> {
    state.webhooks().get(&id).map(Json).ok_or_else(|| problem(Refused::Unknown, &id))
}

/// Changes a webhook and records it. What makes it send more is recorded before it is done, what makes it send less after.
async fn changed(
    state: &State,
    (by, id, done): (Caller, String, Done),
    change: impl FnOnce(&mut Webhook, Timestamp) + Send + 'static,
) -> Result<Webhook, Problem> {
    let now = state.clock().moment().map_err(Problem::from)?;
    let (worker, time) = (state.clone(), state.now()?);
    state
        .journal()
        .write(move |store| {
            let before = worker.webhooks().get(&id).ok_or_else(|| problem(Refused::Unknown, &id))?;
            if done == Done::Enabled {
                record(store, &by, &time, (done, &before))?;
            }
            let after = worker.webhooks().change(&id, |w| change(w, now)).map_err(|e| problem(e, &id))?;
            if done != Done::Enabled {
                record(store, &by, &time, (done, &after))?;
            }
            Ok(after)
        })
        .await
}

/// Sends nothing more. The cursor stays.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/disable", tag = "webhooks", operation_id = "disable_webhook",
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The webhook", body = Webhook),
        (status = 400, description = "The id cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such webhook", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn disable(
    Held(state): Held<State>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<Webhook>, Problem> {
    let by = who.caller()?.clone();
    changed(&state, (by, id, Done::Disabled), |w, now| w.disable(now)).await.map(Json)
}

/// Sends again, from where it stopped or from another entry on.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/enable", tag = "webhooks", operation_id = "enable_webhook",
    params(("id" = String, Path, description = "Its id")),
    request_body(content = Enable, content_type = "application/json"),
    responses(
        (status = 200, description = "The webhook", body = Webhook),
        (status = 400, description = "The cursor lies beyond the journal", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such webhook", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is of another type", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn enable(
    Held(state): Held<State>,
    who: Who,
    Path(id): Path<String>,
    Json(asked): Json<Enable>,
) -> Result<Json<Webhook>, Problem> {
    let by = who.caller()?.clone();
    if let Some(cursor) = asked.cursor {
        let worker = state.clone();
        state.work(move || within(cursor, journal_size(&worker)?)).await?;
    }
    changed(&state, (by, id, Done::Enabled), move |w, _| w.enable(asked.cursor)).await.map(Json)
}

/// A new secret. For a day messages are signed with the old one as well.
#[utoipa::path(
    post, path = "/v1/webhooks/{id}/secret", tag = "webhooks", operation_id = "renew_webhook_secret",
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "`webhook-made/1`", body = Made),
        (status = 400, description = "The id cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such webhook", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn secret(
    Held(state): Held<State>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<Made>, Problem> {
    let by = who.caller()?.clone();
    let webhook = changed(&state, (by, id, Done::Secret), |w, now| w.renew(now)).await?;
    let secret = state.webhooks().secret(&webhook)?;
    Ok(Json(Made { schema: "webhook-made/1", webhook, secret }))
}

/// Forgets a webhook.
#[utoipa::path(
    delete, path = "/v1/webhooks/{id}", tag = "webhooks", operation_id = "remove_webhook",
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 400, description = "The id cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such webhook", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    Held(state): Held<State>,
    who: Who,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let by = who.caller()?.clone();
    let (worker, time) = (state.clone(), state.now()?);
    state
        .journal()
        .write(move |store| {
            let webhook = worker.webhooks().get(&id).ok_or_else(|| problem(Refused::Unknown, &id))?;
            worker.webhooks().remove(&id).map_err(|e| problem(e, &id))?;
            record(store, &by, &time, (Done::Removed, &webhook))
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
