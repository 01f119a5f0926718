//! Where answers are kept, and who is at work on one: in a folder of one server, or beside a journal of several.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use countersign_model::{Date, Digest};
use countersign_operations::failure::Failure;
use countersign_store::{Common, UtcTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::key::Key;
use crate::problem::Problem;

/// How long an answer is kept.
const KEPT: Duration = Duration::from_hours(24);
/// After so many answers in a folder the old ones are removed.
const SWEEP: usize = 1_000;
/// After so long nobody is at work on an answer any more: the server was killed. Twice what a request may take.
const GIVEN_UP: SignedDuration = SignedDuration::from_mins(2);

/// Where answers are kept.
#[derive(Debug, Clone)]
pub(crate) struct Answers(Arc<Place>);

#[derive(Debug)]
enum Place {
    /// A file each, and the keys on which this server, which is the only one, is at work.
    Folder { folder: PathBuf, busy: Mutex<HashSet<Digest>> },
    /// A file each in a folder for each day, and the day on which old ones were removed last.
    Common { files: Common, swept: Mutex<Option<Date>> },
}

/// What is kept of a key.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    request: Digest,
    /// Of several servers: since when one is at work on the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<Value>,
}

/// Where a key stands.
pub(super) enum Begun {
    /// It was answered so.
    Answered(Value),
    /// It was used for another request.
    OfAnother,
    /// Another request with it is at work.
    AtWork,
    /// Nobody has done its work: it is to be done here.
    Here(Turn),
}

impl Answers {
    /// Those of a home.
    ///
    /// # Errors
    /// Where it cannot be told where its journal is.
    pub(crate) fn open(home: &Path) -> Result<Self, Failure> {
        // a home that is not there yet is begun by the first record, in its directory
        let common = if home.join("format").exists() {
            Common::of(home, "answers").map_err(|e| Failure::Program(e.to_string()))?
        } else {
            None
        };
        Ok(Self(Arc::new(match common {
            Some(files) => Place::Common { files, swept: Mutex::default() },
            None => Place::Folder { folder: home.join("cache").join("idempotency"), busy: Mutex::default() },
        })))
    }

    /// Looks at a key, and takes its work where nobody has.
    pub(super) async fn begin(self, key: Key, now: &UtcTime) -> Result<Begun, Problem> {
        let now: Timestamp = now.as_str().parse().map_err(|e| Problem::program(&e))?;
        blocking(move || match self.0.as_ref() {
            Place::Folder { folder, busy } => Ok(self.begin_here(folder, busy, key)),
            Place::Common { files, .. } => self.begin_among_several(files, key, now),
        })
        .await
    }

    fn begin_here(&self, folder: &Path, busy: &Mutex<HashSet<Digest>>, key: Key) -> Begun {
        if !busy.lock().unwrap_or_else(PoisonError::into_inner).insert(key.key) {
            return Begun::AtWork;
        }
        // gives the key back where it is dropped
        let turn = Turn { answers: self.clone(), key, claim: None };
        match load(&in_folder(folder, key)) {
            Some(kept) if kept.request != key.request => Begun::OfAnother,
            Some(Kept { answer: Some(answer), .. }) => Begun::Answered(answer),
            _ => Begun::Here(turn),
        }
    }

    fn begin_among_several(&self, files: &Common, key: Key, now: Timestamp) -> io::Result<Begun> {
        let today = now.to_zoned(TimeZone::UTC).date();
        let mine = serde_json::to_vec(&Kept { request: key.request, since: Some(now), answer: None })?;
        let mut old = None;
        for day in [Some(today), today.yesterday().ok()].into_iter().flatten() {
            let Some(bytes) = files.get(&of_day(day, key))? else { continue };
            let kept: Kept = serde_json::from_slice(&bytes)?;
            match kept.answer {
                Some(_) if kept.request != key.request => return Ok(Begun::OfAnother),
                Some(answer) => return Ok(Begun::Answered(answer)),
                None if kept.since.is_some_and(|since| now.duration_since(since).abs() < GIVEN_UP) => {
                    return Ok(Begun::AtWork);
                }
                // given up: it is taken over
                None if day == today => old = Some(bytes),
                None => {}
            }
        }
        let path = of_day(today, key);
        if !files.replace(&path, old.as_deref(), &mine)? {
            // another server was a moment earlier
            return Ok(Begun::AtWork);
        }
        Ok(Begun::Here(Turn { answers: self.clone(), key, claim: Some(Claim { path, mine, today }) }))
    }
}

/// The right to do the work of a key.
pub(super) struct Turn {
    answers: Answers,
    key: Key,
    claim: Option<Claim>,
}

/// What tells other servers that this one is at work.
struct Claim {
    path: String,
    mine: Vec<u8>,
    today: Date,
}

impl Turn {
    /// The work is done, and gave this; or it failed, and may be done anew.
    pub(super) async fn end(self, answer: Option<&Value>) {
        let answer = answer.cloned();
        let kept = blocking(move || self.keep(answer)).await;
        if let Err(why) = kept {
            // what was recorded is recorded; only asking again will record it again
            tracing::warn!(why = why.detail(), "an idempotency key could not be kept");
        }
    }

    fn keep(&self, answer: Option<Value>) -> io::Result<()> {
        let request = self.key.request;
        match (self.answers.0.as_ref(), &self.claim) {
            (Place::Folder { folder, .. }, _) => match answer {
                Some(answer) => {
                    keep(&in_folder(folder, self.key), &Kept { request, since: None, answer: Some(answer) })
                }
                None => Ok(()),
            },
            (Place::Common { files, swept }, Some(Claim { path, mine, today })) => {
                // without an answer and without a time: nobody is at work on it
                let kept = serde_json::to_vec(&Kept { request, since: None, answer })?;
                if !files.replace(path, Some(mine), &kept)? {
                    return Err(io::Error::other("it took so long that another server took it over"));
                }
                let mut swept = swept.lock().unwrap_or_else(PoisonError::into_inner);
                if *swept != Some(*today) {
                    sweep(files, *today)?;
                    *swept = Some(*today);
                }
                Ok(())
            }
            (Place::Common { .. }, None) => Ok(()),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Place::Folder { busy, .. } = self.answers.0.as_ref() {
            busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key.key);
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await.map_err(|e| Problem::program(&e))?;
    done.map_err(|e| Problem::program(&e))
}

fn in_folder(folder: &Path, key: Key) -> PathBuf {
    folder.join(format!("{}.json", key.key))
}

fn of_day(day: Date, key: Key) -> String {
    format!("{day}/{}.json", key.key)
}

/// Removes the answers of days before yesterday.
fn sweep(files: &Common, today: Date) -> io::Result<()> {
    let Ok(yesterday) = today.yesterday() else { return Ok(()) };
    for path in files.list()? {
        let day = path.split_once('/').and_then(|(day, _)| day.parse::<Date>().ok());
        if day.is_some_and(|day| day < yesterday) {
            files.delete(&path)?;
        }
    }
    Ok(())
}

fn load(file: &Path) -> Option<Kept> {
    let age = std::fs::metadata(file).ok()?.modified().ok()?.elapsed().unwrap_or_default();
    if age > KEPT {
        return None;
    }
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

fn keep(file: &Path, kept: &Kept) -> io::Result<()> {
    let folder = file.parent().map_or_else(PathBuf::new, PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let half = file.with_extension("tmp");
    std::fs::write(&half, serde_json::to_vec(kept)?)?;
    std::fs::rename(&half, file)?;
    let files: Vec<PathBuf> = std::fs::read_dir(&folder)?.filter_map(|f| Some(f.ok()?.path())).collect();
    if files.len() > SWEEP {
        let old = SystemTime::now().checked_sub(KEPT);
        for file in files {
            let modified = std::fs::metadata(&file).and_then(|m| m.modified()).ok();
            if modified.is_some() && modified < old {
                std::fs::remove_file(&file)?;
            }
        }
    }
    Ok(())
}
