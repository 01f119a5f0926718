//! The cases as the server holds them: a replay of the journal, carried on with what was added.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use countersign_desk::{Actor, DeskReader, Policy};
use countersign_identity::Caller;
use countersign_operations::failure::Failure;
use countersign_print::Fonts;

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
