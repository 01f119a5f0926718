//! Lists that change under a running server: every answer is of one state of them, whole.
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;
mod serving;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use common::{Desk, root};
use serde_json::{Value, json};
use serving::Server;

fn ask(server: &Server, path: &str, kind: &str, body: &str) -> Value {
    let (status, text) = server.ask("POST", path, kind, body).unwrap();
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// The lists that an answer names, and what it found.
fn of_lists(lists: &Value, found: &Value) -> (String, String) {
    (lists.to_string(), found.to_string())
}

/// Says stop when it is dropped.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// While two editions of one list are put in force in turn, four clients ask without a pause in three ways. The same lists
/// always give the same hits, the counts of an answer are those of its own lists, and both editions are seen.
#[test]
fn an_import_in_the_middle_changes_no_answer_half_way() {
    let desk = Desk::new();
    let list = |name: &str| root().join("examples/lists").join(name).to_str().unwrap().to_owned();
    let import = |file: &str, more: &[&str]| {
        let mut all = vec!["lists", "import", file, "--source", "ftm:example", "--set-guard-aside"];
        all.extend(more);
        desk.run(&all).expect(0);
    };
    let (march, may) = (list("march.ftm.json"), list("may.ftm.json"));
    import(&march, &["--day", "2026-03-01"]);
    let server = Server::start(&desk, &[]);

    // everybody who is on one of the two
    let entities: Vec<Value> = [&march, &may]
        .iter()
        .flat_map(|f| std::fs::read_to_string(f).unwrap().lines().map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|l| serde_json::from_str(&l).ok())
        .collect();
    let mut names: Vec<String> =
        entities.iter().filter_map(|e| Some(e["properties"]["name"][0].as_str()?.to_owned())).collect();
    names.sort();
    names.dedup();
    assert!(!names.is_empty());
    let queries: BTreeMap<String, Value> = names
        .iter()
        .enumerate()
        .map(|(n, name)| (format!("q{n}"), json!({"schema": "LegalEntity", "properties": {"name": [name]}})))
        .collect();
    let batch = json!({"queries": queries}).to_string();
    let editions = std::env::var("COUNTERSIGN_RELOADS").ok().and_then(|n| n.parse().ok()).unwrap_or(4);
    let (stop, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    let seen: Mutex<BTreeMap<(u8, String), BTreeMap<String, usize>>> = Mutex::default();
    std::thread::scope(|scope| {
        let mut clients = Vec::new();
        // also where this thread fails, the clients end
        let _stopped = Stop(&stop);
        for _ in 0..4 {
            clients.push(scope.spawn(|| {
                while !stop.load(Ordering::SeqCst) {
                    let screens = ask(&server, "/v1/screen", "application/json", &batch);
                    let responses = screens["responses"].as_object().unwrap();
                    let lists = &responses["q0"]["lists"];
                    let hits: Vec<&Value> = responses
                        .values()
                        .map(|r| {
                            assert_eq!(&r["lists"], lists, "one request, one state");
                            assert_eq!(r["compared"], responses["q0"]["compared"]);
                            &r["hits"]
                        })
                        .collect();
                    let of_native = of_lists(lists, &json!([hits, responses["q0"]["compared"]]));
                    let yente = ask(&server, "/compat/yente/match/default", "application/json", &batch);
                    let results: Vec<&Value> =
                        yente["responses"].as_object().unwrap().values().map(|r| &r["results"]).collect();
                    let of_yente = of_lists(&yente["countersign"]["list_versions"], &json!(results));
                    let mut seen = seen.lock().unwrap();
                    for (way, (lists, found)) in [(0, of_native), (1, of_yente)] {
                        *seen.entry((way, lists)).or_default().entry(found).or_default() += 1;
                    }
                    asked.fetch_add(2, Ordering::SeqCst);
                }
            }));
        }
        let wait = |more: usize| {
            let from = asked.load(Ordering::SeqCst);
            while asked.load(Ordering::SeqCst) < from + more {
                // one that saw a fault has ended, and the test with it
                assert!(clients.iter().all(|client| !client.is_finished()), "a client ended");
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        };
        for n in 0..editions {
            wait(12);
            match n % 2 {
                0 => import(&may, &["--day", "2026-05-01"]),
                _ => import(&march, &["--day", "2026-05-01", "--replace-newer"]),
            }
        }
        // a reload is seen within about a second, on a loaded machine later
        let until = std::time::Instant::now() + std::time::Duration::from_secs(120);
        let states = || seen.lock().unwrap().keys().filter(|(way, _)| *way == 0).count();
        while states() < 2 && std::time::Instant::now() < until {
            wait(4);
        }
        wait(60);
    });
    drop(server);
    let seen = seen.into_inner().unwrap();
    for ((way, lists), found) in &seen {
        assert_eq!(
            found.len(),
            1,
            "one state of the lists gave {} answers (way {way}): {lists}",
            found.len()
        );
    }
    let editions_seen = seen.keys().filter(|(way, _)| *way == 0).count();
    assert!(editions_seen >= 2, "{editions_seen} states were seen");
}
