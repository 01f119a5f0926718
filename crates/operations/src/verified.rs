//! What `verify/1` says of one bundle, the same on the command line and over MCP.

use countersign_verify::{Identity, Signer, Verified};
use serde_json::{Value, json};

/// A bundle that holds.
pub fn holds(verified: &Verified) -> Value {
    let withheld: Vec<Value> = verified
        .withheld
        .iter()
        .map(|(name, digest)| json!({"name": name.as_str(), "sha256": digest}))
        .collect();
    let signed_by = verified.signed_by.as_ref().map(|signer| match signer {
        Signer::Known { name, organisation, entry, .. } => {
            json!({"name": name, "organisation": organisation, "known_since_entry": entry})
        }
        // for this kind of record anyone may sign
        Signer::Public => json!({"name": null, "organisation": null, "known_since_entry": null}),
    });
    json!({
        "holds": true,
        "identity": if verified.identity == Identity::Trusted { "trusted" } else { "from_bundle" },
        "kind": verified.kind.as_str(),
        "subject": verified.leaf.subject,
        "time": verified.leaf.time.as_str(),
        "log": verified.log.to_string(),
        "index": verified.index,
        "tree_size": verified.tree_size,
        "signer": verified.signer.to_string(),
        "signed_by": signed_by,
        "record": verified.record,
        "documents": verified.documents.keys().map(|name| name.as_str()).collect::<Vec<_>>(),
        "withheld": withheld,
    })
}

/// A bundle that does not hold, and why.
pub fn does_not_hold(fault: &dyn std::error::Error) -> Value {
    json!({"holds": false, "fault": fault.to_string()})
}

/// What several bundles came to, by the name of each; one that was handed over without a name has none.
pub fn report(bundles: Vec<(Option<String>, Value)>) -> Value {
    let named = bundles.into_iter().map(|(name, mut said)| {
        if let (Some(name), Some(said)) = (name, said.as_object_mut()) {
            said.insert("bundle".to_owned(), Value::String(name));
        }
        said
    });
    json!({"schema": "verify/1", "bundles": named.collect::<Vec<_>>()})
}
