//! Before every handler: who is it, may they, and is the request their own.

use std::net::{IpAddr, SocketAddr};

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, MatchedPath, Request, State as Held};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use countersign_identity::{Access, Decision, Refusal, Token, Via, csrf_fits};
use jiff::Timestamp;

use super::cookie;
use super::fields::Fields;
use super::who::Who;
use crate::compat;
use crate::config::CompatRoot;
use crate::desk::view;
use crate::language;
use crate::problem::Problem;
use crate::state::State;

/// The most bytes of a form of the desk, whose sender is known: a document may come with it.
const MOST: usize = 32 << 20;
/// The most bytes of any other form: nobody has to be known to send one.
const MOST_OF_ANYONE: usize = 64 << 10;
/// The methods that rows name.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/// Headers by which a proxy says that the request is another one's.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];
/// A path of the row *The API, to write*.
const WRITES: &str = "/v1/";
/// The header in which a program that uses a browser's session gives the form's token.
const CSRF_HEADER: &str = "x-csrf-token";

/// The guard.
pub(super) async fn check(Held(state): Held<State>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if let Some(answer) = compat::preflight(&state, &parts) {
        return answer;
    }
    let is_page = is_page(&parts);
    let target = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let method = parts.method.clone();
    let stranger = stranger(&parts);
    let (_, chosen) = language::of(&parts.headers, parts.uri.query().unwrap_or_default());
    let mut response = match admitted(&state, parts, body).await {
        Ok(request) => next.run(request).await,
        Err(Stop { nowhere_in: Some(which), .. }) if !is_page => compat::nothing_there(which),
        Err(Stop { problem, refusal, who, .. }) => match refusal {
            Some(Refusal::SignIn) if is_page && method == Method::GET => to_sign_in(&target),
            Some(Refusal::SignIn) => {
                let challenge = HeaderValue::from_static("Bearer realm=\"countersign\"");
                ([(header::WWW_AUTHENTICATE, challenge)], problem).into_response()
            }
            _ if is_page => view::refused(who.as_deref().unwrap_or(&stranger), &problem),
            _ => problem.into_response(),
        },
    };
    protect(response.headers_mut());
    if is_page
        && chosen
        && let Some(cookie) = language::remembered(stranger.language)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Someone of whom only the language is known: for a page that says no.
fn stranger(parts: &Parts) -> Who {
    let query = parts.uri.query().unwrap_or_default();
    let (language, _) = language::of(&parts.headers, query);
    let kept: Vec<(String, String)> =
        url::form_urlencoded::parse(query.as_bytes()).into_owned().filter(|(key, _)| key != "lang").collect();
    let mut place = match parts.method {
        Method::GET => parts.uri.path().to_owned(),
        _ if parts.uri.path().starts_with("/welcome/") => parts.uri.path().to_owned(),
        // the page of a form that was answered with a page: an account, the people
        _ => format!("/{}", parts.uri.path().split('/').nth(1).unwrap_or_default()),
    };
    if parts.method == Method::GET && !kept.is_empty() {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
        place = format!("{place}?{query}");
    }
    Who {
        access: Access::Anonymous { loopback: false },
        token: None,
        address: String::new(),
        secure: false,
        language,
        place,
    }
}

/// A request that goes no further.
struct Stop {
    problem: Problem,
    refusal: Option<Refusal>,
    /// The API at the root, which has nothing at the path either.
    nowhere_in: Option<CompatRoot>,
    /// Who was refused, where that is known.
    who: Option<Box<Who>>,
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self { problem, refusal: None, nowhere_in: None, who: None }
    }
}

async fn admitted(state: &State, mut parts: Parts, body: Body) -> Result<Request, Stop> {
    let now = state.clock().moment().map_err(Problem::from)?;
    let who = who(state, &parts, now)?;
    let path = match place(state, &parts) {
        Place::Route(path) if parts.method != Method::OPTIONS => path,
        Place::Nothing(which) => {
            let why = format!("nothing is at `{}`; the endpoints are in /v1/openapi.json", parts.uri.path());
            return Err(Stop { nowhere_in: Some(which), ..Stop::from(Problem::not_found(why)) });
        }
        // nothing is there, or only what may be asked is asked for (OPTIONS): the router says so
        Place::Route(_) | Place::Nowhere => {
            parts.extensions.insert(who);
            return Ok(Request::from_parts(parts, body));
        }
    };
    let set_up = state.gate().has_administrator().map_err(Problem::from)?;
    let matrix = state.gate().matrix();
    let decision = matrix.decide(parts.method.as_str(), &path, &who.access, set_up);
    // what is recorded is written, by whichever route: who may only read or compare leaves no entry
    let decision = match decision {
        Decision::Allowed if records(&parts) => matrix.decide("POST", WRITES, &who.access, set_up),
        other => other,
    };
    if let Decision::Refused(refusal) = decision {
        let why = refusal.to_string();
        let problem = match refusal {
            Refusal::SignIn => Problem::unauthenticated(why),
            Refusal::NotSetUp if !host(&parts).is_none_or(is_own_name) => Problem::new(
                StatusCode::MISDIRECTED_REQUEST,
                "host",
                "this server has another name",
                "until an administrator is set up, this server answers as `localhost`, `127.0.0.1` or `[::1]` only",
            ),
            Refusal::NoRow if METHODS.iter().any(|method| matrix.row(method, &path).is_some()) => {
                Problem::new(
                    StatusCode::METHOD_NOT_ALLOWED,
                    "method",
                    "another method is needed",
                    format!("`{}` does not answer to {}", parts.uri.path(), parts.method),
                )
            }
            _ => Problem::forbidden(why),
        };
        return Err(Stop { problem, refusal: Some(refusal), nowhere_in: None, who: Some(Box::new(who)) });
    }
    let mut body = body;
    if !parts.method.is_safe() {
        // no browser adds a key by itself, so that a page of another site may use one that it was given
        if !who.access.caller().is_some_and(|caller| matches!(caller.via, Via::Key { .. })) {
            same_origin(&parts).or_else(|refused| from_named(state, &parts, &path).ok_or(refused))?;
        }
        if reads_fields(&path) {
            let most = if path.contains("/desk") { MOST } else { MOST_OF_ANYONE };
            let bytes = to_bytes(std::mem::take(&mut body), most).await.map_err(|_| {
                Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "too-large",
                    "the body is too large",
                    format!("at most {most} bytes are taken"),
                )
            })?;
            let fields = Fields::read(&parts.headers, bytes).await?;
            own_form(&who, &parts.headers, fields.raw("csrf"))?;
            parts.extensions.insert(fields);
        } else {
            own_form(&who, &parts.headers, None)?;
        }
    }
    parts.extensions.insert(who);
    Ok(Request::from_parts(parts, body))
}

/// Where a request leads.
enum Place {
    /// To a route, as the matrix names it.
    Route(String),
    /// To no route of ours, and a compatible API at the root has none there either.
    Nothing(CompatRoot),
    /// To no route.
    Nowhere,
}

/// Where a request leads. A compatible API at the root stands in no route of ours, and for its routes the rows of its family
/// count.
fn place(state: &State, parts: &Parts) -> Place {
    let at_root = |which| compat::path_of_root(which, parts.uri.path());
    match (parts.extensions.get::<MatchedPath>(), state.config().compat_root) {
        (Some(path), _) => Place::Route(path.as_str().to_owned()),
        (None, Some(which)) => at_root(which).map_or(Place::Nothing(which), Place::Route),
        (None, None) => Place::Nowhere,
    }
}

/// Whether a request asks for an entry of the journal beside its answer.
fn records(parts: &Parts) -> bool {
    let asks = |(key, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        let no = ["", "0", "f", "n", "no", "off", "false"];
        ["record", "receipt"].contains(&key.as_ref()) && !no.contains(&value.to_lowercase().as_str())
    };
    let query = parts.uri.query().unwrap_or_default();
    parts.method == Method::POST && url::form_urlencoded::parse(query.as_bytes()).any(asks)
}

/// The routes whose bodies are forms, or the same as JSON.
fn reads_fields(path: &str) -> bool {
    ["/sign-", "/welcome/", "/account", "/people", "/desk", "/v1/desk"]
        .iter()
        .any(|begin| path.starts_with(begin))
}

fn who(state: &State, parts: &Parts, now: Timestamp) -> Result<Who, Problem> {
    let headers = &parts.headers;
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let secure = state.config().tls.is_some()
        || headers.get("x-forwarded-proto").is_some_and(|proto| proto.as_bytes() == b"https");
    let address = peer.map_or_else(String::new, |ip| ip.to_string());
    let made = |access, token| Who { access, token, address: address.clone(), secure, ..stranger(parts) };
    // before there is an administrator there are no keys, and clients of other programs send one all the same
    let keys = state.gate().has_administrator().map_err(Problem::from)?;
    let key = match api_key(headers)? {
        Some(key) => Some(key.to_owned()),
        None => key_in_address(state, parts),
    };
    if let Some(key) = key.filter(|_| keys) {
        let caller = state.gate().read(|directory| directory.by_key(&key, now))?;
        // a key that is wrong is never taken for nobody
        let caller = caller
            .ok_or_else(|| Problem::unauthenticated("the API key is not valid: wrong, expired or revoked"))?;
        return Ok(made(Access::Known(caller), None));
    }
    if let Some(token) = cookie::token(headers, cookie::SESSION)
        && let Some((caller, seen)) = state.gate().read(|directory| directory.by_session(&token, now))?
    {
        if let Some(seen) = seen {
            state.gate().change(|_| Ok((vec![seen], ())))?;
        }
        return Ok(made(Access::Known(caller), Some(token)));
    }
    let loopback = is_loopback(peer, parts);
    Ok(made(Access::Anonymous { loopback }, cookie::token(headers, cookie::FORM)))
}

/// The key in the address of the reconciliation API. No log of ours holds addresses.
fn key_in_address(state: &State, parts: &Parts) -> Option<String> {
    let query = parts.uri.query().filter(|_| compat::is_reconciliation(state, parts.uri.path()))?;
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, value)| key == "api_key" && !value.is_empty()).map(|(_, value)| value.into_owned())
}

/// The key in `Authorization: Bearer` or `Authorization: ApiKey`.
fn api_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let wrong =
        || Problem::unauthenticated("the header `authorization` is not `Bearer csk_…` or `ApiKey csk_…`");
    let text = value.to_str().map_err(|_| wrong())?;
    let (scheme, key) = text.trim().split_once(' ').ok_or_else(wrong)?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("apikey");
    if known { Ok(Some(key.trim())) } else { Err(wrong()) }
}

/// Whether the request is from this machine itself: not handed on by a proxy, and not for a name that someone else's
/// name server pointed here.
fn is_loopback(peer: Option<IpAddr>, parts: &Parts) -> bool {
    // the server tells every connection's peer; a request without one was made inside this process
    peer.is_none_or(|ip| ip.to_canonical().is_loopback())
        && host(parts).is_none_or(is_own_name)
        && FORWARDED.iter().all(|name| !parts.headers.contains_key(*name))
}

/// Whether a request is from this very machine.
pub(crate) fn is_from_here(parts: &Parts) -> bool {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    is_loopback(peer, parts)
}

/// Whether a host, with or without a port, is this machine.
fn is_own_name(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The host that was asked for; in HTTP/2 it stands in the address.
fn host(parts: &Parts) -> Option<&str> {
    let named = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    named.or(parts.uri.authority().map(|authority| authority.as_str()))
}

/// A request that changes something comes from a page of this server, or from no page at all.
fn same_origin(parts: &Parts) -> Result<(), Problem> {
    let headers = &parts.headers;
    let foreign = || Problem::forbidden("the request comes from a page of another site");
    // what the browser itself says; no page can set it. A page without a referrer gives `null` as its origin.
    match headers.get("sec-fetch-site") {
        Some(site) if site == "same-origin" => return Ok(()),
        Some(site) if site != "none" => return Err(foreign()),
        _ => {}
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().map_err(|_| foreign())?;
    let of_origin = origin.split_once("://").map(|(_, host)| host);
    if of_origin.is_some() && of_origin == host(parts) { Ok(()) } else { Err(foreign()) }
}

/// Whether a page asks a compatible API whose origin the command line names. It gets no cookie to send along.
fn from_named(state: &State, parts: &Parts, path: &str) -> Option<()> {
    let origin = parts.headers.get(header::ORIGIN)?.to_str().ok()?;
    let named = state.config().compat_origins.iter().any(|named| named.as_str() == origin);
    (path.starts_with("/compat/") && named).then_some(())
}

/// A browser's request that changes something carries the token of its form. Programs with a key need none: no browser
/// adds the key by itself.
fn own_form(who: &Who, headers: &HeaderMap, in_form: Option<&str>) -> Result<(), Problem> {
    let by_browser = match &who.access {
        Access::Known(caller) => caller.via == Via::Session,
        // before set-up programs on this machine ask without a key, and without a form
        Access::Anonymous { .. } => in_form.is_some() || who.token.is_some() || wants_page(headers),
    };
    if !by_browser {
        return Ok(());
    }
    let given = headers.get(CSRF_HEADER).and_then(|v| v.to_str().ok()).or(in_form);
    let fits = |token: &Token| given.is_some_and(|given| csrf_fits(token, given));
    if who.token.as_ref().is_some_and(fits) {
        return Ok(());
    }
    Err(Problem::forbidden(
        "the form is not from this session, or too old: go back, load the page anew, and send it again",
    ))
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn is_page(parts: &Parts) -> bool {
    let path = parts.uri.path();
    let api = ["/v1/", "/compat/", "/mcp"].iter().any(|begin| path.starts_with(begin));
    !api && wants_page(&parts.headers)
}

fn to_sign_in(target: &str) -> Response {
    let next: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
    view::see_other(&format!("/sign-in?next={next}"))
}

/// Headers that every answer has, unless its page set its own.
fn protect(headers: &mut HeaderMap) {
    let set: [(HeaderName, &'static str); 5] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // a one-time link stands in an address: no other site sees it. With no referrer at all, a browser would give the
        // origin of our own forms as `null`
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    // a preview is shown inside the page of another program, and its policy says so
    let framed = headers
        .get(header::CONTENT_SECURITY_POLICY)
        .is_some_and(|policy| policy.to_str().is_ok_and(|policy| policy.contains("frame-ancestors *")));
    for (name, value) in set.into_iter().filter(|(name, _)| !(framed && *name == header::X_FRAME_OPTIONS)) {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

#[cfg(test)]
mod tests {
    use super::is_own_name;

    #[test]
    fn only_this_machine_is_this_machine() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.9.9.9", "[::1]:8080", "[::1]"] {
            assert!(is_own_name(host), "{host}");
        }
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "[fe80::1]",
            "",
            "localhost.evil.example:80",
        ] {
            assert!(!is_own_name(host), "{host}");
        }
    }
}
