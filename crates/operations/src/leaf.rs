//! What the log of a journal or a register says of an entry, as listings give it.

use std::collections::BTreeMap;

use countersign_model::Digest;
use countersign_store::{DocumentName, Leaf};
use countersign_verify::{ABOUT, SIGNED_BY};
use serde_json::{Value, json};

/// An entry of a register.
pub fn leaf_json(index: u64, leaf: &Leaf) -> Value {
    json!({
        "index": index,
        "time": leaf.time.as_str(),
        "kind": leaf.kind.as_str(),
        "about": leaf.extra.get(ABOUT).map(|about| about.split(' ').collect::<Vec<_>>()),
        "signer": leaf.extra.get(SIGNED_BY),
        "record": leaf.sha256,
        "documents": documents(&leaf.documents),
    })
}

/// The documents of an entry, by name and digest.
pub fn documents(documents: &BTreeMap<DocumentName, Digest>) -> Vec<Value> {
    documents.iter().map(|(name, digest)| json!({"name": name.as_str(), "sha256": digest})).collect()
}
