//! The description of the API made whole: the shapes of answers, the desk, examples, and what every operation may answer.
//!
//! The shapes stand in `shapes.json`, as JSON Schema. Answers come from many rooms, none of which knows HTTP; a test compares
//! real answers with them.

use serde_json::{Map, Value, json};
use utoipa::openapi::OpenApi;

use super::desk;
use super::refusals::problem;

/// The shapes of answers, by name.
const SHAPES: &str = include_str!("shapes.json");
/// A case that is checked, and a party that is screened.
const CASE: &str = include_str!("../../../../examples/supplier/servers-for-nso.yaml");

/// What every operation may answer beside its own: who asks is not known or may not, too much was asked at once.
const ANYWHERE: [(&str, &str); 6] = [
    ("401", "Who asks is not known"),
    ("403", "Who asks may not, or the request comes from a page of another site"),
    ("405", "The path answers to another method"),
    ("421", "Without an administrator the server answers as loopback only"),
    ("429", "Too many requests from one address; `Retry-After` says when to ask again"),
    ("503", "Too much at once; `Retry-After` says when to ask again"),
];

fn object<'a>(value: &'a mut Value, key: &str) -> Option<&'a mut Map<String, Value>> {
    value.as_object_mut()?.entry(key).or_insert_with(|| json!({})).as_object_mut()
}

/// The whole document.
pub(super) fn whole(document: &OpenApi) -> Value {
    let mut value = serde_json::to_value(document).unwrap_or_default();
    if let Some(components) = object(&mut value, "components") {
        let shapes = serde_json::from_str::<Map<String, Value>>(SHAPES).unwrap_or_default();
        if let Some(schemas) = components.entry("schemas").or_insert_with(|| json!({})).as_object_mut() {
            schemas.extend(shapes);
            schemas.sort_keys();
        }
        components.insert(
            "securitySchemes".to_owned(),
            json!({
                "key": {"type": "http", "scheme": "bearer", "description": "An API key (`csk_…`) of a person, with its scopes. `Authorization: ApiKey csk_…` is the same."},
                "session": {"type": "apiKey", "in": "cookie", "name": "countersign_session", "description": "The session of a browser; requests that change something carry the header `x-csrf-token` too."},
            }),
        );
    }
    if let Some(members) = value.as_object_mut() {
        // on loopback, before there is an administrator, programs need neither
        members.insert("security".to_owned(), json!([{}, {"key": []}, {"session": []}]));
    }
    if let Some(paths) = object(&mut value, "paths") {
        paths.extend(desk::paths());
        for operations in paths.values_mut().filter_map(Value::as_object_mut) {
            for operation in operations.values_mut() {
                if let Some(responses) = object(operation, "responses") {
                    for (status, description) in ANYWHERE {
                        responses.entry(status).or_insert_with(|| problem(description));
                    }
                    responses.sort_keys();
                }
            }
        }
        paths.sort_keys();
    }
    let examples = [
        ("/paths/~1v1~1check/post/requestBody/content/application~1yaml", json!(CASE)),
        (
            "/paths/~1v1~1screen/post/requestBody/content/application~1json",
            json!({"query": {"schema": "Company", "name": "NSO Group", "country": "IL"}}),
        ),
        (
            "/paths/~1v1~1classify/post/requestBody/content/application~1json",
            json!({"answers": {"software": "yes", "intrusion": "yes"}}),
        ),
    ];
    for (place, example) in examples {
        if let Some(media) = value.pointer_mut(place).and_then(Value::as_object_mut) {
            media.insert("example".to_owned(), example);
        }
    }
    value
}
