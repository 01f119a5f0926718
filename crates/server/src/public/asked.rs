//! What a visitor asks beside the page itself: language, day, form, and under which address they came.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use countersign_pages::Language;

use crate::language;

/// A request for a page, before anything is looked up.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The path, as it came.
    pub(super) path: String,
    /// Every member of the query, in its order.
    pub(super) query: Vec<(String, String)>,
    /// The language: chosen now, chosen earlier, or preferred by the browser.
    pub(super) language: Language,
    /// The language was chosen with this request.
    pub(super) chosen: bool,
    /// Scheme and host; empty where the host is none.
    pub(super) base: String,
}

impl Asked {
    /// The first value of a member of the query, trimmed; empty where there is none.
    pub(super) fn get(&self, key: &str) -> &str {
        self.query.iter().find(|(name, _)| name == key).map_or("", |(_, value)| value.trim())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query: Vec<(String, String)> =
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect();
        let header = |name| parts.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let (language, chosen) = language::of(&parts.headers, parts.uri.query().unwrap_or_default());
        let host = header(HOST);
        let sound = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
        let secure = parts.headers.get("x-forwarded-proto").is_some_and(|v| v == "https");
        let base = if host.is_empty() || host.len() > 253 || !host.chars().all(sound) {
            String::new()
        } else {
            format!("{}://{host}", if secure { "https" } else { "http" })
        };
        Ok(Self { path: parts.uri.path().to_owned(), query, language, chosen, base })
    }
}
