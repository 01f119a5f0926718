//! Whatever people try, in whatever order: what must hold of every case holds.
//!
//! Steps are drawn at random and tried; the refused ones must change nothing. Then the history of the accepted ones is
//! judged by itself, without looking at the state that the desk keeps.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may say what it expects")]

use std::collections::BTreeSet;

use countersign_desk::*;
use countersign_identity::Role;
use countersign_model::{Answer, Digest, parse_date};
use countersign_verify::Seed;
use proptest::prelude::*;

const PEOPLE: usize = 5;

fn seed(person: usize) -> Seed {
    Seed::from_bytes(&[u8::try_from(person).unwrap() + 1; 32])
}

fn actor(person: usize) -> Actor {
    let roles: &[Role] = match person {
        0 => &[Role::Analyst],
        1 => &[Role::Analyst, Role::Approver],
        2 => &[Role::Approver],
        3 => &[Role::LicensingOfficer, Role::Approver],
        _ => &[Role::Administrator, Role::Approver, Role::LicensingOfficer],
    };
    Actor {
        user: format!("u-{person}"),
        name: format!("Person {person}"),
        roles: roles.iter().copied().collect(),
    }
}

fn time(n: u64) -> String {
    format!("2026-11-25T{:02}:{:02}:{:02}Z", n / 3600 % 24, n / 60 % 60, n % 60)
}

/// What someone tries.
#[derive(Debug, Clone)]
enum Try {
    Document(u8),
    Facts(u8),
    Check(Answer),
    Match,
    SayMatch(usize, bool),
    ConfirmMatch(usize),
    ReturnMatch(usize),
    Ask,
    Answer(usize),
    Propose(usize),
    Sign { honest: bool, place_off: bool },
    Return,
    Escalate,
    Decide,
    Appeal,
    Note,
}

fn any_try() -> impl Strategy<Value = Try> {
    prop_oneof![
        1 => any::<u8>().prop_map(Try::Document),
        1 => any::<u8>().prop_map(Try::Facts),
        3 => prop_oneof![
            6 => Just(Answer::Proceed), 1 => Just(Answer::Conditions), 2 => Just(Answer::Hold), 1 => Just(Answer::Stop)
        ].prop_map(Try::Check),
        1 => Just(Try::Match),
        2 => (0..3usize, any::<bool>()).prop_map(|(n, same)| Try::SayMatch(n, same)),
        2 => (0..3usize).prop_map(Try::ConfirmMatch),
        1 => (0..3usize).prop_map(Try::ReturnMatch),
        1 => Just(Try::Ask),
        2 => (0..3usize).prop_map(Try::Answer),
        6 => (0..5usize).prop_map(Try::Propose),
        12 => (prop::bool::weighted(0.9), prop::bool::weighted(0.1))
            .prop_map(|(honest, place_off)| Try::Sign { honest, place_off }),
        1 => Just(Try::Return),
        1 => Just(Try::Escalate),
        8 => Just(Try::Decide),
        2 => Just(Try::Appeal),
        1 => Just(Try::Note),
    ]
}

/// The step that is tried, as the server would make it, or as someone would forge it.
fn step(case: &Case, what: &Try, person: usize, now: &str) -> Option<Step> {
    let text = || "because".to_owned();
    let digest = |n: u8| Digest::of(&[n]);
    let who = actor(person);
    Some(match what {
        Try::Document(n) => Step::Document {
            name: format!("paper {n}"),
            sha256: digest(*n),
            bytes: 1,
            from: Origin::Applicant,
            about: String::new(),
        },
        Try::Facts(n) => Step::Facts { facts: digest(*n), reason: text() },
        Try::Check(answer) => Step::Check {
            facts: case.facts?,
            decision: digest(9),
            index: 0,
            answer: *answer,
            as_of: "2026-11-25".to_owned(),
            missing: Vec::new(),
        },
        Try::Match => Step::Match { id: format!("m{}", case.matches.len() + 1), of: possible_match() },
        Try::SayMatch(n, same) => Step::ProposeMatch {
            id: case.matches.get(*n)?.id.clone(),
            verdict: if *same { MatchVerdict::Same } else { MatchVerdict::NotSame },
            reason: text(),
            evidence: Vec::new(),
            until: None,
            condition: None,
        },
        Try::ConfirmMatch(n) => Step::ConfirmMatch { id: case.matches.get(*n)?.id.clone() },
        Try::ReturnMatch(n) => Step::ReturnMatch { id: case.matches.get(*n)?.id.clone(), reason: text() },
        Try::Ask => Step::Ask {
            id: format!("q{}", case.questions.len() + 1),
            text: text(),
            due: parse_date("2026-12-24").unwrap(),
        },
        Try::Answer(n) => Step::Answer { id: case.questions.get(*n)?.id.clone(), text: text() },
        Try::Propose(n) => {
            let outcome = case.policy.outcome.get(*n)?.id.clone();
            let draft = paper::Draft {
                outcome: &outcome,
                reason: "because",
                conditions: &[],
                evidence: &[],
                by: &who,
                time: now,
                language: countersign_pages::Language::English,
            };
            let paper =
                paper::paper(case, &draft).map_or_else(|_| digest(1), |text| Digest::of(text.as_bytes()));
            Step::Propose { outcome, reason: text(), conditions: Vec::new(), evidence: Vec::new(), paper }
        }
        Try::Sign { honest, place_off } => {
            let paper = case.proposal.as_ref().map_or(digest(1), |p| p.paper);
            let wanted = Countersigning { case, by: &who, time: now, paper };
            let key = seed(if *honest { person } else { (person + 1) % PEOPLE });
            // what the honest server refuses to sign is forged as well as it can be
            let (place, signature) =
                sign(&wanted, &key).unwrap_or_else(|_| forged(case, &who, now, &paper, &key));
            Step::Sign {
                place: if *place_off { place + 1 } else { place },
                paper,
                key: seed(person).public().to_string(),
                signature,
            }
        }
        Try::Return => Step::Return { reason: text() },
        Try::Escalate => Step::Escalate { reason: text() },
        Try::Decide => Step::Decide { paper: case.proposal.as_ref().map_or(digest(1), |p| p.paper) },
        Try::Appeal => Step::Appeal {
            by: "The applicant".to_owned(),
            grounds: text(),
            received: parse_date("2026-12-01").unwrap(),
        },
        Try::Note => Step::Note { text: text() },
    })
}

fn forged(
    case: &Case,
    who: &Actor,
    now: &str,
    paper: &Digest,
    key: &Seed,
) -> (usize, countersign_verify::Envelope) {
    let (place, role) = case.next_signature().unwrap_or((1, Role::Approver));
    let outcome = case.proposal.as_ref().map_or_else(String::new, |p| p.outcome.id.clone());
    let content = countersign_verify::Countersignature {
        case: case.id.clone(),
        revision: case.revision,
        outcome,
        place,
        role: role.as_str().to_owned(),
        user: who.user.clone(),
        name: who.name.clone(),
        time: now.to_owned(),
    };
    (place, content.sign(paper, key).unwrap())
}

fn possible_match() -> MatchOf {
    MatchOf {
        name: "Zorblax".to_owned(),
        kind: "Organization".to_owned(),
        countries: Vec::new(),
        birth_date: None,
        other_names: Vec::new(),
        entity: "x:1".to_owned(),
        caption: "Zorblax Ltd".to_owned(),
        source: "x".to_owned(),
        entity_sha256: Digest::of(b"1"),
        facts_sha256: Digest::of(b"2"),
        score: "0.910".to_owned(),
        document: Digest::of(b"3"),
    }
}

fn opened() -> (Desk, Vec<(u64, Entry)>) {
    let mut desk = Desk::default();
    let mut history = Vec::new();
    for person in 0..PEOPLE {
        let key = seed(person).public().to_string();
        history.push(Entry::of_person(&actor(person), &time(0), Step::Enrol { key }));
    }
    let open = Step::Open {
        kind: CaseKind::Application,
        title: "A router".to_owned(),
        applicant: "Zorblax".to_owned(),
        facts: Some(Digest::of(b"facts")),
        due: parse_date("2026-12-24").unwrap(),
        policy: Policy::embedded().unwrap(),
    };
    history.push(Entry::of_case("C-2026-0001", &actor(0), &time(0), open));
    let history: Vec<(u64, Entry)> = (0..).zip(history).collect();
    for (index, entry) in &history {
        desk.apply(*index, entry).unwrap();
    }
    (desk, history)
}

/// Judges a history by itself: every decision has its signatures. Says how many decisions there were.
fn judge(history: &[(u64, Entry)]) -> usize {
    let mut decisions = 0;
    let mut workers = BTreeSet::new();
    let mut earlier_signers: BTreeSet<String> = BTreeSet::new();
    // since the last edit
    let mut proposal: Option<(String, Digest)> = None;
    let mut signed: Vec<(Actor, usize)> = Vec::new();
    let mut escalated = false;
    let mut said: std::collections::BTreeMap<String, (String, bool)> = std::collections::BTreeMap::new();
    let mut answer = None;
    let mut policy = None;
    for (_, entry) in history {
        let user = entry.by.user.clone();
        match &entry.step {
            Step::Enrol { .. } | Step::Note { .. } | Step::Assign { .. } | Step::LaterMatch { .. } => {
                continue;
            }
            Step::Escalate { .. } => escalated = true,
            Step::Sign { place, paper, .. } => {
                let (_, proposed) = proposal.as_ref().expect("signed without a proposal");
                assert_eq!(proposed, paper, "signed another paper");
                assert!(!workers.contains(&user), "{user} countersigned their own work");
                assert!(!earlier_signers.contains(&user), "{user} looked at their own decision again");
                assert!(signed.iter().all(|(other, _)| other.user != user), "{user} signed twice");
                assert_eq!(*place, signed.len() + 1, "out of order");
                signed.push((entry.by.clone(), *place));
            }
            Step::Decide { paper } => {
                decisions += 1;
                let (outcome, proposed) = proposal.take().expect("decided without a proposal");
                assert_eq!(proposed, *paper);
                let policy: &Policy = policy.expect("opened");
                let outcome = policy.outcome(&outcome).unwrap();
                let mut roles = outcome.signatures.clone();
                roles.extend(escalated.then_some(policy.escalation.role));
                assert_eq!(
                    signed.len(),
                    roles.len(),
                    "decided with {} of {} signatures",
                    signed.len(),
                    roles.len()
                );
                for ((who, _), role) in signed.iter().zip(&roles) {
                    assert!(who.roles.contains(role), "{} signed as {role}", who.user);
                }
                assert!(!workers.contains(&user), "{user} decided on their own work");
                if outcome.needs_matches {
                    assert!(
                        said.values().all(|(_, agreed)| *agreed),
                        "decided with an undecided possible match"
                    );
                }
                if outcome.needs_check {
                    let answer = answer.expect("decided without a check after the last change");
                    assert!(!outcome.never_with.contains(&answer), "{} with {answer}", outcome.id);
                }
                earlier_signers.extend(signed.drain(..).map(|(who, _)| who.user));
            }
            edit => {
                // an edit voids all
                (proposal, signed) = (None, Vec::new());
                match edit {
                    Step::Open { policy: own, .. } => policy = Some(own),
                    Step::Propose { outcome, paper, .. } => proposal = Some((outcome.clone(), *paper)),
                    Step::Match { id, .. } => {
                        said.insert(id.clone(), (String::new(), false));
                    }
                    Step::ProposeMatch { id, .. } => {
                        said.insert(id.clone(), (user.clone(), false));
                    }
                    Step::ConfirmMatch { id } => {
                        let (by, agreed) = said.get_mut(id).unwrap();
                        assert_ne!(*by, user, "one person decided a possible match alone");
                        *agreed = true;
                    }
                    Step::Appeal { .. } => escalated = false,
                    Step::Check { answer: given, .. } => answer = Some(*given),
                    _ => {}
                }
                if matches!(
                    edit,
                    Step::Facts { .. }
                        | Step::Match { .. }
                        | Step::ProposeMatch { .. }
                        | Step::ConfirmMatch { .. }
                        | Step::Appeal { .. }
                ) {
                    answer = None;
                }
                let review = matches!(
                    edit,
                    Step::ConfirmMatch { .. }
                        | Step::ReturnMatch { .. }
                        | Step::Return { .. }
                        | Step::Appeal { .. }
                );
                if !review {
                    workers.insert(user);
                }
            }
        }
    }
    decisions
}

fn cases() -> u32 {
    std::env::var("COUNTERSIGN_DESK_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}

/// How many decisions were reached: printed at the end, for whoever scales the number of cases up.
static DECIDED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

#[test]
fn random_histories_keep_the_rules() {
    no_history_breaks_the_rules();
    let decided = DECIDED.load(std::sync::atomic::Ordering::Relaxed);
    println!("{} histories, {decided} decisions", cases());
    assert!(decided > 0, "a property over histories in which nothing is decided says nothing");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    fn no_history_breaks_the_rules(tries in prop::collection::vec((0..PEOPLE, any_try()), 10..80)) {
        let (mut desk, mut history) = opened();
        let mut index = u64::try_from(history.len()).unwrap();
        for (person, what) in &tries {
            let now = time(index);
            let Some(step) = step(desk.case("C-2026-0001").unwrap(), what, *person, &now) else { continue };
            let entry = Entry::of_case("C-2026-0001", &actor(*person), &now, step);
            let before = desk.clone();
            let had = before.case("C-2026-0001").unwrap();
            match desk.apply(index, &entry) {
                Ok(()) => {
                    let case = desk.case("C-2026-0001").unwrap();
                    if entry.step.is_edit() {
                        prop_assert!(case.signatures.is_empty(), "an edit left a signature");
                        prop_assert!(!case.is_signed());
                    } else if !matches!(entry.step, Step::Sign { .. } | Step::Decide { .. }) {
                        prop_assert_eq!(&case.signatures, &had.signatures);
                    }
                    history.push((index, entry));
                    index += 1;
                }
                Err(_) => prop_assert_eq!(&desk, &before, "a refused step changed something"),
            }
        }
        let decided = judge(&history);
        prop_assert_eq!(decided, desk.case("C-2026-0001").unwrap().decisions.len());
        DECIDED.fetch_add(decided, std::sync::atomic::Ordering::Relaxed);
        // what the journal gives back is the same
        let mut replayed = Desk::default();
        for (index, entry) in &history {
            let text = serde_json::to_string(entry).unwrap();
            replayed.apply(*index, &serde_json::from_str(&text).unwrap()).unwrap();
        }
        prop_assert_eq!(&replayed, &desk);
    }
}

/// The property above is worth something only if decisions are reached in it.
#[test]
fn a_case_can_be_decided_appealed_and_decided_by_others() {
    let (mut desk, mut history) = opened();
    let mut go = |person: usize, what: Try| {
        let index = u64::try_from(history.len()).unwrap();
        let now = time(index);
        let step = step(desk.case("C-2026-0001").unwrap(), &what, person, &now).unwrap();
        let entry = Entry::of_case("C-2026-0001", &actor(person), &now, step);
        let result = desk.apply(index, &entry);
        if result.is_ok() {
            history.push((index, entry));
        }
        (result, judge(&history))
    };
    let honest = Try::Sign { honest: true, place_off: false };
    assert!(matches!(go(0, Try::Propose(0)).0, Err(Refused::Outcome(_))), "not checked yet");
    go(0, Try::Check(Answer::Proceed)).0.unwrap();
    go(0, Try::Match).0.unwrap();
    assert!(matches!(go(0, Try::Propose(0)).0, Err(Refused::Outcome(_))), "a possible match is undecided");
    go(0, Try::SayMatch(0, false)).0.unwrap();
    assert!(matches!(go(0, Try::ConfirmMatch(0)).0, Err(Refused::OwnWork(_))));
    go(1, Try::ConfirmMatch(0)).0.unwrap();
    assert!(
        matches!(go(0, Try::Propose(0)).0, Err(Refused::Outcome(_))),
        "the check is older than the match"
    );
    go(0, Try::Check(Answer::Proceed)).0.unwrap();
    go(0, Try::Propose(0)).0.unwrap();
    assert!(matches!(go(0, honest.clone()).0, Err(Refused::Role { .. })));
    assert!(matches!(go(2, Try::Decide).0, Err(Refused::Missing { missing: 1, needed: 1 })));
    assert!(matches!(go(2, Try::Sign { honest: false, place_off: false }).0, Err(Refused::Signature(_))));
    go(2, honest.clone()).0.unwrap();
    go(1, Try::Document(4)).0.unwrap();
    assert!(matches!(go(2, Try::Decide).0, Err(Refused::State { .. })), "an edit voids");
    go(0, Try::Propose(0)).0.unwrap();
    assert!(matches!(go(1, honest.clone()).0, Err(Refused::OwnWork(_))), "who added a document worked on it");
    go(2, honest.clone()).0.unwrap();
    assert_eq!(go(3, Try::Decide).1, 1);
    go(0, Try::Appeal).0.unwrap();
    go(0, Try::Check(Answer::Proceed)).0.unwrap();
    go(0, Try::Propose(0)).0.unwrap();
    assert!(matches!(go(2, honest.clone()).0, Err(Refused::EarlierSigner(_))));
    go(3, honest).0.unwrap();
    assert_eq!(go(4, Try::Decide).1, 2);
}
