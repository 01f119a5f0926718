//! Idempotency keys: a write that is sent again with the same `Idempotency-Key` gives the first answer again, so that a
//! client whose connection broke may ask again without recording twice.
//!
//! Answers are kept for a day in the home's cache, by a digest of the key. A server that was killed between the write and
//! the note records again when asked again: two entries that say the same, none lost.

use std::path::PathBuf;
use std::sync::PoisonError;
use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, StatusCode};
use countersign_model::Digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problem::Problem;
use crate::state::State;

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;
/// How long an answer is kept.
const KEPT: Duration = Duration::from_hours(24);
/// After so many answers the old ones are removed.
const SWEEP: usize = 1_000;

/// A key, with what is asked under it.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    key: Digest,
    request: Digest,
}

/// A kept answer.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    request: Digest,
    answer: Value,
}

impl Key {
    /// The key of a request, if it has one. `request` is all that makes it what it is.
    pub(crate) fn read(headers: &HeaderMap, request: &[&[u8]]) -> Result<Option<Self>, Problem> {
        let Some(value) = headers.get(HEADER) else { return Ok(None) };
        let text = value.to_str().ok().map(str::trim).filter(|t| !t.is_empty() && t.len() <= LONGEST);
        let text = text.ok_or_else(|| {
            Problem::input(format!(
                "`Idempotency-Key` must be 1 to {LONGEST} visible letters, for example a UUID"
            ))
        })?;
        let mut whole = Vec::new();
        for part in request {
            whole.extend_from_slice(&(part.len() as u64).to_be_bytes());
            whole.extend_from_slice(part);
        }
        Ok(Some(Self { key: Digest::of(text.as_bytes()), request: Digest::of(&whole) }))
    }
}

/// Gives the kept answer of a key, or does the work and keeps what it gives.
pub(crate) async fn once(
    state: &State,
    key: Option<Key>,
    work: impl Future<Output = Result<Value, Problem>>,
) -> Result<Value, Problem> {
    let Some(key) = key else { return work.await };
    let _turn = Turn::take(state, &key)?;
    let file = folder(state).join(format!("{}.json", key.key));
    if let Some(kept) = load(&file) {
        if kept.request != key.request {
            return Err(Problem::conflict(
                "this `Idempotency-Key` was used for another request; use a new key for a new request",
            ));
        }
        return Ok(kept.answer);
    }
    let answer = work.await?;
    let kept = Kept { request: key.request, answer: answer.clone() };
    if let Err(why) = keep(&file, &kept) {
        // what was recorded is recorded; only asking again will record it again
        tracing::warn!(%why, "an idempotency key could not be kept");
    }
    Ok(answer)
}

fn folder(state: &State) -> PathBuf {
    state.home().path().join("cache").join("idempotency")
}

fn load(file: &PathBuf) -> Option<Kept> {
    let age = std::fs::metadata(file).ok()?.modified().ok()?.elapsed().unwrap_or_default();
    if age > KEPT {
        return None;
    }
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn keep(file: &PathBuf, kept: &Kept) -> std::io::Result<()> {
    let folder = file.parent().map_or_else(PathBuf::new, PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let half = file.with_extension("tmp");
    std::fs::write(&half, serde_json::to_vec(kept)?)?;
    std::fs::rename(&half, file)?;
    let files: Vec<PathBuf> = std::fs::read_dir(&folder)?.filter_map(|f| Some(f.ok()?.path())).collect();
    if files.len() > SWEEP {
        let old = SystemTime::now().checked_sub(KEPT);
        for file in files {
            let modified = std::fs::metadata(&file).and_then(|m| m.modified()).ok();
            if modified.is_some() && modified < old {
                std::fs::remove_file(&file)?;
            }
        }
    }
    Ok(())
}

/// While one request works under a key, another with the same key waits for nothing and is told so.
struct Turn<'a> {
    state: &'a State,
    key: Digest,
}

impl<'a> Turn<'a> {
    fn take(state: &'a State, key: &Key) -> Result<Self, Problem> {
        let mut busy = state.busy_keys().lock().unwrap_or_else(PoisonError::into_inner);
        if !busy.insert(key.key) {
            let problem = Problem::new(
                StatusCode::CONFLICT,
                "conflict",
                "it contradicts what is there",
                "a request with this `Idempotency-Key` is still at work; ask again when it has ended",
            );
            return Err(problem.after(1));
        }
        Ok(Self { state, key: key.key })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.state.busy_keys().lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
