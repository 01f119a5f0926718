//! What is written to the log, and what never is.
//!
//! A line about a request has its id, method, the pattern of its route, status and time: no path as it was sent, no query,
//! no body, no address. Names of people stand in paths and queries.

use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Starts the log of the process, on standard error. What is logged is named by `COUNTERSIGN_LOG`, in the words of
/// `tracing`; `info` if absent.
pub(crate) fn start(format: LogFormat) {
    let filter =
        EnvFilter::try_from_env("COUNTERSIGN_LOG").unwrap_or_else(|_| EnvFilter::new("info,rmcp=warn"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // whoever read the log may have gone: to complain of that on the same stream would end the request
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    // a second start in one process (tests) keeps the first log
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}
