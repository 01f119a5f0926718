//! A process that records is killed at any moment, again and again. What it acknowledged stays, nothing is
//! doubled, and the next start needs no hand.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use countersign_store::{Access, HomeNote, Kind, NewRecord, Store, StoreFault, fsck};

const HOME: &str = "COUNTERSIGN_TEST_KILL_HOME";
/// How many processes are killed; `COUNTERSIGN_TEST_SCALE` multiplies it.
fn kills() -> u32 {
    44 * std::env::var("COUNTERSIGN_TEST_SCALE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}
/// A new home after so many kills, so that kills hit `init` too.
const KILLS_PER_HOME: u32 = 11;

/// The process that is killed: begins the home if there is none, then records one thing after the other and
/// says so after each.
#[test]
#[ignore = "run by the test below, which kills it"]
fn record_until_killed() {
    let Some(home) = std::env::var_os(HOME) else { return };
    let home = Path::new(&home);
    let write = Access::Write { wait: Duration::from_secs(20) };
    let mut store = match Store::open(home, write) {
        Err(StoreFault::NoHome(_)) => Store::init(home).unwrap(),
        other => other.unwrap(),
    };
    let mut out = std::io::stdout();
    let process = std::process::id();
    for n in 0.. {
        let subject = format!("{process}-{n}");
        let case = store.put_blob(format!("case {subject}").as_bytes()).unwrap();
        let documents = BTreeMap::from([("case.yaml".parse().unwrap(), case)]);
        let document = store
            .sign_statement(Kind::Decision, [("case.yaml", case)], serde_json::json!({"n": n}))
            .unwrap()
            .to_bytes()
            .unwrap();
        let receipt = store
            .append(&NewRecord {
                kind: Kind::Decision,
                time: "2026-11-22T21:00:00Z".parse().unwrap(),
                subject: &subject,
                document: &document,
                documents,
                extra: BTreeMap::new(),
            })
            .unwrap();
        writeln!(out, "recorded {} {subject}", receipt.index).unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_by_kill_9() {
    let program = std::env::current_exe().unwrap();
    // a fixed sequence: the spread is what matters, and the machine adds its own chance
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    let (mut acknowledged_in_all, mut before_first, mut ahead, mut phases) = (0, 0, 0, BTreeMap::new());
    let mut directory = tempfile::tempdir().unwrap();
    let mut acknowledged: BTreeMap<u64, String> = BTreeMap::new();
    let kills = kills();
    for kill in 0..kills {
        if kill % KILLS_PER_HOME == 0 {
            directory = tempfile::tempdir().unwrap();
            acknowledged.clear();
        }
        let home = directory.path().join("home");
        let mut child = Command::new(&program)
            // with one thread, as on a machine with one processor, the name of the test stands before the first line
            .args(["--exact", "record_until_killed", "--ignored", "--nocapture", "--test-threads=2"])
            .env(HOME, &home)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = Vec::new();
        // a third early, into init and open; the rest spread over many appends
        if kill % 3 != 0 {
            let after = next(12);
            while (told.len() as u64) < after {
                let Some(line) = lines.next() else { break };
                told.push(line.unwrap());
            }
        }
        let pause = next(200_000);
        let start = Instant::now();
        while start.elapsed() < Duration::from_nanos(pause * 100) {
            std::thread::sleep(Duration::from_micros(50));
        }
        let ended = child.try_wait().unwrap();
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(ended.is_none(), "it ended by itself: {}", String::from_utf8_lossy(&output.stderr));
        let before = acknowledged.len();
        told.extend(lines.map(|line| line.unwrap()));
        for line in told {
            if let Some((index, subject)) =
                line.strip_prefix("recorded ").and_then(|rest| rest.split_once(' '))
            {
                acknowledged.insert(index.parse().unwrap(), subject.to_owned());
            }
        }
        acknowledged_in_all += acknowledged.len() - before;
        before_first += usize::from(acknowledged.len() == before);

        // the next start needs no hand, whatever was left
        let store = match Store::open(&home, Access::Read) {
            Err(StoreFault::NoHome(_)) => {
                assert!(acknowledged.is_empty());
                *phases.entry("in init").or_insert(0) += 1;
                Store::init(&home).unwrap()
            }
            other => other.unwrap(),
        };
        let entries: Vec<_> = store.entries().collect::<Result<_, _>>().unwrap();
        let mut subjects = BTreeSet::new();
        for (index, leaf) in &entries {
            assert!(subjects.insert(leaf.subject.clone()), "{} was doubled", leaf.subject);
            // an entry that was not acknowledged is the last of its process
            if let Some(subject) = acknowledged.get(index) {
                assert_eq!(subject, &leaf.subject, "entry {index}");
            }
        }
        for (index, subject) in &acknowledged {
            assert!(subjects.contains(subject), "entry {index}, {subject}, was acknowledged and is lost");
        }
        if let Some((index, leaf)) = entries.last()
            && !acknowledged.contains_key(index)
        {
            // durable, but killed before it could say so: from now on it is part of the journal
            ahead += 1;
            acknowledged.insert(*index, leaf.subject.clone());
        }
        assert_eq!(acknowledged.len(), entries.len());
        let report = fsck(&home).unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        for note in report.notes {
            let note = match note {
                HomeNote::Orphan(_) => "between document and entry".to_owned(),
                HomeNote::Stray(_) => "in writing a document".to_owned(),
                other => {
                    let text = other.to_string();
                    let known = ["beyond the checkpoint", "superseded", "tmp"];
                    (*known.iter().find(|word| text.contains(**word)).unwrap()).to_owned()
                }
            };
            *phases.entry(Box::leak(note.into_boxed_str())).or_insert(0) += 1;
        }
        // and it goes on
        drop(store);
        drop(Store::open(&home, Access::Write { wait: Duration::ZERO }).unwrap());
        if let Some((index, _)) = entries.last() {
            Store::open(&home, Access::Read).unwrap().bundle(*index).unwrap();
        }
    }
    println!(
        "{kills} kills, {acknowledged_in_all} records acknowledged, {before_first} kills before the first, {ahead} \
         after the commit and before the word; what the kills left: {phases:?}"
    );
    assert!(acknowledged_in_all > kills as usize, "the kills came too early to mean anything");
}
