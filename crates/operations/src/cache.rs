//! Indexes in the home's cache: each under the digest of what it is an index of and of the matching rules.
//!
//! Nothing here is evidence: a missing or damaged file is made anew from the snapshots, and a replay never reads one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use countersign_model::Digest;
use countersign_screening::{ALGORITHM, Index};
use countersign_store::Store;

/// How many indexes are kept: the present one, and those of days asked about.
const KEPT: usize = 4;
const ENDING: &str = "index";

/// What the entities in an index mean. To be raised whenever `model`, `history` or this room make other entities of the same
/// snapshots: an index in a cache would be one of the old ones otherwise. A test holds a fixed snapshot to it.
const MEANING: &str = "entities/1";

/// Where the index of `content` lies.
pub fn path(store: &Store, content: &str) -> PathBuf {
    let digest = Digest::of(format!("{ALGORITHM}\n{MEANING}\n{content}").as_bytes()).to_string();
    let short: String = digest.chars().take(32).collect();
    store.cache().join(format!("screening-{short}.{ENDING}"))
}

/// Keeps an index, and removes those that were not written for longest. Where the home cannot be written, the index is
/// built again next time.
pub fn keep(index: &Index, path: &Path) {
    if index.write(path).is_err() {
        return;
    }
    let Some(folder) = path.parent().and_then(|folder| fs::read_dir(folder).ok()) else { return };
    let mut files: Vec<(SystemTime, PathBuf)> = folder
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|e| e == ENDING))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(KEPT);
    for (_, old) in files.iter().take(surplus).filter(|(_, old)| old != path) {
        // one that cannot be removed takes room and does no other harm
        let _ = fs::remove_file(old);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Snapshot;
    use countersign_model::SourceId;

    /// One entity of each kind of fact that an index keeps.
    const SNAPSHOT: &str = r#"{"id":"a","schema":"Person","source":"un_sc","properties":{"name":["Ignatius Quillfeather"],"weakAlias":["Quill"],"birthDate":["1961-02"],"nationality":["fr"],"address":["12 Rue Basse, 69001 Lyon"]},"listings":[]}"#;

    #[test]
    fn what_entities_mean_changes_with_its_version_only() {
        let source = SourceId::new("un_sc").unwrap();
        let entities = Snapshot::parse(&source, format!("{SNAPSHOT}\n").as_bytes()).unwrap();
        let names: Vec<&str> = entities.iter().flat_map(|e| e.names()).map(|n| n.text).collect();
        let read = serde_json::to_value(&entities).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&format!("[{SNAPSHOT}]")).unwrap();
        assert_eq!(
            (MEANING, read, names),
            ("entities/1", expected, vec!["Ignatius Quillfeather", "Quill"]),
            "snapshots are read otherwise than before: raise MEANING, then what is expected here"
        );
    }
}
