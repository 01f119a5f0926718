//! The keeper's process is killed while it appends, and its disk is full while it appends, again and again. What was
//! acknowledged stays, there is one history, and nothing has to be repaired by hand.
//!
//! `COUNTERSIGN_TEST_SCALE` multiplies the number of repetitions.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may say what it expects")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use countersign_log::{FsStorage, Storage};
use countersign_model::Digest;
use countersign_register::{NewEntry, Register, RegisterFault, SignedRecord, mirror};
use countersign_verify::{RecordKind, Seed};
use serde_json::{Value, json};

const DIR: &str = "COUNTERSIGN_TEST_CRASH_DIR";
const WAIT: Duration = Duration::from_secs(20);

fn scale() -> u32 {
    std::env::var("COUNTERSIGN_TEST_SCALE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// A sequence that is the same each time: its spread is what matters.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn predicate(content: Value) -> Value {
    json!({
        "about": ["register:example"], "by": {"name": "x"}, "date": "2026-11-01", "summary": "a record",
        "content": content,
    })
}

fn sign(kind: RecordKind, content: Value, seed: u8) -> SignedRecord {
    SignedRecord::sign(kind, predicate(content), &BTreeMap::new(), &Seed::from_bytes(&[seed; 32])).unwrap()
}

fn append(register: &mut Register, signed: &[SignedRecord]) -> Result<Vec<(u64, Digest)>, RegisterFault> {
    let entry = |signed| NewEntry { signed, documents: BTreeMap::new(), withheld: BTreeSet::new() };
    let entries: Vec<NewEntry<'_>> = signed.iter().map(entry).collect();
    let receipts = register.append_all(&entries, &"2026-11-02T12:00:00Z".parse().unwrap())?;
    Ok(receipts.into_iter().map(|receipt| (receipt.index, receipt.record)).collect())
}

fn begin(dir: &Path) -> Register {
    let mut register = Register::init(dir, "register.example.org").unwrap();
    let member = json!({
        "name": "R", "key": Seed::from_bytes(&[1; 32]).public(), "roles": ["registrar"], "from": "2026-01-01",
    });
    let roster = json!({"body": "Example", "members": [member], "funders": []});
    append(&mut register, &[sign(RecordKind::Roster, roster, 1)]).unwrap();
    register
}

/// The comments of one append: one, or three at once.
fn comments(on: Digest, word: &str, n: u64) -> Vec<SignedRecord> {
    let heap = if n.is_multiple_of(4) { 3 } else { 1 };
    (0..heap)
        .map(|part| json!({"of": {"record": on}, "text": format!("{word} {n} {part} {}", "x".repeat(300))}))
        .map(|content| sign(RecordKind::Comment, content, 2))
        .collect()
}

/// Everything that was acknowledged is in the register, which holds.
fn holds(dir: &Path, acknowledged: &BTreeMap<u64, Digest>) -> u64 {
    let register = Register::open(dir).unwrap();
    for (index, digest) in acknowledged {
        assert_eq!(register.leaf(*index).unwrap().sha256, *digest, "entry {index} was acknowledged");
    }
    let replay = register.replay().unwrap();
    assert!(replay.faults.is_empty(), "{:?}", replay.faults);
    assert_eq!(replay.absent, 0, "a document of an entry is missing");
    let report = register.fsck().unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    register.size()
}

/// The keeper that is killed: appends and says so.
#[test]
#[ignore = "run by the test below, which kills it"]
fn append_until_killed() {
    let Some(dir) = std::env::var_os(DIR).map(PathBuf::from) else { return };
    let mut register = Register::open_to_append(&dir, WAIT).unwrap();
    let on = register.leaf(0).unwrap().sha256;
    let mut out = std::io::stdout();
    let word = std::process::id().to_string();
    for n in 0.. {
        let told: String = append(&mut register, &comments(on, &word, n))
            .unwrap()
            .into_iter()
            .map(|(index, digest)| format!("recorded {index} {digest}\n"))
            .collect();
        out.write_all(told.as_bytes()).unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn no_kill_loses_or_forks_a_register() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut counts = Counts::default();
    // a new register now and then, since each kill replays all of it
    for _ in 0..scale() {
        kill_one_register(25, &mut random, &mut counts);
    }
    println!(
        "{} kills, {} entries, {} kills before the first word, {} after the commit and before the word",
        counts.kills, counts.entries, counts.silent, counts.unsaid
    );
    assert!(counts.entries > counts.kills, "the kills came too early to mean anything");
}

#[derive(Default)]
struct Counts {
    kills: usize,
    entries: usize,
    /// Kills before the first append was acknowledged.
    silent: usize,
    /// Kills after the commit and before the word.
    unsaid: usize,
}

fn kill_one_register(kills: u32, random: &mut Random, counts: &mut Counts) {
    let directory = tempfile::tempdir().unwrap();
    let (dir, copy) = (directory.path().join("register"), directory.path().join("copy"));
    let register = begin(&dir);
    let vkey = register.vkey().clone();
    let mut acknowledged = BTreeMap::from([(0, register.leaf(0).unwrap().sha256)]);
    drop(register);
    for kill in 0..kills {
        counts.kills += 1;
        let mut child = Command::new(std::env::current_exe().unwrap())
            // with one thread, as on a machine with one processor, the name of the test stands before the first line
            .args(["--exact", "append_until_killed", "--ignored", "--nocapture", "--test-threads=2"])
            .env(DIR, &dir)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // most kills after so many appends and a moment; some while it opens
        let mut told = Vec::new();
        if !kill.is_multiple_of(5) {
            let after = random.below(12);
            while told.len() as u64 <= after {
                let Some(line) = lines.next() else { break };
                told.push(line.unwrap());
            }
        }
        std::thread::sleep(Duration::from_micros(random.below(15_000)));
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        told.extend(lines.map(|line| line.unwrap()));
        let before = acknowledged.len();
        for line in told {
            if let Some((index, digest)) = line.strip_prefix("recorded ").and_then(|l| l.split_once(' ')) {
                acknowledged.insert(index.parse().unwrap(), digest.parse().unwrap());
            }
        }
        counts.silent += usize::from(before == acknowledged.len());
        let size = holds(&dir, &acknowledged);
        // what was durable and not yet said is of one append
        let more = size - acknowledged.len() as u64;
        assert!(more <= 3, "{more} entries nobody knew of");
        counts.unsaid += usize::from(more > 0);
        let register = Register::open(&dir).unwrap();
        for index in 0..size {
            acknowledged.entry(index).or_insert_with(|| register.leaf(index).unwrap().sha256);
        }
        // a reader who had a copy before has one of the same history
        if kill.is_multiple_of(5) || kill + 1 == kills {
            let source: Arc<dyn Storage> = Arc::new(FsStorage::open(&dir).unwrap());
            mirror(&source, &vkey, &copy, None).unwrap();
        }
    }
    counts.entries += acknowledged.len();
}

/// In a file system of its own, which is made full while a register there grows.
#[test]
#[ignore = "run by the test below in a small file system"]
fn append_while_full() {
    let Some(place) = std::env::var_os(DIR).map(PathBuf::from) else { return };
    let fills = 25 * scale();
    let dir = place.join("register");
    let mut register = begin(&dir);
    let on = register.leaf(0).unwrap().sha256;
    let mut acknowledged = BTreeMap::from([(0, on)]);
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut refused, mut kept, mut taken_back) = (0, 0, BTreeSet::new());
    for fill in 0..fills {
        // blocks or names run out
        let ballast = place.join("ballast");
        fs::create_dir(&ballast).unwrap();
        if fill.is_multiple_of(3) {
            let mut made = 0;
            while File::create(ballast.join(made.to_string())).is_ok() {
                made += 1;
            }
            for n in 0..random.below(14).min(made) {
                fs::remove_file(ballast.join(n.to_string())).unwrap();
            }
        } else {
            let mut file = File::create(ballast.join("file")).unwrap();
            let mut written = 0;
            while file.write_all(&[0; 4096]).is_ok() {
                written += 4096;
            }
            file.set_len(written - random.below(14).min(written / 4096) * 4096).unwrap();
        }
        let mut n = 0;
        let fault = loop {
            let signed = comments(on, &format!("fill {fill}"), n);
            match append(&mut register, &signed) {
                Ok(told) => acknowledged.extend(told),
                Err(fault) => break fault,
            }
            n += 1;
            assert!(n < 1_000, "the disk does not become full");
        };
        let said = fault.to_string();
        assert!(said.contains("os error 28"), "no space left: {said}");
        refused += 1;
        // nothing is freed: what there is can be read
        let size = holds(&dir, &acknowledged);
        let more = size - acknowledged.len() as u64;
        assert!(more <= 3, "{more} entries nobody knew of");
        kept += u32::from(more > 0);
        fs::remove_dir_all(&ballast).unwrap();
        // and there is room again: the same process goes on, or the next one
        if fill.is_multiple_of(2) {
            drop(register);
            register = Register::open_to_append(&dir, WAIT).unwrap();
        }
        let again = comments(on, &format!("fill {fill}"), n);
        match append(&mut register, &again) {
            Ok(told) => acknowledged.extend(told),
            // the refused append had reached the log after all, and is not doubled
            Err(RegisterFault::Doubled(_)) => {
                taken_back.insert(fill);
            }
            Err(fault) => panic!("{fault}"),
        }
        for index in 0..register.size() {
            acknowledged.entry(index).or_insert_with(|| register.leaf(index).unwrap().sha256);
        }
        let held = holds(&dir, &acknowledged);
        assert_eq!(held, acknowledged.len() as u64);
        // begun anew before it fills the file system by itself
        if held > 100 {
            drop(register);
            fs::remove_dir_all(&dir).unwrap();
            register = begin(&dir);
            assert_eq!(register.leaf(0).unwrap().sha256, on);
            acknowledged = BTreeMap::from([(0, on)]);
        }
    }
    println!(
        "full {refused} times of {fills}, {kept} appends were in the log although the disk was full, {} found there again",
        taken_back.len()
    );
}

#[test]
fn no_full_disk_loses_or_forks_a_register() {
    let directory = tempfile::tempdir().unwrap();
    // root mounts in a name space of its own; others in one of their own users as well, where the system lets them
    let mount = "mount -t tmpfs -o size=12m,nr_inodes=6000 none \"$COUNTERSIGN_TEST_CRASH_DIR\"";
    let as_whom = ["-m", "-rm"].into_iter().find(|options| {
        Command::new("unshare")
            .args([options, "sh", "-c", mount])
            .env(DIR, directory.path())
            .output()
            .is_ok_and(|output| output.status.success())
    });
    let Some(options) = as_whom else {
        // the storage that fails at each of its steps (crates/log/tests/log/faults.rs) is tried everywhere
        println!("skipped: this system lets nobody mount a small file system here");
        return;
    };
    let program = std::env::current_exe().unwrap();
    let script =
        format!("{mount} && exec \"$0\" --exact append_while_full --ignored --nocapture --test-threads=2");
    let output = Command::new("unshare")
        .args([options, "sh", "-c", &script])
        .arg(program)
        .env(DIR, directory.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let told = said.lines().find(|line| line.starts_with("full ")).unwrap();
    println!("{told}");
}
