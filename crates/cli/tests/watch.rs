//! Parties that are watched, links between lists, the health of lists, and an import that is killed.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use common::{Desk, shared};

fn ftm(names: &[(&str, &str)]) -> String {
    let line = |(id, name): &(&str, &str)| {
        let entity = serde_json::json!({"id": id, "schema": "Company", "caption": name, "datasets": ["eu_fsf"],
            "properties": {"name": [name], "country": ["by"], "topics": ["sanction"]}});
        format!("{entity}\n")
    };
    names.iter().map(line).collect()
}

fn import(desk: &Desk, names: &[(&str, &str)], day: &str) -> common::Ran {
    let file = desk.write("list.ftm.json", ftm(names));
    desk.run(&["lists", "import", &file, "--source", "ftm:eu_fsf", "--set-guard-aside", "--day", day])
        .expect(0)
}

fn changes(desk: &Desk, since: u64) -> (Vec<(String, String)>, u64) {
    let found = desk.run(&["watch", "alerts", "--since", &since.to_string(), "--json"]).expect(0).json();
    let told = found["alerts"].as_array().unwrap().iter().map(|a| {
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        (text(&a["alert"]["party"]), text(&a["alert"]["change"]))
    });
    (told.collect(), found["next"].as_u64().unwrap())
}

#[test]
fn a_watched_party_gives_an_alert_only_where_something_changed() {
    let desk = Desk::new();
    let base = desk.write(
        "base.csv",
        "id,name,schema\nC-1,Zorblax Optics,Company\nC-2,Quillfeather Basketworks,Company\n",
    );
    let at = |n: usize| ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01"][n];
    import(&desk, &[("eu-3", "Umbrawick Foundry")], at(0));
    desk.run(&["watch", "import", &base]).expect(0);
    let (told, cursor) = changes(&desk, 0);
    assert_eq!(told, [], "nobody of the base is listed");
    // listed
    let ran = import(&desk, &[("eu-1", "Zorblax Optics"), ("eu-3", "Umbrawick Foundry")], at(1));
    assert!(ran.err.contains("1 of 2 parties screened, 1 alerts"), "{}", ran.err);
    let (told, next) = changes(&desk, cursor);
    assert_eq!(told, [("C-1".to_owned(), "new_hit".to_owned())]);
    // again without a change: no alert, and not one entry
    desk.run(&["watch", "run"]).expect(0);
    assert_eq!(changes(&desk, next), (Vec::new(), next));
    // without the note of the last run everybody is screened, to the same end
    std::fs::remove_file(desk.home().join("cache/watch.json")).unwrap();
    assert!(desk.run(&["watch", "run"]).expect(0).out.contains("2 parties screened, 0 alerts"));
    assert!(
        desk.run(&["watch", "run"]).expect(0).out.contains("1 of 2 parties screened, 0 alerts"),
        "who has a match"
    );
    assert_eq!(changes(&desk, next), (Vec::new(), next));
    // the entry changed
    import(&desk, &[("eu-1", "Zorblax Optics OAO"), ("eu-3", "Umbrawick Foundry")], at(2));
    let (told, after) = changes(&desk, next);
    assert_eq!(told, [("C-1".to_owned(), "changed_entry".to_owned())]);
    // delisted
    import(&desk, &[("eu-3", "Umbrawick Foundry")], at(3));
    let (told, after_that) = changes(&desk, after);
    assert_eq!(told, [("C-1".to_owned(), "delisted".to_owned())]);
    // listed again, and another one for the first time
    import(&desk, &[("eu-1", "Zorblax Optics OAO"), ("eu-2", "Quillfeather Basketworks")], at(4));
    let (mut told, _) = changes(&desk, after_that);
    told.sort();
    let expected = [("C-1", "listed_again"), ("C-2", "new_hit")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(told, expected);
    // from the beginning they are all there, in their order
    assert_eq!(changes(&desk, 0).0.len(), 5);
    assert!(desk.run(&["watch", "alerts", "--since", "9999"]).expect(2).err.contains("beyond the journal"));

    // a decision that it is another party ends the match
    desk.run(&[
        "screening",
        "decide",
        "Quillfeather Basketworks",
        "ftm:eu_fsf:eu-2",
        "--no-match",
        "--by",
        "b",
        "--reason",
        "r",
    ])
    .expect(0);
    desk.run(&["watch", "run"]).expect(0);
    assert_eq!(changes(&desk, 0).0.last().unwrap().1, "no_longer_matches");
    desk.run(&["watch", "remove", "C-1"]).expect(0);
    let left = desk.run(&["watch", "list", "--json"]).expect(0).json();
    assert_eq!(left["parties"].as_array().unwrap().len(), 1);
    desk.run(&["watch", "remove", "C-1"]).expect(2);
    let wrong = desk.write("wrong.csv", "id,colour\n1,a\n");
    desk.run(&["watch", "import", &wrong]).expect(2);
    desk.run(&["log", "fsck"]).expect(0);
}

#[test]
fn an_old_copy_is_used_with_a_warning() {
    let desk = Desk::new();
    import(&desk, &[("eu-1", "Zorblax Optics")], "2024-01-01");
    let status = desk.run(&["lists", "status", "--json"]).expect(0).json();
    let source = &status["sources"][1];
    assert_eq!((&source["old"], &source["guard"]), (&true.into(), &"ok".into()));
    assert!(source["age_days"].as_i64().unwrap() > 300);
    assert!(desk.run(&["lists", "status"]).expect(0).out.contains("OLD: the copy of `ftm:eu_fsf`"));
    let screen = desk.run(&["screen", "Zorblax Optics", "--json"]).expect(10).json();
    assert!(screen["notes"].to_string().contains("days old"), "{screen}");
    // read for the time when it was young, it is not old
    let then = desk.run(&["screen", "Zorblax Optics", "--json", "--as-of", "2024-01-02"]).expect(10).json();
    assert!(!then["notes"].to_string().contains("days old"), "{then}");
}

#[test]
fn a_wrong_link_is_undone_by_a_judgement_that_survives_imports() {
    let (Some(csl), Some(sdn)) =
        (shared("data/us-csl/consolidated_2022-04.csv.gz"), shared("data/us-ofac/2021-07/sdn.csv.gz"))
    else {
        return;
    };
    let desk = Desk::new();
    let csl = csl.to_str().unwrap().to_owned();
    desk.run(&["lists", "import", &csl, "--source", "us_csl", "--day", "2022-04-21"]).expect(0);
    let sdn_import = || {
        desk.run(&[
            "lists",
            "import",
            sdn.to_str().unwrap(),
            "--source",
            "us_ofac_sdn",
            "--day",
            "2021-07-30",
        ])
    };
    sdn_import().expect(0);
    let group = |id: &str| desk.run(&["lists", "links", id, "--json"]).expect(0).json()["groups"].clone();
    // AEROCARIBBEAN AIRLINES is entry 36 of the SDN list
    let linked = group("us_ofac_sdn:36");
    let members = linked[0]["members"].as_array().unwrap();
    let csl_id =
        members.iter().map(|m| m.as_str().unwrap()).find(|m| m.starts_with("us_csl:")).unwrap().to_owned();
    assert_eq!(linked[0]["links"][0]["reason"]["kind"], "publisher_key");
    let name = linked[0]["id"].as_str().unwrap().to_owned();
    let shown = desk.run(&["entity", "show", "us_ofac_sdn:36"]).expect(0);
    assert!(shown.out.contains(&csl_id), "{}", shown.out);
    assert_eq!(group(&name), linked, "the name of a group leads to it");

    desk.run(&["lists", "unlink", "us_ofac_sdn:36", &csl_id, "--by", "J. Doe", "--reason", "two airlines"])
        .expect(0);
    assert_eq!(group("us_ofac_sdn:36"), serde_json::json!([]));
    let file = desk.write("list.ftm.json", ftm(&[("eu-1", "Zorblax Optics")]));
    desk.run(&["lists", "import", &file, "--source", "ftm:eu_fsf"]).expect(0);
    assert_eq!(group("us_ofac_sdn:36"), serde_json::json!([]));
    desk.run(&["lists", "link", "us_ofac_sdn:36", &csl_id, "--by", "J. Doe", "--reason", "one after all"])
        .expect(0);
    assert_eq!(group("us_ofac_sdn:36")[0]["links"][0]["reason"]["kind"], "judgement");
    desk.run(&["lists", "unlink", "us_ofac_sdn:36", "us_ofac_sdn:none", "--by", "b", "--reason", "r"])
        .expect(2);

    // the SDN list of July 2021 and the one in the screening list of April 2022: every number of the older one that the
    // newer one lacks, and the other way, is a row that differs
    let check = desk.run(&["lists", "cross-check", "us_csl", "us_ofac_sdn", "--json"]).expect(10).json();
    let sdn = &check["pairs"][0]["lists"][0];
    assert_eq!((&sdn["list"], &sdn["in_b"]), (&"SDN".into(), &8_976.into()));
    let only = |side: &str| sdn[side].as_array().unwrap().len() as u64;
    let both = sdn["by_key"].as_u64().unwrap() + sdn["by_name"].as_u64().unwrap();
    assert_eq!(both + only("only_in_a"), sdn["in_a"].as_u64().unwrap());
    assert_eq!(both + only("only_in_b"), sdn["in_b"].as_u64().unwrap());
    assert!(sdn["by_key"].as_u64().unwrap() > 7_000, "{}", sdn["by_key"]);
}

/// An import is killed at any moment: what there was before is whole, or what there is after.
#[cfg(unix)]
#[test]
fn an_import_that_is_killed_leaves_the_state_before_or_after() {
    let kills: u32 = std::env::var("COUNTERSIGN_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(8);
    let (Some(old), Some(new)) =
        (shared("data/un/consolidated_2024-10-16.xml.gz"), shared("data/un/consolidated_2026-02-27.xml.gz"))
    else {
        return;
    };
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let (mut before, mut after) = (0, 0);
    // how long an import takes here: the kills are spread over it
    let start = std::time::Instant::now();
    Desk::new().run(&["lists", "import", new.to_str().unwrap(), "--source", "un_sc"]).expect(0);
    let whole = start.elapsed();
    for _ in 0..kills {
        let desk = Desk::new();
        desk.run(&["lists", "import", old.to_str().unwrap(), "--source", "un_sc"]).expect(0);
        let mut command = desk.command(&["lists", "import", new.to_str().unwrap(), "--source", "un_sc"]);
        let mut child =
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let share = u32::try_from(random % 1200).unwrap();
        std::thread::sleep(whole * share / 1000);
        child.kill().unwrap();
        child.wait().unwrap();
        let status = desk.run(&["lists", "status", "--json"]).expect(0).json();
        match status["sources"][1]["entries"].as_u64().unwrap() {
            877 => before += 1,
            1_003 => after += 1,
            other => panic!("neither before nor after: {other}"),
        }
        desk.run(&["log", "fsck"]).expect(0);
        // and it goes on
        desk.run(&["lists", "import", new.to_str().unwrap(), "--source", "un_sc"]).expect(0);
        let status = desk.run(&["lists", "status", "--json"]).expect(0).json();
        assert_eq!(status["sources"][1]["entries"], 1_003);
    }
    println!("{kills} kills: {before} times the state before, {after} times the state after");
}
