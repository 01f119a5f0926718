//! What is remembered of a feed between two updates: how to ask for changes only, when it was last heard of, and what
//! went wrong. It lies in `cache/feeds/` of the home: it can be lost, and then everything is read again.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use countersign_feeds::Validators;
use countersign_model::{Digest, SourceId};
use countersign_store::Store;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// One feed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// The files by address.
    pub files: BTreeMap<String, Held>,
    /// When the publisher's address last confirmed what is in force, or gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<String>,
    /// When it was last asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
    /// What went wrong the last time; none if nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// A file as it last came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// What the server gave to tell this state of it from others.
    pub validators: Validators,
    /// Its digest: the bytes are a document of the home.
    pub sha256: Digest,
}

fn path(store: &Store, source: &SourceId) -> PathBuf {
    store.cache().join("feeds").join(format!("{}.json", source.file_stem()))
}

/// What is remembered of a feed. Whatever cannot be read is forgotten: then all of it is asked for again.
pub fn load(store: &Store, source: &SourceId) -> Feed {
    fs::read(path(store, source)).ok().and_then(|b| serde_json::from_slice(&b).ok()).unwrap_or_default()
}

/// Remembers it.
pub fn save(store: &Store, source: &SourceId, feed: &Feed) -> Result<(), Failure> {
    let path = path(store, source);
    let fault = |e: &dyn std::fmt::Display| {
        Failure::Program(format!("`{}` could not be written: {e}", path.display()))
    };
    let bytes = serde_json::to_vec_pretty(feed).map_err(|e| fault(&e))?;
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory).map_err(|e| fault(&e))?;
    }
    let half = path.with_extension("json.tmp");
    fs::write(&half, bytes).and_then(|()| fs::rename(&half, &path)).map_err(|e| fault(&e))
}
