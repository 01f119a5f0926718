//! The register's own files under `/register/`: what a mirror or a browser needs to check it, and nothing else.
//!
//! Secret keys, the keeper's `trust.json` and its mirrors are no part of the register and are never handed out: only paths
//! of the forms below are looked at.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::{Path as Segment, State as Held};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::problem::Problem;
use crate::state::State;

/// What never changes under its name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// A document can be erased.
const A_DAY: &str = "public, max-age=86400";
const A_MOMENT: &str = "public, max-age=5";

/// The routes.
pub(crate) fn router(state: State) -> Router {
    Router::new().route("/register/{*path}", get(file)).with_state(state)
}

/// A file that may be handed out.
struct Public {
    kind: &'static str,
    cache: &'static str,
}

fn public(path: &str) -> Option<Public> {
    let hex = |text: &str, n: usize| {
        text.len() == n && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let text = |cache| Some(Public { kind: "text/plain; charset=utf-8", cache });
    match path {
        "format" | "register.vkey" => return text(A_DAY),
        "log/checkpoint" => return text(A_MOMENT),
        _ => {}
    }
    if let Some(tile) = path.strip_prefix("log/tile/") {
        let segment = |s: &str| {
            s == "entries"
                || (!s.is_empty()
                    && s.trim_start_matches('x').trim_end_matches(".p").bytes().all(|b| b.is_ascii_digit())
                    && s.bytes().any(|b| b.is_ascii_digit()))
        };
        let fits = tile.len() < 64 && tile.split('/').all(segment);
        return fits.then_some(Public { kind: "application/octet-stream", cache: FOR_EVER });
    }
    let (folder, name) = path.strip_prefix("documents/")?.split_once('/')?;
    (hex(folder, 2) && hex(name, 62)).then_some(Public { kind: "application/octet-stream", cache: A_DAY })
}

async fn file(Held(state): Held<State>, Segment(path): Segment<String>) -> Result<Response, Problem> {
    let none = || Problem::not_found(format!("the register has no file `{path}`"));
    let dir = state.config().register.as_ref().ok_or_else(none)?;
    let Public { kind, cache } = public(&path).ok_or_else(none)?;
    let shared = state.snapshot().register.as_ref().map(|view| view.register.public().clone());
    let bytes = match shared.filter(|storage| storage.is_shared()) {
        Some(storage) => {
            let path = path.clone();
            let asked = tokio::task::spawn_blocking(move || storage.get(&path)).await;
            asked
                .map_err(std::io::Error::other)
                .and_then(|got| got?.ok_or_else(|| std::io::ErrorKind::NotFound.into()))
        }
        None => read(dir.join(&path)).await,
    };
    let bytes = bytes.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::IsADirectory => none(),
        _ => Problem::program(&error),
    })?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        // anyone's page may check the register
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        // a document is somebody else's bytes
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin")),
    ];
    Ok((headers, bytes).into_response())
}

/// A tile is a few kilobytes from memory: to hand it to another thread costs more than to read it.
async fn read(path: PathBuf) -> std::io::Result<Vec<u8>> {
    const SMALL: u64 = 64 << 10;
    let length = |path: &Path| std::fs::metadata(path).map(|m| m.len());
    if length(&path)? <= SMALL { std::fs::read(path) } else { tokio::fs::read(path).await }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_reader_needs_is_public() {
        for path in [
            "format",
            "register.vkey",
            "log/checkpoint",
            "log/tile/0/000",
            "log/tile/0/x001/234.p/7",
            "log/tile/entries/x001/234",
            "log/tile/entries/000.p/3",
            "documents/ab/00000000000000000000000000000000000000000000000000000000000000",
        ] {
            assert!(public(path).is_some(), "{path}");
        }
        for path in [
            "keys/register.key",
            "trust.json",
            "mirrors/a/log/checkpoint",
            "log/tile/../../keys/register.key",
            "log/tile//000",
            "documents/ab/../../keys",
            "documents/../keys/register.key",
            "log/lock",
            "published",
            "",
            "log/tile/0/000.tmp",
            "log/tile/.p",
            "log/checkpoint/..",
            "documents/AB/00",
        ] {
            assert!(public(path).is_none(), "{path}");
        }
    }
}
