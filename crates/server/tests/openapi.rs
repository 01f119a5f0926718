//! The description of the API is checked in, so that a change of it is seen.

mod common;

use common::{Served, root};
use countersign_register::Register;
use serde_json::{Value, json};

#[test]
fn the_description_in_the_documents_is_that_of_the_program() {
    let path = root().join("docs/reference/openapi.json");
    let made = countersign_server::openapi();
    if std::env::var_os("COUNTERSIGN_WRITE_OPENAPI").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(
        kept == made,
        "docs/reference/openapi.json is old; write it with COUNTERSIGN_WRITE_OPENAPI=1 and look at it"
    );
    let served = Served::new().get("/v1/openapi.json").expect(200).json();
    assert_eq!(served, serde_json::from_str::<Value>(&made).unwrap());
    assert!(served["openapi"].as_str().unwrap().starts_with("3.1"));
}

#[test]
fn every_operation_says_what_its_errors_are() {
    let document: Value = serde_json::from_str(&countersign_server::openapi()).unwrap();
    let mut seen = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            seen += 1;
            assert!(
                operation["operationId"].is_string() && operation["summary"].is_string(),
                "{method} {path}"
            );
            for (status, response) in operation["responses"].as_object().unwrap() {
                if !status.starts_with('2') {
                    assert!(
                        response["content"]["application/problem+json"].is_object(),
                        "{method} {path} {status}"
                    );
                }
            }
        }
    }
    assert!(seen >= 20);
}

/// What is really answered has the shape that is described.
#[test]
fn answers_have_the_shapes_that_are_described() {
    let directory = tempfile::tempdir().unwrap();
    let register = directory.path().join("register");
    drop(Register::init(&register, "register.example.org").unwrap());
    let server = Served::with(|config| config.register = Some(register));
    let document: Value = serde_json::from_str(&countersign_server::openapi()).unwrap();
    let mut compared = 0;
    let mut fits = |method: &str, path: &str, status: &str, answer: &Value| {
        let place = format!(
            "/paths/{}/{method}/responses/{status}/content",
            path.replace('~', "~0").replace('/', "~1")
        );
        let content =
            document.pointer(&place).unwrap_or_else(|| panic!("{method} {path} {status} is not described"));
        let media = content.as_object().unwrap().values().next().unwrap();
        let schema = json!({"allOf": [media["schema"]], "components": document["components"]});
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let wrong: Vec<String> =
            validator.iter_errors(answer).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{method} {path}: {wrong:#?}");
        compared += 1;
    };
    let case = |file: &str| std::fs::read_to_string(root().join("examples").join(file)).unwrap();
    for file in [
        "supplier/new-customer.yaml",
        "supplier/servers-for-nso.yaml",
        "licensing/forensic-kits-cl.yaml",
        "procurement/case-files.yaml",
    ] {
        let said =
            server.send_as(axum::http::Method::POST, "/v1/check", "application/yaml", case(file)).expect(200);
        fits("post", "/v1/check", "200", &said.json());
    }
    let kept = "/v1/check?record=true";
    let said = server.send_as(
        axum::http::Method::POST,
        kept,
        "application/yaml",
        case("supplier/new-customer.yaml"),
    );
    fits("post", "/v1/check", "200", &said.expect(200).json());
    fits("get", "/v1/decisions/{id}", "200", &server.get("/v1/decisions/0").expect(200).json());
    fits("get", "/v1/decisions/{id}/bundle", "200", &server.get("/v1/decisions/0/bundle").expect(200).json());
    let one = json!({"query": {"name": "NSO Group", "country": "IL", "idNumber": "514395409", "birthDate": "2010"}});
    let many = json!({"queries": {"a": {"name": "Candiru"}, "b": {"name": "Nobody of this name"}}});
    for (path, body) in [("/v1/screen", &one), ("/v1/screen", &many), ("/v1/screen?receipt=true", &one)] {
        fits("post", "/v1/screen", "200", &server.post(path, body).expect(200).json());
    }
    let classified = json!({"answers": {"software": "yes"}});
    fits("post", "/v1/classify", "200", &server.post("/v1/classify", &classified).expect(200).json());
    for (pattern, path) in [
        ("/v1/classify", "/v1/classify"),
        ("/v1/lists", "/v1/lists"),
        ("/v1/entities/{id}", "/v1/entities/starter:EL-NSO"),
        ("/v1/countries/{code}", "/v1/countries/IL"),
        ("/v1/assessments", "/v1/assessments"),
        ("/v1/register", "/v1/register"),
        ("/v1/register/records", "/v1/register/records"),
        ("/v1/register/subjects", "/v1/register/subjects"),
        ("/v1/register/subjects/{subject}", "/v1/register/subjects/vendor:nobody"),
        ("/v1/alerts", "/v1/alerts"),
    ] {
        fits("get", pattern, "200", &server.get(path).expect(200).json());
    }
    let wrong = server.post("/v1/screen", &json!({})).expect(400).json();
    let problem = &document["components"]["schemas"]["Problem"];
    assert!(jsonschema::draft202012::new(problem).unwrap().is_valid(&wrong));
    assert!(compared >= 20);
}

/// No answer is described as an object of any kind where it has a shape, and every reference leads somewhere.
#[test]
fn every_answer_has_a_shape() {
    let document: Value = serde_json::from_str(&countersign_server::openapi()).unwrap();
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|v| references(v, found));
            }
            Value::Array(items) => items.iter().for_each(|v| references(v, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100);
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                for media in response.get("content").and_then(Value::as_object).into_iter().flatten() {
                    let bare = media.1["schema"] == json!({"type": "object"});
                    assert!(!bare, "{method} {path} {status} has no shape");
                }
            }
        }
    }
}

/// Where a schema says nothing at all, anything may come. That is so only of what a record of the register says, whose form
/// depends on its kind, and of a case, which has a format of its own.
#[test]
fn nothing_that_has_a_shape_is_described_as_anything() {
    let document: Value = serde_json::from_str(&countersign_server::openapi()).unwrap();
    fn look(schema: &Value, place: &str, found: &mut Vec<String>) {
        let Some(members) = schema.as_object() else { return };
        let words = ["$ref", "type", "enum", "const", "oneOf", "anyOf", "allOf"];
        if !words.iter().any(|word| members.contains_key(*word)) {
            found.push(place.to_owned());
        }
        let is_object = members.get("type") == Some(&json!("object"));
        if is_object && !["properties", "additionalProperties"].iter().any(|key| members.contains_key(*key)) {
            found.push(format!("{place} (any object)"));
        }
        for (key, inner) in members.get("properties").and_then(Value::as_object).into_iter().flatten() {
            look(inner, &format!("{place}.{key}"), found);
        }
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = members.get(key) {
                look(inner, &format!("{place}[]"), found);
            }
        }
        for key in ["oneOf", "anyOf", "allOf", "prefixItems"] {
            for inner in members.get(key).and_then(Value::as_array).into_iter().flatten() {
                look(inner, place, found);
            }
        }
    }
    let mut found = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        look(schema, name, &mut found);
    }
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
            let answers = operation["responses"].as_object().unwrap().values();
            let answers = answers.filter_map(|answer| answer["content"].as_object()).flatten();
            for (media, content) in bodies.chain(answers) {
                look(&content["schema"], &format!("{method} {path} {media}"), &mut found);
            }
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(found, ["RegisterRecord.predicate", "post /v1/check application/json (any object)"]);
}
