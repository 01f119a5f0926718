//! A log of a million entries on a real file system: how fast it is appended to durably, proven, verified and checked,
//! and how much memory that takes. `cargo run --release -p countersign-log --example million -- DIR [ENTRIES [BATCH]]`
//!
//! An entry has the size of a log entry of a register, about 400 bytes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement may say what it expects, and prints what it measured"
)]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use countersign_log::{FsStorage, Log, Storage, Writer, fsck};
use countersign_verify::{NoteSigner, Seed, SignedCheckpoint, TlogProof, leaf_hash, verify_inclusion};

fn entry(n: u64) -> Vec<u8> {
    let mut bytes = format!("entry {n} ").into_bytes();
    bytes.resize(400, b'.');
    bytes
}

/// The most memory that the process has had, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Seconds of processor time that the process has used, of all its threads: on a loaded machine it says more than the
/// clock. Linux counts in hundredths.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // after the name of the program, which may hold spaces
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace()).into_iter().flatten();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Median and 99th percentile, in microseconds.
fn spread(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort();
    let at = |share: usize| times.get(times.len() * share / 100).map_or(0.0, |t| t.as_secs_f64() * 1e6);
    (at(50), at(99))
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir = PathBuf::from(arguments.next().expect("the directory for the log, which must be empty"));
    let size: u64 = arguments.next().map_or(1_000_000, |n| n.parse().unwrap());
    let batch: u64 = arguments.next().map_or(1_000, |n| n.parse().unwrap());
    let signer = || NoteSigner::new("example.org/million", Seed::from_bytes(&[7; 32])).unwrap();
    let vkey = signer().vkey().clone();
    let storage: Arc<dyn Storage> = Arc::new(FsStorage::create(&dir).unwrap());

    let mut writer = Writer::create(storage.clone(), signer(), Duration::ZERO).unwrap();
    let (start, used) = (Instant::now(), processor());
    let mut each = Vec::new();
    for first in (0..size).step_by(usize::try_from(batch).unwrap()) {
        let entries: Vec<Vec<u8>> = (first..(first + batch).min(size)).map(entry).collect();
        let begun = Instant::now();
        writer.append(&entries).unwrap();
        each.push(begun.elapsed());
    }
    let (took, used) = (start.elapsed().as_secs_f64(), processor() - used);
    let (median, worst) = spread(each);
    println!(
        "append: {size} entries, {batch} a batch, each batch durable: {:.0} a second, {:.0} a second of processor time \
         (batch: median {median:.0} us, 99th percentile {worst:.0} us); peak {} MiB",
        size as f64 / took,
        size as f64 / used,
        peak()
    );
    drop(writer);

    let begun = Instant::now();
    let log = Log::open(storage.clone(), &vkey).unwrap();
    println!("open: {:.0} us", begun.elapsed().as_secs_f64() * 1e6);

    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let places: Vec<u64> = (0..2_000)
        .map(|_| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 20) % size
        })
        .collect();
    let mut proofs = Vec::new();
    let (mut cold, mut warm, mut verified) = (Vec::new(), Vec::new(), Vec::new());
    for index in places.iter().take(200) {
        // nothing was read before: each tile comes from the file and is authenticated
        let fresh = Log::open(storage.clone(), &vkey).unwrap();
        let begun = Instant::now();
        fresh.inclusion_proof(*index, size).unwrap();
        cold.push(begun.elapsed());
    }
    for index in places {
        let begun = Instant::now();
        let hashes = log.inclusion_proof(index, size).unwrap();
        warm.push(begun.elapsed());
        let proof = TlogProof { extra: None, index, hashes, checkpoint: log.signed().note().format() };
        proofs.push((index, proof.format()));
    }
    for (index, text) in proofs {
        let leaf = entry(index);
        let begun = Instant::now();
        let proof = TlogProof::parse(&text).unwrap();
        let signed = SignedCheckpoint::verify(proof.checkpoint.as_bytes(), &vkey).unwrap();
        let checkpoint = signed.checkpoint();
        verify_inclusion(&leaf_hash(&leaf), index, checkpoint.size, &proof.hashes, &checkpoint.root).unwrap();
        verified.push(begun.elapsed());
    }
    for (what, times) in [
        ("inclusion proof, log just opened", cold),
        ("inclusion proof", warm),
        ("verify a receipt (signature of the checkpoint, path)", verified),
    ] {
        let (median, worst) = spread(times);
        println!("{what}: median {median:.0} us, 99th percentile {worst:.0} us");
    }

    let begun = Instant::now();
    let read = log.entries(0).filter(Result::is_ok).count();
    println!(
        "read all, each compared with its hash: {:.0} a second",
        read as f64 / begun.elapsed().as_secs_f64()
    );
    let (begun, used) = (Instant::now(), processor());
    let report = fsck(storage.as_ref(), &vkey).unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    println!(
        "fsck: {:.0} entries a second, {:.0} a second of processor time; peak {} MiB",
        size as f64 / begun.elapsed().as_secs_f64(),
        size as f64 / (processor() - used),
        peak()
    );
}
