//! Where the files of a run lie: a directory that every node sees, or a prefix in a bucket.
//!
//! A file is there whole or not at all. In a directory it is written under another name, synced and renamed, and the directory
//! is synced; an object store puts objects whole.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use countersign_model::Digest;
use countersign_operations::failure::Failure;
use datafusion::execution::object_store::{DefaultObjectStoreRegistry, ObjectStoreRegistry};
use futures_util::StreamExt as _;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path as ObjectPath;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt as _, PutPayload, RetryConfig};
use sha2::{Digest as _, Sha256};
use url::{Host, Url};

const SCHEME: &str = "s3://";
/// The variables that name a store other than Amazon's.
const ENDPOINTS: [&str; 4] = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AWS_S3_ENDPOINT"];
/// How long one request may take, and how long it is tried again.
const PATIENCE: Duration = Duration::from_secs(60);

/// A directory or a prefix.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    shown: String,
    at: At,
}

#[derive(Debug, Clone)]
enum At {
    Folder(PathBuf),
    Bucket { store: Arc<dyn ObjectStore>, prefix: String },
}

/// Whether an address is one of an object store.
pub(crate) fn is_bucket(address: &str) -> bool {
    address.starts_with(SCHEME)
}

impl Place {
    /// `s3://BUCKET/PREFIX`, or a directory, which is made where it is missing. Its address is absolute: other processes
    /// begin elsewhere.
    pub(crate) fn open(address: &str) -> Result<Self, Failure> {
        if let Some(rest) = address.strip_prefix(SCHEME) {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let prefix = prefix.trim_end_matches('/');
            let sound = |part: &str| !part.is_empty() && part != "." && part != "..";
            if bucket.is_empty() || !(prefix.is_empty() || prefix.split('/').all(sound)) {
                return Err(Failure::Input(format!(
                    "`{address}` is no place in a bucket; write `s3://BUCKET/PREFIX`"
                )));
            }
            let at = At::Bucket { store: bucket_of(bucket)?, prefix: prefix.to_owned() };
            let shown = format!("{SCHEME}{bucket}/{prefix}").trim_end_matches('/').to_owned();
            return Ok(Self { shown, at });
        }
        if address.contains("://") {
            return Err(Failure::Input(format!(
                "`{address}` is no place for a run; name a directory, or `s3://BUCKET/PREFIX`"
            )));
        }
        let folder = Path::new(address);
        fs::create_dir_all(folder).map_err(|e| failed(&address, &e))?;
        let folder = folder.canonicalize().map_err(|e| failed(&address, &e))?;
        let shown = folder
            .to_str()
            .ok_or_else(|| Failure::Input(format!("the name of the directory `{address}` is no UTF-8")))?
            .to_owned();
        Ok(Self { shown, at: At::Folder(folder) })
    }

    /// Its address, which opens it from anywhere.
    pub(crate) fn address(&self) -> &str {
        &self.shown
    }

    /// The address of a file in it, as a plan names it.
    pub(crate) fn url(&self, name: &str) -> Result<String, Failure> {
        match &self.at {
            At::Bucket { .. } => Ok(format!("{}/{name}", self.shown)),
            At::Folder(folder) => Url::from_file_path(folder.join(name))
                .map(|url| url.to_string())
                .map_err(|()| Failure::Program(format!("`{}` has no address", folder.display()))),
        }
    }

    /// The path of a file in it, where it is a directory.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        match &self.at {
            At::Folder(folder) => Some(folder.join(name)),
            At::Bucket { .. } => None,
        }
    }

    /// Puts a file there, whole or not at all. One of the same name is replaced.
    pub(crate) async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), Failure> {
        match &self.at {
            At::Folder(folder) => {
                let path = folder.join(name);
                blocking(move || put(&path, &bytes)).await.map_err(|e| self.failed(name, &e))
            }
            At::Bucket { store, prefix } => {
                let path = object_path(prefix, name)?;
                store.put(&path, PutPayload::from(bytes)).await.map_err(|e| self.failed(name, &e))?;
                Ok(())
            }
        }
    }

    /// Puts a local file there.
    pub(crate) async fn put_file(&self, name: &str, from: &Path) -> Result<(), Failure> {
        match &self.at {
            At::Folder(folder) => {
                let (path, from) = (folder.join(name), from.to_owned());
                blocking(move || whole(&path, |file| io::copy(&mut File::open(&from)?, file).map(|_| ())))
                    .await
                    .map_err(|e| self.failed(name, &e))
            }
            At::Bucket { store, prefix } => {
                let path = object_path(prefix, name)?;
                let mut upload = object_store::WriteMultipart::new(
                    store.put_multipart(&path).await.map_err(|e| self.failed(name, &e))?,
                );
                let here = |error: io::Error| failed(&from.display(), &error);
                let mut file = File::open(from).map_err(here)?;
                let mut buffer = vec![0u8; 1 << 20];
                loop {
                    let read = io::Read::read(&mut file, &mut buffer).map_err(here)?;
                    let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
                    upload.wait_for_capacity(4).await.map_err(|e| self.failed(name, &e))?;
                    upload.write(part);
                }
                upload.finish().await.map_err(|e| self.failed(name, &e))?;
                Ok(())
            }
        }
    }

    /// The bytes of a file; `None` where there is none.
    pub(crate) async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Failure> {
        match &self.at {
            At::Folder(folder) => {
                let path = folder.join(name);
                match blocking(move || fs::read(path)).await {
                    Ok(bytes) => Ok(Some(bytes)),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                    Err(error) => Err(self.failed(name, &error)),
                }
            }
            At::Bucket { store, prefix } => {
                let path = object_path(prefix, name)?;
                match store.get(&path).await {
                    Ok(found) => {
                        let bytes = found.bytes().await.map_err(|e| self.failed(name, &e))?;
                        Ok(Some(bytes.to_vec()))
                    }
                    Err(object_store::Error::NotFound { .. }) => Ok(None),
                    Err(error) => Err(self.failed(name, &error)),
                }
            }
        }
    }

    /// Brings a file here, and tells the digest of what came.
    pub(crate) async fn fetch(&self, name: &str, to: &Path) -> Result<Digest, Failure> {
        match &self.at {
            At::Folder(folder) => {
                let (path, to) = (folder.join(name), to.to_owned());
                blocking(move || {
                    let mut from = File::open(path)?;
                    whole(&to, |file| io::copy(&mut from, file).map(|_| ()))?;
                    digest_of(&to)
                })
                .await
                .map_err(|e| self.failed(name, &e))
            }
            At::Bucket { store, prefix } => {
                let path = object_path(prefix, name)?;
                let found = store.get(&path).await.map_err(|e| self.failed(name, &e))?;
                let mut parts = found.into_stream();
                let temporary = temporary(to);
                let here = |error: io::Error| failed(&to.display(), &error);
                let mut file = File::create(&temporary).map_err(here)?;
                let mut hasher = Sha256::new();
                while let Some(part) = parts.next().await {
                    let part = part.map_err(|e| self.failed(name, &e))?;
                    hasher.update(&part);
                    file.write_all(&part).map_err(here)?;
                }
                file.sync_all().map_err(here)?;
                fs::rename(&temporary, to).map_err(here)?;
                Ok(Digest::from_bytes(hasher.finalize().into()))
            }
        }
    }

    /// The digest of a file in it.
    pub(crate) async fn digest(&self, name: &str) -> Result<Digest, Failure> {
        match &self.at {
            At::Folder(folder) => {
                let path = folder.join(name);
                blocking(move || digest_of(&path)).await.map_err(|e| self.failed(name, &e))
            }
            At::Bucket { .. } => Err(Failure::Program("a bucket has no digests".to_owned())),
        }
    }

    /// Removes files; one that is not there is none the worse.
    pub(crate) async fn remove(&self, names: Vec<String>) -> Result<(), Failure> {
        match &self.at {
            At::Folder(folder) => {
                let folder = folder.clone();
                blocking(move || {
                    for name in names {
                        match fs::remove_file(folder.join(name)) {
                            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                            _ => {}
                        }
                    }
                    for below in ["in", "out", ""] {
                        // what others put there stays
                        let _: io::Result<()> = fs::remove_dir(folder.join(below));
                    }
                    Ok(())
                })
                .await
                .map_err(|e| failed(&self.shown, &e))
            }
            At::Bucket { store, prefix } => {
                for name in names {
                    match store.delete(&object_path(prefix, &name)?).await {
                        Err(object_store::Error::NotFound { .. }) | Ok(()) => {}
                        Err(error) => return Err(self.failed(&name, &error)),
                    }
                }
                Ok(())
            }
        }
    }

    fn failed(&self, name: &str, error: &dyn std::error::Error) -> Failure {
        failed(&format!("{}/{name}", self.shown), error)
    }
}

/// `s3://BUCKET/KEY` as the place that it is in and its name.
pub(crate) fn object(address: &str) -> Result<(Place, String), Failure> {
    let (folder, name) = address.rsplit_once('/').unwrap_or((address, ""));
    if name.is_empty() || !is_bucket(folder) || folder.len() <= SCHEME.len() {
        return Err(Failure::Input(format!("`{address}` names no object; write `s3://BUCKET/KEY`")));
    }
    Ok((Place::open(folder)?, name.to_owned()))
}

fn failed(what: &dyn std::fmt::Display, error: &dyn std::error::Error) -> Failure {
    let mut text = format!("`{what}`: {error}");
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = next.source();
    }
    Failure::Program(text)
}

fn object_path(prefix: &str, name: &str) -> Result<ObjectPath, Failure> {
    let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
    ObjectPath::parse(&path).map_err(|e| failed(&path, &e))
}

async fn blocking<T: Send + 'static>(what: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(what).await.map_err(io::Error::other)?
}

/// A name beside a file that no other process or thread takes.
fn temporary(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{}.part", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    PathBuf::from(name)
}

/// Writes a file under another name, syncs it, renames it, and syncs the directory.
fn whole(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let temporary = temporary(path);
    let mut file = File::create(&temporary)?;
    let written = write(&mut file).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // what is half written helps nobody
        let _: io::Result<()> = fs::remove_file(&temporary);
    }
    written?;
    File::open(folder)?.sync_all()
}

/// Writes a file so that it is there whole or not at all.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    whole(path, |file| file.write_all(bytes))
}

/// The digest of a file.
pub(crate) fn digest_of(path: &Path) -> io::Result<Digest> {
    let mut hasher = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0u8; 1 << 20];
    loop {
        let read = io::Read::read(&mut file, &mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        hasher.update(part);
    }
    Ok(Digest::from_bytes(hasher.finalize().into()))
}

/// A bucket with the settings of the environment, as for the journal: keys, region, endpoint. Without TLS only on this machine.
fn bucket_of(bucket: &str) -> Result<Arc<dyn ObjectStore>, Failure> {
    let address = format!("{SCHEME}{bucket}");
    // without a default in the process, each client would have to name its provider of cryptography
    let _: Result<(), _> = rustls::crypto::ring::default_provider().install_default();
    let mut builder = AmazonS3Builder::from_env();
    let endpoint = ENDPOINTS.iter().find_map(|name| std::env::var(name).ok().filter(|text| !text.is_empty()));
    let mut options = ClientOptions::new().with_timeout(PATIENCE).with_allow_http(false);
    if let Some(endpoint) = endpoint {
        let url = Url::parse(&endpoint).map_err(|e| {
            Failure::Input(format!("the endpoint `{endpoint}` of `{address}` is no address: {e}"))
        })?;
        if url.scheme() != "https" {
            let here = match url.host() {
                Some(Host::Domain(name)) => name == "localhost",
                Some(Host::Ipv4(address)) => address.is_loopback(),
                Some(Host::Ipv6(address)) => address.is_loopback(),
                None => false,
            };
            if !here {
                return Err(Failure::Input(format!(
                    "the endpoint `{endpoint}` has no TLS, and the keys of the bucket would go there in the open; use https"
                )));
            }
            options = options.with_allow_http(true);
        }
        builder = builder
            .with_config(AmazonS3ConfigKey::S3Endpoint, &endpoint)
            .with_config(AmazonS3ConfigKey::Endpoint, &endpoint);
    }
    let retry = RetryConfig { max_retries: 5, retry_timeout: PATIENCE, ..RetryConfig::default() };
    let store = builder.with_bucket_name(bucket).with_client_options(options).with_retry(retry).build();
    store.map(|store| Arc::new(store) as Arc<dyn ObjectStore>).map_err(|e| {
        Failure::Input(format!(
            "`{address}` cannot be used: {e}; set AWS_REGION and the keys in the environment"
        ))
    })
}

/// The stores that plans read from: local files, and buckets as they are asked for.
#[derive(Debug, Default)]
pub(crate) struct Stores(DefaultObjectStoreRegistry);

impl ObjectStoreRegistry for Stores {
    fn register_store(&self, url: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        self.0.register_store(url, store)
    }

    fn get_store(&self, url: &Url) -> datafusion::common::Result<Arc<dyn ObjectStore>> {
        if let (Err(_), "s3", Some(bucket)) = (self.0.get_store(url), url.scheme(), url.host_str()) {
            let store =
                bucket_of(bucket).map_err(|e| datafusion::error::DataFusionError::External(e.into()))?;
            self.0.register_store(url, store);
        }
        self.0.get_store(url)
    }
}
