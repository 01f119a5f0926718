//! yente: what is refused, and rows of a batch that cannot be compared.

use axum::http::Method;
use serde_json::{Value, json};

use crate::common::Served;

#[test]
fn yente_refuses_as_yente_does() {
    let server = Served::new();
    let post = |path: &str, body: &Value| server.post(path, body);
    let bad = |properties: Value, schema: Value| json!({"queries": {"a": {"schema": schema, "properties": properties}}});
    let good = bad(json!({"name": "NSO"}), json!("Company"));
    let no_schema =
        post("/compat/yente/match/default", &json!({"queries": {"a": {"properties": {}}}})).expect(422);
    assert_eq!(no_schema.json()["detail"][0]["type"], "missing");
    assert_eq!(no_schema.json()["detail"][0]["loc"], json!(["body", "queries", "a", "schema"]));
    for schema in ["Ownership", "Nonsense"] {
        let answer =
            post("/compat/yente/match/default", &bad(json!({"name": "a"}), json!(schema))).expect(400);
        assert!(answer.json()["detail"].as_str().unwrap().contains(schema));
    }
    assert_eq!(
        post("/compat/yente/match/nowhere", &good).expect(404).json(),
        json!({"detail": "No such dataset."})
    );
    post("/compat/yente/match/default?algorithm=magic", &good).expect(400);
    post("/compat/yente/match/default?algorithm=logic-v2", &good).expect(200);
    let mut config = good.clone();
    config["config"] = json!({"nm_magic": 1});
    post("/compat/yente/match/default", &config).expect(400);
    config["config"] = json!({"nm_number_mismatch": 0.3});
    post("/compat/yente/match/default", &config).expect(200);
    post("/compat/yente/match/default?limit=501", &good).expect(422);
    post("/compat/yente/match/default?threshold=2", &good).expect(422);
    post("/compat/yente/match/default", &json!({"queries": {}})).expect(400);
    let many: serde_json::Map<String, Value> = (0..101)
        .map(|n| (n.to_string(), json!({"schema": "Company", "properties": {"name": "a"}})))
        .collect();
    post("/compat/yente/match/default", &json!({"queries": many})).expect(400);
    let long = format!("/compat/yente/search/default?q={}", "a".repeat(60_000));
    server.get(&long).expect(414);
    assert_eq!(server.get("/compat/yente/nothing").expect(404).json(), json!({"detail": "Not Found"}));
    assert_eq!(
        server.get("/compat/yente/entities/none").expect(404).json(),
        json!({"detail": "No such entity!"})
    );
    let no_json = server.send_as(Method::POST, "/compat/yente/match/default", "application/json", "{");
    assert_eq!(no_json.expect(422).json()["detail"][0]["type"], "json_invalid");
}

#[test]
fn yente_refuses_what_its_types_refuse() {
    let server = Served::new();
    let good = json!({"schema": "Company", "properties": {"name": ["NSO Group"]}});
    let post = |path: &str, query: &Value| server.post(path, &json!({"queries": {"q": query}}));
    let path = "/compat/yente/match/default";
    let missing = post(path, &json!({"schema": "Company"})).expect(422).json();
    assert_eq!(missing["detail"][0]["loc"], json!(["body", "queries", "q", "properties"]));
    post(path, &json!({"id": 7, "schema": "Company", "properties": {"name": ["a"]}})).expect(422);
    let said = post(&format!("{path}?algorithm=nonsense"), &good).expect(400).json();
    assert_eq!(said["detail"], "Invalid algorithm: nonsense");
    post(&format!("{path}?algorithm=%20Best"), &good).expect(200);
    post(&format!("{path}?changed_since=2026-08-01T06:00:00"), &good).expect(200);
    post(&format!("{path}?changed_since=yesterday"), &good).expect(422);
    post(&format!("{path}?{}", "exclude_entity_ids=a&".repeat(51)), &good).expect(422);
    assert_eq!(
        server.get("/compat/yente/manifest").expect(200).json(),
        server.get("/compat/yente/catalog").expect(200).json()
    );
}

/// What clients send that nothing can be compared with: one row of a table does not hide the answers about the others.
#[test]
fn yente_answers_a_batch_whose_rows_are_not_all_good() {
    let server = Served::new();
    let names: Vec<String> = (0..67).map(|n| format!("Spelling {n} of a name")).collect();
    let queries = json!({"queries": {
        "good": {"schema": "Company", "properties": {"name": ["NSO Group"]}},
        "many": {"schema": "Company", "properties": {"name": names}},
        "blank": {"schema": "Company", "properties": {"name": [""]}},
        "nothing": {"schema": "Person", "properties": {}},
        "dashes": {"schema": "Company", "properties": {"name": ["---"]}},
        "number": {"schema": "Company", "properties": {"registrationNumber": "1041803502498"}},
        "place": {"schema": "Address", "properties": {"full": "22 Galgalei Haplada"}},
    }});
    let answer = server.post("/compat/yente/match/default", &queries).expect(200).json();
    let of = |query: &str| answer["responses"][query].clone();
    assert_eq!(of("good")["results"][0]["id"], "starter:EL-NSO");
    assert_eq!(of("many")["status"], 200);
    for (query, status, why) in [
        ("blank", 400, "no name and no official number"),
        ("nothing", 400, "no name and no official number"),
        ("dashes", 400, "no letter and no digit"),
        ("number", 200, "no name was given"),
        ("place", 200, "no list that is loaded has entries of the schema `Address`"),
    ] {
        let said = of(query);
        assert_eq!((&said["status"], &said["results"]), (&json!(status), &json!([])), "{query}");
        assert!(said["countersign"]["warnings"].to_string().contains(why), "{query}: {said}");
    }
    let body = format!("\u{feff}{queries}");
    server.send_as(Method::POST, "/compat/yente/match/default", "application/json", body).expect(200);
    // the time of a request goes by its names
    let party = json!({"schema": "Company", "properties": {"name": (0..60).map(|n| format!("Name {n}")).collect::<Vec<_>>()}});
    let many: serde_json::Map<String, Value> = (0..90).map(|n| (n.to_string(), party.clone())).collect();
    let said = server.post("/compat/yente/match/default", &json!({"queries": many})).expect(400).json();
    assert!(said["detail"].as_str().unwrap().contains("5400 names in one request"), "{said}");
}

/// Texts and types of faults are those of yente 5.5.0, which its clients and its own tests compare.
#[test]
fn yente_faults_have_the_types_of_its_framework() {
    let server = Served::new();
    let good = json!({"queries": {"q": {"schema": "Company", "properties": {"name": ["NSO Group"]}}}});
    let path = "/compat/yente/match/default";
    let with = |key: &str, value: Value| {
        let mut body = good.clone();
        body[key] = value;
        server.post(path, &body)
    };
    for value in [json!([]), json!(null), json!("a")] {
        assert_eq!(with("config", value.clone()).expect(422).json()["detail"][0]["type"], "dict_type");
        assert_eq!(with("weights", value).expect(422).json()["detail"][0]["type"], "dict_type");
    }
    assert_eq!(with("weights", json!({"a": "x"})).expect(422).json()["detail"][0]["type"], "float_parsing");
    with("weights", json!({"name_match": 0.5})).expect(200);
    for (parameters, kind, input) in [
        ("limit=501", "less_than_equal", "501"),
        ("limit=-1", "greater_than_equal", "-1"),
        ("limit=x", "int_parsing", "x"),
        ("limit=", "int_parsing", ""),
        ("threshold=x", "float_parsing", "x"),
        ("threshold=1.5", "less_than_equal", "1.5"),
        ("changed_since=2026", "string_pattern_mismatch", "2026"),
        ("fuzzy=banana", "bool_parsing", "banana"),
    ] {
        let fault =
            server.post(&format!("{path}?{parameters}"), &good).expect(422).json()["detail"][0].clone();
        assert_eq!((&fault["type"], &fault["input"]), (&json!(kind), &json!(input)), "{parameters}");
        assert_eq!(fault["loc"][1], parameters.split('=').next().unwrap());
    }
    server.post(&format!("{path}?limit=5.0"), &good).expect(200);
    let search = |parameters: &str| server.get(&format!("/compat/yente/search/default?{parameters}"));
    let facet = search("facets=countries&facets=shoes").expect(422).json()["detail"][0].clone();
    assert_eq!((&facet["type"], &facet["loc"]), (&json!("enum"), &json!(["query", "facets", 1])));
    assert_eq!(search("target=banana").expect(422).json()["detail"][0]["type"], "bool_parsing");
    assert_eq!(search("schema=Nope").expect(400).json()["detail"], "Invalid schema");
    // a schema of FollowTheMoney that no list has: nothing is found, and why is said
    let none = search("schema=Sanction").expect(200).json();
    assert_eq!(none["total"]["value"], 0);
    assert!(none["countersign"]["warnings"].to_string().contains("`Sanction`"));
    let said = search("exclude_schema=Address&exclude_dataset=us_ofac_sdn&limit=1").expect(200).json();
    assert!(said["total"]["value"].as_u64().unwrap() > 0);
    for word in ["`Address`", "`us_ofac_sdn`"] {
        assert!(said["countersign"]["warnings"].to_string().contains(word), "{said}");
    }
    search("include_dataset=us_ofac_sdn").expect(400);
}
