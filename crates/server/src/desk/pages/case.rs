//! The page of a case: where it stands, what was done, and what whoever looks may do.

use countersign_desk::queue::{self as queues, Waits};
use countersign_desk::{Case, CaseState, Decided, Document, Origin, Outcome, Question, paper as papers};
use countersign_identity::Role;
use countersign_model::Date;
use countersign_pages::words::Desk;
use countersign_pages::{Language, text::fill};
use countersign_store::Store;

use super::check::check_view;
use super::line::match_line;
use super::reader::{Reader, may};
use super::text::{text_of, to_the_minute};
use crate::desk::speech;
use crate::desk::view::{
    CaseView, DecisionRow, DocumentRow, OutcomeRow, ProposalView, QuestionRow, SignatureRow, TimelineRow,
};
use crate::problem::Problem;

/// How far a case is: the word, whether it is done, whether it is now.
fn stages(case: &Case, w: &Desk) -> Vec<(&'static str, bool, bool)> {
    let waits = queues::waits(case);
    let now = match waits {
        Waits::Matches | Waits::SecondEyes => 1,
        Waits::Answers | Waits::Check => 2,
        Waits::Proposal => 3,
        Waits::Signature => 4,
        Waits::Decision => 5,
        Waits::Nothing => 6,
    };
    let words = [w.stage_open, w.stage_matches, w.stage_check, w.stage_propose, w.stage_sign, w.stage_decide];
    let withdrawn = case.state == CaseState::Withdrawn;
    let done = |n: usize| n < now && !(withdrawn && n > 0);
    words.into_iter().enumerate().map(|(n, word)| (word, done(n), n == now)).collect()
}

pub(super) fn case_view(case: &Case, store: &Store, reader: &Reader) -> Result<CaseView, Problem> {
    let (w, language, today) = (reader.words(), reader.language, reader.today);
    let waits = queues::waits(case);
    Ok(CaseView {
        id: case.id.clone(),
        title: case.title.clone(),
        applicant: case.applicant.clone(),
        state: speech::state(case.state, w),
        tone: match case.state {
            CaseState::Open => "open",
            CaseState::Signing => "attention",
            CaseState::Decided => "good",
            CaseState::Withdrawn => "plain",
        },
        is_decided: case.state == CaseState::Decided,
        stages: stages(case, w),
        waits: if waits == Waits::Nothing { "" } else { speech::waits(waits, w) },
        due: case.due.to_string(),
        late: queues::is_late(case, today),
        assigned: case.assigned.as_ref().map_or_else(String::new, |(_, name)| name.clone()),
        mine: case.assigned.as_ref().is_some_and(|(user, _)| *user == reader.me.user),
        colleagues: reader.colleagues.clone(),
        opened: case.opened.time.clone(),
        opened_by: case.opened.by.name.clone(),
        policy: case.policy.name.clone(),
        facts: case.facts.map(|facts| facts.to_string()),
        facts_text: case.facts.map(|facts| text_of(store, &facts)).transpose()?.unwrap_or_default(),
        check: case.check.as_ref().map(|check| check_view(check, store, language)).transpose()?,
        stale: case.check_is_stale,
        matches: case.matches.iter().map(|m| match_line(case, m, w)).collect(),
        documents: case.documents.iter().map(|d| document_row(d, w)).collect(),
        questions: case.questions.iter().map(|q| question_row(q, today, w)).collect(),
        outcomes: case.policy.outcome.iter().map(|o| outcome_row(case, o, language)).collect(),
        proposal: proposal_view(case, store, language)?,
        returned: case.returned.as_ref().map(|(why, by)| {
            format!("{} ({}, {})", speech::returned(why, language), by.by.name, to_the_minute(&by.time))
        }),
        escalated: case
            .escalated
            .as_ref()
            .map(|(why, by)| format!("{why} ({}, {})", by.by.name, to_the_minute(&by.time))),
        decisions: case.decisions.iter().enumerate().map(|(n, d)| decision_row(n + 1, d, language)).collect(),
        appeals: case
            .appeals
            .iter()
            .map(|a| format!("{}, {}: {}", a.received, fill(w.by, &[("name", &a.appellant)]), a.grounds))
            .collect(),
        notes: case.notes.iter().map(|n| (n.by.by.name.clone(), n.by.time.clone(), n.text.clone())).collect(),
        timeline: case
            .steps
            .iter()
            .rev()
            .map(|(by, step)| TimelineRow {
                entry: by.index,
                time: by.time.clone(),
                by: by.by.name.clone(),
                words: speech::step(step, &case.policy.outcome, language),
            })
            .collect(),
        may: may(case, reader),
    })
}

/// A way in which the case could end, with who would have to sign.
fn outcome_row(case: &Case, outcome: &Outcome, language: Language) -> OutcomeRow {
    let signers: Vec<String> = case.needed(outcome).iter().map(|r| speech::role(*r, language)).collect();
    OutcomeRow {
        id: outcome.id.clone(),
        words: speech::outcome(outcome, language).to_owned(),
        signatures: signers.join(&format!(", {} ", language.words().desk.then)),
        not_yet: case.may_end_with(&outcome.id).err().map(|e| speech::outcome_refusal(&e, language)),
    }
}

fn decision_row(number: usize, decided: &Decided, language: Language) -> DecisionRow {
    let signers: Vec<&str> = decided.signatures.iter().map(|s| s.by.by.name.as_str()).collect();
    DecisionRow {
        number,
        words: speech::outcome(&decided.proposal.outcome, language).to_owned(),
        time: decided.by.time.clone(),
        signers: signers.join(", "),
    }
}

fn document_row(d: &Document, w: &Desk) -> DocumentRow {
    DocumentRow {
        name: d.name.clone(),
        sha256: d.sha256.to_string(),
        bytes: d.bytes,
        from: match d.from {
            Origin::Applicant => w.from_applicant,
            Origin::Authority => w.from_authority,
            Origin::Public => w.from_public,
            Origin::Own => w.from_own,
        },
        about: d.about.clone(),
        added: format!("{}, {}", d.added.by.name, to_the_minute(&d.added.time)),
    }
}

fn question_row(q: &Question, today: Date, w: &Desk) -> QuestionRow {
    let answer = match (&q.answer, &q.dropped) {
        (Some((text, by)), _) => format!("{text} ({}, {})", by.by.name, to_the_minute(&by.time)),
        (None, Some((why, by))) => {
            let blanks = [("why", why.as_str()), ("who", &by.by.name), ("time", &to_the_minute(&by.time))];
            fill(w.dropped, &blanks)
        }
        (None, None) => String::new(),
    };
    QuestionRow {
        id: q.id.clone(),
        text: q.text.clone(),
        due: q.due.to_string(),
        late: q.is_open() && q.due < today,
        open: q.is_open(),
        answer,
    }
}

fn proposal_view(case: &Case, store: &Store, language: Language) -> Result<Option<ProposalView>, Problem> {
    let w = &language.words().desk;
    let Some(proposal) = &case.proposal else { return Ok(None) };
    let needed = case.needed(&proposal.outcome);
    let missing = needed.iter().enumerate().skip(case.signatures.len());
    let number = |(n, role): (usize, &Role)| {
        fill(w.number, &[("n", &(n + 1).to_string()), ("role", &speech::role(*role, language))])
    };
    let paper_text = text_of(store, &proposal.paper)?;
    Ok(Some(ProposalView {
        words: speech::outcome(&proposal.outcome, language).to_owned(),
        reason: proposal.reason.clone(),
        conditions: proposal.conditions.clone(),
        by: format!("{}, {}", proposal.by.by.name, to_the_minute(&proposal.by.time)),
        paper: proposal.paper.to_string(),
        written_in: papers::language_of(&paper_text),
        paper_text,
        signatures: case.signatures.iter().map(|s| SignatureRow::of(s, language)).collect(),
        missing: missing.map(number).collect(),
    }))
}
