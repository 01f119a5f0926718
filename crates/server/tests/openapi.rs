//! The description of the API is checked in, so that a change of it is seen.

mod common;

use common::{Served, root};
use serde_json::Value;

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
