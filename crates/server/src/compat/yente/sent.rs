//! What `POST /match/{dataset}` is sent: parties by example, and what is asked of all of them.

use countersign_screening::Profile;
use serde_json::{Map, Value, json};

use super::typed::{self, share, switch};
use super::{Fault, Wanted};
use crate::example::{Example, NoSchema, Unreadable, schema};
use crate::params::Params;
use crate::state::most_names;
use crate::twice::no_key_twice;

/// As yente's own.
const MAX_QUERIES: usize = 100;
const MAX_LIMIT: usize = 500;
const DEFAULT_LIMIT: usize = 5;
/// The most ids that may be left out by name.
const MAX_EXCLUDED: usize = 50;

/// The words that name our one way of scoring.
const OURS: [&str; 2] = ["best", "countersign"];
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
pub(super) struct Asked {
    pub(super) wanted: Wanted,
    pub(super) profile: Profile,
    pub(super) limit: usize,
    pub(super) receipt: bool,
    pub(super) warnings: Vec<String>,
}

/// A query as it was sent.
pub(super) struct Sent {
    pub(super) name: String,
    pub(super) id: Option<Value>,
    pub(super) schema: String,
    pub(super) example: Example,
    /// Why it is not compared with anything, where it is not.
    pub(super) aside: Option<Aside>,
}

/// What is not compared with anything.
#[derive(Debug, Clone)]
pub(super) enum Aside {
    /// Nothing could be found: no list has entries of the kind.
    NotListed(String),
    /// It cannot be compared.
    Unreadable(String),
}

impl Aside {
    /// The status of its response, and the sentence.
    pub(super) fn said(&self) -> (u16, &str) {
        match self {
            Self::NotListed(why) => (200, why),
            Self::Unreadable(why) => (400, why),
        }
    }
}

/// Reads a request.
///
/// # Errors
/// What yente refuses, in its words; more names than are compared at once.
pub(super) fn read(dataset: &str, params: &Params, sent: &[u8]) -> Result<(Asked, Vec<Sent>), Fault> {
    let mut warnings = Vec::new();
    let algorithm = algorithm(params, &mut warnings)?;
    switch(params, "fuzzy", false)?;
    // the least score there is, where a client asks for everything
    let threshold = share(params, "threshold", Profile::default().threshold)?.max(0.01);
    // as in yente, what does not reach the threshold is shown only to those who ask for it
    let cutoff = share(params, "cutoff", Profile::default().threshold)?.clamp(0.01, threshold);
    let limit = limit(params, DEFAULT_LIMIT)?;
    let body = body(sent)?;
    let members = body.as_object().ok_or_else(|| {
        Fault::invalid("model_attributes_type", &["body"], "Input should be a valid dictionary", body.clone())
    })?;
    config(members, &algorithm, &mut warnings)?;
    weights(members, &mut warnings)?;
    let queries = members
        .get("queries")
        .ok_or_else(|| Fault::invalid("missing", &["body", "queries"], "Field required", body.clone()))?;
    let sent = queries_of(queries)?;
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

fn body(sent: &[u8]) -> Result<Value, Fault> {
    // some programs begin a file with a byte order mark
    let sent = sent.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sent);
    let body = serde_json::from_slice(sent).map_err(|e| {
        Fault::invalid("json_invalid", &["body"], &format!("JSON decode error: {e}"), json!({}))
    })?;
    no_key_twice(sent).map_err(|why| Fault::invalid("json_invalid", &["body"], &why, json!({})))?;
    Ok(body)
}

fn dictionary<'b>(
    members: &'b Map<String, Value>,
    key: &str,
) -> Result<Option<&'b Map<String, Value>>, Fault> {
    match members.get(key) {
        None => Ok(None),
        Some(Value::Object(found)) => Ok(Some(found)),
        Some(other) => {
            let message = "Input should be a valid dictionary";
            Err(Fault::invalid("dict_type", &["body", key], message, other.clone()))
        }
    }
}

/// Settings of yente's scoring: they are checked as yente does, and not used.
fn config(members: &Map<String, Value>, algorithm: &str, warnings: &mut Vec<String>) -> Result<(), Fault> {
    for (key, value) in dictionary(members, "config")?.into_iter().flatten() {
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
    Ok(())
}

/// Weights of yente's scoring: they are checked as yente does, and not used.
fn weights(members: &Map<String, Value>, warnings: &mut Vec<String>) -> Result<(), Fault> {
    let weights = dictionary(members, "weights")?;
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
    Ok(())
}

fn queries_of(queries: &Value) -> Result<Vec<Sent>, Fault> {
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
    queries.iter().map(|(name, query)| one(name, query)).collect()
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
