//! Starting, listening, stopping.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsAcceptor;
use countersign_operations::failure::Failure;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;

use crate::certificate::Certificate;
use crate::config::{Config, Limits, Tls};
use crate::patient::Patience;
use crate::router::router;
use crate::state::State;
use crate::traces::Traces;
use crate::{access, logs, reload, webhooks};

/// How long requests under way may take after the server was told to stop.
const GRACE: Duration = Duration::from_secs(30);
/// The longest head of a request: yente's longest address is 60,000 bytes.
const MAX_HEAD: usize = 128 << 10;
/// The same in HTTP/2, where an address is a header.
const MAX_HEAD_OF_STREAM: u32 = 128 << 10;
/// How many requests one HTTP/2 connection has under way.
const MAX_STREAMS: u32 = 64;

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address is open to others, and nobody can be told apart yet.
    #[error(
        "`{0}` can be reached from other machines, and there is no administrator yet, so that anyone there could do \
         anything; start with --listen 127.0.0.1:PORT, set an administrator up, then start again"
    )]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("`{address}` cannot be listened on: {source}; is another program there?")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Certificate or key cannot be used.
    #[error("the certificate `{cert}` with the key `{key}` cannot be used: {why}")]
    Tls {
        /// The file of the certificate.
        cert: String,
        /// The file of the key.
        key: String,
        /// Why.
        why: String,
    },
    /// The data cannot be loaded.
    #[error(transparent)]
    Load(#[from] Failure),
    /// The machine failed.
    #[error("the server failed: {0}")]
    Machine(#[from] std::io::Error),
}

/// Loads everything, listens, and answers until SIGTERM or SIGINT; then ends what is under way and returns. `started` is
/// told the address once it answers, and the path of the set-up link where there is no administrator yet: a secret for
/// whoever started the server, which stands in no log.
///
/// # Errors
/// Why it could not start, or ended early.
pub fn serve(config: Config, started: impl FnOnce(&str, Option<&str>)) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(config, started))
}

async fn run(config: Config, started: impl FnOnce(&str, Option<&str>)) -> Result<(), ServeError> {
    logs::start(config.log);
    let stop = stop_signal()?;
    let traces = config.outgoing.traces.as_ref().map(Traces::start).transpose().map_err(Failure::Input)?;
    let (listen, limits) = (config.listen, config.limits.clone());
    let certificate = match config.tls.clone() {
        Some(files) => Some(certificate(files).await?),
        None => None,
    };
    let tls = certificate.as_ref().map(Certificate::config);
    let state = tokio::task::spawn_blocking(move || State::load(config))
        .await
        .map_err(|e| Failure::Program(format!("loading stopped: {e}")))??;
    if !listen.ip().is_loopback() && !access::has_administrator(&state)? {
        return Err(ServeError::NotLoopback(listen));
    }
    let fault = |source| ServeError::Listen { address: listen, source };
    let listener = TcpListener::bind(listen).map_err(fault)?;
    listener.set_nonblocking(true).map_err(fault)?;
    let address = listener.local_addr().map_err(fault)?;
    let scheme = if tls.is_some() { "https" } else { "http" };

    let watcher = tokio::spawn(reload::run(state.clone(), certificate));
    let teller = tokio::spawn(webhooks::run(state.clone()));
    let handle = Handle::new();
    tokio::spawn({
        let handle = handle.clone();
        async move {
            stop.await;
            handle.graceful_shutdown(Some(GRACE));
            tracing::info!("stopping: requests under way are ended, new ones are refused");
        }
    });
    let service = router(&state).into_make_service_with_connect_info::<SocketAddr>();
    started(&format!("{scheme}://{address}"), access::set_up_path(&state)?.as_deref());
    // who opens a connection and sends half a head must not keep it open, nor who sends nothing or reads nothing
    let patience = Patience(limits.clone());
    match tls {
        Some(tls) => {
            let acceptor = |tls: RustlsAcceptor| tls.handshake_timeout(limits.head).acceptor(patience);
            let mut server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle).map(acceptor);
            careful(server.http_builder(), &limits);
            server.serve(service).await?;
        }
        None => {
            let mut server = axum_server::from_tcp(listener)?.handle(handle).acceptor(patience);
            careful(server.http_builder(), &limits);
            server.serve(service).await?;
        }
    }
    watcher.abort();
    teller.abort();
    state.webhooks().stop();
    // what was accepted is written before the process ends
    tokio::task::spawn_blocking(move || state.journal().stop())
        .await
        .map_err(|e| Failure::Program(format!("the writer of the journal stopped: {e}")))?;
    if let Some(traces) = traces {
        let sent = tokio::task::spawn_blocking(move || traces.stop()).await;
        sent.map_err(|e| Failure::Program(format!("the last traces were not sent: {e}")))?;
    }
    tracing::info!("stopped");
    Ok(())
}

/// The limits that the HTTP library keeps.
fn careful(builder: &mut Builder<TokioExecutor>, limits: &Limits) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(MAX_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(limits.head)
        .keep_alive_timeout(limits.head)
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEAD_OF_STREAM);
}

/// Resolves when the process is told to stop.
fn stop_signal() -> Result<impl Future<Output = ()>, ServeError> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(async move {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

async fn certificate(files: Tls) -> Result<Certificate, ServeError> {
    let (cert, key) = (files.cert.display().to_string(), files.key.display().to_string());
    Certificate::load(files).await.map_err(|e| ServeError::Tls { cert, key, why: e.to_string() })
}
