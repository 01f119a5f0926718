//! A transaction without fault: every answer good, every declaration in order. Tests spoil one thing each.

use countersign_assessments::{
    Answer, AnswerType, Assessment, IMPACTS, Question, QuestionSet, Roster, Row, Side, Tier, Value,
};
use countersign_model::{Date, parse_date};

pub(crate) fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

pub(crate) fn set() -> QuestionSet {
    static SET: std::sync::OnceLock<QuestionSet> = std::sync::OnceLock::new();
    SET.get_or_init(|| QuestionSet::embedded().unwrap()).clone()
}

const FRAME: &str = r"
schema: assessment/1
id: S-1
title: Device extraction kit for a police laboratory
stage: S
product: {name: Kit, vendor: vendor, version: '4.1'}
parties:
  - {id: vendor, name: Amstel Device Lab BV, country: NL, relation: vendor_group}
  - {id: lab, name: Laboratorio de Evidencia Digital, country: CL, relation: end_user}
  - {id: police, name: Policia de Ejemplo, country: CL, relation: destination_security_service}
  - {id: waal, name: Waal Rights Assessors, country: BE, relation: assessor_group}
  - {id: minho, name: Minho Institute, country: PT, relation: reviewer_group}
end_user: lab
destination: CL
intermediaries: none
assessor: {party: waal, key: key-waal}
reviewer: {party: minho, key: key-minho}
dates: {started: '2026-01-05', selected: '2025-12-20', comments_open: '2026-02-20', comments_close: '2026-03-29'}
selection: random_roster
fees:
  source: vendor
  amount: '24000'
  currency: EUR
  fixed: yes
  success_element: no
  escrow_receipt: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
  group_share: [{year: 2024, percent: '4'}, {year: 2025, percent: '6'}]
publishing_right: {unconditional: yes, vendor_veto: no, clause: The assessor publishes.}
refusals: none
government_control: no
declarations:
  - {person: Ana Lead, for: waal, lead: true, competences: [human_rights_law, reverse_engineering], signed_on: '2025-12-28',
     holdings: none, services: none, employment: none, gifts: none}
  - {person: Rui Reader, for: minho, competences: [country_expertise], signed_on: '2026-01-02',
     holdings: none, services: none, employment: none, gifts: none}
legal_findings: [{source: Codigo Procesal Penal art. 222, text: a judge authorises}]
rule_of_law:
  dated: '2026-01-15'
  core_indices: 4
  tiers: [T1, T2]
  sensitivity_printed: yes
  indices: [{index: wgi_rl, year: 2024, vintage: '2025', value: '1.0'}]
monitoring: {in_contract: yes, kill_switch_in_contract: yes, alive: yes}
summaries: {en: A summary., es: Un resumen.}
comment_channel: {address: 'https://register.example/comments', anonymous: yes, without_account: yes, over_tor: yes}
conditions: none
conclusion: With the safeguards above the sale can go on.
";

const RATING: &str = "{scale: 3, scope: 2, irremediability: 3, likelihood: 2, reason: tested, tier: E1}";

/// The YAML of an assessment in which everything is in order.
pub(crate) fn good_yaml() -> String {
    let mut text = FRAME.to_owned();
    text.push_str("impacts:\n");
    for right in countersign_assessments::Right::LEAST {
        text.push_str(&format!(
            "  - {{right: {}, text: t, involvement: directly_linked, inherent: {RATING}, residual: {RATING},\n     mitigations: [{{text: logged, by_design: true}}]}}\n",
            right.word()
        ));
    }
    text
}

pub(crate) fn good() -> Assessment {
    let mut document = Assessment::parse(&good_yaml(), "good.yaml").unwrap();
    for question in set().questions().filter(|q| q.is_asked_of(Side::Sell)) {
        document.answers.insert(question.id.clone(), good_answer(question));
    }
    // the most protective tier of the section
    document.answers.insert("RL-02".into(), Answer::new(Value::Word("T2".into()), Tier::E2));
    document
}

fn good_answer(question: &Question) -> Answer {
    let word = |text: &str| Answer::new(Value::Word(text.into()), Tier::E1);
    let bad = |text: &str| {
        let conditions = [&question.red_flag, &question.stop];
        conditions.into_iter().flatten().any(|c| c.is_one_of.iter().any(|w| w == text))
    };
    match (question.answer.kind, question.id.as_str()) {
        (AnswerType::YesNoPartial, _) => word(if bad("yes") { "no" } else { "yes" }),
        (AnswerType::Enum, _) => word(question.answer.options.iter().find(|o| !bad(o)).unwrap()),
        (AnswerType::Number, _) => Answer::new(Value::Number(2), Tier::E1),
        (AnswerType::NumberOrUnlimited, _) => Answer::new(Value::Number(60), Tier::E1),
        (AnswerType::Text, _) => {
            let mut text = word("text");
            text.findings = vec!["minimisation".into(), "independent_reader".into()];
            text
        }
        (AnswerType::DateRange, _) => {
            let days = [("from", "2026-02-20"), ("to", "2026-03-29")];
            Answer::new(Value::Days(row(&days)), Tier::E1)
        }
        (AnswerType::List, "MN-03") => {
            let all = ["new_version", "change_of_control", "misuse_report", "emergency_decree"];
            Answer::new(Value::Words(all.map(String::from).to_vec()), Tier::E1)
        }
        (AnswerType::List, _) => Answer::new(Value::Words(vec!["content".into()]), Tier::E1),
        (AnswerType::Table, "MR-01" | "MR-02" | "MR-04") => word(IMPACTS),
        (AnswerType::Table, "VG-01") => Answer::new(
            Value::Rows(vec![row(&[("name", "P"), ("percent", "100"), ("nature", "shares")])]),
            Tier::E1,
        ),
        (AnswerType::Table, _) => word("none"),
    }
}

pub(crate) fn row(cells: &[(&str, &str)]) -> Row {
    cells.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

pub(crate) fn roster() -> Roster {
    let text = r"
schema: roster/1
body: Roster of the Example Union
dated: '2025-12-01'
funders: [{name: A foundation, vendor: false, percent: '80'}, {name: A vendor, vendor: true, percent: '20'}]
entries:
  - {organisation: Waal Rights Assessors, key: key-waal, from: '2024-01-01', to: none}
  - {organisation: Minho Institute, key: key-minho, from: '2024-01-01', to: '2026-12-31',
     suspended: [{from: '2025-06-01', to: '2025-06-30', reason: fee dispute}]}
";
    Roster::parse(text, "roster.yaml").unwrap()
}
