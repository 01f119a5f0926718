//! Commitments, the public version, and what breaks them (assessment method, section 6).

use crate::common::{day, good};
use countersign_assessments::{
    Assessment, Commitment, Day, Opening, PublicField, PublicVersion, Redaction, RedactionFault, Value,
    Withheld, WithheldClass, check_redaction, commit, disclose, public_document, publish,
};
use countersign_model::Digest;
use proptest::prelude::*;
use serde_json::json;

/// Salts that are all different: 1, 1 … and 2, 2 … and so on.
fn salts() -> impl FnMut() -> [u8; 32] {
    let mut n = 0u32;
    move || {
        n += 1;
        let mut salt = [0; 32];
        for (byte, part) in salt.iter_mut().zip(n.to_le_bytes().iter().cycle()) {
            *byte = *part;
        }
        salt
    }
}

fn redaction(path: &str) -> Redaction {
    Redaction {
        path: path.into(),
        class: WithheldClass::C,
        reason: "price list".into(),
        decided_by: "assessor".into(),
        review_date: Day(day("2027-03-30")),
    }
}

/// The commitment of the good document and its public version without the path.
fn withheld(path: &str) -> (Commitment, PublicVersion) {
    let document = serde_json::to_value(good()).unwrap();
    let commitment = commit(&document, salts()).unwrap();
    let public = publish(&commitment, &[redaction(path)]).unwrap();
    (commitment, public)
}

fn failed(public: &PublicVersion, root: &Digest) -> Vec<String> {
    let report = check_redaction(public, root, Some(root), day("2026-03-30"), day("2026-05-01")).unwrap();
    report.failed.into_iter().map(|(rule, _)| rule).collect()
}

/// Computed by a second implementation (Python's hashlib).
#[test]
fn the_root_is_that_of_the_test_vector() {
    let document = json!({
        "title": "Größe", "parties": [], "conclusion": "no",
        "answers": { "PC-01": { "tier": "E1", "answer": ["content"] } },
    });
    let mut n = 0u8;
    let commitment = commit(&document, || {
        n += 1;
        [n; 32]
    })
    .unwrap();
    let leaves: Vec<(String, String)> =
        commitment.openings.iter().map(|o| (o.path.clone(), o.leaf().unwrap().to_string())).collect();
    let expected = [
        ("answers/PC-01/answer/0", "8c730254d6283ec80d06107bfdf1ddfc5ae1299960e6ccee85df34c353333b1a"),
        ("answers/PC-01/tier", "8c4c06e29e7205c925fa7a64e0c981a3ce1eacc196e66147c15fb3fbd71fc40f"),
        ("conclusion", "021a9487d86af6a61a5452700ba3089e28d5544341f199a30ebaedc73508aea8"),
        ("parties", "7fa8a6a4402a5c83d51592649227c695a6a0f30d0bd386e0863d67fe74220614"),
        ("title", "a741e7555d535fec9b3d8fc60439b4ecc545e65b36b1355363dd5822c3cac5eb"),
    ];
    assert_eq!(leaves, expected.map(|(p, l)| (p.to_owned(), l.to_owned())));
    assert_eq!(
        commitment.root.to_string(),
        "2f6b7355c6179d15f25bc55a70dab2aa63e91da1cada621e39f961bcd41201ab"
    );
}

#[test]
fn a_withheld_field_is_gone_and_the_root_still_comes_out() {
    let (commitment, public) = withheld("answers/PC-12");
    let text = serde_json::to_string(&public).unwrap();
    let hidden: Vec<&Opening> =
        commitment.openings.iter().filter(|o| o.path.starts_with("answers/PC-12/")).collect();
    assert!(hidden.len() >= 2);
    for opening in hidden {
        assert!(!text.contains(&opening.salt) && text.contains(&opening.path));
    }
    let again: PublicVersion = serde_json::from_str(&text).unwrap();
    assert_eq!(again, public);
    assert_eq!(failed(&again, &commitment.root), [""; 0]);
}

#[test]
fn a_reader_gets_the_document_back_but_for_what_is_withheld() {
    let document = serde_json::to_value(good()).unwrap();
    let commitment = commit(&document, salts()).unwrap();
    let whole = public_document(&publish(&commitment, &[]).unwrap(), None).unwrap();
    assert_eq!(Assessment::from_json(&whole, "whole").unwrap(), sorted(good()));
    let (_, public) = withheld("answers/PC-12");
    let read = Assessment::from_json(&public_document(&public, None).unwrap(), "open").unwrap();
    assert!(!read.answers.contains_key("PC-12"));
    let mut expected = sorted(good());
    expected.answers.shift_remove("PC-12");
    assert_eq!(read, expected);
    // a text that must be there is replaced by a stand-in
    let (_, public) = withheld("title");
    assert!(Assessment::from_json(&public_document(&public, None).unwrap(), "open").is_err());
    let read = Assessment::from_json(&public_document(&public, Some("withheld")).unwrap(), "open").unwrap();
    assert_eq!(read.title, "withheld");
}

/// Maps come back in the order of their keys.
fn sorted(mut document: Assessment) -> Assessment {
    document.answers.sort_keys();
    document.summaries.sort_keys();
    for answer in document.answers.values_mut() {
        match &mut answer.answer {
            Value::Rows(rows) => rows.iter_mut().for_each(|row| row.sort_keys()),
            Value::Days(row) => row.sort_keys(),
            _ => {}
        }
    }
    document
}

#[test]
fn what_may_never_be_withheld() {
    for path in
        ["answers/PC-03", "conclusion", "end_user", "fees/amount", "impacts/0/residual", "parties/1/name"]
    {
        let (commitment, public) = withheld(path);
        assert!(failed(&public, &commitment.root).contains(&"RED-03".to_owned()), "{path}");
    }
    let document = serde_json::to_value(good()).unwrap();
    let commitment = commit(&document, salts()).unwrap();
    let none = publish(&commitment, &[redaction("answers/PC-99")]).unwrap_err();
    assert_eq!(none, RedactionFault::NoSuchPath("answers/PC-99".into()));
}

#[test]
fn limits_reasons_and_dates() {
    let (commitment, mut public) = withheld("answers/PC-12");
    let root = commitment.root;
    let at = |public: &PublicVersion, as_of: &str, reviewed: Option<&Digest>| {
        let report = check_redaction(public, &root, reviewed, day("2026-03-30"), day(as_of)).unwrap();
        report.failed.into_iter().map(|(rule, _)| rule).collect::<Vec<_>>()
    };
    assert!(at(&public, "2027-03-30", Some(&root)).is_empty());
    assert!(at(&public, "2027-03-31", Some(&root)).contains(&"RED-06".into()));
    assert_eq!(at(&public, "2026-05-01", None), ["RED-05"]);
    assert_eq!(at(&public, "2026-05-01", Some(&Digest::of(b"other"))), ["RED-05"]);
    for field in &mut public.fields {
        if let PublicField::Withheld(field) = field {
            field.review_date = Day(day("2029-03-31"));
        }
    }
    assert!(at(&public, "2026-05-01", Some(&root)).contains(&"RED-02".into()));
    for empty in
        [|field: &mut Withheld| field.reason = " ".into(), |field: &mut Withheld| field.decided_by.clear()]
    {
        let (commitment, mut public) = withheld("answers/PC-12");
        public.fields.iter_mut().for_each(|field| {
            if let PublicField::Withheld(field) = field {
                empty(field);
            }
        });
        assert!(failed(&public, &commitment.root).contains(&"RED-02".to_owned()));
    }
    let many = publish(&commitment, &[redaction("summaries"), redaction("answers")]).unwrap();
    assert!(at(&many, "2026-05-01", Some(&root)).contains(&"RED-04".into()));
}

#[test]
fn only_the_true_value_can_be_disclosed_later() {
    let (commitment, public) = withheld("answers/PC-12");
    let opening = commitment.openings.iter().find(|o| o.path == "answers/PC-12/tier").unwrap();
    let opened = disclose(&public, opening).unwrap();
    assert!(failed(&opened, &commitment.root).is_empty());
    let lie = Opening { value: "\"E4\"".into(), ..opening.clone() };
    assert!(matches!(disclose(&public, &lie), Err(RedactionFault::Damaged(_))));
}

#[test]
fn tampering_is_named() {
    let (commitment, public) = withheld("answers/PC-12");
    let check = |public: &PublicVersion| {
        check_redaction(
            public,
            &commitment.root,
            Some(&commitment.root),
            day("2026-03-30"),
            day("2026-05-01"),
        )
    };
    for n in 0..public.fields.len() {
        let mut changed = public.clone();
        match &mut changed.fields[n] {
            PublicField::Open(opening) => opening.value.push(' '),
            PublicField::Withheld(field) => field.leaf = Digest::of(b"another"),
        }
        assert!(matches!(check(&changed), Err(RedactionFault::Root { .. })), "{n}");
        let mut left_out = public.clone();
        left_out.fields.remove(n);
        assert!(matches!(check(&left_out), Err(RedactionFault::Root { .. })), "{n}");
    }
    let mut swapped = public.clone();
    swapped.fields.swap(0, 1);
    assert!(matches!(check(&swapped), Err(RedactionFault::Damaged(why)) if why.contains("out of order")));
    let mut reused = public.clone();
    let first = match &public.fields[0] {
        PublicField::Open(opening) => opening.salt.clone(),
        PublicField::Withheld(_) => panic!("the first field is open"),
    };
    if let PublicField::Open(opening) = &mut reused.fields[1] {
        opening.salt = first;
    }
    assert!(matches!(check(&reused), Err(RedactionFault::Damaged(why)) if why.contains("used before")));
    let mut short = public.clone();
    if let PublicField::Open(opening) = &mut short.fields[0] {
        opening.salt = "00".repeat(15);
    }
    assert!(matches!(check(&short), Err(RedactionFault::Damaged(why)) if why.contains("15 bytes")));
    // a decoy is a field that the signed root does not have
    let mut decoy = public;
    let extra = Opening { path: "zzz".into(), salt: "ab".repeat(32), value: "1".into() };
    decoy.fields.push(PublicField::Open(extra));
    assert!(matches!(check(&decoy), Err(RedactionFault::Root { .. })));
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let scalar = prop_oneof![
        any::<bool>().prop_map(|b| json!(b)),
        any::<i32>().prop_map(|n| json!(n)),
        "[a-zé/~\" ]{0,6}".prop_map(|t| json!(t)),
    ];
    scalar.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(|v| json!(v)),
            proptest::collection::btree_map("[a-z/~]{1,4}", inner, 0..4).prop_map(|m| json!(m)),
        ]
    })
}

proptest! {
    /// Two documents have one root only if they are the same; no two fields share a path.
    #[test]
    fn a_root_stands_for_one_document(a in value(), b in value()) {
        let (ca, cb) = (commit(&a, salts()).unwrap(), commit(&b, salts()).unwrap());
        prop_assert_eq!(ca.root == cb.root, a == b);
        let paths: std::collections::BTreeSet<_> = ca.openings.iter().map(|o| &o.path).collect();
        prop_assert_eq!(paths.len(), ca.openings.len());
    }
}
