//! A log in a bucket of a real S3-compatible store (moto's server, on loopback): the storage's contract, writers that race,
//! writers that are killed, and what is refused.
//!
//! The settings of a bucket come from the environment of the process, so that each test runs its inner half in a process
//! of its own. `COUNTERSIGN_TEST_SCALE` multiplies the number of kills and of entries in a race.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may say what it expects, and that it was skipped"
)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use countersign_bucket::{Bucket, BucketFault};
use countersign_log::testing::keeps_contract;
use countersign_log::{AppendFault, Log, OpenFault, Storage, Writer, fsck};
use countersign_verify::{NoteSigner, Seed, VKey};

const ADDRESS: &str = "s3://register/logs/one";
const WORD: &str = "COUNTERSIGN_TEST_WORD";
const COUNT: &str = "COUNTERSIGN_TEST_COUNT";
/// What an appending process says when it has opened the log.
const READY: &str = "ready";

fn scale() -> u64 {
    std::env::var("COUNTERSIGN_TEST_SCALE").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// The store, which ends with this.
struct Store {
    child: Child,
    _alive: ChildStdin,
    port: String,
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `None` where moto is not installed; under CI that is a fault.
fn store(arguments: &[&str]) -> Option<Store> {
    let has = Command::new("python3").args(["-c", "import moto.server, boto3"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        assert!(
            std::env::var_os("CI").is_none(),
            "Python's `moto[s3,server]` is not installed, and CI must have it"
        );
        println!("skipped: Python's `moto[s3,server]` is not installed");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/store.py");
    let mut child = Command::new("python3")
        .arg(script)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut port = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
    let alive = child.stdin.take().unwrap();
    assert!(!port.is_empty(), "the store did not start");
    Some(Store { child, _alive: alive, port: port.trim_end().to_owned() })
}

impl Store {
    /// The inner half of a test, as a process whose environment names this store.
    fn run(&self, test: &str, more: &[(&str, &str)]) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        command
            // with one thread, as on a machine with one processor, the name of the test stands before the first line
            .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=2"])
            .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port))
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "key")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("INSIDE", "1")
            .envs(more.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn passes(&self, test: &str, more: &[(&str, &str)]) -> String {
        let output = self.run(test, more).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        said
    }
}

/// Whether this process is an inner half; run by hand without a store it does nothing.
fn inside() -> bool {
    std::env::var_os("INSIDE").is_some()
}

fn signer() -> NoteSigner {
    NoteSigner::new("example.org/bucket", Seed::from_bytes(&[9; 32])).unwrap()
}

fn vkey() -> VKey {
    signer().vkey().clone()
}

fn bucket() -> Arc<dyn Storage> {
    Arc::new(Bucket::open(ADDRESS).unwrap())
}

fn open() -> Writer {
    Writer::open(bucket(), signer(), Duration::ZERO).unwrap()
}

fn words(word: &str, range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(|n| format!("{word} {n}").into_bytes()).collect()
}

#[test]
fn a_bucket_keeps_the_contract_of_a_storage() {
    let Some(store) = store(&[]) else { return };
    store.passes("contract", &[]);
}

#[test]
#[ignore = "run by the test above"]
fn contract() {
    if !inside() {
        return;
    }
    let storage = bucket();
    assert!(storage.is_shared());
    keeps_contract(storage.as_ref(), 40).unwrap();
    storage.lock(Duration::ZERO).unwrap();
    assert!(storage.list("").unwrap().iter().all(|path| !path.starts_with("conditions")));
    // another prefix sees nothing of it, and a bucket that is not there is no empty one
    assert!(Bucket::open("s3://register/logs/other").unwrap().list("").unwrap().is_empty());
    let none = Bucket::open("s3://nowhere/logs").unwrap();
    assert!(none.get("checkpoint").is_err() && none.put("x", b"x").is_err());
}

#[test]
fn a_log_in_a_bucket_is_appended_to_proven_and_checked() {
    let Some(store) = store(&[]) else { return };
    store.passes("log", &[]);
}

#[test]
#[ignore = "run by the test above"]
fn log() {
    if !inside() {
        return;
    }
    let mut writer = Writer::create(bucket(), signer(), Duration::ZERO).unwrap();
    let again = Writer::create(bucket(), signer(), Duration::ZERO);
    assert!(matches!(again, Err(AppendFault::Open(OpenFault::Exists))));
    for range in [0..1, 1..3, 3..255, 255..256, 256..600] {
        writer.append(&words("entry", range)).unwrap();
    }
    let log = Log::open(bucket(), &vkey()).unwrap();
    let entries: Vec<Vec<u8>> = log.entries(0).map(|entry| entry.unwrap().1).collect();
    assert_eq!(entries, words("entry", 0..600));
    log.inclusion_proof(300, 600).unwrap();
    log.consistency_proof(255, 600).unwrap();
    let report = fsck(bucket().as_ref(), &vkey()).unwrap();
    assert!(report.faults.is_empty() && report.notes.is_empty(), "{report:?}");
    // a damaged tile is found where it lies
    let path = "tile/0/001";
    let mut bytes = bucket().get(path).unwrap().unwrap();
    if let Some(byte) = bytes.get_mut(40) {
        *byte ^= 1;
    }
    bucket().put(path, &bytes).unwrap();
    let report = fsck(bucket().as_ref(), &vkey()).unwrap();
    assert!(report.faults.iter().any(|fault| fault.path() == Some(path)), "{report:?}");
}

/// Opens the log, says so, and waits for a line; then appends one after the other, and says what was acknowledged. Begins
/// again where another was first.
#[test]
#[ignore = "run by the tests below, which let it race or kill it"]
fn append() {
    if !inside() {
        return;
    }
    let word = std::env::var(WORD).unwrap();
    let count: u64 = std::env::var(COUNT).unwrap().parse().unwrap();
    let mut writer = open();
    let mut out = std::io::stdout();
    writeln!(out, "{READY}").unwrap();
    out.flush().unwrap();
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let mut overtaken = 0;
    for n in 0..count {
        let heap = if n % 4 == 3 { 3 } else { 1 };
        let entries = words(&format!("{word} {n}"), 0..heap);
        let first = loop {
            match writer.append(&entries) {
                Ok(appended) => break appended.first,
                Err(AppendFault::Overtaken) => {
                    overtaken += 1;
                    writer.recover().unwrap();
                }
                Err(other) => panic!("{other}"),
            }
        };
        for (at, entry) in (first..).zip(&entries) {
            writeln!(out, "recorded {at} {}", String::from_utf8_lossy(entry)).unwrap();
        }
        out.flush().unwrap();
    }
    writeln!(out, "overtaken {overtaken}").unwrap();
}

/// Prints all entries, when everything holds.
#[test]
#[ignore = "run by the tests below"]
fn read_all() {
    if !inside() {
        return;
    }
    // readers need no writer
    let log = Log::open(bucket(), &vkey()).unwrap();
    for entry in log.entries(0) {
        let (index, entry) = entry.unwrap();
        println!("entry {index} {}", String::from_utf8_lossy(&entry));
    }
    drop(open());
    let report = fsck(bucket().as_ref(), &vkey()).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    println!("size {}", report.checkpoint.unwrap().size);
}

#[test]
#[ignore = "run by the tests below"]
fn begin() {
    if inside() {
        drop(Writer::create(bucket(), signer(), Duration::ZERO).unwrap());
    }
}

/// Waits until an appending process has opened the log. What it says from then on.
fn opened(child: &mut Child) -> BufReader<ChildStdout> {
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while line.trim_end() != READY {
        line.clear();
        assert!(out.read_line(&mut line).unwrap() > 0, "it ended by itself");
    }
    out
}

/// Lets it append.
fn begin_appending(child: &mut Child) {
    child.stdin.take().unwrap().write_all(b"go\n").unwrap();
}

fn lines<'a>(said: &'a str, word: &'a str) -> impl Iterator<Item = (u64, String)> + 'a {
    said.lines().filter_map(move |line| {
        let (index, entry) = line.strip_prefix(word)?.split_once(' ')?;
        Some((index.parse().ok()?, entry.to_owned()))
    })
}

#[test]
fn two_writers_race_and_neither_loses_what_it_was_told() {
    let Some(store) = store(&[]) else { return };
    store.passes("begin", &[]);
    let count = (12 * scale()).to_string();
    // both have opened the log before either appends: whoever is second is overtaken, however slow the machine is
    let mut running = ["one", "two"].map(|word| {
        let mut child = store.run("append", &[(WORD, word), (COUNT, &count)]).spawn().unwrap();
        let out = opened(&mut child);
        (child, out)
    });
    for (child, _) in &mut running {
        begin_appending(child);
    }
    let (mut told, mut overtaken) = (BTreeMap::new(), 0);
    for (child, mut out) in running {
        let mut said = String::new();
        out.read_to_string(&mut said).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        for (index, entry) in lines(&said, "recorded ") {
            assert_eq!(told.insert(index, entry), None, "entry {index} was given to both");
        }
        overtaken +=
            said.lines().filter_map(|l| l.strip_prefix("overtaken ")?.parse::<u64>().ok()).sum::<u64>();
    }
    let said = store.passes("read_all", &[]);
    let found: BTreeMap<u64, String> = lines(&said, "entry ").collect();
    assert_eq!(found, told, "the log holds what was acknowledged, and nothing else");
    println!("{} entries, {overtaken} times overtaken", told.len());
    assert!(overtaken > 0, "they did not race");
}

#[test]
fn a_killed_writer_loses_nothing_and_stops_nobody() {
    let Some(store) = store(&[]) else { return };
    store.passes("begin", &[]);
    let mut told: BTreeMap<u64, String> = BTreeMap::new();
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let (mut unsaid, mut unfinished) = (0, 0);
    let kills = 8 * scale();
    for kill in 0..kills {
        let word = format!("kill{kill}");
        let mut child = store.run("append", &[(WORD, &word), (COUNT, "1000000")]).spawn().unwrap();
        let mut out = opened(&mut child);
        begin_appending(&mut child);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let mut said = String::new();
        while lines(&said, "recorded ").count() as u64 <= random % 4 {
            assert!(out.read_line(&mut said).unwrap() > 0, "it ended by itself");
        }
        std::thread::sleep(Duration::from_micros(random % 60_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let _ = out.read_to_string(&mut said);
        told.extend(lines(&said, "recorded "));
        // what readers see before anybody repairs anything, and then after the next writer has opened the log
        let said = store.passes("read_all", &[]);
        let found: BTreeMap<u64, String> = lines(&said, "entry ").collect();
        for (index, entry) in &told {
            assert_eq!(found.get(index), Some(entry), "entry {index} was acknowledged");
        }
        let size: u64 = said.lines().find_map(|l| l.strip_prefix("size ")?.parse().ok()).unwrap();
        unfinished += u32::from(size > found.len() as u64);
        let said = store.passes("read_all", &[]);
        let found: BTreeMap<u64, String> = lines(&said, "entry ").collect();
        assert_eq!(found.len() as u64, size);
        let more = found.len() - told.len();
        assert!(more <= 3, "{more} entries nobody knew of");
        unsaid += u32::from(more > 0);
        told = found;
    }
    println!(
        "{kills} kills, {} entries; {unsaid} kills after the decision and before the word, {unfinished} of them before \
         readers saw it",
        told.len()
    );
}

#[test]
fn a_store_that_ignores_conditions_is_not_written_to() {
    let Some(store) = store(&["--deaf"]) else { return };
    store.passes("deaf", &[]);
}

#[test]
#[ignore = "run by the test above"]
fn deaf() {
    if !inside() {
        return;
    }
    let said = Writer::create(bucket(), signer(), Duration::ZERO).unwrap_err().to_string();
    assert!(said.contains("ignores `If-None-Match` or `If-Match`"), "{said}");
    assert!(bucket().list("").unwrap().is_empty(), "nothing stays");
}

#[test]
fn what_cannot_be_a_bucket_is_refused() {
    for address in
        ["s3://", "s3:///x", "register", "https://register", "s3://b/../x", "s3://b//x", "s3://b/./x"]
    {
        assert!(matches!(Bucket::open(address), Err(BucketFault::Address(_))), "{address}");
    }
    let here = Store::nowhere();
    here.passes("refused", &[("AWS_ENDPOINT_URL", "http://store.example.org"), ("WHY", "is not encrypted")]);
    here.passes("refused", &[("AWS_ENDPOINT_URL", "http://192.0.2.1:9000"), ("WHY", "is not encrypted")]);
    // what the environment allows does not count
    let allowed =
        [("AWS_ENDPOINT", "http://192.0.2.1"), ("AWS_ALLOW_HTTP", "true"), ("WHY", "is not encrypted")];
    here.passes("refused", &[&allowed[..], &[("AWS_ENDPOINT_URL", "")]].concat());
    here.passes("refused", &[("AWS_ACCESS_KEY_ID", ""), ("WHY", "set AWS_ACCESS_KEY_ID")]);
    here.passes("refused", &[("AWS_ENDPOINT_URL", "nonsense"), ("WHY", "is no address")]);
}

impl Store {
    /// No store: for settings that are refused before anything is asked.
    fn nowhere() -> Self {
        let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let alive = child.stdin.take().unwrap();
        Self { child, _alive: alive, port: "1".to_owned() }
    }
}

#[test]
#[ignore = "run by the test above"]
fn refused() {
    if !inside() {
        return;
    }
    let said = Bucket::open(ADDRESS).unwrap_err().to_string();
    let why = std::env::var("WHY").unwrap();
    assert!(said.contains(&why), "{said}");
}
