//! The decision paper: plain text, the bytes that are shown, hashed and signed. And the letter to the applicant.
//!
//! The same state gives the same bytes. The paper says everything that a signer answers for: facts, check, possible
//! matches with what was decided and why, questions and answers, documents by hash, the proposal.

use std::fmt::Write as _;

use countersign_model::Digest;
use countersign_pages::words::{Paper, codes};
use countersign_pages::{Language, text::fill};

use crate::case::{Case, Decided, MatchState};
use crate::policy::Outcome;
use crate::refused::Refused;
use crate::step::{Actor, MatchVerdict};

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
    /// The language of the paper, and of the letter after it. What people, lists and law packs say stays as it is.
    pub language: Language,
}

/// What the first line of every paper says of its format.
const FORMAT: &str = "(countersign paper/1";

/// The language of a paper, by its first line.
pub fn language_of(paper: &str) -> Language {
    let line = paper.lines().next().unwrap_or_default();
    line.split_once(FORMAT)
        .and_then(|(_, rest)| rest.strip_prefix(", ")?.strip_suffix(')'))
        .and_then(Language::from_code)
        .unwrap_or(Language::English)
}

fn first_line(language: Language) -> String {
    let title = language.words().paper.paper;
    match language {
        Language::English => format!("{title} {FORMAT})"),
        other => format!("{title} {FORMAT}, {})", other.code()),
    }
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

/// A label or sentence with its number.
fn numbered(text: &str, n: usize) -> String {
    fill(text, &[("n", &n.to_string())])
}

fn outcome_words(outcome: &Outcome, language: Language) -> &str {
    match (&outcome.words_de, language) {
        (Some(words), Language::German) => words,
        _ => &outcome.words,
    }
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
    let w = &draft.language.words().paper;
    let mut out = format!("{}\n\n", first_line(draft.language));
    line(&mut out, w.case, &case.id);
    line(&mut out, w.title, &case.title);
    line(&mut out, w.about, &case.applicant);
    let opened = fill(w.opened_by, &[("time", &case.opened.time), ("name", &case.opened.by.name)]);
    line(&mut out, w.opened, &opened);
    line(&mut out, w.policy, &case.policy.name);
    if !case.decisions.is_empty() {
        line(&mut out, w.appeal, &numbered(w.number, case.decisions.len() + 1));
    }
    proposed(&mut out, case, outcome, draft);
    checked(&mut out, case, w);
    matches(&mut out, case, w);
    questions(&mut out, case, w);
    if !case.appeals.is_empty() {
        heading(&mut out, w.appeals);
        for appeal in &case.appeals {
            line(
                &mut out,
                &appeal.received.to_string(),
                &format!("{}: {}", appeal.appellant, appeal.grounds),
            );
        }
    }
    documents(&mut out, case, w);
    Ok(out)
}

fn proposed(out: &mut String, case: &Case, outcome: &Outcome, draft: &Draft<'_>) {
    let (w, language) = (&draft.language.words().paper, draft.language);
    heading(out, w.proposed);
    line(out, w.outcome, &format!("{} ({})", outcome_words(outcome, language), outcome.id));
    line(out, w.reason, draft.reason);
    for (n, condition) in draft.conditions.iter().filter(|c| !c.trim().is_empty()).enumerate() {
        line(out, &numbered(w.condition, n + 1), condition);
    }
    for digest in draft.evidence {
        line(out, w.evidence, &digest.to_string());
    }
    line(out, w.proposed_by, &format!("{}, {}", draft.by.name, draft.time));
    for (n, role) in case.needed(outcome).iter().enumerate() {
        line(out, &numbered(w.signature, n + 1), &codes::role(role.as_str(), language));
    }
}

fn checked(out: &mut String, case: &Case, w: &Paper) {
    heading(out, w.law);
    if let Some(facts) = &case.facts {
        line(out, w.case_file, &facts.to_string());
    }
    match &case.check {
        None => line(out, w.check, w.unchecked),
        Some(check) => {
            line(out, w.answer, &check.answer.to_string());
            line(out, w.as_of, &check.as_of);
            let (n, sha256) = (check.index.to_string(), check.decision.to_string());
            line(out, w.record, &fill(w.entry, &[("n", &n), ("sha256", &sha256)]));
            if case.check_is_stale {
                line(out, w.note, w.stale);
            }
            for missing in &check.missing {
                line(out, w.missing, missing);
            }
        }
    }
}

fn matches(out: &mut String, case: &Case, w: &Paper) {
    heading(out, w.matches);
    if case.matches.is_empty() {
        line(out, w.none, w.no_matches);
    }
    for m in &case.matches {
        line(out, &m.id, &format!("{} / {} ({}, {})", m.of.name, m.of.caption, m.of.entity, m.of.source));
        let state = match (&m.said, m.state) {
            (Some(said), MatchState::Decided) => {
                let first = &said.by.by.name;
                let by = match &m.confirmed {
                    Some(second) => fill(w.two, &[("first", first), ("second", &second.by.name)]),
                    None => first.clone(),
                };
                let verdict = match said.verdict {
                    MatchVerdict::Same => w.same,
                    MatchVerdict::NotSame => w.other,
                };
                fill(verdict, &[("by", &by), ("why", &said.reason)])
            }
            _ => w.undecided.to_owned(),
        };
        line(out, "", &state);
    }
}

fn questions(out: &mut String, case: &Case, w: &Paper) {
    if case.questions.is_empty() {
        return;
    }
    heading(out, w.questions);
    for q in &case.questions {
        line(out, &q.id, &fill(w.until, &[("text", &q.text), ("day", &q.due.to_string())]));
        let answer = match (&q.answer, &q.dropped) {
            (Some((text, by)), _) => fill(w.answered, &[("time", &by.time), ("text", text)]),
            (None, Some((why, by))) => fill(w.dropped, &[("time", &by.time), ("why", why)]),
            (None, None) => w.unanswered.to_owned(),
        };
        line(out, "", &answer);
    }
}

fn documents(out: &mut String, case: &Case, w: &Paper) {
    heading(out, w.documents);
    if case.documents.is_empty() {
        line(out, w.none, w.no_documents);
    }
    for d in &case.documents {
        let _ = writeln!(out, "{}  {}", d.sha256, plain(&d.name));
    }
}

/// The letter to the applicant about a decision.
pub fn letter(case: &Case, decided: &Decided, language: Language) -> String {
    let w = &language.words().paper;
    let proposal = &decided.proposal;
    let day = decided.by.time.split('T').next().unwrap_or_default();
    let mut out = String::new();
    for (text, blank, value) in
        [(w.to, "name", case.applicant.as_str()), (w.date, "day", day), (w.reference, "case", &case.id)]
    {
        let _ = writeln!(out, "{}", fill(text, &[(blank, value)]));
    }
    let outcome = outcome_words(&proposal.outcome, language);
    let _ = writeln!(out, "\n{}\n\n{}\n", case.title, fill(w.decision, &[("outcome", outcome)]));
    let _ = writeln!(out, "{}\n{}\n", w.reasons, proposal.reason.trim());
    for (n, condition) in proposal.conditions.iter().enumerate() {
        let _ =
            writeln!(out, "{}", fill(w.one_condition, &[("n", &(n + 1).to_string()), ("text", condition)]));
    }
    let _ = writeln!(out, "\n{}", w.countersigned);
    for s in &decided.signatures {
        let _ =
            writeln!(out, "- {} ({}), {}", s.by.by.name, codes::role(s.role.as_str(), language), s.by.time);
    }
    let _ = writeln!(out, "\n{}", fill(w.closing, &[("sha256", &proposal.paper.to_string())]));
    out
}
