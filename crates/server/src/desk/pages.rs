//! The pages: queue, my work, case, possible match. What they show is filled here.

use axum::extract::State as Held;
use axum::response::Response;
use countersign_desk::queue::{self as queues, Waits};
use countersign_desk::{Actor, Case, CaseState, Check, MatchState, Origin, Refused, paper as papers};
use countersign_identity::{Caller, Role};
use countersign_model::{Answer, Date, Digest};
use countersign_pages::words::{Desk, codes};
use countersign_pages::{Language, text::fill};
use countersign_store::{Envelope, Store};
use serde_json::Value;

use super::shelf::{actor, refused};
use super::speech;
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

fn case_line(case: &Case, today: Date, why: Option<&str>, w: &Desk) -> CaseLine {
    CaseLine {
        id: case.id.clone(),
        title: case.title.clone(),
        applicant: case.applicant.clone(),
        waits: why.unwrap_or_else(|| speech::waits(queues::waits(case), w)).to_owned(),
        due: case.due.to_string(),
        late: queues::is_late(case, today),
        assigned: case.assigned.as_ref().map_or_else(String::new, |(_, name)| name.clone()),
    }
}

fn match_line(case: &Case, m: &countersign_desk::Match, w: &Desk) -> MatchLine {
    let (tone, state) = speech::match_state(m.state, m.said.as_ref().map(|said| said.verdict), w);
    MatchLine {
        case: case.id.clone(),
        id: m.id.clone(),
        name: m.of.name.clone(),
        caption: m.of.caption.clone(),
        source: m.of.source.clone(),
        score: m.of.score.clone(),
        state,
        tone,
    }
}

/// `GET /desk`.
pub(super) async fn queue(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
    let w = &who.language.words().desk;
    let shell = Shell::of(&who, w.queue, "queue")?;
    let may_work = has(who.caller()?, WORKERS);
    let today = state.today()?;
    let (matches, cases) = state
        .look(move |desk, _| {
            let matches = queues::possible_matches(desk, today)
                .into_iter()
                .map(|(case, m)| match_line(case, m, w))
                .collect();
            let cases =
                queues::open_cases(desk, today).into_iter().map(|c| case_line(c, today, None, w)).collect();
            Ok((matches, cases))
        })
        .await?;
    view::page(&QueuePage { shell, matches, cases, may_work })
}

/// `GET /desk/mine`.
pub(super) async fn mine(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
    let w = &who.language.words().desk;
    let shell = Shell::of(&who, w.mine, "mine")?;
    let me = actor(who.caller()?);
    let today = state.today()?;
    let cases = state
        .look(move |desk, _| {
            let mine = queues::work_of(desk, &me, today);
            Ok(mine
                .into_iter()
                .map(|(case, why)| case_line(case, today, Some(speech::mine(why, w)), w))
                .collect())
        })
        .await?;
    view::page(&CasesPage { shell, lede: w.mine_lede, empty: w.nothing_mine, cases, closed: false })
}

/// `GET /desk/closed`.
pub(super) async fn closed(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
    let (w, language) = (&who.language.words().desk, who.language);
    let shell = Shell::of(&who, w.closed, "closed")?;
    let today = state.today()?;
    let cases = state
        .look(move |desk, _| {
            let is_closed = |case: &&Case| matches!(case.state, CaseState::Decided | CaseState::Withdrawn);
            let words = |case: &Case| match case.decision() {
                Some(decided) => speech::outcome(&decided.proposal.outcome, language).to_owned(),
                None => speech::state(case.state, w).to_owned(),
            };
            Ok(desk
                .cases()
                .rev()
                .filter(is_closed)
                .map(|c| case_line(c, today, Some(&words(c)), w))
                .collect())
        })
        .await?;
    view::page(&CasesPage { shell, lede: w.closed_lede, empty: w.nothing_closed, cases, closed: true })
}

/// `GET /desk/new`.
pub(super) async fn new(who: Who) -> Result<Response, Problem> {
    view::page(&NewPage { shell: Shell::of(&who, who.language.words().desk.open_one, "queue")? })
}

/// `GET /desk/cases/{case}`.
pub(super) async fn case(
    Held(state): Held<State>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let reader = Reader::of(&state, &who)?;
    let c = state
        .look(move |desk, store| {
            let case = desk.must_have(&id).map_err(|e| refused(&e))?;
            let store = store.ok_or_else(|| Problem::program(&"a case without a journal"))?;
            case_view(case, store, &reader)
        })
        .await?;
    let shell = Shell::of(&who, &format!("{} {}", c.id, c.title), "queue")?;
    view::page(&CasePage { shell, c })
}

fn text_of(store: &Store, digest: &Digest) -> Result<String, Problem> {
    let bytes = store.blob(digest).map_err(|e| Problem::program(&e))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Who looks, when, in which language.
struct Reader {
    caller: Caller,
    me: Actor,
    language: Language,
    today: Date,
    /// Whether they hold a key to sign with.
    has_key: bool,
    /// Who can be given a case: id and name.
    colleagues: Vec<(String, String)>,
}

impl Reader {
    fn of(state: &State, who: &Who) -> Result<Self, Problem> {
        let caller = who.caller()?.clone();
        let (has_key, colleagues) = state.gate().read(|directory| {
            let has_key = directory.user(&caller.user).is_some_and(|user| user.credentials.is_some());
            let workers =
                directory.users().filter(|user| user.is_active() && WORKERS.iter().any(|r| user.has(*r)));
            (has_key, workers.map(|user| (user.id.to_string(), user.full_name.clone())).collect())
        })?;
        let (me, language, today) = (actor(&caller), who.language, state.today()?);
        Ok(Self { caller, me, language, today, has_key, colleagues })
    }

    fn words(&self) -> &'static Desk {
        &self.language.words().desk
    }
}

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

fn case_view(case: &Case, store: &Store, reader: &Reader) -> Result<CaseView, Problem> {
    let (w, language, today) = (reader.words(), reader.language, reader.today);
    let outcomes = case.policy.outcome.iter().map(|outcome| OutcomeRow {
        id: outcome.id.clone(),
        words: speech::outcome(outcome, language).to_owned(),
        signatures: case
            .needed(outcome)
            .iter()
            .map(|r| speech::role(*r, language))
            .collect::<Vec<_>>()
            .join(&format!(", {} ", w.then)),
        not_yet: case.may_end_with(&outcome.id).err().map(|e| speech::outcome_refusal(&e, language)),
    });
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
        outcomes: outcomes.collect(),
        proposal: proposal_view(case, store, language)?,
        returned: case.returned.as_ref().map(|(why, by)| {
            format!("{} ({}, {})", speech::returned(why, language), by.by.name, to_the_minute(&by.time))
        }),
        escalated: case
            .escalated
            .as_ref()
            .map(|(why, by)| format!("{why} ({}, {})", by.by.name, to_the_minute(&by.time))),
        decisions: case
            .decisions
            .iter()
            .enumerate()
            .map(|(n, d)| DecisionRow {
                number: n + 1,
                words: speech::outcome(&d.proposal.outcome, language).to_owned(),
                time: d.by.time.clone(),
                signers: d.signatures.iter().map(|s| s.by.by.name.clone()).collect::<Vec<_>>().join(", "),
            })
            .collect(),
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

/// A moment inside a sentence.
fn to_the_minute(time: &str) -> String {
    match (time.get(..10), time.get(11..16)) {
        (Some(day), Some(clock)) => format!("{day} {clock} UTC"),
        _ => time.to_owned(),
    }
}

fn may(case: &Case, reader: &Reader) -> May {
    let (caller, me) = (&reader.caller, &reader.me);
    let live = matches!(case.state, CaseState::Open | CaseState::Signing);
    let signing = case.state == CaseState::Signing;
    let sign = case.may_sign(me);
    let why_not_sign = match &sign {
        Err(
            why
            @ (Refused::OwnWork(_) | Refused::Twice(_) | Refused::EarlierSigner(_) | Refused::Role { .. }),
        ) => speech::refusal(why, reader.language),
        _ => String::new(),
    };
    let own = case.workers.contains(&me.user);
    May {
        work: live && has(caller, WORKERS),
        note: has(caller, &[Role::Analyst, Role::Approver, Role::LicensingOfficer, Role::Administrator]),
        sign: sign
            .ok()
            .and_then(|()| case.next_signature())
            .map(|(n, role)| (n.to_string(), speech::role(role, reader.language))),
        has_key: reader.has_key,
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

fn document_row(d: &countersign_desk::Document, w: &Desk) -> DocumentRow {
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

fn question_row(q: &countersign_desk::Question, today: Date, w: &Desk) -> QuestionRow {
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

/// Verdicts of a regime that asks for nothing.
const SILENT: [&str; 3] = ["NOT_CONTROLLED", "NOT_BOUND", "NOT_APPLICABLE"];

/// The recorded decision, read back from its record.
fn check_view(check: &Check, store: &Store, language: Language) -> Result<CheckView, Problem> {
    let bytes = store.blob(&check.decision).map_err(|e| Problem::program(&e))?;
    let envelope = Envelope::parse(&bytes).map_err(|e| Problem::program(&e))?;
    let signers = store.trusted_keys().signers;
    let signer = signers.first().ok_or_else(|| Problem::program(&"the home has no key"))?;
    let payload = envelope.verify(signer).map_err(|e| Problem::program(&e))?;
    let statement: Value = serde_json::from_slice(&payload).map_err(|e| Problem::program(&e))?;
    let decision = statement.pointer("/predicate/decision").unwrap_or(&Value::Null);
    let list = |key: &str| decision.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let of = |r: &Value, title: &str| {
        let rules: Vec<RuleRow> =
            r.get("determining").and_then(Value::as_array).into_iter().flatten().map(rule_row).collect();
        let code = text(r, "verdict");
        let row = RegimeRow {
            title: text(r, title),
            verdict: codes::verdict(&code, language),
            open: !rules.is_empty() && !SILENT.contains(&code.as_str()),
            rules,
        };
        (code, row)
    };
    let mut all: Vec<(String, RegimeRow)> = list("regimes").iter().map(|r| of(r, "title")).collect();
    all.extend(list("commitments").iter().map(|c| of(c, "family")));
    if let Some(gate) = decision.get("gate").filter(|g| text(g, "verdict") != "NOT_APPLICABLE") {
        let (code, row) = of(gate, "title");
        all.push((code, RegimeRow { title: language.words().desk.gate.to_owned(), ..row }));
    }
    let (silent, said): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|(code, row)| row.rules.is_empty() && SILENT.contains(&code.as_str()));
    let answer = check.answer.to_string();
    Ok(CheckView {
        answer_words: codes::answer(&answer, language),
        answer,
        mark: match check.answer {
            Answer::Proceed => "good",
            Answer::Conditions | Answer::Hold => "attention",
            Answer::Stop => "stop",
        },
        as_of: check.as_of.clone(),
        entry: check.index,
        by: format!("{}, {}", check.by.by.name, to_the_minute(&check.by.time)),
        regimes: said.into_iter().map(|(_, row)| row).collect(),
        silent: silent.into_iter().map(|(_, row)| (row.title, row.verdict)).collect(),
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
        tone: if text(rule, "verification").starts_with("unverified") { "attention" } else { "plain" },
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

/// `GET /desk/cases/{case}/matches/{match}`.
pub(super) async fn possible_match(
    Held(state): Held<State>,
    who: Who,
    Path((case, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let reader = Reader::of(&state, &who)?;
    let m = state
        .look(move |desk, store| {
            let case = desk.must_have(&case).map_err(|e| refused(&e))?;
            let unknown = Refused::Unknown { what: "possible match", id: id.chars().take(20).collect() };
            let m = case.possible_match(&id).ok_or_else(|| refused(&unknown))?;
            let store = store.ok_or_else(|| Problem::program(&"a case without a journal"))?;
            let document: Value =
                serde_json::from_str(&text_of(store, &m.of.document)?).map_err(|e| Problem::program(&e))?;
            Ok(match_view(case, m, &document, &reader))
        })
        .await?;
    let shell = Shell::of(&who, &format!("{} {}", m.case, m.id), "queue")?;
    view::page(&MatchPage { shell, m })
}

fn match_view(case: &Case, m: &countersign_desk::Match, document: &Value, reader: &Reader) -> MatchView {
    let (w, caller) = (reader.words(), &reader.caller);
    let member = |code: &str| codes::member(code, reader.language);
    let at = |path: &str| document.pointer(path).cloned().unwrap_or(Value::Null);
    let (query, found, entry) = (at("/query"), at("/found"), at("/entry"));
    let comparison = at("/found/comparison");
    let array =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let asked = [
        (w.name.to_owned(), text(&query, "name")),
        (w.other_names.to_owned(), texts(&query, "other_names")),
        (w.kind.to_owned(), codes::schema(&text(&query, "schema"), reader.language)),
        (member("country"), texts(&query, "countries")),
        (w.born_short.to_owned(), text(&query, "birth_date")),
    ];
    let mut listed = vec![
        (w.entry.to_owned(), vec![text(&entry, "id")]),
        (w.kind.to_owned(), vec![codes::schema(&text(&entry, "schema"), reader.language)]),
        (w.list.to_owned(), vec![text(&entry, "source")]),
    ];
    let properties = entry.get("properties").and_then(Value::as_object).into_iter().flatten();
    listed
        .extend(properties.map(|(key, values)| {
            (member(key), values.as_array().into_iter().flatten().map(plain).collect())
        }));
    let live = matches!(case.state, CaseState::Open | CaseState::Signing);
    let said_by = m.said.as_ref().map(|s| s.by.by.user.clone());
    let own = said_by.is_some_and(|user| user == caller.user.to_string());
    MatchView {
        case: case.id.clone(),
        case_title: case.title.clone(),
        id: m.id.clone(),
        state: speech::match_state(m.state, m.said.as_ref().map(|said| said.verdict), w).1,
        tone: speech::match_state(m.state, m.said.as_ref().map(|said| said.verdict), w).0,
        two: case.policy.matches.same == 2 && case.policy.matches.not_same == 2,
        score: m.of.score.clone(),
        line: text(&found, "line"),
        asked: asked.into_iter().filter(|(_, v)| !v.is_empty()).collect(),
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
                let agrees =
                    if a.get("agrees") == Some(&Value::Bool(true)) { w.yes_agrees } else { w.differs };
                (words_of(&text(a, "fact")), text(a, "asked"), text(a, "listed"), agrees, text(a, "effect"))
            })
            .collect(),
        said: m.said.as_ref().map(|said| SaidView {
            verdict: speech::verdict(said.verdict, w),
            reason: said.reason.clone(),
            by: format!("{}, {}", said.by.by.name, to_the_minute(&said.by.time)),
            name: said.by.by.name.clone(),
            evidence: said.evidence.iter().map(|digest| document_name(case, digest)).collect(),
            confirmed: m
                .confirmed
                .as_ref()
                .map_or_else(String::new, |c| format!("{}, {}", c.by.name, to_the_minute(&c.time))),
            until: said.until.map_or_else(String::new, |d| d.to_string()),
            condition: said.condition.clone().unwrap_or_default(),
        }),
        later: m
            .later
            .as_ref()
            .map(|(until, why)| fill(w.put_off, &[("day", &until.to_string()), ("why", why)])),
        returned: m
            .returned
            .as_ref()
            .map(|(why, by)| fill(w.did_not_agree, &[("name", &by.by.name), ("why", why)])),
        evidence: case.documents.iter().map(|d| (d.sha256.to_string(), d.name.clone())).collect(),
        may_say: live && has(caller, WORKERS),
        may_confirm: live
            && m.state == MatchState::Proposed
            && !own
            && has(caller, &[Role::Analyst, Role::Approver, Role::LicensingOfficer]),
        document: m.of.document.to_string(),
    }
}

fn document_name(case: &Case, digest: &Digest) -> String {
    let known = case.documents.iter().find(|d| d.sha256 == *digest);
    known.map_or_else(|| digest.to_string(), |d| d.name.clone())
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
