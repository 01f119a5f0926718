//! Every real file of the publishers comes in whole. The numbers are those of `tests/independent_count.py`,
//! which counts the files without this crate.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test says what it expects; functions outside of #[test] too"
)]

mod common;

use std::collections::{HashMap, HashSet};
use std::io::Read as _;

use common::{data, import_real};
use countersign_lists::{Import, InputFile, entities_jsonl, read_entities_jsonl};
use countersign_model::{Entity, ListCode, NameQuality, PolicyItems, PolicySelector, ReviewPolicy, Scope};

fn by_name<'a>(done: &'a Import, list: ListCode, name: &str) -> &'a Entity {
    let found: Vec<&Entity> = done
        .entities
        .iter()
        .filter(|e| e.listings.iter().any(|l| l.list == list) && e.values("name").iter().any(|n| n == name))
        .collect();
    assert_eq!(found.len(), 1, "{name} on {list}");
    found[0]
}

fn on_list(done: &Import, list: ListCode) -> usize {
    done.entities.iter().filter(|e| e.listings.iter().any(|l| l.list == list)).count()
}

fn values(done: &Import, property: &str) -> usize {
    done.entities.iter().map(|e| e.values(property).len()).sum()
}

#[test]
fn the_screening_list_of_april_2022_comes_in_whole() {
    let Some(root) = data() else { return };
    let done = import_real(&root, "us_csl", &["us-csl/consolidated_2022-04.csv.gz"]);
    assert_eq!((done.report.rows, done.report.entities), (14_160, 14_159), "one row stands twice");
    assert!(done.report.unknown_columns.is_empty());
    assert_eq!((on_list(&done, ListCode::El), on_list(&done, ListCode::Sdn)), (2_001, 10_026));
    assert_eq!(on_list(&done, ListCode::Cap), 52, "53 rows, one of which stands twice");
    let passports = done
        .entities
        .iter()
        .flat_map(|e| e.values("identification"))
        .filter(|i| i.ends_with(", Passport"))
        .count();
    assert_eq!(passports, 1_658);
    let linked = |id: &str| done.entities.iter().find(|e| e.id == id).unwrap().values("linkedTo");
    assert_eq!(linked("us_csl:SSI-18808"), ["ROSTEC"]);
    assert_eq!(linked("us_csl:SDN-23419").len(), 3);
    // nothing is warned of more often than the notes of the data say
    let assumed = done.report.warnings.iter().filter(|w| w.text.contains("the footnote is assumed")).count();
    assert_eq!(assumed, 157, "Huawei and its affiliates cite the paragraph of footnote 1 without its mark");
    let others = done.report.warnings.len() - assumed;
    assert!(others < 200, "{others}");
    let huawei = by_name(&done, ListCode::El, "Hangzhou Huawei Enterprises");
    assert_eq!(huawei.listings[0].footnotes, ["1"]);
}

/// A name that stands beside others in one cell is a name of its own.
#[test]
fn the_names_inside_a_cell_are_names() {
    let Some(root) = data() else { return };
    let done = import_real(&root, "un_sc", &["un/consolidated_2026-02-27.xml.gz"]);
    let has =
        |wanted: &str| done.entities.iter().any(|e| e.names().any(|n| n.text.eq_ignore_ascii_case(wanted)));
    assert!(has("Great Lakes Business Company"), "two names of one company, parted by a semicolon");
    assert!(has("Abu Bakr al-Baghdadi"), "a Latin name in brackets behind the Arabic one");
    assert!(done.report.names_inside > 100, "{}", done.report.names_inside);
    // an edition that breaks its lines elsewhere changes no entry
    let untidy = |e: &Entity| e.properties.values().flatten().any(|v| v.contains('\n') || v.contains("  "));
    assert!(!done.entities.iter().any(untidy));
}

#[test]
fn every_alias_cell_of_the_screening_list_is_an_alias() {
    let Some(root) = data() else { return };
    let done = import_real(&root, "us_csl", &["us-csl/consolidated_2022-04.csv.gz"]);
    let mut aliases: HashMap<&str, HashSet<&str>> = HashMap::new();
    for entity in &done.entities {
        let name = entity.listings[0].name.as_deref().unwrap();
        aliases.entry(name).or_default().extend(entity.values("alias").iter().map(String::as_str));
    }
    let mut text = Vec::new();
    let raw = std::fs::read(root.join("us-csl/consolidated_2022-04.csv.gz")).unwrap();
    flate2::read::GzDecoder::new(raw.as_slice()).read_to_end(&mut text).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let header = reader.headers().unwrap().clone();
    let column = |name| header.iter().position(|h| h == name).unwrap();
    let (name, alt) = (column("name"), column("alt_names"));
    let (mut cells, mut changed) = (0, Vec::new());
    for row in reader.records() {
        let row = row.unwrap();
        let name = row[name].split_whitespace().collect::<Vec<_>>().join(" ");
        for cell in row[alt].split("; ").map(|c| c.split_whitespace().collect::<Vec<_>>().join(" ")) {
            if cell.is_empty() {
                continue;
            }
            cells += 1;
            let plain = cell.strip_prefix("and ").unwrap_or(&cell).trim_matches(['-', ',', ';', ' ']);
            if !aliases[name.as_str()].contains(plain) {
                changed.push(cell);
            }
        }
    }
    assert!(cells > 20_000, "{cells}");
    // cells that hold several names, a mark, or a remark; each is in the report
    assert!(changed.len() < 30, "{changed:#?}");
    for cell in &changed {
        let lower = cell.to_lowercase();
        let marked = ["k.a.", "(all of", ";", "(", ")"].iter().any(|m| lower.contains(m));
        assert!(marked, "{cell}");
    }
}

#[test]
fn the_four_spyware_entries_of_november_2021_are_right() {
    let Some(root) = data() else { return };
    let done = import_real(&root, "us_csl", &["us-csl/consolidated_2022-04.csv.gz"]);
    let expected: [(&str, &str, &[&str]); 4] = [
        ("NSO Group", "il", &[]),
        (
            "Candiru",
            "il",
            &[
                "Candiru Ltd.",
                "DF Associates Ltd.",
                "Grindavik Solutions Ltd.",
                "Taveta Ltd.",
                "Saito Tech Ltd.",
                "Greenwick Solutions",
                "Tabatha Ltd.",
            ],
        ),
        ("Positive Technologies", "ru", &[]),
        ("Computer Security Initiative Consultancy PTE. LTD.", "sg", &["COSEINC"]),
    ];
    for (name, country, aliases) in expected {
        let entity = by_name(&done, ListCode::El, name);
        assert_eq!(entity.values("country"), [country], "{name}");
        assert_eq!(entity.values("alias"), aliases, "{name}");
        assert!(!entity.values("address").is_empty(), "{name}");
        assert!(entity.id.starts_with("us_csl:EL-"), "{}", entity.id);
        let [listing] = entity.listings.as_slice() else { panic!("{name} has one listing") };
        assert_eq!(listing.from.unwrap().to_string(), "2021-11-04", "{name}");
        assert_eq!(listing.to, None);
        assert_eq!(listing.scope, Scope::AllItems);
        let denial = PolicySelector { items: PolicyItems::All, policy: ReviewPolicy::PresumptionOfDenial };
        assert_eq!(listing.review_policy, [denial]);
        assert_eq!(listing.footnotes, Vec::<String>::new());
        assert_eq!(listing.notice.as_deref(), Some("86 FR 60760"));
    }
}

#[test]
fn the_samples_of_other_years_are_read_by_their_header() {
    let Some(root) = data() else { return };
    for (path, rows, entities, format) in [
        ("us-csl/consolidated_2022-04.sample.csv", 187, 186, "29 columns"),
        ("us-csl/consolidated_2025-06.sample.csv", 13, 13, "29 columns, all fields quoted"),
        // four rows of one party in 2019, which had no keys: the same name, country and notice
        ("us-csl/csl_2019-12.sample.csv", 115, 112, "28 columns"),
    ] {
        let done = import_real(&root, "us_csl", &[path]);
        assert_eq!((done.report.rows, done.report.entities), (rows, entities), "{path}");
        assert!(done.format.contains(format), "{path}: {}", done.format);
    }
}

#[test]
fn the_screening_list_of_july_2026_comes_in_whole() {
    let Some(root) = data() else { return };
    let done = import_real(&root, "us_csl", &["us-csl/consolidated_2026-07-31.partial.json.xz"]);
    assert_eq!(done.report.rows, 25_921);
    assert_eq!(done.as_of.unwrap().to_string(), "2026-07-31");
    // the counts that were published with the file; a copy without keys joins four rows that say the same
    assert_eq!(done.report.counted["list EL"], 3_420);
    assert_eq!(done.report.counted["list SDN"], 19_181);
    assert_eq!(done.report.entities, 25_917);
    assert_eq!(done.report.warnings.iter().filter(|w| w.text.contains("the two are joined")).count(), 4);

    let sdn = by_name(&done, ListCode::Sdn, "INTELLEXA S.A.");
    assert_eq!(sdn.id, "us_csl:SDN-48059");
    assert_eq!(sdn.listings[0].programmes, ["CYBER2"]);
    assert_eq!(sdn.listings[0].scope, Scope::Blocking);
    let el = by_name(&done, ListCode::El, "Intellexa S.A.");
    assert_eq!(el.listings[0].notice.as_deref(), Some("88 FR 46071"));

    let hikvision = by_name(&done, ListCode::El, "Hangzhou Hikvision Digital Technology Co., Ltd.");
    let policy = &hikvision.listings[0].review_policy;
    assert_eq!(policy.len(), 4);
    let codes = ["1A004.c", "1A004.d", "1A995", "1A999.a", "1D003", "2A983", "2D983", "2E983"];
    assert_eq!(policy[0].items, PolicyItems::Codes(codes.map(str::to_owned).to_vec()));
    let other = PolicySelector { items: PolicyItems::Other, policy: ReviewPolicy::PresumptionOfDenial };
    assert_eq!(policy[3], other);
    let dahua = by_name(&done, ListCode::El, "Dahua Technology");
    assert_eq!(dahua.listings[0].footnotes, ["4"]);
}

#[test]
fn every_entity_list_text_is_in_a_table_or_in_the_report() {
    let Some(root) = data() else { return };
    for path in ["us-csl/consolidated_2022-04.csv.gz", "us-csl/consolidated_2026-07-31.partial.json.xz"] {
        let done = import_real(&root, "us_csl", &[path]);
        let unread: Vec<&str> = done
            .report
            .warnings
            .iter()
            .map(|w| w.text.as_str())
            .filter(|t| t.starts_with("review policy") || t.starts_with("licence requirement"))
            .collect();
        // two rows of 2026 have a requirement in the policy column: a person has to see that
        assert!(unread.iter().all(|t| t.contains("For all items subject to the EAR")), "{unread:#?}");
        assert!(unread.len() <= 2, "{unread:#?}");
    }
}

#[test]
fn ofac_sets_come_in_whole() {
    let Some(root) = data() else { return };
    let set = ["sdn", "add", "alt", "sdn_comments"].map(|f| format!("us-ofac/2021-07/{f}.csv.gz"));
    let done = import_real(&root, "us_ofac_sdn", &set.each_ref().map(String::as_str));
    assert_eq!(done.report.rows, 8_976 + 13_837 + 11_910 + 5);
    assert_eq!(done.report.entities, 8_976);
    // 11,910 alias rows, two of which repeat a name of the same entity
    assert_eq!((done.report.aliases, done.report.weak_aliases), (11_908, 2_441));
    assert_eq!(values(&done, "imoNumber"), 409);
    // a remark that goes on in the comments file, cut inside a word
    let lazarus = done.entities.iter().find(|e| e.id == "us_ofac_sdn:28264").unwrap();
    assert!(lazarus.values("phone").contains(&"8613314257947".to_owned()), "{:?}", lazarus.values("phone"));
    assert!(lazarus.names().any(|n| n.text == "khaleesi" && n.quality == NameQuality::Weak));
    assert!(lazarus.values("linkedTo").contains(&"LAZARUS GROUP".to_owned()));

    let done = import_real(
        &root,
        "us_ofac_sdn",
        &["us-ofac/2023-01/sdn.csv.gz", "us-ofac/2023-01/sdn_address.csv.gz"],
    );
    assert_eq!((done.report.entities, done.report.weak_aliases), (11_443, 2_772));
    assert_eq!(values(&done, "imoNumber"), 687);
    let loud = |part: &str| done.report.warnings.iter().any(|w| w.text.contains(part));
    assert!(loud("THE SET HAS NO ALIAS FILE") && loud("sdn_comments.csv"), "what is missing is said aloud");

    let set = ["prim", "add", "alt", "comments"].map(|f| format!("us-ofac/2025-12/cons_{f}.csv"));
    let done = import_real(&root, "us_ofac_cons", &set.each_ref().map(String::as_str));
    assert_eq!((done.report.entities, done.report.aliases, done.report.weak_aliases), (442, 1_073, 72));
    let cmic = done.entities.iter().filter(|e| e.listings[0].list == ListCode::NsCmic);
    assert!(cmic.clone().all(|e| e.listings[0].from.is_some()), "NS-CMIC tells its day of listing");
    // the lists as trade.gov counts them
    assert_eq!((on_list(&done, ListCode::NsCmic), on_list(&done, ListCode::Plc)), (68, 78));
    assert_eq!(on_list(&done, ListCode::Ssi), 286);
}

/// The sdn.csv of December 2025 is not to be had. Its companions are joined here to primary rows made from
/// their own entity numbers, which tests all that they hold; the set without sdn.csv is refused.
#[test]
fn the_ofac_companions_of_december_2025_are_read_whole() {
    let Some(root) = data() else { return };
    let companions =
        ["add", "alt", "sdn_comments"].map(|f| common::file(&root, &format!("us-ofac/2025-12/{f}.csv.gz")));
    let error = common::try_import("us_ofac_sdn", &companions).unwrap_err().to_string();
    assert!(error.contains("sdn.csv") && error.contains("missing"), "{error}");

    let mut numbers = HashSet::new();
    for companion in &companions {
        let mut text = String::new();
        flate2::read::GzDecoder::new(companion.bytes.as_slice()).read_to_string(&mut text).unwrap();
        numbers.extend(text.lines().filter_map(|l| l.split(',').next()?.trim().parse::<u64>().ok()));
    }
    let mut numbers: Vec<u64> = numbers.into_iter().collect();
    numbers.sort_unstable();
    let nothing = ",-0- ".repeat(8);
    let rows: String =
        numbers.iter().map(|n| format!("{n},\"PARTY {n}\",-0- ,\"CYBER2\"{nothing}\r\n")).collect();
    let primary = InputFile { name: "sdn.csv".into(), bytes: format!("{rows}\u{1a}\r\n").into_bytes() };
    let files: Vec<InputFile> = std::iter::once(primary).chain(companions).collect();
    let done = common::try_import("us_ofac_sdn", &files).unwrap();
    assert_eq!(done.report.refused, vec![]);
    assert_eq!(done.report.rows_by_file["add.csv.gz"], 24_244);
    assert_eq!(done.report.rows_by_file["alt.csv.gz"], 20_107);
    assert_eq!(done.report.rows_by_file["sdn_comments.csv.gz"], 28);
    assert_eq!(done.report.entities, 18_494);
    let intellexa = done.entities.iter().find(|e| e.id == "us_ofac_sdn:48059").unwrap();
    assert_eq!(intellexa.values("alias"), ["INTELLEXA ANONYMI ETAIREIA"]);
    assert_eq!(intellexa.values("country"), ["gr"]);
    assert_eq!(intellexa.values("address").len(), 4);
    assert_eq!(intellexa.listings[0].programmes, ["CYBER2"]);

    let old = common::file(&root, "us-ofac/2023-01/sdn.csv.gz");
    let mixed: Vec<InputFile> = std::iter::once(old).chain(files.into_iter().skip(1)).collect();
    let error = common::try_import("us_ofac_sdn", &mixed).unwrap_err().to_string();
    assert!(error.contains("not of one day"), "{error}");
}

#[test]
fn both_un_lists_come_in_whole() {
    let Some(root) = data() else { return };
    for (path, rows, aliases, weak, numbers, as_of) in [
        ("un/consolidated_2024-10-16.xml.gz", 877, 2_463, 626, 422, "2024-10-16"),
        ("un/consolidated_2026-02-27.xml.gz", 1_003, 2_505, 615, 448, "2026-02-27"),
    ] {
        let done = import_real(&root, "un_sc", &[path]);
        assert_eq!((done.report.rows, done.report.entities), (rows, rows), "{path}");
        assert_eq!((done.report.aliases, done.report.weak_aliases), (aliases, weak), "{path}");
        assert_eq!(done.report.identifiers, numbers, "{path}");
        assert!(done.report.unknown_columns.is_empty(), "{:?}", done.report.unknown_columns);
        assert_eq!(done.as_of.unwrap().to_string(), as_of);
        assert!(
            done.entities.iter().all(|e| e.listings.len() == 1 && e.listings[0].from.is_some()),
            "{path}"
        );
        let only_ampersands = done.report.warnings.iter().all(|w| w.text.contains("bare `&`"));
        assert!(only_ampersands, "{:#?}", done.report.warnings);
    }
}

#[test]
fn an_entry_of_the_un_list_keeps_its_facts() {
    let Some(root) = data() else { return };
    let done = import_real(&root, "un_sc", &["un/consolidated_2026-02-27.xml.gz"]);
    let entity = done.entities.iter().find(|e| e.id == "un_sc:CDi.003").unwrap();
    assert_eq!(entity.values("name"), ["GASTON IYAMUREMYE"]);
    assert!(entity.names().any(|n| n.text == "Rumuli" && n.quality == NameQuality::Weak));
    assert!(entity.names().any(|n| n.text == "Michel Byiringiro" && n.quality == NameQuality::Alias));
    assert_eq!(entity.values("nationality"), ["rw"]);
    assert_eq!(entity.values("position").len(), 3);
    let listing = &entity.listings[0];
    assert_eq!((listing.list, listing.id.as_deref()), (ListCode::UnSc, Some("CDi.003")));
    assert_eq!(listing.from.unwrap().to_string(), "2010-12-01");
    assert_eq!(listing.programmes, ["DRC"]);
    let old = import_real(&root, "un_sc", &["un/consolidated_2024-10-16.xml.gz"]);
    let anwari = old.entities.iter().find(|e| e.id == "un_sc:TAi.005").unwrap();
    assert!(anwari.values("alias").contains(&"محمد طاهر أنوري".to_owned()), "the name in its own script");
    let charity = old.entities.iter().find(|e| e.id == "un_sc:QDe.109").unwrap();
    assert_eq!(charity.caption(), "AL-HARAMAIN & AL MASJED AL-AQSA CHARITY FOUNDATION");
}

#[test]
fn a_follow_the_money_export_keeps_its_edges() {
    let Some(root) = data() else { return };
    let done = import_real(&root, "ftm:sanctions", &["opensanctions/zala_entities.ftm.json"]);
    assert_eq!((done.report.rows, done.report.entities), (91, 17));
    assert_eq!((done.edges.len(), done.links.len()), (14, 7));
    assert_eq!(done.edges.iter().filter(|e| e.percentage.is_some()).count(), 10);
    let counted: u64 =
        done.report.counted.iter().filter(|(k, _)| k.starts_with("schema ")).map(|(_, n)| n).sum();
    assert_eq!(counted, 91, "every line is counted by its schema");
    let kalashnikov = done
        .edges
        .iter()
        .find(|e| e.owner.ends_with("NK-nR5AXM9AVPq4pQaSPSaVam") && e.percentage.is_some())
        .unwrap();
    assert_eq!(kalashnikov.percentage, Some("49".parse().unwrap()));
    assert_eq!(kalashnikov.from.unwrap().to_string(), "2016-03-29");
    assert_eq!(kalashnikov.to, None);
    // LLC CST: on the Entity List through the screening list, with its policy
    let cst = done.entities.iter().find(|e| e.id == "ftm:sanctions:NK-abdzbEBkqyT29GyREbiURZ").unwrap();
    let lists: HashSet<ListCode> = cst.listings.iter().map(|l| l.list).collect();
    assert!(
        [ListCode::El, ListCode::Sdn, ListCode::EuFsf, ListCode::UkSl].iter().all(|l| lists.contains(l)),
        "{lists:?}"
    );
    let el = cst.listings.iter().find(|l| l.list == ListCode::El).unwrap();
    assert_eq!(el.notice.as_deref(), Some("88 FR 76128"));
    assert_eq!(el.from.unwrap().to_string(), "2023-11-02");
    assert_eq!(el.review_policy.last().map(|s| s.policy), Some(ReviewPolicy::PolicyOfDenial));

    let done = import_real(&root, "ftm:eu_fsf", &["opensanctions/t1_entities.ftm.json"]);
    assert_eq!((done.report.rows, done.report.entities), (7, 6));
    assert!(done.entities.iter().all(|e| e.listings.len() == 1), "all six are marked as sanctioned");
}

#[test]
fn a_snapshot_is_the_same_bytes_again() {
    let Some(root) = data() else { return };
    for (id, path) in [
        ("un_sc", "un/consolidated_2026-02-27.xml.gz"),
        ("us_csl", "us-csl/consolidated_2022-04.csv.gz"),
        ("ftm:sanctions", "opensanctions/zala_entities.ftm.json"),
    ] {
        let done = import_real(&root, id, &[path]);
        let bytes = entities_jsonl(&done);
        assert_eq!(bytes, entities_jsonl(&import_real(&root, id, &[path])), "{id}");
        assert_eq!(read_entities_jsonl(&bytes).unwrap(), done.entities, "{id}");
    }
}
