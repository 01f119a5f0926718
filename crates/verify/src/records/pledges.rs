//! What a government promised, and when the promise ends.

use serde::{Deserialize, Serialize};

use super::fields::{Day, RecordRef, StateCode, Text};
use super::{Part, Predicate};
use crate::leaf::DocumentName;

/// Who signed for the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// The name.
    pub name: Text,
    /// The office.
    pub office: Text,
}

/// A government's signed pledge (assessment method, section 9). It counts from the time of its log entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pledge {
    /// The state.
    pub state: StateCode,
    /// The rules that it takes upon itself: `PLEDGE-1` … `PLEDGE-5`.
    pub rules: Vec<String>,
    /// When it was signed.
    pub signed_on: Day,
    /// The last day, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Who signed.
    pub signatory: Signatory,
    /// The signed text.
    pub document: DocumentName,
}

impl Part for Pledge {
    fn check(&self, head: &Predicate) -> Result<(), String> {
        if self.rules.is_empty() {
            return Err("`rules` is empty; name what is pledged, such as `PLEDGE-1`".to_owned());
        }
        for (n, rule) in self.rules.iter().enumerate() {
            let number = rule.strip_prefix("PLEDGE-").and_then(|digits| digits.parse::<u8>().ok());
            if !number.is_some_and(|number| (1..=5).contains(&number) && *rule == format!("PLEDGE-{number}"))
            {
                return Err(format!("`{rule}` is no rule of the pledge; there are `PLEDGE-1` to `PLEDGE-5`"));
            }
            if self.rules.iter().take(n).any(|earlier| earlier == rule) {
                return Err(format!("`{rule}` is named twice"));
            }
        }
        if self.signed_on > head.date {
            return Err(format!(
                "it was signed on {}, after the day of the record {}",
                self.signed_on, head.date
            ));
        }
        match self.until {
            Some(until) if until < self.signed_on => {
                Err(format!("it ends on {until}, before it was signed on {}", self.signed_on))
            }
            _ => Ok(()),
        }
    }

    fn documents(&self) -> Vec<&DocumentName> {
        vec![&self.document]
    }
}

/// A pledge ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PledgeWithdrawal {
    /// The pledge.
    pub pledge: RecordRef,
    /// The state.
    pub state: StateCode,
    /// The first day on which it does not bind any more.
    pub from: Day,
    /// Why.
    pub reason: Text,
}

impl Part for PledgeWithdrawal {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        Ok(())
    }

    fn refers_to(&self) -> Vec<&RecordRef> {
        vec![&self.pledge]
    }
}
