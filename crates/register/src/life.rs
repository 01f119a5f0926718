//! What became of an assessment: what was logged about it, entry after entry, and what follows from silence (assessment
//! method, section 7).
//!
//! Comes in: records of a register in their order ([`Said`]), the reports that touch the assessment. Goes out: its events,
//! and for each record whether it counts, else why not. The reader asks for the events, the keeper asks before a record is
//! appended (`door`): both go through this file, so that nothing is logged which a reader would pass over.
//!
//! | silence | until | then |
//! |---|---|---|
//! | nobody says whether a challenge is admissible (CHG-01) | ten working days | suspended until somebody does |
//! | nobody decides a challenge, or the appeal (CHG-02, CHG-06) | sixty days | suspended until somebody does |
//! | nobody acts on a report that calls for a suspension | ten days | suspended until an adjudicator has taken it up |
//!
//! A record about it that is gone suspends as well: whoever can delete a file must not bring a revoked text back.
//!
//! Each reason to suspend stands by itself. The assessment lives again when none is left.

use std::collections::{BTreeMap, BTreeSet};

use countersign_assessments::{Day, Event, State, challenge_deadlines, suspend_by};
use countersign_model::{Date, Digest};
use countersign_verify::records::{
    ChallengeDecision, Content, PanelOutcome, RecordRef, Reinstatement, Role, Suspension, Trigger, YesNo,
};
use countersign_verify::{KeyRing, Leaf, PublicKey, Signer};

use crate::entry::{Entry, day_of};
use crate::interested::{Interested, house};
use crate::triggers::TriggerReport;

/// A record about an assessment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    /// Its entry.
    pub(crate) index: u64,
    /// Its digest.
    pub(crate) record: Digest,
    /// The day of the log.
    pub(crate) day: Date,
    /// The key that signed it.
    pub(crate) key: &'a PublicKey,
    /// Whose key that is.
    pub(crate) signer: &'a Signer,
    /// What it says.
    pub(crate) content: &'a Content,
}

impl<'a> Said<'a> {
    /// What an entry says.
    pub(crate) fn by(entry: &'a Entry, signer: &'a Signer) -> Self {
        Self {
            index: entry.index,
            record: entry.leaf.sha256,
            day: entry.day(),
            key: &entry.signer,
            signer,
            content: &entry.record.content,
        }
    }
}

/// Why an assessment is suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// A suspension, or a decision that upheld a challenge.
    Record(Digest),
    /// Nobody said in time whether a challenge is admissible.
    Unexamined(Digest),
    /// Nobody decided a challenge in time.
    Undecided(Digest),
    /// Nobody acted on a report in time.
    Unheeded(Digest),
    /// A record about it is gone.
    Lost(Digest),
}

/// What happens on a day unless something is logged before.
#[derive(Debug)]
enum Due {
    Suspend(String),
    Lift(String),
}

/// Who appeals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Challenger,
    Assessor,
}

#[derive(Debug)]
struct Challenged {
    /// Who filed it.
    by: PublicKey,
    filed: Date,
    /// An appeal: the decision it is of, and whose it is.
    appeal: Option<(Digest, Side)>,
    admitted: bool,
    /// The entry that decided it.
    decided: Option<u64>,
}

/// A decision on a challenge.
#[derive(Debug)]
struct Decided {
    challenge: Digest,
    outcome: PanelOutcome,
    /// Who gave it.
    house: String,
}

impl Decided {
    fn is_upheld(&self) -> bool {
        matches!(self.outcome, PanelOutcome::Upheld | PanelOutcome::PartlyUpheld)
    }
}

/// The life of one final text.
#[derive(Debug)]
pub(crate) struct Life<'a> {
    record: Digest,
    house: &'a str,
    interested: &'a Interested,
    ring: &'a KeyRing,
    events: Vec<Event>,
    standing: BTreeSet<Cause>,
    due: BTreeMap<(Date, Cause), Due>,
    challenges: BTreeMap<Digest, Challenged>,
    decisions: BTreeMap<Digest, Decided>,
    reports: BTreeMap<Digest, Trigger>,
    /// What each suspension is for: its trigger, and the records that it names.
    suspensions: BTreeMap<Digest, (String, Vec<Digest>)>,
}

fn after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

fn here(reference: &RecordRef) -> Option<Digest> {
    reference.register.is_none().then_some(reference.record)
}

impl<'a> Life<'a> {
    /// A life that begins with the events of the draft and the final text.
    pub(crate) fn new(
        record: Digest,
        house: &'a str,
        interested: &'a Interested,
        ring: &'a KeyRing,
        events: Vec<Event>,
    ) -> Self {
        Self {
            record,
            house,
            interested,
            ring,
            events,
            standing: BTreeSet::new(),
            due: BTreeMap::new(),
            challenges: BTreeMap::new(),
            decisions: BTreeMap::new(),
            reports: BTreeMap::new(),
            suspensions: BTreeMap::new(),
        }
    }

    /// The events up to a day.
    pub(crate) fn until(mut self, known_at: Date) -> Vec<Event> {
        self.pass(known_at);
        self.events
    }

    /// Another text took its place.
    pub(crate) fn superseded(&mut self, day: Date) {
        self.pass(day);
        self.push(State::Superseded, day, None, "REV-07".to_owned());
    }

    /// A report that calls for a suspension within ten days.
    pub(crate) fn reported(&mut self, report: &TriggerReport) {
        self.pass(report.logged);
        let deadline = suspend_by(report.logged);
        self.reports.insert(report.record, report.trigger);
        if report.withdrawn.is_some_and(|day| day <= after(deadline)) {
            return;
        }
        let cause = Cause::Unheeded(report.record);
        let why = format!(
            "{}: entry {} of {} calls for a suspension, and none was logged by {deadline}",
            report.trigger.as_str(),
            report.index,
            report.logged
        );
        self.due.insert((after(deadline), cause), Due::Suspend(why));
        if let Some(day) = report.withdrawn {
            let why = format!("entry {} was withdrawn after a dispute", report.index);
            self.due.insert((day, cause), Due::Lift(why));
        }
    }

    /// An entry about the assessment whose record is gone: what it says is not known, and until it is here again, or a suspension
    /// that it was is lifted, nobody relies on the text.
    pub(crate) fn lost(&mut self, index: u64, leaf: &Leaf) {
        let day = day_of(&leaf.time);
        self.pass(day);
        let why = format!(
            "the record of entry {index}, a {}, is not here: what it says is not known",
            leaf.kind.words()
        );
        self.suspend(Cause::Lost(leaf.sha256), day, None, why);
    }

    /// Takes in a record. One about something else changes nothing.
    ///
    /// # Errors
    /// Why it does not count. Nothing has changed then.
    pub(crate) fn take(&mut self, said: Said<'_>) -> Result<(), String> {
        self.pass(said.day);
        match said.content {
            Content::Suspension(suspension) if here(&suspension.of) == Some(self.record) => {
                self.suspension(said, suspension);
                Ok(())
            }
            Content::Reinstatement(reinstatement) => self.reinstatement(said, reinstatement),
            Content::Revocation(revocation) if here(&revocation.of) == Some(self.record) => {
                let state = match revocation.void {
                    YesNo::Yes => State::Void,
                    YesNo::No => State::Revoked,
                };
                self.push(state, said.day, Some(revocation.since.0), revocation.ground.clone());
                Ok(())
            }
            Content::Challenge(challenge) if here(&challenge.of) == Some(self.record) => {
                self.challenge(said, None);
                Ok(())
            }
            Content::Challenge(challenge) => match here(&challenge.of) {
                Some(of) if self.decisions.contains_key(&of) => self.appeal(said, of),
                _ => Ok(()),
            },
            Content::ChallengeDecision(decision) => self.decision(said, decision),
            _ => Ok(()),
        }
    }

    fn pass(&mut self, day: Date) {
        while let Some(first) = self.due.first_entry().filter(|first| first.key().0 <= day) {
            let ((on, cause), due) = first.remove_entry();
            match due {
                Due::Suspend(why) => self.suspend(cause, on, None, why),
                Due::Lift(why) => self.lift(&[cause], on, None, why),
            }
        }
    }

    /// Adds an event that can follow what was before: nothing brings a revoked assessment back.
    fn push(&mut self, state: State, day: Date, since: Option<Date>, reason: String) {
        let last = self.events.last().map(|event| event.event);
        if last.is_none_or(|last| last == state || last.may_become(state)) {
            self.events.push(Event {
                event: state,
                log_time: Day(day),
                valid_time: since.map(Day),
                reason: Some(reason),
            });
        }
    }

    fn suspend(&mut self, cause: Cause, day: Date, since: Option<Date>, reason: String) {
        if self.standing.insert(cause) {
            self.push(State::Suspended, day, since, reason);
        }
    }

    fn lift(&mut self, causes: &[Cause], day: Date, since: Option<Date>, reason: String) {
        let mut lifted = false;
        for cause in causes {
            lifted |= self.standing.remove(cause);
        }
        if lifted && self.standing.is_empty() {
            self.push(State::Live, day, since, reason);
        }
    }

    fn forget(&mut self, cause: Cause) {
        self.due.retain(|(_, due), _| *due != cause);
    }

    /// The reports that a suspension is about: of its trigger, or named by it.
    fn taken_up(&self, suspension: &Digest) -> Vec<Digest> {
        let Some((trigger, because)) = self.suspensions.get(suspension) else { return Vec::new() };
        let about =
            |(record, reports): &(&Digest, &Trigger)| reports.as_str() == trigger || because.contains(record);
        self.reports.iter().filter(about).map(|(record, _)| *record).collect()
    }

    fn suspension(&mut self, said: Said<'_>, suspension: &Suspension) {
        let because = suspension.because_of.iter().filter_map(here).collect();
        self.suspensions.insert(said.record, (suspension.trigger.to_string(), because));
        for report in self.taken_up(&said.record) {
            let cause = Cause::Unheeded(report);
            if !self.standing.contains(&cause) {
                self.forget(cause);
            }
        }
        let reason = suspension.trigger.to_string();
        self.suspend(Cause::Record(said.record), said.day, Some(suspension.since.0), reason);
    }

    fn reinstatement(&mut self, said: Said<'_>, reinstatement: &Reinstatement) -> Result<(), String> {
        let Some(of) = here(&reinstatement.of) else { return Ok(()) };
        let lost = self.standing.contains(&Cause::Lost(of));
        if !lost && !self.suspensions.contains_key(&of) && !self.decisions.contains_key(&of) {
            return Ok(());
        }
        self.impartial(said, "lift a suspension of it")?;
        if !lost && !self.standing.contains(&Cause::Record(of)) {
            return Err(format!("`{}` suspends nothing any more, or never did", of.short()));
        }
        let mut causes = vec![Cause::Record(of), Cause::Lost(of)];
        causes.extend(self.taken_up(&of).into_iter().map(Cause::Unheeded));
        let (since, reason) = (reinstatement.since.0, reinstatement.reason.to_string());
        if since > said.day {
            // from the later of both days on
            for cause in causes {
                self.due.insert((since, cause), Due::Lift(reason.clone()));
            }
            return Ok(());
        }
        self.lift(&causes, said.day, Some(since), reason);
        Ok(())
    }

    /// Whoever made the assessment, or sells the tool, does not sit in judgement on it, whatever name the record gives.
    fn impartial(&self, said: Said<'_>, what: &str) -> Result<(), String> {
        if !self.interested.signs(said.key, said.signer) {
            return Ok(());
        }
        Err(format!(
            "CHG-02: the key is of `{}`, which has a part in the assessment and may not {what}",
            house(said.key, said.signer)
        ))
    }

    fn challenge(&mut self, said: Said<'_>, appeal: Option<(Digest, Side)>) {
        let deadlines = challenge_deadlines(said.day);
        let what = if appeal.is_some() { "appeal" } else { "challenge" };
        let filed = said.day;
        let unexamined = format!(
            "CHG-01: nobody said by {} whether the {what} of {filed} is admissible",
            deadlines.admissibility
        );
        let undecided = format!("CHG-06: the {what} of {filed} was not decided by {}", deadlines.decision);
        let (first, last) = (after(deadlines.admissibility), after(deadlines.decision));
        self.due.insert((first, Cause::Unexamined(said.record)), Due::Suspend(unexamined));
        self.due.insert((last, Cause::Undecided(said.record)), Due::Suspend(undecided));
        let challenge = Challenged { by: *said.key, filed, appeal, admitted: false, decided: None };
        self.challenges.insert(said.record, challenge);
    }

    /// One appeal of a decision by each side (CHG-05).
    fn appeal(&mut self, said: Said<'_>, of: Digest) -> Result<(), String> {
        let challenge = self.decisions.get(&of).and_then(|decision| self.challenges.get(&decision.challenge));
        let Some(first) = challenge else { return Ok(()) };
        if first.appeal.is_some() {
            return Err("CHG-05: there is one appeal, and this decision was given on it".to_owned());
        }
        let side = if first.by == *said.key {
            Side::Challenger
        } else if house(said.key, said.signer) == self.house {
            Side::Assessor
        } else {
            return Err(
                "CHG-05: an appeal is signed with the key of the challenge, or with a key of the assessor's organisation"
                    .to_owned(),
            );
        };
        if self.challenges.values().any(|other| other.appeal == Some((of, side))) {
            return Err("CHG-05: there is one appeal, and this side has filed it".to_owned());
        }
        self.challenge(said, Some((of, side)));
        Ok(())
    }

    fn decision(&mut self, said: Said<'_>, decision: &ChallengeDecision) -> Result<(), String> {
        let Some(of) = here(&decision.of) else { return Ok(()) };
        let Some(challenge) = self.challenges.get(&of) else { return Ok(()) };
        let (filed, appeal) = (challenge.filed, challenge.appeal);
        self.impartial(said, "decide on a challenge of it")?;
        if let Some(member) = self.interested.sits(&decision.panel, self.ring, said.index) {
            return Err(format!(
                "CHG-02: `{}` on the panel is of the assessor or of the vendor's group, and may not decide on this \
                 challenge",
                member.name
            ));
        }
        let adjudicates =
            matches!(said.signer, Signer::Known { roles, .. } if roles.contains(&Role::Adjudicator));
        let house = house(said.key, said.signer);
        match appeal.and_then(|(first, _)| self.decisions.get(&first)) {
            None if !adjudicates => {
                return Err("a challenge is decided by an `adjudicator`; accreditors and registrars decide appeals (CHG-05)"
                    .to_owned());
            }
            Some(first) if first.house == house => {
                return Err(format!(
                    "CHG-05: `{house}` gave the decision that is appealed against, and does not decide the appeal"
                ));
            }
            _ => {}
        }
        if let Some(entry) = challenge.decided {
            return Err(format!(
                "the challenge was decided by entry {entry}; what remains is one appeal, a challenge of that decision (CHG-05)"
            ));
        }
        if decision.outcome == PanelOutcome::Admitted && challenge.admitted {
            return Err("the challenge was admitted already".to_owned());
        }
        self.decide(said, of, decision.outcome, house, appeal.map(|(first, _)| first), filed);
        Ok(())
    }

    fn decide(
        &mut self,
        said: Said<'_>,
        of: Digest,
        outcome: PanelOutcome,
        house: String,
        appealed: Option<Digest>,
        filed: Date,
    ) {
        let mut ended = vec![Cause::Unexamined(of)];
        if let Some(challenge) = self.challenges.get_mut(&of) {
            challenge.admitted = true;
            if outcome != PanelOutcome::Admitted {
                challenge.decided = Some(said.index);
                ended.push(Cause::Undecided(of));
            }
        }
        for cause in &ended {
            self.forget(*cause);
        }
        let what = if appealed.is_some() { "appeal" } else { "challenge" };
        let done = if outcome == PanelOutcome::Admitted { "admitted" } else { "decided" };
        let decided = Decided { challenge: of, outcome, house };
        let first = appealed.and_then(|first| self.decisions.get(&first).map(|was| (first, was.is_upheld())));
        match (first, outcome) {
            // what follows is another record; until it is there, or a reinstatement is, nobody relies on the text
            (None | Some((_, false)), PanelOutcome::Upheld | PanelOutcome::PartlyUpheld) => {
                let reason = format!("the {what} of {filed} was upheld");
                self.suspend(Cause::Record(said.record), said.day, None, reason);
            }
            // an appeal against a challenge that had been upheld: nothing of it is left
            (Some((first, true)), PanelOutcome::Upheld) => ended.push(Cause::Record(first)),
            _ => {}
        }
        self.lift(&ended, said.day, None, format!("the {what} of {filed} was {done}"));
        if outcome != PanelOutcome::Admitted {
            self.decisions.insert(said.record, decided);
        }
    }
}

#[cfg(test)]
mod tests;
