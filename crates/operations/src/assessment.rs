//! One assessment as it is shown: its state on a day, and everything that stands between it and the gate.
//!
//! Comes in: the assessments of a register, one of them, a day. Goes out: findings and `assess-show/1`. Next: `assess show`
//! prints it, the server answers with it and makes its page of it.

use countersign_assessments::{Level, Note, QuestionSet, State, Tie, lint, state_at, valid_to};
use countersign_model::Date;
use countersign_register::{Assessed, Judgement, LoggedAssessment, Replay, TriggerReport};
use countersign_verify::records::AssessmentStatus;
use serde_json::{Value, json};

/// An assessment, judged as of a day.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The assessment.
    pub of: &'a LoggedAssessment,
    /// A draft of the same organisation that is newer.
    pub draft: Option<&'a LoggedAssessment>,
    /// What its answers, declarations and publication mean.
    pub judgement: Judgement,
    /// What stands between it and the gate, the gravest first.
    pub notes: Vec<Note>,
    /// What the register holds about vendor, product, end user and country.
    pub reports: Vec<Note>,
    /// The day.
    pub as_of: Date,
}

impl<'a> Shown<'a> {
    /// Judges it. `ties`: who works for, owns or pays whom, as others than the declarations tell.
    pub fn of(
        all: &'a Assessed,
        of: &'a LoggedAssessment,
        replay: &Replay,
        set: &QuestionSet,
        ties: &[Tie],
        as_of: Date,
    ) -> Self {
        let judgement = all.judge_with_ties(of, replay, set, ties, as_of);
        let is_draft = of.status == AssessmentStatus::Draft;
        let mut publication = judgement.publication.clone();
        // the time for comments on a draft runs
        publication.retain(|gap| !is_draft || (gap.rule != "PUB-01" && gap.rule != "PUB-04"));
        let redaction = Some(&of.redaction).filter(|_| !is_draft);
        let notes = lint(
            &of.document,
            &judgement.evaluation,
            &judgement.independence,
            &publication,
            redaction,
            as_of,
        );
        let reports = of.reports.iter().map(|report| report_note(report, as_of)).collect();
        Self { of, draft: all.draft_beside(of), judgement, notes, reports, as_of }
    }

    /// The state on the day.
    pub fn state(&self) -> Option<State> {
        state_on(self.of, self.as_of)
    }

    /// Its last day; none for a draft, and none where something else ended it before.
    pub fn valid_to(&self) -> Option<Date> {
        let ended = matches!(self.state(), Some(State::Revoked | State::Void | State::Superseded));
        (self.of.status == AssessmentStatus::Final && !ended)
            .then(|| valid_to(self.of.document.stage, self.of.logged))
    }

    /// All notes: what stands in the way, then what the register holds.
    pub fn all_notes(&self) -> Vec<Note> {
        self.notes.iter().chain(&self.reports).cloned().collect()
    }

    /// `assess-show/1`.
    pub fn to_json(&self, replay: &Replay) -> Value {
        let of = self.of;
        let comments: Vec<Value> = of
            .comments
            .iter()
            .map(|(digest, index)| {
                let answer = of
                    .answers
                    .get(digest)
                    .map(|(outcome, reason)| json!({"outcome": outcome, "reason": reason}));
                json!({"record": digest, "entry": index, "answer": answer})
            })
            .collect();
        json!({
            "schema": "assess-show/1",
            "id": of.id,
            "organisation": of.house,
            "status": of.status,
            "entry": of.index,
            "record": of.record,
            "register": replay.origin(),
            "tree_size": replay.size(),
            "root": replay.root(),
            "warnings": replay.shortcomings(),
            "as_of": self.as_of.to_string(),
            "logged": of.logged.to_string(),
            "draft_logged": of.draft_logged.map(|d| d.to_string()),
            "no_draft": of.no_draft,
            "newer_draft": self.draft.map(|draft| json!({"entry": draft.index, "record": draft.record})),
            "valid_to": valid_to(of.document.stage, of.logged).to_string(),
            "state": self.state().map(State::word),
            "document": of.document,
            "text_root": of.public.root,
            "reviewed": of.review,
            "redaction": of.redaction,
            "comments": comments,
            "events": of.events,
            "notes": self.all_notes(),
            "evaluation": self.judgement.evaluation,
            "independence": self.judgement.independence,
        })
    }
}

/// The state on a day; none before its draft. A live one whose time is over has expired, whether or not anybody logged that.
pub fn state_on(of: &LoggedAssessment, day: Date) -> Option<State> {
    let expired = of.status == AssessmentStatus::Final && day > valid_to(of.document.stage, of.logged);
    match state_at(&of.events, day)?.event {
        State::Live if expired => Some(State::Expired),
        other => Some(other),
    }
}

/// A report as something to know; whether it must be answered is among the questions.
pub fn report_note(report: &TriggerReport, as_of: Date) -> Note {
    let what = match (report.of_end_user, report.of_product) {
        (true, true) => "of this product and this end user",
        (true, false) => "of this end user",
        (false, true) => "of this vendor's product",
        (false, false) => "from the country of destination",
    };
    let state = if report.is_withdrawn(as_of) {
        ", withdrawn after a dispute"
    } else if report.disputed {
        ", a dispute is open"
    } else {
        ""
    };
    Note {
        level: Level::Shown,
        rule: "register".to_owned(),
        text: format!("{}{state}, {what}: {} ({})", report.label(), report.text, report.record),
    }
}
