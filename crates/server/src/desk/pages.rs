//! The pages: queue, my work, case, possible match. What they show is filled here.

use axum::extract::State as Held;
use axum::response::Response;
use countersign_desk::{
    Actor, Case, CaseState, Check, MatchState, MatchVerdict, Origin, Refused, Step, queue as queues,
};
use countersign_identity::{Caller, Role};
use countersign_model::{Answer, Date, Digest};
use countersign_store::{Envelope, Store};
use serde_json::Value;

use super::shelf::{actor, refused};
use super::view::{
    self, CaseLine, CasePage, CaseView, CasesPage, CheckView, DecisionRow, DocumentRow, MatchLine, MatchPage,
    MatchView, May, NewPage, OutcomeRow, ProposalView, QuestionRow, QueuePage, RegimeRow, RuleRow, SaidView,
    Shell, SignatureRow, TimelineRow,
};
use crate::access::Who;
use crate::extract::Path;
use crate::problem::Problem;
use crate::state::State;

fn has(caller: &Caller, roles: &[Role]) -> bool {
    roles.iter().any(|role| caller.roles.contains(role))
}

const WORKERS: &[Role] = &[Role::Analyst, Role::LicensingOfficer];
const REVIEWERS: &[Role] = &[Role::Approver, Role::LicensingOfficer];

fn case_line(case: &Case, today: Date, why: Option<&str>) -> CaseLine {
    CaseLine {
        id: case.id.clone(),
        title: case.title.clone(),
        applicant: case.applicant.clone(),
        waits: why.unwrap_or_else(|| queues::waits(case).words()).to_owned(),
        due: case.due.to_string(),
        late: queues::is_late(case, today),
        assigned: case.assigned.as_ref().map_or_else(String::new, |(_, name)| name.clone()),
    }
}

fn match_state(state: MatchState) -> &'static str {
    match state {
        MatchState::Undecided => "undecided",
        MatchState::Proposed => "waits for a second person",
        MatchState::Decided => "decided",
    }
}

fn match_line(case: &Case, m: &countersign_desk::Match) -> MatchLine {
    let state = match (&m.said, m.state) {
        (Some(said), MatchState::Decided) => verdict(said.verdict),
        (_, state) => match_state(state),
    };
    MatchLine {
        case: case.id.clone(),
        id: m.id.clone(),
        name: m.of.name.clone(),
        caption: m.of.caption.clone(),
        source: m.of.source.clone(),
        score: m.of.score.clone(),
        state,
    }
}

fn verdict(verdict: MatchVerdict) -> &'static str {
    match verdict {
        MatchVerdict::Same => "the same party",
        MatchVerdict::NotSame => "another party",
    }
}

/// `GET /desk`.
pub(super) async fn queue(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
    let shell = Shell::of(&who, "Queue", "queue")?;
    let may_work = has(who.caller()?, WORKERS);
    let today = state.today()?;
    let (matches, cases) = state
        .look(move |desk, _| {
            let matches = queues::possible_matches(desk, today)
                .into_iter()
                .map(|(case, m)| match_line(case, m))
                .collect();
            let cases =
                queues::open_cases(desk, today).into_iter().map(|c| case_line(c, today, None)).collect();
            Ok((matches, cases))
        })
        .await?;
    view::page(&QueuePage { shell, matches, cases, may_work })
}

/// `GET /desk/mine`.
pub(super) async fn mine(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
    let shell = Shell::of(&who, "My work", "mine")?;
    let me = actor(who.caller()?);
    let today = state.today()?;
    let cases = state
        .look(move |desk, _| {
            let mine = queues::work_of(desk, &me, today);
            Ok(mine.into_iter().map(|(case, why)| case_line(case, today, Some(why))).collect())
        })
        .await?;
    view::page(&CasesPage {
        shell,
        lede: "What is assigned to you, or waits for your eyes or your signature.",
        cases,
    })
}

/// `GET /desk/closed`.
pub(super) async fn closed(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
    let shell = Shell::of(&who, "Closed", "closed")?;
    let today = state.today()?;
    let cases = state
        .look(move |desk, _| {
            let is_closed = |case: &&Case| matches!(case.state, CaseState::Decided | CaseState::Withdrawn);
            let words = |case: &Case| match case.decision() {
                Some(decided) => decided.proposal.outcome.words.clone(),
                None => case.state.words().to_owned(),
            };
            Ok(desk.cases().rev().filter(is_closed).map(|c| case_line(c, today, Some(&words(c)))).collect())
        })
        .await?;
    view::page(&CasesPage { shell, lede: "Decided and withdrawn cases, the newest first.", cases })
}

/// `GET /desk/new`.
pub(super) async fn new(who: Who) -> Result<Response, Problem> {
    view::page(&NewPage { shell: Shell::of(&who, "New case", "queue")? })
}

/// `GET /desk/cases/{case}`.
pub(super) async fn case(
    Held(state): Held<State>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let caller = who.caller()?.clone();
    let today = state.today()?;
    let c = state
        .look(move |desk, store| {
            let case = desk.must_have(&id).map_err(|e| refused(&e))?;
            let store = store.ok_or_else(|| Problem::program(&"a case without a journal"))?;
            case_view(case, store, &caller, today)
        })
        .await?;
    let shell = Shell::of(&who, &format!("{} {}", c.id, c.title), "queue")?;
    view::page(&CasePage { shell, c })
}

fn text_of(store: &Store, digest: &Digest) -> Result<String, Problem> {
    let bytes = store.blob(digest).map_err(|e| Problem::program(&e))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn case_view(case: &Case, store: &Store, caller: &Caller, today: Date) -> Result<CaseView, Problem> {
    let me = actor(caller);
    let outcomes = case.policy.outcome.iter().map(|outcome| OutcomeRow {
        id: outcome.id.clone(),
        words: outcome.words.clone(),
        signatures: case.needed(outcome).iter().map(|r| r.words()).collect::<Vec<_>>().join(", then "),
        not_yet: case.may_end_with(&outcome.id).err().map(|e| e.to_string()),
    });
    let said = |said: &Option<(String, countersign_desk::Timed)>| {
        said.as_ref().map(|(why, by)| format!("{why} ({}, {})", by.by.name, by.time))
    };
    Ok(CaseView {
        id: case.id.clone(),
        title: case.title.clone(),
        applicant: case.applicant.clone(),
        state: case.state.words(),
        waits: queues::waits(case).words(),
        due: case.due.to_string(),
        late: queues::is_late(case, today),
        assigned: case.assigned.as_ref().map_or_else(|| "nobody".to_owned(), |(_, name)| name.clone()),
        opened: format!("{} by {}", case.opened.time, case.opened.by.name),
        policy: case.policy.name.clone(),
        facts: case.facts.map(|facts| facts.to_string()),
        facts_text: case.facts.map(|facts| text_of(store, &facts)).transpose()?.unwrap_or_default(),
        check: case.check.as_ref().map(|check| check_view(check, store)).transpose()?,
        stale: case.check_is_stale,
        matches: case.matches.iter().map(|m| match_line(case, m)).collect(),
        documents: case.documents.iter().map(document_row).collect(),
        questions: case.questions.iter().map(|q| question_row(q, today)).collect(),
        outcomes: outcomes.collect(),
        proposal: proposal_view(case, store)?,
        returned: said(&case.returned),
        escalated: said(&case.escalated),
        decisions: case
            .decisions
            .iter()
            .enumerate()
            .map(|(n, d)| DecisionRow {
                number: n + 1,
                words: d.proposal.outcome.words.clone(),
                time: d.by.time.clone(),
                signers: d.signatures.iter().map(|s| s.by.by.name.clone()).collect::<Vec<_>>().join(", "),
            })
            .collect(),
        appeals: case
            .appeals
            .iter()
            .map(|a| format!("{} by {}: {}", a.received, a.appellant, a.grounds))
            .collect(),
        notes: case
            .notes
            .iter()
            .map(|n| (format!("{}, {}", n.by.by.name, n.by.time), n.text.clone()))
            .collect(),
        timeline: case
            .steps
            .iter()
            .rev()
            .map(|(by, step)| TimelineRow {
                entry: by.index,
                time: by.time.clone(),
                by: by.by.name.clone(),
                words: words(step),
            })
            .collect(),
        may: may(case, caller, &me),
    })
}

fn may(case: &Case, caller: &Caller, me: &Actor) -> May {
    let live = matches!(case.state, CaseState::Open | CaseState::Signing);
    let signing = case.state == CaseState::Signing;
    let sign = case.may_sign(me);
    let why_not_sign = match &sign {
        Err(
            why
            @ (Refused::OwnWork(_) | Refused::Twice(_) | Refused::EarlierSigner(_) | Refused::Role { .. }),
        ) => why.to_string(),
        _ => String::new(),
    };
    let own = case.workers.contains(&me.user);
    May {
        work: live && has(caller, WORKERS),
        note: has(caller, &[Role::Analyst, Role::Approver, Role::LicensingOfficer, Role::Administrator]),
        sign: sign
            .ok()
            .and_then(|()| case.next_signature())
            .map(|(n, role)| format!("{n}, {}", role.words())),
        why_not_sign,
        send_back: signing && has(caller, REVIEWERS),
        decide: case.is_signed()
            && !own
            && has(caller, &[Role::Approver, Role::LicensingOfficer, Role::Administrator]),
        escalate: live
            && case.escalated.is_none()
            && has(caller, &[Role::Analyst, Role::Approver, Role::LicensingOfficer]),
        appeal: case.state == CaseState::Decided && has(caller, WORKERS),
    }
}

fn document_row(d: &countersign_desk::Document) -> DocumentRow {
    DocumentRow {
        name: d.name.clone(),
        sha256: d.sha256.to_string(),
        bytes: d.bytes,
        from: match d.from {
            Origin::Applicant => "applicant",
            Origin::Authority => "authority",
            Origin::Public => "public",
            Origin::Own => "own",
        },
        about: d.about.clone(),
        added: format!("{}, {}", d.added.by.name, d.added.time),
    }
}

fn question_row(q: &countersign_desk::Question, today: Date) -> QuestionRow {
    let answer = match (&q.answer, &q.dropped) {
        (Some((text, by)), _) => format!("{text} ({}, {})", by.by.name, by.time),
        (None, Some((why, by))) => format!("asked no more: {why} ({}, {})", by.by.name, by.time),
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

fn proposal_view(case: &Case, store: &Store) -> Result<Option<ProposalView>, Problem> {
    let Some(proposal) = &case.proposal else { return Ok(None) };
    let needed = case.needed(&proposal.outcome);
    let missing = needed.iter().enumerate().skip(case.signatures.len());
    Ok(Some(ProposalView {
        words: proposal.outcome.words.clone(),
        reason: proposal.reason.clone(),
        conditions: proposal.conditions.clone(),
        by: format!("{}, {}", proposal.by.by.name, proposal.by.time),
        paper: proposal.paper.to_string(),
        paper_text: text_of(store, &proposal.paper)?,
        signatures: case.signatures.iter().map(SignatureRow::of).collect(),
        missing: missing.map(|(n, role)| format!("number {}: {}", n + 1, role.words())).collect(),
    }))
}

/// The recorded decision, read back from its record.
fn check_view(check: &Check, store: &Store) -> Result<CheckView, Problem> {
    let bytes = store.blob(&check.decision).map_err(|e| Problem::program(&e))?;
    let envelope = Envelope::parse(&bytes).map_err(|e| Problem::program(&e))?;
    let signers = store.trusted_keys().signers;
    let signer = signers.first().ok_or_else(|| Problem::program(&"the home has no key"))?;
    let payload = envelope.verify(signer).map_err(|e| Problem::program(&e))?;
    let statement: Value = serde_json::from_slice(&payload).map_err(|e| Problem::program(&e))?;
    let decision = statement.pointer("/predicate/decision").unwrap_or(&Value::Null);
    let list = |key: &str| decision.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let regime = |r: &Value, title: &str| RegimeRow {
        title: text(r, title),
        verdict: words_of(&text(r, "verdict")),
        rules: r.get("determining").and_then(Value::as_array).into_iter().flatten().map(rule_row).collect(),
    };
    let mut regimes: Vec<RegimeRow> = list("regimes").iter().map(|r| regime(r, "title")).collect();
    regimes.extend(list("commitments").iter().map(|c| regime(c, "family")));
    if let Some(gate) = decision.get("gate").filter(|g| text(g, "verdict") != "NOT_APPLICABLE") {
        regimes.push(RegimeRow { title: "Gate".to_owned(), ..regime(gate, "title") });
    }
    Ok(CheckView {
        answer: check.answer.to_string(),
        mark: match check.answer {
            Answer::Proceed => "good",
            Answer::Conditions | Answer::Hold => "attention",
            Answer::Stop => "stop",
        },
        as_of: check.as_of.clone(),
        entry: check.index,
        by: format!("{}, {}", check.by.by.name, check.by.time),
        regimes,
        flags: list("red_flags")
            .iter()
            .map(|f| (text(f, "citation"), text(f, "text"), text(f, "state")))
            .collect(),
        missing: list("missing_facts")
            .iter()
            .map(|m| {
                let values = m.get("values").and_then(Value::as_object).into_iter().flatten();
                let values: Vec<String> =
                    values.map(|(value, answer)| format!("{value} → {}", plain(answer))).collect();
                (text(m, "path"), texts(m, "needed_by"), values.join("; "))
            })
            .collect(),
        counterfactuals: list("counterfactuals")
            .iter()
            .map(|c| (text(c, "change"), text(c, "answer")))
            .collect(),
        warnings: list("warnings").iter().map(plain).collect(),
    })
}

fn rule_row(rule: &Value) -> RuleRow {
    RuleRow {
        rule: text(rule, "rule"),
        citation: text(rule, "citation"),
        why: text(rule, "why"),
        verification: text(rule, "verification"),
        facts: rule
            .get("facts")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(path, value)| (path.clone(), plain(value)))
            .collect(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).filter(|v| !v.is_null()).map(plain).unwrap_or_default()
}

fn texts(value: &Value, key: &str) -> String {
    let items = value.get(key).and_then(Value::as_array).into_iter().flatten();
    items.map(plain).collect::<Vec<_>>().join(", ")
}

fn words_of(code: &str) -> String {
    code.replace('_', " ").to_lowercase()
}

/// A step in words.
fn words(step: &Step) -> String {
    match step {
        Step::Open { .. } => "opened the case".to_owned(),
        Step::Facts { reason, .. } => format!("replaced the case file: {reason}"),
        Step::Check { answer, .. } => format!("checked against the law: {answer}"),
        Step::Match { id, of } => format!("possible match {id}: {} / {}", of.name, of.caption),
        Step::ProposeMatch { id, verdict: v, reason, .. } => format!("{id} is {}: {reason}", verdict(*v)),
        Step::ConfirmMatch { id } => format!("agreed on {id}"),
        Step::ReturnMatch { id, reason } => format!("did not agree on {id}: {reason}"),
        Step::LaterMatch { id, until, reason } => format!("put {id} off until {until}: {reason}"),
        Step::Assign { name: Some(name), .. } => format!("gave the case to {name}"),
        Step::Assign { .. } => "gave the case to nobody".to_owned(),
        Step::Note { text } => format!("note: {text}"),
        Step::Document { name, .. } => format!("added the document {name}"),
        Step::Ask { id, text, due } => format!("asked {id}, until {due}: {text}"),
        Step::Answer { id, .. } => format!("wrote down the answer to {id}"),
        Step::DropQuestion { id, reason } => format!("asks {id} no more: {reason}"),
        Step::Propose { outcome, .. } => format!("proposed: {}", outcome.replace('_', " ")),
        Step::Return { reason } => format!("sent it back: {reason}"),
        Step::Sign { place, .. } => format!("countersigned, number {place}"),
        Step::Escalate { reason } => format!("escalated: {reason}"),
        Step::Decide { .. } => "decided as signed".to_owned(),
        Step::Appeal { by, .. } => format!("appeal by {by}: open again"),
        Step::Withdraw { reason } => format!("withdrawn: {reason}"),
        Step::Enrol { .. } => "enrolled a key".to_owned(),
    }
}

/// `GET /desk/cases/{case}/matches/{match}`.
pub(super) async fn possible_match(
    Held(state): Held<State>,
    who: Who,
    Path((case, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let caller = who.caller()?.clone();
    let m = state
        .look(move |desk, store| {
            let case = desk.must_have(&case).map_err(|e| refused(&e))?;
            let unknown = Refused::Unknown { what: "possible match", id: id.chars().take(20).collect() };
            let m = case.possible_match(&id).ok_or_else(|| refused(&unknown))?;
            let store = store.ok_or_else(|| Problem::program(&"a case without a journal"))?;
            let document: Value =
                serde_json::from_str(&text_of(store, &m.of.document)?).map_err(|e| Problem::program(&e))?;
            Ok(match_view(case, m, &document, &caller))
        })
        .await?;
    let shell = Shell::of(&who, &format!("{} {}", m.case, m.id), "queue")?;
    view::page(&MatchPage { shell, m })
}

fn match_view(case: &Case, m: &countersign_desk::Match, document: &Value, caller: &Caller) -> MatchView {
    let at = |path: &str| document.pointer(path).cloned().unwrap_or(Value::Null);
    let (query, found, entry) = (at("/query"), at("/found"), at("/entry"));
    let comparison = at("/found/comparison");
    let array =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let asked = [
        ("name", text(&query, "name")),
        ("other names", texts(&query, "other_names")),
        ("kind", text(&query, "schema")),
        ("countries", texts(&query, "countries")),
        ("born", text(&query, "birth_date")),
    ];
    let mut listed = vec![
        ("entry".to_owned(), vec![text(&entry, "id")]),
        ("kind".to_owned(), vec![text(&entry, "schema")]),
        ("list".to_owned(), vec![text(&entry, "source")]),
    ];
    let properties = entry.get("properties").and_then(Value::as_object).into_iter().flatten();
    listed
        .extend(properties.map(|(key, values)| {
            (key.clone(), values.as_array().into_iter().flatten().map(plain).collect())
        }));
    let live = matches!(case.state, CaseState::Open | CaseState::Signing);
    let said_by = m.said.as_ref().map(|s| s.by.by.user.clone());
    let own = said_by.is_some_and(|user| user == caller.user.to_string());
    MatchView {
        case: case.id.clone(),
        case_title: case.title.clone(),
        id: m.id.clone(),
        state: match_state(m.state),
        score: m.of.score.clone(),
        line: text(&found, "line"),
        asked: asked.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| (k.to_owned(), v)).collect(),
        listed,
        listings: array(&entry, "listings").iter().map(listing_words).collect(),
        parts: array(&comparison, "parts")
            .iter()
            .map(|p| {
                let words = |key: &str| array(p, key).iter().map(plain).collect::<Vec<_>>().join(" ");
                (words("query"), words("listed"), words_of(&text(p, "how")), text(p, "similarity"))
            })
            .collect(),
        only_asked: texts(&comparison, "unmatched_query"),
        only_listed: texts(&comparison, "unmatched_listed"),
        adjustments: array(&found, "adjustments")
            .iter()
            .map(|a| {
                let agrees = if a.get("agrees") == Some(&Value::Bool(true)) { "agrees" } else { "differs" };
                (words_of(&text(a, "fact")), text(a, "asked"), text(a, "listed"), agrees, text(a, "effect"))
            })
            .collect(),
        said: m.said.as_ref().map(|said| SaidView {
            verdict: verdict(said.verdict),
            reason: said.reason.clone(),
            by: format!("{}, {}", said.by.by.name, said.by.time),
            confirmed: m
                .confirmed
                .as_ref()
                .map_or_else(String::new, |c| format!("{}, {}", c.by.name, c.time)),
            until: said.until.map_or_else(String::new, |d| d.to_string()),
            condition: said.condition.clone().unwrap_or_default(),
        }),
        later: m.later.as_ref().map(|(until, why)| format!("put off until {until}: {why}")),
        returned: m.returned.as_ref().map(|(why, by)| format!("{} did not agree: {why}", by.by.name)),
        evidence: case.documents.iter().map(|d| (d.sha256.to_string(), d.name.clone())).collect(),
        may_say: live && has(caller, WORKERS),
        may_confirm: live
            && m.state == MatchState::Proposed
            && !own
            && has(caller, &[Role::Analyst, Role::Approver, Role::LicensingOfficer]),
        document: m.of.document.to_string(),
    }
}

fn listing_words(listing: &Value) -> String {
    let mut words = text(listing, "list");
    for (key, word) in [("program", ""), ("from", "from "), ("to", "until "), ("citation", "")] {
        let value = text(listing, key);
        if !value.is_empty() {
            words = format!("{words}, {word}{value}");
        }
    }
    words
}
