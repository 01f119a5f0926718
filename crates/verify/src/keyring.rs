//! Which key may sign what, at which place in a register.
//!
//! The register itself says it: its first entry is a roster, signed by a key on it that has the role `registrar`.
//! From there on each roster, accreditation and change of a key counts from its own place in the log, not from
//! the day that somebody writes into it. Give a ring the key records in the order of the log, and ask it.
//!
//! A report that a key was stolen reaches back: what was logged with the key from the first doubtful day on is not relied
//! upon. Rosters, accreditations and changes of keys are such records too, so that the roles which they gave fall with them,
//! and what they ended lives again. A report itself goes on counting where its own signer turns out to be doubtful later:
//! whoever stole a key must not be able to take back that it was stolen.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_model::{Date, parse_date};

use crate::key::PublicKey;
use crate::kind::RecordKind;
use crate::leaf::UtcTime;
use crate::records::{Change, Content, Member, Record, Role};

mod fault;

pub use fault::KeyRingFault;

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
    /// Why the record that gives it is not relied upon.
    doubt: Option<Doubt>,
}

impl Grant {
    fn signer(&self) -> Signer {
        Signer::Known {
            name: self.member.name.to_string(),
            organisation: self.member.organisation.as_ref().map(ToString::to_string),
            roles: self.member.roles.clone(),
            entry: self.entry,
        }
    }

    /// Why it does not hold at an entry of a day, if it does not.
    fn not_then(&self, entry: u64, on: Date) -> Option<String> {
        let member = &self.member;
        if let Some((at, why)) = self.ended.filter(|(at, _)| *at < entry) {
            Some(format!("{why} at entry {at}"))
        } else if on < member.from.0 {
            Some(format!("valid from {} only", member.from))
        } else {
            member.until.filter(|until| until.0 < on).map(|until| format!("valid until {until} only"))
        }
    }
}

/// A stolen key on which something rests.
#[derive(Debug, Clone, Copy)]
struct Doubt {
    /// The first doubtful day.
    since: Date,
    /// The entry that says so.
    at: u64,
}

/// A record about keys at its place.
#[derive(Debug)]
struct Placed {
    record: Record,
    signer: PublicKey,
    entry: u64,
    time: UtcTime,
}

impl Placed {
    /// Whether it reports a stolen key.
    fn reports(&self) -> bool {
        is_report(&self.record)
    }
}

fn is_report(record: &Record) -> bool {
    matches!(&record.content, Content::KeyChange(change) if matches!(change.change, Change::Compromised { .. }))
}

/// Why a record does not count, with the stolen key where it is for that.
struct Refused {
    fault: KeyRingFault,
    doubt: Option<Doubt>,
}

impl Refused {
    /// The key of `name` was stolen before the day.
    fn compromised(name: String, on: Date, doubt: Doubt) -> Self {
        let (since, entry, on) = (doubt.since.to_string(), doubt.at, on.to_string());
        Self { fault: KeyRingFault::Compromised { name, since, entry, on }, doubt: Some(doubt) }
    }
}

impl From<KeyRingFault> for Refused {
    fn from(fault: KeyRingFault) -> Self {
        Self { fault, doubt: None }
    }
}

/// The keys of a register, as its entries tell.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    /// The records about keys that were taken in, in their order.
    placed: Vec<Arc<Placed>>,
    grants: BTreeMap<[u8; 32], Vec<Grant>>,
    /// For a stolen key: the first doubtful day, and the entry that says so.
    compromised: BTreeMap<[u8; 32], Doubt>,
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
        self.weigh(record, signer, entry, time).map_err(|refused| refused.fault)
    }

    fn weigh(
        &self,
        record: &Record,
        signer: &PublicKey,
        entry: u64,
        time: &UtcTime,
    ) -> Result<Signer, Refused> {
        let kind = record.kind;
        let on = day(time);
        if !self.rooted || entry == 0 {
            return Ok(root(record, signer, entry, on)?);
        }
        let roles = wanted(kind);
        let own = matches!(&record.content, Content::KeyChange(change) if change.key == *signer);
        // a report of a theft is spoilt by what was known before it only
        let spoils = |doubt: &Doubt| !is_report(record) || doubt.at < entry;
        let grants = self.grants.get(signer.as_bytes()).map(Vec::as_slice).unwrap_or_default();
        let Some(last) = grants.iter().rev().find(|grant| grant.entry < entry) else {
            return if roles.is_empty() {
                Ok(Signer::Public)
            } else {
                Err(KeyRingFault::Unknown { kind, key: signer.to_string() }.into())
            };
        };
        let name = last.member.name.to_string();
        let stolen = self.compromised.get(signer.as_bytes());
        if let Some(doubt) = stolen.filter(|doubt| doubt.since <= on && spoils(doubt)) {
            return Err(Refused::compromised(name, on, *doubt));
        }
        let mut refused: Option<Refused> = None;
        let mut beyond = None;
        for grant in grants.iter().rev().filter(|grant| grant.entry < entry) {
            let member = &grant.member;
            let fits = roles.is_empty() || own || member.roles.iter().any(|role| roles.contains(role));
            if let Some(doubt) = grant.doubt.filter(|doubt| spoils(doubt)) {
                // said before anything else: without the theft it would have counted
                if fits && refused.as_ref().is_none_or(|refused| refused.doubt.is_none()) {
                    refused = Some(Refused {
                        fault: doubtful_role(name.clone(), grant.entry, doubt),
                        doubt: Some(doubt),
                    });
                }
                continue;
            }
            if let Some(why) = grant.not_then(entry, on) {
                refused.get_or_insert_with(|| {
                    KeyRingFault::NotThen { name: name.clone(), on: on.to_string(), why }.into()
                });
                continue;
            }
            if fits {
                if let Err(fault) = self.within_powers(member, record, entry) {
                    beyond.get_or_insert(fault);
                    continue;
                }
                return Ok(grant.signer());
            }
            if refused.as_ref().is_none_or(|refused| refused.doubt.is_none()) {
                let roles_of = words(&member.roles, " and ");
                let wanted = words(roles, " or ");
                refused = Some(
                    KeyRingFault::WrongRole { name: name.clone(), kind, roles: roles_of, wanted }.into(),
                );
            }
        }
        if let Some(fault) = beyond {
            return Err(fault.into());
        }
        match refused {
            // anyone may sign these, also one who was on a roster
            Some(Refused {
                fault: KeyRingFault::NotThen { .. } | KeyRingFault::DoubtfulRole { .. }, ..
            }) if roles.is_empty() => Ok(Signer::Public),
            Some(refused) => Err(refused),
            None => Err(KeyRingFault::Unknown { kind, key: signer.to_string() }.into()),
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
        if let Some(doubt) = self.compromised.get(key.as_bytes()).filter(|doubt| doubt.since <= on) {
            let (since, on) = (doubt.since.to_string(), on.to_string());
            return Err(KeyRingFault::Compromised { name, since, entry: doubt.at, on });
        }
        let valid = |grant: &&&Grant| {
            grant.doubt.is_none()
                && grant.ended.is_none_or(|(at, _)| at >= entry)
                && grant.member.from.0 <= on
                && grant.member.until.is_none_or(|until| on <= until.0)
                && grant.member.roles.contains(&role)
        };
        match before.iter().rev().find(valid) {
            Some(grant) => Ok(grant.member.organisation.as_ref().map(ToString::to_string)),
            None if let Some((given, doubt)) = before
                .iter()
                .rev()
                .filter(|grant| grant.member.roles.contains(&role))
                .find_map(|grant| Some((grant.entry, grant.doubt?))) =>
            {
                Err(doubtful_role(name, given, doubt))
            }
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
        let before = || grants.iter().rev().filter(|grant| grant.entry < entry);
        let grant = before().find(|grant| grant.doubt.is_none()).or_else(|| before().next())?;
        Some(Signer::Known {
            name: grant.member.name.to_string(),
            organisation: grant.member.organisation.as_ref().map(ToString::to_string),
            roles: grant.member.roles.clone(),
            entry: grant.entry,
        })
    }

    /// What a role lets one sign can go beyond the one who has it.
    fn within_powers(&self, signer: &Member, record: &Record, entry: u64) -> Result<(), KeyRingFault> {
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
        if let Some((whose, role)) = self.taken_from(signer, record, entry)
            && !signer.roles.contains(&Role::Registrar)
        {
            return Err(KeyRingFault::CannotTake {
                name: signer.name.to_string(),
                whose,
                role: role_word(role),
            });
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

    /// Whose key with a role that only registrars give a record would end: by a change of the key, or by a roster that
    /// leaves it off.
    fn taken_from(&self, signer: &Member, record: &Record, entry: u64) -> Option<(String, Role)> {
        let high = |grant: &Grant| {
            let role =
                grant.member.roles.iter().find(|role| matches!(role, Role::Registrar | Role::Accreditor));
            role.filter(|_| grant.doubt.is_none()).map(|role| (grant.member.name.to_string(), *role))
        };
        match &record.content {
            // also one that had the role once: a report reaches back
            Content::KeyChange(change) if change.key != signer.key => {
                let grants = self.grants.get(change.key.as_bytes())?;
                grants.iter().filter(|grant| grant.entry < entry).find_map(high)
            }
            Content::Roster(roster) => {
                let body = roster.body.to_string();
                self.grants
                    .values()
                    .flatten()
                    .filter(|grant| {
                        grant.entry < entry
                            && grant.body.as_ref() == Some(&body)
                            && grant.ended.is_none_or(|(at, _)| at >= entry)
                    })
                    .find_map(high)
            }
            _ => None,
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
        if !Self::concerns(record.kind) {
            return Ok(judged);
        }
        let placed = Arc::new(Placed { record: record.clone(), signer: *signer, entry, time: time.clone() });
        self.placed.push(Arc::clone(&placed));
        self.apply(&placed, None);
        if placed.reports() {
            self.look_back();
        }
        Ok(judged)
    }

    /// Reads all records about keys again, now that one more key is known to be stolen: what rests on it gives and ends
    /// nothing.
    fn look_back(&mut self) {
        let mut again = Self {
            placed: Vec::new(),
            grants: BTreeMap::new(),
            compromised: std::mem::take(&mut self.compromised),
            rooted: false,
        };
        let placed = std::mem::take(&mut self.placed);
        for record in &placed {
            // one that had its place when it was taken in lost it to a theft, whatever else is missing now
            let weighed = again.weigh(&record.record, &record.signer, record.entry, &record.time);
            let doubt = weighed
                .err()
                .map(|refused| refused.doubt.unwrap_or(Doubt { since: day(&record.time), at: record.entry }));
            again.apply(record, doubt.filter(|_| !record.reports()));
        }
        again.placed = placed;
        *self = again;
    }

    /// What a record about keys changes. One that is doubtful ends nothing, and what it gives is noted as doubtful.
    fn apply(&mut self, placed: &Placed, doubt: Option<Doubt>) {
        let entry = placed.entry;
        match &placed.record.content {
            Content::Roster(roster) => {
                self.rooted = true;
                let body = roster.body.to_string();
                for grant in self.grants.values_mut().flatten() {
                    if doubt.is_none() && grant.body.as_ref() == Some(&body) && grant.ended.is_none() {
                        grant.ended = Some((entry, "left off the roster"));
                    }
                }
                for member in &roster.members {
                    self.grant(member.clone(), entry, Some(body.clone()), doubt);
                }
            }
            Content::Accreditation(accreditation) => {
                self.grant(accreditation.member.clone(), entry, None, doubt);
            }
            Content::KeyChange(change) => {
                let mut passed_on = Vec::new();
                for grant in self.grants.get_mut(change.key.as_bytes()).into_iter().flatten() {
                    if grant.ended.is_none() {
                        passed_on.push((grant.member.clone(), grant.body.clone(), doubt.or(grant.doubt)));
                        if doubt.is_none() {
                            grant.ended = Some((
                                entry,
                                match change.change {
                                    Change::Rotated { .. } => "replaced by another key",
                                    Change::Withdrawn => "withdrawn",
                                    Change::Compromised { .. } => "reported as stolen",
                                },
                            ));
                        }
                    }
                }
                match &change.change {
                    Change::Rotated { to, .. } => {
                        for (member, body, doubt) in passed_on {
                            self.grant(Member { key: **to, ..member }, entry, body, doubt);
                        }
                    }
                    Change::Withdrawn => {}
                    Change::Compromised { since } => {
                        let report = Doubt { since: since.0, at: entry };
                        let first = self.compromised.entry(*change.key.as_bytes()).or_insert(report);
                        if report.since < first.since {
                            *first = report;
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn grant(&mut self, member: Member, entry: u64, body: Option<String>, doubt: Option<Doubt>) {
        let grants = self.grants.entry(*member.key.as_bytes()).or_default();
        grants.push(Grant { member, entry, body, ended: None, doubt });
    }
}

fn doubtful_role(name: String, given: u64, doubt: Doubt) -> KeyRingFault {
    KeyRingFault::DoubtfulRole { name, given, since: doubt.since.to_string(), entry: doubt.at }
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
