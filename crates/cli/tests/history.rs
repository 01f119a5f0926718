//! What the lists said on a day, as it was known on another.

mod common;

use common::{Desk, case_about, party, shared};

/// A FollowTheMoney file of listed companies.
fn ftm(names: &[(&str, &str)]) -> String {
    let line = |(id, name): &(&str, &str)| {
        let entity = serde_json::json!({"id": id, "schema": "Company", "caption": name, "datasets": ["eu_fsf"],
            "properties": {"name": [name], "country": ["by"], "topics": ["sanction"]}});
        format!("{entity}\n")
    };
    names.iter().map(line).collect()
}

struct Source<'a> {
    desk: &'a Desk,
}

impl Source<'_> {
    fn import(&self, names: &[(&str, &str)], more: &[&str]) -> common::Ran {
        let file = self.desk.write("list.ftm.json", ftm(names));
        let mut args =
            vec!["lists", "import", &file, "--source", "ftm:eu_fsf", "--json", "--set-guard-aside"];
        args.extend(more);
        self.desk.run(&args)
    }
}

const ZORBLAX: (&str, &str) = ("eu-1", "Zorblax Optics");
const QUILL: (&str, &str) = ("eu-2", "Quillfeather Basketworks");
const OTHER: (&str, &str) = ("eu-3", "Umbrawick Foundry");

#[test]
fn a_delisted_party_is_found_as_such_and_counts_only_for_its_days() {
    let desk = Desk::new();
    let source = Source { desk: &desk };
    source.import(&[ZORBLAX, OTHER], &["--day", "2024-03-01"]).expect(0);
    let second = source.import(&[QUILL, OTHER], &["--day", "2024-05-01"]).expect(0).json();
    assert_eq!(second["changes"]["added"], 1);
    assert_eq!(second["changes"]["removed"], 1);
    assert_eq!(second["changes"]["unchanged"], 1);

    // now: found, delisted, and said so
    let now = desk.run(&["screen", "Zorblax Optics", "--json"]).expect(10).json();
    assert_eq!(
        now["hits"][0]["delisted"],
        serde_json::json!({"last_seen": "2024-03-01", "since": "2024-05-01"})
    );
    let page = desk.run(&["screen", "Zorblax Optics"]).out;
    assert!(page.contains("delisted: not on the list since its copy of 2024-05-01"), "{page}");
    assert!(page.contains("not in effect"), "{page}");

    // what counts follows the date of the case: a day between the copies counts as listed, later ones do not
    let case =
        desk.write("case.yaml", case_about("Zorblax Optics").replace("regimes: [US]", "regimes: [EU]"));
    let listings = |day: &str| {
        let check = desk.run(&["check", &case, "--json", "--as-of", day]).json();
        let hit = party(&check, "nso")["hits"][0].clone();
        (hit["listings"][0]["to"].clone(), hit["delisted"]["since"].clone())
    };
    assert_eq!(listings("2024-06-01"), ("2024-04-30".into(), "2024-05-01".into()));
    assert_eq!(
        listings("2024-04-01"),
        (serde_json::Value::Null, serde_json::Value::Null),
        "on the copy of March"
    );
    // the other party was not on the copy of March
    let early =
        desk.run(&["entity", "show", "ftm:eu_fsf:eu-2", "--as-of", "2024-04-01", "--json"]).expect(0).json();
    assert_eq!((&early["listed"], &early["not_on_copy_of"]), (&false.into(), &"2024-03-01".into()));
    let late = desk.run(&["entity", "show", "ftm:eu_fsf:eu-2", "--json"]).expect(0).json();
    assert_eq!((&late["listed"], &late["not_on_copy_of"]), (&true.into(), &serde_json::Value::Null));

    // the timeline, and the difference
    let life = desk.run(&["lists", "timeline", "ftm:eu_fsf:eu-1", "--json"]).expect(0).json();
    let told: Vec<(&str, &str)> = life["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["day"].as_str().unwrap(), e["kind"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("2024-03-01", "on_first_copy"), ("2024-05-01", "delisted")]);
    let diff = desk.run(&["lists", "diff", "ftm:eu_fsf@2024-04-30", "--json"]).expect(0).json();
    assert_eq!(diff["diff"]["removed"][0]["id"], "ftm:eu_fsf:eu-1");
    assert_eq!(diff["diff"]["added"][0]["id"], "ftm:eu_fsf:eu-2");
    let by_entry = desk.run(&["lists", "diff", "0", "1", "--json"]).expect(0).json();
    assert_eq!(by_entry["diff"], diff["diff"]);
    let digits: String = diff["from"]["snapshot"].as_str().unwrap().chars().take(8).collect();
    let by_hash = desk.run(&["lists", "diff", &digits, "--json"]).expect(0).json();
    assert_eq!(by_hash["diff"], diff["diff"]);
    assert!(desk.run(&["lists", "diff", "0", "1"]).expect(0).out.contains("1 added, 1 removed, 0 changed"));
    desk.run(&["log", "fsck"]).expect(0);
}

#[test]
fn nothing_was_known_before_it_was_taken_in() {
    let desk = Desk::new();
    let source = Source { desk: &desk };
    source.import(&[ZORBLAX, OTHER], &["--day", "2024-03-01"]).expect(0);
    // the copy speaks for 2024, but this installation took it in today
    let before =
        desk.run(&["screen", "Zorblax Optics", "--json", "--known-at", "2025-01-01"]).expect(0).json();
    assert_eq!(before["hits"].as_array().unwrap().len(), 0);
    assert!(before["notes"].to_string().contains("no copy of `ftm:eu_fsf` had been taken in by 2025-01-01"));
    assert_eq!(before["lists"].as_array().unwrap().len(), 1, "the starter list alone");
    desk.run(&["screen", "Zorblax Optics", "--known-at", "2099-01-01"]).expect(10);
    let case =
        desk.write("case.yaml", case_about("Zorblax Optics").replace("regimes: [US]", "regimes: [EU]"));
    let check = desk.run(&["check", &case, "--json", "--known-at", "2025-01-01"]).json();
    assert_eq!(party(&check, "nso")["outcome"], "not_settled");
    desk.run(&["entity", "show", "ftm:eu_fsf:eu-1", "--known-at", "2025-01-01"]).expect(2);
    desk.run(&["lists", "timeline", "ftm:eu_fsf:eu-1", "--known-at", "2025-01-01"]).expect(2);
    desk.run(&["lists", "timeline", "ftm:eu_fsf:eu-1", "--as-of", "2024-12-31"]).expect(0);
}

#[test]
fn the_same_files_again_change_nothing() {
    let desk = Desk::new();
    let source = Source { desk: &desk };
    source.import(&[ZORBLAX, OTHER], &[]).expect(0);
    let checkpoint = || std::fs::read(desk.home().join("journal/checkpoint")).unwrap();
    let before = checkpoint();
    let again = source.import(&[ZORBLAX, OTHER], &[]).expect(0).json();
    assert_eq!((&again["same_as"], &again["record"]), (&0.into(), &serde_json::Value::Null));
    assert_eq!(checkpoint(), before, "not one byte of the journal");
}

#[test]
fn an_older_copy_does_not_replace_a_newer_one_unasked() {
    let desk = Desk::new();
    let source = Source { desk: &desk };
    source.import(&[QUILL, OTHER], &["--day", "2024-05-01"]).expect(0);
    let refused = source.import(&[ZORBLAX, OTHER], &["--day", "2024-03-01"]).expect(2);
    assert!(refused.err.contains("--backfill") && refused.err.contains("2024-05-01"), "{}", refused.err);
    desk.run(&["screen", "Zorblax Optics"]).expect(0);

    let filled = source.import(&[ZORBLAX, OTHER], &["--day", "2024-03-01", "--backfill"]).expect(0).json();
    assert_eq!(filled["behind"], 0);
    // the newer one stays in force, and the memory knows the older one
    desk.run(&["screen", "Quillfeather Basketworks"]).expect(10);
    let gone = desk.run(&["screen", "Zorblax Optics", "--json"]).expect(10).json();
    assert_eq!(gone["hits"][0]["delisted"]["since"], "2024-05-01");
    // a second time it is there already
    let again = source.import(&[ZORBLAX, OTHER], &["--day", "2024-03-01", "--backfill"]).expect(0).json();
    assert_eq!(again["same_as"], 1);

    // the newer one was wrong: the older one comes into force, and what only the wrong one said is no past
    source.import(&[ZORBLAX, OTHER], &["--day", "2024-03-02", "--replace-newer"]).expect(0);
    let back = desk.run(&["screen", "Zorblax Optics", "--json"]).expect(10).json();
    assert_eq!(back["hits"][0]["delisted"], serde_json::Value::Null);
    desk.run(&["screen", "Quillfeather Basketworks"]).expect(0);
    // the same files as the withdrawn copy, given as of today by mistake
    let stale = source.import(&[QUILL, OTHER], &[]).expect(2);
    assert!(stale.err.contains("withdrew as wrong"), "{}", stale.err);
    source.import(&[ZORBLAX], &["--day", "2999-01-01"]).expect(2);
    desk.run(&["log", "fsck"]).expect(0);
}

#[test]
fn a_recorded_decision_on_a_delisted_party_replays_after_later_imports() {
    let desk = Desk::new();
    let source = Source { desk: &desk };
    source.import(&[ZORBLAX, OTHER], &["--day", "2024-03-01"]).expect(0);
    source.import(&[QUILL, OTHER], &["--day", "2024-05-01"]).expect(0);
    let case =
        desk.write("case.yaml", case_about("Zorblax Optics").replace("regimes: [US]", "regimes: [EU]"));
    let mut recorded = Vec::new();
    for day in ["2024-04-01", "2024-06-01"] {
        let check = desk.run(&["check", &case, "--record", "--json", "--as-of", day]).json();
        let pins = check["pins"]["lists"].as_array().unwrap();
        assert!(
            pins.iter().any(|p| p["past"].is_string()),
            "the entities around the copy are pinned: {pins:?}"
        );
        recorded.push(check["record"]["index"].to_string());
    }
    source.import(&[OTHER], &["--day", "2024-07-01"]).expect(0);
    for index in recorded {
        desk.run(&["replay", &index]).expect(0);
        // and for a stranger, from the bundle alone
        let bundle = desk.path("bundle.json");
        let bundle = bundle.to_str().unwrap();
        desk.run(&["bundle", &index, "-o", bundle]).expect(0);
        let elsewhere = Desk::new();
        elsewhere.run(&["replay", bundle]).expect(0);
        std::fs::remove_file(bundle).unwrap();
    }
}

/// Two real lists of the UN: who was added and removed is counted here from the XML itself.
#[test]
fn two_real_editions_of_the_un_list_are_told_apart() {
    let (Some(old), Some(new)) =
        (shared("data/un/consolidated_2024-10-16.xml.gz"), shared("data/un/consolidated_2026-02-27.xml.gz"))
    else {
        return;
    };
    let references = |path: &std::path::Path| -> std::collections::BTreeSet<String> {
        let mut text = String::new();
        let file = std::fs::File::open(path).unwrap();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut text).unwrap();
        text.split("<REFERENCE_NUMBER>")
            .skip(1)
            .map(|rest| rest.split('<').next().unwrap().trim().to_owned())
            .collect()
    };
    let (before, after) = (references(&old), references(&new));
    let desk = Desk::new();
    for path in [&old, &new] {
        desk.run(&["lists", "import", path.to_str().unwrap(), "--source", "un_sc"]).expect(0);
    }
    let diff = desk.run(&["lists", "diff", "un_sc@2024-12-31", "un_sc", "--json"]).expect(0).json();
    let ids = |kind: &str| -> std::collections::BTreeSet<String> {
        let stubs = diff["diff"][kind].as_array().unwrap().iter();
        stubs.map(|s| s["id"].as_str().unwrap().trim_start_matches("un_sc:").to_owned()).collect()
    };
    let renamed = diff["diff"]["renamed"].as_array().unwrap().len();
    assert_eq!(ids("added").len() + renamed, after.difference(&before).count());
    assert_eq!(ids("removed").len() + renamed, before.difference(&after).count());
    assert!(ids("removed").iter().all(|id| before.contains(id) && !after.contains(id)));
    assert!(ids("removed").len() > 5, "{}", ids("removed").len());
    // each removed party is still found, as delisted
    let gone = diff["diff"]["removed"][0].clone();
    let shown = desk.run(&["entity", "show", gone["id"].as_str().unwrap(), "--json"]).expect(0).json();
    assert_eq!(shown["listed"], false);
    assert_eq!(shown["delisted"]["since"], "2026-02-27");
    let then = desk
        .run(&["entity", "show", gone["id"].as_str().unwrap(), "--json", "--as-of", "2025-01-01"])
        .expect(0)
        .json();
    assert_eq!(then["listed"], true);
}

#[test]
fn who_came_between_two_copies_on_a_day_that_nobody_tells_is_not_known_to_be_unlisted() {
    let desk = Desk::new();
    let source = Source { desk: &desk };
    source.import(&[OTHER], &["--day", "2024-03-01"]).expect(0);
    source.import(&[OTHER, QUILL], &["--day", "2024-05-01"]).expect(0);
    source.import(&[OTHER, QUILL, ZORBLAX], &["--day", "2024-07-01"]).expect(0);
    let outcome = |name: &str, day: &str| {
        let text = case_about(name).replace("regimes: [US]", "regimes: [EU]");
        let case = desk.write("case.yaml", text);
        let check = desk.run(&["check", &case, "--json", "--as-of", day]).json();
        party(&check, "nso")["outcome"].as_str().unwrap().to_owned()
    };
    // on the day of a copy that does not have it nothing is open but the lists that are not loaded
    let came = |name: &str, day: &str| {
        let text = case_about(name).replace("regimes: [US]", "regimes: [EU]");
        let case = desk.write("case.yaml", text);
        let check = desk.run(&["check", &case, "--json", "--as-of", day]).json();
        party(&check, "nso")["notes"].to_string().contains("came onto its list")
    };
    assert!(came("Quillfeather Basketworks", "2024-04-01"));
    assert_eq!(outcome("Quillfeather Basketworks", "2024-04-01"), "not_settled");
    assert!(!came("Quillfeather Basketworks", "2024-05-01"), "on its copy");
    assert!(!came("Zorblax Optics", "2024-04-01"), "the copy of May does not have it either");
    assert!(came("Zorblax Optics", "2024-06-01"));
}
