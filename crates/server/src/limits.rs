//! What goes around each request: its id, its time, its count, and how much is taken in at once.
//!
//! A request that would wait too long is refused at once (503, with `Retry-After`) rather than later: who asks can then ask
//! elsewhere. Nothing that is logged or counted names a person.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Request, State as Held};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use governor::clock::DefaultClock;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::api::MAX_BODY;
use crate::budget::Budget;
use crate::config::Limits;
use crate::problem::Problem;
use crate::traces;

/// How many requests a second one address may send, on the long run and at once. This machine itself may send any number:
/// a proxy in front counts for itself.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(100).unwrap();
const AT_ONCE: NonZeroU32 = NonZeroU32::new(400).unwrap();
/// After so many addresses those that were quiet are forgotten.
const MAX_ADDRESSES: usize = 100_000;

/// The longest body that any route takes, in bytes: a form of the desk with a document. More is not waited for.
const MOST_ANNOUNCED: u64 = 33 << 20;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

type Addresses = RateLimiter<IpAddr, DashMapStateStore<IpAddr>, DefaultClock>;

/// What is counted over all requests.
#[derive(Debug)]
struct Gate {
    limits: Limits,
    under_way: Semaphore,
    addresses: Addresses,
    /// How many requests of an address are under way.
    of_address: Mutex<HashMap<IpAddr, usize>>,
    bodies: Budget,
}

/// A request of an address that is under way.
struct Place<'a> {
    gate: &'a Gate,
    address: IpAddr,
}

impl Gate {
    fn place(&self, address: IpAddr) -> Option<Place<'_>> {
        let mut of_address = self.of_address.lock().unwrap_or_else(PoisonError::into_inner);
        let count = of_address.entry(address).or_default();
        if *count >= self.limits.of_one_address {
            return None;
        }
        *count += 1;
        Some(Place { gate: self, address })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut of_address = self.gate.of_address.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = of_address.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                of_address.remove(&self.address);
            }
        }
    }
}

/// Puts all of it around the routes.
pub(crate) fn around(routes: Router, limits: &Limits) -> Router {
    let gate = Arc::new(Gate {
        limits: limits.clone(),
        under_way: Semaphore::new(limits.under_way),
        addresses: RateLimiter::dashmap(Quota::per_second(PER_SECOND).allow_burst(AT_ONCE)),
        of_address: Mutex::default(),
        bodies: Budget::new(limits.bodies),
    });
    routes
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Problem::program(&"a handler panicked").into_response()
        }))
        .layer(RequestBodyTimeoutLayer::new(limits.body))
        .layer(from_fn_with_state(gate.clone(), in_time))
        .layer(from_fn_with_state(gate, admitted))
        .layer(from_fn(observed))
}

async fn in_time(Held(gate): Held<Arc<Gate>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // what a request has sent is held until it is answered
    let (body, held) = gate.bodies.count(body);
    let answer = tokio::time::timeout(gate.limits.whole, next.run(Request::from_parts(parts, body))).await;
    match answer {
        Ok(_) if held.was_refused() => {
            metrics::counter!("countersign_refused_total", "why" => "bodies").increment(1);
            Problem::overloaded("too much is being sent at once").into_response()
        }
        Ok(response) => response,
        Err(_) => Problem::overloaded(format!("it took longer than {} seconds", gate.limits.whole.as_secs()))
            .into_response(),
    }
}

async fn admitted(Held(gate): Held<Arc<Gate>>, request: Request, next: Next) -> Response {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if announced.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > MOST_ANNOUNCED) {
        return Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "the body is too large",
            format!("no more than {MOST_ANNOUNCED} bytes are taken anywhere"),
        )
        .into_response();
    }
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if let Some(address) = address.filter(|a| !a.is_loopback()) {
        if gate.addresses.len() > MAX_ADDRESSES {
            gate.addresses.retain_recent();
        }
        if gate.addresses.check_key(&address).is_err() {
            metrics::counter!("countersign_refused_total", "why" => "rate").increment(1);
            let problem = Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate",
                "too many requests",
                format!("more than {PER_SECOND} requests a second came from your address"),
            );
            return problem.after(1).into_response();
        }
    }
    let place = address.filter(|a| !a.is_loopback()).map(|address| gate.place(address));
    let (Some(_place), Ok(_permit)) =
        (place.map_or(Some(None), |p| p.map(Some)), gate.under_way.try_acquire())
    else {
        metrics::counter!("countersign_refused_total", "why" => "load").increment(1);
        return Problem::overloaded("too many requests are under way").into_response();
    };
    next.run(request).await
}

async fn observed(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    if let Ok(value) = HeaderValue::from_str(&id) {
        request.headers_mut().insert(REQUEST_ID, value);
    }
    let method = request.method().clone();
    // the pattern, never the path as it was sent: that may hold a name
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |m| m.as_str().to_owned());
    let span = tracing::info_span!("request", %id);
    let trace = traces::of_request(&method, &route, &id, request.headers());
    let response = {
        use opentelemetry::trace::FutureExt as _;
        use tracing::Instrument as _;
        let answer = next.run(request).instrument(span);
        match &trace {
            Some(trace) => answer.with_context(trace.clone()).await,
            None => answer.await,
        }
    };
    if let Some(trace) = &trace {
        traces::answered(trace, response.status());
    }
    let (status, seconds) = (response.status().as_u16(), started.elapsed().as_secs_f64());
    let labels = [("method", method.to_string()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("countersign_requests_total", &labels).increment(1);
    metrics::histogram!("countersign_request_seconds", "route" => route.clone()).record(seconds);
    tracing::info!(%id, %method, %route, status, milliseconds = (seconds * 1000.0).round(), "answered");
    with_headers(response, &id)
}

/// The id that came with a request where it is a plain word, or a new one.
fn request_id(request: &Request) -> String {
    let given = request.headers().get(&REQUEST_ID).and_then(|v| v.to_str().ok());
    let plain = |t: &&str| {
        !t.is_empty()
            && t.len() <= 64
            && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    given.filter(plain).map_or_else(
        || {
            let mut bytes = [0u8; 8];
            // an id of zeros is still an id: the log tells requests apart by time as well
            let _ = getrandom::fill(&mut bytes);
            hex::encode(bytes)
        },
        str::to_owned,
    )
}

fn with_headers(mut response: Response, id: &str) -> Response {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    // a page that says who may frame it knows better
    let framed = headers
        .get(header::CONTENT_SECURITY_POLICY)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|policy| policy.contains("frame-ancestors"));
    for (name, value) in fixed.into_iter().filter(|(name, _)| !framed || *name != header::X_FRAME_OPTIONS) {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
