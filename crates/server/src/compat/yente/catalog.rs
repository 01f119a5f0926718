//! What there is: datasets, algorithms, health.

use axum::extract::{RawQuery, State as Held};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_lists::source_def;
use countersign_operations::lists::Pin;
use countersign_screening::Profile;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::Fault;
use super::shown::DEFAULT;
use crate::params::Params;
use crate::reload::reload;
use crate::state::State;

/// The environment variable with the token of `/updatez`.
const TOKEN: &str = "COUNTERSIGN_UPDATE_TOKEN";

pub(super) async fn catalog(Held(state): Held<State>) -> Response {
    let snapshot = state.snapshot();
    let pins = snapshot.lists.pins();
    let day = |pin: &Pin| pin.imported.as_ref().map(|t| t.trim_end_matches('Z').to_owned());
    let latest = pins.iter().filter_map(day).max();
    let version = all_versions(&pins);
    let dataset = |name: &str,
                   title: String,
                   version: &str,
                   updated: Option<String>,
                   children: Vec<String>,
                   entries: usize| {
        json!({
            "name": name, "title": title, "version": version, "index_version": version, "index_current": true,
            "load": true, "updated_at": updated, "children": children,
            "entity_count": entries, "thing_count": entries,
        })
    };
    let all = pins.iter().map(|pin| pin.entries).sum();
    let children = pins.iter().map(|p| p.source.to_string()).collect();
    let mut datasets = vec![dataset(DEFAULT, "All loaded lists".to_owned(), &version, latest, children, all)];
    for pin in &pins {
        let title = source_def(&pin.source).map_or_else(|_| pin.source.to_string(), |def| def.title.clone());
        datasets.push(dataset(
            pin.source.as_str(),
            title,
            &pin.snapshot.short(),
            day(pin),
            Vec::new(),
            pin.entries,
        ));
    }
    let names: Vec<&Value> = datasets.iter().filter_map(|d| d.get("name")).collect();
    axum::Json(json!({"datasets": datasets, "current": names, "outdated": [], "index_stale": false}))
        .into_response()
}

/// A version of all lists together.
fn all_versions(pins: &[Pin]) -> String {
    let all: Vec<String> = pins.iter().map(|p| format!("{} {} {:?}", p.source, p.snapshot, p.past)).collect();
    countersign_model::Digest::of(all.join("\n").as_bytes()).short()
}

pub(super) async fn algorithms() -> Response {
    let feature = |text: &str| json!({"description": text, "coefficient": 1.0, "url": null});
    let features = json!({
        "name_match": feature("How alike the best pair of names is: scripts, romanisation, spelling, form of organisation."),
        "identifier_match": feature("An official number agrees."),
        "identifier_mismatch": feature("Official numbers of one kind differ."),
        "dob_match": feature("The birth dates agree as far as both are known."),
        "dob_mismatch": feature("The birth dates differ."),
        "country_match": feature("A country agrees."),
        "country_mismatch": feature("The countries differ."),
        "address_match": feature("The addresses agree."),
        "address_mismatch": feature("The addresses differ."),
        "gender_match": feature("The gender agrees."),
        "gender_mismatch": feature("The genders differ."),
    });
    let description = "Names compared in every script with every reason shown; other facts raise or lower the score. \
        A score says how alike a party and an entry are. It is a possible match until a person decides.";
    let threshold = Profile::default().threshold;
    axum::Json(json!({
        "algorithms": [{
            "name": "countersign",
            "description": description,
            "features": features,
            "docs": {"name": "countersign", "description": description, "config": {}, "features": features},
        }],
        "default": "best",
        "best": "countersign",
        "countersign": {"threshold": threshold},
    }))
    .into_response()
}

pub(super) async fn health() -> Response {
    axum::Json(json!({"status": "ok"})).into_response()
}

pub(super) async fn ready() -> Response {
    // the server listens only when everything is loaded
    axum::Json(json!({"status": "ok"})).into_response()
}

/// Reads lists and register again now.
pub(super) async fn update(Held(state): Held<State>, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let params = Params::read(&query.unwrap_or_default());
    let forbidden = || Fault::new(StatusCode::FORBIDDEN, "Invalid token.");
    let wanted = std::env::var(TOKEN).ok().filter(|t| !t.is_empty()).ok_or_else(forbidden)?;
    let given = params.one("token").unwrap_or_default();
    if !bool::from(wanted.as_bytes().ct_eq(given.as_bytes())) {
        return Err(forbidden());
    }
    if params.switch("sync", false).map_err(|e| Fault::query("sync", e))? {
        let worker = state.clone();
        state.work(move || Ok(reload(&worker)?)).await?;
    } else {
        state.changed().notify_one();
    }
    Ok(axum::Json(json!({"status": "ok"})).into_response())
}
