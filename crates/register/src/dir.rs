//! Where a register lies: in a directory, or with its public files in a bucket. Beginning one, opening one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use countersign_bucket::{Bucket, is_bucket};
use countersign_log::{FsStorage, Log, Storage, Under, Writer, create_secret, load_secret, new_seed};
use countersign_store::Blobs;
use countersign_verify::{NoteSigner, VKey};

use crate::fault::RegisterFault;
use crate::sequencer::Sequencer;

/// The line in the file `format`.
pub const REGISTER_FORMAT: &str = "countersign-register/1";

/// The file in a keeper's directory that names the bucket with the public files, where they are not in the directory.
const STORAGE: &str = "storage";

/// The log, to read or to write.
#[derive(Debug)]
pub(crate) enum Keeping {
    Reading(Box<Log>),
    Writing(Box<Writer>, Box<Sequencer>),
}

/// An open register.
#[derive(Debug)]
pub struct Register {
    pub(crate) dir: PathBuf,
    pub(crate) public: Arc<dyn Storage>,
    pub(crate) keeping: Keeping,
    pub(crate) documents: Blobs,
}

impl Register {
    /// Begins a register of that name (its origin, such as `register.example.org`) and opens it for writing. Its
    /// first entry must be a roster that its own registrar signs.
    pub fn init(dir: &Path, origin: &str) -> Result<Self, RegisterFault> {
        Self::init_in(dir, origin, None)
    }

    /// As [`Register::init`]. With a bucket (`s3://BUCKET/PREFIX`), log and documents lie there, and the directory has the secret key and what
    /// is the keeper's own.
    pub fn init_in(dir: &Path, origin: &str, bucket: Option<&str>) -> Result<Self, RegisterFault> {
        let shown = dir.display().to_string();
        let io = |source| RegisterFault::Io { path: shown.clone(), source };
        match fs::read_dir(dir) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(RegisterFault::Exists(shown));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io(error)),
        }
        let signer = NoteSigner::new(origin, new_seed()?)
            .map_err(|error| RegisterFault::LogKey { path: shown.clone(), why: error.to_string() })?;
        if let Some(address) = bucket {
            let found = open_bucket(address)?.list("").map_err(in_bucket(address))?;
            if !found.is_empty() {
                return Err(RegisterFault::Exists(address.to_owned()));
            }
        }
        let root = FsStorage::create(dir).map_err(io)?;
        FsStorage::create(dir.join("keys")).map_err(io)?;
        create_secret(&dir.join("keys/register.key"), &signer.secret_text())?;
        let vkey = format!("{}\n", signer.vkey());
        let format = format!("{REGISTER_FORMAT}\n");
        root.put("register.vkey", vkey.as_bytes()).map_err(io)?;
        if let Some(address) = bucket {
            let public = open_bucket(address)?;
            root.put(STORAGE, format!("{address}\n").as_bytes()).map_err(io)?;
            public.put("register.vkey", vkey.as_bytes()).map_err(in_bucket(address))?;
            drop(Writer::create(Arc::new(Under::new(public.clone(), "log")), signer, Duration::ZERO)?);
            public.put("format", format.as_bytes()).map_err(in_bucket(address))?;
        } else {
            Blobs::create(dir.join("documents")).map_err(io)?;
            let log: Arc<dyn Storage> = Arc::new(FsStorage::create(dir.join("log")).map_err(io)?);
            drop(Writer::create(log, signer, Duration::ZERO)?);
        }
        // last, so that a register is whole or none
        root.put("format", format.as_bytes()).map_err(io)?;
        Self::open_to_append(dir, Duration::ZERO)
    }

    /// Opens a register, or a copy of one, to read. Instead of a directory it may be a bucket, `s3://BUCKET/PREFIX`.
    pub fn open(dir: &Path) -> Result<Self, RegisterFault> {
        check_format(dir)?;
        let vkey = read_vkey(dir)?;
        let log = Log::open(log_storage(dir)?, &vkey)?;
        Ok(Self {
            dir: dir.to_owned(),
            public: public_storage(dir)?,
            keeping: Keeping::Reading(Box::new(log)),
            documents: documents(dir)?,
        })
    }

    /// Opens a register to append to it; waits so long for another writer to end. Reads the log, for the keys and
    /// records that it knows; what was read once is kept in `private/index/`.
    pub fn open_to_append(dir: &Path, wait: Duration) -> Result<Self, RegisterFault> {
        check_format(dir)?;
        let vkey = read_vkey(dir)?;
        let path = dir.join("keys/register.key");
        if !path.exists() {
            return Err(RegisterFault::ReadOnly);
        }
        let signer = NoteSigner::from_secret_text(&load_secret(&path)?).map_err(|error| {
            RegisterFault::LogKey { path: path.display().to_string(), why: error.why.to_owned() }
        })?;
        if *signer.vkey() != vkey {
            return Err(RegisterFault::LogKey {
                path: path.display().to_string(),
                why: "it is not the secret half of `register.vkey`".to_owned(),
            });
        }
        let writer = Writer::open(log_storage(dir)?, signer, wait)?;
        let documents = documents(dir)?;
        let sequencer = Sequencer::read(writer.log(), &documents, dir)?;
        Ok(Self {
            dir: dir.to_owned(),
            public: public_storage(dir)?,
            keeping: Keeping::Writing(Box::new(writer), Box::new(sequencer)),
            documents,
        })
    }

    /// The public files of the register, under the names that a mirror expects. In a directory the keeper's own files lie
    /// beside them.
    pub fn public(&self) -> &Arc<dyn Storage> {
        &self.public
    }

    /// The directory, or the address of a bucket.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The log at its checkpoint.
    pub fn log(&self) -> &Log {
        match &self.keeping {
            Keeping::Reading(log) => log,
            Keeping::Writing(writer, _) => writer.log(),
        }
    }

    /// The verifier key of the log.
    pub fn vkey(&self) -> &VKey {
        self.log().vkey()
    }

    /// The name of the register: the origin of its log.
    pub fn origin(&self) -> &str {
        self.vkey().name()
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.log().size()
    }

    /// The documents.
    pub fn documents(&self) -> &Blobs {
        &self.documents
    }
}

pub(crate) fn check_format(dir: &Path) -> Result<(), RegisterFault> {
    let shown = dir.display().to_string();
    if let Some(address) = address(dir) {
        let format = open_bucket(address)?.get("format").map_err(in_bucket(address))?;
        return match format.map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned()) {
            Some(text) if text == REGISTER_FORMAT => Ok(()),
            Some(found) => {
                Err(RegisterFault::UnknownFormat { dir: shown, found: found.chars().take(80).collect() })
            }
            None => Err(RegisterFault::NoRegister(shown)),
        };
    }
    match fs::read_to_string(dir.join("format")) {
        Ok(text) if text.trim_end() == REGISTER_FORMAT => Ok(()),
        Ok(text) => {
            let found = text.trim_end().chars().take(80).collect();
            Err(RegisterFault::UnknownFormat { dir: shown, found })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(RegisterFault::NoRegister(shown)),
        Err(source) => Err(RegisterFault::Io { path: format!("{shown}/format"), source }),
    }
}

pub(crate) fn read_vkey(dir: &Path) -> Result<VKey, RegisterFault> {
    let path = dir.join("register.vkey");
    let shown = path.display().to_string();
    let text = match address(dir) {
        Some(address) => {
            let bytes = open_bucket(address)?.get("register.vkey").map_err(in_bucket(address))?;
            String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
        }
        None => {
            fs::read_to_string(&path).map_err(|source| RegisterFault::Io { path: shown.clone(), source })?
        }
    };
    text.trim_end().parse().map_err(|error| RegisterFault::LogKey { path: shown, why: format!("{error}") })
}

/// The key of the register or copy in `dir`, where there is one.
pub fn kept_key(dir: &Path) -> Result<Option<VKey>, RegisterFault> {
    match check_format(dir) {
        Ok(()) => read_vkey(dir).map(Some),
        Err(RegisterFault::NoRegister(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A place that is a bucket by its address.
pub(crate) fn address(dir: &Path) -> Option<&str> {
    dir.to_str().filter(|text| is_bucket(text))
}

pub(crate) fn open_bucket(address: &str) -> Result<Arc<dyn Storage>, RegisterFault> {
    Ok(Arc::new(Bucket::open(address)?))
}

/// A fault of a bucket.
pub(crate) fn in_bucket(address: &str) -> impl Fn(io::Error) -> RegisterFault {
    let path = address.to_owned();
    move |source| RegisterFault::Io { path: path.clone(), source }
}

/// The bucket with the public files of a register, unless they are in its directory.
fn bucket_of(dir: &Path) -> Result<Option<Arc<dyn Storage>>, RegisterFault> {
    if let Some(address) = address(dir) {
        return open_bucket(address).map(Some);
    }
    let path = dir.join(STORAGE);
    match fs::read_to_string(&path) {
        Ok(text) => open_bucket(text.trim_end()).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(RegisterFault::Io { path: path.display().to_string(), source }),
    }
}

fn directory(path: PathBuf) -> Result<FsStorage, RegisterFault> {
    let shown = path.display().to_string();
    FsStorage::open(path).map_err(|source| RegisterFault::Io { path: shown, source })
}

/// Where the public files are.
pub(crate) fn public_storage(dir: &Path) -> Result<Arc<dyn Storage>, RegisterFault> {
    match bucket_of(dir)? {
        Some(bucket) => Ok(bucket),
        None => Ok(Arc::new(directory(dir.to_owned())?)),
    }
}

/// Where what is not public is: the keeper's directory. A register that is named by its bucket has none, and then it is
/// the bucket.
pub(crate) fn own_storage(dir: &Path) -> Result<Arc<dyn Storage>, RegisterFault> {
    match address(dir) {
        Some(address) => open_bucket(address),
        None => Ok(Arc::new(directory(dir.to_owned())?)),
    }
}

pub(crate) fn log_storage(dir: &Path) -> Result<Arc<dyn Storage>, RegisterFault> {
    match bucket_of(dir)? {
        Some(bucket) => Ok(Arc::new(Under::new(bucket, "log"))),
        None => Ok(Arc::new(directory(dir.join("log"))?)),
    }
}

fn documents(dir: &Path) -> Result<Blobs, RegisterFault> {
    match bucket_of(dir)? {
        Some(bucket) => Ok(Blobs::over(Arc::new(Under::new(bucket, "documents")))),
        None => Ok(Blobs::over(Arc::new(directory(dir.join("documents"))?))),
    }
}
