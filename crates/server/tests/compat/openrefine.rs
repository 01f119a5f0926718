//! OpenRefine: reconciliation.

use axum::http::Method;
use serde_json::json;

use crate::common::Served;
use crate::url_form;

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
