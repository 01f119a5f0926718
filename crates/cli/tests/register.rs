//! A register from its first roster to a bundle that a stranger verifies, with the real program.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may say what it expects")]

mod common;

use common::{Desk, root};

/// A register with a registrar and an assessor, who is also an investigator.
struct Office {
    desk: Desk,
    register: String,
}

impl Office {
    fn new() -> Self {
        let desk = Desk::new();
        let register = desk.path("register").to_str().unwrap().to_owned();
        for name in ["registrar", "assessor", "stranger"] {
            let key = desk.path(&format!("{name}.key"));
            desk.run(&["key", "new", "--name", name, "--out", key.to_str().unwrap()]).expect(0);
        }
        let office = Self { desk, register };
        let registrar = office.key("registrar");
        let (dir, origin) = (office.register.clone(), "register.example.org");
        let args =
            ["register", "init", &dir, "--origin", origin, "--keeper", "Registry", "--key", &registrar];
        office.desk.run(&args).expect(0);
        let text = template("accreditation");
        let member = text.find("ed25519:").unwrap();
        let text = text.replace(&text[member..member + 72], &office.public("assessor"));
        let text = text.replace("roles: [assessor]", "roles: [assessor, investigator]");
        office.append("accreditation", &text, "registrar", &[]).expect(0);
        office
    }

    fn key(&self, name: &str) -> String {
        self.desk.path(&format!("{name}.key")).to_str().unwrap().to_owned()
    }

    fn public(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.key(name) + ".pub").unwrap();
        text.split(' ').next().unwrap().to_owned()
    }

    fn vkey(&self) -> String {
        std::fs::read_to_string(self.desk.path("register/register.vkey")).unwrap().trim().to_owned()
    }

    fn append(&self, name: &str, text: &str, key: &str, documents: &[&str]) -> common::Ran {
        let file = self.desk.write(&format!("{name}.yaml"), text);
        let key = self.key(key);
        let mut args = vec!["register", "append", &file, "--register", &self.register, "--key", &key];
        for document in documents {
            args.extend(["--document", document]);
        }
        self.desk.run(&args)
    }

    fn finding(&self, text: &str, key: &str) -> common::Ran {
        let pdf = self.desk.write("scan.pdf", b"%PDF a scan");
        let stix = self.desk.write("stix.json", INDICATORS);
        let (pdf, stix) = (format!("source-1.pdf={pdf}"), format!("indicators.json={stix}"));
        self.append("finding", text, key, &[&pdf, &stix])
    }
}

const INDICATORS: &str = r#"{"type":"bundle","id":"bundle--44af6c39-c09b-49c5-9de2-394224b04982","objects":[
{"type":"indicator","spec_version":"2.1","id":"indicator--d81f86b9-975b-4c0b-875e-810c5ad45a4f",
"created":"2026-08-11T00:00:00Z","modified":"2026-08-11T00:00:00Z","valid_from":"2026-08-11T00:00:00Z",
"pattern":"[domain-name:value = 'collector.example']","pattern_type":"stix"}]}"#;

fn template(kind: &str) -> String {
    std::fs::read_to_string(root().join(format!("examples/register/{kind}.yaml"))).unwrap()
}

#[test]
fn a_finding_is_appended_found_handed_out_and_verified() {
    let office = Office::new();
    let ran = office.finding(&template("finding"), "assessor").expect(0);
    assert!(ran.out.starts_with("entry 2  finding  "), "{}", ran.out);
    let place = ["--register", office.register.as_str()];
    let shown = office.desk.run(&[&["register", "show", "2"][..], &place].concat()).expect(0);
    assert!(shown.out.contains("conclusion: confirmed"), "{}", shown.out);
    let subject = ["register", "subject", "vendor:example-vendor", "--prove", "--json"];
    let found = office.desk.run(&[&subject[..], &place].concat()).expect(0).json();
    assert_eq!(found["entries"][0]["index"], 2);
    assert_eq!(
        (found["replayed"]["tree_size"].as_u64(), found["replayed"]["found"].as_u64()),
        (Some(3), Some(1))
    );

    let bundle = office.desk.path("proof.json").to_str().unwrap().to_owned();
    office.desk.run(&[&["register", "bundle", "2", "-o", &bundle][..], &place].concat()).expect(0);
    let verified = office.desk.run(&["verify", &bundle, "--key", &office.vkey()]).expect(0);
    assert!(verified.out.contains("A. Assessor"), "{}", verified.out);
    assert!(verified.out.contains("its time: the word of the log's keeper alone"), "{}", verified.out);
    let other = office.vkey().replacen("register.example.org", "register.example.net", 1);
    office.desk.run(&["verify", &bundle, "--key", &other]).expect(2);
    office.desk.run(&[&["register", "verify", "--key", &office.vkey()][..], &place].concat()).expect(0);
}

#[test]
fn what_may_not_be_signed_is_refused_and_nothing_is_left_behind() {
    let office = Office::new();
    let text = template("finding");
    let refused = |text: &str, key: &str, why: &str| {
        let ran = office.finding(text, key).expect(2);
        assert!(ran.err.contains(why), "{}", ran.err);
    };
    refused(&text, "stranger", "nobody there answers for");
    refused(&text, "registrar", "may not sign a finding");
    refused(&text.replace("tier: E3", "tier: E4"), "assessor", "E4");
    refused(
        &text.replace("publisher: Example Times", "publisher: Example Lab"),
        "assessor",
        "two publishers",
    );
    refused(&text.replace("at_least: 5", "at_least: 4"), "assessor", "could be recognised");
    refused(&text.replace("without a warrant", "of anna@example.org"), "assessor", "e-mail address");
    refused(&text.replace("without a warrant", "with +46 70 123 45 67"), "assessor", "telephone number");
    refused(&text.replace("protects_people: 'yes'", "protects_people: 'no'"), "assessor", "not confirmed");
    refused(
        &text.replace("to: {kind: investigator, name: Example Lab}", "to: {kind: investigator}"),
        "assessor",
        "no `name`",
    );
    refused(
        &text.replace("  conclusion:", "  victim: somebody\n  conclusion:"),
        "assessor",
        "unknown field `victim`",
    );
    refused(&text.replace("kind: finding", "kind: verdict"), "assessor", "no kind of record");
    refused(&text.replace("\"vendor:example-vendor\", ", ""), "assessor", "a search would not find it");
    let listed = office.desk.run(&["register", "list", "--register", &office.register]).expect(0);
    assert_eq!(listed.out.lines().count(), 2, "{}", listed.out);
    office.desk.run(&["register", "verify", "--register", &office.register]).expect(0);
}

#[test]
fn every_kind_has_a_template_that_holds() {
    use countersign_verify::records::Record;
    use countersign_verify::{Keeper, RecordKind};
    let desk = Desk::new();
    let listed = desk.run(&["register", "template"]).expect(0);
    let kinds: Vec<_> = RecordKind::ALL.iter().filter(|kind| kind.keeper() == Keeper::Register).collect();
    assert_eq!(listed.out.lines().count(), kinds.len());
    for kind in kinds {
        if *kind == RecordKind::KeyChange {
            desk.run(&["register", "template", kind.as_str()]).expect(0);
        }
        let text = desk.run(&["register", "template", kind.as_str()]).expect(0).out;
        let mut tree = countersign_case::read_tree(&text, kind.as_str(), 1 << 20).unwrap();
        assert_eq!(tree.as_object_mut().unwrap().shift_remove("kind").unwrap(), kind.as_str());
        Record::draft(*kind, &tree).unwrap();
    }
}
