//! States, deadlines and expiry of an assessment (assessment method, section 7). Each change is an event in the log;
//! a decision as of a day uses the events logged by that day.

use countersign_model::Date;
use serde::{Deserialize, Serialize};

use crate::document::Stage;
use crate::words::Day;

/// Months for which an assessment is valid from the day it is logged (conventions of this project).
const VALID_MONTHS_D: i64 = 24;
const VALID_MONTHS_S: i64 = 12;
/// Working days to decide whether a challenge is admissible (CHG-01).
const ADMISSIBILITY_WORKING_DAYS: u32 = 10;
/// Days to decide a challenge (CHG-02).
const DECISION_DAYS: i64 = 60;
/// Days within which a trigger forces suspension.
const TRIGGER_DAYS: i64 = 10;

/// A state, and the event that leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the states of the method")]
pub enum State {
    Draft,
    Consultation,
    Final,
    Live,
    Suspended,
    Expired,
    Superseded,
    Revoked,
    Void,
}

impl State {
    /// The word of the case format.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Consultation => "consultation",
            Self::Final => "final",
            Self::Live => "live",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::Superseded => "superseded",
            Self::Revoked => "revoked",
            Self::Void => "void",
        }
    }

    /// Whether an event may lead from `self` to `next`. A revoked or void entry stays so; nothing is deleted.
    pub fn may_become(self, next: Self) -> bool {
        use State::{Consultation, Draft, Expired, Final, Live, Revoked, Superseded, Suspended, Void};
        match self {
            Draft => matches!(next, Consultation | Revoked | Void),
            Consultation => matches!(next, Final | Revoked | Void),
            Final => matches!(next, Live | Revoked | Void),
            Live => matches!(next, Suspended | Expired | Superseded | Revoked | Void),
            Suspended => matches!(next, Live | Expired | Superseded | Revoked | Void),
            // a false declaration makes void from the start, whatever the state
            Expired | Superseded | Revoked => next == Void,
            Void => false,
        }
    }
}

/// One change, as logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The new state.
    pub event: State,
    /// When it became public.
    pub log_time: Day,
    /// When it became true in the world.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_time: Option<Day>,
    /// `REV-01` … or words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Why a row of events cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LifeFault {
    /// The first event is another than a draft.
    #[error("the life of an assessment begins with `draft`, not with `{0}`")]
    Beginning(&'static str),
    /// Such a change does not exist.
    #[error("an assessment that is `{from}` cannot become `{to}`")]
    Change {
        /// The state before.
        from: &'static str,
        /// The state that was wanted.
        to: &'static str,
    },
    /// Logged before the event before it.
    #[error("the event `{0}` was logged before the one it follows")]
    Order(&'static str),
}

/// Checks that the events are a life.
pub fn check_life(events: &[Event]) -> Result<(), LifeFault> {
    let mut state: Option<&Event> = None;
    for event in events {
        match state {
            None if event.event != State::Draft => return Err(LifeFault::Beginning(event.event.word())),
            Some(before) if !before.event.may_become(event.event) => {
                return Err(LifeFault::Change { from: before.event.word(), to: event.event.word() });
            }
            Some(before) if event.log_time < before.log_time => {
                return Err(LifeFault::Order(event.event.word()));
            }
            _ => state = Some(event),
        }
    }
    Ok(())
}

/// The state as logged by `known_at`; `None` before the draft.
pub fn state_at(events: &[Event], known_at: Date) -> Option<&Event> {
    events.iter().rfind(|e| e.log_time.0 <= known_at)
}

/// The last day on which an assessment logged on `logged` is valid: the anniversary day itself still is.
pub fn valid_to(stage: Stage, logged: Date) -> Date {
    let months = match stage {
        Stage::D => VALID_MONTHS_D,
        Stage::S => VALID_MONTHS_S,
    };
    logged.checked_add(jiff::Span::new().months(months)).unwrap_or(Date::MAX)
}

/// The day by which a trigger known on `day` must have led to a suspension.
pub fn suspend_by(day: Date) -> Date {
    day.checked_add(jiff::Span::new().days(TRIGGER_DAYS)).unwrap_or(Date::MAX)
}

/// The deadlines of a challenge filed on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChallengeDeadlines {
    /// By when it is said whether it is admissible (CHG-01): ten working days, Monday to Friday.
    pub admissibility: Date,
    /// By when it is decided (CHG-02). A missed deadline suspends (CHG-06).
    pub decision: Date,
}

/// The deadlines of a challenge filed on `filed`.
pub fn challenge_deadlines(filed: Date) -> ChallengeDeadlines {
    let mut day = filed;
    let mut left = ADMISSIBILITY_WORKING_DAYS;
    while left > 0 {
        day = day.checked_add(jiff::Span::new().days(1)).unwrap_or(Date::MAX);
        if day == Date::MAX {
            break;
        }
        if !matches!(day.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday) {
            left -= 1;
        }
    }
    let decision = filed.checked_add(jiff::Span::new().days(DECISION_DAYS)).unwrap_or(Date::MAX);
    ChallengeDeadlines { admissibility: day, decision }
}
