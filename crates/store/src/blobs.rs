//! Documents under their own digest.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use countersign_log::{FsStorage, Storage, StorageFault};
use countersign_model::Digest;

/// Why a document was not put or not had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobFault {
    /// It is not there.
    #[error("the document `{0}` is missing; put it back from your backup")]
    Missing(Digest),
    /// It was changed.
    #[error(
        "the document `{expected}` is damaged: its bytes have the digest `{found}`; put it back from your backup"
    )]
    Damaged {
        /// Its name.
        expected: Digest,
        /// What its bytes give.
        found: Digest,
    },
    /// Several documents could not be written.
    #[error("the document {0}")]
    Several(#[from] StorageFault),
    /// The file system failed.
    #[error("the document `{digest}` could not be {done}: {source}")]
    Io {
        /// Its name.
        digest: Digest,
        /// What was to be done with it, as a participle.
        done: &'static str,
        /// Why.
        source: io::Error,
    },
}

/// The directory of documents: each under the digits of its SHA-256.
#[derive(Debug)]
pub struct Blobs {
    storage: Arc<dyn Storage>,
}

impl Blobs {
    /// The directory `root`, made where it is not there.
    pub fn create(root: PathBuf) -> io::Result<Self> {
        Ok(Self::over(Arc::new(FsStorage::create(root)?)))
    }

    /// The directory `root`, which must be there.
    pub fn open(root: PathBuf) -> io::Result<Self> {
        Ok(Self::over(Arc::new(FsStorage::open(root)?)))
    }

    /// The documents in a storage.
    pub fn over(storage: Arc<dyn Storage>) -> Self {
        Self { storage }
    }

    /// Puts a document, durable on return. One that is there is written again: it may be damaged, or not yet
    /// durable because its writer was killed.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest, BlobFault> {
        let digest = Digest::of(bytes);
        self.storage.put(&blob_path(&digest), bytes).map_err(|source| BlobFault::Io {
            digest,
            done: "written",
            source,
        })?;
        Ok(digest)
    }

    /// Puts several documents, durable on return, which takes little longer than for one.
    pub fn put_all<'a>(&self, documents: impl IntoIterator<Item = &'a [u8]>) -> Result<(), BlobFault> {
        // one file for documents of equal bytes
        let files: BTreeMap<String, &[u8]> =
            documents.into_iter().map(|bytes| (blob_path(&Digest::of(bytes)), bytes)).collect();
        Ok(self.storage.put_all(&files.into_iter().collect::<Vec<_>>())?)
    }

    /// The document with that digest, checked.
    pub fn get(&self, digest: &Digest) -> Result<Vec<u8>, BlobFault> {
        let bytes = self
            .storage
            .get(&blob_path(digest))
            .map_err(|source| BlobFault::Io { digest: *digest, done: "read", source })?
            .ok_or(BlobFault::Missing(*digest))?;
        let found = Digest::of(&bytes);
        if found != *digest {
            return Err(BlobFault::Damaged { expected: *digest, found });
        }
        Ok(bytes)
    }

    /// Each file with the digest that it is named by, if it is named by one.
    pub fn list(&self) -> io::Result<Vec<(String, Option<Digest>)>> {
        let paths = self.storage.list("")?;
        Ok(paths
            .into_iter()
            .map(|file| {
                let digest = file.replace('/', "").parse().ok().filter(|digest| blob_path(digest) == file);
                (file, digest)
            })
            .collect())
    }
}

/// The path of a document below its directory: two digits, a slash, the other 62.
pub fn blob_path(digest: &Digest) -> String {
    let text = digest.to_string();
    // a digest has 64 digits
    let (directory, name) = text.split_at_checked(2).unwrap_or_default();
    format!("{directory}/{name}")
}
