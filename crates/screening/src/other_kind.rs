//! What a wrong kind would hide: a person behind the name of a firm, a firm asked about as a person.
//!
//! The kind is the column of a customer file that is wrong most often, and a sole trader is a firm and a person at once. So
//! where nothing of its own kind is found, a party is compared with the other kinds too.

use std::collections::HashSet;

use countersign_model::EntitySchema;
use countersign_names::NameKind;

use crate::hit::Hit;
use crate::index::Index;
use crate::profile::{Profile, ScreenError};
use crate::query::Query;

/// From this score of the names alone on, two names are the same name, differently written: a country that differs makes
/// it no other name.
const SAME_NAME: f64 = 0.95;

/// The kinds of names with which a query of a kind is compared: its own, and those that a wrong kind would hide.
pub(crate) fn compared_kinds(schema: Option<EntitySchema>) -> impl Iterator<Item = NameKind> {
    let own = schema.map_or(&NameKind::ALL[..], NameKind::of_schema);
    let hidden = move |kind: &NameKind| {
        schema.is_some_and(|schema| others(schema).any(|o| NameKind::of_schema(o).contains(kind)))
    };
    NameKind::ALL.into_iter().filter(move |kind| own.contains(kind) || hidden(kind))
}

/// The kinds that a party of this kind may be as well, or be meant by. Ships, aircraft and assets share names with
/// bodies every day and hide behind nobody.
fn others(schema: EntitySchema) -> impl Iterator<Item = EntitySchema> {
    [EntitySchema::Person, EntitySchema::Organization].into_iter().filter(move |other| !schema.may_be(*other))
}

impl Index {
    /// Listed persons and bodies of the name asked about, where the query says that it is another kind of thing: best
    /// first, with what is wrong in [`Hit::kept_below`]. A person behind a firm's name counts from the threshold on, a body behind
    /// another name where the names are the same. None where the query names no kind.
    ///
    /// # Errors
    /// As [`Index::screen`].
    pub fn of_another_kind(&self, query: &Query, profile: &Profile) -> Result<Vec<Hit>, ScreenError> {
        let Some(asked) = query.schema else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for other in others(asked) {
            let as_other = Query { schema: Some(other), ..query.clone() };
            found.extend(self.screen(&as_other, profile)?.hits.into_iter().filter(|hit| {
                !asked.may_be(hit.schema)
                    && (hit.schema == EntitySchema::Person || hit.name_score >= SAME_NAME)
            }));
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.entity.cmp(&b.entity)));
        // a party that the list does not tell apart stands in both
        let mut seen = HashSet::new();
        found.retain(|hit| seen.insert(hit.entity.clone()));
        for hit in &mut found {
            hit.kept_below.insert(
                0,
                format!("asked about as `{}`, and the list has `{}`", asked.as_str(), hit.schema.as_str()),
            );
        }
        Ok(found)
    }
}
