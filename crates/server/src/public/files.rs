//! Files as they are: the register's own for mirrors, and those that pages refer to.

use std::io::ErrorKind;
use std::path::{Component, Path as FilePath};

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use countersign_pages::assets;

use super::reply;
use super::site::Site;
use crate::extract::Path;
use crate::problem::Problem;

/// What of a register's directory is public. The secret key lies beside it.
const PUBLIC: [&str; 4] = ["format", "register.vkey", "log", "documents"];

/// `/static/{name}`.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match assets::asset(&name) {
        Some((content, kind)) => {
            let mut response = reply::reply(StatusCode::OK, kind, content);
            // pages name them with a digest of their content
            let kept = HeaderValue::from_static("public, max-age=86400");
            response.headers_mut().insert(header::CACHE_CONTROL, kept);
            response
        }
        None => Problem::not_found(format!("no page refers to a file `{name}`")).into_response(),
    }
}

/// `/register/files/{path}`: the layout of a register, so that `countersign register mirror` copies from here.
pub(super) fn register(site: &Site, path: &str) -> Result<Response, Problem> {
    let (register, _) = site.register()?;
    let missing = || Problem::not_found(format!("the register has no public file `{path}`"));
    let wanted = FilePath::new(path);
    let plain = wanted.components().all(|part| matches!(part, Component::Normal(_)));
    let first = wanted.components().next().and_then(|part| part.as_os_str().to_str());
    if !plain || !first.is_some_and(|first| PUBLIC.contains(&first)) {
        return Err(missing());
    }
    let bytes = match register.public().get(path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Err(missing()),
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::InvalidInput | ErrorKind::IsADirectory | ErrorKind::NotADirectory
            ) =>
        {
            return Err(missing());
        }
        Err(error) => return Err(Problem::program(&error)),
    };
    if path.starts_with("documents/") {
        return Ok(reply::download(wanted.file_name().and_then(|n| n.to_str()).unwrap_or_default(), bytes));
    }
    let kind =
        if path.starts_with("log/tile/") { "application/octet-stream" } else { "text/plain; charset=utf-8" };
    Ok(reply::data(kind, bytes))
}
