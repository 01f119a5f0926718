//! What every handler holds.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use arc_swap::ArcSwap;
use countersign_model::Date;
use countersign_operations::editions::{Plan, When};
use countersign_operations::failure::Failure;
use countersign_operations::home::Home;
use countersign_operations::lists::Lists;
use countersign_store::UtcTime;
use tokio::sync::{Notify, Semaphore};

use crate::access::Gate;
use crate::config::{Clock, Config};
use crate::desk::Shelf;
use crate::idempotency::Answers;
use crate::journal::Journal;
use crate::past::{Past, Wait};
use crate::problem::Problem;
use crate::snapshot::Snapshot;
use crate::webhooks::Webhooks;
use crate::{measured, traces};

/// How long a request waits for lists of another day before it is told to ask again.
const PATIENCE: Duration = Duration::from_secs(5);

/// The state of the server: cheap to clone, the same for all.
#[derive(Debug, Clone)]
pub struct State(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    current: ArcSwap<Snapshot>,
    journal: Journal,
    /// Told when something was written, or a reload is asked for.
    changed: Arc<Notify>,
    /// Lists of other days.
    past: Past<Plan, Lists>,
    /// Who may come in.
    gate: Gate,
    /// The cases.
    shelf: Shelf,
    /// Who is told what is recorded.
    webhooks: Webhooks,
    /// As many turns as there are processors: work on them waits here and not in threads.
    turns: Arc<Semaphore>,
    /// The same for what may take long, so that it cannot keep screening waiting.
    long_turns: Arc<Semaphore>,
    /// One turn for what may take very long, so that it holds one processor and no more.
    very_long_turn: Arc<Semaphore>,
    /// What was answered under idempotency keys.
    answers: Answers,
}

impl State {
    /// Loads everything and starts the writer.
    ///
    /// # Errors
    /// Whatever cannot be read.
    pub fn load(config: Config) -> Result<Self, Failure> {
        measured::start();
        let (now, today) = (config.clock.now()?, config.clock.today()?);
        let snapshot = Snapshot::load(&config.home, config.register.as_deref(), now, today, None)?;
        let gate = Gate::open(config.home.path())?;
        let shelf = Shelf::open(config.home.path())?;
        let webhooks = Webhooks::open(config.home.path())?;
        let answers = Answers::open(config.home.path())?;
        let changed = Arc::new(Notify::new());
        let journal = Journal::start(config.home.clone(), changed.clone())?;
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let state = Self(Arc::new(Inner {
            config,
            current: ArcSwap::from_pointee(snapshot),
            journal,
            changed,
            past: Past::default(),
            gate,
            shelf,
            webhooks,
            turns: Arc::new(Semaphore::new(processors)),
            long_turns: Arc::new(Semaphore::new(processors)),
            very_long_turn: Arc::new(Semaphore::new(1)),
            answers,
        }));
        state.refresh();
        Ok(state)
    }

    /// What the server was started with.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The data directory.
    pub fn home(&self) -> &Home {
        &self.0.config.home
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.0.config.clock
    }

    /// Now.
    ///
    /// # Errors
    /// Where the machine's clock cannot be read.
    pub fn now(&self) -> Result<UtcTime, Problem> {
        Ok(self.0.config.clock.now()?)
    }

    /// Today, in UTC.
    ///
    /// # Errors
    /// Where the machine's clock cannot be read.
    pub fn today(&self) -> Result<Date, Problem> {
        Ok(self.0.config.clock.today()?)
    }

    /// What is loaded now. Take it once for a request.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0.current.load_full()
    }

    /// The writer.
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// Who may come in.
    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// The cases.
    pub(crate) fn shelf(&self) -> &Shelf {
        &self.0.shelf
    }

    /// Who is told what is recorded.
    pub(crate) fn webhooks(&self) -> &Webhooks {
        &self.0.webhooks
    }

    /// Told when the journal or the register may have grown.
    pub(crate) fn changed(&self) -> &Arc<Notify> {
        &self.0.changed
    }

    /// Puts another snapshot in force. Requests under way end with theirs.
    pub(crate) fn replace(&self, snapshot: Snapshot) {
        self.0.current.store(Arc::new(snapshot));
    }

    /// Tells the counters what is loaded.
    pub(crate) fn refresh(&self) {
        measured::loaded(&self.snapshot());
    }

    /// What was answered under idempotency keys.
    pub(crate) fn answers(&self) -> &Answers {
        &self.0.answers
    }

    /// Does work that takes the processor or the disk, on a thread for that. No more of it runs at once than there are
    /// processors; the rest waits in turn. A caller that goes away does not end it, and its turn lasts as long as it does.
    ///
    /// # Errors
    /// What the work gives; a 500 where it panicked.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        in_turn(self.0.turns.clone(), work).await
    }

    /// Does work that may take long: a check, a graph of owners. It has turns of its own, so that it keeps nothing else
    /// waiting.
    ///
    /// # Errors
    /// As [`State::work`].
    pub async fn long_work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        in_turn(self.0.long_turns.clone(), work).await
    }

    /// Does work that may take very long: a check of a large case. One piece at a time, so that it neither keeps what is
    /// small waiting nor takes every processor. Who would wait behind others is refused at once.
    ///
    /// # Errors
    /// As [`State::work`]; a 503 where another such piece is at work.
    pub async fn very_long_work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        if self.0.very_long_turn.available_permits() == 0 {
            let why = "another large case is at work; ask again later, or check it with the command line";
            return Err(Problem::overloaded(why).after(10));
        }
        in_turn(self.0.very_long_turn.clone(), work).await
    }

    /// The lists as they are read for a day, as known on another; those of the present where neither is given. May wait for
    /// a few seconds: call it in [`State::work`].
    ///
    /// # Errors
    /// Where a copy cannot be read; a 503 where that takes longer, or lists of a third day are being read.
    pub fn lists(&self, snapshot: &Snapshot, when: When) -> Result<(Plan, Arc<Lists>), Problem> {
        if when == When::default() {
            return Ok((snapshot.plan.clone(), snapshot.lists.clone()));
        }
        let plan = snapshot.editions.plan(when);
        if plan == snapshot.plan {
            return Ok((plan, snapshot.lists.clone()));
        }
        let home = self.home().clone();
        let read = move |plan: &Plan| {
            let lists = Lists::of_plan(home.read()?.as_ref(), plan)?;
            lists.sightings()?;
            Ok::<_, Failure>(lists)
        };
        match self.0.past.get(plan.clone(), PATIENCE, read) {
            Ok(lists) => Ok((plan, lists)),
            Err(Wait::Reading) => {
                let why = "lists of another day are being read; ask again in a few seconds";
                Err(Problem::overloaded(why).after(PATIENCE.as_secs()))
            }
            Err(Wait::Failed(why)) => Err(why.into()),
            Err(Wait::Stopped) => Err(Problem::program(&"the lists of that day could not be read")),
        }
    }
}

async fn in_turn<T: Send + 'static>(
    turns: Arc<Semaphore>,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let place = traces::here();
    let turn = {
        let _part = place.part("wait for a turn");
        turns.acquire_owned().await.map_err(|e| Problem::program(&e))?
    };
    let asker = Asker::default();
    let waits = asker.0.clone();
    let work = move || {
        let _part = place.part("work");
        WAITS.set(waits);
        let result = work();
        WAITS.set(Arc::default());
        drop(turn);
        result
    };
    let result = tokio::task::spawn_blocking(work).await.map_err(|e| Problem::program(&e))?;
    drop(asker);
    result
}

thread_local! {
    /// Set when nobody waits for the work of this thread any more.
    static WAITS: RefCell<Arc<AtomicBool>> = RefCell::default();
}

/// Whoever waits for the work; gone where it was dropped.
#[derive(Default)]
struct Asker(Arc<AtomicBool>);

impl Drop for Asker {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// To be asked between the parts of long work.
///
/// # Errors
/// Where nobody waits for the answer any more: the time was over, or the client is gone.
pub(crate) fn still_wanted() -> Result<(), Problem> {
    match WAITS.with_borrow(|gone| gone.load(Ordering::Relaxed)) {
        true => Err(Problem::overloaded("nobody waits for the answer any more")),
        false => Ok(()),
    }
}

/// The most names that are compared in one request, by the least score that is asked for: the lower it is, the more entries
/// have to be looked at for each.
pub(crate) fn most_names(floor: f64) -> usize {
    match floor {
        floor if floor >= 0.5 => 5_000,
        floor if floor >= 0.3 => 1_000,
        _ => 200,
    }
}
