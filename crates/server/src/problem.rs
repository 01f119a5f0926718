//! Errors as `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_operations::failure::Failure;
use countersign_pages::Language;
use serde::Serialize;

/// Why a request was not answered as asked. `type` is a path of the reference page on errors, `detail` a sentence with
/// what is wrong, where, and what to do.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// What kind of problem it is: stable, for programs.
    #[serde(rename = "type")]
    kind: String,
    /// The same in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What is wrong with this request.
    detail: String,
    /// The seconds after which to try again.
    #[serde(skip)]
    retry_after: Option<u64>,
    /// What is wrong, for a page in German.
    #[serde(skip)]
    german: Option<String>,
}

impl Problem {
    /// A problem of a kind.
    pub fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/problems/{kind}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            retry_after: None,
            german: None,
        }
    }

    /// What was sent is wrong (400).
    pub fn input(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "input", "the request is wrong", detail)
    }

    /// What was sent can be read, and asks for what cannot be (422).
    pub fn unprocessable(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unprocessable",
            "the request cannot be carried out",
            detail,
        )
    }

    /// There is no such thing (404).
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "there is no such thing", detail)
    }

    /// Nobody said who they are (401).
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "say who you are", detail)
    }

    /// Who asks may not (403).
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "you may not do this", detail)
    }

    /// It contradicts what is there (409).
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", "it contradicts what is there", detail)
    }

    /// Too much at once; try again later (503).
    pub fn overloaded(detail: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", "try again later", detail);
        problem.after(1)
    }

    /// The program or the machine failed (500). Why stands in the log, not in the answer: it may name files.
    pub fn program(why: &dyn std::fmt::Display) -> Self {
        tracing::error!(%why, "a request failed");
        let detail =
            "the server failed; its log says why, under the id of this request (header x-request-id)";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "program", "the server failed", detail)
    }

    /// With the seconds after which to try again.
    #[must_use]
    pub fn after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// With the same in German, for pages.
    #[must_use]
    pub fn in_german(self, detail: String) -> Self {
        Self { german: Some(detail), ..self }
    }

    /// What is wrong, in a language if it is there, and in which it is.
    pub fn detail_in(&self, language: Language) -> (&str, Language) {
        match (&self.german, language) {
            (Some(german), Language::German) => (german, language),
            _ => (&self.detail, Language::English),
        }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Input(why) => Self::input(why),
            Failure::Program(why) => Self::program(&why),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
