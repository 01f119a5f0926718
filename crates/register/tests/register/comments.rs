//! What the public said of a text, and the time that it had: nothing of it goes away, and nothing is taken for said that was not
//! there to be commented on.

use super::town::*;
use super::*;
use countersign_assessments::{Answered, Right, State, Stop, Verdict};
use countersign_model::Digest;

fn failed(rule: &str) -> (String, bool) {
    (rule.to_owned(), true)
}

fn draft(town: &mut Town, on: &str) -> Digest {
    town.text(on, WAAL, "assessment:a", "operator:lab", None).unwrap()
}

fn last(town: &mut Town, on: &str, draft: Digest) -> Digest {
    town.text(on, WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap()
}

/// PUB-04: each comment, on whatever text of the assessment before it, whichever draft it then follows.
#[test]
fn a_second_draft_takes_no_comment_away() {
    for (commented, followed) in [(0, 1), (1, 0)] {
        let mut town = Town::new();
        let drafts = [draft(&mut town, "2026-01-12"), draft(&mut town, "2026-01-14")];
        let comment = town.comment("2026-01-15", drafts[commented]);
        let own = last(&mut town, "2026-03-01", drafts[followed]);
        assert_eq!(town.gaps(own, "2026-03-02"), [failed("PUB-04")]);
        assert!(town.of(own, "2026-03-02").comments.contains_key(&comment));
    }
    // nor does another id for the same scope
    let mut town = Town::new();
    let first = draft(&mut town, "2026-01-12");
    town.comment("2026-01-15", first);
    let second = town.text("2026-01-16", WAAL, "assessment:b", "operator:lab", None).unwrap();
    let own = town.text("2026-03-01", WAAL, "assessment:b", "operator:lab", Some(second)).unwrap();
    assert_eq!(town.gaps(own, "2026-03-02"), [failed("PUB-04")]);
    // of another end user it is another text
    let third = town.text("2026-01-17", WAAL, "assessment:c", "operator:other", None);
    assert!(third.is_err(), "the log does not go back");
    let third = town.text("2026-03-02", WAAL, "assessment:c", "operator:other", None).unwrap();
    let own = town.text("2026-05-01", WAAL, "assessment:c", "operator:other", Some(third)).unwrap();
    assert_eq!(town.gaps(own, "2026-05-02"), []);
}

/// What was answered once stays answered; what was said of the text in force is asked of the next one.
#[test]
fn a_comment_on_the_text_in_force_is_answered_in_the_next() {
    for answered in [true, false] {
        let mut town = Town::new();
        let first = draft(&mut town, "2026-01-12");
        let early = town.comment("2026-01-13", first);
        town.answer("2026-01-14", early);
        let own = last(&mut town, "2026-03-01", first);
        let comment = town.comment("2026-03-02", own);
        // an answer to it is talk about the text, and does not end it
        if answered {
            town.answer("2026-03-04", comment);
        }
        assert_eq!(town.gaps(own, "2026-03-05"), []);
        assert_eq!(town.of(own, "2026-03-05").answers.len(), 1 + usize::from(answered));
        let next = draft(&mut town, "2026-04-01");
        let next = last(&mut town, "2026-05-10", next);
        let expected = if answered { Vec::new() } else { vec![failed("PUB-04")] };
        assert_eq!(town.gaps(next, "2026-05-11"), expected);
    }
}

#[test]
fn an_answer_after_the_final_text_comes_too_late() {
    let mut town = Town::new();
    let first = draft(&mut town, "2026-01-12");
    let comment = town.comment("2026-01-13", first);
    let own = last(&mut town, "2026-03-01", first);
    town.answer("2026-03-02", comment);
    for on in ["2026-03-01", "2026-03-03"] {
        assert_eq!(town.gaps(own, on), [failed("PUB-04")]);
    }
    assert_eq!(town.of(own, "2026-03-03").answers.len(), 1, "it is shown all the same");
}

/// Whoever can delete a file makes no comment unsaid.
#[test]
fn a_comment_that_is_gone_still_wants_its_answer() {
    let mut town = Town::new();
    let first = draft(&mut town, "2026-01-12");
    let comment = town.comment("2026-01-13", first);
    let own = last(&mut town, "2026-03-01", first);
    town.delete(comment);
    assert_eq!(town.gaps(own, "2026-03-02"), [failed("PUB-04")]);
    let why = &town.judged(own, "2026-03-02").publication[0].why;
    assert!(why.contains(&comment.short()) && why.contains("its text is gone from this copy"), "{why}");
    // it can be answered, by its digest
    town.answer("2026-03-03", comment);
    let next = draft(&mut town, "2026-03-04");
    let next = last(&mut town, "2026-04-10", next);
    assert_eq!(town.gaps(next, "2026-04-11"), []);
    // the draft gone, the comment on it is not
    let mut town = Town::new();
    let gone = draft(&mut town, "2026-01-12");
    town.comment("2026-01-13", gone);
    let second = draft(&mut town, "2026-01-14");
    let own = last(&mut town, "2026-03-01", second);
    town.delete(gone);
    assert_eq!(town.gaps(own, "2026-03-02"), [failed("PUB-04")]);
    // one that would not be missed is not taken in
    let content = json!({"of": {"record": own}, "text": "t"});
    let about = ["vendor:v"];
    let said =
        refused(town.append("2026-03-02", SOMEONE, RecordKind::Comment, &about, content, BTreeMap::new()));
    assert!(said.contains("`about` does not name `assessment:a`"), "{said}");
}

/// IND-07, IND-05: texts that are gone do not clear who led them.
#[test]
fn earlier_and_later_texts_that_are_gone_leave_independence_open() {
    let open = |town: &Town, of: Digest, on: &str| -> Vec<String> {
        let found = town.judged(of, on).independence.into_iter();
        found
            .filter(|f| f.why.contains("is gone from this copy"))
            .map(|f| {
                assert_eq!(f.verdict, Verdict::Incomplete);
                f.rule
            })
            .collect()
    };
    let other = |town: &mut Town, on: [&str; 2], id: &str| {
        let draft = town.text(on[0], MINHO, id, "operator:other", None).unwrap();
        town.text(on[1], MINHO, id, "operator:other", Some(draft)).unwrap()
    };
    let text_of = |town: &Town, record: Digest| {
        let replay = town.register().replay().unwrap();
        *replay.record(&record).unwrap().0.leaf.documents.values().next().unwrap()
    };
    for the_text_alone in [true, false] {
        let mut town = Town::new();
        let earlier = other(&mut town, ["2025-12-02", "2026-01-10"], "assessment:e");
        let own = town.live();
        let later = other(&mut town, ["2026-04-01", "2026-05-10"], "assessment:l");
        let far = other(&mut town, ["2027-03-02", "2027-05-10"], "assessment:f");
        assert_eq!(open(&town, own, "2027-06-01"), [""; 0]);
        for record in [earlier, later, far] {
            let gone = if the_text_alone { text_of(&town, record) } else { record };
            town.delete(gone);
        }
        assert_eq!(open(&town, own, "2027-06-01"), ["IND-07", "IND-05"]);
    }
}

/// PUB-01, PUB-02, PUB-03, PUB-05: what is laid open for comments is a text that can be commented on.
#[test]
fn a_draft_that_nobody_can_comment_on_is_no_draft() {
    for (rule, spoil) in [
        ("PUB-02", (|a| a.summaries.clear()) as fn(&mut countersign_assessments::Assessment)),
        ("PUB-03", |a| a.comment_channel.address = " ".into()),
        ("PUB-05", |a| a.answers.clear()),
        ("PUB-05", |a| a.declarations.clear()),
        ("PUB-05", |a| a.conclusion.clear()),
    ] {
        let mut town = Town::new();
        town.write = spoil;
        let brought = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None);
        let said = refused(brought);
        assert!(said.starts_with(&format!("{rule}: ")), "{said}");
        // in a register that was kept otherwise it gives no day
        let blank = town.without_door(|town| draft(town, "2026-01-12"));
        town.write = |_| {};
        let own = last(&mut town, "2026-03-01", blank);
        assert!(town.gaps(own, "2026-03-02").contains(&failed(rule)), "{rule}");
    }
}

/// What the draft did not say was open to no comment: better answers count as unknown, worse ones as they are.
#[test]
fn a_final_text_is_no_better_than_its_draft() {
    fn stage(
        town: &mut Town,
        draft: fn(&mut countersign_assessments::Assessment),
        last: fn(&mut countersign_assessments::Assessment),
    ) -> Digest {
        town.write = draft;
        let first = self::draft(town, "2026-01-12");
        town.write = last;
        self::last(town, "2026-03-01", first)
    }
    let judged = |before: &'static str, after: &'static str| {
        let mut town = Town::new();
        let own = match (before, after) {
            ("unknown", "yes") => stage(
                &mut town,
                |_| {},
                |a| {
                    a.answers.insert("PC-02".into(), answer("yes"));
                },
            ),
            ("unknown", "no") => stage(
                &mut town,
                |_| {},
                |a| {
                    a.answers.insert("PC-02".into(), answer("no"));
                },
            ),
            ("yes", "no") => stage(
                &mut town,
                |a| {
                    a.answers.insert("PC-02".into(), answer("yes"));
                },
                |a| {
                    a.answers.insert("PC-02".into(), answer("no"));
                },
            ),
            ("no", "no") => stage(
                &mut town,
                |a| {
                    a.answers.insert("PC-02".into(), answer("no"));
                },
                |a| {
                    a.answers.insert("PC-02".into(), answer("no"));
                },
            ),
            ("", "no") => stage(
                &mut town,
                |a| {
                    a.answers.clear();
                    a.answers.insert("PC-01".into(), answer("unknown"));
                },
                |a| {
                    a.answers.insert("PC-02".into(), answer("no"));
                },
            ),
            other => panic!("{other:?}"),
        };
        town.judged(own, "2026-03-02").evaluation.questions["PC-02"].clone()
    };
    let told = judged("no", "no");
    let (good, bad) = if told.stop == Stop::No { ("no", "yes") } else { ("yes", "no") };
    assert_eq!((good, bad, told.answered), ("no", "yes", Answered::Given));
    for before in ["unknown", "yes", ""] {
        let open = judged(before, good);
        assert_eq!(open.stop, Stop::Unknown, "{before}");
        let Answered::Unknown(why) = open.answered else { panic!("{before}") };
        assert!(why.contains("the draft of entry 1") && why.contains("nobody could comment"), "{why}");
    }
    let worse = judged("unknown", bad);
    assert_eq!((worse.answered, worse.stop), (Answered::Given, Stop::Yes));

    // so with impacts and tiers
    let mut town = Town::new();
    let own = stage(
        &mut town,
        |a| {
            a.rule_of_law = None;
        },
        |a| a.impacts.push(impact(2)),
    );
    let why: Vec<String> =
        town.judged(own, "2026-03-02").publication.into_iter().map(|gap| gap.why).collect();
    assert!(why.len() == 2 && why[0].contains("has no impacts on life"), "{why:?}");
    assert!(why[1].contains("has no rule-of-law section"), "{why:?}");
    let mut town = Town::new();
    let own = stage(&mut town, |a| a.impacts.push(impact(4)), |a| a.impacts.push(impact(2)));
    let why = town.judged(own, "2026-03-02").publication.remove(0);
    assert!(!why.failed && why.why.contains("has a higher residual risk of life"), "{why:?}");
    let mut town = Town::new();
    let own = stage(&mut town, |a| a.impacts.push(impact(2)), |a| a.impacts.push(impact(4)));
    assert_eq!(town.gaps(own, "2026-03-02"), []);
}

fn impact(likelihood: u8) -> countersign_assessments::Impact {
    let rating = json!({"scale": 3, "scope": 2, "irremediability": 3, "likelihood": likelihood, "reason": "r", "tier": "E1"});
    serde_json::from_value(
        json!({"right": Right::LEAST[0], "text": "t", "inherent": rating, "residual": rating}),
    )
    .unwrap()
}

/// PUB-01: thirty whole days in UTC, and none less than was announced.
#[test]
fn the_time_for_comments_is_not_shortened() {
    let mut town = Town::new();
    let first = draft(&mut town, "2026-01-12");
    let own = last(&mut town, "2026-02-12", first);
    assert_eq!(town.gaps(own, "2026-02-13"), []);
    // the last day that was announced is one on which people may comment
    let mut town = Town::new();
    let first = draft(&mut town, "2026-01-12");
    let own = last(&mut town, "2026-02-11", first);
    assert_eq!(town.gaps(own, "2026-02-12"), [failed("PUB-01")]);
    // a longer time was announced
    let mut town = Town::new();
    town.comment_until = Some("2026-02-20");
    let first = draft(&mut town, "2026-01-12");
    let own = last(&mut town, "2026-02-13", first);
    let gap = town.judged(own, "2026-02-14").publication.remove(0);
    assert_eq!((gap.rule.as_str(), gap.failed), ("PUB-01", true));
    assert!(
        gap.why.contains("announced until 2026-02-20, and the final text came on 2026-02-13"),
        "{}",
        gap.why
    );
}

/// A final text without a draft supersedes what is in force and never counts.
#[test]
fn a_final_text_without_a_draft_is_not_taken_in() {
    let mut town = Town::new();
    town.live();
    let filing = Filing { vendor: "vendor:v", key: seed(WAAL).public().to_string(), change: |public| public };
    let said = refused(town.last_without_draft(&filing, "2026-03-02"));
    assert!(said.contains("it names no draft that the public could comment"), "{said}");
}

/// A reinstatement counts from the later of its day in the log and the day that it names.
#[test]
fn what_is_to_come_is_not_yet() {
    let mut town = Town::new();
    let own = town.live();
    let suspended =
        town.says("2026-03-02", PANEL, RecordKind::Suspension, suspension(own, "coup_or_emergency")).unwrap();
    let content =
        json!({"of": {"record": suspended}, "since": "2026-09-01", "reason": "when the contract is amended"});
    town.says("2026-03-04", PANEL, RecordKind::Reinstatement, content).unwrap();
    assert_eq!(town.state(own, "2026-08-31"), State::Suspended);
    assert_eq!(town.state(own, "2026-09-01"), State::Live);
    for (kind, mut content) in [
        (RecordKind::Suspension, suspension(own, "coup_or_emergency")),
        (
            RecordKind::Revocation,
            json!({"of": {"record": own}, "ground": "REV-01", "void": "no", "reason": "r"}),
        ),
    ] {
        content["since"] = "2099-01-01".into();
        let said = refused(town.says("2026-03-05", PANEL, kind, content));
        assert!(said.contains("`since` 2099-01-01 is to come"), "{said}");
    }
    // a draft is not in force
    let next = draft(&mut town, "2026-03-06");
    let said = refused(town.says(
        "2026-03-07",
        PANEL,
        RecordKind::Suspension,
        suspension(next, "coup_or_emergency"),
    ));
    assert!(said.contains("is the record of a draft") && said.contains("name the final text"), "{said}");
}

/// Who read the text and signed that it holds does not judge it (CHG-02; self-review, section 4).
#[test]
fn the_reviewer_does_not_judge_what_they_reviewed() {
    let mut town = Town::new();
    let own = town.live();
    let judge = json!({"standard": "s", "member": {
        "name": "m", "organisation": "Minho Institute", "key": seed(30).public(), "roles": ["adjudicator"],
        "from": "2025-01-01"}});
    town.says("2026-03-02", 1, RecordKind::Accreditation, judge).unwrap();
    let suspended =
        town.says("2026-03-02", PANEL, RecordKind::Suspension, suspension(own, "coup_or_emergency")).unwrap();
    let lift =
        |town: &mut Town| town.says("2026-03-03", 30, RecordKind::Reinstatement, reinstatement(suspended));
    assert!(refused(lift(&mut town)).starts_with("CHG-02: the key is of `Minho Institute`"));
    town.without_door(|town| lift(town).unwrap());
    assert_eq!(town.state(own, "2026-03-04"), State::Suspended);
}

/// REV-02: what else a key declared that declared something false is not known to be true, until who accredits has spoken.
#[test]
fn a_false_declaration_casts_doubt_on_the_others_of_the_key() {
    let mut town = Town::new();
    let own = town.live();
    let draft = town.text("2026-03-02", WAAL, "assessment:b", "operator:other", None).unwrap();
    let other = town.text("2026-04-10", WAAL, "assessment:b", "operator:other", Some(draft)).unwrap();
    let open = |town: &Town, on: &str| {
        let found = town.judged(other, on).independence;
        found
            .iter()
            .any(|f| f.rule == "IND-13" && f.verdict == Verdict::Incomplete && f.why.contains("entry 5"))
    };
    let void = json!({"of": {"record": own}, "ground": "REV-02", "since": "2026-03-01", "void": "yes", "reason": "r"});
    town.says("2026-04-20", PANEL, RecordKind::Revocation, void).unwrap();
    assert!(!open(&town, "2026-04-19") && open(&town, "2026-04-20"));
    let again = json!({"standard": "s", "member": {
        "name": "member 2", "organisation": "Waal Rights Assessors", "key": seed(WAAL).public(), "roles": ["assessor"],
        "from": "2025-01-01"}});
    town.says("2026-05-01", ROSTER_BODY, RecordKind::Accreditation, again).unwrap();
    assert!(!open(&town, "2026-05-02"));
}
