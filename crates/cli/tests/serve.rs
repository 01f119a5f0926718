//! `countersign serve` as a process: it starts, answers, reloads, stops, and loses nothing that it acknowledged.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use common::{Desk, LISTED, root, shared};
use serde_json::{Value, json};

/// A running server.
struct Server {
    child: Child,
    address: String,
    log: Arc<std::sync::Mutex<String>>,
}

impl Server {
    fn start(desk: &Desk, args: &[&str]) -> Self {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(args);
        let mut child = desk.command(&all).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let log = Arc::new(std::sync::Mutex::new(String::new()));
        let mut address = None;
        for line in lines.by_ref() {
            let line = line.unwrap();
            log.lock().unwrap().push_str(&format!("{line}\n"));
            if let Some(found) = line.strip_prefix("listening on http://") {
                address = Some(found.to_owned());
                break;
            }
        }
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        let address = address.unwrap_or_else(|| panic!("it did not start: {}", log.lock().unwrap()));
        Self { child, address, log }
    }

    fn ask(&self, method: &str, path: &str, kind: &str, body: &str) -> Option<(u16, String)> {
        ask(&self.address, method, path, kind, body)
    }

    fn json(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, text) = self.ask(method, path, "application/json", &body.to_string()).unwrap();
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    fn signal(&self, name: &str) {
        let sent =
            std::process::Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn stop(mut self) -> i32 {
        self.signal("-TERM");
        self.child.wait().unwrap().code().unwrap_or(-1)
    }

    /// Waits until something holds; it fails after a time that no machine needs.
    fn until(&self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let began = Instant::now();
        while !holds(self) {
            assert!(
                began.elapsed() < Duration::from_secs(120),
                "{what} did not come: {}",
                self.log.lock().unwrap()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request on a connection of its own; `None` where the server does not answer it whole.
fn ask(address: &str, method: &str, path: &str, kind: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let status = text.get(9..12)?.parse().ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length: usize = head
        .lines()
        .find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ")?.trim().parse().ok())?;
    (body.len() == length).then(|| (status, body.to_owned()))
}

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
