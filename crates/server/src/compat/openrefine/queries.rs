//! The queries: a batch in the form field `queries`; or a table to extend in the field `extend`.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{OriginalUri, RawQuery, State as Held};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use countersign_operations::screen::{Compared, Unscreened, compare};
use countersign_operations::screening::State as Standing;
use countersign_screening::Profile;
use serde_json::{Map, Value, json};

use super::batch::{batch, whole};
use super::manifest::manifest;
use super::offered::{kind, property};
use crate::access::Fields;
use crate::compat::yente::{Fault, Segments, Wanted, algorithm};
use crate::example::{Example, NoSchema, Unreadable, schema};
use crate::params::Params;
use crate::state::{State, still_wanted};

const MAX_QUERIES: usize = 100;
const DEFAULT_LIMIT: usize = 5;
const MAX_LIMIT: usize = 500;
/// From this score on a candidate that stands alone is nearly certain.
const NEARLY_CERTAIN: f64 = 0.95;

pub(super) async fn get(
    Held(state): Held<State>,
    Segments(dataset): Segments<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let params = Params::read(&query.unwrap_or_default());
    let for_any_page = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    // what the service says of itself is for any page: OpenRefine's own asks for it when a service is added; that there is no
    // such data set too, else that page says only that something failed
    let of_manifest = match manifest(&dataset, &uri, &headers, &state.snapshot().lists) {
        Ok(manifest) => manifest,
        Err(fault) => return Ok((for_any_page, fault).into_response()),
    };
    match answer(state, dataset, params).await? {
        Some(response) => Ok(response),
        None => Ok((for_any_page, axum::Json(of_manifest)).into_response()),
    }
}

pub(super) async fn post(
    Held(state): Held<State>,
    Segments(dataset): Segments<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Fault> {
    let body = body.map_err(|e| Fault::new(e.status(), e.body_text()))?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let text = if kind.starts_with("multipart/form-data") {
        // what a script sends with `FormData`
        let fields = Fields::read(&headers, body).await?;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for name in ["queries", "extend"] {
            form.extend_pairs(fields.all(name).map(|value| (name, value)));
        }
        form.finish()
    } else if kind.starts_with("application/json") {
        let why = "send `queries` or `extend` as a form: application/x-www-form-urlencoded";
        return Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    } else {
        String::from_utf8(body.to_vec()).map_err(|_| Fault::bad("the form is not UTF-8"))?
    };
    // the days may stand in the address, beside the form
    let params = Params::read(&format!("{}&{text}", query.unwrap_or_default()));
    let nothing = || Fault::bad("the form has neither `queries` nor `extend`");
    answer(state, dataset, params).await?.ok_or_else(nothing)
}

/// Answers queries, or extends a table; `None` where neither is asked for.
async fn answer(state: State, dataset: String, params: Params) -> Result<Option<Response>, Fault> {
    let json = |key: &str| -> Result<Option<Value>, Fault> {
        let parse = |text: &str| {
            serde_json::from_str(text).map_err(|e| Fault::bad(format!("`{key}` is no JSON: {e}")))
        };
        params.one(key).map(parse).transpose()
    };
    if let Some(queries) = json("queries")? {
        return reconcile(state, &dataset, &params, &queries).await.map(Some);
    }
    if let Some(extend) = json("extend")? {
        return super::extend::extend(state, &extend).await.map(Some);
    }
    Ok(None)
}

/// One query of a batch.
struct Asked {
    name: String,
    example: Example,
    limit: usize,
    /// Why it is compared with nothing.
    aside: Option<String>,
}

async fn reconcile(state: State, dataset: &str, params: &Params, queries: &Value) -> Result<Response, Fault> {
    let wanted = Wanted::read(dataset, params)?;
    let queries = queries.as_object().ok_or_else(|| Fault::bad("`queries` must be an object of queries"))?;
    if queries.len() > MAX_QUERIES {
        return Err(Fault::bad("Too many queries in one batch."));
    }
    let size = queries.len();
    let mut warnings = Vec::new();
    algorithm(params, &mut warnings)?;
    let mut asked = queries.iter().map(|(name, query)| read(name, query)).collect::<Result<Vec<_>, _>>()?;
    for one in &mut asked {
        one.example.warnings.extend(warnings.iter().chain(&wanted.warnings).cloned());
    }
    let snapshot = state.snapshot();
    let today = state.today()?;
    let worker = state.clone();
    let answers = state
        .work(move || {
            let (plan, lists) = worker.lists(&snapshot, wanted.when)?;
            if let Err(fault) = wanted.check(&lists) {
                return Ok(Err(fault));
            }
            let against = snapshot.against(&lists, &plan);
            let profile = Profile { max_near_misses: MAX_LIMIT, ..Profile::default() };
            let on = wanted.when.as_of.unwrap_or(today);
            let mut answers = Map::new();
            for one in &asked {
                still_wanted()?;
                // an empty cell of a table asks nothing, and the others are answered
                let none = |why: &str| {
                    let warnings = [format!("nothing was compared: {why}")];
                    json!({"result": [], "countersign": {"compared": 0, "warnings": warnings}})
                };
                if let Some(why) = &one.aside {
                    answers.insert(one.name.clone(), none(why));
                    continue;
                }
                let found = compare(&against, &one.example.query, &profile, on, |hit| {
                    lists.entity(&hit.entity).is_some_and(|entity| wanted.shows(&lists, entity))
                });
                let found = match found {
                    Ok(found) => found,
                    // a cell of `---` names nobody either
                    Err(Unscreened::Query(why)) => {
                        answers.insert(one.name.clone(), none(&why.to_string()));
                        continue;
                    }
                    Err(Unscreened::Failed(why)) => return Err(why.into()),
                };
                answers.insert(one.name.clone(), candidates(one, &found));
            }
            Ok(Ok(Value::Object(answers)))
        })
        .await??;
    Ok((batch(size), axum::Json(answers)).into_response())
}

fn read(name: &str, query: &Value) -> Result<Asked, Fault> {
    let bad = |why: String| Fault::bad(format!("query `{name}`: {why}"));
    if !query.is_object() {
        return Err(bad(format!("`{query}` is no object with a `query`")));
    }
    let mut warnings = Vec::new();
    let text = query.get("query").cloned().unwrap_or_default();
    let word = match query.get("type") {
        None | Some(Value::Null) => "Thing",
        Some(Value::String(word)) => word,
        Some(Value::Array(words)) => words.first().and_then(Value::as_str).unwrap_or("Thing"),
        Some(other) => return Err(bad(format!("the type `{other}` is no text"))),
    };
    let (schema, elsewhere) = match schema(word) {
        Ok(schema) => (schema, false),
        Err(NoSchema::NotListed) => (None, true),
        Err(_) => return Err(bad(format!("`{word}` is no type of listed parties"))),
    };
    let mut properties = vec![("name".to_owned(), text)];
    let given = match query.get("properties") {
        None | Some(Value::Null) => &[],
        Some(Value::Array(given)) => given.as_slice(),
        Some(other) => return Err(bad(format!("`properties` is `{other}`, which is no list"))),
    };
    for given in given {
        let id = given
            .get("pid")
            .and_then(Value::as_str)
            .ok_or_else(|| bad("a property has no `pid`".to_owned()))?;
        let value = match given.get("v") {
            Some(value) => value.clone(),
            None => {
                warnings.push(format!("the property `{id}` has no value `v`: nothing was compared with it"));
                continue;
            }
        };
        // a value that was reconciled already comes as an object with its id and name
        let plain = |v: Value| match v.get("name").or_else(|| v.get("id")) {
            Some(inner) => inner.clone(),
            None => v,
        };
        let value = match value {
            Value::Array(values) => Value::Array(values.into_iter().map(plain).collect()),
            one => plain(one),
        };
        properties.push((property(id).to_owned(), value));
    }
    let is_blank = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    };
    let nothing = properties.iter().all(|(_, value)| is_blank(value));
    let read = Example::read(schema, properties.iter().map(|(k, v)| (k.as_str(), v)));
    let (example, aside) = match read {
        _ if nothing => (Example::default(), Some("the query has no name".to_owned())),
        Ok(example) if elsewhere => {
            (example, Some(format!("no list that is loaded has entries of the type `{word}`")))
        }
        Ok(example) => (example, None),
        Err(why @ Unreadable::Nameless) => (Example::default(), Some(why.to_string())),
        Err(why) => return Err(bad(why.to_string())),
    };
    let limit = match query.get("limit") {
        None | Some(Value::Null) => DEFAULT_LIMIT,
        Some(limit) => {
            let limit = whole(limit).ok_or_else(|| bad(format!("the limit `{limit}` is no whole number")))?;
            limit.min(MAX_LIMIT)
        }
    };
    let mut example = example;
    example.warnings.extend(warnings);
    Ok(Asked { name: name.to_owned(), example, limit, aside })
}

fn candidates(asked: &Asked, found: &Compared) -> Value {
    let certain = |score: f64| score >= NEARLY_CERTAIN;
    let alone =
        found.hits.iter().filter(|f| certain(f.hit.score) && f.state != Standing::NoMatch).count() == 1;
    let results: Vec<Value> = found
        .hits
        .iter()
        .chain(&found.near_misses)
        .take(asked.limit)
        .map(|found| {
            let hit = &found.hit;
            let word = hit.schema.as_str();
            let name = kind(word).map_or(word, |(_, name, _)| name);
            let lists: Vec<&str> = hit.listings.iter().map(|l| l.list.as_str()).collect();
            json!({
                "id": hit.entity,
                "name": hit.caption,
                "description": format!("{word}; {}", lists.join(", ")),
                "type": [{"id": word, "name": name}],
                "score": hit.score,
                "match": alone && certain(hit.score) && found.state != Standing::NoMatch,
                "countersign": {
                    "status": "possible match", "state": found.state, "off_list": found.off_list(), "line": hit.line,
                },
            })
        })
        .collect();
    let mut warnings: Vec<String> = asked.example.warnings.iter().chain(&found.notes).cloned().collect();
    if found.hits.len() > asked.limit {
        warnings.push(format!(
            "{} possible matches, of which only {} are shown: raise `limit` to see all",
            found.hits.len(),
            asked.limit
        ));
    }
    json!({"result": results, "countersign": {"compared": found.entries, "warnings": warnings}})
}
