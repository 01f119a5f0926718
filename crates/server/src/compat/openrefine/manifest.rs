//! What the service says of itself.

use axum::http::{HeaderMap, Uri, header};
use countersign_operations::lists::Lists;
use serde_json::{Value, json};

use super::offered::TYPES;
use crate::compat::yente::{Fault, Wanted};
use crate::params::Params;

/// How many queries a client should send at once.
pub(super) const BATCH: usize = 50;

/// What tells our ids from others': the same by whatever name the server is asked, so that a project finds its service again.
const SPACE: &str = "urn:countersign:entities";

/// The manifest of a dataset.
pub(super) fn manifest(dataset: &str, uri: &Uri, headers: &HeaderMap, lists: &Lists) -> Result<Value, Fault> {
    Wanted::read(dataset, &Params::default())?.check(lists)?;
    let base = base(uri, headers);
    // what stands in the address of the service (a day, for example) holds for its parts as well
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let service = |path: &str| json!({"service_url": base, "service_path": format!("{path}{query}")});
    let more = uri.query().map(|query| format!("&{query}")).unwrap_or_default();
    let shown = format!("{base}/preview?id={{{{id}}}}{more}");
    let settings = json!([
        {
            "name": "limit", "label": "Limit", "type": "number", "default": 0,
            "help_text": "Maximum number of values to return per row (0 for no limit)",
        },
        {
            "name": "render", "label": "Value rendering", "type": "select", "default": "caption",
            "choices": [
                // `value` in the specification, `id` in yente
                {"value": "caption", "id": "caption", "name": "User-readable value"},
                {"value": "raw", "id": "raw", "name": "Machine-readable value"},
            ],
            "help_text": "Return readable value (e.g. 'Russia') instead of raw value ('ru').",
        },
    ]);
    let types: Vec<Value> = TYPES
        .iter()
        .map(|(id, name, description)| json!({"id": id, "name": name, "description": description}))
        .collect();
    Ok(json!({
        "versions": ["0.2"],
        "name": format!("Possible matches on official lists ({dataset})"),
        "identifierSpace": SPACE,
        "schemaSpace": "https://followthemoney.tech/explorer/schemata/",
        "documentation": "https://followthemoney.tech/explorer/",
        "batchSize": BATCH,
        "view": {"url": shown},
        "preview": {"url": shown, "width": 430, "height": 600},
        "suggest": {
            "entity": service("/suggest/entity"), "type": service("/suggest/type"), "property": service("/suggest/property"),
        },
        "extend": {
            "propose_properties": service("/extend/property"),
            // the specification's name, and yente's
            "property_settings": settings,
            "propose_settings": settings,
        },
        "defaultTypes": types,
    }))
}

/// The address of the service as the client wrote it.
fn base(uri: &Uri, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).or(uri.host()).unwrap_or("localhost");
    let scheme =
        headers.get("x-forwarded-proto").and_then(|h| h.to_str().ok()).or(uri.scheme_str()).unwrap_or("http");
    let scheme = if scheme == "https" { "https" } else { "http" };
    format!("{scheme}://{host}{}", uri.path().trim_end_matches('/'))
}
