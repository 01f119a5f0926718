//! A log in a real PostgreSQL server, begun by the test: the contract of a storage, writers that take turns, a server that is
//! killed, connections that are cut, a writer that has lost its turn and does not know.
//!
//! `COUNTERSIGN_TEST_SCALE` multiplies the number of kills and of entries.
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_database::Database;
use countersign_database::testing::{Cluster, Way, address};
use countersign_log::testing::keeps_contract;
use countersign_log::{AppendFault, LockFault, Log, Storage, Writer, fsck};
use countersign_verify::{NoteSigner, Seed, VKey};

fn scale() -> u64 {
    std::env::var("COUNTERSIGN_TEST_SCALE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

fn signer() -> NoteSigner {
    NoteSigner::new("example.org/database", Seed::from_bytes(&[7; 32])).unwrap()
}

fn vkey() -> VKey {
    signer().vkey().clone()
}

fn at(address: &str) -> Arc<Database> {
    Arc::new(Database::open(address).unwrap())
}

/// Longer than any machine needs.
const WAIT: Duration = Duration::from_secs(120);

fn words(word: &str, range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(|n| format!("{word} {n}").into_bytes()).collect()
}

/// Everything in the log is sound; its entries.
fn sound(address: &str) -> Vec<String> {
    let storage = at(address);
    let report = fsck(storage.as_ref(), &vkey()).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    let log = Log::open(storage, &vkey()).unwrap();
    log.entries(0).map(|entry| String::from_utf8(entry.unwrap().1).unwrap()).collect()
}

#[test]
fn a_place_keeps_the_contract_of_a_storage_and_writers_take_turns() {
    let Some(mut cluster) = Cluster::for_test().unwrap() else { return };
    let address = cluster.address("contract");
    let storage = at(&address);
    assert!(storage.is_shared());
    keeps_contract(storage.as_ref(), 600).unwrap();
    // of two for one path the later counts
    storage.put_all(&[("a/b".to_owned(), b"three"), ("a/b".to_owned(), b"four")]).unwrap();
    assert_eq!(storage.get("a/b").unwrap().unwrap(), b"four");
    // compare and swap with the right to write
    let lock = storage.lock(WAIT).unwrap();
    assert!(storage.replace("swap", None, b"one").unwrap());
    assert!(!storage.replace("swap", None, b"two").unwrap());
    assert!(!storage.replace("swap", Some(b"two"), b"three").unwrap());
    assert!(storage.replace("swap", Some(b"one"), b"three").unwrap());
    assert_eq!(storage.get("swap").unwrap().unwrap(), b"three");
    drop(lock);
    // another place is another storage
    let other = at(&cluster.address("other"));
    assert!(other.list("").unwrap().is_empty());

    // one at a time, and each turn has a number of its own
    let (one, two) = (at(&address), at(&address));
    let first = one.lock(WAIT).unwrap();
    let number = one.turn().unwrap();
    match two.lock(Duration::from_millis(50)) {
        Err(LockFault::Held { holder }) => {
            assert!(holder.contains(&format!("process {}", std::process::id())), "{holder}");
        }
        other => panic!("{other:?}"),
    }
    let elsewhere = other.lock(Duration::from_millis(50)).unwrap();
    drop(elsewhere);
    drop(first);
    let second = two.lock(WAIT).unwrap();
    assert!(two.turn().unwrap() > number && one.turn().is_none());
    drop(second);

    // what was acknowledged is there after a crash of the server
    storage.put("kept", b"kept").unwrap();
    cluster.kill();
    cluster.resume().unwrap();
    assert_eq!(storage.get("kept").unwrap().unwrap(), b"kept");
    drop(storage.lock(WAIT).unwrap());
}

#[test]
fn a_writer_that_lost_its_turn_decides_nothing() {
    let Some(cluster) = Cluster::for_test().unwrap() else { return };
    let way = Way::to(cluster.port()).unwrap();
    let direct = cluster.address("turns");
    let mut stale = Writer::create(at(&address(way.port(), "turns")), signer(), WAIT).unwrap();
    stale.append(&words("first", 0..3)).unwrap();
    // its connections end, and with them its right; it has not noticed when the next one takes over
    way.cut();
    let mut next = Writer::open(at(&direct), signer(), WAIT).unwrap();
    next.append(&words("next", 0..3)).unwrap();
    way.mend();
    assert!(matches!(stale.append(&words("stale", 0..3)), Err(AppendFault::Storage(_))));
    // the right to write is had again when the other gives it back, and what the other wrote is continued
    next.append(&words("last", 0..1)).unwrap();
    drop(next);
    stale.recover().unwrap();
    stale.append(&words("stale", 0..1)).unwrap();
    drop(stale);
    assert_eq!(sound(&direct).len(), 8);

    // even one whose lock the server still has decides nothing under an old number
    let (one, two) = (at(&direct), at(&direct));
    let held = one.lock(WAIT).unwrap();
    two.put("probe", b"old").unwrap();
    let psql = Command::new(countersign_database::testing::programs().unwrap().join("psql"))
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &cluster.port().to_string(),
            "-U",
            "countersign",
            "-d",
            "countersign",
        ])
        .args(["-qc", "update countersign_turn set number = number + 1 where place = 'turns'"])
        .status()
        .unwrap();
    assert!(psql.success());
    assert!(!one.replace("probe", Some(b"old"), b"new").unwrap());
    assert!(!one.replace("fresh", None, b"new").unwrap());
    drop(held);
}

#[test]
fn writers_of_several_processes_share_a_log_while_the_server_is_killed_and_connections_are_cut() {
    let Some(mut cluster) = Cluster::for_test().unwrap() else { return };
    let direct = cluster.address("crowd");
    drop(Writer::create(at(&direct), signer(), WAIT).unwrap());
    let ways: Vec<Way> = (0..2).map(|_| Way::to(cluster.port()).unwrap()).collect();
    let count = 10 * scale();
    let done = Arc::new(AtomicBool::new(false));
    let mut children = Vec::new();
    for (n, way) in ways.iter().enumerate() {
        let child = Command::new(std::env::current_exe().unwrap())
            // with one thread, as on a machine with one processor, the name of the test stands before the first line
            .args(["--exact", "appends", "--ignored", "--nocapture", "--test-threads=2"])
            .env("INSIDE", address(way.port(), "crowd"))
            .env("WORD", format!("writer{n}"))
            .env("COUNT", count.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        children.push(child);
    }
    let faults = {
        let (done, ways) = (done.clone(), ways.clone());
        std::thread::spawn(move || {
            let mut round = 0usize;
            while !done.load(Ordering::SeqCst) {
                // longer and longer: on a slow machine, too, a turn comes to its end between two faults
                std::thread::sleep(Duration::from_millis(300 + 40 * round as u64));
                match round % 3 {
                    0 => {
                        cluster.kill();
                        cluster.resume().unwrap();
                    }
                    n => {
                        let way = &ways[n - 1];
                        way.cut();
                        std::thread::sleep(Duration::from_millis(200));
                        way.mend();
                    }
                }
                round += 1;
            }
            (cluster, round)
        })
    };
    let outputs: Vec<_> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    done.store(true, Ordering::SeqCst);
    let (_cluster, rounds) = faults.join().unwrap();
    let mut acknowledged = BTreeSet::new();
    for output in &outputs {
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        acknowledged.extend(said.lines().filter_map(|line| line.strip_prefix("ACK ")).map(str::to_owned));
    }
    assert_eq!(acknowledged.len() as u64, 2 * count);
    let all = sound(&direct);
    let unique: BTreeSet<&String> = all.iter().collect();
    assert_eq!(unique.len(), all.len(), "an entry is there twice");
    for entry in &acknowledged {
        assert!(unique.contains(entry), "`{entry}` was acknowledged and is not there");
    }
    println!("{} entries, {} acknowledged, {rounds} faults", all.len(), acknowledged.len());
}

#[test]
#[ignore = "run by the test above"]
fn appends() {
    let Ok(address) = std::env::var("INSIDE") else { return };
    let (word, count) = (std::env::var("WORD").unwrap(), std::env::var("COUNT").unwrap());
    let count: u64 = count.parse().unwrap();
    let mut attempt = 0u64;
    for n in 0..count {
        loop {
            attempt += 1;
            // each attempt is an entry of its own: one of which it is not known whether it succeeded may be in the log too
            let entry = format!("{word} {n} {attempt}");
            let turn = Writer::open(at(&address), signer(), WAIT)
                .and_then(|mut writer| writer.append(&[entry.as_bytes()]).map(drop));
            match turn {
                Ok(()) => {
                    println!("ACK {entry}");
                    break;
                }
                Err(fault) => {
                    eprintln!("{entry}: {fault}");
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
        }
    }
}
