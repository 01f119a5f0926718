//! Building an index: entities in, an immutable [`Index`] out.

use countersign_model::Entity;
use countersign_names::NameKind;

use crate::adjust::Facts;
use crate::file::Container;
use crate::index::Index;
use crate::keys::{What, key};
use crate::lay;
use crate::may_agree::FactRow;
use crate::meta::{ALGORITHM, Meta, section};
use crate::part::QUALITIES;
use crate::read::NewName;
use crate::table;

/// Collects entities. The index does not change after [`IndexBuilder::finish`].
#[derive(Debug, Default)]
pub struct IndexBuilder {
    content: String,
    annotation: String,
    starts: Vec<u64>,
    entities: Vec<u8>,
    schemata: Vec<u8>,
    numbers: Vec<(u64, u32, u16)>,
    ids: Vec<String>,
    facts: Vec<FactRow>,
    names: [Vec<NewName>; 3],
    warnings: Vec<String>,
}

impl IndexBuilder {
    /// An empty builder.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty builder for entities that their maker calls `content`: digests of snapshots, for example. An index file
    /// is only used for the content that it was built for.
    pub fn for_content(content: impl Into<String>) -> Self {
        Self { content: content.into(), ..Self::default() }
    }

    /// Keeps a text with the index, for whoever opens it.
    pub fn annotate(&mut self, text: impl Into<String>) {
        self.annotation = text.into();
    }

    /// Adds an entity. A name without letters or digits cannot be found by name and is told as a warning.
    pub fn add(&mut self, entity: &Entity) {
        let facts = Facts::of(entity, &mut self.warnings);
        // lists have far fewer than 2^32 entities
        let at = self.schemata.len() as u32;
        self.numbers.push((key(What::Id, &entity.id), at, 0));
        self.numbers
            .extend(facts.identifiers.iter().map(|(_, folded, _)| (key(What::Identifier, folded), at, 0)));
        let kinds = NameKind::of_schema(entity.schema);
        for name in entity.names() {
            for (kind, names) in NameKind::ALL.iter().zip(&mut self.names) {
                if kinds.contains(kind) {
                    let quality = QUALITIES.iter().position(|q| *q == name.quality).unwrap_or(0) as u32;
                    names.push(NewName { entity: at, quality, text: name.text.to_owned() });
                }
            }
        }
        self.schemata.push(entity.schema as u8);
        self.ids.push(entity.id.clone());
        self.facts.push(FactRow::of(&facts));
        self.starts.push(self.entities.len() as u64);
        // an entity is strings and dates: its serialisation cannot fail, and writing to memory cannot either
        if let Err(error) = serde_json::to_writer(&mut self.entities, entity) {
            self.warnings.push(format!("{}: cannot be kept: {error}", entity.id));
        }
    }

    /// Reads the names, on all processors, and lays the tables.
    pub fn finish(mut self) -> Index {
        self.starts.push(self.entities.len() as u64);
        let [person, organization, vessel] = &self.names;
        let facts = self.facts.as_slice();
        let parts = std::thread::scope(|scope| {
            let others = [(NameKind::Person, person), (NameKind::Vessel, vessel)]
                .map(|(kind, names)| scope.spawn(move || lay::part(kind, names, facts)));
            let own = lay::part(NameKind::Organization, organization, facts);
            let mut parts = vec![own];
            for other in others {
                match other.join() {
                    Ok(part) => parts.push(part),
                    // a thread that panics is a fault of the program; it goes on where it would have stopped
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            parts
        });
        let mut sections = Vec::new();
        let mut named = vec![false; self.schemata.len()];
        let mut told = Vec::new();
        for part in parts {
            sections.extend(part.sections);
            for (entity, trouble) in part.troubles {
                told.push((entity, trouble));
            }
            for entity in part.named {
                if let Some(slot) = named.get_mut(entity as usize) {
                    *slot = true;
                }
            }
        }
        for (at, _) in named.iter().enumerate().filter(|(_, any)| !**any) {
            told.push((at as u32, "no usable name; it can only be found by identifier".to_owned()));
        }
        told.sort();
        told.dedup();
        let id = |at: u32| self.ids.get(at as usize).map_or("", String::as_str);
        for (entity, trouble) in told {
            self.warnings.push(format!("{}: {trouble}", id(entity)));
        }
        let meta = Meta {
            algorithm: ALGORITHM.to_owned(),
            content: self.content,
            annotation: self.annotation,
            warnings: self.warnings,
        };
        let mut by_id: Vec<u32> = (0u32..).take(self.ids.len()).collect();
        by_id.sort_by_key(|at| id(*at));
        let mut order = vec![0u32; by_id.len()];
        for (place, at) in (0u32..).zip(by_id) {
            if let Some(slot) = order.get_mut(at as usize) {
                *slot = place;
            }
        }
        let (directory, numbers, _) = table::build(self.numbers);
        sections.extend([
            // plain strings: their serialisation cannot fail
            (section::META, serde_json::to_vec(&meta).unwrap_or_default()),
            (section::ENTITY_STARTS, lay::bytes(&self.starts)),
            (section::ENTITIES, self.entities),
            (section::SCHEMATA, self.schemata),
            (section::ORDER, lay::bytes(&order)),
            (section::FACTS, lay::bytes(&self.facts)),
            (section::NUMBER_DIRECTORY, lay::bytes(&directory)),
            (section::NUMBERS, lay::bytes(&numbers)),
        ]);
        Index::of(Container::build(sections), meta)
    }
}

impl Index {
    /// Builds an index over `entities`.
    pub fn build(entities: &[Entity]) -> Self {
        let mut builder = IndexBuilder::new();
        for entity in entities {
            builder.add(entity);
        }
        builder.finish()
    }
}
