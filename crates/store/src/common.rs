//! What the servers of one journal have in common beside it: small files that are no evidence, in the database.

use std::io;
use std::path::Path;
use std::sync::Arc;

use countersign_database::Database;
use countersign_log::{Storage as _, Under};

use crate::fault::StoreFault;
use crate::places::Place;

/// A folder of small files beside a journal that several servers reach. Nothing in it is checked by a signature: whoever may write the
/// database may write it.
#[derive(Debug, Clone)]
pub struct Common {
    files: Under,
}

impl Common {
    /// The folder of that name. `None`: the journal lies in the home, and the server has it alone.
    ///
    /// # Errors
    /// Where the home's `storage` cannot be read, or names no database.
    pub fn of(home: &Path, folder: &str) -> Result<Option<Self>, StoreFault> {
        let Some(place) = Place::of(home)? else { return Ok(None) };
        let database = Database::open(&place.database)?;
        Ok(Some(Self { files: Under::new(Arc::new(database), &format!("common/{folder}")) }))
    }

    /// The bytes at `path`, or `None` where there is nothing.
    ///
    /// # Errors
    /// The database is away.
    pub fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.files.get(path)
    }

    /// Puts `new` at `path` if `old` is there (`None`: if nothing is), durable on return; says whether it did. Of several servers that
    /// put at once one does.
    ///
    /// # Errors
    /// The database is away; `new` may be there or not.
    pub fn replace(&self, path: &str, old: Option<&[u8]>, new: &[u8]) -> io::Result<bool> {
        self.files.replace(path, old, new)
    }

    /// The paths of all files, sorted.
    ///
    /// # Errors
    /// The database is away.
    pub fn list(&self) -> io::Result<Vec<String>> {
        self.files.list("")
    }

    /// Removes what is at `path`; nothing there is no error.
    ///
    /// # Errors
    /// The database is away.
    pub fn delete(&self, path: &str) -> io::Result<()> {
        self.files.delete(path)
    }
}
