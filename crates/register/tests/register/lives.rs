//! Lives of assessments that somebody tries to bend: another's draft, another's id, a revoked text again, judges in their own
//! cause, one suspension lifted of two. The keeper refuses what bends them (`doors`); here the keeper looked at nothing, and the
//! reader counts right all the same.

use super::town::*;
use super::*;
use countersign_assessments::State;
use countersign_model::Digest;

/// PUB-01: the text that was open for comments is this one.
#[test]
fn a_draft_serves_one_final_text_of_its_own_assessment() {
    let mut town = Town::new();
    let draft = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    // another deal, which nobody has seen; another's text; then its own, once
    let (other, elsewhere) = town.without_door(|town| {
        let other = town.text("2026-03-01", WAAL, "assessment:b", "operator:secret", Some(draft)).unwrap();
        (other, town.text("2026-03-02", WAAL, "assessment:a", "operator:secret", Some(draft)).unwrap())
    });
    let own = town.text("2026-03-03", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    let again = town.without_door(|town| {
        town.text("2026-03-04", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap()
    });
    assert_eq!(town.draft_of(other), None);
    assert_eq!(town.draft_of(elsewhere), None);
    assert_eq!(town.draft_of(own), Some(day("2026-01-12")));
    assert_eq!(town.draft_of(again), None, "a draft serves once");
    // no draft is no day for comments, and a rule that failed, not one that is open
    let of = town.of(other, "2026-04-01");
    let replay = town.register().replay().unwrap();
    let set = countersign_assessments::QuestionSet::embedded().unwrap();
    let judged = town.known("2026-04-01").judge(&of, &replay, &set, day("2026-04-01"));
    let gap = judged.publication.iter().find(|gap| gap.rule == "PUB-01").unwrap();
    assert!(
        gap.failed && gap.why.contains("open for 0 days") && gap.why.contains("this text is `assessment:b`"),
        "{gap:?}"
    );
}

#[test]
fn nobody_supersedes_another_house() {
    let mut town = Town::new();
    let draft = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    let own = town.text("2026-03-01", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    let theirs = town.without_door(|town| {
        town.text("2026-03-02", MINHO, "assessment:a", "operator:lab", Some(draft)).unwrap()
    });
    assert_eq!(town.state(own, "2026-04-01"), State::Live);
    assert_eq!(town.draft_of(theirs), None, "the draft was another house's");
    // of the same house it is superseded
    let draft = town.text("2026-05-01", WAAL, "assessment:a", "operator:lab", None).unwrap();
    town.text("2026-06-05", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    assert_eq!(town.state(own, "2026-06-06"), State::Superseded);
}

/// An id that two houses use means neither: who writes it hears of both.
#[test]
fn an_id_that_two_houses_use_means_none_of_them() {
    let mut town = Town::new();
    let own = town.live();
    assert_eq!(town.known("2026-04-01").text_of("assessment:a").unwrap().record, own);
    let theirs = town
        .without_door(|town| town.text("2026-03-02", MINHO, "assessment:a", "operator:lab", None).unwrap());
    let replay = town.register().replay().unwrap();
    // of final texts there is one
    assert_eq!(replay.text_of("assessment:a", true).unwrap().leaf.sha256, own);
    assert_eq!(town.known("2026-04-01").text_of("assessment:a").unwrap().record, own);
    let said = replay.text_of("assessment:a", false).unwrap_err().to_string();
    for part in [
        "Waal Rights Assessors",
        "Minho Institute",
        "entry 2",
        "entry 3",
        &own.to_string(),
        &theirs.to_string(),
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    town.without_door(|town| {
        town.text("2026-03-03", MINHO, "assessment:a", "operator:lab", None).unwrap();
        town.text("2026-03-04", MINHO, "assessment:a", "operator:lab", Some(theirs)).unwrap();
    });
    let known = town.known("2026-04-01");
    let said = known.text_of("assessment:a").unwrap_err().to_string();
    assert!(said.contains("Minho Institute") && said.contains("by its digest"), "{said}");
    assert_eq!(known.text_of(&own.to_string()).unwrap().record, own);
    assert!(known.text_of("assessment:b").unwrap_err().to_string().contains("no text of `assessment:b`"));
}

/// A new draft does not hide the final text that is in force.
#[test]
fn a_draft_stands_beside_the_final_text() {
    let mut town = Town::new();
    let own = town.live();
    let draft = town.text("2026-04-01", WAAL, "assessment:a", "operator:lab", None).unwrap();
    let known = town.known("2026-04-02");
    let of = known.text_of("assessment:a").unwrap();
    assert_eq!((of.record, known.draft_beside(of).map(|d| d.record)), (own, Some(draft)));
    assert_eq!(known.newest().iter().map(|a| a.record).collect::<Vec<_>>(), [own, draft]);
}

#[test]
fn what_was_revoked_does_not_come_back_on_a_draft_from_before() {
    for (kind, content) in [
        (
            RecordKind::Revocation,
            json!({"ground": "REV-01", "since": "2026-03-10", "void": "no", "reason": "r"}),
        ),
        (
            RecordKind::Suspension,
            json!({"trigger": "coup_or_emergency", "since": "2026-03-10", "reason": "r"}),
        ),
        (RecordKind::Challenge, json!({"grounds": ["REV-01"], "text": "t"})),
    ] {
        let mut town = Town::new();
        let first = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
        let second = town.text("2026-01-13", WAAL, "assessment:a2", "operator:lab", None).unwrap();
        let own = town.text("2026-03-01", WAAL, "assessment:a", "operator:lab", Some(first)).unwrap();
        let mut content = content;
        content["of"] = json!({"record": own});
        town.says("2026-03-10", PANEL, kind, content).unwrap();
        // under whatever id
        let again =
            |town: &mut Town| town.text("2026-03-12", WAAL, "assessment:a2", "operator:lab", Some(second));
        let said = refused(again(&mut town));
        assert!(said.contains("is older than what became of a text of the same scope"), "{said}");
        let again = town.without_door(|town| again(town).unwrap());
        assert_eq!(town.draft_of(again), None, "{kind}");
        // a draft that the public saw afterwards does
        let later = town.text("2026-03-13", WAAL, "assessment:a", "operator:lab", None).unwrap();
        let last = town.text("2026-04-20", WAAL, "assessment:a", "operator:lab", Some(later)).unwrap();
        assert_eq!(town.draft_of(last), Some(day("2026-03-13")));
    }
}

#[test]
fn it_lives_again_when_nothing_suspends_it_any_more() {
    let mut town = Town::new();
    let own = town.live();
    let one =
        town.says("2026-03-10", PANEL, RecordKind::Suspension, suspension(own, "misuse_report")).unwrap();
    let two =
        town.says("2026-03-11", PANEL, RecordKind::Suspension, suspension(own, "coup_or_emergency")).unwrap();
    town.says("2026-03-12", PANEL, RecordKind::Reinstatement, reinstatement(one)).unwrap();
    assert_eq!(town.state(own, "2026-03-13"), State::Suspended, "the second stands");
    // by the assessor's own house nothing is lifted, whatever the record calls itself (CHG-02)
    let lifted =
        |town: &mut Town| town.says("2026-03-14", WAAL_JUDGE, RecordKind::Reinstatement, reinstatement(two));
    assert!(refused(lifted(&mut town)).starts_with("CHG-02: the key is of `Waal Rights Assessors`"));
    town.without_door(|town| lifted(town).unwrap());
    assert_eq!(town.state(own, "2026-03-15"), State::Suspended);
    town.says("2026-03-16", PANEL, RecordKind::Reinstatement, reinstatement(two)).unwrap();
    assert_eq!(town.state(own, "2026-03-17"), State::Live);
}

/// A record cannot name another vendor than its text: findings about the vendor would pass it by.
#[test]
fn a_record_filed_under_other_subjects_than_its_text_never_counts() {
    let mut town = Town::new();
    town.without_door(|town| {
        town.text_filed("vendor:nobody", "2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    });
    town.text("2026-01-13", WAAL, "assessment:b", "operator:lab", None).unwrap();
    let known = town.known("2026-02-01");
    assert_eq!(known.all.iter().map(|a| a.id.as_str()).collect::<Vec<_>>(), ["assessment:b"]);
    let [refused] = known.unreadable.as_slice() else { panic!("{:?}", known.unreadable) };
    assert!(
        refused.why.contains("filed under the vendor `vendor:nobody`, and its text is of `vendor:v`"),
        "{}",
        refused.why
    );
}

/// Independence is looked up for the assessor whom the text names: nobody else signs for them (IND-12).
#[test]
fn nobody_signs_in_the_name_of_an_independent_assessor() {
    let mut town = Town::new();
    let filing = Filing { vendor: "vendor:v", key: seed(WAAL).public().to_string(), change: |public| public };
    let brought =
        |town: &mut Town| town.text_as(&filing, "2026-01-12", MINHO, "assessment:a", "operator:lab", None);
    let said = refused(brought(&mut town));
    assert!(said.contains("the text names the assessor's key"), "{said}");
    town.without_door(|town| brought(town).unwrap());
    let known = town.known("2026-02-01");
    assert!(known.all.is_empty() && known.unreadable[0].why.contains("the text names the assessor's key"));
}

/// Whoever can delete a file cannot bring a text back: the log says what kind of record is gone, and about what.
#[test]
fn a_record_that_is_gone_never_brings_a_text_back() {
    let revocation = |of: Digest| json!({"of": {"record": of}, "ground": "REV-01", "since": "2026-03-10", "void": "no", "reason": "r"});
    for (kind, reinstated) in
        [(RecordKind::Revocation, false), (RecordKind::Suspension, true), (RecordKind::Challenge, false)]
    {
        let mut town = Town::new();
        let own = town.live();
        let content = match kind {
            RecordKind::Revocation => revocation(own),
            RecordKind::Suspension => suspension(own, "coup_or_emergency"),
            _ => json!({"of": {"record": own}, "grounds": ["REV-01"], "text": "t"}),
        };
        let said = town.says("2026-03-10", PANEL, kind, content).unwrap();
        town.delete(said);
        let replay = town.register().replay().unwrap();
        assert!(replay.faults.is_empty() && replay.absent == 1, "erasing is no fault of the log");
        assert_eq!(town.state(own, "2026-03-09"), State::Live);
        assert_eq!(town.state(own, "2026-03-10"), State::Suspended, "{kind}");
        let why = town.of(own, "2026-03-10").events.last().unwrap().reason.clone().unwrap();
        assert!(why.contains("the record of entry 3, a ") && why.contains("is not here"), "{why}");
        if reinstated {
            // who may, knows what it was
            town.says("2026-03-12", PANEL, RecordKind::Reinstatement, reinstatement(said)).unwrap();
            assert_eq!(town.state(own, "2026-03-12"), State::Live);
        }
    }
    // who may sign is gone: nothing can be told
    let mut town = Town::new();
    town.live();
    assert_eq!(town.register().replay().unwrap().lost_keys(), None);
    let roster = town.register().leaf(0).unwrap().sha256;
    town.delete(roster);
    assert_eq!(Register::open(town.register().dir()).unwrap().replay().unwrap().lost_keys(), Some(0));
    // a finding about the product, and a newer text
    let mut town = Town::new();
    let own = town.live();
    let found = town.finding("2026-03-05");
    town.delete(found);
    assert_eq!(town.state(own, "2026-03-05"), State::Suspended);
    let mut town = Town::new();
    let own = town.live();
    let draft = town.text("2026-03-02", WAAL, "assessment:a", "operator:lab", None).unwrap();
    let last = town.text("2026-04-10", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    let text = *town.register().entry(4).unwrap().leaf.documents.values().next().unwrap();
    town.delete(text);
    assert_eq!(town.state(own, "2026-04-10"), State::Superseded, "its text is gone, its place is not");
    town.delete(last);
    assert_eq!(town.state(own, "2026-04-10"), State::Suspended, "what the newer one said is not known");
}

/// A report ends when others than the accused, the assessor or the vendor say so.
#[test]
fn nobody_ends_a_report_about_themselves() {
    let mut town = Town::new();
    let own = town.live();
    let found = town.finding("2026-03-05");
    let about = ["vendor:v", "product:p"];
    let dispute = json!({"of": {"record": found}, "text": "not so"});
    let dispute =
        town.append("2026-03-06", SOMEONE, RecordKind::Dispute, &about, dispute, BTreeMap::new()).unwrap();
    let outcome = |town: &mut Town, by: u8| {
        let content = json!({"of": {"record": dispute}, "record": {"record": found}, "outcome": "withdrawn",
                             "reasons": "r"});
        town.append("2026-03-07", by, RecordKind::DisputeOutcome, &about, content, BTreeMap::new())
    };
    let said = refused(outcome(&mut town, VENDOR_JUDGE));
    assert!(said.contains("the key is of `V`, whom the disputed record accuses"), "{said}");
    town.without_door(|town| outcome(town, VENDOR_JUDGE).unwrap());
    assert_eq!(town.state(own, "2026-03-16"), State::Suspended);
    // nor the assessor whose text it would suspend
    outcome(&mut town, WAAL_JUDGE).unwrap();
    assert_eq!(town.state(own, "2026-03-16"), State::Suspended);
    outcome(&mut town, PANEL).unwrap();
    assert_eq!(town.state(own, "2026-03-16"), State::Live);
}

/// PUB-04: comments are answered by the house that is asked.
#[test]
fn nobody_answers_comments_for_another_house() {
    let mut town = Town::new();
    let draft = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    let comment = json!({"of": {"record": draft}, "text": "who holds the second key?"});
    let comment = town.says("2026-01-13", SOMEONE, RecordKind::Comment, comment).unwrap();
    let answer = |town: &mut Town, by: u8| {
        let content = json!({"to": {"record": comment}, "disposition": "rejected", "reason": "r"});
        town.says("2026-01-14", by, RecordKind::Response, content)
    };
    let said = refused(answer(&mut town, MINHO));
    assert!(said.contains("`Minho Institute` does not answer for it"), "{said}");
    town.without_door(|town| answer(town, MINHO).unwrap());
    assert!(town.of(draft, "2026-02-01").answers.is_empty());
    answer(&mut town, WAAL).unwrap();
    assert_eq!(town.of(draft, "2026-02-01").answers.len(), 1);
}
