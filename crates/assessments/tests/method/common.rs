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

const FRAME: &str = include_str!("../frame.yaml");

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
            text.findings = Some(vec!["minimisation".into(), "independent_reader".into()]);
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
