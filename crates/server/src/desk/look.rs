//! The cases as they are now: what the journal holds by the time somebody looks.

use countersign_desk::Desk;
use countersign_store::Store;

use super::refusal::problem;
use crate::problem::Problem;
use crate::state::State;

impl State {
    /// Looks at the cases as they are now, with the store behind them (`None` where there is no home yet). Reads from the
    /// disk: on a thread for work.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Desk, Option<&Store>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let state = self.clone();
        self.work(move || {
            let store = state.home().read()?;
            let mut reader = state.shelf().reader();
            if let Some(store) = &store {
                reader.catch_up(store).map_err(problem)?;
            }
            look(&reader.desk, store.as_ref())
        })
        .await
    }
}
