//! `POST /match/{dataset}`: parties by example, many at once.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State as Held};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_model::Date;
use countersign_operations::lists::{Lists, Pin};
use countersign_operations::receipt;
use countersign_operations::record;
use countersign_operations::screen::{Compared, Unscreened, compare, missing};
use countersign_operations::screening::{Found, State as Standing};
use serde_json::{Map, Value, json};

use super::sent::{Aside, Asked, Sent, read};
use super::{Fault, Segments};
use crate::compat::{Prepared, Written};
use crate::params::Params;
use crate::snapshot::Snapshot;
use crate::state::{State, still_wanted};

/// The most results in one answer: all of them are held until it is sent.
const MAX_RESULTS: usize = 10_000;
pub(super) const MAX_URL: usize = 60_000;

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
    let (asked, sent) = read(&dataset, &Params::read(&query), &body)?;
    let now = state.now()?;
    let today = state.today()?;
    let snapshot = state.snapshot();
    let (count, limit) = (sent.len(), asked.limit);
    let worker = state.clone();
    let Answered { responses, mut ours, to_record } =
        state.work(move || Ok(answered(&worker, &snapshot, asked, &sent, today))).await??;
    if let Some(ToRecord { subject, algorithm, pins, outcome }) = to_record {
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

/// The answer to all queries.
struct Answered {
    /// The members of `responses`, written.
    responses: String,
    ours: Value,
    /// What the receipt says, where one was asked for.
    to_record: Option<ToRecord>,
}

/// What is recorded of a screening.
struct ToRecord {
    subject: String,
    algorithm: String,
    pins: Vec<Pin>,
    outcome: Value,
}

/// What came of a query.
type Outcome<'s> = (&'s Sent, Result<Compared, Aside>);

/// Compares all queries with the lists that the request asks for.
fn answered(
    state: &State,
    snapshot: &Snapshot,
    mut asked: Asked,
    sent: &[Sent],
    today: Date,
) -> Result<Answered, Fault> {
    let when = asked.wanted.when;
    let (plan, lists) = state.lists(snapshot, when)?;
    asked.warnings.extend(asked.wanted.check(&lists)?);
    asked.warnings.extend(plan.notes(when));
    let on = when.as_of.unwrap_or(today);
    let against = snapshot.against(&lists, &plan);
    let mut outcomes: Vec<Outcome<'_>> = Vec::with_capacity(sent.len());
    for sent in sent {
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
    bounded(&outcomes, asked.limit)?;
    let prepared = Arc::ptr_eq(&lists, &snapshot.lists).then_some(&*snapshot.prepared);
    let list_versions = match prepared {
        Some(prepared) => prepared.versions(&lists).clone(),
        None => crate::compat::versions(&lists),
    };
    let warnings: Vec<String> = asked
        .warnings
        .iter()
        .chain(&asked.wanted.warnings)
        .chain(&snapshot.warnings)
        .cloned()
        .chain(missing(&lists, on))
        .collect();
    let ours = json!({
        "as_of": on,
        "known_at": when.known_at,
        "list_versions": list_versions,
        "warnings": warnings,
    });
    let responses = responses(&outcomes, &asked, &lists, prepared);
    let to_record = asked.receipt.then(|| to_record(&outcomes, asked.profile.threshold, on, &lists));
    Ok(Answered { responses, ours, to_record })
}

/// Refuses an answer that is too large to be held.
fn bounded(outcomes: &[Outcome<'_>], limit: usize) -> Result<(), Fault> {
    let shown = |found: &Compared| (found.hits.len() + found.near_misses.len()).min(limit);
    let results: usize = outcomes.iter().filter_map(|(_, found)| found.as_ref().ok()).map(shown).sum();
    if results > MAX_RESULTS {
        return Err(Fault::bad(format!(
            "{results} results in one answer, more than {MAX_RESULTS}; lower `limit`, or send fewer queries"
        )));
    }
    Ok(())
}

/// The responses by the names of the queries, written.
fn responses(outcomes: &[Outcome<'_>], asked: &Asked, lists: &Lists, prepared: Option<&Prepared>) -> String {
    let mut responses = String::new();
    for (sent, found) in outcomes {
        if !responses.is_empty() {
            responses.push(',');
        }
        responses.push_str(&Value::from(sent.name.as_str()).to_string());
        responses.push(':');
        responses.push_str(&match found {
            Ok(found) => response(sent, found, asked, lists, prepared),
            Err(aside) => nothing(sent, aside),
        });
    }
    responses
}

/// What the receipt says of all queries.
fn to_record(outcomes: &[Outcome<'_>], threshold: f64, on: Date, lists: &Lists) -> ToRecord {
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
    let subject: Vec<&str> = outcomes.iter().map(|(sent, _)| sent.example.query.name.as_str()).collect();
    ToRecord {
        subject: subject.join("\n"),
        algorithm: lists.index().algorithm().to_owned(),
        pins: lists.pins(),
        outcome: json!({"threshold": threshold, "as_of": on, "queries": queries}),
    }
}

/// One response: the query as it was understood, and the possible matches.
fn response(
    sent: &Sent,
    found: &Compared,
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
fn explanations(found: &Found) -> Map<String, Value> {
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
