//! A file of parties by the real program: killed and gone on with, receipts, profiles, decisions by country.

#![expect(clippy::unwrap_used, reason = "tests may panic")]

mod common;

use std::fmt::Write as _;
use std::time::Duration;

use common::Desk;

fn parties(rows: usize) -> String {
    let mut text = String::from("id,name,country\n");
    for n in 0..rows {
        let name = if n % 50 == 0 { "NSO Group".to_owned() } else { format!("Quillfeather {n} Basketworks") };
        writeln!(text, "p{n},{name},IL").unwrap();
    }
    text
}

#[test]
fn a_killed_run_goes_on_and_gives_the_same_bytes() {
    let desk = Desk::new();
    let input = desk.write("parties.csv", parties(3000));
    let out = |name: &str| desk.path(name).to_str().unwrap().to_owned();
    desk.run(&["bulk", &input, "--out", &out("whole.csv"), "--chunk", "50"]).expect(10);
    let whole = std::fs::read(desk.path("whole.csv")).unwrap();
    assert_eq!(whole.iter().filter(|b| **b == b'\n').count(), 61);

    let args = ["bulk", &input, "--out", &out("out.csv"), "--chunk", "50", "--threads", "1"];
    for _ in 0..2 {
        let mut child = desk.command(&args).spawn().unwrap();
        let work = desk.path("out.csv.work");
        let chunks = || std::fs::read_dir(&work).map_or(0, Iterator::count);
        let before = chunks();
        while child.try_wait().unwrap().is_none() && chunks() < before + 9 {
            std::thread::sleep(Duration::from_millis(1));
        }
        // SIGKILL; a run that was quicker than this test has its output, and the next one says so
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let last = desk.run(&args);
    assert!(last.code == 10 || last.err.contains("exists already"), "{}", last.err);
    assert_eq!(std::fs::read(desk.path("out.csv")).unwrap(), whole);
    assert!(!desk.path("out.csv.work").exists());
}

#[test]
fn rows_that_cannot_be_read_are_named_and_the_exit_code_says_so() {
    let desk = Desk::new();
    let input = desk.write("parties.csv", "name,country\nNobody,Atlantis\nNULL,DE\n");
    let out = desk.path("out.jsonl");
    let ran = desk.run(&["bulk", &input, "--out", out.to_str().unwrap()]).expect(2);
    assert!(ran.err.contains("out.jsonl.rejects.jsonl"), "{}", ran.err);
    let rejects = std::fs::read_to_string(desk.path("out.jsonl.rejects.jsonl")).unwrap();
    assert!(rejects.contains("`NULL` is a placeholder") && rejects.lines().count() == 1);
    assert!(
        ran.err.contains("in 1 row: the country is not known") && ran.err.contains("row 1 `Atlantis`"),
        "{}",
        ran.err
    );
    assert!(ran.out.contains("1 row compared"), "{}", ran.out);
    assert!(std::fs::read_to_string(desk.path("out.jsonl.warnings.jsonl")).unwrap().contains("Atlantis"));
    let input = desk.write("nameless.csv", "colour,country\nred,DE\n");
    let ran = desk.run(&["bulk", &input, "--out", desk.path("x.csv").to_str().unwrap()]).expect(2);
    assert!(ran.err.contains("no column holds the name"), "{}", ran.err);
}

#[test]
fn a_decision_about_a_french_firm_says_nothing_of_an_israeli_one() {
    let desk = Desk::new();
    let decide = ["screening", "decide", "NSO Group", "starter:EL-NSO", "--no-match", "--country", "FR"];
    let words = ["--reason", "a choir in Lyon", "--by", "J. Doe"];
    desk.run(&[&decide[..], &words[..]].concat()).expect(0);
    desk.run(&["screen", "NSO Group", "--country", "FR"]).expect(0);
    let other = desk.run(&["screen", "NSO Group", "--country", "IL", "--json"]).expect(10).json();
    assert_eq!(other["hits"][0]["state"], "lapsed");
    assert!(other["hits"][0]["reopened"].as_str().unwrap().contains("FR"));
    desk.run(&["screen", "NSO Group"]).expect(10);
    let input = desk.write("parties.csv", "name,country\nNSO Group,FR\nNSO Group,IL\n");
    desk.run(&["bulk", &input, "--out", desk.path("out.csv").to_str().unwrap()]).expect(10);
    let out = std::fs::read_to_string(desk.path("out.csv")).unwrap();
    let states: Vec<&str> = out.lines().skip(1).filter_map(|l| l.split(',').nth(3)).collect();
    assert_eq!(states, ["no_match", "undecided"]);
}

/// Who was looked at had a name and no more. Whoever comes with the listed number, or with another listed name, is looked at.
#[test]
fn a_decision_about_a_bare_name_clears_nobody_who_comes_with_the_listed_number() {
    let desk = Desk::new();
    let entity = serde_json::json!({"id": "eu-1", "schema": "Person", "caption": "Zarko Quillfeather", "datasets": ["eu_fsf"],
        "properties": {"name": ["Zarko Quillfeather"], "alias": ["Abu Wexford"], "passportNumber": ["ZQ2708217"],
            "topics": ["sanction"]}});
    let file = desk.write("eu.ftm.json", format!("{entity}\n"));
    desk.run(&["lists", "import", &file, "--source", "ftm:eu_fsf"]).expect(0);
    let first = desk.run(&["screen", "Zarko Quillfeather", "--json"]).expect(10).json();
    let id = first["hits"][0]["entity"].as_str().unwrap().to_owned();
    let decide = |further: &[&str]| {
        let args =
            ["screening", "decide", "Zarko Quillfeather", &id, "--no-match", "--reason", "r", "--by", "b"];
        desk.run(&[&args[..], further].concat())
    };
    decide(&[]).expect(0);
    desk.run(&["screen", "Zarko Quillfeather"]).expect(0);

    let query = |properties: serde_json::Value| {
        let mut party =
            serde_json::json!({"schema": "Person", "properties": {"name": ["Zarko Quillfeather"]}});
        for (key, value) in properties.as_object().unwrap() {
            party["properties"][key] = value.clone();
        }
        desk.write("query.json", party.to_string())
    };
    let passport = serde_json::json!({"passportNumber": ["ZQ 2708217"]});
    let ran = desk.run(&["screen", "--query", &query(passport.clone()), "--json"]).expect(10).json();
    assert_eq!(ran["hits"][0]["state"], "lapsed");
    assert!(ran["hits"][0]["reopened"].as_str().unwrap().contains("ZQ 2708217"), "{ran}");
    desk.run(&["screen", "--query", &query(serde_json::json!({"alias": ["Abu Wexford"]}))]).expect(10);
    desk.run(&["screen", "--query", &query(serde_json::json!({"alias": ["Mary Smith"]}))]).expect(0);
    desk.run(&["screen", "--query", &query(serde_json::json!({"passportNumber": ["AA9999999"]}))]).expect(0);

    let rows = "name,passportNumber,alias\nZarko Quillfeather,,\nZarko Quillfeather,ZQ2708217,\nZarko Quillfeather,,Abu Wexford\n";
    let input = desk.write("parties.csv", rows);
    let states = |code: i32| {
        let out = desk.path("out.csv");
        let _ = std::fs::remove_file(&out);
        desk.run(&["bulk", &input, "--out", out.to_str().unwrap()]).expect(code);
        let out = std::fs::read_to_string(out).unwrap();
        out.lines().skip(1).filter_map(|l| l.split(',').nth(3).map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(states(10), ["no_match", "undecided", "undecided"]);
    let watched = desk
        .write("watched.csv", "id,name,aliases\na,Zarko Quillfeather,\nb,Zarko Quillfeather,Abu Wexford\n");
    desk.run(&["watch", "import", &watched]).expect(0);
    desk.run(&["watch", "run"]).expect(0);
    let alerts = desk.run(&["watch", "alerts", "--json"]).expect(0).json()["alerts"].to_string();
    assert!(alerts.contains("\"b\"") && !alerts.contains("\"a\""), "{alerts}");

    // who was looked at with number and name is cleared with them, and with them alone
    let refused = decide(&["--number", "colour=ZQ2708217"]).expect(2);
    assert!(refused.err.contains("`colour`"), "{}", refused.err);
    decide(&["--number", "passportNumber=ZQ2708217"]).expect(0);
    decide(&["--alias", "Abu Wexford"]).expect(0);
    assert_eq!(states(0), ["no_match"; 3]);
    let all = query(serde_json::json!({"passportNumber": ["ZQ2708217"], "alias": ["Abu Wexford"]}));
    desk.run(&["screen", "--query", &all]).expect(10);
    decide(&["--query", &all]).expect(0);
    desk.run(&["screen", "--query", &all]).expect(0);
    let list = desk.run(&["screening", "list"]).expect(0).out;
    assert!(list.contains("also `Abu Wexford`") && !list.contains("overruled"), "{list}");
}

#[test]
fn a_receipt_of_nothing_found_is_verified_by_a_stranger() {
    let desk = Desk::new();
    let receipt = desk.path("receipt.json");
    let receipt = receipt.to_str().unwrap();
    desk.run(&["screen", "Quillfeather Basketworks", "--receipt", receipt]).expect(0);
    let verified = desk.run(&["verify", receipt]).expect(0);
    assert!(verified.out.contains("screening"), "{}", verified.out);
    let text = std::fs::read_to_string(receipt).unwrap();
    let changed = desk.write("changed.json", text.replacen('A', "B", 1));
    assert_ne!(desk.run(&["verify", &changed]).code, 0);
    desk.run(&["screen", "Quillfeather Basketworks", "--receipt", receipt]).expect(2);
    desk.run(&["log", "fsck"]).expect(0);
}

#[test]
fn two_profiles_are_compared_on_a_file_of_parties() {
    let desk = Desk::new();
    let lax = desk.write("lax.toml", "threshold = 0.6\n");
    let strict = desk.write("strict.toml", "threshold = 1.0\n");
    let input = desk.write("parties.jsonl", "{\"name\": \"NSO Group\"}\n{\"name\": \"NSO Groop Cyber\"}\n");
    let args = ["screening", "simulate", "--profile", &lax, "--profile", &strict, &input, "--json"];
    let simulation = desk.run(&args).expect(0).json();
    assert_eq!(simulation["parties"], 2);
    let differences = simulation["differences"].as_array().unwrap();
    assert!(!differences.is_empty() && differences.iter().all(|d| d["only"] == "lax"));
    let wrong = desk.write("wrong.toml", "treshold = 0.6\n");
    assert!(desk.run(&["screen", "NSO Group", "--profile", &wrong]).expect(2).err.contains("treshold"));
}

#[test]
fn a_query_by_example_names_the_properties_that_are_not_compared() {
    let desk = Desk::new();
    let entity =
        r#"{"schema": "Company", "properties": {"name": ["NSO Group"], "country": ["il"], "sector": ["x"]}}"#;
    let query = desk.write("query.json", entity);
    let screen = desk.run(&["screen", "--query", &query, "--json"]).expect(10).json();
    assert_eq!(screen["query"]["countries"][0], "IL");
    assert!(screen["notes"].as_array().unwrap().iter().any(|n| n.as_str().unwrap().contains("`sector`")));
}

#[test]
fn the_index_in_the_cache_answers_as_a_new_one_and_a_damaged_one_is_made_anew() {
    let desk = Desk::new();
    let entity = serde_json::json!({"id": "eu-1", "schema": "Company", "caption": "Zorblax", "datasets": ["eu_fsf"],
        "properties": {"name": ["Zorblax Optics"], "country": ["by"], "topics": ["sanction"]}});
    let file = desk.write("eu.ftm.json", format!("{entity}\n"));
    desk.run(&["lists", "import", &file, "--source", "ftm:eu_fsf"]).expect(0);
    let ask = || desk.run(&["screen", "Zorblax Optics", "--json", "--as-of", "2026-06-01"]).expect(10).out;
    let first = ask();
    let cache = desk.home().join("cache");
    let files = || -> Vec<_> { std::fs::read_dir(&cache).unwrap().map(|e| e.unwrap().path()).collect() };
    let index = files().into_iter().find(|p| p.extension().is_some_and(|e| e == "index")).unwrap();
    assert_eq!(ask(), first, "from the cache");
    let mut bytes = std::fs::read(&index).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&index, &bytes).unwrap();
    assert_eq!(ask(), first, "made anew");
    assert_ne!(std::fs::read(&index).unwrap(), bytes);
}

#[test]
fn a_wrong_kind_hides_nobody() {
    let desk = Desk::new();
    let input = desk.write(
        "kinds.csv",
        "id,name,schema\n1,Tal Jonathan Dilian,Company\n2,Tal Dilian,Vessel\n3,NSO Group,Person\n4,Tal Weaver,Company\n",
    );
    let out = desk.path("kinds-out.csv");
    desk.run(&["bulk", &input, "--out", out.to_str().unwrap()]).expect(10);
    let said = std::fs::read_to_string(&out).unwrap();
    let of = |id: &str| said.lines().find(|line| line.split(',').nth(1) == Some(id));
    for id in ["1", "2"] {
        let line = of(id).unwrap_or_else(|| panic!("{id} is lost:\n{said}"));
        assert!(line.contains("DILIAN") && line.contains("asked about as `"), "{line}");
    }
    assert!(of("3").is_some_and(|line| line.contains("asked about as `Person`")), "{said}");
    assert!(of("4").is_none(), "{said}");

    let ran = desk.run(&["screen", "Tal Jonathan Dilian", "--schema", "Company"]).expect(0);
    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("no match because asked about as `Company`, and the list has `Person`"),
        "{}",
        ran.out
    );
    assert!(said.contains("ask without a kind if it may be wrong"), "{}", ran.out);

    // a sole trader is a firm in every customer file, and the person all the same
    let case = std::fs::read_to_string(common::root().join("examples/supplier/new-customer.yaml")).unwrap();
    assert!(case.contains("name: NSO Group"));
    let case = desk.write("trader.yaml", case.replace("name: NSO Group", "name: Tal Dilian"));
    let ran = desk.run(&["check", &case, "--as-of", "2026-06-01"]);
    assert_ne!(ran.code, 0, "{}", ran.out);
    let said = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the name is that of `DILIAN, Tal Jonathan`"), "{}", ran.out);
}

/// What was decided can be looked up: the latest first, what overrules what.
#[test]
fn decisions_are_listed_with_what_became_of_them() {
    let desk = Desk::new();
    let none = desk.run(&["screening", "list", "--json"]).expect(0).json();
    assert_eq!(none["dispositions"].as_array().unwrap().len(), 0);
    let decide = |verdict: &str, country: &str, reason: &str| {
        let args = ["screening", "decide", "NSO Group", "starter:EL-NSO", verdict, "--country", country];
        let mut args = args.to_vec();
        args.extend(["--reason", reason, "--by", "J. Doe"]);
        desk.run(&args).expect(0);
    };
    decide("--no-match", "FR", "a bakery");
    decide("--match", "IL", "same address");
    decide("--match", "FR", "looked again");
    let all = desk.run(&["screening", "list", "nso  GROUP", "--json"]).expect(0).json();
    let states: Vec<(&str, &str)> = all["dispositions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|d| (d["disposition"]["reason"].as_str().unwrap(), d["state"].as_str().unwrap()))
        .collect();
    let expected = [("looked again", "in_force"), ("same address", "in_force"), ("a bakery", "overruled")];
    assert_eq!(states, expected);
    let in_force = desk.run(&["screening", "list", "--in-force"]).expect(0);
    assert!(in_force.out.contains("looked again") && !in_force.out.contains("a bakery"), "{}", in_force.out);
    assert!(desk.run(&["screening", "list", "Somebody"]).expect(0).out.is_empty());
}
