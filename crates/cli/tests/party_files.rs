//! Files of parties as people have them, by the real program: what is told on the page, in which words, and what each command makes of it.

mod common;

use common::Desk;

fn said(ran: &common::Ran) -> String {
    format!("{} {}", ran.out, ran.err).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn damaged_names_are_counted_on_the_page_and_listed_by_the_command_that_it_shows() {
    let desk = Desk::new();
    let input = desk.write("crm.csv", "id,name\n1,N?O Group\n2,Quill&#233;feather\n3,Quill\n");
    let out = desk.path("out.csv");
    let ran = desk.run(&["bulk", &input, "--out", out.to_str().unwrap()]).expect(10);
    assert!(said(&ran).contains("Names that look damaged: 2 rows"), "{}", ran.out);
    // the command that the page shows
    let command =
        ran.out.lines().find_map(|line| line.split('`').nth(1).filter(|c| c.starts_with("grep"))).unwrap();
    let listed = std::process::Command::new("sh").args(["-c", command]).output().unwrap();
    assert_eq!(String::from_utf8(listed.stdout).unwrap().lines().count(), 2, "{command}");
    let matches = std::fs::read_to_string(&out).unwrap();
    assert!(matches.lines().next().unwrap().ends_with(",why,notes"), "{matches}");
    assert!(matches.contains("letters of `N?O Group` were lost"), "{matches}");
    let again = desk.path("again.csv");
    let json = desk.run(&["bulk", &input, "--out", again.to_str().unwrap(), "--json"]).expect(10).json();
    let doubt = &json["told"]["doubts"][0];
    assert_eq!((doubt["kind"].as_str(), doubt["rows"].as_u64()), (Some("damaged_name"), Some(2)));
}

#[test]
fn a_threshold_is_given_without_a_profile_and_one_out_of_range_is_refused() {
    let desk = Desk::new();
    let input = desk.write("parties.csv", "name\nNSO Group\nNSO Groop Cyber\n");
    let profile = desk.write("p.toml", "threshold = 0.2\n");
    let hits = |args: &[&str], code: i32| {
        let out = desk.path("out.csv");
        let _ = std::fs::remove_file(&out);
        let ran = desk
            .run(&[&["bulk", &input, "--out", out.to_str().unwrap(), "--json"][..], args].concat())
            .expect(code);
        if code == 2 {
            (0, 0.0)
        } else {
            let json = ran.json();
            (json["hits"].as_u64().unwrap(), json["profile"]["threshold"].as_f64().unwrap())
        }
    };
    let (lax, _) = hits(&["--profile", &profile], 10);
    let (own, threshold) = hits(&["--profile", &profile, "--threshold", "0.99"], 10);
    assert!(own >= 1 && lax > own && threshold == 0.99, "{lax} {own}");
    assert_eq!(hits(&["--threshold", "0.99"], 10), (own, 0.99));
    for wrong in ["0", "1.5", "-1", "NaN", "70%"] {
        hits(&[&format!("--threshold={wrong}")], 2);
    }
    assert!(!desk.path("out.csv").exists());
    desk.run(&["bulk", "--since", "base", "--out", "x.csv", "--threshold", "0.8"]).expect(2);
}

/// As in `bulk`: a cell that cannot be read is told and left out, and its party is watched.
#[test]
fn a_file_with_default_dates_is_watched_and_what_was_not_read_is_told() {
    let desk = Desk::new();
    let base = desk.write(
        "kunden.csv",
        "Kundennummer;Name;Vorname;Geburtsdatum;Land;Farbe\nC-1;Dilian;Tal;1900-01-01;Atlantis;rot\nC-2;Quill;Quentin;01/02/1955;FR;\n",
    );
    let warnings = desk.path("warnings.jsonl");
    let ran = desk.run(&["watch", "import", &base, "--warnings", warnings.to_str().unwrap()]).expect(0);
    let words = said(&ran);
    for told in [
        "2 parties are watched",
        "row 1 `1900-01-01`",
        "row 1 `Atlantis`",
        "row 2 `01/02/1955`",
        "the column `Farbe` is not known",
        "warnings.jsonl",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
    assert_eq!(std::fs::read_to_string(&warnings).unwrap().lines().count(), 3);
    let twice = desk.run(&["watch", "import", &base, "--warnings", &base]).expect(2);
    assert!(said(&twice).contains("nothing was changed"), "{}", twice.err);
    let again = desk.run(&["watch", "import", &base]).expect(0);
    assert!(said(&again).contains("`--warnings FILE` names each"), "{}", again.err);
    let watched = desk.run(&["watch", "list", "--json"]).expect(0).json();
    let party = &watched["parties"][0];
    assert_eq!((party["id"].as_str(), party["name"].as_str()), (Some("C-1"), Some("Tal Dilian")));
    // what was not read is not compared: the listed person of that name, who has another birth date, is found
    assert!(party["birth_date"].is_null() && party["countries"].is_null(), "{party}");
    assert_eq!(watched["parties"][1]["birth_date"], "1955");
    let alerts = desk.run(&["watch", "alerts", "--json"]).expect(0).json();
    assert_eq!(alerts["alerts"][0]["alert"]["party"], "C-1", "{alerts}");
    // an id that is missing or a name that is none refuses the file, and nothing is changed
    let wrong = desk.write("wrong.csv", "id,name\nC-3,NULL\n,Quill\n");
    let ran = desk.run(&["watch", "import", &wrong, "--replace"]).expect(2);
    let words = said(&ran);
    assert!(
        words.contains("row 1") && words.contains("row 2") && words.contains("nothing was changed"),
        "{words}"
    );
    assert_eq!(desk.run(&["watch", "list", "--json"]).expect(0).json(), watched);
}

#[test]
fn a_watched_party_is_found_by_its_number() {
    let desk = Desk::new();
    let entity = serde_json::json!({"id": "eu-1", "schema": "Person", "caption": "Zarko Quillfeather", "datasets": ["eu_fsf"],
        "properties": {"name": ["Zarko Quillfeather"], "passportNumber": ["ZQ2708217"], "topics": ["sanction"]}});
    let file = desk.write("eu.ftm.json", format!("{entity}\n"));
    desk.run(&["lists", "import", &file, "--source", "ftm:eu_fsf"]).expect(0);
    let base = desk.write(
        "base.jsonl",
        "{\"id\": \"C-1\", \"name\": \"Somebody Else\", \"passport\": \"ZQ 2708217\"}\n",
    );
    desk.run(&["watch", "import", &base]).expect(0);
    let alerts = desk.run(&["watch", "alerts", "--json"]).expect(0).json();
    assert_eq!(alerts["alerts"].as_array().unwrap().len(), 1, "{alerts}");
}

#[test]
fn a_simulation_tells_its_sums_by_list_and_what_was_not_read() {
    let desk = Desk::new();
    let input = desk.write(
        "parties.csv",
        "name,country,colour,director\nNSO Group,IL,red,A\nNSO Groop Cyber,Atlantis,,\nQuill,NA,,\n",
    );
    let ran = desk.run(&["screening", "simulate", "--threshold", "0.99", &input]).expect(0);
    let words = said(&ran);
    for told in [
        "the column `colour` is not known and was not compared",
        "in 1 row: the country is not known",
        "row 2 `Atlantis`",
        "row 3 `NA`",
        "3 parties against 30 entries",
        "would change",
        "only with default",
    ] {
        assert!(words.contains(told), "{told}: {words}");
    }
    // the sums stand before the differences
    let sums = ran.out.find("would change").unwrap();
    assert!(ran.out.find("\nonly default: row").unwrap() > sums, "{}", ran.out);
    let json = desk.run(&["screening", "simulate", "--threshold", "0.99", &input, "--json"]).expect(0).json();
    let differences = json["differences"].as_array().unwrap();
    let rows: std::collections::BTreeSet<u64> =
        differences.iter().map(|d| d["row"].as_u64().unwrap()).collect();
    assert_eq!(json["parties_that_differ"].as_u64().unwrap(), rows.len() as u64);
    let by_list = json["by_list"].as_object().unwrap();
    assert!(
        !by_list.is_empty()
            && by_list.values().all(|v| v[1]["parties"] == 0 && v[0]["parties"].as_u64() > Some(0))
    );
    assert_eq!(json["told"]["other_parties"][0], "director");
    desk.run(&["screening", "simulate", &input]).expect(2);
    desk.run(&["screening", "simulate", "--threshold", "0.3", "--threshold", "0.3", &input]).expect(2);
    desk.run(&["screening", "simulate", "--threshold", "3", &input]).expect(2);
}

/// A simulation says what `bulk` would: a wrong kind hides nobody there either.
#[test]
fn a_simulation_counts_what_bulk_counts() {
    let desk = Desk::new();
    let input = desk
        .write("parties.csv", "name,schema\nTal Jonathan Dilian,Company\nNSO Group,Company\nQuill,Person\n");
    let json = desk.run(&["screening", "simulate", "--threshold", "0.9", &input, "--json"]).expect(0).json();
    for side in json["profiles"].as_array().unwrap() {
        let threshold = side["profile"]["threshold"].as_f64().unwrap_or(0.7).to_string();
        let out = desk.path(&format!("{threshold}.csv"));
        let bulk = desk
            .run(&["bulk", &input, "--out", out.to_str().unwrap(), "--threshold", &threshold, "--json"])
            .expect(10)
            .json();
        assert_eq!((&side["hits"], &side["parties_with_hits"]), (&bulk["hits"], &bulk["with_hits"]));
    }
}

#[test]
fn whoever_asks_for_a_vehicle_finds_ships_and_aircraft() {
    let desk = Desk::new();
    let entity = |id: &str, schema: &str, name: &str| {
        let entity = serde_json::json!({"id": id, "schema": schema, "caption": name, "datasets": ["eu_fsf"],
            "properties": {"name": [name], "topics": ["sanction"]}});
        format!("{entity}\n")
    };
    let lines = [
        entity("eu-1", "Vessel", "Zembla Star"),
        entity("eu-2", "Airplane", "EP-ZQF"),
        entity("eu-3", "Vehicle", "Zembla Moon"),
        entity("eu-4", "Company", "Quillfeather Dock"),
    ];
    let file = desk.write("eu.ftm.json", lines.concat());
    desk.run(&["lists", "import", &file, "--source", "ftm:eu_fsf"]).expect(0);
    let finds = |name: &str, schema: &str| desk.run(&["screen", name, "--schema", schema]).code;
    for (name, schema, code) in [
        ("Zembla Star", "Vehicle", 10),
        ("EP-ZQF", "Vehicle", 10),
        ("Zembla Moon", "Vehicle", 10),
        ("Zembla Moon", "Vessel", 10),
        ("Zembla Star", "Asset", 10),
        ("Zembla Star", "Airplane", 0),
        ("Quillfeather Dock", "Vehicle", 0),
    ] {
        assert_eq!(finds(name, schema), code, "{name} {schema}");
    }
    let ran = desk.run(&["screen", "Zembla", "--schema", "Thing"]).expect(2);
    assert!(said(&ran).contains("Vehicle"), "{}", ran.err);
}
