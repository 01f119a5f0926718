//! API v1 and MCP: the same documents as the command line prints, records that hold, and errors that say what to do.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use axum::body::Body;
use axum::http::{Method, Request};
use common::{Answer, Served, root};
use serde_json::{Value, json};

const YAML: &str = "application/yaml";

fn case(path: &str) -> String {
    std::fs::read_to_string(root().join("examples").join(path)).unwrap()
}

fn problem(answer: Answer, status: u16) -> Value {
    let answer = answer.expect(status);
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["status"], status);
    assert!(body["type"].as_str().unwrap().starts_with("/problems/"));
    assert!(!body["detail"].as_str().unwrap().is_empty());
    body
}

#[test]
fn check_answers_as_the_command_line_does() {
    let server = Served::new();
    let sale = case("supplier/new-customer.yaml");
    let answer = server.send_as(Method::POST, "/v1/check", YAML, sale.clone()).expect(200).json();
    assert_eq!(answer["schema"], "check/1");
    assert_eq!(answer["record"], Value::Null);
    assert!(["HOLD", "STOP"].contains(&answer["decision"]["answer"].as_str().unwrap()));
    let hit = &answer["screening"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["outcome"] == "possible_match")
        .unwrap()["hits"][0];
    assert_eq!(hit["state"], "undecided");
    let before = "/v1/check?as_of=2021-11-01&intent=evaluate";
    let before = server.send_as(Method::POST, before, YAML, sale).expect(200).json();
    assert_eq!(before["decision"]["case"]["as_of"], "2021-11-01");
    assert_eq!(before["options"]["intent"], "evaluate");
}

#[test]
fn a_recorded_decision_can_be_read_again_and_verified() {
    let server = Served::new();
    let listed = case("supplier/servers-for-nso.yaml");
    let answer =
        server.send_as(Method::POST, "/v1/check?record=true", YAML, listed.clone()).expect(200).json();
    let record = answer["record"].clone();
    assert_eq!(record["index"], 0);
    let kept = server.get("/v1/decisions/0").expect(200).json();
    assert_eq!(kept["check"]["decision"]["answer"], answer["decision"]["answer"]);
    assert_eq!(kept["record"], record["sha256"]);
    let bundle = server.get("/v1/decisions/0/bundle").expect(200).bytes;
    let keys = server.state.home().must_read().unwrap().trusted_keys();
    assert!(countersign_verify::verify_bundle(&bundle, Some(&keys)).is_ok());
    problem(server.get("/v1/decisions/1"), 404);
    problem(server.get("/v1/decisions/one"), 400);

    let receipt =
        server.post("/v1/screen?receipt=true", &json!({"query": {"name": "Candiru"}})).expect(200).json();
    assert_eq!(receipt["receipt"]["index"], 1);
    problem(server.get("/v1/decisions/1"), 404);
}

#[test]
fn the_same_key_records_once() {
    let server = Served::new();
    let listed = case("supplier/servers-for-nso.yaml");
    let send = |key: &str, body: &str| {
        let request = Request::post("/v1/check?record=true").header("content-type", YAML);
        server.send(request.header("idempotency-key", key).body(Body::from(body.to_owned())).unwrap())
    };
    let first = send("one", &listed).expect(200).json();
    let again = send("one", &listed).expect(200).json();
    assert_eq!(first, again);
    assert_eq!(server.state.home().must_read().unwrap().log().size(), 1);
    problem(send("one", &format!("{listed}\n# another\n")), 409);
    assert_eq!(send("two", &listed).expect(200).json()["record"]["index"], 1);
    problem(send(&"k".repeat(256), &listed), 400);
}

#[test]
fn screen_takes_one_or_many_in_either_form() {
    let server = Served::new();
    let one = server
        .post("/v1/screen", &json!({"query": {"name": "NSO Group", "country": "IL", "shoe": 7}}))
        .expect(200)
        .json();
    assert_eq!(one["schema"], "screen/1");
    assert!(!one["hits"].as_array().unwrap().is_empty());
    assert!(one["notes"].to_string().contains("unknown property `shoe`"));
    assert!(one["notes"].to_string().contains("no whole copy is loaded"));
    let entity = json!({"schema": "Company", "properties": {"name": ["NSO Group"]}});
    let many = server
        .post(
            "/v1/screen",
            &json!({"queries": {"a": entity, "b": {"name": "Nobody of this name"}}, "threshold": 0.8}),
        )
        .expect(200)
        .json();
    assert_eq!(many["responses"]["a"]["threshold"], 0.8);
    assert_eq!(many["responses"]["b"]["hits"], json!([]));
    let none = server
        .post("/v1/screen", &json!({"query": {"name": "NSO Group"}, "lists": ["UN-SC"]}))
        .expect(200)
        .json();
    assert_eq!(none["hits"], json!([]));
    for (body, word) in [
        (json!({}), "either"),
        (json!({"query": {"name": "a"}, "queries": {}}), "either"),
        (json!({"query": {"country": "IL"}}), "no name"),
        (json!({"query": {"name": "???"}}), "no letter"),
        (json!({"query": {"name": "a"}, "threshold": 0}), "threshold"),
        (json!({"query": {"name": "a"}, "colour": 1}), "colour"),
        (json!({"query": {"name": "a", "schema": "Robot"}}), "Robot"),
        (json!({"queries": {"x": {"name": ["a", {"b": 1}]}}}), "queries.x"),
    ] {
        let said = problem(server.post("/v1/screen", &body), 400);
        assert!(said["detail"].as_str().unwrap().contains(word), "{said}");
    }
    problem(server.post("/v1/screen?colour=red", &json!({"query": {"name": "a"}})), 400);
    problem(server.post("/v1/screen?as_of=yesterday", &json!({"query": {"name": "a"}})), 400);
}

#[test]
fn the_smaller_families_answer() {
    let server = Served::new();
    let found = server.post("/v1/screen", &json!({"query": {"name": "NSO Group"}})).expect(200).json();
    let id = found["hits"][0]["entity"].as_str().unwrap();
    let entity = server.get(&format!("/v1/entities/{id}?as_of=2021-01-01")).expect(200).json();
    assert_eq!(entity["listed"], false, "it was listed in November 2021");
    assert_eq!(server.get(&format!("/v1/entities/{id}")).expect(200).json()["listed"], true);
    problem(server.get("/v1/entities/nobody"), 404);
    assert_eq!(server.get("/v1/lists").expect(200).json()["sources"][0]["source"], "starter");
    let country = server.get("/v1/countries/SA").expect(200).json();
    assert_eq!(country["schema"], "country/1");
    assert!(country["warnings"].to_string().contains("no indicators"));
    problem(server.get("/v1/countries/Atlantis"), 404);
    let questions = server.get("/v1/classify").expect(200).json();
    let question = questions["questions"][0]["id"].as_str().unwrap();
    let found = server.post("/v1/classify", &json!({"answers": {question: "yes"}})).expect(200).json();
    assert_eq!(found["schema"], "classification/1");
    problem(server.post("/v1/classify", &json!({"answers": {question: "perhaps"}})), 400);
    problem(server.post("/v1/classify", &json!({"answers": {"no-question": "yes"}})), 400);
    let alerts = server.get("/v1/alerts?after=0").expect(200).json();
    assert_eq!(alerts, json!({"schema": "watch-alerts/1", "alerts": [], "next": 0}));
    problem(server.get("/v1/alerts?after=7"), 400);
    for path in [
        "/v1/register",
        "/v1/register/records",
        "/v1/register/checkpoint",
        "/v1/assessments",
        "/register/log/checkpoint",
    ] {
        problem(server.get(path), 404);
    }
}

#[test]
fn ownership_is_worked_out_from_files_in_the_body() {
    let server = Served::new();
    let line = |id: &str, schema: &str, properties: Value| {
        json!({"id": id, "schema": schema, "properties": properties}).to_string()
    };
    let file = [
        line("a", "Person", json!({"name": ["Listed Person"]})),
        line("b", "Company", json!({"name": ["Holding"]})),
        line("s", "Ownership", json!({"owner": ["a"], "asset": ["b"], "percentage": ["60"]})),
    ]
    .join("\n");
    let body = json!({"files": [{"name": "owners.json", "text": file}], "party": "Holding", "rules": ["ofac"], "listed": "a"});
    let found = server.post("/v1/ownership", &body).expect(200).json();
    assert_eq!(found["schema"], "ownership/1");
    assert_eq!(found["rules"][0]["reached"], "yes");
    let mut wrong = body.clone();
    wrong["party"] = json!("Nobody");
    assert!(problem(server.post("/v1/ownership", &wrong), 400)["detail"].to_string().contains("Nobody"));
    wrong = body.clone();
    wrong["files"][0]["base64"] = json!("AA==");
    problem(server.post("/v1/ownership", &wrong), 400);
    wrong["files"] = json!([]);
    problem(server.post("/v1/ownership", &wrong), 400);
}

#[test]
fn wrong_requests_are_told_what_is_wrong() {
    let server = Served::new();
    let bad = "schema: case/1\naction: fly\n";
    let said = problem(server.send_as(Method::POST, "/v1/check", YAML, bad), 400);
    assert!(said["detail"].as_str().unwrap().contains("`fly`"), "{said}");
    problem(server.send_as(Method::POST, "/v1/check", "text/plain", bad), 415);
    problem(server.send_as(Method::POST, "/v1/screen", "text/plain", "{}"), 415);
    problem(server.send_as(Method::POST, "/v1/screen", "application/json", "{"), 400);
    problem(server.send_as(Method::POST, "/v1/check", YAML, vec![0xff, 0xfe]), 400);
    problem(server.send_as(Method::POST, "/v1/check", YAML, vec![b' '; 5 << 20]), 413);
    problem(server.send_as(Method::POST, "/v1/screen", "application/json", vec![b' '; 5 << 20]), 413);
    problem(server.get("/v1/nothing"), 404);
    problem(server.get("/v1/check"), 405);
    let id = server.get("/healthz").expect(200).headers["x-request-id"].clone();
    assert_eq!(id.len(), 16);
}

#[test]
fn a_page_of_another_site_cannot_use_a_server_without_an_administrator() {
    let server = Served::new();
    let from = |host: &str, origin: Option<&str>| {
        let mut request =
            Request::post("/v1/screen").header("host", host).header("content-type", "application/json");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        server.send(request.body(Body::from(r#"{"query":{"name":"a"}}"#)).unwrap())
    };
    from("127.0.0.1:8080", None).expect(200);
    from("localhost:8080", Some("http://localhost:8080")).expect(200);
    problem(from("rebound.example", None), 421);
    problem(from("localhost:8080", Some("https://evil.example")), 403);
}

#[test]
fn one_address_is_held_back_and_this_machine_is_not() {
    let server = Served::new();
    let ask = |address: &str| {
        let mut request = Request::get("/healthz").body(Body::empty()).unwrap();
        let address: std::net::SocketAddr = address.parse().unwrap();
        request.extensions_mut().insert(axum::extract::ConnectInfo(address));
        server.send(request)
    };
    let refused = (0..20_000).map(|_| ask("192.0.2.7:9")).find(|answer| answer.status != 200).unwrap();
    assert_eq!(refused.headers["retry-after"], "1");
    problem(refused, 429);
    ask("192.0.2.8:9").expect(200);
    assert!((0..1_000).all(|_| ask("127.0.0.1:9").status == 200));
}

#[test]
fn counters_name_routes_and_no_persons() {
    let server = Served::new();
    server.get("/v1/entities/Somebody-Personal").expect(404);
    let text = server.get("/metrics").expect(200).text();
    assert!(text.contains("countersign_requests_total"), "{text}");
    assert!(text.contains("/v1/entities/{id}"), "{text}");
    assert!(!text.contains("Somebody-Personal"));
}

#[test]
fn mcp_offers_four_tools_that_only_read() {
    let server = Served::new();
    let call = |method: &str, params: Value| {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
        let request = Request::post("/mcp")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .body(Body::from(body))
            .unwrap();
        server.send(request).expect(200).json()["result"].clone()
    };
    let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
    let said = call("initialize", hello);
    assert_eq!(said["serverInfo"]["name"], "countersign");
    assert!(said["instructions"].as_str().unwrap().contains("possible match"));
    let tools = call("tools/list", json!({}));
    let mut names: Vec<&str> =
        tools["tools"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["decide", "explain_hit", "screen_party", "verify_receipt"]);
    for tool in tools["tools"].as_array().unwrap() {
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
    }
    let text = |result: &Value| -> Value {
        assert_ne!(result["isError"], true, "{result}");
        serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap()
    };
    let party = json!({"name": "NSO Group", "countries": ["Israel"]});
    let found = text(&call("tools/call", json!({"name": "screen_party", "arguments": party})));
    let id = &found["hits"][0]["entity"];
    let why = text(&call(
        "tools/call",
        json!({"name": "explain_hit", "arguments": {"party": party, "entity": id}}),
    ));
    assert_eq!(why["is_possible_match"], true);
    let far = json!({"party": {"name": "Zyxwv Qponm"}, "entity": id});
    assert_eq!(
        text(&call("tools/call", json!({"name": "explain_hit", "arguments": far})))["is_possible_match"],
        false
    );
    let decided = text(&call(
        "tools/call",
        json!({"name": "decide", "arguments": {"case": case("supplier/new-customer.yaml")}}),
    ));
    assert_eq!(decided["record"], Value::Null);
    let verified =
        text(&call("tools/call", json!({"name": "verify_receipt", "arguments": {"bundle": "{}"}})));
    assert_eq!(verified["bundles"][0]["holds"], false);
    let wrong =
        call("tools/call", json!({"name": "screen_party", "arguments": {"name": "a", "as_of": "soon"}}));
    assert_eq!(wrong["isError"], true);
    assert!(server.state.home().read().unwrap().is_none(), "nothing was written");
}

#[test]
fn a_key_that_comes_twice_is_refused() {
    let server = Served::new();
    for body in [
        r#"{"query": {"name": "NSO Group", "name": "Somebody Else"}}"#,
        r#"{"query": {"name": "NSO Group"}, "query": {"name": "Somebody Else"}}"#,
    ] {
        let said = server.send_as(Method::POST, "/v1/screen", "application/json", body);
        let said = problem(said, 400);
        assert!(said["detail"].as_str().unwrap().contains("twice"), "{said}");
    }
    let twice = r#"{"queries": {"q": {"schema": "Company", "properties": {"name": ["a"], "name": ["b"]}}}}"#;
    server.send_as(Method::POST, "/compat/yente/match/default", "application/json", twice).expect(422);
}

/// Before there is an administrator there are no keys, and clients of other programs send one all the same.
#[test]
fn a_key_is_passed_over_where_there_are_none() {
    let server = Served::new();
    let request = Request::get("/compat/yente/catalog").header("authorization", "ApiKey whatever");
    server.send(request.body(Body::empty()).unwrap()).expect(200);
    let wrong = server.get("/compat/match/default").expect(404).json();
    assert!(wrong["detail"].as_str().unwrap().contains("/compat/yente/match/default"), "{wrong}");
}

/// A large case can take long. It holds one processor, the next one is sent away, and what is small is answered beside it.
#[test]
fn a_large_case_keeps_nothing_else_waiting() {
    let server = Served::new();
    let small = case("supplier/new-customer.yaml");
    let large = format!("{small}# {}\n", "x".repeat(6 << 10));
    let check = |text: &str| server.send_as(Method::POST, "/v1/check", YAML, text.to_owned());
    let (begun, has_begun) = std::sync::mpsc::channel();
    let (end, ends) = std::sync::mpsc::channel::<()>();
    let state = server.state.clone();
    let other = std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(state.very_long_work(move || {
            begun.send(()).unwrap();
            ends.recv().unwrap();
            Ok(())
        }))
    });
    has_begun.recv().unwrap();
    let away = check(&large).expect(503);
    assert_eq!(away.headers["retry-after"], "10");
    check(&small).expect(200);
    end.send(()).unwrap();
    other.join().unwrap().unwrap();
    check(&large).expect(200);
}
