//! Cases as JSON, and their documents, papers and letters.

use axum::extract::State as Held;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use countersign_desk::{Case, Decided, Refused, Step, paper as papers, queue as queues};
use countersign_model::Digest;
use countersign_pages::text::fill;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::print;
use super::refusal::refused;
use super::shelf::actor;
use super::view::{self, LetterPage, PaperPage, Shell, SignatureRow};
use crate::access::Who;
use crate::extract::{Json, Path, Query};
use crate::problem::Problem;
use crate::state::State;

#[derive(Debug, Serialize)]
struct Line {
    case: String,
    title: String,
    applicant: String,
    state: &'static str,
    waits_for: queues::Waits,
    due: String,
    late: bool,
    assigned: Option<String>,
}

fn line(case: &Case, today: countersign_model::Date) -> Line {
    Line {
        case: case.id.clone(),
        title: case.title.clone(),
        applicant: case.applicant.clone(),
        state: case.state.words(),
        waits_for: queues::waits(case),
        due: case.due.to_string(),
        late: queues::is_late(case, today),
        assigned: case.assigned.as_ref().map(|(user, _)| user.clone()),
    }
}

/// `GET /v1/desk/queue`: what waits, and for whom.
pub(super) async fn queue(Held(state): Held<State>, who: Who) -> Result<Json<Value>, Problem> {
    let me = actor(who.caller()?);
    let today = state.today()?;
    state
        .look(move |desk, _| {
            let cases: Vec<Line> =
                queues::open_cases(desk, today).into_iter().map(|c| line(c, today)).collect();
            let matches: Vec<Value> = queues::possible_matches(desk, today)
                .into_iter()
                .map(|(case, m)| {
                    json!({
                        "case": case.id, "match": m.id, "name": m.of.name, "entity": m.of.entity,
                        "caption": m.of.caption, "score": m.of.score, "state": m.state,
                    })
                })
                .collect();
            let mine: Vec<Value> = queues::work_of(desk, &me, today)
                .into_iter()
                .map(|(case, why)| json!({ "case": case.id, "why": why.words() }))
                .collect();
            Ok(Json(json!({ "cases": cases, "possible_matches": matches, "mine": mine })))
        })
        .await
}

/// `GET /v1/desk/cases`: all of them, the newest first.
pub(super) async fn cases(Held(state): Held<State>) -> Result<Json<Value>, Problem> {
    let today = state.today()?;
    state
        .look(move |desk, _| {
            let cases: Vec<Line> = desk.cases().rev().map(|case| line(case, today)).collect();
            Ok(Json(json!({ "cases": cases })))
        })
        .await
}

/// `GET /v1/desk/cases/{case}`: one of them with its timeline.
pub(super) async fn case(Held(state): Held<State>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    state
        .look(move |desk, _| {
            let case = desk.must_have(&id).map_err(|e| refused(&e))?;
            let mut value = serde_json::to_value(case).map_err(|e| Problem::program(&e))?;
            let timeline: Vec<Value> = case
                .steps
                .iter()
                .map(|(who, step)| {
                    json!({ "entry": who.index, "time": who.time, "by": who.by.name, "user": who.by.user, "do": step.word() })
                })
                .collect();
            if let Some(members) = value.as_object_mut() {
                members.insert("waits_for".to_owned(), json!(queues::waits(case)));
                members.insert("timeline".to_owned(), json!(timeline));
            }
            Ok(Json(value))
        })
        .await
}

/// The documents that a case names, each with its name.
fn documents(case: &Case) -> Vec<(Digest, String)> {
    let mut all: Vec<(Digest, String)> = case.documents.iter().map(|d| (d.sha256, d.name.clone())).collect();
    all.extend(case.matches.iter().map(|m| (m.of.document, format!("{}.json", m.id))));
    for (_, step) in &case.steps {
        match step {
            Step::Open { facts: Some(facts), .. } | Step::Facts { facts, .. } => {
                all.push((*facts, "case.yaml".to_owned()));
            }
            Step::Propose { paper, .. } => all.push((*paper, "paper.txt".to_owned())),
            _ => {}
        }
    }
    all
}

/// A document of a case, as a file to be saved: nothing of it runs or shows in the browser.
pub(super) async fn document(
    Held(state): Held<State>,
    Path((id, sha256)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let digest: Digest = sha256.parse().map_err(|_| Problem::not_found("that is no SHA-256"))?;
    let (name, bytes) = state
        .look(move |desk, store| {
            let case = desk.must_have(&id).map_err(|e| refused(&e))?;
            let (_, name) = documents(case)
                .into_iter()
                .find(|(of, _)| *of == digest)
                .ok_or_else(|| Problem::not_found("the case has no such document"))?;
            let store = store.ok_or_else(|| Problem::program(&"a case without a journal"))?;
            let bytes = store.blob(&digest).map_err(|_| {
                Problem::not_found("the document is not kept here: the case knows it by its SHA-256 alone")
            })?;
            Ok((name, bytes))
        })
        .await?;
    let safe: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{safe}\""))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("application/octet-stream");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// Which form, and which decision of a case that was decided more than once.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Form {
    #[serde(default)]
    format: Option<Format>,
    #[serde(default)]
    decision: Option<usize>,
}

/// The forms of a paper and of a letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Html,
    Pdf,
    Txt,
}

/// The decision that is asked for: the one that stands, where none is named.
fn decided<'a>(
    case: &'a Case,
    form: &Form,
    nothing: impl FnOnce() -> Problem,
) -> Result<Option<&'a Decided>, Problem> {
    match form.decision {
        Some(n) => n.checked_sub(1).and_then(|n| case.decisions.get(n)).map(Some).ok_or_else(nothing),
        None => Ok(case.decision()),
    }
}

fn as_text(bytes: Vec<u8>) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}

/// The paper that is to be signed, or was: the bytes that were signed, and who signed them. As a PDF it is the one that was
/// kept with the decision.
pub(super) async fn paper(
    Held(state): Held<State>,
    who: Who,
    Path(id): Path<String>,
    Query(form): Query<Form>,
) -> Result<Response, Problem> {
    let language = who.language;
    let w = &language.words().desk;
    let shell = Shell::of(&who, w.paper_title, "queue")?;
    let shelf = state.clone();
    state
        .look(move |desk, store| {
            let case = desk.must_have(&id).map_err(|e| refused(&e))?;
            let nothing =
                || Problem::not_found("nobody has proposed how this case ends, so that there is no paper");
            let decided = decided(case, &form, nothing)?;
            let (proposal, signatures, standing) = match (decided, &case.proposal) {
                (Some(decided), _) => (
                    &decided.proposal,
                    &decided.signatures,
                    fill(w.decided_at, &[("time", &decided.by.time)]),
                ),
                (None, Some(proposal)) => (proposal, &case.signatures, w.not_decided.to_owned()),
                (None, None) => return Err(nothing()),
            };
            let store = store.ok_or_else(nothing)?;
            let bytes = store.blob(&proposal.paper).map_err(|e| Problem::program(&e))?;
            match form.format.unwrap_or_default() {
                Format::Txt => Ok(as_text(bytes)),
                Format::Pdf => {
                    let kept =
                        decided.map(|decided| print::kept(store, decided, print::PAPER_PDF)).transpose()?;
                    let printed = match kept.flatten() {
                        Some(kept) => kept,
                        None => print::paper(shelf.shelf().fonts(), case, (proposal, signatures), &bytes)?,
                    };
                    Ok(print::send(&format!("{}-paper", case.id), printed))
                }
                Format::Html => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    view::page(&PaperPage {
                        shell,
                        also: form.decision.map_or_else(String::new, |n| format!("decision={n}&")),
                        case: case.id.clone(),
                        title: case.title.clone(),
                        state: standing,
                        sha256: proposal.paper.to_string(),
                        written_in: papers::language_of(&text),
                        text,
                        signatures: signatures.iter().map(|s| SignatureRow::of(s, language)).collect(),
                    })
                }
            }
        })
        .await
}

/// The letter to the applicant, in the language of the paper: the one that was kept with the decision.
pub(super) async fn letter(
    Held(state): Held<State>,
    who: Who,
    Path(id): Path<String>,
    Query(form): Query<Form>,
) -> Result<Response, Problem> {
    let shell = Shell::of(&who, who.language.words().desk.letter, "queue")?;
    let shelf = state.clone();
    state
        .look(move |desk, store| {
            let case = desk.must_have(&id).map_err(|e| refused(&e))?;
            let nothing =
                || refused(&Refused::State { state: case.state, why: "there is no decision to write about" });
            let decided = decided(case, &form, nothing)?.ok_or_else(nothing)?;
            let store = store.ok_or_else(nothing)?;
            let paper = store.blob(&decided.proposal.paper).map_err(|e| Problem::program(&e))?;
            let written_in = papers::language_of(&String::from_utf8_lossy(&paper));
            let text = match print::kept(store, decided, print::LETTER)? {
                Some(kept) => String::from_utf8_lossy(&kept).into_owned(),
                None => papers::letter(case, decided, written_in),
            };
            match form.format.unwrap_or_default() {
                Format::Txt => Ok(as_text(text.into_bytes())),
                Format::Pdf => {
                    let printed = match print::kept(store, decided, print::LETTER_PDF)? {
                        Some(kept) => kept,
                        None => print::letter(shelf.shelf().fonts(), case, decided, (&text, written_in))?,
                    };
                    Ok(print::send(&format!("{}-letter", case.id), printed))
                }
                Format::Html => view::page(&LetterPage {
                    shell,
                    also: form.decision.map_or_else(String::new, |n| format!("decision={n}&")),
                    case: case.id.clone(),
                    title: case.title.clone(),
                    written_in,
                    text,
                }),
            }
        })
        .await
}
