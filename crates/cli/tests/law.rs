//! The law commands.

mod common;

use common::{Desk, root, shared};

#[test]
fn scenario_files_are_run_and_counted() {
    let desk = Desk::new();
    let case = std::fs::read_to_string(root().join("examples/procurement/case-files.yaml")).unwrap();
    let body: String = case
        .lines()
        .filter(|l| !l.starts_with('#') && !l.starts_with("schema:"))
        .map(|l| format!("    {l}\n"))
        .collect();
    let scenario = |id: &str, answer: &str, extra: &str| {
        format!(
            "  -\n{}    why: test\n    expected:\n      answer: {answer}\n      by_regime: {{EU-DUR: NOT_CONTROLLED}}\n      \
             gate: NOT_APPLICABLE\n      review_policy: none\n      must_cite: []\n      must_not_cite: []\n      missing_facts: none\n{extra}",
            body.replace("id: case-files", &format!("id: {id}"))
        )
    };
    let head = "schema: scenarios/2\nset: test\nwritten: '2026-11-22'\nheld_out: 'no'\nabout: {text: test}\nscenarios:\n";
    let good = scenario("good", "PROCEED", "");
    let file = desk.write("good.yaml", format!("{head}{good}"));
    let ran = desk.run(&["law", "test", &file, "--json"]);
    let report = ran.expect(0).json();
    assert_eq!(
        (&report["passed"], &report["failed"], &report["unsupported"]),
        (&1.into(), &0.into(), &0.into())
    );
    assert_eq!(report["cases"][0]["id"], "good");

    let bad = scenario("bad", "STOP", "")
        .replace("EU-DUR: NOT_CONTROLLED", "EU-DUR: PROHIBITED")
        .replace("must_cite: []", "must_cite: [EU-DUR-3.1]");
    let broken = scenario("broken", "PROCEED", "").replace("origin: PT", "orign: PT");
    let file = desk.write("mixed.yaml", format!("{head}{good}{bad}{broken}"));
    let ran = desk.run(&["law", "test", &file, "--json"]).expect(1);
    let report = ran.json();
    assert_eq!(
        (&report["passed"], &report["failed"], &report["unsupported"]),
        (&1.into(), &1.into(), &1.into())
    );
    let of = |id: &str| report["cases"].as_array().unwrap().iter().find(|c| c["id"] == id).unwrap().clone();
    assert_eq!(of("bad")["status"], "failed");
    assert_eq!((&of("bad")["expected"], &of("bad")["got"]), (&"STOP".into(), &"PROCEED".into()));
    assert!(of("bad")["diff"][0].as_str().unwrap().contains("answer"));
    assert_eq!(of("broken")["status"], "unsupported");
    let table = desk.run(&["law", "test", &file]).expect(1);
    assert!(table.out.contains("1 passed, 1 failed, 1 unsupported"), "{}", table.out);
}

#[test]
fn the_shared_scenarios_are_all_run() {
    let Some(path) = shared("regimes/us-scenarios.yaml") else { return };
    let ran = Desk::new().run(&["law", "test", path.to_str().unwrap(), "--json"]);
    let report = ran.json();
    let cases = report["cases"].as_array().unwrap().len() as u64;
    let sum: u64 = ["passed", "failed", "unsupported"].iter().map(|k| report[*k].as_u64().unwrap()).sum();
    assert!(cases > 0 && sum == cases);
    assert_eq!(ran.code, i32::from(report["passed"].as_u64() != Some(cases)));
}

#[test]
fn packs_are_checked_and_rules_are_listed() {
    let desk = Desk::new();
    let own = desk.run(&["law", "check"]).expect(0);
    let tree = desk.run(&["law", "check", "law"]).expect(0);
    assert_eq!(own.out, tree.out, "the packs of the program are those of the tree");
    // a copy with a fault
    let copy = desk.path("law");
    copy_tree(&root().join("law"), &copy);
    std::fs::remove_file(copy.join("us-ear/regime.toml")).unwrap();
    let ran = desk.run(&["law", "check", copy.to_str().unwrap()]).expect(1);
    assert!(ran.out.contains("us-ear"), "{}", ran.out);

    let inventory = std::fs::read_to_string(root().join("law/rule-ids.csv")).unwrap();
    let rules = desk.run(&["law", "rules", "--json"]).expect(0).json();
    assert_eq!(rules["rules"].as_array().unwrap().len(), inventory.lines().count() - 1);
    let el = rules["rules"].as_array().unwrap().iter().find(|r| r["id"] == "EAR-744.11").unwrap();
    assert_eq!(el["has_policy"], true);
    assert!(el["citation"].as_str().unwrap().contains("744.11"));
    let bare = desk.run(&["law", "rules", "--json", "--without-policy"]).expect(0).json();
    assert!(bare["rules"].as_array().unwrap().iter().all(|r| r["has_policy"] == false));
}

#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn copy_tree(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).map(|_| ()).unwrap()
        }
    }
}

/// The owners of a case come from a file: who was found by what, who was added, and where each stake stands.
#[test]
fn owners_of_a_case_are_taken_from_a_file() {
    let desk = Desk::new();
    let example = |name: &str| root().join("examples/ownership").join(name).display().to_string();
    let (case, file) = (example("harbour-case.yaml"), example("harbour-signals.bods.json"));
    let alone = desk.run(&["check", &case, "--json"]).json();
    let open: Vec<&str> = alone["decision"]["missing_facts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["path"].as_str().unwrap())
        .collect();
    assert!(open.contains(&"parties[buyer].owners"), "{open:?}");

    let taken = desk.run(&["check", &case, "--ownership", &file, "--json"]).json();
    let owners = &taken["options"]["owners"];
    assert_eq!(owners["files"][0]["name"], "harbour-signals.bods.json");
    let matched = owners["matched"].as_array().unwrap();
    assert_eq!(matched.len(), 1, "{matched:?}");
    assert_eq!(
        (&matched[0]["party"], &matched[0]["id"], &matched[0]["by"]),
        (&"buyer".into(), &"harbour".into(), &"name".into())
    );
    let parties = owners["parties"].as_array().unwrap();
    let buyer = parties.iter().find(|p| p["id"] == "buyer").unwrap();
    let direct = buyer["owners"].as_array().unwrap();
    assert_eq!(matched[0]["stakes"], direct.len());
    // who holds is a party of the case, screened like any other
    for stake in direct {
        let owner = parties.iter().find(|p| p["id"] == stake["party"]).unwrap();
        let screened = taken["screening"].as_array().unwrap().iter().find(|s| s["party"] == owner["id"]);
        assert!(screened.is_some(), "{owner}");
    }
    let source = owners["sources"]["parties[buyer].owners"].as_str().unwrap();
    assert!(source.contains("harbour-signals.bods.json"), "{source}");
    let page = desk.run(&["check", &case, "--ownership", &file]).out;
    assert!(page.contains("Owners from harbour-signals.bods.json"), "{page}");
    assert!(page.contains("the same by name"), "{page}");

    // owners that the case gives otherwise are a contradiction, and both are shown
    let text = std::fs::read_to_string(&case).unwrap();
    let none = text.replace("     listings: none}\nitem", "     listings: none, owners: none}\nitem");
    assert_ne!(none, text);
    let other = desk.write("other.yaml", none);
    let refused = desk.run(&["check", &other, "--ownership", &file]).expect(2);
    assert!(refused.err.contains("`parties[buyer].owners` says none, and the files say"), "{}", refused.err);
    assert!(refused.err.contains("harbour-signals.bods.json"), "{}", refused.err);

    // what was taken is in the record: it is decided again without the file
    let recorded = desk.run(&["check", &case, "--ownership", &file, "--record", "--json"]).json();
    let index = recorded["record"]["index"].to_string();
    let bundle = desk.path("bundle.json").display().to_string();
    desk.run(&["bundle", &index, "-o", &bundle]).expect(0);
    let again = desk.run(&["replay", &bundle]).expect(0);
    assert!(again.out.contains("same"), "{}", again.out);
}

#[test]
fn ownership_by_a_possible_match_says_what_it_rests_on() {
    let desk = Desk::new();
    // Entity List, 2021-11-04: NSO Group; the Affiliates Rule had effect from 2025-09-29
    let lines = [
        r#"{"id":"shell","schema":"Company","properties":{"name":["Shell One BV"],"country":["nl"]}}"#,
        r#"{"id":"holder","schema":"Company","properties":{"name":["NSO Group"],"country":["il"]}}"#,
        r#"{"id":"stake","schema":"Ownership","properties":{"owner":["holder"],"asset":["shell"],"percentage":["60"]}}"#,
    ];
    let file = desk.write("owners.ftm.json", lines.join("\n"));
    let ask = ["ownership", &file, "--party", "shell", "--rule", "bis", "--as-of", "2025-10-15"];
    let page = desk.run(&ask).expect(10).out;
    assert!(
        page.contains(
            "owned by listed persons if `NSO Group` is the listed party (a possible match, undecided)"
        ),
        "{page}"
    );
    assert!(page.contains("NSO Group: counts as listed for bis"), "{page}");
    let json = desk.run(&[&ask[..], &["--json"]].concat()).expect(10).json();
    assert_eq!(json["rules"][0]["assumes"][0]["id"], "holder");
    assert_eq!(json["listed"][0]["assumed"], true);

    // where a file says who is listed nothing is assumed, and a misspelt name is told at once
    let listed = desk.write("listed.txt", "holder\nNSO Gruop\n");
    let named = desk.run(&[&ask[..], &["--listed", &listed]].concat()).expect(10);
    assert!(named.out.contains("owned by listed persons\n"), "{}", named.out);
    assert!(named.err.contains("warning: `NSO Gruop` is listed and no party of the files"), "{}", named.err);
}
