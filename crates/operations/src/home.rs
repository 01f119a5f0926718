//! Where the data directory is, and opening it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_store::{Access, Store, StoreFault};

use crate::failure::Failure;

/// How long to wait for another process that is writing.
const WAIT: Duration = Duration::from_secs(30);

/// The data directory: named by `--home`, else by `COUNTERSIGN_HOME`, else the platform's usual place.
#[derive(Debug, Clone)]
pub struct Home {
    path: PathBuf,
    /// Whether the user named it, so that its absence is worth a word.
    named: bool,
}

impl Home {
    /// The directory that `--home` or `COUNTERSIGN_HOME` names, or the usual one.
    pub fn find(named: Option<&Path>) -> Result<Self, Failure> {
        if let Some(path) = named {
            return Ok(Self { path: path.to_owned(), named: true });
        }
        let usual = directories::ProjectDirs::from("dev", "countersign", "countersign").ok_or_else(|| {
            Failure::Input(
                "this machine names no data directory for you; give one with --home DIR".to_owned(),
            )
        })?;
        Ok(Self { path: usual.data_dir().to_owned(), named: false })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the user named it.
    pub fn is_named(&self) -> bool {
        self.named
    }

    /// Opens it to read; `None` where there is no home yet.
    pub fn read(&self) -> Result<Option<Store>, Failure> {
        match Store::open(&self.path, Access::Read) {
            Ok(store) => Ok(Some(store)),
            Err(StoreFault::NoHome(_)) => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Opens it to read, for a question that the built-in list can answer too; `None` only where nobody named a home and there
    /// is none: a misspelt directory must not clear everybody.
    ///
    /// # Errors
    /// A directory that was named and is no home, or one that was a home.
    pub fn or_built_in(&self) -> Result<Option<Store>, Failure> {
        match self.read()? {
            Some(store) => Ok(Some(store)),
            None if self.named => Err(Failure::Input(format!(
                "`{}` is no home; begin one there with `countersign init`, mend --home or COUNTERSIGN_HOME, or leave it out to \
                 compare with the built-in starter list alone",
                self.path.display()
            ))),
            None => Ok(None),
        }
    }

    /// Opens it to read, or says how to begin one.
    pub fn must_read(&self) -> Result<Store, Failure> {
        self.read()?.ok_or_else(|| {
            Failure::Input(format!(
                "there is no countersign home in `{}`; begin one with `countersign init`, or name another with --home",
                self.path.display()
            ))
        })
    }

    /// Opens it to write, and begins it where there is none. `true`: it was begun now.
    pub fn write(&self) -> Result<(Store, bool), Failure> {
        match Store::open(&self.path, Access::Write { wait: WAIT }) {
            Ok(store) => Ok((store, false)),
            Err(StoreFault::NoHome(_)) => match Store::init(&self.path) {
                Ok(store) => Ok((store, true)),
                // another process began it at the same moment
                Err(StoreFault::Exists(_)) => {
                    Ok((Store::open(&self.path, Access::Write { wait: WAIT })?, false))
                }
                Err(fault) => Err(fault.into()),
            },
            Err(fault) => Err(fault.into()),
        }
    }
}
