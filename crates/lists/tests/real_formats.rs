//! Real files of the publishers beside the Consolidated Screening List, OFAC's CSV, the UN and FollowTheMoney: what came
//! in and out, held against the counts of `independent_count.py`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test says what it expects; functions outside of #[test] too"
)]

mod common;

use std::collections::BTreeMap;

use common::{data, file, import_real, try_import};
use countersign_lists::{DeltaIndex, Import, InputFile, ftm_jsonl};
use countersign_model::{ListCode, PolicyItems, ReviewPolicy, Scope};
use serde_json::Value;

/// Source, files, and of the report: rows, entities, aliases, weak aliases.
type Expected<'a> = (&'a str, &'a [&'a str], u64, u64, u64, u64);

const COUNTS: [Expected<'_>; 11] = [
    ("us_bis_dpl", &["us-bis/dpl.txt"], 665, 547, 2, 0),
    ("us_bis_mieu", &["us-bis/mieu_744.22.csv"], 13, 13, 9, 0),
    ("fr:2023-03929", &["us-bis/fr_2023-03929_entity_list_rule.xml"], 49, 13, 52, 0),
    ("us_ofac_sdn", &["us-ofac/sdn_sample.xml"], 8, 8, 25, 2),
    ("us_ofac_cons", &["us-ofac/consolidated_2020-03-17.xml.gz"], 375, 375, 884, 30),
    ("us_ofac_cons", &["us-ofac/CONS_ENHANCED_2025-01-14.zip"], 443, 443, 1_110, 71),
    ("eu_fsf", &["eu/fsf_sample_2020-04-15_b.xml"], 7, 7, 16, 0),
    ("uk_ofsi", &["uk/ConList_2020-04-27.csv.gz"], 9_492, 2_114, 3_662, 0),
    ("uk_ofsi", &["uk/ConList_2022format.sample.csv"], 23, 6, 4, 0),
    ("jp_eul", &["jp-cn/jp_entities_2026-07.json"], 835, 835, 1_414, 0),
    ("cn_mofcom", &["jp-cn/cn_entities_2026-07.json"], 240, 240, 234, 0),
];

#[test]
fn every_file_comes_in_whole_and_its_counts_are_those_of_another_tool() {
    let Some(root) = data() else { return };
    for (id, paths, rows, entities, aliases, weak) in COUNTS {
        let done = import_real(&root, id, paths);
        let report = &done.report;
        assert_eq!(
            (report.rows, report.entities, report.aliases, report.weak_aliases),
            (rows, entities, aliases, weak),
            "{id} {paths:?}"
        );
        assert!(report.unknown_columns.is_empty(), "{id}: {:?}", report.unknown_columns);
        assert!(done.entities.iter().all(|e| !e.listings.is_empty()), "{id}: every party has a listing");
    }
    // one entry of this extract stands twice under one reference, with two names
    let done = import_real(&root, "eu_fsf", &["eu/fsf_sample_2020-04-15.xml"]);
    assert_eq!((done.report.rows, done.report.entities), (7, 6));
    assert_eq!(done.report.names + done.report.aliases, 15);
    // only a header: nobody is on it, and that is no list
    let header = file(&root, "uk/UK-Sanctions-List_2026.header-only.csv");
    let error = try_import("uk_sl", &[header]).unwrap_err().to_string();
    assert!(error.contains("holds no party"), "{error}");
}

/// The files of a tar archive whose names end in `.csv`.
fn tar_csv(bytes: &[u8]) -> Vec<InputFile> {
    let text =
        |field: &[u8]| String::from_utf8(field.iter().copied().take_while(|b| *b != 0).collect()).unwrap();
    let mut files = Vec::new();
    let mut at = 0;
    while at + 512 <= bytes.len() && bytes[at] != 0 {
        let header = &bytes[at..at + 512];
        let size = usize::from_str_radix(text(&header[124..136]).trim(), 8).unwrap();
        let name = text(&header[..100]);
        if name.ends_with(".csv") {
            files.push(InputFile { name, bytes: bytes[at + 512..at + 512 + size].to_vec() });
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    files
}

#[test]
fn all_acts_of_the_official_journal_are_one_source() {
    let Some(root) = data() else { return };
    let packed = file(&root, "eu/journal_sanctions/all.tar.xz");
    let mut tar = Vec::new();
    lzma_rs::xz_decompress(&mut packed.bytes.as_slice(), &mut tar).unwrap();
    let files = tar_csv(&tar);
    assert_eq!(files.len(), 56);
    let done = try_import("eu_journal", &files).unwrap();
    assert_eq!(done.report.refused, vec![]);
    assert_eq!((done.report.rows, done.report.entities), (8_434, 8_422));
    // 13,279 and 208 in cells as printed; labels without a name are none, and cells with two names two
    assert_eq!((done.report.aliases, done.report.weak_aliases), (13_243, 209));
    assert_eq!(done.report.counted["list EU-FSF"], 6_453);
    assert!(done.report.unknown_columns.is_empty());
    // a measure that is no freeze never puts a party on the list of freezes
    for entity in &done.entities {
        for listing in &entity.listings {
            let freeze = listing.instrument.as_ref().unwrap().ends_with(": Asset freeze");
            assert_eq!(listing.list == ListCode::EuFsf, freeze, "{}", entity.id);
        }
    }
    // what the acts print beside a name is no name, and nobody is lost over it
    let labels =
        ["chinese", "korean", "farsi", "russian", "original script", "and the following", "text of image"];
    for entity in &done.entities {
        for name in entity.names() {
            let text = name.text.to_lowercase();
            let odd =
                text.ends_with([':', '：', ',', '–']) || text.starts_with("so-called") && text.len() < 12;
            // `… Branch: … Plant` and `Date of birth: …` are no labels of a name
            let label = labels.iter().any(|l| {
                text.contains(&format!("{l}:")) || text == *l || l.contains(' ') && text.contains(l)
            });
            assert!(!odd && !label, "{}: `{}`", entity.id, name.text);
        }
        assert!(!entity.values("name").is_empty(), "{}", entity.id);
    }
    let called = |name: &str| done.entities.iter().find(|e| e.values("name").iter().any(|n| n == name));
    assert!(called("Iran Electronics Industries").is_some());
    assert!(called("‘Army of the Southeast’").is_some(), "its name is behind `So called`");
    let tatur = called("Vladimir Bronislavovich TATUR").unwrap();
    assert!(tatur.values("alias").iter().any(|n| n == "Владимир Брониславович ТАТУР"));
    let former = |e: &countersign_model::Entity| e.values("previousName").iter().any(|n| n == "NADA");
    assert!(done.entities.iter().any(former), "`f.k.a.: NADA`");
    let gao = done.entities.iter().find(|e| e.id == "eu_journal:32019R0796-I.A-Person-1").unwrap();
    assert_eq!(gao.caption(), "GAO Qiang");
    assert_eq!(
        (gao.values("birthDate"), gao.values("nationality")),
        (["1983-10-04".to_owned()].as_slice(), ["cn".to_owned()].as_slice())
    );
    assert_eq!(gao.listings[0].from.unwrap().to_string(), "2020-07-30");
}

#[test]
fn a_rule_of_the_federal_register_is_read_before_any_list_has_it() {
    let Some(root) = data() else { return };
    let done = import_real(&root, "fr:2023-03929", &["us-bis/fr_2023-03929_entity_list_rule.xml"]);
    // "adding 10 entities under 13 entries"; published on the 27th, in force from the 24th
    let by_country = |code: &str| done.entities.iter().filter(|e| e.values("country") == [code]).count();
    let counts = ["ca", "cn", "fr", "lu", "nl", "ru"].map(by_country);
    assert_eq!(counts, [2, 5, 1, 1, 1, 3], "as the rule's summary counts them");
    for entity in &done.entities {
        let [listing] = entity.listings.as_slice() else { panic!("{}", entity.id) };
        assert_eq!(listing.list, ListCode::El);
        assert_eq!(listing.from.unwrap().to_string(), "2023-02-24");
        assert_eq!(listing.listed.unwrap().to_string(), "2023-02-27");
        assert_eq!(
            (listing.scope, listing.footnotes.as_slice()),
            (Scope::AllItems, ["3".to_owned()].as_slice())
        );
        assert!(!listing.review_policy.is_empty() && !entity.values("address").is_empty(), "{}", entity.id);
    }
    let spacety = done
        .entities
        .iter()
        .find(|e| e.caption() == "Spacety Co., Ltd." || e.caption() == "Spacety Co., Ltd");
    let spacety = spacety.unwrap();
    assert!(
        spacety.values("alias").contains(&"Spacety Luxembourg S.A.".to_owned()),
        "{:?}",
        spacety.values("alias")
    );
}

#[test]
fn the_enhanced_xml_tells_the_day_of_each_listing() {
    let Some(root) = data() else { return };
    let done = import_real(&root, "us_ofac_cons", &["us-ofac/CONS_ENHANCED_2025-01-14.zip"]);
    assert_eq!(done.as_of.unwrap().to_string(), "2025-01-10");
    assert!(done.entities.iter().flat_map(|e| &e.listings).all(|l| l.from.is_some() && l.listed.is_some()));
    let on = |list| done.entities.iter().filter(|e| e.listings.iter().any(|l| l.list == list)).count();
    assert_eq!([ListCode::Ssi, ListCode::NsCmic, ListCode::Plc, ListCode::Sdn].map(on), [286, 68, 78, 77]);
    assert_eq!(done.links.len(), 283);
    let haniya = done.entities.iter().find(|e| e.id == "us_ofac_cons:9639").unwrap();
    assert_eq!(haniya.caption(), "HANIYA, Ismail Abdul Salah");
    assert_eq!(haniya.listings[0].from.unwrap().to_string(), "2006-04-12");
    assert!(haniya.listings[0].instrument.as_ref().unwrap().contains("EO 13224"));
    // the same numbers as in the CSV set of the year after
    let set = ["prim", "add", "alt", "comments"].map(|f| format!("us-ofac/2025-12/cons_{f}.csv"));
    let csv = import_real(&root, "us_ofac_cons", &set.each_ref().map(String::as_str));
    let names: BTreeMap<&str, &str> = csv.entities.iter().map(|e| (e.id.as_str(), e.caption())).collect();
    let same = done.entities.iter().filter(|e| names.get(e.id.as_str()) == Some(&e.caption())).count();
    assert!(same > 430, "{same} of 443");
}

#[test]
fn entries_of_the_other_lists_keep_their_facts() {
    let Some(root) = data() else { return };
    let find = |done: &Import, id: &str| done.entities.iter().find(|e| e.id == id).unwrap().clone();

    let eu = import_real(&root, "eu_fsf", &["eu/fsf_sample_2020-04-15.xml"]);
    let hammadou = find(&eu, "eu_fsf:EU.2026.82");
    assert_eq!(hammadou.values("birthDate"), ["1965-12-12", "1958"]);
    assert_eq!(hammadou.values("birthDateText"), ["circa 1958"]);
    assert_eq!(hammadou.values("nationality"), ["dz"]);
    let listing = &hammadou.listings[0];
    assert_eq!((listing.from, listing.listed), (listing.listed, listing.from));
    assert_eq!(listing.from.unwrap().to_string(), "2008-07-03");
    assert_eq!(listing.instrument.as_deref(), Some("2019/555 (OJ L97)"));

    let uk = import_real(&root, "uk_ofsi", &["uk/ConList_2020-04-27.csv.gz"]);
    assert_eq!(uk.as_of.unwrap().to_string(), "2020-04-27");
    let kim = find(&uk, "uk_ofsi:13562");
    assert_eq!(kim.caption(), "Kim Kyong IL");
    assert_eq!(kim.values("passportNumber"), ["836210029"]);
    assert_eq!(kim.values("birthDate"), ["1979-08-01"]);
    assert_eq!(kim.listings[0].from.unwrap().to_string(), "2017-12-22");
    let qahtani = find(&uk, "uk_ofsi:13349");
    assert_eq!(qahtani.values("nationality"), ["sa", "qa"]);
    assert!(qahtani.values("country").contains(&"af".to_owned()));

    let dpl = import_real(&root, "us_bis_dpl", &["us-bis/dpl.txt"]);
    let nasser: Vec<_> = dpl.entities.iter().filter(|e| e.caption() == "ABDULAH AL NASSER").collect();
    assert_eq!((nasser.len(), nasser[0].values("address").len()), (1, 2), "two addresses of one order");
    assert_eq!(nasser[0].listings[0].to.unwrap().to_string(), "2056-06-29");

    let jp = import_real(&root, "jp_eul", &["jp-cn/jp_entities_2026-07.json"]);
    let bvi = jp.entities.iter().find(|e| e.caption() == "BVI Electronics").unwrap();
    assert_eq!(bvi.values("country"), ["cn"]);
    assert_eq!(bvi.listings[0].programmes, ["B", "C", "M"]);
    let cn = import_real(&root, "cn_mofcom", &["jp-cn/cn_entities_2026-07.json"]);
    let lists = |name: &str| {
        let mut lists: Vec<ListCode> =
            cn.entities.iter().filter(|e| e.caption() == name).map(|e| e.listings[0].list).collect();
        lists.sort_unstable();
        lists
    };
    assert_eq!(lists("Lockheed Martin Corporation"), [ListCode::CnEcl, ListCode::CnUel]);
    let mieu = import_real(&root, "us_bis_mieu", &["us-bis/mieu_744.22.csv"]);
    assert!(mieu.entities.iter().all(|e| e.listings[0].from.is_some() && e.listings[0].to.is_none()));
}

/// The lines of an export as sets: the order of lines, keys and properties means nothing.
fn lines(bytes: &[u8]) -> BTreeMap<String, Value> {
    String::from_utf8(bytes.to_vec())
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|value| (value["id"].as_str().unwrap().to_owned(), value))
        .collect()
}

#[test]
fn follow_the_money_comes_out_as_it_came_in() {
    let Some(root) = data() else { return };
    for path in ["opensanctions/zala_entities.ftm.json", "opensanctions/t1_entities.ftm.json"] {
        let done = import_real(&root, "ftm:sanctions", &[path]);
        let snapshot = countersign_lists::entities_jsonl(&done);
        let kept = countersign_lists::read_entities_jsonl(&snapshot).unwrap();
        let out = lines(&ftm_jsonl(&kept, &done.ftm));
        let came = lines(&file(&root, path).bytes);
        assert_eq!(out.len(), came.len(), "{path}");
        for (id, line) in &came {
            assert_eq!(out.get(id), Some(line), "{path} {id}");
        }
    }
}

#[test]
fn deltas_follow_an_export_in_their_order() {
    let Some(root) = data() else { return };
    let index = file(&root, "opensanctions/delta_t2_delta.json");
    let index = DeltaIndex::read(&index.name, &index.bytes).unwrap();
    let versions: Vec<&str> = index.after(Some("20240527134702-zbn")).map(|(version, _)| version).collect();
    assert_eq!(versions.len(), 4);
    let mut files = vec![file(&root, "opensanctions/t1_entities.ftm.json")];
    files.extend(
        index
            .after(None)
            .map(|(v, _)| file(&root, &format!("opensanctions/delta_t2_{v}_entities.delta.json"))),
    );
    let done = try_import("ftm:sanctions", &files).unwrap();
    assert_eq!(done.report.refused, vec![]);
    let counted = |what: &str| done.report.counted.get(what).copied().unwrap_or_default();
    assert_eq!((counted("delta ADD"), counted("delta MOD"), counted("delta DEL")), (4, 1, 1));
    // six parties, four more, one of which is taken back
    assert_eq!(done.report.entities, 9);
    assert!(done.entities.iter().any(|e| e.id == "ftm:sanctions:Q4365364"));
    assert!(!done.entities.iter().any(|e| e.id.ends_with("NK-500Poltergeist")));

    // the same deltas without their export, or after another, are no list
    assert!(try_import("ftm:sanctions", &files[2..]).unwrap_err().to_string().contains("delta"));
    files[0] = file(&root, "opensanctions/zala_entities.ftm.json");
    let done = try_import("ftm:sanctions", &files).unwrap();
    assert!(!done.report.refused.is_empty() || done.report.entities > 17);
}

#[test]
fn a_policy_with_an_exception_keeps_both_parts() {
    let Some(root) = data() else { return };
    let done = import_real(&root, "fr:2023-03929", &["us-bis/fr_2023-03929_entity_list_rule.xml"]);
    let policy = &done.entities[0].listings[0].review_policy;
    assert!(policy.iter().any(|s| s.policy == ReviewPolicy::PolicyOfDenial), "{policy:?}");
    assert!(policy.iter().any(|s| !matches!(s.items, PolicyItems::All)), "{policy:?}");
}
