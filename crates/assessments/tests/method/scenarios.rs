//! What the method says in its own words, tried on one transaction at a time.

use crate::common::{day, good, set};
use countersign_assessments::{
    Answer, Answered, Assessment, Day, Evidence, Fact, Gap, GateInput, IndexValue, Level, Logged, Mark,
    NewAssessment, Report, RuleOfLaw, RuleOfLawTier, Side, Stage, Stop, Tier, Value, evaluate_document,
    gate_facts, lint, new_assessment, unanswered,
};
use countersign_model::{CountryCode, Digest};

fn report(of_product: bool, of_end_user: bool) -> Report {
    Report {
        record: Digest::of(b"a finding"),
        label: "entry 7, confirmed finding, E3".to_owned(),
        text: "used against journalists".to_owned(),
        of_product,
        of_end_user,
    }
}

fn answer(word: &str, evidence: &[&str]) -> Answer {
    let mut answer = Answer::new(Value::Word(word.into()), Tier::E3);
    answer.evidence =
        evidence.iter().map(|text| Evidence { text: (*text).to_owned(), sha256: None }).collect();
    answer
}

fn stops(document: &Assessment, report: Report) -> (Vec<String>, Vec<String>) {
    let judged = evaluate_document(document, &set(), &[report], day("2026-05-01"));
    let owned = |ids: Vec<&str>| ids.into_iter().map(str::to_owned).collect();
    (owned(judged.unknown_stop()), owned(judged.stop()))
}

/// Trap 18 and section 1.4: what is on record outranks "none found", and unknown never passes.
#[test]
fn a_report_in_the_register_must_be_answered() {
    let record = Digest::of(b"a finding").to_string();
    let mut document = good();
    assert_eq!(stops(&document, report(false, false)), (vec![], vec![]));
    assert_eq!(stops(&document, report(true, false)).0, ["VG-05"]);
    assert_eq!(stops(&document, report(false, true)).0, ["EN-03"]);
    assert_eq!(stops(&document, report(true, true)).0, ["VG-05", "EN-03"]);
    // cited, and denied all the same
    document.answers.insert("EN-03".into(), answer("none_found", &[&record]));
    assert_eq!(stops(&document, report(false, true)).0, ["EN-03"]);
    let why = &unanswered(&document, &[report(false, true)])[0].why;
    assert!(why.contains("entry 7") && why.contains("says that there is nothing"), "{why}");
    // cited where it belongs: the answer counts, and means what it says
    document.answers.insert("EN-03".into(), answer("confirmed_remedied", &["court file", &record]));
    assert_eq!(stops(&document, report(false, true)), (vec![], vec![]));
    document.answers.insert("EN-03".into(), answer("confirmed_unremedied", &[&record]));
    assert_eq!(stops(&document, report(false, true)).1, ["EN-03"]);
    // an answer that stops is not made better by leaving the report out
    document.answers.insert("EN-03".into(), answer("confirmed_unremedied", &["court file"]));
    assert_eq!(stops(&document, report(false, true)).1, ["EN-03"]);
}

/// Section 1.4: a word of vendor or end user alone settles no question that stops.
#[test]
fn a_word_alone_settles_nothing() {
    let mut document = good();
    for question in set().questions().filter(|q| q.stop.is_some() && q.is_asked_of(Side::Sell)) {
        if let Some(answer) = document.answers.get_mut(&question.id) {
            answer.tier = Tier::E4;
        }
    }
    let judged = evaluate_document(&document, &set(), &[], day("2026-05-01"));
    for (id, one) in &judged.questions {
        if set().get(id).unwrap().stop.is_some() {
            assert!(matches!(one.answered, Answered::Unknown(_)) && one.stop == Stop::Unknown, "{id}");
        }
    }
}

fn residual(document: &Assessment) -> serde_json::Value {
    facts(document, &[]).get("residual").cloned().unwrap_or_default()
}

/// Section 1.2: ten rights at least, a floor under the likelihood where misuse is documented. A register with gaps does
/// not show that the rest is within its limits, so that the gate does not know.
#[test]
fn an_impact_register_with_gaps_leaves_the_residual_risk_unknown() {
    let mark = |n| Mark::try_from(n).unwrap();
    assert_eq!(residual(&good())["severity"], 3);
    let mut short = good();
    short.impacts.pop();
    assert!(residual(&short).is_null());
    let mut floor = good();
    floor.answers.insert("EN-03".into(), answer("confirmed_remedied", &[]));
    assert!(residual(&floor).is_null());
    floor.impacts.iter_mut().for_each(|impact| impact.inherent.likelihood = mark(4));
    assert_eq!(residual(&floor)["severity"], 3);
    // what is beyond the limits is beyond them with gaps as well
    short.impacts[0].residual.scale = mark(5);
    short.impacts[0].residual.likelihood = mark(3);
    assert_eq!(
        (residual(&short)["severity"].as_u64(), residual(&short)["likelihood"].as_u64()),
        (Some(5), Some(3))
    );
}

/// Section 3.5: the most protective tier of the set counts, and the analysis is printed.
#[test]
fn a_section_out_of_a_dossier_is_read_back_as_it_was() {
    let section = RuleOfLaw {
        dated: Day(day("2026-05-01")),
        indices: vec![IndexValue {
            index: "wgi_rl".into(),
            year: 2024,
            vintage: "2025".into(),
            value: "-0.8064".into(),
            low: Some("-1.1".into()),
            high: None,
        }],
        core_indices: 3,
        tiers: vec![RuleOfLawTier::T4, RuleOfLawTier::T3],
        sensitivity_printed: Fact::Yes,
        sensitivity: vec!["without wgi_rl: T3".into(), "cut points 10 percent up: 'T4'".into()],
        t4_exception: None,
    };
    let country = |c: &str| CountryCode::new(c).unwrap();
    let new = NewAssessment {
        id: "n",
        stage: Stage::S,
        side: Side::Sell,
        product: ("Kit", "4.1"),
        vendor: ("V", country("NL")),
        end_user: Some(("E", country("MX"))),
        destination: Some(country("MX")),
        assessor: ("A", country("BE"), "k1"),
        reviewer: ("B", country("PT"), "k2"),
        started: day("2026-05-02"),
        rule_of_law: Some(&section),
    };
    let document = Assessment::parse(&new_assessment(&new, &set()), "new.yaml").unwrap();
    assert_eq!(document.rule_of_law, Some(section));
    assert_eq!(document.answers["RL-02"].answer, Value::Word("T4".into()));
    let evaluation = evaluate_document(&document, &set(), &[], day("2026-05-02"));
    let notes = lint(&document, &evaluation, &[], &[], None, day("2026-05-02"));
    assert!(notes.iter().any(|n| n.level == Level::Stops && n.rule == "GATE-ROL"), "{notes:?}");
}

fn facts(document: &Assessment, publication: &[Gap]) -> serde_json::Value {
    let evaluation = evaluate_document(document, &set(), &[], day("2026-05-01"));
    let logged = Logged::default();
    let input = GateInput {
        document,
        evaluation: &evaluation,
        independence: &[],
        publication,
        logged: &logged,
        redaction: None,
        root: Digest::of(b"x"),
        inclusion_proven: true,
        events: &[],
    };
    gate_facts(&input, &[])
}

/// Sections 3.4, 3.5 and 8 (GATE-ROL): the values of the section make its core indices and its tier, not what is declared of them.
#[test]
fn the_values_of_a_section_are_read() {
    let with = |rows: &[(&str, i16, &str)], dated: &str| {
        let mut document = good();
        document.answers.insert("RL-02".into(), Answer::new(Value::Word("T1".into()), Tier::E2));
        let section = document.rule_of_law.as_mut().unwrap();
        section.dated = Day(day(dated));
        section.tiers = vec![RuleOfLawTier::T1];
        section.core_indices = 3;
        section.indices = rows
            .iter()
            .map(|(index, year, value)| IndexValue {
                index: (*index).into(),
                year: *year,
                vintage: "2025".into(),
                value: (*value).into(),
                low: None,
                high: None,
            })
            .collect();
        document
    };
    let of = |document: &Assessment| {
        let evaluation = evaluate_document(document, &set(), &[], day("2026-05-01"));
        let notes = lint(document, &evaluation, &[], &[], None, day("2026-05-01"));
        let worst = notes.iter().filter(|n| n.rule == "GATE-ROL").map(|n| n.level).min();
        (worst, facts(document, &[])["rule_of_law"].clone())
    };
    let best = [("wgi_rl", 2024, "2.0"), ("vdem_rule", 2024, "0.95"), ("fh_f", 2024, "16")];
    let (worst, known) = of(&with(&best, "2026-01-15"));
    assert_eq!(
        (worst, &known["core_indices"], &known["tiers"]),
        (None, &3.into(), &serde_json::json!(["T1"]))
    );
    // three core indices at their worst, declared T1
    let low = [("wgi_rl", 2024, "-2.0"), ("vdem_rule", 2024, "0.05"), ("fh_f", 2024, "1")];
    let (worst, known) = of(&with(&low, "2026-01-15"));
    assert_eq!(worst, Some(Level::Stops));
    assert!(known["tiers"].as_array().unwrap().contains(&"T4".into()), "{known}");
    // one core index low: conditional at best
    let one = [("wgi_rl", 2024, "-2.0"), ("vdem_rule", 2024, "0.95"), ("fh_f", 2024, "16")];
    assert_eq!(of(&with(&one, "2026-01-15")).0, Some(Level::Conditions));
    // three are declared, and the values are not three core indices
    for rows in [
        vec![],
        vec![("wgi_rl", 2024, "2"), ("wgi_rl", 2023, "2"), ("wgi_rl", 2022, "2")],
        vec![("pts_a", 2024, "5"), ("rsf", 2024, "10"), ("eiu", 2024, "1")],
        vec![("wgi_rl", 1996, "2"), ("vdem_rule", 1996, "0.95"), ("fh_f", 1996, "16")],
    ] {
        let (worst, known) = of(&with(&rows, "2026-01-15"));
        assert_eq!(worst, Some(Level::Open), "{rows:?}");
        assert!(known["core_indices"].as_u64().unwrap() < 3, "{rows:?}");
    }
    // one value is off its scale, or of a year to come: what the others are worth is open
    for wrong in [("wgi_rl", 2024, "25"), ("fh_f", 2024, "1500"), ("fh_f", 2030, "15"), ("wjp", 2024, "9.9")]
    {
        let mut rows = best.to_vec();
        rows.push(wrong);
        let (worst, known) = of(&with(&rows, "2026-01-15"));
        assert_eq!(worst, Some(Level::Open), "{wrong:?}");
        assert!(known.get("core_indices").is_none(), "{wrong:?}");
    }
    // dated after the days for comments began
    assert_eq!(of(&with(&best, "2026-02-21")).0, Some(Level::Open));
    assert_eq!(of(&with(&best, "2027-01-15")).0, Some(Level::Open));
}

/// Section 2: are all questions that are asked answered? One that nobody answered, or that is withheld, may hide a red flag.
#[test]
fn every_question_is_answered_in_public() {
    let asked: Vec<String> =
        set().questions().filter(|q| q.is_asked_of(Side::Sell)).map(|q| q.id.clone()).collect();
    assert_eq!(facts(&good(), &[])["answers"]["unmitigated_red_flags"], "none");
    for id in asked {
        let mut document = good();
        document.answers.shift_remove(&id).unwrap();
        let known = facts(&document, &[]);
        assert!(known["answers"].get("unmitigated_red_flags").is_none(), "{id}: the gate is incomplete");
        let evaluation = evaluate_document(&document, &set(), &[], day("2026-05-01"));
        let notes = lint(&document, &evaluation, &[], &[], None, day("2026-05-01"));
        let open = |note: &&countersign_assessments::Note| note.rule == id && note.level == Level::Open;
        assert_eq!(notes.iter().filter(open).count(), 1, "{id}");
    }
}

/// Section 2: an answer that does not count is unknown, and unknown does not make a red flag go away.
#[test]
fn an_answer_that_does_not_count_raises_the_red_flag_of_its_question() {
    for question in set().questions().filter(|q| q.is_asked_of(Side::Sell) && q.stop.is_none()) {
        let mut document = good();
        document.answers.insert(question.id.clone(), Answer::new(Value::Word("unknown".into()), Tier::E1));
        let known = facts(&document, &[]);
        assert_eq!(known["answers"]["unmitigated_red_flags"], serde_json::json!([question.id]));
        // a mitigation answers it like any other
        document.impacts[0].mitigations[0].answers.push(question.id.clone());
        assert_eq!(facts(&document, &[])["answers"]["unmitigated_red_flags"], "none", "{}", question.id);
    }
}

/// Question set, global rules: a stop overrides everything but the exception for tier T4.
#[test]
fn only_the_exception_lifts_the_stop_of_tier_four() {
    let mut document = good();
    document.answers.insert("RL-02".into(), Answer::new(Value::Word("T4".into()), Tier::E2));
    let section = document.rule_of_law.as_mut().unwrap();
    section.tiers = vec![RuleOfLawTier::T4];
    let stops = |document: &Assessment| facts(document, &[])["answers"]["stop"].clone();
    assert_eq!(stops(&document), serde_json::json!(["RL-02"]));
    for reasons in ["", "  "] {
        document.rule_of_law.as_mut().unwrap().t4_exception = Some(reasons.to_owned());
        assert_eq!(stops(&document), serde_json::json!(["RL-02"]), "an exception without reasons is none");
        assert!(facts(&document, &[])["rule_of_law"].get("t4_exception").is_none());
    }
    document.rule_of_law.as_mut().unwrap().t4_exception =
        Some("another unit, under a court of its own".to_owned());
    assert_eq!(stops(&document), "none");
    assert_eq!(facts(&document, &[])["rule_of_law"]["t4_exception"], "yes");
    // no other stop is lifted by it
    document.answers.insert("LF-01".into(), Answer::new(Value::Word("no".into()), Tier::E2));
    assert_eq!(stops(&document), serde_json::json!(["LF-01"]));
}

/// A publication rule that is open is not one that holds.
#[test]
fn what_is_open_of_the_publication_leaves_the_gate_incomplete() {
    let gap =
        |failed| Gap { rule: "PUB-03".into(), failed, why: "whether it is anonymous is not said".into() };
    let failed = |gaps: &[Gap]| facts(&good(), gaps)["publication"].get("failed").cloned();
    assert_eq!(failed(&[]), Some("none".into()));
    assert_eq!(failed(&[gap(false)]), None);
    assert_eq!(failed(&[gap(true), gap(false)]), Some(serde_json::json!(["PUB-03"])));
}
