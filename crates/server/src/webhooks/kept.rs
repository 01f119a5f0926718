//! The webhooks of a home: `webhooks/ID.json` each, written anew as a whole at every change; and their key.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use countersign_operations::failure::Failure;

use super::sign::Master;
use super::webhook::Webhook;

/// The most webhooks of a home.
const MOST: usize = 64;

/// The webhooks.
#[derive(Debug)]
pub(crate) struct Webhooks {
    folder: PathBuf,
    all: Mutex<BTreeMap<String, Webhook>>,
    /// Those whose messages are being sent.
    busy: Mutex<BTreeSet<String>>,
    stopping: AtomicBool,
}

/// Why a webhook is not there, or not made.
#[derive(Debug)]
pub(crate) enum Refused {
    /// There is none with this id.
    Unknown,
    /// There are as many as there may be.
    Full,
    /// The machine failed.
    Failed(Failure),
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Program(format!("`{}` cannot be used: {error}", path.display()))
}

impl Webhooks {
    /// Reads those of a home.
    ///
    /// # Errors
    /// A file that cannot be read; the server does not start then.
    pub(crate) fn open(home: &Path) -> Result<Self, Failure> {
        let folder = home.join("webhooks");
        let mut all = BTreeMap::new();
        match std::fs::read_dir(&folder) {
            Ok(files) => {
                for file in files {
                    let path = file.map_err(|e| failed(&folder, &e))?.path();
                    if path.extension().is_none_or(|e| e != "json") {
                        continue;
                    }
                    let bytes = std::fs::read(&path).map_err(|e| failed(&path, &e))?;
                    let webhook: Webhook = serde_json::from_slice(&bytes).map_err(|e| {
                        Failure::Program(format!(
                            "`{}` is no webhook: {e}; put it back from your backup",
                            path.display()
                        ))
                    })?;
                    all.insert(webhook.id.clone(), webhook);
                }
            }
            Err(none) if none.kind() == std::io::ErrorKind::NotFound => {}
            Err(other) => return Err(failed(&folder, &other)),
        }
        let (busy, stopping) = (Mutex::default(), AtomicBool::new(false));
        Ok(Self { folder, all: Mutex::new(all), busy, stopping })
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Webhook>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All of them, by id.
    pub(crate) fn list(&self) -> Vec<Webhook> {
        self.all().values().cloned().collect()
    }

    /// One of them.
    pub(crate) fn get(&self, id: &str) -> Option<Webhook> {
        self.all().get(id).cloned()
    }

    /// Whether there is room for one more.
    pub(crate) fn room(&self) -> Result<(), Refused> {
        if self.all().len() < MOST { Ok(()) } else { Err(Refused::Full) }
    }

    /// A new one. Durable on return.
    pub(crate) fn add(&self, webhook: Webhook) -> Result<(), Refused> {
        let mut all = self.all();
        if all.len() >= MOST {
            return Err(Refused::Full);
        }
        self.write(&webhook).map_err(Refused::Failed)?;
        all.insert(webhook.id.clone(), webhook);
        Ok(())
    }

    /// Changes one. Durable on return.
    pub(crate) fn change(&self, id: &str, change: impl FnOnce(&mut Webhook)) -> Result<Webhook, Refused> {
        let mut all = self.all();
        let kept = all.get_mut(id).ok_or(Refused::Unknown)?;
        let mut changed = kept.clone();
        change(&mut changed);
        self.write(&changed).map_err(Refused::Failed)?;
        *kept = changed.clone();
        Ok(changed)
    }

    /// Forgets one.
    pub(crate) fn remove(&self, id: &str) -> Result<(), Refused> {
        let mut all = self.all();
        if !all.contains_key(id) {
            return Err(Refused::Unknown);
        }
        let file = self.file(id);
        std::fs::remove_file(&file).map_err(|e| Refused::Failed(failed(&file, &e)))?;
        all.remove(id);
        Ok(())
    }

    /// The key from which secrets are made.
    pub(super) fn master(&self) -> Result<Master, Failure> {
        self.begin()?;
        let file = self.folder.join("secrets.key");
        Master::open(&file).map_err(|e| failed(&file, &e))
    }

    /// The secret of a webhook, to be told once.
    pub(crate) fn secret(&self, webhook: &Webhook) -> Result<String, Failure> {
        Ok(self.master()?.told(&webhook.id, webhook.generation))
    }

    /// Takes the turn of one; false where another has it.
    pub(super) fn take(&self, id: &str) -> bool {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned())
    }

    /// Gives the turn back.
    pub(super) fn give_back(&self, id: &str) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Begins nothing new.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    fn begin(&self) -> Result<(), Failure> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder).map_err(|e| failed(&self.folder, &e))
    }

    fn write(&self, webhook: &Webhook) -> Result<(), Failure> {
        self.begin()?;
        let file = self.file(&webhook.id);
        let half = file.with_extension("tmp");
        let written = || -> std::io::Result<()> {
            let mut out = File::create(&half)?;
            out.write_all(&serde_json::to_vec_pretty(webhook)?)?;
            out.sync_all()?;
            std::fs::rename(&half, &file)?;
            File::open(&self.folder)?.sync_all()
        };
        written().map_err(|e| failed(&file, &e))
    }
}
