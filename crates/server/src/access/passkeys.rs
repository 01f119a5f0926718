//! Passkeys: adding one, removing one, and signing in with one. The browser's half is `assets/passkeys.js`; what an answer must
//! be is in [`super::webauthn`].

use axum::extract::State as Held;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_identity::{Event, Stamped, UserId, fresh};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::Url;

use super::cookie;
use super::fields::Fields;
use super::fresh::fresh_token;
use super::gate::refusal;
use super::own::Own;
use super::sign_in::{end_session, place};
use super::webauthn::{Asserted, Created, Expected, KeyFault, asserted, created};
use super::who::Who;
use crate::desk::view;
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::State;

/// The most passkeys of a person.
const MOST: usize = 20;
/// How long a browser may wait for an authenticator, in milliseconds.
const PATIENCE: u32 = 300_000;

/// The address under which this browser sees the server. A passkey is of one host: the browser shows it to no other.
struct Site {
    origin: String,
    host: String,
}

impl Site {
    fn of(state: &State, who: &Who, headers: &HeaderMap) -> Result<Self, Problem> {
        let wrong = || {
            Problem::unprocessable(
                "passkeys need this server to be asked for by a name, with TLS or as `localhost`",
            )
        };
        let origin = match state.gate().origin() {
            Some(origin) => origin.to_owned(),
            None => {
                let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).ok_or_else(wrong)?;
                format!("{}://{host}", if who.secure { "https" } else { "http" })
            }
        };
        let url = Url::parse(&origin).map_err(|_| wrong())?;
        let host = url.domain().ok_or_else(wrong)?.to_owned();
        if url.scheme() != "https" && host != "localhost" {
            return Err(wrong());
        }
        Ok(Self { origin: url.origin().ascii_serialization(), host })
    }

    fn expected<'a>(&'a self, challenge: &'a str) -> Expected<'a> {
        Expected { challenge, origin: &self.origin, host: &self.host }
    }
}

fn refused(fault: &KeyFault) -> Problem {
    Problem::unprocessable(format!("the passkey does not fit: {fault}"))
}

/// The id of a person as an authenticator keeps it.
fn handle(user: &UserId) -> String {
    URL_SAFE_NO_PAD.encode(user.as_str())
}

fn challenge_text() -> Result<String, Problem> {
    fresh::<32>().map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).map_err(|e| Problem::program(&e))
}

fn credential<T: DeserializeOwned>(fields: &Fields) -> Result<T, Problem> {
    serde_json::from_str(fields.must("credential")?)
        .map_err(|e| Problem::input(format!("`credential` is not what the script of the page sends: {e}")))
}

/// `POST /account/passkeys/begin`: asks the browser for a new one, of someone who gave the password once more.
pub(super) async fn begin(
    Held(state): Held<State>,
    who: Who,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Json<Value>, Problem> {
    fields.only(&["password"])?;
    let own = Own::of(&state, &who)?;
    let (caller, now) = (own.caller, own.now);
    let browser = who.token.as_ref().ok_or_else(|| Problem::program(&"a session has no token"))?;
    let site = Site::of(&state, &who, &headers)?;
    if let Err(fault) = own.ask_again(&fields, |_, _| ()).await? {
        return Err(Problem::unprocessable(refusal(fault, now, who.language).0));
    }
    let user = state.gate().read(|directory| directory.user(&caller.user).cloned())?;
    let own = user.filter(|user| user.external.is_none()).map(|user| user.passkeys);
    let own = own.ok_or_else(|| {
        Problem::unprocessable("you sign in through your organisation, which asks who you are")
    })?;
    if own.len() >= MOST {
        return Err(Problem::unprocessable(format!("you have {MOST} passkeys; remove one first")));
    }
    let challenge = challenge_text()?;
    let known: Vec<Value> =
        own.iter().map(|kept| json!({ "type": "public-key", "id": kept.key.credential })).collect();
    let algorithms = [-7, -8, -257].map(|alg| json!({ "type": "public-key", "alg": alg }));
    let options = json!({
        "rp": { "id": site.host, "name": "Countersign" },
        "user": { "id": handle(&caller.user), "name": caller.name.as_str(), "displayName": caller.full_name },
        "challenge": challenge,
        "pubKeyCredParams": algorithms,
        "timeout": PATIENCE,
        "excludeCredentials": known,
        // it must be found without a name being typed: whether a name has one is nobody's business
        "authenticatorSelection": { "residentKey": "required", "requireResidentKey": true, "userVerification": "required" },
        "attestation": "none",
    });
    state.gate().passkeys().adding.keep(browser, now, challenge);
    Ok(Json(json!({ "publicKey": options })))
}

/// `POST /account/passkeys`: keeps what the authenticator made.
pub(super) async fn add(
    Held(state): Held<State>,
    who: Who,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&["name", "credential"])?;
    let Own { caller, now, .. } = Own::of(&state, &who)?;
    let name: String = fields.must("name")?.chars().filter(|c| !c.is_control()).take(60).collect();
    let given: Created = credential(&fields)?;
    let site = Site::of(&state, &who, &headers)?;
    let waiting = who.token.as_ref().and_then(|browser| state.gate().passkeys().adding.take(browser, now));
    let challenge =
        waiting.ok_or_else(|| Problem::unprocessable("nothing waits for a passkey; begin again"))?;
    let key = created(&given, &site.expected(&challenge)).map_err(|fault| refused(&fault))?;
    let id = hex::encode(fresh::<8>().map_err(|e| Problem::program(&e))?);
    let (user, made) = (caller.user.clone(), id.clone());
    state.gate().change(move |directory| {
        let event = directory.add_passkey(&user, made, name, key)?;
        Ok((vec![Stamped::new(now, Some(&user), event)], ()))
    })?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))).into_response())
}

/// `POST /account/passkeys/{id}/remove`.
pub(super) async fn remove(
    Held(state): Held<State>,
    who: Who,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&[])?;
    let own = Own::of(&state, &who)?;
    own.keep(Event::PasskeyRemoved { user: own.caller.user.clone(), id })?;
    Ok(view::see_other("/account"))
}

/// `POST /sign-in/passkey/begin`.
pub(super) async fn challenge(
    Held(state): Held<State>,
    who: Who,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Json<Value>, Problem> {
    fields.only(&[])?;
    let now = state.clock().moment()?;
    let browser = who.token.as_ref().ok_or_else(|| Problem::forbidden("load the sign-in page first"))?;
    let site = Site::of(&state, &who, &headers)?;
    let challenge = challenge_text()?;
    let options = json!({
        "challenge": challenge, "rpId": site.host, "userVerification": "required", "timeout": PATIENCE,
    });
    state.gate().passkeys().signing_in.keep(browser, now, challenge);
    Ok(Json(json!({ "publicKey": options })))
}

/// `POST /sign-in/passkey`: lets someone in whose passkey signed the challenge.
pub(super) async fn sign_in(
    Held(state): Held<State>,
    who: Who,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.only(&["credential", "next"])?;
    let now = state.clock().moment()?;
    let given: Asserted = credential(&fields)?;
    let site = Site::of(&state, &who, &headers)?;
    let waiting =
        who.token.as_ref().and_then(|browser| state.gate().passkeys().signing_in.take(browser, now));
    let challenge =
        waiting.ok_or_else(|| Problem::unprocessable("nothing waits for a passkey; begin again"))?;
    let unknown = || Problem::unauthenticated("this passkey is not known here");
    let token = fresh_token()?;
    state
        .gate()
        .change(|directory| {
            let found = directory.by_passkey(&given.id);
            let (user, key) = found.ok_or(countersign_identity::IdentityFault::Passkey)?;
            if given.user_handle.as_ref().is_some_and(|told| *told != handle(&user.id)) {
                return Err(countersign_identity::IdentityFault::Passkey);
            }
            let count = asserted(&given, key, &site.expected(&challenge)).map_err(|fault| {
                tracing::warn!(user = %user.id, %fault, "a passkey was not taken");
                countersign_identity::IdentityFault::Passkey
            })?;
            let by = |event| Stamped::new(now, Some(&user.id), event);
            let used = Event::PasskeyUsed { user: user.id.clone(), id: key.id.clone(), count };
            let begun = Event::SignedIn { session: token.hash(), user: user.id.clone(), code_step: None };
            Ok((vec![by(used), by(begun)], ()))
        })
        .map_err(|problem| if problem.status().is_server_error() { problem } else { unknown() })?;
    end_session(&state, &who)?;
    let mut response = Json(json!({ "next": place(fields.get("next")) })).into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookie::set(cookie::SESSION, &token, who.secure));
    headers.append(header::SET_COOKIE, cookie::remove(cookie::FORM, who.secure));
    Ok(response)
}
