//! The pages: queue, my work, case, possible match. What they show is filled here.
//!
//! - `line`: a case or a possible match in a list; `case`, `check`, `possible_match`: each whole
//! - `reader`: who looks, and what they may do; `text`: words for what documents hold

mod case;
mod check;
mod line;
mod possible_match;
mod reader;
mod text;

use axum::extract::State as Held;
use axum::response::Response;
use countersign_desk::queue as queues;
use countersign_desk::{Case, CaseState, Refused};
use serde_json::Value;

use super::refusal::refused;
use super::shelf::actor;
use super::speech;
use super::view::{self, CasePage, CasesPage, MatchPage, NewPage, QueuePage, Shell};
use crate::access::Who;
use crate::extract::Path;
use crate::problem::Problem;
use crate::state::State;
use case::case_view;
use line::{case_line, match_line};
use possible_match::match_view;
use reader::{Reader, WORKERS, has};
use text::text_of;

/// `GET /desk`.
pub(in crate::desk) async fn queue(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
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
pub(in crate::desk) async fn mine(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
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
pub(in crate::desk) async fn closed(Held(state): Held<State>, who: Who) -> Result<Response, Problem> {
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
pub(in crate::desk) async fn new(who: Who) -> Result<Response, Problem> {
    view::page(&NewPage { shell: Shell::of(&who, who.language.words().desk.open_one, "queue")? })
}

/// `GET /desk/cases/{case}`.
pub(in crate::desk) async fn case(
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

/// `GET /desk/cases/{case}/matches/{match}`.
pub(in crate::desk) async fn possible_match(
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
