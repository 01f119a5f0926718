//! Signing in through the identity provider: a browser goes there, and comes back with a code.

use std::sync::Arc;

use axum::extract::State as Held;
use axum::http::header;
use axum::response::Response;
use countersign_identity::{Claimed, SignUp, Token, csrf_fits, csrf_of};
use countersign_pages::text::fill;
use serde::Deserialize;

use super::cookie;
use super::fresh::{fresh_id, fresh_token};
use super::provider::{Begun, Provider, Vouched, short};
use super::sign_in::{end_session, place, signed_out_page};
use super::who::Who;
use crate::desk::view;
use crate::extract::Query;
use crate::problem::Problem;
use crate::state::State;

fn provider(state: &State) -> Result<Arc<Provider>, Problem> {
    state.gate().provider().ok_or_else(|| {
        Problem::not_found(
            "this installation has no identity provider; `identity.toml` in its home names one",
        )
    })
}

/// What the address of the link says.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: Option<String>,
    /// The one-time link that this sign-in uses up.
    #[serde(default)]
    invitation: Option<String>,
}

/// `GET /sign-in/provider`: sends the browser to the provider.
pub(super) async fn begin(
    Held(state): Held<State>,
    who: Who,
    Query(asked): Query<Next>,
) -> Result<Response, Problem> {
    let provider = provider(&state)?;
    let now = state.clock().moment()?;
    let invitation = match asked.invitation.as_deref().map(str::parse::<Token>) {
        None => None,
        Some(Ok(token))
            if state.gate().read(|d| d.invitation(&token, now).is_ok_and(|i| i.user.is_some()))? =>
        {
            Some(token)
        }
        Some(_) => return refused(&state, &who, who.language.words().faults.link),
    };
    // the state in the address follows from a cookie that no other site can read
    let browser = fresh_token()?;
    let (known, told) = (provider.clone(), csrf_of(&browser));
    let begun = state.work(move || Ok(known.begin(&told, now))).await?;
    let (url, verifier, nonce) = match begun {
        Ok(begun) => begun,
        Err(why) => return refused(&state, &who, &why),
    };
    let next = place(asked.next.as_deref());
    provider.waiting.keep(&browser, now, Begun { verifier, nonce, next, invitation });
    let mut response = view::see_other(url.as_str());
    response.headers_mut().append(header::SET_COOKIE, cookie::set_for_return(&browser, who.secure));
    Ok(response)
}

/// What the provider sends back.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    state: Option<String>,
    /// Who answers (RFC 9207).
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    error_description: Option<String>,
}

/// `GET /sign-in/provider/callback`: lets someone in whom the provider vouches for.
pub(super) async fn back(
    Held(state): Held<State>,
    who: Who,
    headers: axum::http::HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Problem> {
    let provider = provider(&state)?;
    let now = state.clock().moment()?;
    let browser: Option<Token> = cookie::token(&headers, cookie::RETURN);
    let stands = |browser: &Token| csrf_fits(browser, back.state.as_deref().unwrap_or_default());
    let begun = browser.filter(stands).and_then(|browser| provider.waiting.take(&browser, now));
    let Some(begun) = begun else {
        return refused(&state, &who, who.language.words().access.provider_not_begun);
    };
    if back.iss.as_ref().is_some_and(|issuer| *issuer != provider.issuer) {
        return refused(&state, &who, "the answer is of another issuer");
    }
    let Some(code) = back.code else {
        let why = back.error_description.or(back.error).unwrap_or_else(|| "it sent no code".to_owned());
        return refused(&state, &who, &short(&why));
    };
    let known = provider.clone();
    let (vouched, begun) = state.work(move || Ok((known.finish(&code, &begun, now), begun))).await?;
    let vouched = match vouched {
        Ok(vouched) => vouched,
        Err(why) => return refused(&state, &who, &why),
    };
    let (id, token) = (fresh_id()?, fresh_token()?);
    let made = state.gate().change(|directory| {
        let Vouched { external, name, full_name, roles } = vouched;
        let claimed = Claimed { name: &name, full_name: &full_name, roles };
        let by = match (&begun.invitation, provider.sign_up) {
            (Some(invitation), _) => SignUp::Invited(invitation),
            (None, true) => SignUp::Anyone(id),
            (None, false) => SignUp::Nobody,
        };
        Ok((directory.sign_in_external(external, claimed, by, &token, now)?, ()))
    });
    if let Err(problem) = made {
        return refused(&state, &who, problem.detail_in(who.language).0);
    }
    end_session(&state, &who)?;
    let mut response = view::see_other(&begun.next);
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookie::set(cookie::SESSION, &token, who.secure));
    headers.append(header::SET_COOKIE, cookie::remove(cookie::FORM, who.secure));
    headers.append(header::SET_COOKIE, cookie::remove(cookie::RETURN, who.secure));
    Ok(response)
}

fn refused(state: &State, who: &Who, why: &str) -> Result<Response, Problem> {
    tracing::warn!(why, "the identity provider let nobody in");
    let words = fill(who.language.words().access.provider_refused, &[("why", why)]);
    signed_out_page(state, who, words)
}
