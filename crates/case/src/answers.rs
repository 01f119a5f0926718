//! `answers.given` of an assessment, judged by the question set, and where it contradicts the lists beside it.

use std::sync::OnceLock;

use countersign_assessments::{Answer, Judged, Question, QuestionSet, Stop, Tier, Value as Given, judge};
use countersign_model::Date;
use serde_json::{Map, Value};

/// The question set of the program; `None` if it cannot be read, which a test rules out.
pub fn question_set() -> Option<&'static QuestionSet> {
    static SET: OnceLock<Option<QuestionSet>> = OnceLock::new();
    SET.get_or_init(|| QuestionSet::embedded().ok()).as_ref()
}

/// What each answer given says, by question id. Answers to questions that do not exist are left out.
pub fn judge_given(given: &Map<String, Value>, as_of: Date) -> Vec<(&'static Question, Judged)> {
    let Some(set) = question_set() else { return Vec::new() };
    given
        .iter()
        .filter_map(|(id, value)| {
            let question = set.get(id)?;
            Some((question, judge(question, read(value).as_ref(), &[], as_of)))
        })
        .collect()
}

/// An answer as a case writes it: `{answer, tier}`.
fn read(value: &Value) -> Option<Answer> {
    let tier = match value.get("tier").and_then(Value::as_str)? {
        "E1" => Tier::E1,
        "E2" => Tier::E2,
        "E3" => Tier::E3,
        _ => Tier::E4,
    };
    let answer = match value.get("answer")? {
        Value::String(word) => Given::Word(word.clone()),
        Value::Array(words) => {
            Given::Words(words.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        Value::Number(number) => Given::Number(number.as_i64()?),
        _ => return None,
    };
    Some(Answer::new(answer, tier))
}

/// Where the lists beside `given` say something else than the answers: the question and a sentence.
///
/// A clause that hangs on a fact which a case cannot hold (`unless`, `when`) may be decided either way by the lists; a red
/// flag that is not among the unmitigated ones was mitigated.
pub(crate) fn contradictions(answers: &Value, as_of: Date) -> Vec<(String, String)> {
    let Some(given) = answers.get("given").and_then(Value::as_object) else { return Vec::new() };
    let listed = |key: &str, id: &str| -> Option<bool> {
        let list = answers.get(key).filter(|v| v.as_str() != Some("unknown"))?;
        Some(list.as_array().is_some_and(|ids| ids.iter().any(|other| other.as_str() == Some(id))))
    };
    let mut out = Vec::new();
    for (question, judged) in judge_given(given, as_of) {
        let id = question.id.as_str();
        let hangs = question.stop.as_ref().is_some_and(|c| c.unless.is_some() || c.when.is_some());
        let stops = judged.stop == Stop::Yes;
        let open = matches!(judged.stop, Stop::Unknown | Stop::HangsOn(_));
        let mut say = |text: &str| out.push((id.to_owned(), format!("the answer given to `{id}` {text}")));
        if listed("stop", id) == Some(!stops) && !hangs {
            say(if stops {
                "is a stop under the question set, and `stop` does not name it"
            } else {
                "is no stop under the question set, and `stop` names it"
            });
        }
        if listed("unknown_stop", id) == Some(!open) && !hangs {
            say(if open {
                "does not count (unknown, of another form, or on weaker evidence than the question asks for), and `unknown_stop` does not name it"
            } else {
                "settles the question, and `unknown_stop` names it"
            });
        }
        if listed("unmitigated_red_flags", id) == Some(true) && !judged.red_flag {
            say("is no red flag under the question set, and `unmitigated_red_flags` names it");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_model::parse_date;
    use serde_json::json;

    fn found(answers: Value) -> Vec<String> {
        let day = parse_date("2026-06-01").unwrap();
        contradictions(&answers, day).into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn the_question_set_is_there() {
        assert!(question_set().is_some());
    }

    #[test]
    fn a_stop_that_the_list_hides_is_a_contradiction() {
        let self_authorised = json!({"LF-04": {"answer": "self", "tier": "E2"}});
        assert_eq!(found(json!({"given": self_authorised, "stop": "none"})), ["LF-04"]);
        assert!(found(json!({"given": self_authorised, "stop": ["LF-04"]})).is_empty());
        // without lists there is nothing to contradict
        assert!(found(json!({"given": self_authorised})).is_empty());
    }

    #[test]
    fn evidence_that_is_too_weak_leaves_a_stop_question_unknown() {
        let on_their_word = json!({"PC-03": {"answer": "yes", "tier": "E4"}});
        assert_eq!(found(json!({"given": on_their_word, "unknown_stop": "none"})), ["PC-03"]);
        assert!(found(json!({"given": on_their_word, "unknown_stop": ["PC-03"]})).is_empty());
    }

    #[test]
    fn a_red_flag_may_be_mitigated_but_not_invented() {
        let minister = json!({"LF-04": {"answer": "minister", "tier": "E2"}});
        assert!(found(json!({"given": minister, "unmitigated_red_flags": "none"})).is_empty());
        let judge = json!({"LF-04": {"answer": "judge", "tier": "E2"}});
        assert_eq!(found(json!({"given": judge, "unmitigated_red_flags": ["LF-04"]})), ["LF-04"]);
    }
}
