//! Who may sign what: rosters, accreditations, changes of keys, recognition of other registers.

use serde::{Deserialize, Serialize};

use super::fields::{Day, StateCode, Text};
use super::{Part, Predicate};
use crate::key::PublicKey;
use crate::kind::{Keeper, RecordKind};
use crate::note::VKey;

/// What a key may do in a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Keeps the register: rosters with any role, recognitions, snapshots.
    Registrar,
    /// Accredits: rosters and accreditations with every role but registrar and accreditor.
    Accreditor,
    /// Writes assessments and answers comments.
    Assessor,
    /// Decides challenges and disputes, suspends and revokes.
    Adjudicator,
    /// Establishes findings.
    Investigator,
    /// Signs for a state.
    State,
    /// Publishes decisions and commitments of its own.
    Publisher,
}

/// A key and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The person or the office.
    pub name: Text,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<Text>,
    /// Of which state. Required for the role `state`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<StateCode>,
    /// The key.
    pub key: PublicKey,
    /// What it may do.
    pub roles: Vec<Role>,
    /// The first day.
    pub from: Day,
    /// The last day; without it, until a later record says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

impl Member {
    fn check(&self) -> Result<(), String> {
        if self.roles.is_empty() {
            return Err(format!("`{}` has no role", self.name));
        }
        if self.roles.contains(&Role::State) && self.state.is_none() {
            return Err(format!("`{}` has the role `state`, but no `state` says which", self.name));
        }
        match self.until {
            Some(until) if until < self.from => {
                Err(format!("the time of `{}` ends on {until}, before it begins on {}", self.name, self.from))
            }
            _ => Ok(()),
        }
    }
}

/// All members that a body answers for. It replaces the body's earlier roster: who is not on it any more has no
/// role by it from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// The body.
    pub body: Text,
    /// Its members.
    pub members: Vec<Member>,
    /// Who pays for the body (assessment method, IND-16).
    pub funders: Vec<Text>,
}

impl Part for Roster {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        if self.members.is_empty() {
            return Err("a roster without members; name at least one".to_owned());
        }
        for (n, member) in self.members.iter().enumerate() {
            member.check()?;
            if self.members.iter().take(n).any(|earlier| earlier.key == member.key) {
                return Err(format!("the key of `{}` is on the roster twice", member.name));
            }
        }
        Ok(())
    }
}

/// One member beside the rosters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accreditation {
    /// Who is accredited.
    pub member: Member,
    /// By which standard or procedure.
    pub standard: Text,
}

impl Part for Accreditation {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        self.member.check()
    }
}

/// What happens to a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// Another key takes its place, with its roles and times.
    Rotated {
        /// The new key.
        to: Box<PublicKey>,
        /// The new key's signature over the old key's text, in hexadecimal: its holder agrees.
        proof: String,
    },
    /// It signs no more.
    Withdrawn,
    /// Someone else has it, or may have it. What was logged with it from that day on is not relied upon, also
    /// what was logged before this record.
    Compromised {
        /// The first day on which it may have been in other hands.
        since: Day,
    },
}

/// A key is replaced, withdrawn or stolen. Signed by the key itself, or by those who keep rosters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyChange {
    /// The key.
    pub key: PublicKey,
    /// What happens to it.
    pub change: Change,
    /// Why.
    pub reason: Text,
}

impl Part for KeyChange {
    fn check(&self, head: &Predicate) -> Result<(), String> {
        match &self.change {
            Change::Rotated { to, .. } if **to == self.key => Err("the new key is the old one".to_owned()),
            Change::Rotated { to, proof } => {
                let signed =
                    hex::decode(proof).is_ok_and(|sig| to.verifies(self.key.to_string().as_bytes(), &sig));
                if signed {
                    Ok(())
                } else {
                    Err("`proof` is not the new key's signature over the text of the old key".to_owned())
                }
            }
            Change::Compromised { since } if *since > head.date => Err(format!(
                "the key cannot be known to be stolen on {since}, after the day of signing {}",
                head.date
            )),
            Change::Withdrawn | Change::Compromised { .. } => Ok(()),
        }
    }
}

/// Another register, whose records of some kinds are taken as this register's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recognition {
    /// The verifier key of its log.
    pub register: String,
    /// Whose it is.
    pub keeper: Text,
    /// The kinds that are recognised.
    pub kinds: Vec<String>,
    /// From which day.
    pub from: Day,
    /// On what grounds.
    pub reason: Text,
}

impl Part for Recognition {
    fn check(&self, _head: &Predicate) -> Result<(), String> {
        self.register.parse::<VKey>().map_err(|error| error.to_string())?;
        if self.kinds.is_empty() {
            return Err("`kinds` is empty; name the kinds that are recognised".to_owned());
        }
        for kind in &self.kinds {
            let kind: RecordKind = kind.parse().map_err(|error| format!("{error}"))?;
            if kind.keeper() != Keeper::Register {
                return Err(format!("a `{kind}` is never in a register"));
            }
        }
        Ok(())
    }
}
