//! Whatever is sent: a status below 500, in the form of error that the API has.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use axum::body::Body;
use axum::http::{Method, Request};
use common::Served;
use serde_json::{Value, json};

fn bodies() -> Vec<Vec<u8>> {
    let deep = "[".repeat(100_000);
    let objects = r#"{"a":"#.repeat(20_000);
    let long = "a".repeat(100_000);
    let mut all: Vec<Vec<u8>> = [
        "",
        "{",
        "[]",
        "null",
        "true",
        "7",
        "\"a\"",
        "{}",
        "\0",
        "{\"queries\":7}",
        "{\"queries\":{\"a\":7}}",
        "{\"queries\":{\"a\":{\"schema\":7}}}",
        "{\"queries\":{\"a\":{\"schema\":\"Person\",\"properties\":7}}}",
        "{\"queries\":{\"a\":{\"schema\":\"Person\",\"properties\":{\"name\":[{}]}}}}",
        "{\"query\":7}",
        "{\"query\":{\"name\":\"\"}}",
        "{\"query\":{\"name\":\"\\u0000\"}}",
        "{\"query\":{\"name\":\"a\"},\"threshold\":1e999}",
        "{\"query\":{\"name\":\"a\",\"birthDate\":[\"x\"]}}",
        "{\"files\":[],\"party\":\"\"}",
        "{\"files\":[{\"name\":\"\",\"text\":\"\"}],\"party\":\"\"}",
        "{\"answers\":{\"\":\"\"}}",
        "a: &a [*a, *a]",
        "- - - -",
        "schema: case/1\nschema: case/1\n",
        "%YAML 9.9\n---\n",
        "queries={&extend={",
        "extend={\"ids\":[7],\"properties\":[{}]}",
        "queries={\"q\":{\"query\":7,\"type\":7,\"limit\":-1}}",
    ]
    .iter()
    .map(|b| b.as_bytes().to_vec())
    .collect();
    all.push(vec![0xff, 0xfe, 0x00]);
    all.push(deep.into_bytes());
    all.push(objects.into_bytes());
    all.push(format!("{{\"query\":{{\"name\":\"{long}\"}}}}").into_bytes());
    all
}

const STRINGS: [&str; 12] = [
    "",
    "as_of=yesterday",
    "known_at=2026-02-30",
    "limit=-1",
    "limit=99999999999999999999999",
    "threshold=NaN",
    "%ff=%00",
    "name=%ff%fe&q=%ff",
    "colour=red",
    "after=-1&from=-1&old=9&new=1",
    "name=%00&q=%00&prefix=%00&id=%00",
    "&&&=&=&",
];

/// Every method and path that is described, with a value for each part.
fn described() -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(&countersign_server::openapi()).unwrap();
    let mut out = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            for value in ["%00", "..%2f..", "-1", "99999999999999999999", "a%ff", "%F0%9F%92%A9"] {
                let path: String = path
                    .split('/')
                    .map(|part| if part.starts_with('{') { value } else { part })
                    .collect::<Vec<_>>()
                    .join("/");
                out.push((method.clone(), path));
            }
        }
    }
    out.dedup();
    out
}

#[test]
fn our_own_endpoints_answer_with_problems() {
    let server = Served::new();
    for (method, path) in described() {
        for query in STRINGS {
            let bodies =
                if method == Method::POST && query.is_empty() { bodies() } else { vec![b"{}".to_vec()] };
            for body in bodies {
                for kind in ["application/json", "application/yaml", "text/plain"] {
                    let request = Request::builder()
                        .method(&method)
                        .uri(format!("{path}?{query}"))
                        .header("content-type", kind);
                    let answer = server.send(request.body(Body::from(body.clone())).unwrap());
                    let status = answer.status.as_u16();
                    assert!(status < 500, "{method} {path}?{query}: {}", answer.text());
                    if status >= 400 {
                        assert_eq!(
                            answer.headers["content-type"], "application/problem+json",
                            "{method} {path}?{query}"
                        );
                    }
                    if method != Method::POST {
                        break;
                    }
                }
            }
        }
    }
}

#[test]
fn the_compatible_apis_answer_in_the_form_of_their_models() {
    let server = Served::new();
    let apis: [(&str, &str, &[&str]); 4] = [
        (
            "/compat/yente",
            "detail",
            &[
                "/match/default",
                "/search/default",
                "/entities/%00",
                "/entities/a/adjacent",
                "/entities/a/adjacent/b",
                "/match/%F0%9F",
                "/catalog",
                "/algorithms",
                "/nothing",
                "/updatez",
            ],
        ),
        (
            "/compat/openrefine/reconcile/default",
            "detail",
            &["", "/suggest/entity", "/suggest/type", "/suggest/property", "/extend/property", "/preview"],
        ),
        ("/compat/watchman", "error", &["/v2/search", "/v2/listinfo", "/nothing"]),
        ("/compat/csl", "errors", &["/search", "/sources", "/nothing"]),
    ];
    for (base, key, paths) in apis {
        for path in paths {
            for query in STRINGS {
                for method in [Method::GET, Method::POST] {
                    let bodies =
                        if method == Method::POST && query.is_empty() { bodies() } else { vec![Vec::new()] };
                    for body in bodies {
                        for kind in ["application/json", "application/x-www-form-urlencoded"] {
                            let request = Request::builder()
                                .method(&method)
                                .uri(format!("{base}{path}?{query}"))
                                .header("content-type", kind);
                            let answer = server.send(request.body(Body::from(body.clone())).unwrap());
                            let status = answer.status.as_u16();
                            let asked = format!("{method} {base}{path}?{query}");
                            assert!(status < 500, "{asked}: {}", answer.text());
                            // a wrong method inside a family whose model has no form for it is ours
                            if status >= 400 && status != 405 {
                                assert!(
                                    answer.json().get(key).is_some(),
                                    "{asked}: {status} {}",
                                    answer.text()
                                );
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_large_body_is_refused_before_it_is_read_whole() {
    let server = Served::new();
    let large = vec![b'a'; 5 << 20];
    for path in [
        "/v1/check",
        "/v1/screen",
        "/v1/classify",
        "/compat/yente/match/default",
        "/compat/openrefine/reconcile/default",
        "/mcp",
    ] {
        let answer = server.send_as(Method::POST, path, "application/json", large.clone());
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
    assert_eq!(server.get("/healthz").expect(200).json(), json!({"status": "ok"}));
}
