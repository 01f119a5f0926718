//! What waits, and for whom.

use countersign_model::Date;
use serde::Serialize;

use crate::case::{Case, CaseState, Match, MatchState};
use crate::desk::Desk;
use crate::step::Actor;

/// What a case waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// Possible matches are undecided.
    Matches,
    /// A second person must look at what was said about a possible match.
    SecondEyes,
    /// The applicant must answer.
    Answers,
    /// It must be checked against the law.
    Check,
    /// Someone must propose how it ends.
    Proposal,
    /// It must be countersigned.
    Signature,
    /// It is signed and can be decided.
    Decision,
    /// Nothing: it is decided or withdrawn.
    Nothing,
}

impl Waits {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Matches => "possible matches to decide",
            Self::SecondEyes => "a second person for a possible match",
            Self::Answers => "answers of the applicant",
            Self::Check => "a check against the law",
            Self::Proposal => "a proposal",
            Self::Signature => "a countersignature",
            Self::Decision => "to be decided as signed",
            Self::Nothing => "nothing",
        }
    }
}

/// What a case waits for now.
pub fn waits(case: &Case) -> Waits {
    match case.state {
        CaseState::Decided | CaseState::Withdrawn => Waits::Nothing,
        CaseState::Signing if case.is_signed() => Waits::Decision,
        CaseState::Signing => Waits::Signature,
        CaseState::Open => {
            if case.matches.iter().any(|m| m.state == MatchState::Undecided) {
                Waits::Matches
            } else if case.matches.iter().any(|m| m.state == MatchState::Proposed) {
                Waits::SecondEyes
            } else if case.open_questions().next().is_some() {
                Waits::Answers
            } else if case.facts.is_some() && (case.check.is_none() || case.check_is_stale) {
                Waits::Check
            } else {
                Waits::Proposal
            }
        }
    }
}

/// Whether a case is late on a day: itself, or an answer.
pub fn is_late(case: &Case, on: Date) -> bool {
    let closed = matches!(case.state, CaseState::Decided | CaseState::Withdrawn);
    !closed && (case.due < on || case.open_questions().any(|q| q.due < on))
}

/// The cases that are not closed: the late ones first, then by the day on which they are due.
pub fn open_cases(desk: &Desk, on: Date) -> Vec<&Case> {
    let mut cases: Vec<&Case> = desk
        .cases()
        .filter(|case| !matches!(case.state, CaseState::Decided | CaseState::Withdrawn))
        .collect();
    cases.sort_by_key(|case| (!is_late(case, on), case.due, case.opened.index));
    cases
}

/// The possible matches that are not decided and not put off: the highest score first, then the oldest.
pub fn possible_matches(desk: &Desk, on: Date) -> Vec<(&Case, &Match)> {
    let mut found: Vec<(&Case, &Match)> = open_cases(desk, on)
        .into_iter()
        .flat_map(|case| case.undecided().map(move |m| (case, m)))
        .filter(|(_, m)| m.later.as_ref().is_none_or(|(until, _)| *until <= on))
        .collect();
    // scores are written with the same number of decimals; a text that is none sorts last
    let score = |m: &Match| m.of.score.parse::<f64>().unwrap_or(0.0);
    found.sort_by(|(_, a), (_, b)| score(b).total_cmp(&score(a)));
    found
}

/// Why a case is someone's to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mine {
    /// Their countersignature is the next.
    Sign,
    /// It is assigned to them.
    Assigned,
    /// They can be the second person for a possible match.
    Look,
}

impl Mine {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Sign => "your countersignature is the next",
            Self::Assigned => "it is assigned to you",
            Self::Look => "a colleague decided on a possible match; a second person must look",
        }
    }
}

/// What one person has to do, and why it is theirs.
pub fn work_of<'d>(desk: &'d Desk, who: &Actor, on: Date) -> Vec<(&'d Case, Mine)> {
    open_cases(desk, on)
        .into_iter()
        .filter_map(|case| {
            let mine = case.assigned.as_ref().is_some_and(|(user, _)| *user == who.user);
            let sign = case.may_sign(who).is_ok();
            let look = case.matches.iter().any(|m| {
                m.state == MatchState::Proposed
                    && m.said.as_ref().is_some_and(|said| said.by.by.user != who.user)
            });
            if sign {
                Some((case, Mine::Sign))
            } else if mine {
                Some((case, Mine::Assigned))
            } else if look {
                Some((case, Mine::Look))
            } else {
                None
            }
        })
        .collect()
}
