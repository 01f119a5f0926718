//! What an executor is told: the argument of the screening function, the same for every chunk of a run.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use countersign_bulk::Format;
use countersign_model::Digest;
use countersign_operations::dispositions::normalised;
use countersign_operations::failure::Failure;
use countersign_screening::{ALGORITHM, Index, Profile};
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// The version of what goes over the network. Another one is refused.
const VERSION: &str = concat!("countersign-bulk/2 ", env!("CARGO_PKG_VERSION"));

/// Orders. As JSON they are a literal in the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Orders {
    /// Which program gave them.
    pub(crate) version: String,
    /// The matching rules.
    pub(crate) algorithm: String,
    /// Where the files of the run lie.
    pub(crate) place: String,
    /// SHA-256 of the index file.
    pub(crate) index: Digest,
    /// What the index is an index of.
    pub(crate) content: String,
    /// SHA-256 of the file of names about which people decided something.
    pub(crate) decided: Digest,
    /// How strictly is screened.
    pub(crate) profile: Profile,
    /// How the output is written.
    pub(crate) format: Format,
    /// Whether parties without a possible match are written too.
    pub(crate) every_party: bool,
}

impl Orders {
    /// What this program writes as `version`.
    pub(crate) fn version() -> String {
        VERSION.to_owned()
    }

    /// The name of the index in the place of the run.
    pub(crate) fn index_name(&self) -> String {
        format!("index-{}", self.index)
    }

    /// The name of the file of decided names.
    pub(crate) fn decided_name(&self) -> String {
        format!("decided-{}.json", self.decided)
    }
}

/// Orders with what they name at hand.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) orders: Orders,
    pub(crate) index: Index,
    decided: BTreeSet<String>,
}

impl Ready {
    /// Whether people decided anything about a party of this name.
    pub(crate) fn is_decided(&self, name: &str) -> bool {
        !self.decided.is_empty() && self.decided.contains(&normalised(name))
    }
}

/// Where this process keeps copies of indexes; unset, an index in a directory is used where it lies.
static CACHE: OnceLock<PathBuf> = OnceLock::new();

/// Names the directory for copies of indexes, once for the process.
pub(crate) fn keep_copies_in(folder: PathBuf) -> Result<(), Failure> {
    fs::create_dir_all(&folder).map_err(|e| Failure::unreadable(&folder, &e))?;
    // a second name is never given
    let _: Result<(), PathBuf> = CACHE.set(folder);
    Ok(())
}

/// The orders in a literal, with the index fetched and compared once for the process.
///
/// # Errors
/// Where they are of another program or other rules, or a file is not what its digest says.
pub(crate) fn ready(text: &str) -> Result<Arc<Ready>, Failure> {
    static READY: Mutex<Option<HashMap<String, Arc<Ready>>>> = Mutex::new(None);
    // held while it is fetched: the others would fetch the same
    let mut all = READY.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_with(HashMap::new);
    if let Some(ready) = all.get(text) {
        return Ok(ready.clone());
    }
    let orders: Orders = serde_json::from_str(text).map_err(|e| {
        Failure::Input(format!("the orders of this run are of another version of countersign-bulk ({e})"))
    })?;
    if orders.version != VERSION {
        return Err(Failure::Input(format!(
            "the run is of `{}`, and this is `{VERSION}`; use one version on every node",
            orders.version
        )));
    }
    if orders.algorithm != ALGORITHM {
        return Err(Failure::Input(format!(
            "the run is by the matching rules `{}`, and this program has `{ALGORITHM}`; use one version on every node",
            orders.algorithm
        )));
    }
    // in a thread and a runtime of their own: this is called from within others
    let fetched = std::thread::scope(|scope| {
        scope
            .spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map_err(|e| Failure::Program(e.to_string()))?;
                runtime.block_on(fetch(&orders))
            })
            .join()
            .unwrap_or_else(|_| Err(Failure::Program("the index could not be fetched".to_owned())))
    })?;
    let (index, decided) = fetched;
    let ready = Arc::new(Ready { orders, index, decided });
    // an index is large: only that of the present run is held
    all.clear();
    all.insert(text.to_owned(), ready.clone());
    Ok(ready)
}

async fn fetch(orders: &Orders) -> Result<(Index, BTreeSet<String>), Failure> {
    let place = Place::open(&orders.place)?;
    let name = orders.index_name();
    let copies = CACHE.get().cloned();
    let (path, found) = match (place.path(&name), copies) {
        (Some(path), None) => (path, place.digest(&name).await?),
        (_, copies) => {
            let folder = copies.unwrap_or_else(|| std::env::temp_dir().join("countersign-bulk"));
            fs::create_dir_all(&folder).map_err(|e| Failure::unreadable(&folder, &e))?;
            let path = folder.join(&name);
            let here = crate::place::digest_of(&path).ok().filter(|found| *found == orders.index);
            match here {
                Some(found) => (path, found),
                None => {
                    let found = place.fetch(&name, &path).await?;
                    (path, found)
                }
            }
        }
    };
    if found != orders.index {
        return Err(wrong(&place, &name, &orders.index, &found));
    }
    let index = Index::open_trusted(&path, &orders.content)
        .map_err(|e| Failure::Program(format!("the index of the run cannot be opened: {e}")))?;
    let name = orders.decided_name();
    let bytes = place
        .get(&name)
        .await?
        .ok_or_else(|| Failure::Program(format!("`{}/{name}` is missing", place.address())))?;
    if Digest::of(&bytes) != orders.decided {
        return Err(wrong(&place, &name, &orders.decided, &Digest::of(&bytes)));
    }
    let decided = serde_json::from_slice(&bytes)
        .map_err(|e| Failure::Program(format!("`{}/{name}` cannot be read: {e}", place.address())))?;
    Ok((index, decided))
}

fn wrong(place: &Place, name: &str, asked: &Digest, found: &Digest) -> Failure {
    Failure::Program(format!(
        "`{}/{name}` has the digest {found}, and the run asks for {asked}: it was changed or cut short; nothing is screened with \
         it. Remove the place of the run and begin it again",
        place.address()
    ))
}
