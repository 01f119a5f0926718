//! Who a request is from, for the handlers.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_identity::{Access, Caller, Token, csrf_of};
use countersign_pages::Language;

use crate::problem::Problem;

/// What the guard found out.
#[derive(Debug, Clone)]
pub struct Who {
    /// How the request came.
    pub access: Access,
    /// The token of the session or, before there is one, of the form.
    pub(crate) token: Option<Token>,
    /// From which address, for counting attempts.
    pub(crate) address: String,
    /// Whether cookies may be kept for TLS alone.
    pub(crate) secure: bool,
    /// In which language pages are read.
    pub(crate) language: Language,
    /// Path and query of the page, without the language.
    pub(crate) place: String,
}

impl Who {
    /// Who, or that one has to sign in.
    ///
    /// # Errors
    /// Nobody signed in: on the open routes of an installation without an administrator.
    pub fn caller(&self) -> Result<&Caller, Problem> {
        self.access.caller().ok_or_else(|| Problem::unauthenticated("sign in to do this"))
    }

    /// The token that forms carry.
    pub(crate) fn csrf(&self) -> String {
        self.token.as_ref().map(csrf_of).unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem::program(&"a route stands outside the guard"))
    }
}
