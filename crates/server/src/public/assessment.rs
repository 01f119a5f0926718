//! `/assessment/{id}`: an assessment on a day, with everything that was said and done about it.

use axum::response::Response;
use countersign_assessments::{
    Assessment, Fact, Level, Note, PublicField, QuestionSet, Stage, State as Life, valid_to,
};
use countersign_model::Date;
use countersign_operations::assessment::{Shown, state_on};
use countersign_pages::text::Tone;
use countersign_pages::view::{
    AssessmentLine, AssessmentView, IndependenceView, LifeView, NoteView, Summary, TextView, WithheldView,
};
use countersign_pages::{Formats, Section, page};
use countersign_register::{Assessed, LoggedAssessment, Replay, WhichFault};
use countersign_verify::records::{AssessmentStatus, Content};

use super::assessment_parts::{self as parts, person};
use super::code::code;
use super::feeds;
use super::site::Site;
use crate::api::whole_id;
use crate::problem::Problem;

/// How a state is marked.
fn tone_of(state: Life) -> Tone {
    match state {
        Life::Live => Tone::Good,
        Life::Suspended | Life::Expired | Life::Superseded => Tone::Attention,
        Life::Revoked | Life::Void => Tone::Stop,
        Life::Draft | Life::Consultation | Life::Final => Tone::Open,
    }
}

/// The state on a day, with its mark.
fn state(of: &LoggedAssessment, day: Date) -> (String, Tone) {
    match state_on(of, day) {
        Some(state) => (state.word().to_owned(), tone_of(state)),
        None => ("draft".to_owned(), Tone::Open),
    }
}

/// What stands between a text in force and the gate: the gravest level, and its rules. A text that stops is not marked as good,
/// whatever its state.
fn against(shown: &Shown<'_>, tone: Tone) -> (Tone, Option<String>, Vec<String>) {
    let grave = |note: &&Note| matches!(note.level, Level::Stops | Level::Open | Level::Conditions);
    let level = shown.notes.iter().filter(grave).map(|note| note.level).min();
    let Some(level) = level.filter(|_| shown.state() == Some(Life::Live)) else {
        return (tone, None, Vec::new());
    };
    let mut rules: Vec<String> = Vec::new();
    for note in shown.notes.iter().filter(|note| note.level == level) {
        if !rules.contains(&note.rule) {
            rules.push(note.rule.clone());
        }
    }
    let word = code(level);
    (tone_of_level(&word), Some(word), rules)
}

/// The last text of each assessment that fits, newest first.
pub(super) fn lines(
    all: &Assessed,
    replay: &Replay,
    set: &QuestionSet,
    day: Date,
    fits: impl Fn(&LoggedAssessment) -> bool,
) -> Vec<AssessmentLine> {
    let last = all.newest().into_iter().rev().filter(|of| fits(of));
    last.map(|of| {
        let document = &of.document;
        let (state, tone) = state(of, day);
        let (tone, level, rules) = against(&Shown::of(all, of, replay, set, &[], day), tone);
        AssessmentLine {
            id: of.id.to_string(),
            title: document.title.clone(),
            stage: stage(document.stage).to_owned(),
            product: format!("{} {}", document.product.name, document.product.version),
            end_user: document.end_user.as_ref().map(|id| person(document, id).name),
            country: document.destination.map(|code| code.as_str().to_uppercase()),
            state,
            tone,
            level,
            rules,
            logged: of.logged,
            valid_to: (of.status == AssessmentStatus::Final).then(|| valid_to(document.stage, of.logged)),
            index: of.index,
        }
    })
    .collect()
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::D => "D",
        Stage::S => "S",
    }
}

/// The page.
pub(super) fn page(site: &Site, id: &str) -> Result<Response, Problem> {
    let (_, replay) = site.register()?;
    let Some(view) = site.view() else { return Err(Problem::not_found("this site shows no register")) };
    let day = site.day();
    let all = site.ready.assessed(view, day)?;
    let id = whole_id(id);
    let unreadable: Vec<(u64, String)> =
        all.unreadable.iter().filter(|u| u.id.as_str() == id).map(|u| (u.index, u.why.clone())).collect();
    let of = match all.text_of(&id) {
        Ok(of) => of,
        Err(fault @ WhichFault::Several { .. }) => return Err(Problem::not_found(fault.to_string())),
        Err(WhichFault::None { .. }) => {
            return Err(match unreadable.first() {
                Some((index, why)) => {
                    Problem::not_found(format!("the text of `{id}` (entry {index}) cannot be read: {why}"))
                }
                None => Problem::not_found(format!("the register had no text of `{id}` by {day}")),
            });
        }
    };
    let set = QuestionSet::embedded().map_err(|e| Problem::program(&e))?;
    let made = made(site, &all, of, replay, &set, unreadable)?;
    let formats = Formats { json: true, csv: true, atom: true };
    let frame = site.frame(made.title.clone(), Section::Register, formats);
    let rows = site.rows();
    site.answer(&frame, &made, page::assessment, |frame| {
        let about = rows.about(of.id.as_str(), day);
        feeds::records(frame, &about.into_iter().map(|found| found.row.clone()).collect::<Vec<_>>())
    })
}

fn made(
    site: &Site,
    all: &Assessed,
    of: &LoggedAssessment,
    replay: &Replay,
    set: &QuestionSet,
    unreadable: Vec<(u64, String)>,
) -> Result<AssessmentView, Problem> {
    let day = site.day();
    let document = &of.document;
    let shown = Shown::of(all, of, replay, set, &[], day);
    let draft = of.status == AssessmentStatus::Draft;
    let (state, tone) = state(of, day);
    let (tone, level, rules) = against(&shown, tone);
    let (challenges, measures) = parts::challenges(site, of, replay);
    let comment_until = match replay.record(&of.record).map(|(entry, _)| &entry.record.content) {
        Some(Content::Assessment(content)) => content.comment_until.map(|day| day.0),
        _ => None,
    };
    Ok(AssessmentView {
        schema: "page-assessment/1",
        id: of.id.to_string(),
        title: document.title.clone(),
        draft,
        index: of.index,
        record: of.record.to_string(),
        logged: of.logged,
        state,
        tone,
        level,
        rules,
        valid_to: shown.valid_to(),
        comment_until: comment_until.filter(|_| draft),
        stage: stage(document.stage).to_owned(),
        product: document.product.name.clone(),
        product_subject: document.product.subject.clone(),
        version: document.product.version.clone(),
        vendor: person(document, &document.product.vendor),
        end_user: document.end_user.as_ref().map(|id| person(document, id)),
        destination: document.destination.map(|code| code.as_str().to_uppercase()),
        chain: document
            .intermediaries
            .as_ref()
            .map(|chain| chain.members().iter().map(|id| person(document, id)).collect()),
        assessor: person(document, &document.assessor.party),
        reviewer: person(document, &document.reviewer.party),
        reviewed_on: of.review.as_ref().map(|review| review.date.0),
        selection: document.selection.word().to_owned(),
        fee: format!("{} {}", document.fees.amount, document.fees.currency),
        fee_by: person(document, &document.fees.source).name,
        conclusion: document.conclusion.trim().to_owned(),
        summaries: document
            .summaries
            .iter()
            .map(|(language, text)| Summary { language: language.clone(), text: text.clone() })
            .collect(),
        channel: channel(document),
        notes: notes(&shown),
        life: life(of, day),
        texts: texts(all, of),
        impacts: parts::impacts(document),
        questions: parts::questions(of, &shown.judgement.evaluation, set),
        not_asked: shown.judgement.evaluation.not_asked.len(),
        refusals: parts::refusals(document),
        comments: parts::comments(site, of, replay),
        challenges,
        measures,
        withheld: withheld(of),
        fields: of.public.fields.len(),
        text_root: of.public.root.to_string(),
        independence: independence(&shown),
        declarations: parts::declarations(document),
        conditions: document.conditions.as_ref().map(|conditions| conditions.members().to_vec()),
        law: document.legal_findings.iter().map(|f| (f.source.clone(), f.text.clone())).collect(),
        unreadable,
        question_set: set.version().to_owned(),
    })
}

fn notes(shown: &Shown<'_>) -> Vec<NoteView> {
    let notes = shown.notes.iter().map(|note| {
        let level = code(note.level);
        NoteView { tone: tone_of_level(&level), level, rule: note.rule.clone(), text: note.text.clone() }
    });
    notes.collect()
}

/// What happened to it by a day.
fn life(of: &LoggedAssessment, day: Date) -> Vec<LifeView> {
    let events = of.events.iter().filter(|event| event.log_time.0 <= day).map(|event| LifeView {
        logged: event.log_time.0,
        state: event.event.word().to_owned(),
        tone: tone_of(event.event),
        since: event.valid_time.map(|day| day.0),
        reason: event.reason.clone(),
    });
    events.collect()
}

/// All texts of the assessment.
fn texts(all: &Assessed, of: &LoggedAssessment) -> Vec<TextView> {
    let texts = all.all.iter().filter(|other| other.id == of.id).map(|other| TextView {
        index: other.index,
        logged: other.logged,
        status: code(other.status),
        shown: other.index == of.index,
    });
    texts.collect()
}

fn independence(shown: &Shown<'_>) -> Vec<IndependenceView> {
    let findings = shown.judgement.independence.iter().map(|finding| {
        let verdict = code(finding.verdict);
        let tone = match verdict.as_str() {
            "pass" => Tone::Good,
            "flag" => Tone::Attention,
            "incomplete" | "person_removed" => Tone::Open,
            _ => Tone::Stop,
        };
        IndependenceView { rule: finding.rule.clone(), verdict, tone, why: finding.why.clone() }
    });
    findings.collect()
}

fn tone_of_level(level: &str) -> Tone {
    match level {
        "stops" => Tone::Stop,
        "open" => Tone::Open,
        "conditions" => Tone::Attention,
        _ => Tone::Plain,
    }
}

fn channel(document: &Assessment) -> String {
    let channel = &document.comment_channel;
    let told = [
        (channel.anonymous, "anonymous"),
        (channel.without_account, "without an account"),
        (channel.over_tor, "over Tor"),
    ];
    let told = told.into_iter().filter(|(fact, _)| *fact == Fact::Yes).map(|(_, word)| word);
    let told: Vec<&str> = told.collect();
    match (channel.address.is_empty(), told.is_empty()) {
        (true, _) => String::new(),
        (false, true) => channel.address.clone(),
        (false, false) => format!("{} ({})", channel.address, told.join(", ")),
    }
}

fn withheld(of: &LoggedAssessment) -> Vec<WithheldView> {
    let fields = of.public.fields.iter().filter_map(|field| match field {
        PublicField::Withheld(withheld) => Some(withheld),
        PublicField::Open(_) => None,
    });
    fields
        .map(|field| WithheldView {
            path: field.path.clone(),
            class: code(field.class),
            reason: field.reason.clone(),
            decided_by: field.decided_by.clone(),
            review: field.review_date.0,
        })
        .collect()
}
