//! The compatible APIs answer in the shapes that the clients of yente, OpenRefine, watchman and the CSL read.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;

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

#[test]
fn yente_match_has_the_shape_and_a_hit_is_a_possible_match() {
    let server = Served::new();
    let path =
        "/compat/yente/match/default?algorithm=best&threshold=0.7&limit=5&fuzzy=false&topics=export.control";
    let answer = server.post(path, &nso()).expect(200);
    assert_eq!(answer.headers["x-batch-size"], "1");
    let body = answer.json();
    assert_eq!(keys(&body), ["responses", "limit", "countersign"]);
    let response = &body["responses"]["q1"];
    assert_eq!(keys(response), ["status", "results", "total", "query", "countersign"]);
    assert_eq!(response["status"], 200);
    assert_eq!(response["query"]["id"], "crm-4711");
    assert_eq!(response["query"]["properties"]["jurisdiction"], json!(["il"]));
    assert_eq!(response["query"]["properties"]["registrationNumber"], json!(["514395409"]));
    assert!(response["countersign"]["warnings"].to_string().contains("unknown property `birthdate`"));
    let hit = &response["results"][0];
    for key in [
        "id",
        "caption",
        "schema",
        "properties",
        "datasets",
        "referents",
        "target",
        "first_seen",
        "last_seen",
        "last_change",
        "score",
        "explanations",
        "match",
    ] {
        assert!(hit.get(key).is_some(), "{key} is missing");
    }
    assert_eq!(hit["match"], true);
    assert_eq!(hit["target"], true);
    assert!(hit["score"].as_f64().unwrap() >= 0.7);
    assert!(
        hit["properties"].as_object().unwrap().values().all(Value::is_array),
        "FollowTheMoney values are lists"
    );
    assert!(hit["properties"]["topics"].as_array().unwrap().contains(&json!("export.control")));
    assert_eq!(hit["countersign"]["status"], "possible match");
    let name = &hit["explanations"]["name_match"];
    assert_eq!(keys(name), ["score", "detail", "query", "candidate"]);
    assert!(!body.to_string().to_lowercase().contains("\"clear\""));
}

#[test]
fn yente_cuts_off_below_and_says_what_a_limit_hides() {
    let server = Served::new();
    let ask = |path: &str| server.post(path, &nso()).expect(200).json()["responses"]["q1"].clone();
    let all = ask("/compat/yente/match/default?cutoff=0.1&threshold=0.7");
    let strict = ask("/compat/yente/match/default?cutoff=0.9&threshold=0.7");
    assert!(all["total"]["value"].as_u64() >= strict["total"]["value"].as_u64());
    for result in all["results"].as_array().unwrap() {
        assert_eq!(result["match"].as_bool().unwrap(), result["score"].as_f64().unwrap() >= 0.7);
    }
    let none = ask("/compat/yente/match/default?limit=0");
    assert_eq!(none["results"], json!([]));
    assert!(none["total"]["value"].as_u64().unwrap() >= 1);
    assert!(none["countersign"]["warnings"].to_string().contains("raise `limit`"));
    assert_eq!(ask("/compat/yente/match/default?exclude_dataset=starter")["results"], json!([]));
    assert_eq!(ask("/compat/yente/match/default?topics=sanction.linked")["results"], json!([]));
}

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
fn yente_shows_entities_with_their_listings() {
    let server = Served::new();
    let id =
        server.get("/compat/yente/search/default?q=NSO%20Group&countries=il").expect(200).json()["results"]
            [0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
    let entity = server.get(&format!("/compat/yente/entities/{id}?nested=true")).expect(200).json();
    let listing = &entity["properties"]["sanctions"][0];
    assert_eq!(listing["schema"], "Sanction");
    assert!(listing["properties"]["startDate"][0].as_str().unwrap().starts_with("2021-11"));
    let plain = server.get(&format!("/compat/yente/entities/{id}?nested=false")).expect(200).json();
    assert!(plain["properties"].get("sanctions").is_none());
    let beside = server.get(&format!("/compat/yente/entities/{id}/adjacent")).expect(200).json();
    assert_eq!(beside["entity"]["id"], id);
    assert_eq!(beside["adjacent"]["sanctions"]["results"][0]["schema"], "Sanction");
    let one =
        server.get(&format!("/compat/yente/entities/{id}/adjacent/sanctions?limit=0")).expect(200).json();
    assert_eq!(one["results"], json!([]));
    assert!(one["total"]["value"].as_u64().unwrap() >= 1);
    server.get(&format!("/compat/yente/entities/{id}/adjacent/owners")).expect(404);
    let none = server.get(&format!("/compat/yente/entities/{id}/adjacent/ownershipOwner")).expect(200).json();
    assert_eq!((&none["results"], &none["limit"], &none["offset"]), (&json!([]), &json!(10), &json!(0)));
}

#[test]
fn yente_search_counts_by_facet() {
    let server = Served::new();
    let all = server.get("/compat/yente/search/default?limit=3&offset=1").expect(200).json();
    assert_eq!(keys(&all)[..4], ["limit", "offset", "total", "results"]);
    assert_eq!(all["results"].as_array().unwrap().len(), 3);
    let countries = &all["facets"]["countries"];
    assert_eq!(countries["label"], "Countries");
    let israel = countries["values"].as_array().unwrap().iter().find(|v| v["name"] == "il").unwrap();
    assert_eq!(israel["label"], "Israel");
    let narrowed = server.get("/compat/yente/search/default?countries=il&limit=0").expect(200).json();
    assert_eq!(narrowed["total"]["value"], israel["count"]);
    server.get("/compat/yente/search/nowhere?q=a").expect(404);
}

#[test]
fn yente_says_what_there_is() {
    let server = Served::new();
    let catalog = server.get("/compat/yente/catalog").expect(200).json();
    let default = &catalog["datasets"][0];
    for key in
        ["name", "title", "version", "index_version", "index_current", "load", "updated_at", "children"]
    {
        assert!(default.get(key).is_some(), "{key}");
    }
    assert_eq!(default["children"], json!(["starter"]));
    let algorithms = server.get("/compat/yente/algorithms").expect(200).json();
    assert_eq!(algorithms["default"], "best");
    assert_eq!(algorithms["algorithms"][0]["name"], algorithms["best"]);
    for path in ["healthz", "readyz"] {
        assert_eq!(server.get(&format!("/compat/yente/{path}")).expect(200).json(), json!({"status": "ok"}));
    }
    server.send_as(Method::POST, "/compat/yente/updatez?token=guess&sync=true", "text/plain", "").expect(403);
}

#[test]
fn a_receipt_of_a_match_is_in_the_journal_and_can_be_verified() {
    let server = Served::new();
    let body = server.post("/compat/yente/match/default?receipt=true", &nso()).expect(200).json();
    let receipt = &body["countersign"]["receipt"];
    assert_eq!(receipt["index"], 0);
    assert!(receipt["proof"].as_str().unwrap().contains("tlog-proof"));
    let store = server.state.home().must_read().unwrap();
    assert_eq!(store.entry(0).unwrap().kind.as_str(), "screening");
    assert!(!store.entry(0).unwrap().subject.contains("NSO"), "the log holds no name");
    let bundle = store.bundle(0).unwrap();
    assert!(countersign_verify::verify_bundle(&bundle, Some(&store.trusted_keys())).is_ok());
}

#[test]
fn openrefine_speaks_the_protocol() {
    let server = Served::new();
    let manifest = server.get("/compat/openrefine/reconcile/default").expect(200).json();
    assert_eq!(manifest["versions"], json!(["0.2"]));
    for key in
        ["name", "identifierSpace", "schemaSpace", "view", "preview", "suggest", "extend", "defaultTypes"]
    {
        assert!(manifest.get(key).is_some(), "{key}");
    }
    let queries = json!({"q0": {"query": "NSO Group", "type": "Company", "limit": 5,
        "properties": [{"pid": "LegalEntity:country", "v": "il"}]}, "q1": {"query": "Nobody of this name at all"}});
    let form = url_form("queries", &queries);
    let kind = "application/x-www-form-urlencoded";
    let answer =
        server.send_as(Method::POST, "/compat/openrefine/reconcile/default", kind, form).expect(200).json();
    let hit = &answer["q0"]["result"][0];
    for key in ["id", "name", "description", "type", "score", "match"] {
        assert!(hit.get(key).is_some(), "{key}");
    }
    assert!(hit["type"][0]["id"].is_string() && hit["type"][0]["name"].is_string());
    assert_eq!(answer["q1"]["result"], json!([]));
    let id = hit["id"].as_str().unwrap();
    let extend = url_form(
        "extend",
        &json!({"ids": [id], "properties": [{"id": "name", "settings": {"limit": 1}}, {"id": "country"}]}),
    );
    let rows =
        server.send_as(Method::POST, "/compat/openrefine/reconcile/default", kind, extend).expect(200).json();
    assert_eq!(rows["meta"][0], json!({"id": "name", "name": "Name"}));
    assert_eq!(rows["rows"][id]["name"].as_array().unwrap().len(), 1);
    assert_eq!(rows["rows"][id]["country"][0], json!({"str": "Israel"}));
    let base = "/compat/openrefine/reconcile/default";
    let suggested = server.get(&format!("{base}/suggest/entity?prefix=NSO%20Gro")).expect(200).json();
    assert!(suggested["result"].as_array().unwrap().iter().any(|r| r["id"] == id));
    assert_eq!(
        server.get(&format!("{base}/suggest/type?prefix=Comp")).expect(200).json()["result"][0]["id"],
        "Company"
    );
    assert!(
        server.get(&format!("{base}/suggest/property?prefix=birth")).expect(200).json()["result"][0]["id"]
            .is_string()
    );
    assert!(
        server.get(&format!("{base}/extend/property?type=Company")).expect(200).json()["properties"]
            .is_array()
    );
    let preview = server.get(&format!("{base}/preview?id={id}")).expect(200);
    assert!(preview.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    server.get("/compat/openrefine/reconcile/nowhere").expect(404);
    server.send_as(Method::POST, base, kind, "queries={").expect(400);
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
fn watchman_has_its_shape_and_refuses_unknown_parameters() {
    let server = Served::new();
    let found = server
        .get("/compat/watchman/v2/search?name=NSO%20Group&type=business&minMatch=0.8&limit=3&requestID=r-1")
        .expect(200)
        .json();
    let members = [
        "name",
        "entityType",
        "sourceList",
        "sourceID",
        "person",
        "business",
        "organization",
        "aircraft",
        "vessel",
        "contact",
        "addresses",
        "cryptoAddresses",
        "affiliations",
        "sanctionsInfo",
        "historicalInfo",
        "sourceData",
    ];
    assert_eq!(keys(&found["query"]), members);
    assert_eq!(found["query"]["sourceList"], "api-request");
    assert_eq!(found["query"]["business"]["name"], "NSO Group");
    let hit = &found["entities"][0];
    for key in members.iter().chain(&["match", "details"]) {
        assert!(hit.get(key).is_some(), "{key}");
    }
    assert!(hit["match"].as_f64().unwrap() >= 0.8);
    assert_eq!(hit["details"]["pieces"][0]["pieceType"], "name");
    assert_eq!(hit["details"]["finalScore"], hit["match"]);
    let refused = |path: &str| server.get(&format!("/compat/watchman/v2/search?{path}")).expect(400).json();
    for (path, word) in [
        ("name=a&colour=red", "colour"),
        ("type=person", "name"),
        ("name=a&type=robot", "robot"),
        ("name=a&limit=101", "101"),
        ("name=a&minMatch=7", "7"),
        ("name=a&source=nowhere", "nowhere"),
    ] {
        let body = refused(path);
        assert_eq!(keys(&body), ["error"]);
        assert!(body["error"].as_str().unwrap().contains(word), "{body}");
    }
    let info = server.get("/compat/watchman/v2/listinfo").expect(200).json();
    assert!(info["lists"]["starter"].as_u64().unwrap() > 0);
    assert!(info["listHashes"]["starter"].is_string());
    assert_eq!(server.get("/compat/watchman/ping").expect(200).text(), "PONG");
}

/// Go's decoder refuses a whole answer for one time in another form, and what was asked comes back as it was understood.
#[test]
fn watchman_echoes_what_its_clients_can_read() {
    let server = Served::new();
    let search = |query: &str| server.get(&format!("/compat/watchman/v2/search?{query}")).expect(200).json();
    let person = search("name=Anna%20Example&type=Person&birthDate=1970-01-02&gov_passport=IR:A1234567");
    let echo = &person["query"]["person"];
    assert_eq!(echo["birthDate"], "1970-01-02T00:00:00Z");
    assert_eq!(
        echo["governmentIDs"],
        json!([{"type": "passport", "country": "IR", "identifier": "A1234567"}])
    );
    let year = search("name=Anna%20Example&type=person&birthDate=1970");
    assert_eq!(year["query"]["person"]["birthDate"], Value::Null);
    let vessel = search("name=Example%20Star&type=vessel&imoNumber=9187629&flag=PA");
    let echo = &vessel["query"]["vessel"];
    assert_eq!((&echo["imoNumber"], &echo["flag"]), (&json!("9187629"), &json!("PA")));
    search("name=a%20b&source=US_CSL&type=BUSINESS");
    assert_eq!(
        server.get("/compat/watchman/v2/search?name=%20").expect(400).json()["error"],
        "name is required"
    );
}

#[test]
fn csl_gives_one_record_a_listing() {
    let server = Served::new();
    let found =
        server.get("/compat/csl/search?name=NSO%20Group&sources=EL&fuzzy_name=true").expect(200).json();
    assert_eq!(keys(&found), ["total", "sources", "results", "countersign"]);
    assert_eq!(found["sources"][0]["value"], "Entity List (EL) - Bureau of Industry and Security");
    let record = &found["results"][0];
    for key in [
        "id",
        "source",
        "entity_number",
        "type",
        "name",
        "alt_names",
        "programs",
        "title",
        "addresses",
        "federal_register_notice",
        "start_date",
        "end_date",
        "standard_order",
        "license_requirement",
        "license_policy",
        "call_sign",
        "vessel_type",
        "gross_tonnage",
        "gross_registered_tonnage",
        "vessel_flag",
        "vessel_owner",
        "remarks",
        "source_list_url",
        "source_information_url",
        "citizenships",
        "dates_of_birth",
        "nationalities",
        "places_of_birth",
        "ids",
    ] {
        assert!(record.get(key).is_some(), "{key}");
    }
    assert!(record["score"].is_number());
    let plain =
        server.get("/compat/csl/consolidated_screening_list/v1/search?name=NSO%20Group").expect(200).json();
    assert!(plain["results"][0].get("score").is_none());
    let all = server.get("/compat/csl/search?size=50").expect(200).json();
    let sources = server.get("/compat/csl/sources").expect(200).json();
    let counted: u64 =
        sources["sources_used"].as_array().unwrap().iter().map(|s| s["count"].as_u64().unwrap()).sum();
    assert_eq!(all["total"].as_u64().unwrap(), counted);
    let israel = server.get("/compat/csl/search?name=NSO%20Group&countries=Israel").expect(200).json();
    assert_eq!(israel["results"][0]["addresses"][0]["country"], "IL");
    for path in ["size=51", "sources=XX", "types=Robot", "colour=red", "offset=-1", "countries=ZZ"] {
        assert!(server.get(&format!("/compat/csl/search?{path}")).expect(400).json()["errors"].is_array());
    }
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

/// As the source of yente 5.5.0 does it: what is below the threshold is shown to those who ask, and never counted.
#[test]
fn yente_counts_what_matches_and_shows_no_more_unless_asked() {
    let server = Served::new();
    let query = json!({"queries": {"q": {"schema": "Company", "properties": {"name": ["NSO Grp"]}}}});
    let ask = |parameters: &str| {
        let path = format!("/compat/yente/match/default?limit=500{parameters}");
        server.post(&path, &query).expect(200).json()["responses"]["q"].clone()
    };
    let plain = ask("");
    assert!(plain["results"].as_array().unwrap().iter().all(|r| r["match"] == true));
    let wide = ask("&cutoff=0.05");
    let results = wide["results"].as_array().unwrap();
    assert!(results.len() > plain["results"].as_array().unwrap().len());
    let matching = results.iter().filter(|r| r["match"] == true).count();
    assert_eq!(wide["total"]["value"], matching);
    let scores: Vec<f64> = results.iter().map(|r| r["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b));
    // the best of a narrow answer are the best of the wide one
    let few = server.post("/compat/yente/match/default?limit=2&cutoff=0.05", &query).expect(200).json();
    assert_eq!(few["responses"]["q"]["results"].as_array().unwrap()[..], results[..2]);
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

#[test]
fn yente_search_filters_as_it_is_asked() {
    let server = Served::new();
    let count = |parameters: &str| {
        let path = format!("/compat/yente/search/default?limit=0&{parameters}");
        server.get(&path).expect(200).json()["total"]["value"].as_u64().unwrap()
    };
    let all = count("");
    let (il, ru) = (count("countries=il"), count("countries=ru"));
    assert!(il > 0 && ru > 0 && il < all);
    assert_eq!(count("countries=il&countries=ru"), il + ru);
    assert!(count("countries=il&countries=ru&filter_op=AND") <= il.min(ru));
    assert_eq!(count("filter=countries:il"), il);
    assert_eq!(
        count("filter=schema:Person") + count("filter=schema:Organization") + count("filter=schema:Company"),
        all
    );
    assert_eq!(count("target=true") + count("target=false"), all);
    let bad = |parameters: &str, status: u16| {
        server.get(&format!("/compat/yente/search/default?{parameters}")).expect(status);
    };
    bad("filter=nothing", 400);
    bad("facets=shoes", 422);
    bad("filter_op=XOR", 422);
    bad("offset=9500", 422);
    bad("limit=501", 422);
    let facets =
        server.get("/compat/yente/search/default?facets=genders&facets=identifiers").expect(200).json();
    assert_eq!(keys(&facets["facets"]), ["genders", "identifiers"]);
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

#[test]
fn yente_answers_at_the_paths_of_yente() {
    let server = Served::new();
    // a publisher's own number may be anybody's elsewhere
    server.get("/compat/yente/entities/EL-NSO").expect(404);
    // yente serves the reconciliation API beside its own
    assert_eq!(server.get("/compat/yente/reconcile/default").expect(200).json()["versions"], json!(["0.2"]));
    let slash = server.get("/compat/yente/search/default/?q=NSO").expect(307);
    assert_eq!(slash.headers["location"], "/compat/yente/search/default?q=NSO");
}

/// FollowTheMoney's own properties stand where its clients look; what it has not stands apart.
#[test]
fn yente_entities_are_valid_for_strict_clients() {
    let server = Served::new();
    let all = server.get("/compat/yente/search/default?limit=500").expect(200).json();
    let results = all["results"].as_array().unwrap();
    assert!(results.len() > 20);
    for entity in results {
        for country in entity["properties"]["country"].as_array().into_iter().flatten() {
            assert_eq!(country.as_str().unwrap().len(), 2, "{entity}");
        }
        for ours in
            ["verification", "licenseRequirement", "licensePolicy", "nameInside", "referents", "datasets"]
        {
            assert!(entity["properties"].get(ours).is_none(), "{ours} in {entity}");
        }
    }
    let apart = results.iter().find(|e| e["id"] == "starter:EL-NSO").unwrap();
    let beyond = &apart["countersign"]["properties"];
    assert!(beyond.is_object(), "{apart}");
    let hit = server.post("/compat/yente/match/default", &nso()).expect(200).json();
    let hits = hit["responses"].as_object().unwrap().values().next().unwrap()["results"].clone();
    let hit = hits.as_array().unwrap().iter().find(|h| h["id"] == "starter:EL-NSO").unwrap();
    assert_eq!(&hit["countersign"]["properties"], beyond);
    assert_eq!(hit["countersign"]["status"], "possible match");
}

/// As the source of yente 5.5.0 and the specification 0.2 have it.
#[test]
fn openrefine_forms_have_their_edges() {
    let server = Served::new();
    let base = "/compat/openrefine/reconcile/default";
    let post = |form: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        server.send_as(axum::http::Method::POST, base, "application/x-www-form-urlencoded", body)
    };
    let manifest = server.get(&format!("{base}?as_of=2026-01-01")).expect(200).json();
    assert_eq!(manifest["suggest"]["entity"]["service_path"], "/suggest/entity?as_of=2026-01-01");
    assert_eq!(manifest["extend"]["propose_settings"], manifest["extend"]["property_settings"]);
    server.get("/compat/openrefine/reconcile/nowhere").expect(404);
    for form in [&[][..], &[("queries", "banana")], &[("queries", "[]")], &[("extend", "{}")]] {
        assert!(post(form).expect(400).json()["detail"].is_string());
    }
    // an empty cell is no reason to answer none of the others
    let queries = r#"{"a": {"query": ""}, "b": {"query": "NSO Group"}, "c": {}}"#;
    let answer = post(&[("queries", queries)]).expect(200);
    assert_eq!(answer.headers["x-batch-size"], "3");
    let answer = answer.json();
    assert_eq!((&answer["a"]["result"], &answer["c"]["result"]), (&json!([]), &json!([])));
    let id = answer["b"]["result"][0]["id"].as_str().unwrap();
    let extend = json!({"ids": [id, "nobody"], "properties": [
        {"id": "country"}, {"id": "LegalEntity:country", "settings": {"render": "raw", "limit": 1}}, {"id": "shoe"},
    ]});
    let answer = post(&[("extend", &extend.to_string())]).expect(200);
    assert_eq!(answer.headers["x-batch-size"], "2");
    let answer = answer.json();
    assert_eq!(answer["meta"].as_array().unwrap().len(), 2);
    assert_eq!(answer["rows"]["nobody"], json!({}));
    assert_eq!(answer["rows"][id]["country"][0]["str"], "Israel");
    assert_eq!(answer["rows"][id]["LegalEntity:country"], json!([{"str": "il"}]));
    let suggest = |what: &str| server.get(&format!("{base}/suggest/{what}")).expect(200).json();
    let found = suggest("entity?prefix=NSO&limit=1");
    assert_eq!((&found["code"], &found["prefix"]), (&json!("/api/status/ok"), &json!("NSO")));
    assert_eq!(found["result"].as_array().unwrap().len(), 1);
    assert!(found["result"][0]["type"][0]["id"].is_string());
    assert_eq!(suggest("type?prefix=")["result"], json!([]));
    assert_eq!(suggest("property?prefix=Date%20of")["result"][0]["id"], "Person:birthDate");
    let proposed = server.get(&format!("{base}/extend/property?type=Company&limit=3")).expect(200).json();
    assert_eq!((proposed["limit"].as_u64(), proposed["properties"].as_array().unwrap().len()), (Some(3), 3));
    server.get(&format!("{base}/extend/property?type=Robot")).expect(400);
}
