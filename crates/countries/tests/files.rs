//! Files of every format, invented ones and, where they are on the machine, the publishers'; tiers by hand.

#![expect(clippy::unwrap_used, reason = "a test that unwraps nothing fails, which is what it is for")]
#![expect(clippy::panic, reason = "a test that cannot find its files under CI has failed")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::PathBuf;

use countersign_countries::{
    Dossier, Import, ImportError, IntervalKind, Method, Vintage, chart, dossier, findings, place,
};
use countersign_model::parse_date;

const METHOD: &str = include_str!("../../../assessments/country-method.toml");

fn shared(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("COUNTERSIGN_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = root.join("data/indicators").join(path);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(_) if std::env::var_os("CI").is_none() => {
            eprintln!("skipped: `{}` is not here", path.display());
            None
        }
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

fn import(source: &str, file: &str, bytes: &[u8]) -> Result<Import, ImportError> {
    countersign_countries::import(source, file, bytes, &Method::parse(METHOD).unwrap())
}

fn read(source: &str, path: &str) -> Option<Import> {
    Some(import(source, path, &shared(path)?).unwrap())
}

fn vintage(source: &str, name: &str, published: &str, import: Import) -> Vintage {
    Vintage {
        source: source.to_owned(),
        vintage: name.to_owned(),
        published_on: parse_date(published).unwrap(),
        file: name.to_owned(),
        sha256: String::new(),
        records: import.records,
    }
}

fn value(import: &Import, index: &str, country: &str, year: i16) -> f64 {
    let mut found = import
        .records
        .iter()
        .filter(|r| r.index == index && r.country_iso3 == country && r.year_measured == year);
    let value = found.next().unwrap_or_else(|| panic!("{index} {country} {year}")).value;
    assert!(found.next().is_none(), "{index} {country} {year} stands twice");
    value
}

#[track_caller]
fn same(import: &Import, index: &str, year: i16, expected: &[(&str, f64)]) {
    for (country, number) in expected {
        assert!((value(import, index, country, year) - number).abs() < 1e-12, "{index} {country} {year}");
    }
}

/// The numbers were read from the publishers' files with Python's `csv` and `zipfile`.
#[test]
fn values_are_those_of_the_publishers_files() {
    let rule_of_law = [
        ("SAU", 0.4145708382129669),
        ("MEX", -0.8063939213752747),
        ("HUN", 0.4270845353603363),
        ("GRC", 0.21315857768058777),
        ("IND", 0.18836456537246704),
        ("DEU", 1.5512077808380127),
        ("RWA", 0.20515045523643494),
    ];
    for path in ["wgi/wgidataset_2024-update.csv.gz", "wgi/wgidataset_2024-update.xlsx"] {
        let Some(wgi) = read("wgi", path) else { return };
        same(&wgi, "wgi_rl", 2023, &rule_of_law);
        let saudi = wgi
            .records
            .iter()
            .find(|r| r.index == "wgi_rl" && r.country_iso3 == "SAU" && r.year_measured == 2023);
        let saudi = saudi.unwrap();
        assert_eq!(saudi.interval_kind, IntervalKind::P90);
        assert!((saudi.low.unwrap() - (0.4145708382129669 - 1.645 * 0.176536425948143)).abs() < 1e-12);
        // codes of the publisher's own
        assert!(
            wgi.records.iter().any(|r| r.country_iso3 == "ROU")
                && wgi.records.iter().any(|r| r.country_iso3 == "COD")
        );
        assert!(wgi.skipped.iter().any(|s| s.why.contains("missing")));
    }
    let vdem = read("vdem", "vdem/vdem_v12_ruleoflaw_1990-2021.csv.gz").unwrap();
    same(
        &vdem,
        "vdem_rule",
        2021,
        &[
            ("SAU", 0.352),
            ("MEX", 0.482),
            ("HUN", 0.64),
            ("GRC", 0.884),
            ("IND", 0.62),
            ("DEU", 0.994),
            ("RWA", 0.516),
        ],
    );
    let vdem = read("vdem", "vdem/vdem_v15_highlevel_1990-2024.csv.gz").unwrap();
    same(&vdem, "v2x_libdem", 2024, &[("SAU", 0.047), ("MEX", 0.251), ("IND", 0.291), ("DEU", 0.792)]);
    let hungary = vdem
        .records
        .iter()
        .find(|r| r.index == "v2x_libdem" && r.country_iso3 == "HUN" && r.year_measured == 2024);
    let hungary = hungary.unwrap();
    assert_eq!(
        (hungary.low, hungary.high, hungary.interval_kind),
        (Some(0.275), Some(0.351), IntervalKind::P68)
    );
    let house = read("freedom_house", "freedom-house/All_data_FIW_2013-2024.xlsx").unwrap();
    // the edition of 2024 measures 2023
    same(
        &house,
        "fh_f",
        2023,
        &[
            ("SAU", 3.0),
            ("MEX", 5.0),
            ("HUN", 10.0),
            ("GRC", 11.0),
            ("IND", 8.0),
            ("DEU", 14.0),
            ("RWA", 3.0),
        ],
    );
    same(
        &house,
        "fh_fiw",
        2023,
        &[
            ("SAU", 8.0),
            ("MEX", 60.0),
            ("HUN", 65.0),
            ("GRC", 85.0),
            ("IND", 66.0),
            ("DEU", 93.0),
            ("RWA", 23.0),
        ],
    );
    same(&house, "fh_d4", 2023, &[("SAU", 1.0), ("MEX", 3.0), ("RWA", 0.0)]);
    let pts = read("pts", "pts/PTS-2024.csv").unwrap();
    same(&pts, "pts_a", 2023, &[("SAU", 3.0), ("MEX", 4.0), ("RWA", 2.0)]);
    same(&pts, "pts_h", 2023, &[("SAU", 4.0), ("RWA", 4.0)]);
    same(&pts, "pts_s", 2023, &[("SAU", 4.0), ("RWA", 3.0)]);
    let rsf = read("rsf", "rsf/RSF_WorldPressFreedomIndex_2014-2021.csv").unwrap();
    same(&rsf, "rsf_before_2022", 2021, &[("SAU", 62.73), ("DEU", 15.24), ("GRC", 29.01)]);
    assert!(rsf.records.iter().all(|r| r.direction == -1), "in the old method a low score is free");
    let hrps = read("hrps", "fariss-hrps/human_rights_protection_v4.01.csv").unwrap();
    same(
        &hrps,
        "hrps",
        2019,
        &[("SAU", -1.11675379070131), ("DEU", 3.31747419561254), ("IND", -1.06355814134479)],
    );
}

/// Thirteen territories and former states of the Political Terror Scale have no code: `NA` there is no Namibia.
#[test]
fn the_mark_for_no_code_is_not_namibia() {
    let text = "Country,Year,WordBank_Code_A,PTS_A,PTS_H,PTS_S\n\
                Namibia,2023,NAM,2,NA,1\n\
                Somewhere,2023,NA,5,5,5\nElsewhere,2023,na,4,4,4\n";
    let made = import("pts", "p.csv", text.as_bytes()).unwrap();
    same(&made, "pts_a", 2023, &[("NAM", 2.0)]);
    assert_eq!(made.records.len(), 2);
    assert_eq!(made.skipped.iter().map(|s| s.count).sum::<usize>(), 2);
    let Some(pts) = read("pts", "pts/PTS-2024.csv") else { return };
    same(&pts, "pts_a", 2023, &[("NAM", 2.0)]);
    same(&pts, "pts_s", 2023, &[("NAM", 1.0)]);
    assert!(
        !pts.records.iter().any(|r| r.index == "pts_h" && r.country_iso3 == "NAM" && r.year_measured == 2023)
    );
    let without = |name: &str| pts.skipped.iter().find(|s| s.why.starts_with(&format!("`{name}`")));
    assert_eq!(without("Russia-Occupied Areas (Ukraine)").map(|s| s.count), Some(48), "years of the file");
}

/// The publishers' files have each value once, or the test above could not read them.
#[test]
fn a_value_that_stands_twice_refuses_the_file() {
    let text =
        "Country,Year,WordBank_Code_A,PTS_A,PTS_H,PTS_S\nNamibia,2023,NAM,2,NA,1\nNamibia,2023,NAM,2,NA,1\n";
    let error = import("pts", "p.csv", text.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("rows 2 and 3: `pts_a` of NAM in 2023 stands twice"), "{error}");
}

#[test]
fn the_format_of_wjp_on_invented_numbers() {
    let text = "Country,Country Code,Region,Year,WJP Rule of Law Index: Overall Score,Factor 1: Constraints on Government Powers,Factor 4: Fundamental Rights,4.6 Freedom from arbitrary interference with the right to privacy is effectively guaranteed,Factor 8: Criminal Justice\n\
                Albania,ALB,EECA,2017-2018,0.51,0.5,0.6,0.7,0.4\n\
                Albania,ALB,EECA,2024,0.48,0.41,0.58,,0.39\n";
    let wjp = import("wjp", "wjp.csv", text.as_bytes()).unwrap();
    same(&wjp, "wjp", 2018, &[("ALB", 0.51)]);
    same(&wjp, "wjp", 2024, &[("ALB", 0.48)]);
    same(&wjp, "wjp_4_6", 2018, &[("ALB", 0.7)]);
    assert_eq!(wjp.records.iter().filter(|r| r.index == "wjp_4_6").count(), 1, "an empty cell is no value");
}

#[test]
fn the_score_of_rsf_was_turned_round_in_2022() {
    let text = "ISO;Score;Rank;Year (N)\nSAU;32,43;162;2023\nXYZ;1;1;2023\n";
    let rsf = import("rsf", "2023.csv", text.as_bytes()).unwrap();
    same(&rsf, "rsf", 2023, &[("SAU", 32.43)]);
    assert_eq!(rsf.records.first().unwrap().direction, 1);
    assert_eq!(rsf.skipped.len(), 1);
}

#[test]
fn another_file_or_a_word_in_place_of_a_number_is_refused() {
    for (source, text, why) in [
        ("nope", "", "is no source"),
        ("wgi", "a,b\n1,2\n", "expected a table with the columns `code`"),
        ("wgi", "", "found nothing"),
        (
            "pts",
            "Country,Year,WordBank_Code_A,PTS_A,PTS_H,PTS_S\nX,2020,SAU,bad,1,1\n",
            "row 2: `bad` under `PTS_A`",
        ),
        ("pts", "Country,Year,WordBank_Code_A,PTS_A,PTS_H,PTS_S\nX,soon,SAU,1,1,1\n", "`soon` under `Year`"),
        (
            "pts",
            "Country,Year,WordBank_Code_A,PTS_A,PTS_H,PTS_S\nX,2020,QQQ,1,1,1\n",
            "no value of any country",
        ),
        (
            "pts",
            "Country,Year,WordBank_Code_A,PTS_A,PTS_H,PTS_S\nX,2020,SAU,1,9,1\n",
            "row 2: `9` under `PTS_H` is off the scale 1 to 5",
        ),
        (
            "freedom_house",
            "Country/Territory,C/T,Edition,Total,F\nAlbania,c,2021,1500,9\n",
            "row 2: `1500` under `Total` is off the scale -4 to 100",
        ),
        (
            "freedom_house",
            "Country/Territory,C/T,Edition,Total,F,F1\nAlbania,c,2021,50,9,5\n",
            "`5` under `F1` is off the scale 0 to 4",
        ),
        (
            "wgi",
            "code,countryname,year,indicator,estimate,stddev\nALB,A,2020,rl,25,0.1\n",
            "row 2: `25` under `rl` is off the scale -4 to 4",
        ),
        (
            "wgi",
            "code,countryname,year,indicator,estimate,stddev\nALB,A,2020,rl,1,-0.1\n",
            "is not within its interval",
        ),
        (
            "vdem",
            "country_text_id,country_name,year,v2x_rule,v2x_rule_codelow,v2x_rule_codehigh\nALB,A,2020,0.5,0.6,0.7\n",
            "row 2: `0.5` under `v2x_rule` is not within its interval, 0.6 to 0.7",
        ),
        ("freedom_house", "PK\u{3}\u{4}no", "cannot be read"),
    ] {
        let error = import(source, "f", text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

/// A country with these core values (WGI with a standard error of 0.1, V-Dem without interval) in 2020, and `then`
/// five years earlier.
fn made(wgi: f64, vdem: f64, fh: f64, pts: f64, then: Option<f64>) -> Vec<Vintage> {
    let mut rows =
        format!("code,countryname,year,indicator,estimate,stddev,nsource\nALB,A,2020,rl,{wgi},0.1,9\n");
    if let Some(then) = then {
        rows.push_str(&format!("ALB,A,2015,rl,{then},0.1,9\n"));
    }
    let wgi = import("wgi", "w.csv", rows.as_bytes()).unwrap();
    let text = format!("country_text_id,country_name,year,v2x_rule\nALB,A,2020,{vdem}\n");
    let vdem = import("vdem", "v.csv", text.as_bytes()).unwrap();
    let text = format!("Country/Territory,C/T,Edition,Total,F\nAlbania,c,2021,50,{fh}\n");
    let house = import("freedom_house", "f.csv", text.as_bytes()).unwrap();
    let text = format!("Country,Year,WordBank_Code_A,PTS_A,PTS_H,PTS_S\nA,2020,ALB,{pts},NA,1\n");
    let pts = import("pts", "p.csv", text.as_bytes()).unwrap();
    vec![
        vintage("wgi", "w", "2021-09-01", wgi),
        vintage("vdem", "v", "2021-03-01", vdem),
        vintage("freedom_house", "f", "2021-03-01", house),
        vintage("pts", "p", "2021-03-01", pts),
    ]
}

fn ask(vintages: &[Vintage], day: &str) -> Dossier {
    let method = Method::parse(METHOD).unwrap();
    dossier(place("AL").unwrap(), parse_date(day).unwrap(), None, vintages, &[], &method)
}

#[test]
fn tiers_by_the_rules_of_the_method() {
    for (wgi, vdem, fh, pts, then, tier) in [
        // all high, none straddling
        (1.5, 0.95, 15.0, 1.0, None, "T1"),
        // a middle one
        (1.5, 0.60, 15.0, 1.0, None, "T2"),
        // one low
        (1.5, 0.60, 4.0, 1.0, None, "T3"),
        // -0.4 with a standard error of 0.1 straddles the cut at -0.5
        (-0.4, 0.60, 9.0, 1.0, None, "T3"),
        // one high and one low are two bands apart; that is a low one, too
        (1.5, 0.20, 15.0, 1.0, None, "T3"),
        // high five years ago, middle now
        (0.2, 0.60, 9.0, 1.0, Some(1.5), "T3"),
        // two low
        (-1.5, 0.20, 9.0, 1.0, None, "T4"),
        // political terror at 4 in one series
        (1.5, 0.95, 15.0, 4.0, None, "T4"),
    ] {
        let found = ask(&made(wgi, vdem, fh, pts, then), "2022-01-01");
        assert_eq!(found.tiering.as_it_stands.as_deref(), Some(tier), "{wgi} {vdem} {fh} {pts} {then:?}");
        let gate = found.tiering.for_the_gate.unwrap();
        assert!(found.tiering.reached.contains(&gate) && gate.as_str() >= tier, "the most protective one");
        assert_eq!(found.tiering.missing, ["wjp"]);
    }
    // far from every cut nothing changes the tier, and that is said
    assert!(ask(&made(1.5, 0.95, 15.0, 1.0, None), "2022-01-01").tiering.stable);
    // next to one it does
    let near = ask(&made(1.5, 0.75, 15.0, 1.0, None), "2022-01-01").tiering;
    assert_eq!((near.as_it_stands.as_deref(), near.for_the_gate.as_deref()), (Some("T1"), Some("T2")));
    assert!(!near.stable);
    assert!(near.varied.iter().any(|v| v.how.contains("10 percent") && v.tier.as_deref() == Some("T2")));
}

#[test]
fn too_few_core_indices_give_no_tier_and_missing_is_not_middle() {
    let some: Vec<Vintage> =
        made(1.5, 0.95, 15.0, 1.0, None).into_iter().filter(|v| v.source != "vdem").collect();
    let found = ask(&some, "2022-01-01").tiering;
    assert!(found.insufficient.unwrap().starts_with("RL_INSUFFICIENT"));
    assert_eq!(found.for_the_gate, None);
    assert!(!found.stable);
}

#[test]
fn nothing_is_known_before_it_is_published_and_editions_are_not_mixed() {
    let mut vintages = made(1.5, 0.95, 15.0, 1.0, Some(1.4));
    let before = ask(&vintages, "2021-08-31");
    assert!(before.readings.iter().all(|r| r.index != "wgi_rl"));
    assert!(before.notes.iter().any(|n| n.contains("wgi w")));
    // a new edition revises the past: its series stands alone
    let text = "code,countryname,year,indicator,estimate,stddev,nsource\nALB,A,2021,rl,-1.5,0.1,9\n";
    vintages.push(vintage("wgi", "w2", "2022-09-01", import("wgi", "w2.csv", text.as_bytes()).unwrap()));
    let after = ask(&vintages, "2022-09-01");
    let reading = after.readings.iter().find(|r| r.index == "wgi_rl").unwrap();
    assert_eq!((reading.vintage.vintage.as_str(), reading.series.len()), ("w2", 1));
    assert_eq!(reading.trend, None, "no trend across editions");
    assert_eq!(reading.age_months, 9);
    let on_the_day_before = ask(&vintages, "2022-08-31");
    let reading = on_the_day_before.readings.iter().find(|r| r.index == "wgi_rl").unwrap();
    assert_eq!((reading.vintage.vintage.as_str(), reading.trend), ("w", Some("inside the noise")));
}

#[test]
fn findings_need_a_right_of_reply_and_count_for_the_same_agency_only() {
    let finding = |reply: &str| {
        format!(
            "schema = \"findings/1\"\n[[finding]]\nid = \"F-1\"\ncountry = \"AL\"\nkind = \"confirmed_misuse\"\n\
             date = \"2020-05-01\"\ntitle = \"Phones of two reporters\"\nfound_by = \"Invented Lab\"\n\
             agency = \"State Signals Office\"\ntext = \"Forensic traces on both phones.\"\n\
             source = \"https://example.org/report\"\ntier = \"E1\"\nstatus = \"stands\"\n{reply}"
        )
    };
    let error = findings("f.toml", &finding("")).unwrap_err().to_string();
    assert!(error.contains("right of reply"), "{error}");
    let asked = finding("[[finding.reply]]\nby = \"State Signals Office\"\non = \"2020-04-01\"\n");
    let all = findings("f.toml", &asked).unwrap();
    let method = Method::parse(METHOD).unwrap();
    let vintages = made(1.5, 0.95, 15.0, 1.0, None);
    let of = |agency: Option<&str>, day: &str| {
        dossier(place("ALB").unwrap(), parse_date(day).unwrap(), agency, &vintages, &all, &method)
    };
    let same = of(Some("state signals office"), "2022-01-01");
    assert_eq!(same.tiering.for_the_gate.as_deref(), Some("T4"));
    assert_eq!(same.findings.len(), 1);
    // may be the same: counts, and says so
    let like = of(Some("State Signals Office (SSO)"), "2022-01-01");
    assert_eq!(like.tiering.for_the_gate.as_deref(), Some("T4"));
    assert!(like.notes.iter().any(|n| n.contains("may be `State Signals Office (SSO)`")), "{:?}", like.notes);
    let other = of(Some("Ministry of Health"), "2022-01-01");
    assert_eq!(other.tiering.for_the_gate.as_deref(), Some("T1"));
    assert!(other.notes.iter().any(|n| n.contains("State Signals Office")));
    // after five years it no longer counts for the tier, and is still shown
    let late = of(Some("State Signals Office"), "2025-05-02");
    assert_eq!((late.tiering.for_the_gate.as_deref(), late.findings.len()), (Some("T1"), 1));
    // before it was made nobody knew
    assert!(of(None, "2020-04-30").findings.is_empty());
    for (from, to, why) in [
        ("findings/1", "findings/9", "`findings/9`"),
        ("country = \"AL\"", "country = \"QQ\"", "no country"),
        ("tier = \"E1\"", "tier = \"E9\"", "evidence tier"),
        ("kind = \"confirmed_misuse\"", "kind = \"rumour\"", "rumour"),
        ("title =", "titel =", "titel"),
    ] {
        let error = findings("f.toml", &asked.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn a_chart_shows_interval_cuts_and_what_is_missing() {
    let found = ask(&made(1.5, 0.95, 15.0, 1.0, Some(1.4)), "2022-01-01");
    let wgi = chart(found.readings.iter().find(|r| r.index == "wgi_rl").unwrap(), "A <& \"B\"");
    assert!(wgi.contains("<polygon") && wgi.contains("stroke-dasharray") && wgi.contains("90 percent"));
    assert!(wgi.contains("A &lt;&amp; &quot;B&quot;"));
    let vdem = chart(found.readings.iter().find(|r| r.index == "vdem_rule").unwrap(), "A");
    assert!(!vdem.contains("<polygon") && vdem.contains("uncertainty not published"));
    let pts = chart(found.readings.iter().find(|r| r.index == "pts_a").unwrap(), "A");
    assert!(pts.contains("up is worse"));
    // the caption speaks of dashed lines only where there are some, and of numbers with a point
    let text = "ISO;Score;Year (N)\nALB;32,43;2020\n";
    let rsf = vintage("rsf", "r", "2021-04-20", import("rsf", "r.csv", text.as_bytes()).unwrap());
    let press = ask(&[rsf], "2022-01-01");
    let press = chart(press.readings.first().unwrap(), "A");
    assert!(!press.contains("dashed") && press.contains("32.43") && !press.contains("32,43"), "{press}");
}

#[test]
fn a_method_that_cannot_work_is_refused() {
    for (from, to, why) in [
        ("id = \"wgi_va\"", "id = \"wgi_rl\"", "stands twice"),
        ("low = { below = -0.5 }", "", "needs both"),
        ("minimum_core = 3", "minimum_core = 3\nx = 1", "unknown field"),
        ("limits = [-4.0, 4.0]\ncore", "limits = [-1.0, 4.0]\ncore", "narrower"),
    ] {
        assert!(METHOD.contains(from));
        let error = Method::parse(&METHOD.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}
