//! `countersign serve` as a process: it starts, answers, reloads, stops, and loses nothing that it acknowledged.

mod common;
mod serving;

use std::sync::atomic::{AtomicUsize, Ordering};

use common::{Desk, LISTED, root, shared};
use serde_json::{Value, json};
use serving::{Server, ask};

#[test]
fn what_was_acknowledged_is_in_the_journal_when_it_is_told_to_stop_under_load() {
    let desk = Desk::new();
    let server = Server::start(&desk, &[]);
    let case = std::fs::read_to_string(root().join(LISTED)).unwrap();
    let acknowledged = std::sync::Mutex::new(Vec::new());
    let count = AtomicUsize::new(0);
    let enough: usize = std::env::var("COUNTERSIGN_LOAD").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((200, text)) =
                    ask(&server.address, "POST", "/v1/check?record=true", "application/yaml", &case)
                {
                    let answer: Value = serde_json::from_str(&text).unwrap();
                    let record = &answer["record"];
                    let one =
                        (record["index"].as_u64().unwrap(), record["sha256"].as_str().unwrap().to_owned());
                    acknowledged.lock().unwrap().push(one);
                    count.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        server.until("some records", |_| count.load(Ordering::SeqCst) >= enough);
        server.signal("-TERM");
    });
    let mut server = server;
    assert_eq!(server.child.wait().unwrap().code(), Some(0), "{}", server.log.lock().unwrap());
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() >= enough);
    desk.run(&["log", "fsck"]).expect(0);
    let store = countersign_store::Store::open(&desk.home(), countersign_store::Access::Read).unwrap();
    assert!(store.log().size() >= acknowledged.len() as u64);
    for (index, sha256) in acknowledged {
        assert_eq!(store.entry(index).unwrap().sha256.to_string(), sha256, "entry {index}");
    }
}

#[test]
fn an_import_beside_the_server_is_seen_without_a_pause() {
    let Some(list) = shared("data/us-csl/consolidated_2025-06.sample.csv") else { return };
    let desk = Desk::new();
    let server = Server::start(&desk, &[]);
    let sources =
        |server: &Server| server.json("GET", "/v1/lists", &json!({}))["sources"].as_array().unwrap().len();
    assert_eq!(sources(&server), 1, "the starter list");
    // a sample is far smaller than the list: it is taken with the guard set aside
    desk.run(&["lists", "import", list.to_str().unwrap(), "--source", "us_csl", "--set-guard-aside"])
        .expect(0);
    server.until("the import", |server| sources(server) == 2);
    let before = server.json("GET", "/readyz", &json!({}))["snapshot"].as_u64().unwrap();
    server.signal("-HUP");
    server.until("the reload", |server| {
        server.json("GET", "/readyz", &json!({}))["snapshot"].as_u64().unwrap() > before
    });
    assert_eq!(server.stop(), 0);
}

#[test]
fn it_does_not_listen_for_others_until_somebody_can_be_told_apart() {
    let desk = Desk::new();
    let ran = desk.run(&["serve", "--listen", "0.0.0.0:0"]).expect(2);
    assert!(ran.err.contains("administrator"), "{}", ran.err);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = desk.run(&["serve", "--listen", &address]).expect(2);
    assert!(ran.err.contains("another program"), "{}", ran.err);
    desk.run(&["serve", "--tls-cert", "a.pem"]).expect(2);
    let ran = desk.run(&["serve", "--tls-cert", "no.pem", "--tls-key", "no.pem"]).expect(2);
    assert!(ran.err.contains("no.pem"), "{}", ran.err);
    let ran = desk.run(&["serve", "--compat-root", "nonsense"]).expect(2);
    assert!(ran.err.contains("yente"), "{}", ran.err);
    let ran = desk.run(&["serve", "--register", "nowhere"]).expect(2);
    assert!(ran.err.contains("nowhere"), "{}", ran.err);
}

#[test]
fn the_log_names_nobody() {
    let desk = Desk::new();
    let server = Server::start(&desk, &["--log", "json"]);
    server.json("POST", "/v1/screen", &json!({"query": {"name": "Zebedee Quillfeather"}}));
    server.ask("GET", "/compat/csl/search?name=Zebedee%20Quillfeather", "text/plain", "").unwrap();
    server.ask("GET", "/v1/entities/Zebedee", "text/plain", "").unwrap();
    server.ask("POST", "/v1/check", "application/yaml", "name: Zebedee").unwrap();
    server.until("the log of the requests", |server| {
        server.log.lock().unwrap().matches("\"route\"").count() >= 4
    });
    let log = server.log.lock().unwrap().clone();
    assert!(!log.contains("Zebedee") && !log.contains("Quillfeather"), "{log}");
    let line = log.lines().find(|l| l.contains("/v1/screen")).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!((&line["status"], &line["route"]), (&json!(200), &json!("/v1/screen")));
    assert_eq!(server.stop(), 0);
}

#[test]
fn the_register_is_served_as_a_mirror_needs_it_and_its_secrets_are_not() {
    let desk = Desk::new();
    let key = desk.path("registrar.key");
    let dir = desk.path("register");
    let (key, place) = (key.to_str().unwrap().to_owned(), dir.to_str().unwrap().to_owned());
    desk.run(&["key", "new", "--name", "Registry", "--out", &key]).expect(0);
    desk.run(&[
        "register",
        "init",
        &place,
        "--origin",
        "register.example.org",
        "--keeper",
        "Registry",
        "--key",
        &key,
    ])
    .expect(0);
    let server = Server::start(&desk, &["--register", &place]);
    let head = server.json("GET", "/v1/register", &json!({}));
    assert_eq!((&head["register"], &head["tree_size"]), (&json!("register.example.org"), &json!(1)));
    let records = server.json("GET", "/v1/register/records", &json!({}));
    assert_eq!(records["entries"][0]["kind"], "roster");
    let (status, proof) = server.ask("GET", "/v1/register/records/0/proof", "", "").unwrap();
    assert!(status == 200 && proof.contains("tlog-proof"), "{proof}");
    let (status, first) = server.ask("GET", "/v1/register/records/0/bundle", "", "").unwrap();
    assert!(status == 200 && first.contains("payload"), "{first}");
    let record = root().join("examples/register/law_snapshot.yaml");
    desk.run(&["register", "append", record.to_str().unwrap(), "--register", &place, "--key", &key])
        .expect(0);
    server.until("the new record", |server| server.json("GET", "/v1/register", &json!({}))["tree_size"] == 2);
    let (status, bundle) = server.ask("GET", "/v1/register/records/1/bundle", "", "").unwrap();
    assert_eq!(status, 200);
    let file = desk.write("bundle.json", bundle);
    desk.run(&["verify", &file]).expect(0);
    for (path, wanted) in [
        ("log/checkpoint", 200),
        ("register.vkey", 200),
        ("log/tile/entries/000.p/2", 200),
        ("keys/register.key", 404),
        ("trust.json", 404),
        ("../register/keys/register.key", 404),
        ("log/tile/..%2f..%2fkeys/register.key", 404),
    ] {
        let (status, text) = server.ask("GET", &format!("/register/{path}"), "", "").unwrap();
        assert_eq!(status, wanted, "{path}");
        assert!(!text.contains("PRIVATE") && !text.contains("ed25519-secret"));
    }
    let copy = desk.path("copy");
    let from = format!("http://{}/register", server.address);
    let key = head["key"].as_str().unwrap();
    desk.run(&["register", "mirror", &from, copy.to_str().unwrap(), "--key", key]).expect(0);
    assert_eq!(server.stop(), 0);
}
