//! `POST /v1/screen`: is this name on a list?

use std::collections::BTreeSet;

use axum::extract::State as Held;
use axum::http::HeaderMap;
use countersign_model::{Date, EntitySchema, ListCode};
use countersign_operations::editions::When;
use countersign_operations::failure::Failure;
use countersign_operations::profiles::Named;
use countersign_operations::screen::{Asked, Screen, screen as run};
use countersign_operations::screening::MAX_NEAR_MISSES;
use countersign_operations::{receipt, record};
use countersign_screening::{Profile, WeakAliases};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::example::{Example, schema};
use crate::extract::{Json, JsonText, Query};
use crate::idempotency::{self, Key};
use crate::problem::Problem;
use crate::state::{State, most_names, still_wanted};

/// The most possible matches in one answer: all of them are held until it is sent. One party has no more than there are entries.
const MAX_HITS: usize = 100_000;
/// The most parties of one request.
const MAX_QUERIES: usize = 1_000;

/// What is asked beyond the parties.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Days {
    /// The day for which lists are read; today if absent.
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// Only imports recorded up to this day are known.
    #[param(value_type = Option<String>, format = Date)]
    known_at: Option<Date>,
    /// Record the outcome in the journal and give a signed receipt, also where nothing was found.
    receipt: Option<bool>,
}

/// One party, or many by names of your own.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    /// One party: a FollowTheMoney entity (`schema`, `properties`), or a flat object of properties with a `name`. A
    /// property that is not compared with anything is named in `notes`.
    #[schema(value_type = Option<Object>)]
    query: Option<Value>,
    /// Many parties, each under a key of your own; at most 1000.
    #[schema(value_type = Option<Object>)]
    queries: Option<IndexMap<String, Value>>,
    /// The least score of a possible match, above 0 and at most 1; 0.7 if absent.
    #[schema(minimum = 0, maximum = 1)]
    threshold: Option<f64>,
    /// How far below the threshold a near miss may lie; 0.1 if absent.
    #[schema(minimum = 0, maximum = 1)]
    near_miss_margin: Option<f64>,
    /// What is done with names that a list calls weak: `screen` (if absent) or `exact_only`.
    #[schema(value_type = Option<String>)]
    weak_aliases: Option<WeakAliases>,
    /// Only entries on one of these official lists (`EL`, `SDN`, …).
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    lists: BTreeSet<ListCode>,
    /// Only entries of these kinds (`Person`, `Company`, …).
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    types: Vec<EntitySchema>,
}

/// Is this name on a list? Possible matches with score and reasons.
///
/// One party gives `screen/1`, as `countersign screen --json` prints it; many give `screens/1` with one `screen/1` for
/// each. No possible match says only that nothing alike is on the lists that were loaded.
#[utoipa::path(
    post, path = "/v1/screen", tag = "screen", operation_id = "screen",
    params(Days, ("Idempotency-Key" = Option<String>, Header, description = "With `receipt=true`: the same key and request again give the first answer again, for a day")),
    request_body(content = Body, content_type = "application/json"),
    responses(
        (status = 200, description = "`screen/1` or `screens/1`", body = ref("#/components/schemas/ScreenAnswer")),
        (status = 400, description = "A party or a parameter is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The idempotency key was used for another request", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is of another type", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too much at once", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn screen(
    Held(state): Held<State>,
    Query(days): Query<Days>,
    headers: HeaderMap,
    Json(body): Json<Body>,
) -> Result<JsonText, Problem> {
    let keep = days.receipt.unwrap_or(false);
    let when = When { as_of: days.as_of, known_at: days.known_at };
    if !keep {
        let worker = state.clone();
        return state.work(move || answer(&worker, &body, when)?.0.text()).await.map(JsonText);
    }
    let key = Key::read(&headers, &[b"screen", format!("{days:?}{body:?}").as_bytes()])?;
    idempotency::once(&state.clone(), key, async move {
        let worker = state.clone();
        let (mut answer, subject, (algorithm, pins)) = state
            .work(move || {
                let (answer, subject, kept) = answer(&worker, &body, when)?;
                Ok((answer.tree()?, subject, kept))
            })
            .await?;
        let now = state.now()?;
        let outcome = answer.clone();
        let receipt = state
            .journal()
            .write(move |store| Ok(receipt::record(store, &subject, &algorithm, &pins, &outcome, now)?))
            .await?;
        let mut said = record::to_json(&receipt);
        if let (Some(said), Some(answer)) = (said.as_object_mut(), answer.as_object_mut()) {
            said.insert("proof".to_owned(), json!(receipt.proof));
            answer.insert("receipt".to_owned(), json!(said));
        }
        Ok(answer)
    })
    .await
    .map(|answer| JsonText(answer.to_string()))
}

/// What was found for one party, or for many.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Answer {
    One(Box<Screen>),
    Many { schema: &'static str, responses: IndexMap<String, Screen> },
}

impl Answer {
    fn text(&self) -> Result<String, Problem> {
        serde_json::to_string(self).map_err(|e| Problem::program(&e))
    }

    fn tree(&self) -> Result<Value, Problem> {
        serde_json::to_value(self).map_err(|e| Problem::program(&e))
    }
}

type Kept = (String, Vec<countersign_operations::lists::Pin>);

fn answer(state: &State, body: &Body, when: When) -> Result<(Answer, String, Kept), Problem> {
    let today = state.today()?;
    let snapshot = state.snapshot();
    let (plan, lists) = state.lists(&snapshot, when)?;
    let against = snapshot.against(&lists, &plan);
    let named = Named {
        name: String::new(),
        threshold: body.threshold,
        near_miss_margin: body.near_miss_margin,
        weak_aliases: body.weak_aliases,
        lists: body.lists.clone(),
        types: body.types.clone(),
        weights: None,
    };
    let profile = named.profile(Profile { max_near_misses: MAX_NEAR_MISSES, ..Profile::default() });
    let floor = profile.threshold - profile.near_miss_margin;
    let (mut names, mut compared, mut hits) = (Vec::new(), 0, 0);
    let mut one = |label: &str, query: &Value| -> Result<Screen, Problem> {
        let at = |why: String| Problem::input(format!("{label}: {why}"));
        still_wanted()?;
        let example = read_query(query).map_err(at)?;
        compared += example.query.names().count();
        if compared > most_names(floor) {
            return Err(at(format!(
                "more than {} names in one request, the most that are compared at once down to a score of {floor:.2}; send \
                 fewer parties, or raise `threshold`",
                most_names(floor)
            )));
        }
        names.push(example.query.name.clone());
        let asked = Asked {
            query: example.query,
            named: named.clone(),
            profile,
            when,
            today,
            // what a request narrows is said in the answer, which may be kept
            notes: example.warnings.into_iter().chain(named.narrows()).collect(),
        };
        let screen =
            run(&against, asked, |hit| named.shows(hit)).map_err(|why| match Failure::from(why) {
                Failure::Input(why) => at(why),
                other => other.into(),
            })?;
        hits += screen.hits.len();
        if hits > MAX_HITS {
            return Err(at(format!(
                "more than {MAX_HITS} possible matches in one answer; send fewer parties, or raise `threshold`"
            )));
        }
        Ok(screen)
    };
    let answer = match (&body.query, &body.queries) {
        (Some(query), None) => Answer::One(Box::new(one("query", query)?)),
        (None, Some(queries)) if queries.len() > MAX_QUERIES => {
            return Err(Problem::input(format!(
                "{} parties are too many; send at most {MAX_QUERIES}",
                queries.len()
            )));
        }
        (None, Some(queries)) => {
            let mut responses = IndexMap::new();
            for (key, query) in queries {
                responses.insert(key.clone(), one(&format!("queries.{key}"), query)?);
            }
            Answer::Many { schema: "screens/1", responses }
        }
        _ => return Err(Problem::input("give either `query` with one party, or `queries` with many")),
    };
    Ok((answer, names.join("\n"), (lists.index().algorithm().to_owned(), lists.pins())))
}

/// A party as a FollowTheMoney entity, or as a flat object of properties.
///
/// # Errors
/// Why it cannot be compared, in a sentence.
pub(crate) fn read_query(value: &Value) -> Result<Example, String> {
    let members = value.as_object().ok_or_else(|| "a party is an object with a `name`".to_owned())?;
    let kind = match members.get("schema") {
        None | Some(Value::Null) => None,
        Some(Value::String(word)) => schema(word).map_err(|_| {
            format!(
                "`{word}` is not a kind of party; use Person, Organization, Company, PublicBody, LegalEntity, Vessel, \
                 Airplane, Vehicle or Asset"
            )
        })?,
        Some(other) => return Err(format!("the schema `{other}` is no text")),
    };
    match members.get("properties") {
        Some(Value::Object(properties)) => {
            let known = [
                "schema",
                "properties",
                "id",
                "caption",
                "datasets",
                "referents",
                "target",
                "first_seen",
                "last_seen",
                "last_change",
            ];
            if let Some(unknown) = members.keys().find(|k| !known.contains(&k.as_str())) {
                return Err(format!(
                    "`{unknown}` is no member of an entity; did you mean a property of `properties`?"
                ));
            }
            Example::read(kind, properties.iter().map(|(k, v)| (k.as_str(), v)))
                .map_err(|why| why.to_string())
        }
        Some(other) => Err(format!("`properties` holds `{other}`; it must be an object")),
        None => {
            let flat = members.iter().filter(|(k, _)| !["schema", "id"].contains(&k.as_str()));
            Example::read(kind, flat.map(|(k, v)| (k.as_str(), v))).map_err(|why| why.to_string())
        }
    }
}
