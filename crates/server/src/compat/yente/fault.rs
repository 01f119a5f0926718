//! Errors as yente gives them: `{"detail": …}`.

use axum::extract::{FromRequestParts, OriginalUri, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use countersign_operations::failure::Failure;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::problem::Problem;

/// An error in yente's form.
#[derive(Debug)]
pub(in crate::compat) struct Fault {
    status: StatusCode,
    detail: Value,
}

impl Fault {
    /// With a sentence.
    pub(in crate::compat) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: Value::String(detail.into()) }
    }

    /// What was sent is wrong (400).
    pub(in crate::compat) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// A value is missing or has not its form (422), as the framework of yente says it.
    pub(in crate::compat) fn invalid(kind: &str, place: &[&str], message: &str, input: Value) -> Self {
        Self::at(kind, &json!(place), message, input)
    }

    /// The same at a place of words and numbers.
    pub(in crate::compat) fn at(kind: &str, place: &Value, message: &str, input: Value) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            detail: json!([{"type": kind, "loc": place, "msg": message, "input": input}]),
        }
    }

    /// A parameter of the query string has not its form.
    pub(in crate::compat) fn query(key: &str, why: String) -> Self {
        Self::invalid("value_error", &["query", key], &why, Value::Null)
    }

    /// The same with the kind of fault, the value that was sent, and the bound that it breaks.
    pub(in crate::compat) fn parameter(
        kind: &str,
        key: &str,
        message: &str,
        input: &str,
        bound: Value,
    ) -> Self {
        let mut fault = json!({"type": kind, "loc": ["query", key], "msg": message, "input": input});
        if let (Some(fault), false) = (fault.as_object_mut(), bound.is_null()) {
            fault.insert("ctx".to_owned(), bound);
        }
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, detail: json!([fault]) }
    }

    /// No such dataset (404).
    pub(in crate::compat) fn no_dataset() -> Self {
        Self::new(StatusCode::NOT_FOUND, "No such dataset.")
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::new(problem.status(), problem.detail())
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Problem::from(failure).into()
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        (self.status, axum::Json(json!({"detail": self.detail}))).into_response()
    }
}

/// The variable parts of the path; what is wrong with them is a [`Fault`].
pub(in crate::compat) struct Segments<T>(pub(in crate::compat) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Segments<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(wrong) => Err(Fault::bad(wrong.body_text())),
        }
    }
}

/// As the framework of yente: a path with a slash at its end leads to the one without.
pub(super) async fn without_slash(OriginalUri(uri): OriginalUri) -> Response {
    let path = uri.path().trim_end_matches('/');
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    // two slashes at the beginning would lead to another host
    let path = format!("/{}", path.trim_start_matches('/'));
    Redirect::temporary(&format!("{path}{query}")).into_response()
}

pub(super) async fn no_route() -> Fault {
    Fault::new(StatusCode::NOT_FOUND, "Not Found")
}

pub(super) async fn no_method() -> Fault {
    Fault::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed")
}
