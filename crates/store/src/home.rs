//! The data directory: beginning one, opening one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use countersign_log::{
    AppendFault, FsStorage, KeyFault, Log, OpenFault, Storage, Writer, create_secret, load_secret, new_seed,
};
use countersign_verify::{NoteSigner, PublicKey, Seed, TrustedKeys, VKey};

use crate::blobs::Blobs;
use crate::fault::StoreFault;
use crate::format::{HOME_FORMAT, check_format};
use crate::places::Places;

/// How the names of logs begin; the first digits of the key's fingerprint follow, so that no two homes share one.
const ORIGIN: &str = "countersign.dev/journal";
/// How long two first starts wait for each other.
const INIT_WAIT: Duration = Duration::from_secs(10);

/// What the store is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To read. Any number of processes at once, also beside a writer.
    Read,
    /// To record. One process at a time, for as long as the store is open.
    Write {
        /// How long to wait for another writer to end.
        wait: Duration,
    },
}

#[derive(Debug)]
pub(crate) enum Journal {
    Reading(Box<Log>),
    Writing(Box<Writer>),
}

/// An open home.
#[derive(Debug)]
pub struct Store {
    home: PathBuf,
    pub(crate) journal: Journal,
    pub(crate) blobs: Blobs,
    pub(crate) signer: PublicKey,
    /// The secret half; only a writer has it.
    pub(crate) seed: Option<Seed>,
}

impl Store {
    /// Begins a home in the directory `home`, which may be there or not, and opens it for writing. What an
    /// init that was killed left there is used.
    pub fn init(home: &Path) -> Result<Self, StoreFault> {
        let shown = home.display().to_string();
        let io = |source| StoreFault::Io { path: shown.clone(), source };
        create_private(home).map_err(io)?;
        let keys = FsStorage::create(home.join("keys")).map_err(io)?;
        let _lock = keys.lock(INIT_WAIT)?;
        if home.join("format").exists() {
            return Err(StoreFault::Exists(shown));
        }
        let journal: Arc<dyn Storage> = Arc::new(FsStorage::create(home.join("journal")).map_err(io)?);
        Blobs::create(home.join("blobs")).map_err(io)?;
        FsStorage::create(home.join("cache")).map_err(io)?;
        let signer = journal_key(home, &journal)?;
        let seed = record_key(home)?;
        write(home, "keys/journal.vkey", &signer.vkey().to_string())?;
        write(home, "keys/record.pub", &seed.public().to_string())?;
        let vkey = signer.vkey().clone();
        match Writer::create(journal.clone(), signer, INIT_WAIT) {
            Ok(_) => {}
            Err(AppendFault::Open(OpenFault::Exists)) if Log::open(journal, &vkey)?.size() == 0 => {}
            Err(AppendFault::Open(OpenFault::Exists)) => return Err(StoreFault::Damaged(shown)),
            Err(fault) => return Err(fault.into()),
        }
        write(home, "format", HOME_FORMAT)?;
        Self::open(home, Access::Write { wait: INIT_WAIT })
    }

    /// Opens a home. Reading needs the public keys only.
    pub fn open(home: &Path, access: Access) -> Result<Self, StoreFault> {
        check_format(home)?;
        let (vkey, signer) = public_keys(home)?;
        let Places { journal: storage, documents } = Places::of(home)?;
        let blobs = Blobs::over(documents);
        let (journal, seed) = match access {
            Access::Read => (Journal::Reading(Box::new(Log::open(storage, &vkey)?)), None),
            Access::Write { wait } => {
                let key = load_journal_key(home)?;
                let seed = load_record_key(home)?;
                for (fits, path) in
                    [(*key.vkey() == vkey, "keys/journal.vkey"), (seed.public() == signer, "keys/record.pub")]
                {
                    if !fits {
                        let why = "it is not the public half of the key beside it".to_owned();
                        return Err(StoreFault::PublicKey {
                            path: home.join(path).display().to_string(),
                            why,
                        });
                    }
                }
                (Journal::Writing(Box::new(Writer::open(storage, key, wait)?)), Some(seed))
            }
        };
        Ok(Self { home: home.to_owned(), journal, blobs, signer, seed })
    }

    /// The directory.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// Where anything may be kept that can be rebuilt. Nothing there is evidence.
    pub fn cache(&self) -> PathBuf {
        self.home.join("cache")
    }

    /// The journal at its checkpoint.
    pub fn log(&self) -> &Log {
        match &self.journal {
            Journal::Reading(log) => log,
            Journal::Writing(writer) => writer.log(),
        }
    }

    /// The keys of this home, as one who trusts it would name them to a verifier.
    pub fn trusted_keys(&self) -> TrustedKeys {
        TrustedKeys {
            logs: vec![self.log().vkey().clone()],
            signers: vec![self.signer],
            witnesses: Vec::new(),
            policy: None,
        }
    }
}

/// Makes the directory, for the eyes of its account alone: cases and customers lie in it.
fn create_private(home: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(home)
}

/// The public keys of journal and records.
pub(crate) fn public_keys(home: &Path) -> Result<(VKey, PublicKey), StoreFault> {
    let read = |path: &str| {
        let path = home.join(path);
        let shown = path.display().to_string();
        match fs::read_to_string(&path) {
            Ok(text) => Ok((shown, text.trim_end().to_owned())),
            Err(source) => Err(StoreFault::Io { path: shown, source }),
        }
    };
    let (path, text) = read("keys/journal.vkey")?;
    let vkey: VKey = text.parse().map_err(|why| StoreFault::PublicKey { path, why: format!("{why}") })?;
    let (path, text) = read("keys/record.pub")?;
    let signer: PublicKey =
        text.parse().map_err(|why| StoreFault::PublicKey { path, why: format!("{why}") })?;
    Ok((vkey, signer))
}

pub(crate) fn load_journal_key(home: &Path) -> Result<NoteSigner, KeyFault> {
    let path = home.join("keys/journal.key");
    NoteSigner::from_secret_text(&load_secret(&path)?)
        .map_err(|error| KeyFault::Malformed { path: path.display().to_string(), why: error.why.to_owned() })
}

fn load_record_key(home: &Path) -> Result<Seed, KeyFault> {
    let path = home.join("keys/record.key");
    Seed::from_secret_text(&load_secret(&path)?).ok_or_else(|| KeyFault::Malformed {
        path: path.display().to_string(),
        why: "it is not `ed25519-secret:` and 64 hexadecimal digits".to_owned(),
    })
}

/// The journal's key: made on the first start, never while there is a journal that another key has signed.
fn journal_key(home: &Path, journal: &Arc<dyn Storage>) -> Result<NoteSigner, StoreFault> {
    match load_journal_key(home) {
        Err(KeyFault::Missing(path)) => {
            let list = journal.list("").map_err(|source| StoreFault::Io { path: path.clone(), source })?;
            // a lone temporary file is what an init that was killed left
            if list.iter().any(|file| !file.ends_with(".tmp")) {
                return Err(KeyFault::Missing(path).into());
            }
            let seed = new_seed()?;
            let name = format!("{ORIGIN}/{}", seed.public().fingerprint().short());
            let signer = NoteSigner::new(&name, seed)
                .map_err(|error| KeyFault::Malformed { path: path.clone(), why: error.why.to_owned() })?;
            create_secret(&home.join("keys/journal.key"), &signer.secret_text())?;
            Ok(signer)
        }
        other => Ok(other?),
    }
}

fn record_key(home: &Path) -> Result<Seed, StoreFault> {
    match load_record_key(home) {
        Err(KeyFault::Missing(_)) => {
            let seed = new_seed()?;
            create_secret(&home.join("keys/record.key"), &seed.secret_text())?;
            Ok(seed)
        }
        other => Ok(other?),
    }
}

pub(crate) fn write(home: &Path, path: &str, line: &str) -> Result<(), StoreFault> {
    FsStorage::create(home)
        .and_then(|storage| storage.put(path, format!("{line}\n").as_bytes()))
        .map_err(|source| StoreFault::Io { path: home.join(path).display().to_string(), source })
}
