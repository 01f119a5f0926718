//! The Consolidated Screening List.

use crate::common::Served;
use crate::keys;

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
