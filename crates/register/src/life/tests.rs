//! Silence, and who ends it, without a register around it.

use countersign_assessments::state_at;
use countersign_model::parse_date;
use countersign_verify::Seed;
use countersign_verify::records::{Conclusion, EvidenceTier};
use serde_json::{Value, json};

use super::*;

fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

fn report(conclusion: Option<Conclusion>, tier: EvidenceTier) -> TriggerReport {
    TriggerReport {
        index: 9,
        record: Digest::of(b"finding"),
        trigger: Trigger::MisuseReport,
        logged: day("2026-03-01"),
        conclusion,
        of_record: false,
        tier,
        text: "used against journalists".to_owned(),
        touches: true,
        of_product: false,
        of_end_user: true,
        withdrawn: None,
        disputed: false,
    }
}

fn confirmed() -> TriggerReport {
    report(Some(Conclusion::Confirmed), EvidenceTier::E3)
}

const TEXT: &[u8] = b"the final text";

/// What the panel does on a day.
enum Act {
    /// Suspends on account of a trigger.
    Suspend(&'static str),
    /// Reinstates from the last suspension.
    Reinstate,
    Revoke,
}
use Act::{Reinstate, Revoke, Suspend};

fn content(kind: countersign_verify::RecordKind, content: Value) -> Content {
    let predicate = json!({
        "about": ["assessment:a"], "by": {"name": "x"}, "date": "2026-01-01", "summary": "s", "content": content,
    });
    countersign_verify::records::Record::draft(kind, &predicate).unwrap().content
}

/// The state on a day of a text that went live on 2026-01-01, where the panel did this and a report came.
fn state(acts: &[(&str, Act)], report: Option<&TriggerReport>, on: &str) -> State {
    events(acts, report, on).last().unwrap().event
}

fn events(acts: &[(&str, Act)], report: Option<&TriggerReport>, on: &str) -> Vec<Event> {
    use countersign_verify::RecordKind as K;
    let interested = Interested::nobody();
    let ring = KeyRing::new();
    let event = |event| Event { event, log_time: Day(day("2026-01-01")), valid_time: None, reason: None };
    let begin = vec![event(State::Final), event(State::Live)];
    let mut life = Life::new(Digest::of(TEXT), "Waal", &interested, &ring, begin);
    let panel = Seed::from_bytes(&[3; 32]).public();
    let signer = Signer::Known {
        name: "P".to_owned(),
        organisation: Some("Panel".to_owned()),
        roles: vec![Role::Adjudicator],
        entry: 0,
    };
    let mut last = Digest::of(b"none");
    // in the order of the log: a report comes before what is done on its day
    let mut report = report.filter(|r| r.index > 3 && r.forces() && r.logged <= day(on));
    for (n, (at, act)) in (10u64..).zip(acts) {
        if day(at) > day(on) {
            break;
        }
        if let Some(report) = report.take_if(|r| r.logged <= day(at)) {
            life.reported(report);
        }
        let record = Digest::of(at.as_bytes());
        let said = match act {
            Suspend(trigger) => content(
                K::Suspension,
                json!({"of": {"record": Digest::of(TEXT)}, "since": *at, "trigger": *trigger, "reason": "r"}),
            ),
            Reinstate => {
                content(K::Reinstatement, json!({"of": {"record": last}, "since": *at, "reason": "r"}))
            }
            Revoke => content(
                K::Revocation,
                json!({"of": {"record": Digest::of(TEXT)}, "since": *at, "ground": "REV-01", "void": "no",
                       "reason": "r"}),
            ),
        };
        let said = Said { index: n, record, day: day(at), key: &panel, signer: &signer, content: &said };
        life.take(said).unwrap();
        if matches!(act, Suspend(_)) {
            last = record;
        }
    }
    if let Some(report) = report {
        life.reported(report);
    }
    let events = life.until(day(on));
    assert_eq!(state_at(&events, day(on)), events.last());
    events
}

/// Section 7: suspension within ten days; the eleventh day it is suspended without anybody's doing.
#[test]
fn silence_suspends_after_ten_days() {
    assert_eq!(state(&[], Some(&confirmed()), "2026-03-11"), State::Live);
    assert_eq!(state(&[], Some(&confirmed()), "2026-03-12"), State::Suspended);
    let mut elsewhere = report(Some(Conclusion::Confirmed), EvidenceTier::E1);
    (elsewhere.of_end_user, elsewhere.touches) = (false, false);
    // of another agency with another tool, in the same country
    assert_eq!(state(&[], Some(&elsewhere), "2026-06-01"), State::Live);
    let mut probable = report(Some(Conclusion::Probable), EvidenceTier::E1);
    assert_eq!(state(&[], Some(&probable), "2026-03-12"), State::Suspended);
    // what was there before the final text is its assessor's to answer
    probable.index = 2;
    assert_eq!(state(&[], Some(&probable), "2026-03-12"), State::Live);
}

#[test]
fn what_forces_nothing() {
    for (conclusion, tier) in [
        (None, EvidenceTier::E1),
        (Some(Conclusion::Possible), EvidenceTier::E1),
        (Some(Conclusion::Refuted), EvidenceTier::E1),
        (Some(Conclusion::Confirmed), EvidenceTier::E4),
    ] {
        assert_eq!(state(&[], Some(&report(conclusion, tier)), "2026-06-01"), State::Live, "{conclusion:?}");
    }
}

#[test]
fn what_an_adjudicator_did_about_it_stands() {
    let told = confirmed();
    let in_time = [("2026-03-05", Suspend("misuse_report")), ("2026-03-09", Reinstate)];
    assert_eq!(state(&in_time, Some(&told), "2026-06-01"), State::Live);
    // suspended for the same reason when the days were over, and reinstated knowing of it
    let before = [("2026-02-20", Suspend("misuse_report")), ("2026-04-01", Reinstate)];
    assert_eq!(state(&before, Some(&told), "2026-06-01"), State::Live);
    // reinstated before the days were over, and nobody looked at the report
    let early = [("2026-02-20", Suspend("misuse_report")), ("2026-03-02", Reinstate)];
    assert_eq!(state(&early, Some(&told), "2026-06-01"), State::Suspended);
    let late = || [("2026-03-20", Suspend("misuse_report")), ("2026-05-01", Reinstate)];
    assert_eq!(state(&late(), Some(&told), "2026-03-15"), State::Suspended);
    assert_eq!(state(&late(), Some(&told), "2026-06-01"), State::Live);
    assert_eq!(state(&[("2026-03-05", Revoke)], Some(&told), "2026-06-01"), State::Revoked);
}

/// A suspension for something else, lifted soon, does not make a report of misuse go away.
#[test]
fn what_was_done_about_something_else_is_not_about_the_report() {
    let told = confirmed();
    for (suspended, reinstated) in
        [("2026-03-03", "2026-03-05"), ("2026-02-20", "2026-04-01"), ("2026-03-20", "2026-04-01")]
    {
        let acts = [(suspended, Suspend("change_of_control_vendor")), (reinstated, Reinstate)];
        assert_eq!(state(&acts, Some(&told), "2026-06-01"), State::Suspended, "{suspended}");
    }
}

#[test]
fn a_withdrawn_report_suspends_no_longer() {
    let mut told = confirmed();
    told.withdrawn = Some(day("2026-03-08"));
    assert_eq!(state(&[], Some(&told), "2026-06-01"), State::Live);
    told.withdrawn = Some(day("2026-04-08"));
    assert_eq!(state(&[], Some(&told), "2026-04-07"), State::Suspended);
    assert_eq!(state(&[], Some(&told), "2026-04-08"), State::Live);
}

#[test]
fn every_trigger_suspends_when_nobody_acts() {
    for trigger in Trigger::ALL {
        let mut told = report(Some(Conclusion::Probable), EvidenceTier::E3);
        (told.trigger, told.of_end_user) = (trigger, false);
        assert_eq!(state(&[], Some(&told), "2026-03-11"), State::Live, "{trigger:?}");
        let events = events(&[], Some(&told), "2026-03-12");
        let last = events.last().unwrap();
        assert_eq!(last.event, State::Suspended, "{trigger:?}");
        let reason = last.reason.as_ref().unwrap();
        assert!(reason.starts_with(&format!("{}: entry 9", trigger.as_str())), "{reason}");
        // said by anyone, and not investigated: shown, and nothing follows
        told.conclusion = None;
        assert_eq!(state(&[], Some(&told), "2026-06-01"), State::Live, "{trigger:?}");
    }
    let mut version = report(None, EvidenceTier::E2);
    (version.trigger, version.of_record) = (Trigger::NewMajorVersion, true);
    assert_eq!(state(&[], Some(&version), "2026-03-12"), State::Suspended);
}
