//! Which key may sign what, at which place in a register.
//!
//! The register itself says it: its first entry is a roster, signed by a key on it that has the role `registrar`.
//! From there on each roster, accreditation and change of a key counts from its own place in the log, not from
//! the day that somebody writes into it. Give a ring the key records in the order of the log, and ask it.

use std::collections::BTreeMap;

use countersign_model::{Date, parse_date};

use crate::key::PublicKey;
use crate::kind::RecordKind;
use crate::leaf::UtcTime;
use crate::records::{Change, Content, Member, Record, Role};

/// Why a record may not stand where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyRingFault {
    /// The first entry is something else.
    #[error(
        "the first entry of a register is a roster, signed by a key on it that has the role `registrar`; this one is \
         not"
    )]
    NoRoot,
    /// The key is on no roster.
    #[error("a {kind} must be signed by a key that the register knows; nobody there answers for `{key}`", kind = .kind.words())]
    Unknown {
        /// The kind of the record.
        kind: RecordKind,
        /// The key, as text.
        key: String,
    },
    /// The key is on no roster.
    #[error("the key `{key}` is on no roster of this register")]
    NoRole {
        /// The key, as text.
        key: String,
    },
    /// The key has another role.
    #[error(
        "the key of {name} may not sign a {kind}: it has {roles}, and this takes {wanted}", kind = .kind.words()
    )]
    WrongRole {
        /// Whose key it is.
        name: String,
        /// The kind of the record.
        kind: RecordKind,
        /// The roles that the key has.
        roles: String,
        /// The roles of which it needs one.
        wanted: String,
    },
    /// The key was not valid then.
    #[error("the key of {name} was not valid when the record was logged on {on}: it was {why}")]
    NotThen {
        /// Whose key it is.
        name: String,
        /// The day in the log.
        on: String,
        /// Why not: "withdrawn at entry 7".
        why: String,
    },
    /// The key was in other hands.
    #[error(
        "the key of {name} may have been in other hands from {since} on (entry {entry}), and the record was logged on \
         {on}: whether {name} signed it is not known"
    )]
    Compromised {
        /// Whose key it is.
        name: String,
        /// From which day.
        since: String,
        /// The entry that says so.
        entry: u64,
        /// The day in the log.
        on: String,
    },
    /// A key of a state signs for another one.
    #[error("the key of {name} signs for the state {of}, and the record is a pledge of {found}")]
    OtherState {
        /// Whose key it is.
        name: String,
        /// Its state.
        of: String,
        /// The state of the pledge.
        found: String,
    },
    /// An assessment is signed by someone who did not make it.
    #[error("{name} signed the assessment and is not among its `assessors`")]
    NotAssessor {
        /// Whose key it is.
        name: String,
    },
    /// A roster or accreditation gives more than its signer may give.
    #[error("the key of {name} is no registrar and cannot give the role `{role}`")]
    CannotGive {
        /// Whose key it is.
        name: String,
        /// The role.
        role: &'static str,
    },
    /// The log's time runs backwards.
    #[error("it was logged at {later}, before the entry before it ({earlier})")]
    TimeReversed {
        /// The time of the entry before.
        earlier: String,
        /// The time of this one.
        later: String,
    },
}

/// Whose signature a record bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// Someone on a roster.
    Known {
        /// The name on the roster.
        name: String,
        /// The organisation on the roster.
        organisation: Option<String>,
        /// The roles.
        roles: Vec<Role>,
        /// The entry that says so.
        entry: u64,
    },
    /// Someone whom the register does not know, where anyone may sign.
    Public,
}

/// One grant of roles to a key.
#[derive(Debug, Clone)]
struct Grant {
    member: Member,
    /// The entry that grants it.
    entry: u64,
    /// The body whose roster it stands on.
    body: Option<String>,
    /// The entry that ends it.
    ended: Option<(u64, &'static str)>,
}

/// The keys of a register, as its entries tell.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    grants: BTreeMap<[u8; 32], Vec<Grant>>,
    /// For a stolen key: the first doubtful day, and the entry that says so.
    compromised: BTreeMap<[u8; 32], (Date, u64)>,
    rooted: bool,
}

/// The roles of which one is needed; none: anyone may sign.
fn wanted(kind: RecordKind) -> &'static [Role] {
    match kind {
        RecordKind::Roster | RecordKind::Accreditation => &[Role::Registrar, Role::Accreditor],
        RecordKind::KeyChange => &[Role::Registrar, Role::Accreditor],
        RecordKind::Recognition => &[Role::Registrar],
        RecordKind::ListSnapshot | RecordKind::LawSnapshot => &[Role::Registrar, Role::Publisher],
        RecordKind::PublishedDecision | RecordKind::ReceiptCommitment => &[Role::Publisher],
        RecordKind::Assessment | RecordKind::Response => &[Role::Assessor],
        RecordKind::DisputeOutcome => &[Role::Adjudicator],
        // an appeal goes to the roster body (CHG-05); that others than adjudicators decide nothing else is the register's to see to
        RecordKind::ChallengeDecision => &[Role::Adjudicator, Role::Accreditor, Role::Registrar],
        RecordKind::Suspension | RecordKind::Reinstatement | RecordKind::Revocation => {
            &[Role::Adjudicator, Role::Accreditor]
        }
        RecordKind::Pledge | RecordKind::PledgeWithdrawal => &[Role::State],
        RecordKind::Finding => &[Role::Investigator, Role::Assessor],
        RecordKind::Comment
        | RecordKind::Challenge
        | RecordKind::Incident
        | RecordKind::Reply
        | RecordKind::Dispute => &[],
        // no record of a register; nobody may sign it there, and `Record::read` refuses it before
        RecordKind::ListImport
        | RecordKind::IndicatorImport
        | RecordKind::Decision
        | RecordKind::Disposition
        | RecordKind::Screening
        | RecordKind::LawPack
        | RecordKind::SameEntity
        | RecordKind::WatchBase
        | RecordKind::WatchRun
        | RecordKind::WatchAlert
        | RecordKind::DeskStep
        | RecordKind::Countersignature
        | RecordKind::Administration
        | RecordKind::PersonalSignature => &[Role::Registrar],
    }
}

fn role_word(role: Role) -> &'static str {
    match role {
        Role::Registrar => "registrar",
        Role::Accreditor => "accreditor",
        Role::Assessor => "assessor",
        Role::Adjudicator => "adjudicator",
        Role::Investigator => "investigator",
        Role::State => "state",
        Role::Publisher => "publisher",
    }
}

fn words(roles: &[Role], between: &str) -> String {
    roles.iter().map(|role| format!("`{}`", role_word(*role))).collect::<Vec<_>>().join(between)
}

/// The day of a time.
fn day(time: &UtcTime) -> Date {
    let text = time.as_str();
    let date = text.split_once('T').and_then(|(date, _)| parse_date(date).ok());
    // a `UtcTime` begins with a date; a day that cannot be would let nothing through
    date.unwrap_or(Date::MIN)
}

impl KeyRing {
    /// A ring without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a record of this kind changes the ring.
    pub fn concerns(kind: RecordKind) -> bool {
        matches!(kind, RecordKind::Roster | RecordKind::Accreditation | RecordKind::KeyChange)
    }

    /// Whether `signer` may sign `record` at entry `entry`, logged at `time`, by all that was given to the ring.
    /// What was logged after the record counts too, where it says that a key was stolen before.
    pub fn judge(
        &self,
        record: &Record,
        signer: &PublicKey,
        entry: u64,
        time: &UtcTime,
    ) -> Result<Signer, KeyRingFault> {
        let kind = record.kind;
        let on = day(time);
        if !self.rooted || entry == 0 {
            return root(record, signer, entry, on);
        }
        let roles = wanted(kind);
        let own = matches!(&record.content, Content::KeyChange(change) if change.key == *signer);
        let grants = self.grants.get(signer.as_bytes()).map(Vec::as_slice).unwrap_or_default();
        let Some(last) = grants.iter().rev().find(|grant| grant.entry < entry) else {
            return if roles.is_empty() {
                Ok(Signer::Public)
            } else {
                Err(KeyRingFault::Unknown { kind, key: signer.to_string() })
            };
        };
        let name = last.member.name.to_string();
        if let Some((since, at)) = self.compromised.get(signer.as_bytes()).filter(|(since, _)| *since <= on) {
            return Err(KeyRingFault::Compromised {
                name,
                since: since.to_string(),
                entry: *at,
                on: on.to_string(),
            });
        }
        let mut refused = None;
        for grant in grants.iter().rev().filter(|grant| grant.entry < entry) {
            let member = &grant.member;
            let why = if let Some((at, why)) = grant.ended.filter(|(at, _)| *at < entry) {
                Some(format!("{why} at entry {at}"))
            } else if on < member.from.0 {
                Some(format!("valid from {} only", member.from))
            } else {
                member.until.filter(|until| until.0 < on).map(|until| format!("valid until {until} only"))
            };
            if let Some(why) = why {
                refused.get_or_insert(KeyRingFault::NotThen { name: name.clone(), on: on.to_string(), why });
                continue;
            }
            if roles.is_empty() || own || member.roles.iter().any(|role| roles.contains(role)) {
                self.within_powers(member, record)?;
                return Ok(Signer::Known {
                    name: member.name.to_string(),
                    organisation: member.organisation.as_ref().map(ToString::to_string),
                    roles: member.roles.clone(),
                    entry: grant.entry,
                });
            }
            refused = Some(KeyRingFault::WrongRole {
                name: name.clone(),
                kind,
                roles: words(&member.roles, " and "),
                wanted: words(roles, " or "),
            });
        }
        match refused {
            // anyone may sign these, also one who was on a roster
            Some(KeyRingFault::NotThen { .. }) if roles.is_empty() => Ok(Signer::Public),
            Some(fault) => Err(fault),
            None => Err(KeyRingFault::Unknown { kind, key: signer.to_string() }),
        }
    }

    /// Whether a key had a role on a day, by the entries before `entry`: the organisation for which it had it. A report
    /// that it was stolen before counts, wherever it stands.
    ///
    /// # Errors
    /// Why it did not.
    pub fn holds(
        &self,
        key: &PublicKey,
        role: Role,
        entry: u64,
        on: Date,
    ) -> Result<Option<String>, KeyRingFault> {
        let grants = self.grants.get(key.as_bytes()).map(Vec::as_slice).unwrap_or_default();
        let before: Vec<&Grant> = grants.iter().filter(|grant| grant.entry < entry).collect();
        let Some(last) = before.last() else { return Err(KeyRingFault::NoRole { key: key.to_string() }) };
        let name = last.member.name.to_string();
        if let Some((since, at)) = self.compromised.get(key.as_bytes()).filter(|(since, _)| *since <= on) {
            let (since, on) = (since.to_string(), on.to_string());
            return Err(KeyRingFault::Compromised { name, since, entry: *at, on });
        }
        let valid = |grant: &&&Grant| {
            grant.ended.is_none_or(|(at, _)| at >= entry)
                && grant.member.from.0 <= on
                && grant.member.until.is_none_or(|until| on <= until.0)
                && grant.member.roles.contains(&role)
        };
        match before.iter().rev().find(valid) {
            Some(grant) => Ok(grant.member.organisation.as_ref().map(ToString::to_string)),
            None => Err(KeyRingFault::NotThen {
                name,
                on: on.to_string(),
                why: format!("not accredited as {} then", role_word(role)),
            }),
        }
    }

    /// Whom the entries before `entry` name for a key, whether or not its time was over on the day: for whom somebody stands
    /// does not end with a role. `None` where no roster has it.
    pub fn known_as(&self, key: &PublicKey, entry: u64) -> Option<Signer> {
        let grants = self.grants.get(key.as_bytes())?;
        let grant = grants.iter().rev().find(|grant| grant.entry < entry)?;
        Some(Signer::Known {
            name: grant.member.name.to_string(),
            organisation: grant.member.organisation.as_ref().map(ToString::to_string),
            roles: grant.member.roles.clone(),
            entry: grant.entry,
        })
    }

    /// What a role lets one sign can go beyond the one who has it.
    fn within_powers(&self, signer: &Member, record: &Record) -> Result<(), KeyRingFault> {
        let pledging = match &record.content {
            Content::Pledge(pledge) => Some(&pledge.state),
            Content::PledgeWithdrawal(withdrawal) => Some(&withdrawal.state),
            _ => None,
        };
        if let Some(state) = pledging.filter(|state| signer.state.as_ref() != Some(*state)) {
            return Err(KeyRingFault::OtherState {
                name: signer.name.to_string(),
                of: signer.state.as_ref().map(ToString::to_string).unwrap_or_default(),
                found: state.to_string(),
            });
        }
        if let Content::Assessment(assessment) = &record.content
            && !assessment.assessors.iter().any(|assessor| assessor.key == signer.key)
        {
            return Err(KeyRingFault::NotAssessor { name: signer.name.to_string() });
        }
        let given: Vec<Role> = match &record.content {
            Content::Roster(roster) => {
                roster.members.iter().flat_map(|member| member.roles.clone()).collect()
            }
            Content::Accreditation(accreditation) => accreditation.member.roles.clone(),
            _ => Vec::new(),
        };
        let beyond = given.into_iter().find(|role| matches!(role, Role::Registrar | Role::Accreditor));
        match beyond.filter(|_| !signer.roles.contains(&Role::Registrar)) {
            Some(role) => {
                Err(KeyRingFault::CannotGive { name: signer.name.to_string(), role: role_word(role) })
            }
            None => Ok(()),
        }
    }

    /// Takes in the key record at `entry`, after judging it. Other records change nothing.
    pub fn admit(
        &mut self,
        record: &Record,
        signer: &PublicKey,
        entry: u64,
        time: &UtcTime,
    ) -> Result<Signer, KeyRingFault> {
        let judged = self.judge(record, signer, entry, time)?;
        match &record.content {
            Content::Roster(roster) => {
                self.rooted = true;
                let body = roster.body.to_string();
                for grant in self.grants.values_mut().flatten() {
                    if grant.body.as_ref() == Some(&body) && grant.ended.is_none() {
                        grant.ended = Some((entry, "left off the roster"));
                    }
                }
                for member in &roster.members {
                    self.grant(member.clone(), entry, Some(body.clone()));
                }
            }
            Content::Accreditation(accreditation) => self.grant(accreditation.member.clone(), entry, None),
            Content::KeyChange(change) => {
                let mut passed_on = Vec::new();
                for grant in self.grants.get_mut(change.key.as_bytes()).into_iter().flatten() {
                    if grant.ended.is_none() {
                        grant.ended = Some((
                            entry,
                            match change.change {
                                Change::Rotated { .. } => "replaced by another key",
                                Change::Withdrawn => "withdrawn",
                                Change::Compromised { .. } => "reported as stolen",
                            },
                        ));
                        passed_on.push((grant.member.clone(), grant.body.clone()));
                    }
                }
                match &change.change {
                    Change::Rotated { to, .. } => {
                        for (member, body) in passed_on {
                            self.grant(Member { key: **to, ..member }, entry, body);
                        }
                    }
                    Change::Withdrawn => {}
                    Change::Compromised { since } => {
                        let first =
                            self.compromised.entry(*change.key.as_bytes()).or_insert((since.0, entry));
                        if since.0 < first.0 {
                            *first = (since.0, entry);
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(judged)
    }

    fn grant(&mut self, member: Member, entry: u64, body: Option<String>) {
        let grants = self.grants.entry(*member.key.as_bytes()).or_default();
        grants.push(Grant { member, entry, body, ended: None });
    }
}

/// The first entry: it speaks for itself, and whoever trusts the register trusts it.
fn root(record: &Record, signer: &PublicKey, entry: u64, on: Date) -> Result<Signer, KeyRingFault> {
    let Content::Roster(roster) = &record.content else { return Err(KeyRingFault::NoRoot) };
    let member = roster.members.iter().find(|member| member.key == *signer).filter(|member| {
        entry == 0
            && member.roles.contains(&Role::Registrar)
            && member.from.0 <= on
            && member.until.is_none_or(|until| on <= until.0)
    });
    let member = member.ok_or(KeyRingFault::NoRoot)?;
    Ok(Signer::Known {
        name: member.name.to_string(),
        organisation: member.organisation.as_ref().map(ToString::to_string),
        roles: member.roles.clone(),
        entry: 0,
    })
}
