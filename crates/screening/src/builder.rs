//! Building an index: entities in, an immutable [`Index`] out.

use std::collections::HashMap;

use countersign_model::Entity;
use countersign_names::{NameKind, ParsedName};

use crate::adjust::Facts;
use crate::index::{Index, Listed};
use crate::part::{NameEntry, Part};

/// Collects entities. The index does not change after [`IndexBuilder::finish`].
#[derive(Debug, Default)]
pub struct IndexBuilder {
    listed: Vec<Listed>,
    names: [Vec<NameEntry>; 3],
    warnings: Vec<String>,
}

impl IndexBuilder {
    /// An empty builder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entity. A name without letters or digits cannot be found by name and is told as a warning.
    pub fn add(&mut self, entity: &Entity) {
        let facts = Facts::of(entity, &mut self.warnings);
        let at = self.listed.len();
        let mut any = false;
        for name in entity.names() {
            for (kind, names) in NameKind::ALL.iter().zip(&mut self.names) {
                if !NameKind::of_schema(entity.schema).contains(kind) {
                    continue;
                }
                let parsed = ParsedName::parse(name.text, *kind);
                if parsed.forms.is_empty() {
                    self.warnings.push(format!(
                        "{}: the name `{}` has no letter and no digit; it cannot be found by name",
                        entity.id, name.text
                    ));
                    continue;
                }
                if parsed.truncated {
                    self.warnings.push(format!(
                        "{}: the name `{}` is longer than {} words; its end is not compared",
                        entity.id,
                        name.text,
                        countersign_names::MAX_TOKENS
                    ));
                }
                any = true;
                names.push(NameEntry { entity: at, quality: name.quality, parsed });
            }
        }
        if !any {
            self.warnings.push(format!("{}: no usable name; it can only be found by identifier", entity.id));
        }
        let kind = NameKind::of_schema(entity.schema).first().copied().unwrap_or(NameKind::Organization);
        let caption = ParsedName::parse(entity.caption(), kind);
        self.listed.push(Listed { entity: entity.clone(), facts, caption });
    }

    /// Counts the words, computes the weights and lays the postings.
    pub fn finish(self) -> Index {
        let mut identifiers: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, listed) in self.listed.iter().enumerate() {
            for (_, folded, _) in &listed.facts.identifiers {
                let holders = identifiers.entry(folded.clone()).or_default();
                if holders.last() != Some(&n) {
                    holders.push(n);
                }
            }
        }
        let [person, organization, vessel] = self.names;
        let parts = [
            Part::build(NameKind::Person, person),
            Part::build(NameKind::Organization, organization),
            Part::build(NameKind::Vessel, vessel),
        ];
        Index { listed: self.listed, parts, identifiers, warnings: self.warnings }
    }
}
