//! `GET /v2/search`.

use axum::extract::{RawQuery, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_model::{CountryCode, EntitySchema};
use countersign_operations::editions::When;
use countersign_operations::screen::compare;
use countersign_operations::screening::Found;
use countersign_screening::{BirthDate, Gender, IDENTIFIERS, Identifier, Profile, Query};
use serde_json::{Map, Value, json};

use super::entity::{PAPERS, TYPES, blank, listed, word};
use super::fault::Fault;
use crate::params::Params;
use crate::state::{State, most_names};

const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 100;

/// Parameters that are compared, and those of watchman that nothing is compared with.
const KNOWN: [&str; 12] = [
    "name",
    "source",
    "type",
    "altNames",
    "limit",
    "minMatch",
    "requestID",
    "debug",
    "format",
    "gender",
    "birthDate",
    "sourceID",
];
/// watchman's parameters that are official numbers under another name; those that screening compares under the same name
/// need no line.
const NUMBERS: [(&str, &str); 4] = [
    ("emailAddress", "email"),
    ("emailAddresses", "email"),
    ("cryptoAddress", "publicKey"),
    ("cryptoAddresses", "publicKey"),
];
const ASIDE: [&str; 23] = [
    "deathDate",
    "titles",
    "created",
    "dissolved",
    "aircraftType",
    "icaoCode",
    "model",
    "built",
    "vesselType",
    "owner",
    "tonnage",
    "grossRegisteredTonnage",
    "phone",
    "phoneNumber",
    "phoneNumbers",
    "fax",
    "faxNumber",
    "faxNumbers",
    "website",
    "websites",
    "affiliations",
    "historicalInfo",
    "title",
];
/// watchman's names for sources, and ours.
const SOURCES: [(&str, &[&str]); 5] = [
    ("us_ofac", &["us_ofac_sdn", "us_ofac_cons"]),
    ("us_csl", &["us_csl"]),
    ("eu_csl", &["eu_fsf", "eu_journal"]),
    ("uk_csl", &["uk_sl", "uk_ofsi"]),
    ("un_csl", &["un_sc"]),
];

struct Asked {
    query: Query,
    kind: Option<EntitySchema>,
    word: String,
    sources: Vec<String>,
    source_id: Option<String>,
    threshold: f64,
    limit: usize,
    when: When,
    debug: bool,
    request: Option<String>,
    warnings: Vec<String>,
}

pub(super) async fn answer(Held(state): Held<State>, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let bad = |why: String| Fault(StatusCode::BAD_REQUEST, why);
    let asked = read(&Params::read(&query.unwrap_or_default())).map_err(bad)?;
    let snapshot = state.snapshot();
    let today = state.today()?;
    let worker = state.clone();
    let found = state
        .work(move || {
            let (plan, lists) = worker.lists(&snapshot, asked.when)?;
            let sources = asked.sources.iter().flat_map(|s| ours(s)).collect::<Vec<_>>();
            let pins = lists.pins();
            if let Some(unknown) = asked.sources.iter().find(|s| {
                !SOURCES.iter().any(|(theirs, _)| theirs == s) && !pins.iter().any(|p| p.source.as_str() == s.as_str())
            }) {
                return Ok(Err(format!("unknown source: {unknown}")));
            }
            let against = snapshot.against(&lists, &plan);
            let profile = Profile { near_miss_margin: 0.0, ..Profile::with_threshold(asked.threshold) };
            let on = asked.when.as_of.unwrap_or(today);
            let found = compare(&against, &asked.query, &profile, on, |hit| {
                let source = sources.is_empty() || sources.contains(&hit.source.as_str());
                let id = asked.source_id.as_ref().is_none_or(|id| {
                    hit.listings.iter().any(|l| l.id.as_ref() == Some(id)) || hit.entity.ends_with(id.as_str())
                });
                source && id
            });
            let found = match found {
                Ok(found) => found,
                Err(countersign_operations::screen::Unscreened::Query(why)) => return Ok(Err(why.to_string())),
                Err(countersign_operations::screen::Unscreened::Failed(why)) => return Err(why.into()),
            };
            let entities: Vec<Value> = found
                .hits
                .iter()
                .take(asked.limit)
                .filter_map(|f| Some(one(f, listed(lists.entity(&f.hit.entity)?), asked.threshold, asked.debug)))
                .collect();
            let mut warnings: Vec<String> = asked.warnings.iter().chain(&found.notes).cloned().collect();
            if found.hits.len() > asked.limit {
                warnings.push(format!(
                    "{} possible matches, of which only {} are shown: raise `limit` to see more",
                    found.hits.len(),
                    asked.limit
                ));
            }
            Ok(Ok(json!({
                "query": echo(&asked),
                "entities": entities,
                "countersign": {
                    "compared": found.entries, "possible_matches": found.hits.len(), "request_id": asked.request,
                    "warnings": warnings,
                },
            })))
        })
        .await?
        .map_err(bad)?;
    Ok(axum::Json(found).into_response())
}

fn ours(source: &str) -> Vec<&str> {
    SOURCES
        .iter()
        .find(|(theirs, _)| *theirs == source)
        .map_or_else(|| vec![source], |(_, ours)| ours.to_vec())
}

fn one(found: &Found, mut entity: Map<String, Value>, threshold: f64, debug: bool) -> Value {
    let hit = &found.hit;
    let piece = |score: f64, kind: &str, weight: u32, matched: bool, required: bool| {
        json!({"score": score, "weight": weight, "matched": matched, "required": required, "exact": score >= 1.0,
               "fieldsCompared": 1, "pieceType": kind})
    };
    // found by its number, an entry may have another name
    let mut pieces = vec![piece(hit.name_score, "name", 35, hit.name_score >= threshold, true)];
    for adjustment in &hit.adjustments {
        let score = if adjustment.agrees { 1.0 } else { 0.0 };
        pieces.push(piece(score, adjustment.fact.as_str(), 15, adjustment.agrees, false));
    }
    entity.insert("match".to_owned(), json!(hit.score));
    entity.insert("details".to_owned(), json!({"pieces": pieces, "finalScore": hit.score}));
    let mut ours = json!({
        "status": "possible match", "id": hit.entity, "state": found.state, "off_list": found.off_list(), "line": hit.line,
    });
    if debug && let Some(ours) = ours.as_object_mut() {
        ours.insert("comparison".to_owned(), json!(hit.comparison));
        ours.insert("adjustments".to_owned(), json!(hit.adjustments));
    }
    entity.insert("countersign".to_owned(), ours);
    Value::Object(entity)
}

/// The query as it was understood.
fn echo(asked: &Asked) -> Value {
    let query = &asked.query;
    let kind = asked.kind.map_or("", word);
    let kind = if asked.word.is_empty() { kind } else { asked.word.as_str() };
    let mut out = blank(&query.name, kind, "api-request", asked.source_id.as_deref().unwrap_or_default());
    let others = if query.other_names.is_empty() { Value::Null } else { json!(query.other_names) };
    // a time or nothing: clients of watchman refuse any other form, and the whole answer with it
    let birth = query.birth_date.map(|d| d.to_string()).filter(|day| day.len() == 10);
    let birth = birth.map(|day| format!("{day}T00:00:00Z"));
    let number = |property: &str| -> &str {
        let of = |id: &&Identifier| id.property.as_deref() == Some(property);
        query.identifiers.iter().find(of).map_or("", |id| id.value.as_str())
    };
    let flag = query.countries.first().map(ToString::to_string).unwrap_or_default();
    let papers = governing(query);
    let own = match asked.kind {
        None => return Value::Object(out),
        Some(EntitySchema::Person) => json!({
            "name": query.name, "altNames": others, "gender": query.gender, "birthDate": birth, "placeOfBirth": "",
            "deathDate": null, "titles": null, "governmentIDs": papers,
        }),
        Some(EntitySchema::Vessel) => json!({
            "name": query.name, "altNames": others, "imoNumber": number("imoNumber"), "type": "", "flag": flag,
            "built": null, "model": "", "tonnage": 0, "mmsi": number("mmsi"), "callSign": number("callSign"),
            "grossRegisteredTonnage": 0, "owner": "",
        }),
        Some(EntitySchema::Airplane) => json!({
            "name": query.name, "altNames": others, "type": "", "flag": flag, "built": null, "icaoCode": "",
            "model": "", "serialNumber": number("serialNumber"),
        }),
        Some(_) => {
            json!({"name": query.name, "altNames": others, "created": null, "dissolved": null, "governmentIDs": papers})
        }
    };
    out.insert(kind.to_owned(), own);
    Value::Object(out)
}

/// The numbers of papers that were asked about, with the country that was given with them.
fn governing(query: &Query) -> Value {
    let country = query.countries.first().map(ToString::to_string).unwrap_or_default();
    let ids: Vec<Value> = query
        .identifiers
        .iter()
        .filter_map(|id| {
            let (_, kind) = PAPERS.iter().find(|(property, _)| id.property.as_deref() == Some(*property))?;
            Some(json!({"type": kind, "country": country, "identifier": id.value}))
        })
        .collect();
    if ids.is_empty() { Value::Null } else { Value::Array(ids) }
}

fn read(params: &Params) -> Result<Asked, String> {
    let mut warnings = Vec::new();
    let mut query = Query::default();
    for (key, value) in params.pairs() {
        detail(key, value, &mut query, &mut warnings)?;
    }
    let name = params.one("name").filter(|name| !name.trim().is_empty());
    query.name = name.ok_or("name is required")?.to_owned();
    query.other_names = params.all("altNames").into_iter().map(str::to_owned).collect();
    let kind = match params.one("type") {
        None => None,
        Some(text) => {
            let known = TYPES.iter().find(|(w, _)| w.eq_ignore_ascii_case(text.trim()));
            Some(known.map(|(_, s)| *s).ok_or_else(|| format!("unknown entity type: {text}"))?)
        }
    };
    query.schema = kind;
    if let Some(text) = params.one("birthDate") {
        let day = text.get(..10).unwrap_or(text);
        query.birth_date = Some(day.parse::<BirthDate>().map_err(|e| e.to_string())?);
    }
    if let Some(text) = params.one("gender") {
        query.gender = Gender::from_word(text);
        if query.gender.is_none() {
            warnings.push(format!("the gender `{text}` is not compared with anything"));
        }
    }
    let (limit, threshold) = bounds(params, query.names().count())?;
    if let Some(format) = params.one("format").filter(|f| *f != "json") {
        return Err(format!("`format` is `{format}`; only `json` is answered"));
    }
    Ok(Asked {
        query,
        kind,
        word: params.one("type").unwrap_or_default().trim().to_lowercase(),
        sources: params.all("source").into_iter().map(str::to_lowercase).collect(),
        source_id: params.one("sourceID").map(str::to_owned),
        threshold: threshold.max(0.01),
        limit,
        when: params.when()?,
        debug: params.switch("debug", false)?,
        request: params.one("requestID").map(str::to_owned),
        warnings,
    })
}

/// A detail of the party: a number, an address, a country. What is not compared draws a warning, and what watchman does
/// not know is refused.
fn detail(key: &str, value: &str, query: &mut Query, warnings: &mut Vec<String>) -> Result<(), String> {
    let identified = |property: &str, value: &str| Identifier {
        property: Some(property.to_owned()),
        value: value.to_owned(),
    };
    if let Some(kind) = key.strip_prefix("gov_") {
        let (country, number) = value
            .split_once(':')
            .ok_or_else(|| format!("`{key}` is `{value}`; write COUNTRY:ID, for example `IR:4-123`"))?;
        let property = match kind {
            "passport" => "passportNumber",
            "tax-id" | "tin" => "taxNumber",
            "business-registration" | "commercial-registry" => "registrationNumber",
            _ => "idNumber",
        };
        query.identifiers.push(identified(property, number));
        add_country(query, country, warnings);
    } else if let Some(property) = number(key) {
        // watchman writes `XBT:12jV…`
        let value = match property {
            "publicKey" => value.split_once(':').map_or(value, |(_, address)| address),
            _ => value,
        };
        query.identifiers.push(identified(property, value));
    } else if ["address", "addresses"].contains(&key) {
        query.addresses.push(value.to_owned());
    } else if key == "flag" {
        add_country(query, value, warnings);
    } else if ASIDE.contains(&key) {
        warnings.push(format!("`{key}` is not compared with anything"));
    } else if !KNOWN.contains(&key) && !["as_of", "known_at"].contains(&key) {
        return Err(format!("unknown query parameter: {key}"));
    }
    Ok(())
}

/// How many results are shown, and from which score on; so many `names` must not be too many for it.
fn bounds(params: &Params, names: usize) -> Result<(usize, f64), String> {
    let what = "a whole number from 1 to 100";
    let limit = params.read_one::<usize>("limit", what)?.unwrap_or(DEFAULT_LIMIT);
    if limit > MAX_LIMIT || limit == 0 {
        return Err(format!("`limit` is `{limit}`; give {what}"));
    }
    let threshold =
        params.read_one::<f64>("minMatch", "a number from 0 to 1")?.unwrap_or(Profile::default().threshold);
    if !threshold.is_finite() || !(0.0..=1.0).contains(&threshold) {
        return Err(format!("`minMatch` is `{threshold}`; give a number from 0 to 1"));
    }
    let most = most_names(threshold);
    if names > most {
        return Err(format!(
            "{names} names are more than the {most} that are compared at once with a `minMatch` of {threshold}; give fewer \
             `altNames`, or raise `minMatch`"
        ));
    }
    Ok((limit, threshold))
}

/// The official number that a parameter is.
fn number(key: &str) -> Option<&'static str> {
    let other = NUMBERS.iter().find(|(theirs, _)| *theirs == key).map(|(_, property)| *property);
    other.or_else(|| IDENTIFIERS.into_iter().find(|property| *property == key))
}

fn add_country(query: &mut Query, text: &str, warnings: &mut Vec<String>) {
    let code = countersign_lists::country_code(text).ok().flatten();
    match code.and_then(|c| CountryCode::new(&c.to_ascii_uppercase()).ok()) {
        Some(code) if !query.countries.contains(&code) => query.countries.push(code),
        Some(_) => {}
        None => warnings.push(format!("`{text}` is no country that is known")),
    }
}
