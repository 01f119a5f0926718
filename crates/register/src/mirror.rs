//! Copying a register: by its readers, who compare it with what they have, and by its keeper, who publishes it.
//!
//! Everything is checked on the way. A copy never goes back, and where the source contradicts it the copy stays as
//! it is and the contradiction is written down as evidence ([`countersign_verify::ForkEvidence`]).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use countersign_log::{
    CopyFault, FsStorage, Log, OpenFault, Relation, Storage, Under, compare, copy_tiles, put_signed,
};
use countersign_model::Digest;
use countersign_store::blob_path;
use countersign_verify::{Leaf, Policy, QuorumFault, SignedCheckpoint, VKey};
use countersign_witness::{AskFault, Asking};

use crate::dir::{
    REGISTER_FORMAT, Register, address, check_format, in_bucket, open_bucket, own_storage, read_vkey,
};
use crate::fault::RegisterFault;

/// How long two copies into one directory wait for each other.
const WAIT: Duration = Duration::from_secs(30);

/// Why a register was not copied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorFault {
    /// The log signed two histories.
    #[error(
        "ALARM: the register signed two histories that contradict each other. The copy was left as it is; the proof is \
         in `{evidence}`: anyone checks it with `countersign verify`. Tell others, and the keeper of the register"
    )]
    Fork {
        /// The file with the proof.
        evidence: String,
    },
    /// The source is an older state.
    #[error(
        "ALARM: the source shows {now} entries, and this copy has {kept} of the same log: the source was put back, or \
         hands out an old copy. The copy was left as it is"
    )]
    RolledBack {
        /// What the copy has.
        kept: u64,
        /// What the source shows.
        now: u64,
    },
    /// The key is another one than the copy's.
    #[error("`{dir}` is a copy of the register with the key `{kept}`, and the source has `{found}`")]
    OtherRegister {
        /// The copy.
        dir: String,
        /// Its key.
        kept: String,
        /// The key of the source, or the one that was given.
        found: String,
    },
    /// The source holds no register.
    #[error("`{0}` is no register: the file `{1}` is not there")]
    NoRegister(String, &'static str),
    /// The source's log cannot be opened.
    #[error("the source: {0}")]
    Source(#[from] OpenFault),
    /// Copying failed, or a tile or entry does not hold.
    #[error("the source: {0}")]
    Copy(#[from] CopyFault),
    /// A document has other bytes than its digest says.
    #[error("the source: the document `{expected}` has the SHA-256 {found}: it was changed")]
    Document {
        /// Its name.
        expected: Digest,
        /// What its bytes give.
        found: Digest,
    },
    /// Too few witnesses cosigned.
    #[error("{0}")]
    Quorum(#[from] QuorumFault),
    /// Too few witnesses would cosign; nothing was published.
    #[error("nothing was published: {0}")]
    Witnesses(#[from] AskFault),
    /// The rest.
    #[error(transparent)]
    Register(#[from] RegisterFault),
}

impl MirrorFault {
    /// Whether it is an alarm, and no mere failure.
    pub fn is_alarm(&self) -> bool {
        matches!(self, Self::Fork { .. } | Self::RolledBack { .. })
    }
}

/// What copying did.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Copied {
    /// The key of the log.
    pub vkey: VKey,
    /// How many entries the copy had.
    pub from: u64,
    /// How many it has.
    pub size: u64,
    /// How many documents were copied.
    pub documents: u64,
    /// How many documents of new entries the source does not have: withheld or erased.
    pub absent: u64,
    /// How many witnesses of the policy cosigned the checkpoint.
    pub cosigned: usize,
    /// Witnesses that did not answer, and why.
    pub unanswered: Vec<(String, String)>,
}

/// The key that a source calls its own. Whoever believes it trusts the source.
pub fn key_of(source: &Arc<dyn Storage>, shown: &str) -> Result<VKey, MirrorFault> {
    let io = |source| RegisterFault::Io { path: shown.to_owned(), source };
    let bytes = source
        .get("register.vkey")
        .map_err(io)?
        .ok_or_else(|| MirrorFault::NoRegister(shown.to_owned(), "register.vkey"))?;
    let text = String::from_utf8_lossy(&bytes);
    let key = text.trim_end().parse();
    Ok(key.map_err(|error| RegisterFault::LogKey { path: shown.to_owned(), why: format!("{error}") })?)
}

/// Copies the register in `source` whose log has `vkey` into `dir`, or brings the copy in `dir` up to date.
/// With a policy, its quorum of witnesses must have cosigned the source's checkpoint.
pub fn mirror(
    source: &Arc<dyn Storage>,
    vkey: &VKey,
    dir: &Path,
    policy: Option<&Policy>,
) -> Result<Copied, MirrorFault> {
    let target = copy_dir(dir, vkey)?;
    let target_log: Arc<dyn Storage> = Arc::new(Under::new(target.clone(), "log"));
    let _lock = match address(dir) {
        Some(_) => target.lock(WAIT),
        None => FsStorage::open(dir.join("log"))
            .map_err(|source| RegisterFault::Io { path: dir.display().to_string(), source })?
            .lock(WAIT),
    }
    .map_err(RegisterFault::from)?;
    let new = Log::open(Arc::new(Under::new(source.clone(), "log")), vkey)?;
    // a contradiction is evidence, whoever cosigned it
    let from = match Log::open(target_log.clone(), vkey) {
        Ok(kept) => {
            ahead(&kept, &new, target.as_ref(), dir)?;
            kept.size()
        }
        Err(OpenFault::NoLog | OpenFault::CheckpointMissing(_)) => 0,
        Err(fault) => return Err(RegisterFault::from(fault).into()),
    };
    let cosigned = match policy {
        Some(policy) => policy.check(new.signed())?.len(),
        None => 0,
    };
    let (documents, absent) = copy_documents(&new, from, source.as_ref(), target.as_ref())?;
    let superseded = copy_tiles(&new, from, target_log.as_ref())?;
    put_signed(target_log.as_ref(), new.signed()).map_err(CopyFault::Write)?;
    superseded.remove(target_log.as_ref());
    Ok(Copied {
        vkey: vkey.clone(),
        from,
        size: new.size(),
        documents,
        absent,
        cosigned,
        unanswered: Vec::new(),
    })
}

/// Makes the directory of a copy, or checks that it is one of this register.
fn copy_dir(dir: &Path, vkey: &VKey) -> Result<Arc<dyn Storage>, MirrorFault> {
    let shown = dir.display().to_string();
    let io = |source| RegisterFault::Io { path: shown.clone(), source };
    match check_format(dir) {
        Ok(()) => {
            let kept = read_vkey(dir)?;
            if kept != *vkey {
                let (kept, found) = (kept.to_string(), vkey.to_string());
                return Err(MirrorFault::OtherRegister { dir: shown, kept, found });
            }
            if address(dir).is_none() && dir.join("keys").exists() {
                // a keeper's own directory is never overwritten from outside
                return Err(RegisterFault::Exists(shown).into());
            }
            Ok(own_storage(dir)?)
        }
        Err(RegisterFault::NoRegister(_)) if address(dir).is_some() => {
            let storage = open_bucket(&shown)?;
            let found = storage.list("").map_err(in_bucket(&shown))?;
            let ours = |path: &String| {
                path == "register.vkey" || path.starts_with("log/") || path.starts_with("documents/")
            };
            if !found.iter().all(ours) {
                return Err(RegisterFault::Exists(shown).into());
            }
            storage.put("register.vkey", format!("{vkey}\n").as_bytes()).map_err(in_bucket(&shown))?;
            storage.put("format", format!("{REGISTER_FORMAT}\n").as_bytes()).map_err(in_bucket(&shown))?;
            Ok(storage)
        }
        Err(RegisterFault::NoRegister(_)) => {
            let foreign = fs::read_dir(dir)
                .map(|entries| {
                    entries.flatten().any(|entry| {
                        !["log", "documents", "register.vkey"].iter().any(|n| entry.file_name() == *n)
                    })
                })
                .unwrap_or(false);
            if foreign {
                return Err(RegisterFault::Exists(shown).into());
            }
            let storage = FsStorage::create(dir).map_err(io)?;
            FsStorage::create(dir.join("log")).map_err(io)?;
            FsStorage::create(dir.join("documents")).map_err(io)?;
            storage.put("register.vkey", format!("{vkey}\n").as_bytes()).map_err(io)?;
            storage.put("format", format!("{REGISTER_FORMAT}\n").as_bytes()).map_err(io)?;
            Ok(Arc::new(storage))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The new log continues the kept one; or the alarm.
fn ahead(kept: &Log, new: &Log, own: &dyn Storage, dir: &Path) -> Result<(), MirrorFault> {
    match compare(kept, new).map_err(RegisterFault::from)? {
        Relation::Behind => Err(MirrorFault::RolledBack { kept: kept.size(), now: new.size() }),
        Relation::Fork(evidence) => {
            let bytes = evidence.to_bytes().map_err(|error| RegisterFault::NotSigned(error.to_string()))?;
            let name = format!("fork-{}.json", Digest::of(&bytes).short());
            let path: PathBuf = dir.join("alarms").join(&name);
            own.put(&format!("alarms/{name}"), &bytes)
                .map_err(|source| RegisterFault::Io { path: path.display().to_string(), source })?;
            Err(MirrorFault::Fork { evidence: path.display().to_string() })
        }
        _ => Ok(()),
    }
}

/// Copies the documents of the entries from `from` on, each compared with its digest.
fn copy_documents(
    log: &Log,
    from: u64,
    source: &dyn Storage,
    target: &dyn Storage,
) -> Result<(u64, u64), MirrorFault> {
    let mut done = BTreeSet::new();
    let (mut copied, mut absent) = (0, 0);
    for entry in log.entries(from) {
        let (index, bytes) = entry.map_err(RegisterFault::from)?;
        let leaf = Leaf::parse(&bytes).map_err(|fault| RegisterFault::from(fault).at(index))?;
        for digest in leaf.documents.values().chain([&leaf.sha256]) {
            if !done.insert(*digest) {
                continue;
            }
            let path = format!("documents/{}", blob_path(digest));
            let io = |source| RegisterFault::Io { path: path.clone(), source };
            let Some(bytes) = source.get(&path).map_err(io)? else {
                absent += 1;
                continue;
            };
            let found = Digest::of(&bytes);
            if found != *digest {
                return Err(MirrorFault::Document { expected: *digest, found });
            }
            if target.get(&path).map_err(io)?.is_none_or(|kept| kept != bytes) {
                target.put(&path, &bytes).map_err(io)?;
            }
            copied += 1;
        }
    }
    Ok((copied, absent))
}

impl Register {
    /// Publishes this register to `target`, a directory or an object store behind a web server: first the witnesses
    /// of the policy cosign the checkpoint; then documents and tiles, the checkpoint last. Without the quorum
    /// nothing is published. The cosigned checkpoint is kept here too, for bundles.
    pub fn publish(&self, target: &Arc<dyn Storage>, policy: &Policy) -> Result<Copied, MirrorFault> {
        let vkey = self.vkey().clone();
        let own = own_storage(self.dir())?;
        let target_log: Arc<dyn Storage> = Arc::new(Under::new(target.clone(), "log"));
        let from = match Log::open(target_log.clone(), &vkey) {
            Ok(kept) => {
                ahead(&kept, self.log(), own.as_ref(), self.dir())?;
                kept.size()
            }
            Err(OpenFault::NoLog | OpenFault::CheckpointMissing(_)) => 0,
            Err(fault) => return Err(fault.into()),
        };
        let asked = Asking::default().collect(self.log(), policy)?;
        let io = |path: &str| {
            let path = path.to_owned();
            move |source| RegisterFault::Io { path, source }
        };
        let (documents, absent) = copy_documents(self.log(), from, self.public().as_ref(), target.as_ref())?;
        target.put("register.vkey", format!("{vkey}\n").as_bytes()).map_err(io("register.vkey"))?;
        let superseded = copy_tiles(self.log(), from, target_log.as_ref())?;
        put_signed(target_log.as_ref(), &asked.signed).map_err(CopyFault::Write)?;
        target.put("format", format!("{REGISTER_FORMAT}\n").as_bytes()).map_err(io("format"))?;
        superseded.remove(target_log.as_ref());
        own.put("published", asked.signed.note().format().as_bytes()).map_err(io("published"))?;
        Ok(Copied {
            vkey,
            from,
            size: self.size(),
            documents,
            absent,
            cosigned: asked.cosignatures.len(),
            unanswered: asked.unanswered,
        })
    }

    /// The checkpoint that was published last, with its cosignatures.
    pub fn published(&self) -> Result<Option<SignedCheckpoint>, RegisterFault> {
        let path = self.dir().join("published").display().to_string();
        let kept = own_storage(self.dir())?.get("published");
        match kept.map_err(|source| RegisterFault::Io { path: path.clone(), source })? {
            Some(bytes) => SignedCheckpoint::verify(&bytes, self.vkey())
                .map(Some)
                .map_err(|error| RegisterFault::NotSigned(format!("`{path}`: {error}"))),
            None => Ok(None),
        }
    }
}
