//! The one writer of the journal: everything that is to be kept goes through it, one job after another.
//!
//! A job is done when what it wrote is on the disk; only then is it acknowledged. The lock on the home is held while jobs
//! are waiting and no longer, so that `countersign lists import` and the like work beside a running server.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_store::Store;
use tokio::sync::{Notify, oneshot};

use crate::problem::Problem;
use crate::traces;

/// How many jobs may wait. More than that would wait longer than a client does.
const MAX_WAITING: usize = 1024;
/// How many jobs are done before the lock is given back for others to take.
const MAX_TURN: usize = 256;

/// A job with the way back to who waits for it.
type Job = Box<dyn FnOnce(Result<&mut Store, &Failure>) + Send>;

/// The way to the writer.
#[derive(Debug)]
pub struct Journal {
    jobs: Mutex<Option<SyncSender<Job>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Journal {
    /// Starts the writer of a home. `written` is told after each turn.
    pub(crate) fn start(home: Home, written: Arc<Notify>) -> Result<Self, Failure> {
        let (jobs, waiting) = sync_channel(MAX_WAITING);
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || write(&home, &waiting, &written))
            .map_err(|e| Failure::Program(format!("the writer of the journal cannot be started: {e}")))?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), thread: Mutex::new(Some(thread)) })
    }

    /// Does a job with the open store and waits for it. What the job appended is durable when this returns. A caller that
    /// goes away meanwhile does not stop it.
    ///
    /// # Errors
    /// What the job gives; that too many jobs are waiting; that the home cannot be opened.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let (answer, done) = oneshot::channel();
        let job: Job = Box::new(move |store| {
            let result = match store {
                Ok(store) => job(store),
                Err(failure) => Err(match failure {
                    Failure::Input(why) => Problem::input(why.clone()),
                    Failure::Program(why) => Problem::program(why),
                }),
            };
            // nobody waits any more: what was written stays
            let _ = answer.send(result);
        });
        let _part = traces::here().part("write to the journal");
        let stopped = || Problem::overloaded("the server is stopping and takes nothing more");
        {
            let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            match jobs.as_ref().ok_or_else(stopped)?.try_send(job) {
                Ok(()) => {}
                Err(TrySendError::Full(_)) => {
                    return Err(Problem::overloaded(format!(
                        "{MAX_WAITING} things are waiting to be written"
                    )));
                }
                Err(TrySendError::Disconnected(_)) => return Err(stopped()),
            }
        }
        done.await
            .map_err(|_| Problem::program(&"the writer of the journal stopped in the middle of a job"))?
    }

    /// Takes no more jobs, and returns when those that wait are done.
    pub(crate) fn stop(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writer of the journal had failed");
        }
    }
}

fn write(home: &Home, waiting: &Receiver<Job>, written: &Notify) {
    while let Ok(first) = waiting.recv() {
        let mut opened = home.write().map(|(store, _)| store);
        let mut job = Some(first);
        let mut done = 0;
        while let Some(next) = job.take() {
            // a job that panics must not take the writer with it
            let run = std::panic::AssertUnwindSafe(|| next(opened.as_mut().map_err(|e| &*e)));
            if std::panic::catch_unwind(run).is_err() {
                tracing::error!("a job of the journal failed");
                break;
            }
            done += 1;
            if done < MAX_TURN {
                job = waiting.try_recv().ok();
            }
        }
        drop(opened);
        written.notify_one();
    }
}
