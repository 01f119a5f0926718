//! Cookies: the session's, and the one under the forms of those who have none.

use axum::http::{HeaderMap, HeaderValue, header};
use countersign_identity::Token;

/// The session.
pub(crate) const SESSION: &str = "countersign_session";
/// What ties a form to a browser before there is a session.
pub(crate) const FORM: &str = "countersign_form";

/// What ties the way back from an identity provider to the browser that went there.
pub(crate) const RETURN: &str = "countersign_return";

/// The token in a cookie.
pub(crate) fn token(headers: &HeaderMap, name: &str) -> Option<Token> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| value.parse().ok())
}

/// The header that sets a cookie. Scripts never see it; other sites' requests do not carry it.
pub(crate) fn set(name: &str, token: &Token, secure: bool) -> HeaderValue {
    header_of(&format!("{name}={}", token.text()), name, secure)
}

/// The same for the way back from an identity provider, which is another site.
pub(crate) fn set_for_return(token: &Token, secure: bool) -> HeaderValue {
    header_of(&format!("{RETURN}={}; Max-Age=600", token.text()), RETURN, secure)
}

/// The header that takes a cookie away.
pub(crate) fn remove(name: &str, secure: bool) -> HeaderValue {
    header_of(&format!("{name}=; Max-Age=0"), name, secure)
}

fn header_of(begin: &str, name: &str, secure: bool) -> HeaderValue {
    // a link in a letter may lead to a case for one who is signed in; a form of another site may do nothing
    let same_site = if [SESSION, RETURN].contains(&name) { "Lax" } else { "Strict" };
    let secure = if secure { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{begin}; Path=/; HttpOnly; SameSite={same_site}{secure}"))
        .unwrap_or(HeaderValue::from_static(""))
}
