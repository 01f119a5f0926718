//! The decision paper: plain text, the bytes that are shown, hashed and signed. And the letter to the applicant.
//!
//! The same state gives the same bytes. The paper says everything that a signer answers for: facts, check, possible
//! matches with what was decided and why, questions and answers, documents by hash, the proposal.

use std::fmt::Write as _;

use countersign_model::Digest;

use crate::case::{Case, MatchState};
use crate::policy::Outcome;
use crate::step::{Actor, Refused};

/// What someone proposes, before it is a step.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    /// The outcome, by its id.
    pub outcome: &'a str,
    /// Why.
    pub reason: &'a str,
    /// On which conditions.
    pub conditions: &'a [String],
    /// Documents that show it.
    pub evidence: &'a [Digest],
    /// Who proposes.
    pub by: &'a Actor,
    /// When, UTC.
    pub time: &'a str,
}

/// Text as it can stand in a paper: nothing that ends a line or turns the direction of reading unseen.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().replace("\r\n", "\n").chars() {
        match c {
            // a text of several lines stays recognisable as one: its further lines are indented
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\n{:14}", "");
            }
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
                out.extend(c.escape_unicode())
            }
            c if c.is_control() && c != '\t' => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

fn line(out: &mut String, label: &str, value: &str) {
    let _ = writeln!(out, "{label:<14}{}", plain(value));
}

fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}\n{}", "-".repeat(text.chars().count()));
}

/// The paper of a proposal.
///
/// # Errors
/// The case cannot end so now.
pub fn paper(case: &Case, draft: &Draft<'_>) -> Result<String, Refused> {
    case.may_end_with(draft.outcome)?;
    let outcome = case
        .policy
        .outcome(draft.outcome)
        .ok_or_else(|| Refused::Unknown { what: "outcome", id: draft.outcome.to_owned() })?;
    let mut out = String::from("DECISION PAPER (countersign paper/1)\n\n");
    line(&mut out, "case", &case.id);
    line(&mut out, "title", &case.title);
    line(&mut out, "about", &case.applicant);
    line(&mut out, "opened", &format!("{} by {}", case.opened.time, case.opened.by.name));
    line(&mut out, "policy", &case.policy.name);
    if !case.decisions.is_empty() {
        line(&mut out, "appeal", &format!("this is decision number {}", case.decisions.len() + 1));
    }
    proposed(&mut out, case, outcome, draft);
    checked(&mut out, case);
    matches(&mut out, case);
    questions(&mut out, case);
    if !case.appeals.is_empty() {
        heading(&mut out, "Appeals");
        for appeal in &case.appeals {
            line(
                &mut out,
                &appeal.received.to_string(),
                &format!("{}: {}", appeal.appellant, appeal.grounds),
            );
        }
    }
    documents(&mut out, case);
    Ok(out)
}

fn proposed(out: &mut String, case: &Case, outcome: &Outcome, draft: &Draft<'_>) {
    heading(out, "Proposed");
    line(out, "outcome", &format!("{} ({})", outcome.words, outcome.id));
    line(out, "reason", draft.reason);
    for (n, condition) in draft.conditions.iter().filter(|c| !c.trim().is_empty()).enumerate() {
        line(out, &format!("condition {}", n + 1), condition);
    }
    for digest in draft.evidence {
        line(out, "evidence", &digest.to_string());
    }
    line(out, "proposed by", &format!("{}, {}", draft.by.name, draft.time));
    for (n, role) in case.needed(outcome).iter().enumerate() {
        line(out, &format!("signature {}", n + 1), &role.words());
    }
}

fn checked(out: &mut String, case: &Case) {
    heading(out, "Law");
    if let Some(facts) = &case.facts {
        line(out, "case file", &facts.to_string());
    }
    match &case.check {
        None => line(out, "check", "none: the case was not checked against the law"),
        Some(check) => {
            line(out, "answer", &check.answer.to_string());
            line(out, "as of", &check.as_of);
            line(out, "record", &format!("entry {} of the journal, {}", check.index, check.decision));
            if case.check_is_stale {
                line(out, "note", "something changed after this check");
            }
            for missing in &check.missing {
                line(out, "missing", missing);
            }
        }
    }
}

fn matches(out: &mut String, case: &Case) {
    heading(out, "Possible matches");
    if case.matches.is_empty() {
        line(out, "none", "none was reported");
    }
    for m in &case.matches {
        line(out, &m.id, &format!("{} / {} ({}, {})", m.of.name, m.of.caption, m.of.entity, m.of.source));
        let state = match (&m.said, m.state) {
            (Some(said), MatchState::Decided) => {
                let by = match &m.confirmed {
                    Some(second) => format!("{} and {}", said.by.by.name, second.by.name),
                    None => said.by.by.name.clone(),
                };
                let verdict = match said.verdict {
                    crate::step::MatchVerdict::Same => "the same party",
                    crate::step::MatchVerdict::NotSame => "another party",
                };
                format!("{verdict}, by {by}: {}", said.reason)
            }
            _ => "undecided".to_owned(),
        };
        line(out, "", &state);
    }
}

fn questions(out: &mut String, case: &Case) {
    if case.questions.is_empty() {
        return;
    }
    heading(out, "Questions to the applicant");
    for q in &case.questions {
        line(out, &q.id, &format!("{} (until {})", q.text, q.due));
        let answer = match (&q.answer, &q.dropped) {
            (Some((text, by)), _) => format!("answered {}: {text}", by.time),
            (None, Some((why, by))) => format!("asked no more since {}: {why}", by.time),
            (None, None) => "not answered".to_owned(),
        };
        line(out, "", &answer);
    }
}

fn documents(out: &mut String, case: &Case) {
    heading(out, "Documents");
    if case.documents.is_empty() {
        line(out, "none", "none was added");
    }
    for d in &case.documents {
        let _ = writeln!(out, "{}  {}", d.sha256, plain(&d.name));
    }
}

/// The letter to the applicant about the decision that stands.
///
/// # Errors
/// There is none.
pub fn letter(case: &Case) -> Result<String, Refused> {
    let decided = case
        .decision()
        .ok_or(Refused::State { state: case.state, why: "there is no decision to write about" })?;
    let mut out = String::new();
    let day = decided.by.time.split('T').next().unwrap_or_default();
    let _ = writeln!(out, "To: {}\nDate: {day}\nReference: {}\n", case.applicant, case.id);
    let _ = writeln!(out, "{}\n", case.title);
    let _ = writeln!(out, "Decision: {}.\n", decided.proposal.outcome.words);
    let _ = writeln!(out, "Reasons:\n{}\n", decided.proposal.reason.trim());
    for (n, condition) in decided.proposal.conditions.iter().enumerate() {
        let _ = writeln!(out, "Condition {}: {condition}", n + 1);
    }
    let _ = writeln!(out, "\nCountersigned by:");
    for s in &decided.signatures {
        let _ = writeln!(out, "- {} ({}), {}", s.by.by.name, s.role.words(), s.by.time);
    }
    let _ = writeln!(
        out,
        "\nThe paper that they signed has the SHA-256 {}. This decision can be appealed against; the appeal is looked at by \
         other people.",
        decided.proposal.paper
    );
    Ok(out)
}
