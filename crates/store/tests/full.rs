//! The disk is full while a journal grows, again and again: blocks or names run out at whatever step. What was
//! acknowledged stays, nothing is doubled, and with room again the same process goes on.
//!
//! `COUNTERSIGN_TEST_SCALE` multiplies the number of repetitions.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use countersign_store::{Access, Kind, NewRecord, Store, StoreFault, fsck};

const DIR: &str = "COUNTERSIGN_TEST_FULL_DIR";

fn scale() -> u32 {
    std::env::var("COUNTERSIGN_TEST_SCALE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// Records one thing with two documents.
fn record(store: &mut Store, subject: &str) -> Result<u64, StoreFault> {
    let case = store.put_blob(format!("case {subject} {}", "x".repeat(300)).as_bytes())?;
    let predicate = serde_json::json!({"subject": subject});
    let document =
        store.sign_statement(Kind::Decision, [("case.yaml", case)], predicate)?.to_bytes().unwrap();
    let receipt = store.append(&NewRecord {
        kind: Kind::Decision,
        time: "2026-11-22T21:00:00Z".parse().unwrap(),
        subject,
        document: &document,
        documents: BTreeMap::from([("case.yaml".parse().unwrap(), case)]),
        extra: BTreeMap::new(),
    })?;
    Ok(receipt.index)
}

/// Everything acknowledged is there, once; at most one entry more. Gives the subjects by index.
fn holds(home: &Path, acknowledged: &BTreeMap<u64, String>) -> BTreeMap<u64, String> {
    let store = Store::open(home, Access::Read).unwrap();
    let found: BTreeMap<u64, String> =
        store.entries().map(|entry| entry.map(|(index, leaf)| (index, leaf.subject)).unwrap()).collect();
    let subjects: BTreeSet<&String> = found.values().collect();
    assert_eq!(subjects.len(), found.len(), "nothing is doubled");
    for (index, subject) in acknowledged {
        assert_eq!(found.get(index), Some(subject), "entry {index} was acknowledged");
    }
    assert!(found.len() <= acknowledged.len() + 1);
    let report = fsck(home).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    found
}

#[test]
#[ignore = "run by the test below in a small file system"]
fn record_while_full() {
    let Some(place) = std::env::var_os(DIR).map(PathBuf::from) else { return };
    let fills = 25 * scale();
    let home = place.join("home");
    let mut store = Store::init(&home).unwrap();
    let mut acknowledged = BTreeMap::new();
    let mut random = 0x2545_f491_4f6c_dd1du64;
    let mut below = |end: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % end
    };
    let mut reached = 0;
    for fill in 0..fills {
        let ballast = place.join("ballast");
        fs::create_dir(&ballast).unwrap();
        if fill.is_multiple_of(3) {
            let mut made = 0;
            while File::create(ballast.join(made.to_string())).is_ok() {
                made += 1;
            }
            for n in 0..below(14).min(made) {
                fs::remove_file(ballast.join(n.to_string())).unwrap();
            }
        } else {
            let mut file = File::create(ballast.join("file")).unwrap();
            let mut written = 0;
            while file.write_all(&[0; 4096]).is_ok() {
                written += 4096;
            }
            file.set_len(written - below(14).min(written / 4096) * 4096).unwrap();
        }
        let mut n = 0;
        let fault = loop {
            let subject = format!("{fill}-{n}");
            match record(&mut store, &subject) {
                Ok(index) => assert!(acknowledged.insert(index, subject).is_none()),
                Err(fault) => break fault.to_string(),
            }
            n += 1;
            assert!(n < 1_000, "the disk does not become full");
        };
        assert!(fault.contains("os error 28"), "no space left: {fault}");
        let found = holds(&home, &acknowledged);
        reached += found.len() - acknowledged.len();
        acknowledged = found;
        fs::remove_dir_all(&ballast).unwrap();
        if fill.is_multiple_of(2) {
            drop(store);
            store = Store::open(&home, Access::Write { wait: Duration::ZERO }).unwrap();
        }
        let subject = format!("{fill} again");
        acknowledged.insert(record(&mut store, &subject).unwrap(), subject);
        holds(&home, &acknowledged);
        if acknowledged.len() > 100 {
            drop(store);
            fs::remove_dir_all(&home).unwrap();
            store = Store::init(&home).unwrap();
            acknowledged.clear();
        }
    }
    println!("full {fills} times; {reached} entries were in the journal although the disk was full");
}

#[test]
fn no_full_disk_loses_or_doubles_a_record() {
    let directory = tempfile::tempdir().unwrap();
    // root mounts in a name space of its own; others in one of their own users as well, where the system lets them
    let mount = format!("mount -t tmpfs -o size=12m,nr_inodes=6000 none \"${DIR}\"");
    let as_whom = ["-m", "-rm"].into_iter().find(|options| {
        Command::new("unshare")
            .args([options, "sh", "-c", &mount])
            .env(DIR, directory.path())
            .output()
            .is_ok_and(|output| output.status.success())
    });
    let Some(options) = as_whom else {
        // the storage that fails at each of its steps (crates/log/tests/log/faults.rs) is tried everywhere
        println!("skipped: this system lets nobody mount a small file system here");
        return;
    };
    // with one thread, as on a machine with one processor, the name of the test stands before the first line
    let script =
        format!("{mount} && exec \"$0\" --exact record_while_full --ignored --nocapture --test-threads=2");
    let output = Command::new("unshare")
        .args([options, "sh", "-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env(DIR, directory.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    println!("{}", said.lines().find(|line| line.starts_with("full ")).unwrap());
}
