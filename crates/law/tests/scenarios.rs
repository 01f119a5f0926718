//! Every worked scenario: those of the briefs, and those that the packs carry in `law/*/cases/`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use countersign_case::{Edit, Known, LegalFile, ScenarioFile};
use countersign_law::{Coverage, Law, Status, decide, run, run_legal};
use countersign_model::Answer;
use serde_json::json;

fn questions(text: &str) -> BTreeSet<String> {
    // the ids of the question set, one `- id: XX-00` a question
    text.lines().filter_map(|l| l.trim().strip_prefix("- id: ")).map(str::to_owned).collect()
}

/// How many cases a file has, and what is wrong with which.
fn outcomes(law: &Law, known: &Known, path: &Path) -> (usize, Vec<String>) {
    let text = std::fs::read_to_string(path).unwrap();
    let origin = path.display().to_string();
    let outcomes = if text.starts_with("schema: legal-tests/1") {
        run_legal(law, &LegalFile::parse(&text, &origin, known).unwrap_or_else(|e| panic!("{e}")))
    } else {
        let file = ScenarioFile::parse(&text, &origin, known).unwrap_or_else(|e| panic!("{e}"));
        run(law, known, &file)
    };
    let faults: Vec<String> = outcomes
        .iter()
        .filter(|o| o.status != Status::Passed)
        .map(|o| format!("{} {:?}: {}", o.id, o.status, o.diff.join("; ")))
        .collect();
    (outcomes.len(), faults.into_iter().map(|fault| format!("{}: {fault}", path.display())).collect())
}

fn all_pass(law: &Law, known: &Known, path: &Path) -> usize {
    let (ran, faults) = outcomes(law, known, path);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    ran
}

fn ready() -> (Law, Known) {
    let law = Law::embedded().unwrap();
    let set = include_str!("../../../assessments/question-set.yaml");
    let known = law.known(questions(set));
    (law, known)
}

#[test]
fn the_scenarios_of_the_briefs_hold() {
    let root = std::env::var_os("COUNTERSIGN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let (law, known) = ready();
    for name in ["us-scenarios.yaml", "eu-scenarios.yaml"] {
        let path = root.join("regimes").join(name);
        if !path.exists() {
            assert!(std::env::var_os("CI").is_none(), "{name} is missing, and CI may not skip");
            println!("skipped: {name} is not there; set COUNTERSIGN_SHARED");
            continue;
        }
        assert!(all_pass(&law, &known, &path) >= 12);
    }
}

#[test]
fn the_cases_of_the_packs_hold() {
    let (law, known) = ready();
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law");
    let (mut ran, mut faults) = (0, Vec::new());
    for pack in std::fs::read_dir(packs).unwrap() {
        let Ok(cases) = std::fs::read_dir(pack.unwrap().path().join("cases")) else { continue };
        for file in cases {
            let (more, found) = outcomes(&law, &known, &file.unwrap().path());
            ran += more;
            faults.extend(found);
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("{ran} scenarios of the packs");
    assert!(ran > 0, "the packs carry no cases");
}

#[test]
fn every_policy_has_a_test_in_which_it_holds_and_one_in_which_it_fails() {
    let (law, known) = ready();
    let mut table = Coverage::of(&law);
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law");
    for pack in std::fs::read_dir(packs).unwrap() {
        let Ok(cases) = std::fs::read_dir(pack.unwrap().path().join("cases")) else { continue };
        for file in cases {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            match LegalFile::parse(&text, "cases", &known) {
                Ok(file) => table.add_legal(&file),
                Err(_) => table.add_scenarios(&ScenarioFile::parse(&text, "cases", &known).unwrap(), &known),
            }
        }
    }
    let rows = table.rows();
    let bare: Vec<&str> = rows.iter().filter(|r| !r.is_covered()).map(|r| r.policy.as_str()).collect();
    assert!(bare.is_empty(), "policies without both tests: {}", bare.join(", "));
    assert!(rows.len() > 300, "the table has to hold the packs: {}", rows.len());
}

#[test]
fn a_rule_that_nothing_carries_refuses_the_packs() {
    let law = Law::embedded().unwrap();
    let without = |line: &str| -> String {
        let mut files = law.files().clone();
        let text = files.get_mut("norms.csv").unwrap();
        assert!(text.lines().any(|l| l.starts_with(line)), "norms.csv has no `{line}`");
        *text = text.lines().filter(|l| !l.starts_with(line)).map(|l| format!("{l}\n")).collect();
        Law::load(&files).unwrap_err().to_string()
    };
    assert!(without("EAR-762.6,").contains("`EAR-762.6` has no policy and no row"));
    let mut files = law.files().clone();
    files.get_mut("norms.csv").unwrap().push_str("EAR-744.11,context,for a test\n");
    assert!(Law::load(&files).unwrap_err().to_string().contains("`EAR-744.11` has a policy"));
    let mut files = law.files().clone();
    let rows = files.get_mut("rule-ids.csv").unwrap();
    *rows = rows.replacen(",verified,", ",read,", 1);
    assert!(Law::load(&files).unwrap_err().to_string().contains("verification `read`"));
}

#[test]
fn the_digest_names_the_packs() {
    let law = Law::embedded().unwrap();
    let mut files = law.files().clone();
    assert_eq!(Law::load(&files).unwrap().digest(), law.digest());
    let table = files.get_mut("tables/memberships.csv").unwrap();
    table.push_str("JSS,XA,2026-01-01,,a test,unverified\n");
    assert_ne!(Law::load(&files).unwrap().digest(), law.digest());
}

#[test]
fn a_pack_with_a_fault_is_refused_with_its_place() {
    let law = Law::embedded().unwrap();
    let refused = |path: &str, from: &str, to: &str| -> String {
        let mut files = law.files().clone();
        let text = files.get_mut(path).unwrap();
        assert!(text.contains(from), "{path} has no `{from}`");
        *text = text.replacen(from, to, 1);
        Law::load(&files).unwrap_err().to_string()
    };
    let parties = "us-ear/parties.cedar";
    for (from, to, says) in [
        ("context.subject_to_ear", "context.subject_to_eaar", "subject_to_eaar"),
        ("@id(\"EAR-744.11\")", "@id(\"EAR-744.99\")", "not in rule-ids.csv"),
        ("@cite(\"15 CFR 744.11, ", "@cite(\"15 CFR 744.12, ", "@cite must be the citation"),
        ("@outcome(\"AUTHORISATION_REQUIRED\")", "@outcome(\"MAYBE\")", "no verdict"),
        ("@why(", "@whx(", "unknown annotation"),
        ("@review_from(\"listing\")", "@review(\"kindly\")", "no review policy"),
        ("resource.list == \"EL\"", "resource has list", "`has` cannot be used"),
        ("resource.in_force }", "resource.in_force", "line "),
    ] {
        let fault = refused(parties, from, to);
        assert!(fault.contains(says), "{from} → {to}: {fault}");
        assert!(fault.contains("us-ear/parties.cedar") || fault.contains("EAR-744.11"), "no place: {fault}");
    }
    let fault = refused("us-ear/regime.toml", "kind = \"LAW\"", "kind = \"LAW\"\ncolour = \"red\"");
    assert!(fault.contains("us-ear/regime.toml") && fault.contains("colour"), "{fault}");
    let fault = refused("tables/memberships.csv", "2023-03-30", "2023-02-30");
    assert!(fault.contains("tables/memberships.csv"), "{fault}");
}

#[test]
fn own_shares_say_nothing_of_the_owners() {
    let (law, known) = ready();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../law/eu-sanc/cases/open.yaml");
    let file = ScenarioFile::parse(&std::fs::read_to_string(path).unwrap(), "open.yaml", &known).unwrap();
    let case =
        file.scenarios.iter().find(|s| s.id == "EU-SANC-OPEN-02").unwrap().result.clone().unwrap().case;
    let set = |path: &str, value| (path.to_owned(), value);
    let edit = |owners| Edit {
        set: vec![
            set("parties[meridian].control", json!("none")),
            set("parties[meridian].owners", owners),
            set("parties[p3].listings", json!("none")),
        ],
        unset: Vec::new(),
    };
    let owners = json!([{"party": "meridian", "percent": "99"}, {"party": "p3", "percent": "1"}]);
    let open = decide(&law, &case.edited(&edit(owners), &known).unwrap(), &[]);
    assert_eq!(open.answer, Answer::Hold);
    assert!(
        open.missing_facts.iter().any(|m| m.path == "parties[meridian].owners"),
        "{:?}",
        open.missing_facts
    );
    let owners = json!([{"party": "p3", "percent": "100"}]);
    let known_owner = decide(&law, &case.edited(&edit(owners), &known).unwrap(), &[]);
    assert_eq!(known_owner.answer, Answer::Proceed);
}
