//! The compatible APIs answer in the shapes that the clients of yente, OpenRefine, watchman and the CSL read.
//!
//! Here: what all of them have in common.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod csl;
mod openrefine;
mod watchman;
mod yente;
mod yente_refusals;

use axum::http::{Method, Request};
use common::Served;
use countersign_server::CompatRoot;
use serde_json::{Value, json};

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn nso() -> Value {
    json!({"queries": {"q1": {"id": "crm-4711", "schema": "Company", "properties": {
        "name": ["NSO Group", "N.S.O."], "jurisdiction": "Israel", "registrationNumber": [514_395_409], "birthdate": "x"}}}})
}

fn url_form(key: &str, value: &Value) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair(key, &value.to_string()).finish()
}

#[test]
fn a_page_of_another_site_reads_what_the_service_is_and_answers_only_where_it_is_named() {
    const KIND: &str = "application/x-www-form-urlencoded";
    let base = "/compat/openrefine/reconcile/default";
    let form = || url_form("queries", &json!({"q0": {"query": "NSO Group"}}));
    let ask = |server: &Served, method: Method, path: &str, origin: &str| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", KIND)
            .header("origin", origin)
            .header("sec-fetch-site", "cross-site")
            .header("access-control-request-method", "POST");
        server.send(request.body(form().into()).unwrap())
    };
    let allowed = |answer: &common::Answer| {
        answer.headers.get("access-control-allow-origin").map(|v| v.to_str().unwrap().to_owned())
    };
    let refine = "http://127.0.0.1:3333";
    let closed = Served::new();
    let manifest = ask(&closed, Method::GET, base, refine).expect(200);
    assert_eq!(allowed(&manifest).as_deref(), Some("*"), "OpenRefine's page adds the service");
    assert_eq!(allowed(&ask(&closed, Method::POST, base, refine).expect(403)), None);
    let asked = format!("{base}?{}", form());
    assert_eq!(
        allowed(&ask(&closed, Method::GET, &asked, refine).expect(200)),
        None,
        "an answer is for nobody else"
    );

    let open = Served::with(|config| config.compat_origins = vec![refine.parse().unwrap()]);
    let answer = ask(&open, Method::POST, base, refine).expect(200);
    assert_eq!(allowed(&answer).as_deref(), Some(refine));
    assert_eq!(allowed(&ask(&open, Method::OPTIONS, base, refine).expect(204)).as_deref(), Some(refine));
    assert_eq!(allowed(&ask(&open, Method::POST, base, "https://evil.example").expect(403)), None);
    let search = ask(&open, Method::GET, "/compat/csl/search?name=NSO", refine).expect(200);
    assert_eq!(allowed(&search).as_deref(), Some(refine));
    assert!(allowed(&ask(&open, Method::GET, "/v1/lists", refine)).is_none(), "our own API is not for pages");
    for no_origin in ["refine.example.org", "https://refine.example.org/path", "null", "file:///x"] {
        assert!(no_origin.parse::<countersign_server::WebOrigin>().is_err(), "{no_origin}");
    }
}

#[test]
fn a_party_is_found_by_a_number_alone_and_an_address_is_compared() {
    let server = Served::new();
    let found = server
        .get("/compat/watchman/v2/search?name=NSO%20Group&address=22%20Galgalei%20Haplada%2C%20Herzliya")
        .expect(200)
        .json();
    assert!(!found["entities"].as_array().unwrap().is_empty());
    let warnings = found["countersign"]["warnings"].to_string();
    assert!(!warnings.contains("address"), "{warnings}");
    let wallet = server.get("/compat/watchman/v2/search?name=NSO%20Group&cryptoAddress=XBT:12jVCWW1ZhTLA5yVnroEJswqKwsfiZKsax").expect(200).json();
    assert!(!wallet["countersign"]["warnings"].to_string().contains("cryptoAddress"));
    let by_number =
        json!({"queries": {"q": {"schema": "Company", "properties": {"registrationNumber": "514395409"}}}});
    server.post("/compat/yente/match/default", &by_number).expect(200);
    let nothing = json!({"queries": {"q": {"schema": "Company", "properties": {"country": "il"}}}});
    let aside = &server.post("/compat/yente/match/default", &nothing).expect(200).json()["responses"]["q"];
    assert_eq!(aside["status"], 400, "never a plain empty answer");
    assert!(
        aside["countersign"]["warnings"].to_string().contains("no name and no official number"),
        "{aside}"
    );
    let addressed = json!({"queries": {"q": {"schema": "Company", "properties": {"name": "NSO Group", "address": "Herzliya"}}}});
    let answer = server.post("/compat/yente/match/default", &addressed).expect(200).json();
    assert!(!answer.to_string().contains("`address` is not compared"), "{answer}");
}

#[test]
fn one_row_that_cannot_be_compared_takes_no_other_with_it() {
    let server = Served::new();
    let names: Vec<String> = (0..120).map(|n| format!("Spelling {n} of a party")).collect();
    let queries = json!({"queries": {
        "good": {"schema": "Company", "properties": {"name": ["NSO Group"]}},
        "many": {"schema": "Company", "properties": {"name": names}},
        "address": {"schema": "Address", "properties": {"full": ["1 Road"], "name": ["1 Road"]}},
        "blank": {"schema": "Company", "properties": {"name": [""]}},
        "dashes": {"schema": "Company", "properties": {"name": ["---"]}},
    }});
    let path = "/compat/yente/match/default?exclude_schema=Address&exclude_dataset=not_loaded";
    let answers = &server.post(path, &queries).expect(200).json()["responses"];
    assert!(!answers["good"]["results"].as_array().unwrap().is_empty());
    for (name, status) in [("good", 200), ("many", 200), ("address", 200), ("blank", 400), ("dashes", 400)] {
        assert_eq!(answers[name]["status"], status, "{name}: {answers}");
        let said = !answers[name]["countersign"]["warnings"].as_array().unwrap().is_empty();
        assert_eq!(said, !["good", "many"].contains(&name), "{name}: {answers}");
    }
    let unknown = json!({"queries": {"q": {"schema": "Nope", "properties": {"name": "a"}}}});
    server.post("/compat/yente/match/default", &unknown).expect(400);
    let wrong = json!({"config": [], "queries": {"q": {"schema": "Company", "properties": {"name": "a"}}}});
    server.post("/compat/yente/match/default", &wrong).expect(422);
    let refine = "/compat/openrefine/reconcile/default";
    let form = url_form(
        "queries",
        &json!({"q0": {"query": "---"}, "q1": {"query": "NSO Group"}, "q2": {"query": "x", "type": "Address"}}),
    );
    let answer =
        server.send_as(Method::POST, refine, "application/x-www-form-urlencoded", form).expect(200).json();
    assert_eq!(answer["q0"]["result"], json!([]));
    assert_eq!(answer["q2"]["result"], json!([]));
    assert!(!answer["q1"]["result"].as_array().unwrap().is_empty());
    let parts = "--b\r\ncontent-disposition: form-data; name=\"queries\"\r\n\r\n{\"q0\": {\"query\": \"NSO Group\"}}\r\n--b--\r\n";
    let answer =
        server.send_as(Method::POST, refine, "multipart/form-data; boundary=b", parts).expect(200).json();
    assert!(!answer["q0"]["result"].as_array().unwrap().is_empty());
    server.send_as(Method::POST, refine, "application/json", "{\"queries\": {}}").expect(415);
    let manifest = server.get(refine).expect(200).json();
    assert_eq!(manifest["extend"]["property_settings"][1]["choices"][0]["value"], "caption");
}

#[test]
fn one_of_them_answers_at_the_root_and_hides_nothing_of_ours() {
    let server = Served::at_root(CompatRoot::Yente);
    server.post("/match/default", &nso()).expect(200);
    assert_eq!(server.get("/catalog").expect(200).json()["current"][0], "default");
    assert!(server.get("/readyz").expect(200).json()["snapshot"].is_number(), "our own health answers");
    assert_eq!(server.get("/nothing").expect(404).json(), json!({"detail": "Not Found"}));
    let watchman = Served::at_root(CompatRoot::Watchman);
    watchman.get("/v2/search?name=Candiru").expect(200);
    let none = Served::new();
    let problem = none.get("/v2/search?name=Candiru").expect(404);
    assert_eq!(problem.headers["content-type"], "application/problem+json");
}

/// What a request may cost is bounded before it begins: a low floor makes the index look at every entry for each name.
#[test]
fn a_request_that_would_hold_the_server_is_refused_before_it_begins() {
    let server = Served::new();
    let party = |names: usize| {
        let names: Vec<String> = (0..names).map(|n| format!("Name {n}")).collect();
        json!({"schema": "Company", "properties": {"name": names}})
    };
    let many = |queries: usize, names: usize| {
        let queries: serde_json::Map<String, Value> =
            (0..queries).map(|n| (n.to_string(), party(names))).collect();
        json!({ "queries": queries })
    };
    let path = "/compat/yente/match/default";
    server.post(&format!("{path}?limit=5"), &many(10, 50)).expect(200);
    let low = server.post(&format!("{path}?cutoff=0"), &many(10, 50)).expect(400).json();
    assert!(low["detail"].as_str().unwrap().contains("raise `cutoff`"), "{low}");
    // what could be found is not what is found: fifty parties with a high limit are answered
    server.post(&format!("{path}?limit=500"), &many(50, 1)).expect(200);
    let mut ours = many(50, 5);
    server.post("/v1/screen", &ours).expect(200);
    ours["threshold"] = json!(0.05);
    let low = server.post("/v1/screen", &ours).expect(400).json();
    assert!(low.to_string().contains("raise `threshold`"), "{low}");
}

/// Whoever types a surname means everybody who bears it; screening does not.
#[test]
fn a_search_by_one_word_finds_its_bearers_first() {
    let server = Served::new();
    let yente = server.get("/compat/yente/search/default?q=Dilian").expect(200).json();
    assert!(yente["results"][0]["caption"].as_str().unwrap().to_lowercase().contains("dilian"), "{yente}");
    let csl = server.get("/compat/csl/consolidated_screening_list/v1/search?name=dilian").expect(200).json();
    assert!(csl["results"][0]["name"].as_str().unwrap().to_lowercase().contains("dilian"), "{csl}");
    let openrefine =
        server.get("/compat/openrefine/reconcile/default/suggest/entity?prefix=dilian").expect(200);
    assert!(openrefine.json()["result"][0]["name"].as_str().unwrap().to_lowercase().contains("dilian"));
}
