//! What answers mean, read off the question set and section 1 of the assessment method.

use countersign_assessments::{
    Answer, Answered, Fact, QuestionSet, Row, Side, Stop, Tier, Value, evaluate, judge,
};
use countersign_model::{Date, parse_date};
use indexmap::IndexMap;

fn set() -> QuestionSet {
    QuestionSet::embedded().unwrap()
}

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn word(text: &str, tier: Tier) -> Answer {
    Answer::new(Value::Word(text.into()), tier)
}

fn rows(rows: &[&[(&str, &str)]]) -> Value {
    let row = |cells: &&[(&str, &str)]| -> Row {
        cells.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    };
    Value::Rows(rows.iter().map(row).collect())
}

/// Red flag and stop of one answer.
fn says(id: &str, answer: &Answer) -> (bool, Stop) {
    let judged = judge(set().get(id).unwrap(), Some(answer), &[], day("2026-06-01"));
    (judged.red_flag, judged.stop)
}

#[test]
fn all_questions_of_the_method_are_read() {
    let set = set();
    assert_eq!(set.questions().count(), 84);
    assert_eq!(set.version(), "2026-11-22");
    let asked = |side| set.questions().filter(|q| q.is_asked_of(side)).count();
    assert!(asked(Side::Sell) > asked(Side::Procure) && asked(Side::Procure) > asked(Side::Develop));
}

#[test]
fn a_word_of_the_vendor_alone_is_no_answer_to_a_stop_question() {
    assert_eq!(says("PC-03", &word("yes", Tier::E4)), (false, Stop::Unknown));
    assert_eq!(says("PC-03", &word("yes", Tier::E2)), (false, Stop::Unknown));
    assert_eq!(says("PC-03", &word("yes", Tier::E1)), (false, Stop::No));
    // even what would stop does not count: it is unknown, and the gate stays incomplete
    assert_eq!(says("PC-03", &word("no", Tier::E4)), (false, Stop::Unknown));
    assert_eq!(says("PC-03", &word("no", Tier::E1)), (true, Stop::Yes));
    assert_eq!(says("PC-03", &word("partial", Tier::E1)), (true, Stop::No));
    assert_eq!(says("PC-03", &word("unknown", Tier::E1)), (false, Stop::Unknown));
}

#[test]
fn not_applicable_needs_a_reason_and_a_question_that_cannot_stop() {
    let mut answer = word("not_applicable", Tier::E2);
    let state =
        |id: &str, a: &Answer| judge(set().get(id).unwrap(), Some(a), &[], day("2026-06-01")).answered;
    assert!(matches!(state("VG-02", &answer), Answered::Unknown(_)));
    answer.reason = Some("the vendor is a natural person".into());
    assert_eq!(state("VG-02", &answer), Answered::NotApplicable);
    assert!(matches!(state("VG-03", &answer), Answered::Unknown(_)));
}

#[test]
fn a_recorded_fact_lifts_a_stop_or_brings_it_into_play() {
    let mut writes = word("yes", Tier::E1);
    assert_eq!(says("PC-02", &writes), (true, Stop::Yes));
    writes.unless = Fact::Yes;
    assert_eq!(says("PC-02", &writes), (true, Stop::No));
    writes.unless = Fact::No;
    assert_eq!(says("PC-02", &writes), (true, Stop::Yes));
    let mut listed = word("yes", Tier::E2);
    assert!(matches!(says("VG-06", &listed).1, Stop::HangsOn(fact) if fact.contains("list binds")));
    listed.when = Fact::No;
    assert_eq!(says("VG-06", &listed), (true, Stop::No));
    listed.when = Fact::Yes;
    assert_eq!(says("VG-06", &listed), (true, Stop::Yes));
}

#[test]
fn ownership_that_is_not_resolved_to_persons() {
    let owned = |percent: &str, rest: &str| {
        let known: &[(&str, &str)] = &[("name", "A"), ("percent", percent), ("nature", "shares")];
        let open: &[(&str, &str)] = &[("name", "trust"), ("percent", rest), ("nature", "unresolved")];
        Answer::new(rows(&[known, open]), Tier::E2)
    };
    assert_eq!(says("VG-01", &owned("90", "10")), (false, Stop::No));
    assert_eq!(says("VG-01", &owned("89.99", "10.01")), (true, Stop::No));
    assert_eq!(says("VG-01", &owned("75.01", "24.99")), (true, Stop::No));
    assert_eq!(says("VG-01", &owned("75", "25")), (true, Stop::Yes));
    // a cell that cannot be read settles nothing
    assert_eq!(says("VG-01", &owned("most", "10")), (true, Stop::Unknown));
}

#[test]
fn misuse_is_looked_for_five_years_back() {
    let case = |date: &str, remedied: &str| {
        let row: &[(&str, &str)] = &[("case", "c"), ("date", date), ("remedied", remedied)];
        Answer::new(rows(&[row]), Tier::E3)
    };
    assert_eq!(says("VG-05", &case("2021-06-01", "no")), (true, Stop::Yes));
    assert_eq!(says("VG-05", &case("2021-05-31", "no")), (true, Stop::No));
    assert_eq!(says("VG-05", &case("2024-01-01", "yes")), (true, Stop::No));
    assert_eq!(says("VG-05", &case("", "no")), (true, Stop::Yes));
    assert_eq!(says("VG-05", &word("none", Tier::E3)), (false, Stop::No));
}

#[test]
fn durations() {
    let lasts = |n: i64| Answer::new(Value::Number(n), Tier::E2);
    assert_eq!(says("LF-07", &lasts(180)), (false, Stop::No));
    assert_eq!(says("LF-07", &lasts(181)), (true, Stop::No));
    assert_eq!(says("LF-07", &word("unlimited", Tier::E2)), (true, Stop::Yes));
    let open = |to: &str| {
        let days = [("from", "2026-01-01"), ("to", to)].map(|(k, v)| (k.to_owned(), v.to_owned()));
        Answer::new(Value::Days(days.into_iter().collect()), Tier::E2)
    };
    assert_eq!(says("SC-03", &open("2026-01-31")), (false, Stop::No));
    assert_eq!(says("SC-03", &open("2026-01-30")), (true, Stop::No));
    assert_eq!(says("SC-03", &open("2026-01-10")), (true, Stop::Yes));
}

#[test]
fn lists_texts_and_tests() {
    let list =
        |words: &[&str], tier| Answer::new(Value::Words(words.iter().map(|w| (*w).into()).collect()), tier);
    assert_eq!(says("PC-01", &list(&["content", "location"], Tier::E1)), (false, Stop::No));
    assert_eq!(says("PC-01", &list(&["live_camera"], Tier::E1)), (true, Stop::No));
    let odd =
        judge(set().get("PC-01").unwrap(), Some(&list(&["telepathy"], Tier::E1)), &[], day("2026-06-01"));
    assert!(matches!(odd.answered, Answered::Unknown(why) if why.contains("`telepathy`")));
    assert_eq!(says("MR-03", &word("none", Tier::E1)), (true, Stop::No));
    let triggers = ["new_version", "change_of_control", "misuse_report", "emergency_decree"];
    assert_eq!(says("MN-03", &list(&triggers, Tier::E2)), (false, Stop::No));
    assert_eq!(says("MN-03", &list(&triggers[1..], Tier::E2)), (true, Stop::No));
    let mut bystanders = word("it does, and drops it within a day", Tier::E1);
    assert!(says("PC-11", &bystanders).0);
    bystanders.findings = Some(vec!["minimisation".into()]);
    assert!(!says("PC-11", &bystanders).0);
    let channel = |failed: usize| {
        let cell = |n: usize| [("passed", if n < failed { "no" } else { "yes" })];
        let tests: Vec<_> = (0..8).map(cell).collect();
        let all: Vec<&[(&str, &str)]> = tests.iter().map(|t| t.as_slice()).collect();
        Answer::new(rows(&all), Tier::E1)
    };
    assert_eq!(says("RM-01", &channel(1)), (false, Stop::No));
    assert_eq!(says("RM-01", &channel(2)), (true, Stop::No));
    assert_eq!(says("RM-01", &channel(6)), (true, Stop::Yes));
}

#[test]
fn what_a_text_found_is_said_and_never_supposed() {
    let judged = |answer: &Answer| judge(set().get("RL-03").unwrap(), Some(answer), &[], day("2026-06-01"));
    let mut courts = word("the supreme court was left alone", Tier::E2);
    // nobody said whether the codes of the question were looked for
    assert!(matches!(judged(&courts).answered, Answered::Unknown(why) if why.contains("removed_judges")));
    courts.findings = Some(vec![]);
    assert_eq!((judged(&courts).answered, judged(&courts).red_flag), (Answered::Given, false));
    courts.findings = Some(vec!["removed_judges".into()]);
    assert!(judged(&courts).red_flag);
    // the code in the text is a finding, whatever the list says
    let mut told = word("removed_judges: three in 2025", Tier::E2);
    told.findings = Some(vec![]);
    assert!(judged(&told).red_flag);
    // what stands for a withheld value is no answer, nor is a finding that is withheld
    let mut hidden = word("withheld", Tier::E2);
    hidden.findings = Some(vec![]);
    assert!(matches!(judged(&hidden).answered, Answered::Unknown(_)));
    courts.findings = Some(vec!["withheld".into()]);
    assert!(matches!(judged(&courts).answered, Answered::Unknown(_)));
}

#[test]
fn what_nobody_answered_never_passes() {
    let none = evaluate(&set(), Side::Sell, &IndexMap::new(), &[], day("2026-06-01"));
    let stops = set().questions().filter(|q| q.is_asked_of(Side::Sell) && q.stop.is_some()).count();
    assert_eq!(none.unknown_stop().len(), stops);
    assert_eq!(none.missing().len(), none.questions.len());
    assert!(none.stop().is_empty());
    // a question of another side is named, not evaluated
    let answers = IndexMap::from([("CT-01".to_owned(), word("no", Tier::E2))]);
    let buyer = evaluate(&set(), Side::Procure, &answers, &[], day("2026-06-01"));
    assert_eq!(buyer.not_asked, ["CT-01"]);
}

#[test]
fn unknown_words_in_a_question_set_are_refused_with_their_line() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assessments/question-set.yaml"))
            .unwrap();
    let odd = text.replacen("    contains_any:", "    contains_every:", 1);
    let fault = QuestionSet::parse(&odd, "odd.yaml").unwrap_err();
    assert!(fault.line.is_some() && fault.to_string().contains("contains_every"), "{fault}");
    let open = text.replacen("never_redact: true", "never_redact: false", 1);
    assert!(QuestionSet::parse(&open, "open.yaml").unwrap_err().to_string().contains("PC-02"));
}
