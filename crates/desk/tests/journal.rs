//! The desk in a real journal: steps are kept, read back, and a countersignature is verified by a stranger.

use countersign_desk::*;
use countersign_identity::Role;
use countersign_model::{Digest, parse_date};
use countersign_store::Store;
use countersign_verify::{BundleFault, Seed, verify_bundle};

const TIME: &str = "2026-11-25T10:00:00Z";

fn actor(user: &str, role: Role) -> Actor {
    Actor { user: user.to_owned(), name: format!("Name of {user}"), roles: [role].into() }
}

#[test]
fn a_stranger_verifies_who_countersigned_what() {
    let home = tempfile::tempdir().unwrap();
    let mut store = Store::init(home.path()).unwrap();
    let mut seen = DeskReader::default();
    let (anna, boris) = (actor("u-anna", Role::Analyst), actor("u-boris", Role::Approver));
    let seed = Seed::from_bytes(&[8; 32]);
    let open = Step::Open {
        kind: CaseKind::Party,
        title: "A new customer".to_owned(),
        applicant: "Ωmega 株式会社".to_owned(),
        facts: None,
        due: parse_date("2026-12-24").unwrap(),
        policy: Policy::embedded().unwrap(),
    };
    append(&mut store, &mut seen, &Entry::of_case("C-2026-0001", &anna, TIME, open), &[]).unwrap();
    let case = seen.desk.case("C-2026-0001").unwrap().clone();
    let draft = paper::Draft {
        outcome: "refuse",
        reason: "the owner is unknown\nDECISION PAPER of another case\u{202e}",
        conditions: &[],
        evidence: &[],
        by: &anna,
        time: TIME,
        language: countersign_pages::Language::English,
    };
    let text = paper::paper(&case, &draft).unwrap();
    assert!(text.contains("Ωmega 株式会社"));
    assert!(!text.contains("\nDECISION PAPER of") && !text.contains('\u{202e}'), "{text}");
    let paper = Digest::of(text.as_bytes());
    let propose = Step::Propose {
        outcome: "refuse".to_owned(),
        reason: draft.reason.to_owned(),
        conditions: Vec::new(),
        evidence: Vec::new(),
        paper,
    };
    let entry = Entry::of_case("C-2026-0001", &anna, TIME, propose);
    append(&mut store, &mut seen, &entry, &[("paper.txt", text.as_bytes())]).unwrap();

    let case = seen.desk.case("C-2026-0001").unwrap().clone();
    let wanted = Countersigning { case: &case, by: &boris, time: TIME, paper };
    let (place, signature) = sign(&wanted, &seed).unwrap();
    let key = seed.public().to_string();
    let step = Step::Sign { place, paper, key: key.clone(), signature };
    let signed = Entry::of_case("C-2026-0001", &boris, TIME, step);
    let size = store.log().size();
    let unknown = append(&mut store, &mut seen, &signed, &[("paper.txt", text.as_bytes())]).unwrap_err();
    assert!(matches!(unknown, DeskFault::Refused(Refused::Key(_))), "{unknown}");
    assert_eq!(store.log().size(), size, "a refused step is not written");
    let enrol = Entry::of_person(&boris, TIME, Step::Enrol { key: key.clone() });
    let documents: &[(&str, &[u8])] = &[("paper.txt", text.as_bytes())];
    let written = append_with(&mut store, &mut seen, &[(&enrol, &[]), (&signed, documents)], &[]).unwrap();
    let index = written.receipts.last().unwrap().index;

    // a stranger, offline
    let bundle = store.bundle(index).unwrap();
    let verified = verify_bundle(&bundle, Some(&store.trusted_keys())).unwrap();
    assert_eq!(verified.documents.values().next().unwrap(), text.as_bytes());
    // a false signature of the person inside a record that the installation signed
    let forger = Seed::from_bytes(&[9; 32]);
    let (_, false_one) = sign(&wanted, &forger).unwrap();
    let lie = Entry { step: Step::Sign { place, paper, key, signature: false_one }, ..signed.clone() };
    let envelope = store
        .sign_statement(
            countersign_store::Kind::Countersignature,
            [("paper.txt", paper)],
            serde_json::to_value(&lie).unwrap(),
        )
        .unwrap();
    let document = envelope.to_bytes().unwrap();
    let record = countersign_store::NewRecord {
        kind: countersign_store::Kind::Countersignature,
        time: TIME.parse().unwrap(),
        subject: "C-2026-0001",
        document: &document,
        documents: Default::default(),
        extra: Default::default(),
    };
    let at = store.append(&record).unwrap().index;
    let fault = store.bundle(at).unwrap_err();
    assert!(
        matches!(
            &fault,
            countersign_store::StoreFault::Bundle { source: BundleFault::Countersignature(_), .. }
        ),
        "{fault}"
    );
    // and the desk stops at it rather than believe it
    assert!(matches!(seen.catch_up(&store), Err(DeskFault::Entry { index, .. }) if index == at));
    let mut again = DeskReader::default();
    assert!(again.catch_up(&store).is_err());
    assert_eq!(again.desk, seen.desk, "up to there it is the same");
}
