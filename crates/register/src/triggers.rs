//! New reports of misuse suspend an assessment (assessment method, section 7): a finding about the same product, or
//! about the same end user, that was logged after the final text. Within ten days an adjudicator acts on it; where
//! nobody does, the assessment counts as suspended from the eleventh on. Silence never keeps it live.
//!
//! Only findings force that, since only they are signed by an investigator or assessor on a roster. An incident, which
//! anyone can sign, is shown beside them: else anyone could suspend anything.

use std::collections::BTreeMap;

use countersign_assessments::{Day, Event, Report, State, state_at, suspend_by};
use countersign_model::{Date, Digest};
use countersign_verify::records::{
    AssessmentScope, Claim, Conclusion, Content, EvidenceTier, Outcome, StateCode, SubjectId,
};

use crate::assessed::day_of;
use crate::read::Entry;
use crate::replay::Replay;

/// A report that touches an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MisuseReport {
    /// The index of its entry.
    pub index: u64,
    /// The digest of its record.
    pub record: Digest,
    /// When it was logged.
    pub logged: Date,
    /// What an investigation found; `None` for an incident that nobody investigated.
    pub conclusion: Option<Conclusion>,
    /// How good the evidence is.
    pub tier: EvidenceTier,
    /// What it is about and what it says, in a line.
    pub text: String,
    /// It is about the product, or about the vendor's tools without saying which.
    pub of_product: bool,
    /// The end user of the assessment is the operator.
    pub of_end_user: bool,
    /// When a dispute ended with the record withdrawn.
    pub withdrawn: Option<Date>,
    /// A dispute was filed and is not decided.
    pub disputed: bool,
}

impl MisuseReport {
    /// Whether it forces a suspension: a finding about product or end user that confirms, or finds probable, on evidence
    /// E3 or better.
    pub fn forces(&self) -> bool {
        self.is_credible() && self.conclusion.is_some() && (self.of_product || self.of_end_user)
    }

    /// Whether it was withdrawn by `day`.
    pub fn is_withdrawn(&self, day: Date) -> bool {
        self.withdrawn.is_some_and(|withdrawn| withdrawn <= day)
    }

    /// As an assessor has to answer to it.
    pub fn to_answer(&self) -> Report {
        Report {
            record: self.record,
            label: self.label(),
            text: self.text.clone(),
            of_product: self.of_product,
            of_end_user: self.of_end_user,
        }
    }

    /// What it is, in a line: `entry 7, confirmed finding, E3`.
    pub fn label(&self) -> String {
        let kind = match self.conclusion {
            Some(conclusion) => format!("{} finding", conclusion.as_str()),
            None => "incident, not investigated".to_owned(),
        };
        format!("entry {}, {kind}, {}", self.index, self.tier.as_str())
    }

    /// Whether the evidence is E3 or better, and an investigation did not leave it open or refute it.
    pub fn is_credible(&self) -> bool {
        self.tier <= EvidenceTier::E3
            && matches!(self.conclusion, None | Some(Conclusion::Confirmed | Conclusion::Probable))
    }
}

/// What a search asks for: the same product, the same vendor without a product, the same end user, the same country.
#[derive(Debug, Clone, Copy)]
pub struct Touched<'a> {
    /// The vendor.
    pub vendor: Option<&'a SubjectId>,
    /// The product.
    pub product: Option<&'a SubjectId>,
    /// The end user, for a sale.
    pub end_user: Option<&'a SubjectId>,
    /// The country of use, for a sale.
    pub country: Option<&'a StateCode>,
}

impl<'a> Touched<'a> {
    /// What an assessment of this scope is touched by.
    pub fn by(scope: &'a AssessmentScope) -> Self {
        Self {
            vendor: Some(&scope.vendor),
            product: Some(&scope.product),
            end_user: scope.end_user.as_ref(),
            country: scope.country.as_ref(),
        }
    }

    /// Whether a claim is about one of them.
    fn fits(&self, claim: &Claim) -> bool {
        let in_country = self.country.is_some() && claim.state.as_ref() == self.country;
        self.of_product(claim) || self.of_end_user(claim) || in_country
    }

    fn of_product(&self, claim: &Claim) -> bool {
        match &claim.product {
            Some(product) => self.product == Some(product),
            // of the vendor's tools, without saying which
            None => self.vendor == Some(&claim.vendor),
        }
    }

    fn of_end_user(&self, claim: &Claim) -> bool {
        self.end_user.is_some() && claim.operator.as_ref() == self.end_user
    }
}

impl Replay {
    /// The findings and incidents logged by `known_at` that touch something, oldest first, with what became of them.
    pub fn misuse_reports(&self, touched: Touched<'_>, known_at: Date) -> Vec<MisuseReport> {
        let entries: Vec<&Entry> =
            self.sound().map(|(entry, _)| entry).filter(|e| day_of(&e.leaf.time) <= known_at).collect();
        reports(&entries, touched)
    }
}

/// The findings and incidents that touch something, oldest first, with what became of them.
pub(crate) fn reports(entries: &[&Entry], touched: Touched<'_>) -> Vec<MisuseReport> {
    let mut disputes: BTreeMap<Digest, Digest> = BTreeMap::new();
    let mut found: Vec<MisuseReport> = Vec::new();
    for entry in entries {
        let (claim, conclusion) = match &entry.record.content {
            Content::Finding(finding) => (&finding.claim, Some(finding.conclusion)),
            Content::Incident(incident) => (&incident.claim, None),
            Content::Dispute(dispute) => {
                if let Some(report) = found.iter_mut().find(|r| r.record == dispute.of.record) {
                    report.disputed = true;
                    disputes.insert(entry.leaf.sha256, report.record);
                }
                continue;
            }
            Content::DisputeOutcome(outcome) => {
                let of = disputes.get(&outcome.of.record);
                if let Some(report) = found.iter_mut().find(|r| Some(&r.record) == of) {
                    report.disputed = false;
                    if outcome.outcome == Outcome::Withdrawn {
                        report.withdrawn.get_or_insert(day_of(&entry.leaf.time));
                    }
                }
                continue;
            }
            _ => continue,
        };
        if !touched.fits(claim) {
            continue;
        }
        found.push(MisuseReport {
            index: entry.index,
            record: entry.leaf.sha256,
            logged: day_of(&entry.leaf.time),
            conclusion,
            tier: claim.tier,
            text: entry.record.head.summary.to_string(),
            of_product: touched.of_product(claim),
            of_end_user: touched.of_end_user(claim),
            withdrawn: None,
            disputed: false,
        });
    }
    found
}

/// Adds to the events of an assessment the suspensions that nobody logged in time. `events` are in the order of the
/// log, `after` is the entry of the final text.
pub(crate) fn unheeded(events: &mut Vec<Event>, reports: &[MisuseReport], after: u64, known_at: Date) {
    for report in reports.iter().filter(|r| r.index > after && r.forces()) {
        let deadline = suspend_by(report.logged);
        let acted = events.iter().any(|e| {
            e.event == State::Suspended && report.logged <= e.log_time.0 && e.log_time.0 <= deadline
        });
        let ended_in_time = report.withdrawn.is_some_and(|day| day <= deadline);
        let live = state_at(events, deadline).is_some_and(|e| e.event == State::Live);
        if acted || ended_in_time || !live || known_at <= deadline {
            continue;
        }
        let since = deadline.tomorrow().unwrap_or(deadline);
        let reason = format!(
            "misuse_report: entry {} of {} calls for a suspension, and none was logged by {deadline}",
            report.index, report.logged
        );
        insert(events, State::Suspended, since, reason);
        // what was withdrawn later suspends no longer, unless an adjudicator has taken it up since
        if let Some(day) = report.withdrawn.filter(|day| *day <= known_at) {
            let taken_up = events
                .iter()
                .any(|e| e.event == State::Suspended && since < e.log_time.0 && e.log_time.0 <= day);
            if !taken_up {
                insert(
                    events,
                    State::Live,
                    day,
                    format!("entry {} was withdrawn after a dispute", report.index),
                );
            }
        }
    }
}

/// Puts an event at its place in time, after others of the day.
fn insert(events: &mut Vec<Event>, event: State, day: Date, reason: String) {
    let at = events.iter().rposition(|e| e.log_time.0 <= day).map_or(0, |n| n + 1);
    events.insert(at, Event { event, log_time: Day(day), valid_time: None, reason: Some(reason) });
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_model::parse_date;

    fn day(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    fn event(event: State, on: &str) -> Event {
        Event { event, log_time: Day(day(on)), valid_time: None, reason: None }
    }

    fn live() -> Vec<Event> {
        vec![event(State::Final, "2026-01-01"), event(State::Live, "2026-01-01")]
    }

    fn report(conclusion: Option<Conclusion>, tier: EvidenceTier) -> MisuseReport {
        MisuseReport {
            index: 9,
            record: Digest::of(b"finding"),
            logged: day("2026-03-01"),
            conclusion,
            tier,
            text: "used against journalists".to_owned(),
            of_product: false,
            of_end_user: true,
            withdrawn: None,
            disputed: false,
        }
    }

    fn state(mut events: Vec<Event>, report: &MisuseReport, on: &str) -> State {
        unheeded(&mut events, std::slice::from_ref(report), 3, day(on));
        state_at(&events, day(on)).unwrap().event
    }

    /// Section 7: suspension within ten days; the eleventh day it is suspended without anybody's doing.
    #[test]
    fn silence_suspends_after_ten_days() {
        let confirmed = report(Some(Conclusion::Confirmed), EvidenceTier::E3);
        assert_eq!(state(live(), &confirmed, "2026-03-11"), State::Live);
        assert_eq!(state(live(), &confirmed, "2026-03-12"), State::Suspended);
        let mut elsewhere = report(Some(Conclusion::Confirmed), EvidenceTier::E1);
        elsewhere.of_end_user = false;
        // of another agency with another tool, in the same country
        assert_eq!(state(live(), &elsewhere, "2026-06-01"), State::Live);
        let mut probable = report(Some(Conclusion::Probable), EvidenceTier::E1);
        assert_eq!(state(live(), &probable, "2026-03-12"), State::Suspended);
        // what was there before the final text is its assessor's to answer
        probable.index = 2;
        assert_eq!(state(live(), &probable, "2026-03-12"), State::Live);
    }

    #[test]
    fn what_forces_nothing() {
        for (conclusion, tier) in [
            (None, EvidenceTier::E1),
            (Some(Conclusion::Possible), EvidenceTier::E1),
            (Some(Conclusion::Refuted), EvidenceTier::E1),
            (Some(Conclusion::Confirmed), EvidenceTier::E4),
        ] {
            assert_eq!(state(live(), &report(conclusion, tier), "2026-06-01"), State::Live, "{conclusion:?}");
        }
    }

    #[test]
    fn what_an_adjudicator_did_in_time_stands() {
        let confirmed = report(Some(Conclusion::Confirmed), EvidenceTier::E3);
        let mut acted = live();
        acted.push(event(State::Suspended, "2026-03-05"));
        acted.push(event(State::Live, "2026-03-09"));
        assert_eq!(state(acted, &confirmed, "2026-06-01"), State::Live);
        // suspended for another reason when the days were over, and reinstated knowing of it
        let mut before = live();
        before.push(event(State::Suspended, "2026-02-20"));
        before.push(event(State::Live, "2026-04-01"));
        assert_eq!(state(before, &confirmed, "2026-06-01"), State::Live);
        // reinstated before the days were over, and nobody looked at the report
        let mut early = live();
        early.push(event(State::Suspended, "2026-02-20"));
        early.push(event(State::Live, "2026-03-02"));
        assert_eq!(state(early, &confirmed, "2026-06-01"), State::Suspended);
        let mut late = live();
        late.push(event(State::Suspended, "2026-03-20"));
        late.push(event(State::Live, "2026-05-01"));
        assert_eq!(state(late.clone(), &confirmed, "2026-03-15"), State::Suspended);
        assert_eq!(state(late, &confirmed, "2026-06-01"), State::Live);
        let mut ended = live();
        ended.push(event(State::Revoked, "2026-03-05"));
        assert_eq!(state(ended, &confirmed, "2026-06-01"), State::Revoked);
    }

    #[test]
    fn a_withdrawn_report_suspends_no_longer() {
        let mut confirmed = report(Some(Conclusion::Confirmed), EvidenceTier::E3);
        confirmed.withdrawn = Some(day("2026-03-08"));
        assert_eq!(state(live(), &confirmed, "2026-06-01"), State::Live);
        confirmed.withdrawn = Some(day("2026-04-08"));
        assert_eq!(state(live(), &confirmed, "2026-04-07"), State::Suspended);
        assert_eq!(state(live(), &confirmed, "2026-04-08"), State::Live);
    }
}
