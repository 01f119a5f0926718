//! `countersign assess show`.

use countersign_assessments::{PublicField, Stage, State, by_severity, challenge_deadlines, in_words};
use countersign_model::Date;
use countersign_register::{Assessed, LoggedAssessment, Replay, WhichFault, assessed};
use countersign_verify::Signer;
use countersign_verify::records::{AssessmentStatus, Content, Text};

use super::read::{OwnersFiles, questions};
use super::work::{level_exit, print_notes};
use crate::command::place::Place;
use crate::command::typed::date;
use crate::exit::Exit;
use crate::printer::{Mark, Printer};
use countersign_operations::assessment::Shown;
use countersign_operations::clock;
use countersign_operations::failure::Failure;
use countersign_operations::findings::ties;

/// Show an assessment as the register has it: state, findings, comments with answers, what is withheld and why
///
/// The newest final text, else the newest draft. Exit code as of `assess lint`, now with all that the log tells.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// `assessment:…`, or the digest of the record of a text
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
    for doubt in replay.doubts() {
        printer.warning(&doubt);
    }
    let as_of = args.as_of.unwrap_or_else(clock::today);
    let all = assessed(&register, &replay, as_of)?;
    for text in all.unreadable.iter().filter(|u| u.id.as_str() == args.id) {
        printer.warning(&format!("entry {} never counts: {}", text.index, text.why));
    }
    let of = all.text_of(&args.id).map_err(|fault| match fault {
        WhichFault::None { .. } => Failure::Input(format!("{fault} (read up to {as_of})")),
        WhichFault::Several { .. } => Failure::Input(fault.to_string()),
    })?;
    let set = questions()?;
    let ties = ties(&args.owners.read()?, &of.document);
    let shown = Shown::of(&all, of, &replay, &set, &ties, as_of);
    let notes = shown.all_notes();
    if args.json {
        printer.json(&shown.to_json(&replay))?;
        return Ok(level_exit(&notes));
    }
    head(&shown, printer);
    life(&all, &shown, &replay, printer);
    residual(of, printer);
    comments(of, &replay, printer);
    withheld(of, printer);
    for shortcoming in replay.shortcomings() {
        printer.data(&Mark::Heading.paint(&format!("not whole: {shortcoming}")));
    }
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

fn head(shown: &Shown<'_>, printer: &mut Printer) {
    let (of, as_of) = (shown.of, shown.as_of);
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
    let word = shown.state().map_or("not in the log yet", State::word);
    printer.data(&format!("  state        {word} on {as_of}"));
    if let Some(last) = shown.valid_to() {
        printer.data(&format!("  valid to     {last}"));
    }
    if let Some(draft) = shown.draft {
        printer.data(&format!(
            "  new draft    entry {} of {}, record {}",
            draft.index, draft.logged, draft.record
        ));
    }
    if !document.conclusion.trim().is_empty() {
        printer.data(&format!("  conclusion   {}", document.conclusion.trim()));
    }
    if document.stage == Stage::D {
        printer.data("  A pass at stage D says nothing about any customer.");
    }
    printer.data("  The register proves who signed what and when, and that declarations agree with each other, not that they are true.");
}

fn life(all: &Assessed, shown: &Shown<'_>, replay: &Replay, printer: &mut Printer) {
    let (of, as_of) = (shown.of, shown.as_of);
    printer.data(&Mark::Heading.paint("life"));
    for event in of.events.iter().filter(|e| e.log_time.0 <= as_of) {
        let since = event.valid_time.map(|d| format!(" (true since {})", d.0)).unwrap_or_default();
        let reason = event.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default();
        printer.data(&format!("  {}  {}{since}{reason}", event.log_time.0, event.event.word()));
    }
    let newer = shown.draft.map(|draft| draft.record);
    if let Some(draft) = all.all.iter().find(|a| Some(a.record) == of.draft) {
        let until = of.announced.map_or_else(String::new, |day| format!(", comments until {day}"));
        printer.data(&format!("  draft: entry {} of {}{until}", draft.index, draft.logged));
    }
    let told = |record| record == of.record || Some(record) == newer || Some(record) == of.draft;
    for other in all.all.iter().filter(|a| a.id == of.id && !told(a.record)) {
        let by = if other.house == of.house { String::new() } else { format!(" by `{}`", other.house) };
        let kind = if other.status == AssessmentStatus::Draft { "draft" } else { "final text" };
        let last = other.events.iter().rfind(|e| e.log_time.0 <= as_of);
        let became = last.filter(|_| other.status == AssessmentStatus::Final).map(|event| {
            let reason = event.reason.as_ref().map(|r| format!(" ({r})")).unwrap_or_default();
            format!(", {} since {}{reason}", event.event.word(), event.log_time.0)
        });
        printer.data(&format!(
            "  another {kind}{by}: entry {} of {}{}",
            other.index,
            other.logged,
            became.unwrap_or_default()
        ));
    }
    for (entry, signer) in replay.sound().filter(|(entry, _)| entry.day() <= as_of) {
        if !entry.record.head.about.contains(&of.id) {
            continue;
        }
        match &entry.record.content {
            Content::Challenge(challenge) => {
                let due = challenge_deadlines(entry.day());
                let grounds: Vec<&str> = challenge.grounds.iter().map(Text::as_str).collect();
                printer.data(&format!(
                    "  entry {}: challenge on {} of {}; to be admitted or not by {}, decided by {}",
                    entry.index,
                    grounds.join(", "),
                    entry.day(),
                    due.admissibility,
                    due.decision
                ));
            }
            Content::ChallengeDecision(decision) => {
                let by = match signer {
                    Signer::Known { name, organisation, .. } => organisation.as_ref().unwrap_or(name),
                    Signer::Public => "somebody",
                };
                let of = replay.record(&decision.of.record).map(|(challenge, _)| challenge.index);
                let of = of.map_or_else(String::new, |index| format!(" (entry {index})"));
                printer.data(&format!(
                    "  entry {}: challenge{of} {} by {by}: {}",
                    entry.index,
                    word(&decision.outcome).replace('_', " "),
                    decision.reasons
                ));
            }
            _ => {}
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
            let on =
                replay.record(&comment.of.record).map(|(text, _)| text.index).filter(|on| *on != of.index);
            let on = on.map_or_else(String::new, |on| format!(" (on the text of entry {on})"));
            printer.data(&format!("  entry {index}, {}{on}: {}", entry.record.head.by.name, comment.text));
        } else {
            printer.data(&format!("  entry {index}: a comment whose record is gone from this copy"));
        }
        printer.data(&format!("    {digest}"));
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
