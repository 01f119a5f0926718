//! The log against RFC 6962, against faults of its storage, and against people who change its files.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may say what it expects, and that it was skipped"
)]

mod faults;
mod files;
mod go;
mod proofs;
mod shared;
mod tamper;

use std::sync::Arc;
use std::time::Duration;

use countersign_log::testing::MemStorage;
use countersign_log::{FsckReport, Log, Storage, Writer, fsck};
use countersign_verify::{NoteSigner, Seed, VKey};

fn signer() -> NoteSigner {
    NoteSigner::new("example.org/log", Seed::from_bytes(&[5; 32])).unwrap()
}

fn vkey() -> VKey {
    signer().vkey().clone()
}

fn entry(n: u64) -> Vec<u8> {
    format!("entry {n}").into_bytes()
}

fn entries(range: std::ops::Range<u64>) -> Vec<Vec<u8>> {
    range.map(entry).collect()
}

fn shared(storage: &MemStorage) -> Arc<dyn Storage> {
    Arc::new(storage.clone())
}

fn create(storage: &MemStorage) -> Writer {
    Writer::create(shared(storage), signer(), Duration::ZERO).unwrap()
}

fn reopen(storage: &MemStorage) -> Writer {
    Writer::open(shared(storage), signer(), Duration::ZERO).unwrap()
}

fn read(storage: &MemStorage) -> Log {
    Log::open(shared(storage), &vkey()).unwrap()
}

/// A log of entries 0 to `size`.
fn log_of(size: u64) -> MemStorage {
    let storage = MemStorage::new();
    create(&storage).append(&entries(0..size)).unwrap();
    storage
}

fn check(storage: &MemStorage) -> FsckReport {
    fsck(storage, &vkey()).unwrap()
}

/// Every entry is there, once, in order; fsck has no fault.
fn holds(storage: &MemStorage, size: u64) {
    let log = read(storage);
    assert_eq!(log.size(), size);
    let found: Vec<(u64, Vec<u8>)> = log.entries(0).collect::<Result<_, _>>().unwrap();
    let expected: Vec<(u64, Vec<u8>)> = (0..size).map(|n| (n, entry(n))).collect();
    assert!(found == expected, "the entries of a log of {size}");
    let report = check(storage);
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}
