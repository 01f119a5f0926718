//! `countersign assess show`.

use countersign_assessments::{PublicField, Stage, by_severity, in_words, lint as find, state_at, valid_to};
use countersign_model::Date;
use countersign_register::{Assessed, LoggedAssessment, Replay, assessed};
use countersign_verify::records::{AssessmentStatus, Content};
use serde_json::{Value, json};

use super::work::{level_exit, print_notes, shown};
use super::{OwnersFiles, Place, questions};
use crate::command::date;
use crate::exit::Exit;
use crate::printer::{Mark, Printer};
use countersign_operations::clock;
use countersign_operations::failure::Failure;
use countersign_operations::findings::ties;

/// Show an assessment as the register has it: state, findings, comments with answers, what is withheld and why
///
/// Exit code as of `assess lint`, now with all that the log tells.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// `assessment:…`
    id: String,
    #[command(flatten)]
    place: Place,
    /// What was logged by this day; without it, today
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    #[command(flatten)]
    owners: OwnersFiles,
    /// With every question and its answer
    #[arg(long)]
    answers: bool,
    /// Print assess-show/1 as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, printer: &mut Printer) -> Result<Exit, Failure> {
    let (register, replay) = args.place.replay()?;
    for fault in &replay.faults {
        printer.warning(&fault.to_string());
    }
    let as_of = args.as_of.unwrap_or_else(clock::today);
    let all = assessed(&register, &replay, as_of)?;
    for text in all.unreadable.iter().filter(|u| u.id.as_str() == args.id) {
        printer.warning(&format!("entry {}: {}", text.index, text.why));
    }
    let Some(of) = all.all.iter().rfind(|a| a.id.as_str() == args.id) else {
        return Err(Failure::Input(format!(
            "the register has no text of `{}` by {as_of}; see `countersign register subjects`",
            args.id
        )));
    };
    let set = questions()?;
    let judgement = all.judge_with_ties(of, &replay, &set, &ties(&args.owners.read()?, &of.document), as_of);
    let mut publication = judgement.publication.clone();
    if of.status == AssessmentStatus::Draft {
        // the time for comments runs
        publication.retain(|gap| gap.rule != "PUB-01" && gap.rule != "PUB-04");
    }
    let mut notes = find(
        &of.document,
        &judgement.evaluation,
        &judgement.independence,
        &publication,
        Some(&of.redaction).filter(|_| of.status == AssessmentStatus::Final),
        as_of,
    );
    notes.extend(of.reports.iter().map(|report| shown(report, as_of)));
    if args.json {
        let mut value = json(of, &replay);
        if let Some(map) = value.as_object_mut() {
            map.insert("as_of".into(), json!(as_of.to_string()));
            map.insert("notes".into(), json!(notes));
            map.insert("evaluation".into(), json!(judgement.evaluation));
            map.insert("independence".into(), json!(judgement.independence));
        }
        printer.json(&value)?;
        return Ok(level_exit(&notes));
    }
    head(of, as_of, printer);
    life(&all, of, &replay, as_of, printer);
    residual(of, printer);
    comments(of, &replay, printer);
    withheld(of, printer);
    print_notes(&notes, printer);
    if args.answers {
        for question in set.questions().filter(|q| q.is_asked_of(of.document.side())) {
            let answer = of.document.answers.get(&question.id);
            let told = answer.map_or("not answered, or withheld".to_owned(), |a| {
                format!("{} ({:?})", serde_json::to_string(&a.answer).unwrap_or_default(), a.tier)
            });
            printer.data(&format!("{} {}\n      {told}", question.id, question.text));
            if let Some(stop) = &question.stop {
                printer.data(&format!("      stops: {}", in_words(stop)));
            }
        }
    }
    Ok(level_exit(&notes))
}

fn head(of: &LoggedAssessment, as_of: Date, printer: &mut Printer) {
    let document = &of.document;
    let name = |id: &str| {
        document.party(id).map_or_else(|| id.to_owned(), |p| format!("{} ({})", p.name, p.country.as_str()))
    };
    printer.data(&Mark::Heading.paint(&document.title));
    printer.data(&format!("  {}, entry {}, record {}", of.id, of.index, of.record));
    printer.data(&format!(
        "  product      {} {} of {}",
        document.product.name,
        document.product.version,
        name(&document.product.vendor)
    ));
    if let Some(user) = &document.end_user {
        printer.data(&format!("  end user     {}", name(user)));
    }
    printer.data(&format!("  assessor     {}", name(&document.assessor.party)));
    printer.data(&format!(
        "  reviewer     {}{}",
        name(&document.reviewer.party),
        if of.review.is_some() { ", signed" } else { ", has not signed" }
    ));
    let state = state_at(&of.events, as_of);
    let expired = of.status == AssessmentStatus::Final && as_of > valid_to(document.stage, of.logged);
    let word = match state {
        Some(event) if expired && event.event.word() == "live" => "expired".to_owned(),
        Some(event) => event.event.word().to_owned(),
        None => "not in the log yet".to_owned(),
    };
    printer.data(&format!("  state        {word} on {as_of}"));
    if of.status == AssessmentStatus::Final {
        printer.data(&format!("  valid to     {}", valid_to(document.stage, of.logged)));
    }
    if !document.conclusion.trim().is_empty() {
        printer.data(&format!("  conclusion   {}", document.conclusion.trim()));
    }
    if document.stage == Stage::D {
        printer.data("  A pass at stage D says nothing about any customer.");
    }
    printer.data("  The register proves who signed what and when, and that declarations agree with each other, not that they are true.");
}

fn life(all: &Assessed, of: &LoggedAssessment, replay: &Replay, as_of: Date, printer: &mut Printer) {
    printer.data(&Mark::Heading.paint("life"));
    for event in of.events.iter().filter(|e| e.log_time.0 <= as_of) {
        let since = event.valid_time.map(|d| format!(" (true since {})", d.0)).unwrap_or_default();
        let reason = event.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
        printer.data(&format!("  {}  {}{since}{reason}", event.log_time.0, event.event.word()));
    }
    for other in all.all.iter().filter(|a| a.id == of.id && a.index != of.index) {
        printer.data(&format!("  an earlier text: entry {} of {}", other.index, other.logged));
    }
    for (entry, _) in replay.sound() {
        let about_this = entry.record.head.about.contains(&of.id);
        if about_this && matches!(entry.record.content, Content::Challenge(_) | Content::ChallengeDecision(_))
        {
            printer.data(&format!("  entry {}: {}", entry.index, entry.record.head.summary));
        }
    }
}

fn residual(of: &LoggedAssessment, printer: &mut Printer) {
    if of.document.impacts.is_empty() {
        return;
    }
    printer.data(
        &Mark::Heading.paint("what is left after mitigation (severity first, then likelihood; 1 to 5)"),
    );
    for impact in by_severity(&of.document.impacts) {
        printer.data(&format!(
            "  {} {}  {:<24} {}",
            impact.residual.severity().get(),
            impact.residual.likelihood.get(),
            impact.right.word().replace('_', " "),
            impact.text
        ));
    }
}

fn comments(of: &LoggedAssessment, replay: &Replay, printer: &mut Printer) {
    if of.comments.is_empty() {
        return;
    }
    printer.data(&Mark::Heading.paint("comments"));
    for (digest, index) in &of.comments {
        if let Some((entry, _)) = replay.record(digest)
            && let Content::Comment(comment) = &entry.record.content
        {
            printer.data(&format!("  entry {index}, {}: {}", entry.record.head.by.name, comment.text));
            printer.data(&format!("    {digest}"));
        }
        let in_text = of.document.comments.iter().find(|d| d.comment == *digest);
        match (of.answers.get(digest), in_text) {
            (Some((outcome, reason)), _) => printer.data(&format!("    answer: {}: {reason}", word(outcome))),
            (None, Some(d)) => printer.data(&format!("    answer: {}: {}", word(&d.outcome), d.reason)),
            (None, None) => printer.data("    no answer yet"),
        }
    }
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn withheld(of: &LoggedAssessment, printer: &mut Printer) {
    let fields: Vec<_> = of
        .public
        .fields
        .iter()
        .filter_map(|f| match f {
            PublicField::Withheld(w) => Some(w),
            PublicField::Open(_) => None,
        })
        .collect();
    if fields.is_empty() {
        printer.data("nothing is withheld");
        return;
    }
    printer.data(&Mark::Heading.paint(&format!(
        "withheld: {} of {} fields",
        fields.len(),
        of.public.fields.len()
    )));
    for field in fields {
        printer.data(&format!(
            "  {}  class {:?}, {}; decided by {}, looked at again on {}",
            field.path, field.class, field.reason, field.decided_by, field.review_date.0
        ));
    }
}

fn json(of: &LoggedAssessment, replay: &Replay) -> Value {
    json!({
        "schema": "assess-show/1",
        "id": of.id,
        "status": of.status,
        "entry": of.index,
        "record": of.record,
        "register": replay.origin(),
        "tree_size": replay.size(),
        "root": replay.root(),
        "logged": of.logged.to_string(),
        "draft_logged": of.draft_logged.map(|d| d.to_string()),
        "valid_to": valid_to(of.document.stage, of.logged).to_string(),
        "document": of.document,
        "text_root": of.public.root,
        "reviewed": of.review,
        "redaction": of.redaction,
        "comments": of.comments.iter().map(|(digest, index)| json!({
            "record": digest,
            "entry": index,
            "answer": of.answers.get(digest).map(|(outcome, reason)| json!({"outcome": word(outcome), "reason": reason})),
        })).collect::<Vec<_>>(),
        "events": of.events,
    })
}
