//! Where the journal and the documents of a home lie: in its directory, or where several machines reach them.
//!
//! The file `storage` of a home names the place, one word and its address a line:
//!
//! ```text
//! countersign-storage/1
//! database postgres://USER@HOST/DATABASE?place=NAME      decides what is appended, and by whom
//! bucket s3://BUCKET/PREFIX                              holds tiles and documents; without this line the database does
//! ```
//!
//! It counts where `format` says `countersign-home/2`, so that a program that does not know it touches nothing.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use countersign_bucket::Bucket;
use countersign_database::Database;
use countersign_log::{FsStorage, Parted, Storage, Under};

use crate::fault::StoreFault;
use crate::format::read_format;

/// The file that names the place.
pub(crate) const STORAGE: &str = "storage";
const FIRST_LINE: &str = "countersign-storage/1";

/// Where several machines reach a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `postgres://USER@HOST/DATABASE?place=NAME`.
    pub database: String,
    /// `s3://BUCKET/PREFIX`; without it the database holds everything.
    pub bucket: Option<String>,
}

impl Place {
    /// The place of a home; `None`: its directory.
    ///
    /// # Errors
    /// Where `storage` is missing or cannot be read.
    pub fn of(home: &Path) -> Result<Option<Self>, StoreFault> {
        if !read_format(home)?.elsewhere {
            return Ok(None);
        }
        let path = home.join(STORAGE);
        let shown = path.display().to_string();
        let text =
            fs::read_to_string(&path).map_err(|source| StoreFault::Io { path: shown.clone(), source })?;
        let bad = |why: String| StoreFault::Place { path: shown.clone(), why };
        let mut lines = text.lines();
        if lines.next() != Some(FIRST_LINE) {
            return Err(bad(format!("its first line is not `{FIRST_LINE}`")));
        }
        let (mut database, mut bucket) = (None, None);
        for line in lines {
            let slot = match line.split_once(' ') {
                Some(("database", address)) => (&mut database, address),
                Some(("bucket", address)) => (&mut bucket, address),
                _ => return Err(bad(format!("the line `{line}` is not known"))),
            };
            if slot.0.replace(slot.1.to_owned()).is_some() {
                return Err(bad(format!("`{line}` is the second line of its kind")));
            }
        }
        let database = database.ok_or_else(|| bad("it names no database".to_owned()))?;
        Ok(Some(Self { database, bucket }))
    }

    /// What is written in the file.
    pub(crate) fn text(&self) -> String {
        let bucket = self.bucket.as_ref().map_or_else(String::new, |address| format!("bucket {address}\n"));
        format!("{FIRST_LINE}\ndatabase {}\n{bucket}", self.database)
    }
}

/// The storages of journal and documents.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) journal: Arc<dyn Storage>,
    pub(crate) documents: Arc<dyn Storage>,
}

impl Places {
    /// Those of a home.
    pub(crate) fn of(home: &Path) -> Result<Self, StoreFault> {
        match Place::of(home)? {
            Some(place) => Self::at(&place),
            None => {
                let open = |name: &str| -> Result<Arc<dyn Storage>, StoreFault> {
                    let root = home.join(name);
                    let shown = root.display().to_string();
                    let storage = FsStorage::open(root);
                    Ok(Arc::new(storage.map_err(|source| StoreFault::Io { path: shown, source })?))
                };
                Ok(Self { journal: open("journal")?, documents: open("blobs")? })
            }
        }
    }

    /// Those of a place.
    pub(crate) fn at(place: &Place) -> Result<Self, StoreFault> {
        let database: Arc<dyn Storage> = Arc::new(Database::open(&place.database)?);
        let Some(address) = &place.bucket else {
            return Ok(Self {
                journal: Arc::new(Under::new(database.clone(), "journal")),
                documents: Arc::new(Under::new(database, "documents")),
            });
        };
        let bucket: Arc<dyn Storage> = Arc::new(Bucket::open(address)?);
        let decisions = Arc::new(Under::new(database, "journal"));
        let tiles = Arc::new(Under::new(bucket.clone(), "journal"));
        Ok(Self {
            journal: Arc::new(Parted::new(decisions, tiles)),
            documents: Arc::new(Under::new(bucket, "documents")),
        })
    }

    /// Those of a directory, made where they are not there.
    pub(crate) fn in_directory(home: &Path) -> io::Result<Self> {
        Ok(Self {
            journal: Arc::new(FsStorage::create(home.join("journal"))?),
            documents: Arc::new(FsStorage::create(home.join("blobs"))?),
        })
    }
}

/// The checkpoint that the journal of a home has now; `None` where there is none, or it cannot be had. Two that differ tell that
/// something was recorded; what is read then is checked.
pub fn mark(home: &Path) -> Option<Vec<u8>> {
    Places::of(home).ok()?.journal.get("checkpoint").ok()?
}
