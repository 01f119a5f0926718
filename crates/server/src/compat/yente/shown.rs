//! Which entries a request is about: datasets, topics, schemata.

use countersign_model::{Date, Entity, EntitySchema, SourceId, parse_date};
use countersign_operations::editions::When;
use countersign_operations::lists::Lists;
use serde_json::json;

use super::Fault;
use crate::compat::{last_change, topics};
use crate::example::schema;
use crate::params::Params;

/// The name of the dataset that is all lists.
pub(in crate::compat) const DEFAULT: &str = "default";

/// What is asked about, read from path and query string.
#[derive(Debug, Clone, Default)]
pub(in crate::compat) struct Wanted {
    /// The one dataset of the path; `None` for all.
    dataset: Option<String>,
    include: Vec<String>,
    exclude: Vec<String>,
    exclude_schemata: Vec<EntitySchema>,
    exclude_ids: Vec<String>,
    /// Any of these topics.
    pub(in crate::compat) topics: Vec<String>,
    /// Only entries that came or changed since this day.
    changed_since: Option<Date>,
    /// The days.
    pub(in crate::compat) when: When,
    /// What the caller has to know.
    pub(in crate::compat) warnings: Vec<String>,
}

impl Wanted {
    /// Reads path and query string.
    pub(in crate::compat) fn read(dataset: &str, params: &Params) -> Result<Self, Fault> {
        let texts = |key: &str| params.all(key).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let (mut exclude_schemata, mut warnings) = (Vec::new(), Vec::new());
        for word in params.all("exclude_schema") {
            match schema(word) {
                Ok(Some(schema)) => exclude_schemata.push(schema),
                Ok(None) | Err(_) => warnings.push(format!(
                    "exclude_schema: no list has entries of the schema `{word}`: nothing was left out for it"
                )),
            }
        }
        let mut changed_since = None;
        if let Some((_, since)) = params.pairs().filter(|(key, _)| *key == "changed_since").last() {
            let (day, time) = since.split_once('T').unwrap_or((since, ""));
            // `2026-08-01`, `…T06`, `…T06:00`, `…T06:00:00`
            let fits = [0, 2, 5, 8].contains(&time.len())
                && time
                    .bytes()
                    .enumerate()
                    .all(|(n, b)| if n % 3 == 2 { b == b':' } else { b.is_ascii_digit() });
            let Some(day) = parse_date(day).ok().filter(|_| fits) else {
                let pattern = r"^\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2})?)?)?$";
                return Err(Fault::parameter(
                    "string_pattern_mismatch",
                    "changed_since",
                    &format!("String should match pattern '{pattern}'"),
                    since,
                    json!({ "pattern": pattern }),
                ));
            };
            changed_since = Some(day);
            warnings.push(format!(
                "`changed_since`: entries that no copy taken in since {day} brought or changed were left out"
            ));
        }
        Ok(Self {
            dataset: (dataset != DEFAULT).then(|| dataset.to_owned()),
            include: texts("include_dataset"),
            exclude: texts("exclude_dataset"),
            exclude_schemata,
            exclude_ids: texts("exclude_entity_ids"),
            topics: texts("topics"),
            changed_since,
            when: params.when().map_err(|e| Fault::query("as_of", e))?,
            warnings,
        })
    }

    /// Whether every dataset that is asked for is one. To leave out one that is not loaded leaves out nothing, and is said.
    pub(in crate::compat) fn check(&self, lists: &Lists) -> Result<Vec<String>, Fault> {
        let pins = lists.pins();
        let known = |name: &str| name == DEFAULT || pins.iter().any(|pin| pin.source.as_str() == name);
        if self.dataset.as_ref().is_some_and(|name| !known(name)) {
            return Err(Fault::no_dataset());
        }
        if let Some(name) = self.include.iter().find(|name| !known(name)) {
            return Err(Fault::bad(format!("No such dataset: {name}")));
        }
        let unknown = self.exclude.iter().filter(|name| !known(name));
        Ok(unknown
            .map(|name| {
                format!("exclude_dataset: no dataset `{name}` is loaded: nothing was left out for it")
            })
            .collect())
    }

    /// Whether anything that is loaded may be left out.
    pub(in crate::compat) fn narrows(&self) -> bool {
        let Self {
            dataset,
            include,
            exclude,
            exclude_schemata,
            exclude_ids,
            topics,
            changed_since,
            when: _,
            warnings: _,
        } = self;
        dataset.is_some()
            || changed_since.is_some()
            || !exclude_schemata.is_empty()
            || [include, exclude, exclude_ids, topics].iter().any(|named| !named.is_empty())
    }

    fn has(&self, source: &SourceId) -> bool {
        let named = |names: &[String]| names.iter().any(|n| n == source.as_str() || n == DEFAULT);
        self.dataset.as_ref().is_none_or(|d| d == source.as_str())
            && (self.include.is_empty() || named(&self.include))
            && !named(&self.exclude)
    }

    /// Whether an entity is asked about.
    pub(in crate::compat) fn shows(&self, lists: &Lists, entity: &Entity) -> bool {
        // an entry of which nobody knows when it came is never left out for its age
        let is_new = |since: Date| last_change(entity, lists).is_none_or(|changed| changed >= since);
        self.has(&entity.source)
            && self.changed_since.is_none_or(is_new)
            && !self.exclude_schemata.contains(&entity.schema)
            && !self.exclude_ids.iter().any(|id| is_named(entity, id))
            && (self.topics.is_empty() || {
                let derived = topics(&entity.listings);
                let told = entity.values("topics");
                self.topics.iter().any(|t| derived.contains(t.as_str()) || told.contains(t))
            })
    }
}

/// Whether an id means an entity: its own, or, of an entry of a FollowTheMoney file, the one in that file and those that it was
/// merged of. Those are meant for the whole world; a number in another publisher's list may be anybody's elsewhere.
pub(super) fn is_named(entity: &Entity, id: &str) -> bool {
    let source = entity.source.as_str();
    let within = entity.id.strip_prefix(source).and_then(|rest| rest.strip_prefix(':'));
    entity.id == id
        || (source.starts_with("ftm:") && within == Some(id))
        || entity.values("referents").iter().any(|referent| referent == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_a_file_means_its_entry_and_a_number_of_a_list_does_not() {
        let entity = |source: &str, id: &str| Entity {
            id: format!("{source}:{id}"),
            schema: EntitySchema::Company,
            source: SourceId::new(source).unwrap(),
            properties: std::iter::once(("referents".to_owned(), vec!["old-7".to_owned()])).collect(),
            listings: Vec::new(),
        };
        let ours = entity("ftm:zala", "NK-1");
        for id in ["ftm:zala:NK-1", "NK-1", "old-7"] {
            assert!(is_named(&ours, id), "{id}");
        }
        assert!(!is_named(&entity("us_ofac_sdn", "27433"), "27433"));
        assert!(!is_named(&ours, "NK-2"));
    }
}
