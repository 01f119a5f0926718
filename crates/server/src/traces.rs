//! Traces: one span a request, with children for waiting in turn, for work, and for the journal. They go as OTLP over HTTP to
//! the collector that whoever started the server named, and nowhere where none was named.
//!
//! A span has what a line of the log has: method, the pattern of the route, status, the request's id. No path as it was sent,
//! no query string, no body, no address: names stand in them. A `traceparent` (W3C Trace Context) is continued.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::http::{HeaderMap, Method, StatusCode};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{SpanKind, Status, TraceContextExt as _, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use ureq::Agent;
use url::Url;

/// How long the collector may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where traces go: the whole address, as `http://127.0.0.1:4318/v1/traces`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector(Url);

impl FromStr for Collector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hint = "write the whole address, for example http://127.0.0.1:4318/v1/traces";
        let url = Url::parse(text).map_err(|e| format!("`{text}` is no address: {e}; {hint}"))?;
        if !["http", "https"].contains(&url.scheme()) || url.host().is_none() {
            return Err(format!("`{text}` is no address of a collector; {hint}"));
        }
        if url.path() == "/" {
            return Err(format!("`{text}` has no path; {hint}"));
        }
        Ok(Self(url))
    }
}

impl fmt::Display for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The tracer of the process: there is one, however many servers run in it.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// What sends the spans; it is told when the server ends.
#[derive(Debug)]
pub(crate) struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to trace.
    ///
    /// # Errors
    /// Why the exporter cannot be made.
    pub(crate) fn start(collector: &Collector) -> Result<Self, String> {
        let client = Client::new();
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(collector.to_string())
            .with_timeout(PATIENCE)
            .build()
            .map_err(|e| format!("traces cannot be sent to `{collector}`: {e}"))?;
        let resource = Resource::builder_empty()
            .with_service_name("countersign")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
        if TRACER.set(provider.tracer("countersign")).is_err() {
            tracing::warn!("this process sends traces already; they go where the first server said");
        }
        Ok(Self(provider))
    }

    /// Sends what is left.
    pub(crate) fn stop(self) {
        if let Err(why) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%why, "the last traces were not sent");
        }
    }
}

/// The span of a request; `None` where nothing is traced.
pub(crate) fn of_request(method: &Method, route: &str, id: &str, headers: &HeaderMap) -> Option<Context> {
    let tracer = TRACER.get()?;
    let parent = TraceContextPropagator::new().extract(&HeaderExtractor(headers));
    let span = tracer
        .span_builder(format!("{method} {route}"))
        .with_kind(SpanKind::Server)
        .with_attributes([
            KeyValue::new("http.request.method", method.to_string()),
            KeyValue::new("http.route", route.to_owned()),
            KeyValue::new("countersign.request_id", id.to_owned()),
        ])
        .start_with_context(tracer, &parent);
    Some(parent.with_span(span))
}

/// The request is answered.
pub(crate) fn answered(context: &Context, status: StatusCode) {
    let span = context.span();
    span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
    if status.is_server_error() {
        span.set_status(Status::error(""));
    }
    span.end();
}

/// A part of a request; it ends when it is dropped.
pub(crate) struct Part(Option<Context>);

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(context) = &self.0 {
            context.span().end();
        }
    }
}

/// Where a part of a request that goes on elsewhere belongs.
#[derive(Clone)]
pub(crate) struct Place(Option<Context>);

/// The request that is at work here.
pub(crate) fn here() -> Place {
    Place(TRACER.get().map(|_| Context::current()))
}

impl Place {
    /// A part of the request begins.
    pub(crate) fn part(&self, name: &'static str) -> Part {
        let started = self.0.as_ref().zip(TRACER.get()).filter(|(context, _)| context.has_active_span());
        Part(started.map(|(context, tracer)| context.with_span(tracer.start_with_context(name, context))))
    }
}

/// The way to the collector. It is called on the exporter's own thread, which may wait.
#[derive(Debug)]
struct Client {
    agent: Agent,
    /// Whether the last try failed: it is said once and not for each.
    failing: AtomicBool,
}

impl Client {
    fn new() -> Self {
        let agent = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        Self { agent, failing: AtomicBool::new(false) }
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let mut asked = self.agent.post(parts.uri.to_string());
        for (name, value) in &parts.headers {
            asked = asked.header(name, value);
        }
        let mut answer = asked.send(body.as_ref())?;
        let text = answer.body_mut().with_config().limit(1 << 20).read_to_vec()?;
        let (parts, _) = answer.into_parts();
        Ok(Response::from_parts(parts, Bytes::from(text)))
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.send(request);
        let failed = answer.as_ref().map_or(true, |a| !a.status().is_success());
        if self.failing.swap(failed, Ordering::Relaxed) != failed {
            match &answer {
                Err(why) => tracing::warn!(%why, "traces are not taken"),
                Ok(answer) if failed => {
                    tracing::warn!(status = answer.status().as_u16(), "traces are not taken")
                }
                Ok(_) => tracing::info!("traces are taken again"),
            }
        }
        answer
    }
}
