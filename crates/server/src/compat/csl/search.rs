//! `GET /search`.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_model::{Entity, Issuer, ListCode};
use countersign_operations::editions::When;
use countersign_screening::{Profile, Query};
use serde_json::{Value, json};

use super::record::{record, word};
use super::{Fault, source};
use crate::params::Params;
use crate::state::State;

const DEFAULT_SIZE: usize = 10;
const MAX_SIZE: usize = 50;
const MAX_OFFSET: usize = 1_000;
const KNOWN: [&str; 20] = [
    "name",
    "fuzzy_name",
    "sources",
    "types",
    "countries",
    "address",
    "city",
    "state",
    "postal_code",
    "full_address",
    "size",
    "offset",
    "as_of",
    "known_at",
    "api_key",
    "subscription-key",
    "sort",
    "start_date",
    "end_date",
    "expiration_date",
];

struct Asked {
    name: Option<String>,
    fuzzy: bool,
    lists: Vec<ListCode>,
    types: Vec<String>,
    countries: Vec<String>,
    address: Vec<String>,
    size: usize,
    offset: usize,
    when: When,
    warnings: Vec<String>,
}

pub(super) async fn answer(Held(state): Held<State>, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let bad = |why: String| Fault(StatusCode::BAD_REQUEST, why);
    let asked = read(&Params::read(&query.unwrap_or_default())).map_err(bad)?;
    let snapshot = state.snapshot();
    let worker = state.clone();
    let found = state
        .work(move || {
            let (_, lists) = worker.lists(&snapshot, asked.when)?;
            let mut warnings = asked.warnings.clone();
            let mut found: Vec<(&Entity, Option<f64>)> = Vec::new();
            match &asked.name {
                Some(name) => {
                    let profile = Profile { near_miss_margin: 0.0, ..Profile::default() };
                    match lists.index().screen(&Query::named(name.as_str()), &profile) {
                        Ok(screened) => {
                            warnings.extend(screened.notes);
                            found.extend(
                                screened.hits.iter().filter_map(|h| Some((lists.entity(&h.entity)?, Some(h.score)))),
                            );
                        }
                        Err(why) => return Ok(Err(why.to_string())),
                    }
                }
                None => found.extend(lists.index().entities().map(|e| (e, None))),
            }
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            let mut records = Vec::new();
            for (entity, score) in found.into_iter().filter(|(e, _)| narrows(&asked, e)) {
                for listing in &entity.listings {
                    if listing.list.issuer() != Issuer::Us
                        || !(asked.lists.is_empty() || asked.lists.contains(&listing.list))
                    {
                        continue;
                    }
                    let Some((_, name)) = source(listing.list) else { continue };
                    *counts.entry(name).or_default() += 1;
                    records.push((entity, listing, score));
                }
            }
            let total = records.len();
            let results: Vec<Value> = records
                .into_iter()
                .skip(asked.offset)
                .take(asked.size)
                .filter_map(|(entity, listing, score)| {
                    let mut record = record(entity, listing)?;
                    if let Some(map) = record.as_object_mut() {
                        if let Some(score) = score.filter(|_| asked.fuzzy) {
                            map.insert("score".to_owned(), json!((score * 100.0).round()));
                        }
                        let seen = countersign_history::past_of(entity).map(|(_, since)| since.to_string());
                        map.insert(
                            "countersign".to_owned(),
                            json!({"status": "possible match", "source": entity.source, "delisted_since": seen}),
                        );
                    }
                    Some(record)
                })
                .collect();
            let mut sources: Vec<(usize, &str)> = counts.into_iter().map(|(name, n)| (n, name)).collect();
            sources.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
            let sources: Vec<Value> = sources.iter().map(|(n, name)| json!({"count": n, "value": name})).collect();
            Ok(Ok(json!({
                "total": total,
                "sources": sources,
                "results": results,
                "countersign": {"warnings": warnings},
            })))
        })
        .await?
        .map_err(bad)?;
    Ok(axum::Json(found).into_response())
}

fn narrows(asked: &Asked, entity: &Entity) -> bool {
    let countries =
        || ["country", "nationality", "citizenship", "flag"].into_iter().flat_map(|key| entity.values(key));
    let kind = word(entity.schema);
    (asked.types.is_empty() || kind.is_some_and(|k| asked.types.iter().any(|t| t.eq_ignore_ascii_case(k))))
        && (asked.countries.is_empty()
            || countries().any(|c| asked.countries.iter().any(|wanted| wanted.eq_ignore_ascii_case(c))))
        && asked.address.iter().all(|part| {
            let part = part.to_lowercase();
            entity.values("address").iter().any(|line| line.to_lowercase().contains(&part))
        })
}

fn read(params: &Params) -> Result<Asked, String> {
    for (key, _) in params.pairs() {
        if !KNOWN.contains(&key) {
            return Err(format!("unknown parameter `{key}`"));
        }
    }
    let several = |key: &str| -> Vec<String> {
        let all = params.all(key);
        let parts = all.iter().flat_map(|v| v.split(',')).map(str::trim).filter(|v| !v.is_empty());
        parts.map(str::to_owned).collect()
    };
    let mut lists = Vec::new();
    for code in several("sources") {
        let known = ListCode::ALL
            .into_iter()
            .find(|l| source(*l).is_some_and(|(c, _)| c.eq_ignore_ascii_case(&code)));
        lists.push(known.ok_or_else(|| format!("`{code}` is no source; /sources names them"))?);
    }
    let types = several("types");
    if let Some(unknown) = types
        .iter()
        .find(|t| !["individual", "entity", "vessel", "aircraft"].contains(&t.to_lowercase().as_str()))
    {
        return Err(format!("`{unknown}` is no type; use Individual, Entity, Vessel or Aircraft"));
    }
    let size = params.read_one::<usize>("size", "a whole number up to 50")?.unwrap_or(DEFAULT_SIZE);
    let offset = params.read_one::<usize>("offset", "a whole number up to 1000")?.unwrap_or(0);
    if size > MAX_SIZE || offset > MAX_OFFSET {
        return Err(format!("`size` goes up to {MAX_SIZE}, `offset` up to {MAX_OFFSET}"));
    }
    let mut address: Vec<String> = Vec::new();
    for key in ["address", "city", "state", "postal_code", "full_address"] {
        address.extend(params.one(key).map(str::to_owned));
    }
    let mut warnings = Vec::new();
    if let Some(sort) = params.one("sort") {
        warnings.push(format!("`sort` (`{sort}`) is not used: records come best first"));
    }
    for key in ["start_date", "end_date", "expiration_date"] {
        if params.one(key).is_some() {
            warnings.push(format!("`{key}` is not used: nothing was left out for it"));
        }
    }
    Ok(Asked {
        name: params.one("name").map(str::to_owned),
        fuzzy: params.switch("fuzzy_name", false)?,
        lists,
        types,
        countries: several("countries"),
        address,
        size,
        offset,
        when: params.when()?,
        warnings,
    })
}
