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
