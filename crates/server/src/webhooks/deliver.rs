//! Sends what the journal holds beyond the cursors.

use std::time::Duration;

use countersign_operations::failure::Failure;
use countersign_operations::watch;
use countersign_store::Store;
use jiff::Timestamp;
use serde_json::{Value, json};
use ureq::Agent;

use super::destination::address;
use super::event::Event;
use super::kept::Refused;
use super::webhook::Webhook;
use crate::outgoing::{self, Proxy};
use crate::state::State;

/// How often the cursors are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How long a receiver may take to say yes.
const PATIENCE: Duration = Duration::from_secs(15);
/// How many messages of one webhook are sent in one turn.
const A_TURN: usize = 100;

/// Runs until the server ends.
pub(crate) async fn run(state: State) {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        let Ok(now) = state.clock().moment() else { continue };
        let size = state.snapshot().journal_size.unwrap_or(0);
        for webhook in state.webhooks().list().into_iter().filter(|w| w.is_due(now, size)) {
            if !state.webhooks().take(&webhook.id) {
                continue;
            }
            let state = state.clone();
            tokio::task::spawn_blocking(move || {
                // a webhook that was removed meanwhile is no failure
                if let Err(Refused::Failed(why)) = turn(&state, &webhook) {
                    tracing::error!(webhook = webhook.id, %why, "messages cannot be sent");
                }
                state.webhooks().give_back(&webhook.id);
            });
        }
    }
}

/// Sends the messages of one webhook, in the order of the journal, until one is refused.
fn turn(state: &State, webhook: &Webhook) -> Result<(), Refused> {
    let store = state.home().read().map_err(Refused::Failed)?;
    let Some(store) = store else { return Ok(()) };
    let agent = outgoing::agent(PATIENCE, Proxy::None);
    let mut sent = 0;
    let mut cursor = webhook.cursor;
    for entry in store.entries_from(webhook.cursor) {
        let (index, leaf) = entry.map_err(|e| Refused::Failed(Failure::Program(e.to_string())))?;
        let event = Event::of(leaf.kind).filter(|event| webhook.events.contains(event));
        let Some(event) = event else {
            cursor = index + 1;
            continue;
        };
        if sent >= A_TURN || state.webhooks().is_stopping() {
            break;
        }
        // what an administrator changed meanwhile counts
        let current = state.webhooks().get(&webhook.id).ok_or(Refused::Unknown)?;
        if current.disabled.is_some() || current.url != webhook.url {
            return Ok(());
        }
        let alert = match event {
            Event::Alert => alert_of(&store, index).map_err(Refused::Failed)?,
            _ => None,
        };
        let body = event.message(index, &leaf, alert).to_string();
        let now = state.clock().moment().map_err(Refused::Failed)?;
        let outcome = send(state, &agent, &current, index, &body, now);
        let word = if outcome.is_ok() { "taken" } else { "refused" };
        metrics::counter!("countersign_webhook_messages_total", "outcome" => word).increment(1);
        match outcome {
            Ok(()) => {
                state.webhooks().change(&webhook.id, |w| w.taken(index, now))?;
                (sent, cursor) = (sent + 1, index + 1);
            }
            Err(NotTaken { why, gone }) => {
                // the address may hold a secret of the receiver: it is in no log
                tracing::warn!(webhook = webhook.id, entry = index, %why, "a message was not taken");
                state.webhooks().change(&webhook.id, |w| w.refused(index, why, gone, now))?;
                return Ok(());
            }
        }
    }
    if state.webhooks().get(&webhook.id).is_some_and(|w| w.cursor < cursor) {
        state.webhooks().change(&webhook.id, |w| w.cursor = cursor)?;
    }
    Ok(())
}

/// The alert in an entry, as `/v1/alerts` gives it.
fn alert_of(store: &Store, index: u64) -> Result<Option<Value>, Failure> {
    Ok(watch::at(store, index)?.map(|found| json!(found.alert)))
}

/// Why a message was not taken.
struct NotTaken {
    why: String,
    gone: bool,
}

fn send(
    state: &State,
    agent: &Agent,
    webhook: &Webhook,
    entry: u64,
    body: &str,
    now: Timestamp,
) -> Result<(), NotTaken> {
    let not = |why: String| NotTaken { why, gone: false };
    let url = address(&webhook.url).map_err(not)?;
    if !state.config().outgoing.allows(&url) {
        return Err(not("the server was started without its address among --webhook-to".to_owned()));
    }
    // the same message has the same id however often it is sent
    let id = format!("msg_{}_{entry}", webhook.id);
    let seconds = now.as_second();
    let master = state.webhooks().master().map_err(|e| not(e.to_string()))?;
    let signature = master.signature(&webhook.id, &webhook.generations(now), &id, seconds, body);
    let answer = agent
        .post(url.as_str())
        .header("content-type", "application/json")
        .header("webhook-id", &id)
        .header("webhook-timestamp", seconds.to_string())
        .header("webhook-signature", &signature)
        .send(body)
        .map_err(|e| not(e.to_string()))?;
    match answer.status().as_u16() {
        200..=299 => Ok(()),
        410 => Err(NotTaken { why: "it answered 410".to_owned(), gone: true }),
        other => Err(not(format!("it answered {other}"))),
    }
}
