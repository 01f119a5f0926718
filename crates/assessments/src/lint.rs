//! What is missing and what blocks: everything that keeps an assessment from opening the gate, by the rule that says so.

use countersign_model::Date;
use serde::Serialize;

use crate::answer::{Answer, Value};
use crate::document::{Assessment, RuleOfLaw, RuleOfLawTier, Stage};
use crate::evaluate::{Answered, Evaluation, Stop, evaluate};
use crate::impact::{Right, highest_residual};
use crate::publication::{Gap, open_conditions};
use crate::question_set::QuestionSet;
use crate::redaction::{RedactionReport, fields, may_never_be_withheld};
use crate::reports::{Report, discount, unanswered};
use crate::rule::{Finding, Verdict};
use crate::rule_of_law::Section;
use crate::words::Checked;

/// Core indices that a rule-of-law section needs (a convention of this project).
const CORE_INDICES: u8 = 3;
/// Months after which a rule-of-law section is stale.
const RULE_OF_LAW_MONTHS: i64 = 12;
/// The question after the tier.
const TIER_QUESTION: &str = "RL-02";
/// The least likelihood where misuse is documented (assessment method, section 1.2).
const LIKELIHOOD_FLOOR: u8 = 4;

/// What a finding leads to at the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// `GATE_STOP`.
    Stops,
    /// `GATE_INCOMPLETE`.
    Open,
    /// `GATE_CONDITIONAL` at best.
    Conditions,
    /// Shown only.
    Shown,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What it leads to.
    pub level: Level,
    /// The rule or the question.
    pub rule: String,
    /// What is the matter, and what to do.
    pub text: String,
}

/// Judges the answers of a document. Where the vendor refused access, the questions that hang on it count as unknown,
/// whatever was answered (IND-10); so does the question that a report in the register belongs to, where no answer takes
/// it up. An answer that does not count, to a question that cannot stop, counts as its red flag. The stop of tier T4 (RL-02) is
/// lifted by the exception of the rule-of-law section, and by nothing else.
pub fn evaluate_document(
    document: &Assessment,
    set: &QuestionSet,
    reports: &[Report],
    as_of: Date,
) -> Evaluation {
    let mut answers = document.answers.clone();
    for refusal in document.refusals.iter().flat_map(Checked::members) {
        for question in &refusal.questions {
            if let Some(answer) = answers.get_mut(question) {
                *answer = Answer::new(Value::Word("unknown".into()), answer.tier);
            }
        }
    }
    let mut evaluation = evaluate(set, document.side(), &answers, &document.impacts, as_of);
    discount(&mut evaluation, &unanswered(document, reports));
    let excepted = document
        .rule_of_law
        .as_ref()
        .and_then(|section| section.t4_exception.as_deref())
        .is_some_and(|reasons| !reasons.trim().is_empty());
    for (id, judged) in &mut evaluation.questions {
        // a stop overrides everything but the exception for tier T4
        if id == TIER_QUESTION && excepted && judged.stop == Stop::Yes {
            judged.stop = Stop::No;
        }
        // an answer that does not count may hide a red flag, and counts as one
        let may_flag = set.get(id).is_some_and(|question| question.red_flag.is_some());
        if judged.stop == Stop::No && may_flag && matches!(judged.answered, Answered::Unknown(_)) {
            judged.red_flag = true;
        }
    }
    evaluation
}

/// Everything that stands between the document and the gate, the gravest first.
pub fn lint(
    document: &Assessment,
    evaluation: &Evaluation,
    independence: &[Finding],
    publication: &[Gap],
    redaction: Option<&RedactionReport>,
    as_of: Date,
) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |level, rule: &str, text: String| notes.push(Note { level, rule: rule.to_owned(), text });
    scope(document, &mut note);
    questions(evaluation, &mut note);
    impacts(document, &mut note);
    rule_of_law(document, as_of, &mut note);
    monitoring(document, &mut note);
    for finding in independence {
        let level = match finding.verdict {
            Verdict::Pass => continue,
            Verdict::Flag => Level::Shown,
            Verdict::Incomplete | Verdict::PersonRemoved => Level::Open,
            Verdict::NotIndependent | Verdict::RosterUntrusted | Verdict::Invalid => Level::Stops,
        };
        note(level, &finding.rule, finding.why.clone());
    }
    for gap in publication {
        let urgent = gap.rule == "PUB-01" && document.urgent_reason.is_some() && !gap.failed;
        let level = if gap.failed {
            Level::Stops
        } else if urgent {
            Level::Conditions
        } else {
            Level::Open
        };
        note(level, &gap.rule, gap.why.clone());
    }
    never_withheld(document, &mut note);
    match redaction {
        // what was published is checked on the public version
        Some(report) => {
            for (rule, why) in report.failed.iter().filter(|(rule, _)| rule != "RED-03") {
                // a text that does not lead to the signed root is not the one that was signed
                note(if rule == "RED-01" { Level::Stops } else { Level::Open }, rule, why.clone());
            }
        }
        None => redactions(document, as_of, &mut note),
    }
    for condition in open_conditions(document) {
        note(Level::Conditions, "conditions", format!("still to be done: {condition}"));
    }
    if document.conditions.is_none() {
        note(
            Level::Open,
            "conditions",
            "whether conditions remain is not said; write `conditions: none` if none do".into(),
        );
    }
    notes.sort_by_key(|n| n.level);
    notes
}

fn monitoring(document: &Assessment, note: &mut impl FnMut(Level, &str, String)) {
    if document.stage != Stage::S {
        return;
    }
    let m = document.monitoring.unwrap_or_default();
    let yes = crate::answer::Fact::Yes;
    if m.in_contract != yes || m.kill_switch_in_contract != yes || m.alive != yes {
        note(
            Level::Open,
            "GATE-MON",
            "monitoring and the means to switch off are not all in the contract and alive".into(),
        );
    }
}

/// What is withheld that never may be, by itself or with what lies above it.
fn never_withheld(document: &Assessment, note: &mut impl FnMut(Level, &str, String)) {
    let paths: Vec<String> = serde_json::to_value(document)
        .ok()
        .and_then(|value| fields(&value).ok())
        .map(|fields| fields.into_iter().map(|field| field.path).collect())
        .unwrap_or_default();
    for redaction in &document.redactions {
        let within = |path: &&String| {
            path.strip_prefix(redaction.path.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('/'))
        };
        let never = Some(&redaction.path).filter(|path| may_never_be_withheld(path));
        if let Some(path) = never.or_else(|| paths.iter().filter(within).find(|p| may_never_be_withheld(p))) {
            note(Level::Stops, "RED-03", format!("`{path}` may never be withheld"));
        }
    }
}

/// Whether it is said why and by whom something is withheld, and when that is looked at again.
fn redactions(document: &Assessment, as_of: Date, note: &mut impl FnMut(Level, &str, String)) {
    for redaction in &document.redactions {
        if redaction.reason.trim().is_empty() || redaction.decided_by.trim().is_empty() {
            let why = format!("`{}` is withheld without a reason, or nobody decided it", redaction.path);
            note(Level::Open, "RED-02", why);
        }
        if redaction.review_date.0 < as_of {
            let day = redaction.review_date.0;
            let why = format!("`{}` should have been looked at again by {day}", redaction.path);
            note(Level::Open, "RED-06", why);
        }
    }
}

fn scope(document: &Assessment, note: &mut impl FnMut(Level, &str, String)) {
    if document.stage == Stage::D {
        return;
    }
    let missing = [
        (document.end_user.is_none(), "end_user"),
        (document.destination.is_none(), "destination"),
        (document.intermediaries.is_none(), "intermediaries"),
    ];
    for (_, key) in missing.iter().filter(|(missing, _)| *missing) {
        note(
            Level::Open,
            "GATE-SCOPE",
            format!("`{key}` is not given; an assessment of a transaction names it"),
        );
    }
}

fn questions(evaluation: &Evaluation, note: &mut impl FnMut(Level, &str, String)) {
    for (id, judged) in &evaluation.questions {
        let why = match &judged.answered {
            Answered::Unknown(why) => why.as_str(),
            Answered::Missing => "not answered",
            Answered::Given | Answered::NotApplicable => "",
        };
        match &judged.stop {
            Stop::Yes => note(Level::Stops, id, "the answer is a stop condition".into()),
            Stop::Unknown => {
                note(Level::Open, id, format!("a stop question without an answer that counts: {why}"))
            }
            Stop::HangsOn(fact) => {
                note(
                    Level::Open,
                    id,
                    format!(
                        "the answer stops if this holds, and nobody recorded whether it does (`when`): {fact}"
                    ),
                );
            }
            Stop::No if judged.answered == Answered::Missing => note(
                Level::Open,
                id,
                "not answered, or withheld: every question that is asked is answered in public; `unknown` is an answer".into(),
            ),
            Stop::No if judged.red_flag && !judged.mitigated && !why.is_empty() => note(
                Level::Conditions,
                id,
                format!("no answer that counts ({why}), so that its red flag counts as raised; no mitigation answers it"),
            ),
            Stop::No if judged.red_flag && !judged.mitigated => {
                note(
                    Level::Conditions,
                    id,
                    "a red flag that no mitigation of the impact register answers".into(),
                );
            }
            Stop::No if judged.red_flag => note(Level::Shown, id, "a red flag, with a mitigation".into()),
            Stop::No if !why.is_empty() => note(Level::Shown, id, format!("no answer that counts: {why}")),
            Stop::No => {}
        }
    }
    for id in &evaluation.not_asked {
        note(Level::Shown, id, "is answered, and is no question of this stage and side".into());
    }
}

/// What the impact register lacks (assessment method, section 1.2): rights that no row scores, and likelihoods below the
/// floor. With a gap the residual table is not within its limits; that is not known.
pub(crate) fn impact_gaps(document: &Assessment) -> Vec<String> {
    let mut gaps = Vec::new();
    let scored = |right: &Right| document.impacts.iter().any(|i| i.right == *right);
    let missing: Vec<&str> = Right::LEAST.iter().filter(|r| !scored(r)).map(|r| r.word()).collect();
    if !missing.is_empty() {
        gaps.push(format!("the impact register has no row for {}", missing.join(", ")));
    }
    let documented = ["EN-03", "EN-04", "EN-09"].iter().any(|id| {
        let word = document.answers.get(*id).and_then(|a| a.answer.word());
        word.is_some_and(|w| !matches!(w, "none_found" | "unknown" | "not_applicable"))
    });
    if documented {
        for impact in document.impacts.iter().filter(|i| i.inherent.likelihood.get() < LIKELIHOOD_FLOOR) {
            gaps.push(format!(
                "`{}`: misuse by this end user is documented, so the likelihood before mitigation is {LIKELIHOOD_FLOOR} at least, not {}",
                impact.right.word(),
                impact.inherent.likelihood.get()
            ));
        }
    }
    gaps
}

fn impacts(document: &Assessment, note: &mut impl FnMut(Level, &str, String)) {
    for gap in impact_gaps(document) {
        note(Level::Open, "GATE-RES", gap);
    }
    if let Some((severity, likelihood)) = highest_residual(&document.impacts) {
        match (severity.get(), likelihood.get()) {
            (5, 3..) => note(
                Level::Stops,
                "GATE-RES",
                format!("residual severity 5 with likelihood {}", likelihood.get()),
            ),
            (5, 2) => note(Level::Conditions, "GATE-RES", "residual severity 5 with likelihood 2".into()),
            _ => {}
        }
    }
}

fn rule_of_law(document: &Assessment, as_of: Date, note: &mut impl FnMut(Level, &str, String)) {
    if document.stage == Stage::D {
        return;
    }
    let Some(section) = &document.rule_of_law else {
        note(
            Level::Open,
            "GATE-ROL",
            "there is no rule-of-law section; `countersign country` makes one".into(),
        );
        return;
    };
    let reckoned = Section::of(section);
    if reckoned.core_indices < CORE_INDICES {
        let count = if reckoned.core_indices < section.core_indices {
            format!(
                "{} core indices are declared, and {} have a value that counts; {CORE_INDICES} are needed (see `countersign country`)",
                section.core_indices, reckoned.core_indices
            )
        } else {
            format!("{} core indices; {CORE_INDICES} are needed", section.core_indices)
        };
        note(Level::Open, "GATE-ROL", count);
    }
    for fault in &reckoned.faults {
        note(Level::Open, "GATE-ROL", fault.clone());
    }
    for remark in &reckoned.remarks {
        note(Level::Shown, "GATE-ROL", remark.clone());
    }
    let commented = document.dates.comments_open.map(|day| day.0);
    if let Some(day) = Some(as_of).into_iter().chain(commented).min().filter(|day| section.dated.0 > *day) {
        note(
            Level::Open,
            "GATE-ROL",
            format!(
                "the section is of {}, after {day}: nobody could comment on values that were still to come",
                section.dated.0
            ),
        );
    }
    if section.sensitivity_printed != crate::answer::Fact::Yes {
        note(Level::Open, "GATE-ROL", "the sensitivity analysis is not printed".into());
    }
    let stale = section.dated.0.checked_add(jiff::Span::new().months(RULE_OF_LAW_MONTHS));
    if stale.is_ok_and(|last| as_of > last) {
        note(
            Level::Open,
            "GATE-ROL",
            format!("the section is of {} and older than {RULE_OF_LAW_MONTHS} months", section.dated.0),
        );
    }
    tiers(document, section, &reckoned, note);
}

/// The most protective tier of the section, and what it leads to.
fn tiers(
    document: &Assessment,
    section: &RuleOfLaw,
    reckoned: &Section,
    note: &mut impl FnMut(Level, &str, String),
) {
    let beyond: Vec<String> =
        reckoned.of_values.iter().filter(|t| !section.tiers.contains(t)).map(|t| format!("{t:?}")).collect();
    let why = if beyond.is_empty() {
        String::new()
    } else {
        format!(" (the section's own values reach {}, which it does not declare)", beyond.join(", "))
    };
    match reckoned.tiers.iter().max() {
        None => note(Level::Open, "GATE-ROL", "the set of tiers is not given".into()),
        Some(RuleOfLawTier::T4)
            if section.t4_exception.as_deref().is_none_or(|reasons| reasons.trim().is_empty()) =>
        {
            note(Level::Stops, "GATE-ROL", format!("tier T4 is in the set, and there is no exception{why}"));
        }
        Some(RuleOfLawTier::T3) => {
            note(Level::Conditions, "GATE-ROL", format!("tier T3 is in the set{why}"));
        }
        Some(worst) => {
            let answered = document.answers.get("RL-02").and_then(|a| a.answer.word());
            if answered.is_some_and(|a| a != "unstable" && a != "unknown" && a != format!("{worst:?}")) {
                note(
                    Level::Open,
                    "RL-02",
                    format!("the answer differs from the most protective tier of the section, {worst:?}"),
                );
            }
        }
    }
}
