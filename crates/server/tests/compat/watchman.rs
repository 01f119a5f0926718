//! Moov's watchman.

use serde_json::{Value, json};

use crate::common::Served;
use crate::keys;

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
