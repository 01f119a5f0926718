//! The bucket: each path an object, each write a put.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use countersign_log::network::{wait, with_causes};
use countersign_log::{LockFault, SequencerLock, Storage, StorageFault};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientOptions, Error, ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions,
    PutPayload, RetryConfig, UpdateVersion,
};
use url::Url;

/// How an address of a bucket begins.
pub const SCHEME: &str = "s3://";
/// Where the address of a store stands, the most special first.
const ENDPOINTS: [&str; 3] = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"];
/// How many objects are put at the same time.
const AT_ONCE: usize = 16;
/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a request is tried again while the store is overloaded.
const RETRIES: Duration = Duration::from_secs(60);

/// Whether a place is a bucket and no directory.
pub fn is_bucket(place: &str) -> bool {
    place.starts_with(SCHEME)
}

/// Why a bucket cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BucketFault {
    /// No address of a bucket.
    #[error("`{0}` is no address of a bucket; write `s3://BUCKET/PREFIX`")]
    Address(String),
    /// Somebody on the way could read and change everything.
    #[error(
        "the endpoint `{0}` is not encrypted, and is used on this machine (127.0.0.1, localhost) only; use `https://`"
    )]
    Unencrypted(String),
    /// No keys.
    #[error("there are no keys for the endpoint `{0}`: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")]
    NoKeys(String),
    /// The settings do not fit together.
    #[error("the bucket `{address}` cannot be used: {why}")]
    Settings {
        /// The address.
        address: String,
        /// Why.
        why: String,
    },
}

/// A prefix in a bucket. Clones share the connection.
#[derive(Debug, Clone)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    prefix: String,
    shown: String,
}

impl Bucket {
    /// The bucket behind `s3://BUCKET/PREFIX`, with the settings of the environment. Nothing is asked of the store yet.
    ///
    /// # Errors
    /// When the address or the settings cannot be used.
    pub fn open(address: &str) -> Result<Self, BucketFault> {
        let bad = || BucketFault::Address(address.to_owned());
        let rest = address.strip_prefix(SCHEME).ok_or_else(bad)?;
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_end_matches('/');
        let sound = |part: &str| !part.is_empty() && part != "." && part != "..";
        if name.is_empty() || !(prefix.is_empty() || prefix.split('/').all(sound)) {
            return Err(bad());
        }
        let settings =
            |error: Error| BucketFault::Settings { address: address.to_owned(), why: error.to_string() };
        // without a default in the process, each client would have to name its provider of cryptography
        let _: Result<(), _> = rustls::crypto::ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::from_env();
        let set = |key: AmazonS3ConfigKey| builder.get_config_value(&key).filter(|value| !value.is_empty());
        // two of them have one meaning to the library, which takes either; an empty one is none
        let endpoint =
            ENDPOINTS.iter().find_map(|name| std::env::var(name).ok().filter(|text| !text.is_empty()));
        let mut options = ClientOptions::new().with_timeout(PATIENCE).with_allow_http(false);
        if let Some(endpoint) = endpoint {
            let url = Url::parse(&endpoint).map_err(|error| BucketFault::Settings {
                address: address.to_owned(),
                why: format!("the endpoint `{endpoint}` is no address: {error}"),
            })?;
            if url.scheme() != "https" {
                if !on_this_machine(&url) {
                    return Err(BucketFault::Unencrypted(endpoint));
                }
                options = options.with_allow_http(true);
            }
            if set(AmazonS3ConfigKey::AccessKeyId).is_none() {
                return Err(BucketFault::NoKeys(endpoint));
            }
            builder = builder
                .with_config(AmazonS3ConfigKey::S3Endpoint, &endpoint)
                .with_config(AmazonS3ConfigKey::Endpoint, &endpoint);
        }
        builder = builder.with_bucket_name(name).with_client_options(options).with_retry(RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: 5,
            retry_timeout: RETRIES,
        });
        let store = builder.build().map_err(settings)?;
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(Self { store: Arc::new(store), prefix, shown: address.to_owned() })
    }

    fn at(&self, path: &str) -> io::Result<Path> {
        Path::parse(format!("{}{path}", self.prefix)).map_err(io::Error::other)
    }

    /// Puts an object under a condition. `false`: the condition does not hold.
    fn put_if(&self, path: &str, bytes: &[u8], mode: PutMode) -> io::Result<bool> {
        let (store, at) = (self.store.clone(), self.at(path)?);
        let payload = PutPayload::from(bytes.to_vec());
        let options = PutOptions { mode, ..PutOptions::default() };
        match wait(async move { store.put_opts(&at, payload, options).await })? {
            Ok(_) => Ok(true),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. } | Error::NotFound { .. }) => {
                Ok(false)
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether the store heeds conditions; each is tried on an object of its own.
    fn heeds_conditions(&self) -> io::Result<bool> {
        let mut name = [0u8; 16];
        getrandom::fill(&mut name).map_err(|error| io::Error::other(error.to_string()))?;
        let path = format!("conditions-{}", hex::encode(name));
        let first = self.put_if(&path, b"first", PutMode::Create)?;
        let second = self.put_if(&path, b"second", PutMode::Create)?;
        let stale = UpdateVersion { e_tag: Some(format!("\"{}\"", hex::encode(name))), version: None };
        let third = self.put_if(&path, b"third", PutMode::Update(stale))?;
        let kept = self.get(&path)?;
        self.delete(&path)?;
        Ok(first && !second && !third && kept.as_deref() == Some(b"first".as_slice()))
    }
}

/// Whether a host is this machine.
fn on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The store's error, with its causes.
fn failed(error: Error) -> io::Error {
    let kind = match &error {
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, with_causes(&error))
}

impl Storage for Bucket {
    fn get(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        let (store, at) = (self.store.clone(), self.at(path)?);
        match wait(async move { store.get(&at).await?.bytes().await })? {
            Ok(bytes) => Ok(Some(bytes.to_vec())),
            // a bucket that is not there is no empty one
            Err(Error::NotFound { source, .. }) if !source.to_string().contains("NoSuchBucket") => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let (store, at) = (self.store.clone(), self.at(path)?);
        let payload = PutPayload::from(bytes.to_vec());
        wait(async move { store.put(&at, payload).await })?.map(drop).map_err(failed)
    }

    fn put_all(&self, files: &[(String, &[u8])]) -> Result<(), StorageFault> {
        let fault = |path: &str, source| StorageFault { done: "written", path: path.to_owned(), source };
        let mut puts = Vec::new();
        for (path, bytes) in files {
            let at = self.at(path).map_err(|error| fault(path, error))?;
            let (store, payload, path) = (self.store.clone(), PutPayload::from(bytes.to_vec()), path.clone());
            puts.push(async move { store.put(&at, payload).await.map(drop).map_err(|error| (path, error)) });
        }
        let all = stream::iter(puts).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>();
        match wait(all) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err((path, error))) => Err(fault(&path, failed(error))),
            Err(error) => Err(fault("", error)),
        }
    }

    fn replace(&self, path: &str, old: Option<&[u8]>, new: &[u8]) -> io::Result<bool> {
        let Some(old) = old else { return self.put_if(path, new, PutMode::Create) };
        let (store, at) = (self.store.clone(), self.at(path)?);
        let found = wait(async move {
            let found = store.get(&at).await?;
            let version = UpdateVersion { e_tag: found.meta.e_tag.clone(), version: None };
            Ok((version, found.bytes().await?))
        })?;
        let version = match found {
            Ok((version, bytes)) if bytes.as_ref() == old => version,
            Ok(_) | Err(Error::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(failed(error)),
        };
        if version.e_tag.is_none() {
            return Err(io::Error::other(
                "the store gives no ETag, without which nothing can be replaced safely",
            ));
        }
        self.put_if(path, new, PutMode::Update(version))
    }

    fn is_shared(&self) -> bool {
        true
    }

    fn delete(&self, path: &str) -> io::Result<()> {
        let (store, at) = (self.store.clone(), self.at(path)?);
        match wait(async move { store.delete(&at).await })? {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(error)),
        }
    }

    fn list(&self, prefix: &str) -> io::Result<Vec<String>> {
        let whole = format!("{}{prefix}", self.prefix);
        let beneath = Path::parse(whole.trim_end_matches('/')).map_err(io::Error::other)?;
        let store = self.store.clone();
        let found = wait(async move {
            let objects = store.list(Some(&beneath).filter(|path| !path.as_ref().is_empty()));
            objects.map_ok(|object| object.location.to_string()).try_collect::<Vec<String>>().await
        })?
        .map_err(failed)?;
        let mut paths: Vec<String> =
            found.iter().filter_map(|path| path.strip_prefix(&self.prefix).map(str::to_owned)).collect();
        paths.sort();
        Ok(paths)
    }

    /// No lock: a check that the store heeds the conditions by which writers are kept apart.
    fn lock(&self, _wait: Duration) -> Result<Box<dyn SequencerLock>, LockFault> {
        let fault = |source| LockFault::Io { path: self.shown.clone(), source };
        if self.heeds_conditions().map_err(fault)? {
            return Ok(Box::new(NoLock));
        }
        Err(fault(io::Error::other(
            "the store ignores `If-None-Match` or `If-Match`, so that two writers could fork a log; use one that heeds \
             them, or keep the register in a directory and publish it to the bucket",
        )))
    }
}

#[derive(Debug)]
struct NoLock;

impl SequencerLock for NoLock {}
