//! `POST /match/{dataset}`: parties by example, many at once.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State as Held};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_operations::lists::Lists;
use countersign_operations::receipt;
use countersign_operations::record;
use countersign_operations::screen::{Unscreened, compare};
use countersign_operations::screening::{Found, State as Standing};
use countersign_screening::Profile;
use serde_json::{Map, Value, json};

use super::typed::{self, share, switch};
use super::{Fault, Segments, Wanted};
use crate::compat::{Prepared, Written};
use crate::example::{Example, NoSchema, Unreadable, schema};
use crate::params::Params;
use crate::state::{State, most_names, still_wanted};
use crate::twice::no_key_twice;

/// As yente's own.
const MAX_QUERIES: usize = 100;
/// The most results in one answer: all of them are held until it is sent.
const MAX_RESULTS: usize = 10_000;
const MAX_LIMIT: usize = 500;
const DEFAULT_LIMIT: usize = 5;
/// The most ids that may be left out by name.
const MAX_EXCLUDED: usize = 50;
pub(super) const MAX_URL: usize = 60_000;

/// The words that name our one way of scoring.
pub(super) const OURS: [&str; 2] = ["best", "countersign"];
/// yente's ways of scoring. Who asks for one is answered with ours, and told so.
const THEIRS: [&str; 6] =
    ["logic-v2", "logic-v1", "name-based", "name-qualified", "regression-v1", "regression-v2"];
/// The settings of `logic-v2`.
const THEIR_CONFIG: [&str; 6] = [
    "nm_name_property",
    "nm_number_mismatch",
    "nm_extra_query_name",
    "nm_extra_result_name",
    "nm_family_name_weight",
    "nm_fuzzy_cutoff_factor",
];

/// What is asked of all queries of a request.
struct Asked {
    wanted: Wanted,
    profile: Profile,
    limit: usize,
    receipt: bool,
    warnings: Vec<String>,
}

/// A query as it was sent.
struct Sent {
    name: String,
    id: Option<Value>,
    schema: String,
    example: Example,
    /// Why it is not compared with anything, where it is not.
    aside: Option<Aside>,
}

/// What is not compared with anything.
#[derive(Debug, Clone)]
enum Aside {
    /// Nothing could be found: no list has entries of the kind.
    NotListed(String),
    /// It cannot be compared.
    Unreadable(String),
}

impl Aside {
    /// The status of its response, and the sentence.
    fn said(&self) -> (u16, &str) {
        match self {
            Self::NotListed(why) => (200, why),
            Self::Unreadable(why) => (400, why),
        }
    }
}

pub(super) async fn answer(
    Held(state): Held<State>,
    Segments(dataset): Segments<String>,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Fault> {
    let body = body.map_err(|e| Fault::new(e.status(), e.body_text()))?;
    let query = query.unwrap_or_default();
    if query.len() > MAX_URL {
        return Err(Fault::new(StatusCode::URI_TOO_LONG, "Request URI too long"));
    }
    let (mut asked, sent) = read(&dataset, &Params::read(&query), &body)?;
    let now = state.now()?;
    let today = state.today()?;
    let snapshot = state.snapshot();
    let count = sent.len();
    let worker = state.clone();
    let (text, recorded) = state
        .work(move || {
            Ok((|| {
                let (plan, lists) = worker.lists(&snapshot, asked.wanted.when)?;
                asked.warnings.extend(asked.wanted.check(&lists)?);
                asked.warnings.extend(plan.notes(asked.wanted.when));
                let against = snapshot.against(&lists, &plan);
                let on = asked.wanted.when.as_of.unwrap_or(today);
                let mut outcomes = Vec::with_capacity(sent.len());
                for sent in &sent {
                    still_wanted()?;
                    if let Some(aside) = &sent.aside {
                        outcomes.push((sent, Err(aside.clone())));
                        continue;
                    }
                    let found = compare(&against, &sent.example.query, &asked.profile, on, |hit| {
                        lists.entity(&hit.entity).is_some_and(|entity| asked.wanted.shows(&lists, entity))
                    });
                    let found = match found {
                        Ok(found) => Ok(found),
                        // one row of a table that cannot be compared must not hide the answers about the others
                        Err(Unscreened::Query(why)) => Err(Aside::Unreadable(why.to_string())),
                        Err(Unscreened::Failed(why)) => return Err(why.into()),
                    };
                    outcomes.push((sent, found));
                }
                let shown = |found: &countersign_operations::screen::Compared| {
                    (found.hits.len() + found.near_misses.len()).min(asked.limit)
                };
                let results: usize = outcomes.iter().filter_map(|(_, found)| found.as_ref().ok()).map(shown).sum();
                if results > MAX_RESULTS {
                    return Err(Fault::bad(format!(
                        "{results} results in one answer, more than {MAX_RESULTS}; lower `limit`, or send fewer queries"
                    )));
                }
                let prepared = std::sync::Arc::ptr_eq(&lists, &snapshot.lists).then_some(&*snapshot.prepared);
                let mut responses = String::new();
                for (sent, found) in &outcomes {
                    if !responses.is_empty() {
                        responses.push(',');
                    }
                    responses.push_str(&Value::from(sent.name.as_str()).to_string());
                    responses.push(':');
                    responses.push_str(&match found {
                        Ok(found) => response(sent, found, &asked, &lists, prepared),
                        Err(aside) => nothing(sent, aside),
                    });
                }
                let outcome = asked.receipt.then(|| {
                    let queries: Vec<Value> = outcomes
                        .iter()
                        .map(|(sent, found)| match found {
                            Ok(found) => json!({
                                "query": sent.example.query, "hits": found.hits, "near_misses": found.near_misses,
                                "compared": found.entries, "notes": found.notes,
                            }),
                            Err(aside) => json!({
                                "query": sent.example.query, "hits": [], "near_misses": [], "compared": 0,
                                "notes": [aside.said().1],
                            }),
                        })
                        .collect();
                    let subject: Vec<&str> =
                        outcomes.iter().map(|(sent, _)| sent.example.query.name.as_str()).collect();
                    let outcome = json!({"threshold": asked.profile.threshold, "as_of": on, "queries": queries});
                    (subject.join("\n"), lists.index().algorithm().to_owned(), lists.pins(), outcome)
                });
                let list_versions = match prepared {
                    Some(prepared) => prepared.versions(&lists).clone(),
                    None => crate::compat::versions(&lists),
                };
                let ours = json!({
                    "as_of": on,
                    "known_at": asked.wanted.when.known_at,
                    "list_versions": list_versions,
                    "warnings": asked.warnings.iter().chain(&asked.wanted.warnings).chain(&snapshot.warnings)
                        .cloned().chain(countersign_operations::screen::missing(&lists, on)).collect::<Vec<_>>(),
                });
                let text = (responses, asked.limit, ours);
                Ok::<_, Fault>((text, outcome))
            })())
        })
        .await??;
    let (responses, limit, mut ours) = text;
    if let Some((subject, algorithm, pins, outcome)) = recorded {
        let receipt = state
            .journal()
            .write(move |store| Ok(receipt::record(store, &subject, &algorithm, &pins, &outcome, now)?))
            .await?;
        let mut said = record::to_json(&receipt);
        if let Some(said) = said.as_object_mut() {
            said.insert("proof".to_owned(), json!(receipt.proof));
        }
        if let Some(ours) = ours.as_object_mut() {
            ours.insert("receipt".to_owned(), said);
        }
    }
    let body = format!(r#"{{"responses":{{{responses}}},"limit":{limit},"countersign":{ours}}}"#);
    let size = HeaderValue::from_str(&count.to_string()).unwrap_or(HeaderValue::from_static("0"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (HeaderName::from_static("x-batch-size"), size),
    ];
    Ok((headers, body).into_response())
}

/// One response: the query as it was understood, and the possible matches.
fn response(
    sent: &Sent,
    found: &countersign_operations::screen::Compared,
    asked: &Asked,
    lists: &Lists,
    prepared: Option<&Prepared>,
) -> String {
    // as in yente: how many match, not how many are shown
    let total = found.hits.iter().filter(|hit| is_match(hit, asked.profile.threshold)).count();
    let mut results = String::new();
    for hit in found.hits.iter().chain(&found.near_misses).take(asked.limit) {
        if !results.is_empty() {
            results.push(',');
        }
        results.push_str(&result(hit, asked.profile.threshold, lists, prepared));
    }
    let mut warnings: Vec<String> = sent.example.warnings.iter().chain(&found.notes).cloned().collect();
    let hits = found.hits.len();
    if hits > asked.limit {
        warnings.push(format!(
            "{hits} possible matches, of which only {} are shown: raise `limit` to see all",
            asked.limit
        ));
    }
    let query = json!({"id": sent.id, "schema": sent.schema, "properties": sent.example.properties});
    let ours = json!({"compared": found.entries, "warnings": warnings});
    format!(
        r#"{{"status":200,"results":[{results}],"total":{{"value":{total},"relation":"eq"}},"query":{query},"countersign":{ours}}}"#
    )
}

/// The response to a query that was not compared with anything: never a plain empty answer.
fn nothing(sent: &Sent, aside: &Aside) -> String {
    let (status, why) = aside.said();
    let warnings: Vec<&str> =
        std::iter::once(why).chain(sent.example.warnings.iter().map(String::as_str)).collect();
    json!({
        "status": status,
        "results": [],
        "total": {"value": 0, "relation": "eq"},
        "query": {"id": sent.id, "schema": sent.schema, "properties": sent.example.properties},
        "countersign": {"compared": 0, "warnings": warnings},
    })
    .to_string()
}

/// Whether it reaches the threshold and nobody has decided that it is another party.
fn is_match(found: &Found, threshold: f64) -> bool {
    found.hit.score >= threshold && found.state != Standing::NoMatch
}

/// One possible match: the entity with score and reasons.
fn result(found: &Found, threshold: f64, lists: &Lists, prepared: Option<&Prepared>) -> String {
    let hit = &found.hit;
    let written = lists.entity(&hit.entity).map(|entity| match prepared {
        Some(prepared) => prepared.written(entity, lists),
        None => Written::of(entity, lists).into(),
    });
    let matches = is_match(found, threshold);
    let ours = json!({
        "status": "possible match",
        "state": found.state,
        "disposition": found.disposition,
        "reopened": found.reopened,
        "off_list": found.off_list(),
        "name": hit.name,
        "line": hit.line,
        "kept_below": hit.kept_below,
        "listings": hit.listings,
    })
    .to_string();
    let more = json!({"score": hit.score, "explanations": explanations(found), "match": matches}).to_string();
    let entity = written.as_deref().and_then(|written| written.entity.strip_suffix('}')).unwrap_or("{");
    let more = more.strip_prefix('{').and_then(|more| more.strip_suffix('}')).unwrap_or_default();
    let beyond = written.as_deref().and_then(|written| written.beyond.as_deref());
    match (ours.strip_suffix('}'), beyond) {
        (Some(ours), Some(beyond)) => {
            format!(r#"{entity},{more},"countersign":{ours},"properties":{beyond}}}}}"#)
        }
        _ => format!(r#"{entity},{more},"countersign":{ours}}}"#),
    }
}

/// The reasons by feature, as yente names them where it has the like.
pub(super) fn explanations(found: &Found) -> Map<String, Value> {
    use countersign_screening::Fact;
    let hit = &found.hit;
    let mut out = Map::new();
    let name = json!({
        "score": hit.name_score, "detail": hit.comparison.line(), "query": hit.name.asked, "candidate": hit.name.listed,
    });
    out.insert("name_match".to_owned(), name);
    // as yente does, what adds and takes nothing is left out
    for adjustment in hit.adjustments.iter().filter(|adjustment| adjustment.effect != 0.0) {
        let feature = match (adjustment.fact, adjustment.agrees) {
            (Fact::Identifier, true) => "identifier_match",
            (Fact::Identifier, false) => "identifier_mismatch",
            (Fact::BirthDate, true) => "dob_match",
            (Fact::BirthDate, false) => "dob_mismatch",
            (Fact::Country, true) => "country_match",
            (Fact::Country, false) => "country_mismatch",
            (Fact::Address, true) => "address_match",
            (Fact::Address, false) => "address_mismatch",
            (Fact::Gender, true) => "gender_match",
            (Fact::Gender, false) => "gender_mismatch",
        };
        let said = json!({
            "score": adjustment.effect, "detail": null, "query": adjustment.asked, "candidate": adjustment.listed,
        });
        out.insert(feature.to_owned(), said);
    }
    out
}

fn read(dataset: &str, params: &Params, sent: &[u8]) -> Result<(Asked, Vec<Sent>), Fault> {
    let mut warnings = Vec::new();
    let algorithm = algorithm(params, &mut warnings)?;
    switch(params, "fuzzy", false)?;
    // the least score there is, where a client asks for everything
    let threshold = share(params, "threshold", Profile::default().threshold)?.max(0.01);
    // as in yente, what does not reach the threshold is shown only to those who ask for it
    let cutoff = share(params, "cutoff", Profile::default().threshold)?.clamp(0.01, threshold);
    let limit = limit(params, DEFAULT_LIMIT)?;
    // some programs begin a file with a byte order mark
    let sent = sent.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sent);
    let body: Value = serde_json::from_slice(sent).map_err(|e| {
        Fault::invalid("json_invalid", &["body"], &format!("JSON decode error: {e}"), json!({}))
    })?;
    no_key_twice(sent).map_err(|why| Fault::invalid("json_invalid", &["body"], &why, json!({})))?;
    let members = body.as_object().ok_or_else(|| {
        Fault::invalid("model_attributes_type", &["body"], "Input should be a valid dictionary", body.clone())
    })?;
    let dictionary = |key: &str| match members.get(key) {
        None => Ok(None),
        Some(Value::Object(found)) => Ok(Some(found)),
        Some(other) => {
            let message = "Input should be a valid dictionary";
            Err(Fault::invalid("dict_type", &["body", key], message, other.clone()))
        }
    };
    for (key, value) in dictionary("config")?.into_iter().flatten() {
        if !THEIR_CONFIG.contains(&key.as_str()) {
            return Err(Fault::bad(format!(
                "Invalid configuration parameter: {key} for algorithm {algorithm}"
            )));
        }
        if !(value.is_string() || value.is_number() || value.is_boolean() || value.is_null()) {
            let message = "Input should be a valid string, number or boolean";
            return Err(Fault::invalid("scalar_type", &["body", "config", key], message, value.clone()));
        }
        warnings.push(format!("the setting `{key}` is not used: scores are those of `countersign`"));
    }
    let weights = dictionary("weights")?;
    for (key, value) in weights.into_iter().flatten() {
        let number =
            value.is_number() || value.as_str().is_some_and(|text| text.trim().parse::<f64>().is_ok());
        if !number {
            let message = "Input should be a valid number, unable to parse string as a number";
            return Err(Fault::invalid("float_parsing", &["body", "weights", key], message, value.clone()));
        }
    }
    if weights.is_some_and(|weights| !weights.is_empty()) {
        warnings.push("`weights` are not used: scores are those of `countersign`".to_owned());
    }
    let queries = members
        .get("queries")
        .ok_or_else(|| Fault::invalid("missing", &["body", "queries"], "Field required", body.clone()))?;
    let queries = queries.as_object().ok_or_else(|| {
        Fault::invalid(
            "dict_type",
            &["body", "queries"],
            "Input should be a valid dictionary",
            queries.clone(),
        )
    })?;
    if queries.is_empty() {
        return Err(Fault::bad("No queries provided."));
    }
    if queries.len() > MAX_QUERIES {
        return Err(Fault::bad(format!("Too many queries in one batch (limit: {MAX_QUERIES})")));
    }
    let sent = queries.iter().map(|(name, query)| one(name, query)).collect::<Result<Vec<_>, _>>()?;
    let names: usize = sent.iter().map(|one| one.example.query.names().count()).sum();
    let most = most_names(cutoff);
    if names > most {
        return Err(Fault::bad(format!(
            "{names} names in one request, more than the {most} that are compared at once with a `cutoff` of {cutoff}; send \
             fewer queries, or raise `cutoff`"
        )));
    }
    let wanted = Wanted::read(dataset, params)?;
    let excluded = params.all("exclude_entity_ids");
    if excluded.len() > MAX_EXCLUDED {
        let message =
            format!("List should have at most {MAX_EXCLUDED} items after validation, not {}", excluded.len());
        return Err(Fault::invalid("too_long", &["query", "exclude_entity_ids"], &message, json!(excluded)));
    }
    let receipt = switch(params, "receipt", false)?;
    let profile = Profile {
        threshold,
        near_miss_margin: threshold - cutoff,
        // nothing below the cutoff is shown
        bearers: false,
        // the reasons of what is not shown are not worked out; what is kept is kept whole
        max_near_misses: if receipt || wanted.narrows() { usize::MAX } else { limit },
        ..Profile::default()
    };
    Ok((Asked { wanted, profile, limit, receipt, warnings }, sent))
}

/// The way of scoring that is asked for, in small letters; what is not ours draws a warning.
pub(in crate::compat) fn algorithm(params: &Params, warnings: &mut Vec<String>) -> Result<String, Fault> {
    let asked = params.pairs().filter(|(key, _)| *key == "algorithm").last().map_or("best", |(_, v)| v);
    let algorithm = asked.trim().to_lowercase();
    if THEIRS.contains(&algorithm.as_str()) {
        warnings.push(format!("`{algorithm}` is not to be had here: scores are those of `countersign`"));
    } else if !OURS.contains(&algorithm.as_str()) {
        return Err(Fault::bad(format!("Invalid algorithm: {algorithm}")));
    }
    Ok(algorithm)
}

/// How many results are shown.
pub(in crate::compat) fn limit(params: &Params, absent: usize) -> Result<usize, Fault> {
    typed::whole(params, "limit", absent, MAX_LIMIT)
}

fn one(name: &str, query: &Value) -> Result<Sent, Fault> {
    let place = ["body", "queries", name];
    let members = query.as_object().ok_or_else(|| {
        Fault::invalid("model_attributes_type", &place, "Input should be a valid dictionary", query.clone())
    })?;
    let missing = |field: &str| {
        Fault::invalid("missing", &["body", "queries", name, field], "Field required", query.clone())
    };
    let word = members.get("schema").ok_or_else(|| missing("schema"))?;
    let word = word.as_str().ok_or_else(|| {
        Fault::invalid(
            "string_type",
            &["body", "queries", name, "schema"],
            "Input should be a valid string",
            word.clone(),
        )
    })?;
    let kind = match schema(word) {
        Ok(kind) => Ok(kind),
        Err(NoSchema::NotListed) => Err(Aside::NotListed(format!(
            "no list that is loaded has entries of the schema `{word}`: nothing was compared"
        ))),
        Err(NoSchema::NoParty) => {
            return Err(Fault::bad(format!(
                "Cannot parse example entity: Non-matchable schema for query: {word}"
            )));
        }
        Err(NoSchema::Unknown) => {
            return Err(Fault::bad(format!("Cannot parse example entity: Unknown schema: '{word}'")));
        }
    };
    let properties = match members.get("properties") {
        None => return Err(missing("properties")),
        Some(Value::Object(properties)) => properties,
        Some(other) => {
            let place = ["body", "queries", name, "properties"];
            return Err(Fault::invalid(
                "dict_type",
                &place,
                "Input should be a valid dictionary",
                other.clone(),
            ));
        }
    };
    let read = Example::read(kind.clone().unwrap_or(None), properties.iter().map(|(k, v)| (k.as_str(), v)));
    let (example, aside) = match (read, kind) {
        (Err(Unreadable::Wrong(why)), _) => {
            return Err(Fault::bad(format!("Cannot parse example entity: query `{name}`: {why}")));
        }
        (Ok(example), Ok(_)) => (example, None),
        (Ok(example), Err(aside)) => (example, Some(aside)),
        (Err(Unreadable::Nameless), Err(aside)) => (Example::default(), Some(aside)),
        (Err(why @ Unreadable::Nameless), Ok(_)) => {
            (Example::default(), Some(Aside::Unreadable(why.to_string())))
        }
    };
    let id = members.get("id").filter(|id| !id.is_null()).cloned();
    if let Some(id) = id.as_ref().filter(|id| !id.is_string()) {
        let place = ["body", "queries", name, "id"];
        return Err(Fault::invalid("string_type", &place, "Input should be a valid string", id.clone()));
    }
    Ok(Sent { name: name.to_owned(), id, schema: word.to_owned(), example, aside })
}
