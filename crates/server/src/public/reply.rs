//! Answers with the headers that pages have: what a browser may load and run, and nothing else.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::asked::Asked;
use crate::problem::Problem;

/// Nothing but our own style sheet, script and icon; no inline script or style; no frames.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A file of a stranger runs nothing, whatever a browser takes it for.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// An answer of that type.
pub(super) fn reply(status: StatusCode, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CACHE_CONTROL, "no-cache"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A page in the visitor's language, which the browser remembers where it was chosen now.
pub(super) fn html(asked: &Asked, status: StatusCode, page: String) -> Response {
    let mut response = reply(status, "text/html; charset=utf-8", page);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(asked.language.code()));
    headers.insert(header::VARY, HeaderValue::from_static("accept-language, cookie"));
    if asked.chosen
        && let Some(cookie) = crate::language::remembered(asked.language)
    {
        headers.insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Public data for programs, also for pages of others.
pub(super) fn data(kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = reply(StatusCode::OK, kind, body);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}

/// A file that somebody handed in: saved, never shown.
pub(super) fn download(name: &str, bytes: Vec<u8>) -> Response {
    let mut response = data("application/octet-stream", bytes);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-._ ".contains(c) { c } else { '_' }).collect();
    let encoded = countersign_pages::text::segment(name).replace(':', "%3A");
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// Where not even the frame of a page can be made.
pub(super) fn bare(asked: &Asked, problem: Problem) -> Response {
    let text = format!("{}\n{}\n", problem.status(), problem.detail());
    let mut response = reply(problem.status(), "text/plain; charset=utf-8", text);
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static("en"));
    if asked.get("format") == "json" {
        return axum::response::IntoResponse::into_response(problem);
    }
    response
}
