//! For storages that lie behind a network: a [`Storage`](crate::Storage) is waited for from anywhere, also from within
//! other runtimes, so that its requests run on threads of their own.

use std::error::Error;
use std::future::Future;
use std::io;
use std::sync::{OnceLock, mpsc};

use tokio::runtime::Runtime;

/// The threads on which the requests of all storages run.
fn runtime() -> io::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("storage")
        .enable_all()
        .build()?;
    Ok(RUNTIME.get_or_init(|| runtime))
}

/// Waits for the answer to a request.
///
/// # Errors
/// Where there can be no threads, or the request was given up.
pub fn wait<T: Send + 'static>(asked: impl Future<Output = T> + Send + 'static) -> io::Result<T> {
    let (answer, answered) = mpsc::sync_channel(1);
    runtime()?.spawn(async move {
        let _: Result<(), _> = answer.send(asked.await);
    });
    answered.recv().map_err(|_| io::Error::other("the request was given up"))
}

/// An error with its causes: the outermost alone often says nothing.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = next.source();
    }
    text
}
