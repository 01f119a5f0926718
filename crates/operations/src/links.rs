//! Which entries of the loaded lists are about one party, with what people decided about it.

use std::collections::BTreeMap;

use countersign_history::{Judgement, Links};
use countersign_model::Digest;
use countersign_store::{Envelope, Kind, NewRecord, Store, UtcTime};
use countersign_verify::Statement;
use serde_json::json;

use crate::dispositions::entity_digest;
use crate::failure::Failure;
use crate::lists::Lists;

/// The judgements of a journal, oldest first, each checked against its signature.
pub fn judgements(store: Option<&Store>) -> Result<Vec<Judgement>, Failure> {
    let Some(store) = store else { return Ok(Vec::new()) };
    let signers = store.trusted_keys().signers;
    let mut all = Vec::new();
    for entry in store.entries() {
        let (index, leaf) = entry?;
        if leaf.kind != Kind::SameEntity {
            continue;
        }
        let damaged =
            |why: String| Failure::Program(format!("the judgement in entry {index} cannot be used: {why}"));
        let bytes = store.blob(&leaf.sha256).map_err(|e| damaged(e.to_string()))?;
        let envelope = Envelope::parse(&bytes).map_err(|e| damaged(e.to_string()))?;
        let signer = signers.first().ok_or_else(|| damaged("the home has no key".to_owned()))?;
        let payload = envelope.verify(signer).map_err(|e| damaged(e.to_string()))?;
        let (statement, _) = Statement::parse(&payload).map_err(|e| damaged(e.to_string()))?;
        let judgement = statement.predicate.get("judgement").cloned().unwrap_or_default();
        all.push(serde_json::from_value(judgement).map_err(|e| damaged(e.to_string()))?);
    }
    Ok(all)
}

/// The links of the loaded lists, past entries with them, so that a group keeps its members when one is delisted.
pub fn links(lists: &Lists, store: Option<&Store>) -> Result<Links, Failure> {
    let all = lists.snapshots()?.iter().flat_map(|s| s.entities.iter().chain(&s.past));
    Ok(Links::of(all, &judgements(store)?))
}

/// Records a judgement. Gives the entry.
pub fn record(
    store: &mut Store,
    lists: &Lists,
    judgement: &Judgement,
    time: UtcTime,
) -> Result<u64, Failure> {
    let mut about: Vec<(&str, Digest)> = Vec::new();
    for id in [&judgement.a, &judgement.b] {
        if let Some(entity) = lists.entity(id) {
            about.push((id.as_str(), entity_digest(entity)?));
        }
    }
    let predicate = json!({"schema": "same-entity/1", "judgement": judgement});
    let envelope = store.sign_statement(Kind::SameEntity, about, predicate)?;
    let document = envelope.to_bytes().map_err(|e| Failure::Program(e.to_string()))?;
    let receipt = store.append(&NewRecord {
        kind: Kind::SameEntity,
        time,
        subject: &format!("{} / {}", judgement.a, judgement.b),
        document: &document,
        documents: BTreeMap::new(),
        extra: BTreeMap::from([("same".to_owned(), judgement.same.to_string())]),
    })?;
    Ok(receipt.index)
}
