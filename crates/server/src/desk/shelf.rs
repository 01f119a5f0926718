//! The cases as the server holds them: a replay of the journal, carried on with what was added.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use countersign_desk::{Actor, Desk, DeskFault, DeskReader, Policy, Refused};
use countersign_identity::Caller;
use countersign_operations::failure::Failure;
use countersign_pages::Language;
use countersign_print::Fonts;
use countersign_store::Store;

use super::speech;
use crate::problem::Problem;
use crate::state::State;

/// The file in the home with the home's own policy.
const POLICY_FILE: &str = "desk-policy.toml";

/// The folder in the home with fonts for scripts that those of the program lack.
const FONTS: &str = "fonts";

/// The cases, the policy for new ones, and what papers are printed with.
#[derive(Debug)]
pub(crate) struct Shelf {
    reader: Mutex<DeskReader>,
    policy: Policy,
    fonts: Fonts,
}

/// What a handler answers when the desk refuses.
pub(crate) fn problem(fault: DeskFault) -> Problem {
    match fault {
        DeskFault::Refused(refused) => self::refused(&refused),
        other => Problem::program(&other),
    }
}

/// The same for what was refused before it was a step.
pub(crate) fn refused(refused: &Refused) -> Problem {
    in_english(refused).in_german(speech::refusal(refused, Language::German))
}

fn in_english(refused: &Refused) -> Problem {
    match refused {
        Refused::NoCase(_) | Refused::Unknown { .. } => Problem::not_found(refused.to_string()),
        Refused::OwnWork(_) | Refused::Twice(_) | Refused::EarlierSigner(_) | Refused::Role { .. } => {
            Problem::forbidden(refused.to_string())
        }
        Refused::Paper | Refused::State { .. } | Refused::Place { .. } | Refused::Missing { .. } => {
            Problem::conflict(refused.to_string())
        }
        other => Problem::unprocessable(other.to_string()),
    }
}

/// Who a caller is to the journal.
pub(crate) fn actor(caller: &Caller) -> Actor {
    Actor { user: caller.user.to_string(), name: caller.full_name.clone(), roles: caller.roles.clone() }
}

impl Shelf {
    /// Reads the policy and the fonts of a home; the cases are read when they are first asked for.
    ///
    /// # Errors
    /// The policy or a font cannot be used.
    pub(crate) fn open(home: &Path) -> Result<Self, Failure> {
        let path = home.join(POLICY_FILE);
        let named = |why: String| Failure::Input(format!("`{}`: {why}", path.display()));
        let policy = match fs::read_to_string(&path) {
            Ok(text) => Policy::parse(&text).map_err(|e| named(e.to_string()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Policy::embedded().map_err(|e| Failure::Program(e.to_string()))?
            }
            Err(error) => return Err(named(error.to_string())),
        };
        let fonts = Fonts::embedded()
            .and_then(|fonts| fonts.with_folder(&home.join(FONTS)))
            .map_err(|e| Failure::Input(e.to_string()))?;
        Ok(Self { reader: Mutex::new(DeskReader::default()), policy, fonts })
    }

    /// The policy for new cases.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What papers are printed with.
    pub(crate) fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// The replay, to be carried on by the one writer.
    pub(crate) fn reader(&self) -> MutexGuard<'_, DeskReader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
