//! What a keeper does not take in, though its form is whole and its signer may sign its kind: no reader would count it.

use super::town::*;
use super::*;
use countersign_model::Digest;

fn waal_key() -> String {
    seed(WAAL).public().to_string()
}

#[test]
fn an_id_is_whose_it_was_first() {
    let mut town = Town::new();
    let draft = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    for last in [None, Some(draft)] {
        let said = refused(town.text("2026-03-01", MINHO, "assessment:a", "operator:lab", last));
        assert_eq!(
            said,
            "`assessment:a` has been used by `Waal Rights Assessors` since entry 1; give this one another id"
        );
    }
    town.text("2026-03-01", MINHO, "assessment:m", "operator:lab", None).unwrap();
}

#[test]
fn a_final_text_brings_a_draft_of_its_own() {
    let mut town = Town::new();
    let draft = town.text("2026-01-12", WAAL, "assessment:a", "operator:lab", None).unwrap();
    let theirs = town.text("2026-01-13", MINHO, "assessment:m", "operator:lab", None).unwrap();
    let short = draft.short();
    let mut try_with =
        |id: &str, user: &str, draft: Digest| refused(town.text("2026-03-01", WAAL, id, user, Some(draft)));
    let said = try_with("assessment:b", "operator:lab", draft);
    assert!(
        said.contains(&format!(
            "the draft `{short}` (entry 1) is of `assessment:a`, and this text is `assessment:b`"
        )),
        "{said}"
    );
    let said = try_with("assessment:a", "operator:secret", draft);
    assert!(
        said.contains("about the end user `operator:lab`, and this text is about `operator:secret`"),
        "{said}"
    );
    let said = try_with("assessment:b", "operator:lab", theirs);
    assert!(said.contains("is of `Minho Institute`, and this text is of `Waal Rights Assessors`"), "{said}");
    town.text("2026-03-01", WAAL, "assessment:a", "operator:lab", Some(draft)).unwrap();
    let said = refused(town.text("2026-03-02", WAAL, "assessment:a", "operator:lab", Some(draft)));
    assert!(said.contains("served the final text of entry 3"), "{said}");
}

/// What was signed is what is shown (RED-01), and it is shown.
#[test]
fn a_text_leads_to_the_root_that_is_signed_and_is_public() {
    let mut town = Town::new();
    let mut changed = |change: fn(String) -> String| {
        let filing = Filing { vendor: "vendor:v", key: waal_key(), change };
        refused(town.text_as(&filing, "2026-01-12", WAAL, "assessment:a", "operator:lab", None))
    };
    let said = changed(|public| public.replace(r#""value":"\"24000\"""#, r#""value":"\"1\"""#));
    assert!(said.starts_with("RED-01: the fields lead to the root"), "{said}");
    let said = changed(|public| public.replace("assessment-public/1", "assessment-public/2"));
    assert!(
        said.contains("the text of the assessment cannot be read: ") && said.contains("its `schema` is"),
        "{said}"
    );
    let said = changed(|_| "{}".to_owned());
    assert!(said.contains("cannot be read"), "{said}");
}

#[test]
fn a_record_says_what_its_text_says() {
    let mut town = Town::new();
    let said =
        refused(town.text_filed("vendor:nobody", "2026-01-12", WAAL, "assessment:a", "operator:lab", None));
    assert!(said.contains("filed under the vendor `vendor:nobody`, and its text is of `vendor:v`"), "{said}");
    // what is refused leaves nothing behind
    assert_eq!(town.register().size(), 1);
}

/// The same answer without writing, also from a register that is open for reading.
#[test]
fn the_door_can_be_asked() {
    let mut town = Town::new();
    let own = town.live();
    let size = town.register().size();
    let content = suspension(own, "coup_or_emergency");
    let suspended = town.says("2026-03-10", PANEL, RecordKind::Suspension, content).unwrap();
    let predicate = json!({
        "about": ["assessment:a"], "by": {"name": "x"}, "date": "2026-03-12", "summary": "s",
        "content": reinstatement(suspended),
    });
    let reader = Register::open(town.register().dir()).unwrap();
    for (by, fits) in [(PANEL, true), (WAAL_JUDGE, false)] {
        let signed = sign(RecordKind::Reinstatement, predicate.clone(), by);
        let entry = NewEntry { signed: &signed, documents: BTreeMap::new(), withheld: BTreeSet::new() };
        let on = "2026-03-12T12:00:00Z".parse().unwrap();
        assert_eq!(reader.check(&entry, &on).is_ok(), fits);
        assert_eq!(town.register().check(&entry, &on).is_ok(), fits);
    }
    assert_eq!(town.register().size(), size + 1);
}
