//! A worker: leases a chunk, screens it, records it, and so on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_operations::failure::Failure;
use tokio::sync::watch;

use crate::database::{Lease, Runs};
use crate::engine::Engine;
use crate::place::Place;
use crate::run::{keep, spawned};

/// The pause where there is nothing to do.
const PAUSE: Duration = Duration::from_millis(500);
/// The pause after the database failed.
const LONG_PAUSE: Duration = Duration::from_secs(5);

/// How a worker works.
#[derive(Debug, Clone)]
pub(crate) struct Worker {
    pub(crate) runs: Runs,
    /// Who holds its leases, for people who look into the database.
    pub(crate) name: String,
    /// Chunks at a time.
    pub(crate) threads: usize,
    /// How long a lease holds, in seconds.
    pub(crate) lease: i32,
    /// After how long without work it ends; never where absent.
    pub(crate) idle: Option<Duration>,
}

impl Worker {
    /// Works until it is told to stop; the leases that it holds then are given back.
    pub(crate) async fn work(&self, stop: watch::Receiver<bool>) -> Result<u64, Failure> {
        let engine = Arc::new(Engine::here()?);
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..self.threads.max(1) {
            let (own, engine, stop) = (self.clone(), engine.clone(), stop.clone());
            tasks.spawn(async move { own.one_after_another(&engine, stop).await });
        }
        let mut done = 0;
        while let Some(ended) = tasks.join_next().await {
            done +=
                ended.map_err(|e| Failure::Program(format!("a worker failed: {e}; please report it")))??;
        }
        Ok(done)
    }

    async fn one_after_another(
        &self,
        engine: &Arc<Engine>,
        mut stop: watch::Receiver<bool>,
    ) -> Result<u64, Failure> {
        let (mut done, mut last) = (0, Instant::now());
        loop {
            if *stop.borrow() {
                return Ok(done);
            }
            let lease = match self.runs.lease(&self.name, self.lease).await {
                Ok(Some(lease)) => lease,
                Ok(None) => {
                    if self.idle.is_some_and(|idle| last.elapsed() >= idle) {
                        return Ok(done);
                    }
                    pause(PAUSE, &mut stop).await;
                    continue;
                }
                // a first failure is the user's: a wrong address shall not be waited on for ever
                Err(failure) if done == 0 && last.elapsed() < PAUSE * 60 => return Err(failure),
                Err(failure) => {
                    tracing::warn!("the database does not answer, trying again: {failure}");
                    pause(LONG_PAUSE, &mut stop).await;
                    continue;
                }
            };
            let number = lease.chunk.number;
            match self.screen(engine, &lease, &mut stop).await {
                Ok(true) => {
                    done += 1;
                    tracing::info!("run {} chunk {number}: {} rows", lease.run, lease.chunk.rows);
                }
                Ok(false) => tracing::warn!("run {} chunk {number}: given up, or another has it", lease.run),
                Err(failure) => {
                    tracing::error!("run {} chunk {number}: {failure}", lease.run);
                    if let Err(failure) = self.runs.give_back(&lease, Some(&failure.to_string())).await {
                        tracing::warn!(
                            "the lease could not be given back, and runs out by itself: {failure}"
                        );
                    }
                    pause(PAUSE, &mut stop).await;
                }
            }
            last = Instant::now();
        }
    }

    /// Screens a leased chunk, with the lease renewed meanwhile. `false`: it does not count.
    async fn screen(
        &self,
        engine: &Arc<Engine>,
        lease: &Lease,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<bool, Failure> {
        let place = Place::open(&lease.place)?;
        let work = async {
            let lines = spawned(engine, &lease.chunk, &place, &lease.orders)
                .await
                .map_err(|failed| Failure::Program(failed.why))?;
            keep(&place, &lease.chunk, &lines, lease.file()).await
        };
        let renewal = async {
            let every = Duration::from_secs(u64::try_from(self.lease).unwrap_or(1).max(3) / 3);
            loop {
                tokio::time::sleep(every).await;
                match self.runs.renew(lease, self.lease).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(failure) => tracing::warn!("the lease could not be renewed: {failure}"),
                }
            }
        };
        tokio::select! {
            entry = work => self.runs.record(lease, &entry?).await,
            () = renewal => Ok(false),
            () = told(stop) => {
                self.runs.give_back(lease, None).await?;
                Ok(false)
            }
        }
    }
}

/// Waits, unless it is told to stop.
async fn pause(how_long: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(how_long) => {}
        () = told(stop) => {}
    }
}

/// Comes when it is told to stop.
async fn told(stop: &mut watch::Receiver<bool>) {
    // a sender that is gone tells nothing more: as good as told; what is lent here cannot be held while something else is awaited
    drop(stop.wait_for(|stop| *stop).await);
}
