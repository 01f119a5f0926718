//! Where a register is read from: a directory, a web server, or a bucket; and where it is published to.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use countersign_bucket::is_bucket;
use countersign_log::{FsStorage, LockFault, SequencerLock, Storage};

use crate::dir::open_bucket;
use crate::fault::RegisterFault;

/// The most bytes of one file that is fetched.
const MAX_FILE: u64 = 256 << 20;
/// How long one file is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Files behind a web server, to read only.
#[derive(Debug)]
struct HttpStorage {
    agent: ureq::Agent,
    base: String,
}

/// The storage behind a place: `http://…` and `https://…` are fetched, `s3://…` is a bucket, anything else a directory.
pub fn open_source(place: &str) -> Result<Arc<dyn Storage>, RegisterFault> {
    if place.starts_with("http://") || place.starts_with("https://") {
        let config =
            ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false).build();
        let base = place.trim_end_matches('/').to_owned();
        return Ok(Arc::new(HttpStorage { agent: config.into(), base }));
    }
    if is_bucket(place) {
        return open_bucket(place);
    }
    let storage =
        FsStorage::open(place).map_err(|source| RegisterFault::Io { path: place.to_owned(), source })?;
    Ok(Arc::new(storage))
}

/// The storage to publish to: `s3://…` is a bucket, anything else a directory, which is made where it is not there.
pub fn open_target(place: &str) -> Result<Arc<dyn Storage>, RegisterFault> {
    if is_bucket(place) {
        return open_bucket(place);
    }
    let storage =
        FsStorage::create(place).map_err(|source| RegisterFault::Io { path: place.to_owned(), source })?;
    Ok(Arc::new(storage))
}

impl Storage for HttpStorage {
    fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let url = format!("{}/{path}", self.base);
        let mut response = self.agent.get(&url).call().map_err(io::Error::other)?;
        match response.status().as_u16() {
            200 => response
                .body_mut()
                .with_config()
                .limit(MAX_FILE)
                .read_to_vec()
                .map(Some)
                .map_err(io::Error::other),
            404 | 410 => Ok(None),
            status => Err(io::Error::other(format!("`{url}` answered with status {status}"))),
        }
    }

    fn put(&self, _path: &str, _bytes: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn delete(&self, _path: &str) -> io::Result<()> {
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }

    /// A web server lists nothing; readers then take the file that the standard names.
    fn list(&self, _prefix: &str) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn lock(&self, _wait: Duration) -> Result<Box<dyn SequencerLock>, LockFault> {
        Err(LockFault::Io { path: self.base.clone(), source: io::ErrorKind::ReadOnlyFilesystem.into() })
    }
}
