//! In which language a page is read: chosen now, chosen earlier, or preferred by the browser.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use countersign_pages::Language;

/// The cookie that keeps a chosen language. It says nothing else, and no page needs it.
const COOKIE: &str = "countersign_language";

/// The language, and whether it was chosen with this request.
pub(crate) fn of(headers: &HeaderMap, query: &str) -> (Language, bool) {
    let header = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut members = url::form_urlencoded::parse(query.as_bytes());
    let chosen = members.find(|(key, _)| key == "lang").and_then(|(_, v)| Language::from_code(&v));
    let kept = || {
        let mut cookies = header(header::COOKIE).split(';').filter_map(|pair| pair.trim().split_once('='));
        cookies.find(|(name, _)| *name == COOKIE).and_then(|(_, v)| Language::from_code(v))
    };
    let language =
        chosen.or_else(kept).unwrap_or_else(|| Language::accepted(header(header::ACCEPT_LANGUAGE)));
    (language, chosen.is_some())
}

/// The cookie by which the browser remembers what was chosen.
pub(crate) fn remembered(language: Language) -> Option<HeaderValue> {
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", language.code());
    HeaderValue::from_str(&cookie).ok()
}
