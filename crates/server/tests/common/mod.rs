//! A server in the process of the test, over a home of its own; requests go straight to its routes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]
#![allow(dead_code, clippy::print_stdout, clippy::allow_attributes, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use countersign_operations::home::Home;
use countersign_server::{Clock, CompatRoot, Config, Limits, LogFormat, Outgoing, State, router};
use serde_json::Value;
use tower::ServiceExt as _;

/// The day of every test.
pub(crate) const NOW: &str = "2026-06-01T12:00:00Z";

/// A server.
pub(crate) struct Served {
    pub(crate) state: State,
    router: Router,
    runtime: tokio::runtime::Runtime,
    _directory: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|e| panic!("{e}: {self:?} {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

impl Served {
    /// Over an empty home: the starter list alone.
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let home = Home::find(Some(&directory.path().join("home"))).unwrap();
        let mut config = Config {
            home,
            listen: "127.0.0.1:0".parse().unwrap(),
            register: None,
            compat_root: None,
            compat_origins: Vec::new(),
            tls: None,
            log: LogFormat::Text,
            clock: Clock::fixed(NOW.parse().unwrap()),
            outgoing: Outgoing::default(),
            limits: Limits::default(),
        };
        change(&mut config);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let state = State::load(config).unwrap();
        let router = {
            let _inside = runtime.enter();
            router(&state)
        };
        Self { state, router, runtime, _directory: directory }
    }

    pub(crate) fn at_root(which: CompatRoot) -> Self {
        Self::with(|config| config.compat_root = Some(which))
    }

    pub(crate) fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (status, headers) = (response.status(), response.headers().clone());
            let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec();
            Answer { status, headers, bytes }
        })
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send_as(Method::POST, path, "application/json", body.to_string())
    }

    pub(crate) fn send_as(&self, method: Method, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(method).uri(path).header("content-type", kind);
        self.send(request.body(body.into()).unwrap())
    }
}

/// The root of the sources.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
