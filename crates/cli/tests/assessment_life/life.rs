//! The whole life of one assessment: roster, draft, comments with answers, review, final, gate, misuse, suspension,
//! revocation; and on each day the decision that was right on that day.

use std::path::PathBuf;

use super::common::{self, Ran};
use super::town::{Town, faketime_is_there, stage_d};

#[test]
fn from_the_roster_to_the_revocation() {
    if !faketime_is_there() {
        return;
    }
    let town = Town::new();
    let keys = town.begin(&[
        ("waal", "Waal Rights Assessors", "assessor"),
        ("minho", "Minho Institute", "assessor"),
        ("panel", "The Panel", "adjudicator"),
        ("finder", "The Lab", "investigator"),
        ("someone", "", ""),
    ]);
    let [waal, minho, ..] = keys.as_slice() else { panic!("five keys") };

    // the assessor at work
    let file = town.example("kit-cl.yaml", ("waal", waal), ("minho", minho));
    let text = std::fs::read_to_string(&file).unwrap();
    // the stage D assessment of the same version, first
    let lint = town.on("2026-02-10", &["assess", "lint", &file, "--json"]);
    let open: Vec<String> = lint.json()["notes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|n| n["level"] == "open" || n["level"] == "stops")
        .map(|n| n["rule"].as_str().unwrap().to_owned())
        .collect();
    // the register's own rosters tell whose the keys are
    assert_eq!(open, [""; 0], "{}", lint.out);
    let stage_d = stage_d(&text);
    let file_d = town.write("kit-d.yaml", &stage_d);

    let key = |who: &str| town.path(&format!("{who}.key"));
    let draft = |town: &Town, file: &str, dir: &str| -> String {
        let out = town.path(dir);
        town.on("2026-02-20", &["assess", "seal", file, "--out", &out]).expect(0);
        let sign = ["assess", "sign", &out, "--key", &key("waal"), "--comment-until", "2026-03-29"];
        town.on("2026-02-20", &sign).expect(0);
        Town::digest(&town.on("2026-02-20", &["assess", "publish", &out]).expect(0))
    };
    let draft_d = draft(&town, &file_d, "draft-d");
    let draft_s = draft(&town, &file, "draft-s");

    // a comment without a name, and its answer
    let say = [
        "assess",
        "comment",
        "assessment:kit-cl",
        "--text",
        "who holds the second key?",
        "--key",
        &key("someone"),
    ];
    let comment = Town::digest(&town.on("2026-03-01", &say).expect(0));
    let answer = [
        "assess",
        "respond",
        &comment,
        "--rejected",
        "--reason",
        "a judge; see CT-01",
        "--key",
        &key("waal"),
    ];
    // not by one who is no assessor
    let someone = key("someone");
    let refused = town.on("2026-03-02", &[&answer[..6], &["--key", &someone]].concat());
    assert_eq!(refused.code, 2, "{}", refused.err);
    let early = town.gate("2026-03-05", &[]);
    assert_eq!(early.0, 30, "no final text yet: {}", early.1);

    // final, with the reviewer
    let last = |town: &Town, file: &str, dir: &str, draft: &str, day: &str| -> String {
        let out = town.path(dir);
        town.on(day, &["assess", "seal", file, "--out", &out]).expect(0);
        let unreviewed =
            town.on(day, &["assess", "sign", &out, "--key", &key("waal"), "--final", "--draft", draft]);
        assert_eq!(unreviewed.code, 2, "{}", unreviewed.err);
        town.on(day, &["assess", "review", &out, "--document", file, "--key", &key("minho")]).expect(0);
        town.on(day, &["assess", "sign", &out, "--key", &key("waal"), "--final", "--draft", draft]).expect(0);
        Town::digest(&town.on(day, &["assess", "publish", &out]).expect(0))
    };
    town.on("2026-03-02", &answer).expect(0);
    last(&town, &file_d, "final-d", &draft_d, "2026-03-30");
    last(&town, &file, "final-s", &draft_s, "2026-03-30");

    let (code, gate) = town.gate("2026-04-15", &[]);
    assert_eq!((code, gate["gate"]["verdict"].as_str()), (0, Some("GATE_PASS")), "{gate:#}");

    // that exact sale and no neighbouring one
    let stopped = |change: &[(&str, &str)], rule: &str| {
        let (code, gate) = town.gate("2026-04-15", change);
        let cited: Vec<&str> = gate["gate"]["determining"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["rule"].as_str().unwrap())
            .collect();
        assert!(code == 30 && cited.contains(&rule), "{change:?}: {code} {cited:?}");
    };
    stopped(&[("Laboratorio de Evidencia Digital", "Another Agency")], "GATE-SCOPE");
    stopped(&[("version: '4.1'", "version: '4.2'")], "GATE-SCOPE");
    let reseller = "  - {id: reseller, name: A Reseller, kind: organisation, roles: [intermediate_consignee], country: AR, \
                    listings: none, owners: none}\nitem:";
    stopped(&[("item:", reseller)], "GATE-SCOPE");
    stopped(&[("destination: CL", "destination: PE")], "GATE-SCOPE");
    let (late, gate) = town.gate("2027-03-31", &[]);
    assert!(late == 30 && gate.to_string().contains("GATE-EXP"), "{gate:#}");
    assert_eq!(town.gate("2026-03-29", &[]).0, 30, "uploaded after the act");

    // the end user is found to have misused another tool, probably: nobody acts, and from the eleventh day on the
    // assessment is suspended all the same, until the panel has looked at it
    town.finding("2026-04-20", "probable");
    let verdict = |day: &str| town.gate(day, &[]).1["gate"]["verdict"].as_str().unwrap().to_owned();
    assert_eq!(verdict("2026-04-30"), "GATE_PASS");
    assert_eq!(verdict("2026-05-01"), "GATE_INCOMPLETE");
    let shown = town.on("2026-05-01", &["assess", "show", "assessment:kit-cl"]);
    assert!(
        shown.out.contains("misuse_report: entry") && shown.out.contains("probable finding, E3"),
        "{}",
        shown.out
    );
    let panel_key = key("panel");
    let taken_up = [
        "assess",
        "suspend",
        "assessment:kit-cl",
        "--trigger",
        "misuse_report",
        "--since",
        "2026-04-20",
        "--reason",
        "looked at",
        "--key",
        &panel_key,
        "--name",
        "The Panel",
    ];
    let suspension = Town::digest(&town.on("2026-05-02", &taken_up).expect(0));
    let reinstate = [
        "assess",
        "reinstate",
        &suspension,
        "--since",
        "2026-05-10",
        "--reason",
        "another unit, which was dissolved",
        "--key",
        &panel_key,
        "--name",
        "The Panel",
    ];
    town.on("2026-05-10", &reinstate).expect(0);
    assert_eq!(verdict("2026-05-09"), "GATE_INCOMPLETE");
    assert_eq!(verdict("2026-05-10"), "GATE_PASS");

    // misuse is found, the panel suspends, then revokes
    let finding = std::fs::read_to_string(common::root().join("examples/register/incident.yaml")).unwrap();
    let incident = town.write("incident.yaml", &finding);
    let reported = town.on("2026-06-01", &["register", "append", &incident, "--key", &key("someone")]);
    let because: Vec<String> = if reported.code == 0 { vec![Town::digest(&reported)] } else { Vec::new() };
    let because: Vec<&str> = because.iter().flat_map(|d| ["--because-of", d.as_str()]).collect();
    let suspend = [
        "assess",
        "suspend",
        "assessment:kit-cl",
        "--trigger",
        "misuse_report",
        "--since",
        "2026-06-01",
        "--reason",
        "phones of journalists",
        "--key",
        &key("panel"),
        "--name",
        "The Panel",
    ];
    let suspension = town.on("2026-06-05", &[&suspend[..], &because].concat()).expect(0);
    assert_eq!(Town::digest(&suspension).len(), 64);
    let revoke = [
        "assess",
        "revoke",
        "assessment:kit-cl",
        "--ground",
        "REV-01",
        "--since",
        "2026-06-01",
        "--reason",
        "confirmed",
        "--key",
        &key("panel"),
    ];
    town.on("2026-07-01", &revoke).expect(0);

    // each day has the decision of that day
    assert_eq!(verdict("2026-06-04"), "GATE_PASS");
    assert_eq!(verdict("2026-06-05"), "GATE_INCOMPLETE");
    assert_eq!(verdict("2026-06-30"), "GATE_INCOMPLETE");
    assert_eq!(verdict("2026-07-01"), "GATE_STOP");

    let shown = town.on("2026-07-02", &["assess", "show", "assessment:kit-cl"]);
    for text in
        ["revoked on 2026-07-02", "who holds the second key?", "rejected: a judge; see CT-01", "withheld: "]
    {
        assert!(shown.out.contains(text), "{text} is not in\n{}", shown.out);
    }
    assert!(!shown.out.contains("vulnerability ledger review"), "what is withheld is shown");
    town.on("2026-07-02", &["register", "verify"]).expect(0);
    // what was withheld can be opened, and fits
    let opened: PathBuf = town.desk.path("opened.json");
    let disclose = [
        "assess",
        "disclose",
        &town.path("final-s"),
        "--path",
        "answers/PC-12",
        "-o",
        &opened.display().to_string(),
    ];
    town.on("2026-07-03", &disclose).expect(0);
    assert!(std::fs::read_to_string(opened).unwrap().contains("vulnerability ledger review"));
    what_is_found_reaches_dossier_gate_and_assessor(&town, &file);
}

/// A confirmed finding about the end user: in the dossier, at the gate, before the next assessor; and ties in a file.
fn what_is_found_reaches_dossier_gate_and_assessor(town: &Town, file: &str) {
    let agency = "Laboratorio de Evidencia Digital";
    let confirmed = town.finding("2026-07-10", "confirmed");
    let register = town.path("register");
    let country = ["country", "CL", "--register", &register, "--agency", agency, "--json"];
    let before = town.on("2026-07-20", &[&country[..], &["--as-of", "2026-07-09"]].concat()).expect(0).json();
    assert_eq!(before["findings"].as_array().unwrap().len(), 1, "the probable one");
    assert!(before["tiering"]["for_the_gate"].is_null());
    let dossier = town.on("2026-07-20", &country).expect(0);
    assert_eq!(dossier.json()["tiering"]["for_the_gate"], "T4", "confirmed misuse outranks any index");
    assert_eq!(dossier.json()["findings"][0]["kind"], "confirmed_misuse");
    let (_, gate) = town.gate("2026-07-10", &[]);
    assert_eq!(gate["dossiers"][0]["dossier"][0], "T4", "{gate:#}");
    assert!(gate["gate"]["determining"].to_string().contains("GATE-ROL"), "{gate:#}");

    // the next assessor answers to both, or the question has no answer
    let lint = ["assess", "lint", file, "--register", &register, "--json"];
    let rules = |ran: &Ran, level: &str| -> Vec<String> {
        let json = ran.json();
        let notes = json["notes"].as_array().unwrap().iter().filter(|n| n["level"] == level);
        notes.map(|n| format!("{}: {}", n["rule"].as_str().unwrap(), n["text"].as_str().unwrap())).collect()
    };
    let unanswered = rules(&town.on("2026-07-20", &lint), "open");
    let about = unanswered.iter().find(|note| note.starts_with("EN-03")).unwrap();
    assert!(about.contains("cites it") && about.contains(&confirmed), "{about}");
    let text = std::fs::read_to_string(file).unwrap();
    let line = text.lines().find(|line| line.starts_with("  EN-03:")).unwrap();
    let probable = town.probable();
    let answer = format!(
        "  EN-03: {{answer: confirmed_remedied, tier: E3, evidence: [{{text: the finding, sha256: {confirmed}}}, \
         {{text: 'the earlier one, {probable}'}}]}}"
    );
    let answered = town.write("answered.yaml", &text.replace(line, &answer));
    let lint = ["assess", "lint", &answered, "--register", &register, "--json"];
    let open = rules(&town.on("2026-07-20", &lint), "open");
    assert!(!open.iter().any(|note| note.starts_with("EN-03")), "{open:?}");

    // the dossier goes into a new text as it is
    let saved = town.write("cl.json", &dossier.out);
    let new = town.path("new.yaml");
    let (assessor, reviewer) = (town.path("waal.key.pub"), town.path("minho.key.pub"));
    let begin = [
        "assess",
        "new",
        "--stage",
        "S",
        "--id",
        "kit-cl-2",
        "--product",
        "Extraction Kit",
        "--version",
        "4.1",
        "--vendor",
        "Amstel Device Lab BV,NL",
        "--end-user",
        "Laboratorio de Evidencia Digital,CL",
        "--destination",
        "CL",
        "--assessor",
        "Waal Rights Assessors,BE",
        "--assessor-key",
        &assessor,
        "--reviewer",
        "Minho Institute,PT",
        "--reviewer-key",
        &reviewer,
        "--dossier",
        &saved,
        "-o",
        &new,
    ];
    town.on("2026-07-20", &begin).expect(0);
    let lint = ["assess", "lint", &new, "--json"];
    let stops = rules(&town.on("2026-07-20", &lint), "stops");
    assert!(stops.iter().any(|note| note.starts_with("GATE-ROL: tier T4")), "{stops:?}");
    let elsewhere: Vec<&str> = begin.iter().map(|arg| if *arg == "CL" { "PE" } else { arg }).collect();
    let refused = town.on("2026-07-20", &elsewhere).expect(2);
    assert!(refused.err.contains("it is the dossier of `CL`"), "{}", refused.err);

    // a vendor that owns a part of the assessor, as a file about owners has it
    let owners = town.write("owners.json", OWNERS);
    let lint = ["assess", "lint", file, "--owners", &owners, "--json"];
    let stops = rules(&town.on("2026-02-10", &lint), "stops");
    assert!(
        stops.iter().any(|note| note.starts_with("IND-01") && note.contains("tied by ownership")),
        "{stops:?}"
    );
}

const OWNERS: &str = r#"{"id":"a","schema":"Company","properties":{"name":["AMSTEL Device Lab BV"]}}
{"id":"h","schema":"Company","properties":{"name":["A Holding"]}}
{"id":"w","schema":"Company","properties":{"name":["Waal Rights Assessors"]}}
{"id":"o1","schema":"Ownership","properties":{"owner":["a"],"asset":["h"],"percentage":["60"]}}
{"id":"o2","schema":"Ownership","properties":{"owner":["h"],"asset":["w"],"percentage":["30"]}}
"#;
