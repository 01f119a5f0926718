//! The questionnaire: entries follow from limbs, notes take out, what is not answered stays open.

#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use std::collections::BTreeMap;

use countersign_law::{Classification, Law, Questionnaire, Reply, Standing};
use serde_json::json;

fn classify(yes: &[&str], no: &[&str]) -> Classification {
    let law = Law::embedded().unwrap();
    let form = Questionnaire::of(&law).unwrap();
    let mut answers: BTreeMap<String, Reply> = BTreeMap::new();
    answers.extend(yes.iter().map(|q| ((*q).to_owned(), Reply::Yes)));
    answers.extend(no.iter().map(|q| ((*q).to_owned(), Reply::No)));
    form.classify(&law, &answers, None).unwrap()
}

fn standing(found: &Classification, code: &str) -> Option<Standing> {
    found.candidates.iter().find(|c| c.code == code).map(|c| c.standing)
}

const OTHER_TOPICS: [&str; 5] = ["mobile", "network", "handover", "device", "crime_control"];

#[test]
fn delivery_of_intrusion_software_is_4d004_before_and_after_its_notes() {
    let mut no = OTHER_TOPICS.to_vec();
    no.extend([
        "goods",
        "technology",
        "intrusion_generates",
        "intrusion_commands",
        "debugger",
        "drm",
        "asset_tracking",
    ]);
    let yes = ["software", "intrusion", "intrusion_specially_designed", "intrusion_delivers"];
    let open = classify(&yes, &no);
    assert_eq!(standing(&open, "4D004"), Some(Standing::Open), "the update note is not answered");
    assert_eq!(open.open, ["authorised_update"]);
    assert_eq!(open.item["annex_codes"], json!(["4D004"]), "the text is met before notes");
    let mut without = no.clone();
    without.push("authorised_update");
    let met = classify(&yes, &without);
    assert_eq!(standing(&met, "4D004"), Some(Standing::Met));
    assert_eq!(met.item["exclusion_facts"], json!("none"));
    assert!(met.candidates[0].citations.iter().any(|c| c.starts_with("EU-DUR-AX1-4D004-NOTE")));
    let mut with = yes.to_vec();
    with.push("authorised_update");
    let out = classify(&with, &no);
    assert_eq!(standing(&out, "4D004"), Some(Standing::Excluded));
    assert_eq!(out.item["exclusion_facts"], json!(["authorised_update"]));
}

#[test]
fn a_plain_inspection_box_is_a_near_miss_of_5a001_j() {
    let all = [
        "goods",
        "network",
        "network_carrier_class",
        "network_application_layer",
        "network_extraction",
        "network_indexing",
        "network_hard_selector",
        "network_relations",
    ];
    let others = ["intrusion", "mobile", "handover", "device", "crime_control", "software", "technology"];
    let mut no = others.to_vec();
    no.extend(["network_marketing", "network_quality"]);
    assert_eq!(standing(&classify(&all, &no), "5A001.j"), Some(Standing::Met));
    no.push("network_relations");
    let found = classify(&all[..7], &no);
    assert_eq!(standing(&found, "5A001.j"), Some(Standing::NotMet));
    assert_eq!(found.item["limbs"]["5A001.j"]["relational_mapping"], json!("no"));
    assert_eq!(found.item["annex_codes"], json!("none"));
}

#[test]
fn nothing_answered_leaves_everything_open_and_says_nothing_of_the_item() {
    let found = classify(&[], &[]);
    assert!(found.candidates.iter().all(|c| c.standing == Standing::Open));
    assert!(found.item.get("annex_codes").is_none() && found.item.get("eccn").is_none());
    assert!(found.item.get("capabilities").is_none());
}
