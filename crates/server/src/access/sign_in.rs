//! Signing in and out, and the one-time links.

use axum::extract::State as Held;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use countersign_identity::{Credentials, Event, Stamped, Token, UserName, csrf_of, fresh};
use countersign_pages::Language;
use serde::Deserialize;

use super::cookie;
use super::fields::Fields;
use super::fresh::{fresh_id, fresh_token};
use super::gate::{Asked, refusal};
use super::who::Who;
use crate::desk::view::{self, Shell, SignInPage, WelcomePage};
use crate::extract::{Path, Query};
use crate::problem::Problem;
use crate::state::State;

/// What the address of the sign-in page says.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: Option<String>,
    #[serde(default)]
    #[expect(dead_code, reason = "the language is read before")]
    lang: Option<String>,
}

/// A place of this server, for after signing in; anything else is the desk.
pub(super) fn place(next: Option<&str>) -> String {
    let own = |text: &&str| {
        text.starts_with('/')
            && !text.starts_with("//")
            && !text.contains('\\')
            && !text.chars().any(char::is_control)
    };
    next.filter(own).unwrap_or("/desk").to_owned()
}

/// The form's token, with the cookie under it where the browser has none.
fn form_token(who: &Who) -> Result<(String, Option<HeaderValue>), Problem> {
    if let Some(token) = &who.token {
        return Ok((csrf_of(token), None));
    }
    let token = fresh_token()?;
    Ok((csrf_of(&token), Some(cookie::set(cookie::FORM, &token, who.secure))))
}

fn with_cookie(page: Response, cookie: Option<HeaderValue>) -> Response {
    let mut page = page;
    if let Some(cookie) = cookie {
        page.headers_mut().append(header::SET_COOKIE, cookie);
    }
    page
}

fn sign_in_page(state: &State, who: &Who, next: String, fault: Option<String>) -> Result<Response, Problem> {
    let (csrf, cookie) = form_token(who)?;
    let page = SignInPage {
        shell: Shell::bare(who, who.language.words().access.sign_in, &csrf),
        next,
        fault,
        provider: provider_name(state),
        set_up: state.gate().has_administrator()?,
    };
    let mut response = with_cookie(view::page(&page)?, cookie);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, with_script());
    Ok(response)
}

/// What the pages with passkeys may load: our own script, which asks this server alone.
pub(super) fn with_script() -> HeaderValue {
    HeaderValue::from_static(
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    )
}

fn provider_name(state: &State) -> Option<String> {
    state.gate().provider().map(|provider| provider.name.clone())
}

/// The page of someone whom nobody vouched for.
pub(super) fn signed_out_page(state: &State, who: &Who, why: String) -> Result<Response, Problem> {
    let mut response = sign_in_page(state, who, place(None), Some(why))?;
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    Ok(response)
}

pub(super) async fn page(
    Held(state): Held<State>,
    who: Who,
    Query(asked): Query<Next>,
) -> Result<Response, Problem> {
    if who.access.caller().is_some() {
        return Ok(view::see_other(&place(asked.next.as_deref())));
    }
    sign_in_page(&state, &who, place(asked.next.as_deref()), None)
}

pub(super) async fn sign_in(Held(state): Held<State>, who: Who, fields: Fields) -> Result<Response, Problem> {
    fields.only(&["name", "password", "code", "next"])?;
    let now = state.clock().moment()?;
    let asked = Asked {
        name: fields.get("name").unwrap_or_default().to_owned(),
        password: fields.raw("password").unwrap_or_default().to_owned(),
        code: fields.get("code").unwrap_or_default().to_owned(),
        address: who.address.clone(),
    };
    let next = place(fields.get("next"));
    match state.gate().sign_in(asked, now).await? {
        Ok(token) => {
            // the session of before, if there was one, is not carried on
            end_session(&state, &who)?;
            let mut response = view::see_other(&next);
            let headers = response.headers_mut();
            headers.append(header::SET_COOKIE, cookie::set(cookie::SESSION, &token, who.secure));
            headers.append(header::SET_COOKIE, cookie::remove(cookie::FORM, who.secure));
            Ok(response)
        }
        Err(fault) => {
            let (words, wait) = refusal(fault, now, who.language);
            let mut response = sign_in_page(&state, &who, next, Some(words))?;
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            if let Some(seconds) = wait {
                *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Ok(response)
        }
    }
}

/// Ends the session that a browser has. One of before is never carried on.
pub(super) fn end_session(state: &State, who: &Who) -> Result<(), Problem> {
    let (Some(token), Some(caller)) = (&who.token, who.access.caller()) else { return Ok(()) };
    let now = state.clock().moment()?;
    let event = Event::SignedOut { session: token.hash() };
    state.gate().change(|_| Ok((vec![Stamped::new(now, Some(&caller.user), event)], ())))
}

pub(super) async fn sign_out(
    Held(state): Held<State>,
    who: Who,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&[])?;
    end_session(&state, &who)?;
    let mut response = view::see_other("/sign-in");
    response.headers_mut().append(header::SET_COOKIE, cookie::remove(cookie::SESSION, who.secure));
    Ok(response)
}

pub(super) async fn welcome(
    Held(state): Held<State>,
    who: Who,
    Path(link): Path<String>,
) -> Result<Response, Problem> {
    let (csrf, cookie) = form_token(&who)?;
    let page = welcome_page(&state, &who, &link, &csrf, None)?;
    Ok(with_cookie(page, cookie))
}

fn welcome_page(
    state: &State,
    who: &Who,
    link: &str,
    csrf: &str,
    fault: Option<String>,
) -> Result<Response, Problem> {
    let now = state.clock().moment()?;
    let invalid = || {
        Problem::not_found("this link is not valid: it was used, it is too old, or a newer one was made")
            .in_german(Language::German.words().faults.link.to_owned())
    };
    let token: Token = link.parse().map_err(|()| invalid())?;
    let user = state.gate().read(|directory| {
        let invitation = directory.invitation(&token, now).map_err(|_| invalid())?;
        Ok::<_, Problem>(
            invitation.user.as_ref().and_then(|id| directory.user(id)).map(|user| user.name.to_string()),
        )
    })??;
    let shell = Shell::bare(who, who.language.words().access.welcome, csrf);
    // the first administrator has a password: a provider that fails must not lock everybody out
    let provider = user.as_ref().and_then(|_| provider_name(state));
    let page = WelcomePage { shell, link: link.to_owned(), user, fault, provider };
    let mut response = view::page(&page)?;
    if page.fault.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn accept(
    Held(state): Held<State>,
    who: Who,
    Path(link): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&["name", "full_name", "password", "again"])?;
    let now = state.clock().moment()?;
    let csrf = who.csrf();
    let token: Token = match link.parse() {
        Ok(token) => token,
        Err(()) => return welcome_page(&state, &who, &link, &csrf, None),
    };
    let password = fields.raw("password").unwrap_or_default().to_owned();
    if fields.raw("again") != Some(password.as_str()) {
        let words = who.language.words().access.differ.to_owned();
        return welcome_page(&state, &who, &link, &csrf, Some(words));
    }
    let name = fields.get("name").map(str::parse::<UserName>).transpose();
    let name = match name {
        Ok(name) => name,
        Err(fault) => return welcome_page(&state, &who, &link, &csrf, Some(fault.to_string())),
    };
    let (id, random) = (fresh_id()?, fresh::<60>().map_err(|e| Problem::program(&e))?);
    let full_name = fields.get("full_name").unwrap_or_default().to_owned();
    let gate_state = state.clone();
    let changed = state
        .work(move || {
            let first = name.map(|name| (id, name, full_name.as_str()));
            gate_state.gate().change(|directory| {
                let make = |id: &_, name: &UserName| Credentials::new(id, name.as_str(), &password, &random);
                Ok((directory.accept(&token, first, make, now)?, ()))
            })
        })
        .await;
    match changed {
        Ok(()) => Ok(view::see_other("/sign-in")),
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            welcome_page(&state, &who, &link, &csrf, Some(problem.detail_in(who.language).0.to_owned()))
        }
        Err(problem) => Err(problem),
    }
}
