//! The examples give what their first line says, and print what a person can read.

mod common;

use common::{Desk, LISTED, NSO, determining, party, settings};

#[test]
fn the_example_of_the_case_format_is_found_by_screening() {
    // case-format.md section 12: HOLD, AUTHORISATION_REQUIRED, presumption of denial, EAR-744.11
    let ran = Desk::new().run(&["check", NSO, "--json"]).expect(20);
    let check = ran.json();
    assert_eq!(check["schema"], "check/1");
    assert_eq!(check["decision"]["answer"], "HOLD");
    assert!(determining(&check).contains(&"EAR-744.11".to_owned()));
    let ear =
        &check["decision"]["regimes"].as_array().unwrap().iter().find(|r| r["regime"] == "US-EAR").unwrap();
    assert_eq!(ear["verdict"], "AUTHORISATION_REQUIRED");
    assert_eq!(ear["review_policy"], "presumption_of_denial");
    let cited = ear["determining"].as_array().unwrap().iter().find(|c| c["rule"] == "EAR-744.11").unwrap();
    assert_eq!(cited["notice"], "86 FR 60759");
    let assumed = check["decision"]["assumed"].as_array().unwrap();
    assert_eq!(assumed.len(), 1);
    assert_eq!(assumed[0]["path"], "parties[nso].listings");
    let text = assumed[0]["text"].as_str().unwrap();
    for word in ["possible match", "score 1.00", "starter:EL-NSO", "Entity List", "2021-11-04"] {
        assert!(text.contains(word), "{text}");
    }
    assert_eq!(party(&check, "nso")["outcome"], "possible_match");
    assert_eq!(party(&check, "basin")["outcome"], "given_in_case");
    assert!(ran.err.contains("starter list alone"), "{}", ran.err);
}

#[test]
fn on_the_day_before_the_listing_there_was_no_such_rule() {
    let desk = Desk::new();
    let check = desk.run(&["check", LISTED, "--json", "--as-of", "2021-11-03"]).expect(0).json();
    assert!(!determining(&check).contains(&"EAR-744.11".to_owned()));
    // found by screening a starter list: the rule is gone too, but that no other list names the party is not known
    let check = desk.run(&["check", NSO, "--json", "--as-of", "2021-11-03"]).expect(20).json();
    assert!(!determining(&check).contains(&"EAR-744.11".to_owned()));
    assert_eq!(check["decision"]["missing_facts"][0]["path"], "parties[nso].listings");
    assert_eq!(check["decision"]["case"]["as_of"], "2021-11-03");
    // the first day itself counts: ranges of dates are inclusive
    let first = desk.run(&["check", NSO, "--json", "--as-of", "2021-11-04"]).expect(20);
    assert!(determining(&first.json()).contains(&"EAR-744.11".to_owned()));
}

#[test]
fn each_answer_has_an_example_and_its_exit_code() {
    let desk = Desk::new();
    for (file, answer, code) in [
        ("examples/procurement/case-files.yaml", "PROCEED", 0),
        ("examples/licensing/forensic-kits-cl.yaml", "CONDITIONS", 10),
        (NSO, "HOLD", 20),
        (LISTED, "HOLD", 20),
        ("examples/assessor/revoked-assessment.yaml", "STOP", 30),
    ] {
        let ran = desk.run(&["check", file, "--json"]).expect(code);
        assert_eq!(ran.json()["decision"]["answer"], answer, "{file}");
        assert_eq!(ran.json()["record"], serde_json::Value::Null);
        let comment = std::fs::read_to_string(common::root().join(file)).unwrap();
        assert!(comment.starts_with(&format!("# Shows {answer}")), "{file}");
    }
    let before = desk.run(&["check", "examples/assessor/revoked-assessment.yaml", "--as-of", "2026-04-19"]);
    before.expect(10);
    assert!(!desk.home().exists(), "a check that records nothing begins no home");
}

#[test]
fn of_several_cases_the_most_severe_answer_is_the_exit_code() {
    let desk = Desk::new();
    let (proceed, stop) =
        ("examples/procurement/case-files.yaml", "examples/assessor/revoked-assessment.yaml");
    let ran = desk.run(&["check", proceed, stop, NSO, "--json"]).expect(30);
    let answers: Vec<_> =
        ran.json().as_array().unwrap().iter().map(|c| c["decision"]["answer"].clone()).collect();
    assert_eq!(answers, ["PROCEED", "STOP", "HOLD"]);
    // a file that is wrong wins, but the others are answered
    let wrong = desk.write("wrong.yaml", "schema: case/1\n");
    let ran = desk.run(&["check", &wrong, stop]).expect(2);
    assert!(ran.out.starts_with("STOP"), "{}", ran.out);
}

#[test]
fn the_pages_of_the_examples() {
    let desk = Desk::new();
    settings().bind(|| {
        for (name, file) in [
            ("hold", NSO),
            ("stop", "examples/assessor/revoked-assessment.yaml"),
            ("conditions", "examples/licensing/forensic-kits-cl.yaml"),
            ("proceed", "examples/procurement/case-files.yaml"),
        ] {
            let page = desk.run(&["check", file]).out;
            assert!(page.lines().count() <= 60, "{name} has {} lines", page.lines().count());
            for line in page.lines().filter(|l| !l.contains("decide it:")) {
                assert!(line.chars().count() <= 100, "{line}");
            }
            assert!(!page.contains('\u{1b}'), "no colour where it is not wanted");
            assert!(!page.to_lowercase().contains("clear"), "a check never says so");
            insta::assert_snapshot!(format!("page_{name}"), page);
        }
    });
}

#[test]
fn the_json_of_a_check() {
    settings().bind(|| {
        let ran = Desk::new().run(&["check", NSO, "--json"]);
        insta::assert_snapshot!("check_json", ran.out);
    });
}
