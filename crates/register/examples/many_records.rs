//! A register with many records: how fast it is appended to durably, opened and replayed, and how fast a bundle is
//! verified. `cargo run --release -p countersign-register --example many_records -- DIR [RECORDS [BATCH]]`
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement may say what it expects, and prints what it measured"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use countersign_register::{NewEntry, Register, SignedRecord};
use countersign_verify::{RecordKind, Seed, TrustedKeys, verify_bundle};
use serde_json::{Value, json};

fn predicate(content: Value) -> Value {
    json!({
        "about": ["register:example"], "by": {"name": "x"}, "date": "2026-11-01", "summary": "a record",
        "content": content,
    })
}

fn entry(signed: &SignedRecord) -> NewEntry<'_> {
    NewEntry { signed, documents: BTreeMap::new(), withheld: BTreeSet::new() }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let dir =
        PathBuf::from(arguments.next().expect("the directory for the register, which must not be there"));
    let records: usize = arguments.next().map_or(20_000, |n| n.parse().unwrap());
    let batch: usize = arguments.next().map_or(1_000, |n| n.parse().unwrap());
    let time = "2026-11-02T12:00:00Z".parse().unwrap();
    let registrar = Seed::from_bytes(&[1; 32]);
    let roster = predicate(json!({
        "body": "Example", "funders": [],
        "members": [{"name": "R", "key": registrar.public(), "roles": ["registrar"], "from": "2026-01-01"}],
    }));
    let none = BTreeMap::new();
    let mut register = Register::init(&dir, "register.example.org").unwrap();
    let first = SignedRecord::sign(RecordKind::Roster, roster, &none, &registrar).unwrap();
    let on = register.append(&entry(&first), &time).unwrap().record;

    let anyone = Seed::from_bytes(&[2; 32]);
    let comment = |n: usize| {
        let content = json!({"of": {"record": on}, "text": format!("comment {n}")});
        SignedRecord::sign(RecordKind::Comment, predicate(content), &BTreeMap::new(), &anyone).unwrap()
    };
    let mut spent = Duration::ZERO;
    for from in (0..records).step_by(batch) {
        let signed: Vec<SignedRecord> = (from..(from + batch).min(records)).map(comment).collect();
        let entries: Vec<NewEntry<'_>> = signed.iter().map(entry).collect();
        let begun = Instant::now();
        register.append_all(&entries, &time).unwrap();
        spent += begun.elapsed();
    }
    println!(
        "append, {batch} a batch, checked and durable: {:.0} a second",
        records as f64 / spent.as_secs_f64()
    );
    drop(register);
    for what in ["open to append, first time", "open to append, again"] {
        let begun = Instant::now();
        Register::open_to_append(&dir, Duration::ZERO).unwrap();
        println!("{what}: {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
    }
    let mut register = Register::open_to_append(&dir, Duration::ZERO).unwrap();
    let begun = Instant::now();
    register.append(&entry(&comment(records)), &time).unwrap();
    println!("append one: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let index = register.size() / 2;
    let bundle = register.bundle(index, &[], None).unwrap();
    let trusted = TrustedKeys { logs: vec![register.vkey().clone()], ..TrustedKeys::default() };
    let mut times: Vec<Duration> = (0..1_000)
        .map(|_| {
            let begun = Instant::now();
            verify_bundle(&bundle, Some(&trusted)).unwrap();
            begun.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "verify a bundle of {} bytes (checkpoint, record and one roster: three signatures): median {:.0} us",
        bundle.len(),
        times[times.len() / 2].as_secs_f64() * 1e6
    );
    let begun = Instant::now();
    let replay = register.replay().unwrap();
    assert!(replay.faults.is_empty());
    println!("replay: {:.0} records a second", replay.size() as f64 / begun.elapsed().as_secs_f64());
}
