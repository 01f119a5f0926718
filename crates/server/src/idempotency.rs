//! Idempotency keys: a write that is sent again with the same `Idempotency-Key` gives the first answer again, so that a
//! client whose connection broke may ask again without recording twice.
//!
//! Answers are kept for a day by a digest of the key: in the home's cache, or in the database beside a journal that several
//! servers share, so that it does not matter which of them is asked again. Work under a key goes on when its client is gone.
//! A server that was killed between the write and the note records again when asked again: two entries that say the same, none
//! lost.

mod answers;
mod key;

use axum::http::StatusCode;
use serde_json::Value;
use tracing::Instrument as _;

use crate::problem::Problem;
use crate::state::State;

use answers::Begun;

pub(crate) use answers::Answers;
pub(crate) use key::Key;

/// Gives the kept answer of a key, or does the work and keeps what it gives.
pub(crate) async fn once(
    state: &State,
    key: Option<Key>,
    work: impl Future<Output = Result<Value, Problem>> + Send + 'static,
) -> Result<Value, Problem> {
    let Some(key) = key else { return work.await };
    let answers = state.answers().clone();
    let now = state.now()?;
    // a client that goes away asks again: then there has to be an answer
    let whole = async move {
        match answers.begin(key, &now).await? {
            Begun::Answered(answer) => Ok(answer),
            Begun::OfAnother => Err(Problem::conflict(
                "this `Idempotency-Key` was used for another request; use a new key for a new request",
            )),
            Begun::AtWork => Err(at_work()),
            Begun::Here(turn) => {
                let answer = work.await;
                turn.end(answer.as_ref().ok()).await;
                answer
            }
        }
    };
    tokio::spawn(whole.in_current_span()).await.map_err(|e| Problem::program(&e))?
}

/// While one request works under a key, another with the same key waits for nothing and is told so.
fn at_work() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "conflict",
        "it contradicts what is there",
        "a request with this `Idempotency-Key` is still at work; ask again when it has ended",
    )
    .after(1)
}
