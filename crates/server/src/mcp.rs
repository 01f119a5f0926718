//! The Model Context Protocol over streamable HTTP at `/mcp`: four tools, all of which only read.
//!
//! A model that asks is told what a person would be told: possible matches with their reasons, an answer with its rules and
//! what is missing. No tool records anything, decides on a match, or says that a party may be dealt with.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use countersign_model::{Date, EntitySchema, parse_date};
use countersign_operations::editions::When;
use countersign_operations::failure::Failure;
use countersign_operations::profiles::Named;
use countersign_operations::screen::{Asked, screen};
use countersign_operations::screening::MAX_NEAR_MISSES;
use countersign_operations::verified::{does_not_hold, holds, report};
use countersign_screening::{Profile, Query};
use countersign_verify::{PublicKey, TrustedKeys, VKey, verify_bundle};
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{CallToolResult, ContentBlock, Implementation, ServerCapabilities, ServerInfo};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, ServerHandler, tool, tool_handler, tool_router};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_http::limit::RequestBodyLimitLayer;

use crate::api::{MAX_BODY, evaluated, read_query};
use crate::problem::Problem;
use crate::state::State;

const INSTRUCTIONS: &str = "Screening, export-control decisions and proofs for surveillance technology. A hit is a possible \
    match until a person decides it; never call a party safe or cleared because nothing was found: it says only that nothing alike is \
    on the lists that were loaded, which each answer names. Nothing here records, files or decides; show the person the \
    reasons, the missing facts and the citations as they stand.";

/// The routes.
pub(crate) fn router(state: &State) -> Router {
    let tools = Tools { state: state.clone() };
    let config = StreamableHttpServerConfig::default()
        .with_stateful_mode(false)
        .with_json_response(true)
        // the server looks at names itself, for every endpoint
        .disable_allowed_hosts();
    let service = StreamableHttpService::new(
        move || Ok(tools.clone()),
        Arc::new(LocalSessionManager::default()),
        config,
    );
    // the library reads the body itself, so that axum's limit does not hold there
    Router::new()
        .route_service("/mcp", service)
        .layer(from_fn(only_json))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
}

/// JSON-RPC has an answer of its own to a text that is no JSON; the library has none.
async fn only_json(request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let bytes = match to_bytes(body, MAX_BODY).await {
        Ok(bytes) => bytes,
        Err(why) => {
            let problem = Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "the body is too large",
                format!("the body cannot be read, or has more than {MAX_BODY} bytes: {why}"),
            );
            return problem.into_response();
        }
    };
    if let Err(why) = serde_json::from_slice::<serde::de::IgnoredAny>(&bytes) {
        let error = json!({"code": -32700, "message": format!("Parse error: the body is no JSON: {why}")});
        let answer = axum::Json(json!({"jsonrpc": "2.0", "id": null, "error": error}));
        return (StatusCode::BAD_REQUEST, answer).into_response();
    }
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

#[derive(Debug, Clone)]
struct Tools {
    state: State,
}

/// A party and how to compare it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Party {
    /// The name as written, in any script.
    name: String,
    /// Other names.
    #[serde(default)]
    other_names: Vec<String>,
    /// Person, Organization, Company, PublicBody, LegalEntity, Vessel, Airplane, Vehicle or Asset; absent compares with all.
    kind: Option<String>,
    /// Countries it is connected with: codes or English names.
    #[serde(default)]
    countries: Vec<String>,
    /// When a person was born: YYYY, YYYY-MM or YYYY-MM-DD.
    birth_date: Option<String>,
    /// Official numbers.
    #[serde(default)]
    numbers: Vec<String>,
    /// The least score of a possible match; 0.7 if absent.
    threshold: Option<f64>,
    /// The day for which lists are read, YYYY-MM-DD; today if absent.
    as_of: Option<String>,
    /// Only imports recorded up to this day are known, YYYY-MM-DD.
    known_at: Option<String>,
}

/// A party and one entry of a list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PartyAndEntry {
    /// The party as it was screened.
    party: Party,
    /// The id of the entry, as `screen_party` gave it.
    entity: String,
}

/// A case.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CaseText {
    /// The case file (`case/1`), YAML or JSON, as text.
    case: String,
    /// Another day of the act, YYYY-MM-DD.
    as_of: Option<String>,
    /// Another day up to which log entries and imports are known, YYYY-MM-DD.
    known_at: Option<String>,
}

/// A bundle.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BundleText {
    /// The bundle as text (JSON), as `countersign bundle` or this server wrote it.
    bundle: String,
    /// Keys that the reader trusts, had from elsewhere: of the log (`name+hash+base64`) and of the signer (`ed25519:…`).
    /// Without them the bundle is whole, but anyone can have made it.
    #[serde(default)]
    keys: Vec<String>,
}

fn day(text: Option<&str>) -> Result<Option<Date>, Problem> {
    text.map(|t| parse_date(t).map_err(|e| Problem::input(e.to_string()))).transpose()
}

impl Party {
    fn asked(&self) -> Result<(Query, Profile, When, Vec<String>), Problem> {
        let mut flat = json!({"name": self.name, "alias": self.other_names, "country": self.countries, "idNumber": self.numbers});
        if let Some(map) = flat.as_object_mut() {
            map.extend(self.kind.clone().map(|k| ("schema".to_owned(), json!(k))));
            map.extend(self.birth_date.clone().map(|d| ("birthDate".to_owned(), json!(d))));
        }
        let example = read_query(&flat).map_err(Problem::input)?;
        let mut profile = Profile { max_near_misses: MAX_NEAR_MISSES, ..Profile::default() };
        profile.threshold = self.threshold.unwrap_or(profile.threshold);
        let when = When { as_of: day(self.as_of.as_deref())?, known_at: day(self.known_at.as_deref())? };
        Ok((example.query, profile, when, example.warnings))
    }
}

/// Screens, and shows only the entry named where one is.
fn screened(state: &State, party: &Party, entity: Option<&str>) -> Result<Value, Problem> {
    let (query, profile, when, notes) = party.asked()?;
    let today = state.today()?;
    let snapshot = state.snapshot();
    let (plan, lists) = state.lists(&snapshot, when)?;
    let against = snapshot.against(&lists, &plan);
    // to explain an entry that was not found, everything of it is looked at
    let profile = match entity {
        Some(_) => Profile {
            near_miss_margin: profile.threshold.min(1.0) - 0.01,
            max_near_misses: usize::MAX,
            ..profile
        },
        None => profile,
    };
    let asked = Asked { query, named: Named::default(), profile, when, today, notes };
    let found =
        screen(&against, asked, |hit| entity.is_none_or(|id| id == hit.entity)).map_err(Failure::from)?;
    let Some(id) = entity else {
        return serde_json::to_value(found).map_err(|e| Problem::program(&e));
    };
    let entry = lists.entity(id).ok_or_else(|| Problem::not_found(format!("no list has an entry `{id}`")))?;
    let comparable = found.query.schema.is_none_or(|s: EntitySchema| s.may_be(entry.schema));
    Ok(json!({
        "schema": "explain/1",
        "query": found.query,
        "entity": entry,
        "hit": found.hits.first().or(found.near_misses.first()),
        "is_possible_match": !found.hits.is_empty(),
        "kinds_comparable": comparable,
        "notes": found.notes,
    }))
}

fn verified(asked: &BundleText) -> Result<Value, Problem> {
    let mut trusted = TrustedKeys::default();
    for key in &asked.keys {
        if key.starts_with("ed25519:") {
            trusted.signers.push(key.parse::<PublicKey>().map_err(|e| Problem::input(format!("keys: {e}")))?);
        } else {
            trusted.logs.push(key.parse::<VKey>().map_err(|e| Problem::input(format!("keys: {e}")))?);
        }
    }
    if !asked.keys.is_empty() && trusted.logs.is_empty() {
        return Err(Problem::input("keys: add the key of the log (`name+hash+base64`) too"));
    }
    let keys = (!asked.keys.is_empty()).then_some(&trusted);
    let said = match verify_bundle(asked.bundle.as_bytes(), keys) {
        Ok(verified) => holds(&verified),
        Err(fault) => does_not_hold(&fault),
    };
    Ok(report(vec![(None, said)]))
}

impl Tools {
    async fn answer(
        &self,
        work: impl FnOnce(&State) -> Result<Value, Problem> + Send + 'static,
    ) -> Result<CallToolResult, ErrorData> {
        let state = self.state.clone();
        Ok(match self.state.long_work(move || work(&state)).await {
            Ok(value) => CallToolResult::success(vec![ContentBlock::text(value.to_string())]),
            Err(problem) => CallToolResult::error(vec![ContentBlock::text(problem.detail().to_owned())]),
        })
    }
}

#[tool_router]
impl Tools {
    /// Is this name on an official list? Possible matches with score and reasons, and what they were compared with.
    #[tool(annotations(
        title = "Screen a party",
        read_only_hint = true,
        idempotent_hint = true,
        open_world_hint = false
    ))]
    async fn screen_party(&self, Parameters(party): Parameters<Party>) -> Result<CallToolResult, ErrorData> {
        self.answer(move |state| screened(state, &party, None)).await
    }

    /// Why is this entry a possible match of the party, or why not? Every reason, with the entry as its list has it.
    #[tool(annotations(
        title = "Explain a hit",
        read_only_hint = true,
        idempotent_hint = true,
        open_world_hint = false
    ))]
    async fn explain_hit(
        &self,
        Parameters(asked): Parameters<PartyAndEntry>,
    ) -> Result<CallToolResult, ErrorData> {
        self.answer(move |state| screened(state, &asked.party, Some(&asked.entity))).await
    }

    /// May this act be done? The answer under each regime with its rules and citations, what is missing, what would change it.
    /// Nothing is recorded; a person decides.
    #[tool(annotations(
        title = "Check a case",
        read_only_hint = true,
        idempotent_hint = true,
        open_world_hint = false
    ))]
    async fn decide(&self, Parameters(asked): Parameters<CaseText>) -> Result<CallToolResult, ErrorData> {
        self.answer(move |state| {
            evaluated(state, &asked.case, day(asked.as_of.as_deref())?, day(asked.known_at.as_deref())?)
        })
        .await
    }

    /// Is this record whole, and whose is it? Checks signatures, place in the log and documents of a bundle.
    #[tool(annotations(
        title = "Verify a receipt",
        read_only_hint = true,
        idempotent_hint = true,
        open_world_hint = false
    ))]
    async fn verify_receipt(
        &self,
        Parameters(asked): Parameters<BundleText>,
    ) -> Result<CallToolResult, ErrorData> {
        self.answer(move |_| verified(&asked)).await
    }
}

#[tool_handler]
impl ServerHandler for Tools {
    fn get_info(&self) -> ServerInfo {
        ServerInfo::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("countersign", countersign_operations::check::VERSION))
            .with_instructions(INSTRUCTIONS)
    }
}
