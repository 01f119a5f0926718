//! What people decided about possible matches, remembered in the journal.
//!
//! A disposition is about one name, one kind of party and one entry of a list. It is never carried over to another
//! spelling, and one that says "not the same" lapses when the entry changes: then a person has to look again.

use std::collections::BTreeMap;

use countersign_model::{Digest, Entity, EntitySchema};
use countersign_store::{Envelope, Kind, NewRecord, Receipt, Store, UtcTime};
use countersign_verify::{Statement, canonical_json};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use crate::failure::Failure;

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// The party is the listed one.
    Match,
    /// It is another.
    NoMatch,
}

impl Verdict {
    /// In words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Match => "the same party as",
            Self::NoMatch => "another party than",
        }
    }
}

/// One decision of a person about one possible match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disposition {
    /// `disposition/1`.
    pub(crate) schema: String,
    /// The name as it was asked.
    pub(crate) name: String,
    /// The name by which it is found again ([`normalised`]).
    pub(crate) normalised: String,
    /// The kind of party by which it is found again ([`kind_of`]).
    pub(crate) kind: String,
    /// The id of the entry.
    pub(crate) entity: String,
    /// The name of the entry.
    pub(crate) caption: String,
    /// SHA-256 of the entry as it was when it was decided.
    pub(crate) entity_sha256: Digest,
    /// What was decided.
    pub(crate) verdict: Verdict,
    /// Why, in words.
    pub(crate) reason: String,
    /// By whom.
    pub(crate) by: String,
    /// When.
    pub(crate) time: String,
}

/// A name as dispositions are found by it: NFKC, lower case, single blanks. Nothing else is equal.
pub(crate) fn normalised(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The kind of party as dispositions are found by it: bodies of every legal form are one kind.
pub(crate) fn kind_of(schema: EntitySchema) -> EntitySchema {
    match schema {
        EntitySchema::Company | EntitySchema::PublicBody => EntitySchema::Organization,
        other => other,
    }
}

/// The digest of an entry.
pub(crate) fn entity_digest(entity: &Entity) -> Result<Digest, Failure> {
    let value = serde_json::to_value(entity).map_err(|e| Failure::Program(e.to_string()))?;
    Ok(Digest::of(&canonical_json(&value).map_err(|e| Failure::Program(e.to_string()))?))
}

/// The dispositions in force: the last one for each name, kind and entry.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dispositions {
    last: BTreeMap<(String, String, String), Disposition>,
}

impl Dispositions {
    /// Those of a journal, each checked against its signature.
    pub(crate) fn load(store: Option<&Store>) -> Result<Self, Failure> {
        let Some(store) = store else { return Ok(Self::default()) };
        let signers = store.trusted_keys().signers;
        let mut all = Vec::new();
        for entry in store.entries() {
            let (index, leaf) = entry?;
            if leaf.kind != Kind::Disposition {
                continue;
            }
            let damaged = |why: String| {
                Failure::Program(format!(
                    "the disposition in entry {index} of the journal cannot be used: {why}"
                ))
            };
            let bytes = store.blob(&leaf.sha256).map_err(|e| damaged(e.to_string()))?;
            let envelope = Envelope::parse(&bytes).map_err(|e| damaged(e.to_string()))?;
            let signer = signers.first().ok_or_else(|| damaged("the home has no key".to_owned()))?;
            let payload = envelope.verify(signer).map_err(|e| damaged(e.to_string()))?;
            let (statement, _) = Statement::parse(&payload).map_err(|e| damaged(e.to_string()))?;
            all.push(serde_json::from_value(statement.predicate).map_err(|e| damaged(e.to_string()))?);
        }
        Ok(Self::of(all))
    }

    /// These, the later ones overruling the earlier ones.
    pub(crate) fn of(all: impl IntoIterator<Item = Disposition>) -> Self {
        let key = |d: &Disposition| (d.normalised.clone(), d.kind.clone(), d.entity.clone());
        Self { last: all.into_iter().map(|d| (key(&d), d)).collect() }
    }

    /// The one about a name, a kind and an entry.
    pub(crate) fn get(&self, name: &str, kind: EntitySchema, entity: &str) -> Option<&Disposition> {
        self.last.get(&(normalised(name), kind_of(kind).as_str().to_owned(), entity.to_owned()))
    }

    /// All about a name and a kind.
    pub(crate) fn about(&self, name: &str, kind: EntitySchema) -> impl Iterator<Item = &Disposition> {
        let (name, kind) = (normalised(name), kind_of(kind).as_str());
        self.last.values().filter(move |d| d.normalised == name && d.kind == kind)
    }
}

/// Records a disposition.
pub(crate) fn record(
    store: &mut Store,
    disposition: &Disposition,
    time: UtcTime,
) -> Result<Receipt, Failure> {
    let predicate = serde_json::to_value(disposition).map_err(|e| Failure::Program(e.to_string()))?;
    let subject = format!("{} / {}", disposition.name, disposition.entity);
    let envelope = store.sign_statement(
        Kind::Disposition,
        [(disposition.entity.as_str(), disposition.entity_sha256)],
        predicate,
    )?;
    let document = envelope.to_bytes().map_err(|e| Failure::Program(e.to_string()))?;
    Ok(store.append(&NewRecord {
        kind: Kind::Disposition,
        time,
        subject: &subject,
        document: &document,
        documents: BTreeMap::new(),
        extra: BTreeMap::new(),
    })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_spelling_is_the_same_name() {
        assert_eq!(normalised("  NSO\u{a0}Group "), normalised("ＮＳＯ group"));
        assert_ne!(normalised("NSO Group"), normalised("NSO Group Ltd"));
        assert_ne!(normalised("N.S.O. Group"), normalised("NSO Group"));
    }
}
