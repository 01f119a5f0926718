//! Answers → what stops, what is a red flag, what is unknown (question set, `global_rules` and
//! `condition_semantics`).

use countersign_model::{Date, Percent, parse_date};
use indexmap::IndexMap;
use serde::Serialize;

use crate::answer::{Answer, Fact, Row, Value};
use crate::impact::Impact;
use crate::question_set::{AnswerType, Condition, Question, QuestionSet, Scalar, Side, Tier};
use crate::redaction::WITHHELD;

/// The word in place of the rows of MR-01, MR-02 and MR-04: they are computed from the impact register.
pub const IMPACTS: &str = "impacts";

/// What there is to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "why")]
pub enum Answered {
    /// An answer that counts.
    Given,
    /// It does not count, or says `unknown`; why.
    Unknown(String),
    /// It does not apply, with a reason.
    NotApplicable,
    /// Nobody answered.
    Missing,
}

/// Whether an answer stops the act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "fact")]
pub enum Stop {
    /// The question has no stop clause, or the clause does not hold.
    No,
    /// The clause holds.
    Yes,
    /// The question has a stop clause and its answer does not count: the gate stays incomplete, never passed.
    Unknown,
    /// The clause holds, if a fact does that nobody recorded: the gate stays incomplete.
    HangsOn(String),
}

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The question's group.
    pub group: String,
    /// Whether there is an answer.
    pub answered: Answered,
    /// Whether it is a red flag.
    pub red_flag: bool,
    /// Whether a mitigation answers the red flag.
    pub mitigated: bool,
    /// Whether it stops the act.
    pub stop: Stop,
}

/// All questions asked of one side, judged, in the order of the question set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Evaluation {
    /// Question id → what its answer means.
    pub questions: IndexMap<String, Judged>,
    /// Ids that were answered and are no question of this side.
    pub not_asked: Vec<String>,
}

impl Evaluation {
    fn ids(&self, keep: impl Fn(&Judged) -> bool) -> Vec<&str> {
        self.questions.iter().filter(|(_, judged)| keep(judged)).map(|(id, _)| id.as_str()).collect()
    }

    /// The questions whose stop clause holds.
    pub fn stop(&self) -> Vec<&str> {
        self.ids(|j| j.stop == Stop::Yes)
    }

    /// The stop questions without an answer that counts.
    pub fn unknown_stop(&self) -> Vec<&str> {
        self.ids(|j| matches!(j.stop, Stop::Unknown | Stop::HangsOn(_)))
    }

    /// The red flags that no mitigation answers.
    pub fn unmitigated_red_flags(&self) -> Vec<&str> {
        self.ids(|j| j.red_flag && !j.mitigated)
    }

    /// The questions that nobody answered.
    pub fn missing(&self) -> Vec<&str> {
        self.ids(|j| j.answered == Answered::Missing)
    }

    /// Red flags for each group that has any. There is no total and no score.
    pub fn red_flags_by_group(&self) -> IndexMap<&str, usize> {
        let mut counts = IndexMap::new();
        for judged in self.questions.values().filter(|j| j.red_flag) {
            *counts.entry(judged.group.as_str()).or_insert(0) += 1;
        }
        counts
    }
}

/// Judges all answers of one side as of a day. `impacts` is the impact register, with the mitigations.
pub fn evaluate(
    set: &QuestionSet,
    side: Side,
    answers: &IndexMap<String, Answer>,
    impacts: &[Impact],
    as_of: Date,
) -> Evaluation {
    let mut evaluation = Evaluation::default();
    for question in set.questions().filter(|q| q.is_asked_of(side)) {
        let judged = judge(question, answers.get(&question.id), impacts, as_of);
        evaluation.questions.insert(question.id.clone(), judged);
    }
    evaluation.not_asked =
        answers.keys().filter(|id| !evaluation.questions.contains_key(*id)).cloned().collect();
    evaluation
}

/// Judges one answer.
pub fn judge(question: &Question, answer: Option<&Answer>, impacts: &[Impact], as_of: Date) -> Judged {
    let mitigated = impacts.iter().flat_map(|i| &i.mitigations).any(|m| m.answers.contains(&question.id));
    let answered = answered(question, answer);
    let unknown = if question.stop.is_some() { Stop::Unknown } else { Stop::No };
    let (red_flag, stop) = match (&answered, answer) {
        (Answered::Given, Some(answer)) => {
            let seen = Seen { answer, impacts, as_of };
            let holds = |condition: &Condition| seen.meets(condition);
            // a table whose cells cannot be read settles nothing
            let red_flag = question.red_flag.as_ref().is_some_and(|c| holds(c).unwrap_or(true));
            let stop = question.stop.as_ref().map_or(Stop::No, |c| match holds(c) {
                None => Stop::Unknown,
                Some(false) => Stop::No,
                Some(true) => lifted(c, answer),
            });
            (red_flag || stop == Stop::Yes, stop)
        }
        (Answered::NotApplicable, _) => (false, Stop::No),
        _ => (false, unknown),
    };
    Judged { group: question.group.clone(), answered, red_flag, mitigated, stop }
}

fn lifted(condition: &Condition, answer: &Answer) -> Stop {
    match (&condition.unless, answer.unless, &condition.when, answer.when) {
        // lifted only by a recorded fact
        (Some(_), Fact::Yes, ..) | (_, _, Some(_), Fact::No) => Stop::No,
        (_, _, Some(fact), Fact::Unknown) => Stop::HangsOn(fact.clone()),
        _ => Stop::Yes,
    }
}

fn answered(question: &Question, answer: Option<&Answer>) -> Answered {
    let Some(given) = answer else { return Answered::Missing };
    let word = given.answer.word();
    if word == Some("unknown") {
        return Answered::Unknown("answered `unknown`".into());
    }
    if word == Some("not_applicable") {
        if question.stop.is_some() {
            return Answered::Unknown(
                "`not_applicable` is no answer to a question with a stop clause".into(),
            );
        }
        if given.reason.as_deref().is_none_or(|r| r.trim().is_empty()) {
            return Answered::Unknown("`not_applicable` needs a `reason`".into());
        }
        return Answered::NotApplicable;
    }
    let tags = given.findings.as_deref();
    // the word that stands for what is withheld is nobody's answer, in whatever form one is asked for
    if word == Some(WITHHELD) || tags.is_some_and(|tags| tags.iter().any(|tag| tag == WITHHELD)) {
        return Answered::Unknown("the answer is withheld".into());
    }
    let coded = [&question.red_flag, &question.stop].into_iter().flatten().flat_map(|c| &c.contains);
    if tags.is_none() && coded.clone().next().is_some() {
        let codes: Vec<&str> = coded.map(String::as_str).collect();
        return Answered::Unknown(format!(
            "the text has no `findings`: write which of {} it found, or `[]` where it looked and found none",
            codes.join(", ")
        ));
    }
    if let Some(wrong) = wrong_form(question, &given.answer) {
        return Answered::Unknown(wrong);
    }
    // no "trust us": a word of vendor or end user alone settles no question that stops, whatever it asks for
    if question.stop.is_some() && given.tier == Tier::E4 {
        return Answered::Unknown(
            "a statement by vendor or end user (E4) is no answer to a question with a stop clause".into(),
        );
    }
    let least = question.evidence.min_tier;
    if !given.tier.satisfies(least) {
        return Answered::Unknown(format!(
            "evidence of tier {:?} is weaker than {least:?}, which the question asks for",
            given.tier
        ));
    }
    Answered::Given
}

/// Why the answer has not the form that the question asks for.
fn wrong_form(question: &Question, value: &Value) -> Option<String> {
    let words = |of: &[&str]| format!("the answer is one of {}", of.join(", "));
    let options: Vec<&str> = question.answer.options.iter().map(String::as_str).collect();
    match (question.answer.kind, value) {
        (AnswerType::YesNoPartial, Value::Word(word)) => {
            let known = ["yes", "partial", "no"];
            (!known.contains(&word.as_str()))
                .then(|| words(&["yes", "partial", "no", "unknown", "not_applicable"]))
        }
        (AnswerType::Enum, Value::Word(word)) => (!options.contains(&word.as_str())).then(|| words(&options)),
        (AnswerType::Number | AnswerType::NumberOrUnlimited, Value::Number(_)) => None,
        (AnswerType::Number | AnswerType::NumberOrUnlimited, Value::Word(word))
            if word.parse::<i64>().is_ok()
                || (question.answer.kind == AnswerType::NumberOrUnlimited && word == "unlimited") =>
        {
            None
        }
        (AnswerType::List, Value::Words(list)) => {
            let stranger = list.iter().find(|w| !options.is_empty() && !options.contains(&w.as_str()));
            stranger.map(|w| format!("`{w}` is none of {}", options.join(", ")))
        }
        (AnswerType::List, Value::Word(word)) if word == "none" => None,
        (AnswerType::Text, Value::Word(_)) => None,
        (AnswerType::Table, Value::Rows(_)) => None,
        (AnswerType::Table, Value::Word(word)) if word == "none" || word == IMPACTS => None,
        (AnswerType::Table, Value::Words(rows)) if rows.is_empty() => None,
        (AnswerType::DateRange, Value::Days(days)) => {
            let bad = ["from", "to"].iter().find(|key| day(days, key).is_none());
            bad.map(|key| format!("`{key}` is no date; write `from` and `to` as YYYY-MM-DD"))
        }
        (kind, _) => Some(format!("the answer has not the form `{}`", form_word(kind))),
    }
}

fn form_word(kind: AnswerType) -> &'static str {
    match kind {
        AnswerType::YesNoPartial => "yes, partial or no",
        AnswerType::Enum => "one of the options",
        AnswerType::Number => "a whole number",
        AnswerType::NumberOrUnlimited => "a whole number of days, or unlimited",
        AnswerType::Table => "rows, or none",
        AnswerType::List => "a list of words, or none",
        AnswerType::Text => "a text",
        AnswerType::DateRange => "from, to",
    }
}

fn day(row: &Row, key: &str) -> Option<Date> {
    row.get(key).and_then(|text| parse_date(text).ok())
}

/// An answer that counts, with what conditions look at beside it.
struct Seen<'a> {
    answer: &'a Answer,
    impacts: &'a [Impact],
    as_of: Date,
}

impl Seen<'_> {
    /// Whether all keys of the condition hold; `None` where the answer cannot tell.
    fn meets(&self, condition: &Condition) -> Option<bool> {
        let mut all = true;
        let mut clauses = 0;
        let mut and = |holds: Option<bool>| -> Option<()> {
            clauses += 1;
            all &= holds?;
            Some(())
        };
        let c = condition;
        let word = self.answer.answer.word();
        if !c.is_one_of.is_empty() {
            and(word.map(|w| c.is_one_of.iter().any(|o| o == w)))?;
        }
        if !c.contains_any.is_empty() {
            and(Some(self.words()?.iter().any(|w| c.contains_any.contains(w))))?;
        }
        if !c.contains.is_empty() {
            and(Some(c.contains.iter().any(|code| self.is_tagged(code) || self.says(code))))?;
        }
        if let Some(wanted) = &c.eq {
            and(Some(match wanted {
                Scalar::Number(n) => self.number() == Some(*n),
                Scalar::Word(w) => word == Some(w.as_str()),
            }))?;
        }
        if let Some(limit) = c.gt_days {
            and(Some(word == Some("unlimited") || self.days()? > limit))?;
        }
        if let Some(limit) = c.lt_days {
            and(Some(word != Some("unlimited") && self.days()? < limit))?;
        }
        if let Some(n) = c.count_gte {
            and(Some(self.count()? >= n))?;
        }
        if let Some(n) = c.count_eq {
            and(Some(self.count()? == n))?;
        }
        if let Some(n) = c.count_unremedied_gte {
            and(Some(self.unremedied(c.window_years)? >= n))?;
        }
        if let Some(n) = c.rows_without_reason_gte {
            and(Some(self.without_reason()? >= n))?;
        }
        if let Some(n) = c.unclassified_gte {
            and(Some(self.unclassified()? >= n))?;
        }
        if let Some(n) = c.unresolved_percent_gt {
            and(Some(self.unresolved()? > Percent::whole(n)))?;
        }
        if let Some(n) = c.unresolved_percent_gte {
            and(Some(self.unresolved()? >= Percent::whole(n)))?;
        }
        if let Some(n) = c.tests_failed_gte {
            and(Some(self.tests_failed()? >= n))?;
        }
        if c.severity_gte.is_some() || c.likelihood_gte.is_some() {
            and(Some(self.a_row_as_grave(c.severity_gte.unwrap_or(1), c.likelihood_gte.unwrap_or(1))?))?;
        }
        if let Some(n) = c.unremedied_gte {
            and(Some(self.unremedied(None)? >= n))?;
        }
        if !c.missing_any.is_empty() {
            let words = self.words()?;
            and(Some(c.missing_any.iter().any(|w| !words.contains(w))))?;
        }
        if c.missing_minimisation {
            and(Some(!self.is_tagged("minimisation")))?;
        }
        if c.missing_independent_reader {
            and(Some(!self.is_tagged("independent_reader")))?;
        }
        Some(all && clauses > 0)
    }

    fn is_tagged(&self, finding: &str) -> bool {
        self.answer.findings.iter().flatten().any(|f| f == finding)
    }

    /// Whether the code itself stands in the text: a finding all the same.
    fn says(&self, code: &str) -> bool {
        let of_code = |c: char| !(c.is_alphanumeric() || c == '_');
        self.answer.answer.word().is_some_and(|text| text.split(of_code).any(|word| word == code))
    }

    fn words(&self) -> Option<&[String]> {
        match &self.answer.answer {
            Value::Words(words) => Some(words),
            Value::Word(word) if word == "none" => Some(&[]),
            _ => None,
        }
    }

    fn rows(&self) -> Option<&[Row]> {
        match &self.answer.answer {
            Value::Rows(rows) => Some(rows),
            Value::Word(word) if word == "none" => Some(&[]),
            Value::Words(words) if words.is_empty() => Some(&[]),
            _ => None,
        }
    }

    fn is_impacts(&self) -> bool {
        self.answer.answer.word() == Some(IMPACTS)
    }

    fn number(&self) -> Option<i64> {
        match &self.answer.answer {
            Value::Number(n) => Some(*n),
            Value::Word(word) => word.parse().ok(),
            _ => None,
        }
    }

    fn days(&self) -> Option<i64> {
        if let Value::Days(range) = &self.answer.answer {
            let span = day(range, "from")?.until(day(range, "to")?).ok()?;
            return Some(i64::from(span.get_days()));
        }
        self.number()
    }

    fn count(&self) -> Option<usize> {
        self.words().map(<[String]>::len).or_else(|| self.rows().map(<[Row]>::len))
    }

    /// Rows that do not say `remedied: yes`, within so many years before the day; one without a date counts.
    fn unremedied(&self, years: Option<i64>) -> Option<usize> {
        let since = years.and_then(|n| self.as_of.checked_sub(jiff::Span::new().years(n)).ok());
        let counts = |row: &&Row| {
            row.get("remedied").map(String::as_str) != Some("yes")
                && since.is_none_or(|since| day(row, "date").is_none_or(|date| date >= since))
        };
        Some(self.rows()?.iter().filter(counts).count())
    }

    fn without_reason(&self) -> Option<usize> {
        if self.is_impacts() {
            let blank =
                |i: &&Impact| i.inherent.reason.trim().is_empty() || i.residual.reason.trim().is_empty();
            // a register without a row rates nothing
            return Some(if self.impacts.is_empty() { 1 } else { self.impacts.iter().filter(blank).count() });
        }
        let blank = |row: &&Row| row.get("reason").is_none_or(|r| r.trim().is_empty());
        Some(self.rows()?.iter().filter(blank).count())
    }

    fn unclassified(&self) -> Option<usize> {
        if self.is_impacts() {
            let open = self.impacts.iter().filter(|i| i.involvement.is_none()).count();
            return Some(if self.impacts.is_empty() { 1 } else { open });
        }
        let known = ["cause", "contribute", "directly_linked"];
        let open = |row: &&Row| !row.get("class").is_some_and(|c| known.contains(&c.as_str()));
        Some(self.rows()?.iter().filter(open).count())
    }

    /// What of 100 percent no row with a natural person at its end accounts for.
    fn unresolved(&self) -> Option<Percent> {
        let mut known = Percent::zero();
        for row in self.rows()? {
            let percent: Percent = row.get("percent")?.parse().ok()?;
            if row.get("nature").map(String::as_str) != Some("unresolved") {
                known = &known + &percent;
            }
        }
        Some(Percent::whole(100).saturating_sub(&known))
    }

    fn tests_failed(&self) -> Option<usize> {
        Some(self.rows()?.iter().filter(|row| row.get("passed").map(String::as_str) != Some("yes")).count())
    }

    fn a_row_as_grave(&self, severity: u8, likelihood: u8) -> Option<bool> {
        if self.is_impacts() {
            return (!self.impacts.is_empty()).then(|| {
                self.impacts.iter().any(|i| {
                    i.residual.severity().get() >= severity && i.residual.likelihood.get() >= likelihood
                })
            });
        }
        let mut any = false;
        for row in self.rows()? {
            let mark = |key: &str| row.get(key).and_then(|t| t.parse::<u8>().ok());
            any |= mark("severity")? >= severity && mark("likelihood")? >= likelihood;
        }
        Some(any)
    }
}
