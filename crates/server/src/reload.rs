//! Notices that lists, decisions or the register have changed, and puts a new snapshot in force without a pause.

use std::time::Duration;

use crate::certificate::Certificate;
use crate::measured;
use crate::snapshot::Snapshot;
use crate::state::State;

/// How often the checkpoints of journal and register are looked at: two small files.
const LOOK: Duration = Duration::from_secs(1);

/// Runs until the server ends: looks each second, at once when the journal was written here, and on `SIGHUP`, which reads the
/// certificate again too.
pub(crate) async fn run(state: State, certificate: Option<Certificate>) {
    let mut hangup = hangup();
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut seen = marks(&state).await;
    loop {
        let asked = tokio::select! {
            _ = look.tick() => false,
            () = state.changed().notified() => true,
            () = hangup.next() => {
                if let Some(certificate) = &certificate {
                    certificate.renew().await;
                }
                true
            }
        };
        measured::upkeep();
        let now = marks(&state).await;
        if !asked && now == seen {
            continue;
        }
        let reloaded = {
            let state = state.clone();
            tokio::task::spawn_blocking(move || reload(&state)).await
        };
        match reloaded {
            Ok(Ok(number)) => {
                seen = now;
                tracing::debug!(snapshot = number, "reloaded");
            }
            // the snapshot before goes on answering; it is tried again
            Ok(Err(why)) => {
                metrics::counter!("countersign_reload_failures_total").increment(1);
                tracing::error!(%why, "the reload failed; the last good lists go on answering");
            }
            Err(why) => tracing::error!(%why, "the reload stopped; the last good lists go on answering"),
        }
    }
}

/// Loads what is new and puts it in force; the number of the snapshot.
pub(crate) fn reload(state: &State) -> Result<u64, countersign_operations::failure::Failure> {
    let (config, before) = (state.config(), state.snapshot());
    let (now, today) = (config.clock.now()?, config.clock.today()?);
    let next = Snapshot::load(&config.home, config.register.as_deref(), now, today, Some(&before))?;
    let number = next.number;
    state.replace(next);
    state.refresh();
    Ok(number)
}

/// What changes when something was recorded: the checkpoints. They may lie on another machine, so that they are waited for
/// where that keeps nobody.
async fn marks(state: &State) -> Vec<Option<Vec<u8>>> {
    let state = state.clone();
    tokio::task::spawn_blocking(move || looked_at(&state)).await.unwrap_or_default()
}

fn looked_at(state: &State) -> Vec<Option<Vec<u8>>> {
    let config = state.config();
    let register = config.register.as_ref().map(|dir| std::fs::read(dir.join("log/checkpoint")).ok());
    std::iter::once(countersign_store::mark(config.home.path())).chain(register).collect()
}

#[cfg(unix)]
struct Hangup(Option<tokio::signal::unix::Signal>);

#[cfg(unix)]
fn hangup() -> Hangup {
    Hangup(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok())
}

#[cfg(unix)]
impl Hangup {
    async fn next(&mut self) {
        match &mut self.0 {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
struct Hangup;

#[cfg(not(unix))]
fn hangup() -> Hangup {
    Hangup
}

#[cfg(not(unix))]
impl Hangup {
    async fn next(&mut self) {
        std::future::pending().await
    }
}
