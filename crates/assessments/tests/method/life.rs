//! Publication, life cycle, lint, the new file, and the facts for the gate.

use crate::common::{day, good, good_yaml, roster, set};
use countersign_assessments::{
    Answer, Answered, Assessment, CaseParty, Checked, Day, Disposition, Event, Fact, GateInput, Known, Level,
    LifeFault, Logged, Mark, NewAssessment, Outcome, RuleOfLawTier, Side, Stage, State, Stop, Tier, Value,
    challenge_deadlines, check_independence, check_life, check_publication, comment_days, evaluate_document,
    gate_facts, lint, new_assessment, official_languages, state_at, valid_to,
};
use countersign_model::{CountryCode, Digest};

fn logged() -> Logged<'static> {
    Logged { draft: Some(day("2026-02-20")), last: Some(day("2026-03-30")), announced: None, comments: &[] }
}

fn notes(document: &Assessment) -> Vec<(Level, String)> {
    let (roster, as_of) = (roster(), day("2026-05-01"));
    let known = Known {
        roster: Some(&roster),
        assessor_signed: Some(day("2026-02-15")),
        reviewer_signed: Some(day("2026-02-16")),
        ..Known::default()
    };
    let evaluation = evaluate_document(document, &set(), &[], as_of);
    let independence = check_independence(document, &known);
    let publication = check_publication(document, &logged());
    let notes = lint(document, &evaluation, &independence, &publication, None, as_of);
    notes.into_iter().map(|n| (n.level, n.rule)).collect()
}

#[test]
fn nothing_is_found_where_all_is_in_order() {
    assert_eq!(notes(&good()), []);
}

#[test]
fn one_fault_each() {
    let spoil = |change: &dyn Fn(&mut Assessment)| {
        let mut document = good();
        change(&mut document);
        notes(&document)
    };
    let word = |w: &str, tier| Answer::new(Value::Word(w.into()), tier);
    let one = |level, rule: &str| vec![(level, rule.to_owned())];
    let answer =
        |id: &'static str, a: Answer| move |d: &mut Assessment| drop(d.answers.insert(id.into(), a.clone()));
    assert_eq!(spoil(&answer("PC-03", word("no", Tier::E1))), one(Level::Stops, "PC-03"));
    assert_eq!(spoil(&answer("PC-03", word("yes", Tier::E4))), one(Level::Open, "PC-03"));
    assert_eq!(spoil(&answer("PC-04", word("no", Tier::E1))), one(Level::Conditions, "PC-04"));
    assert_eq!(spoil(&|d| d.end_user = None), one(Level::Open, "GATE-SCOPE"));
    assert_eq!(spoil(&|d| drop(d.impacts.pop())), one(Level::Open, "GATE-RES"));
    assert_eq!(spoil(&|d| d.monitoring = None), one(Level::Open, "GATE-MON"));
    assert_eq!(
        spoil(&|d| d.conditions = Some(Checked::Some(vec!["train".into()]))),
        one(Level::Conditions, "conditions")
    );
    let tier = |t| {
        move |d: &mut Assessment| {
            d.rule_of_law.as_mut().unwrap().tiers.push(t);
            d.answers.insert("RL-02".into(), Answer::new(Value::Word("unstable".into()), Tier::E2));
            d.impacts[0].mitigations[0].answers.push("RL-02".into());
        }
    };
    assert_eq!(spoil(&tier(RuleOfLawTier::T4))[0], (Level::Stops, "GATE-ROL".into()));
    assert_eq!(spoil(&tier(RuleOfLawTier::T3))[0], (Level::Conditions, "GATE-ROL".into()));
    let residual = |l: u8| {
        move |d: &mut Assessment| {
            d.impacts[0].residual.scale = Mark::try_from(5).unwrap();
            d.impacts[0].residual.likelihood = Mark::try_from(l).unwrap();
        }
    };
    let grave = spoil(&residual(3));
    assert_eq!(grave, [(Level::Stops, "MR-04".to_owned()), (Level::Stops, "GATE-RES".into())]);
    assert!(spoil(&residual(2)).contains(&(Level::Conditions, "GATE-RES".into())));
    // a documented misuse lifts the floor of likelihood
    let misuse = spoil(&|d| {
        d.answers.insert("EN-03".into(), Answer::new(Value::Word("confirmed_remedied".into()), Tier::E3));
        d.impacts[0].mitigations[0].answers.push("EN-03".into());
    });
    assert!(misuse.iter().filter(|(level, rule)| *level == Level::Open && rule == "GATE-RES").count() == 10);
}

#[test]
fn what_the_vendor_refused_to_show_counts_as_unknown() {
    let text = good_yaml()
        .replace("refusals: none", "refusals: [{what: audit log, by: vendor, questions: [PC-03]}]");
    let mut document = Assessment::parse(&text, "refused.yaml").unwrap();
    document.answers = good().answers;
    let judged = evaluate_document(&document, &set(), &[], day("2026-05-01"));
    assert_eq!(judged.unknown_stop(), ["PC-03"]);
    assert!(matches!(judged.questions["PC-03"].answered, Answered::Unknown(_)));
    assert_eq!(judged.questions["PC-03"].stop, Stop::Unknown);
}

#[test]
fn thirty_days_for_comments() {
    let document = good();
    assert_eq!(comment_days(&document, &logged()), Some(37));
    let rules = |d: &Assessment, l: &Logged<'_>| -> Vec<(String, bool)> {
        check_publication(d, l).into_iter().map(|g| (g.rule, g.failed)).collect()
    };
    assert_eq!(rules(&document, &logged()), []);
    let short = Logged { last: Some(day("2026-03-21")), ..logged() };
    assert_eq!(rules(&document, &short), [("PUB-01".to_owned(), true)]);
    let mut urgent = document.clone();
    urgent.urgent_reason = Some("a court set the date".into());
    assert_eq!(rules(&urgent, &short), [("PUB-01".to_owned(), false)]);
    // what was announced is what counts, however long the final text took
    let announced = Logged { announced: Some(day("2026-03-10")), ..logged() };
    assert_eq!(comment_days(&document, &announced), Some(18));
    let nine = Logged { last: Some(day("2026-03-01")), ..logged() };
    assert_eq!(rules(&urgent, &nine), [("PUB-01".to_owned(), true)]);
    // the window that the document states may not be shorter than the log's
    let mut closed_early = document.clone();
    closed_early.dates.comments_close = Some(Day(day("2026-03-10")));
    assert_eq!(rules(&closed_early, &logged()), [("PUB-01".to_owned(), true)]);
    let mut foreign = document.clone();
    foreign.summaries.shift_remove("es");
    assert_eq!(rules(&foreign, &logged()), [("PUB-02".to_owned(), true)]);
    let comments = [Digest::of(b"a comment")];
    let ignored = Logged { comments: &comments, ..logged() };
    assert_eq!(rules(&document, &ignored), [("PUB-04".to_owned(), true)]);
    // rejected without a reason; answered and never logged
    let mut brusque = document.clone();
    let answer = |reason: &str| Disposition {
        comment: comments[0],
        outcome: Outcome::Rejected,
        reason: reason.to_owned(),
    };
    brusque.comments.push(answer(" "));
    assert_eq!(rules(&brusque, &ignored), [("PUB-04".to_owned(), true)]);
    brusque.comments[0] = answer("a judge; see CT-01");
    assert_eq!(rules(&brusque, &ignored), []);
    assert_eq!(rules(&brusque, &logged()), [("PUB-04".to_owned(), true)]);
    // final text, questionnaire and declarations are all there (PUB-05)
    for spoil in [
        (|d: &mut Assessment| d.declarations.clear()) as fn(&mut Assessment),
        |d| d.answers.clear(),
        |d| d.conclusion = "  ".into(),
    ] {
        let mut short = document.clone();
        spoil(&mut short);
        assert_eq!(rules(&short, &logged()), [("PUB-05".to_owned(), true)]);
    }
    // a final text without a draft had no days for comments, urgent or not
    let no_draft = Logged { draft: None, ..logged() };
    assert_eq!(comment_days(&document, &no_draft), Some(0));
    assert_eq!(rules(&urgent, &no_draft), [("PUB-01".to_owned(), true)]);
    let mut walled = document;
    walled.comment_channel.without_account = Fact::No;
    assert_eq!(rules(&walled, &logged()), [("PUB-03".to_owned(), true)]);
}

#[test]
fn languages_of_destinations() {
    let of = |c: &str| official_languages(CountryCode::new(c).unwrap());
    assert_eq!(of("CL").unwrap(), ["es"]);
    assert!(of("CH").unwrap().contains(&"rm") && of("SA").unwrap() == ["ar"]);
    assert!(of("XA").is_none());
}

fn event(event: State, log_time: &str) -> Event {
    Event { event, log_time: Day(day(log_time)), valid_time: None, reason: None }
}

#[test]
fn a_life_from_draft_to_revocation_and_what_cannot_be() {
    use State::{Consultation, Draft, Final, Live, Revoked, Suspended, Void};
    let life = [
        event(Draft, "2026-02-20"),
        event(Consultation, "2026-02-20"),
        event(Final, "2026-03-30"),
        event(Live, "2026-03-30"),
        event(Suspended, "2026-06-01"),
        event(Revoked, "2026-07-01"),
        event(Void, "2026-08-01"),
    ];
    check_life(&life).unwrap();
    assert!(state_at(&life, day("2026-02-19")).is_none());
    let at = |d: &str| state_at(&life, day(d)).unwrap().event;
    assert_eq!((at("2026-05-31"), at("2026-06-01"), at("2026-07-15")), (Live, Suspended, Revoked));
    let wrong = |events: &[Event]| check_life(events).unwrap_err();
    assert_eq!(wrong(&[event(Live, "2026-01-01")]), LifeFault::Beginning("live"));
    let back = [event(Draft, "2026-01-01"), event(Live, "2026-01-02")];
    assert_eq!(wrong(&back), LifeFault::Change { from: "draft", to: "live" });
    let early = [event(Draft, "2026-01-02"), event(Consultation, "2026-01-01")];
    assert_eq!(wrong(&early), LifeFault::Order("consultation"));
    let risen = [life.to_vec(), vec![event(Live, "2026-09-01")]].concat();
    assert!(check_life(&risen).is_err());
}

#[test]
fn expiry_and_deadlines() {
    assert_eq!(valid_to(Stage::S, day("2026-03-30")), day("2027-03-30"));
    assert_eq!(valid_to(Stage::D, day("2024-02-29")), day("2026-02-28"));
    // Friday 2026-05-01: ten working days are two weeks
    let deadlines = challenge_deadlines(day("2026-05-01"));
    assert_eq!((deadlines.admissibility, deadlines.decision), (day("2026-05-15"), day("2026-06-30")));
}

#[test]
fn a_new_file_can_be_read_and_says_what_is_missing() {
    let country = |c: &str| CountryCode::new(c).unwrap();
    for (stage, side) in [(Stage::D, Side::Sell), (Stage::S, Side::Sell), (Stage::S, Side::Procure)] {
        let new = NewAssessment {
            id: "N-1",
            stage,
            side,
            product: ("It's a kit", "4.1"),
            vendor: ("Vendor", country("NL")),
            end_user: Some(("Agency", country("NO"))),
            destination: Some(country("NO")),
            assessor: ("A", country("BE"), "k1"),
            reviewer: ("B", country("PT"), "k2"),
            started: day("2026-01-05"),
            rule_of_law: None,
        };
        let text = new_assessment(&new, &set());
        let document = Assessment::parse(&text, "new.yaml").unwrap_or_else(|e| panic!("{e}\n{text}"));
        let asked = if stage == Stage::D { Side::Develop } else { side };
        assert_eq!(document.side(), asked);
        assert_eq!(document.answers.len(), set().questions().filter(|q| q.is_asked_of(asked)).count());
        assert_eq!(document.product.name, "It's a kit");
        let found = notes(&document);
        assert!(found.iter().any(|(l, _)| *l == Level::Open) && found.len() > 40);
    }
}

#[test]
fn faults_of_a_file_say_where() {
    let fault = |from: &str, to: &str| {
        let text = good_yaml();
        assert!(text.contains(from), "{from}");
        Assessment::parse(&text.replacen(from, to, 1), "a.yaml").unwrap_err().to_string()
    };
    assert!(fault("conditions: none", "condition: none").contains("condition"));
    assert!(fault("end_user: lab", "end_user: bureau").contains("`bureau`, which is none of the `parties`"));
    assert!(fault("refusals: none", "refusals: []").contains("write `none`"));
    assert!(fault("likelihood: 2", "likelihood: 6").contains("marks run from 1 to 5"));
    assert!(fault("'2026-01-05'", "'2026-02-30'").contains("2026-02-30"));
    assert!(fault("assessment/1", "assessment/9").contains("assessment/9"));
}

#[test]
fn the_facts_for_the_gate_name_the_parties_of_the_case() {
    let document = good();
    let (as_of, roster) = (day("2026-05-01"), roster());
    let known = Known {
        roster: Some(&roster),
        assessor_signed: Some(day("2026-02-15")),
        reviewer_signed: Some(day("2026-02-16")),
        ..Known::default()
    };
    let independence = check_independence(&document, &known);
    let logged = logged();
    let publication = check_publication(&document, &logged);
    let evaluation = evaluate_document(&document, &set(), &[], as_of);
    let events = [event(State::Draft, "2026-02-20")];
    let input = GateInput {
        document: &document,
        evaluation: &evaluation,
        independence: &independence,
        publication: &publication,
        logged: &logged,
        redaction: None,
        root: Digest::of(b"root"),
        inclusion_proven: true,
        events: &events,
    };
    let country = |c: &str| CountryCode::new(c).ok();
    let parties = [
        CaseParty { id: "lab-cl", name: "laboratorio de  evidencia digital", country: country("CL") },
        CaseParty { id: "w", name: "Waal Rights Assessors", country: country("BE") },
        CaseParty { id: "m", name: "Minho Institute", country: country("ES") },
    ];
    let entry = gate_facts(&input, &parties);
    assert_eq!(entry["scope"]["end_user"], "lab-cl");
    assert_eq!(entry["scope"]["intermediaries"], "none");
    assert_eq!(entry["assessor"], "w");
    // another country is another body
    assert_eq!(entry["reviewer"], "not-in-this-case-minho");
    assert_eq!(entry["answers"]["stop"], "none");
    assert_eq!(entry["independence"]["fee_share"], serde_json::json!(["4", "6"]));
    assert_eq!(entry["publication"]["comment_days"], 37);
    assert_eq!(entry["rule_of_law"]["lf_answers_at_e2"], "yes");
    assert_eq!(entry["residual"], serde_json::json!({ "severity": 3, "likelihood": 2 }));
}
