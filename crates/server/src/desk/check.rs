//! Checking the case file against the law: the decision is recorded, and what it found becomes work.

use std::sync::Arc;

use countersign_desk::Step;
use countersign_model::Digest;
use countersign_operations::check::{Check, Options, check, read_case};
use countersign_operations::editions::When;
use countersign_operations::lists::Lists;
use countersign_operations::{record, screening};

use super::keep::{Keeping, keep_all};
use super::refusal::{problem, refused};
use super::screen::{self, Finding};
use crate::access::Fields;
use crate::problem::Problem;
use crate::state::State;

/// The name of the document that is the case file.
pub(super) const CASE_FILE: &str = "case.yaml";

/// A check that is not kept yet.
pub(super) struct Run {
    facts: Digest,
    text: String,
    check: Check,
    lists: Option<Arc<Lists>>,
    findings: Vec<Finding>,
}

fn text_of(bytes: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(bytes)
        .map_err(|_| Problem::unprocessable("the case file is not UTF-8; save it as UTF-8"))
}

/// Whether a case file can be read; a wrong one is refused with everything that is wrong with it, by line.
pub(super) fn readable(state: &State, bytes: &[u8]) -> Result<(), Problem> {
    let knowledge = &state.snapshot().knowledge;
    read_case(text_of(bytes)?, CASE_FILE, &Options::default(), knowledge)
        .map(|_| ())
        .map_err(|e| Problem::unprocessable(e.to_string()))
}

/// Checks the case file of a case as it is now.
pub(super) async fn run(state: &State, case: &str, fields: &Fields) -> Result<Run, Problem> {
    fields.only(&[])?;
    let id = case.to_owned();
    let (facts, bytes) = state
        .look(move |desk, store| {
            let case = desk.must_have(&id).map_err(|e| refused(&e))?;
            let facts = case.facts.ok_or_else(|| {
                Problem::unprocessable("the case has no case file to check; add one under \"Facts\"")
            })?;
            let store = store.ok_or_else(|| Problem::program(&"a case without a journal"))?;
            Ok((facts, store.blob(&facts).map_err(|e| Problem::program(&e))?))
        })
        .await?;
    let state = state.clone();
    state.clone().work(move || checked(&state, facts, &bytes)).await
}

fn checked(state: &State, facts: Digest, bytes: &[u8]) -> Result<Run, Problem> {
    let text = text_of(bytes)?.to_owned();
    let snapshot = state.snapshot();
    let knowledge = &snapshot.knowledge;
    let mut options = Options::default();
    let wrong = |e: &dyn std::fmt::Display| Problem::unprocessable(e.to_string());
    let mut case = read_case(&text, CASE_FILE, &options, knowledge).map_err(|e| wrong(&e))?;
    if let Some(view) = &snapshot.register {
        options.register = Some(view.consulted.of_case(&case)?);
        case = read_case(&text, CASE_FILE, &options, knowledge).map_err(|e| wrong(&e))?;
    }
    let lists = if screening::is_needed(&case) {
        let known_at = case.tree().get("known_at").map(|_| case.known_at());
        let when = When { as_of: Some(case.as_of()), known_at };
        Some(state.lists(&snapshot, when)?.1)
    } else {
        None
    };
    let made = check(&case, facts, &options, knowledge, lists.as_deref(), &snapshot.dispositions)?;
    let mut findings = Vec::new();
    if let Some(lists) = &lists {
        for (party, screened) in case.parties().zip(&made.screening) {
            let query = screening::query(&party);
            for found in screened.hits.iter().chain(&screened.elsewhere) {
                findings.extend(screen::finding(found, &query, screened.kind, lists)?);
            }
        }
    }
    Ok(Run { facts, text, check: made, lists, findings })
}

/// Records the decision, and keeps the check and the possible matches that nobody decided. Gives the entry of the check.
pub(super) fn keep(run: Run, keeping: Keeping<'_>) -> Result<u64, Problem> {
    let had = keeping.reader.desk.must_have(keeping.case).map_err(|e| refused(&e))?.clone();
    if had.facts != Some(run.facts) {
        return Err(Problem::conflict("the case file was replaced while it was checked; check again"));
    }
    let now = keeping.now.clone();
    let receipt = record::record(keeping.store, &run.check, &run.text, run.lists.as_deref(), now)?;
    keeping.reader.catch_up(keeping.store).map_err(problem)?;
    let mut steps = screen::steps(&had, run.findings);
    let decision = &run.check.decision;
    let check = Step::Check {
        facts: run.facts,
        decision: receipt.leaf.sha256,
        index: receipt.index,
        answer: decision.answer,
        as_of: decision.case.as_of.clone(),
        missing: decision.missing_facts.iter().map(|missing| missing.path.clone()).collect(),
    };
    steps.push((check, None));
    keep_all(steps, keeping)
}
