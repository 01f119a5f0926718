//! Parts of an assessment page that are put together from several records: questions, comments, challenges.

use countersign_assessments::{
    Answered, Assessment, Checked, Evaluation, PublicField, QuestionSet, Stop, Value, by_severity,
    challenge_deadlines,
};
use countersign_pages::text::Tone;
use countersign_pages::view::{
    ChallengeView, CommentView, DeclarationView, ImpactView, PersonView, QuestionView, RecordRow,
    ResponseView,
};
use countersign_register::{LoggedAssessment, Replay};
use countersign_verify::records::Content;

use super::code::code;
use super::ground::answer;
use super::rows::{day_of, signed_by};
use super::site::Site;

/// A party of an assessment by its id there.
pub(super) fn person(document: &Assessment, id: &str) -> PersonView {
    match document.party(id) {
        Some(party) => PersonView {
            name: party.name.clone(),
            country: Some(party.country.as_str().to_uppercase()),
            subject: party.subject.clone(),
        },
        None => PersonView { name: id.to_owned(), country: None, subject: None },
    }
}

/// The impacts, the gravest first.
pub(super) fn impacts(document: &Assessment) -> Vec<ImpactView> {
    by_severity(&document.impacts)
        .into_iter()
        .map(|impact| ImpactView {
            right: impact.right.word().to_owned(),
            text: impact.text.clone(),
            before: (impact.inherent.severity().get(), impact.inherent.likelihood.get()),
            after: (impact.residual.severity().get(), impact.residual.likelihood.get()),
            mitigations: impact.mitigations.iter().map(|m| m.text.clone()).collect(),
        })
        .collect()
}

/// What was refused: what, by whom, and to which questions.
pub(super) fn refusals(document: &Assessment) -> Vec<(String, String, Vec<String>)> {
    let refusals =
        document.refusals.iter().flat_map(Checked::members).map(|refusal| {
            (refusal.what.clone(), person(document, &refusal.by).name, refusal.questions.clone())
        });
    refusals.collect()
}

/// Who declared interests, and for whom.
pub(super) fn declarations(document: &Assessment) -> Vec<DeclarationView> {
    let declarations = document.declarations.iter().map(|declaration| DeclarationView {
        person: declaration.person.clone(),
        organisation: person(document, &declaration.organisation).name,
        lead: declaration.lead,
    });
    declarations.collect()
}

/// Each question that is asked, with what was answered and what that does.
pub(super) fn questions(
    of: &LoggedAssessment,
    evaluation: &Evaluation,
    set: &QuestionSet,
) -> Vec<QuestionView> {
    let document = &of.document;
    let withheld: Vec<&str> = of
        .public
        .fields
        .iter()
        .filter_map(|field| match field {
            PublicField::Withheld(withheld) => Some(withheld.path.as_str()),
            PublicField::Open(_) => None,
        })
        .collect();
    let asked = set.questions().filter(|question| question.is_asked_of(document.side()));
    asked
        .map(|question| {
            let given = document.answers.get(&question.id);
            let below = format!("answers/{}/", question.id);
            let judged = evaluation.questions.get(&question.id);
            let (effect, tone) = match judged {
                Some(judged) => match (&judged.stop, judged.red_flag, judged.mitigated) {
                    (Stop::Yes, ..) => ("stops", Tone::Stop),
                    (Stop::Unknown | Stop::HangsOn(_), ..) => ("stop_unknown", Tone::Open),
                    (Stop::No, true, false) => ("red_flag", Tone::Attention),
                    (Stop::No, true, true) => ("mitigated", Tone::Plain),
                    (Stop::No, false, _) if judged.answered == Answered::Missing => {
                        ("unanswered", Tone::Open)
                    }
                    (Stop::No, false, _) => ("in_order", Tone::Plain),
                },
                None => ("unanswered", Tone::Open),
            };
            QuestionView {
                id: question.id.clone(),
                group: question.group.clone(),
                text: question.text.clone(),
                answer: given.map(|given| value(&given.answer)),
                withheld: withheld.iter().any(|path| path.starts_with(&below)),
                tier: given.map(|given| code(given.tier)),
                evidence: given
                    .map(|g| g.evidence.iter().map(|e| e.text.clone()).collect())
                    .unwrap_or_default(),
                findings: given.and_then(|given| given.findings.clone()).unwrap_or_default(),
                reason: given.and_then(|given| given.reason.clone()),
                unknown: judged.and_then(|judged| match &judged.answered {
                    Answered::Unknown(why) => Some(why.clone()),
                    _ => None,
                }),
                effect: effect.to_owned(),
                tone,
            }
        })
        .collect()
}

/// An answer in a line.
fn value(answer: &Value) -> String {
    let row = |row: &countersign_assessments::Row| {
        let cells: Vec<String> =
            row.iter().map(|(key, text)| format!("{}: {text}", key.replace('_', " "))).collect();
        cells.join(", ")
    };
    match answer {
        Value::Number(number) => number.to_string(),
        Value::Word(word) => word.replace('_', " "),
        Value::Words(words) => words.join(", "),
        Value::Rows(rows) => rows.iter().map(row).collect::<Vec<_>>().join("; "),
        Value::Days(days) => row(days),
    }
}

/// A comment whose record is gone from this copy.
fn gone(index: u64, replay: &Replay, response: Option<ResponseView>) -> CommentView {
    CommentView {
        index,
        who: "?".to_owned(),
        company: false,
        organisation: None,
        time: replay.leaf(index).map(|leaf| leaf.time.to_string()).unwrap_or_default(),
        text: "(the record of this comment is gone from this copy of the register)".to_owned(),
        language: "en".to_owned(),
        response,
        replies: Vec::new(),
    }
}

/// Comments in the order of the log, each with the answer and with replies of others under it.
pub(super) fn comments(site: &Site, of: &LoggedAssessment, replay: &Replay) -> Vec<CommentView> {
    let document = &of.document;
    let vendor = document.party(&document.product.vendor);
    let mut views = Vec::new();
    for (digest, index) in &of.comments {
        let in_text = document.comments.iter().find(|answered| answered.comment == *digest);
        let response = match (of.answers.get(digest), in_text) {
            (Some((outcome, reason)), _) => {
                Some(ResponseView { outcome: code(outcome), reason: reason.clone() })
            }
            (None, Some(answered)) => {
                Some(ResponseView { outcome: code(answered.outcome), reason: answered.reason.clone() })
            }
            (None, None) => None,
        };
        let Some((entry, signer)) = replay.record(digest) else {
            // the log says that it was made
            views.push(gone(*index, replay, response));
            continue;
        };
        let Content::Comment(comment) = &entry.record.content else { continue };
        let by = &entry.record.head.by;
        let replies = replay.sound().filter_map(|(later, _)| match &later.record.content {
            Content::Reply(reply) if reply.to.record == *digest && day_of(&later.leaf.time) <= site.day() => {
                Some(answer(later, reply.from.to_string(), reply.text.as_str()))
            }
            _ => None,
        });
        let organisation = by.organisation.as_ref().map(ToString::to_string);
        let from_vendor = |name: &str| vendor.is_some_and(|vendor| vendor.name.trim() == name.trim());
        views.push(CommentView {
            index: entry.index,
            who: by.name.to_string(),
            company: organisation.as_deref().is_some_and(from_vendor) || from_vendor(by.name.as_str()),
            organisation: organisation.or_else(|| {
                let known = signed_by(entry, signer);
                (known != by.name.as_str()).then_some(known)
            }),
            time: entry.leaf.time.to_string(),
            text: comment.text.to_string(),
            language: comment.language.as_ref().map(ToString::to_string).unwrap_or_default(),
            response,
            replies: replies.collect(),
        });
    }
    views.sort_by_key(|view| view.index);
    views
}

/// Challenges of any text of the assessment with their decisions, and what was done to it.
pub(super) fn challenges(
    site: &Site,
    of: &LoggedAssessment,
    replay: &Replay,
) -> (Vec<ChallengeView>, Vec<RecordRow>) {
    let day = site.day();
    let rows = site.rows();
    let by_then = || replay.sound().filter(move |(entry, _)| day_of(&entry.leaf.time) <= day);
    let is_text = |digest| {
        replay.record(digest).is_some_and(|(entry, _)| match &entry.record.content {
            Content::Assessment(content) => content.id == of.id,
            _ => false,
        })
    };
    let mut challenges = Vec::new();
    let mut measures = Vec::new();
    let mut suspensions = Vec::new();
    for (entry, signer) in by_then() {
        let measure = match &entry.record.content {
            Content::Challenge(challenge) if is_text(&challenge.of.record) => {
                let decision = by_then()
                    .filter_map(|(later, _)| match &later.record.content {
                        Content::ChallengeDecision(decision) if decision.of.record == entry.leaf.sha256 => {
                            Some((code(decision.outcome), later.index, decision.reasons.to_string()))
                        }
                        _ => None,
                    })
                    .last();
                challenges.push(ChallengeView {
                    challenge: answer(entry, signed_by(entry, signer), challenge.text.as_str()),
                    grounds: challenge.grounds.iter().map(ToString::to_string).collect(),
                    decide_by: challenge_deadlines(day_of(&entry.leaf.time)).decision,
                    decision,
                });
                false
            }
            Content::Suspension(suspension) if is_text(&suspension.of.record) => {
                suspensions.push(entry.leaf.sha256);
                true
            }
            Content::Reinstatement(reinstatement) => suspensions.contains(&reinstatement.of.record),
            Content::Revocation(revocation) => is_text(&revocation.of.record),
            _ => false,
        };
        if measure {
            measures.extend(rows.get(entry.index).map(|found| found.row.clone()));
        }
    }
    (challenges, measures)
}
