//! Evidence, disputes, pledges and the listing proposal, by log time.

use super::*;
use countersign_model::parse_date;

#[test]
fn a_finding_its_answer_and_its_dispute_make_a_proposal() {
    let mut office = Office::new();
    let found = office.add(RecordKind::Finding, finding(), 2, 2).unwrap().record;
    let reply = predicate(
        &["vendor:v"],
        json!({"to": {"record": found}, "from": "vendor:v", "text": "we deny # it"}),
    );
    office.add(RecordKind::Reply, reply, 7, 3).unwrap();
    let vendor = "vendor:v".parse().unwrap();
    let paper = office.register.replay().unwrap().listing_proposal(&vendor, "2026-11-25");
    assert!(paper.contains("## Grounds (1)") && paper.contains("we deny \\# it"), "{paper}");
    assert!(paper.contains("SHA-256") && paper.contains("a primary document"), "{paper}");

    let dispute = predicate(&["vendor:v"], json!({"of": {"record": found}, "text": "another's domains"}));
    let dispute = office.add(RecordKind::Dispute, dispute, 7, 4).unwrap().record;
    assert!(office.register.replay().unwrap().listing_proposal(&vendor, "d").contains("a dispute is open"));
    let outcome = |outcome: &str| {
        predicate(
            &["vendor:v"],
            json!({
                "of": {"record": dispute}, "record": {"record": found}, "outcome": outcome, "reasons": "r",
            }),
        )
    };
    assert!(
        office.add(RecordKind::DisputeOutcome, outcome("withdrawn"), 2, 5).is_err(),
        "not by the investigator"
    );
    office.add(RecordKind::DisputeOutcome, outcome("withdrawn"), 3, 5).unwrap();
    let paper = office.register.replay().unwrap().listing_proposal(&vendor, "d");
    assert!(
        paper.contains("No ground carries a listing") && paper.contains("withdrawn after a dispute"),
        "{paper}"
    );
    let nobody = office.register.replay().unwrap().listing_proposal(&"vendor:w".parse().unwrap(), "d");
    assert!(nobody.contains("No ground carries a listing"), "{nobody}");
}

#[test]
fn a_record_answers_what_makes_sense() {
    let mut office = Office::new();
    let found = office.add(RecordKind::Finding, finding(), 2, 2).unwrap().record;
    let response =
        predicate(&["vendor:v"], json!({"to": {"record": found}, "disposition": "accepted", "reason": "r"}));
    let refused = office.add(RecordKind::Response, response, 2, 3).unwrap_err();
    assert!(refused.to_string().contains("must refer to a comment"), "{refused}");
    let nowhere = countersign_model::Digest::of(b"nowhere");
    let dispute = predicate(&["vendor:v"], json!({"of": {"record": nowhere}, "text": "t"}));
    assert!(matches!(office.add(RecordKind::Dispute, dispute, 7, 3), Err(RegisterFault::NoSuchRecord(_))));
    // a register elsewhere may have it
    let dispute = predicate(
        &["vendor:v"],
        json!({"of": {"record": nowhere, "register": "other.example"}, "text": "t"}),
    );
    office.add(RecordKind::Dispute, dispute, 7, 3).unwrap();
    let again = office.add(RecordKind::Finding, finding(), 2, 4);
    assert!(matches!(again, Err(RegisterFault::Doubled(1))), "{again:?}");
    let behind = office.add(
        RecordKind::Comment,
        predicate(&["vendor:v"], json!({"of": {"record": found}, "text": "t"})),
        7,
        2,
    );
    assert!(matches!(behind, Err(RegisterFault::ClockBehind { .. })), "{behind:?}");
}

#[test]
fn a_pledge_counts_from_its_log_time_until_it_is_withdrawn() {
    let mut office = Office::new();
    let pledge = predicate(
        &["state:xa"],
        json!({
            "state": "XA", "rules": ["PLEDGE-1"], "signed_on": "2026-10-01",
            "signatory": {"name": "M", "office": "Minister"}, "document": "pledge.pdf",
        }),
    );
    let pledge = office.add(RecordKind::Pledge, pledge, 4, 5).unwrap().record;
    let end = predicate(
        &["state:xa"],
        json!({
            "pledge": {"record": pledge}, "state": "XA", "from": "2026-10-15", "reason": "r",
        }),
    );
    office.add(RecordKind::PledgeWithdrawal, end, 4, 20).unwrap();
    let replay = office.register.replay().unwrap();
    let on = |day: &str| {
        let standing = replay.pledges(parse_date(day).unwrap());
        standing.first().map(|pledge| pledge.until.map(|until| until.to_string()))
    };
    assert_eq!(on("2026-11-04"), None, "signed, and not logged yet");
    assert_eq!(on("2026-11-05"), Some(None));
    assert_eq!(on("2026-11-19"), Some(None), "the withdrawal is not logged yet");
    assert_eq!(
        on("2026-11-20"),
        Some(Some("2026-11-19".to_owned())),
        "and does not reach back behind its log time"
    );
}
