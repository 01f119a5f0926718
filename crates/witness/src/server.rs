//! The witness over HTTP: `POST /add-checkpoint`, on loopback or behind a proxy that speaks TLS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::request::MAX_BODY;
use crate::witness::{Refusal, Witness};

/// How long a request may take to come in; the checks themselves take less than the disk.
const REQUEST_TIME: Duration = Duration::from_secs(20);

/// The server failed.
#[derive(Debug, thiserror::Error)]
#[error(
    "the witness cannot listen on `{address}`: {source}; another program may listen there, name another port"
)]
pub struct ServeFault {
    /// Where.
    pub address: SocketAddr,
    /// Why.
    pub source: std::io::Error,
}

/// Serves a witness until the process is asked to end. `ready` is told the address once it listens (port 0 gives any).
///
/// | request | answer |
/// |---|---|
/// | `POST /add-checkpoint` | C2SP `tlog-witness` |
/// | `GET /` | the verifier key, as text |
pub fn serve(
    witness: Witness,
    address: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeFault> {
    let fault = |source| ServeFault { address, source };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(fault)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await.map_err(fault)?;
        let bound = listener.local_addr().map_err(fault)?;
        let app = Router::new()
            .route("/", get(show))
            .route("/add-checkpoint", post(add_checkpoint))
            .layer(DefaultBodyLimit::max(MAX_BODY))
            .with_state(Arc::new(witness));
        ready(bound);
        axum::serve(listener, app).with_graceful_shutdown(asked_to_end()).await.map_err(fault)
    })
}

/// Waits for the signals by which a person or a supervisor ends a service. Where a handler cannot be set, it simply runs
/// on.
async fn asked_to_end() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

async fn show(State(witness): State<Arc<Witness>>) -> String {
    format!("{}\n", witness.vkey())
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: axum::body::Body) -> Response {
    // a client that sends a byte a minute does not hold a place for ever
    let read = tokio::time::timeout(REQUEST_TIME, axum::body::to_bytes(body, MAX_BODY)).await;
    let body: Bytes = match read {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return (StatusCode::PAYLOAD_TOO_LARGE, "the request is too long\n").into_response(),
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, "the request took too long\n").into_response(),
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    // the disk is waited for: not on the threads that serve others
    let answer = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body, now)).await;
    match answer {
        Ok(Ok(lines)) => lines.into_response(),
        Ok(Err(Refusal::OtherSize { size })) => {
            (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "text/x.tlog.size")], format!("{size}\n"))
                .into_response()
        }
        Ok(Err(refusal)) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, format!("{refusal}\n")).into_response()
        }
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "nothing was signed\n").into_response(),
    }
}
