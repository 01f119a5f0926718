//! What people do: the fields of a form or of JSON become one step of the journal.

use axum::extract::State as Held;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_desk::{
    Actor, Case, CaseKind, Countersigning, DeskReader, Entry, MatchState, MatchVerdict, Origin, Step, append,
    append_with, paper, sign,
};
use countersign_identity::{Caller, Role, Via};
use countersign_model::{Date, Digest, parse_date};
use countersign_operations::dispositions::{self, Disposition};
use countersign_pages::Language;
use countersign_print::Fonts;
use countersign_store::{Store, UtcTime};
use countersign_verify::Seed;
use serde_json::json;

use super::keep::Keeping;
use super::refusal::{problem, refused};
use super::shelf::actor;
use super::{check, print, screen, view};
use crate::access::{Fields, Upload, Who};
use crate::extract::{Json, Path};
use crate::problem::Problem;
use crate::state::State;

/// What can be done on a case; each has a route of its own, and a row in the permission matrix.
pub(super) const ACTIONS: &[&str] = &[
    "note",
    "assign",
    "facts",
    "check",
    "screen",
    "say",
    "confirm",
    "return-match",
    "document",
    "ask",
    "answer",
    "drop",
    "propose",
    "return",
    "sign",
    "escalate",
    "decide",
    "appeal",
    "withdraw",
];

/// By a form of a page: back to the page.
pub(super) async fn by_form(
    Held(state): Held<State>,
    who: Who,
    Path(case): Path<String>,
    fields: Fields,
    word: &'static str,
) -> Result<Response, Problem> {
    let back = match fields.get("match") {
        Some(id) if ["say", "confirm", "return-match"].contains(&word) => {
            format!("/desk/cases/{case}/matches/{id}")
        }
        _ => format!("/desk/cases/{case}"),
    };
    match act(&state, &who, &case, fields, word).await {
        Ok(_) => Ok(view::see_other(&back)),
        Err(problem) => Ok(view::refused_with_way_back(&who, &problem, &back)),
    }
}

/// By a program: the entry of the journal.
pub(super) async fn by_json(
    Held(state): Held<State>,
    who: Who,
    Path(case): Path<String>,
    fields: Fields,
    word: &'static str,
) -> Result<Response, Problem> {
    let index = act(&state, &who, &case, fields, word).await?;
    Ok((StatusCode::CREATED, Json(json!({ "case": case, "entry": index }))).into_response())
}

/// Opens a case by a form.
pub(super) async fn open(Held(state): Held<State>, who: Who, fields: Fields) -> Result<Response, Problem> {
    match open_case(&state, &who, fields).await {
        Ok((case, _)) => Ok(view::see_other(&format!("/desk/cases/{case}"))),
        Err(problem) => Ok(view::refused_with_way_back(&who, &problem, "/desk/new")),
    }
}

/// Opens a case by a program.
pub(super) async fn open_json(
    Held(state): Held<State>,
    who: Who,
    fields: Fields,
) -> Result<Response, Problem> {
    let (case, index) = open_case(&state, &who, fields).await?;
    Ok((StatusCode::CREATED, Json(json!({ "case": case, "entry": index }))).into_response())
}

fn day(fields: &Fields, name: &str) -> Result<Option<Date>, Problem> {
    fields
        .get(name)
        .map(|text| parse_date(text).map_err(|e| Problem::input(format!("`{name}`: {e}"))))
        .transpose()
}

fn in_days(today: Date, days: u16) -> Date {
    today.checked_add(jiff::Span::new().days(i64::from(days))).unwrap_or(today)
}

async fn open_case(state: &State, who: &Who, fields: Fields) -> Result<(String, u64), Problem> {
    fields.only(&["title", "applicant", "kind", "facts", "due"])?;
    let by = actor(who.caller()?);
    let (now, today) = (state.now()?, state.today()?);
    let policy = state.shelf().policy().clone();
    let due = day(&fields, "due")?.unwrap_or_else(|| in_days(today, policy.deadlines.case_days));
    // a case file is a text; one that cannot be read is refused now and not when it is checked
    let facts = match (&fields.file, fields.raw("facts").filter(|text| !text.trim().is_empty())) {
        (Some(file), _) => Some(file.bytes.to_vec()),
        (None, Some(text)) => Some(text.replace("\r\n", "\n").into_bytes()),
        (None, None) => None,
    };
    if let Some(facts) = &facts {
        check::readable(state, facts)?;
    }
    let kind = match fields.get("kind") {
        Some("party") => CaseKind::Party,
        Some("application") | None => CaseKind::Application,
        Some(other) => {
            return Err(Problem::input(format!("`kind` is `{other}`; write `application` or `party`")));
        }
    };
    let step = Step::Open {
        kind,
        title: fields.must("title")?.to_owned(),
        applicant: fields.must("applicant")?.to_owned(),
        facts: facts.as_deref().map(Digest::of),
        due,
        policy,
    };
    let year = today.year();
    let shelf = state.clone();
    state
        .journal()
        .write(move |store| {
            let mut reader = shelf.shelf().reader();
            reader.catch_up(store).map_err(problem)?;
            let id = reader.desk.next_id(year);
            let entry = Entry::of_case(&id, &by, now.as_str(), step);
            let documents: Vec<(&str, &[u8])> =
                facts.as_deref().map(|f| (check::CASE_FILE, f)).into_iter().collect();
            let written = append(store, &mut reader, &entry, &documents).map_err(problem)?;
            Ok((id, written.receipts.last().map_or(0, |r| r.index)))
        })
        .await
}

/// Everything that a step is made from.
struct Made<'a> {
    store: &'a mut Store,
    reader: &'a mut DeskReader,
    case: Case,
    by: Actor,
    now: UtcTime,
    today: Date,
    /// To whom a case is given: id and name.
    to: Option<(String, String)>,
    /// What papers are printed with.
    fonts: &'a Fonts,
}

impl Made<'_> {
    fn keep(&mut self, step: Step, documents: &[(&str, &[u8])]) -> Result<u64, Problem> {
        let entry = Entry::of_case(&self.case.id, &self.by, self.now.as_str(), step);
        let written = append(self.store, self.reader, &entry, documents).map_err(problem)?;
        Ok(written.receipts.last().map_or(0, |r| r.index))
    }
}

/// Does something on a case. Gives the entry of the journal.
async fn act(
    state: &State,
    who: &Who,
    case: &str,
    fields: Fields,
    word: &'static str,
) -> Result<u64, Problem> {
    let caller = who.caller()?.clone();
    let seed = match word {
        "sign" => Some(signing_key(state, who, &caller, &fields).await?),
        _ => None,
    };
    let to = match word {
        "assign" => colleague(state, &caller, fields.get("to"))?,
        _ => None,
    };
    // what takes long is done before the journal is taken
    let prepared = match word {
        "check" => Prepared::Check(Box::new(check::run(state, case, &fields).await?)),
        "screen" => Prepared::Screen(screen::run(state, case, &fields).await?),
        _ => Prepared::Nothing,
    };
    let (now, today) = (state.now()?, state.today()?);
    let (shelf, id) = (state.clone(), case.to_owned());
    state
        .journal()
        .write(move |store| {
            let mut reader = shelf.shelf().reader();
            reader.catch_up(store).map_err(problem)?;
            let case = reader.desk.must_have(&id).map_err(|e| refused(&e))?.clone();
            let fonts = shelf.shelf().fonts();
            let by = actor(&caller);
            let reader = &mut reader;
            match prepared {
                Prepared::Check(check) => {
                    check::keep(*check, Keeping { store, reader, case: &case.id, by: &by, now: &now })
                }
                Prepared::Screen(found) => {
                    screen::keep(found, Keeping { store, reader, case: &case.id, by: &by, now: &now })
                }
                Prepared::Nothing => {
                    let made = Made { store, reader, case, by, now, today, to, fonts };
                    step(made, word, &fields, seed.as_ref())
                }
            }
        })
        .await
}

enum Prepared {
    Nothing,
    Check(Box<check::Run>),
    Screen(screen::Run),
}

/// To whom a case is given: someone who can work on it, by id or user name; nobody where nothing is said.
fn colleague(state: &State, caller: &Caller, to: Option<&str>) -> Result<Option<(String, String)>, Problem> {
    let Some(to) = to else { return Ok(None) };
    if to == "me" {
        return Ok(Some((caller.user.to_string(), caller.full_name.clone())));
    }
    let found = state.gate().read(|directory| {
        directory
            .users()
            .find(|user| user.id.as_str() == to || user.name.as_str() == to)
            .filter(|user| user.is_active() && (user.has(Role::Analyst) || user.has(Role::LicensingOfficer)))
            .map(|user| (user.id.to_string(), user.full_name.clone()))
    })?;
    match found {
        Some(found) => Ok(Some(found)),
        None => Err(Problem::unprocessable(format!(
            "`{}` is nobody who can work on a case; write `me`, or the id or user name of someone with the role analyst or \
             licensing officer",
            to.chars().take(80).collect::<String>()
        ))),
    }
}

/// Opens a person's key with their password.
async fn signing_key(state: &State, who: &Who, caller: &Caller, fields: &Fields) -> Result<Seed, Problem> {
    if caller.via != Via::Session {
        return Err(Problem::forbidden("no API key can sign; a person signs, in a browser"));
    }
    let password = fields.raw("password").unwrap_or_default();
    state.gate().open_key(caller, password, &who.address, state.clock()).await
}

fn text(fields: &Fields, name: &str) -> Result<String, Problem> {
    Ok(fields.must(name)?.to_owned())
}

fn digests(fields: &Fields, name: &str) -> Result<Vec<Digest>, Problem> {
    fields
        .all(name)
        .map(|text| text.parse().map_err(|_| Problem::input(format!("`{name}`: `{text}` is no SHA-256"))))
        .collect()
}

fn step(mut made: Made<'_>, word: &str, fields: &Fields, seed: Option<&Seed>) -> Result<u64, Problem> {
    let known: &[&str] = match word {
        "note" => &["text"],
        "assign" => &["to"],
        "facts" => &["facts", "reason"],
        "say" => &["match", "verdict", "reason", "evidence", "until", "condition"],
        "confirm" => &["match"],
        "return-match" => &["match", "reason"],
        "document" => &["name", "from", "about", "text", "sha256", "bytes"],
        "ask" => &["text", "due"],
        "answer" => &["question", "text"],
        "drop" => &["question", "reason"],
        "propose" => &["outcome", "reason", "condition", "evidence", "language"],
        "sign" => &["paper", "password"],
        "decide" => &["paper"],
        "appeal" => &["by", "grounds", "received"],
        _ => &["reason"],
    };
    fields.only(known)?;
    match word {
        "note" => made.keep(Step::Note { text: text(fields, "text")? }, &[]),
        "assign" => {
            let (to, name) = made.to.clone().unzip();
            made.keep(Step::Assign { to, name }, &[])
        }
        "facts" => {
            let facts = match &fields.file {
                Some(file) => file.bytes.to_vec(),
                None => text(fields, "facts")?.replace("\r\n", "\n").into_bytes(),
            };
            let step = Step::Facts { facts: Digest::of(&facts), reason: text(fields, "reason")? };
            made.keep(step, &[(check::CASE_FILE, &facts)])
        }
        "say" => say(made, fields),
        "confirm" => decide_match(made, fields),
        "return-match" => {
            made.keep(Step::ReturnMatch { id: text(fields, "match")?, reason: text(fields, "reason")? }, &[])
        }
        "document" => document(made, fields),
        "ask" => {
            let due = day(fields, "due")?
                .unwrap_or_else(|| in_days(made.today, made.case.policy.deadlines.question_days));
            let id = format!("q{}", made.case.questions.len() + 1);
            made.keep(Step::Ask { id, text: text(fields, "text")?, due }, &[])
        }
        "answer" => {
            made.keep(Step::Answer { id: text(fields, "question")?, text: text(fields, "text")? }, &[])
        }
        "drop" => made
            .keep(Step::DropQuestion { id: text(fields, "question")?, reason: text(fields, "reason")? }, &[]),
        "propose" => propose(made, fields),
        "return" => made.keep(Step::Return { reason: text(fields, "reason")? }, &[]),
        "sign" => sign_paper(made, fields, seed.ok_or_else(|| Problem::program(&"no key was opened"))?),
        "escalate" => made.keep(Step::Escalate { reason: text(fields, "reason")? }, &[]),
        "decide" => decide(made, paper_of(fields)?),
        "appeal" => {
            let received = day(fields, "received")?.unwrap_or(made.today);
            let step = Step::Appeal { by: text(fields, "by")?, grounds: text(fields, "grounds")?, received };
            made.keep(step, &[])
        }
        "withdraw" => made.keep(Step::Withdraw { reason: text(fields, "reason")? }, &[]),
        other => Err(Problem::not_found(format!("`{other}` cannot be done"))),
    }
}

/// Keeps the decision with what is printed about it: the digests of paper and letter stand in its signed entry.
fn decide(mut made: Made<'_>, paper: Digest) -> Result<u64, Problem> {
    let entry = Entry::of_case(&made.case.id, &made.by, made.now.as_str(), Step::Decide { paper });
    let mut then = made.case.clone();
    then.apply(u64::MAX, &entry).map_err(|e| refused(&e))?;
    let decided = then.decision().ok_or_else(|| refused(&countersign_desk::Refused::Paper))?;
    let bytes = made.store.blob(&paper).map_err(|_| refused(&countersign_desk::Refused::Paper))?;
    let language = paper::language_of(&String::from_utf8_lossy(&bytes));
    let signed = (&decided.proposal, decided.signatures.as_slice());
    let printed = print::paper(made.fonts, &then, signed, &bytes)?;
    let letter = paper::letter(&then, decided, language);
    let posted = print::letter(made.fonts, &then, decided, (&letter, language))?;
    let documents: [(&str, &[u8]); 4] = [
        (print::PAPER, &bytes),
        (print::PAPER_PDF, &printed),
        (print::LETTER, letter.as_bytes()),
        (print::LETTER_PDF, &posted),
    ];
    made.keep(Step::Decide { paper }, &documents)
}

fn paper_of(fields: &Fields) -> Result<Digest, Problem> {
    fields
        .must("paper")?
        .parse()
        .map_err(|_| Problem::input("`paper` is not the SHA-256 of the paper that was shown"))
}

fn document(mut made: Made<'_>, fields: &Fields) -> Result<u64, Problem> {
    let from = match fields.get("from") {
        Some("applicant") | None => Origin::Applicant,
        Some("authority") => Origin::Authority,
        Some("public") => Origin::Public,
        Some("own") => Origin::Own,
        Some(other) => {
            return Err(Problem::input(format!(
                "`from` is `{other}`; write `applicant`, `authority`, `public` or `own`"
            )));
        }
    };
    let about = fields.get("about").unwrap_or_default().to_owned();
    let sent = match (&fields.file, fields.get("text")) {
        (Some(Upload { name, bytes }), _) => Some((name.clone(), bytes.to_vec())),
        (None, Some(text)) => Some((text_name(fields)?, text.as_bytes().to_vec())),
        (None, None) => None,
    };
    let (name, sha256, bytes) = match &sent {
        Some((name, bytes)) => {
            let name = fields.get("name").map_or_else(|| name.clone(), str::to_owned);
            (name, Digest::of(bytes), bytes.len() as u64)
        }
        // kept elsewhere, known by its digest
        None => {
            let sha256 =
                fields.must("sha256")?.parse().map_err(|_| Problem::input("`sha256` is no SHA-256"))?;
            let bytes = fields
                .get("bytes")
                .unwrap_or("0")
                .parse()
                .map_err(|_| Problem::input("`bytes` is no number"))?;
            (text_name(fields)?, sha256, bytes)
        }
    };
    let step = Step::Document { name, sha256, bytes, from, about };
    match &sent {
        Some((_, content)) => made.keep(step, &[("document", content)]),
        None => made.keep(step, &[]),
    }
}

fn text_name(fields: &Fields) -> Result<String, Problem> {
    text(fields, "name")
}

fn propose(mut made: Made<'_>, fields: &Fields) -> Result<u64, Problem> {
    let outcome = text(fields, "outcome")?;
    let reason = text(fields, "reason")?;
    let conditions: Vec<String> = fields
        .all("condition")
        .flat_map(str::lines)
        .map(|c| c.trim().to_owned())
        .filter(|c| !c.is_empty())
        .collect();
    let evidence = digests(fields, "evidence")?;
    let language = match fields.get("language") {
        None => Language::English,
        Some(code) => Language::ALL
            .into_iter()
            .find(|language| language.code() == code)
            .ok_or_else(|| Problem::input(format!("`language` is `{code}`; write `en` or `de`")))?,
    };
    let draft = paper::Draft {
        outcome: &outcome,
        reason: &reason,
        conditions: &conditions,
        evidence: &evidence,
        by: &made.by,
        time: made.now.as_str(),
        language,
    };
    let bytes = paper::paper(&made.case, &draft).map_err(|e| refused(&e))?.into_bytes();
    let paper = Digest::of(&bytes);
    made.keep(Step::Propose { outcome, reason, conditions, evidence, paper }, &[(print::PAPER, &bytes)])
}

fn sign_paper(made: Made<'_>, fields: &Fields, seed: &Seed) -> Result<u64, Problem> {
    let paper = paper_of(fields)?;
    let Made { store, reader, case, by, now, .. } = made;
    let wanted = Countersigning { case: &case, by: &by, time: now.as_str(), paper };
    let (place, signature) = sign(&wanted, seed).map_err(|e| refused(&e))?;
    let key = seed.public().to_string();
    let bytes = store.blob(&paper).map_err(|e| Problem::program(&e))?;
    let enrol = Entry::of_person(&by, now.as_str(), Step::Enrol { key: key.clone() });
    let known = reader.desk.key_of(&by.user) == Some(key.as_str());
    let entry = Entry::of_case(&case.id, &by, now.as_str(), Step::Sign { place, paper, key, signature });
    let documents: &[(&str, &[u8])] = &[(print::PAPER, &bytes)];
    let mut steps: Vec<countersign_desk::Kept<'_>> = Vec::new();
    if !known {
        steps.push((&enrol, &[]));
    }
    steps.push((&entry, documents));
    let written = append_with(store, reader, &steps, &[]).map_err(problem)?;
    Ok(written.receipts.last().map_or(0, |r| r.index))
}

fn say(mut made: Made<'_>, fields: &Fields) -> Result<u64, Problem> {
    let id = text(fields, "match")?;
    let reason = text(fields, "reason")?;
    let until = day(fields, "until")?;
    let verdict = match fields.must("verdict")? {
        "same" => MatchVerdict::Same,
        "not_same" => MatchVerdict::NotSame,
        "later" => {
            let until = until.unwrap_or_else(|| in_days(made.today, 1));
            return made.keep(Step::LaterMatch { id, until, reason }, &[]);
        }
        other => {
            return Err(Problem::input(format!(
                "`verdict` is `{other}`; write `same`, `not_same` or `later`"
            )));
        }
    };
    if until.is_some_and(|until| until < made.today) {
        return Err(Problem::input("`until` is over; name a day that is not"));
    }
    let evidence = digests(fields, "evidence")?;
    let condition = fields.get("condition").map(str::to_owned);
    let step = Step::ProposeMatch { id: id.clone(), verdict, reason, evidence, until, condition };
    let entry = Entry::of_case(&made.case.id, &made.by, made.now.as_str(), step);
    // where the policy asks for one person, this decides it
    let mut then = made.case.clone();
    then.apply(u64::MAX, &entry).map_err(|e| refused(&e))?;
    keep_match(&mut made, &entry, &then, &id)
}

fn decide_match(mut made: Made<'_>, fields: &Fields) -> Result<u64, Problem> {
    let id = text(fields, "match")?;
    let entry =
        Entry::of_case(&made.case.id, &made.by, made.now.as_str(), Step::ConfirmMatch { id: id.clone() });
    let mut then = made.case.clone();
    then.apply(u64::MAX, &entry).map_err(|e| refused(&e))?;
    keep_match(&mut made, &entry, &then, &id)
}

/// Keeps a step about a possible match. Once it is decided, the disposition that screenings read is kept with it.
fn keep_match(made: &mut Made<'_>, entry: &Entry, then: &Case, id: &str) -> Result<u64, Problem> {
    let decided = then.possible_match(id).filter(|m| m.state == MatchState::Decided);
    let Some(disposition) = decided.map(|m| disposition(m, &made.now)).transpose()?.flatten() else {
        let written = append(made.store, made.reader, entry, &[]).map_err(problem)?;
        return Ok(written.receipts.last().map_or(0, |r| r.index));
    };
    let document = dispositions::document(made.store, &disposition)?;
    let subject = dispositions::subject(&disposition);
    let record = dispositions::new_record(&document, &subject, made.now.clone());
    let written = append_with(made.store, made.reader, &[(entry, &[])], &[record]).map_err(problem)?;
    Ok(written.receipts.first().map_or(0, |r| r.index))
}

fn disposition(m: &countersign_desk::Match, now: &UtcTime) -> Result<Option<Disposition>, Problem> {
    let Some(said) = &m.said else { return Ok(None) };
    let by = match &m.confirmed {
        Some(second) => format!("{} and {}", said.by.by.name, second.by.name),
        None => said.by.by.name.clone(),
    };
    let birth_date = m.of.birth_date.as_deref().map(str::parse).transpose();
    let mut countries = m.of.countries.clone();
    countries.sort();
    countries.dedup();
    Ok(Some(Disposition {
        schema: dispositions::FORMAT.to_owned(),
        name: m.of.name.clone(),
        normalised: dispositions::normalised(&m.of.name),
        kind: m.of.kind.clone(),
        entity: m.of.entity.clone(),
        caption: m.of.caption.clone(),
        entity_sha256: m.of.entity_sha256,
        verdict: match said.verdict {
            MatchVerdict::Same => dispositions::Verdict::Match,
            MatchVerdict::NotSame => dispositions::Verdict::NoMatch,
        },
        reason: said.reason.clone(),
        by,
        time: now.to_string(),
        countries,
        birth_date: birth_date
            .map_err(|_| Problem::program(&"a birth date of a possible match cannot be read"))?,
        told: dispositions::Told { other_names: m.of.other_names.clone(), ..dispositions::Told::default() },
        until: said.until,
        condition: said.condition.clone(),
        facts_sha256: Some(m.of.facts_sha256),
    }))
}
