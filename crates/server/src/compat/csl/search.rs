//! `GET /search`.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{RawQuery, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_model::{Entity, Issuer, ListCode, Listing, SourceId};
use countersign_operations::dispositions::normalised;
use countersign_operations::editions::When;
use countersign_operations::lists::Lists;
use countersign_screening::{Profile, Query};
use serde_json::{Value, json};

use super::fault::Fault;
use super::record::{record, word};
use super::source::source;
use crate::compat::searched::searched;
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
            Ok(answered(&asked, &lists))
        })
        .await?
        .map_err(bad)?;
    Ok(axum::Json(found).into_response())
}

/// The records that were asked for; or why the name cannot be compared.
fn answered(asked: &Asked, lists: &Lists) -> Result<Value, String> {
    let mut warnings = asked.warnings.clone();
    let found: Vec<(&Entity, Option<f64>)> = match &asked.name {
        Some(name) => {
            let profile = Profile { near_miss_margin: 0.0, ..Profile::default() };
            let screened = lists
                .index()
                .screen(&Query::named(name.as_str()), &profile)
                .map_err(|why| why.to_string())?;
            warnings.extend(screened.notes.clone());
            let hits = searched(screened, name, lists);
            hits.iter().filter_map(|h| Some((lists.entity(&h.entity)?, Some(h.score)))).collect()
        }
        None => lists.index().entities().map(|e| (e, None)).collect(),
    };
    let wanted = |listing: &Listing| {
        listing.list.issuer() == Issuer::Us
            && (asked.lists.is_empty() || asked.lists.contains(&listing.list))
            && source(listing.list).is_some()
    };
    let mut records: Vec<Record<'_>> = Vec::new();
    for (entity, score) in found.into_iter().filter(|(e, _)| narrows(asked, e)) {
        let listings = entity.listings.iter().filter(|listing| wanted(listing));
        records.extend(listings.map(|listing| (entity, listing, score)));
    }
    let also = merge(&mut records);
    let (total, sources) = (records.len(), counted(&records));
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
                    json!({
                        "status": "possible match", "source": entity.source, "delisted_since": seen,
                        "also_in": also.get(&place(entity, listing)),
                    }),
                );
            }
            Some(record)
        })
        .collect();
    Ok(json!({
        "total": total,
        "sources": sources,
        "results": results,
        "countersign": {"warnings": warnings},
    }))
}

/// How many records each source has, most first.
fn counted(records: &[Record<'_>]) -> Vec<Value> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, name) in records.iter().filter_map(|(_, listing, _)| source(listing.list)) {
        *counts.entry(name).or_default() += 1;
    }
    let mut sources: Vec<(&str, usize)> = counts.into_iter().collect();
    sources.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    sources.into_iter().map(|(name, n)| json!({"count": n, "value": name})).collect()
}

/// An entry on a list, with its score where a name was asked for.
type Record<'l> = (&'l Entity, &'l Listing, Option<f64>);

/// What tells an entry of a list from the others: the publisher's number or, where there is none, its name.
fn place(entity: &Entity, listing: &Listing) -> (ListCode, bool, String) {
    match &listing.id {
        Some(id) => (listing.list, true, id.clone()),
        None => {
            let name = listing.name.as_deref().unwrap_or_else(|| entity.caption());
            (listing.list, false, normalised(name))
        }
    }
}

/// Leaves an entry that stands in several of the loaded sources once: from the source that has most entries of that name, the
/// publisher's own consolidated list before others, the starter list last. What differs is never left out: two entries of
/// one source are two. Gives the other sources.
fn merge(records: &mut Vec<Record<'_>>) -> BTreeMap<(ListCode, bool, String), BTreeSet<String>> {
    let mut sources: BTreeMap<_, BTreeMap<SourceId, usize>> = BTreeMap::new();
    for (entity, listing, _) in records.iter() {
        let of = sources.entry(place(entity, listing)).or_default();
        *of.entry(entity.source.clone()).or_default() += 1;
    }
    sources.retain(|_, of| of.len() > 1);
    let rank =
        |source: &SourceId| (source.as_str() == "starter", source.as_str() != "us_csl", source.clone());
    let best = |of: &BTreeMap<SourceId, usize>| {
        of.iter()
            .min_by_key(|(source, n)| (std::cmp::Reverse(**n), rank(source)))
            .map(|(source, _)| source.clone())
    };
    let kept: BTreeMap<_, _> =
        sources.iter().filter_map(|(place, of)| Some((place.clone(), best(of)?))).collect();
    records.retain(|(entity, listing, _)| {
        kept.get(&place(entity, listing)).is_none_or(|source| *source == entity.source)
    });
    let other = |place: &(ListCode, bool, String), of: &BTreeMap<SourceId, usize>| {
        let kept = kept.get(place);
        of.keys().filter(|source| kept != Some(source)).map(ToString::to_string).collect()
    };
    sources.iter().map(|(place, of)| (place.clone(), other(place, of))).collect()
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
    let countries = several("countries")
        .into_iter()
        .map(|text| match countersign_lists::country_code(&text).ok().flatten() {
            Some(code) => Ok(code),
            None => Err(format!("`{text}` is no country that is known; write its code, for example `IR`")),
        })
        .collect::<Result<Vec<String>, String>>()?;
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
        countries,
        address,
        size,
        offset,
        when: params.when()?,
        warnings,
    })
}

/// How many entries each list has, those of several sources once.
pub(super) fn counts(lists: &Lists) -> BTreeMap<ListCode, usize> {
    let listed = |entity: &'_ Entity| entity.listings.len();
    let mut records: Vec<Record<'_>> = Vec::with_capacity(lists.index().entities().map(listed).sum());
    for entity in lists.index().entities() {
        let own = entity.listings.iter().filter(|listing| source(listing.list).is_some());
        records.extend(own.map(|listing| (entity, listing, None)));
    }
    merge(&mut records);
    let mut counts = BTreeMap::new();
    for (_, listing, _) in records {
        *counts.entry(listing.list).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use countersign_model::{EntitySchema, Scope};

    use super::*;

    fn entity(source: &str, id: &str, name: &str, list: ListCode, number: Option<&str>) -> Entity {
        Entity {
            id: format!("{source}:{id}"),
            schema: EntitySchema::Organization,
            source: SourceId::new(source).unwrap(),
            properties: BTreeMap::from([("name".to_owned(), vec![name.to_owned()])]),
            listings: vec![Listing { id: number.map(str::to_owned), ..Listing::bare(list, Scope::AllItems) }],
        }
    }

    #[test]
    fn a_party_of_two_sources_is_one_record_and_two_parties_of_one_are_two() {
        let (el, sdn) = (ListCode::El, ListCode::Sdn);
        let entities = [
            entity("starter", "a", "NSO Group", el, None),
            entity("us_csl", "a", "NSO  GROUP", el, None),
            // two of one name in the publisher's own list
            entity("us_csl", "b", "Sun Trading", el, None),
            entity("us_csl", "c", "Sun Trading", el, None),
            entity("starter", "b", "Sun Trading", el, None),
            // another list, another number
            entity("us_csl", "d", "NSO Group", sdn, Some("1")),
            entity("us_ofac_sdn", "d", "N.S.O. Group", sdn, Some("1")),
            entity("us_ofac_sdn", "e", "NSO Group", sdn, Some("2")),
            entity("starter", "f", "only here", el, None),
        ];
        let mut records: Vec<Record<'_>> =
            entities.iter().flat_map(|e| e.listings.iter().map(move |l| (e, l, None))).collect();
        let also = merge(&mut records);
        let left: Vec<&str> = records.iter().map(|(e, ..)| e.id.as_str()).collect();
        assert_eq!(left, ["us_csl:a", "us_csl:b", "us_csl:c", "us_csl:d", "us_ofac_sdn:e", "starter:f"]);
        let (nso, listing, _) = records.first().unwrap();
        assert_eq!(also[&place(nso, listing)], BTreeSet::from(["starter".to_owned()]));
    }
}
