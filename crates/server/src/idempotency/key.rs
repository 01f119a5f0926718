//! What a client calls a request, so that it can send it again.

use axum::http::HeaderMap;
use countersign_model::Digest;

use crate::problem::Problem;

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// A key, with what is asked under it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    pub(super) key: Digest,
    pub(super) request: Digest,
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
