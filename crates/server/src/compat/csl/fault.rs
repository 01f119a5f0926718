//! Errors in the publisher's form.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::problem::Problem;

/// An error: `{"errors": […]}`.
#[derive(Debug)]
pub(super) struct Fault(pub(super) StatusCode, pub(super) String);

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self(problem.status(), problem.detail().to_owned())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        (self.0, axum::Json(json!({"errors": [self.1]}))).into_response()
    }
}
