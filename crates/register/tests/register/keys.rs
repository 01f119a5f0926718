//! Keys by log time: rotation, withdrawal, compromise, rosters that leave somebody out.

use super::town::*;
use super::*;
use countersign_assessments::State;
use countersign_verify::{BundleFault, KeyRingFault, Signer, TrustedKeys, verify_bundle};

fn change(n: u8, change: Value) -> Value {
    predicate(&["assessor:a"], json!({"key": seed(n).public(), "change": change, "reason": "r"}))
}

fn trusted(office: &Office) -> TrustedKeys {
    TrustedKeys { logs: vec![office.register.vkey().clone()], ..TrustedKeys::default() }
}

#[test]
fn the_first_entry_is_a_roster_of_its_own_registrar() {
    let directory = tempfile::tempdir().unwrap();
    let mut register = Register::init(&directory.path().join("r"), "r.example").unwrap();
    for (kind, predicate, n) in [
        (RecordKind::Incident, predicate(&["vendor:v", "product:p"], json!({"claim": claim()})), 1),
        // signed by one who is not on it, or is no registrar
        (RecordKind::Roster, roster(vec![member(1, &["registrar"])]), 2),
        (RecordKind::Roster, roster(vec![member(1, &["assessor"])]), 1),
    ] {
        let refused = append(&mut register, kind, predicate, n, 1);
        assert!(matches!(refused, Err(RegisterFault::Signer(KeyRingFault::NoRoot))), "{refused:?}");
    }
    append(&mut register, RecordKind::Roster, roster(vec![member(1, &["registrar"])]), 1, 1).unwrap();
}

#[test]
fn a_rotated_key_signs_no_more_and_its_successor_does() {
    let mut office = Office::new();
    let proof = hex(&seed(9).sign(seed(2).public().to_string().as_bytes()));
    let forged = hex(&seed(8).sign(seed(2).public().to_string().as_bytes()));
    let to = |proof: &str| json!({"what": "rotated", "to": seed(9).public(), "proof": proof});
    assert!(
        SignedRecord::sign(RecordKind::KeyChange, change(2, to(&forged)), &BTreeMap::new(), &seed(2))
            .is_err(),
        "the holder of the new key did not agree"
    );
    office.add(RecordKind::Finding, finding(), 2, 2).unwrap();
    assert!(office.add(RecordKind::Finding, finding(), 9, 2).is_err(), "not yet");
    assert!(
        office.add(RecordKind::KeyChange, change(2, to(&proof)), 3, 3).is_err(),
        "not by a stranger to the key"
    );
    office.add(RecordKind::KeyChange, change(2, to(&proof)), 2, 3).unwrap();
    let mut later = finding();
    later["summary"] = "later".into();
    let refused = office.add(RecordKind::Finding, later.clone(), 2, 4).unwrap_err();
    assert!(refused.to_string().contains("replaced by another key at entry 2"), "{refused}");
    let entry = office.add(RecordKind::Finding, later, 9, 4).unwrap().index;
    // the bundles of both hold for one who trusts the log alone
    for index in [1, entry] {
        let bundle = office.register.bundle(index, &[], None).unwrap();
        verify_bundle(&bundle, Some(&trusted(&office))).unwrap();
    }
    assert!(office.register.replay().unwrap().faults.is_empty());
}

#[test]
fn a_stolen_key_spoils_what_was_logged_since_and_nothing_before() {
    let mut office = Office::new();
    let record = |n: u32| {
        let mut finding = finding();
        finding["summary"] = format!("finding {n}").into();
        finding
    };
    office.add(RecordKind::Finding, record(1), 2, 2).unwrap();
    office.add(RecordKind::Finding, record(2), 2, 10).unwrap();
    let mut stolen = change(2, json!({"what": "compromised", "since": "2026-11-05"}));
    stolen["date"] = "2026-11-12".into();
    office.add(RecordKind::KeyChange, stolen, 1, 12).unwrap();
    assert!(office.add(RecordKind::Finding, record(3), 2, 13).is_err());
    let replay = office.register.replay().unwrap();
    let faults: Vec<u64> = replay.faults.iter().map(|fault| fault.index).collect();
    assert_eq!(faults, [2], "{:?}", replay.faults);
    assert!(replay.faults[0].to_string().contains("may have been in other hands from 2026-11-05 on"));
    let sound: Vec<u64> = replay.sound().map(|(entry, _)| entry.index).collect();
    assert_eq!(sound, [0, 1, 3]);
    // the spoilt record is still found: nothing is hidden
    assert_eq!(replay.about(&"vendor:v".parse().unwrap()).0, [1, 2]);
    assert!(office.register.bundle(1, &[], None).is_ok());
    let refused = office.register.bundle(2, &[], None).unwrap_err();
    assert!(
        matches!(&refused, RegisterFault::Entry { source, .. }
        if matches!(**source, RegisterFault::Mismatch(BundleFault::Signer(KeyRingFault::Compromised { .. })))),
        "{refused}"
    );
}

#[test]
fn a_later_roster_of_the_body_ends_the_earlier_one() {
    let mut office = Office::new();
    office.add(RecordKind::Roster, roster(vec![member(1, &["registrar"])]), 1, 2).unwrap();
    let refused = office.add(RecordKind::Finding, finding(), 2, 3).unwrap_err();
    assert!(refused.to_string().contains("left off the roster at entry 1"), "{refused}");
}

#[test]
fn nobody_gives_more_than_they_may() {
    let mut office = Office::new();
    let accredit = |n: u8, roles: &[&str]| {
        predicate(&["assessor:a"], json!({"member": member(n, roles), "standard": "s"}))
    };
    office.add(RecordKind::Accreditation, accredit(5, &["accreditor"]), 1, 2).unwrap();
    office.add(RecordKind::Accreditation, accredit(6, &["assessor"]), 5, 2).unwrap();
    for role in ["registrar", "accreditor"] {
        let refused = office.add(RecordKind::Accreditation, accredit(7, &[role]), 5, 2);
        assert!(
            matches!(refused, Err(RegisterFault::Signer(KeyRingFault::CannotGive { .. }))),
            "{refused:?}"
        );
    }
    assert!(office.add(RecordKind::Accreditation, accredit(7, &["assessor"]), 6, 2).is_err());
    let pledge = |state: &str| {
        predicate(
            &["state:xa"],
            json!({
                "state": state, "rules": ["PLEDGE-1"], "signed_on": "2026-11-01",
                "signatory": {"name": "M", "office": "Minister"}, "document": "pledge.pdf",
            }),
        )
    };
    office.add(RecordKind::Pledge, pledge("XA"), 4, 2).unwrap();
    let refused = office.add(RecordKind::Pledge, pledge("XB"), 4, 2);
    assert!(matches!(refused, Err(RegisterFault::Signer(KeyRingFault::OtherState { .. }))), "{refused:?}");
}

/// Who reports what, as a record of the Town is written.
fn stolen(n: u8, since: &str) -> Value {
    json!({"key": seed(n).public(), "change": {"what": "compromised", "since": since}, "reason": "r"})
}

fn faults(town: &Town) -> Vec<(u64, String)> {
    let replay = town.register().replay().unwrap();
    replay.faults.iter().map(|fault| (fault.index, fault.source.to_string())).collect()
}

const THIEF: u8 = 20;
const FRIEND: u8 = 21;

/// A thief gives himself another key, and goes on after the theft is known: what a stolen key gave gives nothing.
#[test]
fn what_a_stolen_key_gave_falls_with_it() {
    let mut town = Town::new();
    let own = town.live();
    let proof = hex(&seed(THIEF).sign(seed(WAAL).public().to_string().as_bytes()));
    let to = json!({"key": seed(WAAL).public(), "reason": "r",
                    "change": {"what": "rotated", "to": seed(THIEF).public(), "proof": proof}});
    town.says("2026-03-10", WAAL, RecordKind::KeyChange, to).unwrap();
    let draft = town.text("2026-03-11", THIEF, "assessment:a", "operator:lab", None).unwrap();
    let bundle = |town: &Town, index: u64| town.register().bundle(index, &[], None);
    assert!(bundle(&town, 4).is_ok());
    town.says("2026-03-12", 1, RecordKind::KeyChange, stolen(WAAL, "2026-03-09")).unwrap();
    let last = |town: &mut Town| town.text("2026-05-01", THIEF, "assessment:a", "operator:lab", Some(draft));
    let said = last(&mut town).unwrap_err().to_string();
    assert!(said.contains("was given by entry 3") && said.contains("from 2026-03-09 on (entry 5)"), "{said}");
    town.without_door(|town| last(town).unwrap());
    let found = faults(&town);
    assert_eq!(found.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [3, 4, 6], "{found:?}");
    // what was logged before the theft stands, and nothing of the thief's is known as the house's
    assert_eq!(town.state(own, "2026-06-01"), State::Live);
    assert_eq!(town.known("2026-06-01").all.len(), 2);
    // who verifies offline is not deceived either
    let refused = bundle(&town, 6).unwrap_err().to_string();
    assert!(refused.contains("was given by entry 3"), "{refused}");
    assert!(bundle(&town, 2).is_ok() && bundle(&town, 5).is_ok());
    // the register goes on
    let path = town.register().dir().to_owned();
    drop(town.take());
    Register::open_to_append(&path, std::time::Duration::ZERO).unwrap();
}

/// The thief of an accreditor's key makes a friend the judge.
#[test]
fn a_judge_by_the_grace_of_a_stolen_key_judges_nothing() {
    let mut town = Town::new();
    let own = town.live();
    let suspended =
        town.says("2026-03-10", PANEL, RecordKind::Suspension, suspension(own, "coup_or_emergency")).unwrap();
    let accredited = json!({"standard": "s", "member": {
        "name": "New Panel", "organisation": "New Panel", "key": seed(FRIEND).public(),
        "roles": ["adjudicator"], "from": "2025-01-01"}});
    town.says("2026-03-11", ROSTER_BODY, RecordKind::Accreditation, accredited).unwrap();
    // who was wronged by the thief is there again
    let left_off = json!({"key": seed(PANEL).public(), "change": {"what": "withdrawn"}, "reason": "r"});
    town.says("2026-03-11", ROSTER_BODY, RecordKind::KeyChange, left_off).unwrap();
    town.says("2026-03-12", 1, RecordKind::KeyChange, stolen(ROSTER_BODY, "2026-03-11")).unwrap();
    let lift = |town: &mut Town, by: u8, on: &str| {
        town.says(on, by, RecordKind::Reinstatement, reinstatement(suspended))
    };
    let said = lift(&mut town, FRIEND, "2026-03-13").unwrap_err().to_string();
    assert!(said.contains("was given by entry 4"), "{said}");
    town.without_door(|town| lift(town, FRIEND, "2026-03-13").unwrap());
    assert_eq!(faults(&town).iter().map(|(index, _)| *index).collect::<Vec<_>>(), [4, 5, 7]);
    assert_eq!(town.state(own, "2026-03-20"), State::Suspended);
    lift(&mut town, PANEL, "2026-03-21").unwrap();
    assert_eq!(town.state(own, "2026-03-21"), State::Live);
}

/// A report of a theft cannot be taken back by calling its signer a thief.
#[test]
fn a_report_of_a_theft_goes_on_counting() {
    let mut town = Town::new();
    let own = town.live();
    town.says("2026-03-10", ROSTER_BODY, RecordKind::KeyChange, stolen(WAAL, "2026-02-20")).unwrap();
    assert!(town.known("2026-04-01").all.iter().all(|a| a.record != own));
    town.says("2026-03-11", 1, RecordKind::KeyChange, stolen(ROSTER_BODY, "2026-01-01")).unwrap();
    assert!(town.known("2026-04-01").all.iter().all(|a| a.record != own));
    // and who reports their own key is heard
    town.says("2026-03-12", PANEL, RecordKind::KeyChange, stolen(PANEL, "2026-03-01")).unwrap();
    assert_eq!(faults(&town).iter().map(|(index, _)| *index).collect::<Vec<_>>(), [2]);
}

/// Only registrars give the roles `registrar` and `accreditor`, and only they take them away.
#[test]
fn nobody_takes_more_than_they_may() {
    let mut town = Town::new();
    let own = town.live();
    let withdrawn = json!({"key": seed(1).public(), "change": {"what": "withdrawn"}, "reason": "r"});
    let left_off = json!({"body": "Example", "funders": [], "members": [
        {"name": "m", "organisation": "o", "key": seed(FRIEND).public(), "roles": ["adjudicator"], "from": "2025-01-01"}]});
    for (kind, content) in [
        (RecordKind::KeyChange, stolen(1, "2025-01-01")),
        (RecordKind::KeyChange, withdrawn),
        (RecordKind::Roster, left_off),
    ] {
        let said = town.says("2026-03-10", ROSTER_BODY, kind, content.clone()).unwrap_err().to_string();
        assert!(said.contains("is no registrar: it can neither report, withdraw nor leave off"), "{said}");
        town.without_door(|town| town.says("2026-03-10", ROSTER_BODY, kind, content).unwrap());
    }
    assert_eq!(faults(&town).iter().map(|(index, _)| *index).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(town.state(own, "2026-04-01"), State::Live);
    // the registrar goes on, also about the accreditor, who may report others and itself
    town.says("2026-03-11", ROSTER_BODY, RecordKind::KeyChange, stolen(MINHO, "2026-03-01")).unwrap();
    town.says("2026-03-12", 1, RecordKind::KeyChange, stolen(ROSTER_BODY, "2026-03-12")).unwrap();
    assert_eq!(faults(&town).len(), 3);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_first_roster_is_handed_out_like_every_other_record() {
    let office = Office::new();
    let bytes = office.register.bundle(0, &[], None).unwrap();
    let verified = verify_bundle(&bytes, Some(&trusted(&office))).unwrap();
    assert_eq!((verified.index, verified.kind), (0, RecordKind::Roster));
    assert!(matches!(verified.signed_by, Some(Signer::Known { entry: 0, .. })));
}
