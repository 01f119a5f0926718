//! yente: matching, searching, entities.

use axum::http::Method;
use serde_json::{Value, json};

use crate::common::Served;
use crate::{keys, nso};

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
