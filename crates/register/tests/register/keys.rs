//! Keys by log time: rotation, withdrawal, compromise, rosters that leave somebody out.

use super::*;
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
