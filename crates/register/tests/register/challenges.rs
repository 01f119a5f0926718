//! Challenges (assessment method, section 7): admissible or not within ten working days, decided within sixty days by nobody who has
//! a part in it, one appeal; silence suspends and upholds nothing.

use super::town::*;
use super::*;
use countersign_assessments::State;

/// CHG-01: ten working days. 2026-03-05 is a Thursday, so that the tenth is Thursday 2026-03-19.
#[test]
fn silence_on_whether_it_is_admissible_suspends_after_ten_working_days() {
    let mut town = Town::new();
    let own = town.live();
    let challenge = town.challenge("2026-03-05", SOMEONE, own).unwrap();
    assert_eq!(town.state(own, "2026-03-19"), State::Live);
    assert_eq!(town.state(own, "2026-03-20"), State::Suspended);
    let why = town.of(own, "2026-03-20").events.last().unwrap().reason.clone().unwrap();
    assert!(why.starts_with("CHG-01: nobody said by 2026-03-19"), "{why}");
    // said late: it lives again, and is to be decided within sixty days of the challenge (CHG-02, CHG-06)
    town.decide("2026-03-25", PANEL, challenge, "admitted").unwrap();
    assert_eq!(town.state(own, "2026-03-25"), State::Live);
    assert_eq!(town.state(own, "2026-05-04"), State::Live);
    assert_eq!(town.state(own, "2026-05-05"), State::Suspended);
    let why = town.of(own, "2026-05-05").events.last().unwrap().reason.clone().unwrap();
    assert!(why.starts_with("CHG-06: "), "{why}");
    town.decide("2026-05-20", PANEL, challenge, "rejected").unwrap();
    assert_eq!(town.state(own, "2026-05-20"), State::Live);
    // what was known on each day stays so
    assert_eq!(town.state(own, "2026-05-19"), State::Suspended);
}

#[test]
fn what_is_said_in_time_suspends_nothing() {
    for (outcome, later) in
        [("admitted", State::Suspended), ("rejected", State::Live), ("inadmissible", State::Live)]
    {
        let mut town = Town::new();
        let own = town.live();
        let challenge = town.challenge("2026-03-05", SOMEONE, own).unwrap();
        town.decide("2026-03-19", PANEL, challenge, outcome).unwrap();
        assert_eq!(town.state(own, "2026-05-04"), State::Live, "{outcome}");
        assert_eq!(town.state(own, "2026-06-01"), later, "{outcome}");
    }
}

#[test]
fn an_upheld_challenge_suspends_until_something_follows_from_it() {
    let mut town = Town::new();
    let own = town.live();
    let challenge = town.challenge("2026-03-05", SOMEONE, own).unwrap();
    // the assessor's own house rejects it: no decision (CHG-02), whoever it puts on the panel
    let rejected = |town: &mut Town| town.decide("2026-03-08", WAAL_JUDGE, challenge, "rejected");
    let said = refused(rejected(&mut town));
    assert!(said.starts_with("CHG-02: the key is of `Waal Rights Assessors`"), "{said}");
    town.without_door(|town| rejected(town).unwrap());
    assert_eq!(town.state(own, "2026-03-20"), State::Suspended, "nobody has said anything");
    let upheld = town.decide("2026-03-10", PANEL, challenge, "upheld").unwrap();
    assert_eq!(town.state(own, "2026-03-09"), State::Live);
    assert_eq!(town.state(own, "2026-03-10"), State::Suspended);
    assert_eq!(town.state(own, "2026-06-01"), State::Suspended);
    town.says("2026-06-02", PANEL, RecordKind::Reinstatement, reinstatement(upheld)).unwrap();
    assert_eq!(town.state(own, "2026-06-03"), State::Live);
}

/// CHG-02: on the panel sits nobody of the assessor or the vendor, by name, by organisation, or by the key that the rosters know.
#[test]
fn nobody_judges_their_own_cause() {
    let mut town = Town::new();
    let own = town.live();
    let challenge = town.challenge("2026-03-05", SOMEONE, own).unwrap();
    for (name, organisation, key) in [
        ("Ana Lead", "Somewhere", PANEL),
        ("P", "waal  rights assessors", PANEL),
        ("P", "Amstel Device Lab BV", PANEL),
        ("P", "Somewhere", WAAL),
        ("P", "Somewhere", WAAL_JUDGE),
    ] {
        let content = json!({"of": {"record": challenge}, "outcome": "rejected", "reasons": "r", "panel": [
            {"name": "Judge", "organisation": "The Panel", "key": seed(PANEL).public()},
            {"name": name, "organisation": organisation, "key": seed(key).public()},
        ]});
        let said = refused(town.says("2026-03-06", PANEL, RecordKind::ChallengeDecision, content));
        assert!(said.starts_with(&format!("CHG-02: `{name}` on the panel is of the assessor")), "{said}");
    }
    // an accreditor is no panel of the first instance
    let said = refused(town.decide("2026-03-06", ROSTER_BODY, challenge, "rejected"));
    assert!(said.contains("is decided by an `adjudicator`"), "{said}");
}

/// CHG-05: one appeal, to others than who decided.
#[test]
fn there_is_one_appeal() {
    let mut town = Town::new();
    let own = town.live();
    let challenge = town.challenge("2026-03-05", SOMEONE, own).unwrap();
    let admitted = town.decide("2026-03-06", PANEL, challenge, "admitted").unwrap();
    let rejected = town.decide("2026-03-10", PANEL, challenge, "rejected").unwrap();
    let said = refused(town.decide("2026-03-11", PANEL, challenge, "upheld"));
    assert!(said.contains("was decided by entry 5") && said.contains("one appeal"), "{said}");
    // by a stranger, who would use it up
    let said = refused(town.challenge("2026-03-12", 8, rejected));
    assert!(said.starts_with("CHG-05: an appeal is signed with the key of the challenge"), "{said}");
    let appeal = town.challenge("2026-03-12", SOMEONE, rejected).unwrap();
    assert!(refused(town.challenge("2026-03-13", SOMEONE, rejected)).contains("this side has filed it"));
    // what only admits is no decision to appeal against, and changes nothing
    town.challenge("2026-03-13", SOMEONE, admitted).unwrap();
    // not by who gave the decision
    let said = refused(town.decide("2026-03-16", PANEL, appeal, "rejected"));
    assert!(said.contains("`Panel` gave the decision that is appealed against"), "{said}");
    // silence suspends here too
    assert_eq!(town.state(own, "2026-03-26"), State::Live);
    assert_eq!(town.state(own, "2026-03-27"), State::Suspended);
    let upheld = town.decide("2026-03-26", ROSTER_BODY, appeal, "upheld").unwrap();
    assert_eq!(town.state(own, "2026-03-25"), State::Live);
    assert_eq!(town.state(own, "2026-03-26"), State::Suspended);
    // and that is the end of it
    let said = refused(town.challenge("2026-04-01", WAAL, upheld));
    assert!(said.contains("there is one appeal, and this decision was given on it"), "{said}");
    assert_eq!(town.state(own, "2026-12-01"), State::Suspended);
}

#[test]
fn an_appeal_can_undo_what_was_upheld() {
    for (outcome, state) in
        [("upheld", State::Live), ("partly_upheld", State::Suspended), ("rejected", State::Suspended)]
    {
        let mut town = Town::new();
        let own = town.live();
        let challenge = town.challenge("2026-03-05", SOMEONE, own).unwrap();
        let upheld = town.decide("2026-03-10", PANEL, challenge, "upheld").unwrap();
        // the assessor's side appeals
        let appeal = town.challenge("2026-03-12", WAAL, upheld).unwrap();
        town.decide("2026-03-20", ROSTER_BODY, appeal, outcome).unwrap();
        assert_eq!(town.state(own, "2026-03-19"), State::Suspended, "{outcome}");
        assert_eq!(town.state(own, "2026-12-01"), state, "{outcome}");
    }
}

/// CHG-03: who decides suspends meanwhile where a stop fact is plain; that ends by a reinstatement, not by itself.
#[test]
fn an_interim_suspension_ends_with_a_reinstatement_only() {
    let mut town = Town::new();
    let own = town.live();
    let challenge = town.challenge("2026-03-05", SOMEONE, own).unwrap();
    let mut content = suspension(own, "challenge");
    content["because_of"] = json!([{"record": challenge}]);
    let interim = town.says("2026-03-06", PANEL, RecordKind::Suspension, content).unwrap();
    assert_eq!(town.state(own, "2026-03-05"), State::Live, "the challenge alone suspends nothing");
    assert_eq!(town.state(own, "2026-03-06"), State::Suspended);
    town.decide("2026-03-10", PANEL, challenge, "rejected").unwrap();
    assert_eq!(town.state(own, "2026-03-10"), State::Suspended);
    town.says("2026-03-12", PANEL, RecordKind::Reinstatement, reinstatement(interim)).unwrap();
    assert_eq!(town.state(own, "2026-03-12"), State::Live);
    // and not twice
    let said = refused(town.says("2026-03-13", PANEL, RecordKind::Reinstatement, reinstatement(interim)));
    assert!(said.contains("suspends nothing any more"), "{said}");
}

/// CHG-04: without reasons there is no decision, and they are in the record that everyone reads.
#[test]
fn a_decision_gives_its_reasons() {
    let mut town = Town::new();
    let own = town.live();
    let challenge = town.challenge("2026-03-05", SOMEONE, own).unwrap();
    let panel = json!([{"name": "p", "organisation": "q", "key": seed(PANEL).public()}]);
    for (reasons, panel) in
        [(json!(" "), panel.clone()), (json!(null), panel.clone()), (json!("r"), json!([]))]
    {
        let content =
            json!({"of": {"record": challenge}, "outcome": "rejected", "reasons": reasons, "panel": panel});
        let predicate = predicate(&["assessment:a"], content);
        let signed =
            SignedRecord::sign(RecordKind::ChallengeDecision, predicate, &BTreeMap::new(), &seed(PANEL));
        assert!(matches!(signed, Err(RegisterFault::Record(_))), "{signed:?}");
    }
    let decided = town.decide("2026-03-10", PANEL, challenge, "rejected").unwrap();
    let replay = town.register().replay().unwrap();
    assert_eq!(replay.record(&decided).unwrap().0.record.head.content["reasons"], "r");
}

/// REV-02 alone is void from the start; the others end it, and nothing brings it back.
#[test]
fn only_a_false_declaration_makes_void_from_the_start() {
    let content = |of: countersign_model::Digest, ground: &str, void: &str| json!({"of": {"record": of}, "ground": ground, "since": "2026-03-05", "void": void, "reason": "r"});
    for n in 0..=8 {
        for void in ["yes", "no"] {
            let ground = format!("REV-0{n}");
            let any = countersign_model::Digest::of(b"any");
            let predicate = predicate(&["assessment:a"], content(any, &ground, void));
            let signed =
                SignedRecord::sign(RecordKind::Revocation, predicate, &BTreeMap::new(), &seed(PANEL));
            assert_eq!(
                signed.is_ok(),
                (1..=7).contains(&n) && (n == 2) == (void == "yes"),
                "{ground}: {void}"
            );
        }
    }
    for (ground, void, state) in [("REV-02", "yes", State::Void), ("REV-05", "no", State::Revoked)] {
        let mut town = Town::new();
        let own = town.live();
        town.says("2026-03-05", PANEL, RecordKind::Revocation, content(own, ground, void)).unwrap();
        assert_eq!(town.state(own, "2026-03-05"), state, "{ground}");
        let suspended = town.says("2026-03-06", PANEL, RecordKind::Suspension, suspension(own, "x")).unwrap();
        town.says("2026-03-07", PANEL, RecordKind::Reinstatement, reinstatement(suspended)).unwrap();
        assert_eq!(town.state(own, "2026-03-08"), state, "{ground}");
    }
}
