//! One's own account: password, one-time codes, API keys.

use axum::extract::State as Held;
use axum::http::{StatusCode, header};
use axum::response::Response;
use countersign_identity::{
    Credentials, Event, NewApiKey, RECOVERY_CODES, RecoveryCode, Scope, Token, TotpSecret, fresh,
};
use jiff::SignedDuration;

use super::fields::Fields;
use super::fresh::fresh_token;
use super::gate::refusal;
use super::own::Own;
use super::qr;
use super::sign_in::with_script;
use super::who::Who;
use crate::desk::speech;
use crate::desk::view::{self, AccountPage, KeyRow, PasskeyRow, SessionRow, Shell};
use crate::extract::Path;
use crate::problem::Problem;
use crate::state::State;

/// What a form has to say on the page.
#[derive(Default)]
struct Said {
    /// Whether it is good, and what.
    words: Option<(bool, String)>,
    /// A new key, shown once.
    key: Option<String>,
    /// New recovery codes, shown once.
    recovery: Vec<String>,
}

impl Said {
    fn refused(words: impl Into<String>) -> Self {
        Self { words: Some((false, words.into())), ..Self::default() }
    }
}

/// The page, with what a form has to say.
fn shown(state: &State, who: &Who, said: Said) -> Result<Response, Problem> {
    let caller = who.caller()?;
    let now = state.clock().moment()?;
    let w = &who.language.words().access;
    let own = who.token.as_ref().map(Token::hash);
    let (user, keys, sessions) = state.gate().read(|directory| {
        let keys: Vec<KeyRow> = directory
            .keys()
            .filter(|key| key.user == caller.user)
            .map(|key| KeyRow {
                id: key.id.clone(),
                purpose: key.purpose.clone(),
                scopes: key.scopes.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", "),
                expires: key.expires.to_string(),
                holds: key.holds(now),
            })
            .collect();
        let sessions: Vec<SessionRow> = directory
            .sessions_of(&caller.user, now)
            .into_iter()
            .map(|(hash, session)| SessionRow {
                begun: to_the_second(session.begun),
                seen: to_the_second(session.seen),
                this: own == Some(hash),
            })
            .collect();
        (directory.user(&caller.user).cloned(), keys, sessions)
    })?;
    let user = user.ok_or_else(|| Problem::program(&"someone is signed in who is not there"))?;
    let secret = fresh::<20>().map(TotpSecret::new).map_err(|e| Problem::program(&e))?;
    let secret_address = secret.address(caller.name.as_str());
    let refused = said.words.as_ref().is_some_and(|(good, _)| !good);
    let page = AccountPage {
        shell: Shell::of(who, w.your_account, "account")?,
        name: caller.name.to_string(),
        full_name: caller.full_name.clone(),
        roles: caller.roles.iter().map(|r| speech::role(*r, who.language)).collect(),
        signing_key: user.credentials.as_ref().map(|c| c.signing_key.clone()).unwrap_or_default(),
        provider: user.external.as_ref().map(|external| external.issuer.clone()),
        codes: user.credentials.as_ref().is_some_and(|c| c.one_time_codes),
        qr: qr::svg(&secret_address, w.qr_title),
        secret: secret.base32(),
        secret_address,
        recovery_left: user.recovery.len(),
        recovery_shown: said.recovery,
        passkeys: user
            .passkeys
            .iter()
            .map(|p| PasskeyRow { id: p.id.clone(), name: p.name.clone(), since: to_the_second(p.since) })
            .collect(),
        sessions,
        scopes: Scope::ALL.iter().map(|s| s.as_str()).collect(),
        keys,
        said: said.words,
        key: said.key,
    };
    let mut response = view::page(&page)?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, with_script());
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn to_the_second(moment: jiff::Timestamp) -> String {
    moment.round(jiff::Unit::Second).unwrap_or(moment).to_string()
}

pub(super) async fn page(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
    shown(&state, &who, Said::default())
}

/// What was wrong with a form, on the page.
fn refused(state: &State, who: &Who, words: impl Into<String>) -> Result<Response, Problem> {
    shown(state, who, Said::refused(words))
}

/// The new password of a form that has it twice; `None` where they differ.
fn new_password(fields: &Fields) -> Option<&str> {
    let new = fields.raw("new").unwrap_or_default();
    (fields.raw("again") == Some(new)).then_some(new)
}

/// Keeps a password, a signing key or a secret of codes. Every session ends with it, this one too.
fn set(own: &Own<'_>, credentials: Credentials, code_step: Option<u64>) -> Result<Response, Problem> {
    let user = own.caller.user.clone();
    own.keep(Event::CredentialsSet { user, credentials, used: None, code_step })?;
    Ok(view::see_other("/sign-in"))
}

pub(super) async fn password(
    Held(state): Held<State>,
    who: Who,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&["password", "new", "again"])?;
    let own = Own::of(&state, &who)?;
    let Some(new) = new_password(&fields) else {
        return refused(&state, &who, who.language.words().access.differ);
    };
    let random = fresh::<60>().map_err(|e| Problem::program(&e))?;
    let made = own
        .ask_again(&fields, |user, opened| {
            Credentials::with_password(&user.id, user.name.as_str(), opened, new, &random)
        })
        .await?;
    match made {
        Ok(Ok(credentials)) => set(&own, credentials, None),
        Ok(Err(fault)) => refused(&state, &who, speech::credentials(&fault, who.language)),
        Err(fault) => refused(&state, &who, refusal(fault, own.now, who.language).0),
    }
}

pub(super) async fn codes(Held(state): Held<State>, who: Who, fields: Fields) -> Result<Response, Problem> {
    fields.only(&["password", "secret", "code"])?;
    let own = Own::of(&state, &who)?;
    let secret = TotpSecret::from_base32(fields.must("secret")?)
        .ok_or_else(|| Problem::input("`secret` is not a secret of one-time codes"))?;
    let seconds = u64::try_from(own.now.as_second()).map_err(|e| Problem::program(&e))?;
    // the authenticator must show the right code before one is asked for at the next sign-in
    let step = match secret.check(fields.get("code").unwrap_or_default(), seconds, None) {
        Ok(step) => step,
        Err(fault) => return refused(&state, &who, speech::code(fault, who.language)),
    };
    change_codes(&state, &who, &own, &fields, Some((secret, step))).await
}

pub(super) async fn codes_off(
    Held(state): Held<State>,
    who: Who,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&["password"])?;
    change_codes(&state, &who, &Own::of(&state, &who)?, &fields, None).await
}

/// Puts a secret of codes, with the step of its first code, in place of the one of before.
async fn change_codes(
    state: &State,
    who: &Who,
    own: &Own<'_>,
    fields: &Fields,
    new: Option<(TotpSecret, u64)>,
) -> Result<Response, Problem> {
    let nonce = fresh::<12>().map_err(|e| Problem::program(&e))?;
    let (secret, step) = new.unzip();
    let made = own
        .ask_again(fields, |user, opened| {
            let credentials = user.credentials.as_ref();
            credentials.map(|has| has.with_totp(&user.id, opened, secret.as_ref(), nonce))
        })
        .await?;
    match made {
        Ok(Some(Ok(credentials))) => set(own, credentials, step),
        Ok(Some(Err(fault))) => refused(state, who, speech::credentials(&fault, who.language)),
        Ok(None) => Err(Problem::program(&"a person without credentials is signed in")),
        Err(fault) => refused(state, who, refusal(fault, own.now, who.language).0),
    }
}

/// New recovery codes, shown once.
pub(super) async fn recovery(
    Held(state): Held<State>,
    who: Who,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&["password"])?;
    let own = Own::of(&state, &who)?;
    if let Err(fault) = own.ask_again(&fields, |_, _| ()).await? {
        return refused(&state, &who, refusal(fault, own.now, who.language).0);
    }
    let codes = (0..RECOVERY_CODES)
        .map(|_| fresh::<16>().map(|random| RecoveryCode::of(&random)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| Problem::program(&e))?;
    let kept = codes.iter().map(RecoveryCode::hash).collect();
    own.keep(Event::RecoveryCodesSet { user: own.caller.user.clone(), codes: kept })?;
    let recovery = codes.iter().map(ToString::to_string).collect();
    shown(&state, &who, Said { recovery, ..Said::default() })
}

/// A key of one's own for someone whom a provider vouches for, under a password that it does not know.
pub(super) async fn signing_password(
    Held(state): Held<State>,
    who: Who,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&["new", "again"])?;
    let own = Own::of(&state, &who)?;
    let Some(new) = new_password(&fields).map(str::to_owned) else {
        return refused(&state, &who, who.language.words().access.differ);
    };
    let id = own.caller.user.clone();
    if state.gate().read(|d| d.user(&id).is_some_and(|user| user.credentials.is_some()))? {
        return refused(&state, &who, who.language.words().access.has_signing_key);
    }
    let random = fresh::<60>().map_err(|e| Problem::program(&e))?;
    let name = own.caller.name.to_string();
    let made = state.work(move || Ok(Credentials::new(&id, &name, &new, &random))).await?;
    match made {
        Ok(credentials) => set(&own, credentials, None),
        Err(fault) => refused(&state, &who, speech::credentials(&fault, who.language)),
    }
}

/// Ends every session, this one too.
pub(super) async fn sign_out_everywhere(
    Held(state): Held<State>,
    who: Who,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&[])?;
    let own = Own::of(&state, &who)?;
    own.keep(Event::SignedOutEverywhere { user: own.caller.user.clone() })?;
    let mut response = view::see_other("/sign-in");
    response
        .headers_mut()
        .append(header::SET_COOKIE, super::cookie::remove(super::cookie::SESSION, who.secure));
    Ok(response)
}

pub(super) async fn new_key(Held(state): Held<State>, who: Who, fields: Fields) -> Result<Response, Problem> {
    fields.only(&["purpose", "scope", "days"])?;
    let Own { caller, now, .. } = Own::of(&state, &who)?;
    let days: u32 = fields
        .must("days")?
        .parse()
        .map_err(|_| Problem::input("`days` is not a number of days, for example `90`"))?;
    let scopes = fields
        .all("scope")
        .map(|scope| scope.parse::<Scope>().map_err(Problem::input))
        .collect::<Result<_, _>>()?;
    let expires = now
        .checked_add(SignedDuration::from_hours(i64::from(days).saturating_mul(24)))
        .map_err(|_| Problem::input("`days` is too large"))?;
    let purpose = fields.get("purpose").unwrap_or_default().to_owned();
    let new = NewApiKey { user: caller.user.clone(), purpose, scopes, expires };
    let (id, secret) = (fresh::<4>().map_err(|e| Problem::program(&e))?, fresh_token()?);
    let made = state.gate().change(|directory| {
        let (event, text) = directory.make_key(new, id, &secret, (now, Some(&caller.user)))?;
        Ok((vec![event], text))
    });
    match made {
        Ok(text) => shown(&state, &who, Said { key: Some(text), ..Said::default() }),
        Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
            refused(&state, &who, problem.detail_in(who.language).0)
        }
        Err(problem) => Err(problem),
    }
}

pub(super) async fn revoke_key(
    Held(state): Held<State>,
    who: Who,
    Path(key): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&[])?;
    let Own { caller, now, .. } = Own::of(&state, &who)?;
    let own = state.gate().read(|d| d.keys().any(|k| k.id == key && k.user == caller.user))?;
    if !own {
        return Err(Problem::not_found(format!(
            "you have no key `{}`",
            key.chars().take(20).collect::<String>()
        )));
    }
    state
        .gate()
        .change(|directory| Ok((vec![directory.revoke_key(&key, (now, Some(&caller.user)))?], ())))?;
    Ok(view::see_other("/account"))
}
