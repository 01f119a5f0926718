//! Moving the journal and the documents of a home: from its directory to where several machines reach them, and back.
//!
//! Everything is compared on the way: each tile and entry with the signed root, each document with its digest; and once more where
//! it arrived, before the home is told of its new place. The moment at which it moves is the writing of `format`. The old place
//! is kept: a directory under another name, a database as a copy to which nobody appends any more.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use countersign_log::{
    AppendFault, CopyFault, FsStorage, Log, OpenFault, Storage, StorageFault, Writer, copy_tiles, fsck,
    hand_over, put_signed, retire,
};
use countersign_model::Digest;

use crate::blobs::Blobs;
use crate::fault::StoreFault;
use crate::format::{HOME_FORMAT, HOME_FORMAT_ELSEWHERE};
use crate::home::{load_journal_key, public_keys, write};
use crate::places::{Place, Places, STORAGE};

/// How many threads copy documents.
const AT_ONCE: usize = 8;
/// How many documents a thread writes together, and of how many bytes at most (one more may begin below that).
const DOCUMENTS: usize = 64;
const BYTES: u64 = 8 << 20;

/// What was moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// How many entries the journal has.
    pub entries: u64,
    /// Its root.
    pub root: Digest,
    /// How many documents there are.
    pub documents: u64,
    /// How many bytes they have.
    pub bytes: u64,
}

/// Moves a home to `to`; `None`: into its directory. Waits so long for writers to end.
///
/// # Errors
/// Where it cannot be read or does not hold, where something else is in the new place, or a writer does not end. The home is then
/// where it was.
pub fn migrate(home: &Path, to: Option<&Place>, wait: Duration) -> Result<Moved, StoreFault> {
    let from = Place::of(home)?;
    if from.as_ref() == to {
        return Err(StoreFault::InPlace);
    }
    let (vkey, _) = public_keys(home)?;
    let io = |source| StoreFault::Io { path: home.display().to_string(), source };
    let source = Places::of(home)?;
    // held until the home knows its new place, so that nothing is recorded in the old one meanwhile
    let opened = Writer::open(source.journal.clone(), load_journal_key(home)?, wait);
    let (_writer, _lock);
    let log = match opened {
        Ok(writer) => {
            _writer = writer;
            Log::open(source.journal.clone(), &vkey)?
        }
        // a move away that was killed after it had ended the decisions there
        Err(AppendFault::Open(OpenFault::HeadMissing)) => {
            _lock = source.journal.lock(wait)?;
            Log::open(source.journal.clone(), &vkey)?
        }
        Err(fault) => return Err(fault.into()),
    };
    let target = match to {
        Some(place) => Places::at(place)?,
        None => Places::in_directory(home).map_err(io)?,
    };
    let _target_lock = target.journal.lock(wait)?;
    let (documents, bytes) = copy_documents(&source, &target)?;
    copy_journal(&log, &target, &vkey)?;
    let report = fsck(target.journal.as_ref(), &vkey).map_err(|fault| StoreFault::Read(fault.into()))?;
    if let Some(fault) = report.faults.first() {
        return Err(StoreFault::Copy(fault.to_string()));
    }
    if report.checkpoint.as_ref() != Some(log.checkpoint()) {
        return Err(StoreFault::Copy("its checkpoint is another".to_owned()));
    }
    if target.journal.is_shared() && !hand_over(target.journal.as_ref(), log.signed()).map_err(stored)? {
        return Err(StoreFault::Occupied("somebody appended to it meanwhile".to_owned()));
    }
    if let Some(place) = to {
        put(home, STORAGE, &place.text())?;
        write(home, "format", HOME_FORMAT_ELSEWHERE)?;
    } else {
        write(home, "format", HOME_FORMAT)?;
    }
    // from here on it is in its new place; what follows puts the old one aside
    if source.journal.is_shared() {
        retire(source.journal.as_ref()).map_err(stored)?;
    }
    if from.is_none() {
        for name in ["journal", "blobs"] {
            put_aside(home, name).map_err(io)?;
        }
    }
    if to.is_none() {
        fs::remove_file(home.join(STORAGE)).map_err(io)?;
    }
    Ok(Moved { entries: log.size(), root: log.checkpoint().root, documents, bytes })
}

fn stored(fault: StorageFault) -> StoreFault {
    StoreFault::Read(fault.into())
}

/// Copies every document, and reads it again where it arrived. Gives how many, and their bytes. Several at the same time: each waits for
/// a disk or a network far longer than for this machine.
fn copy_documents(source: &Places, target: &Places) -> Result<(u64, u64), StoreFault> {
    let (from, to) = (Blobs::over(source.documents.clone()), Blobs::over(target.documents.clone()));
    let listed = from.list().map_err(|source| StoreFault::Io { path: "documents".to_owned(), source })?;
    let rest = Mutex::new(listed.into_iter().filter_map(|(_, digest)| digest));
    let failed = AtomicBool::new(false);
    let work = || {
        let (mut count, mut size) = (0, 0);
        while !failed.load(Ordering::Relaxed) {
            let (some, bytes) =
                copy_some(&from, &to, &rest).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
            if some == 0 {
                break;
            }
            count += some;
            size += bytes;
        }
        Ok((count, size))
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        let mut whole = (0, 0);
        for worker in workers {
            let done: Result<(u64, u64), StoreFault> =
                worker.join().unwrap_or_else(|_| Err(StoreFault::Copy("a thread ended early".to_owned())));
            let (count, size) = done?;
            whole = (whole.0 + count, whole.1 + size);
        }
        Ok(whole)
    })
}

/// Copies the next few documents. How many, and their bytes.
fn copy_some(
    from: &Blobs,
    to: &Blobs,
    rest: &Mutex<impl Iterator<Item = Digest>>,
) -> Result<(u64, u64), StoreFault> {
    let (mut documents, mut size) = (Vec::new(), 0);
    while documents.len() < DOCUMENTS && size < BYTES {
        let Some(digest) = rest.lock().unwrap_or_else(PoisonError::into_inner).next() else { break };
        let bytes = from.get(&digest)?;
        size += bytes.len() as u64;
        documents.push((digest, bytes));
    }
    to.put_all(documents.iter().map(|(_, bytes)| bytes.as_slice()))?;
    for (digest, _) in &documents {
        to.get(digest)?;
    }
    Ok((documents.len() as u64, size))
}

/// Copies the journal over an earlier state of itself, if one is there, and over nothing else.
fn copy_journal(log: &Log, target: &Places, vkey: &countersign_verify::VKey) -> Result<(), StoreFault> {
    let storage = target.journal.as_ref();
    let occupied = |why: String| Err(StoreFault::Occupied(why));
    let there = match Log::open(target.journal.clone(), vkey) {
        Ok(there) => there.size(),
        Err(OpenFault::NoLog) => 0,
        Err(OpenFault::Storage(fault)) => return Err(stored(fault)),
        Err(fault) => return occupied(fault.to_string()),
    };
    if there > 0 {
        let earlier = Log::open(target.journal.clone(), vkey)?;
        if there > log.size() || log.root_at(there)? != earlier.checkpoint().root {
            return occupied(format!("it has {there} entries that this journal does not have"));
        }
        let decided = storage.is_shared() && storage.get("head").map_err(|e| io_at("head", e))?.is_some();
        if decided && there < log.size() {
            return occupied("it is written to there".to_owned());
        }
    }
    let superseded = copy_tiles(log, there, storage).map_err(|fault| match fault {
        CopyFault::Read(fault) => StoreFault::Read(fault),
        other => StoreFault::Copy(other.to_string()),
    })?;
    put_signed(storage, log.signed()).map_err(stored)?;
    superseded.remove(storage);
    Ok(())
}

fn io_at(path: &str, source: io::Error) -> StoreFault {
    StoreFault::Io { path: path.to_owned(), source }
}

fn put(home: &Path, path: &str, text: &str) -> Result<(), StoreFault> {
    FsStorage::create(home)
        .and_then(|storage| storage.put(path, text.as_bytes()))
        .map_err(|source| StoreFault::Io { path: home.join(path).display().to_string(), source })
}

/// Gives a directory that is no longer used a name by which nothing opens it.
fn put_aside(home: &Path, name: &str) -> io::Result<()> {
    let old = home.join(name);
    for number in 0u32.. {
        let new =
            home.join(if number == 0 { format!("{name}.moved") } else { format!("{name}.moved-{number}") });
        if !new.exists() {
            return fs::rename(&old, &new);
        }
    }
    Ok(())
}
