//! Every source comes in through the program, is shown by `lists status`, and does not take the file of another.

mod common;

use common::{Desk, shared};

/// An invented file of one format, from the tests of the lists.
fn fixture(name: &str) -> String {
    format!("{}/../lists/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Source, files, entries.
const SOURCES: [(&str, &[&str], u64); 11] = [
    ("us_ofac_sdn", &["sdn_enhanced.xml"], 1),
    ("us_bis_dpl", &["dpl.txt"], 2),
    ("us_bis_mieu", &["mieu.csv"], 2),
    ("fr:2023-00000", &["rule.xml"], 2),
    ("eu_fsf", &["eu_fsf.xml"], 2),
    ("eu_journal", &["eu_journal.csv"], 2),
    ("uk_sl", &["uk_sl.csv"], 3),
    ("uk_ofsi", &["uk_ofsi.csv"], 2),
    ("jp_eul", &["jp.json"], 2),
    ("own:barred", &["own.csv", "own.toml"], 2),
    ("un_sc", &[], 0),
];

#[test]
fn every_source_is_imported_and_shown() {
    let desk = Desk::new();
    let mut expected = 0;
    for (id, names, entries) in SOURCES.iter().filter(|(_, names, _)| !names.is_empty()) {
        let files: Vec<String> = names.iter().map(|n| fixture(n)).collect();
        let mut args = vec!["lists", "import"];
        args.extend(files.iter().map(String::as_str));
        // the files are small on purpose: the guards on counts are set aside, and the record says so
        args.extend(["--source", id, "--set-guard-aside", "--json"]);
        let done = desk.run(&args).expect(0).json();
        assert_eq!(done["report"]["entities"], *entries, "{id}");
        assert_eq!(done["report"]["refused"].as_array().map(Vec::len), Some(0), "{id}");
        expected += 1;
    }
    // a list that no regime reads is not missed by one
    let page = desk.run(&["screen", "Quillfeather Basketworks of Ystad"]).expect(0);
    assert!(
        page.err.contains("no whole copy") || page.out.contains("no whole copy"),
        "{}{}",
        page.out,
        page.err
    );
    assert!(!page.out.contains("CN-AL") && !page.err.contains("CN-AL"), "{}{}", page.out, page.err);
    let status = desk.run(&["lists", "status", "--json"]).expect(0).out;
    for (id, names, _) in &SOURCES {
        assert_eq!(status.contains(&format!("\"{id}\"")), !names.is_empty(), "{id}: {status}");
    }
    assert!(expected > 9);
    // the names of every list are found, each with its own list
    for (name, list) in [
        ("Example Broker GmbH", "OWN"),
        ("EXAMPLE INTERCEPTION LLC", "UK-RM"),
        ("Example Electronics Co., Ltd.", "JP-EUL"),
        ("Invented Signals Unit", "MIEU"),
        ("Invented Sensors Co.", "EL"),
    ] {
        let hits = desk.run(&["screen", name, "--json"]).expect(10).json();
        assert!(hits["hits"].to_string().contains(&format!("\"{list}\"")), "{name}: {hits}");
    }
}

#[test]
fn the_file_of_another_source_is_refused_and_nothing_changes() {
    let desk = Desk::new();
    let own = [fixture("own.csv"), fixture("own.toml")];
    desk.run(&["lists", "import", &own[0], &own[1], "--source", "own:barred"]).expect(0);
    for (id, names, _) in SOURCES.iter().filter(|(id, ..)| !id.starts_with("uk_sl")) {
        let ran = desk
            .run(&["lists", "import", &fixture("uk_sl.csv"), "--source", id, "--set-guard-aside"])
            .expect(2);
        assert!(ran.err.contains("nothing was imported"), "{id} {names:?}: {}", ran.err);
    }
    let small = desk.run(&["lists", "import", &fixture("uk_sl.csv"), "--source", "uk_sl"]).expect(2);
    assert!(small.err.contains("has 3 entities where a whole list has at least"), "{}", small.err);
    let unknown = desk.run(&["lists", "import", &fixture("uk_sl.csv"), "--source", "uk"]).expect(2);
    assert!(unknown.err.contains("uk_sl") && unknown.err.contains("own:<name>"), "{}", unknown.err);
}

#[test]
fn the_publishers_files_come_in_through_their_guards() {
    for (id, path, entries) in [
        ("us_bis_dpl", "data/us-bis/dpl.txt", 547),
        ("us_bis_mieu", "data/us-bis/mieu_744.22.csv", 13),
        ("fr:2023-03929", "data/us-bis/fr_2023-03929_entity_list_rule.xml", 13),
        ("us_ofac_cons", "data/us-ofac/CONS_ENHANCED_2025-01-14.zip", 443),
        ("uk_ofsi", "data/uk/ConList_2020-04-27.csv.gz", 2_114),
        ("jp_eul", "data/jp-cn/jp_entities_2026-07.json", 835),
        ("cn_mofcom", "data/jp-cn/cn_entities_2026-07.json", 240),
    ] {
        let Some(path) = shared(path) else { return };
        let desk = Desk::new();
        let done =
            desk.run(&["lists", "import", path.to_str().unwrap_or_default(), "--source", id, "--json"]);
        assert_eq!(done.expect(0).json()["report"]["entities"], entries, "{id}");
    }
}

/// FollowTheMoney → the store → FollowTheMoney, with a delta on the way.
#[test]
fn an_export_goes_out_of_the_store_as_it_came_in() {
    let desk = Desk::new();
    let export = desk.write(
        "entities.ftm.json",
        "{\"id\":\"a\",\"schema\":\"CryptoWallet\",\"properties\":{\"name\":[\"A\",\" A \"],\"unheardOf\":[\"x\"],\"addressEntity\":[\"ad\"]},\"caption\":\"A\",\"target\":true}\n\
         {\"id\":\"ad\",\"schema\":\"Address\",\"properties\":{\"full\":[\"1 Street\"]}}\n\
         {\"id\":\"b\",\"schema\":\"Person\",\"properties\":{\"name\":[\"B\"]}}\n",
    );
    let delta = desk.write(
        "delta.json",
        "{\"op\":\"DEL\",\"entity\":{\"id\":\"b\"}}\n{\"op\":\"ADD\",\"entity\":{\"id\":\"c\",\"schema\":\"Person\",\"properties\":{\"name\":[\"C\"]}}}\n",
    );
    desk.run(&["lists", "import", &export, &delta, "--source", "ftm:x"]).expect(0);
    let out = desk.run(&["lists", "export", "ftm:x"]).expect(0).out;
    let lines: Vec<serde_json::Value> = out.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    assert_eq!(
        lines,
        [
            serde_json::json!({"id": "a", "schema": "CryptoWallet", "caption": "A", "target": true,
                "properties": {"name": ["A", " A "], "unheardOf": ["x"], "addressEntity": ["ad"]}}),
            serde_json::json!({"id": "ad", "schema": "Address", "properties": {"full": ["1 Street"]}}),
            serde_json::json!({"id": "c", "schema": "Person", "properties": {"name": ["C"]}}),
        ]
    );
    let none = desk.run(&["lists", "export", "ftm:y"]).expect(2);
    assert!(none.err.contains("no copy of `ftm:y`"), "{}", none.err);
}
