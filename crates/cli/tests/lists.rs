//! Lists come in whole or not at all, and names are found in them.

mod common;

use std::io::Read as _;

use common::{Desk, case_about, determining, party, shared};

/// The full screening list of April 2022: its path and its text.
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn csl() -> Option<(String, String)> {
    let path = shared("data/us-csl/consolidated_2022-04.csv.gz")?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
    Some((path.to_str().unwrap().to_owned(), text))
}

#[test]
fn the_vendors_listed_in_november_2021_are_found_in_the_real_list() {
    let Some((path, _)) = csl() else { return };
    let desk = Desk::new();
    let import = desk.run(&["lists", "import", &path, "--source", "us_csl", "--json"]).expect(0).json();
    assert_eq!(import["report"]["entities"], 14_159, "docs/reference/lists.md, counted independently");
    assert_eq!(import["report"]["rows"], 14_160);
    for name in ["NSO GROUP", "Candiru", "Positive Technologies", "Computer Security Initiative Consultancy"]
    {
        let ran = desk.run(&["screen", name, "--json", "--as-of", "2022-04-30"]).expect(10);
        let screen = ran.json();
        let found = screen["hits"].as_array().unwrap().iter().any(|hit| {
            hit["source"] == "us_csl"
                && hit["listings"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|l| l["list"] == "EL" && l["from"] == "2021-11-04")
        });
        assert!(found, "{name}: {}", ran.out);
        let page = desk.run(&["screen", name]).expect(10);
        assert!(page.out.contains("Entity List (BIS) from 2021-11-04"), "{}", page.out);
    }
    // with the whole of every list that US regimes read, no possible match is a fact
    let case = desk.write("case.yaml", case_about("Quillfeather Basketworks of Ystad"));
    let check = desk.run(&["check", &case, "--json"]).expect(0).json();
    assert_eq!(party(&check, "nso")["outcome"], "no_possible_match");
    assert!(party(&check, "nso")["summary"].as_str().unwrap().contains("no possible match"));
    assert_eq!(check["pins"]["lists"].as_array().unwrap().len(), 2);
    // a person of the list whom the case takes for a company is not hidden by that
    let case = desk.write("kind.yaml", case_about("Igor Ivanovich SECHIN"));
    let check = desk.run(&["check", &case, "--json"]).expect(20).json();
    assert_eq!(party(&check, "nso")["outcome"], "not_settled");
    let notes = party(&check, "nso")["notes"].to_string();
    assert!(notes.contains("SECHIN") && notes.contains("Person"), "{notes}");
    // a word that stands for a name that is not known finds nobody, and that says nothing
    let case = desk.write("tbd.yaml", case_about("T.B.D."));
    let check = desk.run(&["check", &case, "--json"]).expect(20).json();
    assert_eq!(party(&check, "nso")["outcome"], "name_unknown");
    // and a listing whose first day nobody tells counts as since ever, and says so
    let case = desk.write("sdn.yaml", case_about("AO POZITIV TEKNOLODZHIZ"));
    let check = desk.run(&["check", &case, "--json", "--as-of", "2019-01-01"]).json();
    let text = check["decision"]["assumed"][0]["text"].as_str().unwrap();
    assert!(text.contains("first day not told, counts as 1900-01-01"), "{text}");
    // the same files a second time change nothing
    desk.run(&["lists", "import", &path, "--source", "us_csl"]).expect(0);
    let status = desk.run(&["lists", "status", "--json"]).expect(0).json();
    assert_eq!(status["sources"].as_array().unwrap().len(), 2);
    assert_eq!(status["sources"][1]["entry"], 0);
    desk.run(&["log", "fsck"]).expect(0);
}

#[test]
fn a_wrong_file_leaves_the_last_list_in_force() {
    let Some((path, text)) = csl() else { return };
    let desk = Desk::new();
    desk.run(&["lists", "import", &path, "--source", "us_csl"]).expect(0);
    let before = desk.run(&["lists", "status", "--json"]).expect(0).out;
    let import = |file: &str| desk.run(&["lists", "import", file, "--source", "us_csl"]);

    let middle = text.len() / 2;
    // in the middle of a row: of the bytes before it the last is no line end
    let whole = text.as_bytes();
    let cut_at = (middle..).find(|n| text.is_char_boundary(*n) && whole[n - 1] != b'\n').unwrap();
    let cut = desk.write("cut.csv", &whole[..cut_at]);
    let gz = std::fs::read(&path).unwrap();
    let cut_gz = desk.write("cut.csv.gz", &gz[..gz.len() / 2]);
    let lines: Vec<&str> = text.lines().take(9_000).collect();
    let shrunk = desk.write("shrunk.csv", format!("{}\n", lines.join("\n")));
    let empty = desk.write("empty.csv", "");
    let header = desk.write("header.csv", format!("{}\n", text.lines().next().unwrap()));
    let mut bytes = text.clone().into_bytes();
    bytes[middle] = 0xff;
    let encoding = desk.write("encoding.csv", bytes);
    let html = desk.write("page.csv", "<!DOCTYPE html><html><body>503</body></html>");
    let other = desk.write("other.csv", "a,b,c\n1,2,3\n");
    for (file, word) in [
        (&cut, "cut"),
        (&cut_gz, "cut"),
        (&shrunk, "entities"),
        (&empty, "empty"),
        (&header, "header.csv"),
        (&encoding, "UTF-8"),
        (&html, "HTML"),
        (&other, "other.csv"),
    ] {
        let ran = import(file).expect(2);
        assert!(ran.err.contains(word), "{file}: {}", ran.err);
        assert!(ran.err.contains("unchanged"), "{file}: {}", ran.err);
        assert_eq!(desk.run(&["lists", "status", "--json"]).out, before, "{file}");
    }
    assert!(desk.run(&["lists", "import", &path, "--source", "nobody"]).expect(2).err.contains("us_csl"));
    assert!(
        desk.run(&["lists", "import", &path, "--source", "starter"])
            .expect(2)
            .err
            .contains("part of the program")
    );
    assert_eq!(desk.run(&["lists", "status", "--json"]).out, before);
    desk.run(&["log", "fsck"]).expect(0);
}

#[test]
fn a_wrong_first_import_begins_no_home() {
    let desk = Desk::new();
    let empty = desk.write("empty.csv", "");
    desk.run(&["lists", "import", &empty, "--source", "us_csl"]).expect(2);
    assert!(!desk.home().exists());
    let status = desk.run(&["lists", "status", "--json"]).expect(0).json();
    assert_eq!(status["sources"].as_array().unwrap().len(), 1);
}

#[test]
fn a_list_that_is_not_loaded_never_becomes_permission() {
    // nothing like this name is in the starter list; the lists that matter were not compared
    let desk = Desk::new();
    let case = desk.write("case.yaml", case_about("Quillfeather Basketworks of Ystad"));
    let ran = desk.run(&["check", &case, "--json"]).expect(20);
    let check = ran.json();
    assert_eq!(party(&check, "nso")["outcome"], "not_settled");
    let missing = check["decision"]["missing_facts"].as_array().unwrap();
    assert!(missing.iter().any(|m| m["path"] == "parties[nso].listings"), "{missing:?}");
    assert!(party(&check, "nso")["compared"]["not_loaded"].as_array().unwrap().iter().any(|l| l == "DPL"));
    let page = desk.run(&["check", &case]).expect(20);
    assert!(page.out.contains("lists import"), "{}", page.out);
    // a party without a name stays unknown
    let case = desk.write("unnamed.yaml", case_about("unknown").replace("    real: 'yes'\n", ""));
    let check = desk.run(&["check", &case, "--json"]).expect(20).json();
    assert_eq!(party(&check, "nso")["outcome"], "name_unknown");
}

#[test]
fn a_person_decides_and_is_remembered() {
    let desk = Desk::new();
    let example = common::NSO;
    let decide = |verdict: &str, name: &str| {
        desk.run(&[
            "screening",
            "decide",
            name,
            "starter:EL-NSO",
            verdict,
            "--country",
            "IL",
            "--reason",
            "read the register",
            "--by",
            "J. Doe",
        ])
    };
    decide("--match", "NSO Group").expect(0);
    let check = desk.run(&["check", example, "--json"]).expect(20).json();
    assert_eq!(party(&check, "nso")["outcome"], "match");
    assert_eq!(check["decision"]["assumed"].as_array().unwrap().len(), 0, "decided, not assumed");
    assert!(determining(&check).contains(&"EAR-744.11".to_owned()));

    // the later decision overrules; the entry is left out, and the other lists are still not loaded
    decide("--no-match", "NSO Group").expect(0);
    let check = desk.run(&["check", example, "--json"]).expect(20).json();
    let nso = party(&check, "nso");
    assert_eq!(nso["outcome"], "not_settled");
    assert_eq!(nso["hits"][0]["state"], "no_match");
    assert_eq!(nso["hits"][0]["disposition"]["by"], "J. Doe");
    desk.run(&["screen", "NSO Group", "--country", "IL"]).expect(0);
    // nothing is carried over to another spelling
    let other = desk.write("other.yaml", case_about("N.S.O. Group Ltd"));
    let check = desk.run(&["check", &other, "--json"]).expect(20).json();
    assert_eq!(party(&check, "nso")["outcome"], "possible_match");

    let refused = decide("--no-match", "Quillfeather Basketworks").expect(2);
    assert!(refused.err.contains("nothing to decide"), "{}", refused.err);
    let unknown =
        desk.run(&["screening", "decide", "NSO", "starter:NONE", "--match", "--reason", "x", "--by", "y"]);
    assert!(unknown.expect(2).err.contains("starter:NONE"));
    desk.run(&[
        "screening",
        "decide",
        "NSO Group",
        "starter:EL-NSO",
        "--match",
        "--reason",
        " ",
        "--by",
        "y",
    ])
    .expect(2);
    desk.run(&["log", "fsck"]).expect(0);
}

#[test]
fn a_decision_that_it_is_another_party_lapses_when_the_entry_changes() {
    let desk = Desk::new();
    let import = |name: &str| {
        let entity = serde_json::json!({"id": "eu-1", "schema": "Company", "caption": name, "datasets": ["eu_fsf"],
            "properties": {"name": [name], "country": ["by"], "topics": ["sanction"]}});
        let file = desk.write("eu.ftm.json", format!("{entity}\n"));
        desk.run(&["lists", "import", &file, "--source", "ftm:eu_fsf"]).expect(0);
    };
    import("Zorblax Optics");
    let id = desk.run(&["screen", "Zorblax Optics", "--json"]).expect(10).json()["hits"][0]["entity"].clone();
    let id = id.as_str().unwrap().to_owned();
    let decide = |verdict: &str| {
        desk.run(&["screening", "decide", "Zorblax Optics", &id, verdict, "--reason", "r", "--by", "b"])
            .expect(0);
    };
    let state = || {
        let ran = desk.run(&["screen", "Zorblax Optics", "--json", "--schema", "Company"]);
        (ran.code, ran.json()["hits"][0]["state"].as_str().unwrap().to_owned())
    };
    assert_eq!(state(), (10, "undecided".to_owned()));
    decide("--no-match");
    assert_eq!(state(), (0, "no_match".to_owned()));
    import("Zorblax Optics OAO");
    assert_eq!(state(), (10, "lapsed".to_owned()), "a person has to look again");

    // one that says it is the party holds, even when the names no longer tell
    decide("--match");
    let case =
        desk.write("case.yaml", case_about("Zorblax Optics").replace("regimes: [US]", "regimes: [EU]"));
    let outcome = || {
        // a day after every copy, so that the newest is read
        let check = desk.run(&["check", &case, "--json", "--as-of", "2030-01-01"]).json();
        let nso = party(&check, "nso").clone();
        (
            nso["outcome"].clone(),
            nso["hits"].as_array().unwrap().len(),
            nso["notes"].as_array().unwrap().len(),
        )
    };
    assert_eq!(outcome(), ("match".into(), 1, 0));
    import("Zorblax Industries and Shipyards");
    assert_eq!(outcome(), ("match".into(), 1, 0));
    import("Quillfeather Basketworks");
    assert_eq!(outcome(), ("not_settled".into(), 0, 1), "gone from the list under any such name: look again");
}

#[test]
fn a_possible_match_on_a_list_that_no_regime_asked_reads_is_shown() {
    let desk = Desk::new();
    let case = desk.write("case.yaml", case_about("NSO Group").replace("regimes: [US]", "regimes: [EU]"));
    let check = desk.run(&["check", &case, "--json"]).json();
    let nso = party(&check, "nso");
    assert_eq!(nso["hits"].as_array().unwrap().len(), 0);
    assert_eq!(nso["elsewhere"][0]["entity"], "starter:EL-NSO");
    assert_eq!(nso["compared"]["not_loaded"], serde_json::json!(["EU-FSF", "UN-SC"]));
    assert!(desk.run(&["check", &case]).out.contains("on a list that no regime asked reads: `NSO Group`"));
}

/// A publisher that renames the columns of birth dates and numbers must not empty them without a word.
#[test]
fn a_list_that_lost_its_numbers_or_birth_dates_does_not_replace_the_good_one() {
    let desk = Desk::new();
    // FollowTheMoney asks for no column, so the guard is what finds it
    let list = |with: bool| {
        let mut text = String::new();
        for n in 0..60 {
            let marks = if with {
                format!(",\"passportNumber\":[\"P{n:05}\"],\"birthDate\":[\"1960-01-01\"]")
            } else {
                String::new()
            };
            text.push_str(&format!(
                "{{\"id\":\"x-{n}\",\"schema\":\"Person\",\"properties\":{{\"name\":[\"Quillfeather {n}\"]{marks}}}}}\n"
            ));
        }
        text
    };
    let good = desk.write("good.json", list(true));
    let bare = desk.write("bare.json", list(false));
    let import = |file: &str, day: &str, more: &[&str]| {
        let mut args = vec!["lists", "import", file, "--source", "ftm:example", "--day", day];
        args.extend(more);
        desk.run(&args)
    };
    import(&good, "2026-01-01", &[]).expect(0);
    let refused = import(&bare, "2026-02-01", &[]).expect(2);
    assert!(
        refused.err.contains("0 birth dates, and its copy of 2026-01-01 had 60")
            && refused.err.contains("--set-guard-aside"),
        "{}",
        refused.err
    );
    desk.run(&["screen", "P00007"]).expect(10);
    import(&bare, "2026-02-01", &["--set-guard-aside"]).expect(0);
    // a list named alone is compared with the copy before
    let diff = desk.run(&["lists", "diff", "ftm:example", "--json"]).expect(0).json();
    assert_eq!(
        (diff["from"]["day"].as_str(), diff["to"]["day"].as_str()),
        (Some("2026-01-01"), Some("2026-02-01"))
    );
    assert_eq!(diff["diff"]["changed"].as_array().unwrap().len(), 60);
}

#[test]
fn a_screening_list_with_renamed_columns_is_refused() {
    let Some((_, text)) = csl() else { return };
    let desk = Desk::new();
    for (from, to) in [("dates_of_birth", "dob"), (",ids", ",idents"), ("end_date", "enddate")] {
        let (head, rest) = text.split_once('\n').unwrap();
        assert!(head.contains(from));
        let file = desk.write("renamed.csv", format!("{}\n{rest}", head.replacen(from, to, 1)));
        let refused = desk.run(&["lists", "import", &file, "--source", "us_csl"]).expect(2);
        assert!(
            refused.err.contains(&format!("no column `{}`", from.trim_start_matches(','))),
            "{}",
            refused.err
        );
    }
}
