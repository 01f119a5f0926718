//! What a short process pays: opening, one record, reading all, on a journal of 10,000 records.
#![expect(clippy::unwrap_used, reason = "a bench may say what it expects")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use countersign_store::{Access, Kind, NewRecord, Store};

const RECORDS: usize = 10_000;
const WRITE: Access = Access::Write { wait: Duration::from_secs(5) };

fn main() {
    divan::main();
}

fn record(document: &[u8]) -> NewRecord<'_> {
    NewRecord {
        kind: Kind::Disposition,
        time: "2026-11-22T21:00:00Z".parse().unwrap(),
        subject: "case 4711 / hit 3",
        document,
        documents: BTreeMap::new(),
        extra: BTreeMap::new(),
    }
}

fn home() -> PathBuf {
    static HOME: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let made = HOME.get_or_init(|| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("home");
        let mut store = Store::init(&path).unwrap();
        store.append_all(&vec![record(b"not the same person"); RECORDS]).unwrap();
        (directory, path)
    });
    made.1.clone()
}

#[divan::bench]
fn open_to_read(bencher: divan::Bencher<'_, '_>) {
    let home = home();
    bencher.bench(|| Store::open(&home, Access::Read).unwrap());
}

#[divan::bench]
fn open_and_read_all(bencher: divan::Bencher<'_, '_>) {
    let home = home();
    bencher.bench(|| Store::open(&home, Access::Read).unwrap().entries().filter(Result::is_ok).count());
}

#[divan::bench(sample_count = 50)]
fn open_and_record_one(bencher: divan::Bencher<'_, '_>) {
    let home = home();
    bencher.bench(|| Store::open(&home, WRITE).unwrap().append(&record(b"another person")).unwrap().index);
}

#[divan::bench]
fn open_and_bundle_one(bencher: divan::Bencher<'_, '_>) {
    let home = home();
    let mut store = Store::open(&home, WRITE).unwrap();
    let document = store.sign_statement(Kind::Disposition, [], serde_json::json!({"same": false})).unwrap();
    let index = store.append(&record(&document.to_bytes().unwrap())).unwrap().index;
    drop(store);
    bencher.bench(|| Store::open(&home, Access::Read).unwrap().bundle(index).unwrap().len());
}

#[divan::bench(sample_count = 5)]
fn fsck_all(bencher: divan::Bencher<'_, '_>) {
    let home = home();
    bencher.bench(|| countersign_store::fsck(&home).unwrap().faults.len());
}
