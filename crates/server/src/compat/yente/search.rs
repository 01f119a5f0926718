//! `GET /search/{dataset}`: entries by name, with counts by country, topic and dataset.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_lists::source_def;
use countersign_model::{Entity, EntitySchema, SourceId};
use serde_json::{Map, Value, json};

use super::found::{self, Text};
use super::matching::MAX_URL;
use super::sent::limit;
use super::typed::{self, switch};
use super::{Fault, Segments, Wanted};
use crate::compat::{ftm, is_target, topic_named, topics};
use crate::example::{NoSchema, schema};
use crate::params::Params;
use crate::state::State;

const DEFAULT_LIMIT: usize = 10;
const MAX_OFFSET: usize = 9_499;
/// What can be counted.
const FACETS: [&str; 6] = ["datasets", "schema", "countries", "identifiers", "topics", "genders"];
/// Official numbers, for counting.
const IDENTIFIERS: [&str; 6] =
    ["idNumber", "registrationNumber", "passportNumber", "taxNumber", "imoNumber", "leiCode"];
/// The most values of a facet.
const MAX_FACET: usize = 100;

struct Asked {
    wanted: Wanted,
    text: Option<Text>,
    schema: Option<EntitySchema>,
    /// A schema was asked for of which no list has entries.
    none_listed: bool,
    filters: Vec<(String, String)>,
    /// Whether an entry needs all values that were given for a field, or any of them.
    all_of: bool,
    facets: Vec<String>,
    warnings: Vec<String>,
    limit: usize,
    offset: usize,
}

impl Asked {
    /// What decides which entries are counted, and how.
    fn key(&self) -> String {
        format!(
            "{:?} {:?} {} {:?} {} {:?}",
            self.wanted, self.schema, self.none_listed, self.filters, self.all_of, self.facets
        )
    }
}

pub(super) async fn answer(
    Held(state): Held<State>,
    Segments(dataset): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let query = query.unwrap_or_default();
    if query.len() > MAX_URL {
        return Err(Fault::new(StatusCode::URI_TOO_LONG, "Request URI too long"));
    }
    let asked = read(&dataset, &Params::read(&query))?;
    let snapshot = state.snapshot();
    let worker = state.clone();
    let looks_at_all = asked.text.as_ref().is_none_or(|text| !text.is_name());
    let work = move || {
        let (_, lists) = worker.lists(&snapshot, asked.wanted.when)?;
        let not_loaded = match asked.wanted.check(&lists) {
            Ok(not_loaded) => not_loaded,
            Err(fault) => return Ok(Err(fault)),
        };
        let shows = |entity: &Entity| {
            !asked.none_listed && asked.wanted.shows(&lists, entity) && narrows(&asked, entity)
        };
        let all = || {
            let fits = |e: &&Entity| asked.schema.is_none_or(|s| s.may_be(e.schema)) && shows(e);
            lists.index().entities().filter(fits)
        };
        let page = |entities: &mut dyn Iterator<Item = &Entity>| -> Vec<Value> {
            entities.skip(asked.offset).take(asked.limit).map(|e| ftm(e, &lists)).collect()
        };
        let mut told: Vec<String> = Vec::new();
        let (results, (total, facets)) = match &asked.text {
            Some(text) => {
                let found = found::found(text, asked.schema, &lists)?;
                let all: Vec<&Entity> = found.entities.into_iter().filter(|e| shows(e)).collect();
                told.extend(found.warnings);
                let counts = (all.len(), facets(&asked.facets, &all).into());
                (page(&mut all.into_iter()), counts)
            }
            None => {
                let count = || {
                    let found: Vec<&Entity> = all().collect();
                    (found.len(), facets(&asked.facets, &found).into())
                };
                let present = std::sync::Arc::ptr_eq(&lists, &snapshot.lists);
                let counts = if present { snapshot.prepared.counted(asked.key(), count) } else { count() };
                (page(&mut all()), counts)
            }
        };
        Ok(Ok(json!({
            "limit": asked.limit,
            "offset": asked.offset,
            "total": {"value": total, "relation": "eq"},
            "results": results,
            "facets": facets,
            "countersign": {
                "warnings": asked.warnings.iter().chain(&asked.wanted.warnings).chain(&not_loaded).chain(&told).collect::<Vec<_>>(),
            },
        })))
    };
    // to look at every entry takes long the first time
    let found = if looks_at_all { state.long_work(work).await } else { state.work(work).await };
    Ok(axum::Json(found??).into_response())
}

fn read(dataset: &str, params: &Params) -> Result<Asked, Fault> {
    let texts = |key: &str| params.all(key).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let kind = params.one("schema").unwrap_or("Thing");
    let mut warnings = Vec::new();
    let (schema, none_listed) = match schema(kind) {
        Ok(schema) => (schema, false),
        Err(NoSchema::Unknown) => return Err(Fault::bad("Invalid schema")),
        Err(NoSchema::NoParty | NoSchema::NotListed) => {
            warnings.push(format!("no list that is loaded has entries of the schema `{kind}`"));
            (None, true)
        }
    };
    let offset = typed::whole(params, "offset", 0, MAX_OFFSET)?;
    let fuzzy = switch(params, "fuzzy", false)?;
    let simple = switch(params, "simple", false)?;
    // `*` is everything, as in the language of yente's index
    let text = params.one("q").filter(|q| !["*", "*:*"].contains(&q.trim()));
    let text = text.map(|text| Text::read(text, simple, fuzzy)).transpose();
    let text = text.map_err(|why| Fault::bad(format!("Invalid query: {why}")))?;
    let mut facets = texts("facets");
    if facets.is_empty() {
        facets = ["countries", "topics", "datasets"].map(str::to_owned).to_vec();
    }
    typed::one_of(params, "facets", &FACETS, true)?;
    let mut filters: Vec<(String, String)> = Vec::new();
    for (key, field) in [("countries", "countries"), ("datasets", "datasets"), ("topics", "topics")] {
        filters.extend(params.all(key).into_iter().map(|value| (field.to_owned(), value.to_owned())));
    }
    for filter in params.all("filter") {
        let (field, value) =
            filter.split_once(':').ok_or_else(|| Fault::bad(format!("Invalid filter: '{filter}'")))?;
        filters.push((field.trim_start_matches("properties.").to_owned(), value.to_owned()));
    }
    if params.pairs().any(|(key, _)| key == "target") {
        filters.push(("target".to_owned(), switch(params, "target", true)?.to_string()));
    }
    typed::one_of(params, "filter_op", &["OR", "AND"], false)?;
    let all_of = params.one("filter_op") == Some("AND");
    if params.one("sort").is_some() {
        warnings.push("`sort` is not used: the most alike come first".to_owned());
    }
    let mut wanted = Wanted::read(dataset, params)?;
    // here they are a filter like the others, and follow `filter_op`
    wanted.topics.clear();
    Ok(Asked {
        wanted,
        text,
        schema,
        none_listed,
        filters,
        all_of,
        facets,
        warnings,
        limit: limit(params, DEFAULT_LIMIT)?,
        offset,
    })
}

/// Whether an entry passes the filters: of each field any of the values, or all of them.
fn narrows(asked: &Asked, entity: &Entity) -> bool {
    asked.filters.iter().all(|(field, _)| {
        let mut given = asked.filters.iter().filter(|(f, _)| f == field).map(|(_, value)| value.as_str());
        let has = |value: &str| holds(entity, field, value);
        if asked.all_of { given.all(has) } else { given.any(has) }
    })
}

/// Whether an entry has a value in a field.
fn holds(entity: &Entity, field: &str, value: &str) -> bool {
    match field {
        "countries" => found::countries(entity).any(|c| c.eq_ignore_ascii_case(value)),
        "topics" => {
            topics(&entity.listings).contains(value) || entity.values("topics").iter().any(|t| t == value)
        }
        "datasets" => entity.source.as_str() == value || value == super::shown::DEFAULT,
        "schema" => entity.schema.as_str() == value,
        "target" => is_target(entity).to_string() == value,
        property => entity.values(property).iter().any(|v| v == value),
    }
}

fn facets(wanted: &[String], entities: &[&Entity]) -> Map<String, Value> {
    let mut out = Map::new();
    for facet in wanted {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for entity in entities {
            let mut values: Vec<String> = match facet.as_str() {
                "countries" => found::countries(entity).map(str::to_owned).collect(),
                "topics" => topics(&entity.listings).into_iter().map(str::to_owned).collect(),
                "datasets" => vec![entity.source.to_string()],
                "schema" => vec![entity.schema.as_str().to_owned()],
                "genders" => entity.values("gender").to_vec(),
                "identifiers" => IDENTIFIERS.iter().flat_map(|id| entity.values(id)).cloned().collect(),
                _ => Vec::new(),
            };
            values.sort();
            values.dedup();
            for value in values {
                *counts.entry(value).or_default() += 1;
            }
        }
        let mut sorted: Vec<(String, usize)> = counts.into_iter().collect();
        sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let label = |value: &str| match facet.as_str() {
            "countries" => {
                countersign_countries::place(value).map_or_else(|| value.to_owned(), |p| p.name.clone())
            }
            "datasets" => SourceId::new(value)
                .ok()
                .and_then(|source| source_def(&source).ok())
                .map_or_else(|| value.to_owned(), |def| def.title.clone()),
            "topics" => topic_named(value).unwrap_or(value).to_owned(),
            _ => value.to_owned(),
        };
        let values: Vec<Value> = sorted
            .iter()
            .take(MAX_FACET)
            .map(|(value, count)| json!({"name": value, "label": label(value), "count": count}))
            .collect();
        let title = match facet.as_str() {
            "countries" => "Countries",
            "topics" => "Topics",
            "datasets" => "Data sources",
            "schema" => "Entity types",
            "genders" => "Genders",
            "identifiers" => "Identifiers",
            other => other,
        };
        out.insert(facet.clone(), json!({"label": title, "values": values}));
    }
    out
}
