//! Suggestions while somebody types.

use std::collections::HashSet;

use axum::extract::{RawQuery, State as Held};
use axum::response::{IntoResponse, Response};
use countersign_model::Entity;
use countersign_operations::lists::Lists;
use countersign_screening::{Profile, Query};
use serde_json::{Value, json};

use super::offered::{PROPERTIES, TYPES, kind};
use crate::compat::searched::searched;
use crate::compat::yente::{Fault, Segments, Wanted, limit, whole, words};
use crate::params::Params;
use crate::state::State;

/// How many suggestions are shown, if nothing else is asked for.
const SHOWN: usize = 10;
/// The furthest that suggestions go.
const MAX_CURSOR: usize = 10_000;
/// Somebody who types has not typed all of it.
const THRESHOLD: f64 = 0.5;

pub(super) async fn entity(
    Held(state): Held<State>,
    Segments(dataset): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let params = Params::read(&query.unwrap_or_default());
    let wanted = Wanted::read(&dataset, &params)?;
    let prefix = params.one("prefix").unwrap_or_default().to_owned();
    let most = limit(&params, SHOWN)?;
    let skipped = whole(&params, "cursor", 0, MAX_CURSOR)?;
    let asked = prefix.clone();
    let snapshot = state.snapshot();
    let result = state
        .work(move || {
            let lists = &snapshot.lists;
            if let Err(fault) = wanted.check(lists) {
                return Ok(Err(fault));
            }
            let profile = Profile { near_miss_margin: 0.0, ..Profile::with_threshold(THRESHOLD) };
            // a text without a letter suggests nobody
            let found = lists.index().screen(&Query::named(prefix.as_str()), &profile);
            let found = found.map(|found| searched(found, &prefix, lists)).unwrap_or_default();
            let alike = found.iter().filter_map(|hit| lists.entity(&hit.entity));
            let mut seen = HashSet::new();
            let found: Vec<Value> = beginning(&prefix, lists)
                .into_iter()
                .chain(alike)
                .filter(|entity| wanted.shows(lists, entity) && seen.insert(entity.id.as_str()))
                .skip(skipped)
                .take(most)
                .map(|entity| {
                    let word = entity.schema.as_str();
                    let name = kind(word).map_or(word, |(_, name, _)| name);
                    json!({
                        "id": entity.id, "name": entity.caption(), "description": word,
                        "type": [{"id": word, "name": name}], "notable": [{"id": word, "name": name}],
                    })
                })
                .collect();
            Ok(Ok(found))
        })
        .await??;
    Ok(answer(&asked, &Value::Array(result)))
}

/// The entries of which a name has the words that were typed, the last of them perhaps not to its end. Those whose name begins
/// so come first, then by the length of the name.
fn beginning<'l>(prefix: &str, lists: &'l Lists) -> Vec<&'l Entity> {
    let typed = words(prefix);
    let Some((last, whole)) = typed.split_last() else { return Vec::new() };
    let place = |entity: &Entity| {
        let names = entity.names().filter_map(|name| {
            let has = words(name.text);
            let fits = has.iter().any(|word| word.starts_with(last.as_str()))
                && whole.iter().all(|word| has.contains(word));
            let begins = typed
                .first()
                .is_some_and(|first| has.first().is_some_and(|word| word.starts_with(first.as_str())));
            fits.then(|| (!begins, name.text.chars().count()))
        });
        names.min()
    };
    let mut found: Vec<((bool, usize), &Entity)> =
        lists.index().entities().filter_map(|entity| Some((place(entity)?, entity))).collect();
    found.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.id.cmp(&other.id)));
    found.into_iter().map(|(_, entity)| entity).collect()
}

/// Suggestions in the envelope that yente's have.
fn answer(prefix: &str, result: &Value) -> Response {
    let said = json!({"code": "/api/status/ok", "status": "200 OK", "prefix": prefix, "result": result});
    axum::Json(said).into_response()
}

/// Whether a name begins with what was typed; nothing typed begins nothing.
fn begins(prefix: &str, names: [&str; 2]) -> bool {
    let prefix = prefix.trim().to_lowercase();
    !prefix.is_empty() && names.iter().any(|name| name.to_lowercase().starts_with(&prefix))
}

/// What was typed; refused where there is no such data set.
fn typed(state: &State, dataset: &str, query: Option<String>) -> Result<String, Fault> {
    let params = Params::read(&query.unwrap_or_default());
    Wanted::read(dataset, &params)?.check(&state.snapshot().lists)?;
    Ok(params.one("prefix").unwrap_or_default().to_owned())
}

pub(super) async fn types(
    Held(state): Held<State>,
    Segments(dataset): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let prefix = typed(&state, &dataset, query)?;
    let result: Vec<Value> = TYPES
        .iter()
        .filter(|(id, name, _)| begins(&prefix, [id, name]))
        .map(|(id, name, description)| json!({"id": id, "name": name, "description": description}))
        .collect();
    Ok(answer(&prefix, &Value::Array(result)))
}

pub(super) async fn properties(
    Held(state): Held<State>,
    Segments(dataset): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let prefix = typed(&state, &dataset, query)?;
    let result: Vec<Value> = PROPERTIES
        .iter()
        .filter(|(id, _, name)| begins(&prefix, [id, name]))
        .map(|(id, schema, name)| json!({"id": format!("{schema}:{id}"), "name": name, "description": null}))
        .collect();
    Ok(answer(&prefix, &Value::Array(result)))
}
