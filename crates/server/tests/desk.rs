//! The journey of two people and more: from an application to a decision that a stranger verifies.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

mod people;

use std::io::Read as _;
use std::path::Path;

use countersign_store::{Access, Store};
use countersign_verify::{TrustedKeys, verify_bundle};
use people::{PASSWORD, Server};
use serde_json::json;

fn example(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path)).unwrap()
}

#[test]
fn four_eyes_from_the_application_to_the_verified_decision() {
    let server = Server::start();
    let mut root = server.set_up();
    let mut anna = server.person(&mut root, "anna", "Anna Analyst", &["analyst"]);
    let mut boris = server.person(&mut root, "boris", "Boris Approver", &["approver"]);
    let mut carla = server.person(&mut root, "carla", "Carla Both", &["analyst", "approver"]);
    let mut dora = server.person(&mut root, "dora", "Dora Auditor", &["auditor"]);

    anna.get("/desk/new").expect(200);
    let facts = example("licensing/forensic-kits-cl.yaml");
    let form = [
        ("title", "Kits for <Chile>"),
        ("applicant", "Amstel Δ 株式会社"),
        ("kind", "application"),
        ("facts", facts.as_str()),
    ];
    let case = anna.post("/desk/cases", &form).expect(303).to();
    assert_eq!(case, "/desk/cases/C-2026-0001");
    anna.get(&case).expect(200).says("Kits for &#60;Chile&#62;").says("a check against the law");
    // a wrong case file is refused at the door, with what is wrong
    anna.get("/desk/new").expect(200);
    let wrong = [("title", "x"), ("applicant", "y"), ("facts", "action: fly\n")];
    anna.post("/desk/cases", &wrong).expect(422).says("case.yaml: line 1");
    // a field that is not known is not ignored
    anna.post("/desk/cases", &[("title", "x"), ("applicant", "y"), ("dude", "2026-01-01")])
        .expect(400)
        .says("dude");

    let to = |what: &str| format!("{case}/{what}");
    let propose = [
        ("outcome", "grant_with_conditions"),
        ("reason", "a licence covers it"),
        ("condition", "report yearly\nno resale"),
    ];
    anna.get(&case).expect(200);
    anna.post(&to("propose"), &propose).expect(422).says("not checked against the law");
    anna.post(&to("check"), &[]).expect(303);
    anna.get(&case).expect(200).says("CONDITIONS").says("EU-DUR-3.1").says("Art 3(1)");
    anna.post(&to("ask"), &[("text", "Who trains the users?")]).expect(303);
    anna.get(&case).expect(200).says("2026-06-15");
    anna.post(&to("propose"), &propose).expect(422).says("1 questions");
    anna.post(&to("answer"), &[("question", "q1"), ("text", "We do.")]).expect(303);
    anna.post(&to("note"), &[("text", "called them")]).expect(303);
    anna.post(&to("propose"), &propose).expect(303);

    // the other one sees exactly what is signed
    let page =
        boris.get(&case).expect(200).says("number 1: approver").says("condition 1   report yearly").text();
    let paper =
        |page: &str| page.split("name=\"paper\" value=\"").nth(1).unwrap().get(..64).unwrap().to_owned();
    let first = paper(&page);
    assert!(boris.get("/desk/mine").expect(200).text().contains("your countersignature is the next"));
    // never one's own work, whatever is sent
    anna.get(&case).expect(200);
    anna.post(&to("sign"), &[("paper", &first), ("password", PASSWORD)])
        .expect(403)
        .says("needs one of the roles");
    boris
        .post(&to("sign"), &[("paper", &first), ("password", "not the password")])
        .expect(403)
        .says("password is wrong");
    boris.post(&to("decide"), &[("paper", &first)]).expect(409).says("1 of 1 signatures are missing");
    boris.post(&to("sign"), &[("paper", &first), ("password", PASSWORD)]).expect(303);
    boris.get(&case).expect(200).says("Boris Approver");
    boris.post(&to("sign"), &[("paper", &first), ("password", PASSWORD)]).expect(409);

    // Carla adds a document: the signature is void, and she cannot sign any more
    carla.get(&case).expect(200);
    let document =
        [("name", "brochure.txt"), ("from", "applicant"), ("text", "a brochure"), ("about", "the kit")];
    carla.post(&to("document"), &document).expect(303);
    boris.get(&case).expect(200).says("voided by a change: document");
    boris.post(&to("decide"), &[("paper", &first)]).expect(409);
    anna.get(&case).expect(200);
    anna.post(&to("propose"), &propose).expect(303);
    let second = paper(&boris.get(&case).expect(200).text());
    assert_ne!(first, second);
    boris
        .post(&to("sign"), &[("paper", &first), ("password", PASSWORD)])
        .expect(409)
        .says("changed since it was shown");
    carla.get(&case).expect(200).says("worked on this");
    carla.post(&to("sign"), &[("paper", &second), ("password", PASSWORD)]).expect(403).says("another person");
    boris.post(&to("sign"), &[("paper", &second), ("password", PASSWORD)]).expect(303);
    boris.post(&to("decide"), &[("paper", &second)]).expect(303);

    boris.get(&case).expect(200).says("The act may go ahead on conditions");
    boris.get(&to("letter")).expect(200).says("Amstel Δ 株式会社").says("report yearly");
    let printed = boris.get(&format!("{case}/paper?decision=1&format=pdf")).expect(200);
    assert!(printed.bytes.starts_with(b"%PDF-") && printed.headers["content-type"] == "application/pdf");
    let posted = boris.get(&format!("{case}/letter?format=pdf")).expect(200);
    boris.get(&format!("{case}/letter?format=docx")).expect(400);
    let signed = boris.get(&format!("{case}/paper?format=txt")).expect(200);
    assert_eq!(
        countersign_model::Digest::of(&signed.bytes).to_string(),
        second,
        "the bytes that were signed"
    );
    anna.get(&case).expect(200);
    anna.post(&to("note"), &[("text", "a note comes late")]).expect(303);
    anna.post(&to("document"), &document).expect(409).says("only an appeal opens it again");

    // an examiner takes all of it away and needs nobody's word
    dora.get("/desk/audit").expect(200).says("key enrolled");
    let rows = dora.get("/desk/audit.json").expect(200).json();
    assert!(
        rows["entries"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["do"] == "sign" && row["by"] == "Boris Approver")
    );
    dora.get("/desk/audit.csv").expect(200).says("Boris Approver");
    let log = dora.get("/desk/audit.pdf?case=C-2026-0001").expect(200);
    assert!(log.bytes.starts_with(b"%PDF-"));
    assert_eq!(
        log.bytes,
        dora.get("/desk/audit.pdf?case=C-2026-0001").expect(200).bytes,
        "the same log, the same file"
    );
    dora.get("/desk/audit").expect(200).says("audit.pdf");
    let zip = dora.get("/desk/audit.zip?case=C-2026-0001").expect(200);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip.bytes)).unwrap();
    let store = Store::open(server.home.path(), Access::Read).unwrap();
    let trusted: TrustedKeys = store.trusted_keys();
    let mut verified = 0;
    let mut persons = 0;
    for n in 0..archive.len() {
        let mut file = archive.by_index(n).unwrap();
        let name = file.name().unwrap().into_owned();
        if name == "keys.txt" {
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            // the command of the README in the archive reads it
            countersign_verify::Policy::parse(&text).unwrap();
            continue;
        }
        if name.starts_with("bundles/") {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            let bundle = verify_bundle(&bytes, Some(&trusted)).unwrap_or_else(|e| panic!("{name}: {e}"));
            verified += 1;
            persons += usize::from(bundle.kind.as_str() == "countersignature");
        }
    }
    assert!(verified > 10 && persons == 2, "{verified} bundles, {persons} countersignatures");

    // the same again from the journal alone, as after a restart
    let mut again = countersign_desk::DeskReader::default();
    again.catch_up(&store).unwrap();
    let case = again.desk.case("C-2026-0001").unwrap();
    assert_eq!(case.decisions.len(), 1);
    assert_eq!(case.state, countersign_desk::CaseState::Decided);

    // what was printed is what the signed entry of the decision names
    let kept = store.entry(case.decisions[0].by.index).unwrap().documents;
    for (name, sent) in [("paper.pdf", &printed), ("letter.pdf", &posted)] {
        let digest = kept.get(&name.parse().unwrap()).copied().unwrap();
        assert_eq!(digest, countersign_model::Digest::of(&sent.bytes), "{name}");
    }
}

/// Who proposes says in which language the paper and the letter are; who reads the pages in another sees them as they are.
#[test]
fn a_paper_in_german_is_signed_and_sent_in_german() {
    let server = Server::start();
    let mut root = server.set_up();
    let mut anna = server.person(&mut root, "anna", "Anna Analyst", &["analyst"]);
    let mut boris = server.person(&mut root, "boris", "Boris Approver", &["approver"]);
    anna.get("/desk/new").expect(200);
    let form = [("title", "A customer"), ("applicant", "Käufer & Söhne"), ("kind", "party")];
    let case = anna.post("/desk/cases", &form).expect(303).to();
    let to = |what: &str| format!("{case}/{what}");
    anna.get(&case).expect(200);
    let propose = [("outcome", "refuse"), ("reason", "{by} fehlt"), ("language", "fr")];
    anna.post(&to("propose"), &propose).expect(400).says("`en` or `de`");
    let propose = [("outcome", "refuse"), ("reason", "{by} fehlt"), ("language", "de")];
    anna.post(&to("propose"), &propose).expect(303);
    let page = boris.get(&case).expect(200).says("lang=\"de\" tabindex").text();
    let paper = page.split("name=\"paper\" value=\"").nth(1).unwrap().get(..64).unwrap().to_owned();
    let text = boris.get(&to("paper?format=txt")).expect(200).text();
    for line in [
        "ENTSCHEIDUNGSPAPIER (countersign paper/1, de)",
        "betrifft      Käufer & Söhne",
        "Begründung    {by} fehlt",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(boris.get(&to("paper?format=pdf")).expect(200).bytes.starts_with(b"%PDF-"));
    boris.post(&to("sign"), &[("paper", &paper), ("password", PASSWORD)]).expect(303);
    boris.get(&case).expect(200);
    boris.post(&to("decide"), &[("paper", &paper)]).expect(303);
    let letter = boris.get(&to("letter?format=txt")).expect(200).text();
    for line in ["An: Käufer & Söhne", "Entscheidung: Die Handlung wird abgelehnt.", &paper] {
        assert!(letter.contains(line), "{line}: {letter}");
    }
}

#[test]
fn a_possible_match_is_decided_by_two_and_remembered_by_screening() {
    let server = Server::start();
    let mut root = server.set_up();
    let mut anna = server.person(&mut root, "anna", "Anna Analyst", &["analyst"]);
    let mut boris = server.person(&mut root, "boris", "Boris Analyst", &["analyst"]);
    anna.get("/desk/new").expect(200);
    let form = [("title", "A bakery"), ("applicant", "Candiru Bakery"), ("kind", "party")];
    let case = anna.post("/desk/cases", &form).expect(303).to();
    anna.get(&case).expect(200);
    let to = |what: &str| format!("{case}/{what}");
    anna.post(&to("screen"), &[("name", "Candiru"), ("kind", "Organization"), ("country", "FR")]).expect(303);
    anna.get("/desk").expect(200).says("Candiru");
    let page = anna.get(&to("matches/m1")).expect(200).text();
    for words in ["Side by side", "Likeness", "country", "FR"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // twice the same screening is one possible match
    anna.post(&to("screen"), &[("name", "Candiru"), ("kind", "Organization"), ("country", "FR")]).expect(303);
    assert_eq!(
        anna.get("/v1/desk/queue").expect(200).json()["possible_matches"].as_array().unwrap().len(),
        1
    );

    anna.get(&to("matches/m1")).expect(200);
    anna.post(&to("say"), &[("match", "m1"), ("verdict", "not_same"), ("reason", "")])
        .expect(400)
        .says("reason");
    anna.post(
        &to("say"),
        &[("match", "m1"), ("verdict", "later"), ("reason", "wait for papers"), ("until", "2026-06-03")],
    )
    .expect(303);
    assert!(anna.get("/v1/desk/queue").expect(200).json()["possible_matches"].as_array().unwrap().is_empty());
    anna.get(&case).expect(200);
    let refused = [("outcome", "grant"), ("reason", "x")];
    anna.post(&to("propose"), &refused).expect(422);
    anna.post(&to("say"), &[("match", "m1"), ("verdict", "not_same"), ("reason", "a bakery in Lyon")])
        .expect(303);
    anna.post(&to("confirm"), &[("match", "m1")]).expect(403).says("another person");
    let journal = || {
        let store = Store::open(server.home.path(), Access::Read).unwrap();
        store
            .entries()
            .map(|entry| entry.unwrap().1.kind.as_str())
            .filter(|kind| *kind == "disposition")
            .count()
    };
    assert_eq!(journal(), 0, "one person alone decides nothing");
    boris.get(&to("matches/m1")).expect(200).says("I agree");
    boris.post(&to("confirm"), &[("match", "m1")]).expect(303);
    assert_eq!(journal(), 1);

    let store = Store::open(server.home.path(), Access::Read).unwrap();
    let dispositions = countersign_operations::dispositions::Dispositions::load(Some(&store)).unwrap();
    let found: Vec<_> =
        dispositions.about("Candiru", countersign_model::EntitySchema::Organization).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].by, "Anna Analyst and Boris Analyst");
    assert_eq!(found[0].schema, "disposition/3");
    // programs see the same
    let key = boris.make_key(&["desk"], "5");
    let mut program = boris.with_key(&key);
    let seen = program.get("/v1/desk/cases/C-2026-0001").expect(200).json();
    assert_eq!(seen["matches"][0]["state"], "decided");
    program.post_json("/v1/desk/cases/C-2026-0001/note", &json!({ "text": "by a program" })).expect(201);
    program.post_json("/v1/desk/cases/C-2026-0001/note", &json!({ "text": {} })).expect(400);
    program.post_json("/v1/desk/cases/C-2026-0002/note", &json!({ "text": "x" })).expect(404);
}
