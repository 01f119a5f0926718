//! What a witness remembers, and when it signs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use countersign_log::{
    FsStorage, KeyFault, LockFault, SequencerLock, Storage, create_secret, load_secret, new_random, new_seed,
};
use countersign_model::Digest;
use countersign_verify::{
    Checkpoint, CheckpointError, ForkEvidence, MlDsaSeed, Note, NoteKeyAlgorithm, Policy, SignedCheckpoint,
    VKey, WitnessSecret, cosign, verify_consistency,
};

use crate::request::{AddCheckpoint, RequestError};

/// The line in the file `format`.
const FORMAT: &str = "countersign-witness/1";
/// The file with the logs that are watched: lines `log <verifier key>`.
const LOGS: &str = "logs";

/// Why a witness cannot be begun or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessFault {
    /// There is none.
    #[error("`{0}` is not the directory of a witness; begin one with `countersign witness init`")]
    NoWitness(String),
    /// There is something.
    #[error("`{0}` holds something already; name a directory that is empty or not there")]
    Exists(String),
    /// The file system failed.
    #[error("`{path}` could not be used: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyFault),
    /// A file has not its form.
    #[error("`{path}` is damaged: {why}")]
    Damaged {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// Another process has the directory.
    #[error(transparent)]
    Lock(#[from] LockFault),
    /// A log that cannot be watched.
    #[error("{0}")]
    Log(String),
}

/// Why a checkpoint is not cosigned, with the status that C2SP `tlog-witness` gives it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// 400.
    #[error(transparent)]
    Malformed(#[from] RequestError),
    /// 400.
    #[error("the checkpoint cannot be read: {0}")]
    Checkpoint(CheckpointError),
    /// 400: the proof would lead backwards.
    #[error("the old size {old} is larger than that of the checkpoint, {size}")]
    Backwards {
        /// The old size.
        old: u64,
        /// The size of the checkpoint.
        size: u64,
    },
    /// 404: a log that is not watched.
    #[error("the log `{0}` is not watched here")]
    UnknownLog(String),
    /// 403: not signed by the log.
    #[error("the checkpoint is not signed by the log: {0}")]
    NotSigned(CheckpointError),
    /// 409: the witness saw another size last.
    #[error("this witness saw {size} entries last")]
    OtherSize {
        /// The size that it saw.
        size: u64,
    },
    /// 409: the same size with another root. The log forked, and the evidence is kept.
    #[error("this witness saw another root at {size} entries: the log signed two histories")]
    Fork {
        /// The size.
        size: u64,
    },
    /// 422: the proof does not hold.
    #[error("the proof that the checkpoint continues the last one does not hold: {0}")]
    Proof(countersign_verify::ProofError),
    /// 500: nothing was signed.
    #[error("nothing was signed: {0}")]
    Failed(String),
}

impl Refusal {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) | Self::Checkpoint(_) | Self::Backwards { .. } => 400,
            Self::NotSigned(_) => 403,
            Self::UnknownLog(_) => 404,
            Self::OtherSize { .. } | Self::Fork { .. } => 409,
            Self::Proof(_) => 422,
            Self::Failed(_) => 500,
        }
    }
}

/// A witness. One process has its directory.
#[derive(Debug)]
pub struct Witness {
    storage: FsStorage,
    vkey: VKey,
    secret: WitnessSecret,
    logs: Vec<VKey>,
    /// One checkpoint at a time: what was seen is read, compared and replaced as one step.
    step: Mutex<()>,
    _lock: Box<dyn SequencerLock>,
}

impl Witness {
    /// Begins a witness of that name in a directory, with a new key for that algorithm.
    pub fn init(dir: &Path, name: &str, algorithm: NoteKeyAlgorithm) -> Result<VKey, WitnessFault> {
        let shown = dir.display().to_string();
        let io = |source| WitnessFault::Io { path: shown.clone(), source };
        if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(WitnessFault::Exists(shown));
        }
        let secret = match algorithm {
            NoteKeyAlgorithm::CosignatureV1 => WitnessSecret::from(new_seed()?),
            NoteKeyAlgorithm::MlDsa44 => WitnessSecret::from(MlDsaSeed::from_bytes(&new_random()?)),
            NoteKeyAlgorithm::Ed25519 => {
                return Err(WitnessFault::Log("a witness does not sign as a log does".to_owned()));
            }
        };
        let vkey = secret.vkey(name).map_err(|error| WitnessFault::Log(error.to_string()))?;
        let storage = FsStorage::create(dir).map_err(io)?;
        FsStorage::create(dir.join("keys")).map_err(io)?;
        FsStorage::create(dir.join("seen")).map_err(io)?;
        create_secret(&dir.join("keys/witness.key"), &secret.secret_text())?;
        storage.put("witness.vkey", format!("{vkey}\n").as_bytes()).map_err(io)?;
        storage.put(LOGS, b"").map_err(io)?;
        storage.put("format", format!("{FORMAT}\n").as_bytes()).map_err(io)?;
        Ok(vkey)
    }

    /// Adds a log to those that are watched. A witness that runs reads them when it starts.
    pub fn watch(dir: &Path, log: &VKey) -> Result<(), WitnessFault> {
        check_format(dir)?;
        let mut logs = read_logs(dir)?;
        if logs.contains(log) {
            return Ok(());
        }
        if log.algorithm() != NoteKeyAlgorithm::Ed25519 {
            return Err(WitnessFault::Log(format!("`{log}` is the key of a witness, not of a log")));
        }
        if logs.iter().any(|known| known.name() == log.name()) {
            return Err(WitnessFault::Log(format!(
                "a log `{}` with another key is watched already; one name with two keys would be two histories",
                log.name()
            )));
        }
        logs.push(log.clone());
        let text: String = logs.iter().map(|log| format!("log {log}\n")).collect();
        let io = |source| WitnessFault::Io { path: dir.join(LOGS).display().to_string(), source };
        FsStorage::open(dir).and_then(|storage| storage.put(LOGS, text.as_bytes())).map_err(io)
    }

    /// Opens a witness, and keeps others from opening it.
    pub fn open(dir: &Path) -> Result<Self, WitnessFault> {
        check_format(dir)?;
        let io = |path: PathBuf| move |source| WitnessFault::Io { path: path.display().to_string(), source };
        let storage = FsStorage::open(dir).map_err(io(dir.to_owned()))?;
        let lock = storage.lock(Duration::from_secs(5))?;
        let path = dir.join("keys/witness.key");
        let damaged = |path: &Path, why: &str| WitnessFault::Damaged {
            path: path.display().to_string(),
            why: why.to_owned(),
        };
        let secret = WitnessSecret::from_secret_text(&load_secret(&path)?)
            .ok_or_else(|| damaged(&path, "it holds no key"))?;
        let path = dir.join("witness.vkey");
        let text = fs::read_to_string(&path).map_err(io(path.clone()))?;
        let vkey: VKey = text.trim_end().parse().map_err(|error| damaged(&path, &format!("{error}")))?;
        if secret.vkey(vkey.name()).ok().as_ref() != Some(&vkey) {
            return Err(damaged(&path, "it is not the public half of the key"));
        }
        let witness =
            Self { storage, vkey, secret, logs: read_logs(dir)?, step: Mutex::new(()), _lock: lock };
        // what was seen must be readable before anything is signed
        for log in &witness.logs {
            witness.seen(log)?;
        }
        Ok(witness)
    }

    /// The verifier key.
    pub fn vkey(&self) -> &VKey {
        &self.vkey
    }

    /// The logs that are watched.
    pub fn logs(&self) -> &[VKey] {
        &self.logs
    }

    /// The last checkpoint of a log that was cosigned.
    pub fn seen(&self, log: &VKey) -> Result<Option<SignedCheckpoint>, WitnessFault> {
        let path = seen_path(log.name());
        let io = |source| WitnessFault::Io { path: path.clone(), source };
        let Some(bytes) = self.storage.get(&path).map_err(io)? else { return Ok(None) };
        SignedCheckpoint::verify(&bytes, log).map(Some).map_err(|why| WitnessFault::Damaged {
            path: path.clone(),
            why: format!(
                "{why}; put it back from your backup: without it this witness could sign a second history"
            ),
        })
    }

    /// Answers a request at `now` (seconds since 1970): the signature lines, when the checkpoint continues what was
    /// seen and is on the disk as the new last one.
    pub fn add_checkpoint(&self, body: &[u8], now: u64) -> Result<String, Refusal> {
        let request = AddCheckpoint::parse(body)?;
        let note = Note::parse(request.checkpoint.as_bytes()).map_err(|e| Refusal::Checkpoint(e.into()))?;
        let read = Checkpoint::parse_text(&note.text).map_err(Refusal::Checkpoint)?;
        let log = self
            .logs
            .iter()
            .find(|log| log.name() == read.origin)
            .ok_or_else(|| Refusal::UnknownLog(read.origin.clone()))?;
        let signed =
            SignedCheckpoint::verify(request.checkpoint.as_bytes(), log).map_err(Refusal::NotSigned)?;
        let new = signed.checkpoint();
        if request.old > new.size {
            return Err(Refusal::Backwards { old: request.old, size: new.size });
        }
        let _step = self.step.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = self.seen(log).map_err(|fault| Refusal::Failed(fault.to_string()))?;
        let (size, root) = seen.as_ref().map_or((0, countersign_verify::empty_root()), |seen| {
            (seen.checkpoint().size, seen.checkpoint().root)
        });
        if let Some(seen) = &seen
            && new.size == size
            && new.root != root
        {
            self.keep_evidence(log, seen, &signed).map_err(|fault| Refusal::Failed(fault.to_string()))?;
            return Err(Refusal::Fork { size });
        }
        if request.old != size {
            return Err(Refusal::OtherSize { size });
        }
        verify_consistency(size, &root, new.size, &new.root, &request.proof).map_err(Refusal::Proof)?;
        // on the disk before the signature leaves: after a crash the witness knows what it may have signed. The
        // lines of others are left out; they are not covered by the log's signature
        let plain = Note {
            text: signed.note().text.clone(),
            signatures: signed.note().lines_of(log).cloned().collect(),
        };
        self.storage
            .put(&seen_path(log.name()), plain.format().as_bytes())
            .map_err(|error| Refusal::Failed(error.to_string()))?;
        let line = cosign(&plain, &self.vkey, &self.secret, now)
            .map_err(|error| Refusal::Failed(error.to_string()))?;
        let only = Note { text: plain.text, signatures: vec![line] };
        let formatted = only.format();
        let lines = formatted.split_once("\n\n").map(|(_, lines)| lines.to_owned());
        lines.ok_or_else(|| Refusal::Failed("the signature cannot be written".to_owned()))
    }

    /// Two signed checkpoints of one size with two roots prove a fork by themselves.
    fn keep_evidence(
        &self,
        log: &VKey,
        seen: &SignedCheckpoint,
        other: &SignedCheckpoint,
    ) -> Result<(), WitnessFault> {
        let evidence = ForkEvidence::new(log, seen, other, &other.checkpoint().root, &[]);
        let damaged = |why: String| WitnessFault::Damaged { path: "alarms".to_owned(), why };
        let bytes = evidence.to_bytes().map_err(|error| damaged(error.to_string()))?;
        let name = format!("alarms/fork-{}.json", Digest::of(&bytes).short());
        self.storage.put(&name, &bytes).map_err(|source| WitnessFault::Io { path: name.clone(), source })
    }
}

/// Where the last checkpoint of a log lies: under the digest of its name, which can hold any character.
fn seen_path(origin: &str) -> String {
    format!("seen/{}", Digest::of(origin.as_bytes()))
}

fn check_format(dir: &Path) -> Result<(), WitnessFault> {
    match fs::read_to_string(dir.join("format")) {
        Ok(text) if text.trim_end() == FORMAT => Ok(()),
        _ => Err(WitnessFault::NoWitness(dir.display().to_string())),
    }
}

fn read_logs(dir: &Path) -> Result<Vec<VKey>, WitnessFault> {
    let path = dir.join(LOGS);
    let shown = path.display().to_string();
    let text =
        fs::read_to_string(&path).map_err(|source| WitnessFault::Io { path: shown.clone(), source })?;
    let policy = Policy::parse(&format!("{text}quorum none\n"))
        .map_err(|error| WitnessFault::Damaged { path: shown, why: error.to_string() })?;
    Ok(policy.logs.into_iter().map(|log| log.vkey).collect())
}
