//! `GET /search/{dataset}`: entries by name, with counts by country, topic and dataset.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_model::{Entity, EntitySchema};
use countersign_screening::{Profile, Query};
use serde_json::{Map, Value, json};

use super::matching::{MAX_URL, limit};
use super::{Fault, Segments, Wanted};
use crate::compat::{ftm, topics};
use crate::example::schema;
use crate::params::Params;
use crate::state::State;

const DEFAULT_LIMIT: usize = 10;
const MAX_OFFSET: usize = 9_500;
/// The least score of an entry that is found: names are compared, not words.
const THRESHOLD: f64 = 0.6;
/// The most values of a facet.
const MAX_FACET: usize = 100;

struct Asked {
    wanted: Wanted,
    text: Option<String>,
    schema: Option<EntitySchema>,
    countries: Vec<String>,
    datasets: Vec<String>,
    facets: Vec<String>,
    limit: usize,
    offset: usize,
}

pub(super) async fn answer(
    Held(state): Held<State>,
    Segments(dataset): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let query = query.unwrap_or_default();
    if query.len() > MAX_URL {
        return Err(Fault::new(StatusCode::URI_TOO_LONG, "Request URL too long."));
    }
    let asked = read(&dataset, &Params::read(&query))?;
    let snapshot = state.snapshot();
    let worker = state.clone();
    let found = state
        .work(move || {
            let (_, lists) = worker.lists(&snapshot, asked.wanted.when)?;
            if let Err(fault) = asked.wanted.check(&lists) {
                return Ok(Err(fault));
            }
            let shows = |entity: &Entity| asked.wanted.shows(entity) && narrows(&asked, entity);
            let entities: Vec<&Entity> = match &asked.text {
                Some(text) => {
                    let query = Query { schema: asked.schema, ..Query::named(text.as_str()) };
                    let profile = Profile { near_miss_margin: 0.0, ..Profile::with_threshold(THRESHOLD) };
                    match lists.index().screen(&query, &profile) {
                        Ok(found) => {
                            let ids = found.hits.iter().filter_map(|hit| lists.entity(&hit.entity));
                            ids.filter(|e| shows(e)).collect()
                        }
                        // a text without a letter names nobody
                        Err(_) => Vec::new(),
                    }
                }
                None => lists
                    .index()
                    .entities()
                    .filter(|e| asked.schema.is_none_or(|s| s.may_be(e.schema)) && shows(e))
                    .collect(),
            };
            let pins = lists.pins();
            let results: Vec<Value> =
                entities.iter().skip(asked.offset).take(asked.limit).map(|e| ftm(e, &pins)).collect();
            Ok(Ok(json!({
                "limit": asked.limit,
                "offset": asked.offset,
                "total": {"value": entities.len(), "relation": "eq"},
                "results": results,
                "facets": facets(&asked.facets, &entities),
                "countersign": {"warnings": asked.wanted.warnings},
            })))
        })
        .await??;
    Ok(axum::Json(found).into_response())
}

fn read(dataset: &str, params: &Params) -> Result<Asked, Fault> {
    let texts = |key: &str| params.all(key).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let kind = params.one("schema").unwrap_or("Thing");
    let schema = schema(kind).map_err(|()| Fault::bad(format!("Invalid schema: {kind}")))?;
    let what = "a whole number from 0 to 9500";
    let offset =
        params.read_one::<usize>("offset", what).map_err(|e| Fault::query("offset", e))?.unwrap_or(0);
    if offset > MAX_OFFSET {
        return Err(Fault::query("offset", format!("`offset` is `{offset}`; give {what}")));
    }
    let mut facets = texts("facets");
    if facets.is_empty() {
        facets = ["countries", "topics", "datasets"].map(str::to_owned).to_vec();
    }
    Ok(Asked {
        wanted: Wanted::read(dataset, params)?,
        text: params.one("q").map(str::to_owned),
        schema,
        countries: texts("countries").into_iter().map(|c| c.to_lowercase()).collect(),
        datasets: texts("datasets"),
        facets,
        limit: limit(params, DEFAULT_LIMIT)?,
        offset,
    })
}

fn narrows(asked: &Asked, entity: &Entity) -> bool {
    (asked.countries.is_empty()
        || countries(entity).any(|c| asked.countries.iter().any(|wanted| wanted == c)))
        && (asked.datasets.is_empty() || asked.datasets.iter().any(|d| d == entity.source.as_str()))
}

pub(super) fn countries(entity: &Entity) -> impl Iterator<Item = &str> {
    let keys = ["country", "nationality", "citizenship", "jurisdiction", "flag"];
    keys.into_iter().flat_map(|key| entity.values(key)).map(String::as_str)
}

fn facets(wanted: &[String], entities: &[&Entity]) -> Map<String, Value> {
    let mut out = Map::new();
    for facet in wanted {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for entity in entities {
            let mut values: Vec<String> = match facet.as_str() {
                "countries" => countries(entity).map(str::to_owned).collect(),
                "topics" => topics(&entity.listings).into_iter().map(str::to_owned).collect(),
                "datasets" => vec![entity.source.to_string()],
                "schema" => vec![entity.schema.as_str().to_owned()],
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
            other => other,
        };
        out.insert(facet.clone(), json!({"label": title, "values": values}));
    }
    out
}
