//! Two copies of one log: does one continue the other, or did the log sign two histories?

use countersign_verify::ForkEvidence;

use crate::read::{Log, ReadFault};

/// How a copy that was had now relates to one that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relation {
    /// The same state.
    Same,
    /// The new one continues the kept one.
    Ahead,
    /// The new one is an older state of the kept one: someone hands out an old copy.
    Behind,
    /// Both are signed, and they contradict each other. The evidence convinces whoever has the log's key.
    Fork(Box<ForkEvidence>),
}

/// Compares two copies of the log with the same key.
pub fn compare(kept: &Log, new: &Log) -> Result<Relation, ReadFault> {
    let (smaller, larger) = if kept.size() <= new.size() { (kept, new) } else { (new, kept) };
    let prefix = larger.root_at(smaller.size())?;
    if prefix != smaller.checkpoint().root {
        let proof = larger.consistency_proof(smaller.size(), larger.size())?;
        let evidence = ForkEvidence::new(kept.vkey(), smaller.signed(), larger.signed(), &prefix, &proof);
        return Ok(Relation::Fork(Box::new(evidence)));
    }
    Ok(match new.size().cmp(&kept.size()) {
        std::cmp::Ordering::Equal => Relation::Same,
        std::cmp::Ordering::Greater => Relation::Ahead,
        std::cmp::Ordering::Less => Relation::Behind,
    })
}
