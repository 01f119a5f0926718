//! Webhooks: signed, tried again, persisted, and only to where they may go.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod people;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_server::Config;
use people::{Answer, Browser, Server};
use serde_json::{Value, json};

/// A message as it came.
#[derive(Debug, Clone)]
struct Message {
    headers: Vec<(String, String)>,
    body: String,
}

impl Message {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap()
    }

    /// As a receiver checks it, by the specification.
    fn is_signed_with(&self, secret: &str) -> bool {
        let secret = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &secret);
        let signed =
            format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        self.header("webhook-signature").split(' ').any(|one| {
            let tag = STANDARD.decode(one.strip_prefix("v1,").unwrap()).unwrap();
            ring::hmac::verify(&key, signed.as_bytes(), &tag).is_ok()
        })
    }
}

/// Takes messages and answers as it is told.
struct Receiver {
    url: String,
    taken: Arc<Mutex<Vec<Message>>>,
    answers: Arc<Mutex<Vec<&'static str>>>,
}

impl Receiver {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (taken, answers) = (Arc::<Mutex<Vec<Message>>>::default(), Arc::<Mutex<Vec<&str>>>::default());
        let (keep, say) = (taken.clone(), answers.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                assert!(line.starts_with("POST /hook "), "{line}");
                let mut headers = Vec::new();
                loop {
                    let mut line = String::new();
                    reader.read_line(&mut line).unwrap();
                    let Some((name, value)) = line.trim().split_once(": ") else { break };
                    headers.push((name.to_ascii_lowercase(), value.to_owned()));
                }
                let length = headers.iter().find(|(n, _)| n == "content-length").unwrap().1.parse().unwrap();
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                keep.lock().unwrap().push(Message { headers, body: String::from_utf8(body).unwrap() });
                let answer = say.lock().unwrap().pop().unwrap_or("204 No Content");
                let head = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.write_all(head.as_bytes()).unwrap();
            }
        });
        Self { url, taken, answers }
    }

    fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }

    fn last(&self) -> Message {
        self.taken.lock().unwrap().last().unwrap().clone()
    }

    /// The next answer.
    fn will_say(&self, answer: &'static str) {
        self.answers.lock().unwrap().push(answer);
    }
}

/// A server that may send to the receiver, and its administrator's key.
struct Site {
    server: Server,
    key: Browser,
}

impl Site {
    fn new(change: impl FnOnce(&mut Config)) -> Self {
        let server = Server::start_with(change);
        let mut root = server.set_up();
        let key = root.make_key(&["admin", "screen", "write", "read"], "90");
        let key = root.with_key(&key);
        Self { server, key }
    }

    fn sending_to(receiver: &Receiver) -> Self {
        Self::new(|config| config.outgoing.webhook_to = vec![receiver.url.parse().unwrap()])
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        self.key.clone().send(method, path, Some("application/json"), body.as_bytes().to_vec())
    }

    fn file(&self, id: &str) -> String {
        std::fs::read_to_string(self.server.home.path().join(format!("webhooks/{id}.json"))).unwrap()
    }
}

/// Waits until something holds; fails after a time that no machine needs.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(120), "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What the journal says that administrators did: the word and the webhook.
fn recorded(site: &Site) -> Vec<(String, String)> {
    let store =
        countersign_store::Store::open(site.server.home.path(), countersign_store::Access::Read).unwrap();
    store
        .entries()
        .map(|entry| entry.unwrap().1)
        .filter(|leaf| leaf.kind.as_str() == "administration")
        .map(|leaf| (leaf.extra["do"].clone(), leaf.subject))
        .collect()
}

#[test]
fn what_administrators_do_with_webhooks_is_in_the_journal_and_no_address() {
    let receiver = Receiver::new();
    let site = Site::sending_to(&receiver);
    let (id, _) = made(&site, &receiver);
    let at = format!("/v1/webhooks/{id}");
    site.ask("POST", &format!("{at}/disable"), "").expect(200);
    site.ask("POST", &format!("{at}/enable"), "{}").expect(200);
    site.ask("POST", &format!("{at}/secret"), "").expect(200);
    site.ask("DELETE", &at, "").expect(204);
    site.ask("DELETE", &at, "").expect(404);
    let words: Vec<String> = recorded(&site)
        .into_iter()
        .map(|(word, about)| {
            assert_eq!(about, id);
            word
        })
        .collect();
    assert_eq!(
        words,
        ["webhook_made", "webhook_disabled", "webhook_enabled", "webhook_secret", "webhook_removed"]
    );
    let store =
        countersign_store::Store::open(site.server.home.path(), countersign_store::Access::Read).unwrap();
    let bundle = String::from_utf8(store.bundle(0).unwrap()).unwrap();
    countersign_verify::verify_bundle(bundle.as_bytes(), Some(&store.trusted_keys())).unwrap();
    assert!(!bundle.contains("/hook") && !bundle.contains("whsec_"), "{bundle}");
}

fn record(server: &Site) {
    server.ask("POST", "/v1/screen?receipt=true", r#"{"query": {"name": "Candiru"}}"#).expect(200);
}

fn made(server: &Site, receiver: &Receiver) -> (String, String) {
    let new = json!({"url": receiver.url, "events": ["screening.recorded"], "description": "test"});
    let made = server.ask("POST", "/v1/webhooks", &new.to_string()).expect(201).json();
    (made["webhook"]["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
}

#[test]
fn a_message_is_signed_and_tried_again_until_it_is_taken() {
    let receiver = Receiver::new();
    let server = Site::sending_to(&receiver);
    let (id, secret) = made(&server, &receiver);
    receiver.will_say("500 Internal Server Error");
    record(&server);
    until("the first try", || receiver.count() == 1);
    let first = receiver.last();
    assert!(first.is_signed_with(&secret));
    let body: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!((&body["type"], &body["data"]["entry"]), (&json!("screening.recorded"), &json!(1)));
    assert!(!first.body.contains("Candiru"), "names are in the record, not in the message");
    let webhook = || server.ask("GET", &format!("/v1/webhooks/{id}"), "").expect(200).json();
    until("the note of it", || webhook()["failing"]["attempts"] == 1);
    assert_eq!(webhook()["failing"]["next"], "2026-06-01T12:00:05Z");
    // not before its time
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(receiver.count(), 1);
    server.server.wait(5);
    until("the second try", || receiver.count() == 2);
    let second = receiver.last();
    assert_eq!(first.header("webhook-id"), second.header("webhook-id"));
    assert_ne!(first.header("webhook-timestamp"), second.header("webhook-timestamp"));
    assert!(second.is_signed_with(&secret));
    until("the note of it", || webhook()["delivered"] == 1);
    let kept = webhook();
    assert_eq!((&kept["cursor"], &kept["failing"]), (&json!(2), &Value::Null));

    // a new secret: for a day both sign
    let renewed = server.ask("POST", &format!("/v1/webhooks/{id}/secret"), "").expect(200).json();
    let renewed = renewed["secret"].as_str().unwrap();
    record(&server);
    until("the next message", || receiver.count() == 3);
    assert!(receiver.last().is_signed_with(&secret) && receiver.last().is_signed_with(renewed));
    server.server.wait(86_400);
    record(&server);
    until("the message after", || receiver.count() == 4);
    assert!(!receiver.last().is_signed_with(&secret) && receiver.last().is_signed_with(renewed));

    // the files say how far it is, and give no secret away
    let text = server.file(&id);
    assert!(!text.contains(secret.trim_start_matches("whsec_")), "{text}");
}

#[test]
fn nothing_is_lost_while_it_is_switched_off() {
    let receiver = Receiver::new();
    let server = Site::sending_to(&receiver);
    let (id, _) = made(&server, &receiver);
    receiver.will_say("410 Gone");
    record(&server);
    let webhook = || server.ask("GET", &format!("/v1/webhooks/{id}"), "").expect(200).json();
    until("the end of a receiver that is gone", || !webhook()["disabled"].is_null());
    record(&server);
    record(&server);
    let enable = |body: &str| server.ask("POST", &format!("/v1/webhooks/{id}/enable"), body);
    enable(r#"{"cursor": 99}"#).expect(400);
    enable("{}").expect(200);
    until("all that was missed, in order", || receiver.count() == 4);
    let entries: Vec<Value> = receiver
        .taken
        .lock()
        .unwrap()
        .iter()
        .map(|m| serde_json::from_str::<Value>(&m.body).unwrap()["data"]["entry"].clone())
        .collect();
    // the first entry is the making of the webhook
    assert_eq!(entries, [1, 1, 2, 3]);
    server.ask("POST", &format!("/v1/webhooks/{id}/disable"), "").expect(200);
    record(&server);
    // another state of the server over the same home has the same webhook
    let kept = || serde_json::from_str::<Value>(&server.file(&id)).unwrap();
    assert_eq!(kept()["disabled"]["why"], "an administrator switched it off");
    // behind what was sent, and not behind what is held back: what administrators do is passed over
    until("the note of what was sent", || kept()["cursor"].as_u64().unwrap() >= 4);
    assert!(kept()["cursor"].as_u64().unwrap() <= 6, "{}", kept());
    // never again after so many tries
    enable("{}").expect(200);
    until("the one that was held back", || receiver.count() == 5);
    for _ in 0..10 {
        receiver.will_say("500 Internal Server Error");
    }
    record(&server);
    until("the end of trying", || {
        server.server.wait(86_400);
        std::thread::sleep(Duration::from_millis(200));
        !webhook()["disabled"].is_null()
    });
    assert_eq!(webhook()["failing"]["attempts"], 10);
    server.ask("DELETE", &format!("/v1/webhooks/{id}"), "").expect(204);
    server.ask("GET", &format!("/v1/webhooks/{id}"), "").expect(404);
    server.ask("DELETE", &format!("/v1/webhooks/{id}"), "").expect(404);
}

#[test]
fn it_goes_only_where_whoever_started_the_server_allows() {
    let receiver = Receiver::new();
    let server = Site::sending_to(&receiver);
    for (url, status) in [
        ("https://elsewhere.example/hook", 422),
        ("http://169.254.169.254/latest/meta-data", 400),
        ("http://10.0.0.1/hook", 400),
        ("file:///etc/passwd", 400),
        ("http://127.0.0.1:1/hook", 422),
        (&receiver.url.replace("/hook", "/other"), 422),
        (&receiver.url.replace("/hook", "/hook/../other"), 422),
        (&receiver.url.replace("http://", "http://user:secret@"), 400),
        (&format!("{}/deeper?a=b", receiver.url), 201),
    ] {
        let new = json!({"url": url, "events": ["alert.raised"]}).to_string();
        server.ask("POST", "/v1/webhooks", &new).expect(status);
    }
    // nobody without an administrator's key
    let new = json!({"url": receiver.url, "events": ["alert.raised"]});
    server.server.browser().post_json("/v1/webhooks", &new).expect(401);
    let none = json!({"url": receiver.url, "events": []}).to_string();
    server.ask("POST", "/v1/webhooks", &none).expect(400);
    let unknown = json!({"url": receiver.url, "events": ["nonsense"]}).to_string();
    server.ask("POST", "/v1/webhooks", &unknown).expect(400);
    let all = server.ask("GET", "/v1/webhooks", "").expect(200).json();
    assert_eq!(all["webhooks"].as_array().unwrap().len(), 1);
    // a receiver that sends elsewhere is not followed
    receiver.will_say("307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/");
    let (id, _) = made(&server, &receiver);
    record(&server);
    until("the note of it", || {
        let webhook = server.ask("GET", &format!("/v1/webhooks/{id}"), "").expect(200).json();
        webhook["failing"]["why"] == "it answered 307"
    });
}

#[test]
fn without_leave_nothing_is_sent_anywhere() {
    let server = Site::new(|_| {});
    let new = json!({"url": "http://127.0.0.1:1/", "events": ["alert.raised"]}).to_string();
    let said = server.ask("POST", "/v1/webhooks", &new).expect(422);
    assert!(said.text().contains("--webhook-to"), "{}", said.text());
}
