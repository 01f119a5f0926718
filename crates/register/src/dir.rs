//! The directory of a register: beginning one, opening one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use countersign_log::{FsStorage, Log, Storage, Writer, create_secret, load_secret, new_seed};
use countersign_store::Blobs;
use countersign_verify::{NoteSigner, VKey};

use crate::append::Sequencer;
use crate::fault::RegisterFault;

/// The line in the file `format`.
pub const REGISTER_FORMAT: &str = "countersign-register/1";

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
    pub(crate) keeping: Keeping,
    pub(crate) documents: Blobs,
}

impl Register {
    /// Begins a register of that name (its origin, such as `register.example.org`) and opens it for writing. Its
    /// first entry must be a roster that its own registrar signs.
    pub fn init(dir: &Path, origin: &str) -> Result<Self, RegisterFault> {
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
        let root = FsStorage::create(dir).map_err(io)?;
        FsStorage::create(dir.join("keys")).map_err(io)?;
        Blobs::create(dir.join("documents")).map_err(io)?;
        create_secret(&dir.join("keys/register.key"), &signer.secret_text())?;
        root.put("register.vkey", format!("{}\n", signer.vkey()).as_bytes()).map_err(io)?;
        let log: Arc<dyn Storage> = Arc::new(FsStorage::create(dir.join("log")).map_err(io)?);
        drop(Writer::create(log, signer, Duration::ZERO)?);
        // last, so that a register is whole or none
        root.put("format", format!("{REGISTER_FORMAT}\n").as_bytes()).map_err(io)?;
        Self::open_to_append(dir, Duration::ZERO)
    }

    /// Opens a register, or a copy of one, to read.
    pub fn open(dir: &Path) -> Result<Self, RegisterFault> {
        check_format(dir)?;
        let vkey = read_vkey(dir)?;
        let log = Log::open(log_storage(dir)?, &vkey)?;
        Ok(Self { dir: dir.to_owned(), keeping: Keeping::Reading(Box::new(log)), documents: documents(dir)? })
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
            keeping: Keeping::Writing(Box::new(writer), Box::new(sequencer)),
            documents,
        })
    }

    /// The directory.
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
    let text =
        fs::read_to_string(&path).map_err(|source| RegisterFault::Io { path: shown.clone(), source })?;
    text.trim_end().parse().map_err(|error| RegisterFault::LogKey { path: shown, why: format!("{error}") })
}

pub(crate) fn log_storage(dir: &Path) -> Result<Arc<dyn Storage>, RegisterFault> {
    let root = dir.join("log");
    let path = root.display().to_string();
    Ok(Arc::new(FsStorage::open(root).map_err(|source| RegisterFault::Io { path, source })?))
}

fn documents(dir: &Path) -> Result<Blobs, RegisterFault> {
    let root = dir.join("documents");
    let path = root.display().to_string();
    Blobs::open(root).map_err(|source| RegisterFault::Io { path, source })
}
